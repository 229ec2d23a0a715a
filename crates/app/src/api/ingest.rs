//! `POST /api/v1/ingest`: one record or a batch, in our own JSON (`docs/ingest.md`). The answer comes
//! when what was accepted is on disk.

use std::sync::Arc;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Query, State};
use comptoir_model::{Batch, Origin, Reject};
use comptoir_sources::Context;
use comptoir_sources::canonical::json;
use comptoir_store::{StoredShop, shops};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::problem::Problem;
use crate::clock;
use crate::state::App;

/// The source under which our own JSON and our own CSV are kept: one key space.
const SOURCE: &str = "comptoir";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Parameters {
    /// Slug of the shop; may be left out when there is only one.
    shop: Option<String>,
}

/// What became of the records.
#[derive(Serialize)]
pub struct Receipt {
    pub accepted: usize,
    pub rejected: Vec<Reject>,
}

pub async fn handle(
    State(app): State<Arc<App>>,
    Query(parameters): Query<Parameters>,
    body: Bytes,
) -> Result<Json<Receipt>, Problem> {
    let reading = Arc::clone(&app);
    let (batch, rejected) = tokio::task::spawn_blocking(move || read(&reading, parameters.shop.as_deref(), &body))
        .await
        .map_err(|error| Problem::from(anyhow::Error::new(error)))??;
    let accepted = batch.records.len();
    if accepted == 0 {
        return Err(Problem::bad_request("no record was accepted; see “rejected”").with_rejects(rejected));
    }
    let (done, answer) = tokio::sync::oneshot::channel();
    app.store.writer()?.submit(batch, move |result| {
        // A client that hung up meanwhile is not told; the records are kept all the same.
        let _gone = done.send(result);
    });
    answer.await.map_err(|error| Problem::from(anyhow::Error::new(error)))??;
    app.ring();
    Ok(Json(Receipt { accepted, rejected }))
}

fn read(app: &App, slug: Option<&str>, body: &[u8]) -> Result<(Batch, Vec<Reject>), Problem> {
    let shop = find(app, slug)?;
    let timezone = TimeZone::get(&shop.shop.timezone)
        .map_err(|error| Problem::bad_request(format!("the shop’s time zone: {error}")))?;
    let context = Context {
        imported: clock::now(),
        arrival: Origin::Stamped,
        currency: shop.shop.currency,
        timezone,
    };
    let parsed = json::parse_body(body, &context).map_err(|reject| {
        Problem::bad_request(format!("{}; {}", reject.reason, reject.remedy)).with_rejects(vec![reject])
    })?;
    let batch = Batch { shop: shop.shop.slug, source: SOURCE.to_owned(), records: parsed.records };
    Ok((batch, parsed.rejects))
}

fn find(app: &App, slug: Option<&str>) -> Result<StoredShop, Problem> {
    let mut known = shops::list(&app.store.read()?)?;
    match slug {
        Some(slug) => known.into_iter().find(|shop| shop.shop.slug == slug).ok_or_else(|| {
            let slug: String = slug.chars().take(60).collect();
            Problem::bad_parameter("shop", format!("no shop is called “{slug}”"), None)
        }),
        None if known.len() == 1 => Ok(known.remove(0)),
        None => Err(Problem::bad_parameter("shop", "say which shop, for example ?shop=my-shop", None)),
    }
}
