//! Amounts as Shopify writes them: in two currencies (the shop's own is taken), with tax inside or not.

use comptoir_model::money::divide_half_even;
use comptoir_model::{Currency, Tax, TaxRate};

use crate::wire::{Object, Wrong};
use crate::words::say;

/// The shop's side of an amount; `None` when it is not told.
pub(crate) fn shop(of: &Object<'_>, name: &str, currency: Currency) -> Result<Option<i64>, Wrong> {
    let Some(bag) = of.object(name)? else { return Ok(None) };
    match bag.object("shopMoney")? {
        Some(money) => money.money("amount", currency),
        None => Ok(None),
    }
}

/// An amount that every such record has.
pub(crate) fn required(of: &Object<'_>, name: &str, currency: Currency) -> Result<i64, Wrong> {
    match shop(of, name, currency)? {
        Some(amount) => Ok(amount),
        None => of.wrong(
            name,
            say("le montant manque", "the amount is missing"),
            say(
                "rien à faire dans Comptoir ; vérifiez la commande dans Shopify",
                "nothing to do in Comptoir; check the order in Shopify",
            ),
        ),
    }
}

/// The taxes of a line, a shipping line or a fee.
pub(crate) fn taxes(of: &Object<'_>, currency: Currency) -> Result<Vec<Tax>, Wrong> {
    let lines = of.objects("taxLines")?;
    let read = |line: &Object<'_>| {
        let amount = required(line, "priceSet", currency)?;
        let percentage = line.text("ratePercentage").and_then(|text| rate(&text, 1_000));
        let rate = percentage.or_else(|| rate(&line.text("rate")?, 100_000));
        Ok(Tax { rate, amount })
    };
    lines.iter().map(read).collect()
}

/// A rate from its digits: `5.5` a hundred, or `0.055`.
fn rate(text: &str, thousandths: i128) -> Option<TaxRate> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let fraction = fraction.get(..fraction.len().min(12))?;
    let digits: i128 = format!("{whole}{fraction}").parse().ok()?;
    let scale = 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
    let rate = i32::try_from(divide_half_even(digits * thousandths, scale)).ok()?;
    (0..=100_000).contains(&rate).then_some(TaxRate(rate))
}

/// Price and discount without tax. The tax is told for what is left after the discount; where prices
/// contain it, the discount contained it in the same proportion.
pub(crate) fn untaxed(original: i64, discount: i64, taxes: &[Tax], included: bool) -> (i64, i64) {
    if !included {
        return (original, discount);
    }
    let paid = original - discount;
    let net = paid - Tax::sum(taxes);
    let (part, whole) = if paid > 0 {
        (i128::from(net), i128::from(paid))
    } else {
        let rates: i64 =
            taxes.iter().filter_map(|tax| tax.rate).map(|rate| i64::from(rate.0)).sum();
        (100_000, 100_000 + i128::from(rates))
    };
    let share = divide_half_even(i128::from(discount) * part, whole);
    let discount = i64::try_from(share).unwrap_or(discount);
    (net + discount, discount)
}

/// A connection's records, whichever of its two forms it has.
pub(crate) fn nodes<'a>(of: &Object<'a>, name: &str) -> Result<Vec<Object<'a>>, Wrong> {
    let Some(connection) = of.object(name)? else { return Ok(Vec::new()) };
    if connection.raw("nodes").is_some() {
        return connection.objects("nodes");
    }
    let edges = connection.objects("edges")?;
    let mut found = Vec::with_capacity(edges.len());
    for edge in edges {
        found.extend(edge.object("node")?);
    }
    Ok(found)
}

/// Where the next page of a connection begins; `None` at its end.
pub(crate) fn next(of: &Object<'_>, name: &str) -> Result<Option<String>, Wrong> {
    let Some(connection) = of.object(name)? else { return Ok(None) };
    let Some(info) = connection.object("pageInfo")? else { return Ok(None) };
    Ok(info.text("endCursor").filter(|_| info.flag("hasNextPage")))
}

/// The number that a record has in Shopify's administration, in files and in webhooks.
pub(crate) fn legacy(of: &Object<'_>) -> Option<String> {
    of.reference("legacyResourceId").or_else(|| of.text("id").map(|id| number(&id).to_owned()))
}

/// The number at the end of `gid://shopify/Order/5001`.
pub(crate) fn number(id: &str) -> &str {
    let tail = id.rsplit('/').next().unwrap_or(id);
    tail.split('?').next().unwrap_or(tail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_read_from_their_digits() {
        for (text, thousandths, expected) in [
            ("20", 1_000, Some(20_000)),
            ("20.0", 1_000, Some(20_000)),
            ("5.5", 1_000, Some(5_500)),
            ("8.8750000", 1_000, Some(8_875)),
            ("0.055", 100_000, Some(5_500)),
            ("0.2", 100_000, Some(20_000)),
            ("1e-2", 1_000, None),
            ("101", 1_000, None),
        ] {
            assert_eq!(rate(text, thousandths), expected.map(TaxRate), "{text}");
        }
    }

    /// 24.00 with 20 % inside, 6.00 off: 18.00 paid, of which 3.00 is tax; so 15.00 without tax,
    /// 5.00 off, 20.00 before.
    #[test]
    fn a_discount_contains_tax_as_its_price_does() {
        let tax = [Tax { rate: Some(TaxRate(20_000)), amount: 300 }];
        assert_eq!(untaxed(2400, 600, &tax, true), (2000, 500));
        assert_eq!(untaxed(2400, 600, &tax, false), (2400, 600));
        // All of it off: no tax is left to tell, the rate is.
        let none = [Tax { rate: Some(TaxRate(20_000)), amount: 0 }];
        assert_eq!(untaxed(2400, 2400, &none, true), (2000, 2000));
    }
}
