//! What the shop's own Analytics counts, to stand beside our figures.

use comptoir_model::Currency;
use jiff::civil::Date;

use super::way::Way;
use crate::connector::{Setting, Totals};
use crate::failure::Failure;

/// Its names for the figures, and ours.
const FIGURES: [(&str, &str); 7] = [
    ("total_sales", "total_sales"),
    ("coupons", "discounts"),
    ("refunds", "refunds"),
    ("taxes", "tax"),
    ("shipping", "shipping"),
    ("net_revenue", "net_sales"),
    ("gross_sales", "gross_sales"),
];

/// Counts among them.
const COUNTS: [(&str, &str); 2] = [("orders_count", "orders"), ("num_items_sold", "units")];

/// Both days included; `None` where Analytics is switched off or closed to the key.
pub(super) fn totals(
    way: &mut Way,
    from: Date,
    to: Date,
    setting: &Setting,
) -> Result<Option<Totals>, Failure> {
    let (after, before) = (format!("{from}T00:00:00"), format!("{to}T23:59:59"));
    let asked = [
        ("after", after.as_str()),
        ("before", before.as_str()),
        ("interval", "year"),
        ("per_page", "100"),
    ];
    let reply = match way.get("wc-analytics/reports/revenue/stats", &asked) {
        Ok(reply) => reply,
        Err(failure) if failure.kind.passes() => return Err(failure),
        Err(_) => return Ok(None),
    };
    let Ok(answer) = reply.object() else { return Ok(None) };
    let Ok(Some(told)) = answer.object("totals") else { return Ok(None) };
    let mut figures = Vec::new();
    for (theirs, ours) in COUNTS {
        if let Some(count) = told.text(theirs).and_then(|text| text.parse().ok()) {
            figures.push((ours.to_owned(), count));
        }
    }
    for (theirs, ours) in FIGURES {
        if let Some(amount) = told.text(theirs).and_then(|text| noisy(&text, setting.currency)) {
            figures.push((ours.to_owned(), amount));
        }
    }
    if figures.is_empty() {
        return Ok(None);
    }
    Ok(Some(Totals { date: basis(way)?, figures }))
}

/// The date that Analytics counts by: the one of payment unless the merchant chose another.
fn basis(way: &mut Way) -> Result<String, Failure> {
    let told = match way.get("wc/v3/settings/wc_admin/woocommerce_date_type", &[]) {
        Ok(reply) => reply.object().ok().and_then(|setting| setting.text("value")),
        Err(failure) if failure.kind.passes() => return Err(failure),
        Err(_) => None,
    };
    Ok(match told.as_deref() {
        Some("date_created") => "created",
        Some("date_completed") => "completed",
        _ => "paid",
    }
    .to_owned())
}

/// A float's digits (`1234.5600000000001`, `7.1e-15`) as minor units, rounded half to even.
fn noisy(text: &str, currency: Currency) -> Option<i64> {
    let (mantissa, power) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let power: i32 = power.parse().ok().filter(|power| (-400..=12).contains(power))?;
    let negative = mantissa.starts_with('-');
    let body = mantissa.trim_start_matches(['-', '+']);
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let mut digits = format!("{whole}{fraction}");
    let mut point = i64::try_from(whole.len()).ok()? + i64::from(power);
    while point < 0 {
        digits.insert(0, '0');
        point += 1;
    }
    let point = usize::try_from(point).ok()?;
    while digits.len() < point {
        digits.push('0');
    }
    let (whole, fraction) = digits.split_at(point);
    let fraction: String = fraction.chars().take(12).collect();
    let sign = if negative { "-" } else { "" };
    let plain = format!("{sign}{whole}.{fraction}");
    currency.parse(&plain).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn noise_of_floats_is_rounded_away() {
        for (text, minor) in [
            ("1234.5600000000001", 123_456),
            ("1234.5599999999999", 123_456),
            ("7.105427357601e-15", 0),
            ("-7.1E-15", 0),
            ("1.5e3", 150_000),
            ("0", 0),
            ("-12.34", -1234),
            ("12", 1200),
        ] {
            assert_eq!(noisy(text, Currency::EUR), Some(minor), "{text}");
        }
        let yen = "JPY".parse().expect("a currency");
        assert_eq!(noisy("233.4", yen), Some(233));
        assert_eq!(noisy("beaucoup", Currency::EUR), None);
    }
}
