//! The customers behind a cell of a cohort.

use std::sync::Arc;

use axum::extract::State;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::QueryError;
use comptoir_metrics::cohorts::{By, members};
use comptoir_metrics::drill::Page;
use maud::html;

use super::super::frame::{page, shell};
use super::super::paging::{ROWS, number, paging};
use super::matrix;
use crate::format;
use crate::i18n::{t, t_args};
use crate::state::App;
use crate::ui::pages::Head;
use crate::ui::table::{Column, Row, Table};

pub async fn handle(State(app): State<Arc<App>>, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let read = super::read(here, "/loyalty/customers", &context, lang)?;
        let view = &read.view;
        let asked = super::asked(view, "cohorts")?;
        let number = number(view)?;
        let step = match view.own("column") {
            None | Some("") => None,
            Some(text) => {
                Some(text.parse::<i64>().ok().filter(|step| *step >= 0).ok_or_else(|| {
                    QueryError::new("column", text, "columns are numbered from 0")
                })?)
            }
        };
        let rows = Page { offset: (number - 1) * ROWS, limit: ROWS };
        let Some(key) = view.own("key") else {
            let reason = "name a cohort; an empty key is that of unknown ones";
            return Err(QueryError::new("key", "", reason).into());
        };
        let key = Some(key).filter(|key| !key.is_empty());
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
            csv: None,
            xlsx: None,
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
