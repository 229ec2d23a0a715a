//! What protects the server from too much: the address that a client counts under, rates, sizes, times.

use std::net::IpAddr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::state::App;

/// The address of the client: of the connection, or what a trusted proxy says it is.
pub fn client(_app: &App, _request: &Parts) -> Option<IpAddr> {
    None
}

/// Whether the browser speaks TLS: it came to the public address, and that is one of TLS.
pub fn is_tls(app: &App, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let public = app.sync.public_url().and_then(|url| url.strip_prefix("https://"));
    let name = public.and_then(|rest| rest.split(['/', '?', '#']).next());
    name.is_some_and(|name| {
        let plain = |name: &str| name.trim_end_matches(":443").to_ascii_lowercase();
        plain(name) == plain(host)
    })
}
