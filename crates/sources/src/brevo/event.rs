//! Events: those that tell of a cart become the cart; any other is none of our business.

use comptoir_model::{Cart, CartLine, CartState, Version};
use jiff::tz::TimeZone;

use super::{MAX_PROPERTIES, person};
use crate::canonical::MAX_AMOUNT;
use crate::connector::Setting;
use crate::pushed::{amount, currency, instant, known, missing, pseudonym, refuse, units};
use crate::wire::{Object, Refused, Wrong};
use crate::words::say;

/// Reads an event of `POST /events`; `None` when it tells nothing of a cart.
///
/// # Errors
/// What is wrong, and where.
pub fn event(text: &str, setting: &Setting) -> Result<Option<Cart>, Box<Refused>> {
    let object = Object::parse(text).map_err(|wrong| refuse("event", "", wrong, text))?;
    let names = Names { event: "event_name", properties: "event_properties" };
    read(&object, &names, setting).map_err(|wrong| refuse("event", "", wrong, text))
}

/// Reads an event of the older tracker, `POST /api/v2/trackEvent`.
///
/// # Errors
/// What is wrong, and where.
pub fn tracked(text: &str, setting: &Setting) -> Result<Option<Cart>, Box<Refused>> {
    let object = Object::parse(text).map_err(|wrong| refuse("event", "", wrong, text))?;
    let names = Names { event: "event", properties: "eventdata" };
    read(&object, &names, setting).map_err(|wrong| refuse("event", "", wrong, text))
}

/// What the two APIs call the same.
struct Names {
    event: &'static str,
    properties: &'static str,
}

fn read(object: &Object<'_>, names: &Names, setting: &Setting) -> Result<Option<Cart>, Wrong> {
    let Some(event) = object.text(names.event) else { return missing(object, names.event) };
    let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | ' ');
    if event.len() > 255 || !event.chars().all(allowed) {
        return object.wrong(
            names.event,
            say(
                "un nom d’événement a 255 caractères au plus, parmi A-Z, a-z, 0-9, _ et -",
                "an event name has at most 255 characters, of A-Z, a-z, 0-9, _ and -",
            ),
            say("corrigez le nom", "correct the name"),
        );
    }
    let person = person(object)?;
    if !known(&person)
        && object.object("identifiers")?.and_then(|told| told.text("contact_id")).is_none()
        && object.text("id").is_none()
    {
        return missing(object, if names.event == "event" { "email" } else { "identifiers" });
    }
    let raw = object.raw(names.properties);
    if raw.is_some_and(|raw| raw.get().len() > MAX_PROPERTIES) {
        return object.wrong(
            names.properties,
            say("plus de 50 ko", "more than 50 kB"),
            say("envoyez moins de propriétés", "send fewer properties"),
        );
    }
    let state = match event.as_str() {
        "cart_updated" => CartState::Open,
        "cart_deleted" => CartState::Deleted,
        "order_completed" => CartState::Ordered,
        _ => return Ok(None),
    };
    let at = instant(object, "event_date", &TimeZone::UTC, setting.now)?.unwrap_or(setting.now);
    let told = object.object(names.properties)?;
    // The tracker nests what it tells once more; plugins of its time did not always.
    let data = match &told {
        Some(told) => told.object("data")?,
        None => None,
    };
    let id = told.as_ref().and_then(|told| told.reference("id"));
    let id = match (id, person.email_key()) {
        (Some(id), _) => id,
        // A contact has one cart: without a name it is the contact's.
        (None, Some(email)) if state != CartState::Ordered => {
            format!("contact:{}", pseudonym(&["brevo", &email]))
        }
        _ => return Ok(None),
    };
    let mut cart = Cart {
        id,
        version: Version::stamped(at),
        state,
        created: at,
        updated: at,
        currency: setting.currency,
        customer: person,
        total: 0,
        lines: Vec::new(),
        order: None,
    };
    if let Some(data) = data.or(told) {
        fill(&mut cart, &data, setting)?;
    }
    Ok(Some(cart))
}

fn fill(cart: &mut Cart, data: &Object<'_>, setting: &Setting) -> Result<(), Wrong> {
    cart.currency = currency(data, "currency", setting.currency)?;
    let mut sum = 0_i64;
    for item in data.objects("items")? {
        let quantity = units(&item, "quantity")?.unwrap_or(1);
        let price = amount(&item, "price", cart.currency)?.unwrap_or(0);
        sum = sum.saturating_add(price.saturating_mul(quantity));
        let product = item.reference("id").or_else(|| item.reference("sku"));
        let name = item.text("name").or_else(|| product.clone()).unwrap_or_default();
        cart.lines.push(CartLine { product, name, quantity });
    }
    cart.total = amount(data, "total", cart.currency)?.unwrap_or(sum.min(MAX_AMOUNT));
    cart.order = data.reference("order_id").or_else(|| data.reference("orderId"));
    Ok(())
}
