//! Two shops whose every string is found again, and visitors of each role who ask for their pages.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, header};
use comptoir_model::{Currency, Shop};
use comptoir_store::Store;
use comptoir_store::audit::Entry;
use http_body_util::BodyExt;
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use crate::access::admit::Asking;
use crate::access::{Desk, Need, ROLES, Role, Visitor, Who};
use crate::clock;
use crate::server::routes;
use crate::state::{App, Door};

/// Of a person of the shop `ferme`: nothing of this is a word of the interface.
pub const NAME: &str = "Quatrebarbes";
pub const FIRST: &str = "Zéphyrine";
pub const MAILBOX: &str = "zephyrine.q4b";
pub const DOMAIN: &str = "courriel-distinct";
/// The digits that a number ends in are shown; these are not.
pub const PHONE: &str = "699887";
pub const BILLED_AT: [&str; 2] = ["29242", "Ouessantville"];
pub const SHIPPED_TO: [&str; 2] = ["29259", "Molèneville"];
/// Orders of the shop `ferme` have this in their number.
pub const NUMBER: &str = "CMD-77123";
/// All that is of the shop `atelier` has this in it.
pub const OTHER: &str = "Xyl";

pub struct Scene {
    pub app: Arc<App>,
    router: TowerToHyperService<Router>,
    /// An order of each shop, and a person whom only that shop knows.
    pub order: [i64; 2],
    pub person: [i64; 2],
    pub shop: [i64; 2],
}

/// What a route answered.
pub struct Reply {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Reply {
    /// The text of a page or file; of a workbook the texts of its cells.
    pub fn text(&self) -> String {
        if !self.body.starts_with(b"PK") {
            return String::from_utf8_lossy(&self.body).into_owned();
        }
        use calamine::Reader;
        let mut book = calamine::Xlsx::new(std::io::Cursor::new(&self.body)).expect("a workbook");
        let sheets = book.worksheets();
        let cells = sheets.iter().flat_map(|(_, sheet)| sheet.rows().flatten());
        cells.map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    pub fn header(&self, name: header::HeaderName) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or("")
    }
}

impl Scene {
    pub async fn new() -> Self {
        let store = Store::in_memory().expect("a store");
        let now = clock::now();
        for (slug, name) in [("ferme", "Ferme des Essais"), ("atelier", "Atelier Xylophage")] {
            let shop = Shop {
                slug: slug.into(),
                name: name.into(),
                platform: "file".into(),
                currency: Currency::EUR,
                timezone: "Europe/Paris".into(),
            };
            store.create_shop(shop, now).expect("a shop");
        }
        let app = App::new(store, Door::Accounts);
        let router = TowerToHyperService::new(routes().into_router().with_state(Arc::clone(&app)));
        let none = [0, 0];
        let mut scene = Self { app, router, order: none, person: none, shop: none };
        scene.push("ferme", &ferme(now)).await;
        scene.push("atelier", &atelier(now)).await;
        for (at, slug) in ["ferme", "atelier"].into_iter().enumerate() {
            let found = scene.rows(&format!(
                "SELECT s.shop_id, o.order_id, o.person_id FROM shops s JOIN orders o USING (shop_id)
                 WHERE s.slug = '{slug}' AND o.external_id = 'own'"
            ));
            let id = |column: usize| found[0][column].int().expect("an id");
            (scene.shop[at], scene.order[at], scene.person[at]) = (id(0), id(1), id(2));
        }
        scene
    }

    pub fn rows(&self, sql: &str) -> Vec<Vec<comptoir_store::Value>> {
        self.app.store.read().expect("a snapshot").query(sql, &[]).expect(sql).rows
    }

    async fn push(&self, shop: &str, records: &Value) {
        let target = format!("/api/v1/ingest?shop={shop}");
        let body = records.to_string();
        let reply =
            self.send(&Visitor::open(None), "POST", &target, "application/json", body).await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        assert!(reply.text().contains("\"rejected\":[]"), "{}", reply.text());
    }

    pub async fn get(&self, visitor: &Visitor, target: &str) -> Reply {
        self.send(visitor, "GET", target, "text/plain", String::new()).await
    }

    pub async fn post(&self, visitor: &Visitor, target: &str, form: &str) -> Reply {
        let kind = "application/x-www-form-urlencoded";
        self.send(visitor, "POST", target, kind, form.to_owned()).await
    }

    /// One request; of the live feed, which never ends, the first piece.
    async fn send(
        &self,
        visitor: &Visitor,
        method: &str,
        target: &str,
        kind: &str,
        body: String,
    ) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(target)
            .header(header::CONTENT_TYPE, kind)
            .header(header::HOST, "localhost")
            .body(Body::from(body))
            .expect("a request");
        let mut visitor = visitor.clone();
        if target.starts_with("/live") && visitor.is_known() {
            // The feed ends with the session, and these visitors have none.
            visitor.who = Who::Shell;
        }
        let desk = Desk::new(Arc::clone(&self.app), visitor);
        request.extensions_mut().insert(Asking(desk));
        let response = self.router.call(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let endless = parts
            .headers
            .get(header::CONTENT_TYPE)
            .is_some_and(|kind| kind.as_bytes().starts_with(b"text/event-stream"));
        let body = if endless { self.first(body).await } else { whole(body).await };
        Reply { status: parts.status.as_u16(), headers: parts.headers, body }
    }

    /// Rows of the live feed until it falls silent.
    async fn first(&self, mut body: Body) -> Vec<u8> {
        let mut all = Vec::new();
        self.app.ring();
        // The feed gathers what comes together, and then tells it at once.
        while let Ok(Some(Ok(frame))) =
            tokio::time::timeout(Duration::from_millis(900), body.frame()).await
        {
            all.extend(frame.into_data().unwrap_or_default());
        }
        all
    }

    /// Lines of the audit log, newest first.
    pub fn audit(&self) -> Vec<Entry> {
        let snapshot = self.app.store.read().expect("a snapshot");
        comptoir_store::audit::list(&snapshot, i64::MAX, 1000).expect("the log")
    }
}

async fn whole(body: Body) -> Vec<u8> {
    body.collect().await.expect("a whole body").to_bytes().to_vec()
}

/// Somebody with an account of that role.
pub fn of(role: &'static Role) -> Visitor {
    Visitor {
        who: Who::User { id: 1, email: "moi@exemple.test".into(), session: 1 },
        role: Some(role),
        rights: role.rights,
        shops: None,
        from: None,
    }
}

pub fn role(id: &str) -> Visitor {
    of(Role::of(id).expect("a role"))
}

/// Everybody: the roles, and who has not signed in.
pub fn everybody() -> Vec<(&'static str, Visitor)> {
    let known = ROLES.iter().map(|role| (role.id, of(role)));
    known.chain([("nobody", Visitor::nobody(None))]).collect()
}

/// Every declared route that is read with `GET`, as an address that leads to something.
pub fn pages(scene: &Scene) -> Vec<(String, Need)> {
    let routes = routes();
    let declared = routes.declared().iter().filter(|route| route.method == "GET");
    declared.map(|route| (address(scene, &route.path), route.need)).collect()
}

/// A path with its parameters filled in by what there is.
pub fn address(scene: &Scene, path: &str) -> String {
    let mut filled = String::new();
    for part in path.split('/').skip(1) {
        let value = match part {
            "{person}" => scene.person[0].to_string(),
            "{code}" => "SAVON-7".to_owned(),
            "{slug}" => "ferme".to_owned(),
            "{id}" if path.starts_with("/orders/") => scene.order[0].to_string(),
            part if part.starts_with('{') => "1".to_owned(),
            part => part.to_owned(),
        };
        filled = format!("{filled}/{value}");
    }
    match filled.as_str() {
        "/loyalty/customers"
        | "/loyalty/customers.csv"
        | "/loyalty/customers.xlsx"
        | "/loyalty/customers/segment" => {
            let month = clock::now().strftime("%Y-%m").to_string();
            format!("{filled}?view=cohorts&key={month}&period=12m")
        }
        _ => filled,
    }
}

/// More addresses under which persons could show.
pub fn more(scene: &Scene) -> Vec<String> {
    let order = scene.order[0];
    [
        "/orders?history=all",
        "/orders?todo=to_ship",
        "/orders?sort=-total&shop=ferme",
        "/orders.csv?history=all",
        "/explain?metric=customers",
        "/explain?metric=orders",
        "/explain?metric=average_order_value",
        "/explain?metric=refunds",
        "/explain?metric=cart_abandonment_rate",
        "/explain.csv?metric=customers",
        "/explain.xlsx?metric=orders",
        "/customers?sort=-last",
        "/customers?segment=recent",
        "/loyalty?view=cohorts",
        "/loyalty?view=orders",
        "/revenue?by=customer_type",
        "/preparation?shop=ferme",
        "/api/v1/query?metrics=revenue&by=day",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([format!("/orders/{order}?page=1")])
    .collect()
}

fn ferme(now: Timestamp) -> Value {
    let at = |hours: i64| (now - SignedDuration::from_hours(hours)).to_string();
    let customer = json!({
        "id": "c1", "email": format!("{MAILBOX}@{DOMAIN}.fr"), "phone": format!("+33 {PHONE}66"),
        "first_name": FIRST, "last_name": NAME,
    });
    let order = |id: &str, hours: i64, class: &str| {
        json!({
            "type": "order", "id": id, "number": format!("{NUMBER}-{id}"), "created": at(hours),
            "class": class, "status": class, "customer": customer,
            "billing": { "country": "FR", "region": "Bretagne", "postcode": BILLED_AT[0], "city": BILLED_AT[1] },
            "delivery": { "country": "FR", "region": "Bretagne", "postcode": SHIPPED_TO[0], "city": SHIPPED_TO[1] },
            "shipping_method": "Colis du phare",
            "lines": [
                { "sku": "SAVON-7", "name": "Savon des algues", "variant": "Grand", "quantity": 3, "unit_price": "12.50" },
                { "sku": "BOUGIE-2", "name": "Bougie de sel", "quantity": 1, "unit_price": "71.11" },
            ],
        })
    };
    let mut own = order("own", 30, "paid");
    own["refunds"] = json!([{
        "id": "r1", "at": at(20), "reason": format!("Échange pour Mme {NAME}"),
        "lines": [{ "sku": "SAVON-7", "name": "Savon des algues", "quantity": 1, "amount": "12.50" }],
    }]);
    json!([
        own,
        order("second", 26, "paid"),
        order("sent", 50, "fulfilled"),
        order("gone", 49, "cancelled"),
        { "type": "cart", "id": "k1", "created": at(60), "state": "open", "customer": customer, "total": "31.00",
          "lines": [{ "sku": "SAVON-7", "name": "Savon des algues", "quantity": 1 }] },
        { "type": "cart", "id": "k2", "created": at(5), "state": "open", "total": "12.00",
          "customer": { "email": format!("{MAILBOX}+2@{DOMAIN}.fr") },
          "lines": [{ "sku": "SAVON-7", "name": "Savon des algues", "quantity": 1 }] },
        { "type": "customer", "id": "c2", "email": format!("{MAILBOX}+3@{DOMAIN}.fr"), "created": at(900),
          "first_name": FIRST, "last_name": NAME },
        { "type": "visit", "id": "v1", "started": at(4), "pages": 3, "added_to_cart": true, "ordered": false },
    ])
}

fn atelier(now: Timestamp) -> Value {
    let at = |hours: i64| (now - SignedDuration::from_hours(hours)).to_string();
    let order = |id: &str, hours: i64, email: &str| {
        json!({
            "type": "order", "id": id, "number": format!("{OTHER}-{id}"), "created": at(hours),
            "class": "paid", "status": format!("{OTHER}-payée"),
            "customer": { "email": email, "first_name": "Barnabé", "last_name": "Xylander" },
            "billing": { "country": "BE", "city": "Xylogne" }, "payment_method": "Xylocarte",
            "shipping_method": "Xylopost", "coupons": ["XYLO"],
            "lines": [{ "sku": "XYL-1", "name": "Vaisselle Xylo", "quantity": 1, "unit_price": "40.00" }],
        })
    };
    json!([
        order("own", 29, "barnabe@xylo.test"),
        // The same person as in the other shop, under another name.
        order("shared", 3, &format!("{MAILBOX}@{DOMAIN}.fr")),
        { "type": "cart", "id": "x1", "created": at(2), "state": "open", "total": "40.00",
          "customer": { "email": format!("{MAILBOX}@{DOMAIN}.fr"), "last_name": "Xylander" },
          "lines": [{ "sku": "XYL-1", "name": "Vaisselle Xylo", "quantity": 1 }] },
    ])
}
