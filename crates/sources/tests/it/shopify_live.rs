//! Shopify, read from a replay of its API (S001, S011, S036, S072). Amounts are worked out by hand in
//! the comments.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};

use comptoir_model::{
    Cart, CartState, Class, Currency, LineKind, Order, Product, Record, Refund, TaxRate,
};
use comptoir_sources::connector::{
    Access, Connector, Delivery, Page, Phase, Setting, Wanted, platform,
};
use comptoir_sources::http::Pace;
use comptoir_sources::{Failure, FailureKind};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::replay::shopify::{
    Shop, bag, cents, checkout, line, order, product, ranged, refund, tax, way,
};
use crate::replay::{Fault, Replay, Response};

const NOW: &str = "2026-11-22T12:00:00Z";

fn now() -> Timestamp {
    NOW.parse().expect("a time")
}

fn setting() -> Setting {
    Setting { now: now(), currency: Currency::EUR, timezone: TimeZone::UTC }
}

struct Played {
    shop: Arc<Mutex<Shop>>,
    server: Replay,
}

fn play(shop: Shop) -> Played {
    let shop = Arc::new(Mutex::new(shop));
    let answering = Arc::clone(&shop);
    let server = Replay::start(move |request| answering.lock().expect("the shop").answer(request));
    Played { shop, server }
}

impl Played {
    fn connect(&self, credentials: &[(&str, &str)]) -> Box<dyn Connector> {
        let access = Access {
            url: self.server.url(),
            credentials: credentials
                .iter()
                .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
                .collect(),
            private: true,
            pace: Pace::impatient(),
        };
        (platform("shopify").expect("known").connect)(access).expect("credentials")
    }

    fn open(&self) -> Box<dyn Connector> {
        self.connect(&[("token", "shpat_test"), ("secret", "hush")])
    }

    fn shop(&self) -> std::sync::MutexGuard<'_, Shop> {
        self.shop.lock().expect("the shop")
    }
}

/// What several pulls brought: the last word on each record.
#[derive(Default, Debug, PartialEq)]
struct Ledger {
    orders: BTreeMap<String, Order>,
    products: BTreeMap<String, Product>,
    carts: BTreeMap<String, Cart>,
    refused: Vec<String>,
    notes: BTreeSet<String>,
    /// How often an order was sent.
    sent: BTreeMap<String, usize>,
    phases: Vec<Phase>,
}

impl Ledger {
    fn take(&mut self, page: Page) {
        for record in page.records {
            match record {
                Record::Order(order) => {
                    *self.sent.entry(order.id.clone()).or_default() += 1;
                    self.orders.insert(order.id.clone(), *order);
                }
                Record::Product(product) => {
                    self.products.insert(product.code.clone(), *product);
                }
                Record::Cart(cart) => {
                    self.carts.insert(cart.id.clone(), *cart);
                }
                other => panic!("unexpected {other:?}"),
            }
        }
        self.refused
            .extend(page.refused.into_iter().map(|r| format!("{} {} {}", r.kind, r.id, r.field)));
        self.notes.extend(page.notes.into_iter().map(|note| note.en));
        self.phases.push(page.phase);
    }
}

/// Pulls until there is nothing more at once; returns the cursor.
fn walk(connector: &mut dyn Connector, from: &str, ledger: &mut Ledger) -> String {
    let mut cursor = from.to_owned();
    for _ in 0..500 {
        let page = connector.pull(&cursor, &setting()).expect("a page");
        cursor.clone_from(&page.cursor);
        let more = page.more;
        ledger.take(page);
        if !more {
            return cursor;
        }
    }
    panic!("no end");
}

fn read(orders: Vec<Value>) -> Ledger {
    let played = play(Shop::new(orders));
    let mut ledger = Ledger::default();
    walk(played.open().as_mut(), "", &mut ledger);
    ledger
}

fn only(told: Value) -> Order {
    let ledger = read(vec![told]);
    assert_eq!(ledger.refused, Vec::<String>::new());
    ledger.orders.into_values().next().expect("an order")
}

const DAY: &str = "2026-11-20T09:00:00Z";

fn sums(order: &Order) -> [i64; 6] {
    [
        order.gross(),
        order.discounts(),
        order.shipping_amount,
        order.fee_amount(),
        order.tax(),
        order.total(),
    ]
}

/// 2 × 10.00 and 1 × 30.00 without tax, 5.00 off the whole order (2.00 and 3.00), 6.00 shipping, 20 %:
/// tax (18 + 27 + 6) × 20 % = 10.20; total 51 + 10.20 = 61.20.
fn excluded() -> Value {
    let lines = vec![
        line(1, Some("THE-1"), 2, "20.00", &["2.00"], vec![tax("20.0", "3.60")]),
        line(2, None, 1, "30.00", &["3.00"], vec![tax("20.0", "5.40")]),
    ];
    let ways = vec![way("Colissimo", "6.00", vec![tax("20.0", "1.20")])];
    let change = json!({
        "discountCodes": ["NOEL"],
        "customerJourneySummary": {"lastVisit": {"source": "an email",
            "utmParameters": {"source": "brevo", "medium": "email", "campaign": "noel"}}},
        "displayFulfillmentStatus": "FULFILLED", "fulfillments": [{"createdAt": "2026-11-21T08:00:00Z"}],
    });
    order(1001, DAY, "61.20", "10.20", lines, ways, change)
}

#[test]
fn an_order_without_tax_in_its_prices_comes_over_to_the_cent() {
    let order = only(excluded());
    // gross 20 + 30, discount 2 + 3, shipping 6, fees 0, tax, total.
    assert_eq!(sums(&order), [5000, 500, 600, 0, 1020, 6120]);
    assert_eq!((order.id.as_str(), order.number.as_deref()), ("1001", Some("#1001")));
    assert_eq!((order.status.as_str(), order.class), ("PAID/FULFILLED", Class::Fulfilled));
    assert_eq!(order.lines[0].product.as_deref(), Some("THE-1"), "the SKU");
    assert_eq!(order.lines[1].product.as_deref(), Some("7001"), "else the product's number");
    assert_eq!(order.lines[0].cost, Some(400));
    assert_eq!(order.lines[0].category.as_deref(), Some("Thés"));
    assert_eq!(order.lines[0].taxes[0].rate, Some(TaxRate(20_000)));
    assert_eq!(order.coupons, ["NOEL"]);
    assert_eq!(
        [&order.source, &order.medium, &order.campaign, &order.channel].map(|told| told.as_deref()),
        [Some("brevo"), Some("email"), Some("noel"), Some("web")]
    );
    assert_eq!(order.billing.country.as_deref(), Some("FR"));
    assert_eq!(order.shipping.country.as_deref(), Some("BE"));
    assert_eq!(order.payment_method.as_deref(), Some("shopify_payments"));
    assert_eq!(order.shipping_method.as_deref(), Some("Colissimo"));
    assert_eq!(order.customer.id.as_deref(), Some("81001"));
    assert_eq!(order.customer.email.as_deref(), Some("client1001@exemple.fr"));
    assert_eq!(order.paid.expect("paid").to_string(), DAY);
    assert_eq!(order.completed.expect("sent").to_string(), "2026-11-21T08:00:00Z");
    assert_eq!(order.payments[0].amount, 6120);
}

/// 24.00 less 6.00 with 20 % inside (3.00 of 18.00), 10.55 with 5.5 % inside (0.55), shipping 6.00 with
/// 1.00 inside: total 34.55, tax 4.55. Without tax: 20.00 less 5.00, 10.00, 5.00.
fn included(change: &Value) -> Value {
    let lines = vec![
        line(1, Some("A"), 2, "24.00", &["6.00"], vec![tax("20.0", "3.00")]),
        line(2, Some("B"), 1, "10.55", &[], vec![tax("5.5", "0.55")]),
    ];
    let ways = vec![way("Colissimo", "6.00", vec![tax("20.0", "1.00")])];
    let mut told = order(1002, DAY, "34.55", "4.55", lines, ways, json!({"taxesIncluded": true}));
    for (name, value) in change.as_object().expect("members") {
        told[name] = value.clone();
    }
    told
}

#[test]
fn tax_is_taken_out_of_prices_that_contain_it_exactly() {
    let order = only(included(&json!({})));
    assert_eq!(sums(&order), [3000, 500, 500, 0, 455, 3455]);
    assert_eq!(
        (order.lines[0].gross, order.lines[0].discount, order.lines[0].tax()),
        (2000, 500, 300)
    );
    assert_eq!(order.lines[1].taxes[0].rate, Some(TaxRate(5_500)));
}

fn lines_of(told: &Value) -> (Value, Value) {
    (told["lineItems"][0].clone(), told["lineItems"][1].clone())
}

fn refund_of(told: Value) -> Refund {
    only(told).refunds.into_iter().next().expect("a refund")
}

/// The second line came back: 10.55, of which 0.55 tax at 5.5 %.
#[test]
fn a_partial_refund_gives_back_the_line_with_its_tax() {
    let (_, second) = lines_of(&included(&json!({})));
    let back =
        refund(9001, "2026-11-21T10:00:00Z", "10.55", &[(&second, 1, "10.55", "0.55")], None, &[]);
    let order =
        only(included(&json!({"refunds": [back], "displayFinancialStatus": "PARTIALLY_REFUNDED"})));
    assert_eq!((order.status.as_str(), order.class), ("PARTIALLY_REFUNDED", Class::Paid));
    assert_eq!(order.total(), 3455, "the order stays what it was");
    let refund = &order.refunds[0];
    assert_eq!((refund.id.as_str(), refund.order.as_deref()), ("9001", Some("1002")));
    assert_eq!(refund.at.to_string(), "2026-11-21T10:00:00Z");
    let line = &refund.lines[0];
    assert_eq!((line.product.as_deref(), line.quantity, line.amount), (Some("B"), 1, 1000));
    assert_eq!((line.taxes[0].rate, line.taxes[0].amount), (Some(TaxRate(5_500)), 55));
    assert_eq!((refund.total, refund.untold()), (Some(1055), 0));
    assert_eq!(refund.reason.as_deref(), Some("cassé"));
}

/// Everything: 18.00 (3.00 tax), 10.55 (0.55), shipping 6.00 (1.00): each part of the order is given back.
#[test]
fn a_full_refund_gives_back_every_part() {
    let told = included(&json!({}));
    let (first, second) = lines_of(&told);
    let lines = [(&first, 2, "18.00", "3.00"), (&second, 1, "10.55", "0.55")];
    let back = refund(9002, DAY, "34.55", &lines, Some(("6.00", "1.00")), &[]);
    let order = only(included(&json!({"refunds": [back], "displayFinancialStatus": "REFUNDED"})));
    assert_eq!(order.class, Class::Refunded);
    let parts = order.refunds[0].told();
    assert_eq!([parts.goods, parts.shipping, parts.fees, parts.tax], [2500, 500, 0, 455]);
    assert_eq!(parts.total(), order.total());
}

/// Shipping whose refund is told without its tax: 5.00 and 1.00 make the 6.00 that were paid back.
#[test]
fn the_money_that_was_paid_back_decides_how_a_refund_is_read() {
    let (first, _) = lines_of(&included(&json!({})));
    let back =
        refund(9003, DAY, "24.00", &[(&first, 2, "18.00", "3.00")], Some(("5.00", "1.00")), &[]);
    let parts = refund_of(included(&json!({"refunds": [back]}))).told();
    assert_eq!([parts.goods, parts.shipping, parts.tax, parts.total()], [1500, 500, 400, 2400]);
}

/// 10.55 came back, 5.00 was given: 5.00 over 10.00 and 0.55 is 4.739 and 0.261, so 4.74 and 0.26.
/// 12.00 as a gesture, without a line: nothing is told of its parts.
#[test]
fn less_or_more_than_the_lines_say_is_given_back_to_the_cent() {
    let (_, second) = lines_of(&included(&json!({})));
    let less = refund(9004, DAY, "5.00", &[(&second, 1, "10.55", "0.55")], None, &["5.55"]);
    let less = refund_of(included(&json!({"refunds": [less]})));
    assert_eq!((less.lines[0].amount, less.told().tax, less.total), (474, 26, Some(500)));
    let gesture = refund(9005, DAY, "12.00", &[], None, &["-12.00"]);
    let gesture = refund_of(included(&json!({"refunds": [gesture]})));
    assert_eq!((gesture.told().total(), gesture.untold(), gesture.total), (0, 1200, Some(1200)));
    // It is pending: no money has moved yet.
    let pending = refund(9006, DAY, "0.00", &[(&second, 1, "10.55", "0.55")], None, &["10.55"]);
    let pending = refund_of(included(&json!({"refunds": [pending]})));
    assert_eq!((pending.told().total(), pending.total), (0, Some(0)));
}

/// Two at 20.00, one taken out before it was paid: the order is 40.00, 20.00 is taken back, 20.00 is left.
#[test]
fn a_line_that_an_edit_took_out_is_given_back_without_money() {
    let sold = line(1, Some("A"), 2, "40.00", &[], vec![]);
    let out = refund(9007, DAY, "0.00", &[(&sold, 1, "20.00", "0.00")], None, &[]);
    let order = only(order(
        1003,
        DAY,
        "40.00",
        "0.00",
        vec![sold],
        vec![],
        json!({
        "refunds": [out], "displayFinancialStatus": "PENDING"}),
    ));
    assert_eq!(order.class, Class::Pending);
    assert_eq!((order.total(), order.refunds[0].total), (4000, Some(2000)));
    assert_eq!((order.refunds[0].lines[0].quantity, order.refunds[0].lines[0].amount), (1, 2000));
}

#[test]
fn cancelled_test_and_gift_card_orders_are_told_apart() {
    let sold = || vec![line(1, Some("A"), 1, "50.00", &[], vec![])];
    let cancelled = only(order(
        1,
        DAY,
        "50.00",
        "0.00",
        sold(),
        vec![],
        json!({
        "cancelledAt": "2026-11-21T00:00:00Z", "displayFinancialStatus": "VOIDED"}),
    ));
    assert_eq!(
        (cancelled.status.as_str(), cancelled.class),
        ("CANCELLED/VOIDED", Class::Cancelled)
    );
    assert_eq!(cancelled.cancelled.expect("a day").to_string(), "2026-11-21T00:00:00Z");
    assert_eq!(cancelled.paid, None);
    assert!(only(order(1, DAY, "50.00", "0.00", sold(), vec![], json!({"test": true}))).test);
    let mut card = sold();
    card[0]["isGiftCard"] = json!(true);
    let gift = only(order(1, DAY, "50.00", "0.00", card, vec![], json!({})));
    assert_eq!((gift.lines[0].kind, gift.total()), (LineKind::Service, 5000));
    let unknown = only(order(
        1,
        DAY,
        "50.00",
        "0.00",
        sold(),
        vec![],
        json!({
        "displayFinancialStatus": "HALF_PAID"}),
    ));
    assert_eq!((unknown.status.as_str(), unknown.class), ("HALF_PAID", Class::OnHold));
}

/// 10.00, duties 3.00, a tip of 2.00, a fee of 1.20 with 0.20 tax, two ways of shipping at 1.00: 18.20.
/// Cash rounding makes it 18.25.
#[test]
fn duties_tips_fees_and_rounding_add_up_to_the_total() {
    let sold = vec![line(1, Some("A"), 1, "10.00", &[], vec![])];
    let ways = vec![way("Poste", "1.00", vec![]), way("Froid", "1.00", vec![])];
    let change = json!({
        "originalTotalDutiesSet": bag("3.00"), "totalTipReceivedSet": bag("2.00"),
        "additionalFees": [{"name": "Emballage", "price": bag("1.00"), "taxLines": [tax("20.0", "0.20")]}],
    });
    let told = only(order(1, DAY, "18.25", "0.20", sold, ways, change));
    // goods 10, shipping 2, fees 1 + 3 + 2 + 0.05, tax 0.20.
    assert_eq!(sums(&told), [1000, 0, 200, 605, 20, 1825]);
    let names: Vec<&str> = told.fees.iter().map(|fee| fee.name.as_str()).collect();
    assert_eq!(names, ["Emballage", "Droits de douane", "Pourboire", "Écart"]);
}

/// One order without a total, one without a date: they are refused, the third comes in.
#[test]
fn a_bad_order_never_loses_a_good_one() {
    let sold = || vec![line(1, Some("A"), 1, "10.00", &[], vec![])];
    let mut bad = order(1, DAY, "10.00", "0.00", sold(), vec![], json!({}));
    bad["totalPriceSet"] = Value::Null;
    let odd = order(2, DAY, "10.00", "0.00", sold(), vec![], json!({"processedAt": "hier"}));
    let good = order(3, DAY, "10.00", "0.00", sold(), vec![], json!({}));
    let ledger = read(vec![bad, odd, good]);
    assert_eq!(ledger.orders.keys().collect::<Vec<_>>(), ["3"]);
    let refused: BTreeSet<&str> = ledger.refused.iter().map(String::as_str).collect();
    assert_eq!(refused, BTreeSet::from(["order 1 totalPriceSet", "order 2 processedAt"]));
}

/// 130 lines of 1.00, all given back, and 130 variants: more than two pages of each.
#[test]
fn what_is_longer_than_its_page_comes_whole() {
    let lines: Vec<Value> =
        (0..130).map(|n| line(n, Some(&format!("S{n}")), 1, "1.00", &[], vec![])).collect();
    let back: Vec<_> = lines.iter().map(|line| (line, 1, "1.00", "0.00")).collect();
    let back = refund(9010, DAY, "130.00", &back, None, &[]);
    let mut shop =
        Shop::new(vec![order(1, DAY, "130.00", "0.00", lines, vec![], json!({"refunds": [back]}))]);
    let mut tea = product(7001, DAY);
    let variant = tea["variants"][0].clone();
    let variants = (0..130).map(|n| {
        let mut variant = variant.clone();
        variant["sku"] = json!(format!("S{n}"));
        variant
    });
    tea["variants"] = variants.collect();
    shop.products = vec![tea];
    let played = play(shop);
    let mut ledger = Ledger::default();
    walk(played.open().as_mut(), "", &mut ledger);
    let order = &ledger.orders["1"];
    assert_eq!((order.lines.len(), order.total(), order.fees.len()), (130, 13_000, 0));
    assert_eq!((order.refunds[0].lines.len(), order.refunds[0].told().goods), (130, 13_000));
    assert_eq!(ledger.products.len(), 130);
}

/// What the generated shop must come to, from its own totals: orders, cents, cents given back.
fn expected(shop: &Shop) -> (usize, i64, i64) {
    let cents = |bag: &Value| -> i64 {
        bag["shopMoney"]["amount"]
            .as_str()
            .expect("digits")
            .replace('.', "")
            .parse()
            .expect("cents")
    };
    let total = shop.orders.iter().map(|order| cents(&order["totalPriceSet"])).sum();
    let refunds =
        shop.orders.iter().flat_map(|order| order["refunds"].as_array().expect("refunds"));
    (shop.orders.len(), total, refunds.map(|refund| cents(&refund["totalRefundedSet"])).sum())
}

fn found(ledger: &Ledger) -> (usize, i64, i64) {
    let total = ledger.orders.values().map(Order::total).sum();
    let refunds = ledger.orders.values().flat_map(|order| &order.refunds);
    (ledger.orders.len(), total, refunds.map(|refund| refund.told().total()).sum())
}

/// 400 orders, one each 12 hours: 180 in the newest 90 days, 220 by the bulk operation.
#[test]
fn the_first_import_brings_everything_once_newest_first_then_by_bulk() {
    let played = play(Shop::generated(400, 12, now()));
    let mut ledger = Ledger::default();
    let mut connector = played.open();
    let first = connector.pull("", &setting()).expect("the catalogue");
    assert_eq!(first.progress, Some((0, 400)));
    let second = connector.pull(&first.cursor, &setting()).expect("orders");
    let ids = &second.orders_seen;
    assert_eq!(ids[0], "1400", "the newest first");
    walk(connector.as_mut(), "", &mut ledger);
    assert_eq!(found(&ledger), expected(&played.shop()));
    assert_eq!(ledger.refused, Vec::<String>::new());
    let asked = played.server.requests();
    let bulk = asked.iter().filter(|request| request.path.starts_with("/bulk/")).count();
    assert!(bulk >= 1, "the file was read");
    for request in asked.iter().filter(|request| request.path.starts_with("/bulk/")) {
        assert_eq!(request.header("x-shopify-access-token"), None, "the file gets no key");
    }
    let phases: Vec<Phase> = ledger.phases.clone();
    let mut sorted = phases.clone();
    sorted.sort_by_key(|phase| *phase as u8);
    assert_eq!(phases, sorted, "recent, then history, then changes");
    // An order with 25 lines has them all (20 fit on a page): 1001 + 88 = 1089 is a multiple of 11.
    assert_eq!(ledger.orders["1089"].lines.len(), 25);
    assert_eq!(ledger.orders["1386"].lines.len(), 25, "of the newest 90 days, 1386 = 126 × 11");
}

/// What pages tell of an order and what the bulk operation tells are the same to the last field, for
/// the same stamp must mean the same content.
#[test]
fn pages_and_the_bulk_operation_tell_the_same() {
    let by_bulk = play(Shop::generated(70, 72, now()));
    let mut one = Ledger::default();
    walk(by_bulk.open().as_mut(), "", &mut one);
    for bulk in [None, Some((0, "FAILED")), Some((1, "EXPIRED")), Some((0, "CANCELED"))] {
        let mut shop = Shop::generated(70, 72, now());
        shop.bulk = bulk;
        let by_pages = play(shop);
        let mut other = Ledger::default();
        walk(by_pages.open().as_mut(), "", &mut other);
        assert_eq!(one.orders, other.orders, "{bulk:?}");
    }
}

/// The file stands on another host, which gives no pieces, or is gone.
#[test]
fn a_bulk_file_elsewhere_is_read_whole_or_replaced_by_pages() {
    for status in [200, 404] {
        let played = play(Shop::generated(110, 36, now()));
        let shop = Arc::clone(&played.shop);
        let host = Replay::start(move |request| {
            let before = request.path.rsplit('/').next().unwrap_or_default();
            let body = shop.lock().expect("the shop").file(before).into_bytes();
            Response {
                status,
                headers: Vec::new(),
                body: if status == 200 { body } else { Vec::new() },
            }
        });
        played.shop().file_host = Some(host.url());
        let mut ledger = Ledger::default();
        walk(played.open().as_mut(), "", &mut ledger);
        assert_eq!(found(&ledger), expected(&played.shop()), "{status}");
        assert!(
            host.requests()
                .iter()
                .all(|request| request.header("x-shopify-access-token").is_none())
        );
    }
}

/// Children that stand at the end of the file, and an order whose lines are missing: it is read again.
#[test]
fn lines_of_a_bulk_file_find_their_orders_wherever_they_stand() {
    let played = play(Shop::generated(110, 36, now()));
    let shop = Arc::clone(&played.shop);
    let host = Replay::start(move |request| {
        let before = request.path.rsplit('/').next().unwrap_or_default();
        let file = shop.lock().expect("the shop").file(before);
        let (children, parents): (Vec<&str>, Vec<&str>) =
            file.lines().partition(|line| line.contains("__parentId"));
        // The last line is lost, and one is no JSON.
        let text =
            [parents, vec!["{broken"], children[..children.len() - 1].to_vec()].concat().join("\n");
        ranged(request, text.into_bytes())
    });
    played.shop().file_host = Some(host.url());
    let mut ledger = Ledger::default();
    walk(played.open().as_mut(), "", &mut ledger);
    assert_eq!(found(&ledger), expected(&played.shop()));
    assert_eq!(ledger.refused, ["order  "]);
}

/// S072: from any cursor on, everything that follows comes, even with a new program and an empty memory.
#[test]
fn reading_goes_on_from_any_cursor() {
    let played = play(Shop::generated(60, 72, now()));
    let mut cursors = vec![String::new()];
    let mut connector = played.open();
    loop {
        let page = connector.pull(cursors.last().expect("one"), &setting()).expect("a page");
        cursors.push(page.cursor);
        if !page.more {
            break;
        }
    }
    for stop in 0..cursors.len() - 1 {
        let mut ledger = Ledger::default();
        let mut before = played.open();
        for cursor in &cursors[..stop] {
            ledger.take(before.pull(cursor, &setting()).expect("a page"));
        }
        walk(played.open().as_mut(), &cursors[stop], &mut ledger);
        assert_eq!(found(&ledger), expected(&played.shop()), "stopped after {stop}");
    }
    let mut ledger = Ledger::default();
    walk(played.open().as_mut(), "a cursor of another program", &mut ledger);
    assert_eq!(found(&ledger), expected(&played.shop()));
}

#[test]
fn changes_come_once_and_nothing_is_missed_when_our_clock_is_wrong() {
    for hours in [0, 3, -3] {
        let mut shop = Shop::generated(20, 12, now());
        shop.checkouts = vec![checkout(1, "2026-11-22T11:30:00Z", None)];
        let played = play(shop);
        let mut connector = played.open();
        let skewed = Setting {
            now: now().checked_add(jiff::SignedDuration::from_hours(hours)).expect("a time"),
            ..setting()
        };
        let pull_all = |connector: &mut dyn Connector, mut cursor: String, ledger: &mut Ledger| loop {
            let page = connector.pull(&cursor, &skewed).expect("a page");
            cursor.clone_from(&page.cursor);
            let more = page.more;
            ledger.take(page);
            if !more {
                return cursor;
            }
        };
        let cursor = pull_all(connector.as_mut(), String::new(), &mut Ledger::default());
        // An old order changes a minute later, a checkout becomes an order.
        played.shop().orders[9]["updatedAt"] = json!("2026-11-22T12:01:00Z");
        played.shop().orders[9]["displayFinancialStatus"] = json!("REFUNDED");
        played.shop().checkouts[0]["completedAt"] = json!("2026-11-22T12:01:00Z");
        played.shop().checkouts[0]["updatedAt"] = json!("2026-11-22T12:01:00Z");
        let mut changes = Ledger::default();
        let cursor = pull_all(connector.as_mut(), cursor, &mut changes);
        assert_eq!(changes.orders["1011"].class, Class::Refunded, "{hours} h");
        assert_eq!(changes.carts["1"].state, CartState::Ordered, "{hours} h");
        let mut again = Ledger::default();
        pull_all(connector.as_mut(), cursor, &mut again);
        assert_eq!(again.sent, BTreeMap::new(), "the overlap is not sent twice");
    }
}

#[test]
fn carts_products_costs_and_stock_come_over() {
    let mut shop = Shop::new(vec![excluded()]);
    shop.checkouts = vec![checkout(5, DAY, None)];
    let variant = |number: &str, title: &str, sku: Option<&str>, stock: i64, cost: Option<&str>| {
        json!({"legacyResourceId": number, "title": title, "sku": sku, "price": "12.00",
            "inventoryQuantity": stock,
            "inventoryItem": {"tracked": true,
                "unitCost": cost.map(|cost| json!({"amount": cost, "currencyCode": "EUR"}))}})
    };
    shop.products = vec![json!({
        "id": "gid://shopify/Product/7001", "legacyResourceId": "7001", "title": "Thé vert",
        "productType": "Thés", "updatedAt": DAY,
        "variants": [
            variant("71", "100 g", Some("THE-1"), 12, Some("4.00")),
            variant("72", "200 g", None, 5, Some("7.50")),
            variant("73", "500 g", None, -2, None),
        ],
    })];
    let played = play(shop);
    let mut ledger = Ledger::default();
    walk(played.open().as_mut(), "", &mut ledger);
    let product = |code: &str| {
        let product = &ledger.products[code];
        (product.name.as_str(), product.cost, product.stock, product.price)
    };
    assert_eq!(product("THE-1"), ("Thé vert - 100 g", Some(400), Some(12), None));
    // Two variants without a SKU are the product: 5 − 2 in stock.
    assert_eq!(product("7001"), ("Thé vert", Some(750), Some(3), None));
    let cart = &ledger.carts["5"];
    assert_eq!((cart.state, cart.total, cart.lines[0].quantity), (CartState::Open, 4250, 3));
    assert_eq!(cart.customer.email.as_deref(), Some("zoe@exemple.fr"));
}

/// S011: too early is waited for as long as Shopify's own figures say, and no longer than the pace allows.
#[test]
fn throttling_is_waited_for_and_loses_nothing() {
    let mut shop = Shop::generated(60, 12, now());
    // A page asks 25 × 20 + 10 = 510 points; the bucket holds 600 and wins 20,000 a second.
    shop.bucket = (600.0, 600.0, 20_000.0);
    let played = play(shop);
    let mut ledger = Ledger::default();
    let mut connector = played.open();
    walk(connector.as_mut(), "", &mut ledger);
    assert_eq!(found(&ledger), expected(&played.shop()));
    assert_eq!(played.shop().early, 0, "the bucket is never emptied");
    // Another client empties it: once is waited for.
    played.shop().throttle = 1;
    assert!(connector.check().is_ok());
    assert_eq!(played.shop().early, 1);
    // 50 a second, 11 points asked, nothing there: 0.22 s is longer than this pace waits.
    played.shop().throttle = 99;
    played.shop().bucket = (600.0, 0.0, 50.0);
    let failure = connector.check().expect_err("throttled");
    assert_eq!(failure.kind, FailureKind::Throttled);
    let wait = failure.retry_after.expect("a wait").as_secs_f64();
    assert!((0.1..=0.22).contains(&wait), "{wait}");
}

/// A query that costs too much is asked in smaller pieces until it does not.
#[test]
fn pages_become_smaller_where_a_query_costs_too_much() {
    let mut shop = Shop::generated(30, 12, now());
    shop.costliest = 35;
    let played = play(shop);
    let mut ledger = Ledger::default();
    walk(played.open().as_mut(), "", &mut ledger);
    assert_eq!(found(&ledger), expected(&played.shop()));
    let orders = &ledger.orders;
    assert_eq!(orders["1023"].lines.len(), 25, "1023 is a multiple of 11");
}

/// S073: what goes wrong is told apart, and reading goes on afterwards as if nothing had been.
#[test]
fn each_fault_is_told_apart_and_leaves_no_trace() {
    let with =
        |status| move || Fault::Status(status, vec![("Retry-After".to_owned(), "0".to_owned())]);
    let cases: Vec<(Box<dyn Fn() -> Fault + Send>, FailureKind)> = vec![
        (Box::new(|| Fault::Silence), FailureKind::Timeout),
        (Box::new(|| Fault::Truncated), FailureKind::Truncated),
        (Box::new(|| Fault::Page), FailureKind::NotTheApi),
        (Box::new(with(401)), FailureKind::Unauthorized),
        (Box::new(with(402)), FailureKind::Forbidden),
        (Box::new(with(403)), FailureKind::Forbidden),
        (Box::new(with(404)), FailureKind::NotFound),
        (Box::new(with(423)), FailureKind::Forbidden),
        (Box::new(with(429)), FailureKind::Throttled),
        (Box::new(with(500)), FailureKind::Server),
        (Box::new(with(503)), FailureKind::Server),
    ];
    let played = play(Shop::generated(40, 12, now()));
    let mut connector = played.open();
    let begun = connector.pull("", &setting()).expect("the catalogue").cursor;
    for (fault, kind) in cases {
        played.server.break_with(move |_, _| Some(fault()));
        let failure = connector.pull(&begun, &setting()).expect_err("a fault");
        assert_eq!(failure.kind, kind, "{failure}");
        played.server.mend();
    }
    let mut ledger = Ledger::default();
    walk(connector.as_mut(), &begun, &mut ledger);
    assert_eq!(found(&ledger), expected(&played.shop()));
}

/// Half of the requests fail in turn; each pull is tried again as the engine would.
#[test]
fn an_unsteady_line_brings_the_same() {
    let played = play(Shop::generated(110, 36, now()));
    played.server.break_with(|count, _| match count % 5 {
        1 => Some(Fault::Status(500, Vec::new())),
        3 => Some(Fault::Truncated),
        _ => None,
    });
    let (mut ledger, mut cursor, mut connector) = (Ledger::default(), String::new(), played.open());
    for _ in 0..1000 {
        let Ok(page) = connector.pull(&cursor, &setting()) else { continue };
        cursor.clone_from(&page.cursor);
        let more = page.more;
        ledger.take(page);
        if !more {
            break;
        }
    }
    assert_eq!(found(&ledger), expected(&played.shop()));
}

/// An order that vanishes between two pages shifts nothing: the cursor names a place, not a number.
#[test]
fn a_list_that_shrinks_while_it_is_read_loses_nobody_else() {
    let played = play(Shop::generated(80, 12, now()));
    let mut connector = played.open();
    let mut ledger = Ledger::default();
    let mut cursor = String::new();
    for _ in 0..2 {
        let page = connector.pull(&cursor, &setting()).expect("a page");
        cursor.clone_from(&page.cursor);
        ledger.take(page);
    }
    assert_eq!(ledger.orders.len(), 25);
    // The two newest, on the page that was read; one of the pages to come.
    played.shop().orders.drain(..2);
    played.shop().orders.remove(60);
    walk(connector.as_mut(), &cursor, &mut ledger);
    assert_eq!(ledger.orders.len(), 79);
}

#[test]
fn records_are_fetched_again_and_what_is_gone_is_a_tombstone() {
    let played = play(Shop::generated(40, 12, now()));
    let mut connector = played.open();
    let last: Timestamp = DAY.parse().expect("a time");
    let want = |kind: &str, id: &str| (Wanted { kind: kind.into(), id: id.into() }, Some(last));
    let mut wanted = vec![want("order", "1010"), want("order", "1020"), want("order", "77")];
    // Twice and in another order: the same.
    let page = connector.fetch(&wanted, &setting()).expect("a page");
    wanted.reverse();
    wanted.push(want("order", "1010"));
    let again = connector.fetch(&wanted, &setting()).expect("a page");
    assert_eq!(page.records, again.records);
    // A server that knows one order at a time tells the same.
    played.shop().single = true;
    wanted.push(want("product", "7001"));
    let orders = connector.fetch(&wanted, &setting()).expect("a page");
    assert_eq!(page.records, orders.records, "and nothing is said of the product");
    assert!(orders.notes[0].en.contains("products"), "{:?}", orders.notes);
    let mut ledger = Ledger::default();
    ledger.take(page);
    assert_eq!(ledger.orders.len(), 3);
    let gone = &ledger.orders["77"];
    assert_eq!((gone.class, gone.version.modified), (Class::Deleted, last));
    let unknown =
        connector.fetch(&[(Wanted { kind: "order".into(), id: "78".into() }, None)], &setting());
    assert_eq!(unknown.expect("a page").records, Vec::new());
}

/// S036: an order that the key is no longer told of is not gone.
#[test]
fn an_order_beyond_the_history_that_is_told_is_no_tombstone() {
    let played = play(Shop::generated(40, 12, now()));
    played.shop().scopes = vec!["read_orders"];
    let last: Timestamp = DAY.parse().expect("a time");
    let want = |id: &str| (Wanted { kind: "order".into(), id: id.into() }, Some(last));
    // 77 is before the first order that is told, 99999 is after it.
    let page = played.open().fetch(&[want("77"), want("99999")], &setting()).expect("a page");
    let mut ledger = Ledger::default();
    ledger.take(page);
    assert_eq!(ledger.orders.keys().collect::<Vec<_>>(), ["99999"]);
}

/// Two changes in one second, one of them read in between: the second one comes, too.
#[test]
fn a_second_change_within_the_second_of_the_first_comes() {
    let played = play(Shop::generated(20, 12, now()));
    let mut connector = played.open();
    let cursor = walk(connector.as_mut(), "", &mut Ledger::default());
    played.shop().orders[9]["updatedAt"] = json!("2026-11-22T12:01:00Z");
    let cursor = walk(connector.as_mut(), &cursor, &mut Ledger::default());
    played.shop().orders[9]["displayFinancialStatus"] = json!("REFUNDED");
    let mut changes = Ledger::default();
    walk(connector.as_mut(), &cursor, &mut changes);
    assert_eq!(changes.orders["1011"].class, Class::Refunded);
}

/// A shop without orders tells nothing of its clock, and ours is three hours ahead.
#[test]
fn the_first_order_of_an_empty_shop_comes_when_our_clock_is_ahead() {
    let mut shop = Shop::generated(20, 12, now());
    let orders = std::mem::take(&mut shop.orders);
    let played = play(shop);
    let mut connector = played.open();
    let ahead = now().checked_add(jiff::SignedDuration::from_hours(3)).expect("a time");
    let skewed = Setting { now: ahead, ..setting() };
    let mut cursor = String::new();
    let mut ledger = Ledger::default();
    for _ in 0..2 {
        loop {
            let page = connector.pull(&cursor, &skewed).expect("a page");
            cursor.clone_from(&page.cursor);
            let more = page.more;
            ledger.take(page);
            if !more {
                break;
            }
        }
        played.shop().orders = orders[9..10].to_vec();
        played.shop().orders[0]["updatedAt"] = json!("2026-11-22T12:01:00Z");
    }
    assert_eq!(ledger.orders.keys().collect::<Vec<_>>(), ["1011"]);
}

/// The shop is in a private network: its file may be on its own host, and nothing else there is asked.
#[test]
fn a_bulk_file_elsewhere_in_a_private_network_is_not_asked_for() {
    let played = play(Shop::generated(110, 36, now()));
    let host = Replay::start(|_| Response::json(200, "{}"));
    let port = host.address.port();
    played.shop().file_host = Some(format!("http://localhost:{port}"));
    let mut ledger = Ledger::default();
    walk(played.open().as_mut(), "", &mut ledger);
    assert_eq!(found(&ledger), expected(&played.shop()));
    assert!(host.requests().is_empty());
}

#[test]
fn a_client_id_and_secret_are_granted_a_token_that_is_renewed() {
    let played = play(Shop::generated(5, 12, now()));
    let mut connector = played.connect(&[("key", "client"), ("secret", "hush")]);
    assert!(connector.check().is_ok());
    assert!(connector.check().is_ok());
    assert_eq!(played.shop().granted, 1, "kept");
    // Shopify forgets it: another one is asked.
    played.shop().token = "another".into();
    assert!(connector.check().is_ok());
    assert_eq!(played.shop().granted, 2);
    // One that lasts 30 seconds is renewed before it ends.
    played.shop().lasts = 30;
    played.shop().token = "another".into();
    assert!(connector.check().is_ok());
    assert!(connector.check().is_ok());
    assert_eq!(played.shop().granted, 4);
    let mut wrong = played.connect(&[("key", "client"), ("secret", "wrong")]);
    assert_eq!(wrong.check().expect_err("a wrong secret").kind, FailureKind::Unauthorized);
    let mut wrong = played.connect(&[("token", "wrong")]);
    assert_eq!(wrong.check().expect_err("a wrong token").kind, FailureKind::Unauthorized);
    let nothing = Access {
        url: played.server.url(),
        credentials: BTreeMap::new(),
        private: true,
        pace: Pace::impatient(),
    };
    let refused: Result<_, Failure> =
        (platform("shopify").expect("known").connect)(nothing).map(|_| ());
    assert_eq!(refused.expect_err("no key").kind, FailureKind::Unauthorized);
}

/// S036: without `read_all_orders` the history begins 60 days before Shopify's own clock.
#[test]
fn missing_rights_are_named_with_what_they_cost() {
    let played = play(Shop::generated(5, 12, now()));
    let facts = played.open().check().expect("facts");
    assert_eq!(facts.name.as_deref(), Some("Thés d’Ici"));
    assert_eq!(
        (facts.currency, facts.timezone.as_deref()),
        (Some(Currency::EUR), Some("Europe/Paris"))
    );
    assert_eq!((facts.history_from, facts.notes.len()), (None, 0));
    played.shop().scopes = vec!["read_orders", "write_products"];
    let facts = played.open().check().expect("facts");
    assert_eq!(facts.history_from.expect("a limit").to_string(), "2026-09-23T12:00:00Z");
    let notes: Vec<&str> = facts.notes.iter().map(|note| note.en.as_str()).collect();
    for scope in ["read_customers", "read_inventory", "read_all_orders"] {
        assert!(notes.iter().any(|note| note.contains(scope)), "{scope}: {notes:?}");
    }
    assert_eq!(notes.len(), 3, "a right to write products is one to read them");
    played.shop().scopes = vec!["read_products"];
    let failure = played.open().check().expect_err("no orders");
    assert_eq!(failure.kind, FailureKind::Forbidden);
    assert!(failure.remedy.en.contains("read_orders"), "{failure}");
}

#[test]
fn a_field_that_is_denied_is_noted_and_the_orders_come() {
    let mut shop = Shop::generated(5, 12, now());
    shop.denied = vec![(
        "customer",
        "Access denied for customer field. Required access: `read_customers` access scope.",
    )];
    let played = play(shop);
    let mut ledger = Ledger::default();
    walk(played.open().as_mut(), "", &mut ledger);
    assert_eq!(found(&ledger), expected(&played.shop()));
    assert!(ledger.orders.values().all(|order| order.customer.id.is_none()));
    assert!(ledger.notes.iter().any(|note| note.contains("read_customers")), "{:?}", ledger.notes);
    // Products without what they cost, where that would leave none of them.
    played.shop().denied = Vec::new();
    played.shop().costs_denied = true;
    let page = played.open().pull("", &setting()).expect("the catalogue");
    assert_eq!(page.records.len(), 9);
    assert!(page.notes.iter().any(|note| note.en.contains("read_inventory")), "{:?}", page.notes);
    played.shop().costs_denied = false;
    // The orders themselves are denied: that is a failure, with the right by name.
    played.shop().denied = vec![(
        "orders",
        "Access denied for orders field. Required access: `read_orders` access scope.",
    )];
    let begun = played.open().pull("", &setting()).expect("the catalogue").cursor;
    let failure = played.open().pull(&begun, &setting()).expect_err("denied");
    assert_eq!(failure.kind, FailureKind::Forbidden);
    assert!(failure.remedy.fr.contains("read_orders"), "{failure}");
}

#[test]
fn webhooks_are_asked_for_once() {
    let played = play(Shop::generated(1, 12, now()));
    played.shop().hooks.push(("ORDERS_CREATE".into(), "https://c.exemple/hook".into()));
    let mut connector = played.open();
    assert_eq!(connector.subscribe("https://c.exemple/hook", "x").expect("asked"), 8);
    assert_eq!(connector.subscribe("https://c.exemple/hook", "x").expect("asked"), 8);
    assert_eq!(played.shop().hooks.len(), 8, "none twice");
    // S073: a webhook that nobody signed is not believed.
    let headers = [("x-shopify-topic".to_owned(), "orders/create".to_owned())];
    let delivery = Delivery { headers: &headers, body: br#"{"id":1}"#, secret: "x" };
    assert!(connector.hook(delivery).is_err());
}

/// The law of the generated shop holds for each of its orders, not only for their sum.
#[test]
fn every_order_adds_up_to_its_own_total() {
    let shop = Shop::generated(60, 12, now());
    let totals: BTreeMap<String, String> = shop
        .orders
        .iter()
        .map(|order| {
            let text = |value: &Value| value.as_str().expect("a text").to_owned();
            (text(&order["legacyResourceId"]), text(&order["totalPriceSet"]["shopMoney"]["amount"]))
        })
        .collect();
    let ledger = read(shop.orders);
    for (id, order) in &ledger.orders {
        assert_eq!(cents(order.total()), totals[id], "{id}");
        assert_eq!(order.fees, Vec::new(), "{id}: nothing is left over");
    }
}
