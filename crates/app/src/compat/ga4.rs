//! Google Analytics' Measurement Protocol.
use axum::response::Response;
use axum::http::StatusCode;
#[derive(Default)]
pub struct Visits;
pub async fn collect() -> Response { super::answer::empty(StatusCode::NO_CONTENT) }
pub async fn validate() -> Response { super::answer::empty(StatusCode::NO_CONTENT) }
