//! Live activity: orders and carts as they come, over server-sent events (S030 to S032).

use std::collections::HashMap;
use std::convert::Infallible;
use std::pin::Pin;
use std::time::Duration;

use axum::extract::Query;
use axum::http::{HeaderMap, header};
use axum::response::sse::{Event, KeepAlive};
use axum::response::{IntoResponse, Sse};
use comptoir_metrics::Context;
use comptoir_model::Currency;
use comptoir_store::activity::{self, Activity, What};
use comptoir_store::{Snapshot, StoreError};
use futures_util::Stream;
use futures_util::stream::{self, StreamExt};
use serde::Deserialize;

use super::frame;
use crate::access::{Desk, Identities, Of};
use crate::accounts;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::live::{KEPT, Kind, Row, row};

/// How often « il y a 5 min » is told anew when nothing happens.
const REFRESH: Duration = Duration::from_mins(1);

/// Commits that come closer together than this are told together.
const GATHER: Duration = Duration::from_millis(300);

/// Beyond a week, the day says more than « il y a 412 j ».
const OLD_AFTER_HOURS: i64 = 7 * 24;

/// Characters of a cart's content that a row shows.
const WORDS: usize = 80;

#[derive(Deserialize)]
pub struct Which {
    shop: Option<String>,
}

/// A stream of rows: each is ready HTML; a row with a known key replaces the earlier one. It ends when its
/// reader is signed out or may see less, or more: the browser asks again, and is let in or not.
pub async fn handle(
    app: Desk,
    Query(which): Query<Which>,
    headers: HeaderMap,
) -> impl IntoResponse {
    let lang = frame::lang(&headers);
    let bell = app.listen();
    let state = (app.lasting(), which.shop, bell, HashMap::<String, String>::new());
    let events = stream::unfold(state, move |(app, shop, mut bell, mut told)| async move {
        let _rang_or_refresh = tokio::time::timeout(REFRESH, bell.changed()).await;
        tokio::time::sleep(GATHER).await;
        bell.mark_unchanged();
        let reading = (app.clone(), shop.clone());
        let rows = tokio::task::spawn_blocking(move || {
            if !accounts::goes_on(&reading.0, &reading.0.visitor)? {
                return Ok(None);
            }
            let (snapshot, context) = reading.0.read()?;
            let identities = reading.0.identities();
            rows(&snapshot, &context, reading.1.as_deref(), lang, identities).map(Some)
        })
        .await
        .ok()?
        .unwrap_or_else(|_unread: StoreError| Some(Vec::new()))?;
        let mut news = Vec::new();
        // Oldest first, so that the newest ends on top.
        for one in rows.iter().rev() {
            let html = row(lang, one).into_string();
            if told.get(&one.key) != Some(&html) {
                told.insert(one.key.clone(), html.clone());
                news.push(Ok(Event::default().event("row").data(html)));
            }
        }
        told.retain(|key, _| rows.iter().any(|row| row.key == *key));
        Some((stream::iter(news), (app, shop, bell, told)))
    });
    let events: Pin<Box<dyn Stream<Item = Result<Event, Infallible>> + Send>> =
        Box::pin(events.flatten());
    let stream = Sse::new(events).keep_alive(KeepAlive::default());
    ([(header::CACHE_CONTROL, "no-store")], stream)
}

/// The latest rows of one shop or of all.
pub fn rows(
    snapshot: &Snapshot,
    context: &Context,
    shop: Option<&str>,
    lang: Lang,
    identities: Identities,
) -> Result<Vec<Row>, StoreError> {
    let shops: Vec<i64> = context
        .shops
        .iter()
        .filter(|known| shop.is_none_or(|slug| known.shop.slug == slug))
        .map(|known| known.id)
        .collect();
    if shops.is_empty() {
        return Ok(Vec::new());
    }
    let zone = context.zone();
    Ok(activity::latest(snapshot, &shops, KEPT)?
        .into_iter()
        .map(|one| {
            let currency = one.currency.parse().unwrap_or(Currency::EUR);
            Row {
                key: format!(
                    "{}-{}",
                    if one.what == What::Order { "order" } else { "cart" },
                    one.id
                ),
                kind: if one.what == What::Order { Kind::Order } else { Kind::Cart },
                who: identities
                    .name(of(one.what), one.who.as_deref())
                    .unwrap_or_else(|| t(lang, "live-visitor")),
                what: words(lang, &one),
                amount: format::money_exact(lang, one.amount, currency),
                href: (one.what == What::Order).then(|| format!("/orders/{}", one.id)),
                at: one.at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string(),
                at_words: format::instant(lang, one.at, &zone),
                ago: if context.now.duration_since(one.at).as_hours() > OLD_AFTER_HOURS {
                    format::day(lang, zone.to_datetime(one.at).date())
                } else {
                    format::ago(lang, one.at, context.now)
                },
            }
        })
        .collect())
}

fn of(what: What) -> Of {
    if what == What::Order { Of::Billing } else { Of::Person }
}

fn words(lang: Lang, one: &Activity) -> String {
    let mut short: String = one.words.chars().take(WORDS).collect();
    if short.len() < one.words.len() {
        short.push('…');
    }
    match one.what {
        What::Order => crate::pages::order::words(lang, &short),
        What::OpenCart => t_args(lang, "live-cart-added", &[("products", &short)]),
        What::OrderedCart => t_args(lang, "live-cart-ordered", &[("products", &short)]),
        What::EmptiedCart => t(lang, "live-cart-emptied"),
    }
}
