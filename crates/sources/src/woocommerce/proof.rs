//! How the key proves itself: HTTP Basic over TLS, in the address where a host strips that header, and
//! a signature over plain http.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use url::Url;

use super::oauth;
use crate::http::Ask;

/// The key, and what was learnt of how this shop takes it.
pub(super) struct Proof {
    key: String,
    secret: String,
    /// The host strips the header with the key: it goes into the address (over TLS only).
    pub(super) in_query: bool,
    /// Seconds that the shop's clock is ahead of this machine's.
    pub(super) skew: i64,
    /// The shop verifies signatures over its own idea of its address: behind a proxy, or reached as
    /// `localhost`, that is another one.
    pub(super) home: Option<Url>,
}

impl Proof {
    pub(super) fn new(key: &str, secret: &str) -> Self {
        let (key, secret) = (key.to_owned(), secret.to_owned());
        Self { key, secret, in_query: false, skew: 0, home: None }
    }

    /// A request with its proof; one over plain http may be sent once.
    pub(super) fn ask(
        &self,
        method: &'static str,
        url: &Url,
        site: &Url,
        body: Option<&[u8]>,
    ) -> Ask {
        let body = body.map(<[u8]>::to_vec);
        let mut ask = Ask { method, url: url.clone(), headers: Vec::new(), body };
        if ask.body.is_some() {
            ask = ask.header("content-type", "application/json");
        }
        if url.scheme() == "http" {
            let nonce = format!("{:016x}{:016x}", fastrand::u64(..), fastrand::u64(..));
            let seconds = machine_seconds() + self.skew;
            let signed = match &self.home {
                Some(home) => moved(url, site, home),
                None => url.clone(),
            };
            let (key, secret) = (&self.key, &self.secret);
            add(&mut ask.url, &oauth::parameters(method, &signed, key, secret, seconds, &nonce));
            ask
        } else if self.in_query {
            let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            let pairs = [pair("consumer_key", &self.key), pair("consumer_secret", &self.secret)];
            add(&mut ask.url, &pairs);
            ask
        } else {
            let basic = STANDARD.encode(format!("{}:{}", self.key, self.secret));
            ask.header("authorization", &format!("Basic {basic}"))
        }
    }
}

/// The same request at another address of the shop.
fn moved(url: &Url, site: &Url, home: &Url) -> Url {
    let inside = url.path().strip_prefix(site.path()).unwrap_or_default();
    let mut there = home.clone();
    there.set_path(&format!("{}{inside}", home.path()));
    there.set_query(url.query());
    there
}

/// Adds parameters to an address, encoded as they are signed.
pub(super) fn add(url: &mut Url, pairs: &[(String, String)]) {
    if pairs.is_empty() {
        return;
    }
    let mut query =
        url.query().filter(|query| !query.is_empty()).map(str::to_owned).unwrap_or_default();
    for (name, value) in pairs {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&oauth::percent(name));
        query.push('=');
        query.push_str(&oauth::percent(value));
    }
    url.set_query(Some(&query));
}

/// Seconds since 1970 on this machine: a signature is made of the time at which it travels.
#[expect(
    clippy::disallowed_methods,
    reason = "an OAuth signature proves when it was made; no figure depends on it"
)]
pub(super) fn machine_seconds() -> i64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(proof: &Proof, typed: &str) -> Ask {
        let url = Url::parse(typed).expect("an address");
        let site = Url::parse("https://shop.example/").expect("an address");
        proof.ask("GET", &url, &site, None)
    }

    #[test]
    fn over_tls_the_key_is_in_a_header_and_not_in_the_address() {
        let ask =
            ask(&Proof::new("ck_1", "cs_2"), "https://shop.example/wp-json/wc/v3/orders?page=1");
        // printf 'ck_1:cs_2' | base64
        assert_eq!(ask.headers, [("authorization".to_owned(), "Basic Y2tfMTpjc18y".to_owned())]);
        assert_eq!(ask.url.query(), Some("page=1"));
    }

    #[test]
    fn where_a_host_strips_the_header_it_is_in_the_address() {
        let proof = Proof { in_query: true, ..Proof::new("ck_1", "cs_2") };
        let ask = ask(&proof, "https://shop.example/wp-json/wc/v3/orders?page=1");
        assert_eq!(ask.url.query(), Some("page=1&consumer_key=ck_1&consumer_secret=cs_2"));
        assert!(ask.headers.is_empty());
    }

    /// Even then: never over plain http.
    #[test]
    fn over_plain_http_the_secret_never_travels_and_no_two_requests_are_alike() {
        let proof = Proof { in_query: true, ..Proof::new("ck_1", "cs_2") };
        let asks = [(); 2].map(|()| ask(&proof, "http://shop.example/wp-json/wc/v3/orders"));
        for ask in &asks {
            assert!(ask.headers.is_empty() && !ask.url.as_str().contains("cs_2"));
            assert!(ask.url.query().is_some_and(|query| query.contains("oauth_signature=")));
        }
        assert_ne!(asks[0].url, asks[1].url);
    }

    #[test]
    fn what_is_signed_is_the_address_that_the_shop_knows() {
        let parse = |text: &str| Url::parse(text).expect("an address");
        let (site, home) = (parse("http://localhost/shop/"), parse("http://my.example:8088/"));
        let there =
            moved(&parse("http://localhost/shop/wp-json/wc/v3/orders?page=1"), &site, &home);
        assert_eq!(there.as_str(), "http://my.example:8088/wp-json/wc/v3/orders?page=1");
    }
}
