//! Connections: what each connected shop brings, how fresh it is, and what went wrong (S001, S011).

use std::collections::HashMap;

use axum::extract::Query;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_metrics::Context;
use comptoir_store::connections::Connection;
use comptoir_store::{Snapshot, StoreError, connections as kept};
use maud::{Markup, html};

use super::form::{Fields, trimmed as field};
use super::frame::{self, PageError, shell};
use crate::access::{Desk, Right, Routes};
use crate::i18n::{Lang, t, t_args};
use crate::ui::Link;
use crate::ui::pages::plain_head;
use crate::ui::setup::{Route, routes as both_routes};

mod access;
mod actions;
mod card;
mod differences;
mod new;
mod one;
mod theirs;
pub(crate) mod warnings;
pub(crate) mod ways;

pub fn routes() -> Routes {
    Routes::new()
        .get("/connections", Right::Connections, list)
        .get("/connections/new", Right::Connections, new::ask)
        .post("/connections/new", Right::Connections, new::take)
        .get("/connections/{id}", Right::Connections, one::show)
        .get("/connections/{id}/progress", Right::Connections, one::progress)
        .post("/connections/{id}/sync", Right::Connections, actions::sync)
        .post("/connections/{id}/pause", Right::Connections, actions::pause)
        .post("/connections/{id}/resume", Right::Connections, actions::resume)
        .post("/connections/{id}/verify", Right::Connections, actions::verify)
        .post("/connections/{id}/totals", Right::Connections, actions::totals)
        .post("/connections/{id}/settings", Right::Connections, actions::settings)
        .post("/connections/{id}/access", Right::Connections, actions::access)
        .post("/connections/{id}/remove", Right::Connections, actions::remove)
}

async fn list(
    app: Desk,
    uri: Uri,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let removed = asked.get("removed").and_then(|orders| orders.parse().ok());
        let notice = removed.map(|orders: i64| {
            let orders = crate::format::integer(lang, orders);
            t_args(lang, "connection-removed", &[("orders", &orders)])
        });
        let body = body(app, lang, &snapshot, &context, notice.as_deref())?;
        Ok(shell(app, lang, "nav-connected", &t(lang, "connections-title"), here, body))
    })
    .await
}

fn body(
    app: &Desk,
    lang: Lang,
    snapshot: &Snapshot,
    context: &Context,
    notice: Option<&str>,
) -> Result<Markup, PageError> {
    let connected = connected(app, snapshot)?;
    let cards = connected
        .iter()
        .map(|connection| {
            let href = format!("/connections/{}", connection.id);
            let running = app.sync.running(connection.id);
            card::card(lang, snapshot, context, connection, running.as_ref(), &href)
        })
        .collect::<Result<Vec<_>, _>>()?;
    Ok(html! {
        @if cards.is_empty() {
            (plain_head(&t(lang, "connections-first-title"), Some(&t(lang, "connections-first-lede"))))
            @if let Some(notice) = notice { p.saved role="status" { (notice) } }
            (both_routes(&first(app, lang)))
        } @else {
            (plain_head(&t(lang, "connections-title"), Some(&t(lang, "connections-lede"))))
            @if let Some(notice) = notice { p.saved role="status" { (notice) } }
            div.connections { @for card in &cards { (card.render(lang)) } }
        }
        (ways::ways(lang, &connected, context).render())
    })
}

/// The connections of the visitor's shops.
fn connected(app: &Desk, snapshot: &Snapshot) -> Result<Vec<Connection>, StoreError> {
    let mut all = kept::list(snapshot)?;
    all.retain(|connection| app.may_see(connection.shop_id));
    Ok(all)
}

/// A connection of one of the visitor's shops; another shop's is none.
fn connection(app: &Desk, snapshot: &Snapshot, id: i64) -> Result<Option<Connection>, StoreError> {
    Ok(kept::one(snapshot, id)?.filter(|connection| app.may_see(connection.shop_id)))
}

/// Both routes, for a workspace without any connection (S001).
pub fn first(app: &Desk, lang: Lang) -> [Route; 2] {
    let mine = |right: Right, link: Link| app.may(right).then_some(link);
    [
        Route {
            title: t(lang, "connections-route-read"),
            text: t(lang, "connections-route-read-text"),
            works_with: ways::platform_names(),
            actions: mine(
                Right::Connections,
                Link::new(t(lang, "connections-route-read"), "/connections/new"),
            )
            .into_iter()
            .collect(),
        },
        Route {
            title: t(lang, "connections-route-push"),
            text: t(lang, "connections-route-push-text"),
            works_with: t(lang, "connections-route-push-works"),
            actions: [
                mine(Right::Import, Link::new(t(lang, "connections-route-file"), "/import")),
                mine(Right::Connections, Link::new(t(lang, "connections-route-api"), "/connect")),
            ]
            .into_iter()
            .flatten()
            .collect(),
        },
    ]
}

/// How a form was taken: done, or back with its faults.
enum Taken {
    Done(String),
    Back(Markup),
}

/// Takes a form on a thread that may block: the platform is asked meanwhile.
async fn take(
    app: Desk,
    headers: HeaderMap,
    here: String,
    work: impl FnOnce(&Desk, Lang, &str) -> Result<Taken, PageError> + Send + 'static,
) -> Response {
    let lang = frame::lang(&headers);
    let taken = tokio::task::spawn_blocking(move || match work(&app, lang, &here) {
        Ok(Taken::Done(address)) => {
            app.ring();
            Redirect::to(&address).into_response()
        }
        Ok(Taken::Back(page)) => frame::html_page(StatusCode::BAD_REQUEST, page),
        Err(error) => frame::refused(&app, lang, &here, error),
    })
    .await;
    taken.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A part of a sentence as a sentence of its own.
pub(crate) fn sentence(text: &str) -> String {
    let mut characters = text.trim().trim_end_matches('.').chars();
    let Some(first) = characters.next() else { return String::new() };
    format!("{}{}.", first.to_uppercase(), characters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_become_sentences() {
        assert_eq!(sentence("élargissez ses droits"), "Élargissez ses droits.");
        assert_eq!(sentence("Deux points.."), "Deux points.");
        assert_eq!(sentence(" "), "");
    }
}
