//! « Jours et heures »: revenue or orders by weekday and hour.

use comptoir_metrics::{
    Cell, Comparison, Filter, Metric, Query, QueryError, Table, Unit, dimension, metric, run,
};
use comptoir_store::Snapshot;
use jiff::civil::Weekday;

use super::ask::Ask;
use crate::export::Sheet;
use crate::format;
use crate::i18n::{t, t_args};
use crate::pages::figure::{exact, height};
use crate::pages::frame::PageError;
use crate::pages::overview::files;
use crate::pages::view::{capital, explain, filters_of};
use crate::ui::card::{Card, Span};
use crate::ui::heat::{Heat, Line, Spot};
use crate::ui::{Segment, segments};

/// The week, hour by hour.
pub struct Week<'a, 'c> {
    ask: &'a Ask<'c>,
    shown: &'static Metric,
    cells: Table,
    days: Table,
    hours: Table,
}

impl<'a, 'c> Week<'a, 'c> {
    pub fn of(snapshot: &Snapshot, ask: &'a Ask<'c>) -> Result<Self, PageError> {
        let shown = shown(ask)?;
        let asked = |by: &[&str]| {
            let query = Query {
                by: by.iter().filter_map(|id| dimension(id)).collect(),
                comparison: Comparison::None,
                ..ask.view.asking(vec![shown])
            };
            run(snapshot, &query, ask.view.context)
        };
        Ok(Self {
            ask,
            shown,
            cells: asked(&["weekday", "hour_of_day"])?,
            days: asked(&["weekday"])?,
            hours: asked(&["hour_of_day"])?,
        })
    }

    pub fn card(&self) -> Card {
        let lang = self.ask.view.lang;
        let mut card =
            Card::new(lang, "week", t(lang, "revenue-week"), Span::Full, self.heat().render());
        card.summary = self.summary();
        let one = |metric: &Metric, value: &str| {
            let current = metric.id == self.shown.id;
            Segment::new(self.ask.view.label(metric), self.ask.href(&[("measure", value)]), current)
        };
        let orders = metric("orders").map(|orders| one(orders, "orders"));
        card.tools = Some(segments(
            &t(lang, "revenue-measure"),
            &std::iter::once(one(self.ask.measure, "")).chain(orders).collect::<Vec<_>>(),
        ));
        let plain = Query { comparison: Comparison::None, ..self.ask.view.query.clone() };
        let query =
            format!("metrics={}&by=weekday,hour_of_day&{}", self.shown.id, filters_of(&plain));
        card.menu = self.ask.files();
        card.menu.extend(files(&self.ask.view, &query).pop());
        card
    }

    fn weekdays(&self) -> Vec<Weekday> {
        let mut days: Vec<Weekday> =
            (1..=7).filter_map(|day| Weekday::from_monday_one_offset(day).ok()).collect();
        days.sort_by_key(|day| day.since(self.ask.view.context.week_start));
        days
    }

    /// The value of a cell of one of the tables.
    fn value<'t>(table: &'t Table, keys: &[i8]) -> &'t Cell {
        let same = |cells: &[Cell]| {
            cells.len() == keys.len()
                && cells.iter().zip(keys).all(|(cell, key)| *cell == Cell::Count((*key).into()))
        };
        let row = table.rows.iter().find(|row| same(&row.keys));
        row.and_then(|row| row.values.first()).unwrap_or(&Cell::Null)
    }

    fn link(&self, weekday: Option<i8>, hour: Option<i8>) -> String {
        let mut query = Query { comparison: Comparison::None, ..self.ask.view.query.clone() };
        for (id, value) in [("weekday", weekday), ("hour_of_day", hour)] {
            if let (Some(dimension), Some(value)) = (dimension(id), value) {
                query.filters.push(Filter::new(dimension, Some(value.to_string())));
            }
        }
        explain(self.shown, &query)
    }

    fn spot(&self, name: &str, cell: &Cell, href: String, largest: i64) -> Spot {
        let lang = self.ask.view.lang;
        let (unit, currency) = (self.shown.unit, self.cells.currency);
        let size = height(cell, unit).unwrap_or(0);
        let whole = exact(lang, cell, unit, currency);
        Spot {
            text: match (cell, size) {
                (Cell::Null, _) | (_, 0) => String::new(),
                (Cell::Money(_), _) => format::money_bare(lang, size, currency),
                _ => whole.clone(),
            },
            title: t_args(lang, "explain-filter", &[("name", name), ("values", &whole)]),
            href,
            step: step(size, largest),
        }
    }

    fn heat(&self) -> Heat {
        let lang = self.ask.view.lang;
        let unit = self.shown.unit;
        let sizes = self.cells.rows.iter().filter_map(|row| height(row.values.first()?, unit));
        let largest = sizes.max().unwrap_or(0);
        let hour_name = |hour: i8| format::hour(lang, hour);
        let rows = self.weekdays().into_iter().map(|day| {
            let number = day.to_monday_one_offset();
            let name = capital(format::date::weekday_name(lang, day));
            let spots = (0..24).map(|hour| {
                let said = format!("{name}, {}", hour_name(hour));
                let cell = Self::value(&self.cells, &[number, hour]);
                self.spot(&said, cell, self.link(Some(number), Some(hour)), largest)
            });
            let total = Self::value(&self.days, &[number]);
            Line {
                spots: spots.collect(),
                total: self.spot(&name, total, self.link(Some(number), None), 0),
                name,
            }
        });
        let all = t(lang, "table-total");
        let foot = (0..24).map(|hour| {
            let cell = Self::value(&self.hours, &[hour]);
            self.spot(&hour_name(hour), cell, self.link(None, Some(hour)), 0)
        });
        let whole = self.cells.totals.values.first().unwrap_or(&Cell::Null);
        Heat {
            lang,
            caption: t(lang, "revenue-week"),
            hours: (0..24).map(hour_name).collect(),
            rows: rows.collect(),
            foot: Line {
                name: all.clone(),
                spots: foot.collect(),
                total: self.spot(&all, whole, self.link(None, None), 0),
            },
            legend: match self.shown.unit {
                Unit::Money => t_args(
                    lang,
                    "revenue-week-unit",
                    &[
                        ("measure", &self.ask.view.label(self.shown)),
                        ("unit", &format::money::symbol(lang, self.cells.currency)),
                    ],
                ),
                _ => self.ask.view.label(self.shown),
            },
        }
    }

    /// « Le plus fort : samedi, 10 h (1 240 €). »
    fn summary(&self) -> Option<String> {
        let lang = self.ask.view.lang;
        let first = |row: &comptoir_metrics::table::Row| row.values.first().cloned();
        let best = self.cells.rows.iter().min_by(|one, other| {
            first(one).unwrap_or(Cell::Null).order(&first(other).unwrap_or(Cell::Null), true)
        })?;
        let value = best.values.first().filter(|value| value.whole() > Some(0))?;
        let number = |at: usize| best.keys.get(at).and_then(Cell::whole);
        let day = Weekday::from_monday_one_offset(i8::try_from(number(0)?).ok()?).ok()?;
        let name = format::date::weekday_name(lang, day);
        let hour = format::hour(lang, i8::try_from(number(1)?).ok()?);
        let amount = exact(lang, value, self.shown.unit, self.cells.currency);
        Some(t_args(
            lang,
            "revenue-week-best",
            &[("day", name), ("hour", &hour), ("amount", &amount)],
        ))
    }

    pub fn sheet(&self) -> Sheet {
        let mut sheet =
            Sheet::of(&self.cells, &format!("{}-semaine", self.shown.id), self.ask.view.lang);
        for (values, row) in sheet.rows.iter_mut().zip(&self.cells.rows) {
            let number =
                row.keys.first().and_then(Cell::whole).and_then(|day| i8::try_from(day).ok());
            let day = number.and_then(|day| Weekday::from_monday_one_offset(day).ok());
            if let (Some(day), Some(first)) = (day, values.first_mut()) {
                let name = format::date::weekday_name(self.ask.view.lang, day);
                *first = crate::export::Value::Text(name.to_owned());
            }
        }
        sheet
    }
}

/// Which of five shades a value has; none for nothing.
fn step(size: i64, largest: i64) -> u8 {
    if size <= 0 || largest <= 0 {
        return 0;
    }
    u8::try_from((i128::from(size) * 5 - 1) / i128::from(largest) + 1).unwrap_or(5).min(5)
}

fn shown(ask: &Ask<'_>) -> Result<&'static Metric, QueryError> {
    match ask.view.own("measure") {
        None => Ok(ask.measure),
        Some("orders") => metric("orders")
            .ok_or_else(|| QueryError::new("measure", "orders", "there is no such metric")),
        Some(other) => Err(QueryError::new("measure", other, "use orders, or nothing for revenue")
            .with_nearest(Some("orders".to_owned()))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shades_are_fifths_of_the_largest() {
        let shades: Vec<u8> = [0, 1, 20, 21, 40, 81, 100].map(|size| step(size, 100)).to_vec();
        assert_eq!(shades, [0, 1, 1, 2, 2, 5, 5]);
        assert_eq!((step(-5, 100), step(5, 0), step(i64::MAX, i64::MAX)), (0, 0, 5));
    }
}
