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

/// Order days in June: ada 1 and 15 (order 10), bob 3 (twice), others one each: one gap of 14 days.
/// From May on ada has 10 May too: 22 and 14 days.
#[test]
fn s119_time_between_orders_is_over_gaps_between_distinct_order_days() {
    let store = fixture();
    let both = "metrics=mean_days_between_orders,median_days_between_orders";
    assert_eq!(totals(&store, &format!("{both}&{JUNE}")), ["14", "14"]);
    let since_may = "from=2026-05-01&to=2026-06-30";
    assert_eq!(totals(&store, &format!("{both}&{since_may}")), ["18", "18"]);
    // Nobody buys bread twice; honey is bought by ada, bob, cyd, dan, fay once each.
    assert_eq!(totals(&store, &format!("{both}&{since_may}&where=product:MIEL")), ["-", "-"]);
}

/// Six customers in June: ada 25 − 5 of May, 5 of June, nothing known of order 10; bob 31.50 − 9 + 5;
/// cyd 10; dan 0; fay 16; gus 13.50. 92.00 ÷ 6 by the end of June.
#[test]
fn lifetime_value_is_revenue_to_date_per_customer() {
    let store = fixture();
    assert_eq!(totals(&store, &format!("metrics=lifetime_value&{JUNE}")), ["15.33"]);
    // In May: ada alone, 25.00; her refund came in June.
    assert_eq!(totals(&store, "metrics=lifetime_value&from=2026-05-01&to=2026-05-31"), ["25.00"]);
}

/// Of June’s nine orders 3 has a refund; of May’s one, 1 has. The cancelled order 6 is not counted.
#[test]
fn s178_return_rate_of_orders_goes_by_the_order_s_date() {
    let store = fixture();
    assert_eq!(totals(&store, &format!("metrics=return_rate_orders&{JUNE}")), ["0.111111"]);
    let may = "metrics=return_rate_orders&from=2026-05-01&to=2026-05-31";
    assert_eq!(totals(&store, may), ["1"]);
    let brevo = format!("metrics=return_rate_orders&profile=brevo&{JUNE}");
    assert_eq!(totals(&store, &brevo), ["-"]);
}

/// Three customers: gaps 10 and 20; 30; none. Over all gaps the mean is 60 ÷ 3 = 20; the mean of the
/// customers’ means (Metrilo, profile `brevo`) is (15 + 30) ÷ 2 = 22.5.
#[test]
fn s119_the_mean_of_all_gaps_differs_from_the_mean_of_the_customers_means() {
    use super::fixture::{empty, line, order, write};
    use comptoir_model::Record;
    let store = empty();
    let days = [("a", "01"), ("a", "11"), ("a", "31"), ("b", "01"), ("b", "31"), ("c", "05")];
    let orders = days.iter().enumerate().map(|(id, (who, day))| {
        let at = format!("2026-01-{day}T12:00:00Z");
        Record::Order(Box::new(order(&id.to_string(), &at, Some(who), vec![line("THE", 1, 500)])))
    });
    write(&store, "ferme", orders.collect());
    let mean = "metrics=mean_days_between_orders&from=2026-01-01&to=2026-01-31";
    assert_eq!(totals(&store, mean), ["20"]);
    assert_eq!(totals(&store, &format!("{mean}&profile=brevo")), ["22.5"]);
}
