//! A credit slip: money given back for an order.

use comptoir_model::money::{divide_half_even, split};
use comptoir_model::{Identity, Line, Order, Refund, RefundLine, Version};
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
    let given = given(object, order, ids)?;
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
        let told = object.money("amount", order.currency)?.filter(|amount| *amount > 0);
        let amount = match told {
            Some(amount) => amount,
            None => object.money("total_products_tax_incl", order.currency)?.unwrap_or(0).max(0),
        };
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
fn given(object: &Object<'_>, order: &Order, ids: &LineIds) -> Result<Option<Given>, Wrong> {
    let currency = order.currency;
    let said = |name: &str| object.money(name, currency).map(|told| told.map(|told| told.max(0)));
    let told = |name: &str| said(name).map(|told| told.unwrap_or(0));
    let goods_with = told("total_products_tax_incl")?;
    let goods = match said("total_products_tax_excl")? {
        Some(goods) => Some(goods),
        None => goods_without(object, order, ids, goods_with)?,
    };
    let (shipping, shipping_with) = match said("total_shipping_tax_incl")? {
        Some(with) => (told("total_shipping_tax_excl")?, with),
        None => shipping(order, told("shipping_cost_amount")?),
    };
    // One amount and no totals at all: an old version's, even where its shipping stands apart.
    let old = goods_with == 0 && said("total_shipping_tax_incl")?.is_none() && told("amount")? > 0;
    // Goods of which neither lines nor totals tell the tax are split like an old version's.
    let Some(goods) = goods.or((goods_with == 0).then_some(0)) else { return Ok(None) };
    let mut given = Given { goods, goods_with, shipping, shipping_with };
    if old || (given.goods_with == 0 && given.shipping_with == 0) {
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

/// Goods without tax, of a version that tells their total with tax only: by the lines they were sold on;
/// what no line accounts for is shared as those are.
fn goods_without(
    object: &Object<'_>,
    order: &Order,
    ids: &LineIds,
    goods_with: i64,
) -> Result<Option<i64>, Wrong> {
    let inside = object.object("associations")?;
    let details = inside.map(|inside| inside.objects("order_slip_details")).transpose()?;
    let (mut goods, mut tax) = (0, 0);
    for detail in details.unwrap_or_default() {
        let Some(line) = sold(&detail, order, ids) else { continue };
        let with = detail.money("amount_tax_incl", order.currency)?.unwrap_or(0).max(0);
        let without = without_tax(&detail, line, order)?;
        goods += without;
        tax += (with - without).max(0);
    }
    let known = goods > 0;
    Ok(split(goods_with, &[goods, tax]).first().copied().filter(|_| known))
}

/// The line of the order that a line of the slip is about.
fn sold<'a>(detail: &Object<'_>, order: &'a Order, ids: &LineIds) -> Option<&'a Line> {
    let index = ids.get(&detail.reference("id_order_detail")?)?;
    order.lines.get(*index)
}

/// What a line of the slip gives back without tax; where it is not told, at the price that the line was
/// sold at, or as the line is shared between goods and tax when another amount was given back.
fn without_tax(detail: &Object<'_>, line: &Line, order: &Order) -> Result<i64, Wrong> {
    if let Some(told) = detail.money("amount_tax_excl", order.currency)? {
        return Ok(told.max(0));
    }
    let with = detail.money("amount_tax_incl", order.currency)?.unwrap_or(0).max(0);
    let tax: i64 = line.taxes.iter().map(|tax| tax.amount).sum();
    let net = (line.gross - line.discount).max(0);
    let shared = split(with, &[net, tax.max(0)]).first().copied().unwrap_or(with);
    let quantity = detail.whole("product_quantity")?.unwrap_or(0).max(0);
    if line.quantity == 0 {
        return Ok(shared);
    }
    let price = i128::from(line.gross) * i128::from(quantity);
    let sold_at = i64::try_from(divide_half_even(price, i128::from(line.quantity)));
    Ok(sold_at.ok().filter(|at| (at - shared).abs() <= quantity.max(1)).unwrap_or(shared))
}

/// Shipping of a version that tells one amount of it: without tax when it is what the order was charged
/// without tax, else with tax.
fn shipping(order: &Order, cost: i64) -> (i64, i64) {
    let charged = order.shipping_amount;
    let tax: i64 = order.shipping_taxes.iter().map(|tax| tax.amount).sum();
    if cost == charged {
        return (cost, cost + tax);
    }
    let without = split(cost, &[charged.max(0), tax.max(0)]).first().copied();
    (without.unwrap_or(cost), cost)
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
        let Some(line) = sold(&detail, order, ids) else { continue };
        let quantity = detail.whole("product_quantity")?.unwrap_or(0).max(0);
        let with = detail.money("amount_tax_incl", order.currency)?.unwrap_or(0).max(0);
        let without = without_tax(&detail, line, order)?;
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
