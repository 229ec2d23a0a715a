//! Each type of record, field by field, in the order of `docs/ingest.md`.

mod order;
mod refund;
mod small;

use comptoir_model::{Currency, Identity, LineKind, Place, Record, Tax, Version};
use jiff::Timestamp;
use serde_json::value::RawValue;

use super::fields::{Fields, Wrong};
use crate::canonical::Context;
use crate::canonical::pricing::Charge;
use crate::words::say;
use order::order;
use refund::refund;
use small::{cart, customer, product, visit};

const TYPES: [&str; 6] = ["order", "refund", "customer", "product", "cart", "visit"];

/// Reads one record.
pub(super) fn read(raw: &RawValue, context: &Context) -> Result<Record, Wrong> {
    let mut fields = Fields::read(raw, "")?;
    let kind = fields.text("type")?.unwrap_or_default();
    let record = match kind.as_str() {
        "order" => Record::Order(Box::new(order(&mut fields, context)?)),
        "refund" => Record::Refund(Box::new(refund(&mut fields, context, None)?)),
        "customer" => Record::Customer(Box::new(customer(&mut fields, context)?)),
        "product" => Record::Product(Box::new(product(&mut fields, context)?)),
        "cart" => Record::Cart(Box::new(cart(&mut fields, context)?)),
        "visit" => Record::Visit(Box::new(visit(&mut fields, context)?)),
        other => {
            let nearest = crate::nearest(other, TYPES).unwrap_or("order");
            let other = crate::excerpt(other, 60);
            return fields.wrong(
                "type",
                say(
                    format!("le type « {other} » n’existe pas"),
                    format!("there is no type “{other}”"),
                ),
                say(
                    format!("le type le plus proche est « {nearest} »"),
                    format!("the nearest type is “{nearest}”"),
                ),
            );
        }
    };
    fields.finish()?;
    Ok(record)
}

fn version(fields: &mut Fields<'_>, context: &Context) -> Result<Version, Wrong> {
    Ok(match fields.moment("modified", context)? {
        Some(stamp) => Version::stamped(stamp),
        None => Version { origin: context.arrival, modified: context.imported },
    })
}

fn line_kind(item: &mut Fields<'_>) -> Result<LineKind, Wrong> {
    match item.text("kind")?.as_deref() {
        None | Some("product") => Ok(LineKind::Product),
        Some("service") => Ok(LineKind::Service),
        Some(_) => item.wrong(
            "kind",
            say("ce genre de ligne est inconnu", "unknown kind of line"),
            say("écrivez `\"product\"` ou `\"service\"`", "write \"product\" or \"service\""),
        ),
    }
}

fn identity(fields: Option<Fields<'_>>) -> Result<Identity, Wrong> {
    let Some(mut fields) = fields else { return Ok(Identity::default()) };
    let identity = Identity {
        id: fields.text("id")?,
        email: fields.text("email")?,
        phone: fields.text("phone")?,
        first_name: fields.text("first_name")?,
        last_name: fields.text("last_name")?,
    };
    fields.finish()?;
    Ok(identity)
}

fn place(fields: Option<Fields<'_>>) -> Result<Place, Wrong> {
    let Some(mut fields) = fields else { return Ok(Place::default()) };
    let place = Place {
        country: fields.country("country")?,
        region: fields.text("region")?,
        city: fields.text("city")?,
        postcode: fields.text("postcode")?,
    };
    fields.finish()?;
    Ok(place)
}

fn charge(
    name: &str,
    amount: &'static str,
    tax: &'static str,
    rate: &'static str,
    fields: &mut Fields<'_>,
    currency: Currency,
) -> Result<Charge, Wrong> {
    Ok(Charge {
        name: name.to_owned(),
        amount: fields.money(amount, currency)?.unwrap_or(0),
        rate: fields.rate(rate)?,
        tax: fields.money(tax, currency)?,
    })
}

fn taxes(fields: &mut Fields<'_>, currency: Currency) -> Result<Vec<Tax>, Wrong> {
    let mut taxes = Vec::new();
    for mut item in fields.objects("taxes")? {
        let rate = item.rate("rate")?;
        let amount = item.money("amount", currency)?.unwrap_or(0);
        item.finish()?;
        taxes.push(Tax { rate, amount });
    }
    Ok(taxes)
}

fn required_moment(
    fields: &mut Fields<'_>,
    name: &'static str,
    context: &Context,
    default: Option<Timestamp>,
) -> Result<Timestamp, Wrong> {
    match fields.moment(name, context)?.or(default) {
        Some(moment) => Ok(moment),
        None => fields.wrong(
            name,
            say("cette date manque", "this date is missing"),
            say(
                "écrivez-la sous la forme 2025-03-31T14:05:00+02:00",
                "write it as 2025-03-31T14:05:00+02:00",
            ),
        ),
    }
}
