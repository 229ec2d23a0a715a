//! The API: what scripts ask and push. Every answer is JSON or CSV, every refusal a problem document.

use std::sync::Arc;

use axum::Router;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header;
use axum::response::IntoResponse;
use axum::routing::{any, get, post};

use crate::state::App;
use analysis::Analysis;

pub mod analysis;
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
        .merge(analyses())
        .route("/api/v1/ingest", post(ingest::handle).layer(DefaultBodyLimit::max(MAX_BODY)))
        .route("/api/v1/openapi.json", get(describe))
        .route("/api/{*rest}", any(unknown))
}

fn analyses() -> Router<Arc<App>> {
    Analysis::ALL.into_iter().fold(Router::new(), |routes, analysis| {
        let handler =
            move |state, query, headers| analysis::handle(analysis, state, query, headers);
        routes.route(&format!("/api/v1/{}", analysis.id()), get(handler))
    })
}

/// Ready when the database answers.
async fn health(State(app): State<Arc<App>>) -> Result<&'static str, problem::Problem> {
    tokio::task::spawn_blocking(move || app.store.read().map(|_| ()))
        .await
        .map_err(|error| problem::Problem::from(anyhow::Error::new(error)))??;
    Ok("ok\n")
}

/// A script that mistypes an address is told so in its own language, not in a page.
async fn unknown() -> problem::Problem {
    problem::Problem::not_found(
        "there is nothing at this address; GET /api/v1/openapi.json lists what there is",
    )
}

async fn describe() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi::document())
}
