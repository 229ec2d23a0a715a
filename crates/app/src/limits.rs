//! What protects the server from too much: the address that a client counts under, rates, sizes, times.

use std::net::IpAddr;

use axum::http::request::Parts;

use crate::state::App;

/// The address of the client: of the connection, or what a trusted proxy says it is.
pub fn client(_app: &App, _request: &Parts) -> Option<IpAddr> {
    None
}
