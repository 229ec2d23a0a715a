//! Answers in a vendor's shape.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

/// JSON with a status.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    let text = serde_json::to_string(body).unwrap_or_else(|_| String::from("{}"));
    (status, [(header::CONTENT_TYPE, "application/json")], text).into_response()
}

/// A status and nothing else.
pub fn empty(status: StatusCode) -> Response {
    status.into_response()
}
