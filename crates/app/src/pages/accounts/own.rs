//! One’s own account: name and language, password, sessions.

use std::collections::HashMap;

use axum::extract::{Form, Path, Query};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_store::accounts::{self as kept, User};
use comptoir_store::shops;
use maud::html;
use serde_json::json;

use super::entry::{new_password, weak};
use super::{Faults, Fields, answer, answer_in_turn, fault, field, framed, wait};
use crate::access::{Desk, Need, Role, Routes, Who};
use crate::accounts::mails::{self, Changed};
use crate::accounts::password;
use crate::audit::Action;
use crate::clock;
use crate::format::{number, time};
use crate::i18n::{Lang, t, t_args};
use crate::pages::frame::PageError;
use crate::ui::account::{AccountPage, SessionRow};
use crate::ui::filters::Choice;
use crate::ui::input::Input;
use crate::ui::pages::plain_head;

pub fn routes() -> Routes {
    Routes::new()
        .get("/account", Need::Account, show)
        .post("/account/profile", Need::Account, profile)
        .post("/account/password", Need::Account, change_password)
        .post("/account/sessions/end", Need::Account, end_others)
        .post("/account/sessions/{id}/end", Need::Account, end_one)
}

async fn show(
    desk: Desk,
    uri: Uri,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    answer(desk, headers, uri.to_string(), move |desk, lang, here| {
        let notice = asked.get("done").and_then(|done| match done.as_str() {
            "profile" => Some("account-done-profile"),
            "password" => Some("account-done-password"),
            "sessions" => Some("account-done-sessions"),
            "off" => Some("account-done-off"),
            _ => None,
        });
        draw(desk, lang, here, notice.map(|id| t(lang, id)), StatusCode::OK, &Faults::new())
    })
    .await
}

/// The number of the account, and of the session that the request came with.
pub fn oneself(desk: &Desk) -> Result<(i64, i64), PageError> {
    match desk.visitor.who {
        Who::User { id, session, .. } => Ok((id, session)),
        _ => Err(PageError::Forbidden),
    }
}

/// The account itself.
pub fn account(desk: &Desk) -> Result<User, PageError> {
    let (id, _) = oneself(desk)?;
    kept::by_id(&desk.store.read()?, id)?.ok_or(PageError::NotFound)
}

/// The page, after a form with faults or without.
pub fn draw(
    desk: &Desk,
    lang: Lang,
    here: &str,
    notice: Option<String>,
    status: StatusCode,
    faults: &Faults,
) -> Result<Response, PageError> {
    let user = account(desk)?;
    let (_, current) = oneself(desk)?;
    let now = clock::now();
    let snapshot = desk.store.read()?;
    let sessions = kept::of_user(&snapshot, user.id, now)?
        .into_iter()
        .map(|session| SessionRow {
            id: session.id,
            current: session.id == current,
            seen: t_args(
                lang,
                "account-session-seen",
                &[("when", &time::ago(lang, session.seen, now))],
            ),
            address: session.address.unwrap_or_default(),
            browser: session.browser,
        })
        .collect();
    let left = kept::codes_left(&snapshot, user.id)?;
    let left = t_args(lang, "account-codes-left", &[("number", &number::integer(lang, left))]);
    let again = |name, fault_name: &str| Input {
        error: fault(faults, fault_name),
        ..Input::password(name, t(lang, "account-password-current"), "current-password")
    };
    let page = AccountPage {
        lang,
        notice,
        problem: (!faults.is_empty()).then(|| t(lang, "account-faults")),
        email: user.email.clone(),
        role: reach(desk, lang, &user)?,
        name: Input {
            fill: "name",
            value: user.name.clone(),
            optional: true,
            ..Input::text("name", t(lang, "account-name"))
        },
        languages: languages(&user.language),
        weekly_mail: user.weekly_mail,
        password: vec![
            again("current", "current"),
            new_password(lang, "account-password-another", faults),
        ],
        second_factor: user.has_second_factor.then_some(left),
        off: again("password", "off"),
        codes: again("password", "codes"),
        sessions,
    };
    let title = t(lang, "account-title");
    let body = html! { (plain_head(&title, None)) (page.render()) };
    Ok(framed(desk, lang, status, "", &title, here, body))
}

/// « Commercial, boutiques : Ferme, Miel ».
pub fn reach(desk: &Desk, lang: Lang, user: &User) -> Result<String, PageError> {
    let role = Role::of(&user.role).map_or(user.role.as_str(), |role| role.label(lang));
    Ok(format!("{role} · {}", shops_of(desk, lang, user)?))
}

/// The shops of an account, in words.
pub fn shops_of(desk: &Desk, lang: Lang, user: &User) -> Result<String, PageError> {
    let everything = Role::of(&user.role).is_some_and(Role::is_everything);
    let Some(ids) = user.shops.as_ref().filter(|_| !everything) else {
        return Ok(t(lang, "team-shops-all"));
    };
    let known = shops::list(&desk.store.read()?)?;
    let names: Vec<String> = known
        .into_iter()
        .filter(|shop| ids.contains(&shop.id))
        .map(|shop| shop.shop.name)
        .collect();
    Ok(if names.is_empty() { t(lang, "team-shops-none") } else { names.join(", ") })
}

pub fn languages(chosen: &str) -> Vec<Choice> {
    Lang::ALL
        .into_iter()
        .map(|lang| Choice::new(lang.code(), lang.name(), lang.code() == chosen))
        .collect()
}

async fn profile(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    answer(desk, headers, "/account".to_owned(), move |desk, _, _| {
        let user = account(desk)?;
        let language = Lang::parse(field(&fields, "language")).unwrap_or_default();
        let weekly = field(&fields, "weekly_mail") == "1";
        let name = kept::name(field(&fields, "name"));
        desk.store.change_profile(user.id, name, language.code().into(), weekly)?;
        desk.audit(Action::UserChanged, None, &json!({ "user": user.id, "weekly_mail": weekly }))?;
        Ok(Redirect::to("/account?done=profile").into_response())
    })
    .await
}

/// Whether somebody knows the password of the account they are signed in to.
pub enum Again {
    Right,
    Wrong,
    Wait(jiff::SignedDuration),
}

/// Asks for the password once more: a browser left open must not be enough.
pub fn again(desk: &Desk, user: &User, typed: &str) -> Result<Again, PageError> {
    let now = clock::now();
    // The session is the key: a stolen one can't make its owner wait.
    let (_, session) = oneself(desk)?;
    if let Err(time) = desk.accounts.again.attempt(session, now) {
        return Ok(Again::Wait(time));
    }
    let hash = kept::password(&desk.store.read()?, user.id)?;
    if !password::verify(typed, hash.as_deref()) {
        return Ok(Again::Wrong);
    }
    desk.accounts.again.forget(session);
    Ok(Again::Right)
}

async fn change_password(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    answer_in_turn(desk, headers, "/account", move |desk, lang, here| {
        let user = account(desk)?;
        let (_, session) = oneself(desk)?;
        let mut faults = Faults::new();
        match again(desk, &user, field(&fields, "current"))? {
            Again::Right => {}
            Again::Wrong => faults.push(("current", t(lang, "account-fault-current"))),
            Again::Wait(time) => return Ok(wait(lang, here, time)),
        }
        let typed = field(&fields, "password");
        weak(lang, typed, &user.email, &mut faults);
        if !faults.is_empty() {
            return draw(desk, lang, here, None, StatusCode::BAD_REQUEST, &faults);
        }
        let hash = password::hash(typed)?;
        desk.store.change_password(user.id, hash, Some(session), clock::now())?;
        desk.audit(Action::PasswordChanged, None, &json!({ "user": user.id, "by": "oneself" }))?;
        mails::warn(desk.app(), &user, Changed::Password);
        Ok(Redirect::to("/account?done=password").into_response())
    })
    .await
}

async fn end_others(desk: Desk, headers: HeaderMap) -> Response {
    answer(desk, headers, "/account".to_owned(), move |desk, _, _| {
        let (user, session) = oneself(desk)?;
        desk.store.end_sessions(user, Some(session), clock::now())?;
        desk.audit(Action::SessionsEnded, None, &json!({ "user": user, "sessions": "others" }))?;
        Ok(Redirect::to("/account?done=sessions").into_response())
    })
    .await
}

async fn end_one(desk: Desk, Path(id): Path<i64>, headers: HeaderMap) -> Response {
    answer(desk, headers, "/account".to_owned(), move |desk, _, _| {
        let (user, session) = oneself(desk)?;
        if !desk.store.end_session(user, id, clock::now())? {
            return Err(PageError::NotFound);
        }
        desk.audit(Action::SessionsEnded, None, &json!({ "user": user, "sessions": id }))?;
        let to = if id == session { "/sign-in?done=out" } else { "/account?done=sessions" };
        Ok(Redirect::to(to).into_response())
    })
    .await
}
