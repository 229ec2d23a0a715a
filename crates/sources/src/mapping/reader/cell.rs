//! One cell, checked and put in plain form by the kind of its field.

use std::borrow::Cow;

use comptoir_model::Currency;

use super::{MAX_TEXT, Reader};
use crate::canonical::payload::{self, Value};
use crate::canonical::{Fault, country, moment, number};
use crate::file::{DateOrder, Decimal};
use crate::mapping::RowKind;
use crate::mapping::field::{Field, Kind};
use crate::words::say;

impl Reader {
    /// Appends the cell to the row's payload.
    pub(super) fn push(
        &self,
        payload: Vec<u8>,
        field: Field,
        text: &str,
        column: Option<usize>,
        kind: RowKind,
    ) -> Result<Vec<u8>, Fault> {
        let value = |value| Ok(payload::push(payload, field, value));
        match field.def().kind {
            Kind::Text => {
                let clean = self.text(field, text)?;
                value(Value::Text(&clean))
            }
            Kind::Moment => {
                let order = column.map_or(DateOrder::Ymd, |column| self.columns[column].dates);
                value(Value::Int(moment::parse(text, order, &self.context)?.as_microsecond()))
            }
            Kind::Amount => {
                let plain = number::plain(text, self.decimal(column))?;
                value(Value::Text(signed(field, &plain, kind)?))
            }
            Kind::Whole => {
                let whole = number::whole(text, self.decimal(column))?;
                if kind == RowKind::Sale && whole < 0 {
                    return Err(Fault::new(
                        say(
                            "la quantité commandée est négative",
                            "the quantity of a sale is negative",
                        ),
                        say(
                            "inscrivez les articles rendus sur des lignes de type remboursement",
                            "write what came back as rows of type refund",
                        ),
                    ));
                }
                value(Value::Int(whole.abs()))
            }
            Kind::Percent => value(Value::Int(percent(text, self.decimal(column))?)),
            // An unknown country costs the split by country, not the order.
            Kind::Country => value(Value::Text(country::code(text).unwrap_or_default())),
            Kind::Flag => value(Value::Int(flag(text)?)),
        }
    }

    fn text<'t>(&self, field: Field, text: &'t str) -> Result<Cow<'t, str>, Fault> {
        let mut text = Cow::Borrowed(text);
        match field {
            Field::Currency => {
                let currency: Currency = text.parse()?;
                text = Cow::Owned(currency.code().to_owned());
            }
            Field::LineType => match text.to_lowercase().as_str() {
                "product" | "produit" => text = Cow::Borrowed("product"),
                "service" => text = Cow::Borrowed("service"),
                _ => {
                    return Err(Fault::new(
                        say("ce genre de ligne est inconnu", "unknown type of line"),
                        say("écrivez produit ou service", "write product or service"),
                    ));
                }
            },
            // Spreadsheets are kept from dropping zeros by an apostrophe.
            Field::Postcode | Field::ShippingPostcode | Field::Phone => {
                if let Some(rest) = text.strip_prefix('\'') {
                    text = Cow::Owned(rest.to_owned());
                }
            }
            _ => {}
        }
        if text.chars().any(char::is_control) {
            text = Cow::Owned(text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect());
        }
        if text.len() > MAX_TEXT && text.chars().count() > MAX_TEXT {
            text = Cow::Owned(text.chars().take(MAX_TEXT).collect());
        }
        if self.upper.contains(&field) && text.chars().any(char::is_lowercase) {
            text = Cow::Owned(text.to_uppercase());
        }
        Ok(text)
    }
}

/// Discounts and refunds are written with either sign; elsewhere a negative amount is a mistake.
fn signed(field: Field, plain: &str, kind: RowKind) -> Result<&str, Fault> {
    let Some(positive) = plain.strip_prefix('-') else { return Ok(plain) };
    let either = matches!(field, Field::LineDiscount | Field::OrderDiscount | Field::RefundAmount);
    if either || kind == RowKind::Refund || positive.bytes().all(|byte| matches!(byte, b'0' | b'.'))
    {
        return Ok(positive);
    }
    Err(Fault::new(
        say("une commande ne peut pas avoir de montant négatif", "a sale has no negative amount"),
        say(
            "inscrivez les remises dans line_discount ou order_discount, et ce qui a été rendu dans un remboursement",
            "write discounts in line_discount or order_discount, and what was given back as a refund",
        ),
    ))
}

/// A rate in thousandths of a percent. Without a percent sign, a rate below 1 is a fraction (0.2 is
/// 20 %), which is how spreadsheets keep percentages.
fn percent(text: &str, decimal: Decimal) -> Result<i64, Fault> {
    let bad = || {
        Fault::new(
            say("ce n’est pas un taux de taxe", "this is no tax rate"),
            say(
                "écrivez un pourcentage, par exemple 20 ou 5,5",
                "write a percentage, for example 20 or 5.5",
            ),
        )
    };
    let sign = text.trim_end().ends_with('%');
    let body = text.trim_end().trim_end_matches('%').trim_end();
    let start = body
        .rfind(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',')))
        .map_or(0, |at| at + body[at..].chars().next().map_or(1, char::len_utf8));
    let plain = number::plain(&body[start..], decimal).map_err(|_| bad())?;
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits: String = fraction.chars().chain("00000".chars()).take(5).collect();
    let whole: i64 = whole.parse().map_err(|_| bad())?;
    let hundred_thousandths =
        whole.checked_mul(100_000).ok_or_else(bad)? + digits.parse::<i64>().map_err(|_| bad())?;
    let rate = if !sign && whole == 0 { hundred_thousandths } else { hundred_thousandths / 100 };
    if (0..=100_000).contains(&rate) { Ok(rate) } else { Err(bad()) }
}

fn flag(text: &str) -> Result<i64, Fault> {
    match text.to_lowercase().as_str() {
        "yes" | "oui" | "true" | "vrai" | "1" | "y" | "o" => Ok(1),
        "no" | "non" | "false" | "faux" | "0" | "n" => Ok(0),
        _ => Err(Fault::new(
            say("ce n’est ni oui ni non", "this is neither yes nor no"),
            say("écrivez oui ou non", "write yes or no"),
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_rates_are_read_from_percentages_names_and_fractions() {
        for (text, expected) in [
            ("20", 20_000),
            ("5,5 %", 5_500),
            ("NY State Tax 4%", 4_000),
            ("County Tax 0.25%", 250),
            ("0.055", 5_500),
            ("0", 0),
        ] {
            assert_eq!(percent(text, Decimal::Point), Ok(expected), "{text}");
        }
        assert!(percent("TVA", Decimal::Point).is_err());
        assert!(percent("120", Decimal::Point).is_err());
    }
}
