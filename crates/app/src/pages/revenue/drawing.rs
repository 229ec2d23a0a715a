//! The chart above a split: columns or a line over time, bars for everything else.

use comptoir_charts::{
    Bucket as Drawn, Cell as Shown, Columns, DataTable, Head, Lines, Paint, Point, Previous, Rank,
    Ranks, Series, Shape, Texts, Track,
};
use comptoir_metrics::dimension::Kind;
use comptoir_metrics::table::Row;
use comptoir_metrics::{Cell, Unit};
use maud::Markup;

use super::keys::{Key, narrowed};
use super::split::Split;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::chart::TimeChart;
use crate::pages::figure::{change, exact, height, short};
use crate::pages::overview::share;
use crate::pages::sentence::lower;
use crate::pages::view::explain;

/// Bars of their own; all others are one bar.
pub const MOST_BARS: usize = 10;
/// Lines of their own over time.
const MOST_LINES: usize = 6;

/// The words of every chart.
pub fn texts(lang: Lang) -> Texts {
    Texts {
        legend: t(lang, "chart-legend"),
        table: t(lang, "chart-table"),
        empty: t(lang, "chart-empty"),
    }
}

/// Whether the split is drawn as columns, which a reader may exchange for a line.
pub fn has_shapes(split: &Split<'_, '_>) -> bool {
    split.in_time() && split.ask.then.is_none()
}

/// Draws a split.
pub fn draw(split: &Split<'_, '_>, shape: Shape) -> Markup {
    let ask = split.ask;
    match (ask.by.kind, ask.then) {
        (Kind::Time(bucket), None) => TimeChart {
            id: "split-chart",
            metric: ask.measure,
            parts: &[],
            paint: Paint::Accent,
            height: 250,
            shape,
            summary: summary(split).unwrap_or_default(),
        }
        .draw(&ask.view, &split.table, bucket),
        (Kind::Cycle, None) => cycle(split, shape),
        (Kind::Time(_), Some(_)) => lines(split),
        _ => bars(split),
    }
}

/// « France fait 82 % du chiffre d’affaires, devant Belgique (6 %). »
pub fn summary(split: &Split<'_, '_>) -> Option<String> {
    let lang = split.ask.view.lang;
    let whole = split.table.totals.values.first()?;
    if split.in_time() {
        let mut best: Vec<(&Row, &[Key])> = split.ranked().collect();
        best.sort_by(|one, other| one.0.values[0].order(&other.0.values[0], true));
        let (row, keys) = best.first()?;
        let amount = text(split, row.values.first()?);
        let name = joined(keys);
        (row.values.first()?.whole()? > 0).then_some(())?;
        return Some(t_args(lang, "revenue-best", &[("name", &name), ("amount", &amount)]));
    }
    let mut ranked = split.ranked().filter(|(_, keys)| keys.iter().any(|key| key.value.is_some()));
    let (first, first_keys) = ranked.next()?;
    let of = |row: &Row| share(lang, row.values.first().unwrap_or(&Cell::Null), whole);
    (whole.whole()? > 0 && first.values.first()?.whole()? > 0).then_some(())?;
    let measure = lower(&split.ask.view.label(split.ask.measure));
    let (name, part) = (joined(first_keys), of(first));
    let values = [("name", name.as_str()), ("share", &part), ("measure", &measure)];
    let Some((second, second_keys)) = ranked.next() else {
        return Some(t_args(lang, "revenue-first", &values));
    };
    let (other, rest) = (joined(second_keys), of(second));
    let values = [values[0], values[1], values[2], ("second", &other), ("rest", &rest)];
    Some(t_args(lang, "revenue-first-second", &values))
}

fn joined(keys: &[Key]) -> String {
    keys.iter().map(|key| key.name.as_str()).collect::<Vec<_>>().join(" · ")
}

fn text(split: &Split<'_, '_>, cell: &Cell) -> String {
    exact(split.ask.view.lang, cell, split.ask.measure.unit, split.table.currency)
}

fn was(row: &Row) -> Option<&Cell> {
    row.previous.as_ref().and_then(|previous| previous.first())
}

fn compared(split: &Split<'_, '_>) -> Option<String> {
    let period = split.table.comparison?;
    Some(format::range(split.ask.view.lang, period.from, period.to))
}

/// The head of the tables under charts: name, measure, share, comparison.
fn head(split: &Split<'_, '_>) -> Vec<Head> {
    let lang = split.ask.view.lang;
    let mut head = vec![
        Head::text(super::keys::label(lang, split.ask.by)),
        Head::number(split.ask.view.label(split.ask.measure)),
        Head::number(t(lang, "sellers-share")),
    ];
    if split.table.comparison.is_some() {
        head.push(Head::number(t(lang, "table-compared-value")));
        head.push(Head::number(t(lang, "table-change")));
    }
    head
}

fn shown(split: &Split<'_, '_>, name: &str, now: &Cell, was: Option<&Cell>) -> Vec<Shown> {
    let lang = split.ask.view.lang;
    let whole = split.table.totals.values.first().unwrap_or(&Cell::Null);
    let mut cells: Vec<Shown> =
        vec![name.into(), text(split, now).into(), share(lang, now, whole).into()];
    if split.table.comparison.is_some() {
        cells.push(text(split, was.unwrap_or(&Cell::Null)).into());
        let moved =
            was.and_then(|was| change(lang, split.ask.measure, now, was, split.table.currency));
        cells.push(
            moved.map_or_else(Shown::default, |moved| Shown::new(moved.text).toned(moved.tone)),
        );
    }
    cells
}

fn foot(split: &Split<'_, '_>) -> Vec<Shown> {
    let totals = &split.table.totals;
    let now = totals.values.first().unwrap_or(&Cell::Null);
    let was = totals.previous.as_ref().and_then(|was| was.first());
    shown(split, &t(split.ask.view.lang, "table-total"), now, was)
}

/// The ten largest and all others together.
fn bars(split: &Split<'_, '_>) -> Markup {
    let ask = split.ask;
    let lang = ask.view.lang;
    let unit = ask.measure.unit;
    let size = |cell: Option<&Cell>| cell.and_then(|cell| height(cell, unit));
    let mut rows = Vec::new();
    let mut table = Vec::new();
    let mut all: Vec<(&Row, &[Key])> = split.ranked().collect();
    // An answer over time is in the order of time.
    all.sort_by(|one, other| one.0.values[0].order(&other.0.values[0], true));
    // One row more is shown rather than hidden behind « Autres ».
    let kept = if all.len() <= MOST_BARS + 1 { all.len() } else { MOST_BARS };
    for (row, keys) in &all[..kept] {
        let now = row.values.first().unwrap_or(&Cell::Null);
        let name = joined(keys);
        rows.push(Rank {
            text: short(lang, now, unit, split.table.currency),
            value: size(Some(now)).unwrap_or(0),
            previous: size(was(row)),
            href: split
                .deeper(keys)
                .unwrap_or_else(|| explain(ask.measure, &narrowed(&ask.view.query, keys))),
            rest: false,
            label: name.clone(),
        });
        table.push(shown(split, &name, now, was(row)));
    }
    let others = &all[kept..];
    if !others.is_empty() {
        let now = Cell::added(others.iter().filter_map(|(row, _)| row.values.first()));
        let before = Cell::added(others.iter().filter_map(|(row, _)| was(row)));
        let before = split.table.comparison.map(|_| before);
        let count = format::integer(lang, i64::try_from(others.len()).unwrap_or(i64::MAX));
        let name = t_args(lang, "revenue-others", &[("count", &count)]);
        rows.push(Rank {
            text: short(lang, &now, unit, split.table.currency),
            value: size(Some(&now)).unwrap_or(0),
            previous: size(before.as_ref()),
            href: "#rows".to_owned(),
            rest: true,
            label: name.clone(),
        });
        table.push(shown(split, &name, &now, before.as_ref()));
    }
    Ranks {
        id: "split-chart".to_owned(),
        title: ask.view.label(ask.measure),
        summary: summary(split).unwrap_or_default(),
        series: ask.view.label(ask.measure),
        paint: Paint::Accent,
        previous: compared(split),
        rows,
        table: DataTable { head: head(split), rows: table, foot: Some(foot(split)) },
        texts: texts(lang),
    }
    .render()
}

/// Weekdays and hours: columns that do not belong to one date.
fn cycle(split: &Split<'_, '_>, shape: Shape) -> Markup {
    let ask = split.ask;
    let lang = ask.view.lang;
    let unit = ask.measure.unit;
    let mut all: Vec<(&Row, &[Key])> = split.ranked().collect();
    all.sort_by_key(|(_, keys)| super::keys::weekday_place(&ask.view, keys.first()));
    let now = |row: &Row| row.values.first().cloned().unwrap_or(Cell::Null);
    let currency = split.table.currency;
    let axis = move |value: i64| match unit {
        Unit::Money => format::money_axis(lang, value, currency),
        _ => format::count_axis(lang, value),
    };
    Columns {
        id: "split-chart",
        title: ask.view.label(ask.measure),
        summary: summary(split).unwrap_or_default(),
        series: vec![Series {
            label: ask.view.label(ask.measure),
            paint: Paint::Accent,
            values: all.iter().map(|(row, _)| height(&now(row), unit).unwrap_or(0)).collect(),
        }],
        previous: compared(split).map(|label| Previous {
            label,
            values: all.iter().map(|(row, _)| height(was(row)?, unit)).collect(),
        }),
        buckets: all
            .iter()
            .map(|(row, keys)| Drawn {
                label_short: joined(keys),
                label_long: format!("{}, {}", joined(keys), text(split, &now(row))),
                href: explain(ask.measure, &narrowed(&ask.view.query, keys)),
                ..Drawn::default()
            })
            .collect(),
        table: DataTable {
            head: head(split),
            rows: all
                .iter()
                .map(|(row, keys)| shown(split, &joined(keys), &now(row), was(row)))
                .collect(),
            foot: Some(foot(split)),
        },
        axis: &axis,
        texts: texts(lang),
        shape,
        height: 250,
    }
    .render()
}

/// A second level over time: a line for each of its largest values.
fn lines(split: &Split<'_, '_>) -> Markup {
    let ask = split.ask;
    let lang = ask.view.lang;
    let unit = ask.measure.unit;
    let mut steps: Vec<&Key> = Vec::new();
    let mut groups: Vec<(&Key, Vec<(&Key, &Cell)>)> = Vec::new();
    for (row, keys) in split.ranked() {
        let ([step, group], Some(now)) = (keys, row.values.first()) else { continue };
        if steps.last() != Some(&step) {
            steps.push(step);
        }
        match groups.iter_mut().find(|(known, _)| known.value == group.value) {
            Some((_, cells)) => cells.push((step, now)),
            None => groups.push((group, vec![(step, now)])),
        }
    }
    let total = |cells: &[(&Key, &Cell)]| Cell::added(cells.iter().map(|(_, cell)| *cell));
    groups.sort_by(|one, other| total(&one.1).order(&total(&other.1), true));
    groups.truncate(MOST_LINES);
    let at = |cells: &[(&Key, &Cell)], step: &Key| {
        cells.iter().find(|(known, _)| known.value == step.value).map(|(_, cell)| (*cell).clone())
    };
    let every = steps.len().div_ceil(MOST_BARS).max(1);
    let points = steps.iter().enumerate().map(|(index, step)| Point {
        label: if index % every == 0 { step.name.clone() } else { String::new() },
        label_long: step.name.clone(),
        href: explain(ask.measure, &narrowed(&ask.view.query, &[(*step).clone()])),
    });
    let tracks = groups.iter().map(|(group, cells)| Track {
        label: group.name.clone(),
        note: text(split, &total(cells)),
        values: steps
            .iter()
            .map(|step| Some(at(cells, step).and_then(|cell| height(&cell, unit)).unwrap_or(0)))
            .collect(),
    });
    let mut head = vec![Head::text(super::keys::label(lang, ask.by))];
    head.extend(groups.iter().map(|(group, _)| Head::number(group.name.clone())));
    let rows = steps.iter().map(|step| {
        let mut cells: Vec<Shown> = vec![step.name.clone().into()];
        cells.extend(groups.iter().map(|(_, known)| {
            Shown::new(at(known, step).map(|cell| text(split, &cell)).unwrap_or_default())
        }));
        cells
    });
    let currency = split.table.currency;
    let axis = move |value: i64| match unit {
        Unit::Money => format::money_axis(lang, value, currency),
        _ => format::count_axis(lang, value),
    };
    Lines {
        id: "split-chart",
        title: ask.view.label(ask.measure),
        summary: summary(split).unwrap_or_default(),
        tracks: tracks.collect(),
        points: points.collect(),
        mark: None,
        table: DataTable { head, rows: rows.collect(), foot: None },
        axis: &axis,
        texts: texts(lang),
        height: 250,
    }
    .render()
}
