//! Brevo's SDKs.

use serde_json::{Value, json};

use super::Shop;

const UNDER: &str = "/compat/brevo";

fn post(shop: &Shop, path: &str, body: &Value) -> (u16, Value) {
    sent(shop, path, &body.to_string())
}

fn sent(shop: &Shop, path: &str, body: &str) -> (u16, Value) {
    let headers = [("api-key", shop.token.as_str()), ("content-type", "application/json")];
    let answer = shop.server.send("POST", &format!("{UNDER}{path}"), &headers, body.as_bytes());
    let body = if answer.body.is_empty() { Value::Null } else { answer.json() };
    (answer.status, body)
}

/// What three official SDKs sent: each call answers what its SDK expects, and one order is kept.
#[test]
fn s011_s072_recorded_traffic_of_the_sdks() {
    let shop = Shop::open();
    let replay = |number: &str| shop.replay(&format!("brevo/{number}.json"), UNDER, "api-key");
    assert_eq!(replay("021").status, 200);
    for (number, status) in [
        ("013", 204),
        ("014", 202),
        ("015", 201),
        ("016", 201),
        ("017", 201),
        ("018", 201),
        ("019", 204),
        ("020", 202),
        ("024", 204),
        ("025", 204),
        ("026", 204),
        ("027", 201),
    ] {
        let answer = replay(number);
        assert_eq!(answer.status, status, "{number}: {:?}", String::from_utf8_lossy(&answer.body));
        match number {
            "014" => assert_eq!(answer.json()["count"], 1),
            // sib-api-v3-sdk 7.6.0 accepts nothing but a number.
            "015" | "027" => assert!(answer.json()["id"].is_number()),
            "016" => assert_eq!(answer.json(), json!({ "createdCount": 0, "updatedCount": 1 })),
            "020" => assert_eq!(answer.json()["successful_events"], 1),
            _ => {}
        }
    }
    // One order, told five times with one stamp; it has a total with tax and nothing else.
    let totals = shop.totals("orders,units");
    assert_eq!((&totals["orders"], &totals["units"]), (&json!(1), &json!(1)));
    let listed = replay("023").json();
    assert_eq!(listed["count"], 1);
    let order = &listed["orders"][0];
    assert_eq!((&order["id"], &order["status"]), (&json!("14"), &json!("completed")));
    assert_eq!(order["amount"].to_string(), "308.42");
    let data = shop.data();
    assert_eq!(shop.server.stop().code(), Some(0));
    let rows = Shop::stored(&data, "SELECT total, total_only, class, currency FROM orders");
    assert_eq!((rows.len(), rows[0][0].int(), rows[0][1].int()), (1, Some(30842), Some(1)));
    assert_eq!((rows[0][2].text(), rows[0][3].text()), (Some("fulfilled"), Some("EUR")));
    let carts = Shop::stored(&data, "SELECT external_id, total, items FROM carts ORDER BY 1");
    assert_eq!((carts[0][0].text(), carts[0][1].int()), (Some("cart:1"), Some(1250)));
    assert_eq!((carts.len(), carts[1][1].int()), (2, Some(1250)), "a cart without a name");
}

/// Bad input in Brevo's words; the good orders of a batch are kept.
#[test]
fn s073_bad_input_is_refused_as_brevo_does() {
    let shop = Shop::open();
    let good = json!({ "id": "1", "createdAt": "2026-01-05T10:00:00Z", "updatedAt": "2026-01-05T10:00:00Z",
                       "status": "completed", "amount": 10.1, "products": [] });
    let with = |field: &str, value: Value| {
        let mut order = good.clone();
        order[field] = value;
        order
    };
    for (order, code) in [
        (with("id", Value::Null), "missing_parameter"),
        (with("amount", json!("NaN")), "invalid_parameter"),
        (with("amount", json!(-1)), "invalid_parameter"),
        (with("amount", json!(true)), "invalid_parameter"),
        (with("amount", Value::Null), "missing_parameter"),
        (with("createdAt", json!("2099-01-01T00:00:00Z")), "invalid_parameter"),
        (with("updatedAt", json!("yesterday")), "invalid_parameter"),
        (with("products", json!("none")), "invalid_parameter"),
        (with("products", json!([{ "productId": "P", "price": 1 }])), "missing_parameter"),
        (
            with("products", json!([{ "productId": "P", "price": 1, "quantity": -2 }])),
            "invalid_parameter",
        ),
        (json!([]), "bad_request"),
    ] {
        let (status, body) = post(&shop, "/v3/orders/status", &order);
        assert_eq!((status, &body["code"]), (400, &json!(code)), "{order} {body}");
        assert!(body["message"].as_str().is_some_and(|message| message.len() > 10));
    }
    for body in ["", "{", "{\"id\": NaN}", "null", "[1]"] {
        let (status, answer) = sent(&shop, "/v3/orders/status", body);
        assert_eq!((status, &answer["code"]), (400, &json!("bad_request")), "{body}");
    }
    let wrong =
        shop.server.send("POST", "/compat/brevo/v3/orders/status", &[("api-key", "x")], b"{}");
    let unknown = json!({ "code": "unauthorized", "message": "Key not found" });
    assert_eq!((wrong.status, wrong.json()), (401, unknown));
    let (status, body) = post(&shop, "/v3/smtp/email", &json!({}));
    assert_eq!((status, &body["code"]), (404, &json!("document_not_found")));

    // 1000 orders fit, 1001 don't; a bad one spoils no other.
    let many = |count: usize| {
        let orders: Vec<Value> = (0..count).map(|id| with("id", json!(format!("o{id}")))).collect();
        json!({ "orders": orders })
    };
    let (status, body) = post(&shop, "/v3/orders/status/batch", &many(1001));
    assert_eq!((status, &body["code"]), (400, &json!("invalid_parameter")));
    let mut orders = many(1000);
    orders["orders"][500]["amount"] = json!(-3);
    let (status, body) = post(&shop, "/v3/orders/status/batch", &orders);
    assert_eq!((status, &body["count"]), (202, &json!(999)));
    assert!(body["batch_id"].is_number());
    assert_eq!(shop.totals("orders")["orders"], 999);

    let person = json!({ "email_id": "a@b.fr" });
    let event = |properties: Value| json!({ "event_name": "cart_updated", "identifiers": person, "event_properties": properties });
    let (status, body) = post(&shop, "/v3/events", &event(json!({ "x": "y".repeat(51 * 1024) })));
    assert_eq!((status, &body["code"]), (400, &json!("invalid_parameter")));
    let strange = event(json!({ "id": "c", "data": { "currency": "XXY", "total": 1 } }));
    assert_eq!(post(&shop, "/v3/events", &strange).0, 400);
    let other = json!({ "event_name": "video_played", "identifiers": person });
    assert_eq!(post(&shop, "/v3/events", &other).0, 204, "any name is accepted");
    let batch = json!({ "events": [other, { "event_name": "cart_updated" }] });
    let (status, body) = post(&shop, "/v3/events/batch", &batch);
    assert_eq!((status, &body["failed_events"]), (202, &json!(1)));
    assert_eq!(body["errors"][0]["eventIndex"], json!([1]));
}

/// A cart grows, is ordered, and keeps what was in it; the older tracker says the same.
#[test]
fn s036_a_cart_is_updated_then_ordered() {
    let shop = Shop::open();
    let told = |name: &str, at: &str, data: Value| {
        json!({ "event_name": name, "event_date": at, "identifiers": { "email_id": "Zoe@exemple.fr" },
                "event_properties": { "id": "cart:9", "data": data } })
    };
    let items = json!({ "total": 30, "currency": "EUR", "items": [
        { "id": "P1", "name": "Miel", "price": 12.5, "quantity": 2 },
        { "id": "P2", "name": "Pain", "price": 5, "quantity": 1 }] });
    assert_eq!(
        post(&shop, "/v3/events", &told("cart_updated", "2026-11-20T10:00:00Z", items)).0,
        204
    );
    let done = told("order_completed", "2026-11-20T11:00:00Z", json!({}));
    assert_eq!(post(&shop, "/v3/events", &done).0, 204);
    let body = json!({ "email": "a@b.fr", "event": "cart_deleted", "properties": {},
                       "eventdata": { "id": "cart:10", "data": {} } })
    .to_string();
    for address in ["/api/v2/trackEvent", "/compat/brevo/api/v2/trackEvent"] {
        let answer = shop.server.send("POST", address, &[("ma-key", &shop.token)], body.as_bytes());
        assert_eq!(answer.status, 204);
        let refused = shop.server.send("POST", address, &[("ma-key", "no")], body.as_bytes());
        assert_eq!(refused.status, 401);
    }
    let data = shop.data();
    assert_eq!(shop.server.stop().code(), Some(0));
    let carts = Shop::stored(
        &data,
        "SELECT external_id, state, total, items, created FROM carts ORDER BY 1",
    );
    assert_eq!(carts.len(), 2);
    assert_eq!((carts[0][0].text(), carts[0][1].text()), (Some("cart:10"), Some("deleted")));
    assert_eq!((carts[1][1].text(), carts[1][2].int()), (Some("ordered"), Some(3000)));
    assert_eq!(carts[1][3].text(), Some("2 × Miel, Pain"));
    assert_eq!(
        carts[1][4].instant().map(|at| at.to_string()).as_deref(),
        Some("2026-11-20T10:00:00Z")
    );
}

/// Products answer 201 with a number, then 204; orders that name them follow to their reference.
#[test]
fn products_and_categories_are_created_then_updated() {
    let shop = Shop::open();
    assert_eq!(post(&shop, "/v3/categories", &json!({ "id": "C1", "name": "Épicerie" })).0, 201);
    let product =
        json!({ "id": "77", "name": "Miel", "sku": "MIEL-500", "categories": ["C1"], "stock": 4 });
    assert_eq!(post(&shop, "/v3/products", &product).0, 201);
    let (status, body) = post(&shop, "/v3/products", &product);
    assert_eq!((status, &body["code"]), (400, &json!("duplicate_parameter")));
    let mut again = product;
    again["updateEnabled"] = json!(true);
    assert_eq!(post(&shop, "/v3/products", &again).0, 204);
    let order = json!({ "id": "1", "createdAt": "2026-01-05T10:00:00Z", "updatedAt": "2026-01-05T10:00:00Z",
                        "status": "processing", "amount": 25, "products": [
                            { "productId": "77", "quantity": 2, "price": 12.5 }] });
    assert_eq!(post(&shop, "/v3/orders/status", &order).0, 204);
    let asked = "/api/v1/query?metrics=units&by=product&period=all";
    assert_eq!(
        shop.server.get(asked).json()["rows"],
        json!([{ "product": "MIEL-500", "product_name": "Miel", "units": 2 }])
    );
}
