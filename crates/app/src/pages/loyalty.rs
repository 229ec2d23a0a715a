//! Who comes back: key figures, the four groups, cohorts, the nth order over the calendar (S211,
//! S215–S217, S227).

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::cohorts::{Asked, Cohorts};
use comptoir_metrics::query::Own;
use comptoir_metrics::{Choice, Comparison, Context, Period, Query, QueryError, cohorts, metric};
use comptoir_store::Snapshot;
use maud::{Markup, html};

use super::export::file;
use super::frame::{PageError, page, shell};
use super::segment;
use super::view::{View, capital};
use crate::access::{Desk, Right, Rights, Routes};
use crate::i18n::{Lang, t};
use crate::ui::card::grid;
use crate::ui::pages::Head;
use crate::ui::{Segment, segments};

mod figures;
mod matrix;
mod members;

const PATH: &str = "/loyalty";
const OWN: [&str; 8] = ["view", "cohort", "step", "measure", "page", "key", "column", "layout"];

/// The parts of the page.
const SECTIONS: [(&str, &str); 3] =
    [("", "loyalty-groups"), ("cohorts", "loyalty-cohorts"), ("orders", "loyalty-orders")];

pub fn routes() -> Routes {
    Routes::new()
        .get(PATH, Right::Figures, handle)
        .get("/loyalty.csv", Right::Export, export)
        .get("/loyalty.xlsx", Right::Export, export)
        .get("/loyalty/customers", Right::Customers, members::handle)
        .get("/loyalty/customers.csv", (Right::Customers, Right::Export), members::export)
        .get("/loyalty/customers.xlsx", (Right::Customers, Right::Export), members::export)
        .get(segment::COHORT, (Right::Customers, Right::SegmentExport), members::ask_purpose)
        .post(segment::COHORT, (Right::Customers, Right::SegmentExport), members::export_segment)
}

async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), draw).await
}

/// The page itself, also where it is shared or embedded.
pub fn draw(app: &Desk, lang: Lang, here: &str) -> Result<Markup, PageError> {
    let (snapshot, context) = app.read()?;
    let read = read(here, PATH, &context, lang, app.visitor.rights)?;
    let view = &read.view;
    let facts = app.facts(&snapshot)?;
    let filters = view.bar();
    let status = view.status(&facts, None);
    let title = t(lang, "nav-loyalty");
    // A wrong choice is refused even where this part does not show it.
    asked(view, "cohorts")?;
    let (sentence, body) = if read.section.is_empty() {
        figures::section(&snapshot, view)?
    } else {
        (None, matrix::section(&snapshot, view, &asked(view, read.section)?)?)
    };
    let head = Head { title: title.clone(), sentence, filters: &filters, status: Some(&status) };
    let body = html! {
        (head.render())
        @if let Some(short) = view.short_history() { p.notice { (capital(&short)) ". " (t(lang, "loyalty-short-history")) } }
        @if read.filtered { p.notice { (t(lang, "loyalty-unfiltered")) } }
        div.sections { (segments(&t(lang, "loyalty-sections"), &sections(view, read.section))) }
        (grid(&body))
    };
    Ok(shell(app, lang, "nav-loyalty", &title, &view.here(), body))
}

async fn export(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let read = read(here, PATH, &context, lang, app.visitor.rights)?;
        match read.section {
            "" => figures::sheet(&snapshot, &read.view),
            section => {
                let found = run(&snapshot, &asked(&read.view, section)?, &context)?;
                Ok(matrix::sheet(&read.view, &found))
            }
        }
    })
    .await
}

struct Read<'c> {
    view: View<'c>,
    section: &'static str,
    /// Filters that this page cannot apply were left out.
    filtered: bool,
}

fn read<'c>(
    here: &str,
    path: &'static str,
    context: &'c Context,
    lang: Lang,
    rights: Rights,
) -> Result<Read<'c>, QueryError> {
    let mut view = View::read(here, path, &OWN, context, lang, rights)?;
    let named = view.own("view").unwrap_or("");
    let section = SECTIONS.iter().map(|(id, _)| *id).find(|id| *id == named).ok_or_else(|| {
        let known = SECTIONS.iter().map(|(id, _)| *id);
        QueryError::new("view", named, "there is no such part of this page")
            .with_nearest(comptoir_metrics::nearest::nearest(named, known))
    })?;
    if !section.is_empty() && !here.contains("period=") && !here.contains("from=") {
        view.query.period = a_year(&view.query, context);
        view.moved_back = false;
    }
    let filtered = !view.query.filters.is_empty();
    view.query.filters.clear();
    Ok(Read { view, section, filtered })
}

/// Cohorts of a month say little: without a period in the address it is a year, of the data.
fn a_year(query: &Query, context: &Context) -> Choice {
    let shops = query.shops(context);
    let last = context.range(&shops, true).map(|range| range.to);
    match last {
        Some(last) if last < context.today(&shops) => {
            let from = last.saturating_sub(jiff::Span::new().years(1));
            let from = from.saturating_add(jiff::Span::new().days(1));
            Choice::Days(Period { from, to: last })
        }
        _ => Choice::TwelveMonths,
    }
}

fn sections(view: &View<'_>, current: &str) -> Vec<Segment> {
    SECTIONS
        .iter()
        .map(|(id, words)| {
            let mut href = format!("{PATH}?{}", view.filters_text());
            if !id.is_empty() {
                href = format!("{href}&view={id}");
            }
            Segment::new(t(view.lang, words), href, *id == current)
        })
        .collect()
}

/// The cohorts that the address asks for.
fn asked(view: &View<'_>, section: &str) -> Result<Asked, QueryError> {
    let layout = if section == "orders" { "rank" } else { "age" };
    let mut own: Vec<(String, String)> =
        view.own.iter().filter(|(name, _)| name != "layout").cloned().collect();
    own.push(("layout".to_owned(), layout.to_owned()));
    let query = Query {
        metrics: metric("revenue").into_iter().collect(),
        comparison: Comparison::None,
        ..view.query.clone()
    };
    Asked::of(&Own::new(own), query)
}

fn run(snapshot: &Snapshot, asked: &Asked, context: &Context) -> Result<Cohorts, PageError> {
    Ok(cohorts::run(snapshot, asked, context)?)
}

/// A cell’s link, or its text alone.
fn linked(text: &str, href: Option<String>) -> Markup {
    html! {
        @match href { Some(href) => a href=(href) { (text) }, None => (text) }
    }
}
