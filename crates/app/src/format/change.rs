//! A change against the comparison, in words that small or negative numbers cannot make absurd.

use std::cmp::Ordering;

use comptoir_model::Currency;

use super::money::{money, money_exact};
use super::number::{decimal, integer, rounded_percent, with_percent};
use crate::i18n::{Lang, t, t_args};

/// A signed text and its direction. Whether it is good news is the metric's business.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Delta {
    pub text: String,
    pub direction: Ordering,
}

/// A base under this many is too small for a percentage.
const SMALL: i64 = 10;

/// The change of a count: in units when the base is under ten, else in percent.
pub fn change(lang: Lang, now: i64, was: i64) -> Delta {
    let units = || signed(now.cmp(&was), &integer(lang, difference(now, was)));
    let text = match was {
        0 if now > 0 => t(lang, "change-new"),
        i64::MIN..SMALL => units(),
        _ => percent(lang, now, was),
    };
    Delta { text, direction: now.cmp(&was) }
}

/// The change of an amount: in percent, or as an amount when the base is negative.
pub fn change_money(lang: Lang, now: i64, was: i64, currency: Currency) -> Delta {
    let text = match was {
        0 if now > 0 => t(lang, "change-new"),
        0 if now == 0 => percent(lang, 1, 1),
        i64::MIN..=0 => signed(now.cmp(&was), &money(lang, difference(now, was), currency)),
        _ => percent(lang, now, was),
    };
    Delta { text, direction: now.cmp(&was) }
}

/// What an amount adds or takes, with its sign: « +1 240 € ».
pub fn money_signed(lang: Lang, minor: i64, currency: Currency) -> String {
    if minor > 0 {
        format!("+{}", money(lang, minor, currency))
    } else {
        money(lang, minor, currency)
    }
}

/// The same to the cent, for tables.
pub fn money_signed_exact(lang: Lang, minor: i64, currency: Currency) -> String {
    let text = money_exact(lang, minor, currency);
    if minor > 0 { format!("+{text}") } else { text }
}

/// A count with its sign.
pub fn integer_signed(lang: Lang, count: i64) -> String {
    signed(count.cmp(&0), &integer(lang, count.saturating_abs()))
}

/// The change of a ratio, in points. `None` when one of the two has no value.
pub fn change_ratio(lang: Lang, now: Option<f64>, was: Option<f64>) -> Option<Delta> {
    let points = (now? - was?) * 100.0;
    if !points.is_finite() {
        return None;
    }
    let size = decimal(lang, points.abs(), usize::from(points.abs() < 9.95));
    let direction = if size == "0" { Ordering::Equal } else { points.total_cmp(&0.0) };
    let text = t_args(lang, "change-points", &[("value", &signed(direction, &size))]);
    Some(Delta { text, direction })
}

/// The base is positive.
fn percent(lang: Lang, now: i64, was: i64) -> String {
    let gap = i128::from(now) - i128::from(was);
    let size = gap.abs();
    let direction = now.cmp(&was);
    let whole = rounded_percent(size, i128::from(was));
    if whole > 0 || gap == 0 {
        return signed(direction, &with_percent(lang, &integer(lang, whole)));
    }
    // Under one percent, the first decimal says that something did move.
    let tenths = rounded_percent(size * 10, i128::from(was));
    let point = super::number::point(lang);
    signed(direction, &with_percent(lang, &format!("0{point}{tenths}")))
}

fn difference(now: i64, was: i64) -> i64 {
    now.saturating_sub(was).saturating_abs()
}

fn signed(direction: Ordering, text: &str) -> String {
    match direction {
        Ordering::Greater => format!("+{text}"),
        Ordering::Less => format!("{}{text}", super::MINUS),
        Ordering::Equal => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(lang: Lang, pairs: &[(i64, i64)]) -> Vec<String> {
        pairs.iter().map(|(now, was)| change(lang, *now, *was).text).collect()
    }

    #[test]
    fn counts_change_in_percent_and_small_ones_in_units() {
        assert_eq!(
            texts(Lang::Fr, &[(214, 193), (97, 100), (12, 9), (1, 9), (0, 12), (100, 100)]),
            ["+11\u{a0}%", "−3\u{a0}%", "+3", "−8", "−100\u{a0}%", "0\u{a0}%"]
        );
        assert_eq!(texts(Lang::En, &[(214, 193), (1_003, 1_000)]), ["+11%", "+0.3%"]);
        assert_eq!(change(Lang::Fr, 1, 9).direction, Ordering::Less);
    }

    #[test]
    fn a_base_of_zero_is_new_and_a_negative_one_gives_the_amount_only() {
        assert_eq!(texts(Lang::Fr, &[(3, 0), (0, 0)]), ["nouveau", "0"]);
        let money = |now, was| change_money(Lang::Fr, now, was, Currency::EUR).text;
        assert_eq!(money(5_000, 0), "nouveau");
        assert_eq!(money(0, 0), "0\u{a0}%");
        assert_eq!(money(5_000, -7_000), "+120,00\u{a0}€");
        assert_eq!(money(-5_000, 0), "−50,00\u{a0}€");
        assert_eq!(money(1_248_000, 1_154_000), "+8\u{a0}%");
        assert_eq!(money(-5_000, 10_000), "−150\u{a0}%");
    }

    #[test]
    fn what_is_added_or_taken_has_its_sign() {
        let short = |minor| money_signed(Lang::Fr, minor, Currency::EUR);
        assert_eq!(
            [short(124_000), short(-2_805), short(0)],
            ["+1\u{202f}240\u{a0}€", "−28,05\u{a0}€", "0,00\u{a0}€"]
        );
        assert_eq!(money_signed_exact(Lang::En, 124_056, Currency::EUR), "+€1,240.56");
        assert_eq!(integer_signed(Lang::En, -1_200), "−1,200");
    }

    #[test]
    fn percents_round_halves_away_from_zero_and_never_overflow() {
        assert_eq!(texts(Lang::En, &[(203, 200), (197, 200)]), ["+2%", "−2%"]);
        assert_eq!(change(Lang::En, i64::MAX, 10).direction, Ordering::Greater);
        assert_eq!(change(Lang::En, i64::MIN, i64::MAX).text, "−200%");
    }

    #[test]
    fn rates_change_in_points() {
        let text = |now, was| change_ratio(Lang::Fr, Some(now), Some(was)).unwrap();
        assert_eq!(text(0.042, 0.045).text, "−0,3\u{a0}pt");
        assert_eq!(text(0.64, 0.62).text, "+2\u{a0}pt");
        assert_eq!(text(0.5, 0.500_01).text, "0\u{a0}pt");
        assert_eq!(text(0.5, 0.500_01).direction, Ordering::Equal);
        assert_eq!(change_ratio(Lang::Fr, None, Some(0.1)), None);
    }
}
