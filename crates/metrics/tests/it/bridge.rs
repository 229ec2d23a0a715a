//! Why revenue moved: figures worked out by hand, and the law that parts add up to the change.

use comptoir_metrics::bridge::{Bridge, Part, bridge};
use comptoir_metrics::{Cell, Context, Query, QueryError};
use comptoir_model::Record;
use comptoir_store::Store;
use proptest::prelude::*;

use super::fixture::{NOW, ask, at, empty, fixture, line, order, refund, write};

/// June against May.
const JUNE: &str = "metrics=revenue&from=2026-06-01&to=2026-06-30&compare=2026-05-01..2026-05-31";

fn split(store: &Store, query: &str) -> Bridge {
    let snapshot = store.read().expect("a snapshot");
    let context = Context::load(&snapshot, at(NOW)).expect("a context");
    let query = Query::parse(query, &context).expect("a query");
    bridge(&snapshot, &query, &context).expect("an answer").expect("a comparison")
}

fn told(parts: &[Part]) -> Vec<(&'static str, i64)> {
    parts.iter().map(|part| (part.effect.id(), part.amount)).collect()
}

/// Every telling ends at the period's revenue, and its parts add up to the change.
fn adds_up(found: &Bridge) {
    for parts in [&found.orders.parts, &found.customers, &found.goods.parts] {
        let sum: i64 = parts.iter().map(|part| part.amount).sum();
        assert_eq!(sum, found.now - found.before, "{:?}", told(parts));
        assert_eq!(parts.last().map(|part| part.reached), Some(found.now), "{:?}", told(parts));
    }
    let products = found.goods.movers(2);
    let goods = ["new-products", "dropped-products", "volume", "mix", "price", "unpriced"];
    let of_products: i64 = found
        .goods
        .parts
        .iter()
        .filter(|part| goods.contains(&part.effect.id()))
        .map(|part| part.amount)
        .sum();
    let shown: i64 = products.up.iter().chain(&products.down).map(|item| item.change()).sum();
    assert_eq!(shown + products.others.change, of_products);
    assert_eq!(products.total.change, of_products);
}

#[test]
fn june_against_may_by_hand() {
    let found = split(&fixture(), JUNE);
    // May is order 1 alone: 20.00 + 5.00. June: 5.00 + 31.50 + 5.00 + 6.66 + 10.00 + 16.00 + 13.50 are
    // 87.66 of 7 orders worth something; refunds 9.00 + 5.00 + 7.00.
    assert_eq!((found.before, found.now, found.change), (2500, 6666, 4166));
    // 6 × 25.00; 87.66 − 7 × 25.00; −21.00.
    assert_eq!(
        told(&found.orders.parts),
        [("orders", 15000), ("basket", -8734), ("refunds", -2100)]
    );
    assert!(!found.orders.without_average);
    // New: 31.50 + 10 + 0 + 16 + 13.50 less 9.00 (R1) and 5.00 (R2), against 25. Existing: 2 × 5.
    // Unidentified: 6.66 − 7.00.
    assert_eq!(
        told(&found.customers),
        [("new-customers", 3200), ("existing-customers", 1000), ("unidentified-customers", -34)]
    );
    // Honey is sold in both: 2 for 20.00, then 6 for 66.00. Tea 20.00 and bread 6.66 are new; wrapping 2.00.
    assert_eq!(
        told(&found.goods.parts),
        [
            ("new-products", 2666),
            ("dropped-products", 0),
            ("volume", 4000),
            ("mix", 0),
            ("price", 600),
            ("other-lines", 200),
            ("discounts", -1300),
            ("shipping", -50),
            ("fees", 150),
            ("refunds", -2100),
        ]
    );
    // Order 10 tells nothing but its total: it is reported, in whichever period it is.
    assert_eq!(found.incomplete.map(|left_out| left_out.orders_without_tax), Some(1));
    adds_up(&found);
    let turned = split(
        &fixture(),
        "metrics=revenue&from=2026-05-01&to=2026-05-31&compare=2026-06-01..2026-06-30",
    );
    assert_eq!(turned.incomplete.map(|left_out| left_out.orders_without_tax), Some(1));
    assert_eq!(turned.change, -4166);
    adds_up(&turned);
}

#[test]
fn a_profile_s_own_terms_are_parts_by_name() {
    // Brevo: all in, nothing given back, tax and bare totals by name.
    let brevo = split(&fixture(), &format!("{JUNE}&profile=brevo"));
    assert!(told(&brevo.orders.parts).iter().all(|(effect, _)| *effect != "refunds"));
    let goods = told(&brevo.goods.parts);
    // Tax: 1.10 + 1.00 in May; 0.55 + 0.40 + 0.30 in June. Order 10: 60.00.
    assert!(goods.contains(&("tax", -85)) && goods.contains(&("total-only", 6000)), "{goods:?}");
    adds_up(&brevo);
    // WooCommerce: shipping is not in its revenue, refunds are net parts.
    let woo = split(&fixture(), &format!("{JUNE}&profile=woocommerce&date=created"));
    let goods = told(&woo.goods.parts);
    assert!(goods.iter().all(|(effect, _)| *effect != "shipping"), "{goods:?}");
    adds_up(&woo);
    for query in [
        "&currency=USD",
        "&currency=GBP",
        "&where=country:FR",
        "&where=customer_type:new",
        "&where=currency:USD",
        "&date=paid",
    ] {
        adds_up(&split(&fixture(), &format!("{JUNE}{query}")));
    }
}

#[test]
fn both_ends_are_the_revenue_that_every_other_page_shows() {
    let store = fixture();
    for filter in ["", "&profile=brevo", "&profile=woocommerce", "&currency=USD"] {
        let query = format!("{JUNE}{filter}");
        let (found, table) = (split(&store, &query), ask(&store, &query));
        assert_eq!(table.total("revenue").and_then(Cell::whole), Some(found.now));
        assert_eq!(table.previous_total("revenue").and_then(Cell::whole), Some(found.before));
    }
}

#[test]
fn what_could_not_be_converted_is_not_sold_for_nothing() {
    // The only rate is of 19 June: orders 11 (20.00 USD) and 12 (10.00 € of tea) are in dollars, the two
    // honeys of May are not, and are therefore no honeys at no price.
    let found = split(&fixture(), &format!("{JUNE}&currency=USD"));
    let goods = told(&found.goods.parts);
    assert_eq!(
        goods[..5],
        [("new-products", 3250), ("dropped-products", 0), ("volume", 0), ("mix", 0), ("price", 0)]
    );
    assert!(found.incomplete.is_some_and(|left_out| left_out.orders_without_rate > 1));
    adds_up(&found);
}

#[test]
fn nothing_before_is_an_effect_of_orders() {
    let found = split(
        &fixture(),
        "metrics=revenue&from=2026-06-01&to=2026-06-30&compare=2020-01-01..2020-01-31",
    );
    assert!(found.orders.without_average);
    assert_eq!(told(&found.orders.parts), [("orders", 8766), ("basket", 0), ("refunds", -2100)]);
    adds_up(&found);
}

#[test]
fn negative_quantities_and_hostile_names_have_their_own_part() {
    let store = empty();
    let hostile = "« \u{202e}x';--\u{1f36f} ".repeat(60);
    let mut odd = line("A", -2, -500);
    odd.name.clone_from(&hostile);
    write(
        &store,
        "ferme",
        vec![
            Record::Order(Box::new(order(
                "1",
                "2026-05-10T10:00:00Z",
                Some("ada"),
                vec![line("A", 3, 900), line("B", 5000, 5000)],
            ))),
            Record::Order(Box::new(order("2", "2026-06-10T10:00:00Z", None, vec![odd]))),
        ],
    );
    let found = split(&store, JUNE);
    let goods = told(&found.goods.parts);
    assert!(goods.contains(&("unpriced", -1400)) && goods.contains(&("dropped-products", -5000)));
    // A period that gave away more than it sold: no average order, all of it counts as orders.
    assert!(found.orders.without_average);
    adds_up(&found);
}

#[test]
fn what_an_average_order_cannot_be_filtered_by_is_refused() {
    let store = fixture();
    let snapshot = store.read().expect("a snapshot");
    let context = Context::load(&snapshot, at(NOW)).expect("a context");
    let query = Query::parse(&format!("{JUNE}&where=tax_rate:20"), &context).expect("a query");
    let error = bridge(&snapshot, &query, &context).expect_err("refused");
    assert!(matches!(error, comptoir_metrics::MetricsError::Query(QueryError { .. })), "{error}");
    let none = Query::parse("metrics=revenue&from=2026-06-01&to=2026-06-30", &context);
    assert_eq!(bridge(&snapshot, &none.expect("a query"), &context).expect("an answer"), None);
}

/// An order of a small shop: its day, its buyer, its product, units, amount, discount, what comes back.
fn random_order() -> impl Strategy<Value = (u8, u8, u8, i64, i64, i64, i64)> {
    (0_u8..60, 0_u8..4, 0_u8..5, -2_i64..9, -300_i64..9_000, 0_i64..400, 0_i64..600)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn parts_add_up_whatever_was_sold(orders in proptest::collection::vec(random_order(), 1..25)) {
        let store = empty();
        let mut records = Vec::new();
        for (index, (day, who, product, units, gross, discount, back)) in orders.iter().enumerate() {
            let (month, day) = (5 + day / 30, 1 + day % 30);
            let when = format!("2026-{month:02}-{day:02}T12:00:00Z");
            let buyer = ["ada", "bob", "cyd"].get(usize::from(*who)).copied();
            let mut one = order(&index.to_string(), &when, buyer, vec![line(&product.to_string(), *units, *gross)]);
            one.lines[0].discount = *discount;
            one.shipping_amount = discount / 3;
            records.push(Record::Order(Box::new(one)));
            if *back > 300 {
                let id = format!("R{index}");
                records.push(Record::Refund(Box::new(refund(&id, Some(&index.to_string()), &when, *back))));
            }
        }
        write(&store, "ferme", records);
        for profile in ["", "&profile=brevo", "&profile=woocommerce", "&currency=USD"] {
            adds_up(&split(&store, &format!("{JUNE}{profile}")));
        }
        let same = split(&store, "metrics=revenue&from=2026-06-01&to=2026-06-30&compare=2026-06-01..2026-06-30");
        for parts in [&same.orders.parts, &same.customers, &same.goods.parts] {
            prop_assert!(parts.iter().all(|part| part.amount == 0), "{:?}", told(parts));
        }
    }
}
