//! Brevo's API v3, as far as shops push: orders, products, categories, events; and its older tracker.
//!
//! Statuses, bodies of errors and limits of size are Brevo's; its limits of rate are not. Nothing leaves
//! the server: a `notifyUrl` is never called.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use comptoir_sources::Refused;
use comptoir_sources::brevo::MAX_BATCH;
use comptoir_sources::pushed;
use serde_json::json;

use super::answer;
use super::door::{self, Door};
use crate::commands::log;
use crate::state::App;

mod catalogue;
mod events;
mod listing;
mod orders;

/// Why a request is refused, in Brevo's words.
pub struct Refusal {
    status: StatusCode,
    code: &'static str,
    message: String,
}

type Answer = Result<Response, Refusal>;

pub async fn handle(
    State(app): State<Arc<App>>,
    method: Method,
    Path(path): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    if path.trim_end_matches('/') == "api/v2/trackEvent" {
        return track(State(app), headers, body).await;
    }
    let served = async {
        let door = open(&app, &headers, "api-key").await?;
        let body = door::text(body).map_err(Refusal::bad_request)?;
        let path = path.trim_end_matches('/');
        match (&method, path) {
            (&Method::POST, "v3/ecommerce/activate") => {
                Ok(answer::json(StatusCode::OK, &json!({ "message": "eCommerce App is enabled" })))
            }
            (&Method::POST, "v3/orders/status") => orders::one(&door, &body).await,
            (&Method::POST, "v3/orders/status/batch") => orders::batch(&door, &body).await,
            (&Method::GET, "v3/orders") => {
                listing::orders(&door, query.as_deref().unwrap_or_default()).await
            }
            (&Method::POST, "v3/products") => catalogue::product(&door, &body).await,
            (&Method::POST, "v3/products/batch") => catalogue::products(&door, &body).await,
            (&Method::POST, "v3/categories") => catalogue::category(&door, &body).await,
            (&Method::POST, "v3/categories/batch") => catalogue::categories(&door, &body).await,
            (&Method::POST, "v3/events") => events::one(&door, &body).await,
            (&Method::POST, "v3/events/batch") => events::batch(&door, &body).await,
            _ => Err(Refusal {
                status: StatusCode::NOT_FOUND,
                code: "document_not_found",
                message: "There is nothing at this address: only what shops push is imitated"
                    .into(),
            }),
        }
    };
    served.await.unwrap_or_else(Refusal::answer)
}

/// The older tracker, at its own address too.
pub async fn track(
    State(app): State<Arc<App>>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Response {
    let served = async {
        let door = open(&app, &headers, "ma-key").await?;
        let body = door::text(body).map_err(Refusal::bad_request)?;
        events::tracked(&door, &body).await
    };
    served.await.unwrap_or_else(Refusal::answer)
}

async fn open(app: &Arc<App>, headers: &HeaderMap, name: &str) -> Result<Door, Refusal> {
    let token = headers.get(name).and_then(|value| value.to_str().ok());
    Door::open(app, token).await?.ok_or_else(|| Refusal {
        status: StatusCode::UNAUTHORIZED,
        code: "unauthorized",
        message: "Key not found".into(),
    })
}

/// The members of a batch, within Brevo's limit.
fn batch<'b>(body: &'b str, name: &str) -> Result<Vec<&'b str>, Refusal> {
    let Some(items) = pushed::items(body, name)? else {
        return Err(Refusal::new("missing_parameter", format!("{name} is missing")));
    };
    if items.is_empty() {
        return Err(Refusal::new("missing_parameter", format!("{name} is empty")));
    }
    if items.len() > MAX_BATCH {
        let message =
            format!("{name} has {} members; at most {MAX_BATCH} are allowed", items.len());
        return Err(Refusal::new("invalid_parameter", message));
    }
    Ok(items)
}

impl Refusal {
    fn new(code: &'static str, message: impl Into<String>) -> Self {
        Self { status: StatusCode::BAD_REQUEST, code, message: message.into() }
    }

    fn bad_request(message: String) -> Self {
        Self::new("bad_request", message)
    }

    fn answer(self) -> Response {
        answer::json(self.status, &json!({ "code": self.code, "message": self.message }))
    }
}

impl From<Box<Refused>> for Refusal {
    fn from(refused: Box<Refused>) -> Self {
        let Refused { field, value, reason, remedy, .. } = *refused;
        if field.is_empty() {
            return Self::bad_request(format!("Input must be a valid JSON object: {reason}"));
        }
        let code = if value.is_empty() { "missing_parameter" } else { "invalid_parameter" };
        Self::new(code, format!("{field}: {reason}; {remedy}"))
    }
}

impl From<anyhow::Error> for Refusal {
    fn from(error: anyhow::Error) -> Self {
        log(&format!("brevo: {error:#}"));
        Self {
            status: StatusCode::INTERNAL_SERVER_ERROR,
            code: "internal_error",
            message: "The server failed; its log says why".into(),
        }
    }
}
