//! Figures split by every dimension, zero-filled, compared, sorted and cut.

use super::fixture::{ask, fixture, rows, totals};

const JUNE: &str = "from=2026-06-01&to=2026-06-30";

fn check(query: &str, expected: &[&str]) {
    assert_eq!(rows(&fixture(), query), expected, "{query}");
}

#[test]
fn days_are_those_of_the_shop_and_none_is_missing() {
    let found = rows(&fixture(), &format!("metrics=orders,revenue&by=day&{JUNE}"));
    assert_eq!(found.len(), 30);
    assert_eq!(found[0], "2026-06-01 1 5.00");
    assert_eq!(found[1], "2026-06-02 0 0.00");
    assert_eq!(found[2], "2026-06-03 2 36.50");
    assert_eq!(found[17], "2026-06-18 0 -7.00");
    assert_eq!(found[19], "2026-06-20 1 7.00");
}

#[test]
fn weeks_months_quarters_and_years() {
    check(
        "metrics=revenue&by=week&from=2026-06-01&to=2026-06-21",
        // 5 + 31.50 + 5 + 6.66; 10 + 0 − 5; −7 + 16 − 9
        &["2026-W23 48.16", "2026-W24 5.00", "2026-W25 0.00"],
    );
    check(
        "metrics=revenue&by=month&from=2026-05-10&to=2026-06-30",
        &["2026-05 25.00", "2026-06 66.66"],
    );
    check(
        "metrics=revenue&by=quarter&period=this_year",
        &["2026-Q1 0.00", "2026-Q2 91.66", "2026-Q3 0.00", "2026-Q4 0.00"],
    );
    check("metrics=revenue&by=year&period=all", &["2026 91.66"]);
}

#[test]
fn all_runs_from_the_first_to_the_last_day_of_the_data() {
    let table = ask(&fixture(), "metrics=revenue&period=all");
    assert_eq!(
        (table.period.from.to_string(), table.period.to.to_string()),
        ("2026-05-10".to_owned(), "2026-06-25".to_owned(),)
    );
}

#[test]
fn countries_are_those_of_billing_else_shipping_and_refunds_take_their_order_s() {
    check(
        &format!("metrics=revenue,orders&by=country&{JUNE}"),
        &[
            // All others: 66.66 − 16 + 7.
            "FR 57.66 8",
            "US 16.00 1",
            "BE -7.00 0",
        ],
    );
}

#[test]
fn s220_billing_and_shipping_are_told_apart() {
    // Order 11 is shipped to the US and billed nowhere; R3 has no order, but a country.
    check(
        &format!("metrics=revenue&by=billing_country&{JUNE}"),
        &["FR 57.66", "- 16.00", "BE -7.00"],
    );
    check(&format!("metrics=revenue&by=shipping_country&{JUNE}"), &["- 50.66", "US 16.00"]);
    check(
        &format!("metrics=revenue,orders&by=billing_country,shipping_country&{JUNE}"),
        &["FR - 57.66 8", "- US 16.00 1", "BE - -7.00 0"],
    );
    let store = fixture();
    let query = format!("metrics=orders&{JUNE}&where=shipping_country:US");
    assert_eq!(totals(&store, &query), ["1"]);
}

#[test]
fn what_is_not_compared_has_no_value_and_the_rest_is_the_same() {
    let store = fixture();
    let snapshot = store.read().expect("a snapshot");
    let context =
        comptoir_metrics::Context::load(&snapshot, super::fixture::at(super::fixture::NOW))
            .expect("a context");
    let text = format!("metrics=revenue,customers,orders&by=country&{JUNE}&compare=previous");
    let query = comptoir_metrics::Query::parse(&text, &context).expect("a query");
    let revenue = comptoir_metrics::metric("revenue").expect("valid");
    let whole = comptoir_metrics::run(&snapshot, &query, &context).expect("an answer");
    let one = comptoir_metrics::run_comparing(&snapshot, &query, &[revenue], &context)
        .expect("an answer");
    assert_eq!(one.rows.len(), whole.rows.len());
    for (one, whole) in one.rows.iter().zip(&whole.rows) {
        assert_eq!((&one.keys, &one.values), (&whole.keys, &whole.values));
        let (one, whole) = (one.previous.as_ref().expect("compared"), whole.previous.as_ref());
        assert_eq!(Some(&one[0]), whole.map(|whole| &whole[0]));
        assert_eq!(one[1..], [comptoir_metrics::Cell::Null, comptoir_metrics::Cell::Null]);
    }
}

#[test]
fn customer_types_are_new_existing_and_unknown() {
    check(
        &format!("metrics=revenue,orders&by=customer_type&{JUNE}"),
        &["new 57.00 5", "existing 10.00 3", "- -0.34 1"],
    );
}

#[test]
fn products_by_revenue_and_by_quantity() {
    // Honey: 30 − 3 + 10 + 10 − 10 + 16 − 9 of R1. What is no product: the gift wrap 2.00 less the goods
    // of R2 and R3, of which nobody said what they were.
    check(
        &format!("metrics=net_sales,units,orders&by=product&{JUNE}"),
        &[
            "MIEL Le MIEL 44.00 6 4",
            "THE Le THE 20.00 4 3",
            "PAIN Le PAIN 6.66 2 1",
            "- - -9.00 0 1",
        ],
    );
    check(
        &format!("metrics=net_sales,units&by=product&sort=units&limit=2&{JUNE}"),
        &["- - -9.00 0", "PAIN Le PAIN 6.66 2"],
    );
    let store = fixture();
    let query = format!("metrics=net_sales,units,orders&by=product&limit=1&{JUNE}");
    assert_eq!(totals(&store, &query), ["61.66", "12", "9"]);
}

#[test]
fn categories_and_the_orders_behind_a_product() {
    check(
        &format!("metrics=gross_sales,orders&by=category&{JUNE}"),
        &["Épicerie 66.00 4", "Boissons 26.66 4", "- 2.00 1"],
    );
    let store = fixture();
    let query = format!("metrics=orders,customers,net_sales&where=product:THE&{JUNE}");
    assert_eq!(totals(&store, &query), ["3", "3", "20.00"]);
}

#[test]
fn tax_by_rate() {
    check(&format!("metrics=tax&by=tax_rate&{JUNE}"), &["20 0.70", "5.5 0.55", "- -0.42"]);
    check("metrics=tax&by=tax_rate&from=2026-05-01&to=2026-05-31", &["5.5 1.10", "20 1.00"]);
}

#[test]
fn hours_and_weekdays() {
    let hours = rows(&fixture(), &format!("metrics=orders&by=hour_of_day&{JUNE}"));
    assert_eq!(hours.len(), 24);
    assert_eq!(hours[0], "0 1");
    assert_eq!(hours[12], "12 6");
    let hours = rows(&fixture(), "metrics=orders&by=hour&from=2026-06-03&to=2026-06-03");
    assert_eq!(hours.len(), 24);
    assert_eq!(hours[10], "2026-06-03T10:00:00+02:00 1");
    check(
        &format!("metrics=orders&by=weekday&{JUNE}"),
        &["1 3", "2 0", "3 3", "4 1", "5 1", "6 1", "7 0"],
    );
}

#[test]
fn two_dimensions_and_filters() {
    check(
        &format!("metrics=orders&by=month,customer_type&{JUNE}"),
        &["2026-06 existing 3", "2026-06 new 5", "2026-06 - 1"],
    );
    let store = fixture();
    let total = |filter: &str| totals(&store, &format!("metrics=orders&{JUNE}&where={filter}"));
    assert_eq!(total("country:FR|US"), ["9"]);
    assert_eq!(total("country:US"), ["1"]);
    assert_eq!(total("customer_type:null"), ["1"]);
    assert_eq!(total("customer_type:new|null"), ["6"]);
    assert_eq!(total("coupon:PRINTEMPS"), ["1"]);
    assert_eq!(total("day:2026-06-03"), ["2"]);
    assert_eq!(total("week:2026-W23&where=customer_type:new"), ["1"]);
    assert_eq!(total("shop:ferme"), ["9"]);
    assert_eq!(total("country:' OR 1=1 --"), ["0"]);
    assert_eq!(total("coupon:%27%3B DROP TABLE money%3B --"), ["0"]);
    assert_eq!(total("currency:USD"), ["1"]);
}

#[test]
fn a_comparison_meets_bucket_by_bucket() {
    let found = rows(
        &fixture(),
        "metrics=revenue&by=day&from=2026-06-09&to=2026-06-11&compare=2026-05-09..2026-05-10",
    );
    assert_eq!(found, ["2026-06-09 0.00 0.00", "2026-06-10 0.00 25.00", "2026-06-11 -5.00 -"]);
    let table = ask(&fixture(), &format!("metrics=revenue&{JUNE}&compare=previous"));
    assert_eq!(table.previous_total("revenue").and_then(comptoir_metrics::Cell::whole), Some(2500));
    // What is there in one period only has a row all the same.
    check(
        "metrics=units&by=product&from=2026-06-05&to=2026-06-05&compare=2026-05-10..2026-05-10",
        &["PAIN Le PAIN 2 0", "MIEL Le MIEL 0 2"],
    );
}

#[test]
fn csv_has_ids_as_header_and_one_line_per_row() {
    let table = ask(
        &fixture(),
        &format!("metrics=net_sales,orders&by=product&limit=1&{JUNE}&compare=previous"),
    );
    assert_eq!(
        table.to_csv(),
        "product,product_name,net_sales,orders,previous_net_sales,previous_orders\r\nMIEL,Le MIEL,44.00,4,20.00,1\r\n"
    );
}
