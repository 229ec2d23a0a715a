//! PrestaShop's webservice as version 1.6.1 answers: recorded records, and its rules for asking.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use serde_json::{Value, json};

use super::{Replay, Request, Response};

pub const KEY: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

/// The records of a shop by resource, and what its key may read.
#[derive(Clone, Default)]
pub struct Shop {
    pub records: BTreeMap<String, Vec<Value>>,
    pub forbidden: Vec<String>,
    /// The host drops the header that carries the key.
    pub drops_header: bool,
    /// A lesser webservice: parameters of this name do nothing.
    pub ignores: Vec<&'static str>,
    /// It gives no more than this at once, however many are asked for.
    pub most: Option<usize>,
    pub version: String,
}

pub type Shared = Arc<Mutex<Shop>>;

impl Shop {
    /// The recorded shop, with the settings of a fresh one around it.
    pub fn recorded() -> Self {
        let mut shop = Self { version: "1.6.1.25".to_owned(), ..Self::default() };
        for resource in [
            "orders",
            "order_details",
            "order_histories",
            "order_states",
            "carts",
            "customers",
            "products",
            "combinations",
        ] {
            let path = Path::new(env!("CARGO_MANIFEST_DIR"))
                .join(format!("tests/data/prestashop/ps16_{resource}.json"));
            let text = std::fs::read_to_string(path).expect("a recording");
            let whole: Value = serde_json::from_str(&text).expect("JSON");
            let rows = whole[resource].as_array().expect("a list").clone();
            shop.records.insert(resource.to_owned(), rows);
        }
        shop.put("configurations", json!({"id": 1, "name": "PS_SHOP_NAME", "value": "Chez Zoé"}));
        shop.put(
            "configurations",
            json!({"id": 2, "name": "PS_TIMEZONE", "value": "Europe/Paris"}),
        );
        shop.put("configurations", json!({"id": 3, "name": "PS_CURRENCY_DEFAULT", "value": "1"}));
        shop.put("configurations", json!({"id": 4, "name": "PS_OS_CANCELED", "value": "6"}));
        shop.put("configurations", json!({"id": 5, "name": "PS_OS_REFUND", "value": "7"}));
        shop.put("configurations", json!({"id": 6, "name": "PS_OS_ERROR", "value": "8"}));
        shop.put("currencies", json!({"id": 1, "iso_code": "EUR"}));
        shop.put("countries", json!({"id": 8, "iso_code": "FR"}));
        shop.put("carriers", json!({"id": 2, "name": "My carrier"}));
        shop.put("categories", json!({"id": 5, "name": "T-shirts"}));
        shop.put("categories", json!({"id": 7, "name": [{"id": "1", "value": "Blouses"}]}));
        shop.put(
            "addresses",
            json!({"id": 4, "id_country": "8", "id_state": "0", "city": "Paris", "postcode": "75002",
                "phone": "0102030405", "phone_mobile": ""}),
        );
        for empty in [
            "order_slip",
            "order_payments",
            "order_discounts",
            "stock_availables",
            "taxes",
            "states",
        ] {
            shop.records.insert(empty.to_owned(), Vec::new());
        }
        shop
    }

    /// Adds a record, or replaces the one with its id.
    pub fn put(&mut self, resource: &str, record: Value) {
        let rows = self.records.entry(resource.to_owned()).or_default();
        rows.retain(|row| text(&row["id"]) != text(&record["id"]));
        rows.push(record);
    }

    /// Changes some fields of a record.
    pub fn change(&mut self, resource: &str, id: u64, fields: &Value) {
        let rows = self.records.get_mut(resource).expect("a resource");
        let row = rows.iter_mut().find(|row| row["id"] == json!(id)).expect("a record");
        for (name, value) in fields.as_object().expect("fields") {
            row[name] = value.clone();
        }
    }
}

pub fn serve(shop: Shop) -> (Replay, Shared) {
    serve_on(std::net::SocketAddr::from(([127, 0, 0, 1], 0)), shop)
}

pub fn serve_on(address: std::net::SocketAddr, shop: Shop) -> (Replay, Shared) {
    let shared = Arc::new(Mutex::new(shop));
    let kept = Arc::clone(&shared);
    let answer = move |request: &Request| answer(&kept.lock().expect("the shop"), request);
    (Replay::start_on(address, answer), shared)
}

fn error(status: u16, code: u16, message: &str) -> Response {
    // XML even where JSON is asked for.
    let body = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<prestashop xmlns:xlink=\"http://www.w3.org/1999/xlink\">\n<errors>\n<error>\n<code><![CDATA[{code}]]></code>\n<message><![CDATA[{message}]]></message>\n</error>\n</errors>\n</prestashop>"
    );
    let headers = vec![("Content-Type".to_owned(), "text/xml;charset=utf-8".to_owned())];
    Response { status, headers, body: body.into_bytes() }
}

fn answer(shop: &Shop, request: &Request) -> Response {
    let login = base64::engine::general_purpose::STANDARD.encode(format!("{KEY}:"));
    let header = request.header("authorization").filter(|_| !shop.drops_header);
    if header.is_none() && request.parameter("ws_key").is_none() {
        return Response {
            status: 401,
            headers: vec![("WWW-Authenticate".into(), "Basic realm=\"Welcome to PrestaShop Webservice, please enter the authentication key as the login. No password required.\"".into())],
            body: b"401 Unauthorized".to_vec(),
        };
    }
    let basic = header.is_some_and(|header| header == format!("Basic {login}"));
    if !basic && request.parameter("ws_key") != Some(KEY) {
        return error(401, 19, "Authentication key does not exist");
    }
    let Some(rest) = request.path.strip_prefix("/api") else {
        return Response { status: 404, headers: Vec::new(), body: b"<html>404</html>".to_vec() };
    };
    let mut parts = rest.trim_matches('/').split('/');
    let resource = parts.next().unwrap_or_default();
    if resource.is_empty() {
        return listing(shop);
    }
    if shop.forbidden.iter().any(|name| name == resource) {
        let message =
            format!("Resource of type \"{resource}\" is not allowed with this authentication key");
        return error(400, 26, &message);
    }
    let Some(rows) = shop.records.get(resource) else {
        return error(400, 24, &format!("Resource of type \"{resource}\" does not exists"));
    };
    if let Some(id) = parts.next() {
        let found = rows.iter().find(|row| text(&row["id"]) == id);
        let Some(found) = found else {
            return Response { status: 404, headers: Vec::new(), body: Vec::new() };
        };
        return answered(shop, &json!({ "one": found }));
    }
    let mut request = request.clone();
    request.query.retain(|(name, _)| !shop.ignores.iter().any(|ignored| name.starts_with(ignored)));
    if shop.ignores.contains(&"display") {
        request.query.push(("display".to_owned(), "full".to_owned()));
    }
    match select(rows, &request) {
        Ok(rows) if rows.is_empty() => answered(shop, &json!([])),
        Ok(mut rows) => {
            rows.truncate(shop.most.unwrap_or(usize::MAX));
            let name = if resource == "order_slip" { "order_slips" } else { resource };
            answered(shop, &json!({ name: rows }))
        }
        Err(response) => response,
    }
}

fn answered(shop: &Shop, body: &Value) -> Response {
    Response::json(200, body.to_string()).header("PSWS-Version", &shop.version)
}

fn listing(shop: &Shop) -> Response {
    let mut body = String::from("<?xml version=\"1.0\"?><prestashop><api shopName=\"Chez Zoé\">");
    for name in shop.records.keys().filter(|name| !shop.forbidden.contains(name)) {
        let address = format!("http://x/api/{name}");
        for part in ["<", name, " xlink:href=\"", &address, "\" get=\"true\" put=\"false\"/>"] {
            body.push_str(part);
        }
    }
    body.push_str("</api></prestashop>");
    let headers = vec![
        ("Content-Type".to_owned(), "text/xml".to_owned()),
        ("PSWS-Version".to_owned(), shop.version.clone()),
    ];
    Response { status: 200, headers, body: body.into_bytes() }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn inside(list: &str) -> Option<&str> {
    list.strip_prefix('[')?.strip_suffix(']')
}

/// Numbers compare as numbers, stamps as texts.
fn order(a: &str, b: &str) -> std::cmp::Ordering {
    match (a.parse::<i64>(), b.parse::<i64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        _ => a.cmp(b),
    }
}

fn select(rows: &[Value], request: &Request) -> Result<Vec<Value>, Response> {
    let mut rows: Vec<Value> = rows.to_vec();
    for (name, value) in &request.query {
        let Some(field) = name.strip_prefix("filter[").and_then(|name| name.strip_suffix(']'))
        else {
            continue;
        };
        if field.starts_with("date_") && request.parameter("date") != Some("1") {
            return Err(error(
                400,
                32,
                "Unable to filter by this field. However, these are available: date=1",
            ));
        }
        let wanted = inside(value).unwrap_or(value);
        rows.retain(|row| {
            let own = text(&row[field]);
            if let Some((from, to)) = wanted.split_once(',') {
                return order(&own, from).is_ge() && order(&own, to).is_le();
            }
            wanted.split('|').any(|one| one == own)
        });
    }
    if let Some(sort) = request.parameter("sort").and_then(inside) {
        for key in sort.split(',').rev() {
            let (field, down) = match key.strip_suffix("_DESC") {
                Some(field) => (field, true),
                None => (key.strip_suffix("_ASC").unwrap_or(key), false),
            };
            rows.sort_by(|a, b| {
                let by = order(&text(&a[field]), &text(&b[field]));
                if down { by.reverse() } else { by }
            });
        }
    }
    if let Some(limit) = request.parameter("limit") {
        let (offset, count) = limit.split_once(',').unwrap_or(("0", limit));
        let (offset, count) = (offset.parse().unwrap_or(0), count.parse().unwrap_or(0));
        rows = rows.into_iter().skip(offset).take(count).collect();
    }
    match request.parameter("display") {
        Some("full") => Ok(rows),
        Some(fields) => {
            let fields: Vec<&str> = inside(fields).unwrap_or_default().split(',').collect();
            Ok(rows
                .into_iter()
                .map(|row| {
                    let kept = fields
                        .iter()
                        .filter_map(|field| Some(((*field).to_owned(), row.get(*field)?.clone())));
                    Value::Object(kept.collect())
                })
                .collect())
        }
        None => Ok(rows.into_iter().map(|row| json!({ "id": row["id"] })).collect()),
    }
}
