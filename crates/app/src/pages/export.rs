//! Tables as files: any query at `/export.csv` and `/export.xlsx`, in the reader's language; pages
//! with tables of their own serve them the same way.

use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use comptoir_metrics::{Query, run};

use super::frame::{self, PageError};
use crate::access::{Desk, Right, Routes};
use crate::export::Sheet;
use crate::i18n::Lang;
use crate::ui::Link;

pub fn routes() -> Routes {
    Routes::new().get("/export.csv", Right::Export, handle).get(
        "/export.xlsx",
        Right::Export,
        handle,
    )
}

async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let text = here.split_once('?').map_or("", |(_, query)| query);
        let table = run(&snapshot, &Query::parse(text, &context)?, &context)?;
        Ok(Sheet::of(&table, "comptoir", lang))
    })
    .await
}

/// Makes a table on a thread that may block and answers with it as the file that the address ends in,
/// `.csv` or `.xlsx`; what went wrong is a page.
pub async fn file(
    app: Desk,
    headers: HeaderMap,
    here: String,
    make: impl FnOnce(&Desk, Lang, &str) -> Result<Sheet, PageError> + Send + 'static,
) -> Response {
    let lang = frame::lang(&headers);
    let made = tokio::task::spawn_blocking(move || {
        let path = here.split_once('?').map_or(here.as_str(), |(path, _)| path);
        let xlsx = std::path::Path::new(path).extension().is_some_and(|end| end == "xlsx");
        let outcome = make(&app, lang, &here).and_then(|sheet| {
            let body = if xlsx {
                sheet.xlsx().map_err(|error| PageError::Failed(error.to_string()))?
            } else {
                sheet.csv(lang).into_bytes()
            };
            Ok((sheet.name, body))
        });
        match outcome {
            Ok((name, body)) => {
                let (kind, end) = if xlsx {
                    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
                } else {
                    ("text/csv; charset=utf-8", "csv")
                };
                let disposition = format!("attachment; filename=\"{name}.{end}\"");
                let headers = [
                    (header::CONTENT_TYPE, kind.to_owned()),
                    (header::CONTENT_DISPOSITION, disposition),
                ];
                (headers, body).into_response()
            }
            Err(error) => frame::refused(&app, lang, &here, error),
        }
    })
    .await;
    made.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The menu entries that export a query as files.
pub fn links(lang: Lang, query: &str) -> Vec<Link> {
    ["csv", "xlsx"]
        .into_iter()
        .map(|end| {
            let words = crate::i18n::t(lang, &format!("card-{end}"));
            Link::new(words, format!("/export.{end}?{query}"))
        })
        .collect()
}
