//! Routes of the socket about connections.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::routing::{get, post};
use axum::{Json, Router};
use comptoir_sources::connector::Facts;
use serde::{Deserialize, Serialize};

use super::blocking;
use crate::api::problem::Problem;
use crate::state::App;
use crate::sync::connect::{self, Added, Asked, Refusal};
use crate::sync::listing::{self, Listed};
use crate::sync::{Outcome, Runner};

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/control/sources", get(list).post(add))
        .route("/control/sources/{id}/test", post(test))
        .route("/control/sources/{id}/remove", post(remove))
        .route("/control/sync", post(sync))
}

/// What is asked of `/control/sync`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct AskedRun {
    /// One shop's connections only.
    pub shop: Option<String>,
    /// Compare everything.
    pub full: bool,
}

async fn list(State(app): State<Arc<App>>) -> Result<Json<Vec<Listed>>, Problem> {
    blocking(move || Ok(Json(listing::all(&app.store, &app.sync)?))).await
}

async fn add(
    State(app): State<Arc<App>>,
    Json(asked): Json<Asked>,
) -> Result<Json<Result<Added, Box<Refusal>>>, Problem> {
    blocking(move || {
        let added = connect::add_by_shell(&app.store, &app.sync, asked)?;
        app.ring();
        Ok(Json(added))
    })
    .await
}

async fn test(
    State(app): State<Arc<App>>,
    Path(id): Path<i64>,
) -> Result<Json<Result<Facts, Box<Refusal>>>, Problem> {
    blocking(move || Ok(Json(connect::test(&app.store, &app.sync, id)))).await
}

async fn remove(
    State(app): State<Arc<App>>,
    Path(id): Path<i64>,
) -> Result<Json<listing::Gone>, Problem> {
    blocking(move || {
        let gone = listing::remove_by_shell(&app.store, id)?;
        app.ring();
        Ok(Json(gone))
    })
    .await
}

async fn sync(
    State(app): State<Arc<App>>,
    Json(asked): Json<AskedRun>,
) -> Result<Json<Vec<Outcome>>, Problem> {
    blocking(move || {
        let ids = listing::of_shop(&app.store, asked.shop.as_deref())?;
        let ring = || app.ring();
        let runner = Runner { store: &app.store, sync: &app.sync, ring: &ring };
        Ok(Json(runner.run_all(&ids, asked.full)?))
    })
    .await
}
