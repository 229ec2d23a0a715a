//! Links to embedded pages: a back office makes them by itself, with a token that signs. What is signed
//! is the address, as docs/embed.md says; the signature of one page is none of another, nor of other
//! filters.

use comptoir_metrics::query::pairs;
use jiff::Timestamp;
use ring::hmac;

use super::password::bytes;
use crate::i18n::Lang;

/// How far ahead a link may end, in seconds.
pub const LONGEST: i64 = 600;

/// Parameters of the link itself; the page is not asked with them.
const OWN: [&str; 4] = ["expires", "lang", "signature", "token"];

/// A link as it came, its signature not yet looked at.
#[derive(Debug, PartialEq, Eq)]
pub struct Signed {
    pub token: i64,
    pub expires: i64,
    pub lang: Option<Lang>,
    /// What the page is asked with.
    pub query: String,
    signature: Vec<u8>,
    canonical: String,
}

/// Why a link can't be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Malformed {
    /// Broken escapes, or no UTF-8.
    Text,
    /// A parameter stands twice: which of them was meant can't be known.
    Doubled,
    /// `token`, `expires` or `signature` is missing or is none.
    Missing,
    /// A language that there is not.
    Language,
}

impl Signed {
    /// Reads an address: its path, and its parameters as they came.
    pub fn read(path: &str, parameters: &str) -> Result<Self, Malformed> {
        let mut all = Vec::new();
        for (name, value) in pairs(parameters) {
            let (Some(name), Some(value)) = (name, value) else { return Err(Malformed::Text) };
            all.push((name, value));
        }
        all.sort_unstable();
        if all.windows(2).any(|two| two[0].0 == two[1].0) {
            return Err(Malformed::Doubled);
        }
        let value = |wanted: &str| {
            all.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
        };
        let number = |name: &str| {
            let digits = value(name).filter(|text| text.bytes().all(|byte| byte.is_ascii_digit()));
            digits.and_then(|text| text.parse::<i64>().ok()).ok_or(Malformed::Missing)
        };
        let signature = value("signature").and_then(bytes).filter(|bytes| bytes.len() == 32);
        let lang = match value("lang") {
            None => None,
            Some(code) => Some(Lang::parse(code).ok_or(Malformed::Language)?),
        };
        Ok(Self {
            token: number("token")?,
            expires: number("expires")?,
            lang,
            signature: signature.ok_or(Malformed::Missing)?,
            canonical: canonical(path, &all),
            query: written(all.iter().filter(|(name, _)| !OWN.contains(&name.as_str()))),
        })
    }

    /// Whether that key made the signature.
    pub fn is_signed_with(&self, key: &str) -> bool {
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
        hmac::verify(&key, self.canonical.as_bytes(), &self.signature).is_ok()
    }

    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires <= now.as_second()
    }

    /// A link that lives longer than a page takes to open is one that leaks.
    pub fn is_too_far(&self, now: Timestamp) -> bool {
        self.expires > now.as_second() + LONGEST
    }
}

/// What is signed: the path, and every parameter but the signature, sorted by name.
fn canonical(path: &str, sorted: &[(String, String)]) -> String {
    format!("{path}?{}", written(sorted.iter().filter(|(name, _)| name != "signature")))
}

fn written<'p>(parameters: impl Iterator<Item = &'p (String, String)>) -> String {
    let all: Vec<String> =
        parameters.map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    all.join("&")
}

/// As RFC 3986 escapes, and PHP's `rawurlencode`, Python's `quote(…, safe="")`.
fn escaped(text: &str) -> String {
    use std::fmt::Write as _;
    text.bytes().fold(String::with_capacity(text.len()), |mut written, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            written.push(char::from(byte));
        } else {
            let _infallible = write!(written, "%{byte:02X}");
        }
        written
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// HMAC-SHA-256 of `comptoir-embed-v1` under `cpt_example`: worked out by openssl.
    const KEY: &str = "89b128ae2a4a4ad184e538236a00bebdf8e477502f14f9af747da759c9a922bc";

    /// Of the address below, by openssl too.
    const SIGNATURE: &str = "3119c926918b5b2efe33d87824f411106352afb4fed6145ddd9ff5f1b315e2c5";

    fn link(parameters: &str) -> Signed {
        Signed::read("/embed/revenue", parameters).expect("a link")
    }

    #[test]
    fn s128_the_canonical_address_is_sorted_and_escaped_alike_however_it_came() {
        let one = format!(
            "where=country%3AFR%7CBE&shop=ferme&period=30d&lang=fr&expires=1795341600&token=3&signature={SIGNATURE}"
        );
        let other = format!(
            "token=3&signature={SIGNATURE}&expires=1795341600&lang=fr&period=30d&shop=f%65rme&where=country:FR|BE"
        );
        let expected = "/embed/revenue?expires=1795341600&lang=fr&period=30d&shop=ferme&token=3&where=country%3AFR%7CBE";
        for parameters in [&one, &other] {
            let link = link(parameters);
            assert_eq!(link.canonical, expected);
            assert!(link.is_signed_with(KEY));
            assert_eq!(link.query, "period=30d&shop=ferme&where=country%3AFR%7CBE");
            assert_eq!((link.token, link.expires, link.lang), (3, 1_795_341_600, Some(Lang::Fr)));
        }
    }

    #[test]
    fn s128_nothing_of_a_link_can_be_changed() {
        let signed = format!(
            "expires=1795341600&lang=fr&period=30d&shop=ferme&token=3&where=country%3AFR%7CBE&signature={SIGNATURE}"
        );
        for (was, is) in [
            ("period=30d", "period=90d"),
            ("shop=ferme", "shop=cave"),
            ("lang=fr", "lang=en"),
            ("expires=1795341600", "expires=1795341601"),
            ("token=3", "token=4"),
            ("&where=country%3AFR%7CBE", ""),
            ("period=30d", "period=30d&compare=year"),
        ] {
            assert!(!link(&signed.replace(was, is)).is_signed_with(KEY), "{is}");
        }
        let elsewhere = Signed::read("/embed/products", &signed).expect("a link");
        assert!(!elsewhere.is_signed_with(KEY), "another page");
        assert!(!link(&signed).is_signed_with("another key"));
    }

    #[test]
    fn s128_a_link_that_can_be_read_two_ways_is_not_read() {
        let read =
            |parameters: &str| Signed::read("/embed/revenue", parameters).expect_err("no link");
        let base = format!("token=3&expires=1795341600&signature={SIGNATURE}");
        for more in ["token=3", "shop=a&shop=b", "sh%6Fp=a&shop=a", "signature=00", "expires=1"] {
            assert_eq!(read(&format!("{base}&{more}")), Malformed::Doubled, "{more}");
        }
        assert_eq!(read(&format!("{base}&shop=%zz")), Malformed::Text);
        assert_eq!(read(&format!("{base}&shop=%FF")), Malformed::Text);
        assert_eq!(read(&format!("{base}&lang=de")), Malformed::Language);
        for (was, is) in [
            ("token=3", "token=-3"),
            ("token=3", "token=+3"),
            ("token=3", "token="),
            ("token=3&", ""),
            ("expires=1795341600", "expires=1795341600.0"),
            ("expires=1795341600", "expires=99999999999999999999"),
            (SIGNATURE, ""),
            (SIGNATURE, "00"),
            (SIGNATURE, &SIGNATURE.to_uppercase()),
        ] {
            assert_eq!(read(&base.replace(was, is)), Malformed::Missing, "{is}");
        }
    }

    #[test]
    fn s128_a_link_ends_and_ends_soon() {
        let at = |second: i64| Timestamp::from_second(second).expect("an instant");
        let link = link(&format!("token=3&expires=1795341600&signature={SIGNATURE}"));
        assert!(link.has_expired(at(1_795_341_600)) && !link.has_expired(at(1_795_341_599)));
        assert!(link.is_too_far(at(1_795_340_999)) && !link.is_too_far(at(1_795_341_000)));
    }
}
