use jiff::civil::date;

use super::*;
use crate::mail::tests::{Manners, Post};
use crate::state::Door;
use comptoir_model::{Batch, Currency, Shop};
use comptoir_store::Store;
use comptoir_store::mail::Password;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

#[test]
fn it_is_due_from_monday_seven_o_clock_to_wednesday_night() {
    let paris = TimeZone::get("Europe/Paris").expect("a zone");
    let monday = date(2026, 11, 23);
    for (now, expected) in [
        ("2026-11-23T05:59:59Z", None),
        ("2026-11-23T06:00:00Z", Some(monday)),
        ("2026-11-25T22:59:59Z", Some(monday)),
        ("2026-11-25T23:00:00Z", None),
        ("2026-11-29T12:00:00Z", None),
        // Summer time: seven o’clock is five in UTC.
        ("2026-07-06T04:59:59Z", None),
        ("2026-07-06T05:00:00Z", Some(date(2026, 7, 6))),
    ] {
        assert_eq!(due(at(now), &paris), expected, "{now}");
    }
    let week = week_before(monday);
    assert_eq!((week.from, week.to), (date(2026, 11, 16), date(2026, 11, 22)));
}

/// A shop that sold for 10 € on Tuesday 17 November and for 30 € on the Saturday; another for 500 €.
fn filled() -> Store {
    let store = Store::in_memory().expect("a store");
    for (slug, orders) in [
        ("ferme", vec![("f1", "2026-11-17T10:00:00Z", "10.00"), ("f2", "2026-11-21T10:00:00Z", "30.00")]),
        ("cave", vec![("c1", "2026-11-18T10:00:00Z", "500.00")]),
    ] {
        let shop = Shop {
            slug: slug.into(),
            name: format!("La {slug}"),
            platform: "file".into(),
            currency: Currency::EUR,
            timezone: "Europe/Paris".into(),
        };
        store.create_shop(shop.clone(), at("2026-01-01T00:00:00Z")).expect("a shop");
        let text: Vec<String> = orders
            .iter()
            .map(|(id, created, price)| {
                format!(
                    r#"{{"type":"order","id":"{id}","modified":"{created}","created":"{created}","status":"paid","customer":{{"email":"{id}@example.org"}},"lines":[{{"sku":"A","quantity":1,"unit_price":"{price}"}}]}}"#
                )
            })
            .collect();
        let payload = format!("{{\"records\":[{}]}}", text.join(","));
        let read = comptoir_sources::ingest::records(&payload, &shop, at("2026-11-22T00:00:00Z"));
        store.write(Batch { shop: slug.into(), source: "api".into(), records: read }).expect("written");
    }
    store
}

fn reader(user: i64, role: &str, shops: Option<Vec<i64>>, language: &str) -> Reader {
    Reader {
        user,
        email: format!("lecteur{user}@exemple.fr"),
        role: role.to_owned(),
        shops,
        language: language.to_owned(),
    }
}
