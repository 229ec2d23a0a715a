//! « Chiffre d’affaires par… »: any dimension, two levels deep (S218–S220).

use std::cmp::Ordering;

use comptoir_metrics::dimension::Kind;
use comptoir_metrics::nearest::nearest;
use comptoir_metrics::table::Row;
use comptoir_metrics::{
    Cell, Change, Metric, Query, QueryError, Table, Unit, metric, run, run_comparing,
};
use comptoir_store::Snapshot;
use maud::Markup;

use super::ask::Ask;
use super::keys::{self, Key, drill, keys, label, narrowed};
use crate::export::{Sheet, Value};
use crate::i18n::{t, t_args};
use crate::pages::figure::{change, exact, height};
use crate::pages::frame::PageError;
use crate::pages::overview::share;
use crate::pages::paging::{ROWS, number, paging};
use crate::pages::view::explain;
use crate::ui::breakdown::{Breakdown, Line};
use crate::ui::table::{Column, Order, Sort};

/// The answer, its rows named and in the order asked for.
pub struct Split<'a, 'c> {
    pub ask: &'a Ask<'c>,
    pub table: Table,
    pub metrics: Vec<&'static Metric>,
    /// Positions in the table's rows.
    order: Vec<usize>,
    names: Vec<Vec<Key>>,
}

/// A column that rows can be put in order by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    Level(usize),
    Value(usize),
    Previous,
    Change,
}

/// The figures of the table, the measure first.
pub fn query(ask: &Ask<'_>) -> Query {
    Query { by: ask.levels(), ..ask.view.asking(metrics(ask)) }
}

fn metrics(ask: &Ask<'_>) -> Vec<&'static Metric> {
    // Where no average order can be told, the units are.
    let third = metric("average_order_value").filter(|average| ask.shows(average));
    std::iter::once(ask.measure)
        .chain(["orders", "customers"].into_iter().filter_map(metric))
        .chain(third.or_else(|| metric("units")))
        .collect()
}

impl<'a, 'c> Split<'a, 'c> {
    /// For the page, which compares the measure alone.
    pub fn of(snapshot: &Snapshot, ask: &'a Ask<'c>) -> Result<Self, PageError> {
        let query = query(ask);
        let table = run_comparing(snapshot, &query, &[ask.measure], ask.view.context)?;
        Self::named(ask, query, table)
    }

    /// For files, which compare every figure.
    pub fn whole(snapshot: &Snapshot, ask: &'a Ask<'c>) -> Result<Self, PageError> {
        let query = query(ask);
        let table = run(snapshot, &query, ask.view.context)?;
        Self::named(ask, query, table)
    }

    fn named(ask: &'a Ask<'c>, query: Query, table: Table) -> Result<Self, PageError> {
        let names = table.rows.iter().map(|row| keys(&ask.view, &table, row)).collect();
        let order = (0..table.rows.len()).collect();
        let mut split = Self { ask, table, metrics: query.metrics, order, names };
        split.sort()?;
        Ok(split)
    }

    /// The rows in the order of the table, with their names.
    pub fn rows(&self) -> impl Iterator<Item = (&Row, &[Key])> {
        self.order
            .iter()
            .filter_map(|at| Some((self.table.rows.get(*at)?, self.names.get(*at)?.as_slice())))
    }

    /// The rows as the query orders them: time forward, everything else from the largest down.
    pub fn ranked(&self) -> impl Iterator<Item = (&Row, &[Key])> {
        self.table.rows.iter().zip(self.names.iter().map(Vec::as_slice))
    }

    fn columns(&self) -> Vec<(&'static str, By)> {
        let mut columns = vec![("by", By::Level(0))];
        columns.extend(self.ask.then.map(|_| ("then", By::Level(1))));
        columns
            .extend(self.metrics.iter().enumerate().map(|(at, metric)| (metric.id, By::Value(at))));
        if self.table.comparison.is_some() {
            columns.extend([("previous", By::Previous), ("change", By::Change)]);
        }
        columns
    }

    fn sorted_by(&self) -> Result<Option<(By, bool)>, QueryError> {
        let Some(text) = self.ask.view.own("sort") else { return Ok(None) };
        let (descending, id) = text.strip_prefix('-').map_or((false, text), |id| (true, id));
        let columns = self.columns();
        columns
            .iter()
            .find(|(known, _)| *known == id)
            .map(|(_, by)| Some((*by, descending)))
            .ok_or_else(|| {
                QueryError::new("sort", text, "there is no such column")
                    .with_nearest(nearest(id, columns.iter().map(|(known, _)| *known)))
            })
    }

    fn sort(&mut self) -> Result<(), QueryError> {
        let sorted = self.sorted_by()?;
        let mut order = std::mem::take(&mut self.order);
        match sorted {
            // Weeks may begin on another day than Monday.
            None => {
                order
                    .sort_by_key(|at| keys::weekday_place(&self.ask.view, self.names[*at].first()));
            }
            Some((by, descending)) => {
                order.sort_by(|left, right| self.compare(*left, *right, by, descending));
            }
        }
        self.order = order;
        Ok(())
    }

    fn compare(&self, left: usize, right: usize, by: By, descending: bool) -> Ordering {
        let (one, other) = (&self.table.rows[left], &self.table.rows[right]);
        let was = |row: &Row| {
            row.previous.as_ref().and_then(|was| was.first()).cloned().unwrap_or(Cell::Null)
        };
        match by {
            By::Value(at) => one.values[at].order(&other.values[at], descending),
            By::Previous => was(one).order(&was(other), descending),
            By::Change => {
                let moved = |row: &Row| moved(row.values.first(), &was(row), self.ask.measure.unit);
                moved(one).order(&moved(other), descending)
            }
            By::Level(level) => {
                let (one, other) = (&self.names[left][level], &self.names[right][level]);
                let unknown = one.value.is_none().cmp(&other.value.is_none());
                let by_name = match one.dimension.kind {
                    // The answer's own order is the one of time.
                    Kind::Time(_) | Kind::Cycle => left.cmp(&right),
                    _ => one.name.to_lowercase().cmp(&other.name.to_lowercase()),
                };
                unknown.then(if descending { by_name.reverse() } else { by_name })
            }
        }
    }

    fn header(&self, id: &'static str, label: &str, numeric: bool) -> Column {
        let sorted = self.sorted_by().ok().flatten();
        let own = self.columns().iter().find(|(known, _)| *known == id).map(|(_, by)| *by);
        let now = sorted.filter(|(by, _)| Some(*by) == own).map(|(_, descending)| descending);
        let untouched = sorted.is_none() && id == self.ask.measure.id && !self.in_time();
        let now = now.or(untouched.then_some(true));
        // Figures are first asked for from the largest down, names from A to Z.
        let descending = now.map_or(numeric, |descending| !descending);
        let sort = format!("{}{id}", if descending { "-" } else { "" });
        let column = if numeric { Column::number(label) } else { Column::text(label) };
        column.sorted(Sort {
            href: self.ask.href(&[("sort", &sort)]),
            order: now.map(|down| if down { Order::Descending } else { Order::Ascending }),
        })
    }

    /// Whether rows follow time rather than rank.
    pub fn in_time(&self) -> bool {
        matches!(self.ask.by.kind, Kind::Time(_) | Kind::Cycle)
    }

    /// The table of one page of rows.
    pub fn draw(&self) -> Result<Markup, PageError> {
        let ask = self.ask;
        let lang = ask.view.lang;
        let page = number(&ask.view)?;
        let mut columns = vec![self.header("by", label(lang, ask.by), false)];
        columns.extend(ask.then.map(|then| self.header("then", label(lang, then), false)));
        // The measure comes last, beside its share and its change.
        for metric in self.metrics.iter().skip(1).chain([&ask.measure]) {
            columns.push(self.header(metric.id, &ask.view.label(metric), true));
        }
        columns.push(Column::number(t(lang, "sellers-share")));
        if self.table.comparison.is_some() {
            columns.push(self.header("previous", &t(lang, "table-compared-value"), true));
            columns.push(self.header("change", &t(lang, "table-change"), true));
        }
        let largest =
            self.table.rows.iter().filter_map(|row| height(row.values.first()?, ask.measure.unit));
        let rows: Vec<Line> = self
            .rows()
            .skip((page - 1) * ROWS)
            .take(ROWS)
            .map(|(row, keys)| self.line(row, keys))
            .collect();
        let totals = &self.table.totals;
        let sum = self.line_of(&totals.values, totals.previous.as_ref());
        Ok(Breakdown {
            lang,
            caption: t_args(
                lang,
                "revenue-by-caption",
                &[("measure", &ask.view.label(ask.measure)), ("dimension", label(lang, ask.by))],
            ),
            columns,
            levels: ask.levels().len(),
            bars: !self.in_time() && self.table.rows.len() > super::drawing::MOST_BARS + 1,
            largest: largest.max().unwrap_or(0),
            rows,
            sum: Line {
                names: vec![t(lang, "table-total")],
                open: explain(ask.measure, &ask.view.query),
                ..sum
            },
            paging: (self.table.rows.len() > ROWS)
                .then(|| paging(&ask.view, self.table.rows.len(), page)),
            csv: ask.file("csv"),
            xlsx: ask.file("xlsx"),
        }
        .render())
    }

    fn line(&self, row: &Row, keys: &[Key]) -> Line {
        let ask = self.ask;
        let open = explain(ask.measure, &narrowed(&ask.view.query, keys));
        Line {
            names: keys.iter().map(|key| key.name.clone()).collect(),
            note: keys
                .first()
                .filter(|key| key.dimension.id == "product")
                .and_then(|key| key.value.clone()),
            href: self.deeper(keys).unwrap_or_else(|| open.clone()),
            weight: row.values.first().and_then(|cell| height(cell, ask.measure.unit)).unwrap_or(0),
            open,
            ..self.line_of(&row.values, row.previous.as_ref())
        }
    }

    fn line_of(&self, values: &[Cell], previous: Option<&Vec<Cell>>) -> Line {
        let (lang, currency) = (self.ask.view.lang, self.table.currency);
        let measure = self.ask.measure;
        let text = |metric: &Metric, cell: Option<&Cell>| {
            exact(lang, cell.unwrap_or(&Cell::Null), metric.unit, currency)
        };
        let figures = self.metrics.iter().zip(values).skip(1);
        let now = values.first().unwrap_or(&Cell::Null);
        let was = previous.and_then(|previous| previous.first());
        let whole = self.table.totals.values.first().unwrap_or(&Cell::Null);
        Line {
            figures: figures.map(|(metric, cell)| text(metric, Some(cell))).collect(),
            measure: text(measure, Some(now)),
            share: share(lang, now, whole),
            previous: previous.map(|_| text(measure, was)),
            change: was.and_then(|was| change(lang, measure, now, was, currency)),
            ..Line::default()
        }
    }

    /// The page of what lies under a row: under all its levels when there are two.
    pub fn deeper(&self, row: &[Key]) -> Option<String> {
        let ask = self.ask;
        let last = row.last()?;
        let (query, finer) = match ask.then {
            Some(then) if row.len() == 1 => (narrowed(&ask.view.query, row), then),
            _ => {
                let (query, finer) = drill(&ask.view, last)?;
                (narrowed(&query, &row[..row.len() - 1]), finer)
            }
        };
        let done = |finer: &str| row.iter().any(|key| key.dimension.id == finer);
        if done(finer.id) {
            return None;
        }
        Some(ask.href_of(&query, &[("by", finer.id), ("then", ""), ("sort", ""), ("shape", "")]))
    }

    /// All rows as a file, in the order of the table.
    pub fn sheet(&self) -> Sheet {
        let (lang, currency) = (self.ask.view.lang, self.table.currency);
        let mut columns: Vec<String> =
            self.ask.levels().into_iter().map(|level| label(lang, level).to_owned()).collect();
        columns.extend(self.metrics.iter().map(|metric| self.ask.view.label(metric)));
        if self.table.comparison.is_some() {
            columns.extend(self.metrics.iter().map(|metric| {
                t_args(lang, "export-previous", &[("metric", &self.ask.view.label(metric))])
            }));
        }
        let value = |(metric, cell): (&&'static Metric, &Cell)| {
            Value::of(cell, Some(metric.unit), currency)
        };
        let rows = self
            .rows()
            .map(|(row, keys)| {
                let names = keys.iter().map(|key| match keys::day(&self.ask.view, key) {
                    Some(day) => Value::Day(day),
                    None => Value::Text(key.name.clone()),
                });
                let before = row.previous.iter().flat_map(|was| self.metrics.iter().zip(was));
                names
                    .chain(self.metrics.iter().zip(&row.values).map(value))
                    .chain(before.map(value))
                    .collect()
            })
            .collect();
        Sheet { name: format!("{}-{}", self.ask.measure.id, self.ask.by.id), columns, rows }
    }
}

/// How far a figure moved, as something to put in order.
fn moved(now: Option<&Cell>, was: &Cell, unit: Unit) -> Cell {
    match Change::between(now.unwrap_or(&Cell::Null), was, unit) {
        Change::Percent(value)
        | Change::Points(value)
        | Change::Units(value)
        | Change::Amount(value) => Cell::Count(value),
        Change::FromNothing => Cell::Count(i64::MAX),
        Change::Unknown => Cell::Null,
    }
}
