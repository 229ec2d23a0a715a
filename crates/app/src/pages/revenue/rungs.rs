//! « Échelle des ventes »: from gross sales to what customers paid, rung by rung, to the cent (S106).

use comptoir_metrics::ladder::{Rung, Sign, metrics, rungs};
use comptoir_metrics::{
    Bucket, Cell, Comparison, Filter, Metric, PROFILES, Query, QueryError, Table, dimension,
    metric, profile, run,
};
use comptoir_store::Snapshot;
use maud::{Markup, html};

use super::ask::Ask;
use super::keys::{Key, keys, label as dimension_label, narrowed};
use crate::export::{Sheet, Value};
use crate::i18n::{Lang, t, t_args};
use crate::pages::figure::{change, exact, label, total};
use crate::pages::frame::PageError;
use crate::pages::overview::{files, share};
use crate::pages::view::explain;
use crate::ui::card::{Card, Span};
use crate::ui::ladder::{Kind, Ladder, Step};
use crate::ui::table::{Column, Row, Table as Shown};
use crate::ui::{Segment, segments};

/// The ladder of a period, whole or a row for each stretch of time.
pub struct Rungs<'a, 'c> {
    ask: &'a Ask<'c>,
    table: Table,
    rates: Option<Table>,
    /// The stretches of time, when a row for each is asked for.
    over_time: Option<Bucket>,
}

impl<'a, 'c> Rungs<'a, 'c> {
    pub fn of(snapshot: &Snapshot, ask: &'a Ask<'c>) -> Result<Self, PageError> {
        let view = &ask.view;
        let over_time = over_time(ask)?;
        let shown: Vec<&'static Metric> =
            metrics().into_iter().filter(|metric| splits_filters(ask, metric)).collect();
        let query = Query {
            by: over_time.and_then(|bucket| dimension(bucket.id())).into_iter().collect(),
            comparison: over_time.map_or(view.query.comparison, |_| Comparison::None),
            ..view.asking(shown)
        };
        let table = run(snapshot, &query, view.context)?;
        let tax = metric("tax").filter(|tax| over_time.is_none() && splits_filters(ask, tax));
        let rates = tax.zip(dimension("tax_rate")).map(|(tax, rate)| {
            run(snapshot, &Query { by: vec![rate], ..view.asking(vec![tax]) }, view.context)
        });
        Ok(Self { ask, table, rates: rates.transpose()?, over_time })
    }

    /// The rungs that the profile in force has, under these filters. What there is none of is left out.
    fn rungs(&self) -> Vec<Rung> {
        let Some(profile) = profile(self.table.profile).or(PROFILES.first().copied()) else {
            return Vec::new();
        };
        let rungs = rungs(profile).into_iter().filter(|rung| {
            let nothing = |cell: Option<&Cell>| cell.and_then(Cell::whole).unwrap_or(0) == 0;
            let id = rung.metric.id;
            self.table.position(id).is_some()
                && !(id == "total_only_sales"
                    && nothing(self.table.total(id))
                    && nothing(self.table.previous_total(id)))
        });
        rungs.collect()
    }

    pub fn card(&self) -> Card {
        let ask = self.ask;
        let lang = ask.view.lang;
        let body = if self.over_time.is_some() { self.rows() } else { self.steps() };
        let mut card = Card::new(lang, "ladder", t(lang, "revenue-ladder"), Span::Full, body);
        card.summary = Some(t(lang, "revenue-ladder-summary"));
        let span = |words: &str, value: &str, current: bool| {
            Segment::new(t(lang, words), ask.href(&[("span", value)]), current)
        };
        let months = ask.view.own("span") == Some("month");
        let whole = self.over_time.is_none();
        let mut choices = vec![span("revenue-ladder-whole", "", whole)];
        for (value, words) in [("day", "granularity-day"), ("month", "granularity-month")] {
            let fits = value == "month" || ask.view.days().days() <= 92;
            if fits {
                choices.push(span(words, value, !whole && months == (value == "month")));
            }
        }
        card.tools = Some(segments(&t(lang, "granularity-label"), &choices));
        let ids: Vec<&str> = self.rungs().iter().map(|rung| rung.metric.id).collect();
        let query = format!("metrics={}&{}", ids.join(","), ask.view.filters_text());
        card.menu = ask.files();
        card.menu.extend(files(&ask.view, &query).pop());
        card
    }

    fn text(&self, metric: &Metric, cell: &Cell) -> String {
        exact(self.ask.view.lang, cell, metric.unit, self.table.currency)
    }

    fn steps(&self) -> Markup {
        let lang = self.ask.view.lang;
        let mut steps = Vec::new();
        for rung in self.rungs() {
            let metric = rung.metric;
            let now = total(&self.table, metric.id);
            steps.push(self.step(
                metric,
                self.ask.view.label(metric),
                self.ask.view.definition(metric),
                kind(rung.sign),
                (now, self.table.previous_total(metric.id)),
                explain(metric, &self.ask.view.query),
            ));
            if metric.id == "tax" {
                steps.extend(self.rate_steps(metric));
            }
        }
        let whole = self.table.total("gross_sales").cloned().unwrap_or(Cell::Null);
        for (step, rung) in
            steps.iter_mut().filter(|step| step.kind != Kind::Detail).zip(self.rungs())
        {
            if rung.sign != Sign::Count {
                step.share = share(lang, total(&self.table, rung.metric.id), &whole);
            }
        }
        Ladder { lang, steps, compared: self.table.comparison.is_some() }.render()
    }

    fn step(
        &self,
        metric: &'static Metric,
        label: String,
        definition: String,
        kind: Kind,
        (now, was): (&Cell, Option<&Cell>),
        href: String,
    ) -> Step {
        let lang = self.ask.view.lang;
        Step {
            label,
            definition,
            kind,
            value: self.text(metric, now),
            share: String::new(),
            previous: was.map(|was| self.text(metric, was)),
            change: was.and_then(|was| change(lang, metric, now, was, self.table.currency)),
            href,
        }
    }

    /// « dont 20 % », under the tax.
    fn rate_steps(&self, tax: &'static Metric) -> Vec<Step> {
        let view = &self.ask.view;
        let Some(rates) = &self.rates else { return Vec::new() };
        rates
            .rows
            .iter()
            .map(|row| {
                let keys = keys(view, rates, row);
                let label = rate_label(view.lang, &keys);
                let now = row.values.first().unwrap_or(&Cell::Null);
                let was = row.previous.as_ref().and_then(|was| was.first());
                let href = explain(tax, &narrowed(&view.query, &keys));
                self.step(tax, label, String::new(), Kind::Detail, (now, was), href)
            })
            .collect()
    }

    /// A row for each stretch of time, a column for each rung.
    fn rows(&self) -> Markup {
        let view = &self.ask.view;
        let lang = view.lang;
        let rungs = self.rungs();
        let first = self.over_time.and_then(|bucket| dimension(bucket.id()));
        let mut columns =
            vec![Column::text(first.map_or("", |first| dimension_label(lang, first)))];
        columns.extend(rungs.iter().map(|rung| Column::number(short_label(lang, rung.metric))));
        let figures = |values: &[Cell]| -> Vec<comptoir_charts::Cell> {
            rungs
                .iter()
                .map(|rung| {
                    let at = self.table.position(rung.metric.id);
                    let cell = at.and_then(|at| values.get(at)).unwrap_or(&Cell::Null);
                    self.text(rung.metric, cell).into()
                })
                .collect()
        };
        let rows = self.table.rows.iter().map(|row| {
            let keys = keys(view, &self.table, row);
            let name = keys.first().map(|key| key.name.clone()).unwrap_or_default();
            let narrow = narrowed(&view.query, &keys);
            Row {
                href: metric("total_sales")
                    .filter(|all| splits_filters(self.ask, all))
                    .or_else(|| metric("net_sales"))
                    .map(|all| explain(all, &narrow)),
                cells: std::iter::once(name.into()).chain(figures(&row.values)).collect(),
            }
        });
        let sum = std::iter::once(t(lang, "table-total").into());
        let table = Shown {
            lang,
            caption: t(lang, "revenue-ladder"),
            columns,
            rows: rows.collect(),
            sum: Some(sum.chain(figures(&self.table.totals.values)).collect()),
            paging: None,
            csv: self.ask.file("csv"),
            xlsx: self.ask.file("xlsx"),
        };
        html! { (table.render()) }
    }

    pub fn sheet(&self) -> Sheet {
        let lang = self.ask.view.lang;
        let name = t(lang, "revenue-ladder-file");
        if self.over_time.is_some() {
            let mut sheet = Sheet::of(&self.table, &name, lang);
            for (values, row) in sheet.rows.iter_mut().zip(&self.table.rows) {
                let key = keys(&self.ask.view, &self.table, row).into_iter().next();
                if let (Some(first), Some(key)) = (values.first_mut(), key) {
                    *first = Value::Text(key.name);
                }
            }
            return sheet;
        }
        let mut columns = vec![t(lang, "revenue-rung"), t(lang, "table-value")];
        let compared = self.table.comparison.is_some();
        columns.extend(compared.then(|| t(lang, "table-compared-value")));
        let row = |name: String, metric: &Metric, now: Option<&Cell>, was: Option<&Cell>| {
            let value = |cell: Option<&Cell>| {
                Value::of(cell.unwrap_or(&Cell::Null), Some(metric.unit), self.table.currency)
            };
            let mut values = vec![Value::Text(name), value(now)];
            values.extend(compared.then(|| value(was)));
            values
        };
        let mut rows = Vec::new();
        for rung in self.rungs() {
            let metric = rung.metric;
            let name = signed(lang, rung);
            rows.push(row(
                name,
                metric,
                self.table.total(metric.id),
                self.table.previous_total(metric.id),
            ));
            for rate in self.rates.iter().filter(|_| metric.id == "tax").flat_map(|rates| {
                rates.rows.iter().map(|row| (keys(&self.ask.view, rates, row), row))
            }) {
                let (keys, found) = rate;
                let was = found.previous.as_ref().and_then(|was| was.first());
                rows.push(row(rate_label(lang, &keys), metric, found.values.first(), was));
            }
        }
        Sheet { name, columns, rows }
    }
}

/// « dont 20 % ».
fn rate_label(lang: Lang, keys: &[Key]) -> String {
    match keys.first().filter(|key| key.value.is_some()) {
        Some(key) => t_args(lang, "revenue-rate", &[("rate", &key.name)]),
        None => t(lang, "revenue-rate-unknown"),
    }
}

/// For narrow columns.
fn short_label(lang: Lang, metric: &Metric) -> &'static str {
    match lang {
        Lang::Fr => metric.short.fr,
        Lang::En => metric.short.en,
    }
}

fn signed(lang: Lang, rung: Rung) -> String {
    let name = label(lang, rung.metric);
    match rung.sign {
        Sign::Minus => t_args(lang, "revenue-minus", &[("name", name)]),
        Sign::Result => t_args(lang, "revenue-equals", &[("name", name)]),
        Sign::Count | Sign::Plus => name.to_owned(),
    }
}

fn kind(sign: Sign) -> Kind {
    match sign {
        Sign::Count => Kind::Count,
        Sign::Plus => Kind::Plus,
        Sign::Minus => Kind::Minus,
        Sign::Result => Kind::Result,
    }
}

fn splits_filters(ask: &Ask<'_>, metric: &Metric) -> bool {
    let filters = ask.view.query.filters.iter().map(|filter: &Filter| filter.dimension);
    filters.into_iter().all(|dimension| comptoir_metrics::splits(metric, dimension))
}

fn over_time(ask: &Ask<'_>) -> Result<Option<Bucket>, QueryError> {
    match ask.view.own("span") {
        None => Ok(None),
        Some("month") => Ok(Some(Bucket::Month)),
        Some("day") => Ok(Some(Bucket::Day)),
        Some(other) => Err(QueryError::new("span", other, "use day or month")
            .with_nearest(comptoir_metrics::nearest::nearest(other, ["day", "month"].into_iter()))),
    }
}
