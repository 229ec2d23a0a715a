//! Routes of the socket: what the command line asks of a running server.

use std::collections::HashMap;
use std::io::{self, Read};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, anyhow};
use axum::body::{Body, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use comptoir_model::Shop;
use comptoir_store::shops;
use comptoir_store::tokens::{self, Token};
use http_body_util::BodyExt;
use serde::Deserialize;
use tokio::sync::mpsc::{Receiver, channel};

use crate::api::problem::Problem;
use crate::clock;
use crate::commands::import::{Begin, FullReport, commit_by_shell, open_session};
use crate::commands::person;
use crate::commands::token::{MadeToken, NewToken, revoke};
use crate::commands::user::{self, Asked, Done, Listed};
use crate::i18n::Lang;
use crate::importing::Session;
use crate::privacy::check::{Check, checks};
use crate::settings::{self, ShopChange, shown};
use crate::state::App;

mod audit;
mod doctor;
mod operations;
mod sources;

pub use sources::AskedRun;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/control/shops", get(list_shops))
        .route("/control/settings", get(read_settings).post(change_settings))
        .route("/control/privacy/check", get(check_privacy))
        .route("/control/rates", post(add_rates))
        .route("/control/tokens", get(list_tokens).post(create_token))
        .route("/control/tokens/{number}/revoke", post(revoke_token))
        .route("/control/users", get(list_users).post(change_users))
        .route("/control/imports", post(begin))
        .route("/control/imports/{number}/files", post(add_file))
        .route("/control/imports/{number}/commit", post(commit))
        .merge(audit::routes())
        .route("/control/person", post(ask_person))
        .merge(operations::routes())
        .merge(sources::routes())
        .merge(doctor::routes())
        .layer(DefaultBodyLimit::disable())
}

async fn list_shops(State(app): State<Arc<App>>) -> Result<Json<Vec<Shop>>, Problem> {
    blocking(move || {
        let snapshot = app.store.read()?;
        Ok(Json(shops::list(&snapshot)?.into_iter().map(|stored| stored.shop).collect()))
    })
    .await
}

#[derive(Deserialize)]
struct OfShop {
    shop: String,
}

async fn read_settings(
    State(app): State<Arc<App>>,
    Query(of): Query<OfShop>,
) -> Result<Json<serde_json::Value>, Problem> {
    blocking(move || Ok(Json(settings::read(&app.store, &of.shop)?))).await
}

async fn change_settings(
    State(app): State<Arc<App>>,
    Query(of): Query<OfShop>,
    Json(change): Json<ShopChange>,
) -> Result<Json<serde_json::Value>, Problem> {
    blocking(move || {
        let changed = change.apply_by_shell(&app.store, &of.shop)?;
        app.ring();
        Ok(Json(shown(&changed)))
    })
    .await
}

#[derive(Deserialize)]
struct InLanguage {
    lang: String,
}

async fn check_privacy(
    State(app): State<Arc<App>>,
    Query(asked): Query<InLanguage>,
) -> Result<Json<Vec<Check>>, Problem> {
    let lang = Lang::parse(&asked.lang).unwrap_or_default();
    blocking(move || Ok(Json(checks(&app, lang, clock::now())?))).await
}

async fn add_rates(State(app): State<Arc<App>>, body: Bytes) -> Result<Json<usize>, Problem> {
    blocking(move || {
        let text = std::str::from_utf8(&body).map_err(|_| anyhow!("the file is not UTF-8 text"))?;
        let added = crate::rates::add_by_shell(&app.store, text)?;
        app.ring();
        Ok(Json(added))
    })
    .await
}

async fn list_tokens(State(app): State<Arc<App>>) -> Result<Json<Vec<Token>>, Problem> {
    blocking(move || Ok(Json(tokens::list(&app.store.read()?)?))).await
}

async fn create_token(
    State(app): State<Arc<App>>,
    Json(asked): Json<NewToken>,
) -> Result<Json<MadeToken>, Problem> {
    blocking(move || {
        let made = asked.make(&app.store)?;
        app.ring();
        Ok(Json(made))
    })
    .await
}

async fn revoke_token(
    State(app): State<Arc<App>>,
    Path(number): Path<i64>,
) -> Result<Json<bool>, Problem> {
    blocking(move || Ok(Json(revoke(&app.store, number)?))).await
}

async fn ask_person(
    State(app): State<Arc<App>>,
    Json(asked): Json<person::Asked>,
) -> Result<Json<serde_json::Value>, Problem> {
    blocking(move || {
        let answer = person::answer(&app.store, &asked)?;
        app.ring();
        Ok(Json(answer))
    })
    .await
}

async fn list_users(State(app): State<Arc<App>>) -> Result<Json<Vec<Listed>>, Problem> {
    blocking(move || Ok(Json(user::listed(&app)?))).await
}

async fn change_users(
    State(app): State<Arc<App>>,
    Json(asked): Json<Asked>,
) -> Result<Json<Done>, Problem> {
    blocking(move || Ok(Json(asked.carry_out(&app)?))).await
}

#[derive(Deserialize)]
struct Dry {
    dry_run: Option<u8>,
}

async fn begin(
    State(app): State<Arc<App>>,
    Query(dry): Query<Dry>,
    Json(begin): Json<Begin>,
) -> Result<Json<u64>, Problem> {
    blocking(move || {
        let session = open_session(&app.store, begin, dry.dry_run.is_none())?;
        Ok(Json(keep(&app, session)))
    })
    .await
}

/// Keeps a session between requests, under a number nobody had before.
pub fn keep(app: &App, session: Session) -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut imports = app.imports.lock().unwrap_or_else(PoisonError::into_inner);
    imports.insert(number, Arc::new(Mutex::new(session)));
    number
}

async fn add_file(
    State(app): State<Arc<App>>,
    Path(number): Path<u64>,
    Query(parameters): Query<HashMap<String, String>>,
    body: Body,
) -> Result<Json<u64>, Problem> {
    let session = app
        .imports
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .get(&number)
        .cloned()
        .ok_or_else(|| Problem::from(anyhow!("this import has ended; start it again")))?;
    let name = parameters.get("name").cloned().unwrap_or_else(|| "file".to_owned());
    let (pieces, received) = channel::<io::Result<Bytes>>(4);
    let feeding = tokio::spawn(feed(body, pieces));
    let staged = blocking(move || {
        let mut session = session.lock().unwrap_or_else(PoisonError::into_inner);
        session.add_file(&name, BodyReader { received, piece: Bytes::new() })?;
        Ok(Json(session.progress.rows.load(Ordering::Relaxed)))
    })
    .await;
    feeding.abort();
    if staged.is_err() {
        app.imports.lock().unwrap_or_else(PoisonError::into_inner).remove(&number);
    }
    staged
}

async fn feed(mut body: Body, pieces: tokio::sync::mpsc::Sender<io::Result<Bytes>>) {
    while let Some(frame) = body.frame().await {
        let piece = match frame {
            Ok(frame) => match frame.into_data() {
                Ok(data) => Ok(data),
                Err(_trailers) => continue,
            },
            Err(error) => Err(io::Error::other(error)),
        };
        if pieces.send(piece).await.is_err() {
            return;
        }
    }
}

/// A request's body as a blocking reader.
struct BodyReader {
    received: Receiver<io::Result<Bytes>>,
    piece: Bytes,
}

impl Read for BodyReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.piece.is_empty() {
            match self.received.blocking_recv() {
                Some(piece) => self.piece = piece?,
                None => return Ok(0),
            }
        }
        let read = buffer.len().min(self.piece.len());
        buffer[..read].copy_from_slice(&self.piece.split_to(read));
        Ok(read)
    }
}

async fn commit(
    State(app): State<Arc<App>>,
    Path(number): Path<u64>,
    Query(dry): Query<Dry>,
) -> Result<Json<FullReport>, Problem> {
    blocking(move || {
        let session = take(&app, number).context("this import has ended; start it again")?;
        let report = commit_by_shell(session, &app.store, dry.dry_run.is_some())?;
        app.ring();
        Ok(Json(report.into()))
    })
    .await
}

/// Takes a session that no other request uses.
pub fn take(app: &App, number: u64) -> Option<Session> {
    let session = app.imports.lock().unwrap_or_else(PoisonError::into_inner).remove(&number)?;
    Arc::into_inner(session)?.into_inner().ok()
}

/// Runs blocking work, and turns its errors into problems.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> Result<T, Problem> {
    match tokio::task::spawn_blocking(work).await {
        Ok(outcome) => outcome.map_err(Problem::from),
        Err(_panicked) => {
            Err(Problem::from(anyhow!("the server failed at this; its log says why")))
        }
    }
}
