//! Counts, ratios and plain decimals.

use comptoir_model::money::{divide_half_even, split};

use super::{MINUS, NO_VALUE};
use crate::i18n::Lang;

/// A count: `12 480`, `12,480`.
pub fn integer(lang: Lang, value: i64) -> String {
    format!("{}{}", sign(value), grouped(lang, &value.unsigned_abs().to_string()))
}

/// A count on an axis: `500`, `1,2 k`, `3 M`.
pub fn count_axis(lang: Lang, value: i64) -> String {
    let (digits, suffix) = shortened(lang, value.unsigned_abs(), 0);
    let space = if suffix.is_empty() || lang == Lang::En { "" } else { "\u{a0}" };
    format!("{}{digits}{space}{suffix}", sign(value))
}

/// A number of bytes, in the unit that gives a short number.
pub fn size(lang: Lang, bytes: u64) -> String {
    let (unit, id) = match bytes {
        0..1_000_000 => (1_000, "import-size-kilo"),
        1_000_000..1_000_000_000 => (1_000_000, "import-size-mega"),
        _ => (1_000_000_000, "import-size-giga"),
    };
    // Tenths, rounded up so that no file is said to hold nothing.
    let tenths = i32::try_from(bytes.div_ceil(unit / 10)).unwrap_or(i32::MAX);
    crate::i18n::t_args(lang, id, &[("n", &decimal(lang, f64::from(tenths) / 10.0, 1))])
}

/// A ratio (`0.0404`) as a percentage: one decimal under 10 %, none above. `None`: no value.
pub fn ratio(lang: Lang, value: Option<f64>) -> String {
    match value.filter(|value| value.is_finite()) {
        None => NO_VALUE.to_owned(),
        Some(value) => {
            let percent = value * 100.0;
            // 9.96 % would read 10.0 %.
            let decimals = usize::from(percent.abs() < 9.95);
            with_percent(lang, &decimal(lang, percent, decimals))
        }
    }
}

/// A plain decimal with so many decimals; a whole number loses them (`2`, not `2,0`).
pub fn decimal(lang: Lang, value: f64, decimals: usize) -> String {
    let text = format!("{:.decimals$}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let fraction = fraction.trim_end_matches('0');
    let zero = fraction.is_empty() && whole == "0";
    let minus = if value < 0.0 && !zero { MINUS } else { "" };
    let whole = grouped(lang, whole);
    if fraction.is_empty() {
        format!("{minus}{whole}")
    } else {
        format!("{minus}{whole}{}{fraction}", point(lang))
    }
}

/// A number of days: `28,2 jours`, `1 day`.
pub fn days(lang: Lang, value: Option<f64>) -> String {
    let Some(value) = value.filter(|value| value.is_finite()) else { return NO_VALUE.to_owned() };
    let number = decimal(lang, value, 1);
    let one = match lang {
        // French counts from two in the plural.
        Lang::Fr => value.abs() < 2.0,
        Lang::En => number == "1",
    };
    let word = match (lang, one) {
        (Lang::Fr, true) => "jour",
        (Lang::Fr, false) => "jours",
        (Lang::En, true) => "day",
        (Lang::En, false) => "days",
    };
    format!("{number}\u{a0}{word}")
}

/// So many days over so many gaps, as a mean: `28,2 jours`; nothing to divide is no value.
pub fn days_of(lang: Lang, days_and_gaps: Option<(i64, i64)>) -> String {
    days(lang, mean_of(days_and_gaps))
}

/// So many over so many, with one decimal, where a head says the unit: `28,2`.
pub fn mean(lang: Lang, days_and_gaps: Option<(i64, i64)>) -> String {
    mean_of(days_and_gaps).map_or_else(|| NO_VALUE.to_owned(), |mean| decimal(lang, mean, 1))
}

fn mean_of(days_and_gaps: Option<(i64, i64)>) -> Option<f64> {
    days_and_gaps.filter(|(_, gaps)| *gaps > 0).map(|(days, gaps)| {
        // Tenths are whole numbers here, and small enough to be exact as a float.
        let tenths = divide_half_even(i128::from(days) * 10, gaps.into());
        f64::from(i32::try_from(tenths).unwrap_or(i32::MAX)) / 10.0
    })
}

/// The parts of a whole as percentages that add up to 100 (largest remainder); `–` when there is no
/// whole. With a negative part no such split exists and each share is rounded by itself.
pub fn shares(lang: Lang, parts: &[i64]) -> Vec<String> {
    let total: i128 = parts.iter().copied().map(i128::from).sum();
    if total <= 0 {
        return vec![NO_VALUE.to_owned(); parts.len()];
    }
    let percents = if parts.iter().all(|part| *part >= 0) {
        split(100, parts)
    } else {
        parts.iter().map(|part| rounded_percent(i128::from(*part), total)).collect()
    };
    percents.into_iter().map(|percent| with_percent(lang, &integer(lang, percent))).collect()
}

/// `part ÷ whole` in whole percents, halves away from zero; the whole is positive.
pub(super) fn rounded_percent(part: i128, whole: i128) -> i64 {
    let hundred = part * 100;
    let half = whole / 2;
    let rounded = if hundred < 0 { (hundred - half) / whole } else { (hundred + half) / whole };
    i64::try_from(rounded).unwrap_or(if hundred < 0 { i64::MIN } else { i64::MAX })
}

/// `8` → `8 %` in French, `8%` in English.
pub(super) fn with_percent(lang: Lang, number: &str) -> String {
    match lang {
        Lang::Fr => format!("{number}\u{a0}%"),
        Lang::En => format!("{number}%"),
    }
}

pub(super) fn sign(value: i64) -> &'static str {
    if value < 0 { MINUS } else { "" }
}

pub(super) fn point(lang: Lang) -> char {
    match lang {
        Lang::Fr => ',',
        Lang::En => '.',
    }
}

/// Digits in groups of three.
pub(super) fn grouped(lang: Lang, digits: &str) -> String {
    let separator = match lang {
        Lang::Fr => '\u{202f}',
        Lang::En => ',',
    };
    let mut text = String::with_capacity(digits.len() + digits.len());
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(separator);
        }
        text.push(digit);
    }
    text
}

/// A size with at most one or two significant decimals and `k` or `M`; `exponent` decimals are minor units.
pub(super) fn shortened(lang: Lang, minor: u64, exponent: u32) -> (String, &'static str) {
    let unit = 10_u64.pow(exponent);
    let (size, suffix) = match minor / unit {
        0..1_000 => (unit, ""),
        1_000..1_000_000 => (unit * 1_000, "k"),
        1_000_000..1_000_000_000 => (unit * 1_000_000, "M"),
        // A billion is « Md » in French and « B » in English shops' reports.
        _ => (unit * 1_000_000_000, if lang == Lang::Fr { "Md" } else { "B" }),
    };
    let whole = grouped(lang, &(minor / size).to_string());
    let rest = minor % size;
    if rest == 0 {
        return (whole, suffix);
    }
    let width = size.ilog10() as usize;
    let fraction = format!("{rest:0width$}");
    let fraction =
        if suffix.is_empty() { fraction.as_str() } else { fraction.trim_end_matches('0') };
    // Grid lines are round, so two decimals always suffice above a thousand.
    let kept = if suffix.is_empty() { fraction.len() } else { fraction.len().min(2) };
    (format!("{whole}{}{}", point(lang), &fraction[..kept]), suffix)
}

/// A part of a whole as a percentage; the whole is above 0.
#[expect(clippy::cast_precision_loss, reason = "shown with at most one decimal")]
pub fn percent(lang: Lang, part: i64, whole: i64) -> String {
    ratio(lang, Some(part as f64 / whole as f64))
}

/// A tax rate in thousandths of a percent: « 5,5 % ».
pub fn tax_rate(lang: Lang, thousandths: i64) -> String {
    let percent = comptoir_model::TaxRate(i32::try_from(thousandths).unwrap_or(0)).percent();
    match lang {
        Lang::Fr => format!("{}\u{a0}%", percent.replace('.', ",")),
        Lang::En => format!("{percent}%"),
    }
}

/// Bytes in small hexadecimal digits.
pub fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_by_language() {
        assert_eq!(integer(Lang::Fr, 12_480), "12\u{202f}480");
        assert_eq!(integer(Lang::En, 12_480), "12,480");
        assert_eq!(integer(Lang::Fr, -1_234_567), "−1\u{202f}234\u{202f}567");
        assert_eq!(integer(Lang::En, i64::MIN), "−9,223,372,036,854,775,808");
        assert_eq!(integer(Lang::Fr, 0), "0");
    }

    #[test]
    fn ratios_keep_one_decimal_only_when_small() {
        for (value, fr, en) in [
            (0.0404, "4\u{a0}%", "4%"),
            (0.0424, "4,2\u{a0}%", "4.2%"),
            (0.64, "64\u{a0}%", "64%"),
            (0.0996, "10\u{a0}%", "10%"),
            (0.0, "0\u{a0}%", "0%"),
            (-0.0301, "−3\u{a0}%", "−3%"),
            (-0.0001, "0\u{a0}%", "0%"),
            (12.5, "1\u{202f}250\u{a0}%", "1,250%"),
        ] {
            assert_eq!(ratio(Lang::Fr, Some(value)), fr);
            assert_eq!(ratio(Lang::En, Some(value)), en);
        }
        assert_eq!(ratio(Lang::Fr, None), "–");
        assert_eq!(ratio(Lang::Fr, Some(f64::NAN)), "–");
    }

    #[test]
    fn s018_shares_total_100_percent() {
        assert_eq!(shares(Lang::En, &[1, 1, 1]), ["34%", "33%", "33%"]);
        assert_eq!(shares(Lang::Fr, &[3_870, 7_987, 623]), ["31\u{a0}%", "64\u{a0}%", "5\u{a0}%"]);
        assert_eq!(shares(Lang::Fr, &[0, 0, 0]), ["–", "–", "–"]);
        assert_eq!(shares(Lang::Fr, &[-5, 3]), ["–", "–"]);
        assert_eq!(shares(Lang::En, &[150, -50]), ["150%", "−50%"]);
        assert!(shares(Lang::Fr, &[]).is_empty());
    }

    #[test]
    fn axis_counts_are_short() {
        assert_eq!(count_axis(Lang::Fr, 500), "500");
        assert_eq!(count_axis(Lang::Fr, 1_500), "1,5\u{a0}k");
        assert_eq!(count_axis(Lang::En, 20_000), "20k");
        assert_eq!(count_axis(Lang::En, -2_000_000), "−2M");
    }

    #[test]
    fn days_agree_in_number() {
        assert_eq!(days(Lang::Fr, Some(28.16)), "28,2\u{a0}jours");
        assert_eq!(days(Lang::Fr, Some(1.5)), "1,5\u{a0}jour");
        assert_eq!(days(Lang::En, Some(1.0)), "1\u{a0}day");
        assert_eq!(days(Lang::En, Some(1.5)), "1.5\u{a0}days");
        assert_eq!(days(Lang::En, None), "–");
    }
}
