//! The amounts of an order's lines, shipping, fees and taxes, so that they add up to its total.
//!
//! `WooCommerce` rounds lines, coupons and taxes each on its own: what its Analytics counts are the
//! total, the total tax, the shipping total and the coupon lines of an order. Those are kept to the
//! cent, and what rounding leaves between them and the lines goes where it changes none of them.

use std::collections::BTreeMap;

use comptoir_model::{Currency, Fee, Line, LineKind, Order, Tax, TaxRate, money};

use super::catalogue::Catalogue;
use super::text::name_of;
use crate::canonical::believable;
use crate::wire::{Object, Wrong};

/// Tax rates of an order by their ids.
pub(super) type Rates = BTreeMap<String, Option<TaxRate>>;

/// A line with the platform's id of it, which refunds refer to.
pub(super) struct Item {
    pub(super) id: Option<String>,
    pub(super) line: Line,
}

/// The rates that an order or a refund names.
pub(super) fn rates(row: &Object<'_>) -> Result<Rates, Wrong> {
    let mut rates = Rates::new();
    for tax in row.objects("tax_lines")? {
        if let Some(id) = tax.reference("rate_id") {
            rates.insert(id, tax.text("rate_percent").and_then(|percent| rate(&percent)));
        }
    }
    Ok(rates)
}

/// `20`, `5.5`, `8.8750`.
fn rate(percent: &str) -> Option<TaxRate> {
    let trimmed = if percent.contains('.') {
        percent.trim_end_matches('0').trim_end_matches('.')
    } else {
        percent
    };
    TaxRate::parse(trimmed)
}

/// An amount of tax by rate, in proportion to what the record says of each rate.
pub(super) fn by_rate(row: &Object<'_>, amount: i64, rates: &Rates) -> Result<Vec<Tax>, Wrong> {
    if amount == 0 {
        return Ok(Vec::new());
    }
    let mut shares: Vec<(Option<TaxRate>, i64)> = Vec::new();
    for tax in row.objects("taxes")? {
        let rate = tax.reference("id").and_then(|id| rates.get(&id).copied().flatten());
        let share = tax.text("total").map_or(0, |text| millionths(&text));
        if share == 0 {
            continue;
        }
        match shares.iter_mut().find(|(known, _)| *known == rate) {
            Some((_, sum)) => *sum += share.abs(),
            None => shares.push((rate, share.abs())),
        }
    }
    if shares.is_empty() {
        return Ok(vec![Tax { rate: None, amount }]);
    }
    let weights: Vec<i64> = shares.iter().map(|(_, share)| *share).collect();
    let parts = money::split(amount, &weights);
    let taxes = shares.iter().zip(parts).map(|((rate, _), amount)| Tax { rate: *rate, amount });
    Ok(taxes.filter(|tax| tax.amount != 0).collect())
}

/// A weight, not an amount: digits beyond the sixth decimal change nothing.
fn millionths(text: &str) -> i64 {
    let body = text.trim_start_matches(['-', '+']);
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let fraction: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let value = format!("{whole}{fraction}").parse::<i64>().unwrap_or(0);
    if text.starts_with('-') { -value } else { value }
}

/// The lines of an order, each with what is left of it after discounts.
pub(super) fn items(
    row: &Object<'_>,
    rates: &Rates,
    catalogue: &Catalogue,
    currency: Currency,
) -> Result<Vec<Item>, Wrong> {
    let mut items = Vec::new();
    for told in row.objects("line_items")? {
        let subtotal = told.money("subtotal", currency)?;
        let total = told.money("total", currency)?;
        let net = total.or(subtotal).unwrap_or(0);
        let gross = subtotal.unwrap_or(net).max(net);
        let tax = told.money("total_tax", currency)?.unwrap_or(0);
        let names = catalogue.names(&told);
        let quantity = quantity(&told)?;
        let line = Line {
            kind: LineKind::Product,
            name: name_of(&told, "parent_name")
                .or_else(|| name_of(&told, "name"))
                .or_else(|| names.product.clone())
                .unwrap_or_default(),
            product: names.product,
            variant: names.variant,
            category: names.category,
            quantity,
            regular_price: None,
            gross,
            discount: gross - net,
            taxes: by_rate(&told, tax, rates)?,
            cost: cost_on_line(&told, quantity, currency)?.or(names.cost),
        };
        items.push(Item { id: told.reference("id"), line });
    }
    Ok(items)
}

/// Units of a line. Extensions sell 1.5 metres: its whole units are counted, as Analytics counts them.
pub(super) fn quantity(told: &Object<'_>) -> Result<i64, Wrong> {
    let Some(digits) = told.digits("quantity")? else { return Ok(0) };
    let whole = digits.split_once('.').map_or(digits.as_str(), |(whole, _)| whole);
    Ok(whole.parse::<i64>().unwrap_or(0).abs().min(1_000_000_000))
}

/// The cost that newer versions keep on the line itself, for all its units.
fn cost_on_line(
    told: &Object<'_>,
    quantity: i64,
    currency: Currency,
) -> Result<Option<i64>, Wrong> {
    if quantity == 0 {
        return Ok(None);
    }
    let Some(cost) = told.object("cost_of_goods_sold").ok().flatten() else { return Ok(None) };
    let Some(value) = cost.money("value", currency)?.filter(|value| *value > 0) else {
        return Ok(None);
    };
    let each = money::divide_half_even(i128::from(value), i128::from(quantity));
    Ok(i64::try_from(each).ok())
}

/// Makes the discounts of the lines add up to the coupon lines: those are what Analytics calls
/// coupons, and a line's own difference is rounded apart from them. What is left of a line is as told.
pub(super) fn settle_discounts(items: &mut [Item], coupons: i64) {
    let told: Vec<i64> = items.iter().map(|item| item.line.discount).collect();
    if told.iter().sum::<i64>() == coupons {
        return;
    }
    let weights = if told.iter().any(|discount| *discount > 0) {
        told
    } else {
        items.iter().map(|item| item.line.gross.max(0)).collect()
    };
    for (item, part) in items.iter_mut().zip(money::split(coupons, &weights)) {
        let net = item.line.net();
        item.line.discount = part;
        item.line.gross = net + part;
    }
}

/// Writes shipping, fees and taxes into the order, then whatever its own sums leave unexplained.
pub(super) fn settle(row: &Object<'_>, rates: &Rates, order: &mut Order) -> Result<(), Wrong> {
    let currency = order.currency;
    let mut shipping_lines = 0;
    let mut shipping_taxes = 0;
    for line in row.objects("shipping_lines")? {
        shipping_lines += line.money("total", currency)?.unwrap_or(0);
        let tax = line.money("total_tax", currency)?.unwrap_or(0);
        shipping_taxes += tax;
        order.shipping_taxes.extend(by_rate(&line, tax, rates)?);
    }
    order.shipping_amount = row.money("shipping_total", currency)?.unwrap_or(shipping_lines);
    let told = row.money("shipping_tax", currency)?.unwrap_or(shipping_taxes);
    if told != shipping_taxes {
        order.shipping_taxes = scaled(&order.shipping_taxes, told);
    }
    for line in row.objects("fee_lines")? {
        let tax = line.money("total_tax", currency)?.unwrap_or(0);
        order.fees.push(Fee {
            name: name_of(&line, "name").unwrap_or_default(),
            amount: line.money("total", currency)?.unwrap_or(0),
            taxes: by_rate(&line, tax, rates)?,
        });
    }
    if let Some(tax) = row.money("total_tax", currency)? {
        let rest = tax - order.tax();
        if rest != 0 {
            order.taxes = unexplained(row, rates, order, rest)?;
        }
    }
    if let Some(total) = row.money("total", currency)? {
        let rest = believable(total - order.total()).map_err(|fault| (row.at("total"), fault))?;
        if rest != 0 {
            // The total is what was paid: it stays true, and the difference can be seen.
            order.fees.push(Fee { name: "Arrondi".to_owned(), amount: rest, taxes: Vec::new() });
        }
    }
    Ok(())
}

/// The same taxes, adding up to another amount.
fn scaled(taxes: &[Tax], amount: i64) -> Vec<Tax> {
    if taxes.is_empty() {
        return if amount == 0 { Vec::new() } else { vec![Tax { rate: None, amount }] };
    }
    let weights: Vec<i64> = taxes.iter().map(|tax| tax.amount.abs()).collect();
    let parts = money::split(amount, &weights);
    let taxes = taxes.iter().zip(parts).map(|(tax, amount)| Tax { rate: tax.rate, amount });
    taxes.filter(|tax| tax.amount != 0).collect()
}

/// What the order's total tax says beyond its lines: by rate if its tax lines explain it, else without.
fn unexplained(
    row: &Object<'_>,
    rates: &Rates,
    order: &Order,
    rest: i64,
) -> Result<Vec<Tax>, Wrong> {
    let mut by_rate: BTreeMap<Option<TaxRate>, i64> = BTreeMap::new();
    for tax in row.objects("tax_lines")? {
        let rate = tax.reference("rate_id").and_then(|id| rates.get(&id).copied().flatten());
        let amount = tax.money("tax_total", order.currency)?.unwrap_or(0)
            + tax.money("shipping_tax_total", order.currency)?.unwrap_or(0);
        *by_rate.entry(rate).or_default() += amount;
    }
    let known = order
        .lines
        .iter()
        .flat_map(|line| &line.taxes)
        .chain(&order.shipping_taxes)
        .chain(order.fees.iter().flat_map(|fee| &fee.taxes));
    for tax in known {
        *by_rate.entry(tax.rate).or_default() -= tax.amount;
    }
    if by_rate.values().sum::<i64>() != rest {
        return Ok(vec![Tax { rate: None, amount: rest }]);
    }
    let taxes = by_rate.into_iter().map(|(rate, amount)| Tax { rate, amount });
    Ok(taxes.filter(|tax| tax.amount != 0).collect())
}
