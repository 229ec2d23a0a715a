//! What is pushed through a vendor's API, imitated: reading bodies of which only a part is known, and
//! refusing one record with the value that stood at fault.

use comptoir_model::{Currency, Identity, Place};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use ring::digest;
use serde_json::value::RawValue;

use crate::canonical::{Fault, country};
use crate::wire::{Object, Refused, Wrong};
use crate::words::say;

/// The members of a body's list, each as it is written; `None` when there is no such list.
///
/// # Errors
/// The body is no JSON object, or the member no list.
pub fn items<'a>(body: &'a str, name: &str) -> Result<Option<Vec<&'a str>>, Box<Refused>> {
    let object = Object::parse(body).map_err(|wrong| refuse("body", "", wrong, body))?;
    if object.raw(name).is_none() {
        return Ok(None);
    }
    let list = object.list(name).map_err(|wrong| refuse("body", "", wrong, body))?;
    Ok(Some(list.into_iter().map(RawValue::get).collect()))
}

/// A member of a body as it is written; `None` when it is missing or null.
///
/// # Errors
/// The body is no JSON object.
pub fn member<'a>(body: &'a str, name: &str) -> Result<Option<&'a str>, Box<Refused>> {
    let object = Object::parse(body).map_err(|wrong| refuse("body", "", wrong, body))?;
    Ok(object.raw(name).map(RawValue::get))
}

/// A text or number of a body; `None` when it is neither.
///
/// # Errors
/// The body is no JSON object.
pub fn text(body: &str, name: &str) -> Result<Option<String>, Box<Refused>> {
    let object = Object::parse(body).map_err(|wrong| refuse("body", "", wrong, body))?;
    Ok(object.text(name))
}

/// A text of a body at its full length; `None` when it is no text.
///
/// # Errors
/// The body is no JSON object.
pub fn text_whole(body: &str, name: &str) -> Result<Option<String>, Box<Refused>> {
    Ok(member(body, name)?.and_then(|raw| serde_json::from_str(raw).ok()))
}

/// Whether a member of a body says yes.
pub fn flag(body: &str, name: &str) -> bool {
    Object::parse(body).is_ok_and(|object| object.flag(name))
}

/// A record that was not understood, with the value that stood at fault: empty when it was missing.
pub(crate) fn refuse(kind: &str, id: &str, wrong: Wrong, record: &str) -> Box<Refused> {
    let value = value_at(record, &wrong.0);
    Box::new(Refused::new(kind, id, wrong, &value))
}

/// What stands at a path such as `products[2].price` of a record.
fn value_at(record: &str, path: &str) -> String {
    if path.is_empty() {
        return record.to_owned();
    }
    let Ok(whole) = serde_json::from_str::<serde_json::Value>(record) else {
        return String::new();
    };
    let mut value = &whole;
    for step in path.split('.') {
        let (name, index) = match step.split_once('[') {
            Some((name, rest)) => (name, rest.trim_end_matches(']').parse::<usize>().ok()),
            None => (step, None),
        };
        let Some(inner) = value.get(name) else { return String::new() };
        value = inner;
        if let Some(index) = index {
            let Some(inner) = index.checked_sub(1).and_then(|index| value.get(index)) else {
                return String::new();
            };
            value = inner;
        }
    }
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// A member that the vendor requires.
pub(crate) fn missing<T>(object: &Object<'_>, name: &str) -> Result<T, Wrong> {
    object.wrong(
        name,
        say(format!("`{name}` manque"), format!("{name} is missing")),
        say("envoyez ce champ", "send this field"),
    )
}

/// An instant that a shop can have: from 1990 to two days from now.
pub(crate) fn believable(
    object: &Object<'_>,
    name: &str,
    at: Timestamp,
    now: Timestamp,
) -> Result<Timestamp, Wrong> {
    let first = Timestamp::from_second(631_152_000).unwrap_or(Timestamp::UNIX_EPOCH);
    let last = now.checked_add(48.hours()).unwrap_or(now);
    if (first..=last).contains(&at) {
        return Ok(at);
    }
    object.wrong(
        name,
        say(
            "date invraisemblable : avant 1990 ou dans le futur",
            "absurd date: before 1990 or in the future",
        ),
        say("vérifiez l’horloge de l’expéditeur", "check the sender’s clock"),
    )
}

/// An instant as JSON writes it; without an offset it is `zone`'s.
pub(crate) fn instant(
    object: &Object<'_>,
    name: &str,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Option<Timestamp>, Wrong> {
    let Some(at) = object.instant(name, zone)? else { return Ok(None) };
    believable(object, name, at, now).map(Some)
}

/// An amount in major units that can't be negative.
pub(crate) fn amount(
    object: &Object<'_>,
    name: &str,
    currency: Currency,
) -> Result<Option<i64>, Wrong> {
    not_negative(object, name, object.money(name, currency)?)
}

pub(crate) fn not_negative(
    object: &Object<'_>,
    name: &str,
    amount: Option<i64>,
) -> Result<Option<i64>, Wrong> {
    if amount.is_none_or(|amount| amount >= 0) {
        return Ok(amount);
    }
    object.wrong(
        name,
        say("le montant est négatif", "the amount is negative"),
        say("envoyez un montant positif ou nul", "send an amount of 0 or above"),
    )
}

/// The currency that a record names, else the one given.
pub(crate) fn currency(
    object: &Object<'_>,
    name: &str,
    else_this: Currency,
) -> Result<Currency, Wrong> {
    match object.text(name) {
        None => Ok(else_this),
        Some(code) => code.parse().map_err(|error| (object.at(name), Fault::from(error))),
    }
}

/// Units: a whole number, or a decimal one that is rounded up (1.5 kg is in two units' place).
pub(crate) fn units(object: &Object<'_>, name: &str) -> Result<Option<i64>, Wrong> {
    let Some(digits) = object.digits(name)? else { return Ok(None) };
    let (whole, fraction) = digits.split_once('.').unwrap_or((&digits, ""));
    let more = i64::from(fraction.bytes().any(|digit| digit != b'0'));
    let count = whole.parse::<i64>().ok().and_then(|whole| whole.checked_add(more));
    match count.filter(|count| (0..=1_000_000_000).contains(count) && !whole.starts_with('-')) {
        Some(count) => Ok(Some(count)),
        None => object.wrong(
            name,
            say("ce n’est pas une quantité", "this is not a quantity"),
            say("envoyez un nombre positif ou nul", "send a number of 0 or above"),
        ),
    }
}

/// A place from its parts; a country that is not known is left out, the rest stays.
pub(crate) fn place(
    country: Option<String>,
    region: Option<String>,
    city: Option<String>,
    postcode: Option<String>,
) -> Place {
    let country = country.and_then(|text| country::code(&text)).map(str::to_owned);
    Place { country, region, city, postcode }
}

/// Whether anything says who the person is.
pub(crate) fn known(identity: &Identity) -> bool {
    identity.id.is_some() || identity.email.is_some() || identity.phone.is_some()
}

/// A name made from others that can't be turned back: 96 bits of their SHA-256.
pub(crate) fn pseudonym(parts: &[&str]) -> String {
    use std::fmt::Write as _;
    let digest = digest::digest(&digest::SHA256, parts.join("\u{1f}").as_bytes());
    digest.as_ref().iter().take(12).fold(String::with_capacity(24), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_value_at_fault_is_found_by_its_path() {
        let record = r#"{"id":"1","products":[{"price":1},{"price":"x"}],"a":{"b":null}}"#;
        assert_eq!(value_at(record, "products[2].price"), "x");
        assert_eq!(value_at(record, "products[3].price"), "");
        assert_eq!((value_at(record, "a.b"), value_at(record, "id")), (String::new(), "1".into()));
    }

    #[test]
    fn quantities_are_whole_or_rounded_up_and_never_negative() {
        let object = Object::parse(r#"{"a":2,"b":1.5,"c":"3.0","d":-1,"e":"x"}"#).expect("JSON");
        let units = |name: &str| units(&object, name).map_err(|(field, _)| field);
        assert_eq!((units("a"), units("b"), units("c")), (Ok(Some(2)), Ok(Some(2)), Ok(Some(3))));
        assert_eq!(
            (units("d"), units("e"), units("z")),
            (Err("d".into()), Err("e".into()), Ok(None))
        );
    }
}
