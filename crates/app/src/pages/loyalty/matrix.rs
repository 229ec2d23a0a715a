//! Cohorts as a table: rows are cohorts or ranks, columns are ages or the calendar.

use comptoir_metrics::cohorts::{Asked, By, Cohorts, Layout, Measure, Row, Step};
use comptoir_metrics::{Cell, Unit};
use comptoir_store::Snapshot;
use jiff::civil::Date;
use maud::{Markup, html};

use super::super::figure::{exact, minor, short};
use super::super::frame::PageError;
use super::super::paging::{ROWS, number, paging};
use super::super::view::View;
use super::{linked, run};
use crate::access::Right;
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::card::{Card, Span};
use crate::ui::cohorts::{Heat, Matrix, MatrixRow, Summary};
use crate::ui::{Segment, segments};

/// Columns on the page; files have all of them.
const COLUMNS: usize = 36;
/// Ranks on the page.
const RANKS: usize = 12;

/// The card of the matrix.
pub fn section(
    snapshot: &Snapshot,
    view: &View<'_>,
    asked: &Asked,
) -> Result<Vec<Card>, PageError> {
    let lang = view.lang;
    let found = run(snapshot, asked, view.context)?;
    let number = number(view)?;
    let ranks = asked.layout == Layout::Rank;
    let shown = shown(&found, asked, number);
    let width = found.all.cells.len().min(COLUMNS);
    let heat = heat(&found, asked);
    let summaries: Vec<Option<i64>> =
        shown.iter().map(|row| summary(row, asked).and_then(|cell| height(&cell))).collect();
    let average = summary(&found.all, asked);
    // A bar three times the average is as long as bars get: one large customer hides no other row.
    let mean = average.as_ref().and_then(height);
    let most = mean.map_or(i64::MAX, |mean| mean.saturating_mul(3));
    let longest = summaries.iter().copied().flatten().chain(mean).max().map(|all| all.min(most));
    let rows: Vec<MatrixRow> = shown
        .iter()
        .zip(&summaries)
        .map(|(row, value)| MatrixRow {
            label: html! { (linked(&row_label(view, asked, row), members(view, asked, row, None))) },
            title: row_label(view, asked, row),
            size: format::integer(lang, row.size),
            summary: (!ranks).then(|| Summary {
                text: text(view, asked, &summary(row, asked).unwrap_or(Cell::Null), &found),
                value: value.unwrap_or(0),
                average: average.as_ref().and_then(height).unwrap_or(0),
                longest: longest.unwrap_or(0),
            }),
            cells: (0_i64..)
                .zip(row.cells.iter().take(COLUMNS))
                .map(|(step, cell)| cell_of(view, asked, row, step, cell, &found, heat))
                .collect(),
        })
        .collect();
    let matrix = Matrix {
        lang,
        caption: t(lang, if ranks { "loyalty-orders" } else { "loyalty-cohorts" }),
        first: t(lang, if ranks { "loyalty-rank" } else { "loyalty-first" }),
        size: t(lang, if ranks { "loyalty-rank-size" } else { "loyalty-size" }),
        summary: (!ranks).then(|| summary_words(view, asked)),
        columns: column_labels(view, asked, &found, COLUMNS),
        average: (!ranks).then(|| {
            let of = |cell: &Cell| Heat {
                text: average_text(view, asked, cell, &found),
                ..Heat::default()
            };
            found.all.cells.iter().take(COLUMNS).map(of).collect()
        }),
        average_summary: average.map(|cell| text(view, asked, &cell, &found)),
        rows,
        paging: (!ranks && found.rows.len() > ROWS).then(|| paging(view, found.rows.len(), number)),
        note: note(view, asked, &found, width),
    };
    let words = if ranks { "loyalty-orders" } else { "loyalty-cohorts" };
    let mut card = Card::new(lang, "matrix", t(lang, words), Span::Full, matrix.render());
    card.summary =
        Some(t(lang, if ranks { "loyalty-orders-summary" } else { "loyalty-cohorts-summary" }));
    card.tools = Some(tools(view, asked));
    card.menu = super::figures::files(view);
    Ok(vec![card])
}

/// The rows of the page: months from the latest back, others from the largest down.
fn shown<'f>(found: &'f Cohorts, asked: &Asked, page: usize) -> Vec<&'f Row> {
    let start = (page - 1) * ROWS;
    match (asked.layout, asked.by) {
        (Layout::Rank, _) => found.rows.iter().take(RANKS).collect(),
        (Layout::Age, By::Month) => found.rows.iter().rev().skip(start).take(ROWS).collect(),
        (Layout::Age, _) => found.rows.iter().skip(start).take(ROWS).collect(),
    }
}

fn unit(asked: &Asked) -> Unit {
    match asked.measure {
        Measure::Customers => Unit::Count,
        Measure::Share => Unit::Ratio,
        Measure::Revenue | Measure::CumulativeRevenuePerCustomer => Unit::Money,
    }
}

/// What a whole row comes to: who came back, or revenue per member.
fn summary(row: &Row, asked: &Asked) -> Option<Cell> {
    match asked.measure {
        Measure::Customers | Measure::Share => (row.size > 0)
            .then(|| Cell::Ratio { numerator: row.returned.into(), denominator: row.size.into() }),
        Measure::Revenue => None,
        Measure::CumulativeRevenuePerCustomer => {
            row.cells.iter().rev().find(|cell| **cell != Cell::Null).cloned()
        }
    }
}

fn summary_words(view: &View<'_>, asked: &Asked) -> String {
    t(
        view.lang,
        match asked.measure {
            Measure::Customers | Measure::Share => "loyalty-came-back",
            Measure::Revenue | Measure::CumulativeRevenuePerCustomer => "loyalty-to-date",
        },
    )
}

/// For the length of a bar: minor units, or thousandths of a percent.
fn height(cell: &Cell) -> Option<i64> {
    super::super::figure::height(
        cell,
        match cell {
            Cell::Money(_) => Unit::Money,
            _ => Unit::Ratio,
        },
    )
}

fn text(view: &View<'_>, asked: &Asked, cell: &Cell, found: &Cohorts) -> String {
    let unit = match (cell, unit(asked)) {
        (Cell::Ratio { .. }, Unit::Count) => Unit::Ratio,
        (_, unit) => unit,
    };
    short(view.lang, cell, unit, found.currency)
}

/// The mean number of customers of a cohort has decimals.
fn average_text(view: &View<'_>, asked: &Asked, cell: &Cell, found: &Cohorts) -> String {
    let unit = unit(asked);
    let fraction = cell
        .fraction()
        .and_then(|(over, under)| Some((i64::try_from(over).ok()?, i64::try_from(under).ok()?)));
    match cell {
        Cell::Null => String::new(),
        _ if unit == Unit::Count => format::number::mean(view.lang, fraction),
        cell => exact_or_short(view, cell, unit, found),
    }
}

fn exact_or_short(view: &View<'_>, cell: &Cell, unit: Unit, found: &Cohorts) -> String {
    match unit {
        Unit::Money => short(view.lang, cell, unit, found.currency),
        unit => exact(view.lang, cell, unit, found.currency),
    }
}

/// What the darkest colour stands for: a value that one cell in twenty exceeds, beyond the first step.
/// The first step of a cohort is all of it, and like a lone large customer it would leave the rest pale.
fn heat(found: &Cohorts, asked: &Asked) -> i128 {
    let skipped = usize::from(
        asked.layout == Layout::Age && asked.measure != Measure::CumulativeRevenuePerCustomer,
    );
    let cells = found.rows.iter().flat_map(|row| row.cells.iter().skip(skipped));
    let mut values: Vec<i128> = cells.filter_map(scaled).filter(|value| *value > 0).collect();
    values.sort_unstable();
    values.get(values.len() * 19 / 20).copied().unwrap_or(0)
}

/// Exact enough to choose a colour.
fn scaled(cell: &Cell) -> Option<i128> {
    cell.fraction().map(|(over, under)| over * 1_000_000 / under)
}

fn cell_of(
    view: &View<'_>,
    asked: &Asked,
    row: &Row,
    step: i64,
    cell: &Cell,
    found: &Cohorts,
    largest: i128,
) -> Heat {
    if *cell == Cell::Null {
        return Heat::default();
    }
    let nothing = scaled(cell) == Some(0);
    let level = match (scaled(cell), largest) {
        (Some(value), largest) if value > 0 && largest > 0 => {
            u8::try_from((value * 8 / largest).min(8)).unwrap_or(8) + 1
        }
        _ => 0,
    };
    Heat {
        text: short(view.lang, cell, unit(asked), found.currency),
        title: minor(cell)
            .filter(|_| unit(asked) == Unit::Money)
            .map(|minor| format::money_exact(view.lang, minor, found.currency)),
        level,
        href: if nothing { None } else { members(view, asked, row, Some(step)) },
    }
}

/// The customers of a row, or of a cell.
fn members(view: &View<'_>, asked: &Asked, row: &Row, step: Option<i64>) -> Option<String> {
    if asked.layout == Layout::Rank || !view.may(Right::Customers) {
        return None;
    }
    let mut href = view.href_with("key", row.cohort.as_deref().unwrap_or("")).replacen(
        "/loyalty?",
        "/loyalty/customers?",
        1,
    );
    if let Some(step) = step {
        href = format!("{href}&column={step}");
    }
    Some(href)
}

fn row_label(view: &View<'_>, asked: &Asked, row: &Row) -> String {
    let lang = view.lang;
    match (asked.layout, asked.by, row.cohort.as_deref()) {
        (Layout::Rank, _, Some("1")) => t(lang, "loyalty-rank-first"),
        (Layout::Rank, _, rank) => {
            t_args(lang, "loyalty-rank-nth", &[("rank", rank.unwrap_or_default())])
        }
        (_, By::Month, Some(month)) => {
            month_of(month).map_or_else(|| month.to_owned(), |day| format::month(lang, day))
        }
        (_, By::Country, Some(code)) => format::country(lang, code),
        (_, By::Coupon, Some("none")) => t(lang, "loyalty-no-coupon"),
        (_, By::Product, Some(code)) => row.name.clone().unwrap_or_else(|| code.to_owned()),
        (_, By::Product, None) => t(lang, "loyalty-no-product"),
        (_, _, Some(value)) => value.to_owned(),
        (_, _, None) => t(lang, "unknown"),
    }
}

/// The first day of a month as cohorts name it.
pub fn month_of(label: &str) -> Option<Date> {
    format!("{label}-01").parse().ok()
}

/// « 0, 1, 2… » by age; months or weeks by rank.
fn column_labels(view: &View<'_>, asked: &Asked, found: &Cohorts, limit: usize) -> Vec<String> {
    let lang = view.lang;
    match asked.layout {
        Layout::Rank => found
            .steps
            .iter()
            .take(limit)
            .map(|start| match asked.step {
                Step::Week => format::week(lang, *start),
                _ => format::month_axis(lang, *start),
            })
            .collect(),
        Layout::Age => (0_i64..)
            .take(found.all.cells.len().min(limit))
            .map(|step| step_label(lang, asked.step, step))
            .collect(),
    }
}

/// « M+3 »: so many steps after the first order.
pub fn step_label(lang: Lang, step: Step, number: i64) -> String {
    let words = match step {
        Step::Month => "loyalty-step-month",
        Step::ThirtyDays => "loyalty-step-30d",
        Step::Week => "loyalty-step-week",
    };
    t_args(lang, words, &[("step", &number.to_string())])
}

fn note(view: &View<'_>, asked: &Asked, found: &Cohorts, width: usize) -> Option<String> {
    let lang = view.lang;
    let hidden_columns = found.all.cells.len().saturating_sub(width);
    let hidden_rows = match asked.layout {
        Layout::Rank => found.rows.len().saturating_sub(RANKS),
        Layout::Age => 0,
    };
    let more = |words: &str, count: usize| {
        let number = format::integer(lang, i64::try_from(count).unwrap_or(i64::MAX));
        (count > 0).then(|| t_args(lang, words, &[("count", &number)]))
    };
    let left_out: Vec<String> =
        [more("loyalty-more-columns", hidden_columns), more("loyalty-more-rows", hidden_rows)]
            .into_iter()
            .flatten()
            .collect();
    (!left_out.is_empty()).then(|| left_out.join(" "))
}

fn tools(view: &View<'_>, asked: &Asked) -> Markup {
    let lang = view.lang;
    let choice = |name: &str, words: &str, id: &'static str, current: bool| {
        Segment::new(
            t(lang, &format!("{words}-{}", id.replace('_', "-"))),
            view.href_with(name, id),
            current,
        )
    };
    let ages = asked.layout == Layout::Age;
    let measures: Vec<Segment> = Measure::ALL
        .into_iter()
        .filter(|measure| ages || *measure != Measure::CumulativeRevenuePerCustomer)
        .map(|measure| choice("measure", "loyalty-measure", measure.id(), measure == asked.measure))
        .collect();
    let steps: Vec<Segment> = Step::ALL
        .into_iter()
        .filter(|step| ages || *step != Step::ThirtyDays)
        .map(|step| choice("step", "loyalty-by-step", step.id(), step == asked.step))
        .collect();
    let by: Vec<Segment> = By::ALL
        .into_iter()
        .map(|by| choice("cohort", "loyalty-by", by.id(), by == asked.by))
        .collect();
    html! {
        @if ages { (segments(&t(lang, "loyalty-by"), &by)) }
        (segments(&t(lang, "loyalty-measure"), &measures))
        (segments(&t(lang, "loyalty-by-step"), &steps))
    }
}

/// The whole matrix as a file.
pub fn sheet(view: &View<'_>, found: &Cohorts) -> Sheet {
    let lang = view.lang;
    let section = view.own("view").unwrap_or("cohorts");
    let Ok(asked) = super::asked(view, section) else {
        return Sheet { name: "comptoir".into(), columns: Vec::new(), rows: Vec::new() };
    };
    let ranks = asked.layout == Layout::Rank;
    let mut columns = vec![
        t(lang, if ranks { "loyalty-rank" } else { "loyalty-first" }),
        t(lang, if ranks { "loyalty-rank-size" } else { "loyalty-size" }),
    ];
    columns.extend(column_labels(view, &asked, found, usize::MAX));
    let rows = found
        .rows
        .iter()
        .map(|row| {
            let mut values =
                vec![Value::Text(row_label(view, &asked, row)), Value::Count(row.size)];
            let unit = Some(unit(&asked));
            values.extend(row.cells.iter().map(|cell| Value::of(cell, unit, found.currency)));
            values
        })
        .collect();
    Sheet { name: t(lang, "loyalty-file"), columns, rows }
}
