//! The European Central Bank's exchange rates on the settings page: a file that was fetched by hand is
//! added as on the command line, and a switch lets it be fetched on working days.

use axum::extract::{Form, Multipart};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_sources::words::Text;
use comptoir_sources::{Failure, FailureKind};
use comptoir_store::rates::Download;
use serde_json::json;

use super::{Fields, Sent, Taken, draw, field, save};
use crate::access::Desk;
use crate::audit::Action;
use crate::clock;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::connections::sentence;
use crate::pages::frame::{self, PageError};
use crate::ui::settings::Rates;

/// The largest file that is taken, in bytes: all rates since 1999 are less than one million.
pub const LARGEST: usize = 16 << 20;

/// « 217 000 taux ajoutés ».
pub fn notice(lang: Lang, added: i64) -> String {
    t_args(lang, "settings-rates-added", &[("count", &format::integer(lang, added))])
}

/// What is known, and how the last download went.
pub fn view(lang: Lang, is: &Download, problem: Option<String>) -> Rates {
    let known = match is.newest {
        Some(day) => t_args(lang, "settings-rates-known", &[("day", &format::day(lang, day))]),
        None => t(lang, "settings-rates-unknown"),
    };
    let failure: Option<Failure> =
        is.failure.as_deref().and_then(|failure| serde_json::from_str(failure).ok());
    let asked = match is.asked {
        _ if !is.wanted => String::new(),
        None => t(lang, "settings-rates-waiting"),
        Some(at) => {
            let ago = format::ago(lang, at, clock::now());
            let id =
                if is.failure.is_some() { "settings-rates-failed" } else { "settings-rates-asked" };
            t_args(lang, id, &[("ago", &ago)])
        }
    };
    Rates {
        known,
        problem,
        daily: is.wanted,
        asked,
        failure: failure.map(|failure| match failure.kind {
            FailureKind::Unreachable | FailureKind::UnknownHost | FailureKind::Timeout => {
                (t(lang, "settings-rates-silent"), t(lang, "settings-rates-offline"))
            }
            _ => {
                let words = |text: Text| sentence(&text.in_words(lang.into()));
                (words(failure.reason), words(failure.remedy))
            }
        }),
    }
}

/// Switches the download on working days on or off.
pub async fn daily(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    save(app, headers, move |app, _, _| {
        super::of_all(app)?;
        let wanted = field(&fields, "daily") == "on";
        app.store.want_rates(wanted)?;
        app.audit(Action::SettingsChanged, None, &json!({ "what": "rates", "daily": wanted }))?;
        app.rates.wake();
        Ok(Taken::Kept("/settings?saved=1".to_owned()))
    })
    .await
}

/// Adds the rates of a file; without a file, or without a rate in it, nothing changes.
pub async fn add(app: Desk, headers: HeaderMap, parts: Multipart) -> Response {
    let lang = frame::lang(&headers);
    let file = received(parts).await;
    let taken = tokio::task::spawn_blocking(move || {
        let problem = match file {
            None => t(lang, "settings-rates-none"),
            Some(_) if !app.sees_all_shops() => {
                return frame::refused(&app, lang, "/settings", PageError::Forbidden);
            }
            Some(text) => match crate::rates::add(&app.store, &text) {
                Ok(added) => {
                    app.ring();
                    let detail = json!({ "what": "rates", "rates": added });
                    if let Err(error) = app.audit(Action::SettingsChanged, None, &detail) {
                        return frame::refused(&app, lang, "/settings", error.into());
                    }
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
