//! The pages: each reads the records, asks the metrics, and hands view models to [`crate::ui`].

use std::sync::Arc;

use axum::Router;
use axum::routing::get;

use crate::state::App;

mod assets;
mod chart;
mod connect;
pub(crate) mod connections;
mod customers;
mod definitions;
mod explain;
mod export;
mod figure;
mod formula;
mod frame;
pub(crate) mod import;
mod live;
mod loyalty;
mod order;
mod orders;
pub(crate) mod overview;
mod paging;
mod products;
mod revenue;
mod sentence;
mod settings;
mod view;
mod why;

#[cfg(test)]
pub use assets::CSS;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/", get(overview::handle))
        .route("/explain", get(explain::handle))
        .route("/explain.csv", get(explain::csv))
        .route("/explain.xlsx", get(explain::xlsx))
        .route("/orders/{id}", get(order::handle))
        .route("/live", get(live::handle))
        .route("/definitions", get(definitions::handle))
        .route("/connect", get(connect::handle))
        .merge(connections::routes())
        .merge(customers::routes())
        .merge(export::routes())
        .merge(import::routes())
        .merge(loyalty::routes())
        .merge(orders::routes())
        .merge(products::routes())
        .merge(revenue::routes())
        .merge(settings::routes())
        .merge(why::routes())
        .merge(assets::routes())
        .fallback(frame::not_found)
}
