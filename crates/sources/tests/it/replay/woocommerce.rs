//! Plays `WooCommerce` as recorded of 9.9.5: its filters, paging, codes, and OAuth 1.0a over plain http.

#[path = "woocommerce/analytics.rs"]
pub mod analytics;
#[path = "woocommerce/goods.rs"]
mod goods;
#[path = "woocommerce/key.rs"]
pub mod key;
#[path = "woocommerce/shop.rs"]
pub mod shop;

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::{Value, json};

use super::{Request, Response};
use shop::Shop;

/// The shop that is played; tests change it while it is read.
#[derive(Clone)]
pub struct WooCommerce {
    inside: Arc<Mutex<Inside>>,
}

pub struct Inside {
    pub shop: Shop,
    pub lock: key::Lock,
    /// No pretty addresses: only `?rest_route=`.
    pub plain: bool,
    /// A folder that the shop is in.
    pub folder: String,
    /// Routes that answer with this status and code instead, by their beginning.
    pub closed: Vec<(String, u16, String)>,
    pub webhooks: Vec<Value>,
}

impl WooCommerce {
    pub fn new(shop: Shop) -> Self {
        let inside = Inside {
            shop,
            lock: key::Lock::default(),
            plain: false,
            folder: String::new(),
            closed: Vec::new(),
            webhooks: Vec::new(),
        };
        Self { inside: Arc::new(Mutex::new(inside)) }
    }

    pub fn inside(&self) -> MutexGuard<'_, Inside> {
        self.inside.lock().expect("the shop")
    }

    pub fn answer(&self, request: &Request) -> Response {
        self.inside().answer(request)
    }
}

fn error(status: u16, code: &str, message: &str) -> Response {
    let body = json!({"code": code, "message": message, "data": {"status": status}});
    Response::json(status, body.to_string())
}

fn page(status: u16, title: &str) -> Response {
    let body = format!("<!doctype html><html><head><title>{title}</title></head></html>");
    Response {
        status,
        headers: vec![("Content-Type".into(), "text/html".into())],
        body: body.into(),
    }
}

impl Inside {
    fn answer(&mut self, request: &Request) -> Response {
        // Of a parameter that is written twice PHP keeps the last; the official client does write so.
        let mut request = request.clone();
        let mut once: Vec<(String, String)> = Vec::new();
        for (name, value) in request.query.drain(..) {
            once.retain(|(known, _)| *known != name);
            once.push((name, value));
        }
        request.query = once;
        let request = &request;
        let Some(path) = request.path.strip_prefix(self.folder.as_str()) else {
            return page(404, "Not Found");
        };
        let route = match request.parameter("rest_route") {
            Some(route) => route.to_owned(),
            None if self.plain => return page(404, "Not Found"),
            None => match path.strip_prefix("/wp-json") {
                Some(route) => route.to_owned(),
                None => return page(200, "Ma boutique"),
            },
        };
        let route = route.trim_matches('/').to_owned();
        if route.is_empty() {
            let index = json!({
                "name": "Ma boutique &amp; fils", "description": "", "home": self.lock.home,
                "gmt_offset": 1, "timezone_string": "Europe/Paris",
                "namespaces": ["wc/v3", "wc-analytics", "wp/v2"],
            });
            return Response::json(200, index.to_string());
        }
        if let Err(refused) = self.lock.opens(request) {
            return refused;
        }
        for (beginning, status, code) in &self.closed {
            if route.starts_with(beginning.as_str()) {
                return error(*status, code, "closed on purpose");
            }
        }
        self.route(&route, request)
    }

    fn route(&mut self, route: &str, request: &Request) -> Response {
        let parts: Vec<&str> = route.split('/').collect();
        match (request.method.as_str(), &parts[..]) {
            ("GET", ["wc", "v3", "orders"]) => self.orders(request),
            ("GET", ["wc", "v3", "orders", "statuses"]) => {
                Response::json(200, include_str!("../../data/woocommerce/order_statuses.json"))
            }
            ("GET", ["wc", "v3", "orders", id]) => match self.shop.orders.get(&number(id)) {
                Some(order) => Response::json(200, trimmed(order, request).to_string()),
                None => error(404, "woocommerce_rest_shop_order_invalid_id", "Invalid ID."),
            },
            ("GET", ["wc", "v3", "orders", id, "refunds"]) => {
                match self.shop.refunds.get(&number(id)) {
                    Some(refunds) => paged(&refunds.iter().collect::<Vec<_>>(), request),
                    None if self.shop.orders.contains_key(&number(id)) => paged(&[], request),
                    None => error(404, "woocommerce_rest_invalid_order_id", "Invalid order ID."),
                }
            }
            ("GET", ["wc", "v3", "products"]) => self.products(request),
            ("GET", ["wc", "v3", "products", id]) => match self.shop.products.get(&number(id)) {
                Some(product) => Response::json(200, product.to_string()),
                None => error(404, "woocommerce_rest_product_invalid_id", "Invalid ID."),
            },
            ("GET", ["wc", "v3", "products", id, "variations"]) => {
                let none = Vec::new();
                let all = self.shop.variations.get(&number(id)).unwrap_or(&none);
                paged(&all.iter().collect::<Vec<_>>(), request)
            }
            ("GET", ["wc", "v3", "customers"]) => {
                paged(&self.shop.customers.values().collect::<Vec<_>>(), request)
            }
            ("GET", ["wc", "v3", "customers", id]) => match self.shop.customers.get(&number(id)) {
                Some(customer) => Response::json(200, customer.to_string()),
                None => error(404, "woocommerce_rest_invalid_id", "Invalid resource ID."),
            },
            ("GET", ["wc", "v3", "data", "currencies", "current"]) => Response::json(
                200,
                json!({"code": "EUR", "name": "Euro", "symbol": "&euro;"}).to_string(),
            ),
            ("GET", ["wc", "v3", "system_status"]) => {
                Response::json(200, json!({"environment": {"version": "9.9.5"}}).to_string())
            }
            ("GET", ["wc", "v3", "settings", "wc_admin", "woocommerce_date_type"]) => {
                let setting = json!({"id": "woocommerce_date_type", "value": self.shop.date_type});
                Response::json(200, setting.to_string())
            }
            ("GET", ["wc-analytics", "reports", "revenue", "stats"]) => {
                let day = |name: &str| request.parameter(name).unwrap_or_default().to_owned();
                let totals = analytics::totals(&self.shop, &day("after"), &day("before"));
                Response::json(200, json!({"totals": totals, "intervals": []}).to_string())
            }
            ("GET", ["wc", "v3", "webhooks"]) => {
                paged(&self.webhooks.iter().collect::<Vec<_>>(), request)
            }
            ("POST", ["wc", "v3", "webhooks"]) => self.new_webhook(request),
            ("PUT", ["wc", "v3", "webhooks", id]) => self.change_webhook(number(id), request),
            _ => error(
                404,
                "rest_no_route",
                "No route was found matching the URL and request method.",
            ),
        }
    }

    fn orders(&self, request: &Request) -> Response {
        let statuses = request.parameter("status").unwrap_or("any");
        for status in statuses.split(',') {
            if status != "any" && !Shop::knows(status) {
                return error(400, "rest_invalid_param", "Invalid parameter(s): status");
            }
        }
        // `any` never has the trash, not even beside it: as recorded.
        let listed = |order: &Value| {
            let status = text(order, "status");
            if statuses.split(',').any(|one| one == "any") {
                status != "trash"
            } else {
                statuses.split(',').any(|one| one == status)
            }
        };
        let utc = request.parameter("dates_are_gmt") == Some("true");
        let bounds: [(&str, &str, fn(&str, &str) -> bool); 4] = [
            ("after", "date_created", |stamp, bound| stamp > bound),
            ("before", "date_created", |stamp, bound| stamp < bound),
            ("modified_after", "date_modified", |stamp, bound| stamp > bound),
            ("modified_before", "date_modified", |stamp, bound| stamp < bound),
        ];
        let mut rows: Vec<&Value> =
            self.shop.orders.values().filter(|order| listed(order)).collect();
        for (name, member, holds) in bounds {
            let Some(bound) = request.parameter(name) else { continue };
            let member = if utc { format!("{member}_gmt") } else { member.to_owned() };
            rows.retain(|order| holds(&text(order, &member), bound));
        }
        if let Some(include) = request.parameter("include") {
            let ids: Vec<u64> = include.split(',').map(number).collect();
            rows.retain(|order| ids.contains(&id(order)));
        }
        let member = match request.parameter("orderby").unwrap_or("date") {
            "date" => "date_created_gmt",
            "modified" => "date_modified_gmt",
            "id" => "id",
            "include" | "title" | "slug" => "number",
            _ => return error(400, "rest_invalid_param", "Invalid parameter(s): orderby"),
        };
        rows.sort_by_key(|order| (text(order, member), id(order)));
        if request.parameter("order").unwrap_or("desc") == "desc" {
            rows.reverse();
        }
        paged(&rows, request)
    }

    fn products(&self, request: &Request) -> Response {
        let mut rows: Vec<&Value> = self.shop.products.values().collect();
        if let Some(include) = request.parameter("include") {
            let ids: Vec<u64> = include.split(',').map(number).collect();
            rows.retain(|product| ids.contains(&id(product)));
        }
        if let Some(kind) = request.parameter("type") {
            rows.retain(|product| text(product, "type") == kind);
        }
        if let Some(bound) = request.parameter("modified_after") {
            assert_eq!(request.parameter("dates_are_gmt"), Some("true"), "a local stamp");
            rows.retain(|product| text(product, "date_modified_gmt").as_str() > bound);
        }
        paged(&rows, request)
    }

    fn new_webhook(&mut self, request: &Request) -> Response {
        let Ok(mut webhook) = serde_json::from_slice::<Value>(&request.body) else {
            return error(400, "rest_invalid_json", "Invalid JSON body passed.");
        };
        webhook["id"] = json!(self.webhooks.len() + 1);
        self.webhooks.push(webhook.clone());
        Response::json(201, webhook.to_string())
    }

    fn change_webhook(&mut self, wanted: u64, request: &Request) -> Response {
        let change: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let Some(webhook) = self.webhooks.iter_mut().find(|webhook| id(webhook) == wanted) else {
            return error(404, "woocommerce_rest_shop_webhook_invalid_id", "Invalid ID.");
        };
        for (name, value) in change.as_object().into_iter().flatten() {
            webhook[name] = value.clone();
        }
        Response::json(200, webhook.to_string())
    }
}

/// One page of a list, with its headers; a page past the end is an empty list.
fn paged(rows: &[&Value], request: &Request) -> Response {
    let size: usize =
        request.parameter("per_page").and_then(|size| size.parse().ok()).unwrap_or(10);
    if !(1..=100).contains(&size) {
        return error(400, "rest_invalid_param", "Invalid parameter(s): per_page");
    }
    let at: usize = request.parameter("page").and_then(|at| at.parse().ok()).unwrap_or(1);
    let shown: Vec<Value> =
        rows.iter().skip((at - 1) * size).take(size).map(|row| trimmed(row, request)).collect();
    Response::json(200, Value::Array(shown).to_string())
        .header("X-WP-Total", &rows.len().to_string())
        .header("X-WP-TotalPages", &rows.len().div_ceil(size).to_string())
}

/// `_fields` leaves the rest out.
fn trimmed(row: &Value, request: &Request) -> Value {
    let Some(fields) = request.parameter("_fields") else { return row.clone() };
    let kept = row.as_object().into_iter().flatten();
    let kept = kept.filter(|(name, _)| fields.split(',').any(|field| field == name.as_str()));
    Value::Object(kept.map(|(name, value)| (name.clone(), value.clone())).collect())
}

pub fn text(row: &Value, name: &str) -> String {
    match &row[name] {
        Value::String(text) => text.clone(),
        Value::Number(number) => format!("{:020}", number.as_u64().unwrap_or_default()),
        _ => String::new(),
    }
}

pub fn id(row: &Value) -> u64 {
    row["id"].as_u64().unwrap_or_default()
}

fn number(text: &str) -> u64 {
    text.parse().unwrap_or_default()
}
