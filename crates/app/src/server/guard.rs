//! What every request passes before its sender is looked at: the name it was sent to, the site that sent
//! it, how many came before it.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Instant;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::Response;

use super::headers;
use super::refusal::Refusal;
use crate::limits::{self, Meter, Network, Rate};
use crate::state::{App, Door};

/// The longest address, in bytes: the filters of a page fit in it many times over.
const LONGEST: usize = 24 * 1024;

/// Pages, figures and forms of one client. Ten people behind one address stay far below it.
const PAGES: Rate = Rate { per_second: 50, at_once: 200 };

/// Requests of one client that brought a wrong token or signature. Right ones are not counted: a shop's
/// plugin may push thousands of single records a second.
const REFUSALS: Rate = Rate { per_second: 5, at_once: 100 };

/// Style sheet, script, icon: those that there are. What else begins like them is a page that is missing.
const ASSETS: [&str; 3] = ["/assets/app.css", "/assets/app.js", "/assets/favicon.svg"];

/// What the guard remembers.
#[derive(Clone)]
struct Gate {
    app: Arc<App>,
    pages: Arc<Meter>,
    refusals: Arc<Meter>,
}

/// Routes behind the guard.
pub fn guarded(routes: Router<Arc<App>>, app: &Arc<App>) -> Router<Arc<App>> {
    let gate = Gate {
        app: Arc::clone(app),
        pages: Arc::new(Meter::new(PAGES)),
        refusals: Arc::new(Meter::new(REFUSALS)),
    };
    routes
        .layer(middleware::from_fn_with_state(gate, guard))
        .layer(middleware::from_fn_with_state(Arc::clone(app), limits::arrive))
}

async fn guard(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let app = &gate.app;
    let facts = headers::Facts {
        // The name of this machine may be that of other servers too, which speak no TLS.
        secure_name: limits::is_tls(app, &parts.headers)
            && !limits::host(&parts.headers).is_some_and(is_loopback_name),
        private: app.door == Door::Accounts && !parts.uri.path().starts_with("/assets/"),
    };
    // Whoever is at this machine could do worse than to ask often.
    let client = limits::client(&parts).filter(|client| !client.is_loopback());
    let kind = Kind::of(parts.uri.path());
    let asked = parts.headers.clone();
    let path = parts.uri.path().to_owned();
    let refused = gate.refusal(kind, &parts, client);
    let mut response = match refused {
        Some(refusal) => refusal.answer(&asked, &path),
        None => next.run(Request::from_parts(parts, body)).await,
    };
    if kind != Kind::Page
        && matches!(response.status(), StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN)
        && let Some(client) = client
    {
        let _counted = gate.refusals.spend(client, Instant::now());
    }
    if response.status() == StatusCode::PAYLOAD_TOO_LARGE && kind == Kind::Page {
        response = Refusal::TooLarge.answer(&asked, &path);
    }
    headers::finish(response.headers_mut(), facts);
    response
}

/// What a request is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    /// For people, and for programs that read.
    Page,
    /// Records with a token, from wherever the shop is: no other site knows the token, so the name and the
    /// site don't matter.
    Door,
    /// Webhooks, and our own way in: a signature or a token, under a name of ours.
    Proof,
    /// Style sheet, script, icon.
    Asset,
}

impl Kind {
    fn of(path: &str) -> Self {
        if path.starts_with("/compat/") || path == "/api/v2/trackEvent" {
            Self::Door
        } else if path.starts_with("/hooks/") || path == "/api/v1/ingest" {
            Self::Proof
        } else if ASSETS.contains(&path) {
            Self::Asset
        } else {
            Self::Page
        }
    }
}

impl Gate {
    fn refusal(
        &self,
        kind: Kind,
        request: &axum::http::request::Parts,
        client: Option<IpAddr>,
    ) -> Option<Refusal> {
        if request.uri.path_and_query().is_some_and(|address| address.as_str().len() > LONGEST) {
            return Some(Refusal::TooLong);
        }
        if kind != Kind::Door && names_two(request) {
            return Some(Refusal::Name);
        }
        let network = self.app.network();
        let everywhere = self.app.door == Door::Accounts;
        let public = everywhere || request.uri.path().starts_with("/hooks/");
        let tls = limits::is_tls(&self.app, &request.headers);
        let refusal = match kind {
            Kind::Door => None,
            _ => refusal(&request.method, &request.headers, network, public, tls),
        };
        refusal.or_else(|| {
            let client = client?;
            let now = Instant::now();
            let counted = match kind {
                Kind::Asset => Ok(()),
                Kind::Page => self.pages.spend(client, now),
                Kind::Door | Kind::Proof => self.refusals.is_open(client, now),
            };
            counted.err().map(Refusal::TooOften)
        })
    }
}

/// Whether a request says more than one name that it is sent to: a proxy may have looked at the other.
fn names_two(request: &axum::http::request::Parts) -> bool {
    let mut said = request.headers.get_all(header::HOST).iter().map(HeaderValue::as_bytes);
    let host = said.next();
    let target = request.uri.authority().map(|authority| authority.as_str().as_bytes());
    said.next().is_some() || target.is_some_and(|target| Some(target) != host)
}

/// Why a request is refused for its name or its site, if it is. `public`: the public name is answered here.
fn refusal(
    method: &Method,
    headers: &HeaderMap,
    network: &Network,
    public: bool,
    tls: bool,
) -> Option<Refusal> {
    // A name that resolves to this machine could be anybody's (DNS rebinding).
    let host = limits::host(headers).unwrap_or("");
    let public = network.public.as_ref().filter(|known| public && known.is(host));
    let by_number = network.by_number && is_number(host);
    if public.is_none() && !by_number && !is_loopback_name(host) {
        return Some(Refusal::Name);
    }
    if method.is_safe() {
        return None;
    }
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(origin) = text(header::ORIGIN) {
        let own = if let Some(public) = public {
            origin == public.origin()
        } else {
            let plain = origin.strip_prefix("http://").filter(|_| !tls);
            // A proxy on this machine may speak TLS without saying so.
            let secure = origin.strip_prefix("https://").filter(|_| tls || !by_number);
            plain.or(secure).is_some_and(|own| own == host)
        };
        return (!own).then_some(Refusal::Foreign);
    }
    let site = text(HeaderName::from_static("sec-fetch-site"));
    site.is_some_and(|site| site != "same-origin" && site != "none").then_some(Refusal::Foreign)
}

fn is_loopback_name(host: &str) -> bool {
    name_of(host).is_some_and(|name| matches!(name, "127.0.0.1" | "localhost" | "[::1]"))
}

/// An address as numbers: nobody can give it to another machine.
fn is_number(host: &str) -> bool {
    name_of(host).is_some_and(|name| {
        let inner = name.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        inner.map_or_else(
            || name.parse::<std::net::Ipv4Addr>().is_ok(),
            |inner| inner.parse::<std::net::Ipv6Addr>().is_ok(),
        )
    })
}

/// A name without its port; `None` when what follows it is no port.
fn name_of(host: &str) -> Option<&str> {
    match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => port.parse::<u16>().is_ok().then_some(name),
        _ => Some(host),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::limits::Public;

    fn network(public: Option<&str>) -> Network {
        Network { public: public.and_then(Public::of), ..Network::default() }
    }

    fn refused_at(network: &Network, method: &Method, headers: &[(&str, &str)], tls: bool) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(
                HeaderName::try_from(*name).expect("a name"),
                value.parse().expect("a value"),
            );
        }
        refusal(method, &map, network, true, tls).is_some()
    }

    fn refused(method: &Method, headers: &[(&str, &str)]) -> bool {
        refused_at(&network(None), method, headers, false)
    }

    #[test]
    fn only_loopback_names_are_answered() {
        for host in ["127.0.0.1:8080", "localhost", "[::1]:8080", "localhost:1"] {
            assert!(!refused(&Method::GET, &[("host", host)]), "{host}");
        }
        for host in
            ["evil.example", "127.0.0.1.evil.example:8080", "", "localhost:evil", "10.0.0.1"]
        {
            assert!(refused(&Method::GET, &[("host", host)]), "{host}");
        }
    }

    #[test]
    fn s036_s109_the_public_name_is_answered_and_its_pages_may_write() {
        let public = network(Some("https://comptoir.example/base"));
        let host = ("host", "comptoir.example");
        let post = |headers: &[(&str, &str)]| refused_at(&public, &Method::POST, headers, true);
        assert!(!post(&[host]));
        assert!(!post(&[("host", "Comptoir.Example:443")]));
        assert!(!post(&[host, ("origin", "https://comptoir.example")]));
        // Another scheme, port, part of the domain or site is another origin.
        for origin in [
            "http://comptoir.example",
            "https://comptoir.example:8443",
            "https://www.comptoir.example",
            "https://comptoir.example.evil.example",
            "https://evil.example",
            "null",
            "",
        ] {
            assert!(post(&[host, ("origin", origin)]), "{origin}");
        }
        assert!(post(&[("host", "evil.example")]));
        assert!(post(&[host, ("sec-fetch-site", "cross-site")]));
        assert!(post(&[host, ("sec-fetch-site", "same-site")]));
        assert!(refused_at(&network(None), &Method::POST, &[host], false));
    }

    #[test]
    fn another_site_can_t_write() {
        let host = ("host", "localhost:8080");
        assert!(!refused(&Method::POST, &[host, ("origin", "http://localhost:8080")]));
        assert!(!refused(&Method::POST, &[host]));
        assert!(refused(&Method::POST, &[host, ("origin", "http://evil.example")]));
        assert!(refused(&Method::POST, &[host, ("origin", "http://localhost:9999")]));
        assert!(refused(&Method::POST, &[host, ("origin", "null")]));
        assert!(refused(&Method::POST, &[host, ("sec-fetch-site", "cross-site")]));
        assert!(!refused(&Method::GET, &[host, ("sec-fetch-site", "cross-site")]));
        // Behind TLS, the page without it is another site.
        let plain = [host, ("origin", "http://localhost:8080")];
        assert!(refused_at(&network(None), &Method::POST, &plain, true));
    }

    #[test]
    fn s109_on_the_network_an_address_in_numbers_is_answered_and_names_are_not() {
        let shown = Network { by_number: true, ..network(None) };
        let get = |host: &str| refused_at(&shown, &Method::GET, &[("host", host)], false);
        assert!(!get("192.168.1.5:8080") && !get("[2001:db8::1]:8080"));
        assert!(get("nas.local:8080") && get("192.168.1.5.evil.example") && get("[::1"));
        let post = |origin: &str| {
            let headers = [("host", "192.168.1.5:8080"), ("origin", origin)];
            refused_at(&shown, &Method::POST, &headers, false)
        };
        assert!(!post("http://192.168.1.5:8080"));
        assert!(post("http://192.168.1.6:8080") && post("https://192.168.1.5:8080"));
    }

    #[test]
    fn s109_a_request_has_one_name() {
        let two = |uri: &str, hosts: &[&str]| {
            let mut request = Request::builder().uri(uri);
            for host in hosts {
                request = request.header(header::HOST, *host);
            }
            names_two(&request.body(axum::body::Body::empty()).expect("a request").into_parts().0)
        };
        assert!(!two("/orders", &["comptoir.example"]) && !two("/orders", &[]));
        assert!(!two("http://comptoir.example/orders", &["comptoir.example"]));
        assert!(two("/orders", &["comptoir.example", "evil.example"]));
        assert!(two("/orders", &["comptoir.example", "comptoir.example"]));
        assert!(two("http://evil.example/orders", &["comptoir.example"]));
    }

    #[test]
    fn s109_a_missing_asset_counts_as_a_page() {
        for (path, kind) in [
            ("/assets/app.css", Kind::Asset),
            ("/assets/nothing", Kind::Page),
            ("/assets/../orders", Kind::Page),
            ("/orders", Kind::Page),
            ("/hooks/a", Kind::Proof),
            ("/compat/brevo/v3", Kind::Door),
        ] {
            assert_eq!(Kind::of(path), kind, "{path}");
        }
    }
}
