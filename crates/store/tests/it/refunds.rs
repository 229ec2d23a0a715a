//! What refunds leave in the ledger: figures of spec/profiles.md, worked examples 1 to 3.

use comptoir_model::{Class, Record};

use crate::shop::{ask, at, order, refund, store, worked_example, write};

const SUMS: &str = "SELECT day, sum(orders), sum(gross), sum(discount), sum(shipping), sum(tax), sum(refunded_goods),
                           sum(refunded_shipping), sum(refunded_tax) FROM money WHERE counted GROUP BY day ORDER BY day";

#[test]
fn worked_example_1_and_2_an_amount_only_refund_of_12() {
    let store = store();
    // The refund arrives before its order.
    write(
        &store,
        vec![Record::Refund(Box::new(refund("r", Some("1"), "2026-02-10T12:00:00Z", 1_200)))],
    );
    assert_eq!(ask(&store, SUMS), ["2026-02-10|0|0|0|0|0|1200|0|0"]);
    write(&store, vec![Record::Order(Box::new(worked_example()))]);
    assert_eq!(
        ask(&store, SUMS),
        ["2026-01-10|1|10000|2000|1000|700|0|0|0", "2026-02-10|0|0|0|0|0|990|124|86"]
    );
}

#[test]
fn worked_example_3_a_full_refund_leaves_nothing() {
    let store = store();
    write(&store, vec![Record::Order(Box::new(worked_example()))]);
    write(
        &store,
        vec![Record::Refund(Box::new(refund("r", Some("1"), "2026-02-10T12:00:00Z", 9_700)))],
    );
    assert_eq!(ask(&store, SUMS)[1], "2026-02-10|0|0|0|0|0|8000|1000|700");
    // In two steps, the second takes exactly what the first left.
    let first = Record::Refund(Box::new(refund("r", Some("1"), "2026-02-11T12:00:00Z", 1_200)));
    let second = Record::Refund(Box::new(refund("s", Some("1"), "2026-02-12T12:00:00Z", 8_500)));
    write(&store, vec![first, second]);
    assert_eq!(
        ask(
            &store,
            "SELECT sum(refunded_goods), sum(refunded_shipping), sum(refunded_tax) FROM money"
        ),
        ["8000|1000|700"]
    );
}

#[test]
fn an_order_that_became_refunded_without_any_refund_gets_one_until_a_real_one_comes() {
    let store = store();
    let mut order = worked_example();
    order.class = Class::Refunded;
    order.version.modified = at("2026-02-01T09:00:00Z");
    write(&store, vec![Record::Order(Box::new(order.clone()))]);
    order.status = "refunded, archived".into();
    order.version.modified = at("2026-04-01T09:00:00Z");
    write(&store, vec![Record::Order(Box::new(order))]);
    assert_eq!(ask(&store, SUMS)[1], "2026-02-01|0|0|0|0|0|8000|1000|700");
    write(
        &store,
        vec![Record::Refund(Box::new(refund("real", Some("1"), "2026-01-20T12:00:00Z", 9_700)))],
    );
    assert_eq!(
        ask(
            &store,
            "SELECT day, sum(refunded_goods) FROM money WHERE refund_id IS NOT NULL GROUP BY day"
        ),
        ["2026-01-20|8000"]
    );
}

#[test]
fn a_refund_of_an_uncounted_order_does_not_count_and_one_without_order_does() {
    let store = store();
    let mut cancelled = order("1", "2026-01-10T12:00:00Z", None, 5_000);
    cancelled.class = Class::Cancelled;
    cancelled.refunds.push(refund("r", None, "2026-01-11T12:00:00Z", 5_000));
    write(
        &store,
        vec![
            Record::Order(Box::new(cancelled)),
            Record::Refund(Box::new(refund("alone", None, "2026-01-12T12:00:00Z", 700))),
        ],
    );
    assert_eq!(
        ask(
            &store,
            "SELECT day, counted, customer_type, refunded_goods FROM money WHERE refund_id IS NOT NULL ORDER BY 1"
        ),
        ["2026-01-11|false|-|5000", "2026-01-12|true|-|700"]
    );
}

#[test]
fn a_refund_told_inside_its_order_and_by_itself_counts_once() {
    let store = store();
    let mut told = worked_example();
    told.refunds.push(refund("r", None, "2026-02-10T12:00:00Z", 1_200));
    write(&store, vec![Record::Order(Box::new(told))]);
    write(
        &store,
        vec![Record::Refund(Box::new(refund("r", Some("1"), "2026-02-10T12:00:00Z", 1_200)))],
    );
    assert_eq!(ask(&store, SUMS)[1], "2026-02-10|0|0|0|0|0|990|124|86");
}
