//! The fixture shop: twelve orders and four refunds, each there for a reason. Amounts in euros.
//!
//! | order | when (Paris)     | who  | what                                          | why it is there |
//! |-------|------------------|------|-----------------------------------------------|-----------------|
//! | 1     | 10 May 12:00     | ada  | 2 honey 20.00, shipping 5.00, tax 1.10 + 1.00 | an earlier period; refunded in the next |
//! | 2     | 1 June 00:30     | ada  | 1 tea 5.00                                    | still 31 May in UTC; an existing customer |
//! | 3     | 3 June 10:00     | bob  | 3 honey 30.00 − 3.00, shipping 4.50           | a discount with a coupon; refunded in part |
//! | 4     | 3 June 18:00     | bob  | 1 tea 5.00                                    | a second order on the day of the first |
//! | 5     | 5 June 12:00     | –    | 2 bread 6.66                                  | nobody known behind it |
//! | 6     | 6 June 12:00     | cyd  | 5 honey 50.00, cancelled                      | not counted; its refund is not either |
//! | 7     | 8 June 12:00     | cyd  | 1 honey 10.00                                 | first because 6 does not count |
//! | 8     | 10 June 12:00    | dan  | 1 honey 10.00 − 10.00                         | worth nothing: an order, but in no average |
//! | 9     | 12 June 12:00    | eve  | 9 honey 99.00, a test                         | never counted |
//! | 10    | 15 June 12:00    | ada  | 60.00 with tax, nothing else known            | no figure without tax |
//! | 11    | 20 June 12:00    | fay  | 1 honey 20.00 USD, shipped to the US          | converted at 1.25: 16.00 |
//! | 12    | 25 June 12:00    | gus  | 2 tea 10.00, gift wrap line 2.00, fee 1.50,   | a line that is no product, a fee, two tax |
//! |       |                  |      | tax 0.55 at 5.5 %, 0.40 + 0.30 at 20 %        | rates |
//!
//! Refunds: R1 of order 3, 20 June, 1 honey 9.00; R2 of order 1, 11 June, 5.42 without breakdown (a
//! fifth of 20.00 + 5.00 + 2.10: goods 4.00, shipping 1.00, tax 0.42); R3 of no known order, 18 June,
//! 7.00, from Belgium; R4 of the cancelled order 6, 7 June, 50.00.

use comptoir_metrics::{Context, Query, Table, run};
use comptoir_model::{
    Batch, Class, Currency, Fee, Line, LineKind, Order, Record, Refund, Shop, Tax, TaxRate, Version,
};
use comptoir_store::{Rate, Store};
use jiff::Timestamp;
use jiff::civil::date;

pub const NOW: &str = "2026-11-21T10:00:00Z";

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub fn shop(slug: &str, currency: &str, zone: &str) -> Shop {
    Shop {
        slug: slug.into(),
        name: slug.into(),
        platform: "file".into(),
        currency: currency.parse().expect("a currency"),
        timezone: zone.into(),
    }
}

/// A store with one shop, `ferme`, in euros and Paris time.
pub fn empty() -> Store {
    let store = Store::in_memory().expect("a store");
    store.create_shop(shop("ferme", "EUR", "Europe/Paris"), at(NOW)).expect("a shop");
    store
}

pub fn write(store: &Store, slug: &str, records: Vec<Record>) {
    store.write(Batch { shop: slug.into(), source: "comptoir".into(), records }).expect("written");
}

pub fn line(code: &str, quantity: i64, gross: i64) -> Line {
    Line {
        kind: LineKind::Product,
        product: Some(code.into()),
        variant: None,
        name: format!("Le {code}"),
        category: Some(if code == "MIEL" { "Épicerie".into() } else { "Boissons".into() }),
        quantity,
        regular_price: None,
        gross,
        discount: 0,
        taxes: Vec::new(),
        cost: None,
    }
}

pub fn tax(percent: &str, amount: i64) -> Tax {
    Tax { rate: TaxRate::parse(percent), amount }
}

/// A paid order; `who` is the local part of an e-mail address.
pub fn order(id: &str, created: &str, who: Option<&str>, lines: Vec<Line>) -> Order {
    let mut order = Order::new(id, Version::stamped(at(created)), Currency::EUR, at(created));
    order.number = Some(id.to_owned());
    order.status = "payée".into();
    order.customer.email = who.map(|who| format!("{who}@example.com"));
    order.customer.first_name = who.map(str::to_owned);
    order.billing.country = Some("FR".into());
    order.lines = lines;
    order
}

pub fn refund(id: &str, order: Option<&str>, when: &str, total: i64) -> Refund {
    Refund {
        id: id.into(),
        order: order.map(str::to_owned),
        version: Version::stamped(at(when)),
        deleted: false,
        at: at(when),
        currency: Currency::EUR,
        reason: None,
        customer: comptoir_model::Identity::default(),
        country: None,
        lines: Vec::new(),
        shipping: 0,
        fees: 0,
        taxes: Vec::new(),
        total: Some(total),
    }
}

pub fn orders() -> Vec<Order> {
    let mut first = order("1", "2026-05-10T10:00:00Z", Some("ada"), vec![line("MIEL", 2, 2000)]);
    first.lines[0].taxes = vec![tax("5.5", 110)];
    first.shipping_amount = 500;
    first.shipping_taxes = vec![tax("20", 100)];
    let second = order("2", "2026-05-31T22:30:00Z", Some("ada"), vec![line("THE", 1, 500)]);
    let mut third = order("3", "2026-06-03T08:00:00Z", Some("bob"), vec![line("MIEL", 3, 3000)]);
    third.lines[0].discount = 300;
    third.coupons = vec!["PRINTEMPS".into()];
    third.shipping_amount = 450;
    let fourth = order("4", "2026-06-03T16:00:00Z", Some("bob"), vec![line("THE", 1, 500)]);
    let fifth = order("5", "2026-06-05T10:00:00Z", None, vec![line("PAIN", 2, 666)]);
    let mut sixth = order("6", "2026-06-06T10:00:00Z", Some("cyd"), vec![line("MIEL", 5, 5000)]);
    sixth.class = Class::Cancelled;
    let seventh = order("7", "2026-06-08T10:00:00Z", Some("cyd"), vec![line("MIEL", 1, 1000)]);
    let mut eighth = order("8", "2026-06-10T10:00:00Z", Some("dan"), vec![line("MIEL", 1, 1000)]);
    eighth.lines[0].discount = 1000;
    let mut ninth = order("9", "2026-06-12T10:00:00Z", Some("eve"), vec![line("MIEL", 9, 9900)]);
    ninth.test = true;
    let mut tenth = order("10", "2026-06-15T10:00:00Z", Some("ada"), Vec::new());
    tenth.total_only = Some(6000);
    let mut eleventh =
        order("11", "2026-06-20T10:00:00Z", Some("fay"), vec![line("MIEL", 1, 2000)]);
    eleventh.currency = Currency::USD;
    eleventh.billing.country = None;
    eleventh.shipping.country = Some("US".into());
    let mut twelfth = order("12", "2026-06-25T10:00:00Z", Some("gus"), vec![line("THE", 2, 1000)]);
    twelfth.lines[0].taxes = vec![tax("5.5", 55)];
    twelfth.lines.push(Line {
        kind: LineKind::Service,
        product: None,
        category: None,
        name: "Emballage".into(),
        taxes: vec![tax("20", 40)],
        ..line("", 1, 200)
    });
    twelfth.fees.push(Fee { name: "Paiement".into(), amount: 150, taxes: vec![tax("20", 30)] });
    vec![
        first, second, third, fourth, fifth, sixth, seventh, eighth, ninth, tenth, eleventh,
        twelfth,
    ]
}

fn refunds() -> Vec<Refund> {
    let mut partial = refund("R1", Some("3"), "2026-06-20T12:00:00Z", 900);
    partial.lines.push(comptoir_model::RefundLine {
        kind: LineKind::Product,
        product: Some("MIEL".into()),
        variant: None,
        name: "Le MIEL".into(),
        quantity: 1,
        amount: 900,
        taxes: Vec::new(),
    });
    let mut unknown = refund("R3", None, "2026-06-18T12:00:00Z", 700);
    unknown.country = Some("BE".into());
    vec![
        partial,
        refund("R2", Some("1"), "2026-06-11T12:00:00Z", 542),
        unknown,
        refund("R4", Some("6"), "2026-06-07T12:00:00Z", 5000),
    ]
}

/// The fixture shop.
pub fn fixture() -> Store {
    let store = empty();
    let rate = Rate { day: date(2026, 6, 19), currency: Currency::USD, per_euro: 125_000_000 };
    store.add_rates(vec![rate]).expect("rates");
    let orders = orders().into_iter().map(|order| Record::Order(Box::new(order)));
    let refunds = refunds().into_iter().map(|refund| Record::Refund(Box::new(refund)));
    write(&store, "ferme", orders.chain(refunds).collect());
    store
}

/// The answer to a query string.
pub fn ask(store: &Store, query: &str) -> Table {
    let snapshot = store.read().expect("a snapshot");
    let context = Context::load(&snapshot, at(NOW)).expect("a context");
    let query = Query::parse(query, &context).unwrap_or_else(|error| panic!("{query}: {error}"));
    run(&snapshot, &query, &context).unwrap_or_else(|error| panic!("{query}: {error}"))
}

/// The totals of a query, as answers write them; no value is `-`.
pub fn totals(store: &Store, query: &str) -> Vec<String> {
    let table = ask(store, query);
    table
        .totals
        .values
        .iter()
        .map(|cell| cell.plain(table.currency).unwrap_or("-".into()))
        .collect()
}

/// The rows of a query, cells joined by a space.
pub fn rows(store: &Store, query: &str) -> Vec<String> {
    let table = ask(store, query);
    let plain = |cell: &comptoir_metrics::Cell| cell.plain(table.currency).unwrap_or("-".into());
    table
        .rows
        .iter()
        .map(|row| {
            let cells = row.keys.iter().chain(&row.values).chain(row.previous.iter().flatten());
            cells.map(plain).collect::<Vec<_>>().join(" ")
        })
        .collect()
}
