//! Who is the same person, and which order is the first.

use comptoir_model::{Class, Record};

use crate::shop::{ask, order, store, write};

const TYPES: &str = "SELECT external_id, rank, customer_type FROM orders ORDER BY external_id";

#[test]
fn the_first_counted_order_is_new_business_s026() {
    let store = store();
    write(
        &store,
        vec![
            Record::Order(Box::new(order(
                "10",
                "2026-01-02T10:00:00Z",
                Some("Ada@Example.com "),
                100,
            ))),
            Record::Order(Box::new(order(
                "9",
                "2026-01-02T10:00:00Z",
                Some("ada@example.com"),
                100,
            ))),
            Record::Order(Box::new(order("11", "2026-01-01T10:00:00Z", None, 100))),
        ],
    );
    // Same instant: number 9 comes before number 10; order 11 has nobody behind it.
    assert_eq!(ask(&store, TYPES), ["10|2|existing", "11|-|-", "9|1|new"]);
}

#[test]
fn a_cancelled_first_order_makes_the_second_the_first_worked_example_5() {
    let store = store();
    let first = order("1", "2026-01-02T10:00:00Z", Some("ada@example.com"), 100);
    let second = order("2", "2026-02-02T10:00:00Z", Some("ada@example.com"), 200);
    write(&store, vec![Record::Order(Box::new(first.clone())), Record::Order(Box::new(second))]);
    assert_eq!(ask(&store, TYPES), ["1|1|new", "2|2|existing"]);
    let mut cancelled = first;
    cancelled.class = Class::Cancelled;
    cancelled.version.modified = crate::shop::at("2026-03-01T00:00:00Z");
    write(&store, vec![Record::Order(Box::new(cancelled))]);
    assert_eq!(ask(&store, TYPES), ["1|-|-", "2|1|new"]);
    assert_eq!(
        ask(&store, "SELECT counted, customer_type, sum(gross) FROM money GROUP BY ALL ORDER BY 1"),
        ["false|-|100", "true|new|200"]
    );
}

#[test]
fn an_account_links_two_e_mails_and_a_phone_is_only_the_last_resort() {
    let store = store();
    let mut a = order("1", "2026-01-01T10:00:00Z", Some("ada@example.com"), 100);
    a.customer.phone = Some("+33 6 12 34 56 78".into());
    let mut b = order("2", "2026-01-02T10:00:00Z", Some("ada@work.example"), 100);
    b.customer.id = Some("77".into());
    let mut by_phone = order("3", "2026-01-03T10:00:00Z", None, 100);
    by_phone.customer.phone = Some("0033612345678".into());
    write(
        &store,
        vec![a, b, by_phone].into_iter().map(|order| Record::Order(Box::new(order))).collect(),
    );
    assert_eq!(ask(&store, TYPES), ["1|1|new", "2|1|new", "3|2|existing"]);
    // Account 77 now orders with the first e-mail: all four orders are one person's.
    let mut link = order("4", "2026-01-04T10:00:00Z", Some("ada@example.com"), 100);
    link.customer.id = Some("77".into());
    write(&store, vec![Record::Order(Box::new(link))]);
    assert_eq!(ask(&store, TYPES), ["1|1|new", "2|2|existing", "3|3|existing", "4|4|existing"]);
    assert_eq!(ask(&store, "SELECT count(DISTINCT person_id) FROM money"), ["1"]);
}

#[test]
fn days_and_hours_are_local_and_survive_the_change_of_clocks() {
    let store = store();
    write(
        &store,
        [
            ("a", "2026-03-28T23:30:00Z"),
            ("b", "2026-03-29T01:30:00Z"),
            ("c", "2026-10-25T00:30:00Z"),
            ("d", "2026-10-25T01:30:00Z"),
        ]
        .into_iter()
        .map(|(id, created)| Record::Order(Box::new(order(id, created, None, 100))))
        .collect(),
    );
    // 29 March 2026: 02:00 becomes 03:00 in Paris. 25 October: 03:00 becomes 02:00, so 02:30 comes twice.
    assert_eq!(
        ask(&store, "SELECT external_id, day, hour_of_day, hour_at FROM orders ORDER BY 1"),
        [
            "a|2026-03-29|0|2026-03-28T23:00:00Z",
            "b|2026-03-29|3|2026-03-29T01:00:00Z",
            "c|2026-10-25|2|2026-10-25T00:00:00Z",
            "d|2026-10-25|2|2026-10-25T01:00:00Z",
        ]
    );
}
