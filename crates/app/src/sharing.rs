//! Share links and embedded pages: one page of figures, read only, for whoever holds the link.

use std::net::IpAddr;

use axum::http::request::Parts;

use crate::access::Visitor;
use crate::state::App;

/// The visitor of a share link or of a signed link to an embedded page, if the request comes by one.
pub fn by_link(_app: &App, _request: &Parts, _from: Option<IpAddr>) -> Option<Visitor> {
    None
}
