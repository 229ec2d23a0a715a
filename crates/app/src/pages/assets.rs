//! The style sheet, the script and the icon, compiled into the program.

use std::hash::{DefaultHasher, Hash, Hasher};

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};

use crate::access::{Need, Routes};

/// What every page has, then a file for each group of pages.
pub const CSS: &str = concat!(
    include_str!("../../assets/app.css"),
    include_str!("../../assets/css/connections.css"),
    include_str!("../../assets/css/audit.css"),
    include_str!("../../assets/css/backups.css"),
    include_str!("../../assets/css/sharing.css"),
    include_str!("../../assets/css/privacy.css"),
    include_str!("../../assets/css/preparation.css"),
    include_str!("../../assets/css/accounts.css"),
    include_str!("../../assets/css/doors.css"),
    include_str!("../../assets/css/lists.css"),
    include_str!("../../assets/css/loyalty.css"),
    include_str!("../../assets/css/products.css"),
    include_str!("../../assets/css/revenue.css"),
    include_str!("../../assets/css/settings.css"),
    include_str!("../../assets/css/why.css"),
);
const JS: &str = include_str!("../../assets/app.js");
const ICON: &str = include_str!("../../assets/favicon.svg");

pub fn routes() -> Routes {
    Routes::new()
        .get("/assets/app.css", Need::Nothing, |headers: HeaderMap| async move {
            asset(&headers, CSS, "text/css")
        })
        .get("/assets/app.js", Need::Nothing, |headers: HeaderMap| async move {
            asset(&headers, JS, "text/javascript")
        })
        .get("/assets/favicon.svg", Need::Nothing, |headers: HeaderMap| async move {
            asset(&headers, ICON, "image/svg+xml")
        })
}

/// Answers with a tag, so that an unchanged file is not sent again.
fn asset(headers: &HeaderMap, content: &'static str, kind: &'static str) -> Response {
    let mut hasher = DefaultHasher::new();
    content.hash(&mut hasher);
    let tag = format!("\"{:x}\"", hasher.finish());
    let common = [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "no-cache".to_owned())];
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    // A proxy or the compression layer may have marked the tag as weak.
    if known.is_some_and(|known| known.trim_start_matches("W/") == tag) {
        return (StatusCode::NOT_MODIFIED, common).into_response();
    }
    (common, [(header::CONTENT_TYPE, format!("{kind}; charset=utf-8"))], content).into_response()
}
