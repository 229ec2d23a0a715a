//! Who the shop is: its orders must be readable; everything else it tells is welcome.

use comptoir_model::Currency;

use super::way::{Reply, Way};
use crate::connector::Facts;
use crate::failure::Failure;
use crate::wire::Object;
use crate::words::{Text, say};

/// The oldest version whose changes can be asked for, and the one that was recorded.
const OLDEST: (u32, u32) = (5, 8);
const PROVEN: (u32, u32) = (9, 9);

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
    facts.notes.extend(facts.version.as_deref().and_then(doubts));
    if facts.currency.is_none() {
        facts.notes.push(say(
            "la clé ne permet pas de lire la devise de la boutique : indiquez-la",
            "the key does not let the shop’s currency be read: give it",
        ));
    }
    Ok(facts)
}

/// What to say of a version: too old, or one of which there is no recording.
fn doubts(version: &str) -> Option<Text> {
    let mut parts = version.split('.').map(|part| part.parse::<u32>().ok());
    let told = (parts.next()??, parts.next()??);
    let shown = crate::excerpt(version, 20);
    if told < OLDEST {
        return Some(say(
            format!(
                "WooCommerce {shown} est plus ancien que la version 5.8, à partir de laquelle les changements se lisent"
            ),
            format!(
                "WooCommerce {shown} is older than version 5.8, from which on changes can be read"
            ),
        ));
    }
    (told != PROVEN).then(|| {
        say(
            format!("WooCommerce {shown} n’a pas été éprouvé (9.9 l’a été) : comparez les premiers chiffres avec ses propres analyses"),
            format!("WooCommerce {shown} is unproven (9.9 is proven): compare the first figures with its own Analytics"),
        )
    })
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_is_too_old_or_was_not_recorded_is_told() {
        assert_eq!(doubts("9.9.5"), None);
        assert!(doubts("5.7.1").is_some_and(|text| text.en.contains("older")));
        assert!(doubts("10.2.0").is_some_and(|text| text.en.contains("unproven")));
        assert_eq!(doubts("beta"), None);
    }

    #[test]
    fn a_shop_without_a_named_zone_has_that_of_its_offset() {
        let of = |text: &str| Object::parse(text).ok().and_then(|index| zone(&index));
        let told = |text: &str| of(text).expect("a zone");
        assert_eq!(told(r#"{"timezone_string":"Europe/Paris","gmt_offset":2}"#), "Europe/Paris");
        // Names of offsets count westwards.
        assert_eq!(told(r#"{"timezone_string":"","gmt_offset":2}"#), "Etc/GMT-2");
        assert_eq!(told(r#"{"gmt_offset":"-5"}"#), "Etc/GMT+5");
        assert_eq!(told(r#"{"gmt_offset":0}"#), "UTC");
        assert_eq!(of(r#"{"gmt_offset":5.5}"#), None);
    }
}
