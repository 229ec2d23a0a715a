//! An order as Shopify tells it, as ours. Amounts are those of the day it was placed; what was taken
//! out or given back later is in its refunds, so that the two together are what is left of it.

use std::collections::BTreeMap;

use comptoir_model::{
    Currency, Fee, Identity, Line, LineKind, Order, Payment, Place, Tax, Version, money,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::amount::{self, legacy, nodes};
use super::{PLATFORM, refund};
use crate::wire::{Object, Refused, Wrong};
use crate::words::{Fault, say};

/// An order that was read.
pub(crate) struct Read {
    pub order: Order,
    /// Its parts add up to what Shopify says is its total, and nothing of it stands elsewhere.
    pub whole: bool,
    /// Refunds of it that were not understood.
    pub refused: Vec<Refused>,
}

/// What an order is made of, gathered from as many pages as it takes.
pub(crate) struct Parts<'a> {
    pub lines: Vec<Object<'a>>,
    /// Lines of its refunds, by the number of the refund.
    pub refund_lines: BTreeMap<String, Vec<Object<'a>>>,
}

/// The number of an order: what files and webhooks know it by.
pub(crate) fn id(told: &Object<'_>) -> Result<String, Wrong> {
    match legacy(told) {
        Some(id) => Ok(id),
        None => told.identifier("legacyResourceId"),
    }
}

pub(crate) fn read(told: &Object<'_>, parts: &Parts<'_>) -> Result<Read, Wrong> {
    let id = id(told)?;
    let currency = currency(told)?;
    let created = required_instant(told, "createdAt")?;
    let modified = instant(told, "updatedAt")?.unwrap_or(created);
    let included = told.flag("taxesIncluded");
    let mut order = Order::new(&id, Version::stamped(modified), currency, created);
    order.number = told.text("name");
    order.test = told.flag("test");
    order.cancelled = instant(told, "cancelledAt")?;
    order.processed = instant(told, "processedAt")?;
    order.status = status(told);
    order.class = PLATFORM.class(&order.status);
    person(&mut order, told)?;
    order.billing = place(told, "billingAddress")?;
    order.shipping = place(told, "shippingAddress")?;
    order.payment_method =
        Some(told.texts("paymentGatewayNames")?.join(", ")).filter(|m| !m.is_empty());
    order.coupons = told.texts("discountCodes")?;
    order.channel = told.text("sourceName");
    visit(&mut order, told)?;
    moments(&mut order, told)?;

    let mut taxes_of = BTreeMap::new();
    for told in &parts.lines {
        let line = line(told, currency, included)?;
        if let Some(id) = told.text("id") {
            taxes_of.insert(id, line.taxes.clone());
        }
        order.lines.push(line);
    }
    shipping(&mut order, told, included)?;
    for fee in told.objects("additionalFees")? {
        let taxes = amount::taxes(&fee, currency)?;
        let price = amount::required(&fee, "price", currency)?;
        let (amount, _) = amount::untaxed(price, 0, &taxes, included);
        let name = fee.text("name").unwrap_or_default();
        order.fees.push(Fee { name, amount, taxes });
    }
    let balanced = balance(&mut order, told, included)?;

    let mut refused = Vec::new();
    let mut elsewhere = false;
    for told in told.objects("refunds")? {
        elsewhere |=
            told.raw("totalRefundedSet").is_none() && told.raw("refundLineItems").is_none();
        match refund::read(&told, &order, &parts.refund_lines, &taxes_of, included) {
            Ok(refund) => order.refunds.push(refund),
            Err(wrong) => {
                let id = told.text("legacyResourceId").unwrap_or_default();
                refused.push(Refused::new("refund", &id, wrong, ""));
            }
        }
    }
    Ok(Read { order, whole: balanced && !elsewhere, refused })
}

/// `PAID`, `PAID/FULFILLED`, `CANCELLED/REFUNDED`: how it is paid, and the two things that happen to it.
fn status(told: &Object<'_>) -> String {
    let financial = told.text("displayFinancialStatus").unwrap_or_else(|| "NONE".to_owned());
    if told.raw("cancelledAt").is_some() {
        return format!("CANCELLED/{financial}");
    }
    let fulfilled = told.text("displayFulfillmentStatus").is_some_and(|told| told == "FULFILLED");
    if fulfilled { format!("{financial}/FULFILLED") } else { financial }
}

fn currency(told: &Object<'_>) -> Result<Currency, Wrong> {
    let code = told.text("currencyCode").unwrap_or_default();
    code.parse().map_err(|error| (told.at("currencyCode"), Fault::from(error)))
}

pub(crate) fn instant(told: &Object<'_>, name: &str) -> Result<Option<Timestamp>, Wrong> {
    told.instant(name, &TimeZone::UTC)
}

pub(crate) fn required_instant(told: &Object<'_>, name: &str) -> Result<Timestamp, Wrong> {
    match instant(told, name)? {
        Some(instant) => Ok(instant),
        None => told.wrong(
            name,
            say("la date manque", "the date is missing"),
            say("vérifiez l’enregistrement dans Shopify", "check the record in Shopify"),
        ),
    }
}

fn person(order: &mut Order, told: &Object<'_>) -> Result<(), Wrong> {
    let customer = told.object("customer")?;
    let of = |name: &str| customer.as_ref().and_then(|customer| customer.text(name));
    order.customer = Identity {
        id: customer.as_ref().and_then(legacy),
        email: told.text("email"),
        phone: told.text("phone"),
        first_name: of("firstName"),
        last_name: of("lastName"),
    };
    Ok(())
}

fn place(told: &Object<'_>, name: &str) -> Result<Place, Wrong> {
    let Some(address) = told.object(name)? else { return Ok(Place::default()) };
    Ok(Place {
        country: address.text("countryCodeV2").filter(|code| code.len() == 2),
        region: address.text("provinceCode"),
        city: address.text("city"),
        postcode: address.text("zip"),
    })
}

/// The last visit before the order: where the buyer came from.
fn visit(order: &mut Order, told: &Object<'_>) -> Result<(), Wrong> {
    let Some(journey) = told.object("customerJourneySummary")? else { return Ok(()) };
    let Some(visit) = journey.object("lastVisit")? else { return Ok(()) };
    let tags = visit.object("utmParameters")?;
    let tag = |name: &str| tags.as_ref().and_then(|tags| tags.text(name));
    order.source = tag("source").or_else(|| visit.text("source"));
    order.medium = tag("medium");
    order.campaign = tag("campaign");
    Ok(())
}

/// Payments, and when the order was paid and sent.
fn moments(order: &mut Order, told: &Object<'_>) -> Result<(), Wrong> {
    for transaction in told.objects("transactions")? {
        let kind = transaction.text("kind").unwrap_or_default();
        let Some(at) = instant(&transaction, "processedAt")? else { continue };
        if !matches!(kind.as_str(), "SALE" | "CAPTURE") {
            continue;
        }
        let amount = amount::shop(&transaction, "amountSet", order.currency)?.unwrap_or_default();
        let succeeded = transaction.text("status").is_some_and(|status| status == "SUCCESS");
        order.payments.push(Payment { method: transaction.text("gateway"), at, amount, succeeded });
    }
    let financial = told.text("displayFinancialStatus").unwrap_or_default();
    if matches!(financial.as_str(), "PAID" | "PARTIALLY_REFUNDED" | "REFUNDED") {
        let first = order.payments.iter().filter(|payment| payment.succeeded).map(|p| p.at).min();
        order.paid = first.or(order.processed);
    }
    if told.text("displayFulfillmentStatus").is_some_and(|status| status == "FULFILLED") {
        for parcel in told.objects("fulfillments")? {
            order.completed = order.completed.max(instant(&parcel, "createdAt")?);
        }
    }
    Ok(())
}

/// What names a product: its SKU, else its number.
pub(crate) fn product_of(line: &Object<'_>) -> Result<Option<String>, Wrong> {
    let number = line.object("product")?.as_ref().and_then(legacy);
    Ok(line.text("sku").or(number))
}

/// Products without variants have one all the same, under this title.
pub(crate) fn variant_of(line: &Object<'_>) -> Option<String> {
    line.text("variantTitle").filter(|title| title != "Default Title")
}

/// A gift card is money kept for later, not merchandise.
pub(crate) fn kind_of(line: &Object<'_>) -> LineKind {
    if line.flag("isGiftCard") { LineKind::Service } else { LineKind::Product }
}

fn line(told: &Object<'_>, currency: Currency, included: bool) -> Result<Line, Wrong> {
    let original = amount::required(told, "originalTotalSet", currency)?;
    let lowered = amount::shop(told, "discountedTotalSet", currency)?.unwrap_or(original);
    let mut allocated = 0;
    for part in told.objects("discountAllocations")? {
        allocated += amount::required(&part, "allocatedAmountSet", currency)?;
    }
    // The discounted total leaves out what is taken off the whole order; the allocations have both.
    let discount = allocated.max(original - lowered).max(0);
    let taxes = amount::taxes(told, currency)?;
    let (gross, discount) = amount::untaxed(original, discount, &taxes, included);
    let quantity = told.whole("quantity")?.unwrap_or(1).max(0);
    let category = told.object("product")?.and_then(|product| product.text("productType"));
    Ok(Line {
        kind: kind_of(told),
        product: product_of(told)?,
        variant: variant_of(told),
        name: told.text("name").unwrap_or_default(),
        category,
        quantity,
        regular_price: None,
        gross,
        discount,
        taxes,
        cost: cost(told, currency)?,
    })
}

fn cost(told: &Object<'_>, currency: Currency) -> Result<Option<i64>, Wrong> {
    let Some(variant) = told.object("variant")? else { return Ok(None) };
    let Some(item) = variant.object("inventoryItem")? else { return Ok(None) };
    unit_cost(&item, currency)
}

/// What a unit costs, when it is kept in the shop's currency.
pub(crate) fn unit_cost(item: &Object<'_>, currency: Currency) -> Result<Option<i64>, Wrong> {
    let Some(cost) = item.object("unitCost")? else { return Ok(None) };
    if cost.text("currencyCode").is_some_and(|code| code != currency.code()) {
        return Ok(None);
    }
    cost.money("amount", currency)
}

fn shipping(order: &mut Order, told: &Object<'_>, included: bool) -> Result<(), Wrong> {
    let mut ways = nodes(told, "shippingLines")?;
    if ways.is_empty() {
        ways.extend(told.object("shippingLine")?);
    }
    let mut titles = Vec::new();
    for way in ways {
        let original = amount::shop(&way, "originalPriceSet", order.currency)?.unwrap_or_default();
        let mut charged = original;
        for part in way.objects("discountAllocations")? {
            charged -= amount::required(&part, "allocatedAmountSet", order.currency)?;
        }
        let told = amount::shop(&way, "discountedPriceSet", order.currency)?;
        let charged = told.unwrap_or(charged).max(0);
        let taxes = amount::taxes(&way, order.currency)?;
        let (amount, _) = amount::untaxed(charged, 0, &taxes, included);
        order.shipping_amount += amount;
        order.shipping_taxes.extend(taxes);
        titles.extend(way.text("title"));
    }
    order.shipping_method = Some(titles.join(", ")).filter(|titles| !titles.is_empty());
    Ok(())
}

/// Finds a place for what is in the order's totals and in none of its parts: taxes, duties, tips.
/// Whether nothing else was left over.
fn balance(order: &mut Order, told: &Object<'_>, included: bool) -> Result<bool, Wrong> {
    let currency = order.currency;
    let total = amount::required(told, "totalPriceSet", currency)?;
    let all_tax = amount::shop(told, "totalTaxSet", currency)?.unwrap_or_default();
    let untold = all_tax - order.tax();
    if untold > 0 && included {
        // It is inside the prices of the lines.
        let weights: Vec<i64> = order.lines.iter().map(Line::net).collect();
        for (line, part) in order.lines.iter_mut().zip(money::split(untold, &weights)) {
            line.gross -= part;
            line.taxes.push(Tax { rate: None, amount: part });
        }
    } else if untold > 0 {
        order.taxes.push(Tax { rate: None, amount: untold });
    }
    for (field, name) in
        [("originalTotalDutiesSet", "Droits de douane"), ("totalTipReceivedSet", "Pourboire")]
    {
        let amount = amount::shop(told, field, currency)?.unwrap_or_default();
        if amount > 0 && total - order.total() >= amount {
            order.fees.push(Fee { name: name.to_owned(), amount, taxes: Vec::new() });
        }
    }
    let left = total - order.total();
    if left != 0 {
        // Cash rounding, or a part that this version of the API does not tell.
        order.fees.push(Fee { name: "Écart".to_owned(), amount: left, taxes: Vec::new() });
    }
    Ok(left == 0)
}
