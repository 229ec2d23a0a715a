//! Vendors' APIs, imitated: existing plugins and SDKs push here, base URL swapped and nothing else. The
//! token that they send as their key decides the shop. Bodies become records and are then forgotten.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::any;

use crate::state::App;

mod activecampaign;
mod answer;
mod brevo;
mod carts;
mod door;
mod ga4;

pub use ga4::Visits;

/// The largest body: a thousand of the largest orders fit in it.
const MAX_BODY: usize = 16 * 1024 * 1024;

pub fn routes() -> Router<Arc<App>> {
    Router::new()
        .route("/compat/brevo/{*path}", any(brevo::handle))
        .route("/api/v2/trackEvent", any(brevo::track))
        .route("/compat/activecampaign/{*path}", any(activecampaign::handle))
        .route("/compat/ga4/mp/collect", any(ga4::collect))
        .route("/compat/ga4/debug/mp/collect", any(ga4::validate))
        .layer(DefaultBodyLimit::max(MAX_BODY))
}
