//! Shopify's own calculation mode: a cancelled order is a sale on its day, and a return on the day it is
//! cancelled. The worked examples of the profiles, and whatever else reads refunds.

use comptoir_metrics::cohorts::answer;
use comptoir_metrics::customers::{Wanted, list};
use comptoir_metrics::drill::{Page, Subject};
use comptoir_metrics::{Context, DIMENSIONS, METRICS, Query, drill, metric, profile, splits};
use comptoir_model::{Class, Order, Record, Version};
use comptoir_store::Store;

use super::fixture::{NOW, ask, at, empty, line, order, refund, rows, tax, totals, write};
use super::profiles::{check, example, with};

const JANUARY: &str = "from=2026-01-01&to=2026-01-31";
const FEBRUARY: &str = "from=2026-02-01&to=2026-02-28";
const BOTH: &str = "from=2026-01-01&to=2026-02-28";

fn cancelled(mut order: Order, when: &str) -> Order {
    order.class = Class::Cancelled;
    order.cancelled = Some(at(when));
    order
}

fn all_of(orders: impl IntoIterator<Item = Order>) -> Vec<Record> {
    orders.into_iter().map(|order| Record::Order(Box::new(order))).collect()
}

/// Makes Shopify's the shop's own mode, so that the stored columns follow it.
fn settle(store: &Store) {
    store
        .change_settings(|settings| {
            let shop = settings.shop_mut("ferme")?;
            shop.profile = "shopify".into();
            shop.rule = profile("shopify").expect("a profile").rule();
            Ok(())
        })
        .expect("changed");
}

#[test]
fn example_1_revenue_is_what_was_paid_and_the_average_is_of_goods() {
    let store = with(example(), Vec::new());
    check(
        &store,
        JANUARY,
        "shopify",
        &[
            ("orders", "1"),
            ("units", "4"),
            ("gross_sales", "100.00"),
            ("discounts", "20.00"),
            ("refunds", "0.00"),
            ("net_sales", "80.00"),
            ("shipping", "10.00"),
            ("tax", "7.00"),
            ("total_sales", "97.00"),
            ("revenue", "97.00"),
            ("average_order_value", "80.00"),
            ("median_order_value", "80.00"),
        ],
    );
}

/// 12.00 of 97.00 without breakdown: 12 × 80 ÷ 97 = 9.90 of goods, 1.24 of shipping, 0.86 of tax.
#[test]
fn example_2_a_refund_is_a_return_on_its_own_day() {
    let store = with(example(), vec![refund("R", Some("1"), "2026-02-10T12:00:00Z", 1200)]);
    check(
        &store,
        FEBRUARY,
        "shopify",
        &[
            ("refunds", "9.90"),
            ("net_sales", "-9.90"),
            ("shipping", "-1.24"),
            ("tax", "-0.86"),
            ("total_sales", "-12.00"),
            ("revenue", "-12.00"),
            ("gross_sales", "0.00"),
            ("orders", "0"),
            ("average_order_value", "-"),
        ],
    );
}

#[test]
fn example_3_a_whole_refund_leaves_nothing() {
    let store = with(example(), vec![refund("R", Some("1"), "2026-02-10T12:00:00Z", 9700)]);
    let february =
        [("net_sales", "-80.00"), ("shipping", "-10.00"), ("tax", "-7.00"), ("revenue", "-97.00")];
    check(&store, FEBRUARY, "shopify", &february);
    check(&store, BOTH, "shopify", &[("net_sales", "0.00"), ("revenue", "0.00"), ("tax", "0.00")]);
    check(&store, JANUARY, "shopify", &[("average_order_value", "80.00")]);
}

/// A cancelled order of 50 (5 units of honey, of ada) and a paid one of 100 (10 units, of bob). It is
/// cancelled on 2 February 23:30 in UTC, which is the 3rd in Paris.
fn example_4() -> Store {
    let store = empty();
    let first = order("1", "2026-01-05T12:00:00Z", Some("ada"), vec![line("MIEL", 5, 5000)]);
    let second = order("2", "2026-01-06T12:00:00Z", Some("bob"), vec![line("MIEL", 10, 10_000)]);
    write(&store, "ferme", all_of([cancelled(first, "2026-02-02T23:30:00Z"), second]));
    store
}

fn holds_example_4(store: &Store) {
    let january = [
        ("revenue", "150.00"),
        ("orders", "2"),
        ("customers", "2"),
        ("new_customer_revenue", "150.00"),
        ("units", "15"),
        ("average_order_value", "75.00"),
    ];
    check(store, JANUARY, "shopify", &january);
    let february = [
        ("revenue", "-50.00"),
        ("total_sales", "-50.00"),
        ("refunds", "50.00"),
        ("net_sales", "-50.00"),
        ("gross_sales", "0.00"),
        ("units", "-5"),
        ("orders", "0"),
        ("customers", "0"),
        ("new_customer_revenue", "-50.00"),
        ("existing_customer_revenue", "0.00"),
    ];
    check(store, FEBRUARY, "shopify", &february);
    check(store, "from=2026-02-02&to=2026-02-02", "shopify", &[("revenue", "0.00")]);
    check(store, "from=2026-02-03&to=2026-02-03", "shopify", &[("revenue", "-50.00")]);
    let by =
        |by: &str| rows(store, &format!("metrics=net_sales&by={by}&{FEBRUARY}&profile=shopify"));
    assert_eq!(by("product"), ["MIEL Le MIEL -50.00"]);
    assert_eq!(by("country"), ["FR -50.00"]);
    assert_eq!(by("customer_type"), ["new -50.00"]);
    let hours = by("hour");
    let told: Vec<_> = hours.iter().filter(|row| !row.ends_with(" 0.00")).collect();
    assert_eq!(told, ["2026-02-03T00:00:00+01:00 -50.00"]);
}

#[test]
fn example_4_a_cancellation_is_a_sale_and_then_a_return_on_its_day() {
    let store = example_4();
    holds_example_4(&store);
    // Elsewhere it is no sale at all, and nothing is taken back.
    check(&store, JANUARY, "comptoir", &[("revenue", "100.00"), ("orders", "1")]);
    for other in ["comptoir", "woocommerce", "brevo", "prestashop"] {
        let query = format!("metrics=revenue,refunds&{FEBRUARY}&profile={other}&date=created");
        assert!(
            totals(&store, &query).iter().all(|value| value == "0.00" || value == "-"),
            "{other}"
        );
    }
    // As the shop's own mode, from the stored columns, it is the same.
    settle(&store);
    holds_example_4(&store);
    assert_eq!(totals(&store, &format!("metrics=revenue,orders&{JANUARY}")), ["150.00", "2"]);
    assert_eq!(totals(&store, &format!("metrics=revenue,units&{FEBRUARY}")), ["-50.00", "-5"]);
}

#[test]
fn a_reversal_opens_to_its_order_on_the_day_of_the_cancellation() {
    for settled in [false, true] {
        let store = example_4();
        if settled {
            settle(&store);
        }
        let snapshot = store.read().expect("valid");
        let context = Context::load(&snapshot, at(NOW)).expect("valid");
        let query = format!("metrics=revenue&{BOTH}&profile=shopify");
        let query = Query::parse(&query, &context).expect("valid");
        let page = Page { offset: 0, limit: 10 };
        let revenue = metric("revenue").expect("valid");
        let found = drill(&snapshot, &query, revenue, &[], page, &context).expect("valid");
        let entries: Vec<_> = found.lists[0]
            .entries
            .iter()
            .map(|entry| {
                assert_eq!(entry.subject, Subject::Order);
                let number = entry.number.clone().unwrap_or_default();
                (number, entry.at.expect("a day").to_string(), entry.amount.whole())
            })
            .collect();
        let entry = |number: &str, when: &str, amount| (number.into(), when.into(), Some(amount));
        let expected = [
            entry("1", "2026-02-02T23:30:00Z", -5000),
            entry("2", "2026-01-06T12:00:00Z", 10_000),
            entry("1", "2026-01-05T12:00:00Z", 5000),
        ];
        assert_eq!(entries, expected);
    }
}

/// Of 97.00, 12.00 come back on 10 February, and the order is cancelled on the 15th: 85.00 are left,
/// of which goods 80.00 − 9.90, shipping 10.00 − 1.24, tax 7.00 − 0.86.
#[test]
fn a_cancellation_takes_back_what_refunds_have_left() {
    let order = cancelled(example(), "2026-02-15T12:00:00Z");
    let store = with(order, vec![refund("R", Some("1"), "2026-02-10T12:00:00Z", 1200)]);
    let day = [
        ("refunds", "70.10"),
        ("net_sales", "-70.10"),
        ("shipping", "-8.76"),
        ("tax", "-6.14"),
        ("revenue", "-85.00"),
        ("units", "-4"),
    ];
    check(&store, "from=2026-02-15&to=2026-02-15", "shopify", &day);
    check(&store, FEBRUARY, "shopify", &[("revenue", "-97.00")]);
    check(&store, BOTH, "shopify", &[("revenue", "0.00"), ("shipping", "0.00"), ("units", "0")]);
}

/// What was paid back in full was taken back on the day of the refund: the cancellation adds nothing.
#[test]
fn a_cancellation_that_a_refund_covers_is_told_once() {
    let order = cancelled(example(), "2026-02-15T12:00:00Z");
    let store = with(order, vec![refund("R", Some("1"), "2026-02-20T12:00:00Z", 9700)]);
    check(&store, "from=2026-02-15&to=2026-02-15", "shopify", &[("revenue", "0.00")]);
    check(&store, "from=2026-02-20&to=2026-02-20", "shopify", &[("revenue", "-97.00")]);
    check(&store, BOTH, "shopify", &[("revenue", "0.00"), ("tax", "0.00"), ("net_sales", "0.00")]);
}

/// An order that waits for its payment counts; a test and a deleted one do not, and nothing of them is
/// taken back. One that is cancelled without anybody telling when stays a sale.
#[test]
fn every_order_counts_but_tests_and_what_is_deleted() {
    let store = empty();
    let mut all = Vec::new();
    for (id, class, amount) in [
        ("1", Class::Pending, 1000),
        ("2", Class::Failed, 200),
        ("3", Class::Cancelled, 30),
        ("4", Class::Deleted, 4),
        ("5", Class::Paid, 5),
    ] {
        let mut one = order(id, "2026-01-05T12:00:00Z", None, vec![line("THE", 1, amount)]);
        one.class = class;
        all.push(one);
    }
    all[3].cancelled = Some(at("2026-02-01T12:00:00Z"));
    all[4].cancelled = Some(at("2026-02-01T12:00:00Z"));
    all[4].test = true;
    // Taken in on another day than it was entered on.
    all[0].processed = Some(at("2026-01-20T12:00:00Z"));
    write(&store, "ferme", all_of(all));
    for settled in [false, true] {
        if settled {
            settle(&store);
        }
        check(&store, JANUARY, "shopify", &[("orders", "3"), ("revenue", "12.30")]);
        check(&store, "from=2026-01-20&to=2026-01-20", "shopify", &[("revenue", "10.00")]);
        check(&store, FEBRUARY, "shopify", &[("revenue", "0.00"), ("orders", "0")]);
    }
}

/// Ada's first order of 50.00 is cancelled in February, and she buys for 20.00 in March; bob buys for
/// 100.00. Taxes and shipping are in the revenue.
fn history() -> Store {
    let store = example_4();
    let mut third = order("3", "2026-03-05T12:00:00Z", Some("ada"), vec![line("THE", 1, 1500)]);
    third.shipping_amount = 400;
    third.lines[0].taxes = vec![tax("5.5", 100)];
    write(&store, "ferme", all_of([third]));
    store
}

#[test]
fn what_reads_refunds_elsewhere_takes_cancellations_off_too() {
    for settled in [false, true] {
        let store = history();
        if settled {
            settle(&store);
        }
        let snapshot = store.read().expect("valid");
        let context = Context::load(&snapshot, at(NOW)).expect("valid");
        let text = "metrics=revenue&from=2026-01-01&to=2026-03-31&profile=shopify";
        let query = Query::parse(text, &context).expect("valid");
        let wanted = Wanted { limit: 10, ..Wanted::default() };
        let found = list(&snapshot, &query, &wanted, &context).expect("valid");
        let mut brought: Vec<(i64, i64)> =
            found.rows.iter().map(|row| (row.orders, row.revenue)).collect();
        brought.sort_unstable();
        assert_eq!(brought, [(1, 10_000), (2, 2000)]);
        // By the day of the order that was cancelled: 150 − 50, then 20 for two of January.
        let cohorts = answer(&snapshot, "shop=ferme&measure=revenue&profile=shopify", &context);
        assert_eq!(
            serde_json::to_string(&cohorts.expect("valid")).expect("json"),
            r#"{"rows":[{"cohort":"2026-01","size":2,"cells":["100.00","0.00","20.00"]}]}"#
        );
        // (100 + 20) ÷ 2, up to March.
        let worth =
            totals(&store, "metrics=lifetime_value&from=2026-01-01&to=2026-03-31&profile=shopify");
        assert_eq!(worth, ["60.00"]);
        // The second order stays the second: the first was a sale.
        let march = "metrics=new_customers,returning_customers&from=2026-03-01&to=2026-03-31";
        assert_eq!(totals(&store, &format!("{march}&profile=shopify")), ["0", "1"]);
        assert_eq!(totals(&store, &format!("{march}&profile=comptoir")), ["1", "0"]);
    }
}

/// A version that is no longer cancelled takes nothing back.
#[test]
fn a_cancellation_that_is_undone_is_gone() {
    let store = example_4();
    let mut again = order("1", "2026-01-05T12:00:00Z", Some("ada"), vec![line("MIEL", 5, 5000)]);
    again.version = Version::stamped(at("2026-02-04T12:00:00Z"));
    write(&store, "ferme", all_of([again]));
    check(&store, BOTH, "shopify", &[("revenue", "150.00"), ("refunds", "0.00")]);
}

/// Whether the columns are the stored ones or worked out, every metric is the same, and so is every split.
#[test]
fn stored_and_worked_out_figures_are_the_same() {
    let (worked_out, stored) = (history(), history());
    settle(&stored);
    let same = |query: &str| {
        let query = format!("{query}&from=2026-01-01&to=2026-03-31&profile=shopify");
        let (first, second) = (ask(&worked_out, &query), ask(&stored, &query));
        assert_eq!((first.totals, first.rows), (second.totals, second.rows), "{query}");
    };
    let ids: Vec<&str> = METRICS.iter().map(|metric| metric.id).collect();
    same(&format!("metrics={}", ids.join(",")));
    let net_sales = metric("net_sales").expect("valid");
    for dimension in DIMENSIONS.iter().filter(|dimension| splits(net_sales, dimension)) {
        same(&format!("metrics=net_sales,units&by={}&compare=previous", dimension.id));
    }
}

/// S026: whatever the metric, the rows behind it add up to it, reversals among them.
#[test]
fn every_figure_opens_to_rows_that_add_up_to_it() {
    let store = history();
    settle(&store);
    let snapshot = store.read().expect("valid");
    let context = Context::load(&snapshot, at(NOW)).expect("valid");
    for period in [FEBRUARY, "from=2026-01-01&to=2026-03-31"] {
        for metric in METRICS {
            let query = format!("metrics={}&{period}", metric.id);
            let figure = ask(&store, &query).totals.values.remove(0);
            let parsed = Query::parse(&query, &context).expect("valid");
            let page = Page { offset: 0, limit: 100 };
            let found = drill(&snapshot, &parsed, metric, &[], page, &context).expect("valid");
            assert_eq!(found.figure, figure, "{query}");
            for list in &found.lists {
                let sum: Option<i64> = list.entries.iter().map(|entry| entry.amount.whole()).sum();
                if list.total.whole().is_some()
                    && !metric.id.starts_with("median")
                    && metric.id != "lifetime_value"
                {
                    assert_eq!(sum, list.total.whole(), "{query}");
                }
            }
        }
    }
}
