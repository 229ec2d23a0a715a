//! Every metric of the fixture shop, worked out by hand.

use super::fixture::{ask, fixture, totals};

const JUNE: &str = "from=2026-06-01&to=2026-06-30";

fn check(metric: &str, expected: &str) {
    let found = totals(&fixture(), &format!("metrics={metric}&{JUNE}"));
    assert_eq!(found, [expected], "{metric}");
}

/// Counted in June: orders 2, 3, 4, 5, 7, 8, 10, 11, 12; refunds R1, R2, R3.
#[test]
fn every_metric_of_june() {
    for (metric, expected) in [
        // 5 + 30 + 5 + 6.66 + 10 + 10 + 16 + 12
        ("gross_sales", "94.66"),
        // 3 + 10
        ("discounts", "13.00"),
        // 9 + 4 + 7
        ("refunded_goods", "20.00"),
        // and 1.00 of shipping of R2
        ("refunds", "21.00"),
        // 94.66 − 13 − 20
        ("net_sales", "61.66"),
        ("shipping", "4.50"),
        ("fees", "1.50"),
        // 94.66 − 13 + 4.50 + 1.50 − 21
        ("revenue", "66.66"),
        // 0.55 + 0.40 + 0.30 − 0.42
        ("tax", "0.83"),
        // 66.66 + 0.83 + 60 of order 10
        ("total_sales", "127.49"),
        ("orders", "9"),
        // 1 + 3 + 1 + 2 + 1 + 1 + 0 + 1 + 2
        ("units", "12"),
        ("units_returned", "1"),
        // 12 ÷ 9
        ("items_per_order", "1.333333"),
        // (94.66 − 13 + 4.50 + 1.50) ÷ 7: neither order 8, worth nothing, nor 10, without breakdown
        ("average_order_value", "12.52"),
        // 5, 5, 6.66, 10, 13.50, 16, 31.50
        ("median_order_value", "10.00"),
        // ada, bob, cyd, dan, fay, gus
        ("customers", "6"),
        // 3, 7, 8, 11, 12
        ("new_customers", "5"),
        // ada, bob
        ("returning_customers", "2"),
        // 31.50 − 9 + 10 + 0 + 16 + 13.50, less 5.00 of R2, whose order 1 was ada's first
        ("new_customer_revenue", "57.00"),
        // orders 2 and 4
        ("existing_customer_revenue", "10.00"),
        // order 5 less R3
        ("unidentified_revenue", "-0.34"),
        // 10 ÷ 66.66
        ("existing_customer_share", "0.150015"),
        // 21 ÷ 87.66
        ("refund_rate_value", "0.239562"),
        // ada and bob of six
        ("repeat_purchase_rate", "0.333333"),
        ("returning_customer_rate", "0.333333"),
        // 8 ÷ 6
        ("purchase_frequency", "1.333333"),
        ("visits", "0"),
        ("conversion_rate", "-"),
        ("cart_abandonment_rate", "-"),
    ] {
        check(metric, expected);
    }
}

#[test]
fn all_metrics_in_one_query_are_the_same_as_one_by_one() {
    let store = fixture();
    let ids: Vec<&str> = comptoir_metrics::METRICS.iter().map(|metric| metric.id).collect();
    let together = totals(&store, &format!("metrics={}&{JUNE}", ids.join(",")));
    for (id, value) in ids.iter().zip(together) {
        assert_eq!(totals(&store, &format!("metrics={id}&{JUNE}")), [value], "{id}");
    }
}

#[test]
fn a_period_without_anything_has_zeros_and_no_values() {
    let found = totals(
        &fixture(),
        "metrics=revenue,orders,average_order_value,median_order_value,existing_customer_share,customers\
         &from=2025-01-01&to=2025-01-31",
    );
    assert_eq!(found, ["0.00", "0", "-", "-", "-", "0"]);
}

#[test]
fn orders_without_tax_are_counted_as_left_out_only_where_they_are() {
    let store = fixture();
    let missing = |query: &str| ask(&store, &format!("{query}&{JUNE}")).incomplete;
    let incomplete = missing("metrics=revenue").expect("something is missing");
    assert_eq!((incomplete.orders_without_rate, incomplete.orders_without_tax), (0, 1));
    assert_eq!(missing("metrics=total_sales"), None);
    assert_eq!(missing("metrics=orders"), None);
    assert_eq!(missing("metrics=revenue&profile=brevo"), None);
}

#[test]
fn the_answer_in_json_is_what_the_api_promises() {
    let table = ask(
        &fixture(),
        "metrics=revenue,orders,refund_rate_value&by=month&from=2026-05-01&to=2026-06-30&compare=year",
    );
    assert_eq!(
        table.to_json(),
        r#"{"generation":GENERATION,"profile":"comptoir","period":{"from":"2026-05-01","to":"2026-06-30"},"#
            .replace("GENERATION", &table.generation.to_string())
            + r#""comparison":{"from":"2025-05-01","to":"2025-06-30"},"#
            + r#""columns":[{"id":"month","kind":"dimension"},{"id":"revenue","kind":"metric","unit":"money","currency":"EUR"},"#
            + r#"{"id":"orders","kind":"metric","unit":"count"},{"id":"refund_rate_value","kind":"metric","unit":"ratio"}],"#
            + r#""rows":[{"month":"2026-05","revenue":"25.00","orders":1,"refund_rate_value":0.0,"previous":{"revenue":"0.00","orders":0,"refund_rate_value":null}},"#
            + r#"{"month":"2026-06","revenue":"66.66","orders":9,"refund_rate_value":0.239562,"previous":{"revenue":"0.00","orders":0,"refund_rate_value":null}}],"#
            // 21 ÷ (25 + 87.66)
            + r#""totals":{"revenue":"91.66","orders":10,"refund_rate_value":0.186402,"previous":{"revenue":"0.00","orders":0,"refund_rate_value":null}},"#
            + r#""incomplete":{"orders_without_rate":0,"orders_without_tax":1}}"#
    );
}
