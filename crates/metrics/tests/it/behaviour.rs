//! Visits and carts, and a workspace with nothing in it.

use comptoir_model::{Cart, CartLine, CartState, Currency, Identity, Record, Version, Visit};
use comptoir_store::Store;

use super::fixture::{NOW, ask, at, empty, rows, totals, write};

fn cart(id: &str, created: &str, state: CartState, quantity: i64) -> Record {
    let lines = (0..quantity).map(|_| CartLine {
        product: Some("MIEL".into()),
        name: "Le MIEL".into(),
        quantity: 1,
    });
    Record::Cart(Box::new(Cart {
        id: id.into(),
        version: Version::stamped(at(created)),
        state,
        created: at(created),
        updated: at(created),
        currency: Currency::EUR,
        customer: Identity::default(),
        total: 1000,
        lines: lines.collect(),
        order: None,
    }))
}

fn visit(id: &str, started: &str, device: &str, ordered: bool) -> Record {
    Record::Visit(Box::new(Visit {
        id: id.into(),
        started: at(started),
        pages: 3,
        source: None,
        medium: None,
        campaign: None,
        device: Some(device.into()),
        country: None,
        added_to_cart: ordered,
        ordered,
    }))
}

/// Now is 21 November 2026, 10:00 UTC.
fn visited() -> Store {
    let store = empty();
    write(
        &store,
        "ferme",
        vec![
            cart("bought", "2026-11-18T12:00:00Z", CartState::Ordered, 1),
            cart("left", "2026-11-18T13:00:00Z", CartState::Open, 2),
            cart("left too", "2026-11-19T13:00:00Z", CartState::Open, 1),
            cart("emptied", "2026-11-19T14:00:00Z", CartState::Open, 0),
            cart("deleted", "2026-11-19T15:00:00Z", CartState::Deleted, 1),
            // 23 hours and a half ago: it may still be bought.
            cart("fresh", "2026-11-20T10:30:00Z", CartState::Open, 1),
            visit("1", "2026-11-18T12:00:00Z", "mobile", true),
            visit("2", "2026-11-18T13:00:00Z", "mobile", false),
            visit("3", "2026-11-19T13:00:00Z", "desktop", false),
        ],
    );
    store
}

#[test]
fn carts_left_for_a_day_and_visits_that_ended_in_an_order() {
    let store = visited();
    let query = "metrics=cart_abandonment_rate,visits,conversion_rate,orders&period=7d";
    assert_eq!(totals(&store, query), ["0.666667", "3", "0.333333", "0"]);
    assert_eq!(
        rows(&store, "metrics=visits,conversion_rate&by=device&period=7d"),
        ["mobile 2 0.5", "desktop 1 0"]
    );
    assert_eq!(
        rows(&store, "metrics=cart_abandonment_rate&by=day&from=2026-11-18&to=2026-11-20"),
        ["2026-11-18 0.5", "2026-11-19 1", "2026-11-20 -"]
    );
}

#[test]
fn a_workspace_without_any_shop_answers_all_the_same() {
    let store = Store::in_memory().expect("a store");
    let table =
        ask(&store, "metrics=revenue,orders,conversion_rate&by=day&period=7d&compare=previous");
    assert_eq!((table.rows.len(), table.currency), (7, Currency::EUR));
    assert_eq!(totals(&store, "metrics=revenue,customers&period=all"), ["0.00", "0"]);
    assert_eq!(at(NOW).to_string(), NOW);
}
