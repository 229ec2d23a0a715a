//! Amounts, from integer minor units; no float on the way.

use comptoir_model::Currency;
use comptoir_model::money::divide_half_even;

use super::number::{grouped, point, shortened, sign};
use crate::i18n::Lang;

/// From this many major units up, tiles and sentences drop the cents.
const ROUNDED_FROM: u64 = 1_000;

/// An amount to read: `58,32 €`, but `12 480 €` from a thousand up.
pub fn money(lang: Lang, minor: i64, currency: Currency) -> String {
    let unit = 10_u64.pow(currency.exponent());
    if minor.unsigned_abs() < ROUNDED_FROM * unit {
        return money_exact(lang, minor, currency);
    }
    let major = divide_half_even(i128::from(minor), i128::from(unit));
    let digits = grouped(lang, &major.unsigned_abs().to_string());
    placed(lang, sign(minor), &digits, "", currency)
}

/// An amount to the cent: tables on demand, exports, hovers.
pub fn money_exact(lang: Lang, minor: i64, currency: Currency) -> String {
    // The model writes the decimal; here it only gets its separators.
    let text = currency.decimal(minor);
    let text = text.trim_start_matches('-');
    let (whole, cents) = text.split_once('.').unwrap_or((text, ""));
    let mut digits = grouped(lang, whole);
    if !cents.is_empty() {
        digits.push(point(lang));
        digits.push_str(cents);
    }
    placed(lang, sign(minor), &digits, "", currency)
}

/// A grid line's amount: `10 k€`, `€10k`.
pub fn money_axis(lang: Lang, minor: i64, currency: Currency) -> String {
    let (digits, suffix) = shortened(lang, minor.unsigned_abs(), currency.exponent());
    placed(lang, sign(minor), &digits, suffix, currency)
}

/// Whole units without their symbol, where the symbol is said once: « 1 184 », « 48,7 k ».
pub fn money_bare(lang: Lang, minor: i64, currency: Currency) -> String {
    let unit = 10_i128.pow(currency.exponent());
    let whole = comptoir_model::money::divide_half_even(i128::from(minor), unit);
    let whole = i64::try_from(whole).unwrap_or(i64::MAX);
    if whole.unsigned_abs() < 100 * ROUNDED_FROM {
        super::number::integer(lang, whole)
    } else {
        super::number::count_axis(lang, whole)
    }
}

/// The sign in a language; the code itself where no sign is known by everyone.
pub fn symbol(lang: Lang, currency: Currency) -> String {
    let known = match (currency.code(), lang) {
        ("EUR", _) => "€",
        ("GBP", _) => "£",
        ("JPY", _) => "¥",
        ("USD", Lang::Fr) => "$US",
        ("USD", Lang::En) => "$",
        ("CAD", Lang::Fr) => "$CA",
        ("CAD", Lang::En) => "CA$",
        ("AUD", Lang::Fr) => "$AU",
        ("AUD", Lang::En) => "A$",
        (code, _) => code,
    };
    known.to_owned()
}

fn placed(lang: Lang, minus: &str, digits: &str, suffix: &str, currency: Currency) -> String {
    let symbol = symbol(lang, currency);
    match lang {
        Lang::Fr => {
            // « 10 k€ », but « 10 k CHF »: letters would run together.
            let letters = symbol.starts_with(|first: char| first.is_ascii_alphabetic());
            let gap = if suffix.is_empty() || !letters { "" } else { "\u{a0}" };
            format!("{minus}{digits}\u{a0}{suffix}{gap}{symbol}")
        }
        Lang::En => {
            let letters = symbol.ends_with(|last: char| last.is_ascii_alphabetic());
            let gap = if letters { "\u{a0}" } else { "" };
            format!("{minus}{symbol}{gap}{digits}{suffix}")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(write: fn(Lang, i64, Currency) -> String, code: &str, minor: i64, fr: &str, en: &str) {
        let currency = code.parse().unwrap();
        assert_eq!(write(Lang::Fr, minor, currency), fr, "fr {code} {minor}");
        assert_eq!(write(Lang::En, minor, currency), en, "en {code} {minor}");
    }

    #[test]
    fn cents_go_from_a_thousand_up() {
        check(money, "EUR", 1_248_000, "12\u{202f}480\u{a0}€", "€12,480");
        check(money, "EUR", 99_999, "999,99\u{a0}€", "€999.99");
        check(money, "EUR", 100_000, "1\u{202f}000\u{a0}€", "€1,000");
        check(money, "EUR", -123_456, "−1\u{202f}235\u{a0}€", "−€1,235");
        check(money, "EUR", 0, "0,00\u{a0}€", "€0.00");
        check(money, "EUR", -5, "−0,05\u{a0}€", "−€0.05");
        // Ties go to even, like every other amount of the product.
        check(money, "EUR", 123_450, "1\u{202f}234\u{a0}€", "€1,234");
        check(money, "EUR", 123_550, "1\u{202f}236\u{a0}€", "€1,236");
    }

    #[test]
    fn each_currency_has_its_own_decimals() {
        check(money, "JPY", 1_200, "1\u{202f}200\u{a0}¥", "¥1,200");
        check(money, "JPY", 980, "980\u{a0}¥", "¥980");
        check(money, "TND", 1_234, "1,234\u{a0}TND", "TND\u{a0}1.234");
        check(money, "TND", 1_234_567, "1\u{202f}235\u{a0}TND", "TND\u{a0}1,235");
        check(money_exact, "TND", -1_234_567, "−1\u{202f}234,567\u{a0}TND", "−TND\u{a0}1,234.567");
        check(money_exact, "EUR", 1_248_050, "12\u{202f}480,50\u{a0}€", "€12,480.50");
        check(money_exact, "USD", 1_250, "12,50\u{a0}$US", "$12.50");
        check(
            money_exact,
            "GBP",
            i64::MIN,
            "−92\u{202f}233\u{202f}720\u{202f}368\u{202f}547\u{202f}758,08\u{a0}£",
            "−£92,233,720,368,547,758.08",
        );
    }

    #[test]
    fn grid_lines_have_short_labels() {
        check(money_axis, "EUR", 1_000_000, "10\u{a0}k€", "€10k");
        check(money_axis, "EUR", 50_000, "500\u{a0}€", "€500");
        check(money_axis, "EUR", 250_000, "2,5\u{a0}k€", "€2.5k");
        check(money_axis, "EUR", -20_000, "−200\u{a0}€", "−€200");
        check(money_axis, "EUR", 50, "0,50\u{a0}€", "€0.50");
        check(money_axis, "EUR", 0, "0\u{a0}€", "€0");
        check(money_axis, "JPY", 2_000_000, "2\u{a0}M¥", "¥2M");
        check(money_axis, "CHF", 1_000_000, "10\u{a0}k\u{a0}CHF", "CHF\u{a0}10k");
        check(money_axis, "EUR", 500_000_000_000, "5\u{a0}Md€", "€5B");
    }
}
