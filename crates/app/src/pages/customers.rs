//! Customers: the list, and one of them in full.

use std::sync::Arc;

use axum::Router;

use crate::state::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
}
