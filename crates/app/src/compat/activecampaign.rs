//! ActiveCampaign's API v3, as far as shops push: connections, customers, contacts, orders, abandoned
//! carts, and the GraphQL of its WooCommerce plugin. Bodies, statuses and errors are the vendor's.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use comptoir_sources::Refused;
use serde_json::json;

use super::answer;
use super::door::{self, Door};
use crate::commands::log;
use crate::state::App;

mod graph;
mod orders;
mod resources;

use resources::Resource;

/// Why a request is refused, in ActiveCampaign's words.
pub enum Refusal {
    /// One sentence.
    Message(StatusCode, String),
    /// A field and what is wrong with it.
    Field(Box<Refused>),
}

type Answer = Result<Response, Refusal>;

/// The features that the plugin asks for before it sends anything.
const ENTITLEMENTS: [&str; 5] = [
    "ecommerce",
    "ecom-core",
    "ecom-historical-sync",
    "ecom-product-catalog",
    "ecom-recurring-payments",
];

pub async fn handle(
    State(app): State<Arc<App>>,
    method: Method,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let served = async {
        let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let door = Door::open(&app, header("api-token")).await?.ok_or_else(|| {
            let sentence = "The request could not be authenticated: this Api-Token is not known";
            Refusal::Message(StatusCode::FORBIDDEN, sentence.into())
        })?;
        let body =
            door::text(body).map_err(|error| Refusal::Message(StatusCode::BAD_REQUEST, error))?;
        let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
        let query = query.as_deref().unwrap_or_default();
        match (&method, steps.as_slice()) {
            (&Method::GET, ["api", "3", "account", "entitlements"]) => Ok(entitlements()),
            (&Method::POST, ["api", "3", "ecom", "graphql"]) => {
                graph::handle(&door, header("content-type").unwrap_or_default(), &body).await
            }
            (_, ["api", "3", rest @ ..]) => resource(&door, &method, rest, query, &body).await,
            _ => Err(nothing()),
        }
    };
    served.await.unwrap_or_else(Refusal::answer)
}

async fn resource(door: &Door, method: &Method, steps: &[&str], query: &str, body: &str) -> Answer {
    match (method, steps) {
        (&Method::POST, ["contact", "sync"]) => {
            resources::create(door, &resources::CONTACT, body).await
        }
        (&Method::GET, ["ecomOrders", id, "orderProducts"]) => {
            orders::products(door, Some(number(id)?)).await
        }
        (&Method::GET, ["ecomOrderProducts"]) => orders::products(door, None).await,
        (&Method::POST, ["ecomOrders"]) => orders::put(door, None, body).await,
        (&Method::PUT, ["ecomOrders", id]) => orders::put(door, Some(number(id)?), body).await,
        (&Method::DELETE, ["ecomOrders", id]) => orders::delete(door, number(id)?).await,
        (method, [name, rest @ ..]) => {
            let resource = Resource::named(name).ok_or_else(nothing)?;
            match (method, rest) {
                (&Method::GET, []) => resources::list(door, resource, query).await,
                (&Method::GET, [id]) => resources::show(door, resource, number(id)?).await,
                (&Method::POST, []) => resources::create(door, resource, body).await,
                (&Method::PUT, [id]) => resources::change(door, resource, number(id)?, body).await,
                (&Method::DELETE, [id]) => resources::delete(door, resource, number(id)?).await,
                _ => Err(nothing()),
            }
        }
        _ => Err(nothing()),
    }
}

fn entitlements() -> Response {
    let codes = ENTITLEMENTS.map(|code| json!({ "code": code }));
    answer::json(StatusCode::OK, &json!({ "entitlements": codes }))
}

/// An id in the address.
fn number(text: &str) -> Result<i64, Refusal> {
    text.parse().map_err(|_| nothing())
}

fn nothing() -> Refusal {
    Refusal::Message(StatusCode::NOT_FOUND, "No route found at this address".into())
}

fn unknown(what: &str, number: i64) -> Refusal {
    let sentence = format!("No Result found for {what} with id {number}");
    Refusal::Message(StatusCode::NOT_FOUND, sentence)
}

impl Refusal {
    fn answer(self) -> Response {
        match self {
            Self::Message(status, message) => answer::json(status, &json!({ "message": message })),
            Self::Field(refused) => {
                if refused.field.is_empty() {
                    let message = format!("The body is not understood: {}", refused.reason);
                    return answer::json(StatusCode::BAD_REQUEST, &json!({ "message": message }));
                }
                let code = if refused.value.is_empty() { "field_missing" } else { "field_invalid" };
                let error = json!({
                    "title": format!("{}: {}", refused.field, refused.reason),
                    "detail": refused.remedy.en,
                    "code": code,
                    "source": { "pointer": format!("/data/attributes/{}", refused.field) },
                });
                answer::json(StatusCode::UNPROCESSABLE_ENTITY, &json!({ "errors": [error] }))
            }
        }
    }
}

impl From<Box<Refused>> for Refusal {
    fn from(refused: Box<Refused>) -> Self {
        Self::Field(refused)
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        log(&format!("activecampaign: {error:#}"));
        let sentence = "The server failed; its log says why";
        Self::Message(StatusCode::INTERNAL_SERVER_ERROR, sentence.into())
    }
}
