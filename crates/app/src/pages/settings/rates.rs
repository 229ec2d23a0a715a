//! The European Central Bank's file of exchange rates, from the settings page: what is fetched by hand is
//! added as on the command line.

use std::sync::Arc;

use axum::extract::{Multipart, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};

use super::{Sent, draw};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::frame;
use crate::state::App;

/// The largest file that is taken, in bytes: all rates since 1999 are less than one million.
pub const LARGEST: usize = 16 << 20;

/// « 217 000 taux ajoutés ».
pub fn notice(lang: Lang, added: i64) -> String {
    t_args(lang, "settings-rates-added", &[("count", &format::integer(lang, added))])
}

/// Adds the rates of a file; without a file, or without a rate in it, nothing changes.
pub async fn add(State(app): State<Arc<App>>, headers: HeaderMap, parts: Multipart) -> Response {
    let lang = frame::lang(&headers);
    let file = received(parts).await;
    let taken = tokio::task::spawn_blocking(move || {
        let problem = match file {
            None => t(lang, "settings-rates-none"),
            Some(text) => match crate::rates::add(&app.store, &text) {
                Ok(added) => {
                    app.ring();
                    return Redirect::to(&format!("/settings?rates={added}")).into_response();
                }
                Err(_) => t(lang, "settings-rates-wrong"),
            },
        };
        match draw(&app, lang, "/settings", Sent { rates: Some(problem), ..Sent::default() }) {
            Ok(page) => frame::html_page(StatusCode::BAD_REQUEST, page),
            Err(error) => frame::refused(&app, lang, "/settings", error),
        }
    })
    .await;
    taken.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The text of the file; `None` when there is none. Bytes that are no text are no rates either.
async fn received(mut parts: Multipart) -> Option<String> {
    while let Ok(Some(field)) = parts.next_field().await {
        if field.name() == Some("file") {
            let bytes = field.bytes().await.ok().filter(|bytes| !bytes.is_empty())?;
            return Some(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    None
}
