//! Headers of every answer: a page loads nothing from elsewhere, stands in no other site's frame, and is
//! kept by no cache.

use axum::http::{HeaderMap, HeaderName, HeaderValue, header};

/// What the headers depend on.
#[derive(Debug, Clone, Copy)]
pub struct Facts {
    /// The browser came by TLS, under a name that is this server's alone.
    pub secure_name: bool,
    /// The answer is for whoever is signed in.
    pub private: bool,
}

const POLICY: &str = "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'";

/// A route may say otherwise.
const UNLESS_SAID: [(HeaderName, &str); 6] = [
    (header::REFERRER_POLICY, "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    ),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    // A share link that was posted somewhere is no reason to list its figures.
    (HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
];

/// Two years. Not for the names below ours: they may belong to others.
const STRICT: &str = "max-age=63072000";

/// Puts the headers on an answer.
pub fn finish(headers: &mut HeaderMap, facts: Facts) {
    // A page that may be embedded says itself where: an older header would forbid what it allows.
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY) {
        headers.insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
        headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    }
    for (name, value) in UNLESS_SAID {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    if facts.secure_name {
        headers.insert(header::STRICT_TRANSPORT_SECURITY, HeaderValue::from_static(STRICT));
    }
    if facts.private {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(own: &[(HeaderName, &'static str)], facts: Facts) -> HeaderMap {
        let mut headers: HeaderMap = own
            .iter()
            .map(|(name, value)| (name.clone(), HeaderValue::from_static(value)))
            .collect();
        finish(&mut headers, facts);
        headers
    }

    #[test]
    fn s109_nothing_from_elsewhere_and_in_no_frame() {
        let facts = Facts { secure_name: false, private: false };
        let headers = finished(&[(header::CACHE_CONTROL, "no-cache")], facts);
        let policy = headers.get(header::CONTENT_SECURITY_POLICY).unwrap().to_str().unwrap();
        for part in ["default-src 'self'", "object-src 'none'", "base-uri 'none'"] {
            assert!(policy.contains(part), "{part}");
        }
        assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("unsafe"));
        assert_eq!(headers.get(header::X_FRAME_OPTIONS).unwrap(), "DENY");
        assert_eq!(headers.get(header::CACHE_CONTROL).unwrap(), "no-cache");
        assert!(headers.get(header::STRICT_TRANSPORT_SECURITY).is_none());
        let embedded = [(header::CONTENT_SECURITY_POLICY, "frame-ancestors https://shop.example")];
        let headers = finished(&embedded, facts);
        assert!(headers.get(header::X_FRAME_OPTIONS).is_none());
        assert_eq!(headers.get(header::CONTENT_SECURITY_POLICY).unwrap(), embedded[0].1);
    }

    #[test]
    fn s109_tls_is_kept_and_pages_are_not() {
        let facts = Facts { secure_name: true, private: true };
        let headers = finished(&[(header::CACHE_CONTROL, "max-age=60")], facts);
        assert_eq!(headers.get(header::CACHE_CONTROL).unwrap(), "no-store");
        assert!(headers.get(header::STRICT_TRANSPORT_SECURITY).is_some());
    }
}
