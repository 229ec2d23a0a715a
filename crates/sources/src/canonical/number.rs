//! Numbers as people and spreadsheets write them: `1 234,56 €`, `1,234.56`, `-12`.

use std::borrow::Cow;

use super::Fault;
use crate::file::Decimal;
use crate::words::say;

/// More digits than this before the decimals are a typing error.
const MAX_WHOLE: usize = 12;
const MAX_FRACTION: usize = 12;

/// The number as `-?digits[.digits]`, which is what [`comptoir_model::Currency::parse`] reads.
pub(crate) fn plain(text: &str, decimal: Decimal) -> Result<Cow<'_, str>, Fault> {
    let text = text.trim();
    if decimal == Decimal::Point && is_plain(text) {
        return Ok(Cow::Borrowed(text));
    }
    let bad = || {
        let text = crate::excerpt(text, 40);
        let example = if decimal == Decimal::Comma { "12,50" } else { "12.50" };
        Fault::new(
            say(format!("« {text} » n’est pas un nombre"), format!("“{text}” is not a number")),
            say(
                format!(
                    "écrivez des chiffres avec un seul séparateur décimal, par exemple {example}"
                ),
                format!("write figures with one decimal mark, for example {example}"),
            ),
        )
    };
    let mut negative = false;
    let mut figures = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '0'..='9' | '.' | ',' => figures.push(character),
            '-' | '−' if figures.is_empty() && !negative => negative = true,
            '+' if figures.is_empty() => {}
            ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' | '€' | '$' | '£' | '¥' => {
            }
            _ => return Err(bad()),
        }
    }
    let mark = match decimal_mark(&figures) {
        Some(mark) => Some(mark),
        None => doubtful_mark(&figures, decimal),
    };
    let (whole, fraction) = match mark.and_then(|mark| figures.rsplit_once(mark)) {
        Some((whole, fraction)) => (whole, fraction),
        None => (figures.as_str(), ""),
    };
    let grouped = whole.split(['.', ',']).skip(1).all(|group| group.len() == 3);
    let whole: String = whole.chars().filter(char::is_ascii_digit).collect();
    let digits = whole.len() + fraction.len();
    if !grouped || digits == 0 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(bad());
    }
    if whole.len() > MAX_WHOLE || fraction.len() > MAX_FRACTION {
        return Err(Fault::new(
            say("le nombre est démesurément long", "the number is absurdly long"),
            say(
                "vérifiez le nombre et son séparateur décimal",
                "check the number and its decimal mark",
            ),
        ));
    }
    let sign = if negative { "-" } else { "" };
    let whole = if whole.is_empty() { "0" } else { &whole };
    let point = if fraction.is_empty() { "" } else { "." };
    Ok(Cow::Owned(format!("{sign}{whole}{point}{fraction}")))
}

/// A whole number; `3.0` is one, `1.5` is not.
pub(crate) fn whole(text: &str, decimal: Decimal) -> Result<i64, Fault> {
    let number = plain(text, decimal)?;
    let (whole, fraction) = number.split_once('.').unwrap_or((&number, ""));
    let bad = || {
        Fault::new(
            say(
                "une quantité doit être un nombre entier",
                "a quantity must be a whole number of units",
            ),
            say(
                "inscrivez 1 comme quantité, et le prix de toute la ligne comme prix",
                "write 1 as the quantity and the price of the whole line as its price",
            ),
        )
    };
    if fraction.bytes().any(|byte| byte != b'0') {
        return Err(bad());
    }
    whole.parse::<i64>().ok().filter(|value| value.abs() <= 1_000_000_000).ok_or_else(bad)
}

/// The decimal mark that digits and marks show beyond doubt; `None` when there is no mark, or one
/// that may as well separate thousands (`1,234`).
pub(crate) fn decimal_mark(figures: &str) -> Option<char> {
    let last = figures.rfind(['.', ','])?;
    let mark = if figures.as_bytes()[last] == b',' { ',' } else { '.' };
    let other = if mark == ',' { '.' } else { ',' };
    let marks = figures.matches(mark).count();
    if figures.contains(other) {
        return (marks == 1).then_some(mark);
    }
    let before = &figures[..last];
    let may_be_thousands =
        figures.len() - last - 1 == 3 && (1..=3).contains(&before.len()) && before != "0";
    (marks == 1 && !may_be_thousands).then_some(mark)
}

fn doubtful_mark(figures: &str, decimal: Decimal) -> Option<char> {
    let mark = if decimal == Decimal::Comma { ',' } else { '.' };
    (figures.matches(mark).count() == 1).then_some(mark)
}

fn is_plain(text: &str) -> bool {
    let body = text.strip_prefix('-').unwrap_or(text);
    let (mut points, mut digits) = (0, 0);
    for byte in body.bytes() {
        match byte {
            b'0'..=b'9' => digits += 1,
            b'.' => points += 1,
            _ => return false,
        }
    }
    digits > 0 && points <= 1 && body.len() <= MAX_WHOLE
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_people_write_them() {
        for (text, decimal, expected) in [
            ("12.50", Decimal::Point, "12.50"),
            ("12,50", Decimal::Comma, "12.50"),
            ("12,50", Decimal::Point, "12.50"),
            ("1 234,56 €", Decimal::Comma, "1234.56"),
            ("1\u{202f}234,56\u{a0}€", Decimal::Comma, "1234.56"),
            ("1,234.56", Decimal::Point, "1234.56"),
            ("1.234,56", Decimal::Point, "1234.56"),
            ("1,234", Decimal::Point, "1234"),
            ("1,234", Decimal::Comma, "1.234"),
            ("1.234", Decimal::Comma, "1234"),
            ("1.234", Decimal::Point, "1.234"),
            ("0,125", Decimal::Point, "0.125"),
            ("1.234.567", Decimal::Comma, "1234567"),
            ("−3,5", Decimal::Comma, "-3.5"),
            ("$.50", Decimal::Point, "0.50"),
        ] {
            assert_eq!(plain(text, decimal).as_deref(), Ok(expected), "{text} {decimal:?}");
        }
        for bad in ["", "-", "abc", "1e5", "12,50,1", "1.2.3", "5%", "1,23.456,7", "."] {
            assert!(plain(bad, Decimal::Point).is_err(), "{bad}");
        }
        assert!(plain("1234567890123", Decimal::Point).is_err());
    }

    #[test]
    fn quantities_are_whole() {
        assert_eq!(whole("3.0", Decimal::Point), Ok(3));
        assert_eq!(whole("-12", Decimal::Point), Ok(-12));
        assert!(whole("1.5", Decimal::Point).is_err());
        assert!(whole("99999999999", Decimal::Point).is_err());
    }
}
