//! Revenue by anything: two dimensions deep, cumulated, by weekday and hour, as a ladder.

use std::sync::Arc;

use axum::Router;

use crate::state::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
}
