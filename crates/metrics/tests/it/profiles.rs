//! The worked examples of the calculation profiles: one shop, EUR.

use comptoir_model::{Class, Order, Record, Refund};
use comptoir_store::Store;

use super::fixture::{at, empty, fixture, line, order, refund, tax, totals, write};

const JANUARY: &str = "from=2026-01-01&to=2026-01-31";
const FEBRUARY: &str = "from=2026-02-01&to=2026-02-28";
const BOTH: &str = "from=2026-01-01&to=2026-02-28";

/// Items 4 × 25, coupon 20, shipping 10, tax 7, total 97, completed.
pub(super) fn example() -> Order {
    let mut order = order("1", "2026-01-10T12:00:00Z", Some("ada"), vec![line("MIEL", 4, 10_000)]);
    order.class = Class::Fulfilled;
    order.lines[0].discount = 2000;
    order.lines[0].taxes = vec![tax("5.5", 440)];
    order.shipping_amount = 1000;
    order.shipping_taxes = vec![tax("20", 260)];
    order.paid = Some(at("2026-01-10T12:05:00Z"));
    order.completed = Some(at("2026-01-12T09:00:00Z"));
    order
}

pub(super) fn with(order: Order, refunds: Vec<Refund>) -> Store {
    let store = empty();
    let refunds = refunds.into_iter().map(|refund| Record::Refund(Box::new(refund)));
    write(
        &store,
        "ferme",
        std::iter::once(Record::Order(Box::new(order))).chain(refunds).collect(),
    );
    store
}

pub(super) fn check(store: &Store, period: &str, profile: &str, figures: &[(&str, &str)]) {
    for (metric, expected) in figures {
        let found = totals(store, &format!("metrics={metric}&{period}&profile={profile}"));
        assert_eq!(found, [*expected], "{profile} {metric} {period}");
    }
}

#[test]
fn example_1_an_order_with_coupon_shipping_and_tax() {
    let store = with(example(), Vec::new());
    check(
        &store,
        JANUARY,
        "comptoir",
        &[
            ("gross_sales", "100.00"),
            ("discounts", "20.00"),
            ("net_sales", "80.00"),
            ("shipping", "10.00"),
            ("revenue", "90.00"),
            ("tax", "7.00"),
            ("total_sales", "97.00"),
            ("average_order_value", "90.00"),
        ],
    );
    check(
        &store,
        JANUARY,
        "woocommerce",
        &[
            ("net_sales", "80.00"),
            ("total_sales", "97.00"),
            ("average_order_value", "80.00"),
            ("revenue", "80.00"),
            ("gross_sales", "100.00"),
            ("discounts", "20.00"),
            ("orders", "1"),
        ],
    );
    check(
        &store,
        JANUARY,
        "brevo",
        &[
            ("revenue", "97.00"),
            ("total_sales", "97.00"),
            ("average_order_value", "97.00"),
            ("tax", "-"),
            ("refunds", "-"),
            ("discounts", "-"),
        ],
    );
}

#[test]
fn example_2_the_next_month_12_are_refunded_as_an_amount_only() {
    let store = with(example(), vec![refund("R", Some("1"), "2026-02-10T12:00:00Z", 1200)]);
    check(
        &store,
        FEBRUARY,
        "comptoir",
        &[
            ("refunds", "11.14"),
            ("refunded_goods", "9.90"),
            ("shipping", "0.00"),
            ("net_sales", "-9.90"),
            ("revenue", "-11.14"),
            ("tax", "-0.86"),
            ("total_sales", "-12.00"),
            ("orders", "0"),
            ("average_order_value", "-"),
        ],
    );
    check(
        &store,
        FEBRUARY,
        "woocommerce",
        &[
            ("refunds", "12.00"),
            ("net_sales", "-12.00"),
            ("total_sales", "-12.00"),
            ("shipping", "0.00"),
            ("tax", "0.00"),
            ("gross_sales", "0.00"),
            ("orders", "0"),
            ("average_order_value", "-"),
        ],
    );
    check(&store, FEBRUARY, "brevo", &[("revenue", "0.00"), ("refunds", "-"), ("orders", "0")]);
}

#[test]
fn example_3_all_97_are_refunded_as_an_amount_only() {
    let store = with(example(), vec![refund("R", Some("1"), "2026-02-10T12:00:00Z", 9700)]);
    check(
        &store,
        FEBRUARY,
        "comptoir",
        &[
            ("net_sales", "-80.00"),
            ("revenue", "-90.00"),
            ("tax", "-7.00"),
            ("total_sales", "-97.00"),
        ],
    );
    check(&store, FEBRUARY, "woocommerce", &[("net_sales", "-97.00")]);
    check(
        &store,
        BOTH,
        "comptoir",
        &[("net_sales", "0.00"), ("revenue", "0.00"), ("tax", "0.00"), ("total_sales", "0.00")],
    );
    check(&store, JANUARY, "comptoir", &[("average_order_value", "90.00")]);
}

#[test]
fn example_4_a_cancelled_order_of_50_and_a_paid_one_of_100() {
    let store = empty();
    let mut cancelled = order("1", "2026-01-05T12:00:00Z", None, vec![line("MIEL", 5, 5000)]);
    cancelled.class = Class::Cancelled;
    cancelled.paid = Some(at("2026-01-05T12:00:00Z"));
    let mut paid = order("2", "2026-01-06T12:00:00Z", None, vec![line("MIEL", 10, 10_000)]);
    paid.paid = Some(at("2026-01-06T12:00:00Z"));
    write(&store, "ferme", vec![Record::Order(Box::new(cancelled)), Record::Order(Box::new(paid))]);
    for (profile, expected) in
        [("brevo", "150.00"), ("comptoir", "100.00"), ("woocommerce", "100.00")]
    {
        check(&store, JANUARY, profile, &[("revenue", expected)]);
    }
}

#[test]
fn example_5_the_second_order_becomes_the_first_when_the_first_is_cancelled() {
    let store = empty();
    let mut first = order("1", "2026-01-05T12:00:00Z", Some("ada"), vec![line("MIEL", 1, 1000)]);
    let second = order("2", "2026-02-05T12:00:00Z", Some("ada"), vec![line("MIEL", 2, 2000)]);
    write(
        &store,
        "ferme",
        vec![Record::Order(Box::new(first.clone())), Record::Order(Box::new(second))],
    );
    let before = [
        ("new_customers", "0"),
        ("existing_customer_revenue", "20.00"),
        ("existing_customer_share", "1"),
    ];
    check(&store, FEBRUARY, "comptoir", &before);
    first.class = Class::Cancelled;
    first.version = comptoir_model::Version::stamped(at("2026-03-01T12:00:00Z"));
    write(&store, "ferme", vec![Record::Order(Box::new(first))]);
    let after = [
        ("new_customers", "1"),
        ("new_customer_revenue", "20.00"),
        ("existing_customer_revenue", "0.00"),
        ("existing_customer_share", "0"),
        ("returning_customers", "0"),
    ];
    check(&store, FEBRUARY, "comptoir", &after);
    // Brevo counts the cancelled order, so there the second one stays the second.
    check(&store, FEBRUARY, "brevo", &[("new_customers", "0"), ("returning_customers", "1")]);
}

#[test]
fn the_fixture_shop_under_the_other_profiles() {
    let store = fixture();
    let june = "from=2026-06-01&to=2026-06-30";
    // Order totals with tax: 94.66 − 13 + 4.50 + 1.50 + 1.25 + 60, and the cancelled 50.
    check(
        &store,
        june,
        "brevo",
        &[("revenue", "198.91"), ("orders", "10"), ("units", "17"), ("new_customers", "5")],
    );
    // By creation date: 94.66 − 13 + 1.50, less R1 9, R2 5.42, R3 7 and R4 50 whole.
    let created = format!("{june}&date=created");
    check(
        &store,
        &created,
        "woocommerce",
        &[
            ("net_sales", "11.74"),
            ("refunds", "71.42"),
            ("gross_sales", "96.16"),
            ("units", "11"),
            ("orders", "9"),
        ],
    );
    // By payment date: nobody said when these orders were paid; refunds have their own day.
    check(
        &store,
        june,
        "woocommerce",
        &[("orders", "0"), ("refunds", "71.42"), ("net_sales", "-71.42")],
    );
}

#[test]
fn a_rule_worked_out_on_the_fly_gives_what_the_stored_columns_give() {
    let store = fixture();
    let ids: Vec<&str> = comptoir_metrics::METRICS.iter().map(|metric| metric.id).collect();
    // `date=paid` falls outside the stored rule, so orders without payment date vanish; naming every
    // order's creation as its payment must bring back the very figures of the stored rule.
    let records: Vec<Record> = super::fixture::orders()
        .into_iter()
        .map(|mut order| {
            order.paid = Some(order.created);
            order.version = comptoir_model::Version::stamped(at("2026-07-01T00:00:00Z"));
            Record::Order(Box::new(order))
        })
        .collect();
    write(&store, "ferme", records);
    for by in ["", "&by=day", "&by=hour_of_day", "&by=customer_type", "&by=country"] {
        let metrics: Vec<&str> = ids
            .iter()
            .copied()
            .filter(|id| {
                by.is_empty()
                    || !["visits", "conversion_rate", "cart_abandonment_rate"].contains(id)
            })
            .collect();
        let query = format!("metrics={}{by}&from=2026-06-01&to=2026-06-30", metrics.join(","));
        let stored = super::fixture::rows(&store, &query);
        let computed = super::fixture::rows(&store, &format!("{query}&date=paid"));
        assert_eq!(stored, computed, "{by}");
        assert_eq!(totals(&store, &query), totals(&store, &format!("{query}&date=paid")), "{by}");
    }
}

/// PrestaShop's dashboard counts valid orders on the day of their invoice, less their slips.
///
/// January: the order of example 1, invoiced on the 10th. Beside it stand a cancelled order of 50 and a
/// refunded one of 30, neither of them valid any more, and an order of 40 that waits for its cheque.
/// February: an order of 20 of the last day of January, invoiced on 2 February, one of 0 (a gift), and a
/// slip of 12 by its lines (9.90 goods, 1.24 shipping, 0.86 tax); the refunded order's slip counts
/// nowhere. Sales 20, less 11.14: 8.86; average over both valid orders 20 ÷ 2.
#[test]
fn prestashop_counts_what_is_valid_on_the_day_of_its_invoice() {
    let store = empty();
    let mut first = example();
    first.validated = Some(at("2026-01-10T12:05:00Z"));
    let mut others = Vec::new();
    for (id, class, amount, created, validated) in [
        ("2", Class::Cancelled, 5000, "2026-01-11T12:00:00Z", Some("2026-01-11T12:00:00Z")),
        ("3", Class::Refunded, 3000, "2026-01-12T12:00:00Z", Some("2026-01-12T12:00:00Z")),
        ("4", Class::Pending, 4000, "2026-01-13T12:00:00Z", None),
        ("5", Class::Paid, 2000, "2026-01-31T12:00:00Z", Some("2026-02-02T09:00:00Z")),
        ("6", Class::Paid, 0, "2026-02-03T12:00:00Z", Some("2026-02-03T12:00:00Z")),
    ] {
        let mut one = order(id, created, Some("bob"), vec![line("THE", 1, amount)]);
        one.class = class;
        one.validated = validated.map(at);
        others.push(Record::Order(Box::new(one)));
    }
    let mut slip = refund("R1", Some("1"), "2026-02-10T12:00:00Z", 1200);
    slip.shipping = 124;
    slip.taxes = vec![comptoir_model::Tax { rate: None, amount: 86 }];
    slip.lines = vec![comptoir_model::RefundLine {
        kind: comptoir_model::LineKind::Product,
        product: Some("MIEL".into()),
        variant: None,
        name: "Le MIEL".into(),
        quantity: 1,
        amount: 990,
        taxes: Vec::new(),
    }];
    others.push(Record::Refund(Box::new(slip)));
    let gone = refund("R3", Some("3"), "2026-02-11T12:00:00Z", 3000);
    others.push(Record::Refund(Box::new(gone)));
    others.push(Record::Order(Box::new(first)));
    write(&store, "ferme", others);
    check(
        &store,
        JANUARY,
        "prestashop",
        &[
            ("orders", "1"),
            ("gross_sales", "100.00"),
            ("discounts", "20.00"),
            ("net_sales", "80.00"),
            ("shipping", "10.00"),
            ("revenue", "90.00"),
            ("tax", "7.00"),
            ("total_sales", "97.00"),
            ("average_order_value", "90.00"),
            ("refunds", "0.00"),
        ],
    );
    check(
        &store,
        FEBRUARY,
        "prestashop",
        &[
            ("orders", "2"),
            ("gross_sales", "20.00"),
            ("refunds", "11.14"),
            ("net_sales", "10.10"),
            ("shipping", "-1.24"),
            ("revenue", "8.86"),
            ("tax", "-0.86"),
            ("total_sales", "8.00"),
            ("average_order_value", "10.00"),
            ("units", "2"),
        ],
    );
    // The same orders under our own mode: the refunded one counts, and its refund is on its day.
    check(&store, JANUARY, "comptoir", &[("orders", "3"), ("revenue", "140.00")]);
    // Example 4: a cancelled order of 50 and a paid one of 100.
    check(&store, "from=2026-01-11&to=2026-01-11", "prestashop", &[("orders", "0")]);
}
