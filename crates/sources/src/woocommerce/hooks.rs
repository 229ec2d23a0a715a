//! Webhooks: whose they are, what they are about, and asking the shop to send them.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::hmac;
use serde_json::json;

use super::way::Way;
use crate::connector::{Delivery, Hook, HookError, Wanted};
use crate::failure::Failure;
use crate::wire::Object;

/// What the shop is asked to tell.
const TOPICS: [&str; 9] = [
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "product.created",
    "product.updated",
    "product.deleted",
    "customer.created",
    "customer.updated",
];

/// Believes a delivery by its signature, then reads which record it is about.
pub(super) fn read(delivery: Delivery<'_>) -> Result<Hook, HookError> {
    let Some(signature) = delivery.header("x-wc-webhook-signature") else {
        // A webhook that is saved rings once, unsigned; it says nothing about any record.
        return if is_ping(delivery.body) {
            Ok(Hook::default())
        } else {
            Err(HookError::Signature)
        };
    };
    let signature = STANDARD.decode(signature.trim()).map_err(|_| HookError::Signature)?;
    let key = hmac::Key::new(hmac::HMAC_SHA256, delivery.secret.as_bytes());
    hmac::verify(&key, delivery.body, &signature).map_err(|_| HookError::Signature)?;
    if is_ping(delivery.body) {
        return Ok(Hook::default());
    }
    let topic = delivery.header("x-wc-webhook-topic").unwrap_or_default();
    let kind = topic.split('.').next().filter(|kind| !kind.is_empty());
    let kind = kind.or_else(|| delivery.header("x-wc-webhook-resource")).unwrap_or_default();
    if !matches!(kind, "order" | "product" | "customer") {
        return Ok(Hook::default());
    }
    let text = std::str::from_utf8(delivery.body)
        .map_err(|_| HookError::Unreadable("the body is not UTF-8".to_owned()))?;
    let row = Object::parse(text)
        .map_err(|_| HookError::Unreadable("the body is not a JSON object".to_owned()))?;
    // A variation arrives as a product, and is read with the product it belongs to.
    let parent = row.reference("parent_id").filter(|_| kind == "product");
    let id = parent
        .or_else(|| row.reference("id"))
        .ok_or_else(|| HookError::Unreadable("the body has no id".to_owned()))?;
    Ok(Hook { wanted: vec![Wanted { kind: kind.to_owned(), id }] })
}

fn is_ping(body: &[u8]) -> bool {
    let digits = body.strip_prefix(b"webhook_id=");
    digits.is_some_and(|digits| {
        !digits.is_empty() && digits.len() <= 20 && digits.iter().all(u8::is_ascii_digit)
    })
}

/// Creates the webhooks that are missing; those of this address are kept, with this secret, and
/// enabled again (the shop disables one after some failures in a row).
pub(super) fn subscribe(way: &mut Way, address: &str, secret: &str) -> Result<usize, Failure> {
    let mut kept: Vec<String> = Vec::new();
    for page in 1..=20_u32 {
        let number = page.to_string();
        let asked = [("per_page", "100"), ("page", number.as_str())];
        let reply = way.get("wc/v3/webhooks", &asked)?;
        let rows = reply.rows()?;
        for row in rows.iter().filter_map(|raw| Object::read(raw, "").ok()) {
            let (Some(id), Some(topic)) = (row.reference("id"), row.text("topic")) else {
                continue;
            };
            let ours = row.text("delivery_url").as_deref() == Some(address);
            if !ours || !TOPICS.contains(&topic.as_str()) || kept.contains(&topic) {
                continue;
            }
            let body = json!({ "status": "active", "secret": secret });
            way.write("PUT", &format!("wc/v3/webhooks/{id}"), &body.to_string())?;
            kept.push(topic);
        }
        if rows.len() < 100 {
            break;
        }
    }
    for topic in TOPICS {
        if kept.iter().any(|known| known == topic) {
            continue;
        }
        let body = json!({
            "name": format!("Comptoir {topic}"),
            "topic": topic,
            "delivery_url": address,
            "secret": secret,
            "status": "active",
        });
        way.write("POST", "wc/v3/webhooks", &body.to_string())?;
        kept.push(topic.to_owned());
    }
    Ok(kept.len())
}
