//! One order told by several sources is one order, with what the best of them tells (issue 4, item 6).

use comptoir_model::{
    Cart, CartState, Class, Currency, Identity, Order, Product, Record, Tax, TaxRate, Version,
};
use comptoir_store::{Store, twins};

use crate::shop::{ask, at, contents, order, refund, store, write_from};

/// An order as a source tells it: a platform with 20 % of tax, a marketing tool with its total alone.
pub fn told_by(source: &str, id: &str, created: &str, email: Option<&str>, gross: i64) -> Order {
    let mut told = order(id, created, email, gross);
    if source == "activecampaign" {
        told.total_only = Some(gross + gross / 5);
        told.lines[0].gross = 0;
    } else {
        told.lines[0].taxes = vec![Tax { rate: Some(TaxRate(20_000)), amount: gross / 5 }];
    }
    told
}

pub fn cart(id: &str, total: i64) -> Cart {
    let when = at("2026-05-01T22:30:00Z");
    Cart {
        id: id.into(),
        version: Version::stamped(when),
        state: CartState::Open,
        created: when,
        updated: when,
        currency: Currency::EUR,
        customer: Identity::default(),
        total,
        lines: Vec::new(),
        order: None,
    }
}

pub fn product(code: &str, name: &str, cost: Option<i64>, modified: &str) -> Product {
    Product {
        code: code.into(),
        version: Version::stamped(at(modified)),
        deleted: false,
        name: name.into(),
        category: None,
        price: Some(1000),
        cost,
        stock: None,
    }
}

/// Order `number` of 50: one a day from 1 January 2026, worth `number` times 10.00, for a person each.
fn fifty(source: &str) -> Vec<Record> {
    (1..=50)
        .map(|number: i64| {
            let (month, day) = if number <= 31 { (1, number) } else { (2, number - 31) };
            let created = format!("2026-{month:02}-{day:02}T10:00:00Z");
            let email = format!("c{number}@example.com");
            let mut told =
                told_by(source, &number.to_string(), &created, Some(&email), 1000 * number);
            told.class = Class::Paid;
            Record::Order(Box::new(told))
        })
        .collect()
}

const FIGURES: &str =
    "SELECT sum(orders), sum(gross), sum(tax), sum(total_only) FROM money WHERE counted";

#[test]
fn fifty_orders_of_a_platform_and_of_a_marketing_tool_are_fifty_orders_with_their_tax() {
    // 1 + 2 + … + 50 = 1275: 12 750.00 of goods, a fifth of it tax, and no order without its lines.
    let wanted = ["50|1275000|255000|0"];
    for sources in [["woocommerce", "activecampaign"], ["activecampaign", "woocommerce"]] {
        let store = store();
        for source in sources {
            write_from(&store, source, fifty(source));
        }
        assert_eq!(ask(&store, FIGURES), wanted, "{sources:?}");
        assert_eq!(ask(&store, "SELECT count(*), count(rank), max(rank) FROM orders"), ["50|50|1"]);
        assert_eq!(
            ask(&store, "SELECT count(*) FROM all_orders WHERE twin_of IS NOT NULL"),
            ["50"]
        );
        // Told again, nothing changes.
        let before = contents(&store);
        for source in sources {
            write_from(&store, source, fifty(source));
        }
        assert_eq!(contents(&store), before);
        let found = twins::sources(&store.read().expect("read"), 1).expect("sources");
        let counts: Vec<_> = found
            .iter()
            .map(|source| (source.name.as_str(), source.orders, source.twins))
            .collect();
        assert_eq!(counts, [("woocommerce", 50, 0), ("activecampaign", 0, 50)]);
    }
}

/// Names owners of orders.
fn own(store: &Store, owners: &[(&str, Option<&str>)]) {
    let owners: Vec<comptoir_store::Owner> = owners
        .iter()
        .map(|(source, since)| comptoir_store::Owner {
            source: (*source).to_owned(),
            since: since.map(at),
        })
        .collect();
    store
        .change_settings(move |settings| {
            settings.shop_mut("ferme")?.owners = owners;
            Ok(())
        })
        .expect("changed");
}

#[test]
fn the_source_that_the_merchant_names_owns_orders_from_that_day_on() {
    let store = store();
    write_from(&store, "activecampaign", fifty("activecampaign"));
    write_from(&store, "woocommerce", fifty("woocommerce"));
    let untouched = contents(&store);
    own(&store, &[("activecampaign", Some("2026-02-01T00:00:00Z"))]);
    // 1 to 31 from the platform: 496 × 10.00 and a fifth of it; 32 to 50 (1275 − 496 = 779) by
    // their totals with tax: 779 × 12.00.
    assert_eq!(ask(&store, FIGURES), ["50|496000|99200|934800"]);
    // Then the platform again, from 6 February on: 37 to 50 (1275 − 703 = 572) are its own.
    own(
        &store,
        &[
            ("activecampaign", Some("2026-02-01T00:00:00Z")),
            ("woocommerce", Some("2026-02-06T00:00:00Z")),
        ],
    );
    // 496 + 609 (37 to 50) = 1105: 1275 − 1105 = 170 are 32 to 36.
    assert_eq!(ask(&store, FIGURES), ["50|1105000|221000|204000"]);
    // What arrives later follows the same rule.
    write_from(&store, "activecampaign", fifty("activecampaign"));
    assert_eq!(ask(&store, FIGURES), ["50|1105000|221000|204000"]);
    own(&store, &[]);
    assert_eq!(contents(&store), untouched);
}

#[test]
fn naming_a_source_that_the_shop_does_not_have_is_refused() {
    let store = store();
    write_from(&store, "woocommerce", fifty("woocommerce"));
    let answer = store.change_settings(|settings| {
        settings.shop_mut("ferme")?.owners =
            vec![comptoir_store::Owner { source: "magento".into(), since: None }];
        Ok(())
    });
    let told = answer.expect_err("refused").to_string();
    assert!(told.contains("magento") && told.contains("woocommerce"), "{told}");
}

#[test]
fn ids_that_an_old_and_a_new_platform_both_have_are_two_orders() {
    let store = store();
    let old = told_by("prestashop", "12", "2024-01-05T10:00:00Z", Some("old@example.com"), 1000);
    let new = told_by("woocommerce", "12", "2026-01-05T10:00:00Z", Some("new@example.com"), 2000);
    write_from(&store, "prestashop", vec![Record::Order(Box::new(old))]);
    write_from(&store, "woocommerce", vec![Record::Order(Box::new(new))]);
    assert_eq!(ask(&store, "SELECT count(*), sum(goods) FROM orders"), ["2|3000"]);
}

#[test]
fn a_twin_lends_what_the_better_copy_leaves_empty_and_takes_it_back() {
    let store = store();
    let real = told_by("woocommerce", "7", "2026-01-05T10:00:00Z", Some("ada@example.com"), 1000);
    let mut seen =
        told_by("activecampaign", "7", "2026-01-05T10:00:05Z", Some("ada@example.com"), 1000);
    (seen.source, seen.medium) = (Some("newsletter".into()), Some("email".into()));
    seen.device = Some("mobile".into());
    write_from(&store, "woocommerce", vec![Record::Order(Box::new(real.clone()))]);
    write_from(&store, "activecampaign", vec![Record::Order(Box::new(seen.clone()))]);
    let told = "SELECT source, medium, campaign, channel, device FROM orders";
    assert_eq!(ask(&store, told), ["newsletter|email|-|-|mobile"]);
    // The platform tells the order anew, without them: lent again.
    let mut next = real.clone();
    next.version.modified = at("2026-01-06T10:00:00Z");
    next.status = "completed".into();
    write_from(&store, "woocommerce", vec![Record::Order(Box::new(next.clone()))]);
    assert_eq!(ask(&store, told), ["newsletter|email|-|-|mobile"]);
    // It tells a campaign of its own: nothing of the other's is mixed into it.
    next.campaign = Some("spring".into());
    next.version.modified = at("2026-01-07T10:00:00Z");
    write_from(&store, "woocommerce", vec![Record::Order(Box::new(next))]);
    assert_eq!(ask(&store, told), ["-|-|spring|-|mobile"]);
    // The twin turns out to be another order: it counts, and nothing is lent.
    seen.created = at("2026-03-01T10:00:00Z");
    seen.customer.email = Some("bob@example.com".into());
    seen.version.modified = at("2026-03-01T11:00:00Z");
    write_from(&store, "activecampaign", vec![Record::Order(Box::new(seen))]);
    assert_eq!(
        ask(&store, &format!("{told} ORDER BY created")),
        ["-|-|spring|-|-", "newsletter|email|-|-|mobile"]
    );
}

#[test]
fn a_better_copy_that_turns_out_to_be_another_order_gives_its_twin_back() {
    let store = store();
    let mut seen =
        told_by("activecampaign", "7", "2026-01-05T10:00:00Z", Some("ada@example.com"), 1000);
    seen.class = Class::Paid;
    write_from(&store, "activecampaign", vec![Record::Order(Box::new(seen))]);
    let mut real =
        told_by("woocommerce", "7", "2026-01-05T10:00:00Z", Some("ada@example.com"), 2000);
    real.class = Class::Paid;
    write_from(&store, "woocommerce", vec![Record::Order(Box::new(real.clone()))]);
    assert_eq!(ask(&store, FIGURES), ["1|2000|400|0"]);
    real.created = at("2026-03-05T10:00:00Z");
    real.customer.email = Some("fay@example.com".into());
    real.version.modified = at("2026-03-05T11:00:00Z");
    write_from(&store, "woocommerce", vec![Record::Order(Box::new(real))]);
    // Two orders: 20.00 and 4.00 of tax, and 12.00 with tax.
    assert_eq!(ask(&store, FIGURES), ["2|2000|400|1200"]);
    assert_eq!(
        ask(&store, "SELECT rank, day FROM orders ORDER BY day"),
        ["1|2026-01-05", "1|2026-03-05"]
    );
}

#[test]
fn a_better_copy_that_is_given_another_number_gives_its_twin_back() {
    let store = store();
    let told = |source: &str, id: &str, number: &str, modified: &str| {
        let mut told = told_by(source, id, "2026-01-05T10:00:00Z", Some("ada@example.com"), 1000);
        (told.class, told.number) = (Class::Paid, Some(number.to_owned()));
        told.version.modified = at(modified);
        vec![Record::Order(Box::new(told))]
    };
    write_from(
        &store,
        "activecampaign",
        told("activecampaign", "a", " #7", "2026-01-05T10:00:00Z"),
    );
    write_from(&store, "woocommerce", told("woocommerce", "70", "7", "2026-01-05T10:00:00Z"));
    assert_eq!(ask(&store, FIGURES), ["1|1000|200|0"]);
    write_from(&store, "woocommerce", told("woocommerce", "70", "8", "2026-01-06T10:00:00Z"));
    assert_eq!(ask(&store, FIGURES), ["2|1000|200|1200"]);
    assert_eq!(ask(&store, "SELECT max(rank) FROM orders"), ["2"]);
}

#[test]
fn refunds_of_a_twin_are_in_no_figure_until_it_counts() {
    let store = store();
    let mut seen =
        told_by("activecampaign", "7", "2026-01-05T10:00:00Z", Some("ada@example.com"), 1000);
    seen.refunds.push(refund("in-7", None, "2026-01-08T10:00:00Z", 300));
    write_from(&store, "activecampaign", vec![Record::Order(Box::new(seen))]);
    let rows = "SELECT sum(refunded_goods + refunded_tax + total_only), count(*) FROM money WHERE refund_id IS NOT NULL";
    // A total alone is not broken down: its refund is 3.00 less of it.
    assert_eq!(ask(&store, rows), ["-300|1"]);
    let mut real =
        told_by("woocommerce", "7", "2026-01-05T10:00:00Z", Some("ada@example.com"), 1000);
    real.refunds.push(refund("9", None, "2026-01-08T10:00:00Z", 1200));
    write_from(&store, "woocommerce", vec![Record::Order(Box::new(real.clone()))]);
    assert_eq!(ask(&store, rows), ["1200|1"]);
    write_from(
        &store,
        "activecampaign",
        vec![Record::Refund(Box::new(refund("alone", Some("7"), "2026-01-09T10:00:00Z", 100)))],
    );
    assert_eq!(ask(&store, rows), ["1200|1"]);
    // Deleted on the platform, it stays the platform's to say.
    (real.class, real.version.modified) = (Class::Deleted, at("2026-01-10T10:00:00Z"));
    real.refunds.clear();
    write_from(&store, "woocommerce", vec![Record::Order(Box::new(real))]);
    assert_eq!(ask(&store, "SELECT class, count(*) FROM orders GROUP BY class"), ["deleted|1"]);
    assert_eq!(ask(&store, FIGURES), ["-|-|-|-"]);
    // Until the merchant says that the tool is right: 12.00, less 3.00 and 1.00.
    own(&store, &[("activecampaign", None)]);
    assert_eq!(ask(&store, "SELECT sum(orders), sum(total_only) FROM money"), ["1|800"]);
}

#[test]
fn undoing_the_import_of_the_better_copies_brings_the_others_back() {
    let store = store();
    let seen = ["1", "2", "4"].map(|id| {
        Record::Order(Box::new(told_by("activecampaign", id, "2026-01-06T10:00:00Z", None, 1000)))
    });
    write_from(&store, "activecampaign", seen.to_vec());
    let before = contents(&store);
    let file = [("1", "ada@example.com", 100), ("2", "ada@example.com", 200)];
    let id = crate::imports::import(&store, &file, "2026-05-01T00:00:00Z");
    assert_eq!(
        ask(&store, "SELECT sum(orders), sum(gross), sum(total_only) FROM money"),
        ["3|300|1200"]
    );
    store.undo_import(id, at("2026-05-02T00:00:00Z")).expect("undone");
    assert_eq!(contents(&store), before);
}

#[test]
fn orders_that_the_better_source_should_tell_and_does_not_are_listed_and_count() {
    let store = store();
    let order = |source: &str, id: &str, created: &str| {
        Record::Order(Box::new(told_by(source, id, created, None, 1000)))
    };
    write_from(&store, "woocommerce", vec![order("woocommerce", "1", "2026-01-05T10:00:00Z")]);
    write_from(
        &store,
        "activecampaign",
        vec![
            order("activecampaign", "0", "2025-12-01T10:00:00Z"), // before the platform was connected
            order("activecampaign", "1", "2026-01-05T10:00:00Z"), // told by both
            order("activecampaign", "2", "2026-01-06T10:00:00Z"), // missing on the platform
            order("activecampaign", "3", "2026-01-07T09:30:00Z"), // half an hour old
        ],
    );
    let snapshot = store.read().expect("read");
    let found = twins::unlinked(&snapshot, 1, at("2026-01-07T10:00:00Z")).expect("found");
    assert_eq!(found.orders, 1);
    let listed: Vec<_> = found
        .listed
        .iter()
        .map(|order| (order.external_id.as_str(), order.source.as_str()))
        .collect();
    assert_eq!(listed, [("2", "activecampaign")]);
    assert_eq!(ask(&store, "SELECT count(*) FROM orders"), ["4"]);
    own(&store, &[("activecampaign", None)]);
    let found = twins::unlinked(&store.read().expect("read"), 1, at("2026-01-07T10:00:00Z"));
    assert_eq!(found.expect("found").orders, 0);
}

#[test]
fn a_product_is_what_its_best_source_tells_and_others_fill_the_rest() {
    let store = store();
    let told = "SELECT name, category, cost, stock, deleted FROM products";
    let mut tool = product("MIEL", "Miel (outil)", Some(250), "2026-03-09T10:00:00Z");
    tool.stock = Some(3);
    let mut shop = product("MIEL", "Miel", None, "2026-03-01T10:00:00Z");
    (shop.category, shop.stock) = (Some("Épicerie".into()), Some(12));
    write_from(&store, "activecampaign", vec![Record::Product(Box::new(tool.clone()))]);
    assert_eq!(ask(&store, told), ["Miel (outil)|-|250|3|false"]);
    write_from(&store, "woocommerce", vec![Record::Product(Box::new(shop.clone()))]);
    assert_eq!(ask(&store, told), ["Miel|Épicerie|250|12|false"]);
    // The tool cannot remove what the platform lists; the platform can.
    (tool.deleted, tool.version.modified) = (true, at("2026-04-01T10:00:00Z"));
    write_from(&store, "activecampaign", vec![Record::Product(Box::new(tool))]);
    assert_eq!(ask(&store, told), ["Miel|Épicerie|250|12|false"]);
    (shop.deleted, shop.version.modified) = (true, at("2026-04-02T10:00:00Z"));
    write_from(&store, "woocommerce", vec![Record::Product(Box::new(shop))]);
    assert_eq!(ask(&store, told), ["Miel|Épicerie|250|12|true"]);
}

#[test]
fn carts_of_a_tool_stand_back_once_the_platform_tells_carts() {
    let store = store();
    let carts = |ids: &[&str]| ids.iter().map(|id| Record::Cart(Box::new(cart(id, 100)))).collect();
    write_from(&store, "activecampaign", carts(&["a", "b"]));
    assert_eq!(ask(&store, "SELECT count(*) FROM carts"), ["2"]);
    write_from(&store, "woocommerce", carts(&["b", "c", "d"]));
    assert_eq!(ask(&store, "SELECT external_id FROM carts ORDER BY external_id"), ["b", "c", "d"]);
    assert_eq!(ask(&store, "SELECT count(*) FROM all_carts"), ["5"]);
}
