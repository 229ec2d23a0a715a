//! Routes of the socket about the audit log.

use std::sync::Arc;

use axum::extract::State;
use axum::routing::get;
use axum::{Json, Router};
use comptoir_store::audit::{Entry, Verified, verify};

use super::blocking;
use crate::api::problem::Problem;
use crate::commands::audit::export;
use crate::state::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/control/audit", get(all)).route("/control/audit/verify", get(verified))
}

async fn all(State(app): State<Arc<App>>) -> Result<Json<Vec<Entry>>, Problem> {
    blocking(move || Ok(Json(export(&app.store)?))).await
}

async fn verified(State(app): State<Arc<App>>) -> Result<Json<Verified>, Problem> {
    blocking(move || Ok(Json(verify(&app.store.read()?)?))).await
}
