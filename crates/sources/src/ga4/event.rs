//! One event, and what its request says of all of them.

use comptoir_model::{Order, Refund, VisitFault};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::value::RawValue;
use url::Url;

use super::sale::{order, refund};
use super::{AHEAD, BACK, Glimpse, MAX_EVENTS, MAX_PARAMETERS};
use crate::canonical::country;
use crate::connector::Setting;
use crate::pushed::{missing, pseudonym};
use crate::visits::{Carried, unnamed};
use crate::wire::{Object, Wrong};
use crate::words::say;

/// A request: who tells it, and its events as they are written.
pub(super) struct Request<'a> {
    pub about: About,
    pub events: Vec<&'a str>,
}

/// What holds for all events of a request.
pub(super) struct About {
    client: String,
    at: Option<Timestamp>,
    device: Option<String>,
    country: Option<String>,
    carried: Carried,
}

/// What an event says.
pub(super) struct Read {
    pub glimpse: Option<Glimpse>,
    pub order: Option<Order>,
    pub refund: Option<Refund>,
}

impl<'a> Request<'a> {
    pub fn read(object: &Object<'a>) -> Result<Self, Wrong> {
        let client = object.text("client_id").or_else(|| object.text("app_instance_id"));
        let Some(client) = client else { return missing(object, "client_id") };
        let Some(raw) = object.raw("events") else { return missing(object, "events") };
        // One event may stand without a list around it.
        let events = if raw.get().starts_with('{') {
            vec![raw.get()]
        } else {
            object.list("events")?.into_iter().map(RawValue::get).collect()
        };
        if events.is_empty() {
            return missing(object, "events");
        }
        if events.len() > MAX_EVENTS {
            return object.wrong(
                "events",
                say("plus de 25 événements", "more than 25 events"),
                say("envoyez-les en plusieurs requêtes", "send them in several requests"),
            );
        }
        let device = object.object("device")?.and_then(|device| device.text("category"));
        let place = object.object("user_location")?.and_then(|place| place.text("country_id"));
        let about = About {
            client,
            at: moment(object)?,
            device,
            country: place.and_then(|text| country::code(&text)).map(str::to_owned),
            carried: carried(object),
        };
        Ok(Self { about, events })
    }
}

impl About {
    pub fn event(&self, text: &str, setting: &Setting) -> Result<Read, Wrong> {
        let object = Object::parse(text)?;
        let Some(name) = object.text("name") else { return missing(&object, "name") };
        let well_named = name.len() <= 40
            && name.starts_with(|c: char| c.is_ascii_alphabetic())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !well_named {
            return object.wrong(
                "name",
                say(
                    "un nom d’événement commence par une lettre et a 40 caractères au plus, parmi A-Z, a-z, 0-9 et _",
                    "an event name starts with a letter and has at most 40 characters, of A-Z, a-z, 0-9 and _",
                ),
                say("corrigez le nom", "correct the name"),
            );
        }
        let told = moment(&object)?.or(self.at);
        let at = told.unwrap_or(setting.now);
        if at < setting.now - BACK || at > setting.now + AHEAD {
            return object.wrong(
                "timestamp_micros",
                say(
                    "l’événement date de plus de 72 heures, ou du futur",
                    "the event is older than 72 hours, or in the future",
                ),
                say("envoyez les événements à temps", "send events in time"),
            );
        }
        let Some(params) = object.object("params")? else {
            let glimpse = Glimpse {
                mark: told.map(|at| format!("{name}{at}")),
                ..self.glimpse(&name, None, at)
            };
            return Ok(Read { glimpse: Some(glimpse), order: None, refund: None });
        };
        if params.names().count() > MAX_PARAMETERS {
            return object.wrong(
                "params",
                say("plus de 25 paramètres", "more than 25 parameters"),
                say("envoyez-en moins", "send fewer"),
            );
        }
        let session = params.reference("ga_session_id").or_else(|| params.reference("session_id"));
        let mut glimpse = self.glimpse(&name, session.as_deref(), at);
        let raw = object.raw("params").map_or("", RawValue::get);
        glimpse.mark = told.map(|at| pseudonym(&[&name, &at.to_string(), raw]));
        attribute(&mut glimpse, &params);
        carried_by(&mut glimpse.carried, &params, &name);
        let mut read = Read { glimpse: None, order: None, refund: None };
        match name.as_str() {
            "purchase" => {
                let mut order = order(&params, at, setting)?;
                order.source.clone_from(&glimpse.source);
                order.medium.clone_from(&glimpse.medium);
                order.campaign.clone_from(&glimpse.campaign);
                order.device.clone_from(&glimpse.device);
                read.order = Some(order);
                read.glimpse = Some(glimpse);
            }
            // Whoever gives money back is no visitor.
            "refund" => read.refund = Some(refund(&params, at, setting)?),
            _ => read.glimpse = Some(glimpse),
        }
        Ok(read)
    }

    fn glimpse(&self, name: &str, session: Option<&str>, at: Timestamp) -> Glimpse {
        let visit = if let Some(session) = session {
            pseudonym(&["ga4", &self.client, session])
        } else {
            // Nobody is followed for longer than a year: the CNIL allows 13 months.
            let year = at.to_zoned(TimeZone::UTC).year().to_string();
            format!("{}-", pseudonym(&["ga4", &year, &self.client]))
        };
        Glimpse {
            visit,
            named: session.is_some(),
            opens: session.is_some() || name != "purchase",
            at,
            mark: None,
            page: matches!(name, "page_view" | "screen_view"),
            source: None,
            medium: None,
            campaign: None,
            device: self.device.clone(),
            country: self.country.clone(),
            added_to_cart: name == "add_to_cart",
            ordered: name == "purchase",
            carried: self.carried.clone(),
        }
    }
}

/// What a request says of whoever it was.
fn carried(object: &Object<'_>) -> Carried {
    let mut carried = Carried::default();
    let written = |name: &str| object.raw(name).map_or("", RawValue::get);
    if object.text("user_id").is_some() {
        carried.add(VisitFault::Customer, "user_id");
    }
    // Hashed or not, it is there to recognise somebody.
    if !matches!(written("user_data"), "" | "{}" | "[]") {
        carried.add(VisitFault::Email, "user_data");
    }
    for name in ["user_id", "user_properties", "client_id"] {
        carried.text(name, written(name));
    }
    for name in ["ip_override", "uip"] {
        if let Some(address) = object.text(name) {
            carried.address(name, &address);
        }
    }
    carried
}

/// What an event says of them. The number of a sale belongs to the sale, which is kept as an order.
fn carried_by(carried: &mut Carried, params: &Object<'_>, event: &str) {
    for name in params.names() {
        let text = params.raw(name).map_or("", RawValue::get);
        match name {
            "user_id" | "customer_id" => carried.add(VisitFault::Customer, "params"),
            "transaction_id" | "order_id" if event != "purchase" => {
                carried.add(VisitFault::Order, "params");
            }
            "uip" | "ip_override" | "ip" => {
                if let Some(address) = params.text(name) {
                    carried.address("params", &address);
                }
            }
            _ => carried.text("params", text),
        }
    }
}

/// Where the visit came from: parameters, else what the page's address carries.
fn attribute(glimpse: &mut Glimpse, params: &Object<'_>) {
    let text = |name: &str| unnamed(params.text(name));
    glimpse.source = text("campaign_source").or_else(|| text("source"));
    glimpse.medium = text("campaign_medium").or_else(|| text("medium"));
    glimpse.campaign = text("campaign_name").or_else(|| text("campaign"));
    glimpse.device = params.text("device_category").or_else(|| glimpse.device.take());
    // The rest of the address may say who it is: it is not kept.
    let page = params.text("page_location").and_then(|address| Url::parse(&address).ok());
    for (name, value) in page.iter().flat_map(Url::query_pairs) {
        let part = match name.as_ref() {
            "utm_source" => &mut glimpse.source,
            "utm_medium" => &mut glimpse.medium,
            "utm_campaign" => &mut glimpse.campaign,
            _ => continue,
        };
        if part.is_none() && !value.is_empty() && !crate::visits::names_somebody(&value) {
            *part = Some(value.chars().filter(|c| !c.is_control()).take(200).collect());
        }
    }
}

/// When it happened, in microseconds.
fn moment(object: &Object<'_>) -> Result<Option<Timestamp>, Wrong> {
    let Some(micros) = object.text("timestamp_micros") else { return Ok(None) };
    match micros.parse().ok().and_then(|micros| Timestamp::from_microsecond(micros).ok()) {
        Some(at) => Ok(Some(at)),
        None => object.wrong(
            "timestamp_micros",
            say("ce n’est pas un instant", "this is not an instant"),
            say("envoyez des microsecondes depuis 1970", "send microseconds since 1970"),
        ),
    }
}
