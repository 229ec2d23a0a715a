//! The pages: each reads the records, asks the metrics, and hands view models to [`crate::ui`].

use crate::access::{Need, Right, Routes};

mod accounts;
mod assets;
mod audit;
mod backups;
mod chart;
mod connect;
pub(crate) mod connections;
mod customers;
mod definitions;
mod explain;
mod export;
mod figure;
mod form;
mod formula;
mod frame;
pub(crate) mod import;
mod live;
mod loyalty;
mod order;
mod orders;
pub(crate) mod overview;
mod paging;
mod preparation;
mod privacy;
mod products;
mod revenue;
mod segment;
mod sentence;
mod settings;
mod sharing;
mod tokens;
mod view;
mod why;

#[cfg(test)]
pub use assets::CSS;

#[cfg(test)]
pub use frame::page as prepared;
pub use frame::{PageError, busy, forbidden, html_page, lang};

pub fn routes() -> Routes {
    Routes::new()
        .get("/", Right::Figures, overview::handle)
        .get("/explain", Right::Figures, explain::handle)
        .get("/explain.csv", (Right::Orders, Right::Export), explain::csv)
        .get("/explain.xlsx", (Right::Orders, Right::Export), explain::xlsx)
        .get("/orders/{id}", Right::Orders, order::handle)
        .get("/live", Right::Orders, live::handle)
        .get("/definitions", Right::Figures, definitions::handle)
        .get("/connect", Right::Connections, connect::handle)
        .merge(accounts::routes())
        .merge(audit::routes())
        .merge(backups::routes())
        .merge(connections::routes())
        .merge(customers::routes())
        .merge(export::routes())
        .merge(import::routes())
        .merge(loyalty::routes())
        .merge(orders::routes())
        .merge(preparation::routes())
        .merge(privacy::routes())
        .merge(products::routes())
        .merge(revenue::routes())
        .merge(settings::routes())
        .merge(sharing::routes())
        .merge(tokens::routes())
        .merge(why::routes())
        .merge(assets::routes())
        .fallback(Need::Nothing, frame::not_found)
}
