//! Vendors' APIs, imitated: existing plugins and SDKs push here, base URL swapped and nothing else. The
//! token that they send as their key decides the shop. Bodies become records and are then forgotten.

use crate::access::{Need, Routes};

mod activecampaign;
mod answer;
mod brevo;
mod carts;
mod door;
mod ga4;

pub use ga4::Visits;

/// The largest body: a thousand of the largest orders fit in it.
const MAX_BODY: usize = 16 * 1024 * 1024;

pub fn routes() -> Routes {
    Routes::new()
        .any_up_to("/compat/brevo/{*path}", Need::OwnProof, MAX_BODY, brevo::handle)
        .any_up_to("/api/v2/trackEvent", Need::OwnProof, MAX_BODY, brevo::track)
        .any_up_to(
            "/compat/activecampaign/{*path}",
            Need::OwnProof,
            MAX_BODY,
            activecampaign::handle,
        )
        .any_up_to("/compat/ga4/mp/collect", Need::OwnProof, MAX_BODY, ga4::collect)
        .any_up_to("/compat/ga4/debug/mp/collect", Need::OwnProof, MAX_BODY, ga4::validate)
}
