//! What the merchant's settings do to figures.

use comptoir_metrics::{Context, Query};
use comptoir_model::Record;
use comptoir_store::{Amounts, Settings, Store, StoreError, WeekStart};

use super::fixture::{NOW, ask, at, empty, fixture, line, order, rows, shop, tax, totals, write};

const JUNE: &str = "from=2026-06-01&to=2026-06-30";
const EUROS: &str = "where=currency:EUR&from=2026-06-01&to=2026-06-30";

fn set(
    store: &Store,
    change: impl FnOnce(&mut Settings) -> Result<(), StoreError> + Send + 'static,
) {
    store.change_settings(change).expect("changed");
}

fn context(store: &Store) -> Context {
    Context::load(&store.read().expect("read"), at(NOW)).expect("a context")
}

#[test]
fn with_tax_revenue_is_what_customers_paid() {
    let store = fixture();
    // Without tax: 5.00 + 31.50 + 5.00 + 6.66 + 10.00 + 0 + 13.50 = 71.66, less 9.00 + 5.00 + 7.00. With:
    // order 12 has 1.25 of tax, refund R2 gives 0.42 back, and order 10 tells only its 60.00.
    let ids = "metrics=revenue,new_customer_revenue,existing_customer_revenue,unidentified_revenue,\
               net_sales,average_order_value,median_order_value,total_sales,gross_sales";
    // Orders above 0 with tax: 5.00, 31.50, 5.00, 6.66, 10.00, 60.00, 14.75, together 132.91: 18.99 each.
    let with_tax =
        ["111.49", "41.83", "70.00", "-0.34", "46.49", "18.99", "10.00", "111.49", "78.66"];
    assert_eq!(totals(&store, &format!("{ids}&tax=incl&{EUROS}")), with_tax);
    let without = totals(&store, &format!("{ids}&{EUROS}"));
    assert_eq!(without[..5], ["50.66", "41.00", "10.00", "-0.34", "45.66"]);
    assert_eq!(totals(&store, &format!("{ids}&tax=excl&{EUROS}")), without);
    // As a setting it is the default, and the address can still say otherwise.
    set(&store, |settings| {
        settings.shop_mut("ferme")?.amounts = Amounts::Incl;
        Ok(())
    });
    assert_eq!(totals(&store, &format!("{ids}&{EUROS}")), with_tax);
    assert_eq!(totals(&store, &format!("{ids}&tax=excl&{EUROS}")), without);
    // Brevo's amounts hold tax already.
    let brevo =
        |tax: &str| totals(&store, &format!("metrics=revenue&profile=brevo&tax={tax}&{EUROS}"));
    assert_eq!(brevo("incl"), brevo("excl"));
    // WooCommerce: total, less refund rows; by creation here, as no order tells its payment. Every
    // refund row counts there, that of the cancelled order too.
    let woo = |id: &str, tax: &str| {
        totals(&store, &format!("metrics={id}&profile=woocommerce&date=created&tax={tax}&{EUROS}"))
    };
    assert_eq!(woo("revenue", "incl"), woo("total_sales", "excl"));
    assert_eq!(woo("refunds", "incl"), woo("refunds", "excl"));
}

#[test]
fn a_wrong_tax_names_the_nearest() {
    let store = fixture();
    let error = Query::parse("metrics=revenue&tax=ttc", &context(&store)).expect_err("wrong");
    assert_eq!(error.parameter, "tax");
    let query = Query::parse("metrics=revenue&tax=incl", &context(&store)).expect("right");
    assert_eq!(query.to_query_string(), "metrics=revenue&tax=incl");
}

#[test]
fn s022_a_status_list_counts_everywhere_and_a_named_profile_ignores_it() {
    let store = fixture();
    let ask =
        |more: &str| totals(&store, &format!("metrics=orders,customers,refunds&{JUNE}{more}"));
    let before = ask("");
    // Orders 2, 3, 4, 5, 7, 8, 10, 11, 12.
    assert_eq!(before[0], "9");
    set(&store, |settings| {
        settings.shop_mut("ferme")?.rule.statuses = Some(vec!["annulée".into()]);
        Ok(())
    });
    // No order has that status: what is left is the refund of no known order.
    assert_eq!(ask(""), ["0", "0", "7.00"]);
    assert_eq!(ask("&profile=comptoir"), before);
    // With another date it is still the shop's own list.
    assert_eq!(ask("&date=paid"), ["0", "0", "7.00"]);
    set(&store, |settings| {
        settings.shop_mut("ferme")?.rule.statuses = Some(vec!["payée".into()]);
        Ok(())
    });
    // The cancelled order 6 has that raw status too: it counts now, with its refund; cyd's 7 is her second.
    assert_eq!(ask(""), ["10", "6", "71.00"]);
    assert_eq!(totals(&store, &format!("metrics=returning_customers&{JUNE}")), ["3"]);
}

#[test]
fn s009_the_display_currency_converts_and_a_shop_can_have_its_own() {
    let store = fixture();
    let euros = ask(&store, &format!("metrics=gross_sales&{JUNE}")).currency;
    assert_eq!(euros.code(), "EUR");
    set(&store, |settings| {
        settings.workspace.display_currency = "USD".parse().ok();
        Ok(())
    });
    // 20.00 dollars, and order 12 (12.00 euros) at 1.25; the others have no rate.
    let shown = ask(&store, &format!("metrics=gross_sales&{JUNE}"));
    assert_eq!(
        (shown.currency.code(), shown.total("gross_sales").and_then(comptoir_metrics::Cell::whole)),
        ("USD", Some(3500))
    );
    set(&store, |settings| {
        settings.shop_mut("ferme")?.display_currency = "EUR".parse().ok();
        Ok(())
    });
    assert_eq!(
        ask(&store, &format!("metrics=gross_sales&shop=ferme&{JUNE}")).currency.code(),
        "EUR"
    );
}

#[test]
fn s010_s212_weeks_begin_when_the_shop_says() {
    let store = fixture();
    store.create_shop(shop("second", "EUR", "Europe/Paris"), at(NOW)).expect("a shop");
    let weeks = |shop: &str| {
        rows(&store, &format!("metrics=orders&by=week&shop={shop}&from=2026-06-03&to=2026-06-08"))
    };
    assert_eq!(weeks("ferme"), ["2026-W23 3", "2026-W24 1"]);
    set(&store, |settings| {
        settings.shop_mut("ferme")?.week_start = Some(WeekStart::Sunday);
        Ok(())
    });
    // Weeks from Sunday are labelled by their first day: 31 May, 7 June.
    assert_eq!(weeks("ferme"), ["2026-05-31 3", "2026-06-07 1"]);
    assert_eq!(weeks("second").len(), 2);
    assert!(weeks("second")[0].starts_with("2026-W23"));
    // Filters name the weeks of the shop, wherever in the address it stands.
    let filtered = "metrics=orders&where=week:2026-05-31&shop=ferme&from=2026-06-03&to=2026-06-08";
    assert_eq!(totals(&store, filtered), ["3"]);
    // Several shops follow the workspace.
    assert!(
        rows(&store, "metrics=orders&by=week&from=2026-06-03&to=2026-06-08")[0]
            .starts_with("2026-W23")
    );
}

#[test]
fn s211_the_threshold_is_the_shop_s_own_or_the_workspace_s() {
    let store = fixture();
    store.create_shop(shop("second", "EUR", "Europe/Paris"), at(NOW)).expect("a shop");
    let thresholds = |store: &Store| {
        let context = context(store);
        let shops: Vec<_> = context.shops.iter().collect();
        [
            context.loyalty_threshold(&shops),
            context.loyalty_threshold(&shops[..1]),
            context.loyalty_threshold(&shops[1..]),
        ]
    };
    assert_eq!(thresholds(&store), [5, 5, 5]);
    set(&store, |settings| {
        settings.workspace.threshold = 4;
        settings.shop_mut("second")?.threshold = Some(2);
        Ok(())
    });
    assert_eq!(thresholds(&store), [4, 4, 2]);
}

#[test]
fn with_tax_a_product_s_sales_hold_every_rate_of_its_lines() {
    let store = empty();
    // Montreal: 5 % and 9.975 % on one line; shipping is of no product, and so is its tax.
    let mut made = order("1", "2026-06-10T10:00:00Z", None, vec![line("THE", 1, 10_000)]);
    made.lines[0].taxes = vec![tax("5", 500), tax("9.975", 998)];
    made.shipping_amount = 1_000;
    made.shipping_taxes = vec![tax("5", 50)];
    write(&store, "ferme", vec![Record::Order(Box::new(made))]);
    let by_product =
        |tax: &str| rows(&store, &format!("metrics=net_sales&by=product&tax={tax}&{JUNE}"));
    assert_eq!(by_product("excl"), ["THE Le THE 100.00"]);
    assert_eq!(by_product("incl"), ["THE Le THE 114.98", "- - 0.50"]);
    assert_eq!(totals(&store, &format!("metrics=net_sales&tax=incl&{JUNE}")), ["115.48"]);
}
