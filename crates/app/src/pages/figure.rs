//! Cells of a table as texts, changes and tones.

use std::cmp::Ordering;

use comptoir_charts::Tone;
use comptoir_metrics::metric::Better;
use comptoir_metrics::{Cell, Metric, Table, Unit};
use comptoir_model::Currency;

use crate::format::{self, NO_VALUE};
use crate::i18n::Lang;
use crate::ui::tiles::{Change, Direction};

/// A share on fewer cases than this is shown grey, with its n.
pub const SMALL_SAMPLE: i64 = 30;

/// A cell for a headline: whole units from a thousand up.
pub fn short(lang: Lang, cell: &Cell, unit: Unit, currency: Currency) -> String {
    match (cell, unit) {
        (cell, Unit::Money) => {
            minor(cell).map_or_else(no_value, |minor| format::money(lang, minor, currency))
        }
        _ => exact(lang, cell, unit, currency),
    }
}

/// A cell for a table: to the cent.
pub fn exact(lang: Lang, cell: &Cell, unit: Unit, currency: Currency) -> String {
    match (cell, unit) {
        (Cell::Null, _) => no_value(),
        (Cell::Text(text), _) => text.clone(),
        (cell, Unit::Money) => {
            minor(cell).map_or_else(no_value, |minor| format::money_exact(lang, minor, currency))
        }
        (Cell::Count(count), _) => format::integer(lang, *count),
        (cell, Unit::Ratio) => format::ratio(lang, quotient(cell)),
        (cell, Unit::Days) => format::days(lang, quotient(cell)),
        (cell, _) => quotient(cell).map_or_else(no_value, |value| format::decimal(lang, value, 2)),
    }
}

fn no_value() -> String {
    NO_VALUE.to_owned()
}

/// Minor units of an amount, or of a mean amount (half to even).
pub fn minor(cell: &Cell) -> Option<i64> {
    match cell {
        Cell::Money(minor) => Some(*minor),
        Cell::Ratio { numerator, denominator } => {
            i64::try_from(comptoir_model::money::divide_half_even(*numerator, *denominator)).ok()
        }
        _ => None,
    }
}

/// A share or mean as a number, for its text only.
#[expect(clippy::cast_precision_loss, reason = "shown with one or two decimals, never added up")]
fn quotient(cell: &Cell) -> Option<f64> {
    cell.fraction().map(|(over, under)| over as f64 / under as f64)
}

/// A value for geometry: minor units, counts, or shares in thousandths of a percent.
pub fn height(cell: &Cell, unit: Unit) -> Option<i64> {
    match (cell, unit) {
        (cell, Unit::Money) => minor(cell),
        (Cell::Ratio { numerator, denominator }, _) => {
            i64::try_from(numerator * 100_000 / denominator).ok()
        }
        (cell, _) => cell.whole(),
    }
}

/// A mean in thousandths, for a change in percent.
fn thousandths(cell: &Cell) -> Option<i64> {
    let (over, under) = cell.fraction()?;
    i64::try_from(over * 1000 / under).ok()
}

/// The change of a metric between two cells; none when either has no value.
pub fn change(
    lang: Lang,
    metric: &Metric,
    now: &Cell,
    was: &Cell,
    currency: Currency,
) -> Option<Change> {
    let delta = match metric.unit {
        Unit::Money => format::change_money(lang, minor(now)?, minor(was)?, currency),
        Unit::Count => format::change(lang, now.whole()?, was.whole()?),
        Unit::Ratio => format::change_ratio(lang, quotient(now), quotient(was))?,
        Unit::Decimal | Unit::Days => format::change(lang, thousandths(now)?, thousandths(was)?),
    };
    Some(Change {
        tone: tone(metric.better, delta.direction),
        direction: match delta.direction {
            Ordering::Greater => Direction::Up,
            Ordering::Less => Direction::Down,
            Ordering::Equal => Direction::Flat,
        },
        text: delta.text,
    })
}

fn tone(better: Better, direction: Ordering) -> Tone {
    match (better, direction) {
        (Better::Up, Ordering::Greater) | (Better::Down, Ordering::Less) => Tone::Good,
        (Better::Up, Ordering::Less) | (Better::Down, Ordering::Greater) => Tone::Bad,
        _ => Tone::Neutral,
    }
}

/// A metric's name in the reader's language.
pub fn label(lang: Lang, metric: &Metric) -> &'static str {
    match lang {
        Lang::Fr => metric.label.fr,
        Lang::En => metric.label.en,
    }
}

/// A metric's total, or no value when the table does not have it.
pub fn total<'t>(table: &'t Table, metric: &str) -> &'t Cell {
    table.total(metric).unwrap_or(&Cell::Null)
}

/// A metric's values row by row.
pub fn column<'t>(table: &'t Table, metric: &str) -> Vec<&'t Cell> {
    let at = table.position(metric);
    table
        .rows
        .iter()
        .map(|row| at.and_then(|at| row.values.get(at)).unwrap_or(&Cell::Null))
        .collect()
}

/// A metric's values in the comparison, row by row.
pub fn previous<'t>(table: &'t Table, metric: &str) -> Vec<Option<&'t Cell>> {
    let at = table.position(metric);
    table.rows.iter().map(|row| row.previous.as_ref().and_then(|values| values.get(at?))).collect()
}
