//! `POST /hooks/{connection}`: platforms say that something changed. The signature is the sign-in.
//!
//! A webhook only hints at what to read again. The hints are on disk before it is acknowledged, and
//! are followed afterwards: platforms give up on those who answer slowly.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use comptoir_sources::connector::{Access, Delivery, HookError};
use comptoir_store::StoreError;
use comptoir_store::connections;
use jiff::{SignedDuration, Timestamp};

use crate::access::{Need, Routes};
use crate::commands::log;
use crate::importing::visible;
use crate::state::App;

/// The largest body that is believed to be a webhook.
const MAX_BODY: usize = 1024 * 1024;

/// Wrong signatures are logged this often at most, for each connection.
const SCOLDING: SignedDuration = SignedDuration::from_mins(1);

pub fn routes() -> Routes {
    Routes::new().post_up_to("/hooks/{connection}", Need::OwnProof, Some(MAX_BODY), handle)
}

type Answer = (StatusCode, &'static str);

async fn handle(
    State(app): State<Arc<App>>,
    Path(connection): Path<String>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Answer {
    let Ok(body) = body else { return (StatusCode::PAYLOAD_TOO_LARGE, "too large\n") };
    let Ok(id) = connection.parse::<i64>() else { return NOWHERE };
    let headers: Vec<(String, String)> = headers
        .iter()
        .map(|(name, value)| {
            (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())
        })
        .collect();
    let receiving = tokio::task::spawn_blocking(move || receive(&app, id, &headers, &body));
    receiving.await.unwrap_or((StatusCode::INTERNAL_SERVER_ERROR, "the server failed\n"))
}

const NOWHERE: Answer = (StatusCode::NOT_FOUND, "there is no such connection\n");

/// Checks a webhook and keeps its hints.
pub fn receive(app: &App, id: i64, headers: &[(String, String)], body: &[u8]) -> Answer {
    match try_receive(app, id, headers, body) {
        Ok(answer) => answer,
        Err(StoreError::UnknownConnection(_)) => NOWHERE,
        Err(error) => {
            log(&format!("webhook of connection {id}: {error}"));
            (StatusCode::SERVICE_UNAVAILABLE, "try again later\n")
        }
    }
}

fn try_receive(
    app: &App,
    id: i64,
    headers: &[(String, String)],
    body: &[u8],
) -> Result<Answer, StoreError> {
    let known = connections::one(&app.store.read()?, id)?;
    let connection = known.ok_or(StoreError::UnknownConnection(id))?;
    let Some(platform) = (app.sync.find)(&connection.platform).filter(|one| one.webhooks) else {
        return Ok(NOWHERE);
    };
    let opened = app.store.connection_access(id)?;
    let secret = opened.hook_secret;
    let connector = (platform.connect)(Access {
        url: opened.url,
        credentials: opened.credentials,
        private: opened.private,
        pace: app.sync.pace,
    });
    let Ok(connector) = connector else {
        return Ok((StatusCode::SERVICE_UNAVAILABLE, "try again later\n"));
    };
    let now = app.sync.now();
    match connector.hook(Delivery { headers, body, secret: &secret }) {
        Ok(hook) => {
            if !hook.wanted.is_empty() {
                let wanted = hook.wanted.into_iter().map(|one| (one.kind, one.id)).collect();
                app.store.save_hints(id, wanted, now)?;
                app.sync.wake();
            }
            Ok((StatusCode::OK, "ok\n"))
        }
        Err(HookError::Signature) => {
            app.store.count_refused_hook(id)?;
            if scolds(app, id, now) {
                log(&format!("connection {id}: a webhook with a wrong signature was refused"));
            }
            Ok((StatusCode::UNAUTHORIZED, "the signature is wrong\n"))
        }
        Err(HookError::Unreadable(why)) => {
            if scolds(app, id, now) {
                log(&format!("connection {id}: a webhook was not understood: {}", visible(&why)));
            }
            Ok((StatusCode::BAD_REQUEST, "not understood\n"))
        }
    }
}

/// Whether it is time to log that something is wrong with the webhooks of a connection.
fn scolds(app: &App, id: i64, now: Timestamp) -> bool {
    let mut board = app.sync.board();
    let recent =
        board.scolded.get(&id).is_some_and(|last| now.duration_since(*last).abs() < SCOLDING);
    if !recent {
        board.scolded.insert(id, now);
    }
    !recent
}
