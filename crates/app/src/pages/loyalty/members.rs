//! The customers behind a cell of a cohort.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::QueryError;
use comptoir_metrics::cohorts::{By, members};
use comptoir_metrics::drill::Page;
use maud::html;

use super::super::export::file;
use super::super::frame::{page, shell};
use super::super::paging::{ROWS, number, paging};
use super::super::view::View;
use super::matrix;
use crate::access::Desk;
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{t, t_args};
use crate::ui::pages::Head;
use crate::ui::table::{Column, Row, Table};

/// More customers than a file of a spreadsheet has rows.
const MOST: usize = 1_000_000;

pub async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let read = super::read(here, "/loyalty/customers", &context, lang)?;
        let view = &read.view;
        let asked = super::asked(view, "cohorts")?;
        let number = number(view)?;
        let step = step(view)?;
        let rows = Page { offset: (number - 1) * ROWS, limit: ROWS };
        let key = key(view)?;
        let (count, found) = members(&snapshot, &asked, key, step, rows, &context)?;
        let cohort = match (asked.by, key) {
            (_, None) => t(lang, "unknown"),
            (By::Coupon, Some("none")) => t(lang, "loyalty-no-coupon"),
            (By::Month, Some(month)) => matrix::month_of(month)
                .map_or_else(|| month.to_owned(), |day| format::month(lang, day)),
            (_, Some(key)) => key.to_owned(),
        };
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
                        member.who.unwrap_or_else(|| t(lang, "loyalty-no-name")).into(),
                        member.first.map_or_else(String::new, |day| format::day(lang, day)).into(),
                        format::integer(lang, member.orders).into(),
                    ],
                })
                .collect(),
            sum: None,
            paging: Some(paging(view, usize::try_from(count).unwrap_or(0), number)),
            csv: Some(file_of("csv")),
            xlsx: Some(file_of("xlsx")),
        };
        let back = view.here().replacen("/loyalty/customers?", "/loyalty?", 1);
        let body = html! {
            (head.render())
            p { a href=(back) { (t(lang, "loyalty-back")) } }
            (table.render())
        };
        Ok(shell(app, lang, "nav-loyalty", &title, &view.here(), body))
    })
    .await
}

/// All customers of the cell as a file.
pub async fn export(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let read = super::read(here, "/loyalty/customers", &context, lang)?;
        let view = &read.view;
        let asked = super::asked(view, "cohorts")?;
        let all = Page { offset: 0, limit: MOST };
        let (_, found) = members(&snapshot, &asked, key(view)?, step(view)?, all, &context)?;
        let columns = ["explain-who", "loyalty-member-first", "loyalty-member-orders"];
        Ok(Sheet {
            name: t(lang, "loyalty-file"),
            columns: columns.into_iter().map(|id| t(lang, id)).collect(),
            rows: found
                .into_iter()
                .map(|member| {
                    vec![
                        Value::text(member.who.as_deref()),
                        member.first.map_or(Value::Empty, Value::Day),
                        Value::Count(member.orders),
                    ]
                })
                .collect(),
        })
    })
    .await
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
