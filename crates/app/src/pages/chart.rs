//! Time charts: buckets of a table as columns, with the table that the tooltip reads.

use comptoir_charts::{
    Bucket as Drawn, Cell as Shown, Columns, DataTable, Head, Paint, Previous, Series, Shape, Texts,
};
use comptoir_metrics::calendar::{next, start_of};
use comptoir_metrics::{Bucket, Cell, Choice, Filter, Metric, Period, Query, Table, dimension};
use jiff::civil::{Date, Weekday};
use maud::Markup;

use super::figure::{change, column, exact, height, minor, previous};
use super::view::{View, explain};
use crate::format;
use crate::i18n::{Lang, t, t_args};

/// One step of the time axis.
pub struct Step {
    pub short: String,
    pub long: String,
    /// The days it covers, within the period.
    pub days: Period,
    /// The hour, when buckets are hours: its label in the API.
    pub hour: Option<String>,
}

/// A chart of one metric, whole or in parts.
pub struct TimeChart<'a> {
    pub id: &'a str,
    pub metric: &'static Metric,
    /// Series that stack into the metric; the metric itself when empty.
    pub parts: &'a [(&'static Metric, Paint)],
    pub paint: Paint,
    pub height: u16,
    pub shape: Shape,
    pub summary: String,
}

/// The steps of a period, as the table's rows have them.
pub fn steps(view: &View<'_>, table: &Table, bucket: Bucket, period: Period) -> Vec<Step> {
    let lang = view.lang;
    if bucket == Bucket::Hour {
        return table.rows.iter().map(|row| hour_step(lang, row.keys.first(), period)).collect();
    }
    let week_start = view.context.first_weekday(&view.query.shops(view.context));
    let mut starts = Vec::new();
    let mut start = start_of(period.from, bucket, week_start);
    while start <= period.to && starts.len() < table.rows.len() {
        starts.push(start);
        start = next(start, bucket);
    }
    starts.into_iter().map(|start| step(lang, start, bucket, period)).collect()
}

/// The step that starts on a day, cut to a period.
pub fn step(lang: Lang, start: Date, bucket: Bucket, period: Period) -> Step {
    let last = next(start, bucket).saturating_sub(jiff::Span::new().days(1));
    let days = Period { from: start.max(period.from), to: last.min(period.to) };
    let (short, long) = match bucket {
        Bucket::Hour | Bucket::Day => {
            (format::day_axis(lang, start), format::day_long(lang, start))
        }
        Bucket::Week => {
            let week = format::week(lang, start);
            let long = format!("{week}, {}", format::range(lang, days.from, days.to));
            (week, long)
        }
        Bucket::Month => (format::month_axis(lang, start), format::month(lang, start)),
        Bucket::Quarter => (format::quarter(lang, start), format::quarter(lang, start)),
        Bucket::Year => (start.year().to_string(), start.year().to_string()),
    };
    Step { short, long, days, hour: None }
}

/// `2026-11-21T14:00:00+01:00` as « 14 h ».
pub fn hour_step(lang: Lang, key: Option<&Cell>, period: Period) -> Step {
    let text = match key {
        Some(Cell::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let hour = text.get(11..13).and_then(|hour| hour.parse().ok()).unwrap_or(0);
    let day = text.get(..10).and_then(|day| day.parse().ok()).unwrap_or(period.from);
    let words = format::hour(lang, hour);
    let long = format!("{}, {words}", format::day_long(lang, day));
    Step { short: words, long, days: Period { from: day, to: day }, hour: Some(text) }
}

/// The same question for one step only.
pub fn narrowed(query: &Query, step: &Step) -> Query {
    let mut narrow = Query { period: Choice::Days(step.days), ..query.clone() };
    if let (Some(hour), Some(dimension)) = (&step.hour, dimension("hour")) {
        narrow.filters.push(Filter::new(dimension, Some(hour.clone())));
    }
    narrow.comparison = comptoir_metrics::Comparison::None;
    narrow
}

impl TimeChart<'_> {
    /// Draws the chart of a table split by `bucket`.
    pub fn draw(&self, view: &View<'_>, table: &Table, bucket: Bucket) -> Markup {
        let lang = view.lang;
        let metric = self.metric;
        let now_steps = steps(view, table, bucket, table.period);
        let before_steps =
            table.comparison.map(|period| steps(view, table, bucket, period)).unwrap_or_default();
        let today = view.context.today(&view.query.shops(view.context));
        let values = column(table, metric.id);
        let before = previous(table, metric.id);
        let buckets = now_steps
            .iter()
            .zip(&values)
            .map(|(step, value)| Drawn {
                label_short: step.short.clone(),
                label_long: t_args(
                    lang,
                    "explain-filter",
                    &[("name", &step.long), ("values", &self.text(lang, value, table))],
                ),
                href: explain(metric, &narrowed(&view.query, step)),
                weekend: bucket == Bucket::Day
                    && matches!(step.days.from.weekday(), Weekday::Saturday | Weekday::Sunday),
                partial: step.days.from <= today && today <= step.days.to && step.hour.is_none(),
            })
            .collect();
        let line = |metric: &Metric| -> Vec<i64> {
            column(table, metric.id)
                .iter()
                .map(|cell| height(cell, metric.unit).unwrap_or(0))
                .collect()
        };
        let series = if self.parts.is_empty() {
            vec![Series { label: view.label(metric), paint: self.paint, values: line(metric) }]
        } else {
            self.parts
                .iter()
                .map(|(part, paint)| Series {
                    label: t(lang, part_words(*paint)),
                    paint: *paint,
                    values: line(part),
                })
                .collect()
        };
        let compared = table.comparison.map(|period| Previous {
            label: format::range(lang, period.from, period.to),
            values: before.iter().map(|cell| height((*cell)?, metric.unit)).collect(),
        });
        let currency = table.currency;
        let axis = move |value: i64| match metric.unit {
            comptoir_metrics::Unit::Money => format::money_axis(lang, value, currency),
            _ => format::count_axis(lang, value),
        };
        Columns {
            id: self.id,
            title: view.label(metric),
            summary: self.summary.clone(),
            series,
            previous: compared,
            buckets,
            table: self.table(view, table, &now_steps, &before_steps),
            axis: &axis,
            texts: Texts {
                legend: t(lang, "chart-legend"),
                table: t(lang, "chart-table"),
                empty: t(lang, "chart-empty"),
            },
            shape: self.shape,
            height: self.height,
        }
        .render()
    }

    fn text(&self, lang: Lang, cell: &Cell, table: &Table) -> String {
        exact(lang, cell, self.metric.unit, table.currency)
    }

    /// Date, value, comparison, change, parts: what the tooltip says (S015, S017, S018, S024).
    fn table(&self, view: &View<'_>, table: &Table, now: &[Step], before: &[Step]) -> DataTable {
        let lang = view.lang;
        let metric = self.metric;
        let compared = table.comparison.is_some();
        let mut head = vec![Head::text(t(lang, "table-date")), Head::number(view.label(metric))];
        if compared {
            head.push(Head::text(t(lang, "table-compared-date")));
            head.push(Head::number(t(lang, "table-compared-value")));
            head.push(Head::number(t(lang, "table-change")));
        }
        head.extend(
            self.parts
                .iter()
                .map(|(_, paint)| Head::number(t(lang, part_words(*paint))).keyed(*paint)),
        );
        let values = column(table, metric.id);
        let was = previous(table, metric.id);
        let parts: Vec<Vec<&Cell>> =
            self.parts.iter().map(|(part, _)| column(table, part.id)).collect();
        let rows = now
            .iter()
            .enumerate()
            .map(|(index, step)| {
                let value = values.get(index).copied().unwrap_or(&Cell::Null);
                let mut cells =
                    vec![Shown::new(step.long.clone()), Shown::new(self.text(lang, value, table))];
                if compared {
                    let was = was.get(index).copied().flatten();
                    let date =
                        before.get(index).filter(|_| was.is_some()).map(|step| step.long.clone());
                    cells.push(Shown::new(date.unwrap_or_default()));
                    cells.push(Shown::new(
                        was.map(|was| self.text(lang, was, table)).unwrap_or_default(),
                    ));
                    let change =
                        was.and_then(|was| change(lang, metric, value, was, table.currency));
                    cells.push(change.map_or_else(Shown::default, |change| {
                        Shown::new(change.text).toned(change.tone)
                    }));
                }
                let amounts: Vec<i64> = parts
                    .iter()
                    .map(|part| part.get(index).and_then(|cell| minor(cell)).unwrap_or(0))
                    .collect();
                cells.extend(shares(lang, &amounts, table));
                cells
            })
            .collect();
        DataTable { head, rows, foot: Some(self.foot(lang, table, compared)) }
    }

    fn foot(&self, lang: Lang, table: &Table, compared: bool) -> Vec<Shown> {
        let metric = self.metric;
        let total = super::figure::total(table, metric.id);
        let mut cells =
            vec![Shown::new(t(lang, "table-total")), Shown::new(self.text(lang, total, table))];
        if compared {
            let was = table.previous_total(metric.id);
            cells.push(Shown::default());
            cells.push(Shown::new(was.map(|was| self.text(lang, was, table)).unwrap_or_default()));
            let change = was.and_then(|was| change(lang, metric, total, was, table.currency));
            cells.push(
                change.map_or_else(Shown::default, |change| {
                    Shown::new(change.text).toned(change.tone)
                }),
            );
        }
        let amounts: Vec<i64> = self
            .parts
            .iter()
            .map(|(part, _)| minor(super::figure::total(table, part.id)).unwrap_or(0))
            .collect();
        cells.extend(shares(lang, &amounts, table));
        cells
    }
}

/// « 31 % · 3 870 € », for each part of a whole.
fn shares(lang: Lang, amounts: &[i64], table: &Table) -> Vec<Shown> {
    format::shares(lang, amounts)
        .into_iter()
        .zip(amounts)
        .map(|(share, amount)| {
            Shown::new(format!("{share} · {}", format::money_exact(lang, *amount, table.currency)))
        })
        .collect()
}

/// The words of a part of the revenue.
pub fn part_words(paint: Paint) -> &'static str {
    match paint {
        Paint::New => "revenue-new",
        Paint::Existing => "revenue-existing",
        _ => "revenue-unidentified",
    }
}
