//! « Cumul »: the year or month so far beside earlier ones (S121).

use comptoir_charts::{Cell as Shown, DataTable, Head, Lines, Point, Track};
use comptoir_metrics::cumulative::{Cumulative, cumulative, slot_in};
use comptoir_metrics::{Bucket, Cell, Choice, Comparison, Period, Query, QueryError, Unit};
use comptoir_store::Snapshot;
use jiff::civil::Date;
use maud::Markup;

use super::ask::Ask;
use super::drawing::texts;
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::figure::{change, exact, short};
use crate::pages::frame::PageError;
use crate::pages::overview::files;
use crate::pages::view::{capital, explain};
use crate::ui::card::{Card, Span};
use crate::ui::{Segment, segments};

/// Sums along the calendar, and what they are called.
pub struct SoFar<'a, 'c> {
    ask: &'a Ask<'c>,
    unit: Bucket,
    /// The last day of the current line.
    until: Date,
    found: Cumulative,
}

impl<'a, 'c> SoFar<'a, 'c> {
    pub fn of(snapshot: &Snapshot, ask: &'a Ask<'c>) -> Result<Self, PageError> {
        let view = &ask.view;
        let unit = unit(ask)?;
        let today = view.context.today(&view.query.shops(view.context));
        let until = view.days().to.min(today);
        let found = cumulative(snapshot, &view.query, ask.measure, unit, until, view.context)?;
        Ok(Self { ask, unit, until, found })
    }

    pub fn card(&self) -> Card {
        let ask = self.ask;
        let lang = ask.view.lang;
        let title = t(
            lang,
            if self.unit == Bucket::Year { "revenue-so-far-year" } else { "revenue-so-far-month" },
        );
        let mut card = Card::new(lang, "so-far", title, Span::Full, self.chart());
        card.summary = self.summary();
        let one = |words: &str, value: &str, unit: Bucket| {
            Segment::new(t(lang, words), ask.href(&[("span", value)]), unit == self.unit)
        };
        card.tools = Some(segments(
            &t(lang, "revenue-span"),
            &[
                one("granularity-year", "", Bucket::Year),
                one("granularity-month", "month", Bucket::Month),
            ],
        ));
        let daily = Query { comparison: Comparison::None, ..ask.view.query.clone() };
        let json =
            format!("metrics={}&by=day&{}", ask.measure.id, crate::pages::view::filters_of(&daily));
        card.menu = ask.files();
        card.menu.extend(files(&ask.view, &json).pop());
        card
    }

    fn name(&self, start: Date) -> String {
        let lang = self.ask.view.lang;
        match self.unit {
            Bucket::Year => start.year().to_string(),
            _ => capital(&format::month(lang, start)),
        }
    }

    fn text(&self, value: Option<i64>) -> String {
        exact(self.ask.view.lang, &cell(value), Unit::Money, self.found.currency)
    }

    /// For headlines: whole units from a thousand up.
    fn headline(&self, value: Option<i64>) -> String {
        short(self.ask.view.lang, &cell(value), Unit::Money, self.found.currency)
    }

    /// How the current line stands against another on the same day.
    fn gap(&self, other: Option<i64>) -> Option<String> {
        let now = self.found.at_mark(self.found.tracks.first()?);
        let (now, other) = (cell(now), cell(other));
        let moved =
            change(self.ask.view.lang, self.ask.measure, &now, &other, self.found.currency)?;
        Some(moved.text)
    }

    /// « Au 21 novembre : 182 000 €, contre 168 400 € en 2025 à la même date (+8 %). »
    fn summary(&self) -> Option<String> {
        let lang = self.ask.view.lang;
        let now = self.found.at_mark(self.found.tracks.first()?)?;
        let day = format::day(lang, self.until);
        let amount = self.headline(Some(now));
        let values = [("day", day.as_str()), ("amount", &amount)];
        let Some(other) = self.found.tracks.get(1).filter(|other| !other.partial) else {
            return Some(t_args(lang, "revenue-so-far-alone", &values));
        };
        let was = self.found.at_mark(other);
        let (name, before, gap) = (self.name(other.start), self.headline(was), self.gap(was)?);
        let values = [values[0], values[1], ("name", &name), ("before", &before), ("gap", &gap)];
        Some(t_args(lang, "revenue-so-far-against", &values))
    }

    fn chart(&self) -> Markup {
        let ask = self.ask;
        let lang = ask.view.lang;
        let found = &self.found;
        let tracks = found.tracks.iter().enumerate().map(|(index, track)| {
            let value = found.at_mark(track);
            // Against a year that the data only know in part, a gap would say nothing.
            let gap = self.gap(value).filter(|_| index > 0 && !track.partial);
            let amount = self.headline(value);
            Track {
                label: self.name(track.start),
                note: match gap {
                    Some(gap) => {
                        t_args(lang, "revenue-so-far-note", &[("amount", &amount), ("gap", &gap)])
                    }
                    None => amount,
                },
                values: track.values.clone(),
            }
        });
        let start = found.tracks.first().map_or(self.until, |track| track.start);
        let points = found.slots.iter().enumerate().map(|(index, slot)| {
            let day = slot_in(*slot, start, self.unit);
            let now =
                found.tracks.first().and_then(|track| track.values.get(index).copied().flatten());
            let named = self.slot_name(lang, *slot);
            Point {
                label: self.axis_label(lang, *slot),
                label_long: t_args(
                    lang,
                    "explain-filter",
                    &[("name", &named), ("values", &self.text(now))],
                ),
                href: if now.is_some() { self.behind(start, day) } else { String::new() },
            }
        });
        let currency = found.currency;
        let axis = move |value: i64| format::money_axis(lang, value, currency);
        Lines {
            id: "so-far-chart",
            title: ask.view.label(ask.measure),
            summary: self.summary().unwrap_or_default(),
            tracks: tracks.collect(),
            points: points.collect(),
            mark: Some(found.mark),
            table: self.table(),
            axis: &axis,
            texts: texts(lang),
            height: 300,
        }
        .render()
    }

    /// The orders behind a sum: from the first day to this one.
    fn behind(&self, from: Date, to: Date) -> String {
        let query = Query {
            period: Choice::Days(Period { from, to }),
            comparison: Comparison::None,
            ..self.ask.view.query.clone()
        };
        explain(self.ask.measure, &query)
    }

    fn slot_name(&self, lang: Lang, slot: Date) -> String {
        match self.unit {
            Bucket::Year => format::day_axis(lang, slot),
            _ => t_args(lang, "revenue-day-of-month", &[("day", &slot.day().to_string())]),
        }
    }

    fn axis_label(&self, lang: Lang, slot: Date) -> String {
        match self.unit {
            Bucket::Year if slot.day() == 15 => format::date::short_month(lang, slot).to_owned(),
            Bucket::Year => String::new(),
            _ if slot.day() == 1 || slot.day() % 5 == 0 => slot.day().to_string(),
            _ => String::new(),
        }
    }

    fn table(&self) -> DataTable {
        let lang = self.ask.view.lang;
        let found = &self.found;
        let mut head = vec![Head::text(t(lang, "table-date"))];
        head.extend(found.tracks.iter().map(|track| Head::number(self.name(track.start))));
        let rows = found.slots.iter().enumerate().map(|(index, slot)| {
            let mut cells: Vec<Shown> = vec![self.slot_name(lang, *slot).into()];
            cells.extend(found.tracks.iter().map(|track| {
                let value = track.values.get(index).copied().flatten();
                Shown::new(value.map(|value| self.text(Some(value))).unwrap_or_default())
            }));
            cells
        });
        DataTable { head, rows: rows.collect(), foot: None }
    }

    pub fn sheet(&self) -> Sheet {
        let lang = self.ask.view.lang;
        let found = &self.found;
        let mut columns = vec![t(lang, "table-date")];
        columns.extend(found.tracks.iter().map(|track| self.name(track.start)));
        let rows = found.slots.iter().enumerate().map(|(index, slot)| {
            let values = found.tracks.iter().map(|track| {
                let value = track.values.get(index).copied().flatten();
                Value::of(&cell(value), Some(Unit::Money), found.currency)
            });
            std::iter::once(Value::Text(self.slot_name(lang, *slot))).chain(values).collect()
        });
        Sheet { name: format!("{}-cumul", self.ask.measure.id), columns, rows: rows.collect() }
    }
}

fn cell(value: Option<i64>) -> Cell {
    value.map_or(Cell::Null, Cell::Money)
}

fn unit(ask: &Ask<'_>) -> Result<Bucket, QueryError> {
    match ask.view.own("span") {
        None | Some("year") => Ok(Bucket::Year),
        Some("month") => Ok(Bucket::Month),
        Some(other) => Err(QueryError::new("span", other, "use year or month").with_nearest(
            comptoir_metrics::nearest::nearest(other, ["year", "month"].into_iter()),
        )),
    }
}
