//! Plays Shopify's Admin GraphQL API over a shop in memory: it answers the queries that the connector
//! ships, by their names, with whole records in Shopify's shapes, and counts what each costs.

#![expect(clippy::needless_pass_by_value, reason = "orders in tests read better without borrows")]

use std::collections::BTreeMap;
use std::time::Instant;

use serde_json::{Map, Value, json};

use super::{Request, Response};

#[path = "selection.rs"]
mod selection;
use selection::Query;

/// A shop that is played.
pub struct Shop {
    pub orders: Vec<Value>,
    pub products: Vec<Value>,
    pub checkouts: Vec<Value>,
    pub scopes: Vec<&'static str>,
    pub token: String,
    /// Client id and secret that a token is granted for.
    pub app: (String, String),
    /// Seconds that a granted token lasts.
    pub lasts: u64,
    pub granted: u32,
    /// Points: most, now, restored a second.
    pub bucket: (f64, f64, f64),
    at: Instant,
    /// Queries that are refused as too early, whatever the bucket has.
    pub throttle: u32,
    /// How many queries came too early.
    pub early: u32,
    /// Records × lines that one query may ask.
    pub costliest: u64,
    /// Fields that the key may not read: name, message; they are null.
    pub denied: Vec<(&'static str, &'static str)>,
    /// `None`: another operation runs. Else how often it is seen running and how it ends.
    pub bulk: Option<(u32, &'static str)>,
    /// Where the file stands, when not here.
    pub file_host: Option<String>,
    bulk_query: Option<String>,
    /// What products cost may not be read: for that no product is answered.
    pub costs_denied: bool,
    /// Orders are answered for one at a time only.
    pub single: bool,
    pub hooks: Vec<(String, String)>,
}

/// An amount in the shop's currency, beside what the buyer saw.
pub fn bag(amount: &str) -> Value {
    json!({
        "shopMoney": {"amount": amount, "currencyCode": "EUR"},
        "presentmentMoney": {"amount": "999.99", "currencyCode": "USD"},
    })
}

/// Cents as Shopify writes an amount.
pub fn cents(amount: i64) -> String {
    format!("{}{}.{:02}", if amount < 0 { "-" } else { "" }, amount.abs() / 100, amount.abs() % 100)
}

pub fn tax(percent: &str, amount: &str) -> Value {
    let percentage: Value = serde_json::from_str(percent).expect("a number");
    json!({"title": "TVA", "ratePercentage": percentage, "priceSet": bag(amount)})
}

/// A line: `original` for all units, `off` by allocation, one tax.
pub fn line(
    number: u64,
    sku: Option<&str>,
    quantity: u64,
    original: &str,
    off: &[&str],
    taxes: Vec<Value>,
) -> Value {
    json!({
        "id": format!("gid://shopify/LineItem/{number}"),
        "name": format!("Article {number}"), "sku": sku, "quantity": quantity, "isGiftCard": false,
        "variantTitle": null,
        "product": {"legacyResourceId": "7001", "productType": "Thés"},
        "variant": {"inventoryItem": {"unitCost": {"amount": "4.0", "currencyCode": "EUR"}}},
        "originalTotalSet": bag(original), "discountedTotalSet": bag(original),
        "discountAllocations": off.iter().map(|off| json!({"allocatedAmountSet": bag(off)})).collect::<Vec<_>>(),
        "taxLines": taxes,
    })
}

pub fn way(title: &str, price: &str, taxes: Vec<Value>) -> Value {
    json!({
        "title": title, "originalPriceSet": bag(price), "discountedPriceSet": bag(price),
        "discountAllocations": [], "taxLines": taxes,
    })
}

/// A paid order; `change` says what is different about it.
pub fn order(
    number: u64,
    created: &str,
    total: &str,
    tax: &str,
    lines: Vec<Value>,
    ways: Vec<Value>,
    change: Value,
) -> Value {
    let mut order = json!({
        "id": format!("gid://shopify/Order/{number}"),
        "legacyResourceId": number.to_string(),
        "name": format!("#{number}"),
        "createdAt": created, "updatedAt": created, "processedAt": created, "cancelledAt": null,
        "test": false, "sourceName": "web", "taxesIncluded": false, "currencyCode": "EUR",
        "displayFinancialStatus": "PAID", "displayFulfillmentStatus": "UNFULFILLED",
        "email": format!("client{number}@exemple.fr"), "phone": null,
        "customer": {"legacyResourceId": format!("8{number}"), "firstName": "Zoé", "lastName": "Martin"},
        "billingAddress": {"countryCodeV2": "FR", "provinceCode": null, "city": "Lyon", "zip": "69001"},
        "shippingAddress": {"countryCodeV2": "BE", "provinceCode": null, "city": "Namur", "zip": "5000"},
        "paymentGatewayNames": ["shopify_payments"], "discountCodes": [],
        "totalPriceSet": bag(total), "totalTaxSet": bag(tax), "totalTipReceivedSet": bag("0.0"),
        "originalTotalDutiesSet": null, "additionalFees": [],
        "transactions": [{"kind": "SALE", "status": "SUCCESS", "processedAt": created,
            "gateway": "shopify_payments", "amountSet": bag(total)}],
        "fulfillments": [], "customerJourneySummary": null,
        "shippingLines": {"nodes": ways}, "lineItems": lines, "refunds": [],
    });
    for (name, value) in change.as_object().expect("members") {
        order[name] = value.clone();
    }
    order
}

/// A refund with lines (line, quantity, subtotal, tax), shipping (amount, tax) and adjustments.
pub fn refund(
    number: u64,
    at: &str,
    money: &str,
    lines: &[(&Value, u64, &str, &str)],
    shipping: Option<(&str, &str)>,
    adjustments: &[&str],
) -> Value {
    let lines: Vec<Value> = lines
        .iter()
        .map(|(line, quantity, subtotal, tax)| {
            json!({"quantity": quantity, "subtotalSet": bag(subtotal), "totalTaxSet": bag(tax), "lineItem": line})
        })
        .collect();
    let shipping: Vec<Value> = shipping
        .iter()
        .map(|(amount, tax)| json!({"subtotalAmountSet": bag(amount), "taxAmountSet": bag(tax)}))
        .collect();
    let adjustments: Vec<Value> = adjustments
        .iter()
        .map(|amount| json!({"reason": "REFUND_DISCREPANCY", "amountSet": bag(amount), "taxAmountSet": bag("0.0")}))
        .collect();
    json!({
        "legacyResourceId": number.to_string(), "createdAt": at, "updatedAt": at, "note": "cassé",
        "totalRefundedSet": bag(money), "refundLineItems": lines,
        "refundShippingLines": {"nodes": shipping}, "orderAdjustments": {"nodes": adjustments},
        "duties": [],
    })
}

fn text(of: &Value, name: &str) -> String {
    of[name].as_str().expect("a text").to_owned()
}

/// A product with one variant.
pub fn product(number: u64, at: &str) -> Value {
    json!({
        "id": format!("gid://shopify/Product/{number}"), "legacyResourceId": number.to_string(),
        "title": format!("Article {number}"), "productType": "Thés", "updatedAt": at,
        "variants": [{
            "legacyResourceId": (number + 90_000).to_string(), "title": "Default Title",
            "sku": format!("SKU-{}", number % 1000), "price": "12.00", "inventoryQuantity": 40,
            "inventoryItem": {"tracked": true, "unitCost": {"amount": "4.0", "currencyCode": "EUR"}},
        }],
    })
}

/// A checkout that somebody began.
pub fn checkout(number: u64, at: &str, completed: Option<&str>) -> Value {
    json!({
        "id": format!("gid://shopify/AbandonedCheckout/{number}"),
        "createdAt": at, "updatedAt": at, "completedAt": completed,
        "customer": {"legacyResourceId": "81", "firstName": "Zoé", "lastName": null,
            "defaultEmailAddress": {"emailAddress": "zoe@exemple.fr"}},
        "totalPriceSet": bag("42.50"),
        "lineItems": {"nodes": [{"title": "Thé", "sku": null, "quantity": 3,
            "product": {"legacyResourceId": "7001"}}]},
    })
}

impl Shop {
    pub fn new(orders: Vec<Value>) -> Self {
        Self {
            orders,
            products: Vec::new(),
            checkouts: Vec::new(),
            scopes: vec![
                "read_orders",
                "read_all_orders",
                "read_customers",
                "read_products",
                "read_inventory",
            ],
            token: "shpat_test".into(),
            app: ("client".into(), "hush".into()),
            lasts: 86_399,
            granted: 0,
            bucket: (2000.0, 2000.0, 20_000.0),
            at: Instant::now(),
            throttle: 0,
            early: 0,
            costliest: 10_000,
            denied: Vec::new(),
            bulk: Some((1, "COMPLETED")),
            file_host: None,
            bulk_query: None,
            costs_denied: false,
            single: false,
            hooks: Vec::new(),
        }
    }

    /// A shop of `count` orders, one each `hours` hours back from `now`: prices with 20 % inside, every
    /// seventh order partly refunded, every eleventh with 25 lines.
    pub fn generated(count: u64, hours: i64, now: jiff::Timestamp) -> Self {
        let mut orders = Vec::new();
        for index in 0..count {
            let number = 1000 + count - index;
            let back = hours * i64::try_from(index).expect("small") + 1;
            let at = now.checked_sub(jiff::SignedDuration::from_hours(back)).expect("a time");
            let at = at.to_string();
            let many = if number.is_multiple_of(11) { 25 } else { 1 + number % 3 };
            let lines: Vec<Value> = (0..many)
                .map(|n| {
                    let sku = format!("SKU-{}", (number + n) % 9);
                    line(number * 100 + n, Some(&sku), 1, "12.00", &[], vec![tax("20.0", "2.00")])
                })
                .collect();
            let total = 1200 * i64::try_from(many).expect("small") + 600;
            let taxes = 200 * i64::try_from(many).expect("small") + 100;
            let mut change = json!({"taxesIncluded": true});
            if number.is_multiple_of(7) {
                let first = lines[0].clone();
                let back = refund(
                    number + 500_000,
                    &at,
                    "12.00",
                    &[(&first, 1, "12.00", "2.00")],
                    None,
                    &[],
                );
                change["refunds"] = json!([back]);
                change["displayFinancialStatus"] = json!("PARTIALLY_REFUNDED");
            }
            let ways = vec![way("Colissimo", "6.00", vec![tax("20.0", "1.00")])];
            orders.push(order(number, &at, &cents(total), &cents(taxes), lines, ways, change));
        }
        let at = orders.last().map_or_else(|| now.to_string(), |order| text(order, "createdAt"));
        let mut shop = Self::new(orders);
        shop.products = (0..9).map(|number| product(7000 + number, &at)).collect();
        shop.checkouts = vec![checkout(5, &now.to_string(), None)];
        shop
    }

    /// Answers a request.
    pub fn answer(&mut self, request: &Request) -> Response {
        if request.path == "/admin/oauth/access_token" {
            return self.grant(request);
        }
        if let Some(before) = request.path.strip_prefix("/bulk/") {
            return ranged(request, self.file(before).into_bytes());
        }
        if !request.path.starts_with("/admin/api/") || !request.path.ends_with("/graphql.json") {
            return Response::json(404, r#"{"errors":"Not Found"}"#);
        }
        if request.header("x-shopify-access-token") != Some(self.token.as_str()) {
            let text =
                "[API] Invalid API key or access token (unrecognized login or wrong password)";
            return Response::json(401, json!({"errors": text}).to_string());
        }
        let body: Value = serde_json::from_slice(&request.body).expect("a query");
        let query = body["query"].as_str().expect("a query").to_owned();
        let host = request.header("host").unwrap_or_default().to_owned();
        Response::json(200, self.graphql(&query, &body["variables"], &host).to_string())
            .header("X-Shopify-API-Version", "2026-10")
            .header("Date", "Sun, 22 Nov 2026 12:00:00 GMT")
    }

    fn grant(&mut self, request: &Request) -> Response {
        let told: Value = serde_json::from_slice(&request.body).unwrap_or_default();
        let right = told["client_id"] == self.app.0.as_str()
            && told["client_secret"] == self.app.1.as_str()
            && told["grant_type"] == "client_credentials";
        if !right {
            return Response::json(
                400,
                r#"{"error":"invalid_client","error_description":"Unknown client"}"#,
            );
        }
        self.granted += 1;
        self.token = format!("granted-{}", self.granted);
        let answer =
            json!({"access_token": self.token, "scope": "read_orders", "expires_in": self.lasts});
        Response::json(200, answer.to_string())
    }

    fn graphql(&mut self, query: &str, variables: &Value, host: &str) -> Value {
        let (most, had, rate) = self.bucket;
        let now = (had + self.at.elapsed().as_secs_f64() * rate).min(most);
        self.at = Instant::now();
        let records = variables["first"]
            .as_u64()
            .unwrap_or(1)
            .max(variables["ids"].as_array().map_or(0, |ids| ids.len() as u64));
        let asked = records * variables["lines"].as_u64().unwrap_or(1);
        if asked > self.costliest {
            self.bucket.1 = now;
            return json!({"errors": [{"message": "Query cost is too high", "extensions": {
                "code": "MAX_COST_EXCEEDED", "cost": asked, "maxCost": self.costliest,
                "documentation": "https://shopify.dev/api/usage/rate-limits"}}]});
        }
        #[expect(clippy::cast_precision_loss, reason = "small numbers")]
        let cost = 10.0 + asked as f64;
        let early = self.throttle > 0 || cost > now;
        self.throttle = self.throttle.saturating_sub(1);
        self.bucket.1 = if early { if cost > now { now } else { 0.0 } } else { now - cost };
        let told = json!({"cost": {
            "requestedQueryCost": cost, "actualQueryCost": if early { Value::Null } else { json!(cost) },
            "throttleStatus": {"maximumAvailable": most, "currentlyAvailable": self.bucket.1, "restoreRate": rate},
        }});
        if early {
            self.early += 1;
            return json!({"errors": [{"message": "Throttled", "extensions": {
                "code": "THROTTLED", "documentation": "https://shopify.dev/api/usage/rate-limits"}}],
                "extensions": told});
        }
        let mut data = match self.data(query, variables, host) {
            Ok(data) => data,
            Err(message) => return json!({"errors": [{"message": message}], "extensions": told}),
        };
        let mut errors = Vec::new();
        for (name, message) in &self.denied {
            if blank(&mut data, name) {
                errors.push(json!({"message": message, "path": ["orders", "nodes", 0, name],
                    "extensions": {"code": "ACCESS_DENIED"}}));
            }
        }
        let data = match Query::parse(query) {
            Ok(query) => query.select(&data, variables),
            Err(message) => return json!({"errors": [{"message": message}], "extensions": told}),
        };
        if self.costs_denied && query.contains("unitCost") && variables["costs"] == true {
            let message = "Access denied for inventoryItem field. Required access: `read_inventory` access scope.";
            let path = json!(["products", "nodes", 0, "variants", "nodes", 0, "inventoryItem"]);
            return json!({"data": {"products": null}, "extensions": told, "errors": [
                {"message": message, "path": path, "extensions": {"code": "ACCESS_DENIED"}}]});
        }
        let mut answer = json!({"data": data, "extensions": told});
        if !errors.is_empty() {
            answer["errors"] = json!(errors);
        }
        answer
    }

    fn data(&mut self, query: &str, variables: &Value, host: &str) -> Result<Value, String> {
        let words =
            query.lines().find(|line| line.starts_with("query ") || line.starts_with("mutation "));
        let name = words.and_then(|line| line.split([' ', '(']).nth(1)).unwrap_or_default();
        Ok(match name {
            "Shop" => json!({
                "shop": {"name": "Thés d’Ici", "currencyCode": "EUR", "ianaTimezone": "Europe/Paris"},
                "currentAppInstallation": {"accessScopes":
                    self.scopes.iter().map(|scope| json!({"handle": scope})).collect::<Vec<_>>()},
            }),
            "Begin" => {
                let newest =
                    self.orders.iter().filter_map(|order| order["updatedAt"].as_str()).max();
                json!({"ordersCount": {"count": self.orders.len()},
                    "orders": {"nodes": newest.iter().map(|at| json!({"updatedAt": at})).collect::<Vec<_>>()}})
            }
            "OldestOrder" => {
                let oldest = self.orders.iter().min_by_key(|order| order["createdAt"].as_str());
                let shown = oldest.map(|order| {
                    json!({"legacyResourceId": order["legacyResourceId"], "createdAt": order["createdAt"]})
                });
                json!({"orders": {"nodes": shown.into_iter().collect::<Vec<_>>()}})
            }
            "Orders" => {
                json!({"orders": page(&self.orders, variables, |order| whole(order, variables))?})
            }
            "OrdersById" | "ProductsById" if self.single => {
                return Err("Field 'nodes' doesn't exist on type 'QueryRoot'".into());
            }
            "OrderById" => {
                let order = self.orders.iter().find(|order| order["id"] == variables["id"]);
                json!({"order": order.map(|order| whole(order, variables))})
            }
            "OrdersById" => {
                json!({"nodes": by_id(&self.orders, variables, |order| whole(order, variables))})
            }
            "MoreLines" => {
                let order = self.orders.iter().find(|order| order["id"] == variables["id"]);
                json!({"order": order.map(|order| json!({"lineItems": piece(&order["lineItems"], variables)}))})
            }
            "MoreRefundLines" => {
                let number = variables["id"].as_str().and_then(|id| id.rsplit('/').next());
                let mut refunds =
                    self.orders.iter().filter_map(|order| order["refunds"].as_array()).flatten();
                let refund = refunds.find(|refund| refund["legacyResourceId"].as_str() == number);
                json!({"refund": refund.map(|refund| {
                    json!({"refundLineItems": piece(&refund["refundLineItems"], variables)})
                })})
            }
            "MoreVariants" => {
                let product = self.products.iter().find(|product| product["id"] == variables["id"]);
                json!({"product": product.map(|product| {
                    json!({"variants": piece(&product["variants"], variables)})
                })})
            }
            "Products" => json!({
                "shop": {"taxesIncluded": true, "currencyCode": "EUR"},
                "products": page(&self.products, variables, |product| variants(product, variables))?,
            }),
            "ProductsById" => json!({
                "shop": {"taxesIncluded": true, "currencyCode": "EUR"},
                "nodes": by_id(&self.products, variables, |product| variants(product, variables)),
            }),
            "Checkouts" => {
                json!({"abandonedCheckouts": page(&self.checkouts, variables, Clone::clone)?})
            }
            "BulkRun" => match &self.bulk {
                Some(_) => {
                    self.bulk_query = variables["query"].as_str().map(str::to_owned);
                    json!({"bulkOperationRunQuery": {"userErrors": [],
                        "bulkOperation": {"id": "gid://shopify/BulkOperation/1", "status": "CREATED"}}})
                }
                None => {
                    json!({"bulkOperationRunQuery": {"bulkOperation": null, "userErrors": [{"field": null,
                    "message": "A bulk query operation for this app and shop is already in progress: gid://shopify/BulkOperation/9."}]}})
                }
            },
            "BulkState" => {
                let (running, end) = self.bulk.unwrap_or((0, "FAILED"));
                self.bulk = Some((running.saturating_sub(1), end));
                let status = if running > 0 { "RUNNING" } else { end };
                let before = self.bulk_query.as_deref().and_then(|query| {
                    let (_, rest) = query.split_once("created_at:<'")?;
                    rest.split_once('\'').map(|(date, _)| date.to_owned())
                });
                let host = self.file_host.clone().unwrap_or_else(|| format!("http://{host}"));
                let url = before.map(|before| format!("{host}/bulk/{before}"));
                let done = status == "COMPLETED";
                json!({"node": {"id": "gid://shopify/BulkOperation/1", "status": status,
                    "errorCode": if status == "FAILED" { json!("TIMEOUT") } else { Value::Null },
                    "url": if done { json!(url) } else { Value::Null },
                    "partialDataUrl": if status == "FAILED" { json!(url) } else { Value::Null }}})
            }
            "Hooks" => {
                json!({"webhookSubscriptions": {"pageInfo": {"hasNextPage": false, "endCursor": null},
                "nodes": self.hooks.iter().map(|(topic, uri)| json!({"topic": topic, "uri": uri})).collect::<Vec<_>>()}})
            }
            "HookCreate" => {
                let text = |name: &str| variables[name].as_str().expect("a text").to_owned();
                self.hooks.push((text("topic"), text("address")));
                json!({"webhookSubscriptionCreate": {"webhookSubscription": {"id": "gid://shopify/WebhookSubscription/1"}, "userErrors": []}})
            }
            other => return Err(format!("Field '{other}' doesn't exist on type 'QueryRoot'")),
        })
    }

    /// The file of the bulk operation: orders before a date, each followed by its lines.
    pub fn file(&self, before: &str) -> String {
        let mut text = String::new();
        let before: jiff::Timestamp = before.parse().expect("a date");
        let query =
            Query::parse(self.bulk_query.as_deref().expect("a query")).expect("a bulk query");
        let of_order = query.under(&["orders", "edges", "node"]).expect("orders");
        let of_line = of_order.under(&["lineItems", "edges", "node"]).expect("lines");
        for order in &self.orders {
            let created: jiff::Timestamp =
                order["createdAt"].as_str().expect("a date").parse().expect("a date");
            if created >= before {
                continue;
            }
            let mut told = order.clone();
            let lines = told["lineItems"].take();
            let ways = told["shippingLines"].take();
            let members = told.as_object_mut().expect("an order");
            members.remove("lineItems");
            members.remove("shippingLines");
            members.insert("shippingLine".into(), ways["nodes"][0].clone());
            let refunds = members["refunds"].as_array().expect("refunds").clone();
            let refunds: Vec<Value> = refunds
                .iter()
                .map(|refund| json!({"legacyResourceId": refund["legacyResourceId"]}))
                .collect();
            members.insert("refunds".into(), json!(refunds));
            let mut told = of_order.select(&told, &Value::Null);
            told.as_object_mut().expect("an order").remove("lineItems");
            text.push_str(&told.to_string());
            text.push('\n');
            for line in lines.as_array().expect("lines") {
                let mut line = of_line.select(line, &Value::Null);
                line["__parentId"] = order["id"].clone();
                text.push_str(&line.to_string());
                text.push('\n');
            }
        }
        text
    }
}

/// A piece of a file, as object storage gives it.
pub fn ranged(request: &Request, body: Vec<u8>) -> Response {
    let plain = |status, body| Response { status, headers: Vec::new(), body };
    let Some(range) = request.header("range").and_then(|range| range.strip_prefix("bytes=")) else {
        return plain(200, body);
    };
    let (from, to) = range.split_once('-').expect("a range");
    let from: usize = from.parse().expect("a number");
    let to: usize = to.parse().expect("a number");
    if from >= body.len() {
        return plain(416, Vec::new()).header("Content-Range", &format!("bytes */{}", body.len()));
    }
    let end = (to + 1).min(body.len());
    let told = format!("bytes {from}-{}/{}", end - 1, body.len());
    plain(206, body[from..end].to_vec()).header("Content-Range", &told)
}

/// An order with the first lines of itself and of its refunds.
fn whole(order: &Value, variables: &Value) -> Value {
    let mut told = order.clone();
    let count = json!({"first": variables["lines"]});
    told["lineItems"] = piece(&order["lineItems"], &count);
    if let Some(refunds) = told["refunds"].as_array_mut() {
        for refund in refunds {
            refund["refundLineItems"] = piece(&refund["refundLineItems"], &count);
        }
    }
    told
}

/// A product with its first variants.
fn variants(product: &Value, variables: &Value) -> Value {
    let mut told = product.clone();
    told["variants"] = piece(&product["variants"], &json!({"first": variables["variants"]}));
    told
}

/// Some records of a list as a connection; the cursor is the position.
fn piece(list: &Value, variables: &Value) -> Value {
    let list = list.as_array().map_or(&[][..], Vec::as_slice);
    let from: usize =
        variables["after"].as_str().map_or(0, |after| after.parse().expect("a cursor"));
    let first =
        variables["first"].as_u64().map_or(50, |first| usize::try_from(first).expect("small"));
    let end = (from + first).min(list.len());
    json!({"nodes": list[from.min(end)..end],
        "pageInfo": {"hasNextPage": end < list.len(), "endCursor": end.to_string()}})
}

/// A page of records that a search finds, sorted; the cursor is the sort key and the id of the last.
fn page(
    records: &[Value],
    variables: &Value,
    shown: impl Fn(&Value) -> Value,
) -> Result<Value, String> {
    let field = match variables["sort"].as_str() {
        Some("CREATED_AT") => "createdAt",
        _ => "updatedAt",
    };
    let mut found = BTreeMap::new();
    for record in records {
        if matches(record, variables["query"].as_str().unwrap_or_default())? {
            let id = record["id"].as_str().expect("an id").to_owned();
            found.insert((record[field].as_str().expect("a date").to_owned(), id), record);
        }
    }
    let reverse = variables["reverse"].as_bool().unwrap_or_default();
    let mut found: Vec<_> = found.into_iter().collect();
    if reverse {
        found.reverse();
    }
    if let Some(after) = variables["after"].as_str() {
        let (at, id) = after.split_once('|').expect("a cursor");
        let last = (at.to_owned(), id.to_owned());
        found.retain(|(key, _)| if reverse { *key < last } else { *key > last });
    }
    let first = usize::try_from(variables["first"].as_u64().expect("first")).expect("small");
    let more = found.len() > first;
    found.truncate(first);
    let end = found.last().map(|((at, id), _)| format!("{at}|{id}"));
    Ok(json!({"nodes": found.iter().map(|(_, record)| shown(record)).collect::<Vec<_>>(),
        "pageInfo": {"hasNextPage": more, "endCursor": end}}))
}

/// Whether a record is what `created_at:>='2026-08-24T00:00:00Z'` asks.
fn matches(record: &Value, search: &str) -> Result<bool, String> {
    if search.is_empty() {
        return Ok(true);
    }
    let (name, rest) = search.split_once(':').ok_or("no field")?;
    let field = match name {
        "created_at" => "createdAt",
        "updated_at" => "updatedAt",
        other => return Err(format!("unknown search field {other}")),
    };
    let (later, date) = match rest.strip_prefix(">=") {
        Some(date) => (true, date),
        None => (false, rest.strip_prefix('<').ok_or("no comparison")?),
    };
    let date: jiff::Timestamp = date.trim_matches('\'').parse().map_err(|_| "no date")?;
    let at: jiff::Timestamp = record[field].as_str().expect("a date").parse().expect("a date");
    Ok(if later { at >= date } else { at < date })
}

fn by_id(records: &[Value], variables: &Value, shown: impl Fn(&Value) -> Value) -> Vec<Value> {
    let ids = variables["ids"].as_array().expect("ids");
    ids.iter()
        .map(|id| records.iter().find(|record| record["id"] == *id).map_or(Value::Null, &shown))
        .collect()
}

/// Empties a field wherever it stands; whether there was one.
fn blank(value: &mut Value, name: &str) -> bool {
    match value {
        Value::Object(members) => blank_members(members, name),
        Value::Array(items) => {
            items.iter_mut().map(|item| blank(item, name)).filter(|found| *found).count() > 0
        }
        _ => false,
    }
}

fn blank_members(members: &mut Map<String, Value>, name: &str) -> bool {
    let mut found = false;
    for (key, value) in members {
        if key == name && !value.is_null() {
            *value = Value::Null;
            found = true;
        } else {
            found |= blank(value, name);
        }
    }
    found
}
