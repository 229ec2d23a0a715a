//! Whether a server may listen on an address that other machines reach.

use std::net::SocketAddr;

use anyhow::{Result, bail};

use crate::limits::Network;

/// Who could reach a server, and how.
#[derive(Debug, Clone, Copy)]
pub struct Exposure {
    listen: SocketAddr,
    /// Nobody is asked who they are.
    open: bool,
    /// A proxy that is named speaks TLS for it.
    tls: bool,
    /// The merchant knows that it does not.
    insecure: bool,
}

impl Exposure {
    pub fn of(listen: SocketAddr, open: bool, network: &Network, insecure: bool) -> Self {
        let public = network.public.as_ref().is_some_and(|public| public.secure);
        Self { listen, open, tls: public && !network.trusted.is_empty(), insecure }
    }

    /// Refuses an address that is not for this machine alone, unless there are accounts and TLS.
    pub fn check(self, account: bool) -> Result<()> {
        let Self { listen, open, tls, insecure } = self;
        if open {
            return loopback(listen);
        }
        if listen.ip().is_loopback() {
            return Ok(());
        }
        if !account {
            bail!(
                "{listen} can be reached from other machines, and nobody has an account yet; create the \
                 owner's first (comptoir user add --data DIR --email E --role owner), or listen on 127.0.0.1"
            );
        }
        if !tls && !insecure {
            bail!(
                "{listen} can be reached from other machines, and nothing says that a proxy speaks TLS for it; \
                 add --public-url https://… and --trusted-proxy with the proxy's address (docs/proxy.md), \
                 or --insecure-http if passwords may be read on the way"
            );
        }
        Ok(())
    }
}

/// Without accounts, whoever reaches the address reads everything.
pub fn loopback(listen: SocketAddr) -> Result<()> {
    if !listen.ip().is_loopback() {
        bail!(
            "{listen} can be reached from other machines, and this server asks nobody who they are; \
             listen on 127.0.0.1, or serve with accounts (comptoir serve without --open)"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Public;

    #[test]
    fn s109_other_machines_are_let_in_with_accounts_and_tls_only() {
        let network = |public: Option<&str>, proxy: bool| Network {
            public: public.and_then(Public::of),
            trusted: proxy.then(|| "10.0.0.2".parse().unwrap()).into_iter().collect(),
            by_number: true,
        };
        let https = Some("https://comptoir.example");
        let said = |listen: &str, open, network: &Network, insecure, account| {
            let listen = listen.parse().unwrap();
            let checked = Exposure::of(listen, open, network, insecure).check(account);
            checked.err().map(|error| error.to_string())
        };
        let with_tls = network(https, true);
        assert_eq!(said("0.0.0.0:8080", false, &with_tls, false, true), None);
        assert_eq!(said("[::]:8080", false, &network(None, false), true, true), None);
        assert_eq!(said("127.0.0.1:8080", false, &network(None, false), false, false), None);
        assert_eq!(said("[::1]:8080", true, &network(None, false), false, false), None);
        // No account: not even where the merchant insists.
        for listen in ["0.0.0.0:8080", "192.168.1.5:80", "[::]:8080", "[2001:db8::1]:80"] {
            assert!(said(listen, false, &with_tls, true, false).unwrap().contains("user add"));
            assert!(said(listen, true, &with_tls, true, true).unwrap().contains("--open"));
        }
        // No TLS, or nobody who is believed to speak it.
        for network in [
            network(None, false),
            network(None, true),
            network(https, false),
            network(Some("http://comptoir.example"), true),
        ] {
            let said = said("0.0.0.0:8080", false, &network, false, true);
            assert!(said.unwrap().contains("--trusted-proxy"));
        }
    }
}
