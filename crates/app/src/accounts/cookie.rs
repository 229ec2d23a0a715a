//! The cookies of a session, and of a sign-in that waits for its second factor.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::limits;
use crate::state::App;

/// What takes a cookie back.
const GONE: &str = "; Max-Age=0";

/// What a cookie is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cookie {
    Session,
    /// The password was right, the second factor is still missing.
    Step,
}

impl Cookie {
    /// Over TLS, a name that browsers take from this very host only, and give to nothing else.
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Self::Session, true) => "__Host-comptoir",
            (Self::Session, false) => "comptoir",
            (Self::Step, true) => "__Host-comptoir-step",
            (Self::Step, false) => "comptoir-step",
        }
    }

    /// The cookie's value in a request.
    pub fn read(self, app: &App, headers: &HeaderMap) -> Option<String> {
        self.find(limits::is_tls(app, headers), headers)
    }

    fn find(self, secure: bool, headers: &HeaderMap) -> Option<String> {
        let name = self.name(secure);
        headers
            .get_all(header::COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .find(|(known, _)| *known == name)
            .map(|(_, value)| value.to_owned())
    }

    /// The header that sets it, until the browser is closed.
    pub fn set(self, app: &App, headers: &HeaderMap, value: &str) -> Option<HeaderValue> {
        self.header(limits::is_tls(app, headers), value, "")
    }

    /// The header that takes it back.
    pub fn clear(self, app: &App, headers: &HeaderMap) -> Option<HeaderValue> {
        self.header(limits::is_tls(app, headers), "", GONE)
    }

    fn header(self, secure: bool, value: &str, more: &str) -> Option<HeaderValue> {
        let name = self.name(secure);
        let only_tls = if secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{only_tls}{more}");
        HeaderValue::try_from(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s109_a_cookie_of_tls_is_of_this_host_alone_and_never_sent_in_the_clear() {
        let mut headers = HeaderMap::new();
        let both = "comptoir=plain; __Host-comptoir=safe; lang=fr";
        headers.insert(header::COOKIE, both.parse().unwrap());
        let set = Cookie::Session.header(true, "abc", "").unwrap();
        assert_eq!(set, "__Host-comptoir=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        // A cookie that somebody planted without TLS is not looked at.
        assert_eq!(Cookie::Session.find(true, &headers).as_deref(), Some("safe"));
        assert_eq!(Cookie::Session.find(false, &headers).as_deref(), Some("plain"));
        let cleared = Cookie::Step.header(false, "", GONE).unwrap();
        assert_eq!(cleared, "comptoir-step=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(Cookie::Step.find(false, &headers), None);
    }
}
