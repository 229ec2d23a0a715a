//! S121: sums along the calendar.

use comptoir_metrics::cumulative::{Cumulative, cumulative};
use comptoir_metrics::{Bucket, Context, Query, metric};
use comptoir_model::Record;
use comptoir_store::Store;
use jiff::civil::{Date, date};

use super::fixture::{NOW, at, empty, fixture, line, order, write};

fn added(store: &Store, unit: Bucket, until: Date) -> Cumulative {
    let snapshot = store.read().expect("a snapshot");
    let context = Context::load(&snapshot, at(NOW)).expect("a context");
    let revenue = metric("revenue").expect("valid");
    let query = Query::new(vec![revenue]);
    cumulative(&snapshot, &query, revenue, unit, until, &context).expect("an answer")
}

#[test]
fn s121_the_year_so_far_stops_today_and_begins_with_the_data() {
    let found = added(&fixture(), Bucket::Year, date(2026, 6, 30));
    // Nothing is known of earlier years.
    assert_eq!(found.tracks.len(), 1);
    let year = &found.tracks[0];
    assert!(year.partial);
    let on =
        |day: Date| year.values[found.slots.iter().position(|slot| *slot == day).expect("a slot")];
    assert_eq!(on(date(2026, 5, 9)), None);
    assert_eq!(on(date(2026, 5, 10)), Some(2500));
    // 25.00 of May and 66.66 of June.
    assert_eq!(found.at_mark(year), Some(9166));
    assert_eq!(on(date(2026, 7, 1)), None);
}

#[test]
fn s121_months_meet_on_the_same_day() {
    let found = added(&fixture(), Bucket::Month, date(2026, 6, 20));
    let starts: Vec<Date> = found.tracks.iter().map(|track| track.start).collect();
    assert_eq!(starts, [date(2026, 6, 1), date(2026, 5, 1)]);
    assert_eq!((found.slots.len(), found.mark), (31, 19));
    // 66.66 less order 12 of the 25th: 10 + 2 + 1.50; May had 25.00 on the 10th.
    assert_eq!(found.at_mark(&found.tracks[0]), Some(5316));
    assert_eq!(found.at_mark(&found.tracks[1]), Some(2500));
    // June is not over, and has no 31st.
    assert_eq!(found.tracks[0].values[20..], [None; 11]);
}

#[test]
fn s121_on_29_february_other_years_stand_still() {
    let store = empty();
    let days = [
        ("a", "2024-02-28", 1000),
        ("b", "2024-02-29", 2000),
        ("c", "2024-03-01", 3000),
        ("d", "2025-02-28", 100),
        ("e", "2025-03-01", 200),
    ];
    let orders = days.map(|(id, day, amount)| {
        let lines = vec![line("MIEL", 1, amount)];
        Record::Order(Box::new(order(id, &format!("{day}T10:00:00Z"), None, lines)))
    });
    write(&store, "ferme", orders.to_vec());
    let found = added(&store, Bucket::Year, date(2025, 3, 1));
    let [now, before] = found.tracks.as_slice() else { panic!("{:?}", found.tracks) };
    assert_eq!((found.slots.len(), found.mark), (366, 60));
    assert_eq!((now.values[59], before.values[59]), (Some(100), Some(3000)));
    assert_eq!((found.at_mark(now), found.at_mark(before)), (Some(300), Some(6000)));
    assert_eq!(before.values.last(), Some(&Some(6000)));
}

#[test]
fn s121_a_shop_without_orders_has_one_empty_line() {
    let found = added(&empty(), Bucket::Month, date(2026, 6, 20));
    assert_eq!(found.tracks.len(), 1);
    assert_eq!(found.at_mark(&found.tracks[0]), Some(0));
}
