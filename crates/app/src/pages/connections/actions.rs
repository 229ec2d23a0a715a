//! What can be done with a connection: read it now, pause it, check all of it, set it, remove it.

use axum::extract::{Form, Path};
use axum::http::HeaderMap;
use axum::response::Response;
use comptoir_metrics::Context;
use comptoir_sources::http::address;
use comptoir_sources::platform;
use comptoir_store::StoreError;
use comptoir_store::connections::{Connection, MINUTES};
use serde_json::json;

use super::access::{self, Faults, Typed};
use super::one::{self, Sent};
use super::{Fields, Taken, field, sentence, theirs};
use crate::access::Desk;
use crate::audit::Action;
use crate::clock;
use crate::commands::log;
use crate::i18n::{Lang, t};
use crate::pages::frame::PageError;
use crate::sync::Runner;

/// A connection that has been removed meanwhile is not a fault of ours.
impl From<Gone> for PageError {
    fn from(Gone(error): Gone) -> Self {
        match error {
            StoreError::UnknownConnection(_) => Self::NotFound,
            error => error.into(),
        }
    }
}

struct Gone(StoreError);

fn found<T>(outcome: Result<T, StoreError>) -> Result<T, PageError> {
    outcome.map_err(|error| Gone(error).into())
}

/// Runs an action on a connection that is there.
async fn act(
    app: Desk,
    id: String,
    headers: HeaderMap,
    work: impl FnOnce(&Desk, Lang, &str, &Connection, &Context) -> Result<Taken, PageError>
    + Send
    + 'static,
) -> Response {
    let here = format!("/connections/{id}");
    super::take(app, headers, here, move |app, lang, here| {
        let id: i64 = id.parse().map_err(|_| PageError::NotFound)?;
        let (snapshot, context) = app.read()?;
        let connection = super::connection(app, &snapshot, id)?.ok_or(PageError::NotFound)?;
        drop(snapshot);
        work(app, lang, here, &connection, &context)
    })
    .await
}

/// A line in the audit log about a connection, and which of it changed.
fn note(
    app: &Desk,
    connection: &Connection,
    action: Action,
    changed: &str,
) -> Result<(), PageError> {
    let detail = json!({
        "connection": connection.id,
        "platform": connection.platform,
        "changed": changed,
    });
    Ok(app.audit(action, Some(connection.shop_id), &detail)?)
}

/// The page again, with what was done in words.
fn done(connection: &Connection, what: &str) -> Taken {
    Taken::Done(format!("/connections/{}?done={what}", connection.id))
}

pub async fn sync(app: Desk, Path(id): Path<String>, headers: HeaderMap) -> Response {
    act(app, id, headers, |app, _, _, connection, _| {
        app.sync.run_now(connection.id);
        Ok(done(connection, "asked"))
    })
    .await
}

pub async fn pause(app: Desk, Path(id): Path<String>, headers: HeaderMap) -> Response {
    act(app, id, headers, |app, _, _, connection, _| {
        found(app.store.pause_connection(connection.id, true, clock::now()))?;
        note(app, connection, Action::ConnectionChanged, "paused")?;
        Ok(done(connection, "saved"))
    })
    .await
}

pub async fn resume(app: Desk, Path(id): Path<String>, headers: HeaderMap) -> Response {
    act(app, id, headers, |app, _, _, connection, _| {
        found(app.store.pause_connection(connection.id, false, clock::now()))?;
        note(app, connection, Action::ConnectionChanged, "resumed")?;
        app.sync.wake();
        Ok(done(connection, "saved"))
    })
    .await
}

/// A full comparison takes as long as a first import: it goes on behind the page.
pub async fn verify(app: Desk, Path(id): Path<String>, headers: HeaderMap) -> Response {
    let behind = app.clone();
    act(app, id, headers, move |_, _, _, connection, _| {
        let id = connection.id;
        std::thread::Builder::new()
            .name(format!("check {id}"))
            .spawn(move || {
                let ring = || behind.ring();
                let runner = Runner { store: &behind.store, sync: &behind.sync, ring: &ring };
                if let Err(error) = runner.run_all(&[id], true) {
                    log(&format!("connection {id}: {error}"));
                }
            })
            .map_err(|error| PageError::Failed(error.to_string()))?;
        Ok(done(connection, "verify"))
    })
    .await
}

pub async fn totals(app: Desk, Path(id): Path<String>, headers: HeaderMap) -> Response {
    act(app, id, headers, |app, lang, here, connection, context| {
        match theirs::ask(&app.store, context, connection, clock::now())? {
            Ok(()) => Ok(Taken::Done(format!("/connections/{}#totals", connection.id))),
            Err(failure) => {
                let words = format!(
                    "{} {} {}",
                    t(lang, "connection-theirs-failed"),
                    sentence(&failure.reason.in_words(lang.into())),
                    sentence(&failure.remedy.in_words(lang.into()))
                );
                let sent = Sent { totals: Some(words), ..Sent::default() };
                Ok(Taken::Back(one::draw(app, lang, here, connection.id, sent)?))
            }
        }
    })
    .await
}

pub async fn settings(
    app: Desk,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    act(app, id, headers, move |app, lang, here, connection, _| {
        let minutes = field(&fields, "minutes").parse().ok();
        let Some(minutes) = minutes.filter(|minutes| MINUTES.contains(minutes)) else {
            let faults: Faults = vec![("minutes".to_owned(), t(lang, "connection-minutes-wrong"))];
            let sent = Sent { minutes: Some((&fields, &faults)), ..Sent::default() };
            return Ok(Taken::Back(one::draw(app, lang, here, connection.id, sent)?));
        };
        found(app.store.set_connection_minutes(connection.id, minutes, clock::now()))?;
        note(app, connection, Action::ConnectionChanged, "minutes")?;
        app.sync.wake();
        Ok(done(connection, "saved"))
    })
    .await
}

/// Another address or another key: tried before it is kept.
pub async fn access(
    app: Desk,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    act(app, id, headers, move |app, lang, here, connection, _| {
        let known = platform(&connection.platform).ok_or(PageError::NotFound)?;
        // A key file that was lost leaves nothing to keep: then everything is asked for.
        let before = app.store.connection_access(connection.id).ok();
        let typed =
            Typed { fields: &fields, kept: before.as_ref().map(|opened| &opened.credentials) };
        let mut faults = typed.missing(lang, known);
        let mut asked = typed.access(known);
        if faults.is_empty() {
            match access::check(known, asked.clone()) {
                Ok(facts) => {
                    asked.url = address(&asked.url).map_or(asked.url, |url| url.to_string());
                    let now = clock::now();
                    let facts = serde_json::to_string(&facts)
                        .map_err(|error| PageError::Failed(error.to_string()))?;
                    found(app.store.reconnect(
                        connection.id,
                        asked.url,
                        &asked.credentials,
                        asked.private,
                        now,
                    ))?;
                    found(app.store.set_connection_facts(connection.id, facts))?;
                    note(app, connection, Action::ConnectionChanged, "access")?;
                    app.sync.wake();
                    return Ok(done(connection, "saved"));
                }
                Err(failure) => {
                    faults.push(access::fault(lang, known, &failure));
                    if failure.kind == comptoir_sources::FailureKind::PrivateAddress {
                        faults.push(("private".to_owned(), String::new()));
                    }
                }
            }
        }
        let sent = Sent { access: Some((&fields, &faults)), ..Sent::default() };
        Ok(Taken::Back(one::draw(app, lang, here, connection.id, sent)?))
    })
    .await
}

pub async fn remove(
    app: Desk,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    act(app, id, headers, move |app, lang, here, connection, _| {
        if field(&fields, "sure") != "1" {
            let sent = Sent { unsure: true, ..Sent::default() };
            return Ok(Taken::Back(one::draw(app, lang, here, connection.id, sent)?));
        }
        let removed = found(app.store.remove_connection(connection.id))?;
        note(app, connection, Action::ConnectionRemoved, "")?;
        Ok(Taken::Done(format!("/connections?removed={}", removed.orders)))
    })
    .await
}
