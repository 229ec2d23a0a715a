//! The key at the door: OAuth 1.0a as the standard and `WooCommerce` verify it, written apart from the
//! connector so that the two can disagree.

use std::collections::HashSet;
use std::fmt::Write as _;

use base64::Engine as _;
use ring::hmac;

use super::{Request, Response, error};

pub struct Lock {
    pub key: String,
    pub secret: String,
    /// Nonces may be used once.
    used: HashSet<String>,
    /// The shop's own idea of its address, if it is not the one it is reached at.
    pub home: Option<String>,
    /// Seconds that the shop's clock is ahead.
    pub ahead: i64,
    /// The key may not read (403), as for a user without the capability.
    pub no_rights: bool,
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            key: "ck_0123456789abcdef".to_owned(),
            secret: "cs_fedcba9876543210".to_owned(),
            used: HashSet::new(),
            home: None,
            ahead: 0,
            no_rights: false,
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "a server has a clock")]
fn clock() -> i64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    i64::try_from(now.expect("after 1970").as_secs()).expect("a second")
}

fn encoded(text: &str) -> String {
    let mut all = String::new();
    for byte in text.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                all.push(byte as char);
            }
            _ => write!(all, "%{byte:02X}").expect("a string grows"),
        }
    }
    all
}

impl Lock {
    pub fn opens(&mut self, request: &Request) -> Result<(), Response> {
        let wrong = |message: &str| error(401, "woocommerce_rest_authentication_error", message);
        let over_tls = request.header("x-forwarded-proto") == Some("https");
        if over_tls && let Some(basic) = request.header("authorization") {
            let pair = format!("{}:{}", self.key, self.secret);
            let expected = base64::engine::general_purpose::STANDARD.encode(pair);
            return if basic.strip_prefix("Basic ") == Some(&expected) {
                self.rights()
            } else {
                Err(wrong("Consumer key is invalid."))
            };
        }
        if request.parameter("oauth_consumer_key").is_none() {
            // Basic over plain http is ignored: as recorded.
            let message = "Sorry, you cannot list resources.";
            return Err(error(401, "woocommerce_rest_cannot_view", message));
        }
        let told = |name: &str| request.parameter(name).unwrap_or_default().to_owned();
        if told("oauth_consumer_key") != self.key {
            return Err(wrong("Consumer key is invalid."));
        }
        if told("oauth_signature_method") != "HMAC-SHA256" {
            return Err(wrong("Invalid signature - signature method is invalid."));
        }
        let mut pairs: Vec<(String, String)> = request
            .query
            .iter()
            .filter(|(name, _)| name != "oauth_signature")
            .map(|(name, value)| (encoded(name), encoded(value)))
            .collect();
        pairs.sort();
        let joined: Vec<String> =
            pairs.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let reached = format!("http://{}", request.header("host").unwrap_or_default());
        let home = self.home.as_deref().unwrap_or(&reached);
        let address = format!("{home}{}", request.path);
        let base =
            format!("{}&{}&{}", request.method, encoded(&address), encoded(&joined.join("&")));
        let key = hmac::Key::new(hmac::HMAC_SHA256, format!("{}&", self.secret).as_bytes());
        let signature =
            base64::engine::general_purpose::STANDARD.encode(hmac::sign(&key, base.as_bytes()));
        if told("oauth_signature") != signature {
            return Err(wrong("Invalid signature - provided signature does not match."));
        }
        let now = clock() + self.ahead;
        let stamp: i64 = told("oauth_timestamp").parse().unwrap_or_default();
        if (now - stamp).abs() > 15 * 60 {
            let date = jiff::Timestamp::from_second(now).expect("an instant");
            let date = jiff::fmt::rfc2822::to_string(&date.to_zoned(jiff::tz::TimeZone::UTC));
            return Err(wrong("Invalid timestamp.").header("Date", &date.expect("a date")));
        }
        if !self.used.insert(told("oauth_nonce")) {
            return Err(wrong("Invalid nonce - nonce has already been used."));
        }
        self.rights()
    }

    fn rights(&self) -> Result<(), Response> {
        if self.no_rights {
            let message = "Sorry, you cannot list resources.";
            return Err(error(403, "woocommerce_rest_cannot_view", message));
        }
        Ok(())
    }
}
