//! Gap watch, on orders made for it.

use comptoir_metrics::watch::{Range, Watch, watch};
use comptoir_model::{Class, Order, Record};
use comptoir_store::{Store, shops};
use jiff::{SignedDuration, Timestamp};

use crate::fixture::{at, empty, fixture, line, order, write};

const NOW: &str = "2026-06-30T12:00:00Z";

/// An order of that number, so many hours before `NOW`.
fn sold(number: &str, hours: i64) -> Order {
    let created = at(NOW) - SignedDuration::from_hours(hours);
    let mut sold = order(number, &created.to_string(), Some("ada"), vec![line("MIEL", 1, 1000)]);
    sold.number = Some(number.to_owned());
    sold
}

fn store(orders: Vec<Order>) -> Store {
    let store = empty();
    write(&store, "ferme", orders.into_iter().map(|one| Record::Order(Box::new(one))).collect());
    store
}

fn watched(store: &Store, consecutive: bool, now: Timestamp) -> Watch {
    let snapshot = store.read().expect("a snapshot");
    let shop = shops::list(&snapshot).expect("shops")[0].id;
    watch(&snapshot, shop, consecutive, now).expect("watched")
}

/// Ten orders, 20 hours apart but for one gap of 40: the last `last` hours before `NOW`.
fn rhythm(last: i64) -> Vec<Order> {
    let hours = [0, 20, 40, 80, 100, 120, 140, 160, 180, 200];
    (1..).zip(hours).map(|(number, ago)| sold(&format!("{number}"), last + ago)).collect()
}

#[test]
fn silence_is_told_after_half_as_long_again_as_the_longest_gap() {
    // The longest gap is 40 hours, so patience ends after 60.
    assert_eq!(watched(&store(rhythm(60)), false, at(NOW)).silence, None);
    let told = watched(&store(rhythm(61)), false, at(NOW)).silence.expect("silence");
    assert_eq!(told.longest, SignedDuration::from_hours(40));
    assert_eq!(told.last_order, at(NOW) - SignedDuration::from_hours(61));
}

#[test]
fn silence_is_never_told_within_a_day() {
    // One order an hour: 1.5 hours would be enough, were it not for the day.
    let busy = |last: i64| (0..30).map(|n| sold(&format!("{n}"), last + n)).collect::<Vec<_>>();
    assert_eq!(watched(&store(busy(24)), false, at(NOW)).silence, None);
    assert!(watched(&store(busy(25)), false, at(NOW)).silence.is_some());
}

#[test]
fn nine_orders_have_no_rhythm_and_drafts_tests_and_old_orders_give_none() {
    let mut nine = rhythm(61);
    nine.pop();
    let mut draft = sold("90", 70);
    draft.class = Class::Draft;
    let mut test = sold("91", 71);
    test.test = true;
    // 91 days ago: it would be the tenth, and its gap the longest.
    let old = sold("92", 91 * 24);
    nine.extend([draft, test, old]);
    assert_eq!(watched(&store(nine), false, at(NOW)).silence, None);
    assert_eq!(watched(&empty(), true, at(NOW)), Watch::default());
}

#[test]
fn numbers_without_an_order_are_listed_where_the_platform_numbers_consecutively() {
    // #1001 #1002 #1004 #1008; #1007 was a test, #1003 is older than 90 days, the numbers before
    // #1001 belong to nobody's window: 1005 and 1006 are missing, and FR-7 of another numbering.
    let mut orders: Vec<Order> = [("#1001", 90), ("#1002", 80), ("#1004", 70), ("#1008", 5)]
        .into_iter()
        .map(|(number, hours)| sold(number, hours))
        .collect();
    let mut test = sold("#1007", 6);
    test.test = true;
    orders.extend([test, sold("#1003", 100 * 24), sold("#12", 99 * 24)]);
    orders.extend([sold("FR-6", 40), sold("FR-8", 30)]);
    // Something else than a number has no neighbours.
    orders.extend([sold("ABCDEF", 20), sold("", 10)]);
    let store = store(orders);
    assert_eq!(watched(&store, false, at(NOW)).missing, None);
    let missing = watched(&store, true, at(NOW)).missing.expect("missing numbers");
    let range = |prefix: &str, first, last| Range { prefix: prefix.into(), first, last };
    assert_eq!(missing.ranges, [range("#", 1005, 1006), range("FR-", 7, 7)]);
    assert_eq!((missing.numbers, missing.further), (3, 0));
}

#[test]
fn a_new_numbering_is_no_gap_and_long_lists_are_bounded() {
    let leap = store(vec![sold("10", 50), sold("11", 40), sold("200001", 30), sold("200002", 20)]);
    assert_eq!(watched(&leap, true, at(NOW)).missing, None);
    // Every other number of 1 to 61: 30 are missing, 20 of them listed, the newest first.
    let every_other = store((0..=30).map(|n| sold(&format!("{}", 2 * n + 1), 100 - n)).collect());
    let missing = watched(&every_other, true, at(NOW)).missing.expect("missing numbers");
    assert_eq!((missing.numbers, missing.ranges.len(), missing.further), (30, 20, 10));
    assert_eq!((missing.ranges[0].first, missing.ranges[0].last), (60, 60));
}

#[test]
fn the_fixture_shop_misses_nothing_the_day_after_its_last_order() {
    let store = fixture();
    assert_eq!(watched(&store, true, at("2026-06-26T09:00:00Z")), Watch::default());
}
