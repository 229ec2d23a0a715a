//! `POST /orders/status` and its batch.

use std::collections::HashMap;

use anyhow::Result;
use axum::http::StatusCode;
use comptoir_model::{Order, Record};
use comptoir_sources::brevo::{self, SOURCE};
use comptoir_store::doors::{self, By};
use serde_json::json;

use super::super::answer;
use super::super::door::Door;
use super::{Answer, Refusal, catalogue};

pub async fn one(door: &Door, body: &str) -> Answer {
    let order = brevo::order(body, &door.setting)?;
    keep(door, vec![order]).await?;
    Ok(answer::empty(StatusCode::NO_CONTENT))
}

/// Good orders are kept, bad ones logged: Brevo answers before it has looked at them.
pub async fn batch(door: &Door, body: &str) -> Answer {
    let mut orders = Vec::new();
    let mut first = None;
    for item in super::batch(body, "orders")? {
        match brevo::order(item, &door.setting) {
            Ok(order) => orders.push(order),
            Err(refused) => {
                door.note(SOURCE, &refused);
                first.get_or_insert(refused);
            }
        }
    }
    let count = orders.len();
    if let (0, Some(refused)) = (count, first) {
        return Err(Refusal::from(refused));
    }
    keep(door, orders).await?;
    let batch = door.setting.now.as_millisecond();
    Ok(answer::json(StatusCode::ACCEPTED, &json!({ "batch_id": batch, "count": count })))
}

async fn keep(door: &Door, mut orders: Vec<Order>) -> Result<()> {
    let codes = door.work(codes).await?;
    if !codes.is_empty() {
        for line in orders.iter_mut().flat_map(|order| &mut order.lines) {
            for id in [&mut line.product, &mut line.variant].into_iter().flatten() {
                if let Some(code) = codes.get(id) {
                    id.clone_from(code);
                }
            }
        }
    }
    let records = orders.into_iter().map(|order| Record::Order(Box::new(order))).collect();
    door.keep(SOURCE, records).await
}

/// References (SKU) by Brevo's product ids, where they differ.
fn codes(door: &Door) -> Result<HashMap<String, String>> {
    let snapshot = door.app.store.read()?;
    let held = doors::held(&snapshot, door.shop.id, catalogue::PRODUCT, By::All)?;
    Ok(held
        .into_iter()
        .filter(|held| !held.detail.is_empty())
        .filter_map(|held| Some((held.key?, held.detail)))
        .collect())
}
