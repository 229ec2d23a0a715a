//! `POST ecom/graphql`: what the WooCommerce plugin sends its orders by.

use std::collections::HashMap;

use anyhow::Result;
use axum::http::StatusCode;
use comptoir_model::{Order, Record};
use comptoir_sources::activecampaign::{self as vendor, Call, Pushed, SOURCE};
use comptoir_sources::{Refused, pushed};
use serde_json::{Map, Value, json};

use super::super::answer;
use super::super::door::Door;
use super::resources::ORDER;
use super::{Answer, Refusal, orders};
use crate::commands::log;

/// The most orders of one document.
const MAX_ORDERS: usize = 1000;

pub async fn handle(door: &Door, content_type: &str, body: &str) -> Answer {
    let calls = match read(content_type, body) {
        Ok(calls) => calls,
        Err(message) => {
            let body = json!({ "errors": [{ "message": message }] });
            return Ok(answer::json(StatusCode::BAD_REQUEST, &body));
        }
    };
    let mut data = Map::new();
    let mut errors = Vec::new();
    for call in &calls {
        let (answered, wrong) = serve(door, call).await?;
        data.insert(call.key.clone(), answered);
        errors.extend(wrong);
    }
    let body = if errors.is_empty() {
        json!({ "data": data })
    } else {
        json!({ "data": data, "errors": errors })
    };
    Ok(answer::json(StatusCode::OK, &body))
}

/// A bare document, or one in JSON with its variables.
fn read(content_type: &str, body: &str) -> Result<Vec<Call>, String> {
    let bare = content_type.to_ascii_lowercase().starts_with("application/graphql");
    if bare || !body.trim_start().starts_with("{\"") && !content_type.contains("json") {
        return vendor::calls(body, None, None);
    }
    let told = |refused: Box<Refused>| refused.reason.en;
    let Some(document) = pushed::text_whole(body, "query").map_err(told)? else {
        return Err("the body has no query".to_owned());
    };
    let variables = pushed::member(body, "variables").map_err(told)?;
    let operation = pushed::text(body, "operationName").map_err(told)?;
    vendor::calls(&document, variables, operation.as_deref())
}

/// Does one call: what is answered, and what is wrong.
async fn serve(door: &Door, call: &Call) -> Result<(Value, Vec<Value>), Refusal> {
    let wrong = |message: String| {
        let error = json!({ "message": message, "path": [call.key] });
        Ok((Value::Null, vec![error]))
    };
    let argument = |name: &str| -> Option<&str> {
        let direct = call.arguments.get(name).map(String::as_str);
        direct.or_else(|| pushed::member(call.arguments.get("input")?, name).ok().flatten())
    };
    let many = call.name != "upsertOrder";
    let texts: Vec<&str> = match call.name.as_str() {
        "upsertOrder" => match argument("order") {
            Some(order) => vec![order],
            None => return wrong("upsertOrder wants the argument “order”".into()),
        },
        "bulkUpsertOrders" | "bulkUpsertOrdersAsync" => {
            let Some(list) = argument("orders") else {
                return wrong(format!("{} wants the argument “orders”", call.name));
            };
            let wrapped = format!("{{\"orders\":{list}}}");
            match pushed::items(&wrapped, "orders") {
                Ok(Some(items)) if items.len() <= MAX_ORDERS => {
                    let items: Vec<String> = items.into_iter().map(str::to_owned).collect();
                    return orders_of(
                        door,
                        call,
                        &items.iter().map(String::as_str).collect::<Vec<_>>(),
                        many,
                    )
                    .await;
                }
                Ok(Some(items)) => {
                    return wrong(format!("{} orders; at most {MAX_ORDERS} at once", items.len()));
                }
                _ => return wrong("orders must be a list".into()),
            }
        }
        "bulkUpsertRecurringPayments" => {
            log(&format!(
                "activecampaign, shop {}: subscriptions were accepted and are not kept",
                door.shop.shop.slug
            ));
            return Ok((selected(call, &Map::new()), Vec::new()));
        }
        other => return wrong(format!("Cannot query field \"{other}\" on type \"Mutation\"")),
    };
    orders_of(door, call, &texts, many).await
}

/// Keeps the orders of a call; bad ones are told by their position.
async fn orders_of(
    door: &Door,
    call: &Call,
    texts: &[&str],
    many: bool,
) -> Result<(Value, Vec<Value>), Refusal> {
    let mut good = Vec::new();
    let mut errors = Vec::new();
    for (index, text) in texts.iter().enumerate() {
        match vendor::order(text, &door.setting) {
            Ok(pushed) => good.push(pushed),
            Err(refused) => {
                door.note(SOURCE, &refused);
                errors.push(json!({
                    "message": format!("{}: {}; {}", refused.field, refused.reason, refused.remedy),
                    "path": if many { json!([call.key, index]) } else { json!([call.key]) },
                    "extensions": { "code": "BAD_USER_INPUT", "storeOrderId": refused.id, "field": refused.field },
                }));
            }
        }
    }
    let kept = keep(door, good).await?;
    let answered = match call.name.as_str() {
        "bulkUpsertOrders" => kept.iter().map(|one| selected(call, one)).collect(),
        "bulkUpsertOrdersAsync" => selected(call, kept.first().unwrap_or(&Map::new())),
        _ => kept.first().map_or(Value::Null, |one| selected(call, one)),
    };
    Ok((answered, errors))
}

/// The members that the document selects; what we do not have is null.
fn selected(call: &Call, members: &Map<String, Value>) -> Value {
    let shown = call.selected.iter().map(|(key, name)| {
        let value = members.get(name).cloned().unwrap_or(Value::Null);
        (key.clone(), value)
    });
    Value::Object(shown.collect())
}

/// Keeps orders, newest version of each: their ids, then their records.
async fn keep(door: &Door, pushed: Vec<Pushed>) -> Result<Vec<Map<String, Value>>> {
    if pushed.is_empty() {
        return Ok(Vec::new());
    }
    let (answers, records) = door
        .work(move |door| {
            let details: Vec<String> = pushed.iter().map(detail).collect();
            let numbers = door.app.store.change_held(door.shop.id, move |ledger| {
                let mut numbers = Vec::new();
                for detail in details {
                    let known = orders::same(ledger, &detail)?.unwrap_or_default();
                    // What REST told of it stays: GraphQL tells other members.
                    let merged =
                        vendor::merged(ORDER.told, &known.detail, &detail).unwrap_or(detail);
                    let held = orders::held(known.number, merged);
                    numbers.push(ledger.put(ORDER.kind, &held)?);
                }
                Ok(numbers)
            })?;
            let snapshot = door.app.store.read()?;
            let mut records: Vec<Record> = Vec::new();
            let mut answers = Vec::new();
            let mut carts: HashMap<String, ()> = HashMap::new();
            for (Pushed { order, checkout, .. }, number) in pushed.into_iter().zip(numbers) {
                answers.push(answered(&order, number));
                let first = checkout
                    .as_ref()
                    .is_none_or(|checkout| carts.insert(checkout.clone(), ()).is_none());
                let checkout = checkout.filter(|_| first);
                records.extend(orders::with_cart(door, &snapshot, order, checkout.as_deref())?);
            }
            Ok((answers, records))
        })
        .await?;
    door.keep(SOURCE, records).await?;
    Ok(answers)
}

fn answered(order: &Order, number: i64) -> Map<String, Value> {
    let mut members = Map::new();
    for name in ["id", "recordId", "legacyId"] {
        members.insert(name.into(), Value::String(number.to_string()));
    }
    members.insert("storeOrderId".into(), Value::String(order.id.clone()));
    members.insert("__typename".into(), Value::String("Order".into()));
    members
}

/// What REST is answered of an order that came by GraphQL.
fn detail(pushed: &Pushed) -> String {
    let Pushed { order, connection, checkout } = pushed;
    let cents = match order.currency.exponent() {
        0 => order.total().saturating_mul(100),
        3 => order.total() / 10,
        _ => order.total(),
    };
    json!({
        "externalid": order.id,
        "externalcheckoutid": checkout,
        "connectionid": connection,
        "email": order.customer.email,
        "currency": order.currency.code(),
        "orderNumber": order.number,
        "totalPrice": cents.to_string(),
        "externalCreatedDate": order.created.to_string(),
        "externalUpdatedDate": order.version.modified.to_string(),
    })
    .to_string()
}
