//! A shop in memory, its records as the API tells them: the recorded ones, or several hundred made up
//! ones of every kind. What people do in a shop is done to it, with the stamps the real one sets.

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::goods;
use super::id;

#[derive(Default)]
pub struct Shop {
    pub orders: BTreeMap<u64, Value>,
    /// Details of refunds by their order.
    pub refunds: BTreeMap<u64, Vec<Value>>,
    pub products: BTreeMap<u64, Value>,
    pub variations: BTreeMap<u64, Vec<Value>>,
    pub customers: BTreeMap<u64, Value>,
    /// The option `woocommerce_date_type`.
    pub date_type: String,
    /// The last identifier given: orders, refunds and lines share one row of numbers here.
    pub last: u64,
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("a recording")
}

fn rows(text: &str) -> Vec<Value> {
    match read(text) {
        Value::Array(rows) => rows,
        other => vec![other],
    }
}

/// An amount of cents as the API writes it.
pub fn euros(cents: i64) -> String {
    let sign = if cents < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", cents.abs() / 100, cents.abs() % 100)
}

/// The cents of an amount as the API writes it.
pub fn cents(value: &Value) -> i64 {
    let text = value.as_str().unwrap_or("0");
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "00"));
    let units: i64 = whole.trim_start_matches('-').parse().expect("euros");
    let rest: i64 = fraction.parse().expect("cents");
    if text.starts_with('-') { -(units * 100 + rest) } else { units * 100 + rest }
}

pub fn stamp(at: Timestamp, zone: &TimeZone) -> String {
    zone.to_datetime(at).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

/// Writes an instant as the API does: the shop's own time, and UTC beside it.
pub fn set_date(row: &mut Value, name: &str, at: Option<Timestamp>) {
    let paris = TimeZone::get("Europe/Paris").expect("a zone");
    row[name] = at.map_or(Value::Null, |at| json!(stamp(at, &paris)));
    row[format!("{name}_gmt")] = at.map_or(Value::Null, |at| json!(stamp(at, &TimeZone::UTC)));
}

impl Shop {
    /// What the real shop answered.
    pub fn recorded() -> Self {
        let mut shop = Self { date_type: "date_paid".to_owned(), last: 100, ..Self::default() };
        let mut orders = rows(include_str!("../../../data/woocommerce/orders_list.json"));
        orders.push(read(include_str!("../../../data/woocommerce/order_store_checkout.json")));
        shop.orders = orders.into_iter().map(|order| (id(&order), order)).collect();
        for refund in rows(include_str!("../../../data/woocommerce/refunds_list.json")) {
            let order = refund["parent_id"].as_u64().expect("an order");
            shop.refunds.entry(order).or_default().push(refund);
        }
        for text in [
            include_str!("../../../data/woocommerce/product_simple.json"),
            include_str!("../../../data/woocommerce/product_variable.json"),
        ] {
            let product = read(text);
            shop.products.insert(id(&product), product);
        }
        shop.variations.insert(12, rows(include_str!("../../../data/woocommerce/variation.json")));
        let customers = rows(include_str!("../../../data/woocommerce/customers_all.json"));
        shop.customers = customers.into_iter().map(|one| (id(&one), one)).collect();
        shop
    }

    /// `count` made up orders up to `now`, over some four hundred days.
    pub fn made_up(count: u64, now: Timestamp) -> Self {
        let mut shop = Self { date_type: "date_paid".to_owned(), last: 1000, ..Self::default() };
        goods::stock(&mut shop, now);
        for index in 0..count {
            // Two of each seven in the same second.
            let step = if index % 7 == 1 { index - 1 } else { index };
            let back = (count - step) * 400 * 86_400 / (count + 1) + 3_600;
            let back = SignedDuration::from_secs(i64::try_from(back).expect("seconds"));
            goods::sell(&mut shop, index, now - back);
        }
        shop
    }

    /// For the vendor's own clients: what was recorded, and enough besides to have pages.
    #[cfg_attr(test, expect(dead_code, reason = "only the example serves it"))]
    pub fn served() -> Self {
        let now: Timestamp = "2026-11-21T00:00:00Z".parse().expect("an instant");
        let mut shop = Self::made_up(150, now);
        let recorded = Self::recorded();
        shop.orders.extend(recorded.orders);
        shop.refunds.extend(recorded.refunds);
        shop.products.extend(recorded.products);
        shop.variations.extend(recorded.variations);
        shop.customers.extend(recorded.customers);
        shop
    }

    pub fn knows(status: &str) -> bool {
        let known = [
            "pending",
            "processing",
            "on-hold",
            "completed",
            "cancelled",
            "refunded",
            "failed",
            "checkout-draft",
            "trash",
            "emballage",
        ];
        known.contains(&status)
    }

    pub fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    pub fn order(&mut self, order: u64) -> &mut Value {
        self.orders.get_mut(&order).expect("an order")
    }

    pub fn set_status(&mut self, order: u64, status: &str, at: Timestamp) {
        let row = self.order(order);
        row["status"] = json!(status);
        set_date(row, "date_modified", Some(at));
    }

    /// Gives an amount back without saying for what.
    pub fn refund_amount(&mut self, order: u64, amount: i64, at: Timestamp) -> u64 {
        let refund = self.next();
        let mut detail = json!({
            "id": refund, "parent_id": order, "amount": euros(amount), "reason": "geste",
            "line_items": [], "shipping_lines": [], "tax_lines": [], "fee_lines": [],
        });
        set_date(&mut detail, "date_created", Some(at));
        self.note_refund(order, refund, amount, detail, at);
        refund
    }

    /// Takes units of the first line back, with their share of its price and tax, and shipping if asked.
    pub fn refund_line(&mut self, order: u64, units: i64, shipping: bool, at: Timestamp) -> u64 {
        let refund = self.next();
        let row = self.orders[&order].clone();
        let line = &row["line_items"][0];
        let sold = line["quantity"].as_i64().expect("a quantity");
        let units = units.min(sold);
        let (net, tax) =
            (cents(&line["total"]) * units / sold, cents(&line["total_tax"]) * units / sold);
        let rate = line["taxes"][0]["id"].clone();
        let mut amount = net + tax;
        let mut tax_lines =
            vec![json!({"rate_id": rate, "tax_total": euros(-tax), "shipping_tax_total": "0.00"})];
        let mut shipping_lines = Vec::new();
        let (fee, fee_tax) = (cents(&row["shipping_total"]), cents(&row["shipping_tax"]));
        if shipping && fee > 0 {
            amount += fee + fee_tax;
            shipping_lines.push(json!({
                "id": 1, "method_title": "Colissimo", "total": euros(-fee), "total_tax": euros(-fee_tax),
                "taxes": [{"id": 1, "total": euros(-fee_tax)}],
            }));
            tax_lines.push(json!({"rate_id": 1, "rate_percent": 20, "tax_total": "0.00", "shipping_tax_total": euros(-fee_tax)}));
        }
        let mut detail = json!({
            "id": refund, "parent_id": order, "amount": euros(amount), "reason": "retour",
            "line_items": [{
                "id": refund * 10, "name": line["name"], "product_id": line["product_id"],
                "variation_id": line["variation_id"], "quantity": -units, "total": euros(-net),
                "total_tax": euros(-tax), "taxes": [{"id": rate, "total": euros(-tax)}], "sku": line["sku"],
                "meta_data": [{"id": 1, "key": "_refunded_item_id", "value": line["id"].to_string()}],
            }],
            "shipping_lines": shipping_lines, "fee_lines": [], "tax_lines": tax_lines,
        });
        set_date(&mut detail, "date_created", Some(at));
        self.note_refund(order, refund, amount, detail, at);
        refund
    }

    /// The order names its refund, changes its stamp, and its status once all is given back.
    fn note_refund(&mut self, order: u64, refund: u64, amount: i64, detail: Value, at: Timestamp) {
        let reason = detail["reason"].clone();
        self.refunds.entry(order).or_default().insert(0, detail);
        let given: i64 = self.refunds[&order].iter().map(|one| cents(&one["amount"])).sum();
        let row = self.order(order);
        let named = json!({"id": refund, "reason": reason, "total": euros(-amount)});
        row["refunds"].as_array_mut().expect("a list").insert(0, named);
        if given >= cents(&row["total"]) {
            row["status"] = json!("refunded");
        }
        set_date(row, "date_modified", Some(at));
    }

    pub fn trash(&mut self, order: u64, at: Timestamp) {
        let before = self.orders[&order]["status"].clone();
        self.set_status(order, "trash", at);
        self.order(order)["was"] = before;
    }

    pub fn restore(&mut self, order: u64, at: Timestamp) {
        let before = self.orders[&order]["was"].as_str().unwrap_or("pending").to_owned();
        self.set_status(order, &before, at);
    }

    pub fn delete(&mut self, order: u64) {
        self.orders.remove(&order);
        self.refunds.remove(&order);
    }
}
