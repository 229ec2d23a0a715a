//! Webhooks: whether Shopify sent them, and which record each is about.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;

use super::amount::number;
use crate::connector::{Delivery, Hook, HookError, Wanted};
use crate::wire::Object;

/// What Shopify is asked to send.
pub(crate) const TOPICS: [&str; 8] = [
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_CANCELLED",
    "ORDERS_DELETE",
    "REFUNDS_CREATE",
    "PRODUCTS_CREATE",
    "PRODUCTS_UPDATE",
    "PRODUCTS_DELETE",
];

/// Reads a webhook that one of the secrets has signed.
pub(crate) fn read(delivery: Delivery<'_>, secrets: [&str; 2]) -> Result<Hook, HookError> {
    let signature = delivery.header("x-shopify-hmac-sha256").unwrap_or_default();
    let signature = STANDARD.decode(signature.trim()).map_err(|_| HookError::Signature)?;
    let signed = secrets.iter().filter(|secret| !secret.is_empty()).any(|secret| {
        let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
        hmac::verify(&key, delivery.body, &signature).is_ok()
    });
    if !signed {
        return Err(HookError::Signature);
    }
    let topic = delivery.header("x-shopify-topic").unwrap_or_default().to_ascii_lowercase();
    let text = std::str::from_utf8(delivery.body)
        .map_err(|_| HookError::Unreadable("the body is not UTF-8".to_owned()))?;
    let body = Object::parse(text)
        .map_err(|_| HookError::Unreadable("the body is no JSON object".to_owned()))?;
    let (kind, id) = match topic.split_once('/') {
        Some(("orders", "edited")) => {
            let edit = body.object("order_edit").ok().flatten();
            ("order", edit.and_then(|edit| edit.reference("order_id")))
        }
        Some(("orders", _)) => ("order", body.reference("id")),
        Some(("refunds" | "order_transactions" | "fulfillments", _)) => {
            ("order", body.reference("order_id"))
        }
        Some(("products", _)) => ("product", body.reference("id")),
        // An app that is removed, a person who asks to be forgotten: nothing of it can be fetched.
        _ => return Ok(Hook::default()),
    };
    match id {
        Some(id) => {
            let wanted = Wanted { kind: kind.to_owned(), id: number(&id).to_owned() };
            Ok(Hook { wanted: vec![wanted] })
        }
        None => Err(HookError::Unreadable(format!("no id in {}", crate::excerpt(&topic, 60)))),
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Deserialize)]
    struct Vectors {
        secret: String,
        deliveries: Vec<Vector>,
    }

    #[derive(Deserialize)]
    struct Vector {
        topic: String,
        body: String,
        signature: String,
        valid: bool,
        #[serde(default)]
        wanted: Vec<(String, String)>,
        why: String,
    }

    /// S073: the same vectors are judged by Shopify's own verifier in `proof/shopify.test.js`.
    #[test]
    fn webhooks_are_believed_as_shopify_s_own_verifier_does() {
        let vectors: Vectors =
            serde_json::from_str(include_str!("../../tests/data/shopify/webhooks.json"))
                .expect("vectors");
        for vector in &vectors.deliveries {
            let headers = [
                ("x-shopify-topic".to_owned(), vector.topic.clone()),
                ("x-shopify-hmac-sha256".to_owned(), vector.signature.clone()),
            ];
            let body = vector.body.as_bytes();
            let delivery = Delivery { headers: &headers, body, secret: "another" };
            // The app's own secret, or the one that the connection keeps.
            for secrets in [[vectors.secret.as_str(), "x"], ["", vectors.secret.as_str()]] {
                let told = read(delivery, secrets);
                if !vector.valid {
                    assert_eq!(told, Err(HookError::Signature), "{}", vector.why);
                    continue;
                }
                let wanted = told.expect(&vector.why).wanted;
                let wanted: Vec<_> = wanted.into_iter().map(|w| (w.kind, w.id)).collect();
                assert_eq!(wanted, vector.wanted, "{}", vector.topic);
            }
            assert_eq!(
                read(delivery, ["", ""]),
                Err(HookError::Signature),
                "nothing to check with"
            );
        }
        assert!(vectors.deliveries.iter().filter(|vector| !vector.valid).count() >= 3);
    }
}
