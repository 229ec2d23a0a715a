//! Pairs of products (S149, M35), against figures worked out by hand.
//!
//! Five orders of June: {A, B}, {A, B, C} with A on two lines in two variants, {A}, {B, C}, {C}, and two
//! that count for nothing: a cancelled {A, B} and one of May. N = 5; n(A) = 3, n(B) = 3, n(C) = 3;
//! AB = 2, AC = 1, BC = 2.

use comptoir_metrics::{Context, basket};
use comptoir_model::{Class, Order, Record};
use comptoir_store::Store;

use super::fixture::{NOW, at, empty, line, order, write};

fn bought(id: &str, when: &str, codes: &[&str]) -> Order {
    order(id, when, Some("ada"), codes.iter().map(|code| line(code, 1, 100)).collect())
}

fn small() -> Store {
    let store = empty();
    let mut second = bought("2", "2026-06-02T10:00:00Z", &["A", "A", "B", "C"]);
    second.lines[1].variant = Some("A-red".into());
    let mut cancelled = bought("6", "2026-06-06T10:00:00Z", &["A", "B"]);
    cancelled.class = Class::Cancelled;
    let orders = vec![
        bought("1", "2026-06-01T10:00:00Z", &["A", "B"]),
        second,
        bought("3", "2026-06-03T10:00:00Z", &["A"]),
        bought("4", "2026-06-04T10:00:00Z", &["B", "C"]),
        bought("5", "2026-06-05T10:00:00Z", &["C"]),
        cancelled,
        bought("7", "2026-05-05T10:00:00Z", &["A", "B"]),
    ];
    write(
        &store,
        "ferme",
        orders.into_iter().map(|order| Record::Order(Box::new(order))).collect(),
    );
    store
}

fn ask(store: &Store, query: &str) -> Result<String, String> {
    let snapshot = store.read().expect("a snapshot");
    let context = Context::load(&snapshot, at(NOW)).expect("a context");
    basket::answer(&snapshot, query, &context)
        .map(|answer| serde_json::to_string(&answer.rows).expect("JSON"))
        .map_err(|error| error.to_string())
}

const JUNE: &str = "shop=ferme&from=2026-06-01&to=2026-06-30";

#[test]
fn s149_support_confidence_and_lift() {
    let store = small();
    // AB: 2/5, 2/3, (2/3)/(3/5) = 10/9. BC the same. AC: 1/5, 1/3, 5/9.
    assert_eq!(
        ask(&store, &format!("{JUNE}&min_together=2")).unwrap(),
        r#"[{"a":"A","b":"B","together":2,"orders":5,"support":0.4,"confidence":0.666667,"lift":1.111111},"#
            .to_owned()
            + r#"{"a":"B","b":"A","together":2,"orders":5,"support":0.4,"confidence":0.666667,"lift":1.111111},"#
            + r#"{"a":"B","b":"C","together":2,"orders":5,"support":0.4,"confidence":0.666667,"lift":1.111111},"#
            + r#"{"a":"C","b":"B","together":2,"orders":5,"support":0.4,"confidence":0.666667,"lift":1.111111}]"#
    );
    let rare = ask(&store, &format!("{JUNE}&min_together=1&sort=together&limit=1")).unwrap();
    assert_eq!(
        rare,
        r#"[{"a":"A","b":"C","together":1,"orders":5,"support":0.2,"confidence":0.333333,"lift":0.555556}]"#
    );
    // The default is five orders together.
    assert_eq!(ask(&store, JUNE).unwrap(), "[]");
}

#[test]
fn another_rule_counts_other_orders() {
    // WooCommerce counts what is paid on the day of payment; created here, and cancelled stays out.
    let found =
        ask(&small(), &format!("{JUNE}&min_together=2&profile=brevo&sort=a&limit=1")).unwrap();
    // Brevo counts the cancelled order too: N = 6, AB = 3, n(A) = n(B) = 4.
    assert_eq!(
        found,
        r#"[{"a":"A","b":"B","together":3,"orders":6,"support":0.5,"confidence":0.75,"lift":1.125}]"#
    );
}

#[test]
fn an_order_of_ten_thousand_products_makes_no_pairs_and_counts() {
    let store = small();
    let codes: Vec<String> = (0..10_000).map(|number| format!("P{number}")).collect();
    let mut codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    codes.push("A");
    let huge = bought("8", "2026-06-08T10:00:00Z", &codes);
    write(&store, "ferme", vec![Record::Order(Box::new(huge))]);
    // Only the small orders pair; N = 6 and n(A) = 4: lift of AB is 2/4 ÷ 3/6 = 1.
    assert_eq!(
        ask(&store, &format!("{JUNE}&min_together=1&sort=a&limit=1")).unwrap(),
        r#"[{"a":"A","b":"B","together":2,"orders":6,"support":0.333333,"confidence":0.5,"lift":1.0}]"#
    );
}

#[test]
fn wrong_parameters_name_the_nearest_right_one() {
    let store = small();
    for (query, message) in [
        (
            "min_together=0",
            "min_together=0: write a whole number from 1 to 1000000000; did you mean “5”?",
        ),
        (
            "min_togeter=3",
            "min_togeter=3: there is no such parameter here; did you mean “min_together”?",
        ),
        (
            "sort=-lifts",
            "sort=-lifts: sort by a column of the rows, with - for descending; did you mean “lift”?",
        ),
        ("limit=x", "limit=x: write a whole number from 1 to 10000000; did you mean “10000000”?"),
        ("shop=ferm", "shop=ferm: there is no such shop; did you mean “ferme”?"),
    ] {
        assert_eq!(ask(&store, query).unwrap_err(), message, "{query}");
    }
}
