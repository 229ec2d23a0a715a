//! Refusals: `application/problem+json` (RFC 9457) with the parameter at fault and the nearest value.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_metrics::{MetricsError, QueryError};
use comptoir_model::Reject;
use comptoir_store::StoreError;
use serde::Serialize;

/// Why a request was refused.
#[derive(Debug, Clone, Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: Kind,
    pub title: &'static str,
    pub status: u16,
    pub detail: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// The nearest valid value.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nearest: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rejected: Vec<Reject>,
}

/// The title says it all: no kind of problem has a page of its own.
#[derive(Debug, Clone, Copy, Serialize)]
enum Kind {
    #[serde(rename = "about:blank")]
    Blank,
}

impl Problem {
    fn new(status: StatusCode, title: &'static str, detail: impl Into<String>) -> Self {
        Self {
            kind: Kind::Blank,
            title,
            status: status.as_u16(),
            detail: detail.into(),
            parameter: None,
            nearest: None,
            rejected: Vec::new(),
        }
    }

    pub fn bad_request(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, "Bad request", detail)
    }

    pub fn bad_parameter(
        parameter: &str,
        detail: impl Into<String>,
        nearest: Option<String>,
    ) -> Self {
        Self { parameter: Some(parameter.to_owned()), nearest, ..Self::bad_request(detail) }
    }

    pub fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "Not found", detail)
    }

    pub fn forbidden(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "Forbidden", detail)
    }

    pub fn unauthorized(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "Unauthorized", detail)
    }

    /// A request that went no further: too much, too often, or not for us.
    pub fn limited(status: StatusCode, detail: impl Into<String>) -> Self {
        Self::new(status, status.canonical_reason().unwrap_or("Refused"), detail)
    }

    pub fn with_rejects(mut self, rejected: Vec<Reject>) -> Self {
        self.rejected = rejected;
        self
    }

    pub fn unavailable(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "Not now", detail)
    }

    fn internal(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, "The server failed", detail)
    }

    /// The same, for a terminal.
    pub fn in_words(&self) -> String {
        crate::importing::visible(&self.detail)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_string(&self).unwrap_or_else(|_| String::from("{}"));
        (status, [(header::CONTENT_TYPE, "application/problem+json")], body).into_response()
    }
}

impl From<QueryError> for Problem {
    fn from(error: QueryError) -> Self {
        let detail = error.to_string();
        Self::bad_parameter(&error.parameter, detail, error.nearest)
    }
}

impl From<MetricsError> for Problem {
    fn from(error: MetricsError) -> Self {
        match error {
            MetricsError::Query(error) => error.into(),
            MetricsError::Store(error) => error.into(),
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UnknownShop(_) => Self::bad_parameter("shop", error.to_string(), None),
            StoreError::ShopDiffers { .. }
            | StoreError::UnknownZone(_)
            | StoreError::UnknownAccount
            | StoreError::EmailTaken(_)
            | StoreError::LastOwner
            | StoreError::UnknownConnection(_)
            | StoreError::Invalid(_) => Self::bad_request(error.to_string()),
            StoreError::DiskFull => {
                Self::new(StatusCode::INSUFFICIENT_STORAGE, "The disk is full", error.to_string())
            }
            StoreError::TooLong(_) | StoreError::GivenUp => Self::unavailable(error.to_string()),
            // What it is about is the operator's to read, not whoever asks.
            _ => {
                crate::commands::log(&error.to_string());
                Self::internal("the server failed at this; its log says why")
            }
        }
    }
}

impl From<anyhow::Error> for Problem {
    fn from(error: anyhow::Error) -> Self {
        // What the store says is told by what it is, however far it has travelled.
        let error = match error.downcast::<StoreError>() {
            Ok(error) => return error.into(),
            Err(error) => error,
        };
        if error.is::<tokio::task::JoinError>() {
            return Self::internal("the program failed at this; its log says where");
        }
        Self::bad_request(format!("{error:#}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistake_about_an_account_is_told_and_is_no_fault_of_the_server() {
        for error in [
            StoreError::LastOwner,
            StoreError::UnknownAccount,
            StoreError::EmailTaken("ada@exemple.fr".into()),
            StoreError::UnknownConnection(7),
        ] {
            let words = error.to_string();
            let problem = Problem::from(anyhow::Error::from(error));
            assert_eq!((problem.status, problem.detail), (400, words));
        }
    }
}
