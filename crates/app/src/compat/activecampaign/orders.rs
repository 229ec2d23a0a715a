//! Orders and abandoned carts by REST: the same resource, told apart by what it carries. An order that
//! quotes the checkout of a cart recovers it.

use anyhow::Result;
use axum::http::StatusCode;
use comptoir_model::{CartState, Class, Order, Record, Version};
use comptoir_sources::activecampaign::{self as vendor, SOURCE, Told};
use comptoir_sources::{Refused, pushed};
use comptoir_store::doors::{self, By, Held, Ledger};
use comptoir_store::{Snapshot, StoreError};
use jiff::ToSpan;
use serde_json::{Value, json};

use super::super::door::Door;
use super::super::{answer, carts};
use super::Answer;
use super::resources::{self, CUSTOMER, ORDER};

/// What became of a told order: what is held of it, and what it says.
type Kept = Option<Result<(Held, Told), Box<Refused>>>;

/// Creates an order, or changes the one of a number piece by piece.
pub async fn put(door: &Door, number: Option<i64>, body: &str) -> Answer {
    let told = resources::within(&ORDER, body)?;
    let setting = door.setting.clone();
    let kept: Kept = door
        .work(move |door| {
            Ok(door.app.store.change_held(door.shop.id, move |ledger| {
                let known = match number {
                    Some(number) => ledger.held(ORDER.kind, By::Number(number))?.pop(),
                    None => same(ledger, &told)?,
                };
                if number.is_some() && known.is_none() {
                    return Ok(None);
                }
                let known = known.unwrap_or_default();
                let detail = match vendor::merged(ORDER.told, &known.detail, &told) {
                    Ok(detail) => detail,
                    Err(refused) => return Ok(Some(Err(refused))),
                };
                let customer = customer(ledger, &detail)?;
                let read = match vendor::rest_order(&detail, customer.as_deref(), &setting) {
                    Ok(read) => read,
                    Err(refused) => return Ok(Some(Err(refused))),
                };
                let mut held = held(known.number, detail);
                held.number = ledger.put(ORDER.kind, &held)?;
                Ok(Some(Ok((held, read))))
            })?)
        })
        .await?;
    let Some(kept) = kept else { return Err(ORDER.unknown(number.unwrap_or(0))) };
    let (held, told) = kept?;
    let checkout = held.checkout.clone();
    let records = door
        .work(move |door| {
            let snapshot = door.app.store.read()?;
            match told {
                Told::Order(order) => with_cart(door, &snapshot, *order, checkout.as_deref()),
                Told::Cart(cart) => {
                    let known = doors::cart(&snapshot, door.shop.id, SOURCE, &cart.id)?;
                    Ok(vec![Record::Cart(Box::new(carts::grown(known.as_ref(), *cart)))])
                }
            }
        })
        .await?;
    door.keep(SOURCE, records).await?;
    let status = if number.is_some() { StatusCode::OK } else { StatusCode::CREATED };
    Ok(resources::one(status, &ORDER, &held))
}

/// Withdraws an order or a cart.
pub async fn delete(door: &Door, number: i64) -> Answer {
    let setting = door.setting.clone();
    let removed: Kept = door
        .work(move |door| {
            Ok(door.app.store.change_held(door.shop.id, move |ledger| {
                let Some(held) = ledger.held(ORDER.kind, By::Number(number))?.pop() else {
                    return Ok(None);
                };
                ledger.remove(ORDER.kind, number)?;
                let read = vendor::rest_order(&held.detail, None, &setting);
                Ok(Some(read.map(|read| (held, read))))
            })?)
        })
        .await?;
    let Some(removed) = removed else { return Err(ORDER.unknown(number)) };
    let version = Version::stamped(door.setting.now);
    let record = match removed?.1 {
        Told::Order(order) => Record::Order(Box::new(Order {
            class: Class::Deleted,
            status: "deleted".into(),
            version,
            ..*order
        })),
        Told::Cart(mut cart) => {
            cart.state = CartState::Deleted;
            cart.version = version;
            Record::Cart(cart)
        }
    };
    door.keep(SOURCE, vec![record]).await?;
    Ok(answer::json(StatusCode::OK, &json!({})))
}

/// The products of one order, or of all.
pub async fn products(door: &Door, number: Option<i64>) -> Answer {
    let held = door
        .work(move |door| {
            let snapshot = door.app.store.read()?;
            let by = number.map_or(By::All, By::Number);
            Ok(doors::held(&snapshot, door.shop.id, ORDER.kind, by)?)
        })
        .await?;
    if let (true, Some(number)) = (held.is_empty(), number) {
        return Err(ORDER.unknown(number));
    }
    let mut products = Vec::new();
    for order in &held {
        let mut shown = ORDER.shown(order);
        let items = shown.get_mut("orderProducts").and_then(Value::as_array_mut);
        for (index, item) in items.into_iter().flatten().enumerate() {
            if let Some(item) = item.as_object_mut() {
                item.insert("id".into(), json!(format!("{}-{}", order.number, index + 1)));
                item.insert("orderid".into(), json!(order.number.to_string()));
            }
            products.push(item.take());
        }
    }
    let total = products.len().to_string();
    let body = json!({ "ecomOrderProducts": products, "meta": { "total": total } });
    Ok(answer::json(StatusCode::OK, &body))
}

/// What is held of an order, by what its members say.
pub fn held(number: i64, detail: String) -> Held {
    let text = |name: &str| pushed::text(&detail, name).ok().flatten();
    Held {
        number,
        key: text("externalid").filter(|key| key != "0"),
        checkout: text("externalcheckoutid"),
        email: text("email").map(|email| email.to_lowercase()),
        detail,
    }
}

/// The order that was told before: by the shop's own id, else by the cart it came from.
pub fn same(ledger: &Ledger<'_>, told: &str) -> Result<Option<Held>, StoreError> {
    let text = |text: &str, name: &str| pushed::text(text, name).ok().flatten();
    let connection = text(told, "connectionid");
    let ours = |held: &Held| text(&held.detail, "connectionid") == connection;
    let key = text(told, "externalid").filter(|key| key != "0");
    if let Some(key) = &key
        && let Some(found) = ledger.held(ORDER.kind, By::Key(key))?.into_iter().find(ours)
    {
        return Ok(Some(found));
    }
    let Some(checkout) = text(told, "externalcheckoutid") else { return Ok(None) };
    let found = ledger.held(ORDER.kind, By::Checkout(&checkout))?;
    Ok(found.into_iter().find(|held| ours(held) && (held.key.is_none() || key.is_none())))
}

/// The shop's own id of the customer that an order names by ActiveCampaign's.
fn customer(ledger: &Ledger<'_>, detail: &str) -> Result<Option<String>, StoreError> {
    let number = pushed::text(detail, "customerid").ok().flatten();
    let Some(number) = number.and_then(|number| number.parse().ok()) else { return Ok(None) };
    Ok(ledger.held(CUSTOMER.kind, By::Number(number))?.pop().and_then(|held| held.key))
}

/// An order, and the cart that it recovers.
pub fn with_cart(
    door: &Door,
    snapshot: &Snapshot,
    order: Order,
    checkout: Option<&str>,
) -> Result<Vec<Record>> {
    let mut records = Vec::new();
    let cart = match checkout {
        Some(checkout) => doors::cart(snapshot, door.shop.id, SOURCE, checkout)?,
        None => None,
    };
    let placed = !matches!(order.class, Class::Draft | Class::Deleted);
    if let Some(mut cart) = cart.filter(|cart| placed && cart.state != CartState::Ordered) {
        // The shop's clock dates both; whatever it says, the order comes after the cart.
        let after = cart.version.modified.checked_add(1.millisecond());
        let after = after.unwrap_or(cart.version.modified);
        cart.version = Version::stamped(order.version.modified.max(after));
        cart.updated = cart.updated.max(order.created);
        cart.state = CartState::Ordered;
        cart.order = Some(order.id.clone());
        records.push(Record::Cart(Box::new(cart)));
    }
    records.push(Record::Order(Box::new(order)));
    Ok(records)
}
