//! The cookies of a session, and of a sign-in that waits for its second factor.

use axum::http::{HeaderMap, HeaderValue, header};

use crate::state::App;

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
        let name = self.name(is_secure(app, headers));
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
        self.header(is_secure(app, headers), value, "")
    }

    /// The header that takes it back.
    pub fn clear(self, app: &App, headers: &HeaderMap) -> Option<HeaderValue> {
        self.header(is_secure(app, headers), "", "; Max-Age=0")
    }

    fn header(self, secure: bool, value: &str, more: &str) -> Option<HeaderValue> {
        let name = self.name(secure);
        let only_tls = if secure { "; Secure" } else { "" };
        let text = format!("{name}={value}; Path=/; HttpOnly; SameSite=Lax{only_tls}{more}");
        HeaderValue::try_from(text).ok()
    }
}

/// Whether the browser speaks TLS: it came to the public address, and that is one of TLS.
fn is_secure(app: &App, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let public = app.sync.public_url().and_then(|url| url.strip_prefix("https://"));
    let name = public.and_then(|rest| rest.split(['/', '?', '#']).next());
    name.is_some_and(|name| {
        let plain = |name: &str| name.trim_end_matches(":443").to_ascii_lowercase();
        plain(name) == plain(host)
    })
}

#[cfg(test)]
mod tests {
    use comptoir_store::Store;

    use super::*;
    use crate::state::Door;

    fn headers(host: &str, cookie: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::HOST, host.parse().unwrap());
        headers.insert(header::COOKIE, cookie.parse().unwrap());
        headers
    }

    #[test]
    fn s109_a_cookie_of_tls_is_of_this_host_alone_and_never_sent_in_the_clear() {
        let app = App::new(Store::in_memory().unwrap(), Door::Accounts);
        app.sync.reached_at("https://comptoir.example".into());
        let both = "comptoir=plain; __Host-comptoir=safe; lang=fr";
        let outside = headers("comptoir.example", both);
        let set = Cookie::Session.set(&app, &outside, "abc").unwrap();
        assert_eq!(set, "__Host-comptoir=abc; Path=/; HttpOnly; SameSite=Lax; Secure");
        // A cookie that somebody planted without TLS is not looked at.
        assert_eq!(Cookie::Session.read(&app, &outside).as_deref(), Some("safe"));
        let inside = headers("127.0.0.1:8080", both);
        assert_eq!(Cookie::Session.read(&app, &inside).as_deref(), Some("plain"));
        let cleared = Cookie::Step.clear(&app, &inside).unwrap();
        assert_eq!(cleared, "comptoir-step=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0");
        assert_eq!(Cookie::Step.read(&app, &inside), None);
    }
}
