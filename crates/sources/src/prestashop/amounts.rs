//! The amounts of an order, so that they add up to what PrestaShop says was to be paid.
//!
//! PrestaShop keeps six decimals and rounds per unit, per line or per order, as the shop chose. Each
//! line is rounded once here; the cents by which that misses the order's own totals go to its largest
//! line. What is then still missing is an adjustment, never a reason to lose the order.

use comptoir_model::money::split;
use comptoir_model::{Currency, Fee, Line, Order, Tax, TaxRate};

use super::tables::percent;
use crate::canonical::pricing::known;
use crate::wire::{Object, Wrong};

/// Rates of value added tax that shops here have, in thousandths of a percent. A rate that is told
/// nowhere is worked out of a price with and without tax, and believed when it is one of these or of
/// the shop's own.
const COMMON: &[i32] = &[
    1_050, 1_750, 2_100, 2_500, 2_600, 3_000, 3_700, 3_800, 4_000, 5_000, 5_500, 6_000, 7_000,
    7_700, 8_000, 8_100, 8_500, 9_000, 10_000, 12_000, 13_000, 13_500, 14_000, 15_000, 16_000,
    17_000, 18_000, 19_000, 19_600, 20_000, 21_000, 22_000, 23_000, 24_000, 25_000, 25_500, 27_000,
];

/// A number as millionths, the precision of the webservice.
pub(super) fn millionths(digits: &str) -> Option<i128> {
    let negative = digits.starts_with('-');
    let body = digits.trim_start_matches('-');
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let fraction: String = format!("{fraction:0<6}").chars().take(6).collect();
    let value: i128 = format!("{whole}{fraction}").parse().ok()?;
    Some(if negative { -value } else { value })
}

/// The rate between a unit price without tax and the same with tax, if it is certain.
pub(super) fn rate(without: &str, with: &str, own: &[TaxRate]) -> Option<TaxRate> {
    let (without, with) = (millionths(without)?, millionths(with)?);
    if without <= 0 || with <= without {
        return None;
    }
    let candidates = || COMMON.iter().map(|rate| TaxRate(*rate)).chain(own.iter().copied());
    // Exact prices first; two prices rounded to the cent say a rate only when a cent is little of them.
    for (tolerance, least) in [(2, 50_000), (11_000, 10_000_000)] {
        let mut fitting: Vec<TaxRate> = candidates()
            .filter(|rate| {
                let expected = without * (100_000 + i128::from(rate.0));
                (with * 100_000 - expected).abs() <= tolerance * 100_000
            })
            .collect();
        fitting.sort_unstable();
        fitting.dedup();
        if without >= least
            && let [only] = fitting.as_slice()
        {
            return Some(*only);
        }
    }
    None
}

/// A line's amounts as they are told.
pub(super) struct Priced {
    pub(super) line: Line,
    pub(super) tax: i64,
    pub(super) rate: Option<TaxRate>,
}

/// An amount that is told with and without tax: without tax, and its tax.
fn pair(object: &Object<'_>, name: &str, currency: Currency) -> Result<Option<(i64, i64)>, Wrong> {
    let without = object.money(&format!("{name}_tax_excl"), currency)?;
    let with = match object.money(&format!("{name}_tax_incl"), currency)? {
        Some(with) => Some(with),
        None => object.money(name, currency)?,
    };
    Ok(match (without, with) {
        (Some(without), Some(with)) => Some((without, with - without)),
        (Some(only), None) | (None, Some(only)) => Some((only, 0)),
        (None, None) => None,
    })
}

/// Writes lines, discount, shipping and wrapping into the order.
pub(super) fn settle(
    object: &Object<'_>,
    order: &mut Order,
    mut lines: Vec<Priced>,
) -> Result<(), Wrong> {
    let currency = order.currency;
    let units: i64 = lines.iter().map(|priced| priced.line.quantity).sum();
    let near = units.max(i64::try_from(lines.len()).unwrap_or(i64::MAX)).max(1);
    if let Some(goods) = object.money("total_products", currency)? {
        let off = goods - lines.iter().map(|priced| priced.line.gross).sum::<i64>();
        if off.abs() <= near
            && let Some(largest) = lines.iter_mut().max_by_key(|priced| priced.line.gross)
        {
            largest.line.gross += off;
        }
        if let Some(with) = object.money("total_products_wt", currency)? {
            let off = with - goods - lines.iter().map(|priced| priced.tax).sum::<i64>();
            if off.abs() <= near
                && let Some(largest) = lines.iter_mut().max_by_key(|priced| priced.tax)
                && largest.tax != 0
            {
                largest.tax += off;
            }
        }
    }
    discount(object, order, &mut lines)?;
    order.lines = lines
        .into_iter()
        .map(|priced| Line { taxes: known(priced.rate, priced.tax), ..priced.line })
        .collect();
    if let Some((amount, tax)) = pair(object, "total_shipping", currency)? {
        let told = object.text("carrier_tax_rate").and_then(|rate| percent(&rate));
        order.shipping_amount = amount;
        order.shipping_taxes = if tax == 0 { Vec::new() } else { fitting(told, amount, tax) };
    }
    if let Some((amount, tax)) = pair(object, "total_wrapping", currency)?
        && (amount, tax) != (0, 0)
    {
        let taxes = known(None, tax);
        order.fees.push(Fee { name: "Emballage cadeau".to_owned(), amount, taxes });
    }
    adjust(object, order)
}

/// Spreads the vouchers over the lines, and takes their tax out of the lines' taxes.
fn discount(object: &Object<'_>, order: &mut Order, lines: &mut [Priced]) -> Result<(), Wrong> {
    let Some((amount, tax)) = pair(object, "total_discounts", order.currency)? else {
        return Ok(());
    };
    let weights: Vec<i64> = lines.iter().map(|priced| priced.line.gross.max(0)).collect();
    // A voucher for free shipping may be worth more than the goods: that part stays with the order.
    let on_goods = amount.clamp(0, weights.iter().sum());
    for (priced, part) in lines.iter_mut().zip(split(on_goods, &weights)) {
        priced.line.discount = part;
    }
    order.discount = (amount - on_goods).max(0);
    let weights: Vec<i64> = lines.iter().map(|priced| priced.tax.max(0)).collect();
    let of_goods = tax.clamp(0, weights.iter().sum());
    for (priced, part) in lines.iter_mut().zip(split(of_goods, &weights)) {
        priced.tax -= part;
    }
    Ok(())
}

/// The tax at the told rate, if it is of that rate.
fn fitting(rate: Option<TaxRate>, amount: i64, tax: i64) -> Vec<Tax> {
    let fits = |rate: &TaxRate| {
        let exact = i128::from(amount) * i128::from(rate.0);
        (exact - i128::from(tax) * 100_000).abs() <= 150_000
    };
    known(rate.filter(fits), tax)
}

/// Makes the order add up to what PrestaShop says it comes to.
fn adjust(object: &Object<'_>, order: &mut Order) -> Result<(), Wrong> {
    let currency = order.currency;
    let with = match object.money("total_paid_tax_incl", currency)? {
        Some(with) => Some(with),
        None => object.money("total_paid", currency)?,
    };
    let Some(with) = with else { return Ok(()) };
    let without = object.money("total_paid_tax_excl", currency)?;
    // Old orders that were brought over tell 0 here.
    let without = without.filter(|without| *without != 0 || with == 0);
    let own = order.total() - order.tax();
    let off = without.map_or(0, |without| without - own);
    if off != 0 {
        let taxes = Vec::new();
        order.fees.push(Fee { name: "Ajustement PrestaShop".to_owned(), amount: off, taxes });
    }
    let off = with - order.total();
    if off != 0 {
        order.taxes.push(Tax { rate: None, amount: off });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_told_only_when_it_is_certain() {
        for (without, with, expected) in [
            // 25 / 1.2 = 20.833333
            ("20.833333", "25.000000", Some(20_000)),
            ("10.000000", "10.550000", Some(5_500)),
            // Rounded to the cent: 12.99 / 1.2 = 10.825 → 10.83.
            ("10.830000", "12.990000", Some(20_000)),
            // A rate that no list has: 10 → 11.37.
            ("10.000000", "11.370000", None),
            // Too cheap for cents to say: 20 % of 0.04 is 0.008, told as 0.01.
            ("0.040000", "0.050000", None),
            ("10.000000", "10.000000", None),
        ] {
            assert_eq!(rate(without, with, &[]), expected.map(TaxRate), "{without} {with}");
        }
        assert_eq!(rate("10.000000", "11.370000", &[TaxRate(13_700)]), Some(TaxRate(13_700)));
    }
}
