//! Where an order came from, as `WooCommerce` itself noted it on the order.

use std::collections::HashMap;

use comptoir_model::Order;
use url::Url;

use crate::wire::{Object, Wrong};

const PREFIX: &str = "_wc_order_attribution_";

/// Writes source, medium, campaign, channel and device into the order.
pub(super) fn attribute(row: &Object<'_>, order: &mut Order) -> Result<(), Wrong> {
    let mut told: HashMap<String, String> = HashMap::new();
    for meta in row.objects("meta_data")? {
        let Some(key) = meta.text("key") else { continue };
        let Some(name) = key.strip_prefix(PREFIX) else { continue };
        // `(direct)` and `(none)` are how nothing is said.
        if let Some(value) = meta.text("value").filter(|value| !value.starts_with('(')) {
            told.insert(name.to_owned(), value);
        }
    }
    let channel = told.get("source_type").map(|kind| match kind.as_str() {
        "typein" => "direct".to_owned(),
        other => other.to_lowercase(),
    });
    let host = told.get("referrer").and_then(|address| host(address));
    order.source = told.remove("utm_source");
    if order.source.is_none() && matches!(channel.as_deref(), Some("referral" | "organic")) {
        order.source = host;
    }
    order.medium = told.remove("utm_medium");
    order.campaign = told.remove("utm_campaign");
    order.device = told.remove("device_type").map(|device| device.to_lowercase());
    order.channel = channel;
    Ok(())
}

fn host(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str()?;
    Some(host.strip_prefix("www.").unwrap_or(host).to_owned())
}
