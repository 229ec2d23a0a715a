//! Vendors' APIs, imitated: existing plugins and SDKs push here, base URL swapped and nothing else.

use std::sync::Arc;

use axum::Router;

use crate::state::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
}
