//! A credit slip: money given back for an order.

use comptoir_model::money::split;
use comptoir_model::{Identity, Order, Refund, RefundLine, Version};
use jiff::tz::TimeZone;

use super::order::LineIds;
use crate::canonical::pricing::known;
use crate::wire::{Object, Wrong};
use crate::words::say;

/// Goods and shipping given back, without tax and with it.
struct Given {
    goods: i64,
    goods_with: i64,
    shipping: i64,
    shipping_with: i64,
}

pub(super) fn read(
    object: &Object<'_>,
    order: &Order,
    ids: &LineIds,
    zone: &TimeZone,
) -> Result<Refund, Wrong> {
    let id = object.identifier("id")?;
    let Some(at) = object.instant("date_add", zone)? else {
        return object.wrong(
            "date_add",
            say("l’avoir n’a pas de date", "the credit slip has no date"),
            say("corrigez-le dans PrestaShop", "correct it in PrestaShop"),
        );
    };
    let modified = object.instant("date_upd", zone)?.unwrap_or(at).max(at);
    let given = given(object, order)?;
    let mut refund = Refund {
        id,
        order: Some(order.id.clone()),
        version: Version::stamped(modified),
        deleted: false,
        at,
        currency: order.currency,
        reason: None,
        customer: Identity::default(),
        country: None,
        lines: Vec::new(),
        shipping: 0,
        fees: 0,
        taxes: Vec::new(),
        total: None,
    };
    let Some(given) = given else {
        // Old versions tell one amount with tax: it is split over what remains of the order.
        let amount = object.money("amount", order.currency)?.unwrap_or(0).max(0);
        let shipping = object.money("shipping_cost_amount", order.currency)?.unwrap_or(0).max(0);
        refund.total = Some(amount + shipping);
        return Ok(refund);
    };
    refund.shipping = given.shipping;
    refund.taxes = known(None, given.shipping_with - given.shipping);
    refund.total = Some(given.goods_with + given.shipping_with);
    refund.lines = lines(object, order, ids, &given)?;
    Ok(refund)
}

/// What the slip's own totals say; `None` for a version that has none. Its `amount` is with tax or
/// without, as the customer's group sees prices; only an amount that is neither was typed by hand.
fn given(object: &Object<'_>, order: &Order) -> Result<Option<Given>, Wrong> {
    let currency = order.currency;
    let told = |name: &str| object.money(name, currency).map(|told| told.unwrap_or(0).max(0));
    let mut given = Given {
        goods: told("total_products_tax_excl")?,
        goods_with: told("total_products_tax_incl")?,
        shipping: told("total_shipping_tax_excl")?,
        shipping_with: told("total_shipping_tax_incl")?,
    };
    if given.goods_with == 0 && given.shipping_with == 0 {
        return Ok(None);
    }
    let amount = told("amount")?;
    let typed = object.text("order_slip_type").as_deref() == Some("2")
        && amount > 0
        && amount != given.goods
        && amount != given.goods_with;
    if typed && given.goods_with > 0 {
        let parts = split(amount, &[given.goods, given.goods_with - given.goods]);
        given.goods = parts.first().copied().unwrap_or(amount);
        given.goods_with = amount;
    }
    given.goods = given.goods.min(given.goods_with);
    given.shipping = given.shipping.min(given.shipping_with);
    Ok(Some(given))
}

/// The products given back, adding up to what the slip says of them.
fn lines(
    object: &Object<'_>,
    order: &Order,
    ids: &LineIds,
    given: &Given,
) -> Result<Vec<RefundLine>, Wrong> {
    let inside = object.object("associations")?;
    let details = inside.map(|inside| inside.objects("order_slip_details")).transpose()?;
    let mut lines = Vec::new();
    let mut weights = Vec::new();
    let mut taxes = Vec::new();
    for detail in details.unwrap_or_default() {
        let found = detail.reference("id_order_detail").and_then(|id| ids.get(&id));
        let Some(line) = found.and_then(|index| order.lines.get(*index)) else { continue };
        let quantity = detail.whole("product_quantity")?.unwrap_or(0).max(0);
        let with = detail.money("amount_tax_incl", order.currency)?.unwrap_or(0).max(0);
        let without = detail.money("amount_tax_excl", order.currency)?.unwrap_or(with).max(0);
        weights.push(without);
        taxes.push((with - without).max(0));
        let rate = line.taxes.first().and_then(|tax| tax.rate);
        lines.push((
            rate,
            RefundLine {
                kind: line.kind,
                product: line.product.clone(),
                variant: line.variant.clone(),
                name: line.name.clone(),
                quantity,
                amount: 0,
                taxes: Vec::new(),
            },
        ));
    }
    let amounts = split(given.goods, &weights);
    let tax = given.goods_with - given.goods;
    let taxes = if taxes.iter().any(|tax| *tax > 0) { taxes } else { weights };
    let taxes = split(tax, &taxes);
    let lines = lines.into_iter().zip(amounts.into_iter().zip(taxes));
    Ok(lines
        .map(|((rate, line), (amount, tax))| RefundLine {
            amount,
            taxes: known(rate.filter(|_| tax != 0), tax),
            ..line
        })
        .collect())
}
