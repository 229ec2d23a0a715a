//! The API: what scripts ask and push. Every answer is JSON or CSV, every refusal a problem document.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{get, post};

use crate::state::App;

pub mod ingest;
pub mod openapi;
pub mod problem;
pub mod query;

/// A thousand records fit in it many times over.
const MAX_BODY: usize = 16 * 1024 * 1024;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/healthz", get(health))
        .route("/api/v1/query", get(query::handle))
        .route("/api/v1/ingest", post(ingest::handle).layer(DefaultBodyLimit::max(MAX_BODY)))
        .route("/api/v1/openapi.json", get(describe))
}

/// Ready when the database answers.
async fn health(State(app): State<Arc<App>>) -> Result<&'static str, problem::Problem> {
    tokio::task::spawn_blocking(move || app.store.read().map(|_| ()))
        .await
        .map_err(|error| problem::Problem::from(anyhow::Error::new(error)))??;
    Ok("ok\n")
}

async fn describe() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi::document())
}
