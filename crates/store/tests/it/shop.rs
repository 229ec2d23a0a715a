//! A small shop to write to, and a way to look at everything the store holds of it.

use comptoir_model::{
    Batch, Class, Currency, Line, LineKind, Order, Record, Refund, Shop, Tax, TaxRate, Version,
};
use comptoir_store::{Store, Value};
use jiff::Timestamp;

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

pub fn shop() -> Shop {
    Shop {
        slug: "ferme".into(),
        name: "La ferme".into(),
        platform: "file".into(),
        currency: Currency::EUR,
        timezone: "Europe/Paris".into(),
    }
}

pub fn store() -> Store {
    let store = Store::in_memory().expect("a store");
    store.create_shop(shop(), at("2026-01-01T00:00:00Z")).expect("a shop");
    store
}

pub fn write(store: &Store, records: Vec<Record>) {
    write_from(store, "comptoir", records);
}

pub fn write_from(store: &Store, source: &str, records: Vec<Record>) {
    store.write(Batch { shop: "ferme".into(), source: source.into(), records }).expect("written");
}

/// An order of one product line, without tax.
pub fn order(id: &str, created: &str, email: Option<&str>, gross: i64) -> Order {
    let mut order = Order::new(id, Version::stamped(at(created)), Currency::EUR, at(created));
    order.number = Some(id.to_owned());
    order.status = "paid".into();
    order.customer.email = email.map(str::to_owned);
    order.lines.push(Line {
        kind: LineKind::Product,
        product: Some("MIEL".into()),
        variant: None,
        name: "Miel de tilleul".into(),
        category: None,
        quantity: 1,
        regular_price: None,
        gross,
        discount: 0,
        taxes: Vec::new(),
        cost: None,
    });
    order
}

/// The order of the worked examples: items 4 × 25, coupon 20, shipping 10, tax 7, total 97.
pub fn worked_example() -> Order {
    let mut order = order("1", "2026-01-10T12:00:00Z", Some("ada@example.com"), 10_000);
    order.class = Class::Fulfilled;
    order.lines[0].quantity = 4;
    order.lines[0].discount = 2_000;
    order.lines[0].taxes = vec![Tax { rate: Some(TaxRate(5_500)), amount: 440 }];
    order.shipping_amount = 1_000;
    order.shipping_taxes = vec![Tax { rate: Some(TaxRate(20_000)), amount: 260 }];
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

/// The answer to a query, one text per row, cells joined by `|`.
pub fn ask(store: &Store, sql: &str) -> Vec<String> {
    let rows = store.read().expect("a snapshot").query(sql, &[]).expect(sql);
    rows.rows.iter().map(|cells| cells.iter().map(show).collect::<Vec<_>>().join("|")).collect()
}

fn show(value: &Value) -> String {
    match value {
        Value::Null => "-".into(),
        Value::Bool(value) => value.to_string(),
        Value::Int(value) => value.to_string(),
        Value::Text(text) => text.clone(),
        Value::Date(day) => day.to_string(),
        Value::Instant(instant) => instant.to_string(),
    }
}

/// Everything the store holds of the shop, without surrogate ids: equal for equal stores.
pub fn contents(store: &Store) -> Vec<String> {
    let mut all = ask(
        store,
        "SELECT 'order', o.external_id, o.number, o.origin, o.modified, o.digest, o.status, o.class, o.total, o.goods,
                o.told_class, o.counted, o.rank, o.customer_type, o.day, o.hour_at, o.hour_of_day, o.rate_day,
                (SELECT min(p.external_id) FROM orders p WHERE p.person_id = o.person_id)
         FROM orders o",
    );
    all.extend(ask(
        store,
        "SELECT 'money', m.kind, o.external_id, r.external_id, m.line_no, p.code, m.tax_rate, m.counted,
                m.customer_type, m.occurred_at, m.day, m.hour_at, m.hour_of_day, m.rate_day, m.orders, m.valued_orders, m.quantity, m.gross, m.discount, m.shipping,
                m.fees, m.tax, m.total_only, m.units_returned, m.refunded_goods, m.refunded_shipping,
                m.refunded_fees, m.refunded_tax
         FROM money m LEFT JOIN orders o ON o.order_id = m.order_id
         LEFT JOIN refunds r ON r.refund_id = m.refund_id LEFT JOIN products p ON p.product_id = m.product_id",
    ));
    all.extend(ask(store, "SELECT 'line', o.external_id, l.line_no, l.name, l.quantity, l.gross FROM lines l JOIN orders o USING (order_id)"));
    all.extend(ask(
        store,
        "SELECT 'refund', r.external_id, r.nested, r.derived, r.order_ref, o.external_id, r.modified, r.occurred_at, r.untold,
                r.deleted FROM refunds r LEFT JOIN orders o USING (order_id)",
    ));
    all.extend(ask(
        store,
        "SELECT 'history', external_id, modified, digest, class, total FROM order_history",
    ));
    all.extend(ask(
        store,
        "SELECT 'copy', s.name, o.external_id, b.name, y.external_id, o.filled, o.source, o.medium, o.campaign,
                o.channel, o.device, o.counted, o.rank, o.day,
                (SELECT count(*) FROM twin_money m WHERE m.order_id = o.order_id),
                (SELECT sum(m.gross + m.tax + m.total_only) FROM twin_money m WHERE m.order_id = o.order_id)
         FROM all_orders o JOIN sources s ON s.source_id = o.source_id
         LEFT JOIN all_orders y ON y.order_id = o.twin_of LEFT JOIN sources b ON b.source_id = y.source_id",
    ));
    all.extend(ask(
        store,
        "SELECT 'product', code, name, category, price, cost, stock, listed, deleted FROM products",
    ));
    all.extend(ask(store, "SELECT 'cart', external_id, state, total, updated, day FROM carts"));
    all.extend(ask(store, "SELECT 'visit', external_id, started, day FROM visits"));
    all.sort();
    all
}
