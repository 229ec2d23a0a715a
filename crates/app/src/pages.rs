//! The pages: each reads the records, asks the metrics, and hands view models to [`crate::ui`].

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::state::App;

mod assets;
mod chart;
mod connect;
mod definitions;
mod explain;
mod figure;
mod formula;
mod frame;
pub(crate) mod import;
mod live;
mod order;
pub(crate) mod overview;
mod paging;
mod products;
mod sentence;
mod view;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(overview::handle))
        .route("/explain", get(explain::handle))
        .route("/explain.csv", get(explain::csv))
        .route("/products", get(products::handle))
        .route("/orders/{id}", get(order::handle))
        .route("/live", get(live::handle))
        .route("/definitions", get(definitions::handle))
        .route("/connect", get(connect::handle))
        .merge(import::routes())
        .merge(assets::routes())
        .fallback(frame::not_found)
}
