//! A shop: one catalogue, one currency, one time zone.

use serde::{Deserialize, Serialize};

use crate::money::Currency;

/// A shop as `comptoir shop list --json` prints it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shop {
    /// Lower-case letters, digits and hyphens: what URLs and the CLI call it.
    pub slug: String,
    pub name: String,
    /// The platform it runs on (`shopify`, `woocommerce`…), `file` when only files feed it.
    pub platform: String,
    pub currency: Currency,
    /// IANA name, for example `Europe/Paris`.
    pub timezone: String,
}

impl Shop {
    /// Whether a text can be a slug: 1 to 40 characters of `a-z 0-9 -`, a letter or digit first.
    pub fn is_slug(text: &str) -> bool {
        (1..=40).contains(&text.len())
            && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
            && !text.starts_with('-')
    }
}
