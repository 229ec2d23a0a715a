//! Share links and embedded pages: one page of figures, read only, for whoever holds the link.
//!
//! Nobody is known by such a link anywhere but at its own address: the handlers of `/s/…` and
//! `/embed/…` check it themselves, and draw one page at a desk that has its shops and no others.

pub mod embed;
pub mod password;
pub mod still;

use std::net::IpAddr;
use std::sync::Arc;

use comptoir_store::sharing::Share;
use comptoir_store::tokens::Opened;

use crate::access::{Right, Rights, Visitor, Who};

/// Whoever opened a share link: figures, of the shops it was made for.
pub fn by_link(share: &Share, from: Option<IpAddr>) -> Visitor {
    visitor(Who::Share { id: share.id }, Some(Arc::from(share.shops.as_slice())), from)
}

/// A page of a back office, by a link that was signed with this token.
pub fn by_signature(token: &Opened, from: Option<IpAddr>) -> Visitor {
    let shops = token.shop.as_ref().map(|shop| Arc::from([shop.id]));
    visitor(Who::Embed { token: token.id }, shops, from)
}

fn visitor(who: Who, shops: Option<Arc<[i64]>>, from: Option<IpAddr>) -> Visitor {
    Visitor { who, role: None, rights: Rights::of(&[Right::Figures]), shops, from }
}

/// A site that may show embedded pages: `https://`, a name, perhaps a port; this machine may do
/// without TLS, to try things out. What was typed, as a browser writes it; `None` when it is no such thing.
pub fn origin(typed: &str) -> Option<String> {
    let typed = typed.trim().trim_end_matches('/').to_ascii_lowercase();
    let (scheme, rest) = typed.split_once("://")?;
    let (name, port) = rest.split_once(':').map_or((rest, None), |(name, port)| (name, Some(port)));
    let here = matches!(name, "localhost" | "127.0.0.1");
    if !(scheme == "https" || (scheme == "http" && here)) || name.len() > 253 {
        return None;
    }
    let label = |label: &str| {
        let inner = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let usual = if scheme == "https" { 443 } else { 80 };
    let port = match port {
        None => None,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            Some(digits.parse::<u16>().ok().filter(|port| *port > 0)?)
        }
        Some(_) => return None,
    };
    let port = port.filter(|port| *port != usual).map(|port| format!(":{port}"));
    name.split('.').all(label).then(|| format!("{scheme}://{name}{}", port.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s128_a_site_that_may_frame_is_a_name_over_tls_and_nothing_else() {
        let check =
            |typed: &str, kept: &str| assert_eq!(origin(typed).as_deref(), Some(kept), "{typed}");
        check("https://boutique.example", "https://boutique.example");
        check(" https://Admin.Boutique.example:8443/ ", "https://admin.boutique.example:8443");
        check("https://boutique.example:443", "https://boutique.example");
        check("http://localhost:8000", "http://localhost:8000");
        for wrong in [
            "",
            "*",
            "https://",
            "https://*",
            "https://*.example",
            "http://boutique.example",
            "boutique.example",
            "javascript://boutique.example",
            "https://boutique.example/admin",
            "https://boutique.example https://evil.example",
            "https://boutique.example;script-src *",
            "https://user@boutique.example",
            "https://boutique.example:0",
            "https://boutique.example:99999",
            "https://boutique.example:",
            "https://-a.example",
            "https://é.example",
        ] {
            assert_eq!(origin(wrong), None, "{wrong}");
        }
    }
}
