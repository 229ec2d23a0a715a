//! Every figure opens to rows that add up to it.

use comptoir_metrics::drill::{Page, Role, Subject};
use comptoir_metrics::{Cell, Context, Drill, Filter, METRICS, Query, dimension, drill, metric};
use comptoir_store::Store;

use super::fixture::{NOW, ask, at, fixture};

const JUNE: &str = "from=2026-06-01&to=2026-06-30";
const ALL: Page = Page { offset: 0, limit: 1000 };

fn open(store: &Store, query: &str, id: &str, bucket: &[Filter], page: Page) -> Drill {
    let snapshot = store.read().expect("valid");
    let context = Context::load(&snapshot, at(NOW)).expect("valid");
    let query = Query::parse(query, &context).expect("valid");
    drill(&snapshot, &query, metric(id).expect("valid"), bucket, page, &context).expect("valid")
}

fn filter(id: &str, value: &str) -> Filter {
    Filter::new(dimension(id).expect("valid"), Some(value.to_owned()))
}

/// Lists re-added row by row.
fn readded(drill: &Drill) -> Vec<i64> {
    drill
        .lists
        .iter()
        .map(|list| list.entries.iter().filter_map(|entry| entry.amount.whole()).sum())
        .collect()
}

#[test]
fn re_adding_the_rows_gives_the_figure_for_every_metric_and_profile() {
    let store = fixture();
    for extra in [
        "",
        "&profile=brevo",
        "&profile=woocommerce&date=created",
        "&profile=shopify",
        "&currency=USD",
    ] {
        for metric in METRICS {
            let query = format!("metrics={}&{JUNE}{extra}", metric.id);
            let figure = ask(&store, &query).totals.values.remove(0);
            let drill = open(&store, &query, metric.id, &[], ALL);
            assert_eq!(drill.figure, figure, "{query}");
            for list in &drill.lists {
                assert_eq!(
                    list.count,
                    i64::try_from(list.entries.len()).expect("valid"),
                    "{query}"
                );
            }
            let sums = readded(&drill);
            match (&figure, sums.as_slice()) {
                (Cell::Ratio { numerator, denominator }, [over, under]) => {
                    assert_eq!((i128::from(*over), i128::from(*under)), (*numerator, *denominator));
                }
                (Cell::Money(mean), [sum]) if metric.id == "lifetime_value" => {
                    // Half to even, as every amount is rounded.
                    let count = i128::from(drill.lists[0].count);
                    let mean_of = comptoir_model::money::divide_half_even(i128::from(*sum), count);
                    assert_eq!(i128::from(*mean), mean_of, "{query}");
                }
                (Cell::Money(value) | Cell::Count(value), [sum])
                    if drill.lists[0].role == Role::Figure && metric.id != "median_order_value" =>
                {
                    assert_eq!(value, sum, "{query}");
                }
                _ => {}
            }
        }
    }
}

#[test]
fn a_bucket_opens_to_its_own_rows() {
    let store = fixture();
    for (by, metrics) in [
        ("day", "revenue"),
        ("week", "orders"),
        ("country", "revenue"),
        ("product", "net_sales"),
        ("product", "orders"),
        ("tax_rate", "tax"),
        ("customer_type", "customers"),
        ("hour_of_day", "revenue"),
    ] {
        let query = format!("metrics={metrics}&by={by}&{JUNE}");
        let table = ask(&store, &query);
        for row in &table.rows {
            let key = row.keys[0].plain(table.currency);
            let bucket = [Filter::new(dimension(by).expect("valid"), key)];
            let drill = open(&store, &query, metrics, &bucket, ALL);
            assert_eq!(drill.figure, row.values[0], "{query} {:?}", row.keys);
        }
    }
}

#[test]
fn rows_say_who_and_what_and_the_latest_comes_first() {
    let drill = open(&fixture(), &format!("metrics=revenue&{JUNE}"), "revenue", &[], ALL);
    let rows: Vec<String> = drill.lists[0]
        .entries
        .iter()
        .map(|entry| {
            let who = entry.who.as_deref().unwrap_or("-");
            let number = entry.number.as_deref().unwrap_or("-");
            let amount = entry.amount.plain(drill.currency).unwrap_or_default();
            format!(
                "{:?} {number} {who} {} {amount}",
                entry.subject,
                entry.local.expect("valid").date()
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            "Order 12 gus 2026-06-25 13.50",
            "Refund 3 bob 2026-06-20 -9.00",
            "Order 11 fay 2026-06-20 16.00",
            "Refund - - 2026-06-18 -7.00",
            "Refund 1 ada 2026-06-11 -5.00",
            "Order 7 cyd 2026-06-08 10.00",
            "Order 5 - 2026-06-05 6.66",
            "Order 4 bob 2026-06-03 5.00",
            "Order 3 bob 2026-06-03 31.50",
            "Order 2 ada 2026-06-01 5.00",
        ]
    );
}

#[test]
fn a_distinct_count_has_one_row_per_person_and_a_median_marks_its_middle() {
    let store = fixture();
    let drill = open(&store, &format!("metrics=customers&{JUNE}"), "customers", &[], ALL);
    assert_eq!(drill.lists[0].count, 6);
    assert!(drill.lists[0].entries.iter().all(|entry| entry.subject == Subject::Person));
    let drill =
        open(&store, &format!("metrics=median_order_value&{JUNE}"), "median_order_value", &[], ALL);
    let middle: Vec<&Cell> = drill.lists[0]
        .entries
        .iter()
        .filter(|entry| entry.is_middle)
        .map(|entry| &entry.amount)
        .collect();
    assert_eq!(middle, [&Cell::Money(1000)]);
    // Without order 12 six are left: 5, 5, 6.66, 10, 16, 31.50, in the middle 6.66 and 10.
    let query = "metrics=median_order_value&from=2026-06-01&to=2026-06-24";
    let drill = open(&store, query, "median_order_value", &[], ALL);
    assert_eq!(drill.lists[0].entries.iter().filter(|entry| entry.is_middle).count(), 2);
    assert_eq!(drill.figure, Cell::Money(833));
}

#[test]
fn pages_cut_the_list_and_not_its_sum() {
    let store = fixture();
    let page = Page { offset: 2, limit: 3 };
    let drill = open(&store, &format!("metrics=revenue&{JUNE}"), "revenue", &[], page);
    let list = &drill.lists[0];
    assert_eq!((list.count, &list.total, list.entries.len()), (10, &Cell::Money(6666), 3));
    assert_eq!(list.entries[0].number.as_deref(), Some("11"));
    let beyond = Page { offset: 50, limit: 3 };
    let drill = open(&store, &format!("metrics=revenue&{JUNE}"), "revenue", &[], beyond);
    assert_eq!((drill.lists[0].count, &drill.figure), (10, &Cell::Money(6666)));
}

#[test]
fn a_hostile_value_is_only_a_value() {
    let drill = open(
        &fixture(),
        &format!("metrics=revenue&{JUNE}"),
        "revenue",
        &[filter("country", "x') OR 1=1 --")],
        ALL,
    );
    assert_eq!((drill.figure, drill.lists[0].count), (Cell::Money(0), 0));
}
