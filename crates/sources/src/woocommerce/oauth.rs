//! OAuth 1.0a with one leg, as `WooCommerce` wants it over plain http: the key proves itself by a
//! signature over method, address and parameters, and its secret never travels.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use url::Url;

/// The parameters to add to a request, its signature last. Each nonce may be used once.
pub(super) fn parameters(
    method: &str,
    url: &Url,
    key: &str,
    secret: &str,
    seconds: i64,
    nonce: &str,
) -> Vec<(String, String)> {
    let mut ours: Vec<(String, String)> = [
        ("oauth_consumer_key", key),
        ("oauth_nonce", nonce),
        ("oauth_signature_method", "HMAC-SHA256"),
        ("oauth_timestamp", seconds.to_string().as_str()),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let mut all: Vec<(String, String)> = url.query_pairs().into_owned().collect();
    all.extend(ours.iter().cloned());
    let base = base_string(method, url, &all);
    // One leg: there is no token, and the token's secret after the & is empty.
    let signing = hmac::Key::new(hmac::HMAC_SHA256, format!("{secret}&").as_bytes());
    let signature = STANDARD.encode(hmac::sign(&signing, base.as_bytes()));
    ours.push(("oauth_signature".to_owned(), signature));
    ours
}

/// What is signed: method, address without its query, and all parameters in the order of their
/// encoded names, then values.
fn base_string(method: &str, url: &Url, parameters: &[(String, String)]) -> String {
    let mut address = url.clone();
    address.set_query(None);
    address.set_fragment(None);
    let mut encoded: Vec<(String, String)> =
        parameters.iter().map(|(name, value)| (percent(name), percent(value))).collect();
    encoded.sort();
    let joined: Vec<String> =
        encoded.into_iter().map(|(name, value)| format!("{name}={value}")).collect();
    format!("{method}&{}&{}", percent(address.as_str()), percent(&joined.join("&")))
}

/// Percent-encoding of RFC 3986: everything but letters, digits and `-._~`.
pub(super) fn percent(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            for digit in [byte >> 4, byte & 15] {
                encoded.push(char::from(b"0123456789ABCDEF"[usize::from(digit)]));
            }
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 5849, section 3.4.1.1, without the parts that only a request body or a token has.
    #[test]
    fn the_base_string_is_that_of_the_standard() {
        let url = Url::parse("http://EXAMPLE.com:80/r%20v/X?id=123&b=%3D%253D&a[]=2%20q&a[]=1")
            .expect("an address");
        let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        assert_eq!(
            base_string("GET", &url, &parameters),
            "GET&http%3A%2F%2Fexample.com%2Fr%2520v%2FX&a%255B%255D%3D1%26a%255B%255D%3D2%2520q%26b%3D%253D%25253D%26id%3D123"
        );
    }

    #[test]
    fn the_port_is_signed_where_it_is_not_the_usual_one() {
        let url =
            Url::parse("http://127.0.0.1:8088/?rest_route=/wc/v3/orders").expect("an address");
        let parameters: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        assert_eq!(
            base_string("GET", &url, &parameters),
            "GET&http%3A%2F%2F127.0.0.1%3A8088%2F&rest_route%3D%252Fwc%252Fv3%252Forders"
        );
    }

    #[test]
    fn a_signature_comes_last_and_only_the_key_is_shown() {
        let url =
            Url::parse("http://shop.example/wp-json/wc/v3/orders?page=1").expect("an address");
        let added = parameters("GET", &url, "ck_1", "cs_hidden", 1_700_000_000, "n1");
        let names: Vec<&str> = added.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(
            names,
            [
                "oauth_consumer_key",
                "oauth_nonce",
                "oauth_signature_method",
                "oauth_timestamp",
                "oauth_signature"
            ]
        );
        assert!(added.iter().all(|(_, value)| !value.contains("cs_hidden")));
    }
}
