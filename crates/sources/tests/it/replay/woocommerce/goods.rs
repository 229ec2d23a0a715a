//! What the made up shop sells, and its orders: every status, guests, variations, two tax rates,
//! coupons that are rounded apart from their lines, fees of both signs, refunds of three kinds.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

use super::shop::{Shop, euros, set_date};

/// Id, reference, name, cents without tax, tax rate's id; 12 has variations 121 to 123, 16 has no reference.
const GOODS: [(u64, &str, &str, i64, u64); 6] = [
    (11, "VIN-01", "Vin rouge", 1458, 1),
    (12, "TS", "T-shirt", 2083, 1),
    (13, "MIEL-01", "Miel de châtaignier", 1185, 2),
    (14, "THE-01", "Thé &amp; infusion", 733, 2),
    (15, "SAC-01", "Sac", 4999, 1),
    (16, "", "Carte", 250, 1),
];

const STATUSES: [&str; 12] = [
    "completed",
    "processing",
    "completed",
    "on-hold",
    "completed",
    "pending",
    "processing",
    "cancelled",
    "completed",
    "failed",
    "emballage",
    "completed",
];

pub fn stock(shop: &mut Shop, now: Timestamp) {
    for (id, sku, name, _, _) in GOODS {
        let kind = if id == 12 { "variable" } else { "simple" };
        let mut product = json!({
            "id": id, "sku": sku, "name": name, "type": kind, "status": "publish", "parent_id": 0,
            "manage_stock": id == 11, "stock_quantity": if id == 11 { json!(40) } else { Value::Null },
            "categories": [{"id": 7, "name": "Caf&eacute;s".replace("&eacute;", "&#233;")}], "meta_data": [],
        });
        set_date(&mut product, "date_created", Some(now - SignedDuration::from_hours(24 * 500)));
        set_date(&mut product, "date_modified", Some(now - SignedDuration::from_hours(24 * 450)));
        shop.products.insert(id, product);
    }
    let sizes = [(121, "TS-S", 3), (122, "TS-M", 4), (123, "TS-L", 5)];
    let variations = sizes.map(|(id, sku, stock)| {
        json!({"id": id, "sku": sku, "manage_stock": true, "stock_quantity": stock, "meta_data": []})
    });
    shop.variations.insert(12, variations.into());
    for id in 1..=40_u64 {
        let mut customer = json!({
            "id": id, "email": format!("client{id}@exemple.fr"), "first_name": "Client", "last_name": id.to_string(),
            "role": if id == 1 { "administrator" } else { "customer" }, "is_paying_customer": id != 1,
            "billing": {"country": "FR", "phone": ""},
        });
        set_date(&mut customer, "date_created", Some(now - SignedDuration::from_hours(24 * 480)));
        set_date(&mut customer, "date_modified", None);
        shop.customers.insert(id, customer);
    }
}

/// Tax in cents, half up, of an amount in cents.
fn tax_on(amount: i64, rate: u64) -> i64 {
    let thousandths = if rate == 1 { 20_000 } else { 5_500 };
    (amount * thousandths + 50_000) / 100_000
}

pub fn sell(shop: &mut Shop, index: u64, at: Timestamp) {
    let order = shop.next();
    let coupon = index % 5 == 2;
    let (mut lines, mut taxes, mut net, mut gross) = (Vec::new(), [0_i64; 2], 0, 0);
    for place in 0..=index % 3 {
        let at = usize::try_from((index + place * 2) % 6).expect("a product");
        let (product, sku, name, price, rate) = GOODS[at];
        let quantity = i64::try_from(1 + (index + place) % 4).expect("a quantity");
        let subtotal = price * quantity;
        // The line is rounded down, the coupon below up: they differ as recorded.
        let total = if coupon { subtotal - subtotal / 10 } else { subtotal };
        let tax = tax_on(total, rate);
        let size = usize::try_from(index % 3).expect("a size");
        let (variation, sku, label) = if product == 12 {
            (
                121 + index % 3,
                ["TS-S", "TS-M", "TS-L"][size],
                format!("{name} - {}", ["S", "M", "L"][size]),
            )
        } else {
            (0, sku, name.to_owned())
        };
        taxes[usize::try_from(rate - 1).expect("a rate")] += tax;
        net += total;
        gross += subtotal;
        lines.push(json!({
            "id": shop.next(), "name": label, "parent_name": if product == 12 { json!(name) } else { Value::Null },
            "product_id": product, "variation_id": variation, "quantity": quantity, "sku": sku,
            "subtotal": euros(subtotal), "total": euros(total), "total_tax": euros(tax),
            "taxes": [{"id": rate, "total": format!("{}499", euros(tax)), "subtotal": ""}], "meta_data": [],
            "price": 10.663_507_333_333_333,
        }));
    }
    let rounding = i64::from(coupon && lines.len() > 1);
    let coupons = if coupon { gross - net + rounding } else { 0 };
    let shipping: i64 = if index.is_multiple_of(2) { 500 } else { 0 };
    let shipping_tax = tax_on(shipping, 1);
    let mut fees = Vec::new();
    let (mut fee_net, mut fee_tax) = (0, 0);
    if index % 9 == 4 {
        (fee_net, fee_tax) = (200, 40);
        fees.push(json!({"id": shop.next(), "name": "Emballage cadeau", "total": "2.00", "total_tax": "0.40",
            "taxes": [{"id": 1, "total": "0.4"}]}));
    }
    if index % 31 == 5 {
        fee_net -= 150;
        fees.push(json!({"id": shop.next(), "name": "Carte cadeau", "total": "-1.50", "total_tax": "0.00", "taxes": []}));
    }
    let total_tax = taxes[0] + taxes[1] + shipping_tax + fee_tax;
    // One order in forty has a total that is a cent off the sum of its lines: rounding at the subtotal.
    let cent = i64::from(index % 40 == 17);
    let total = net + shipping + fee_net + total_tax + cent;
    let status = STATUSES[usize::try_from(index % 12).expect("a status")];
    let paid = !matches!(status, "on-hold" | "pending" | "failed" | "cancelled");
    let customer = if index.is_multiple_of(3) { 0 } else { 2 + index % 39 };
    let person = if customer == 0 {
        format!("invite{}@exemple.fr", index % 17)
    } else {
        format!("client{customer}@exemple.fr")
    };
    let mut tax_lines = Vec::new();
    if taxes[0] + fee_tax + shipping_tax > 0 {
        tax_lines.push(json!({"id": 1, "rate_id": 1, "rate_percent": 20, "tax_total": euros(taxes[0] + fee_tax),
            "shipping_tax_total": euros(shipping_tax)}));
    }
    if taxes[1] > 0 {
        tax_lines.push(json!({"id": 2, "rate_id": 2, "rate_percent": 5.5, "tax_total": euros(taxes[1]), "shipping_tax_total": "0.00"}));
    }
    let mut row = json!({
        "id": order, "number": order.to_string(), "parent_id": 0, "status": status, "currency": "EUR", "version": "9.9.5",
        "prices_include_tax": true, "created_via": "checkout", "discount_total": euros(gross - net),
        "shipping_total": euros(shipping), "shipping_tax": euros(shipping_tax), "total": euros(total),
        "total_tax": euros(total_tax), "customer_id": customer,
        "billing": {"first_name": "Ana", "last_name": "B", "city": "Lyon", "state": "", "postcode": "69001",
            "country": if index.is_multiple_of(6) { "BE" } else { "FR" }, "email": person, "phone": ""},
        "shipping": {"first_name": "", "city": "", "state": "", "postcode": "", "country": ""},
        "payment_method": "stripe", "payment_method_title": "Carte", "meta_data": [], "line_items": lines,
        "tax_lines": tax_lines, "fee_lines": fees, "refunds": [],
        "shipping_lines": if shipping > 0 { json!([{"id": 3, "method_title": "Colissimo", "method_id": "flat_rate",
            "total": euros(shipping), "total_tax": euros(shipping_tax), "taxes": [{"id": 1, "total": "1"}]}]) } else { json!([]) },
        "coupon_lines": if coupon { json!([{"id": 7, "code": "bienvenue", "discount": euros(coupons), "discount_tax": "0.00"}]) } else { json!([]) },
    });
    let after = |hours: i64| at + SignedDuration::from_hours(hours);
    set_date(&mut row, "date_created", Some(at));
    set_date(&mut row, "date_modified", Some(after(1)));
    // Paid the next day: the two date bases differ.
    set_date(&mut row, "date_paid", paid.then(|| after(26)));
    set_date(&mut row, "date_completed", (status == "completed").then(|| after(50)));
    shop.orders.insert(order, row);
    if paid && index % 8 == 1 {
        shop.refund_line(order, 1, index % 16 == 1, after(60));
    }
    if paid && index % 16 == 6 {
        shop.refund_amount(order, 333.min(total), after(61));
    }
    if status == "completed" && index % 12 == 4 {
        shop.refund_amount(order, total, after(62));
    }
    if index % 23 == 9 {
        shop.trash(order, after(70));
    }
}
