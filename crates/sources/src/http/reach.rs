//! Where a request may go: a shop on the Internet can't lead us into a private network.

use std::net::{IpAddr, SocketAddr};

use ureq::http;
use ureq::unversioned::resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver};
use ureq::unversioned::transport::NextTimeout;
use url::Url;

/// Looks names up, and refuses those that lead into a private network; only the shop's own host may,
/// where that was said.
#[derive(Debug)]
pub(super) struct Guarded {
    pub(super) inner: DefaultResolver,
    pub(super) private_host: Option<String>,
}

impl Resolver for Guarded {
    fn resolve(
        &self,
        uri: &http::Uri,
        config: &ureq::config::Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, ureq::Error> {
        let found = self.inner.resolve(uri, config, timeout)?;
        let allowed = self.private_host.as_deref().is_some_and(|host| uri.host() == Some(host));
        if !allowed && found.iter().any(|address| is_private(address.ip())) {
            return Err(ureq::Error::Other(Box::new(PrivateAddress)));
        }
        Ok(found)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("the name leads into a private network")]
pub(super) struct PrivateAddress;

/// Whether a shop's host is in a private network, as its name resolves now.
pub fn leads_inside(url: &Url) -> bool {
    let Ok(found) = url.socket_addrs(|| None) else { return false };
    found.iter().map(SocketAddr::ip).any(is_private)
}

/// Loopback, private, link-local, carrier-grade and other addresses that are not on the Internet.
fn is_private(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, ..] = v4.octets();
            v4.is_private()
                || v4.is_loopback()
                || v4.is_link_local()
                || v4.is_unspecified()
                || v4.is_broadcast()
                || v4.is_multicast()
                || a == 0
                || a >= 240
                || (a == 100 && (64..128).contains(&b))
                || (a == 198 && (18..20).contains(&b))
                || (a == 192 && b == 0)
        }
        IpAddr::V6(v6) => {
            let first = v6.segments()[0];
            // Mapped into IPv6, or in its old "compatible" form.
            v6.to_ipv4().is_some_and(|v4| is_private(IpAddr::V4(v4)))
                || v6.is_loopback()
                || v6.is_unspecified()
                || v6.is_multicast()
                || first & 0xfe00 == 0xfc00
                || first & 0xffc0 == 0xfe80
                || first & 0xffc0 == 0xfec0
                // NAT64, 6to4 and Teredo carry an IPv4 address inside.
                || first == 0x2002
                || v6.segments()[..2] == [0x2001, 0]
                || v6.segments()[..2] == [0x64, 0xff9b]
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_private_address_in_disguise_is_one() {
        for typed in
            ["http://2130706433", "http://0x7f.1", "http://0177.0.0.1", "http://[::ffff:7f00:1]"]
        {
            assert!(leads_inside(&crate::http::address(typed).expect(typed)), "{typed}");
        }
    }

    #[test]
    fn private_networks_are_known() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "192.168.0.1",
            "172.16.0.1",
            "169.254.169.254",
            "0.0.0.0",
            "100.64.0.1",
            "::1",
            "fd00::1",
            "fe80::1",
            "::ffff:10.0.0.1",
            "2002:7f00:1::",
            "2001:0:7f00:1::",
            "::7f00:1",
            "fec0::1",
            "64:ff9b::a00:1",
        ] {
            assert!(is_private(private.parse().expect(private)), "{private}");
        }
        for public in ["93.184.216.34", "2606:2800:220:1::1", "172.32.0.1", "100.128.0.1"] {
            assert!(!is_private(public.parse().expect(public)), "{public}");
        }
    }
}
