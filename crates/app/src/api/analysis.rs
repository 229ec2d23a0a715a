//! `GET /api/v1/cohorts`, `/basket` and `/rfm`: analyses that are no table of metrics by dimensions.
//! The command line prints the same.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_metrics::{Context, basket, cohorts, rfm};
use comptoir_store::Snapshot;
use serde::Serialize;

use super::problem::Problem;
use crate::access::Desk;

/// An analysis that scripts can ask for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Analysis {
    Cohorts,
    Basket,
    Rfm,
}

impl Analysis {
    pub const ALL: [Self; 3] = [Self::Cohorts, Self::Basket, Self::Rfm];

    /// The last part of its address; also the command.
    pub fn id(self) -> &'static str {
        match self {
            Self::Cohorts => "cohorts",
            Self::Basket => "basket",
            Self::Rfm => "rfm",
        }
    }

    /// Answers a query string, the same way on every surface: one line of JSON.
    pub fn answer(
        self,
        snapshot: &Snapshot,
        context: &Context,
        query: &str,
    ) -> Result<String, Problem> {
        let written = match self {
            Self::Cohorts => json(&cohorts::answer(snapshot, query, context)?),
            Self::Basket => json(&basket::answer(snapshot, query, context)?),
            Self::Rfm => json(&rfm::answer(snapshot, query, context)?),
        };
        written.map_err(|error| Problem::from(anyhow::Error::new(error)))
    }
}

fn json(answer: &impl Serialize) -> Result<String, serde_json::Error> {
    Ok(serde_json::to_string(answer)? + "\n")
}

pub async fn handle(
    analysis: Analysis,
    app: Desk,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let query = query.unwrap_or_default();
    let known =
        headers.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    tokio::task::spawn_blocking(move || {
        let (snapshot, context) = app.read()?;
        let today = context.today(&context.shops.iter().collect::<Vec<_>>());
        let sales = snapshot.generation().sales;
        let tag = format!("\"{sales}-{today}-{}\"", app.visitor.scope());
        let common =
            [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
        if known.as_deref() == Some(tag.as_str()) {
            return Ok((StatusCode::NOT_MODIFIED, common).into_response());
        }
        let body = analysis.answer(&snapshot, &context, &query)?;
        Ok((common, [(header::CONTENT_TYPE, "application/json")], body).into_response())
    })
    .await
    .map_err(|error| Problem::from(anyhow::Error::new(error)))?
}
