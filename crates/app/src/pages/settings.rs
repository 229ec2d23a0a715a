//! What a shop and the workspace choose: statuses, zone, threshold, calculation mode.

use std::sync::Arc;

use axum::Router;

use crate::state::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
}
