//! `POST /products`, `POST /categories`, and their batches.

use std::collections::{HashMap, HashSet};

use anyhow::Result;
use axum::http::StatusCode;
use comptoir_model::Record;
use comptoir_sources::brevo::{self, Category, Item, SOURCE};
use comptoir_sources::pushed;
use comptoir_store::doors::{self, By, Held};
use serde_json::json;

use super::super::answer;
use super::super::door::Door;
use super::{Answer, Refusal};

/// Products that were told: the detail is their reference, empty without one.
pub const PRODUCT: &str = "brevo_product";

/// Categories that were told: the detail is their name.
const CATEGORY: &str = "brevo_category";

pub async fn product(door: &Door, body: &str) -> Answer {
    let item = brevo::product(body, &door.setting)?;
    let id = item.id.clone();
    created(keep_products(door, vec![item], pushed::flag(body, "updateEnabled")).await?, &id)
}

pub async fn products(door: &Door, body: &str) -> Answer {
    let mut items = Vec::new();
    let mut first = None;
    for text in super::batch(body, "products")? {
        match brevo::product(text, &door.setting) {
            Ok(item) => items.push(item),
            Err(refused) => {
                door.note(SOURCE, &refused);
                first.get_or_insert(refused);
            }
        }
    }
    if let (true, Some(refused)) = (items.is_empty(), first) {
        return Err(Refusal::from(refused));
    }
    let kept = keep_products(door, items, pushed::flag(body, "updateEnabled")).await?;
    Ok(counted(&kept))
}

pub async fn category(door: &Door, body: &str) -> Answer {
    let category = brevo::category(body)?;
    let id = category.id.clone();
    created(keep_categories(door, vec![category], pushed::flag(body, "updateEnabled")).await?, &id)
}

pub async fn categories(door: &Door, body: &str) -> Answer {
    let mut categories = Vec::new();
    let mut first = None;
    for text in super::batch(body, "categories")? {
        match brevo::category(text) {
            Ok(category) => categories.push(category),
            Err(refused) => {
                door.note(SOURCE, &refused);
                first.get_or_insert(refused);
            }
        }
    }
    if let (true, Some(refused)) = (categories.is_empty(), first) {
        return Err(Refusal::from(refused));
    }
    let kept = keep_categories(door, categories, pushed::flag(body, "updateEnabled")).await?;
    Ok(counted(&kept))
}

/// What became of each: its number, and whether it is new.
struct Kept {
    number: i64,
    new: bool,
}

/// 201 with a number for what is new (older SDKs accept nothing else), 204 for what was updated.
fn created(kept: Vec<Kept>, id: &str) -> Answer {
    match kept.first() {
        Some(Kept { number, new: true }) => {
            Ok(answer::json(StatusCode::CREATED, &json!({ "id": number })))
        }
        Some(_) => Ok(answer::empty(StatusCode::NO_CONTENT)),
        None => Err(Refusal::new(
            "duplicate_parameter",
            format!("{id} exists already; send updateEnabled: true to change it"),
        )),
    }
}

fn counted(kept: &[Kept]) -> axum::response::Response {
    let new = kept.iter().filter(|kept| kept.new).count();
    let body = json!({ "createdCount": new, "updatedCount": kept.len() - new });
    answer::json(StatusCode::CREATED, &body)
}

/// Keeps products; those that exist are left alone unless they may be updated.
async fn keep_products(door: &Door, items: Vec<Item>, update: bool) -> Result<Vec<Kept>> {
    let (items, known) = door
        .work(move |door| {
            let snapshot = door.app.store.read()?;
            let held = |kind| doors::held(&snapshot, door.shop.id, kind, By::All);
            let known: HashSet<String> =
                held(PRODUCT)?.into_iter().filter_map(|held| held.key).collect();
            let names: HashMap<String, String> = held(CATEGORY)?
                .into_iter()
                .filter_map(|held| Some((held.key?, held.detail)))
                .collect();
            let mut items = items;
            for item in &mut items {
                let named = item.categories.iter().find_map(|id| names.get(id));
                item.product.category = named.cloned().or_else(|| item.product.category.take());
            }
            Ok((items, known))
        })
        .await?;
    let items: Vec<Item> =
        items.into_iter().filter(|item| update || !known.contains(&item.id)).collect();
    // The records first: a sender that was never answered sends them again as new.
    let records = items.iter().map(|item| Record::Product(Box::new(item.product.clone())));
    door.keep(SOURCE, records.collect()).await?;
    let held = items.into_iter().map(|item| Held {
        key: Some(item.id),
        detail: item.sku.unwrap_or_default(),
        ..Held::default()
    });
    hold(door, PRODUCT, held.collect()).await
}

async fn keep_categories(
    door: &Door,
    categories: Vec<Category>,
    update: bool,
) -> Result<Vec<Kept>> {
    let known = door
        .work(|door| {
            let snapshot = door.app.store.read()?;
            Ok(doors::held(&snapshot, door.shop.id, CATEGORY, By::All)?)
        })
        .await?;
    let known: HashSet<String> = known.into_iter().filter_map(|held| held.key).collect();
    let held = categories
        .into_iter()
        .filter(|category| !category.deleted && (update || !known.contains(&category.id)))
        .map(|category| Held { key: Some(category.id), detail: category.name, ..Held::default() });
    hold(door, CATEGORY, held.collect()).await
}

/// Gives each its number, the one it had if it had one.
async fn hold(door: &Door, kind: &'static str, records: Vec<Held>) -> Result<Vec<Kept>> {
    door.work(move |door| {
        let kept = door.app.store.change_held(door.shop.id, move |ledger| {
            let mut kept = Vec::new();
            for mut record in records {
                let key = record.key.clone().unwrap_or_default();
                let known = ledger.held(kind, By::Key(&key))?;
                record.number = known.first().map_or(0, |known| known.number);
                let number = ledger.put(kind, &record)?;
                kept.push(Kept { number, new: known.is_empty() });
            }
            Ok(kept)
        })?;
        Ok(kept)
    })
    .await
}
