//! What a shop says of itself, and what the key's missing rights cost the merchant.

use jiff::fmt::rfc2822::DateTimeParser;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::door::{Denied, Door, Refusal, Told, VERSION};
use super::reader::unreadable;
use super::{amount, document};
use crate::connector::Facts;
use crate::failure::Failure;
use crate::wire::Object;
use crate::words::{Label, say};

/// Without `read_all_orders`, nothing older is told.
const TOLD: SignedDuration = SignedDuration::from_hours(24 * 60);

/// Each right and what is lost without it.
const SCOPES: &[(&str, Label)] = &[
    (
        "read_customers",
        Label {
            fr: "les acheteurs ne sont pas reconnus d’une commande à l’autre",
            en: "buyers are not recognised from one order to the next",
        },
    ),
    (
        "read_products",
        Label {
            fr: "ni le catalogue ni les références des lignes ne viennent",
            en: "neither the catalogue nor what lines refer to comes",
        },
    ),
    (
        "read_inventory",
        Label {
            fr: "les coûts d’achat ne viennent pas, ni donc la marge",
            en: "purchase costs don’t come, and so no margin",
        },
    ),
];

pub(crate) fn check(door: &mut Door) -> Result<Facts, Failure> {
    let told = match door.ask(document::SHOP, &json!({})) {
        Ok(told) => told,
        Err(refusal) => return Err(refusal.into_failure()),
    };
    let data = Object::parse(&told.data).map_err(unreadable)?;
    let mut facts = Facts { version: Some(VERSION.to_owned()), ..Facts::default() };
    if let Some(shop) = data.object("shop").map_err(unreadable)? {
        facts.name = shop.text("name");
        facts.currency = shop.text("currencyCode").and_then(|code| code.parse().ok());
        facts.timezone = shop.text("ianaTimezone");
    }
    if let Some(answered) = told.version.as_deref().filter(|version| *version != VERSION) {
        facts.version = Some(answered.to_owned());
        facts.notes.push(say(
            format!("Shopify a répondu dans sa version {answered} au lieu de {VERSION}"),
            format!("Shopify answered in its version {answered} instead of {VERSION}"),
        ));
    }
    let scopes = scopes(&data);
    if scopes.is_empty() {
        orders_readable(door)?;
        return Ok(facts);
    }
    let has = |scope: &str| has(&scopes, scope);
    if !has("read_orders") && !has("read_all_orders") {
        let denied = Denied {
            path: "orders".to_owned(),
            message: "Required access: `read_orders`".to_owned(),
        };
        return Err(denied.failure());
    }
    for (scope, cost) in SCOPES.iter().filter(|(scope, _)| !has(scope)) {
        facts.notes.push(say(
            format!("il manque le droit `{scope}` : {}", cost.fr),
            format!("the scope `{scope}` is missing: {}", cost.en),
        ));
    }
    if !has("read_all_orders") {
        facts.history_from = limit(door, &told);
        facts.notes.push(say(
            "sans le droit `read_all_orders`, Shopify ne donne que les 60 derniers jours : l’historique est incomplet",
            "without the scope `read_all_orders` Shopify tells the last 60 days only: the history is incomplete",
        ));
    }
    Ok(facts)
}

/// A right to write contains the right to read.
fn has(scopes: &[String], scope: &str) -> bool {
    let write = scope.replacen("read_", "write_", 1);
    scopes.iter().any(|given| given == scope || *given == write)
}

/// The number of the first order that is told to a key that is not told all of them; `None` where it is
/// told all, as far as Shopify says.
pub(crate) fn first_told(door: &mut Door) -> Result<Option<u64>, Failure> {
    let told = match door.ask(document::SHOP, &json!({})) {
        Ok(told) => told,
        Err(Refusal::Failure(failure)) if failure.kind.passes() => return Err(failure),
        Err(_) => return Ok(None),
    };
    let data = Object::parse(&told.data).map_err(unreadable)?;
    let scopes = scopes(&data);
    if scopes.is_empty() || has(&scopes, "read_all_orders") {
        return Ok(None);
    }
    let told = door.ask(document::OLDEST_ORDER, &json!({})).map_err(Refusal::into_failure)?;
    let data = Object::parse(&told.data).map_err(unreadable)?;
    let orders = amount::nodes(&data, "orders").map_err(unreadable)?;
    let first = orders.first().and_then(amount::legacy).and_then(|id| id.parse().ok());
    // Where none is told, none can be missing.
    Ok(Some(first.unwrap_or(u64::MAX)))
}

fn scopes(data: &Object<'_>) -> Vec<String> {
    let Ok(Some(app)) = data.object("currentAppInstallation") else { return Vec::new() };
    let scopes = app.objects("accessScopes").unwrap_or_default();
    scopes.iter().filter_map(|scope| scope.text("handle")).collect()
}

/// Where the rights are not told, orders are tried.
fn orders_readable(door: &mut Door) -> Result<(), Failure> {
    door.ask(document::OLDEST_ORDER, &json!({})).map(|_| ()).map_err(Refusal::into_failure)
}

/// The first instant that is told: sixty days before the platform's own clock, else its oldest order.
fn limit(door: &mut Door, told: &Told) -> Option<Timestamp> {
    let now =
        told.date.as_deref().and_then(|date| DateTimeParser::new().parse_timestamp(date).ok());
    if let Some(now) = now {
        return now.checked_sub(TOLD).ok();
    }
    let told = door.ask(document::OLDEST_ORDER, &json!({})).ok()?;
    let data = Object::parse(&told.data).ok()?;
    let oldest = data.object("orders").ok()??.objects("nodes").ok()?.into_iter().next()?;
    oldest.text("createdAt")?.parse().ok()
}
