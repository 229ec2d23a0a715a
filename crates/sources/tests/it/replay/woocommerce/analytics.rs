//! What `WooCommerce` Analytics counts, by its own definitions: one row per order and per refund, net =
//! total − tax − shipping, refund rows negative and on their own day, coupons from the coupon lines.

use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::shop::{Shop, cents};
use super::text;

/// Statuses that are left out; drafts and the trash are never in.
const EXCLUDED: [&str; 6] =
    ["pending", "failed", "cancelled", "trash", "checkout-draft", "auto-draft"];

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sums {
    pub orders: i64,
    pub units: i64,
    pub total: i64,
    pub net: i64,
    pub refunds: i64,
    pub tax: i64,
    pub shipping: i64,
    pub coupons: i64,
}

fn sum(rows: &Value, name: &str) -> i64 {
    rows.as_array().into_iter().flatten().map(|row| cents(&row[name])).sum()
}

fn units(rows: &Value) -> i64 {
    rows.as_array().into_iter().flatten().map(|row| row["quantity"].as_i64().unwrap_or(0)).sum()
}

/// Between two local times, both included, by the member that holds the date of an order.
pub fn sums(shop: &Shop, date: &str, after: &str, before: &str) -> Sums {
    let within = |row: &Value, name: &str| {
        let Ok(at) = text(row, name).parse::<DateTime>() else { return false };
        let bound = |text: &str| text.parse::<DateTime>().expect("a bound");
        at >= bound(after) && at <= bound(before)
    };
    let mut sums = Sums::default();
    for order in shop.orders.values() {
        if !within(order, date) || EXCLUDED.contains(&text(order, "status").as_str()) {
            continue;
        }
        let (total, tax, shipping) =
            (cents(&order["total"]), cents(&order["total_tax"]), cents(&order["shipping_total"]));
        sums.orders += 1;
        sums.units += units(&order["line_items"]);
        sums.total += total;
        sums.tax += tax;
        sums.shipping += shipping;
        sums.net += total - tax - shipping;
        sums.coupons += sum(&order["coupon_lines"], "discount");
    }
    for refund in shop.refunds.values().flatten() {
        if !within(refund, "date_created") {
            continue;
        }
        let total = -cents(&refund["amount"]);
        let tax = sum(&refund["tax_lines"], "tax_total")
            + sum(&refund["tax_lines"], "shipping_tax_total");
        let shipping = sum(&refund["shipping_lines"], "total");
        let net = total - tax - shipping;
        sums.units += units(&refund["line_items"]);
        sums.total += total;
        sums.tax += tax;
        sums.shipping += shipping;
        sums.net += net;
        sums.refunds -= net;
    }
    sums
}

/// The answer of the report, with the noise of its floats.
pub fn totals(shop: &Shop, after: &str, before: &str) -> Value {
    let sums = sums(shop, &shop.date_type, after, before);
    let noisy = |cents: i64| -> Value {
        let written = format!("{}.{:02}000000000001", cents.abs() / 100, cents.abs() % 100);
        let sign = if cents < 0 { "-" } else { "" };
        serde_json::from_str(&format!("{sign}{written}")).expect("a number")
    };
    json!({
        "orders_count": sums.orders, "num_items_sold": sums.units,
        "gross_sales": noisy(sums.net + sums.coupons + sums.refunds),
        "total_sales": noisy(sums.total), "coupons": noisy(sums.coupons), "coupons_count": 1,
        "refunds": noisy(sums.refunds), "taxes": noisy(sums.tax), "shipping": noisy(sums.shipping),
        "net_revenue": noisy(sums.net), "products": "", "segments": [],
    })
}
