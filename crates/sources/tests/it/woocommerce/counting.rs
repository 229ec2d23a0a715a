//! The records of several hundred orders add up to what the shop's own Analytics counts, to the cent.

use comptoir_model::{Class, Order, Tax};
use comptoir_sources::connector::Phase;
use jiff::Timestamp;
use jiff::civil::date;
use jiff::tz::TimeZone;

use super::{Kept, connect, now, play, pull_all, setting};
use crate::replay::woocommerce::analytics::{self, Sums};
use crate::replay::woocommerce::shop::Shop;

/// Counts records as the profile `woocommerce` says (profiles.md): net is what is left of the total
/// without tax and shipping; a refund's part without breakdown is net.
fn counted(kept: &Kept, date: fn(&Order) -> Option<Timestamp>, from: &str, to: &str) -> Sums {
    let paris = TimeZone::get("Europe/Paris").expect("a zone");
    let within = |at: Timestamp| {
        let day = paris.to_datetime(at).date().to_string();
        day.as_str() >= from && day.as_str() <= to
    };
    let mut sums = Sums::default();
    for order in kept.orders.values() {
        let classes = [Class::OnHold, Class::Paid, Class::Fulfilled, Class::Refunded];
        if classes.contains(&order.class) && date(order).is_some_and(within) {
            sums.orders += 1;
            sums.units += order.lines.iter().map(|line| line.quantity).sum::<i64>();
            sums.total += order.total();
            sums.tax += order.tax();
            sums.shipping += order.shipping_amount;
            sums.net += order.gross() - order.discounts() + order.fee_amount();
            sums.coupons += order.discounts();
        }
        for refund in order.refunds.iter().filter(|refund| within(refund.at)) {
            let told = refund.told();
            let net = told.goods + told.fees + refund.untold();
            sums.units -= refund.lines.iter().map(|line| line.quantity).sum::<i64>();
            sums.total -= told.total() + refund.untold();
            sums.tax -= told.tax;
            sums.shipping -= told.shipping;
            sums.net -= net;
            sums.refunds += net;
        }
    }
    sums
}

#[test]
fn s011_figures_equal_those_of_its_analytics_by_creation_and_by_payment() {
    let played = play(Shop::made_up(500, now()));
    let mut kept = Kept::default();
    let mut shop = connect(&played.replay.url());
    pull_all(shop.as_mut(), "", &setting(), &mut kept).expect("read");
    assert_eq!(kept.orders.len(), 500);
    assert_eq!((kept.refused, kept.notes.len()), (0, 0), "{:?}", kept.notes);
    let inside = played.shop.inside();
    for (from, to) in
        [("2025-01-01", "2026-12-31"), ("2026-11-01", "2026-11-30"), ("2026-03-29", "2026-03-29")]
    {
        let (after, before) = (format!("{from}T00:00:00"), format!("{to}T23:59:59"));
        let theirs = analytics::sums(&inside.shop, "date_created", &after, &before);
        assert_eq!(counted(&kept, |order| Some(order.created), from, to), theirs, "created {from}");
        let theirs = analytics::sums(&inside.shop, "date_paid", &after, &before);
        assert_eq!(counted(&kept, |order| order.paid, from, to), theirs, "paid {from}");
        let theirs = analytics::sums(&inside.shop, "date_completed", &after, &before);
        assert_eq!(counted(&kept, |order| order.completed, from, to), theirs, "completed {from}");
    }
    // The set has something of everything, else the above would prove little.
    let all =
        analytics::sums(&inside.shop, "date_created", "2025-01-01T00:00:00", "2026-12-31T23:59:59");
    assert!(all.orders > 300 && all.refunds > 0 && all.coupons > 0 && all.shipping > 0, "{all:?}");
    let paid =
        analytics::sums(&inside.shop, "date_paid", "2025-01-01T00:00:00", "2026-12-31T23:59:59");
    assert_ne!(all, paid);
}

#[test]
fn taxes_are_kept_by_rate_and_products_by_their_own_reference() {
    let played = play(Shop::made_up(120, now()));
    let mut kept = Kept::default();
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut kept).expect("read");
    let inside = played.shop.inside();
    for (id, row) in &inside.shop.orders {
        let order = &kept.orders[&id.to_string()];
        for tax_line in row["tax_lines"].as_array().expect("a list") {
            let rate = if tax_line["rate_id"] == 1 { 20_000 } else { 5_500 };
            let of = |taxes: &[Tax]| -> i64 {
                let some = taxes.iter().filter(|tax| tax.rate.is_some_and(|own| own.0 == rate));
                some.map(|tax| tax.amount).sum()
            };
            let ours = order.lines.iter().map(|line| of(&line.taxes)).sum::<i64>()
                + of(&order.shipping_taxes)
                + order.fees.iter().map(|fee| of(&fee.taxes)).sum::<i64>()
                + of(&order.taxes);
            let theirs = crate::replay::woocommerce::shop::cents(&tax_line["tax_total"])
                + crate::replay::woocommerce::shop::cents(&tax_line["shipping_tax_total"]);
            assert_eq!(ours, theirs, "order {id} at {rate}");
        }
        for (line, told) in order.lines.iter().zip(row["line_items"].as_array().expect("a list")) {
            let (product, variant) = match told["product_id"].as_u64() {
                Some(12) => ("TS", told["sku"].as_str()),
                Some(16) => ("16", None),
                _ => (told["sku"].as_str().expect("a reference"), None),
            };
            assert_eq!(
                (line.product.as_deref(), line.variant.as_deref()),
                (Some(product), variant)
            );
            assert_eq!(line.category.as_deref(), Some("Cafés"));
        }
    }
    // 3 + 4 + 5 units of the three sizes; wine counts its own 40.
    for (code, stock) in [("TS", 12), ("VIN-01", 40)] {
        match &kept.others[&format!("product {code}")] {
            comptoir_model::Record::Product(product) => assert_eq!(product.stock, Some(stock)),
            other => panic!("{other:?}"),
        }
    }
    assert!(!kept.others.contains_key("customer 1"), "an administrator is no customer");
    assert!(kept.others.contains_key("customer 40"));
}

#[test]
fn s001_the_newest_ninety_days_come_first_and_progress_is_told() {
    let played = play(Shop::made_up(400, now()));
    let mut shop = connect(&played.replay.url());
    let (mut cursor, mut oldest, mut phases) = (String::new(), Timestamp::MAX, Vec::new());
    loop {
        let page = shop.pull(&cursor, &setting()).expect("a page");
        if page.phase != Phase::Changes && phases.last() != Some(&page.phase) {
            phases.push(page.phase);
        }
        for record in &page.records {
            if let comptoir_model::Record::Order(order) = record
                && order.class != Class::Deleted
                && page.phase != Phase::Changes
            {
                assert!(order.created <= oldest, "an older order came before a newer one");
                // Two may share a second, and the second is asked for again.
                oldest = order
                    .created
                    .checked_add(jiff::SignedDuration::from_secs(1))
                    .expect("an instant");
            }
        }
        if let Some((read, all)) = page.progress {
            assert!(read <= all);
        }
        cursor = page.cursor;
        if !page.more {
            break;
        }
    }
    assert_eq!(phases, [Phase::Recent, Phase::History]);
}

#[test]
fn stopping_after_any_page_and_going_on_with_a_new_connector_gives_the_same() {
    let played = play(Shop::made_up(260, now()));
    let mut whole = Kept::default();
    pull_all(connect(&played.replay.url()).as_mut(), "", &setting(), &mut whole).expect("read");
    let mut pieces = Kept::default();
    let mut cursor = String::new();
    loop {
        let page = connect(&played.replay.url()).pull(&cursor, &setting()).expect("a page");
        pieces.take(&page);
        cursor = page.cursor;
        if !page.more {
            break;
        }
    }
    assert!(whole == pieces);
    // A cursor of another program begins again.
    let page = connect(&played.replay.url()).pull("{\"v\":99}", &setting()).expect("a page");
    assert_eq!(page.phase, Phase::Recent);
}

#[test]
fn its_own_totals_stand_beside_ours() {
    let played = play(Shop::made_up(200, now()));
    for (basis, ours) in
        [("date_paid", "paid"), ("date_created", "created"), ("date_completed", "completed")]
    {
        played.shop.inside().shop.date_type = basis.to_owned();
        let mut shop = connect(&played.replay.url());
        let told = shop.totals(date(2026, 9, 1), date(2026, 10, 31), &setting()).expect("read");
        let told = told.expect("totals");
        assert_eq!(told.date, ours);
        let inside = played.shop.inside();
        let sums =
            analytics::sums(&inside.shop, basis, "2026-09-01T00:00:00", "2026-10-31T23:59:59");
        for (id, value) in [
            ("orders", sums.orders),
            ("units", sums.units),
            ("total_sales", sums.total),
            ("net_sales", sums.net),
            ("refunds", sums.refunds),
            ("tax", sums.tax),
            ("shipping", sums.shipping),
            ("discounts", sums.coupons),
            ("gross_sales", sums.net + sums.coupons + sums.refunds),
        ] {
            assert!(told.figures.contains(&(id.to_owned(), value)), "{id} {value}: {told:?}");
        }
    }
    played.shop.inside().closed.push(("wc-analytics".into(), 404, "rest_no_route".into()));
    let told =
        connect(&played.replay.url()).totals(date(2026, 9, 1), date(2026, 10, 31), &setting());
    assert_eq!(told.expect("read"), None);
}

/// Wine costs 6.10 in the shop's own field; the sizes of the T-shirt 7, 8 and 9 in an extension's.
#[test]
fn costs_come_from_the_catalogue_and_a_size_has_its_own() {
    let mut shop = Shop::made_up(40, now());
    shop.products.get_mut(&11).expect("wine")["cost_of_goods_sold"] =
        serde_json::json!({"values": [{"defined_value": 6.1}], "total_value": 6.1});
    for (index, size) in shop.variations.get_mut(&12).expect("sizes").iter_mut().enumerate() {
        size["meta_data"] =
            serde_json::json!([{"key": "_wc_cog_cost", "value": (7 + index).to_string()}]);
    }
    let played = play(shop);
    let mut kept = Kept::default();
    let mut cursor = String::new();
    loop {
        // Each page by a connector that knows nothing yet.
        let page = connect(&played.replay.url()).pull(&cursor, &setting()).expect("a page");
        kept.take(&page);
        cursor = page.cursor;
        if !page.more {
            break;
        }
    }
    let mut seen = std::collections::BTreeSet::new();
    for line in kept.orders.values().flat_map(|order| &order.lines) {
        let reference = line.variant.as_deref().or(line.product.as_deref()).unwrap_or_default();
        let cost = match reference {
            "VIN-01" => Some(610),
            "TS-S" => Some(700),
            "TS-M" => Some(800),
            "TS-L" => Some(900),
            _ => None,
        };
        assert_eq!(line.cost, cost, "{reference}");
        seen.insert(reference.to_owned());
    }
    assert!(seen.contains("VIN-01") && seen.iter().any(|one| one.starts_with("TS-")), "{seen:?}");
}
