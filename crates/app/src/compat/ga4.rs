//! Google Analytics' Measurement Protocol. It answers 204 whatever it is sent, once what can be kept
//! is on disk; what can't be is logged, and `/debug/mp/collect` tells it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Result;
use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use comptoir_metrics::query::pairs;
use comptoir_model::{Record, Visit};
use comptoir_sources::connector::Setting;
use comptoir_sources::ga4::{self, Glimpse, MAX_BODY, PAUSE, Reading, SOURCE};
use comptoir_store::Snapshot;
use comptoir_store::doors::{self, Ongoing};
use comptoir_store::visits::Refusals;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::json;

use super::answer;
use super::door::{self, Door};
use crate::clock;
use crate::commands::log;
use crate::state::App;
use crate::visits;

/// Visits that are remembered at most; the store knows the others.
const MAX_REMEMBERED: usize = 20_000;

/// Visits that may still grow, so that pages of requests that come at once are all counted.
#[derive(Default)]
pub struct Visits {
    going: Mutex<HashMap<(i64, String), Going>>,
}

/// A visit so far.
struct Going {
    id: String,
    first: Timestamp,
    last: Timestamp,
    pages: i64,
    /// Marks of the events that were counted: one that is sent again counts once.
    marks: HashSet<String>,
}

pub async fn collect(
    State(app): State<Arc<App>>,
    RawQuery(query): RawQuery,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    match kept(&app, query.as_deref().unwrap_or_default(), body).await {
        Ok(()) => answer::empty(StatusCode::NO_CONTENT),
        Err(error) => {
            // Not kept is not acknowledged: whoever sends again loses nothing.
            log(&format!("ga4: {error:#}"));
            answer::empty(StatusCode::INTERNAL_SERVER_ERROR)
        }
    }
}

/// Google's validation looks at the body alone, not at the secret.
pub async fn validate(body: Result<Bytes, BytesRejection>) -> Response {
    let setting = Setting {
        now: clock::now(),
        currency: comptoir_model::Currency::EUR,
        timezone: TimeZone::UTC,
    };
    let messages = ga4::validate(&door::text(body).unwrap_or_default(), &setting);
    answer::json(StatusCode::OK, &json!({ "validationMessages": messages }))
}

async fn kept(app: &Arc<App>, query: &str, body: Result<Bytes, BytesRejection>) -> Result<()> {
    let secret = pairs(query).find_map(|(name, value)| {
        (name.as_deref() == Some("api_secret")).then_some(value).flatten()
    });
    let Some(door) = Door::open(app, secret.as_deref()).await? else {
        log("ga4: a push with an unknown api_secret was dropped");
        return Ok(());
    };
    let text = match door::text(body) {
        Ok(text) if text.len() <= MAX_BODY => text,
        _ => {
            log(&format!("ga4, shop {}: a body over 130 kB was dropped", door.shop.shop.slug));
            return Ok(());
        }
    };
    let reading = match ga4::read(&text, &door.setting) {
        Ok(reading) => reading,
        Err(refused) => {
            door.note(SOURCE, &refused);
            return Ok(());
        }
    };
    for refused in &reading.refused {
        door.note(SOURCE, refused);
    }
    let records = door.work(move |door| records(door, reading)).await?;
    door.keep(SOURCE, records).await
}

fn records(door: &Door, reading: Reading) -> Result<Vec<Record>> {
    let snapshot = door.app.store.read()?;
    let mut records = Vec::new();
    let mode = visits::mode(&door.app.store, door.shop.id)?;
    let mut refusals = Refusals::new();
    for glimpse in &reading.glimpses {
        if let Some((fault, refused)) = glimpse.refused(mode) {
            door.note(SOURCE, &refused);
            *refusals.entry(fault).or_default() += 1;
            continue;
        }
        let visit = door.app.visits.grow(&snapshot, door.shop.id, glimpse)?;
        records.extend(visit.map(|visit| Record::Visit(Box::new(visit))));
    }
    let day = door.setting.timezone.to_datetime(door.setting.now).date();
    door.app.store.count_refused_visits(door.shop.id, day, SOURCE, refusals)?;
    let total = |id: &str| doors::order_total(&snapshot, door.shop.id, SOURCE, id);
    let mut told: HashMap<String, Option<i64>> = HashMap::new();
    for order in reading.orders {
        // A thank-you page that is loaded again tells its purchase again: the first counts.
        if told.contains_key(&order.id) || total(&order.id)?.is_some() {
            continue;
        }
        told.insert(order.id.clone(), order.total_only);
        records.push(Record::Order(Box::new(order)));
    }
    for mut refund in reading.refunds {
        if refund.total.is_none() {
            let order = refund.order.clone().unwrap_or_default();
            let known = match told.get(&order) {
                Some(known) => *known,
                None => total(&order)?,
            };
            let Some(known) = known else {
                log(&format!(
                    "ga4, shop {}: a refund without a value, of an order that is not known, was dropped",
                    door.shop.shop.slug
                ));
                continue;
            };
            refund.total = Some(known);
        }
        records.push(Record::Refund(Box::new(refund)));
    }
    Ok(records)
}

impl Visits {
    /// The visit with what an event adds to it; `None` when the event opens none.
    fn grow(&self, snapshot: &Snapshot, shop: i64, glimpse: &Glimpse) -> Result<Option<Visit>> {
        let mut going = self.going.lock().unwrap_or_else(PoisonError::into_inner);
        forget(&mut going, glimpse.at);
        let key = (shop, glimpse.visit.clone());
        if !going.contains_key(&key)
            && let Some(known) = doors::visit(snapshot, shop, SOURCE, &glimpse.visit)?
        {
            let Ongoing { id, started, pages } = known;
            let visit = Going { id, first: started, last: started, pages, marks: HashSet::new() };
            going.insert(key.clone(), visit);
        }
        let same = going.get(&key).is_some_and(|visit| {
            glimpse.named || (visit.first - PAUSE..visit.last + PAUSE).contains(&glimpse.at)
        });
        if !same {
            if !glimpse.opens {
                return Ok(None);
            }
            let id = if glimpse.named {
                glimpse.visit.clone()
            } else {
                format!("{}{:x}", glimpse.visit, glimpse.at.as_microsecond())
            };
            let visit =
                Going { id, first: glimpse.at, last: glimpse.at, pages: 0, marks: HashSet::new() };
            going.insert(key.clone(), visit);
        }
        let Some(visit) = going.get_mut(&key) else { return Ok(None) };
        visit.first = visit.first.min(glimpse.at);
        visit.last = visit.last.max(glimpse.at);
        let again = glimpse.mark.as_ref().is_some_and(|mark| !visit.marks.insert(mark.clone()));
        if glimpse.page && !again {
            visit.pages += 1;
        }
        Ok(Some(Visit {
            id: visit.id.clone(),
            started: visit.first,
            pages: visit.pages,
            source: glimpse.source.clone(),
            medium: glimpse.medium.clone(),
            campaign: glimpse.campaign.clone(),
            device: glimpse.device.clone(),
            country: glimpse.country.clone(),
            added_to_cart: glimpse.added_to_cart,
            ordered: glimpse.ordered,
        }))
    }
}

/// Forgets visits that have ended, when there are many.
fn forget(going: &mut HashMap<(i64, String), Going>, now: Timestamp) {
    if going.len() >= MAX_REMEMBERED {
        going.retain(|_, visit| visit.last > now - PAUSE);
    }
    if going.len() >= MAX_REMEMBERED {
        going.clear();
    }
}
