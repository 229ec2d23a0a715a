//! Connections: what each connected shop brings, how fresh it is, and what went wrong.

use std::sync::Arc;

use axum::Router;

use crate::state::App;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
}
