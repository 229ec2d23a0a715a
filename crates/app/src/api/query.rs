//! `GET /api/v1/query`: any figure, by anything, over any period.

use axum::extract::RawQuery;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use comptoir_metrics::{Context, Query, run};
use comptoir_store::Snapshot;

use super::problem::Problem;
use crate::access::Desk;

/// How an answer is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Json,
    Csv,
}

impl Shape {
    pub fn id(self) -> &'static str {
        match self {
            Self::Json => "json",
            Self::Csv => "csv",
        }
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Csv => "text/csv; charset=utf-8",
        }
    }
}

/// Answers a query string, the same way on every surface.
pub fn answer(
    snapshot: &Snapshot,
    context: &Context,
    query: &str,
    shape: Shape,
) -> Result<String, Problem> {
    let query = Query::parse(query, context)?;
    let table = run(snapshot, &query, context)?;
    Ok(match shape {
        Shape::Json => table.to_json() + "\n",
        Shape::Csv => table.to_csv(),
    })
}

/// Takes `format=` out of a query string: it is the answer's shape, not part of the question.
pub fn shape_of(query: &str) -> Result<(String, Shape), Problem> {
    let mut shape = Shape::Json;
    let mut rest = Vec::new();
    for parameter in query.split('&').filter(|parameter| !parameter.is_empty()) {
        match parameter.split_once('=') {
            Some(("format", "json")) => shape = Shape::Json,
            Some(("format", "csv")) => shape = Shape::Csv,
            Some(("format", _)) => {
                return Err(Problem::bad_parameter(
                    "format",
                    "format is json or csv",
                    Some("json".to_owned()),
                ));
            }
            _ => rest.push(parameter),
        }
    }
    Ok((rest.join("&"), shape))
}

pub async fn handle(
    app: Desk,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let (query, shape) = shape_of(&query.unwrap_or_default())?;
    let known =
        headers.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    tokio::task::spawn_blocking(move || {
        let (snapshot, context) = app.read()?;
        // The question is the address; the answer changes with the data and with the day.
        let generation = snapshot.generation();
        let today = context.today(&context.shops.iter().collect::<Vec<_>>());
        let (sales, behaviour) = (generation.sales, generation.behaviour);
        let tag = format!("\"{sales}-{behaviour}-{today}-{}\"", app.visitor.scope());
        let common =
            [(header::ETAG, tag.clone()), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
        if known.as_deref() == Some(tag.as_str()) {
            return Ok((StatusCode::NOT_MODIFIED, common).into_response());
        }
        let body = answer(&snapshot, &context, &query, shape)?;
        Ok((common, [(header::CONTENT_TYPE, shape.content_type())], body).into_response())
    })
    .await
    .map_err(|error| Problem::from(anyhow::Error::new(error)))?
}
