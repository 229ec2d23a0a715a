//! Days and hours around changes of the clock.

use comptoir_model::Record;
use comptoir_store::Store;

use super::fixture::{NOW, at, line, order, rows, shop, totals, write};

fn shop_in(zone: &str, instants: &[&str]) -> Store {
    let store = Store::in_memory().expect("valid");
    store.create_shop(shop("ferme", "EUR", zone), at(NOW)).expect("valid");
    let orders = instants.iter().enumerate().map(|(index, instant)| {
        let mut order = order(&index.to_string(), instant, None, vec![line("MIEL", 1, 100)]);
        order.paid = Some(order.created);
        Record::Order(Box::new(order))
    });
    write(&store, "ferme", orders.collect());
    store
}

/// Both ways to the same figures: columns kept by the writer, and the same worked out on the fly.
fn both(store: &Store, query: &str) -> Vec<String> {
    let stored = rows(store, query);
    assert_eq!(stored, rows(store, &format!("{query}&date=paid")), "{query}");
    stored
}

#[test]
fn paris_in_autumn_has_an_hour_twice_and_a_day_of_25() {
    let store = shop_in(
        "Europe/Paris",
        &[
            "2026-10-24T21:59:59Z", // still the 24th
            "2026-10-24T22:00:00Z", // midnight
            "2026-10-25T00:30:00Z", // 02:30, first time
            "2026-10-25T01:30:00Z", // 02:30, second time
            "2026-10-25T22:59:59Z", // last second of the 25th
            "2026-10-25T23:00:00Z", // the 26th
        ],
    );
    let hours = both(&store, "metrics=orders&by=hour&from=2026-10-25&to=2026-10-25");
    assert_eq!(hours.len(), 25);
    assert_eq!(hours[0], "2026-10-25T00:00:00+02:00 1");
    assert_eq!(hours[2], "2026-10-25T02:00:00+02:00 1");
    assert_eq!(hours[3], "2026-10-25T02:00:00+01:00 1");
    assert_eq!(hours[24], "2026-10-25T23:00:00+01:00 1");
    assert_eq!(totals(&store, "metrics=orders&by=hour&from=2026-10-25&to=2026-10-25"), ["4"]);
    let days = both(&store, "metrics=orders&by=day&from=2026-10-24&to=2026-10-26");
    assert_eq!(days, ["2026-10-24 1", "2026-10-25 4", "2026-10-26 1"]);
}

#[test]
fn paris_in_spring_skips_an_hour() {
    let store = shop_in("Europe/Paris", &["2026-03-29T00:59:59Z", "2026-03-29T01:00:00Z"]);
    let hours = both(&store, "metrics=orders&by=hour&from=2026-03-29&to=2026-03-29");
    assert_eq!(hours.len(), 23);
    assert_eq!(hours[1], "2026-03-29T01:00:00+01:00 1");
    assert_eq!(hours[2], "2026-03-29T03:00:00+02:00 1");
}

#[test]
fn auckland_is_a_day_ahead() {
    let store = shop_in(
        "Pacific/Auckland",
        &["2026-04-04T10:59:59Z", "2026-04-04T11:00:00Z", "2026-04-05T11:59:59Z"],
    );
    let days = both(&store, "metrics=orders&by=day&from=2026-04-04&to=2026-04-05");
    // 5 April has 25 hours there.
    assert_eq!(days, ["2026-04-04 1", "2026-04-05 2"]);
    assert_eq!(both(&store, "metrics=orders&by=hour&from=2026-04-05&to=2026-04-05").len(), 25);
}
