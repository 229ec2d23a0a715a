//! `/connections/{id}`: one connection in full.

use std::collections::HashMap;

use axum::extract::{Path, Query};
use axum::http::{HeaderMap, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_metrics::query::encode;
use comptoir_metrics::{Context, run};
use comptoir_sources::{Refused, platform};
use comptoir_store::connections::{self as kept, Connection};
use comptoir_store::{Snapshot, StoreError};
use jiff::civil::Date;
use maud::{Markup, html};

use super::access::{Faults, fault_of, questions};
use super::card::{card, facts, is_importing, is_unproven, platform_name};
use super::{Fields, differences, field, sentence, theirs};
use crate::access::Desk;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::figure::exact;
use crate::pages::frame::{self, PageError, shell};
use crate::ui::Link;
use crate::ui::connection::{Page, Part, Plain, Settings};
use crate::ui::pages::plain_head;
use crate::ui::platforms::Asked;

/// Refused records that are listed.
const REFUSED: i64 = 200;

/// What the page is drawn after: nothing, or a form with faults.
#[derive(Default)]
pub struct Sent<'s> {
    pub notice: Option<String>,
    pub minutes: Option<(&'s Fields, &'s Faults)>,
    pub access: Option<(&'s Fields, &'s Faults)>,
    /// Removing was asked for and not confirmed.
    pub unsure: bool,
    /// Why the platform did not tell its totals.
    pub totals: Option<String>,
}

pub async fn show(
    app: Desk,
    Path(id): Path<String>,
    uri: Uri,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        let id: i64 = id.parse().map_err(|_| PageError::NotFound)?;
        let notice = match asked.get("done").map(String::as_str) {
            Some("connected") => Some("connection-connected"),
            Some("imported") => Some("connection-imported"),
            Some("asked") => Some("connection-asked"),
            Some("verify") => Some("connection-verify-asked"),
            Some("saved") => Some("connection-saved"),
            _ => None,
        };
        let sent = Sent { notice: notice.map(|id| t(lang, id)), ..Sent::default() };
        draw(app, lang, here, id, sent)
    })
    .await
}

/// What the bar of a first import becomes.
enum Polled {
    /// Its card, as it is now.
    Card(Markup),
    /// The first import is done.
    Imported,
    /// Something else happened: the page tells.
    Page,
}

/// The bar of a first import alone; once it is over, the page it came from.
pub async fn progress(
    app: Desk,
    Path(id): Path<String>,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    let own = asked.get("back").is_some_and(|back| back == "one");
    let back = if own { format!("/connections/{id}") } else { "/connections".to_owned() };
    let lang = frame::lang(&headers);
    let polled = tokio::task::spawn_blocking(move || -> Result<Polled, StoreError> {
        let Ok(id) = id.parse() else { return Ok(Polled::Page) };
        let (snapshot, context) = app.read()?;
        let Some(connection) = super::connection(&app, &snapshot, id)? else {
            return Ok(Polled::Page);
        };
        if connection.paused {
            return Ok(Polled::Page);
        }
        if !is_importing(&connection) {
            return Ok(Polled::Imported);
        }
        let href = if own { String::new() } else { format!("/connections/{id}") };
        let card =
            card(lang, &snapshot, &context, &connection, app.sync.running(id).as_ref(), &href)?;
        Ok(Polled::Card(card.render(lang)))
    })
    .await;
    match polled {
        Ok(Ok(Polled::Card(card))) => frame::html_page(axum::http::StatusCode::OK, card),
        Ok(Ok(Polled::Imported)) if own => {
            Redirect::to(&format!("{back}?done=imported")).into_response()
        }
        _ => Redirect::to(&back).into_response(),
    }
}

pub fn draw(
    app: &Desk,
    lang: Lang,
    here: &str,
    id: i64,
    sent: Sent<'_>,
) -> Result<Markup, PageError> {
    let (snapshot, context) = app.read()?;
    let connection = super::connection(app, &snapshot, id)?.ok_or(PageError::NotFound)?;
    let faulty = sent.minutes.is_some() || sent.access.is_some() || sent.totals.is_some();
    let card = card(lang, &snapshot, &context, &connection, app.sync.running(id).as_ref(), "")?;
    let title = card.name.clone();
    let page = Page {
        lang,
        problem: faulty.then(|| sent.totals.clone().unwrap_or_else(|| t(lang, "settings-faults"))),
        settings: settings(app, lang, &connection, &sent),
        notice: sent.notice,
        card,
        parts: vec![
            refused(lang, &snapshot, &connection)?,
            theirs::part(lang, &snapshot, &context, &connection)?,
            differences::part(lang, &context, &connection),
        ],
        asides: vec![told(lang, &context, &connection), hooks(lang, &context, &connection)],
        past: past(lang, &snapshot, &context, &connection)?,
    };
    let body = html! {
        p.back { a href="/connections" { (t(lang, "connections-title")) } }
        (plain_head(&title, None))
        (page.render())
    };
    Ok(shell(app, lang, "nav-connected", &title, here, body))
}

/// What was refused: each record with its field, value, reason and remedy.
fn refused(lang: Lang, snapshot: &Snapshot, connection: &Connection) -> Result<Part, PageError> {
    let found = kept::refused(snapshot, connection.id, REFUSED)?;
    let mut part =
        Part { id: "refused", title: t(lang, "connection-refused-title"), ..Part::default() };
    if found.is_empty() {
        part.text = t(lang, "connection-refused-none");
        return Ok(part);
    }
    part.text = t(lang, "connection-refused-text");
    let rows = found.iter().map(|one| {
        let kind = t(lang, &format!("connection-kind-{}", one.kind));
        let record = if one.id.is_empty() { kind } else { format!("{kind} {}", one.id) };
        match serde_json::from_str::<Refused>(&one.detail) {
            Ok(detail) => vec![
                record,
                detail.field,
                detail.value,
                sentence(&detail.reason.in_words(lang.into())),
                sentence(&detail.remedy.in_words(lang.into())),
            ],
            Err(_) => vec![record, String::new(), one.detail.clone(), String::new(), String::new()],
        }
    });
    part.table = Some(Plain {
        caption: t(lang, "connection-refused-title"),
        head: ["what", "field", "value", "reason", "remedy"]
            .map(|id| t(lang, &format!("connection-refused-{id}")))
            .to_vec(),
        rows: rows.collect(),
        numbers_from: usize::MAX,
    });
    if connection.refused > REFUSED {
        let count = format::integer(lang, REFUSED);
        part.under.push(t_args(lang, "connection-refused-limit", &[("count", &count)]));
    }
    Ok(part)
}

/// The shop as the platform tells it.
fn told(lang: Lang, context: &Context, connection: &Connection) -> Part {
    let facts = facts(connection);
    let zone = context.zone();
    let day = |at| format::day(lang, zone.to_datetime(at).date());
    let mut under = Vec::new();
    if let Some(known) = platform(&connection.platform)
        && facts.version.as_deref().is_some_and(|version| is_unproven(known, version))
    {
        let values = [("minimum", known.minimum)];
        under.push(t_args(lang, "connection-fact-unproven", &values));
    }
    let version =
        facts.version.map(|version| format!("{} {version}", platform_name(&connection.platform)));
    let all = [
        ("name", facts.name),
        ("currency", facts.currency.map(|currency| currency.code().to_owned())),
        ("zone", facts.timezone),
        ("version", version),
        ("history", facts.history_from.map(day)),
        ("since", Some(day(connection.created))),
    ];
    Part {
        id: "facts",
        title: t(lang, "connection-shop"),
        facts: all
            .into_iter()
            .filter_map(|(id, value)| Some((t(lang, &format!("connection-fact-{id}")), value?)))
            .collect(),
        under,
        ..Part::default()
    }
}

fn hooks(lang: Lang, context: &Context, connection: &Connection) -> Part {
    let minutes = format::integer(lang, connection.minutes);
    let every = [("minutes", minutes.as_str())];
    let count =
        |id: &str, count: i64| t_args(lang, id, &[("count", &format::integer(lang, count))]);
    let ago = |id: &str, at| t_args(lang, id, &[("ago", &format::ago(lang, at, context.now))]);
    let mut lines = Vec::new();
    let sends = platform(&connection.platform).is_some_and(|platform| platform.webhooks);
    lines.push(match connection.subscribed {
        _ if !sends => t_args(lang, "connection-hooks-none", &every),
        None => t_args(lang, "connection-hooks-unasked", &every),
        Some(at) => ago("connection-hooks-asked", at),
    });
    if connection.hooks > 0 {
        let mut line = count("connection-hooks-count", connection.hooks);
        if let Some(at) = connection.last_hook {
            line = format!("{line}, {}", ago("connection-hooks-last", at));
        }
        lines.push(sentence(&line));
    }
    if connection.hooks_refused > 0 {
        lines.push(sentence(&count("connection-hooks-refused", connection.hooks_refused)));
    }
    Part { id: "hooks", title: t(lang, "connection-hooks"), lines, ..Part::default() }
}

/// Orders of the shop by month: what the connection brought, for the eye.
fn past(
    lang: Lang,
    snapshot: &Snapshot,
    context: &Context,
    connection: &Connection,
) -> Result<Part, PageError> {
    let question =
        format!("metrics=orders,revenue&by=month&period=12m&shop={}", encode(&connection.shop));
    let query = comptoir_metrics::Query::parse(&question, context)?;
    let table = run(snapshot, &query, context)?;
    let metrics = &query.metrics;
    let rows = table
        .rows
        .iter()
        .rev()
        .map(|row| {
            let key = match row.keys.first() {
                Some(comptoir_metrics::Cell::Text(month)) => month.clone(),
                _ => String::new(),
            };
            let first: Option<Date> = format!("{key}-01").parse().ok();
            let month = first.map_or(key, |first| format::month(lang, first));
            let cells = row.values.iter().zip(metrics);
            let cells = cells.map(|(cell, metric)| exact(lang, cell, metric.unit, table.currency));
            std::iter::once(month).chain(cells).collect()
        })
        .collect();
    Ok(Part {
        id: "past",
        title: t(lang, "connection-past"),
        text: t(lang, "connection-past-text"),
        table: Some(Plain {
            caption: t(lang, "connection-past"),
            head: ["month", "orders", "revenue"]
                .map(|id| t(lang, &format!("connection-past-{id}")))
                .to_vec(),
            rows,
            numbers_from: 1,
        }),
        link: Some(Link::new(
            t(lang, "connection-past-all"),
            format!("/orders?shop={}", encode(&connection.shop)),
        )),
        ..Part::default()
    })
}

fn settings(app: &Desk, lang: Lang, connection: &Connection, sent: &Sent<'_>) -> Settings {
    let typed = sent.minutes.map(|(fields, _)| field(fields, "minutes").to_owned());
    let minutes = Asked {
        name: "minutes".to_owned(),
        label: t(lang, "connection-minutes"),
        hint: t(lang, "connection-minutes-hint"),
        value: typed.unwrap_or_else(|| connection.minutes.to_string()),
        error: sent.minutes.map_or("", |(_, faults)| fault_of(faults, "minutes")).to_owned(),
        ..Asked::default()
    };
    // Without the key file nothing is kept, and an empty field would keep nothing.
    let kept = app.store.connection_access(connection.id).is_ok();
    let access = platform(&connection.platform)
        .map(|platform| questions(lang, platform, sent.access, kept.then_some(&connection.url)))
        .unwrap_or_default();
    let asked =
        sent.access.is_some_and(|(_, faults)| faults.iter().any(|(name, _)| name == "private"));
    Settings {
        action: format!("/connections/{}", connection.id),
        minutes,
        access,
        private: (connection.private || asked).then_some(connection.private),
        access_open: sent.access.is_some(),
        remove_open: sent.unsure,
        remove_fault: sent.unsure.then(|| t(lang, "connection-remove-unsure")),
    }
}
