//! `GET /orders`: what came in through this door, in Brevo's shape.

use axum::http::StatusCode;
use comptoir_metrics::query::pairs;
use comptoir_model::Currency;
use comptoir_sources::brevo::SOURCE;
use comptoir_store::doors::{self, Listed, Listing};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use serde_json::value::RawValue;

use super::super::answer;
use super::super::door::Door;
use super::{Answer, Refusal};

/// The most orders of one page.
const MAX_PAGE: i64 = 100;

pub async fn orders(door: &Door, query: &str) -> Answer {
    let listing = asked(query)?;
    let (count, listed) = door
        .work(move |door| {
            let snapshot = door.app.store.read()?;
            Ok(doors::orders(&snapshot, door.shop.id, SOURCE, listing)?)
        })
        .await?;
    let orders: Vec<Shown> = listed.into_iter().map(Shown::from).collect();
    Ok(answer::json(StatusCode::OK, &Page { count, orders }))
}

fn asked(query: &str) -> Result<Listing, Refusal> {
    let mut listing = Listing {
        limit: 50,
        offset: 0,
        modified_since: None,
        created_since: None,
        oldest_first: false,
    };
    for (name, value) in pairs(query) {
        let (Some(name), Some(value)) = (name, value) else {
            return Err(Refusal::bad_request("the address is not valid UTF-8".into()));
        };
        let wrong = || Refusal::new("invalid_parameter", format!("{name} is not valid"));
        let whole = || value.parse::<i64>().ok().filter(|value| *value >= 0);
        let instant = || value.replace(' ', "+").parse::<Timestamp>().ok();
        match name.as_str() {
            "limit" => {
                let limit = whole().filter(|limit| (1..=MAX_PAGE).contains(limit));
                listing.limit = limit.ok_or_else(wrong)?;
            }
            "offset" => listing.offset = whole().ok_or_else(wrong)?,
            "modifiedSince" => listing.modified_since = Some(instant().ok_or_else(wrong)?),
            "createdSince" => listing.created_since = Some(instant().ok_or_else(wrong)?),
            "sort" => listing.oldest_first = value == "asc",
            // Brevo ignores what it does not know.
            _ => {}
        }
    }
    Ok(listing)
}

#[derive(Serialize)]
struct Page {
    count: i64,
    orders: Vec<Shown>,
}

/// An order as Brevo lists it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown {
    id: String,
    created_at: String,
    updated_at: String,
    status: String,
    amount: Option<Box<RawValue>>,
    email: Option<String>,
    identifiers: serde_json::Value,
    products: Vec<serde_json::Value>,
    billing: serde_json::Value,
    coupons: Vec<String>,
}

impl From<Listed> for Shown {
    fn from(order: Listed) -> Self {
        let amount = order
            .currency
            .parse::<Currency>()
            .ok()
            .and_then(|currency| RawValue::from_string(currency.decimal(order.total)).ok());
        let products = order.lines.into_iter().map(|(product, variant, quantity)| {
            json!({ "productId": product, "variantId": variant, "quantity": quantity })
        });
        Self {
            created_at: order.created.to_string(),
            updated_at: order.modified.to_string(),
            status: order.status,
            amount,
            identifiers: json!({ "email_id": order.email }),
            email: order.email,
            products: products.collect(),
            billing: json!({
                "city": order.city, "countryCode": order.country, "postCode": order.postcode,
                "region": order.region, "paymentMethod": order.payment_method,
            }),
            coupons: order
                .coupons
                .map_or_else(Vec::new, |coupons| coupons.split(", ").map(str::to_owned).collect()),
            id: order.id,
        }
    }
}
