//! What is held of a person, in plain words: names of tables and columns, and values as people read them.

use std::collections::HashMap;

use comptoir_model::Currency;
use comptoir_store::Value;
use comptoir_store::privacy::HeldTable;
use jiff::tz::TimeZone;

use crate::format;
use crate::i18n::{Lang, t};

/// Columns that hold amounts, in minor units of the row's currency or of its order's.
const AMOUNTS: [&str; 9] =
    ["total", "goods", "shipping", "fees", "tax", "gross", "discount", "amount", "regular_price"];

/// The words of a table; its own name when there are none.
pub fn table(lang: Lang, name: &str) -> String {
    said(lang, "held-table", name)
}

/// The words of a column; its own name when there are none.
pub fn column(lang: Lang, name: &str) -> String {
    said(lang, "held-column", name)
}

fn said(lang: Lang, kind: &str, name: &str) -> String {
    let id = format!("{kind}-{}", name.replace('_', "-"));
    let words = t(lang, &id);
    if words == id { name.to_owned() } else { words }
}

/// The currencies of a person's orders, by the order's number.
pub struct Currencies(HashMap<i64, Currency>);

impl Currencies {
    pub fn of(tables: &[HeldTable]) -> Self {
        let orders = tables.iter().find(|one| one.table == "all_orders");
        let known = orders.into_iter().flat_map(|table| {
            let at = |name: &str| table.columns.iter().position(|column| column == name);
            let (order, currency) = (at("order_id"), at("currency"));
            table.rows.iter().filter_map(move |row| {
                Some((row.get(order?)?.int()?, row.get(currency?)?.text()?.parse().ok()?))
            })
        });
        Self(known.collect())
    }

    /// The currency of a row's amounts.
    pub fn of_row(&self, columns: &[String], row: &[Value]) -> Option<Currency> {
        let at = |name: &str| {
            columns.iter().position(|column| column == name).and_then(|index| row.get(index))
        };
        at("currency")
            .and_then(|cell| cell.text()?.parse().ok())
            .or_else(|| self.0.get(&at("order_id")?.int()?).copied())
    }
}

/// Whether a column holds an amount.
pub fn is_amount(column: &str) -> bool {
    AMOUNTS.contains(&column)
}

/// A value as people read it; `None` when there is nothing to read.
pub fn value(
    lang: Lang,
    column: &str,
    cell: &Value,
    currency: Option<Currency>,
    zone: &TimeZone,
) -> Option<String> {
    match cell {
        Value::Null => None,
        Value::Bool(yes) => yes.then(|| t(lang, "held-yes")),
        Value::Int(number) => Some(match currency.filter(|_| is_amount(column)) {
            Some(currency) => format::money_exact(lang, *number, currency),
            None => number.to_string(),
        }),
        Value::Text(text) if column.ends_with("country") => Some(format::country(lang, text)),
        Value::Text(text) if column == "state" => Some(said(lang, "held-state", text)),
        Value::Text(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Value::Date(day) => Some(format::day(lang, *day)),
        Value::Instant(at) => Some(moment(lang, *at, zone)),
    }
}

/// « 21 nov. 2026, 14 h 05 ».
pub fn moment(lang: Lang, at: jiff::Timestamp, zone: &TimeZone) -> String {
    format::instant(lang, at, zone)
}
