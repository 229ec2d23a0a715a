//! What proxies say about a request: `X-Forwarded-For`, `-Proto` and `-Host`, believed from those that
//! the merchant named and taken away from everybody else.
//!
//! `Forwarded` is not read: a proxy that writes one kind of header passes the other on as the client sent
//! it, so only one kind can be believed.

use std::net::IpAddr;
use std::str::FromStr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, header};
use axum::middleware::Next;
use axum::response::Response;

use super::{Client, Network, Peer};
use crate::state::App;

const FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
pub(super) const PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");
const HOST: HeaderName = HeaderName::from_static("x-forwarded-host");

/// Proxies that a request has come through, at most.
const HOPS: usize = 20;

/// A network of addresses, such as `10.0.0.0/8`; one address is a network too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    first: IpAddr,
    bits: u32,
}

impl Block {
    pub fn has(self, address: IpAddr) -> bool {
        let same = |one: u128, other: u128, width: u32| {
            self.bits == 0 || (one ^ other) >> (width - self.bits) == 0
        };
        match (self.first, address.to_canonical()) {
            (IpAddr::V4(first), IpAddr::V4(address)) => {
                same(first.to_bits().into(), address.to_bits().into(), 32)
            }
            (IpAddr::V6(first), IpAddr::V6(address)) => {
                same(first.to_bits(), address.to_bits(), 128)
            }
            _ => false,
        }
    }
}

impl FromStr for Block {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || {
            format!(
                "“{text}” is no address; write one such as 127.0.0.1, or a network such as 10.0.0.0/8"
            )
        };
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().map_err(|_| wrong())?;
        let first = address.to_canonical();
        let width = if first.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            None => width,
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= width).ok_or_else(wrong)?,
        };
        Ok(Self { first, bits })
    }
}

/// Finds out who a request comes from and under which name, and takes away what nobody may claim.
pub async fn arrive(State(app): State<Arc<App>>, mut request: Request, next: Next) -> Response {
    if let Some(Peer(peer)) = request.extensions().get::<Peer>().copied() {
        let client = weigh(app.network(), peer, request.headers_mut());
        request.extensions_mut().insert(Client(client));
    }
    next.run(request).await
}

/// The client's address. Afterwards `Host` is the name that the client asked for, and
/// `X-Forwarded-Proto` is there only if it can be believed.
fn weigh(network: &Network, peer: IpAddr, headers: &mut HeaderMap) -> IpAddr {
    let said: Vec<String> = headers
        .get_all(FOR)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(|hop| hop.trim().to_owned())
        .collect();
    headers.remove(FOR);
    let name = headers.remove(HOST);
    if !network.trusts(peer) {
        headers.remove(PROTO);
        return peer;
    }
    // Each proxy adds its client at the end: what stands before the first stranger is hearsay.
    let mut client = peer;
    for hop in said.iter().rev().take(HOPS) {
        let Some(address) = address_of(hop) else { break };
        client = address;
        if !network.trusts(address) {
            break;
        }
    }
    if let Some(name) = name {
        headers.insert(header::HOST, name);
    }
    client
}

/// `203.0.113.7`, `203.0.113.7:4711`, `2001:db8::1`, `[2001:db8::1]:4711`.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.split_once(']')).map(|(bare, _)| bare);
    let parsed = hop.parse::<IpAddr>().ok();
    let with_port = || hop.parse::<std::net::SocketAddr>().ok().map(|address| address.ip());
    let found = parsed.or_else(with_port).or_else(|| bare.and_then(|bare| bare.parse().ok()));
    found.map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn network(trusted: &[&str]) -> Network {
        let trusted = trusted.iter().map(|text| text.parse().unwrap()).collect();
        Network { trusted, ..Network::default() }
    }

    fn headers(all: &[(&'static str, &'static str)]) -> HeaderMap {
        let pairs = all.iter().map(|(name, value)| {
            (HeaderName::from_static(name), axum::http::HeaderValue::from_static(value))
        });
        let mut map = HeaderMap::new();
        for (name, value) in pairs {
            map.append(name, value);
        }
        map
    }

    #[test]
    fn a_network_has_its_addresses_and_no_others() {
        let has = |block: &str, address: &str| block.parse::<Block>().unwrap().has(ip(address));
        assert!(has("127.0.0.1", "127.0.0.1") && !has("127.0.0.1", "127.0.0.2"));
        assert!(has("10.0.0.0/8", "10.255.1.2") && !has("10.0.0.0/8", "11.0.0.1"));
        assert!(has("172.16.0.0/12", "172.31.0.1") && !has("172.16.0.0/12", "172.32.0.1"));
        assert!(has("2001:db8::/32", "2001:db8:9::1") && !has("2001:db8::/32", "2001:db9::1"));
        assert!(has("0.0.0.0/0", "203.0.113.7") && !has("0.0.0.0/0", "::1"));
        assert!(has("10.0.0.0/8", "::ffff:10.1.2.3"));
        for wrong in ["", "localhost", "10.0.0.0/33", "::/129", "10.0.0.0/-1", "10.0.0/8", "unix"] {
            assert!(wrong.parse::<Block>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn s109_the_client_is_the_rightmost_address_that_is_not_a_trusted_proxy() {
        let from = |trusted: &[&str], peer: &str, said: &[(&'static str, &'static str)]| {
            weigh(&network(trusted), ip(peer), &mut headers(said)).to_string()
        };
        let said = [("x-forwarded-for", "198.51.100.1, 203.0.113.7")];
        assert_eq!(from(&["127.0.0.1"], "127.0.0.1", &said), "203.0.113.7");
        assert_eq!(from(&["127.0.0.1", "203.0.113.0/24"], "127.0.0.1", &said), "198.51.100.1");
        // Nobody else is believed.
        assert_eq!(from(&[], "127.0.0.1", &said), "127.0.0.1");
        assert_eq!(from(&["127.0.0.1"], "192.0.2.9", &said), "192.0.2.9");
        // A second header goes on where the first ends.
        let twice = [("x-forwarded-for", "198.51.100.1"), ("x-forwarded-for", "203.0.113.8")];
        assert_eq!(from(&["127.0.0.1"], "127.0.0.1", &twice), "203.0.113.8");
        for (said, client) in [
            ("203.0.113.7:4711", "203.0.113.7"),
            ("[2001:db8::1]:4711", "2001:db8::1"),
            ("2001:db8::1", "2001:db8::1"),
            ("198.51.100.1, unknown", "127.0.0.1"),
            ("", "127.0.0.1"),
        ] {
            let said = [("x-forwarded-for", said)];
            assert_eq!(from(&["127.0.0.1"], "127.0.0.1", &said), client, "{said:?}");
        }
        let standard = [("forwarded", "for=198.51.100.1")];
        assert_eq!(from(&["127.0.0.1"], "127.0.0.1", &standard), "127.0.0.1");
    }

    #[test]
    fn s109_scheme_and_name_are_believed_from_a_trusted_proxy_only() {
        let said = [
            ("host", "127.0.0.1:8080"),
            ("x-forwarded-proto", "https"),
            ("x-forwarded-host", "comptoir.example"),
        ];
        let mut believed = headers(&said);
        weigh(&network(&["::1"]), ip("::1"), &mut believed);
        assert_eq!(believed.get("host").unwrap(), "comptoir.example");
        assert_eq!(believed.get(PROTO).unwrap(), "https");
        let mut claimed = headers(&said);
        weigh(&network(&["::1"]), ip("127.0.0.1"), &mut claimed);
        assert_eq!(claimed.get("host").unwrap(), "127.0.0.1:8080");
        assert!(claimed.get(PROTO).is_none() && claimed.get(HOST).is_none());
    }
}
