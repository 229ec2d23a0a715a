//! The customers behind a cell of a cohort.

use axum::extract::Form;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::QueryError;
use comptoir_metrics::cohorts::{By, Member, members};
use comptoir_metrics::drill::Page;
use maud::html;

use super::super::export::file;
use super::super::form::Fields;
use super::super::frame::{PageError, page, shell};
use super::super::paging::{ROWS, number, paging};
use super::super::segment::{self, Asked, Segment};
use super::super::view::View;
use super::matrix;
use crate::access::{Desk, Identities, Of, Right};
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::pages::Head;
use crate::ui::table::{Column, Row, Table};

/// More customers than a file of a spreadsheet has rows.
const MOST: usize = 1_000_000;

pub async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let read = super::read(here, "/loyalty/customers", &context, lang, app.visitor.rights)?;
        let view = &read.view;
        let asked = super::asked(view, "cohorts")?;
        let number = number(view)?;
        let step = step(view)?;
        let rows = Page { offset: (number - 1) * ROWS, limit: ROWS };
        let key = key(view)?;
        let (count, found) = members(&snapshot, &asked, key, step, rows, &context)?;
        let cohort = called(lang, asked.by, key);
        let total = format::integer(lang, count);
        let title = match step {
            None => t_args(lang, "loyalty-members", &[("count", &total), ("cohort", &cohort)]),
            Some(step) => t_args(
                lang,
                "loyalty-members-step",
                &[
                    ("count", &total),
                    ("cohort", &cohort),
                    ("step", &matrix::step_label(lang, asked.step, step)),
                ],
            ),
        };
        let filters = view.bar();
        let head = Head { title: title.clone(), sentence: None, filters: &filters, status: None };
        let file_of = |end: &str| {
            let path = format!("/loyalty/customers.{end}?");
            view.here().replacen("/loyalty/customers?", &path, 1)
        };
        let identities = view.identities();
        let table = Table {
            lang,
            caption: title.clone(),
            columns: vec![
                Column::text(t(lang, "explain-who")),
                Column::text(t(lang, "loyalty-member-first")),
                Column::number(t(lang, "loyalty-member-orders")),
            ],
            rows: found
                .into_iter()
                .map(|member| Row {
                    href: Some(format!("/customers/{}", member.person_id)),
                    cells: vec![
                        who(identities, &member).unwrap_or_else(|| t(lang, "loyalty-no-name")).into(),
                        member.first.map_or_else(String::new, |day| format::day(lang, day)).into(),
                        format::integer(lang, member.orders).into(),
                    ],
                })
                .collect(),
            sum: None,
            paging: Some(paging(view, usize::try_from(count).unwrap_or(0), number)),
            csv: view.file(file_of("csv")),
            xlsx: view.file(file_of("xlsx")),
        };
        let back = view.here().replacen("/loyalty/customers?", "/loyalty?", 1);
        let body = html! {
            (head.render())
            p { a href=(back) { (t(lang, "loyalty-back")) } }
            (table.render())
            @if let Some(note) = view.identities().note() { p.note { (t(lang, note)) } }
            @if count > 0 && view.may(Right::SegmentExport) {
                (segment::offer(lang, &view.here().replacen("/loyalty/customers?", &format!("{}?", segment::COHORT), 1)))
            }
        };
        Ok(shell(app, lang, "nav-loyalty", &title, &view.here(), body))
    })
    .await
}

/// All customers of the cell as a file, shown as they are on the page.
pub async fn export(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let rights = app.visitor.rights;
        let most = MOST;
        let asked = Asked { snapshot: &snapshot, context: &context, lang, here, rights, most };
        Ok(cell(&asked, app.identities())?.sheet)
    })
    .await
}

/// The form that asks why the addresses of these customers are wanted.
pub async fn ask_purpose(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    segment::ask(app, uri, headers, segment::COHORT, persons).await
}

pub async fn export_segment(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    segment::take(app, headers, fields, segment::COHORT, persons).await
}

fn persons(asked: &Asked<'_>) -> Result<Segment, PageError> {
    cell(asked, Identities::WHOLE)
}

/// The customers of the cell, with their addresses.
fn cell(asked: &Asked<'_>, identities: Identities) -> Result<Segment, PageError> {
    let (context, lang) = (asked.context, asked.lang);
    let read = super::read(asked.here, "/loyalty/customers", context, lang, asked.rights)?;
    let view = &read.view;
    let of = super::asked(view, "cohorts")?;
    let page = Page { offset: 0, limit: asked.most };
    let (key, step) = (key(view)?, step(view)?);
    let (count, found) = members(asked.snapshot, &of, key, step, page, context)?;
    let columns = [
        "explain-who",
        "list-email",
        "list-phone",
        "loyalty-member-first",
        "loyalty-member-orders",
    ];
    let sheet = Sheet {
        name: t(lang, "loyalty-file"),
        columns: columns.into_iter().map(|id| t(lang, id)).collect(),
        rows: found
            .into_iter()
            .map(|member| {
                vec![
                    Value::text(identities.name(Of::Person, member.name.as_deref()).as_deref()),
                    Value::text(identities.email(member.email.as_deref()).as_deref()),
                    Value::text(identities.phone(member.phone.as_deref()).as_deref()),
                    member.first.map_or(Value::Empty, Value::Day),
                    Value::Count(member.orders),
                ]
            })
            .collect(),
    };
    Ok(Segment {
        id: format!("cohort {}", key.unwrap_or("unknown")),
        label: called(lang, of.by, key),
        count,
        back: view.here(),
        shop: view.query.shop.as_deref().and_then(|slug| context.shop(slug)).map(|shop| shop.id),
        sheet,
    })
}

/// What a cohort is called.
fn called(lang: Lang, by: By, key: Option<&str>) -> String {
    match (by, key) {
        (_, None) => t(lang, "unknown"),
        (By::Coupon, Some("none")) => t(lang, "loyalty-no-coupon"),
        (By::Month, Some(month)) => {
            matrix::month_of(month).map_or_else(|| month.to_owned(), |day| format::month(lang, day))
        }
        (_, Some(key)) => key.to_owned(),
    }
}

/// How someone is called in the list.
fn who(identities: Identities, member: &Member) -> Option<String> {
    identities
        .name(Of::Person, member.name.as_deref())
        .or_else(|| identities.email(member.email.as_deref()))
}

/// The step that the address names; none for the whole cohort.
fn step(view: &View<'_>) -> Result<Option<i64>, QueryError> {
    match view.own("column") {
        None | Some("") => Ok(None),
        Some(text) => match text.parse::<i64>() {
            Ok(step) if step >= 0 => Ok(Some(step)),
            _ => Err(QueryError::new("column", text, "columns are numbered from 0")
                .with_nearest(Some("0".to_owned()))),
        },
    }
}

/// The cohort that the address names; `None` is that of what is unknown.
fn key<'v>(view: &'v View<'_>) -> Result<Option<&'v str>, QueryError> {
    let reason = "name a cohort; an empty key is that of unknown ones";
    let key = view.own("key").ok_or_else(|| QueryError::new("key", "", reason))?;
    Ok(Some(key).filter(|key| !key.is_empty()))
}
