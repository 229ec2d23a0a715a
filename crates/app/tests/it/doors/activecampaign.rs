//! ActiveCampaign’s plugin and clients.

use serde_json::{Value, json};

use super::Shop;

const UNDER: &str = "/compat/activecampaign";

fn send(shop: &Shop, method: &str, path: &str, body: &Value) -> (u16, Value) {
    let headers = [("Api-Token", shop.token.as_str()), ("content-type", "application/json")];
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let target = format!("{UNDER}/api/3/{path}");
    let answer = shop.server.send(method, &target, &headers, body.as_bytes());
    (answer.status, answer.json())
}

fn graph(shop: &Shop, content_type: &str, body: &str) -> (u16, Value) {
    let headers = [("Api-Token", shop.token.as_str()), ("content-type", content_type)];
    let target = format!("{UNDER}/api/3/ecom/graphql");
    let answer = shop.server.send("POST", &target, &headers, body.as_bytes());
    (answer.status, answer.json())
}

/// What the official plugin sent for an abandoned cart and an order, in its order.
#[test]
fn s011_s036_s072_recorded_traffic_of_the_plugin() {
    let shop = Shop::open();
    let replay = |name: &str| {
        let answer = shop.replay(&format!("activecampaign/{name}.json"), UNDER, "Api-Token");
        (answer.status, answer.json())
    };
    let (status, body) = replay("abandoned_1_find_customer");
    assert_eq!((status, &body), (200, &json!({ "ecomCustomers": [], "meta": { "total": "0" } })));
    let (status, body) = replay("abandoned_2_create_customer");
    assert_eq!((status, &body["ecomCustomer"]["email"]), (201, &json!("zoe@exemple.fr")));
    let id = body["ecomCustomer"]["id"].clone();
    assert!(id.is_string(), "ids are texts: {id}");
    let (_, body) = replay("abandoned_1_find_customer");
    assert_eq!((&body["ecomCustomers"][0]["id"], &body["meta"]["total"]), (&id, &json!("1")));
    let (_, body) = replay("abandoned_3_find_order");
    assert_eq!(body["meta"]["total"], "0");
    let (status, body) = replay("abandoned_4_create_ecomorder");
    assert_eq!(status, 201);
    let cart = body["ecomOrder"]["id"].as_str().expect("an id").to_owned();
    let (_, body) = replay("abandoned_3_find_order");
    assert_eq!((&body["meta"]["total"], &body["ecomOrders"][0]["id"]), (&json!("1"), &json!(cart)));
    assert_eq!(replay("order_009").0, 200);
    assert_eq!(replay("order_010").1["meta"]["total"], "0");
    let (status, body) = replay("order_011");
    assert_eq!((status, body["contact"]["id"].is_string()), (201, true));
    let (status, body) = replay("order_012");
    assert_eq!((status, body["data"]["upsertOrder"]["id"].is_string()), (200, true), "{body}");
    assert!(body.get("errors").is_none());
    // Once more: the same delivery changes nothing.
    replay("order_012");
    replay("abandoned_4_create_ecomorder");

    // 67.49 with tax, three units; the cart is 34.98 of two bottles.
    assert_eq!(shop.totals("orders,units"), json!({ "orders": 1, "units": 3 }));
    let data = shop.data();
    assert_eq!(shop.server.stop().code(), Some(0));
    let orders = Shop::stored(
        &data,
        "SELECT external_id, total, total_only, status, class, email, billing_country, payment_method, created
         FROM orders",
    );
    assert_eq!(orders.len(), 1);
    let text = |at: usize| orders[0][at].text().unwrap_or_default().to_owned();
    assert_eq!(
        (text(0), orders[0][1].int(), orders[0][2].int()),
        ("25".into(), Some(6749), Some(1))
    );
    assert_eq!(
        (text(3), text(4), text(5)),
        ("processing".into(), "paid".into(), "zoe@exemple.fr".into())
    );
    assert_eq!((text(6), text(7)), ("FR".into(), "cod".into()));
    let created = orders[0][8].instant().expect("a date").to_string();
    assert_eq!(created, "2026-11-21T18:05:50Z");
    let lines = Shop::stored(
        &data,
        "SELECT p.code, l.quantity, l.gross FROM lines l JOIN products p USING (product_id) ORDER BY 1",
    );
    assert_eq!(
        (lines[0][0].text(), lines[0][1].int(), lines[0][2].int()),
        (Some("TS-M"), Some(2), Some(0))
    );
    let carts = Shop::stored(&data, "SELECT external_id, state, total, items, email FROM carts");
    assert_eq!((carts.len(), carts[0][1].text(), carts[0][2].int()), (1, Some("open"), Some(3498)));
    assert_eq!(
        (carts[0][3].text(), carts[0][4].text()),
        (Some("2 × Vin rouge"), Some("zoe@exemple.fr"))
    );
}

/// An order that quotes a cart's checkout recovers it, by REST and by GraphQL, after a restart too.
#[test]
fn s036_an_order_recovers_its_cart_and_ids_survive_a_restart() {
    let mut shop = Shop::open();
    let cart = |checkout: &str| {
        json!({ "ecomOrder": { "externalcheckoutid": checkout, "abandonedDate": "2026-11-20 10:00:00 UTC",
            "externalCreatedDate": "2026-11-20 09:00:00 UTC", "connectionid": "7", "email": "a@b.fr",
            "currency": "EUR", "totalPrice": "4900", "source": "1",
            "orderProducts": [{ "externalid": 3, "name": "Miel", "price": 2450, "quantity": 2 }] } })
    };
    let (_, first) = send(&shop, "POST", "ecomOrders", &cart("c1"));
    let (_, second) = send(&shop, "POST", "ecomOrders", &cart("c2"));
    let id = first["ecomOrder"]["id"].as_str().expect("an id").to_owned();
    assert_ne!(first["ecomOrder"]["id"], second["ecomOrder"]["id"]);

    let data = shop.data();
    shop.server.kill();
    shop.server = crate::program::Program::serve(&data);
    let found = send(&shop, "GET", "ecomOrders?filters[externalcheckoutid]=c1", &Value::Null).1;
    assert_eq!(found["ecomOrders"][0]["id"], json!(id));

    let order = json!({ "ecomOrder": { "externalid": "100", "externalcheckoutid": "c1",
        "connectionid": 7, "externalCreatedDate": "2026-11-20T12:00:00+01:00" } });
    let (status, body) = send(&shop, "PUT", &format!("ecomOrders/{id}"), &order);
    assert_eq!((status, &body["ecomOrder"]["id"]), (200, &json!(id)));
    assert_eq!(body["ecomOrder"]["connectionid"], "7", "a number becomes a text");
    let text = "mutation($n: String!) { mine: upsertOrder(order: {legacyConnectionId: 7, normalizedStatus: COMPLETED, \
        storeStatus: \"completed\", currency: \"EUR\", email: \"a@b.fr\", storeOrderId: $n, cartId: \"c2\", \
        storeCreatedDate: \"2026-11-20T12:30:00+01:00\", finalAmount: 49.0, lineItems: []}) { id storeOrderId } }";
    let body = json!({ "query": text, "variables": { "n": "101" } }).to_string();
    let (status, body) = graph(&shop, "application/json", &body);
    assert_eq!((status, &body["data"]["mine"]["storeOrderId"]), (200, &json!("101")), "{body}");
    assert_eq!(body["data"]["mine"]["id"], second["ecomOrder"]["id"]);

    assert_eq!(shop.totals("orders")["orders"], 2);
    assert_eq!(shop.server.stop().code(), Some(0));
    let carts = Shop::stored(
        &data,
        "SELECT external_id, state, order_ref, total, items FROM carts ORDER BY 1",
    );
    for (cart, order) in carts.iter().zip(["100", "101"]) {
        assert_eq!((cart[1].text(), cart[2].text()), (Some("ordered"), Some(order)));
        assert_eq!((cart[3].int(), cart[4].text()), (Some(4900), Some("2 × Miel")));
    }
}

/// With its tax told, an order comes to its total to the cent: 120.00, of which 20.00 tax and 10.00
/// shipping, leaves 90.00 of goods; prices 60.00 and 40.00 share 95.00 before a discount of 5.00.
#[test]
fn s072_the_python_client_s_calls_and_an_order_that_tells_its_tax() {
    let shop = Shop::open();
    for (number, one) in [("028", "connection"), ("029", "ecomCustomer"), ("030", "ecomOrder")] {
        let answer = shop.replay(&format!("activecampaign/{number}.json"), UNDER, "Api-Token");
        assert_eq!((answer.status, answer.json()[one]["id"].is_string()), (201, true), "{number}");
    }
    let order = json!({ "ecomOrder": { "externalid": "2", "source": "1", "email": "a@b.fr", "totalPrice": 12000,
        "taxAmount": 2000, "shippingAmount": 1000, "discountAmount": 500, "currency": "EUR", "connectionid": "1",
        "customerid": "1", "externalCreatedDate": "2026-01-02T00:00:00+01:00",
        "orderDiscounts": [{ "name": "NOEL", "type": "order", "discountAmount": 500 }],
        "orderProducts": [{ "externalid": "A", "name": "a", "price": 6000, "quantity": 1 },
                          { "externalid": "B", "name": "b", "price": 4000, "quantity": 1 }] } });
    let (status, body) = send(&shop, "POST", "ecomOrders", &order);
    assert_eq!(status, 201);
    let id = body["ecomOrder"]["id"].as_str().expect("an id").to_owned();
    let told = send(&shop, "GET", &format!("ecomOrders/{id}/orderProducts"), &Value::Null).1;
    assert_eq!(told["ecomOrderProducts"][1]["externalid"], "B");
    let asked = "/api/v1/query?metrics=gross_sales,discounts,shipping,tax,total_sales&period=all&where=coupon:NOEL";
    assert_eq!(
        shop.server.get(asked).json()["totals"],
        json!({ "gross_sales": "95.00", "discounts": "5.00", "shipping": "10.00", "tax": "20.00", "total_sales": "120.00" })
    );
    assert_eq!(shop.totals("orders")["orders"], 2);
    assert_eq!(send(&shop, "DELETE", &format!("ecomOrders/{id}"), &Value::Null).0, 200);
    assert_eq!(shop.totals("orders")["orders"], 1);
    assert_eq!(send(&shop, "GET", &format!("ecomOrders/{id}"), &Value::Null).0, 404);

    let codes = send(&shop, "GET", "account/entitlements", &Value::Null).1;
    assert_eq!(codes["entitlements"].as_array().map(Vec::len), Some(5));
    let listed = send(&shop, "GET", "connections?filters[service]=x", &Value::Null).1;
    assert_eq!(
        (&listed["meta"]["total"], &listed["connections"][0]["externalid"]),
        (&json!("1"), &json!("s1"))
    );
}

/// Bad input in ActiveCampaign's words; good orders of a document are kept.
#[test]
fn s073_bad_input_is_refused_as_activecampaign_does() {
    let shop = Shop::open();
    let wrong = shop.server.send(
        "GET",
        "/compat/activecampaign/api/3/connections",
        &[("Api-Token", "x")],
        b"",
    );
    assert_eq!((wrong.status, wrong.json()["message"].is_string()), (403, true));
    let order = |field: &str, value: Value| {
        let mut order = json!({ "externalid": "1", "email": "a@b.fr", "totalPrice": 100, "currency": "EUR",
            "connectionid": "1", "externalCreatedDate": "2026-01-02T00:00:00Z", "orderProducts": [] });
        order[field] = value;
        json!({ "ecomOrder": order })
    };
    for (field, value, code) in [
        ("totalPrice", json!(-1), "field_invalid"),
        ("totalPrice", json!("NaN"), "field_invalid"),
        ("totalPrice", Value::Null, "field_missing"),
        ("currency", json!("XXY"), "field_invalid"),
        ("externalCreatedDate", json!("2099-01-01T00:00:00Z"), "field_invalid"),
        ("externalCreatedDate", json!("soon"), "field_invalid"),
        ("orderProducts", json!("none"), "field_invalid"),
    ] {
        let (status, body) = send(&shop, "POST", "ecomOrders", &order(field, value));
        assert_eq!((status, &body["errors"][0]["code"]), (422, &json!(code)), "{field} {body}");
        assert_eq!(body["errors"][0]["source"]["pointer"], format!("/data/attributes/{field}"));
    }
    assert_eq!(send(&shop, "POST", "ecomOrders", &json!({ "order": {} })).0, 400);
    assert_eq!(send(&shop, "POST", "ecomCustomers", &json!({ "ecomCustomer": {} })).0, 422);
    assert_eq!(send(&shop, "PUT", "ecomOrders/999", &order("email", json!("a@b.fr"))).0, 404);
    assert_eq!(send(&shop, "GET", "campaigns", &Value::Null).0, 404);

    for document in ["mutation{", "{ orders { id } }", ""] {
        let (status, body) = graph(&shop, "application/graphql", document);
        assert_eq!((status, body["errors"][0]["message"].is_string()), (400, true), "{document}");
    }
    let one = |id: &str, amount: &str| {
        format!(
            "{{storeOrderId:\"{id}\" legacyConnectionId:1 storeStatus:\"étrange\" currency:\"EUR\" \
                 storeCreatedDate:\"2026-01-02T00:00:00Z\" finalAmount:{amount}}}"
        )
    };
    let document = format!(
        "mutation{{bulkUpsertOrdersAsync(orders:[{} {} {}]){{recordId}} bulkUpsertRecurringPayments(recurringPayments:[]){{recordId}}}}",
        one("1", "10.5"),
        one("2", "-1"),
        one("3", "1e3")
    );
    let (status, body) = graph(&shop, "application/graphql", &document);
    assert_eq!(
        (status, body["data"]["bulkUpsertOrdersAsync"]["recordId"].is_string()),
        (200, true)
    );
    assert_eq!(body["errors"].as_array().map(Vec::len), Some(2), "{body}");
    assert_eq!(body["errors"][0]["extensions"]["storeOrderId"], "2");
    let asked = "/api/v1/query?metrics=orders&period=all";
    assert_eq!(
        shop.server.get(asked).json()["totals"]["orders"],
        0,
        "an unknown status is on hold"
    );
    let data = shop.data();
    assert_eq!(shop.server.stop().code(), Some(0));
    let kept = Shop::stored(&data, "SELECT external_id, total, class, status FROM orders");
    assert_eq!((kept.len(), kept[0][1].int(), kept[0][2].text()), (1, Some(1050), Some("on_hold")));
}
