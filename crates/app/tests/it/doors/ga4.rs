//! The Measurement Protocol.

use serde_json::{Value, json};

use super::Shop;

fn push(shop: &Shop, secret: &str, body: &str) -> u16 {
    let target = format!("/compat/ga4/mp/collect?measurement_id=G-X&api_secret={secret}");
    shop.server
        .send("POST", &target, &[("content-type", "application/json")], body.as_bytes())
        .status
}

fn now(shop: &Shop) -> i64 {
    // The server's own clock, by a header of its answer.
    let date = shop.server.get("/healthz").header("date").to_owned();
    let read = jiff::fmt::rfc2822::parse(&date).expect("a date");
    read.timestamp().as_microsecond()
}

/// What GTM4WP pushed from shop page to paid order becomes one visit and one order (S036).
#[test]
fn s036_a_recorded_visit_from_the_shop_page_to_the_order() {
    let shop = Shop::open();
    // What was recorded names the visitor, who had agreed to it.
    shop.consented();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../sources/tests/data/ga4/datalayer.json");
    let recorded: Value =
        serde_json::from_str(&std::fs::read_to_string(path).expect("a recording")).expect("JSON");
    let mut pages = 0;
    for pushed in recorded.as_array().expect("a list") {
        let Some(name) = pushed["e"]["event"].as_str().filter(|name| !name.contains('.')) else {
            continue;
        };
        let Some(params) = pushed["e"]["ecommerce"].as_object() else { continue };
        let mut params = params.clone();
        params.insert("ga_session_id".into(), json!(1_795_286_415));
        let mut events = vec![json!({ "name": name, "params": params })];
        if name == "view_item" {
            pages += 1;
            events.push(json!({ "name": "page_view", "params": { "ga_session_id": 1_795_286_415,
                "page_location": "http://127.0.0.1/?utm_source=brevo&utm_medium=email" } }));
        }
        let body = json!({ "client_id": "12.34", "user_id": "zoe@exemple.fr", "events": events });
        assert_eq!(push(&shop, &shop.token, &body.to_string()), 204);
    }
    assert!(pages > 0);
    assert_eq!(shop.totals("orders")["orders"], 1);
    let data = shop.data();
    assert_eq!(shop.server.stop().code(), Some(0));
    let visits = Shop::stored(
        &data,
        "SELECT pages, source, medium, added_to_cart, ordered, external_id FROM visits",
    );
    assert_eq!(
        (visits.len(), visits[0][0].int(), visits[0][1].text()),
        (1, Some(pages), Some("brevo"))
    );
    assert_eq!((visits[0][3].int(), visits[0][4].int()), (Some(1), Some(1)));
    let orders = Shop::stored(
        &data,
        "SELECT o.total, o.total_only, s.name, o.email FROM orders o JOIN sources s USING (source_id)",
    );
    // purchase.value is 17.49 with tax.
    assert_eq!(
        (orders[0][0].int(), orders[0][1].int(), orders[0][2].text()),
        (Some(1749), Some(1), Some("ga4"))
    );
    assert!(orders[0][3].is_null(), "nobody is known");
}

/// S109: in exempt mode a visit that says who it was is refused and counted; the sale it tells of is kept.
#[test]
fn s109_an_exempt_shop_keeps_the_sale_and_refuses_the_visit() {
    let shop = Shop::open();
    let bought = |user: &str, session: i64, order: &str| {
        json!({ "client_id": "7", "user_id": user, "events": [
            { "name": "page_view", "params": { "session_id": session } },
            { "name": "purchase", "params": { "session_id": session, "transaction_id": order,
                                              "value": 20, "currency": "EUR" } }] })
    };
    let mut anonymous = bought("", 3, "C");
    anonymous.as_object_mut().expect("an object").remove("user_id");
    for body in [bought("77", 1, "A"), bought("zoe@exemple.fr", 2, "B"), anonymous] {
        assert_eq!(push(&shop, &shop.token, &body.to_string()), 204);
    }
    assert_eq!(shop.totals("orders,visits"), json!({ "orders": 3, "visits": 1 }));
    shop.consented();
    assert_eq!(push(&shop, &shop.token, &bought("78", 4, "D").to_string()), 204);
    assert_eq!(shop.totals("orders,visits"), json!({ "orders": 4, "visits": 2 }));
    let data = shop.data();
    assert_eq!(shop.server.stop().code(), Some(0));
    let counted = "SELECT reason, door, visits FROM refused_visits ORDER BY reason";
    let counted: Vec<_> = Shop::stored(&data, counted)
        .iter()
        .map(|cells| {
            let text = |at: usize| cells[at].text().map(str::to_owned);
            (text(0), text(1), cells[2].int())
        })
        .collect();
    let refused = |reason: &str| (Some(reason.to_owned()), Some("ga4".to_owned()), Some(2));
    assert_eq!(counted, [refused("customer"), refused("email")]);
    let bytes = std::fs::read(data.join("comptoir.duckdb")).expect("the database");
    assert!(!bytes.windows(14).any(|window| window == b"zoe@exemple.fr"));
}

/// Tellings of a visit that come at once, twice and after a kill make one visit.
#[test]
fn s011_a_visit_that_goes_on_grows_and_repetitions_count_once() {
    let mut shop = Shop::open();
    let at = now(&shop);
    let page = |offset: i64| {
        json!({ "client_id": "7", "timestamp_micros": at - offset, "events": [
            { "name": "page_view", "params": { "session_id": "s" } }] })
        .to_string()
    };
    let (address, token) = (shop.server.address, shop.token.clone());
    let sending: Vec<_> = (0..8)
        .map(|number| {
            let (body, token) = (page(number * 1_000_000), token.clone());
            std::thread::spawn(move || {
                let target = format!("/compat/ga4/mp/collect?api_secret={token}");
                for _ in 0..2 {
                    let sent =
                        crate::program::request(address, "POST", &target, &[], body.as_bytes());
                    assert_eq!(sent.expect("an answer").status, 204);
                }
            })
        })
        .collect();
    for one in sending {
        one.join().expect("sent");
    }
    let data = shop.data();
    shop.server.kill();
    shop.server = crate::program::Program::serve(&data);
    assert_eq!(push(&shop, &shop.token, &page(20_000_000)), 204);
    assert_eq!(shop.server.stop().code(), Some(0));
    let visits = Shop::stored(&data, "SELECT pages, started FROM visits");
    assert_eq!((visits.len(), visits[0][0].int()), (1, Some(9)));
    let started = visits[0][1].instant().expect("an instant").as_microsecond();
    assert_eq!(started, at - 20_000_000, "the earliest telling is its beginning");
}

/// Without a session's name, half an hour of silence ends a visit; refunds give back what was paid.
#[test]
fn visits_without_a_name_and_refunds() {
    let shop = Shop::open();
    let at = now(&shop);
    let send = |offset: i64, event: Value| {
        let body = json!({ "client_id": "7", "timestamp_micros": at - offset * 60_000_000, "events": [event] });
        assert_eq!(push(&shop, &shop.token, &body.to_string()), 204);
    };
    for minutes in [100, 80, 55, 10] {
        send(minutes, json!({ "name": "page_view" }));
    }
    let purchase = |id: &str| json!({ "name": "purchase", "params": { "transaction_id": id, "value": 20, "currency": "EUR" } });
    send(5, purchase("A"));
    send(4, purchase("A"));
    send(4, purchase("B"));
    send(3, json!({ "name": "refund", "params": { "transaction_id": "A" } }));
    send(2, json!({ "name": "refund", "params": { "transaction_id": "B", "value": 5 } }));
    send(2, json!({ "name": "refund", "params": { "transaction_id": "unknown" } }));
    let data = shop.data();
    assert_eq!(shop.server.stop().code(), Some(0));
    let visits = Shop::stored(&data, "SELECT pages, ordered FROM visits ORDER BY started");
    let seen: Vec<_> = visits.iter().map(|cells| (cells[0].int(), cells[1].int())).collect();
    assert_eq!(seen, [(Some(3), Some(0)), (Some(1), Some(1))]);
    let refunds = Shop::stored(&data, "SELECT order_ref, untold FROM refunds ORDER BY 1");
    let told: Vec<_> = refunds.iter().map(|cells| (cells[0].text(), cells[1].int())).collect();
    assert_eq!(told, [(Some("A"), Some(2000)), (Some("B"), Some(500))]);
    assert_eq!(Shop::stored(&data, "SELECT 1 FROM orders").len(), 2);
}

/// It answers 204 whatever it is sent; the validation tells what is wrong.
#[test]
fn s073_bad_pushes_are_answered_as_google_does() {
    let shop = Shop::open();
    let good = json!({ "client_id": "1", "events": [{ "name": "page_view" }] }).to_string();
    assert_eq!(push(&shop, "wrong", &good), 204);
    for bad in ["", "{", "{\"client_id\":\"1\"}", &"x".repeat(200_000)] {
        assert_eq!(push(&shop, &shop.token, bad), 204);
    }
    let validate = |body: &str| {
        let answer = shop.server.send(
            "POST",
            "/compat/ga4/debug/mp/collect?api_secret=x",
            &[],
            body.as_bytes(),
        );
        assert_eq!(answer.status, 200);
        answer.json()["validationMessages"].clone()
    };
    assert_eq!(validate(&good), json!([]));
    let bad = json!({ "client_id": "1", "events": [{ "name": "_badEventName" }] }).to_string();
    assert_eq!(validate(&bad)[0]["validationCode"], "NAME_INVALID");
    let missing =
        json!({ "client_id": "1", "events": [{ "name": "purchase", "params": {} }] }).to_string();
    let told = validate(&missing);
    assert_eq!(
        (&told[0]["validationCode"], &told[0]["fieldPath"]),
        (&json!("VALUE_REQUIRED"), &json!("events.params.transaction_id"))
    );
    let many: Vec<Value> = (0..26).map(|_| json!({ "name": "a" })).collect();
    let many = json!({ "client_id": "1", "events": many }).to_string();
    assert_eq!(validate(&many)[0]["validationCode"], "EXCEEDED_MAX_ENTITIES");
    assert_eq!(validate(&"x".repeat(140_000))[0]["validationCode"], "VALUE_OUT_OF_BOUNDS");
    assert_eq!(push(&shop, &shop.token, &many), 204);
    let data = shop.data();
    assert_eq!(shop.server.stop().code(), Some(0));
    assert_eq!(Shop::stored(&data, "SELECT 1 FROM visits").len(), 0);
}
