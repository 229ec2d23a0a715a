//! Conditions on a row, as simple as a merchant would say them.

use serde::{Deserialize, Serialize};

use crate::canonical::number;
use crate::file::Decimal;

/// What one cell must be; several keys must all hold. Texts compare without case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Condition {
    /// The cell is one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub equals: Vec<String>,
    /// The cell begins with one of these.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub starts_with: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub starts_with_digit: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub empty: Option<bool>,
    /// The cell is a number above this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub above: Option<String>,
    /// The cell is a number up to this one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub at_most: Option<String>,
}

/// The keys of a condition, for messages.
pub(crate) const KEYS: &[&str] =
    &["equals", "starts_with", "starts_with_digit", "empty", "above", "at_most"];

impl Condition {
    pub(crate) fn holds(&self, cell: &str, decimal: Decimal) -> bool {
        let one_of = |list: &[String], test: fn(&str, &str) -> bool| {
            list.is_empty() || list.iter().any(|candidate| test(cell, candidate))
        };
        one_of(&self.equals, same)
            && one_of(&self.starts_with, begins)
            && self.starts_with_digit.is_none_or(|wanted| {
                cell.as_bytes().first().is_some_and(u8::is_ascii_digit) == wanted
            })
            && self.empty.is_none_or(|wanted| cell.is_empty() == wanted)
            && self.above.as_deref().is_none_or(|bound| compare(cell, bound, decimal, |a, b| a > b))
            && self
                .at_most
                .as_deref()
                .is_none_or(|bound| compare(cell, bound, decimal, |a, b| a <= b))
    }
}

fn same(cell: &str, candidate: &str) -> bool {
    cell.eq_ignore_ascii_case(candidate)
        || (!(cell.is_ascii() && candidate.is_ascii())
            && cell.to_lowercase() == candidate.to_lowercase())
}

fn begins(cell: &str, start: &str) -> bool {
    cell.get(..start.len()).is_some_and(|beginning| same(beginning, start))
}

fn compare(cell: &str, bound: &str, decimal: Decimal, test: fn(i128, i128) -> bool) -> bool {
    match (scaled(cell, decimal), scaled(bound, Decimal::Point)) {
        (Some(cell), Some(bound)) => test(cell, bound),
        _ => false,
    }
}

/// A number in units of 10⁻¹².
fn scaled(text: &str, decimal: Decimal) -> Option<i128> {
    let plain = number::plain(text, decimal).ok()?;
    let body = plain.strip_prefix('-').unwrap_or(&plain);
    let (whole, fraction) = body.split_once('.').unwrap_or((body, ""));
    let mut value: i128 = whole.parse().unwrap_or(0);
    for index in 0..12 {
        let digit = fraction.as_bytes().get(index).map_or(0, |byte| byte - b'0');
        value = value * 10 + i128::from(digit);
    }
    Some(if plain.starts_with('-') { -value } else { value })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_key_narrows_the_condition() {
        let with = |toml: &str| toml::from_str::<Condition>(toml).expect("a condition");
        let check = |toml: &str, cell: &str| with(toml).holds(cell, Decimal::Comma);
        assert!(check("starts_with = ['C']", "c123"));
        assert!(!check("starts_with = ['C']", ""));
        assert!(check("equals = ['Payée']", "PAYÉE"));
        assert!(check("starts_with_digit = false", "A1"));
        assert!(check("at_most = '0'", "-1,5"));
        assert!(!check("at_most = '0'", "0,001"));
        assert!(check("above = '0'", "0,001"));
        assert!(!check("above = '0'", "text"));
        assert!(check("empty = false\nstarts_with = ['x']", "x"));
        assert!(!check("starts_with = ['éé']", "é"));
    }
}
