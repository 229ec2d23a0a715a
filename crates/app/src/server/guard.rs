//! What protects a server without accounts: loopback names only, no request sent by another site,
//! and pages that load nothing from elsewhere.

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};

use crate::api::problem::Problem;
use crate::state::App;

/// Headers of every answer.
const HEADERS: [(HeaderName, &str); 5] = [
    (
        header::CONTENT_SECURITY_POLICY,
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
];

/// `public`: the address under which platforms reach this server; its name is answered to on the way
/// of webhooks only, which bring their own signature.
pub fn guarded(routes: Router<Arc<App>>, public: Option<&str>) -> Router<Arc<App>> {
    let public = public.and_then(host_of).map(Arc::<str>::from);
    routes.layer(middleware::from_fn(move |request, next| guard(public.clone(), request, next)))
}

async fn guard(public: Option<Arc<str>>, request: Request, next: Next) -> Response {
    // Every request through a door proves its right by a token that no other site knows, and comes from
    // wherever the shop is.
    let path = request.uri().path();
    let door = path.starts_with("/compat/") || path == "/api/v2/trackEvent";
    let public = public.filter(|_| path.starts_with("/hooks/"));
    let refused =
        if door { None } else { refusal(request.method(), request.headers(), public.as_deref()) };
    let mut response = match refused {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    };
    // An embedded page says itself who may frame it, a shared one that nobody is told where it was read.
    for (name, value) in HEADERS {
        if !response.headers().contains_key(&name) {
            response.headers_mut().insert(name, HeaderValue::from_static(value));
        }
    }
    response
}

/// The name, with its port if it has one, of an address such as `https://comptoir.example`.
fn host_of(address: &str) -> Option<&str> {
    let (_, rest) = address.split_once("://")?;
    rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

/// Why a request is refused, if it is. `public`: another name that is answered to here.
fn refusal(method: &Method, headers: &HeaderMap, public: Option<&str>) -> Option<Problem> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    // A name that resolves to 127.0.0.1 could be anybody's (DNS rebinding).
    let host = text(header::HOST).unwrap_or("");
    let is_public = public.is_some_and(|public| public.eq_ignore_ascii_case(host));
    if !is_public && !is_loopback_name(host) {
        return Some(Problem::forbidden(
            "this server answers only to 127.0.0.1, ::1 and localhost; open it under one of these names",
        ));
    }
    if method.is_safe() {
        return None;
    }
    let foreign = Problem::forbidden(
        "the request was sent by another site; open the page here and try again",
    );
    if let Some(origin) = text(header::ORIGIN) {
        let own = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
        return (own != Some(host)).then_some(foreign);
    }
    let site = text(HeaderName::from_static("sec-fetch-site"));
    site.is_some_and(|site| site != "same-origin" && site != "none").then_some(foreign)
}

fn is_loopback_name(host: &str) -> bool {
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.contains(']') => (name, Some(port)),
        _ => (host, None),
    };
    port.is_none_or(|port| port.parse::<u16>().is_ok())
        && matches!(name, "127.0.0.1" | "localhost" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(method: &Method, headers: &[(&str, &str)]) -> bool {
        refused_at(method, headers, None)
    }

    fn refused_at(method: &Method, headers: &[(&str, &str)], public: Option<&str>) -> bool {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.insert(
                HeaderName::try_from(*name).expect("a name"),
                value.parse().expect("a value"),
            );
        }
        refusal(method, &map, public).is_some()
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
    fn s036_the_public_name_is_answered_where_it_is_allowed() {
        let public = host_of("https://comptoir.example/base");
        assert_eq!(public, Some("comptoir.example"));
        let host = [("host", "comptoir.example")];
        assert!(!refused_at(&Method::POST, &host, public));
        assert!(!refused_at(&Method::POST, &[("host", "Comptoir.Example")], public));
        assert!(refused_at(&Method::POST, &host, None));
        assert!(refused_at(&Method::POST, &[("host", "evil.example")], public));
        assert!(refused_at(&Method::POST, &[host[0], ("origin", "http://evil.example")], public));
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
    }
}
