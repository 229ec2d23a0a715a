//! PrestaShop: its recorded answers become orders whose figures are worked out by hand (S036, S072).

use std::collections::BTreeMap;

use comptoir_model::{
    Cart, CartState, Class, Currency, Customer, Order, Product, Record, Tax, TaxRate,
};
use comptoir_sources::FailureKind;
use comptoir_sources::connector::{Access, Connector, Page, Phase, Setting, Wanted};
use comptoir_sources::http::Pace;
use comptoir_sources::prestashop::PLATFORM;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use crate::replay::prestashop::{KEY, Shared, Shop, serve};
use crate::replay::{Fault, Replay};

fn access(url: &str, key: &str) -> Access {
    Access {
        url: url.to_owned(),
        credentials: BTreeMap::from([("key".to_owned(), key.to_owned())]),
        private: true,
        pace: Pace::impatient(),
    }
}

fn connect(replay: &Replay) -> Box<dyn Connector> {
    (PLATFORM.connect)(access(&replay.url(), KEY)).expect("a connection")
}

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn setting(now: &str) -> Setting {
    // The shop's own zone and currency win over these.
    Setting { now: at(now), currency: Currency::USD, timezone: TimeZone::UTC }
}

fn noon() -> Setting {
    setting("2026-11-22T12:00:00Z")
}

/// Reads on until nothing is left for now.
fn run(connector: &mut dyn Connector, cursor: &str, setting: &Setting) -> Vec<Page> {
    let mut pages: Vec<Page> = Vec::new();
    let mut cursor = cursor.to_owned();
    for _ in 0..200 {
        let page = connector.pull(&cursor, setting).expect("a page");
        cursor.clone_from(&page.cursor);
        let more = page.more;
        pages.push(page);
        if !more {
            return pages;
        }
    }
    panic!("it never ends");
}

/// The newest version of each record.
#[derive(Default, PartialEq, Debug)]
struct Kept {
    orders: BTreeMap<String, Order>,
    customers: BTreeMap<String, Customer>,
    products: BTreeMap<String, Product>,
    carts: BTreeMap<String, Cart>,
}

fn keep<'a>(kept: &mut Kept, pages: impl IntoIterator<Item = &'a Page>) {
    for record in pages.into_iter().flat_map(|page| &page.records) {
        match record {
            Record::Order(order) => {
                let known = kept.orders.get(&order.id);
                if known.is_none_or(|known| known.version <= order.version) {
                    kept.orders.insert(order.id.clone(), (**order).clone());
                }
            }
            Record::Customer(one) => drop(kept.customers.insert(one.id.clone(), (**one).clone())),
            Record::Product(one) => drop(kept.products.insert(one.code.clone(), (**one).clone())),
            Record::Cart(cart) => {
                let known = kept.carts.get(&cart.id);
                if known.is_none_or(|known| known.version <= cart.version) {
                    kept.carts.insert(cart.id.clone(), (**cart).clone());
                }
            }
            other => panic!("unexpected: {other:?}"),
        }
    }
}

fn kept(pages: &[Page]) -> Kept {
    let mut kept = Kept::default();
    keep(&mut kept, pages);
    kept
}

fn imported(shop: Shop) -> (Replay, Shared, Kept, String) {
    let (replay, shared) = serve(shop);
    let pages = run(&mut *connect(&replay), "", &noon());
    let cursor = pages.last().expect("a page").cursor.clone();
    for page in &pages {
        assert_eq!(page.refused, [], "nothing is refused");
    }
    (replay, shared, kept(&pages), cursor)
}

/// An order of two lines with 20 % and 5.5 % of tax, a voucher, shipping and wrapping.
///
/// 3 × 8.325 = 24.975 without tax and 3 × 9.99 = 29.97 with; 1 × 10.00 and 10.55.
/// Goods 34.98 (PrestaShop rounds 24.975 up; so does rounding to even: 24.98) and 40.52.
/// Voucher 4.05 with tax, 3.50 without. Shipping 5.00 and 6.00. Wrapping 1.00 and 1.20.
/// Paid 40.52 − 4.05 + 6 + 1.20 = 43.67; without tax 34.98 − 3.50 + 5 + 1 = 37.48; tax 6.19.
fn taxed(id: u64) -> serde_json::Value {
    let mut order: serde_json::Value = serde_json::from_str(
        r#"{
        "id": 0, "id_address_delivery": "4", "id_address_invoice": "4", "id_cart": "0",
        "id_currency": "1", "id_customer": "1", "id_carrier": "2", "current_state": "4",
        "module": "ps_card", "invoice_number": "12", "invoice_date": "2026-11-21 20:00:00",
        "valid": "1", "date_add": "2026-11-21 19:55:00", "date_upd": "2026-11-21 20:10:00",
        "payment": "Carte bancaire", "total_discounts": "4.050000",
        "total_discounts_tax_incl": "4.050000", "total_discounts_tax_excl": "3.500000",
        "total_paid": "43.670000", "total_paid_tax_incl": "43.670000",
        "total_paid_tax_excl": "37.480000", "total_paid_real": "43.670000",
        "total_products": "34.980000", "total_products_wt": "40.520000",
        "total_shipping": "6.000000", "total_shipping_tax_incl": "6.000000",
        "total_shipping_tax_excl": "5.000000", "carrier_tax_rate": "20.000",
        "total_wrapping": "1.200000", "total_wrapping_tax_incl": "1.200000",
        "total_wrapping_tax_excl": "1.000000", "conversion_rate": "1.000000",
        "reference": "ABCDEFGHI",
        "associations": {"order_rows": [
            {"id": "101", "product_id": "1", "product_attribute_id": "1", "product_quantity": "3",
             "product_name": "T-shirt", "product_reference": "demo_1-S",
             "product_price": "8.325000", "unit_price_tax_incl": "9.990000",
             "unit_price_tax_excl": "8.325000"},
            {"id": "102", "product_id": "99", "product_attribute_id": "0", "product_quantity": "1",
             "product_name": "Livre", "product_reference": "BOOK",
             "product_price": "12.000000", "unit_price_tax_incl": "10.550000",
             "unit_price_tax_excl": "10.000000"}
        ]}
    }"#,
    )
    .expect("JSON");
    order["id"] = json!(id);
    order
}

#[test]
fn the_recorded_shop_comes_over_to_the_cent() {
    let (replay, _, kept, _) = imported(Shop::recorded());
    let totals: Vec<_> = kept
        .orders
        .values()
        .map(|order| (order.id.as_str(), order.class, order.gross(), order.total()))
        .collect();
    // From the recording: total_products and total_paid_tax_incl; none is valid, state by state.
    assert_eq!(
        totals,
        [
            ("1", Class::Cancelled, 5300, 5500),
            ("2", Class::Pending, 7390, 7590),
            ("3", Class::Failed, 7401, 7601),
            ("4", Class::Pending, 8789, 8989),
            ("5", Class::Pending, 6951, 7151),
        ]
    );
    let first = &kept.orders["1"];
    // 19:27:26 in Paris, in winter.
    assert_eq!(first.created, at("2026-11-21T18:27:26Z"));
    assert_eq!(first.cancelled, Some(at("2026-11-21T18:27:26Z")));
    assert_eq!((first.validated, first.paid, first.invoice_number.as_deref()), (None, None, None));
    assert_eq!((first.number.as_deref(), first.status.as_str()), (Some("XKBKNABJK"), "Canceled"));
    assert_eq!((first.currency, first.shipping_amount, first.tax()), (Currency::EUR, 200, 0));
    assert_eq!(first.customer.email.as_deref(), Some("pub@prestashop.com"));
    assert_eq!(first.billing.country.as_deref(), Some("FR"));
    assert_eq!(first.shipping_method.as_deref(), Some("My carrier"));
    assert_eq!(first.payment_method.as_deref(), Some("Payment by check"));
    let blouse = &first.lines[0];
    assert_eq!(
        (blouse.product.as_deref(), blouse.variant.as_deref()),
        (Some("demo_2"), Some("2-10"))
    );
    assert_eq!((blouse.category.as_deref(), blouse.cost), (Some("Blouses"), Some(810)));
    // 20.501236 before its reduction, 16.40 after.
    assert_eq!(kept.orders["2"].lines[2].regular_price, Some(2050));

    let shirt = &kept.products["demo_1"];
    assert_eq!((shirt.price, shirt.cost), (Some(1651), Some(495)));
    assert_eq!(shirt.category.as_deref(), Some("T-shirts"));
    // The variant has no price nor cost of its own: the product's.
    assert_eq!((kept.products["1-1"].price, kept.products["1-1"].cost), (Some(1651), Some(495)));
    assert_eq!(kept.customers["1"].identity.last_name.as_deref(), Some("DOE"));
    let cart = &kept.carts["4"];
    assert_eq!(
        (cart.state, cart.total, cart.order.as_deref()),
        (CartState::Ordered, 8989, Some("4"))
    );

    let asked = replay.requests();
    let people: Vec<_> = asked.iter().filter(|one| one.path == "/api/customers").collect();
    assert!(!people.is_empty());
    for one in people {
        let display = one.parameter("display").expect("fields are named");
        assert!(display.starts_with('['), "{display}");
        assert!(!display.contains("passwd") && !display.contains("secure_key"), "{display}");
    }
    assert!(asked.iter().all(|one| one.method == "GET" && one.parameter("ws_key").is_none()));
}

#[test]
fn taxes_vouchers_shipping_and_wrapping_add_up_to_what_was_paid() {
    let mut shop = Shop::recorded();
    shop.put("orders", taxed(6));
    shop.put("order_discounts", json!({"id": 1, "id_order": "6", "name": "NOEL", "value": "4.05"}));
    shop.put(
        "order_payments",
        json!({"id": 1, "order_reference": "ABCDEFGHI", "amount": "43.670000",
            "payment_method": "Carte bancaire", "date_add": "2026-11-21 19:58:00"}),
    );
    let (_, _, kept, _) = imported(shop);
    let order = &kept.orders["6"];
    assert_eq!((order.class, order.status.as_str()), (Class::Fulfilled, "Shipped"));
    assert_eq!(
        (order.gross(), order.discounts(), order.shipping_amount, order.fee_amount(), order.tax()),
        (3498, 350, 500, 100, 619)
    );
    assert_eq!(order.total(), 4367);
    assert_eq!(order.coupons, ["NOEL"]);
    assert_eq!(order.validated, Some(at("2026-11-21T19:00:00Z")));
    assert_eq!(order.paid, Some(at("2026-11-21T18:58:00Z")));
    assert_eq!(order.payments.len(), 1);
    assert_eq!(order.invoice_number.as_deref(), Some("12"));
    let rates: Vec<_> =
        order.lines.iter().map(|line| line.taxes.first().and_then(|tax| tax.rate)).collect();
    assert_eq!(rates, [Some(TaxRate(20_000)), Some(TaxRate(5_500))]);
    assert_eq!(order.shipping_taxes, [Tax { rate: Some(TaxRate(20_000)), amount: 100 }]);
    // The variant's own reference is not the product's; a product that is gone keeps what the line says.
    let [shirt, book] = order.lines.as_slice() else { panic!("two lines") };
    assert_eq!(
        (shirt.product.as_deref(), shirt.variant.as_deref()),
        (Some("demo_1"), Some("demo_1-S"))
    );
    assert_eq!((book.product.as_deref(), book.variant.as_deref()), (Some("BOOK"), None));
    assert_eq!(book.regular_price, Some(1200));
}

#[test]
fn what_does_not_add_up_is_adjusted_and_never_refused() {
    let mut shop = Shop::recorded();
    let mut order = taxed(6);
    // A module added 2.50 to the total that no part of the order explains: 46.17, 39.98 without tax.
    order["total_paid_tax_incl"] = json!("46.170000");
    order["total_paid_tax_excl"] = json!("39.980000");
    shop.put("orders", order);
    let (_, _, kept, _) = imported(shop);
    let order = &kept.orders["6"];
    assert_eq!((order.total(), order.tax()), (4617, 619));
    assert_eq!(order.fee_amount(), 100 + 250);
}

#[test]
fn a_slip_that_leaves_the_order_s_stamp_alone_is_found_all_the_same() {
    let mut shop = Shop::recorded();
    shop.put("orders", taxed(6));
    let (replay, shared, mut kept, cursor) = imported(shop);
    assert_eq!(kept.orders["6"].refunds, []);
    // One shirt of three: 8.33 and 9.99; shipping whole: 5.00 and 6.00.
    shared.lock().expect("the shop").put(
        "order_slip",
        json!({"id": 3, "id_customer": "1", "id_order": "6", "conversion_rate": "1.000000",
            "total_products_tax_excl": "8.330000", "total_products_tax_incl": "9.990000",
            "total_shipping_tax_excl": "5.000000", "total_shipping_tax_incl": "6.000000",
            "amount": "8.330000", "shipping_cost": "1", "shipping_cost_amount": "6.000000",
            "partial": "0", "date_add": "2026-11-22 10:00:00", "date_upd": "2026-11-22 10:00:00",
            "order_slip_type": "0", "associations": {"order_slip_details": [
                {"id": "1", "id_order_detail": "101", "product_quantity": "1",
                 "amount_tax_excl": "8.330000", "amount_tax_incl": "9.990000"}]}}),
    );
    let pages = run(&mut *connect(&replay), &cursor, &noon());
    let before = kept.orders["6"].version;
    keep(&mut kept, &pages);
    let order = &kept.orders["6"];
    assert!(order.version > before, "the new version wins");
    let [refund] = order.refunds.as_slice() else { panic!("one refund") };
    assert_eq!((refund.at, refund.id.as_str()), (at("2026-11-22T09:00:00Z"), "3"));
    assert_eq!((refund.total, refund.untold()), (Some(1599), 0));
    let told = refund.told();
    // Tax: 1.66 of the shirt, 1.00 of shipping.
    assert_eq!((told.goods, told.shipping, told.tax), (833, 500, 266));
    let [line] = refund.lines.as_slice() else { panic!("one line") };
    assert_eq!((line.quantity, line.variant.as_deref()), (1, Some("demo_1-S")));
    assert_eq!(line.taxes, [Tax { rate: Some(TaxRate(20_000)), amount: 166 }]);
}

#[test]
fn flags_decide_when_a_shop_has_renumbered_its_states() {
    let mut shop = Shop::recorded();
    // 40 to 42 take the places of the fresh shop's 6, 7 and 2.
    for (id, name, template, flag) in [
        (40, "Annulée", "order_canceled", "0"),
        (41, "Rendue", "refund", "0"),
        (42, "Réglée", "", "1"),
    ] {
        shop.put(
            "order_states",
            json!({"id": id, "paid": flag, "logable": flag, "shipped": "0", "delivery": "0",
                "name": [{"id": "1", "value": name}], "template": [{"id": "1", "value": template}]}),
        );
    }
    shop.records.remove("configurations");
    for (order, state, valid) in [(1, "40", "0"), (2, "41", "0"), (3, "42", "1")] {
        shop.change("orders", order, &json!({"current_state": state, "valid": valid}));
    }
    let (replay, _) = serve(shop);
    let pages = run(&mut *connect(&replay), "", &noon());
    let kept = kept(&pages);
    let states: Vec<_> = ["1", "2", "3"]
        .map(|id| (kept.orders[id].class, kept.orders[id].status.clone()))
        .into_iter()
        .collect();
    assert_eq!(
        states,
        [
            (Class::Cancelled, "Annulée".to_owned()),
            (Class::Refunded, "Rendue".to_owned()),
            (Class::Paid, "Réglée".to_owned()),
        ]
    );
    // The settings could not be read: noted once, and the shop's own zone of Comptoir is used.
    let notes: Vec<_> = pages.iter().flat_map(|page| &page.notes).collect();
    assert_eq!(notes.iter().filter(|note| note.en.starts_with("configurations")).count(), 1);
    assert_eq!(kept.orders["1"].created, at("2026-11-21T19:27:26Z"));
}

#[test]
fn the_parts_of_a_split_cart_are_two_orders_of_one_reference() {
    let mut shop = Shop::recorded();
    let mut second = taxed(7);
    second["associations"]["order_rows"][0]["id"] = json!("201");
    second["associations"]["order_rows"][1]["id"] = json!("202");
    shop.put("orders", taxed(6));
    shop.put("orders", second);
    // One payment for both: 2 × 43.67.
    shop.put(
        "order_payments",
        json!({"id": 1, "order_reference": "ABCDEFGHI", "amount": "87.340000",
            "payment_method": "Carte bancaire", "date_add": "2026-11-21 19:58:00"}),
    );
    let (_, _, kept, _) = imported(shop);
    for id in ["6", "7"] {
        let order = &kept.orders[id];
        assert_eq!((order.number.as_deref(), order.total()), (Some("ABCDEFGHI"), 4367));
        assert_eq!(order.paid, Some(at("2026-11-21T18:58:00Z")));
        assert_eq!(order.payments.iter().map(|paid| paid.amount).sum::<i64>(), 4367);
    }
}

#[test]
fn an_order_in_another_currency_keeps_its_own() {
    let mut shop = Shop::recorded();
    shop.put("currencies", json!({"id": 2, "iso_code": "JPY"}));
    let fields = json!({"id_currency": "2", "conversion_rate": "160.000000",
        "total_paid_tax_incl": "8800.000000", "total_paid_tax_excl": "8800.000000",
        "total_products": "8480.000000", "total_products_wt": "8480.000000",
        "total_shipping_tax_incl": "320.000000", "total_shipping_tax_excl": "320.000000",
        "associations": {"order_rows": [{"id": "1", "product_id": "2", "product_attribute_id": "10",
            "product_quantity": "1", "product_name": "Blouse", "product_reference": "demo_2",
            "product_price": "8480.000000", "unit_price_tax_incl": "8480.000000",
            "unit_price_tax_excl": "8480.000000"}]}});
    shop.change("orders", 1, &fields);
    shop.records.get_mut("order_details").expect("details")[0]["total_price_tax_excl"] =
        json!("8480");
    shop.records.get_mut("order_details").expect("details")[0]["total_price_tax_incl"] =
        json!("8480");
    let (replay, _) = serve(shop.clone());
    let order = kept(&run(&mut *connect(&replay), "", &noon())).orders["1"].clone();
    assert_eq!((order.currency.code(), order.total()), ("JPY", 8800));
    // Its cost is told in euros: 8.10 × 160.
    assert_eq!(order.lines[0].cost, Some(1296));

    // Without the table of currencies that order is refused, and the others come in.
    shop.forbidden.push("currencies".to_owned());
    let (replay, _) = serve(shop);
    let pages = run(&mut *connect(&replay), "", &noon());
    let orders = kept(&pages).orders;
    assert_eq!(orders.keys().collect::<Vec<_>>(), ["2", "3", "4", "5"]);
    let refused: Vec<_> = pages.iter().flat_map(|page| &page.refused).collect();
    assert!(
        refused
            .iter()
            .any(|one| one.kind == "order" && one.id == "1" && one.field == "id_currency")
    );
}

#[test]
fn the_newest_90_days_come_first_and_nothing_is_read_twice() {
    let mut shop = Shop::recorded();
    shop.records.insert("orders".to_owned(), Vec::new());
    // 130 orders, two days apart, the last on 2026-11-20: 90 days before noon are since 2026-08-24.
    for id in 1..=130_u64 {
        let day = jiff::civil::date(2026, 11, 20)
            - jiff::Span::new().days(2 * (130 - i64::try_from(id).expect("a day")));
        let mut order = taxed(id);
        for name in ["date_add", "date_upd", "invoice_date"] {
            order[name] = json!(format!("{day} 10:00:00"));
        }
        shop.put("orders", order);
    }
    let (replay, _) = serve(shop);
    let pages = run(&mut *connect(&replay), "", &noon());
    let of = |phase: Phase| {
        let pages = pages.iter().filter(move |page| page.phase == phase);
        pages.flat_map(|page| page.orders_seen.clone()).collect::<Vec<_>>()
    };
    // The first page ends with order 81, of 2026-08-14: older than 90 days, so the rest is history.
    let recent = of(Phase::Recent);
    assert_eq!((recent.len(), recent[0].as_str(), recent[49].as_str()), (50, "130", "81"));
    let older = of(Phase::History);
    assert_eq!((older.len(), older[0].as_str(), older[79].as_str()), (80, "80", "1"));
    assert_eq!(kept(&pages).orders.len(), 130);
    let progress: Vec<_> = pages.iter().filter_map(|page| page.progress).collect();
    assert_eq!(progress[0], (50, 130));
    assert!(progress.contains(&(130, 130)));
    let first = &replay.requests();
    let asked = first.iter().find(|one| one.parameter("filter[id]") == Some("[1,80]"));
    assert_eq!(asked.and_then(|one| one.parameter("sort")), Some("[id_DESC]"));
}

#[test]
fn a_sync_goes_on_from_any_of_its_cursors() {
    let mut shop = Shop::recorded();
    shop.put("orders", taxed(6));
    let (replay, _) = serve(shop);
    let pages = run(&mut *connect(&replay), "", &noon());
    let whole = kept(&pages);
    for cut in 0..pages.len() - 1 {
        // What was committed, then another process from its cursor on.
        let rest = run(&mut *connect(&replay), &pages[cut].cursor, &noon());
        let mut kept = Kept::default();
        keep(&mut kept, pages[..=cut].iter().chain(&rest));
        assert_eq!(kept, whole, "after page {cut}");
    }
    // A cursor of nobody begins again.
    assert_eq!(kept_orders(&run(&mut *connect(&replay), "{\"v\":0}", &noon())), 6);
}

fn kept_orders(pages: &[Page]) -> usize {
    kept(pages).orders.len()
}

#[test]
fn later_runs_bring_what_was_changed_and_carts_that_were_ordered() {
    let mut shop = Shop::recorded();
    let rows = r#"[{"id_product":"2","id_product_attribute":"10","quantity":"2"}]"#;
    let rows: serde_json::Value = serde_json::from_str(rows).expect("JSON");
    shop.put(
        "carts",
        json!({"id": 6, "id_currency": "1", "id_customer": "0", "date_add": "2026-11-22 09:00:00",
            "date_upd": "2026-11-22 09:05:00", "associations": {"cart_rows": rows}}),
    );
    let (replay, shared, mut kept, cursor) = imported(shop);
    let open = &kept.carts["6"];
    // 2 × 26.999852 of the catalogue; nobody known.
    assert_eq!(
        (open.state, open.total, open.customer.id.as_deref()),
        (CartState::Open, 5400, None)
    );
    assert_eq!((open.lines[0].product.as_deref(), open.lines[0].quantity), (Some("demo_2"), 2));

    // Nothing new: nothing but what the overlap repeats.
    let quiet = run(&mut *connect(&replay), &cursor, &noon());
    assert!(quiet.iter().all(|page| page.phase == Phase::Changes));
    {
        let mut shop = shared.lock().expect("the shop");
        let mut order = taxed(6);
        order["id_cart"] = json!("6");
        order["date_add"] = json!("2026-11-22 12:58:00");
        order["date_upd"] = json!("2026-11-22 12:58:00");
        shop.put("orders", order);
        let paid = json!({"current_state": "2", "valid": "1", "date_upd": "2026-11-22 12:59:00",
            "invoice_date": "2026-11-22 12:59:00"});
        shop.change("orders", 2, &paid);
        shop.change(
            "customers",
            1,
            &json!({"email": "new@prestashop.com", "date_upd": "2026-11-22 12:57:00"}),
        );
    }
    let pages = run(&mut *connect(&replay), &quiet.last().expect("a page").cursor, &noon());
    keep(&mut kept, &pages);
    assert_eq!(
        (kept.orders["2"].class, kept.orders["2"].status.as_str()),
        (Class::Paid, "Payment accepted")
    );
    assert_eq!(kept.orders["2"].paid, Some(at("2026-11-22T11:59:00Z")));
    assert_eq!(kept.orders["6"].total(), 4367);
    let cart = &kept.carts["6"];
    assert_eq!(
        (cart.state, cart.order.as_deref(), cart.total),
        (CartState::Ordered, Some("6"), 4367)
    );
    assert_eq!(kept.customers["1"].identity.email.as_deref(), Some("new@prestashop.com"));
    let dated: Vec<_> = replay
        .requests()
        .into_iter()
        .filter(|one| one.parameter("filter[date_upd]").is_some())
        .collect();
    assert!(!dated.is_empty() && dated.iter().all(|one| one.parameter("date") == Some("1")));
}

#[test]
fn an_empty_shop_is_no_failure() {
    let mut shop = Shop::recorded();
    for rows in shop.records.values_mut() {
        rows.clear();
    }
    let (replay, _) = serve(shop);
    let mut connector = connect(&replay);
    assert_eq!(connector.check().expect("facts").currency, None);
    let pages = run(&mut *connector, "", &noon());
    assert!(pages.iter().all(|page| page.records.is_empty() && page.refused.is_empty()));
    assert!(pages.iter().all(|page| page.notes.is_empty()), "an empty list is no missing right");
}

#[test]
fn one_bad_order_never_loses_the_others() {
    let mut shop = Shop::recorded();
    shop.change("orders", 2, &json!({"date_add": "yesterday"}));
    shop.change("orders", 3, &json!({"total_paid_tax_incl": "beaucoup"}));
    shop.records.get_mut("orders").expect("orders").push(json!(17));
    let (replay, _) = serve(shop);
    let pages = run(&mut *connect(&replay), "", &noon());
    assert_eq!(kept(&pages).orders.keys().collect::<Vec<_>>(), ["1", "4", "5"]);
    let refused: Vec<_> = pages
        .iter()
        .filter(|page| page.phase == Phase::Recent)
        .flat_map(|page| &page.refused)
        .map(|one| (one.kind.as_str(), one.id.as_str(), one.field.as_str(), one.value.as_str()))
        .collect();
    assert!(refused.contains(&("order", "2", "date_add", "yesterday")), "{refused:?}");
    assert!(refused.contains(&("order", "3", "total_paid_tax_incl", "beaucoup")), "{refused:?}");
}

#[test]
fn a_key_for_orders_alone_brings_orders_and_says_what_is_missing() {
    let mut shop = Shop::recorded();
    shop.forbidden =
        shop.records.keys().filter(|name| *name != "orders").cloned().collect::<Vec<_>>();
    let (replay, _) = serve(shop);
    let mut connector = connect(&replay);
    let facts = connector.check().expect("facts");
    let missing: Vec<_> = facts.notes.iter().map(|note| note.en.as_str()).collect();
    assert!(
        missing.contains(&"the key does not read order_slip: refunds are missing"),
        "{missing:?}"
    );
    let pages = run(&mut *connector, "", &setting("2026-11-22T12:00:00Z"));
    let kept = kept(&pages);
    assert_eq!(kept.orders.len(), 5);
    let first = &kept.orders["1"];
    // Without settings and currencies, those of Comptoir's shop; without states, the fresh shop's numbers.
    assert_eq!((first.total(), first.currency), (5500, Currency::USD));
    assert_eq!((first.class, first.status.as_str()), (Class::Cancelled, "6"));
    assert_eq!(first.lines[0].product.as_deref(), Some("demo_2"));
    let notes: Vec<_> = pages.iter().flat_map(|page| &page.notes).collect();
    assert_eq!(notes.iter().filter(|note| note.en.starts_with("order_slip:")).count(), 1);
    assert!(notes.iter().any(|note| note.fr.contains("les remboursements manquent")));
}

#[test]
fn the_shop_says_who_it_is_and_which_version_is_unproven() {
    let (replay, shared) = serve(Shop::recorded());
    let facts = connect(&replay).check().expect("facts");
    assert_eq!(facts.name.as_deref(), Some("Chez Zoé"));
    assert_eq!(facts.currency, Some(Currency::EUR));
    assert_eq!(facts.timezone.as_deref(), Some("Europe/Paris"));
    assert_eq!(facts.version.as_deref(), Some("1.6.1.25"));
    assert!(!facts.notes.iter().any(|note| note.en.contains("unproven")), "{:?}", facts.notes);
    shared.lock().expect("the shop").version = "8.1.7".to_owned();
    let facts = connect(&replay).check().expect("facts");
    assert!(facts.notes.iter().any(|note| note.en.contains("PrestaShop 8.1.7 is unproven")));
}

#[test]
fn a_host_that_drops_the_header_gets_the_key_in_the_address() {
    let mut shop = Shop::recorded();
    shop.drops_header = true;
    let (replay, _) = serve(shop);
    // With the address of the webservice itself, as some people give it.
    let url = format!("{}/api/", replay.url());
    let mut connector = (PLATFORM.connect)(access(&url, KEY)).expect("a connection");
    connector.check().expect("facts");
    assert_eq!(kept_orders(&run(&mut *connector, "", &noon())), 5);
    let refused = replay.requests().iter().filter(|one| one.parameter("ws_key").is_none()).count();
    assert_eq!(refused, 1, "asked once without");
}

/// S011, S073: the person learns which of these it is; and nothing is lost once it is over.
#[test]
fn each_fault_has_its_name_and_the_sync_goes_on_after_it() {
    let (replay, _) = serve(Shop::recorded());
    let kind = |key: &str, url: &str| {
        let connector = (PLATFORM.connect)(access(url, key));
        connector.and_then(|mut connector| connector.check()).expect_err("a failure").kind
    };
    assert_eq!(kind("WRONG", &replay.url()), FailureKind::Unauthorized);
    assert_eq!(kind("", &replay.url()), FailureKind::Unauthorized);
    assert_eq!(kind(KEY, &format!("{}/nowhere", replay.url())), FailureKind::NotFound);
    assert_eq!(kind(KEY, "ftp://boutique.fr"), FailureKind::Address);
    for (fault, expected) in [
        (Fault::Silence, FailureKind::Timeout),
        (Fault::Status(401, Vec::new()), FailureKind::Unauthorized),
        (Fault::Status(403, Vec::new()), FailureKind::Forbidden),
        (Fault::Status(429, vec![("Retry-After".into(), "7".into())]), FailureKind::Throttled),
        (Fault::Status(500, Vec::new()), FailureKind::Server),
        (Fault::Truncated, FailureKind::Truncated),
        (Fault::Page, FailureKind::NotTheApi),
    ] {
        let whole = run(&mut *connect(&replay), "", &noon());
        // From the second page on nothing works; then all does again, in another process.
        let mut connector = connect(&replay);
        let first = connector.pull("", &noon()).expect("a page");
        let broken = fault.clone();
        replay.break_with(move |_, _| Some(broken.clone()));
        let failure = connector.pull(&first.cursor, &noon()).expect_err("a failure");
        assert_eq!(failure.kind, expected, "{fault:?}");
        replay.mend();
        let rest = run(&mut *connect(&replay), &first.cursor, &noon());
        let mut again = Kept::default();
        keep(&mut again, [&first].into_iter().chain(&rest));
        assert_eq!(again, kept(&whole), "{fault:?}");
    }
}

/// Garbage beside the orders costs what it would have told, and no order; slips that fail for a moment
/// are waited for, because an order without its refunds is wrong.
#[test]
fn what_is_not_needed_may_be_garbage() {
    let mut shop = Shop::recorded();
    shop.put("orders", taxed(6));
    let (replay, _) = serve(shop);
    replay.break_with(|_, request| {
        let needed = ["/api/orders", "/api/order_slip"].contains(&request.path.as_str());
        (!needed).then_some(Fault::Page)
    });
    let pages = run(&mut *connect(&replay), "", &noon());
    assert_eq!(kept(&pages).orders["6"].total(), 4367);
    assert_eq!(kept_orders(&pages), 6);
    replay.break_with(|_, request| {
        (request.path == "/api/order_slip").then(|| Fault::Status(500, Vec::new()))
    });
    let mut connector = connect(&replay);
    let mut cursor = String::new();
    let failure = loop {
        match connector.pull(&cursor, &noon()) {
            Ok(page) => {
                assert!(page.more && page.orders_seen.is_empty());
                cursor = page.cursor;
            }
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.kind, FailureKind::Server);
}

#[test]
fn a_switched_off_webservice_is_named() {
    let disabled = "<prestashop><errors><error><code><![CDATA[22]]></code><message><![CDATA[The PrestaShop webservice is disabled. Please activate it in the PrestaShop Back Office]]></message></error></errors></prestashop>";
    let replay = Replay::start(move |_| crate::replay::Response {
        status: 503,
        headers: Vec::new(),
        body: disabled.as_bytes().to_vec(),
    });
    let failure = connect(&replay).check().expect_err("a failure");
    assert!(failure.reason.fr.contains("désactivé"), "{failure}");
    assert!(failure.remedy.fr.contains("Paramètres avancés"));
}

#[test]
fn records_are_read_again_by_their_ids_and_a_gone_order_is_a_tombstone() {
    let (replay, _) = serve(Shop::recorded());
    let mut connector = connect(&replay);
    let order = |id: &str| Wanted { kind: "order".to_owned(), id: id.to_owned() };
    let seen = at("2026-11-20T10:00:00Z");
    let wanted = [
        (order("3"), None),
        (order("77"), Some(seen)),
        (order("78"), None),
        (Wanted { kind: "product".to_owned(), id: "2".to_owned() }, None),
        (Wanted { kind: "customer".to_owned(), id: "1".to_owned() }, None),
    ];
    let page = connector.fetch(&wanted, &noon()).expect("a page");
    let kept = kept(&[page]);
    assert_eq!(kept.orders.keys().collect::<Vec<_>>(), ["3", "77"]);
    assert_eq!((kept.orders["3"].total(), kept.orders["3"].class), (7601, Class::Failed));
    assert_eq!(kept.orders["77"].class, Class::Deleted);
    assert_eq!(kept.orders["77"].version.modified, seen);
    assert_eq!(kept.products["demo_2"].cost, Some(810));
    assert!(kept.customers.contains_key("1"));
}

#[test]
fn prestashop_sends_no_webhooks_and_tells_no_totals() {
    let (replay, _) = serve(Shop::recorded());
    let mut connector = connect(&replay);
    assert_eq!(connector.subscribe("https://x.fr/hook", "s").expect("none"), 0);
    let delivery = comptoir_sources::connector::Delivery { headers: &[], body: b"{}", secret: "s" };
    assert!(connector.hook(delivery).is_err());
    let day = jiff::civil::date(2026, 11, 21);
    assert_eq!(connector.totals(day, day, &noon()).expect("no totals"), None);
    assert!(!PLATFORM.webhooks);
}

/// The table of the documentation answers for every field, in its order.
#[test]
fn the_platform_answers_for_every_field() {
    let told: Vec<_> = PLATFORM.brought.iter().map(|brought| brought.field).collect();
    assert_eq!(told, comptoir_sources::connector::FIELDS_BROUGHT);
    for brought in PLATFORM.brought {
        assert!(!brought.from.is_empty() || !brought.note.fr.is_empty(), "{}", brought.field);
        assert_eq!(brought.note.fr.is_empty(), brought.note.en.is_empty(), "{}", brought.field);
    }
}

/// A webservice that sorts, cuts or filters less than it should costs requests, and no order.
#[test]
fn a_lesser_webservice_brings_the_same_orders() {
    for ignored in [&["sort"][..], &["limit"], &["sort", "limit", "filter", "display"]] {
        let mut shop = Shop::recorded();
        for id in 6..=120 {
            shop.put("orders", taxed(id));
        }
        let expected = kept(&run(&mut *connect(&serve(shop.clone()).0), "", &noon())).orders;
        shop.ignores = ignored.to_vec();
        let (replay, _) = serve(shop);
        let pages = run(&mut *connect(&replay), "", &noon());
        assert_eq!(kept(&pages).orders, expected, "{ignored:?}");
        assert_eq!(expected.len(), 120);
    }
    // Pages that are always the same are told, not taken for the end.
    let mut shop = Shop::recorded();
    for id in 6..=120 {
        shop.put("orders", taxed(id));
    }
    shop.ignores = vec!["filter"];
    let (replay, _) = serve(shop);
    let mut connector = connect(&replay);
    let mut cursor = String::new();
    let failure = loop {
        match connector.pull(&cursor, &noon()) {
            Ok(page) => cursor = page.cursor,
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.kind, FailureKind::Protocol);
}

/// Fewer at once than was asked for is not the end of the list.
#[test]
fn short_pages_are_not_the_end_of_history() {
    let mut shop = Shop::recorded();
    for id in 6..=120 {
        shop.put("orders", taxed(id));
    }
    shop.most = Some(20);
    let (replay, _) = serve(shop);
    let mut seen = std::collections::BTreeSet::new();
    for page in run(&mut *connect(&replay), "", &noon()) {
        let first = page.phase != Phase::Changes;
        seen.extend(page.orders_seen.into_iter().filter(|_| first));
    }
    assert_eq!(seen.len(), 120);
}

/// PHP that dies in the middle answers nothing at all, with a success: that is no empty list.
#[test]
fn an_empty_answer_is_neither_the_end_of_history_nor_an_order_without_refunds() {
    let mut shop = Shop::recorded();
    for id in 6..=120 {
        shop.put("orders", taxed(id));
    }
    let (replay, _) = serve(shop);
    let whole = kept(&run(&mut *connect(&replay), "", &noon()));
    for resource in ["/api/orders", "/api/order_slip"] {
        let (mut again, mut cursor, mut failures) = (Kept::default(), String::new(), 0);
        let mut asked = 0;
        // Every third answer is empty.
        replay.break_with(move |_, request| {
            asked += u32::from(request.path == resource);
            (request.path == resource && asked % 3 == 0).then_some(Fault::Empty)
        });
        let mut connector = connect(&replay);
        loop {
            match connector.pull(&cursor, &noon()) {
                Ok(page) => {
                    keep(&mut again, [&page]);
                    cursor = page.cursor;
                    if !page.more {
                        break;
                    }
                }
                Err(failure) => {
                    assert_eq!(failure.kind, FailureKind::Truncated);
                    failures += 1;
                    assert!(failures < 100, "it never ends");
                }
            }
        }
        assert!(failures > 0);
        assert_eq!(again.orders, whole.orders, "{resource}");
        replay.mend();
    }
}

/// Nothing of this proves that an order is gone.
#[test]
fn a_webservice_that_is_gone_for_a_moment_leaves_no_tombstone() {
    let (replay, _) = serve(Shop::recorded());
    let order = |id: &str| Wanted { kind: "order".to_owned(), id: id.to_owned() };
    let seen = Some(at("2026-11-20T10:00:00Z"));
    let wanted = [(order("3"), seen), (order("77"), seen)];
    for fault in [Fault::Empty, Fault::Page, Fault::Status(404, Vec::new())] {
        let broken = fault.clone();
        replay.break_with(move |_, request| {
            request.path.starts_with("/api/orders").then(|| broken.clone())
        });
        assert!(connect(&replay).fetch(&wanted, &noon()).is_err(), "{fault:?}");
    }
    // The list leaves out order 3, its own address has it: it comes, and only 77 is gone.
    let (replay, _) = serve(Shop { most: Some(0), ..Shop::recorded() });
    let page = connect(&replay).fetch(&wanted, &noon()).expect("a page");
    let classes: Vec<_> =
        kept(&[page]).orders.into_iter().map(|(id, order)| (id, order.class)).collect();
    assert_eq!(classes, [("3".to_owned(), Class::Failed), ("77".to_owned(), Class::Deleted)]);
}

/// The key is refused for the slips, and a moment later for all: an order without its refunds is wrong.
#[test]
fn slips_that_a_refused_key_can_t_tell_are_waited_for() {
    let (replay, _) = serve(Shop::recorded());
    let mut connector = connect(&replay);
    let mut refused = false;
    replay.break_with(move |_, request| {
        refused |= request.path == "/api/order_slip";
        refused.then(|| Fault::Status(401, Vec::new()))
    });
    let mut cursor = String::new();
    let failure = loop {
        match connector.pull(&cursor, &noon()) {
            Ok(page) => {
                assert!(page.orders_seen.is_empty());
                cursor = page.cursor;
            }
            Err(failure) => break failure,
        }
    };
    assert_eq!(failure.kind, FailureKind::Unauthorized);
}

/// A slip whose amount the merchant typed gives back that amount, whatever its lines come to; one of an
/// old version tells an amount with tax and nothing else.
#[test]
fn typed_amounts_and_old_slips_give_back_what_they_say() {
    let mut shop = Shop::recorded();
    shop.put("orders", taxed(6));
    let lines = json!({"order_slip_details": [{"id": "1", "id_order_detail": "101",
        "product_quantity": "3", "amount_tax_excl": "24.980000", "amount_tax_incl": "29.970000"}]});
    // 10.00 of 29.97 with tax: 24.98 ÷ 29.97 of it, 8.335, is goods and the rest, 1.665, is tax.
    shop.put(
        "order_slip",
        json!({"id": 1, "id_order": "6", "total_products_tax_excl": "24.980000",
            "total_products_tax_incl": "29.970000", "total_shipping_tax_excl": "0.000000",
            "total_shipping_tax_incl": "0.000000", "amount": "10.000000", "order_slip_type": "2",
            "date_add": "2026-11-22 09:00:00", "associations": lines}),
    );
    shop.put(
        "order_slip",
        json!({"id": 2, "id_order": "6", "amount": "12.000000", "shipping_cost_amount": "3.000000",
            "date_add": "2026-11-22 10:00:00"}),
    );
    shop.put("order_slip", json!({"id": 3, "id_order": "6", "amount": "1.00", "date_add": "soon"}));
    let (replay, _) = serve(shop);
    let pages = run(&mut *connect(&replay), "", &noon());
    let order = &kept(&pages).orders["6"];
    let [typed, old] = order.refunds.as_slice() else { panic!("two refunds") };
    let told = typed.told();
    assert_eq!((typed.total, told.total(), typed.untold()), (Some(1000), 1000, 0));
    assert!((833..=834).contains(&told.goods), "{told:?}");
    assert_eq!((old.total, old.lines.len(), old.untold()), (Some(1500), 0, 1500));
    // The third is told, and loses neither the order nor the others.
    let refused: Vec<_> = pages.iter().flat_map(|page| &page.refused).collect();
    assert!(refused.iter().any(|one| (one.kind.as_str(), one.id.as_str()) == ("refund", "3")));
}

/// A version that tells what was given back with tax only: the tax is worked out of the order's lines,
/// never taken for the whole amount (S036).
#[test]
fn a_slip_told_with_tax_only_is_parted_as_its_order_was() {
    let mut shop = Shop::recorded();
    shop.put("orders", taxed(6));
    let slip = |id: u64, with: &str, shipping: &str, details: serde_json::Value| {
        json!({"id": id, "id_order": "6", "amount": with, "total_products_tax_incl": with,
            "shipping_cost_amount": shipping, "partial": "1",
            "date_add": format!("2026-11-22 0{id}:00:00"),
            "associations": {"order_slip_details": details}})
    };
    let one = |line: &str, with: &str| json!([{"id_order_detail": line, "product_quantity": "1", "amount_tax_incl": with}]);
    // One shirt of three, 24.98 ÷ 3 = 8.33 and 9.99 with tax; shipping whole, 6.00 of which 5.00 without.
    shop.put("order_slip", slip(1, "9.990000", "6.000000", one("101", "9.990000")));
    // The book at 5.5 %: 10.00 and 10.55.
    shop.put("order_slip", slip(2, "10.550000", "0.000000", one("102", "10.550000")));
    // Half a shirt, 4.80 with tax at 20 %: 4.00.
    shop.put("order_slip", slip(3, "4.800000", "0.000000", one("101", "4.800000")));
    // No lines: nothing says what it is of, so it is split like any amount.
    shop.put("order_slip", slip(4, "2.000000", "0.000000", json!([])));
    // 21.10 of which only one book is on a line: the other half is shared as the book is.
    shop.put("order_slip", slip(5, "21.100000", "0.000000", one("102", "10.550000")));
    let (_replay, _, kept, _) = imported(shop);
    let told: Vec<_> = kept.orders["6"]
        .refunds
        .iter()
        .map(|refund| {
            let told = refund.told();
            (told.goods, told.shipping, told.tax, refund.total, refund.untold())
        })
        .collect();
    assert_eq!(
        told,
        [
            (833, 500, 166 + 100, Some(1599), 0),
            (1000, 0, 55, Some(1055), 0),
            (400, 0, 80, Some(480), 0),
            (0, 0, 0, Some(200), 200),
            (2000, 0, 110, Some(2110), 0),
        ]
    );
}
