//! The API: what scripts ask and push. Every answer is JSON or CSV, every refusal a problem document.

use axum::http::header;
use axum::response::IntoResponse;

use crate::access::{Desk, Need, Right, Routes};
use analysis::Analysis;

pub mod analysis;
pub mod ingest;
pub mod openapi;
pub mod problem;
pub mod query;

/// A thousand records fit in it many times over.
const MAX_BODY: usize = 16 * 1024 * 1024;

pub fn routes() -> Routes {
    Routes::new()
        .get("/healthz", Need::Nothing, health)
        .get("/api/v1/query", Right::Figures, query::handle)
        .merge(analyses())
        .post_up_to("/api/v1/ingest", Need::OwnProof, Some(MAX_BODY), ingest::handle)
        .get("/api/v1/openapi.json", Need::Nothing, describe)
        .any_up_to("/api/{*rest}", Need::Nothing, MAX_BODY, unknown)
}

fn analyses() -> Routes {
    Analysis::ALL.into_iter().fold(Routes::new(), |routes, analysis| {
        let handler = move |app, query, headers| analysis::handle(analysis, app, query, headers);
        routes.get(&format!("/api/v1/{}", analysis.id()), Right::Figures, handler)
    })
}

/// Ready when the database answers.
async fn health(app: Desk) -> Result<&'static str, problem::Problem> {
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
