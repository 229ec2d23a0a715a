//! Connections, their options, customers and contacts: what is created, changed, listed and removed
//! alike. Sending the same thing twice gives it the id it had, so that a sender that was never answered
//! may send again.

use anyhow::Result;
use axum::http::StatusCode;
use axum::response::Response;
use comptoir_metrics::query::pairs;
use comptoir_model::{Customer, Record};
use comptoir_sources::activecampaign::{self as vendor, SOURCE};
use comptoir_sources::{Refused, pushed};
use comptoir_store::StoreError;
use comptoir_store::doors::{self, By, Held, Ledger};
use serde_json::{Map, Value, json};

use super::super::answer;
use super::super::door::Door;
use super::{Answer, Refusal, unknown};

/// A kind of thing that the API lists.
pub struct Resource {
    /// In the address, and the list in an answer.
    pub many: &'static str,
    /// The member that holds one.
    pub one: &'static str,
    /// What the reading of its members calls it.
    pub told: &'static str,
    /// What it is held as.
    pub kind: &'static str,
    /// As a message says it.
    what: &'static str,
}

const CONNECTION: Resource = Resource {
    many: "connections",
    one: "connection",
    told: "connection",
    kind: "activecampaign_connection",
    what: "Connection",
};
const OPTION: Resource = Resource {
    many: "connectionOptions",
    one: "connectionOption",
    told: "option",
    kind: "activecampaign_option",
    what: "ConnectionOption",
};
pub const CUSTOMER: Resource = Resource {
    many: "ecomCustomers",
    one: "ecomCustomer",
    told: "customer",
    kind: "activecampaign_customer",
    what: "EcomCustomer",
};
pub const CONTACT: Resource = Resource {
    many: "contacts",
    one: "contact",
    told: "contact",
    kind: "activecampaign_contact",
    what: "Subscriber",
};
pub const ORDER: Resource = Resource {
    many: "ecomOrders",
    one: "ecomOrder",
    told: "order",
    kind: "activecampaign_order",
    what: "EcomOrder",
};

/// The most members of one page, and as many as come unasked.
const PAGE: (usize, usize) = (100, 20);

/// Members that are ids: they are answered as texts, however they were sent.
const IDS: [&str; 4] = ["externalid", "externalcheckoutid", "connectionid", "customerid"];

impl Resource {
    pub fn named(many: &str) -> Option<&'static Self> {
        const ALL: &[Resource] = &[CONNECTION, OPTION, CUSTOMER, CONTACT, ORDER];
        ALL.iter().find(|resource| resource.many == many)
    }

    pub fn unknown(&self, number: i64) -> Refusal {
        unknown(self.what, number)
    }

    /// One of them as it is answered.
    pub fn shown(&self, held: &Held) -> Value {
        let mut members: Map<String, Value> =
            serde_json::from_str(&held.detail).unwrap_or_default();
        for name in IDS {
            if let Some(value) = members.get_mut(name)
                && value.is_number()
            {
                *value = Value::String(value.to_string());
            }
        }
        members.insert("id".into(), Value::String(held.number.to_string()));
        members.insert("links".into(), json!({}));
        Value::Object(members)
    }
}

pub async fn list(door: &Door, resource: &'static Resource, query: &str) -> Answer {
    let mut filters: Vec<(String, String)> = Vec::new();
    let (mut limit, mut offset, mut email) = (PAGE.1, 0, None);
    for (name, value) in pairs(query) {
        let (Some(name), Some(value)) = (name, value) else { continue };
        let filter = name.strip_prefix("filters[").and_then(|rest| rest.strip_suffix(']'));
        match (filter, name.as_str()) {
            (Some("email"), _) | (None, "email") => email = Some(value),
            (Some(filter), _) => filters.push((filter.to_owned(), value)),
            (None, "limit") => limit = value.parse().unwrap_or(limit).clamp(1, PAGE.0),
            (None, "offset") => offset = value.parse().unwrap_or(0),
            _ => {}
        }
    }
    let held = door
        .work(move |door| {
            let snapshot = door.app.store.read()?;
            let by = email.as_deref().map_or(By::All, |email| By::Email(email.trim()));
            Ok(doors::held(&snapshot, door.shop.id, resource.kind, by)?)
        })
        .await?;
    let found: Vec<Value> = held
        .iter()
        .map(|held| resource.shown(held))
        .filter(|shown| {
            filters.iter().all(|(name, value)| match shown.get(name) {
                Some(Value::String(text)) => text == value,
                Some(other) => &other.to_string() == value,
                None => false,
            })
        })
        .collect();
    let total = found.len().to_string();
    let page: Vec<Value> = found.into_iter().skip(offset).take(limit).collect();
    let mut body = Map::new();
    body.insert(resource.many.into(), Value::Array(page));
    body.insert("meta".into(), json!({ "total": total }));
    Ok(answer::json(StatusCode::OK, &body))
}

pub async fn show(door: &Door, resource: &'static Resource, number: i64) -> Answer {
    let held = door
        .work(move |door| {
            let snapshot = door.app.store.read()?;
            Ok(doors::held(&snapshot, door.shop.id, resource.kind, By::Number(number))?)
        })
        .await?;
    let held = held.first().ok_or_else(|| resource.unknown(number))?;
    Ok(one(StatusCode::OK, resource, held))
}

pub async fn create(door: &Door, resource: &'static Resource, body: &str) -> Answer {
    let told = within(resource, body)?;
    let held = keep(door, resource, None, told).await?;
    let held = held.ok_or_else(|| resource.unknown(0))?;
    Ok(one(StatusCode::CREATED, resource, &held))
}

pub async fn change(door: &Door, resource: &'static Resource, number: i64, body: &str) -> Answer {
    let told = within(resource, body)?;
    let held = keep(door, resource, Some(number), told).await?;
    let held = held.ok_or_else(|| resource.unknown(number))?;
    Ok(one(StatusCode::OK, resource, &held))
}

/// Forgets the id. A customer's record stays: its orders are the shop's.
pub async fn delete(door: &Door, resource: &'static Resource, number: i64) -> Answer {
    let removed = door
        .work(move |door| {
            let kind = resource.kind;
            Ok(door.app.store.change_held(door.shop.id, move |held| held.remove(kind, number))?)
        })
        .await?;
    if !removed {
        return Err(resource.unknown(number));
    }
    Ok(answer::json(StatusCode::OK, &json!({})))
}

/// One of them, in its envelope.
pub fn one(status: StatusCode, resource: &Resource, held: &Held) -> Response {
    let mut body = Map::new();
    body.insert(resource.one.into(), resource.shown(held));
    answer::json(status, &body)
}

/// What the envelope holds.
pub fn within(resource: &Resource, body: &str) -> Result<String, Refusal> {
    match pushed::member(body, resource.one)? {
        Some(told) => Ok(told.to_owned()),
        None => Err(Refusal::Message(
            StatusCode::BAD_REQUEST,
            format!("The body has no member “{}”", resource.one),
        )),
    }
}

/// Keeps what was told over what was known; `None` when there is nothing of that number.
async fn keep(
    door: &Door,
    resource: &'static Resource,
    number: Option<i64>,
    told: String,
) -> Result<Option<Held>, Refusal> {
    let setting = door.setting.clone();
    let outcome = door
        .work(move |door| {
            Ok(door.app.store.change_held(door.shop.id, move |ledger| {
                let known = match number {
                    Some(number) => ledger.held(resource.kind, By::Number(number))?.pop(),
                    None => same(ledger, resource, &told)?,
                };
                if number.is_some() && known.is_none() {
                    return Ok(None);
                }
                let known = known.unwrap_or_default();
                let read = || -> Result<(Held, Option<Customer>), Box<Refused>> {
                    let detail = vendor::merged(resource.told, &known.detail, &told)?;
                    let customer = match resource.told {
                        // A customer's names come beside what is kept of it.
                        "customer" => Some(vendor::customer(&told_over(&detail, &told), &setting)?),
                        "contact" => Some(vendor::contact(&detail, &setting)?),
                        _ => None,
                    };
                    let email = customer.as_ref().and_then(|one| one.identity.email_key());
                    let key = pushed::text(&detail, "externalid")?.filter(|key| key != "0");
                    Ok((
                        Held { number: known.number, key, checkout: None, email, detail },
                        customer,
                    ))
                };
                match read() {
                    Err(refused) => Ok(Some(Err(refused))),
                    Ok((mut held, customer)) => {
                        held.number = ledger.put(resource.kind, &held)?;
                        Ok(Some(Ok((held, customer))))
                    }
                }
            })?)
        })
        .await?;
    let Some(outcome) = outcome else { return Ok(None) };
    let (held, customer) = outcome?;
    let records = customer.map(|customer| Record::Customer(Box::new(customer)));
    door.keep(SOURCE, records.into_iter().collect()).await?;
    Ok(Some(held))
}

/// What was told, with the members it left out.
fn told_over(detail: &str, told: &str) -> String {
    let read = |text: &str| serde_json::from_str::<Map<String, Value>>(text).unwrap_or_default();
    let mut members = read(detail);
    members.extend(read(told));
    Value::Object(members).to_string()
}

/// The one that was told before: by the shop's own id and connection, else by e-mail.
fn same(ledger: &Ledger<'_>, resource: &Resource, told: &str) -> Result<Option<Held>, StoreError> {
    let text = |text: &str, name: &str| pushed::text(text, name).ok().flatten();
    let key = text(told, "externalid").filter(|key| key != "0" && resource.told != "contact");
    let found = match (&key, text(told, "email")) {
        (Some(key), _) => ledger.held(resource.kind, By::Key(key))?,
        (None, Some(email)) => ledger.held(resource.kind, By::Email(email.trim()))?,
        (None, None) => return Ok(None),
    };
    let distinguishing = if resource.told == "connection" { "service" } else { "connectionid" };
    let connection = text(told, distinguishing);
    Ok(found.into_iter().find(|held| {
        resource.told == "contact" || text(&held.detail, distinguishing) == connection
    }))
}
