//! ActiveCampaign's Deep Data, as its plugin and its clients push it: orders by REST (amounts in
//! cents) and by GraphQL (amounts as decimals), abandoned carts, customers.
//!
//! Its GraphQL orders tell no tax: they are kept as their total with tax and nothing else. A REST order
//! that tells its tax is kept with it.

use comptoir_model::{Class, Currency, Line, LineKind, Order, Tax, money};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::canonical::{believable, status};
use crate::pushed;
use crate::wire::{Object, Wrong};
use crate::words::say;

mod customer;
mod document;
mod order;
mod rest;

pub use customer::{contact, customer};
pub use document::{Call, calls};
pub use order::{Pushed, order};
pub use rest::{Told, merged, rest_order};

/// The source that these records are kept under.
pub const SOURCE: &str = "activecampaign";

/// What ActiveCampaign's normalised statuses mean, and the numbers its REST API has for them.
pub static STATUSES: &[(&str, Class)] = &[
    ("PENDING", Class::Pending),
    ("PENDING_PAYMENT", Class::Pending),
    ("WAITING", Class::OnHold),
    ("COMPLETED", Class::Paid),
    ("RECOVERED", Class::Paid),
    ("CANCELLED", Class::Cancelled),
    ("CANCELED", Class::Cancelled),
    ("REFUNDED", Class::Refunded),
    ("RETURNED", Class::Refunded),
    ("FAILED", Class::Failed),
    ("ABANDONED", Class::Draft),
    ("0", Class::Pending),
    ("1", Class::Paid),
    ("2", Class::Draft),
    ("3", Class::Paid),
    ("4", Class::OnHold),
];

/// The class of a normalised status; the shop's own word only tells fulfilled from paid, and speaks
/// alone when nothing else does.
pub fn class(normalised: Option<&str>, raw: &str) -> Class {
    let own = status::class_of(raw);
    let Some(normalised) = normalised else { return own.unwrap_or(Class::OnHold) };
    let known = STATUSES.iter().find(|(known, _)| known.eq_ignore_ascii_case(normalised));
    match known.map(|(_, class)| *class) {
        Some(Class::Paid) if own == Some(Class::Fulfilled) => Class::Fulfilled,
        Some(class) => class,
        None => Class::OnHold,
    }
}

/// What an order comes to, tax included, and the parts it tells.
struct Amounts {
    total: i64,
    tax: Option<i64>,
    shipping: i64,
    discount: i64,
}

/// A line before its amounts are known: its weight is price × quantity as told, whatever it includes.
struct Weighed {
    line: Line,
    weight: i64,
}

/// Fills the lines and the amounts of an order. With its tax told, goods are what the total leaves
/// after tax and shipping, shared over the lines by their prices: the order then comes to its total to
/// the cent, whether those prices held tax or not.
fn price(order: &mut Order, lines: Vec<Weighed>, amounts: &Amounts) {
    let goods = amounts.tax.map(|tax| amounts.total - tax - amounts.shipping + amounts.discount);
    let weights: Vec<i64> = lines.iter().map(|one| one.weight).collect();
    order.lines = lines.into_iter().map(|one| one.line).collect();
    let (Some(tax), Some(goods)) = (amounts.tax, goods) else {
        order.total_only = Some(amounts.total);
        return;
    };
    if goods < 0 || goods < amounts.discount || weights.iter().all(|weight| *weight <= 0) {
        order.total_only = Some(amounts.total);
        return;
    }
    for (line, gross) in order.lines.iter_mut().zip(money::split(goods, &weights)) {
        line.gross = gross;
    }
    order.shipping_amount = amounts.shipping;
    order.discount = amounts.discount;
    order.spread_discount();
    order.taxes = vec![Tax { rate: None, amount: tax }];
}

/// A line without amounts. The reference (SKU) names a product, else the shop's id for it.
fn line(item: &Object<'_>, id: &str) -> Result<Line, Wrong> {
    let product = item.reference("sku").or_else(|| item.reference(id));
    Ok(Line {
        kind: LineKind::Product,
        name: item.text("name").or_else(|| product.clone()).unwrap_or_default(),
        product,
        variant: None,
        category: item.text("category"),
        quantity: pushed::units(item, "quantity")?.unwrap_or(1),
        regular_price: None,
        gross: 0,
        discount: 0,
        taxes: Vec::new(),
        cost: None,
    })
}

/// An instant: RFC 3339, or as the plugin writes it (`2026-11-21 14:05:16 UTC`); without an offset it
/// is the shop's.
fn instant(
    object: &Object<'_>,
    name: &str,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Option<Timestamp>, Wrong> {
    if let Some(utc) = object.text(name).as_deref().and_then(|text| text.strip_suffix(" UTC")) {
        let Ok(at) = format!("{}Z", utc.trim()).parse() else {
            return object.wrong(
                name,
                say("ce n’est pas une date", "this is not a date"),
                say("écrivez une date ISO 8601", "write an ISO 8601 date"),
            );
        };
        return pushed::believable(object, name, at, now).map(Some);
    }
    pushed::instant(object, name, zone, now)
}

/// Hundredths of the currency, as REST has amounts whatever the currency, as its minor units.
fn cents(object: &Object<'_>, name: &str, currency: Currency) -> Result<Option<i64>, Wrong> {
    let Some(cents) = object.whole(name)? else { return Ok(None) };
    believable(cents).map_err(|fault| (object.at(name), fault))?;
    let minor = match currency.exponent() {
        0 => (cents + 50).div_euclid(100),
        3 => cents * 10,
        _ => cents,
    };
    pushed::not_negative(object, name, Some(minor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s004_the_normalised_status_decides_and_the_shop_s_word_refines_it() {
        assert_eq!(class(Some("COMPLETED"), "processing"), Class::Paid);
        assert_eq!(class(Some("COMPLETED"), "completed"), Class::Fulfilled);
        assert_eq!(class(Some("WAITING"), "on-hold"), Class::OnHold);
        assert_eq!(class(Some("SHINY"), "completed"), Class::OnHold, "unknown");
        assert_eq!(class(None, "refunded"), Class::Refunded);
    }
}
