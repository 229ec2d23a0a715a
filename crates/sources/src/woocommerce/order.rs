//! An order as the API tells it, as an order of ours.

use comptoir_model::{Cart, CartLine, CartState, Class, Identity, Order, Place, Version};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::amounts::{self, Item};
use super::attribution::attribute;
use super::catalogue::Catalogue;
use super::refund::{self, Detail};
use super::text::{name_of, plain};
use super::{PLATFORM, STATUS_DRAFT, STATUS_TRASH};
use crate::canonical::country;
use crate::connector::Setting;
use crate::wire::{Object, Wrong};
use crate::words::say;

/// The members of an order that are read; asking for these alone makes an answer a third as long.
pub(super) const FIELDS: &str = "id,number,status,currency,version,created_via,date_created,date_created_gmt,\
date_modified,date_modified_gmt,date_paid,date_paid_gmt,date_completed,date_completed_gmt,discount_total,\
shipping_total,shipping_tax,total,total_tax,customer_id,billing,shipping,payment_method,payment_method_title,\
meta_data,line_items,tax_lines,shipping_lines,fee_lines,coupon_lines,refunds";

/// Reads of one record within the second of its stamp are told apart for this long.
const FRESH: i64 = 120_000;

/// An instant: the member in UTC, else the one in the shop's own time.
pub(super) fn instant(
    row: &Object<'_>,
    name: &str,
    setting: &Setting,
) -> Result<Option<Timestamp>, Wrong> {
    match row.instant(&format!("{name}_gmt"), &TimeZone::UTC)? {
        Some(instant) => Ok(Some(instant)),
        None => row.instant(name, &setting.timezone),
    }
}

/// Stamps have whole seconds, and an order may change twice in one. What is read later is newer: the
/// time between change and reading makes the fraction, so that trash and restore within one second
/// do not depend on the order in which two readings are kept.
fn version(modified: Timestamp, now: Timestamp) -> Version {
    let since = now.duration_since(modified).as_millis();
    let since = i64::try_from(since).unwrap_or(FRESH).clamp(0, FRESH);
    let fraction = SignedDuration::from_nanos(since * 999_000_000 / FRESH);
    Version::stamped(modified.checked_add(fraction).unwrap_or(modified))
}

pub(super) fn order(
    row: &Object<'_>,
    details: &[Detail<'_>],
    catalogue: &Catalogue,
    setting: &Setting,
) -> Result<Order, Wrong> {
    let id = row.identifier("id")?;
    let Some(created) = instant(row, "date_created", setting)? else {
        return row.wrong(
            "date_created_gmt",
            say("la commande n’a pas de date", "the order has no date"),
            say("corrigez-la dans WooCommerce", "correct it in WooCommerce"),
        );
    };
    let modified = instant(row, "date_modified", setting)?.unwrap_or(created);
    let currency = match row.text("currency") {
        Some(code) => code.parse().map_err(|error: comptoir_model::MoneyError| {
            (row.at("currency"), crate::words::Fault::from(error))
        })?,
        None => setting.currency,
    };
    let version = version(modified, setting.now);
    let mut order = Order::new(&id, version, currency, created);
    order.number = row.text("number");
    order.status = status(row);
    order.class = PLATFORM.class(&order.status);
    order.paid = instant(row, "date_paid", setting)?;
    order.completed = instant(row, "date_completed", setting)?;
    if order.class == Class::Cancelled {
        order.cancelled = Some(modified);
    }
    let billing = row.object("billing")?;
    order.customer = identity(row, billing.as_ref());
    order.billing = place(billing.as_ref());
    order.shipping = place(row.object("shipping")?.as_ref());
    order.payment_method =
        name_of(row, "payment_method_title").or_else(|| row.text("payment_method"));
    order.shipping_method = row
        .objects("shipping_lines")?
        .iter()
        .find_map(|line| name_of(line, "method_title").or_else(|| line.text("method_id")));
    let mut coupons = 0;
    for coupon in row.objects("coupon_lines")? {
        coupons += coupon.money("discount", currency)?.unwrap_or(0);
        order.coupons.extend(coupon.text("code").map(|code| plain(&code)));
    }
    attribute(row, &mut order)?;
    let rates = amounts::rates(row)?;
    let mut items = amounts::items(row, &rates, catalogue, currency)?;
    amounts::settle_discounts(&mut items, coupons.max(0));
    if currency != setting.currency {
        // Costs of the catalogue are in the shop's own currency.
        items.iter_mut().for_each(|item| item.line.cost = None);
    }
    order.lines = items.iter().map(|item| item.line.clone()).collect();
    amounts::settle(row, &rates, &mut order)?;
    order.refunds = refunds(row, details, &items, &rates, &order, catalogue, setting)?;
    Ok(order)
}

fn refunds(
    row: &Object<'_>,
    details: &[Detail<'_>],
    items: &[Item],
    rates: &amounts::Rates,
    order: &Order,
    catalogue: &Catalogue,
    setting: &Setting,
) -> Result<Vec<comptoir_model::Refund>, Wrong> {
    let mut refunds = Vec::new();
    for told in row.objects("refunds")? {
        let id = told.identifier("id")?;
        let detail = details.iter().find(|detail| detail.id == id);
        let book = refund::Book { order, items, rates, catalogue, setting };
        refunds.push(book.refund(&id, &told, detail)?);
    }
    Ok(refunds)
}

/// The raw status, without the prefix that the database has.
pub(super) fn status(row: &Object<'_>) -> String {
    let told = row.text("status").unwrap_or_default();
    told.strip_prefix("wc-").unwrap_or(&told).to_owned()
}

fn identity(row: &Object<'_>, billing: Option<&Object<'_>>) -> Identity {
    let of = |name: &str| billing.and_then(|billing| name_of(billing, name));
    Identity {
        id: row.reference("customer_id"),
        email: of("email"),
        phone: of("phone"),
        first_name: of("first_name"),
        last_name: of("last_name"),
    }
}

pub(super) fn place(address: Option<&Object<'_>>) -> Place {
    let of = |name: &str| address.and_then(|address| name_of(address, name));
    Place {
        country: of("country").and_then(|name| country::code(&name).map(str::to_owned)),
        region: of("state"),
        city: of("city"),
        postcode: of("postcode"),
    }
}

/// The cart that an order was: the block checkout keeps one from the moment a visitor reaches it.
pub(super) fn cart(row: &Object<'_>, order: &Order) -> Option<Cart> {
    let draft = order.status == STATUS_DRAFT;
    if !draft && row.text("created_via").as_deref() != Some("store-api") {
        return None;
    }
    let state = if draft {
        CartState::Open
    } else if order.status == STATUS_TRASH {
        CartState::Deleted
    } else {
        CartState::Ordered
    };
    Some(Cart {
        id: order.id.clone(),
        version: order.version,
        state,
        created: order.created,
        updated: if draft { order.version.modified } else { order.created },
        currency: order.currency,
        customer: order.customer.clone(),
        total: order.total(),
        lines: order
            .lines
            .iter()
            .map(|line| CartLine {
                product: line.product.clone(),
                name: line.name.clone(),
                quantity: line.quantity,
            })
            .collect(),
        order: (state == CartState::Ordered).then(|| order.id.clone()),
    })
}
