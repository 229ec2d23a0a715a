//! The pages.

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::state::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new().route("/", get(|| async { "soon" }))
}
