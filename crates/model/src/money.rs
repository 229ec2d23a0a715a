//! Money: integer minor units and ISO 4217 currencies. No float ever touches an amount.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// Why a text is not an amount or a currency.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    #[error("“{0}” is not an amount; write digits with a decimal point, for example 12.50")]
    NotAnAmount(String),
    #[error("“{0}” is too large for an amount")]
    TooLarge(String),
    #[error("“{0}” is not an ISO 4217 currency code; write three letters, for example EUR")]
    NotACurrency(String),
}

/// An ISO 4217 currency code: three upper-case letters.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Currency([u8; 3]);

/// Codes in use, for validation; obsolete European codes are kept because old orders carry them.
const CODES: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL \
BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY COP CRC CUP CVE CYP CZK DJF DKK DOP DZD EEK EGP ERN ETB EUR FJD \
FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HRK HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR \
KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LTL LVL LYD MAD MDL MGA MKD MMK MNT MOP MRU MTL MUR MVR MWK \
MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR ROL RON RSD RUB RWF SAR SBD SCR \
SDG SEK SGD SHP SIT SKK SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRL TRY TTD TWD TZS UAH UGX \
USD UYU UZS VED VES VND VUV WST XAF XCD XOF XPF YER ZAR ZMW ZWG";

impl Currency {
    pub const EUR: Self = Self(*b"EUR");
    pub const GBP: Self = Self(*b"GBP");
    pub const USD: Self = Self(*b"USD");

    /// The three letters.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX")
    }

    /// Number of decimals of the minor unit (ISO 4217): 2 for EUR, 0 for JPY, 3 for TND.
    pub fn exponent(self) -> u32 {
        match &self.0 {
            b"BIF" | b"CLP" | b"DJF" | b"GNF" | b"ISK" | b"JPY" | b"KMF" | b"KRW" | b"PYG"
            | b"RWF" | b"UGX" | b"VND" | b"VUV" | b"XAF" | b"XOF" | b"XPF" => 0,
            b"BHD" | b"IQD" | b"JOD" | b"KWD" | b"LYD" | b"OMR" | b"TND" => 3,
            _ => 2,
        }
    }

    /// All known codes, in alphabetical order.
    pub fn all() -> impl Iterator<Item = &'static str> {
        CODES.split_ascii_whitespace()
    }

    /// Reads an amount in major units (`"12.5"`, `"-3"`) as minor units, rounding half to even.
    ///
    /// # Errors
    /// The text is not a decimal number, or does not fit.
    pub fn parse(self, text: &str) -> Result<i64, MoneyError> {
        let decimal = Decimal::parse(text)?;
        decimal.rescale(self.exponent()).ok_or_else(|| MoneyError::TooLarge(text.to_owned()))
    }

    /// `quantity × price` in minor units, where the price may carry more decimals than the currency;
    /// rounded once, half to even.
    ///
    /// # Errors
    /// The price is not a decimal number, or the product does not fit.
    pub fn multiply(self, price: &str, quantity: i64) -> Result<i64, MoneyError> {
        let mut decimal = Decimal::parse(price)?;
        decimal.digits = decimal
            .digits
            .checked_mul(i128::from(quantity))
            .ok_or_else(|| MoneyError::TooLarge(price.to_owned()))?;
        decimal.rescale(self.exponent()).ok_or_else(|| MoneyError::TooLarge(price.to_owned()))
    }

    /// Writes minor units as a decimal in major units: `1234` → `"12.34"`.
    pub fn decimal(self, minor: i64) -> String {
        let exponent = self.exponent() as usize;
        let digits = format!("{:0width$}", minor.unsigned_abs(), width = exponent + 1);
        let (whole, cents) = digits.split_at(digits.len() - exponent);
        let sign = if minor < 0 { "-" } else { "" };
        if exponent == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{cents}") }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        let code = text.trim().to_ascii_uppercase();
        if Self::all().any(|known| known == code)
            && let Ok(bytes) = code.as_bytes().try_into()
        {
            return Ok(Self(bytes));
        }
        Err(MoneyError::NotACurrency(text.to_owned()))
    }
}

impl TryFrom<String> for Currency {
    type Error = MoneyError;

    fn try_from(text: String) -> Result<Self, MoneyError> {
        text.parse()
    }
}

impl From<Currency> for String {
    fn from(currency: Currency) -> Self {
        currency.code().to_owned()
    }
}

/// A decimal number as written: `digits × 10^-scale`.
struct Decimal {
    digits: i128,
    scale: u32,
}

impl Decimal {
    fn parse(text: &str) -> Result<Self, MoneyError> {
        let bad = || MoneyError::NotAnAmount(text.to_owned());
        let trimmed = text.trim();
        let (negative, body) = match trimmed.as_bytes().first() {
            Some(b'-') => (true, &trimmed[1..]),
            Some(b'+') => (false, &trimmed[1..]),
            _ => (false, trimmed),
        };
        let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
        if whole.len() + fraction.len() == 0 {
            return Err(bad());
        }
        let mut digits: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return Err(bad());
            }
            digits = digits
                .checked_mul(10)
                .and_then(|value| value.checked_add(i128::from(byte - b'0')))
                .filter(|value| *value < 1_000_000_000_000_000_000_000_000_000)
                .ok_or_else(|| MoneyError::TooLarge(text.to_owned()))?;
        }
        let scale = u32::try_from(fraction.len()).map_err(|_| bad())?;
        Ok(Self { digits: if negative { -digits } else { digits }, scale })
    }

    fn rescale(&self, exponent: u32) -> Option<i64> {
        let value = if self.scale <= exponent {
            self.digits.checked_mul(10_i128.checked_pow(exponent - self.scale)?)?
        } else {
            divide_half_even(self.digits, 10_i128.checked_pow(self.scale - exponent)?)
        };
        i64::try_from(value).ok()
    }
}

/// `numerator ÷ denominator`, rounded to the nearest integer, ties to even. The denominator is positive.
pub fn divide_half_even(numerator: i128, denominator: i128) -> i128 {
    let quotient = numerator.div_euclid(denominator);
    let twice = numerator.rem_euclid(denominator) * 2;
    if twice > denominator || (twice == denominator && quotient % 2 != 0) {
        quotient + 1
    } else {
        quotient
    }
}

/// Splits `total` in proportion to `weights` so that the parts add up to it (largest remainder;
/// equal remainders go to the earlier part). Weights below zero count as zero; without any weight
/// the first part takes everything.
pub fn split(total: i64, weights: &[i64]) -> Vec<i64> {
    let mut parts = vec![0_i64; weights.len()];
    let sum: i128 = weights.iter().map(|weight| i128::from((*weight).max(0))).sum();
    if sum == 0 {
        if let Some(first) = parts.first_mut() {
            *first = total;
        }
        return parts;
    }
    let sign = total.signum();
    let amount = i128::from(total.unsigned_abs());
    let mut remainders: Vec<(i128, usize)> = Vec::with_capacity(weights.len());
    let mut given: i128 = 0;
    for (index, weight) in weights.iter().enumerate() {
        let share = amount * i128::from((*weight).max(0));
        let whole = share / sum;
        given += whole;
        parts[index] = i64::try_from(whole).unwrap_or(i64::MAX);
        remainders.push((share % sum, index));
    }
    remainders.sort_by_key(|(remainder, index)| (std::cmp::Reverse(*remainder), *index));
    let left = usize::try_from(amount - given).unwrap_or(0);
    for (_, index) in remainders.into_iter().take(left) {
        parts[index] += 1;
    }
    for part in &mut parts {
        *part *= sign;
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn currency(code: &str) -> Currency {
        code.parse().expect("a known code")
    }

    #[test]
    fn amounts_round_half_to_even_at_the_minor_unit() {
        for (code, text, minor) in [
            ("EUR", "12.5", 1250),
            ("EUR", "-0.005", 0),
            ("EUR", "0.015", 2),
            ("EUR", "0.025", 2),
            ("JPY", "1200", 1200),
            ("TND", "1.2345", 1234),
            ("EUR", ".5", 50),
        ] {
            assert_eq!(currency(code).parse(text), Ok(minor), "{code} {text}");
        }
        assert_eq!(Currency::GBP.multiply("0.001", 1), Ok(0));
        assert_eq!(Currency::GBP.multiply("1.665", 3), Ok(500));
    }

    #[test]
    fn what_is_no_amount_is_refused_with_a_remedy() {
        for text in ["", "-", "1,5", "1e3", "12.5 €", "0x10", "1.2.3", "∞"] {
            assert!(matches!(Currency::EUR.parse(text), Err(MoneyError::NotAnAmount(_))), "{text}");
        }
        assert!(matches!(
            Currency::EUR.parse("999999999999999999999"),
            Err(MoneyError::TooLarge(_))
        ));
        assert!("EURO".parse::<Currency>().is_err());
    }

    #[test]
    fn decimals_are_written_with_the_currency_s_own_number_of_digits() {
        assert_eq!(Currency::EUR.decimal(-5), "-0.05");
        assert_eq!(currency("JPY").decimal(1200), "1200");
        assert_eq!(currency("TND").decimal(1234), "1.234");
    }

    #[test]
    fn a_refund_of_12_on_80_10_7_gives_9_90_1_24_0_86() {
        assert_eq!(split(1200, &[8000, 1000, 700]), [990, 124, 86]);
    }

    proptest! {
        #[test]
        fn parts_always_add_up_to_the_whole(
            total in -1_000_000_000_i64..1_000_000_000,
            weights in proptest::collection::vec(0_i64..1_000_000, 1..8),
        ) {
            prop_assert_eq!(split(total, &weights).iter().sum::<i64>(), total);
        }

        #[test]
        fn writing_and_reading_give_the_same_amount(minor in any::<i32>()) {
            let minor = i64::from(minor);
            prop_assert_eq!(Currency::EUR.parse(&Currency::EUR.decimal(minor)), Ok(minor));
        }
    }
}
