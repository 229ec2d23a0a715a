//! Backups, outgoing mail, the weekly mail: one page of forms. What is wrong comes back filled in, and
//! nothing of it is kept.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use axum::extract::{Form, Query};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_sources::words::Text;
use comptoir_store::Snapshot;
use comptoir_store::backup::schedule::{self, MadeBackup};
use maud::{Markup, html};
use serde_json::json;

use super::form::{Faults, Fields, fault_sent as fault, field};
use super::frame::{self, PageError};
use crate::access::{Desk, Right, Routes, Who};
use crate::audit::Action;
use crate::backup::{check, folder};
use crate::clock;
use crate::i18n::{Lang, t, t_args};
use crate::mail;
use crate::ui::backups::BackupsPage;
use crate::ui::pages::plain_head;
use crate::ui::todo::Todo;

mod list;
mod plan;
mod post;

/// How long the page waits for a backup before it says that one is under way.
const PATIENCE: Duration = Duration::from_secs(4);

pub fn routes() -> Routes {
    Routes::new()
        .get("/backups", Right::Operations, show)
        .post("/backups/plan", Right::Operations, save_plan)
        .post("/backups/now", Right::Operations, back_up)
        .post("/backups/verify", Right::Operations, verify)
        .post("/backups/mail", Right::Operations, save_mail)
        .post("/backups/mail/test", Right::Operations, test_mail)
}

/// What waits on this page: the overview says so.
pub fn to_see(app: &Desk, snapshot: &Snapshot, lang: Lang) -> Result<Vec<Todo>, PageError> {
    if !app.may(Right::Operations) {
        return Ok(Vec::new());
    }
    let (_, last) = schedule::schedule(snapshot)?;
    let week = comptoir_store::mail::weekly::last_week(snapshot)?;
    let item = |count: i64, words: &str| Todo {
        count: crate::format::integer(lang, count),
        label: t(lang, words),
        amount: String::new(),
        href: "/backups".to_owned(),
        urgent: true,
    };
    let failed = last.is_some_and(|last| last.failure.is_some());
    let unsent = week.map_or(0, |week| week.failed);
    Ok([(i64::from(failed), "todo-backup"), (unsent, "todo-weekly")]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, words)| item(count, words))
        .collect())
}

/// What the page is drawn after: nothing, or something that went wrong.
#[derive(Default)]
struct Sent<'s> {
    notice: Option<String>,
    problem: Option<String>,
    plan: Option<(&'s Fields, &'s Faults)>,
    mail: Option<(&'s Fields, &'s Faults)>,
    /// Why the test did not leave, and where it should have gone.
    test: Option<(&'s str, Text)>,
}

async fn show(
    app: Desk,
    uri: Uri,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        let told = |name: &str, words: &str| asked.contains_key(name).then(|| t(lang, words));
        let notice = told("saved", "backups-saved")
            .or_else(|| told("made", "backups-made"))
            .or_else(|| told("whole", "backups-whole"))
            .or_else(|| told("sent", "mail-test-sent"));
        draw(app, lang, here, Sent { notice, ..Sent::default() })
    })
    .await
}

fn draw(app: &Desk, lang: Lang, here: &str, sent: Sent<'_>) -> Result<Markup, PageError> {
    let (snapshot, context) = app.read()?;
    let (wanted, last) = schedule::schedule(&snapshot)?;
    let zone = context.zone();
    let now = clock::now();
    let faulty = sent.plan.is_some() || sent.mail.is_some();
    let page = BackupsPage {
        lang,
        notice: sent.notice,
        problem: sent.problem.or_else(|| faulty.then(|| t(lang, "settings-faults"))),
        plan: plan::form(lang, wanted.as_ref(), sent.plan),
        last: last.as_ref().map(|last| plan::outcome(lang, last, &zone)),
        busy: app.timetable.is_busy(),
        backups: list::rows(lang, &snapshot, wanted.as_ref(), &zone, now)?,
        mail: post::form(lang, comptoir_store::mail::server(&snapshot)?.as_ref(), sent.mail),
        test: post::test(lang, app, sent.test),
        weekly: post::weekly(lang, &snapshot)?,
    };
    let title = t(lang, "nav-backups");
    let body = html! { (plain_head(&title, Some(&t(lang, "backups-lede")))) (page.render()) };
    Ok(frame::shell(app, lang, "nav-backups", &title, here, body))
}

async fn save_plan(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    take(app, headers, move |app, lang| {
        if field(&fields, "do") == "stop" {
            app.store.set_schedule(None)?;
            app.audit(Action::SettingsChanged, None, &json!({ "backups": "off" }))?;
            return Ok(Taken::Kept("/backups?saved=1"));
        }
        let own = app.store.folder().map(Path::to_owned);
        match plan::read(lang, &fields, own.as_deref(), clock::now()) {
            Ok(wanted) => {
                app.store.set_schedule(Some(&wanted))?;
                let detail = json!({ "backups": wanted.folder, "hour": wanted.hour });
                app.audit(Action::SettingsChanged, None, &detail)?;
                Ok(Taken::Kept("/backups?saved=1"))
            }
            Err(faults) => {
                let sent = Sent { plan: Some((&fields, &faults)), ..Sent::default() };
                Ok(Taken::Back(draw(app, lang, "/backups", sent)?))
            }
        }
    })
    .await
}

async fn back_up(app: Desk, headers: HeaderMap) -> Response {
    take(app, headers, move |app, _| {
        let ended = app.timetable.back_up(app.visitor.clone(), PATIENCE);
        let (_, last) = schedule::schedule(&app.store.read()?)?;
        let made = ended && last.is_some_and(|last| last.failure.is_none());
        Ok(Taken::Kept(if made { "/backups?made=1" } else { "/backups" }))
    })
    .await
}

async fn verify(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    take(app, headers, move |app, lang| {
        let (wanted, _) = schedule::schedule(&app.store.read()?)?;
        let wanted = wanted.ok_or(PageError::NotFound)?;
        let target = Path::new(&wanted.folder);
        // Only what the list shows: no path comes from outside.
        let found = folder::list(target).unwrap_or_default();
        let one = found.into_iter().find(|one| one.name == field(&fields, "name"));
        let one = one.ok_or(PageError::NotFound)?;
        let checked = check::verify(&target.join(&one.name));
        app.store.list_backup(MadeBackup {
            name: one.name.clone(),
            made: one.made,
            bytes: i64::try_from(one.bytes).unwrap_or(i64::MAX),
            verified: checked.is_ok().then(clock::now),
        })?;
        match checked {
            Ok(_) => Ok(Taken::Kept("/backups?whole=1")),
            Err(damage) => {
                let why = damage.words().in_words(lang.into());
                let words = [("name", one.name.as_str()), ("why", &why)];
                let problem = Some(t_args(lang, "backups-not-whole", &words));
                Ok(Taken::Back(draw(app, lang, "/backups", Sent { problem, ..Sent::default() })?))
            }
        }
    })
    .await
}

async fn save_mail(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    take(app, headers, move |app, lang| {
        if field(&fields, "do") == "forget" {
            app.store.set_mail_server(None, comptoir_store::mail::Password::Keep)?;
            app.audit(Action::MailChanged, None, &json!({ "removed": true }))?;
            return Ok(Taken::Kept("/backups?saved=1#mail"));
        }
        match post::read(lang, &fields) {
            Ok((server, password)) => {
                let detail = json!({ "host": server.host });
                app.store.set_mail_server(Some(server), password)?;
                app.audit(Action::MailChanged, None, &detail)?;
                app.timetable.wake();
                Ok(Taken::Kept("/backups?saved=1#mail"))
            }
            Err(faults) => {
                let sent = Sent { mail: Some((&fields, &faults)), ..Sent::default() };
                Ok(Taken::Back(draw(app, lang, "/backups", sent)?))
            }
        }
    })
    .await
}

async fn test_mail(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    take(app, headers, move |app, lang| {
        let to = field(&fields, "to").trim();
        let message = mail::Message {
            to: to.to_owned(),
            subject: t(lang, "mail-test-subject"),
            text: t(lang, "mail-test-text"),
            html: None,
        };
        match mail::send(app, &message) {
            Ok(()) => Ok(Taken::Kept("/backups?sent=1#mail")),
            Err(error) => {
                let sent = Sent { test: Some((to, error.words())), ..Sent::default() };
                Ok(Taken::Back(draw(app, lang, "/backups", sent)?))
            }
        }
    })
    .await
}

/// How a form was taken: kept, or back with what is wrong.
enum Taken {
    Kept(&'static str),
    Back(Markup),
}

/// Takes a form on a thread that may block.
async fn take(
    app: Desk,
    headers: HeaderMap,
    take: impl FnOnce(&Desk, Lang) -> Result<Taken, PageError> + Send + 'static,
) -> Response {
    let lang = frame::lang(&headers);
    let taken = tokio::task::spawn_blocking(move || match take(&app, lang) {
        Ok(Taken::Kept(address)) => Redirect::to(address).into_response(),
        Ok(Taken::Back(page)) => frame::html_page(StatusCode::BAD_REQUEST, page),
        Err(error) => frame::refused(&app, lang, "/backups", error),
    })
    .await;
    taken.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The visitor's own address, if they have one.
fn own_address(app: &Desk) -> String {
    match &app.visitor.who {
        Who::User { email, .. } => email.clone(),
        _ => String::new(),
    }
}
