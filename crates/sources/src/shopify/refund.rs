//! A refund as Shopify tells it. Its lines say what the goods were sold for, which is not always what
//! was given back; the ledger must have what was given back, to the cent.

use std::collections::BTreeMap;

use comptoir_model::{Identity, Order, Refund, RefundLine, Tax, Version, money};

use super::amount::{self, legacy, nodes};
use super::order::{instant, kind_of, product_of, required_instant, variant_of};
use crate::wire::{Object, Wrong};

/// An amount and the tax that goes with it, as told.
#[derive(Clone, Copy)]
struct Told {
    amount: i64,
    tax: i64,
}

impl Told {
    /// With its tax, which is inside already or comes on top.
    fn whole(self, inside: bool) -> i64 {
        if inside { self.amount } else { self.amount + self.tax }
    }
}

pub(crate) fn read(
    told: &Object<'_>,
    order: &Order,
    more: &BTreeMap<String, Vec<Object<'_>>>,
    taxes_of: &BTreeMap<String, Vec<Tax>>,
    included: bool,
) -> Result<Refund, Wrong> {
    let currency = order.currency;
    let id = match legacy(told) {
        Some(id) => id,
        None => told.identifier("legacyResourceId")?,
    };
    let modified = instant(told, "updatedAt")?;
    let at = match instant(told, "createdAt")?.or(modified) {
        Some(at) => at,
        None => required_instant(told, "createdAt")?,
    };
    let mut lines = nodes(told, "refundLineItems")?;
    lines.extend(more.get(&id).into_iter().flatten().cloned());
    let mut goods = Vec::with_capacity(lines.len());
    for line in &lines {
        let amount = amount::required(line, "subtotalSet", currency)?;
        let tax = amount::shop(line, "totalTaxSet", currency)?.unwrap_or_default();
        goods.push(Told { amount, tax });
    }
    let mut shipping = Told { amount: 0, tax: 0 };
    for way in nodes(told, "refundShippingLines")? {
        shipping.amount += amount::required(&way, "subtotalAmountSet", currency)?;
        shipping.tax += amount::shop(&way, "taxAmountSet", currency)?.unwrap_or_default();
    }
    let mut duties = 0;
    for duty in told.objects("duties")? {
        duties += amount::required(&duty, "amountSet", currency)?;
    }
    // Above zero where less was given back than the lines say, below where more was.
    let mut kept = 0;
    for adjustment in nodes(told, "orderAdjustments")? {
        kept += amount::required(&adjustment, "amountSet", currency)?;
        kept += amount::shop(&adjustment, "taxAmountSet", currency)?.unwrap_or_default();
    }
    let paid_back = amount::shop(told, "totalRefundedSet", currency)?.unwrap_or_default();

    let explained = |(goods_inside, shipping_inside): (bool, bool)| {
        goods.iter().map(|line| line.whole(goods_inside)).sum::<i64>()
            + shipping.whole(shipping_inside)
            + duties
    };
    let inside = reading(included, |reading| explained(reading) - kept == paid_back);
    let explained = explained(inside);
    // Lines that are taken out of an order that nobody has paid give no money back, and are given back.
    let given = if paid_back > 0 { paid_back } else { (explained - kept).max(0) };

    let part = |told: Told, inside: bool| {
        if inside { [told.amount - told.tax, told.tax] } else { [told.amount, told.tax] }
    };
    let mut parts: Vec<i64> = goods.iter().flat_map(|line| part(*line, inside.0)).collect();
    parts.extend(part(shipping, inside.1));
    parts.push(duties);
    if given < explained {
        parts = money::split(given, &parts);
    }

    let mut refund = Refund {
        id,
        order: Some(order.id.clone()),
        version: Version::stamped(modified.unwrap_or(at)),
        deleted: false,
        at,
        currency,
        reason: told.text("note"),
        customer: Identity::default(),
        country: None,
        lines: Vec::with_capacity(lines.len()),
        shipping: 0,
        fees: 0,
        taxes: Vec::new(),
        total: Some(given),
    };
    let mut parts = parts.into_iter();
    let mut pair = || (parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
    for line in &lines {
        let (amount, tax) = pair();
        let Some(sold) = line.object("lineItem")? else { continue };
        let rates = sold.text("id").and_then(|id| taxes_of.get(&id));
        refund.lines.push(RefundLine {
            kind: kind_of(&sold),
            product: product_of(&sold)?,
            variant: variant_of(&sold),
            name: sold.text("name").unwrap_or_default(),
            quantity: line.whole("quantity")?.unwrap_or_default().max(0),
            amount,
            taxes: at_rates(tax, rates.map_or(&[], Vec::as_slice)),
        });
    }
    let (amount, tax) = pair();
    refund.shipping = amount;
    refund.taxes = at_rates(tax, &order.shipping_taxes);
    (refund.fees, _) = pair();
    Ok(refund)
}

/// Whether tax is inside the amounts of goods, and of shipping. In a shop whose prices contain tax it
/// should be; the reading that gives the money that was paid back is the right one.
fn reading(included: bool, fits: impl Fn((bool, bool)) -> bool) -> (bool, bool) {
    if !included {
        return (false, false);
    }
    let readings = [(true, true), (true, false), (false, false), (false, true)];
    readings.into_iter().find(|reading| fits(*reading)).unwrap_or((true, true))
}

/// A tax that is given back, at the rates it was taken at.
fn at_rates(tax: i64, taken: &[Tax]) -> Vec<Tax> {
    if tax == 0 {
        return Vec::new();
    }
    if taken.iter().all(|tax| tax.amount <= 0) {
        return vec![Tax { rate: None, amount: tax }];
    }
    let weights: Vec<i64> = taken.iter().map(|tax| tax.amount).collect();
    let parts = taken.iter().zip(money::split(tax, &weights));
    parts
        .filter(|(_, amount)| *amount != 0)
        .map(|(taken, amount)| Tax { rate: taken.rate, amount })
        .collect()
}
