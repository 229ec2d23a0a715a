//! Conversion: each event on its own, half to even, and never a wrong sum.

use comptoir_model::{Currency, Record};
use comptoir_store::{Rate, Store};
use jiff::civil::date;

use super::fixture::{NOW, ask, at, empty, fixture, line, order, shop, totals, write};

const JUNE: &str = "from=2026-06-01&to=2026-06-30";

fn in_currency(id: &str, code: &str, amounts: &[i64]) -> Record {
    let lines = amounts.iter().map(|amount| line("MIEL", 1, *amount)).collect();
    let mut order = order(id, "2026-06-10T10:00:00Z", None, lines);
    order.currency = code.parse().expect("valid");
    Record::Order(Box::new(order))
}

fn with_rates(rates: &[(&str, i64)]) -> Store {
    let store = empty();
    let rates = rates.iter().map(|(code, per_euro)| Rate {
        day: date(2026, 6, 10),
        currency: code.parse().expect("valid"),
        per_euro: *per_euro,
    });
    store.add_rates(rates.collect()).expect("valid");
    store
}

#[test]
fn each_line_is_rounded_on_its_own_half_to_even() {
    // At 2 dollars for a euro: 0.01 → 0.005 → 0.00, 0.03 → 0.015 → 0.02, 0.05 → 0.025 → 0.02; together
    // 0.04, though their sum 0.09 would give 0.045 → 0.04, and 0.01 three times gives 0, not 0.02.
    let store = with_rates(&[("USD", 200_000_000)]);
    write(&store, "ferme", vec![in_currency("1", "USD", &[1, 3, 5])]);
    assert_eq!(totals(&store, &format!("metrics=revenue&currency=EUR&{JUNE}")), ["0.04"]);
    write(&store, "ferme", vec![in_currency("2", "USD", &[1, 1, 1])]);
    assert_eq!(totals(&store, &format!("metrics=revenue&currency=EUR&{JUNE}")), ["0.04"]);
}

#[test]
fn amounts_of_every_size_are_converted_alike() {
    // 1.25 dollars for a euro: four fifths of each, to the cent. The last is beyond 63 bits on the way.
    let store = with_rates(&[("USD", 125_000_000)]);
    let amounts = [25, 399_999_999, 400_000_005, 5_000_000_000_000];
    write(&store, "ferme", vec![in_currency("1", "USD", &amounts)]);
    // 20 + 319,999,999.2 → 319,999,999 + 320,000,004 + 4,000,000,000,000.
    assert_eq!(
        totals(&store, &format!("metrics=gross_sales&currency=EUR&{JUNE}")),
        ["40006400000.23"]
    );
}

#[test]
fn from_one_foreign_currency_to_another_and_between_different_decimals() {
    // 1000 yen at 160 for a euro, 1.25 dollars for a euro: 1000 ÷ 160 × 1.25 = 7.8125 dollars.
    let store = with_rates(&[("USD", 125_000_000), ("JPY", 16_000_000_000), ("TND", 340_000_000)]);
    write(&store, "ferme", vec![in_currency("1", "JPY", &[1000])]);
    let total =
        |currency: &str| totals(&store, &format!("metrics=revenue&currency={currency}&{JUNE}"));
    assert_eq!(total("USD"), ["7.81"]);
    assert_eq!(total("EUR"), ["6.25"]);
    // 6.25 euros at 3.4 dinars: 21.250.
    assert_eq!(total("TND"), ["21.250"]);
    assert_eq!(total("JPY"), ["1000"]);
}

#[test]
fn one_currency_stays_as_it_is_and_several_become_the_shop_s_own() {
    let store = fixture();
    assert_eq!(ask(&store, &format!("metrics=revenue&{JUNE}")).currency, Currency::EUR);
    let dollars = ask(&store, &format!("metrics=revenue&{JUNE}&where=currency:USD"));
    assert_eq!(dollars.currency, Currency::USD);
    assert_eq!(dollars.total("revenue").and_then(comptoir_metrics::Cell::whole), Some(2000));
    // 50.66 euros × 1.25 event by event, and 20 dollars as they are. 18 June is one day before the first
    // rate: only orders of 19 to 26 June and refunds of such orders have one, here 11 and 12.
    let converted = ask(&store, &format!("metrics=gross_sales&currency=USD&{JUNE}"));
    // 20 + 12 × 1.25
    assert_eq!(converted.total("gross_sales").and_then(comptoir_metrics::Cell::whole), Some(3500));
    // 2, 3 (with R1), 4, 5, 7, 8, 10, order 1 by R2, and R3 on its own.
    assert_eq!(converted.incomplete.expect("valid").orders_without_rate, 9);
}

#[test]
fn without_a_rate_an_order_is_left_out_of_amounts_and_averages_and_said_so() {
    let store = empty();
    write(&store, "ferme", vec![in_currency("1", "USD", &[1000]), in_currency("2", "EUR", &[400])]);
    let table = ask(
        &store,
        &format!("metrics=revenue,orders,average_order_value,median_order_value&{JUNE}"),
    );
    assert_eq!(
        totals(
            &store,
            &format!("metrics=revenue,orders,average_order_value,median_order_value&{JUNE}")
        ),
        ["4.00", "2", "4.00", "4.00"]
    );
    assert_eq!(table.incomplete.expect("valid").orders_without_rate, 1);
}

#[test]
fn shops_of_different_currencies_are_shown_together_in_euros() {
    let store = with_rates(&[("GBP", 80_000_000)]);
    store.create_shop(shop("abroad", "GBP", "Europe/London"), at(NOW)).expect("valid");
    write(&store, "ferme", vec![in_currency("1", "EUR", &[1000])]);
    write(&store, "abroad", vec![in_currency("1", "GBP", &[1000])]);
    let table = ask(&store, &format!("metrics=revenue&by=shop&{JUNE}"));
    assert_eq!(table.currency, Currency::EUR);
    // 10 pounds at 0.80: 12.50 euros.
    assert_eq!(
        super::fixture::rows(&store, &format!("metrics=revenue&by=shop&{JUNE}")),
        ["abroad 12.50", "ferme 10.00"]
    );
    assert_eq!(ask(&store, &format!("metrics=revenue&shop=abroad&{JUNE}")).currency, Currency::GBP);
}
