//! Signing in and out, the first account, invitations, one’s own account, the accounts of the team.

use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_store::accounts::{SignedIn, User};
use jiff::SignedDuration;
use maud::Markup;

use super::form::{Faults, Fields, fault, field};
use super::frame::{self, PageError};
use crate::access::{Desk, Need, Role, Routes};
use crate::accounts::cookie::Cookie;
use crate::clock;
use crate::format::time;
use crate::i18n::{Lang, t, t_args};
use crate::state::Door;
use crate::ui::gate::GateForm;

mod entry;
mod factor;
mod forgotten;
mod own;
mod sign_in;
mod team;

pub fn routes() -> Routes {
    Routes::new()
        .get("/sign-in", Need::Nothing, sign_in::show)
        .post("/sign-in", Need::Nothing, sign_in::take)
        .get("/sign-in/code", Need::Nothing, sign_in::show_code)
        .post("/sign-in/code", Need::Nothing, sign_in::take_code)
        .post("/sign-out", Need::Nothing, sign_in::out)
        .get("/setup", Need::Nothing, entry::setup)
        .post("/setup", Need::Nothing, entry::take_setup)
        .get("/invitation", Need::Nothing, entry::invitation)
        .post("/invitation", Need::Nothing, entry::take_invitation)
        .get("/reset", Need::Nothing, entry::reset)
        .post("/reset", Need::Nothing, entry::take_reset)
        .get("/forgotten", Need::Nothing, forgotten::show)
        .post("/forgotten", Need::Nothing, forgotten::take)
        .merge(own::routes())
        .merge(factor::routes())
        .merge(team::routes())
}

impl From<anyhow::Error> for PageError {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(format!("{error:#}"))
    }
}

/// Answers where blocking is allowed. None of these pages is kept by a browser.
async fn answer(
    desk: Desk,
    headers: HeaderMap,
    here: String,
    work: impl FnOnce(&Desk, Lang, &str) -> Result<Response, PageError> + Send + 'static,
) -> Response {
    let done = tokio::task::spawn_blocking(move || worked(&desk, &headers, &here, work)).await;
    private(done.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response()))
}

/// The same for work that hashes a password: it waits its turn.
async fn answer_in_turn(
    desk: Desk,
    headers: HeaderMap,
    here: &'static str,
    work: impl FnOnce(&Desk, Lang, &str) -> Result<Response, PageError> + Send + 'static,
) -> Response {
    let (asked, lang) = (desk.clone(), frame::lang(&headers));
    let done = asked.accounts.hashing(move || worked(&desk, &headers, here, work)).await;
    private(done.unwrap_or_else(|_busy| wait(lang, here, SignedDuration::from_secs(10))))
}

fn worked(
    desk: &Desk,
    headers: &HeaderMap,
    here: &str,
    work: impl FnOnce(&Desk, Lang, &str) -> Result<Response, PageError>,
) -> Response {
    let lang = frame::lang(headers);
    frame::without_lang(here)
        .and_then(|()| work(desk, lang, here))
        .unwrap_or_else(|error| frame::refused(desk, lang, here, error))
}

fn private(mut response: Response) -> Response {
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Too many tries: how long to wait.
fn wait(lang: Lang, here: &str, time: SignedDuration) -> Response {
    let form = GateForm {
        title: t(lang, "wait-title"),
        text: vec![wait_words(lang, time)],
        links: vec![crate::ui::Link::new(t(lang, "sign-in-again"), "/sign-in")],
        ..GateForm::default()
    };
    let path = here.split('?').next().unwrap_or_default();
    let page = frame::plain(lang, &t(lang, "wait-title"), path, form.render());
    let mut response = frame::html_page(StatusCode::TOO_MANY_REQUESTS, page);
    let seconds = time.as_secs().max(1);
    response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
    response
}

fn wait_words(lang: Lang, time: SignedDuration) -> String {
    let now = clock::now();
    t_args(lang, "wait-text", &[("when", &time::until(lang, now + time, now))])
}

/// A plain page with one form.
fn gate(status: StatusCode, lang: Lang, here: &str, form: &GateForm) -> Response {
    frame::html_page(status, frame::plain(lang, &form.title, here, form.render()))
}

/// A page in the frame of whoever is signed in.
fn framed(
    desk: &Desk,
    lang: Lang,
    status: StatusCode,
    nav: &str,
    title: &str,
    path: &str,
    body: Markup,
) -> Response {
    frame::html_page(status, frame::shell(desk, lang, nav, title, path, body))
}

/// Where accounts are done without, there is nothing to sign in to.
fn needs_accounts(desk: &Desk) -> Option<Response> {
    (desk.door != Door::Accounts).then(|| Redirect::to("/").into_response())
}

/// Goes on, signed in: to where somebody wanted to go, else to where their day begins.
fn signed_in(
    desk: &Desk,
    headers: &HeaderMap,
    signed_in: &SignedIn,
    user: &User,
    next: Option<&str>,
) -> Response {
    let first = Role::of(&user.role).map_or("/", |role| role.first_page);
    let mut response = Redirect::to(next.unwrap_or(first)).into_response();
    let cookies =
        [Cookie::Session.set(desk, headers, &signed_in.token), Cookie::Step.clear(desk, headers)];
    for cookie in cookies.into_iter().flatten() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The browser of a request, in words.
fn browser(headers: &HeaderMap) -> String {
    let agent = headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok());
    crate::accounts::browser::named(agent.unwrap_or_default())
}
