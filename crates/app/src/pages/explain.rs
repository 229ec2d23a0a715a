//! « D’où vient ce chiffre ? »: the rows behind a figure, and their sum, which is the figure.

use axum::http::{HeaderMap, Uri, header};
use axum::response::{IntoResponse, Response};
use comptoir_charts::Cell as Shown;
use comptoir_metrics::drill::{Drill, Entry, List, Page, Role, Subject, drill};
use comptoir_metrics::formula::{Formula, Statistic};
use comptoir_metrics::nearest::nearest;
use comptoir_metrics::table::harmless;
use comptoir_metrics::{
    Comparison, METRICS, Metric, Query, QueryError, Unit, dimension, metric, run, splits,
};
use comptoir_store::Snapshot;
use maud::{Markup, html};

use super::chart::steps;
use super::export::{audited, file};
use super::figure::{column, exact, label, total};
use super::frame::{PageError, filters_of, page, shell};
use super::paging::{ROWS, number, paging};
use super::view::View;
use crate::access::{Desk, Identities, Of, Right};
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::pages::Head;
use crate::ui::table::{Column, Row, Table};

const OWN: [&str; 2] = ["metric", "page"];

/// Rows of a CSV.
const ALL: usize = 1_000_000;

pub async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let view = View::read(here, "/explain", &OWN, &context, lang, app.visitor.rights)?;
        let metric = asked(&view)?;
        let number = number(&view)?;
        let rows = Page { offset: (number - 1) * ROWS, limit: ROWS };
        if !view.may(Right::Orders) {
            return over_time(app, &snapshot, &view, metric);
        }
        let opened = drill(&snapshot, &view.query, metric, &[], rows, &context)?;
        let facts = app.facts(&snapshot)?;
        let filters = view.bar();
        let status = view.status(&facts, None);
        let value = exact(lang, &opened.figure, metric.unit, opened.currency);
        let title =
            t_args(lang, "explain-filter", &[("name", label(lang, metric)), ("values", &value)]);
        let head = Head {
            title: title.clone(),
            sentence: Some(view.definition(metric)),
            filters: &filters,
            status: Some(&status),
        };
        let body = html! {
            (head.render())
            p.where-from { (t(lang, "explain-lede")) " " (conditions(&view)) }
            @if opened.lists.is_empty() { p.none { (t(lang, "explain-no-figure")) } }
            @for list in &opened.lists { (section(&view, metric, &opened, list, number)) }
            p { a href={ "/?" (filters_of(&view.here())) } { (t(lang, "problem-home")) } }
        };
        Ok(shell(app, lang, "", &title, &view.here(), body))
    })
    .await
}

/// The figure step by step, for whoever may see figures and no orders: it adds up all the same.
fn over_time(
    app: &Desk,
    snapshot: &Snapshot,
    view: &View<'_>,
    metric: &'static Metric,
) -> Result<Markup, PageError> {
    let lang = view.lang;
    let bucket = view.days().bucket();
    let comparison = Comparison::None;
    let asked = Query { comparison, ..view.asking(vec![metric]) };
    let whole = run(snapshot, &asked, view.context)?;
    let by = dimension(bucket.id()).filter(|by| splits(metric, by));
    let parts = by.map(|by| run(snapshot, &Query { by: vec![by], ..asked }, view.context));
    let cell = |cell: &comptoir_metrics::Cell| exact(lang, cell, metric.unit, whole.currency);
    let value = cell(total(&whole, metric.id));
    let title =
        t_args(lang, "explain-filter", &[("name", label(lang, metric)), ("values", &value)]);
    let table = parts.transpose()?.map(|parts| Table {
        lang,
        caption: title.clone(),
        columns: vec![Column::text(t(lang, "table-date")), Column::number(view.label(metric))],
        rows: column(&parts, metric.id)
            .into_iter()
            .zip(steps(view, &parts, bucket, parts.period))
            .map(|(value, step)| Row {
                href: None,
                cells: vec![step.long.into(), cell(value).into()],
            })
            .collect(),
        sum: Some(vec![t(lang, "table-total").into(), value.into()]),
        paging: None,
        csv: None,
        xlsx: None,
    });
    let facts = app.facts(snapshot)?;
    let (filters, status) = (view.bar(), view.status(&facts, None));
    let head = Head {
        title: title.clone(),
        sentence: Some(view.definition(metric)),
        filters: &filters,
        status: Some(&status),
    };
    let body = html! {
        (head.render())
        p.where-from { (t(lang, "explain-no-orders")) " " (conditions(view)) }
        @if let Some(table) = &table { section.explained { (table.render()) } }
        p { a href={ "/?" (filters_of(&view.here())) } { (t(lang, "problem-home")) } }
    };
    Ok(shell(app, lang, "", &title, &view.here(), body))
}

fn asked(view: &View<'_>) -> Result<&'static Metric, QueryError> {
    let id = view.own("metric").unwrap_or("revenue");
    metric(id).ok_or_else(|| {
        QueryError::new("metric", id, "there is no such metric")
            .with_nearest(nearest(id, METRICS.iter().map(|metric| metric.id)))
    })
}

/// The filters beyond shop and period, in words: « Pays : FR ».
fn conditions(view: &View<'_>) -> String {
    let all: Vec<String> = view
        .query
        .filters
        .iter()
        .map(|filter| {
            let label = match view.lang {
                Lang::Fr => filter.dimension.label.fr,
                Lang::En => filter.dimension.label.en,
            };
            let unknown = t(view.lang, "unknown");
            let values: Vec<&str> = filter
                .values
                .iter()
                .map(|value| value.as_deref().unwrap_or(&unknown))
                .take(12)
                .collect();
            t_args(view.lang, "explain-filter", &[("name", label), ("values", &values.join(", "))])
        })
        .collect();
    all.join(" · ")
}

fn section(
    view: &View<'_>,
    metric: &'static Metric,
    opened: &Drill,
    list: &List,
    page: usize,
) -> Markup {
    let lang = view.lang;
    let value_label = match list.role {
        Role::Figure => view.label(metric),
        Role::Numerator => t(lang, "explain-numerator"),
        Role::Denominator => t(lang, "explain-denominator"),
    };
    let columns = vec![
        Column::text(t(lang, "explain-what")),
        Column::text(t(lang, "table-date")),
        Column::text(t(lang, "explain-who")),
        Column::text(t(lang, "explain-status")),
        Column::number(value_label.clone()),
    ];
    let amount = |cell: &comptoir_metrics::Cell| {
        // A ratio of money may be divided by a count: each list is in the unit of its own rows.
        let unit = match cell {
            comptoir_metrics::Cell::Money(_) => Unit::Money,
            comptoir_metrics::Cell::Count(_) => Unit::Count,
            _ => metric.unit,
        };
        exact(lang, cell, unit, opened.currency)
    };
    let rows = list
        .entries
        .iter()
        .map(|entry| Row {
            href: (entry.subject == Subject::Order).then(|| format!("/orders/{}", entry.id)),
            cells: cells(view, entry, amount(&entry.amount)),
        })
        .collect();
    let sum_label = match metric.formula {
        Formula::Median(_) | Formula::Statistic(Statistic::Median, _) => t(lang, "explain-middle"),
        Formula::Statistic(Statistic::Mean, _) => t(lang, "explain-mean"),
        _ => t(lang, "table-sum"),
    };
    let sum: Vec<Shown> = vec![
        sum_label.into(),
        Shown::default(),
        Shown::default(),
        Shown::default(),
        amount(&list.total).into(),
    ];
    let title = match list.role {
        Role::Figure => t(lang, "explain-title"),
        Role::Numerator | Role::Denominator => value_label,
    };
    let table = Table {
        lang,
        caption: title.clone(),
        columns,
        rows,
        sum: Some(sum),
        paging: Some(paging(view, usize::try_from(list.count).unwrap_or(0), page)),
        csv: view.file(view.here().replacen("/explain?", "/explain.csv?", 1)),
        xlsx: view.file(view.here().replacen("/explain?", "/explain.xlsx?", 1)),
    };
    html! { section.explained { h2 { (title) } (table.render()) } }
}

/// « Commande 1214 ».
fn what(lang: Lang, entry: &Entry) -> String {
    let number = entry.number.clone().or_else(|| entry.external_id.clone()).unwrap_or_default();
    match entry.subject {
        Subject::Order => t_args(lang, "explain-order", &[("number", &number)]),
        Subject::Refund => t_args(lang, "explain-refund", &[("number", &number)]),
        Subject::Person => t(lang, "explain-person"),
        Subject::Visit => t(lang, "explain-visit"),
        Subject::Cart => t(lang, "live-cart"),
    }
}

/// Whose it is, as the reader may know it.
fn who(identities: Identities, entry: &Entry) -> Option<String> {
    let of = match entry.subject {
        Subject::Order | Subject::Refund => Of::Billing,
        Subject::Person | Subject::Visit | Subject::Cart => Of::Person,
    };
    identities.name(of, entry.who.as_deref())
}

fn cells(view: &View<'_>, entry: &Entry, amount: String) -> Vec<Shown> {
    let lang = view.lang;
    let what = what(lang, entry);
    let at = entry.local.map_or_else(String::new, |local| {
        format!("{}, {}", format::day(lang, local.date()), format::time_of_day(lang, local))
    });
    let what = if entry.is_middle { format!("→ {what}") } else { what };
    vec![
        what.into(),
        at.into(),
        who(view.identities(), entry).unwrap_or_default().into(),
        entry.status.clone().unwrap_or_default().into(),
        amount.into(),
    ]
}

/// The same lists, whole, as a worksheet in the reader's language.
pub async fn xlsx(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let view = View::read(here, "/explain", &OWN, &context, lang, app.visitor.rights)?;
        let metric = asked(&view)?;
        let every = Page { offset: 0, limit: ALL };
        let opened = drill(&snapshot, &view.query, metric, &[], every, &context)?;
        Ok(sheet(lang, metric, &opened, app.identities()))
    })
    .await
}

fn sheet(lang: Lang, metric: &'static Metric, opened: &Drill, identities: Identities) -> Sheet {
    let columns = ["explain-what", "explain-number", "table-date", "explain-who", "explain-status"];
    let mut columns: Vec<String> = columns.into_iter().map(|id| t(lang, id)).collect();
    columns.push(label(lang, metric).to_owned());
    let several = opened.lists.len() > 1;
    columns.extend(several.then(|| t(lang, "explain-list")));
    let mut rows = Vec::new();
    for list in &opened.lists {
        let role = match list.role {
            Role::Figure => t(lang, "explain-title"),
            Role::Numerator => t(lang, "explain-numerator"),
            Role::Denominator => t(lang, "explain-denominator"),
        };
        rows.extend(list.entries.iter().map(|entry| {
            let unit = match entry.amount {
                comptoir_metrics::Cell::Money(_) => Unit::Money,
                comptoir_metrics::Cell::Count(_) => Unit::Count,
                _ => metric.unit,
            };
            let mut values = vec![
                Value::Text(what(lang, entry)),
                Value::text(entry.number.as_deref().or(entry.external_id.as_deref())),
                entry.local.map_or(Value::Empty, |local| Value::Day(local.date())),
                Value::text(who(identities, entry).as_deref()),
                Value::text(entry.status.as_deref()),
                Value::of(&entry.amount, Some(unit), opened.currency),
            ];
            values.extend(several.then(|| Value::Text(role.clone())));
            values
        }));
    }
    Sheet { name: metric.id.to_owned(), columns, rows }
}

/// The same lists, whole, as CSV.
pub async fn csv(app: Desk, uri: Uri) -> Result<Response, crate::api::problem::Problem> {
    tokio::task::spawn_blocking(move || {
        let (snapshot, context) = app.read()?;
        let here = uri.to_string();
        let view = View::read(&here, "/explain", &OWN, &context, Lang::En, app.visitor.rights)?;
        let metric = asked(&view)?;
        let opened =
            drill(&snapshot, &view.query, metric, &[], Page { offset: 0, limit: ALL }, &context)?;
        let name = format!("attachment; filename=\"{}.csv\"", metric.id);
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CONTENT_DISPOSITION, name),
            (header::CACHE_CONTROL, "no-store".to_owned()),
        ];
        audited(&app, &here, opened.lists.iter().map(|list| list.entries.len()).sum())?;
        Ok((headers, written(&opened, app.identities())).into_response())
    })
    .await
    .map_err(|error| crate::api::problem::Problem::from(anyhow::Error::new(error)))?
}

fn written(opened: &Drill, identities: Identities) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    let _infallible = writer
        .write_record(["list", "what", "id", "number", "shop", "date", "who", "status", "amount"]);
    for list in &opened.lists {
        let role = match list.role {
            Role::Figure => "figure",
            Role::Numerator => "numerator",
            Role::Denominator => "denominator",
        };
        for entry in &list.entries {
            let what = match entry.subject {
                Subject::Order => "order",
                Subject::Refund => "refund",
                Subject::Person => "person",
                Subject::Visit => "visit",
                Subject::Cart => "cart",
            };
            let text = |value: &Option<String>| harmless(value.as_deref().unwrap_or_default());
            let _infallible = writer.write_record([
                role.to_owned(),
                what.to_owned(),
                text(&entry.external_id),
                text(&entry.number),
                text(&entry.shop),
                entry.local.map(|local| local.to_string()).unwrap_or_default(),
                text(&who(identities, entry)),
                text(&entry.status),
                entry.amount.plain(opened.currency).unwrap_or_default(),
            ]);
        }
    }
    writer.into_inner().unwrap_or_default()
}
