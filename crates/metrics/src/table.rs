//! The answer to a query. Pages, API, CSV, exports and the command line all render this.

mod csv;
mod json;

use std::cmp::Ordering;

pub use csv::harmless;
pub(crate) use json::CellOf;

use comptoir_model::Currency;
use jiff::civil::Date;

use crate::dimension::Dimension;
use crate::metric::{Metric, Unit};
use crate::period::Period;

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Generation of the sales records it was read from.
    pub generation: i64,
    /// Id of the calculation profile in force.
    pub profile: &'static str,
    pub period: Period,
    pub comparison: Option<Period>,
    /// The currency of every amount.
    pub currency: Currency,
    /// Keys first, then values: a row's `keys` and `values` in this order.
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// Of all rows, also of those a limit left out.
    pub totals: Totals,
    pub incomplete: Option<Incomplete>,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    Dimension(&'static Dimension),
    /// The name of the product in the column before.
    ProductName,
    Metric(&'static Metric),
}

impl Column {
    pub fn id(&self) -> &'static str {
        match self {
            Self::Dimension(dimension) => dimension.id,
            Self::ProductName => "product_name",
            Self::Metric(metric) => metric.id,
        }
    }

    pub fn metric(&self) -> Option<&'static Metric> {
        match self {
            Self::Metric(metric) => Some(metric),
            _ => None,
        }
    }

    pub fn unit(&self) -> Option<Unit> {
        self.metric().map(|metric| metric.unit)
    }
}

/// One row: what it is about, what it measures, what it measured in the comparison.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub keys: Vec<Cell>,
    pub values: Vec<Cell>,
    pub previous: Option<Vec<Cell>>,
}

/// The whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Totals {
    pub values: Vec<Cell>,
    pub previous: Option<Vec<Cell>>,
}

/// A typed value; whoever shows it formats it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// No value, or an unknown key.
    Null,
    Text(String),
    Count(i64),
    /// Minor units of the table's currency.
    Money(i64),
    /// Exact; the denominator is positive.
    Ratio {
        numerator: i128,
        denominator: i128,
    },
}

/// What the figures had to leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Incomplete {
    pub orders_without_rate: i64,
    pub orders_without_tax: i64,
    /// New and existing customers are told apart by orders from this day on alone: the platform tells
    /// nothing older.
    pub history_from: Option<Date>,
}

impl Table {
    /// Where a metric stands in `values`.
    pub fn position(&self, metric: &str) -> Option<usize> {
        self.columns.iter().filter_map(Column::metric).position(|known| known.id == metric)
    }

    /// The total of a metric.
    pub fn total(&self, metric: &str) -> Option<&Cell> {
        self.totals.values.get(self.position(metric)?)
    }

    /// The total of a metric in the comparison.
    pub fn previous_total(&self, metric: &str) -> Option<&Cell> {
        self.totals.previous.as_ref()?.get(self.position(metric)?)
    }
}

impl Cell {
    /// As answers write it; `None` is no value.
    pub fn plain(&self, currency: Currency) -> Option<String> {
        match self {
            Self::Null => None,
            Self::Text(text) => Some(text.clone()),
            Self::Count(count) => Some(count.to_string()),
            Self::Money(minor) => Some(currency.decimal(*minor)),
            Self::Ratio { numerator, denominator } => Some(decimal(*numerator, *denominator)),
        }
    }

    /// The amount or count as a whole number; `None` for anything else.
    pub fn whole(&self) -> Option<i64> {
        match self {
            Self::Count(value) | Self::Money(value) => Some(*value),
            _ => None,
        }
    }

    /// The order of two values; no value comes last, whichever the direction.
    pub fn order(&self, other: &Self, descending: bool) -> Ordering {
        match (self.fraction(), other.fraction()) {
            (Some((a, b)), Some((c, d))) => {
                // Denominators are positive, so multiplying across keeps the order.
                let order = a.saturating_mul(d).cmp(&c.saturating_mul(b));
                if descending { order.reverse() } else { order }
            }
            (left, right) => left.is_none().cmp(&right.is_none()),
        }
    }

    /// The sum of amounts, or of counts.
    pub fn added<'c>(cells: impl Iterator<Item = &'c Self>) -> Self {
        cells.fold(Self::Null, |sum, cell| match (sum, cell) {
            (Self::Count(sum), Self::Count(value)) => Self::Count(sum.saturating_add(*value)),
            (Self::Money(sum), Self::Money(value)) => Self::Money(sum.saturating_add(*value)),
            (Self::Null, Self::Count(_) | Self::Money(_)) => cell.clone(),
            (sum, _) => sum,
        })
    }

    /// As an exact fraction, for comparing and for changes in percent.
    pub fn fraction(&self) -> Option<(i128, i128)> {
        match self {
            Self::Count(value) | Self::Money(value) => Some((i128::from(*value), 1)),
            Self::Ratio { numerator, denominator } => Some((*numerator, *denominator)),
            Self::Null | Self::Text(_) => None,
        }
    }
}

/// Decimals to which a ratio is written.
const DECIMALS: usize = 6;

/// A fraction to six decimals, half to even, without trailing zeros.
fn decimal(numerator: i128, denominator: i128) -> String {
    let scale = 10_i128.pow(6);
    let scaled = numerator.checked_mul(scale).map_or_else(
        // Beyond 10^32 the decimals are no longer of interest.
        || (numerator / denominator).saturating_mul(scale),
        |scaled| comptoir_model::money::divide_half_even(scaled, denominator),
    );
    let digits = format!("{:0width$}", scaled.unsigned_abs(), width = DECIMALS + 1);
    let (whole, rest) = digits.split_at(digits.len() - DECIMALS);
    let rest = rest.trim_end_matches('0');
    let sign = if scaled < 0 { "-" } else { "" };
    let point = if rest.is_empty() { "" } else { "." };
    format!("{sign}{whole}{point}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_written_to_six_decimals_half_to_even() {
        for (numerator, denominator, written) in [
            (1, 3, "0.333333"),
            (2, 3, "0.666667"),
            (1, 2, "0.5"),
            (404, 10_000, "0.0404"),
            (-1, 8, "-0.125"),
            (0, 7, "0"),
            (21, 1, "21"),
            (1, 2_000_000, "0"),
            (3, 2_000_000, "0.000002"),
        ] {
            assert_eq!(decimal(numerator, denominator), written);
        }
    }
}
