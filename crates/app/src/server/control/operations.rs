//! Routes of the socket about backups and mail.

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::anyhow;
use axum::body::{Body, Bytes};
use axum::extract::{Query, State};
use axum::response::Response;
use axum::routing::{get, post};
use axum::{Json, Router};
use jiff::civil::Date;
use serde::Deserialize;
use serde_json::Value;
use tokio::sync::mpsc::{Sender, channel};

use super::blocking;
use crate::api::problem::Problem;
use crate::backup::{self, Prepared};
use crate::clock;
use crate::commands::log;
use crate::commands::mail::{AskedServer, keep, preview, send_test, shown};
use crate::i18n::Lang;
use crate::state::App;
use crate::weekly::Letter;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/control/backup", get(back_up))
        .route("/control/mail", get(show_mail).post(set_mail))
        .route("/control/mail/test", post(test_mail))
        .route("/control/mail/weekly", get(weekly))
}

#[derive(Deserialize)]
struct Keys {
    keys: u8,
}

/// The data is copied before the answer begins, so that what goes wrong there is told in words; then the
/// file goes out as it is made.
async fn back_up(
    State(app): State<Arc<App>>,
    Query(asked): Query<Keys>,
) -> Result<Response, Problem> {
    let copied = Arc::clone(&app);
    let prepared = blocking(move || {
        let prepared = Prepared::new(&copied.store, asked.keys == 1, clock::now())?;
        backup::note_made(&copied.store, &prepared.manifest)?;
        Ok(prepared)
    })
    .await?;
    let (pieces, mut received) = channel::<io::Result<Bytes>>(8);
    std::thread::Builder::new()
        .name("backup".into())
        .spawn(move || {
            let failed = pieces.clone();
            if let Err(error) = prepared.write(Pieces(pieces)) {
                log(&format!("backup: {error}"));
                let _gone = failed.blocking_send(Err(io::Error::other(error.to_string())));
            }
        })
        .map_err(|error| Problem::from(anyhow!("cannot start the backup: {error}")))?;
    let stream = futures_util::stream::poll_fn(move |context| received.poll_recv(context));
    Ok(Response::new(Body::from_stream(stream)))
}

/// What is written goes to whoever asked.
struct Pieces(Sender<io::Result<Bytes>>);

impl Write for Pieces {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.0
            .blocking_send(Ok(Bytes::copy_from_slice(piece)))
            .map_err(|_| io::Error::new(io::ErrorKind::BrokenPipe, "whoever asked has gone"))?;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

async fn show_mail(State(app): State<Arc<App>>) -> Result<Json<Value>, Problem> {
    blocking(move || Ok(Json(shown(&app.store)?))).await
}

async fn set_mail(
    State(app): State<Arc<App>>,
    Json(asked): Json<Option<AskedServer>>,
) -> Result<Json<Value>, Problem> {
    blocking(move || {
        keep(&app, asked)?;
        app.timetable.wake();
        Ok(Json(shown(&app.store)?))
    })
    .await
}

#[derive(Deserialize)]
struct Test {
    to: String,
    lang: Option<String>,
}

async fn test_mail(
    State(app): State<Arc<App>>,
    Query(asked): Query<Test>,
) -> Result<Json<bool>, Problem> {
    blocking(move || {
        let lang = asked.lang.as_deref().and_then(Lang::parse).unwrap_or_default();
        send_test(&app, &asked.to, lang).map_err(|error| anyhow!("{error}"))?;
        Ok(Json(true))
    })
    .await
}

#[derive(Deserialize)]
struct OfWeek {
    lang: Option<String>,
    week: Option<Date>,
}

async fn weekly(
    State(app): State<Arc<App>>,
    Query(asked): Query<OfWeek>,
) -> Result<Json<Letter>, Problem> {
    blocking(move || {
        let lang = asked.lang.as_deref().and_then(Lang::parse).unwrap_or_default();
        Ok(Json(preview(&app, lang, asked.week)?))
    })
    .await
}
