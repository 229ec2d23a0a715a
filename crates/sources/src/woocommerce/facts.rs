//! Who the shop is: its orders must be readable; everything else it tells is welcome.

use comptoir_model::Currency;

use super::way::{Reply, Way};
use crate::connector::Facts;
use crate::failure::Failure;
use crate::wire::Object;
use crate::words::say;

pub(super) fn facts(way: &mut Way) -> Result<Facts, Failure> {
    let asked = [("per_page", "1"), ("_fields", "id,currency,version")];
    let orders = way.get("wc/v3/orders", &asked)?;
    let mut facts = Facts::default();
    let rows = orders.rows()?;
    if let Some(newest) = rows.first().and_then(|raw| Object::read(raw, "").ok()) {
        facts.currency = newest.text("currency").and_then(|code| code.parse().ok());
        facts.version = newest.text("version");
    }
    if let Ok(index) = way.index()
        && let Ok(index) = index.object()
    {
        facts.name = super::text::name_of(&index, "name");
        facts.timezone = zone(&index);
    }
    if let Some(currency) = currency(way) {
        facts.currency = Some(currency);
    }
    if facts.version.is_none() {
        facts.version = version(way);
    }
    if facts.currency.is_none() {
        facts.notes.push(say(
            "la clé ne permet pas de lire la devise de la boutique : indiquez-la",
            "the key does not let the shop’s currency be read: give it",
        ));
    }
    Ok(facts)
}

/// The zone's name; a shop that set only an offset from UTC has a zone without summer time.
fn zone(index: &Object<'_>) -> Option<String> {
    if let Some(name) =
        index.text("timezone_string").filter(|name| name.contains('/') || name == "UTC")
    {
        return Some(name);
    }
    let offset = index.text("gmt_offset")?;
    let (hours, fraction) = offset.split_once('.').unwrap_or((&offset, ""));
    let hours: i32 = hours.parse().ok()?;
    if hours.abs() > 14 || fraction.bytes().any(|byte| byte != b'0') {
        return None;
    }
    // The signs of these names are the other way round.
    Some(match hours {
        0 => "UTC".to_owned(),
        ahead if ahead > 0 => format!("Etc/GMT-{ahead}"),
        behind => format!("Etc/GMT+{}", -behind),
    })
}

fn currency(way: &mut Way) -> Option<Currency> {
    let told = |reply: &Reply, name: &str| -> Option<Currency> {
        reply.object().ok()?.text(name)?.parse().ok()
    };
    let current = way.get("wc/v3/data/currencies/current", &[]);
    if let Some(currency) = current.ok().and_then(|reply| told(&reply, "code")) {
        return Some(currency);
    }
    let setting = way.get("wc/v3/settings/general/woocommerce_currency", &[]).ok()?;
    told(&setting, "value")
}

/// Asked only where no order told it: the whole status takes the shop many seconds, and calls to the
/// outside.
fn version(way: &mut Way) -> Option<String> {
    let reply = way.get("wc/v3/system_status", &[("_fields", "environment.version")]).ok()?;
    reply.object().ok()?.object("environment").ok()??.text("version")
}
