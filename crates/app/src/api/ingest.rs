//! `POST /api/v1/ingest`: one record or a batch, in our own JSON (`docs/ingest.md`). The answer comes
//! when what was accepted is on disk.

use axum::Json;
use axum::body::Bytes;
use axum::extract::RawQuery;
use axum::extract::rejection::BytesRejection;
use axum::http::{HeaderMap, header};
use comptoir_metrics::nearest::nearest;
use comptoir_metrics::query::pairs;
use comptoir_model::{Batch, Origin, Reject};
use comptoir_sources::canonical::json;
use comptoir_sources::{Context, Language};
use comptoir_store::tokens::{self, Refused};
use comptoir_store::{StoredShop, shops};
use jiff::tz::TimeZone;
use serde::Serialize;

use super::problem::Problem;
use crate::access::{Desk, Right};
use crate::clock;
use crate::i18n::Lang;
use crate::visits;

/// The source under which our own JSON and our own CSV are kept: one key space.
const SOURCE: &str = "comptoir";

/// What became of the records.
#[derive(Serialize)]
pub struct Receipt {
    pub accepted: usize,
    pub rejected: Vec<Reject>,
}

pub async fn handle(
    app: Desk,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Json<Receipt>, Problem> {
    let shop = asked_shop(&query.unwrap_or_default())?;
    let body =
        body.map_err(|error| Problem::bad_request(format!("{error}; send fewer records at once")))?;
    let reading = app.clone();
    let language = language(&headers);
    let token = crate::tokens::sent(&headers);
    let (batch, rejected) = tokio::task::spawn_blocking(move || {
        let shop = choose(&reading, shop.as_deref(), token.as_deref())?;
        read(&reading, shop, &body, language)
    })
    .await
    .map_err(|error| Problem::from(anyhow::Error::new(error)))??;
    let accepted = batch.records.len();
    if accepted == 0 {
        return Err(
            Problem::bad_request("no record was accepted; see “rejected”").with_rejects(rejected)
        );
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

/// The language of the rejects; as everything the API says, English when the client asks for none.
fn language(headers: &HeaderMap) -> Language {
    let asked = headers.get(header::ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok());
    asked.map_or(Lang::En, Lang::accepted).into()
}

/// The slug of the shop; it may be left out when there is only one.
fn asked_shop(query: &str) -> Result<Option<String>, Problem> {
    let mut shop = None;
    for (name, value) in pairs(query) {
        let (Some(name), Some(value)) = (name, value) else {
            return Err(Problem::bad_parameter("query", "the address is not valid UTF-8", None));
        };
        if name != "shop" {
            let name: String = name.chars().take(60).collect();
            let detail = format!("{name}: there is no such parameter; the only one is shop");
            return Err(Problem::bad_parameter(&name, detail, Some("shop".to_owned())));
        }
        shop = Some(value).filter(|slug| !slug.is_empty());
    }
    Ok(shop)
}

/// The shop of the token, else the one that the address names.
fn choose(app: &Desk, slug: Option<&str>, token: Option<&str>) -> Result<StoredShop, Problem> {
    let Some(token) = token else {
        if !app.may(Right::Import) {
            return Err(Problem::unauthorized(
                "send a token (Authorization: Bearer …); comptoir token create makes one",
            ));
        }
        return find(app, slug);
    };
    let now = clock::now();
    let opened = tokens::find_for(&app.store.read()?, token, tokens::INGEST, now)?;
    let opened = opened.map_err(|refused| match refused {
        Refused::Scope(..) => Problem::forbidden(refused.to_string()),
        Refused::Unknown | Refused::Expired => Problem::unauthorized(refused.to_string()),
    })?;
    app.store.token_used(&opened, now)?;
    // A token that pushes has one shop.
    let shop = opened.shop.ok_or_else(|| Problem::unauthorized(Refused::Unknown.to_string()))?;
    let own = &shop.shop.slug;
    if let Some(slug) = slug.filter(|slug| slug != own) {
        let slug: String = slug.chars().take(60).collect();
        let detail = format!("the token is of another shop than “{slug}”; leave shop out");
        return Err(Problem::bad_parameter("shop", detail, Some(own.clone())));
    }
    Ok(shop)
}

fn read(
    app: &Desk,
    shop: StoredShop,
    body: &[u8],
    language: Language,
) -> Result<(Batch, Vec<Reject>), Problem> {
    let timezone = TimeZone::get(&shop.shop.timezone)
        .map_err(|error| Problem::bad_request(format!("the shop’s time zone: {error}")))?;
    let context = Context {
        imported: clock::now(),
        arrival: Origin::Stamped,
        currency: shop.shop.currency,
        timezone,
        visits: visits::mode(&app.store, shop.id)?,
    };
    let day = context.timezone.to_datetime(context.imported).date();
    let parsed = json::parse_body(body, &context, language).map_err(|reject| {
        Problem::bad_request(language.joined(&reject.reason, &reject.remedy))
            .with_rejects(vec![reject])
    })?;
    visits::count(&app.store, shop.id, day, "api", &parsed.rejects)?;
    let batch = Batch { shop: shop.shop.slug, source: SOURCE.to_owned(), records: parsed.records };
    Ok((batch, parsed.rejects))
}

fn find(app: &Desk, slug: Option<&str>) -> Result<StoredShop, Problem> {
    let mut known = shops::list(&app.store.read()?)?;
    known.retain(|shop| app.visitor.may_see(shop.id));
    match slug {
        Some(slug) => {
            if let Some(at) = known.iter().position(|shop| shop.shop.slug == slug) {
                return Ok(known.swap_remove(at));
            }
            let likely = nearest(slug, known.iter().map(|shop| &*shop.shop.slug));
            let slug: String = slug.chars().take(60).collect();
            Err(Problem::bad_parameter("shop", format!("no shop is called “{slug}”"), likely))
        }
        None if known.len() == 1 => Ok(known.remove(0)),
        None => {
            Err(Problem::bad_parameter("shop", "say which shop, for example ?shop=my-shop", None))
        }
    }
}
