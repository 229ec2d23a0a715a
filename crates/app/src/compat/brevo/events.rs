//! `POST /events`, its batch, and the older tracker: carts.

use std::collections::HashMap;

use anyhow::Result;
use axum::http::StatusCode;
use comptoir_model::{Cart, Record};
use comptoir_sources::brevo::{self, SOURCE};
use comptoir_store::doors;
use serde_json::json;

use super::super::door::Door;
use super::super::{answer, carts};
use super::Answer;

pub async fn one(door: &Door, body: &str) -> Answer {
    let cart = brevo::event(body, &door.setting)?;
    keep(door, cart.into_iter().collect()).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

pub async fn tracked(door: &Door, body: &str) -> Answer {
    let cart = brevo::tracked(body, &door.setting)?;
    keep(door, cart.into_iter().collect()).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// Good events are kept; the answer tells the bad ones by their position.
pub async fn batch(door: &Door, body: &str) -> Answer {
    let items = super::batch(body, "events")?;
    let total = items.len();
    let mut found = Vec::new();
    let mut errors = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        match brevo::event(item, &door.setting) {
            Ok(cart) => found.extend(cart),
            Err(refused) => {
                let message = format!("{}: {}; {}", refused.field, refused.reason, refused.remedy);
                errors.push(json!({ "eventIndex": [index], "message": message }));
            }
        }
    }
    keep(door, found).await?;
    let failed = errors.len();
    let status = match failed {
        0 => "success",
        _ if failed == total => "failure",
        _ => "partial_success",
    };
    let body = json!({
        "status": status,
        "total_events": total,
        "successful_events": total - failed,
        "failed_events": failed,
        "errors": errors,
    });
    let status = if failed == total { StatusCode::BAD_REQUEST } else { StatusCode::ACCEPTED };
    Ok(answer::json(status, &body))
}

async fn keep(door: &Door, told: Vec<Cart>) -> Result<()> {
    if told.is_empty() {
        return Ok(());
    }
    let records = door
        .work(move |door| {
            let snapshot = door.app.store.read()?;
            let mut known: HashMap<String, Cart> = HashMap::new();
            let mut records = Vec::new();
            for cart in told {
                if !known.contains_key(&cart.id) {
                    let stored = doors::cart(&snapshot, door.shop.id, SOURCE, &cart.id)?;
                    known.extend(stored.map(|stored| (cart.id.clone(), stored)));
                }
                let cart = carts::grown(known.get(&cart.id), cart);
                known.insert(cart.id.clone(), cart.clone());
                records.push(Record::Cart(Box::new(cart)));
            }
            Ok(records)
        })
        .await?;
    door.keep(SOURCE, records).await
}
