//! Tables as files: any query at `/export.csv` and `/export.xlsx`, in the reader's language; pages
//! with tables of their own serve them the same way.

use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use comptoir_metrics::query::pairs;
use comptoir_metrics::{Query, run};
use comptoir_store::StoreError;
use serde_json::json;

use super::frame::{self, PageError};
use super::view::View;
use crate::access::{Desk, Right, Routes};
use crate::audit::Action;
use crate::export::Sheet;
use crate::i18n::{Lang, t};
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
            audited(&app, &here, sheet.rows.len())?;
            written(lang, &sheet, xlsx)
        });
        outcome.unwrap_or_else(|error| frame::refused(&app, lang, &here, error))
    })
    .await;
    made.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A table as an answer. Whoever calls this has written in the audit log that it leaves.
pub fn written(lang: Lang, sheet: &Sheet, xlsx: bool) -> Result<Response, PageError> {
    let (kind, end) = if xlsx {
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "xlsx")
    } else {
        ("text/csv; charset=utf-8", "csv")
    };
    let body = if xlsx {
        sheet.xlsx().map_err(|error| PageError::Failed(error.to_string()))?
    } else {
        sheet.csv(lang).into_bytes()
    };
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{}.{end}\"", sheet.name)),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    Ok((headers, body).into_response())
}

/// Writes in the audit log that a file leaves: which, narrowed how, and how many rows. A file that can't
/// be written there does not leave.
pub fn audited(app: &Desk, here: &str, rows: usize) -> Result<(), StoreError> {
    let shop = shop_of(app, here)?;
    let (what, query) = here.split_once('?').unwrap_or((here, ""));
    app.audit(
        Action::Exported,
        shop,
        &json!({ "what": what, "filters": impersonal(query), "rows": rows }),
    )
}

/// The shop that an address names.
pub fn shop_of(app: &Desk, here: &str) -> Result<Option<i64>, StoreError> {
    let query = here.split_once('?').map_or("", |(_, query)| query);
    let slug = pairs(query).find(|(name, _)| name.as_deref() == Some("shop"));
    let Some((_, Some(slug))) = slug else { return Ok(None) };
    Ok(app.read()?.1.shop(&slug).map(|shop| shop.id))
}

/// The parameters of an address without what may name a person: words that were searched for.
pub fn impersonal(query: &str) -> String {
    let kept: Vec<String> = pairs(query)
        .filter_map(|(name, value)| Some((name?, value?)))
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| {
            let personal = name == "q" || value.contains('@');
            let value: String =
                if personal { "…".to_owned() } else { value.chars().take(100).collect() };
            format!("{name}={value}")
        })
        .collect();
    kept.join("&")
}

/// The menu entries that export a query as files.
pub fn links(view: &View<'_>, query: &str) -> Vec<Link> {
    menu(view, |end| format!("/export.{end}?{query}"))
}

/// The menu entries of the two files at an address; none for whoever may not download them.
pub fn menu(view: &View<'_>, address: impl Fn(&str) -> String) -> Vec<Link> {
    ["csv", "xlsx"]
        .into_iter()
        .filter_map(|end| {
            let words = t(view.lang, &format!("card-{end}"));
            Some(Link::new(words, view.file(address(end))?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::impersonal;

    #[test]
    fn s126_the_log_of_exports_names_nobody() {
        assert_eq!(
            impersonal("shop=ferme&q=claire+dupont&status=paid&page="),
            "shop=ferme&q=…&status=paid"
        );
        assert_eq!(impersonal("where=coupon%3Ac%40x.fr&%ff=1"), "where=…");
    }
}
