//! Asks Shopify to send its webhooks.

use serde_json::json;

use super::door::{Door, Refusal};
use super::hook::TOPICS;
use super::reader::unreadable;
use super::{amount, document};
use crate::failure::Failure;
use crate::wire::Object;

/// Pages of subscriptions, at most.
const MAX_PAGES: usize = 20;

/// How many of our topics are sent to the address, those that are new included.
pub(crate) fn subscribe(door: &mut Door, address: &str) -> Result<usize, Failure> {
    let known = known(door, address)?;
    let mut sent = 0;
    for topic in TOPICS {
        if known.iter().any(|known| known == topic) || create(door, topic, address)? {
            sent += 1;
        }
    }
    Ok(sent)
}

fn known(door: &mut Door, address: &str) -> Result<Vec<String>, Failure> {
    let mut topics = Vec::new();
    let mut after = None;
    for _ in 0..MAX_PAGES {
        let told =
            door.ask(document::HOOKS, &json!({"after": after})).map_err(Refusal::into_failure)?;
        let data = Object::parse(&told.data).map_err(unreadable)?;
        for hook in amount::nodes(&data, "webhookSubscriptions").map_err(unreadable)? {
            if hook.text("uri").is_some_and(|uri| uri == address) {
                topics.extend(hook.text("topic"));
            }
        }
        after = amount::next(&data, "webhookSubscriptions").map_err(unreadable)?;
        if after.is_none() {
            break;
        }
    }
    Ok(topics)
}

/// A topic that the key may not have is left out; polling brings the same, later.
fn create(door: &mut Door, topic: &str, address: &str) -> Result<bool, Failure> {
    let variables = json!({"topic": topic, "address": address});
    let told = match door.ask(document::HOOK_CREATE, &variables) {
        Ok(told) => told,
        Err(Refusal::Failure(failure)) if failure.kind.passes() => return Err(failure),
        Err(_) => return Ok(false),
    };
    let data = Object::parse(&told.data).map_err(unreadable)?;
    let made = data.object("webhookSubscriptionCreate").map_err(unreadable)?;
    let Some(made) = made else { return Ok(false) };
    Ok(made.raw("webhookSubscription").is_some())
}
