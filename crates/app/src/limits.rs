//! What protects the server from too much, and from whoever says to be somebody else: the address that
//! a client counts under, rates, sizes, times.

use std::net::IpAddr;

use axum::http::request::Parts;
use axum::http::{HeaderMap, header};

use crate::state::App;

mod forwarded;
mod rate;

pub use forwarded::{Block, arrive};
pub use rate::{Meter, Rate, network};

/// How the outside reaches this server: said once, when it starts.
#[derive(Debug, Default)]
pub struct Network {
    /// The proxies whose word about a client is believed.
    pub trusted: Vec<Block>,
    /// The address under which browsers and platforms come.
    pub public: Option<Public>,
    /// It listens on an address of the network: its own number is a name too.
    pub by_number: bool,
}

/// Scheme and name of an address such as `https://comptoir.example`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Public {
    pub secure: bool,
    /// The name, with its port when it isn't the scheme's own.
    pub host: String,
}

impl Network {
    pub fn trusts(&self, address: IpAddr) -> bool {
        self.trusted.iter().any(|block| block.has(address))
    }
}

impl Public {
    /// Of an address; `None` for one that is not of the web.
    pub fn of(address: &str) -> Option<Self> {
        let (scheme, rest) = address.split_once("://")?;
        let secure = match scheme {
            "https" => true,
            "http" => false,
            _ => return None,
        };
        let host = rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())?;
        Some(Self { secure, host: plain_host(host, secure) })
    }

    /// Whether a request under that name is one to this address.
    pub fn is(&self, host: &str) -> bool {
        self.host == plain_host(host, self.secure)
    }

    /// As a browser writes it in `Origin`.
    pub fn origin(&self) -> String {
        format!("{}://{}", if self.secure { "https" } else { "http" }, self.host)
    }
}

/// A name in lower case, without the port that its scheme has anyway.
fn plain_host(host: &str, secure: bool) -> String {
    let host = host.to_ascii_lowercase();
    let port = if secure { ":443" } else { ":80" };
    host.strip_suffix(port).map(str::to_owned).unwrap_or(host)
}

/// Who a connection comes from.
#[derive(Debug, Clone, Copy)]
pub struct Peer(pub IpAddr);

/// Who a request comes from, once a proxy's word was weighed.
#[derive(Debug, Clone, Copy)]
struct Client(IpAddr);

/// The address of the client: of the connection, or what a trusted proxy says it is. `None` by the data
/// folder's socket.
pub fn client(_app: &App, request: &Parts) -> Option<IpAddr> {
    request.extensions.get::<Client>().map(|client| client.0)
}

/// Whether the browser speaks TLS: a trusted proxy says so, or it is the only way to the public address.
/// [`arrive`] has taken away what others say.
pub fn is_tls(app: &App, headers: &HeaderMap) -> bool {
    let told = headers.get(forwarded::PROTO).is_some_and(|value| value == "https");
    told || app
        .network()
        .public
        .as_ref()
        .is_some_and(|public| public.secure && host(headers).is_some_and(|host| public.is(host)))
}

/// The name that a request was sent to.
pub fn host(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::HOST)?.to_str().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s036_an_address_is_recognised_by_its_name_and_port() {
        let public = Public::of("https://Comptoir.example/base").unwrap();
        assert_eq!(public.origin(), "https://comptoir.example");
        for host in ["comptoir.example", "COMPTOIR.example", "comptoir.example:443"] {
            assert!(public.is(host), "{host}");
        }
        for host in ["comptoir.example:8443", "evil.example", "comptoir.example.evil.example", ""] {
            assert!(!public.is(host), "{host}");
        }
        let plain = Public::of("http://10.0.0.5:8080").unwrap();
        assert!(!plain.secure && plain.is("10.0.0.5:8080") && !plain.is("10.0.0.5"));
        assert_eq!(Public::of("ftp://a"), None);
        assert_eq!(Public::of("https:///"), None);
    }
}
