//! The pages that a link leads to: the first account, an invitation, a new password.

use std::collections::HashMap;

use axum::extract::{Form, Query};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_store::StoreError;
use comptoir_store::accounts::{self as kept, Link, NewUser, OWNER, Purpose};
use serde_json::json;

use super::{
    Faults, Fields, answer, answer_in_turn, browser, fault, field, gate, needs_accounts, signed_in,
    wait,
};
use crate::access::Desk;
use crate::accounts::mails::{self, Changed};
use crate::accounts::sign_in::{Outcome, open};
use crate::accounts::throttle::network;
use crate::accounts::{has_owner, password, visitor};
use crate::audit::{self, Action};
use crate::clock;
use crate::i18n::{Lang, t, t_args};
use crate::pages::frame::{PageError, plain};
use crate::ui::gate::{GateForm, no_account_yet};
use crate::ui::input::Input;

type Asked = Query<HashMap<String, String>>;

pub async fn setup(desk: Desk, uri: Uri, Query(asked): Asked, headers: HeaderMap) -> Response {
    answer(desk, headers, uri.to_string(), move |desk, lang, here| {
        if let Some(elsewhere) = needs_accounts(desk) {
            return Ok(elsewhere);
        }
        if has_owner(desk)? {
            return Ok(Redirect::to("/sign-in").into_response());
        }
        let Some(token) = asked.get("token") else { return Ok(none_yet(lang, false)) };
        Ok(match look(desk, token, Purpose::Setup)? {
            Looked::Works(_) => gate(
                StatusCode::OK,
                lang,
                here,
                &setup_form(lang, token, &Fields::new(), &Faults::new()),
            ),
            Looked::Dead => none_yet(lang, true),
            Looked::Wait(time) => wait(lang, here, time),
        })
    })
    .await
}

fn none_yet(lang: Lang, dead: bool) -> Response {
    let status = if dead { StatusCode::NOT_FOUND } else { StatusCode::OK };
    let title = t(lang, "setup-none-title");
    super::frame::html_page(status, plain(lang, &title, "/setup", no_account_yet(lang, dead)))
}

pub async fn take_setup(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    let asked = headers.clone();
    answer_in_turn(desk, headers, "/setup", move |desk, lang, here| {
        if let Some(elsewhere) = needs_accounts(desk) {
            return Ok(elsewhere);
        }
        let token = field(&fields, "token");
        match look(desk, token, Purpose::Setup)? {
            Looked::Works(_) => {}
            Looked::Dead => return Ok(none_yet(lang, true)),
            Looked::Wait(time) => return Ok(wait(lang, here, time)),
        }
        let email = kept::email(field(&fields, "email"));
        let typed = field(&fields, "password");
        let mut faults = Faults::new();
        if email.is_none() {
            faults.push(("email", t(lang, "account-fault-email")));
        }
        weak(lang, typed, email.as_deref().unwrap_or_default(), &mut faults);
        let (Some(email), true) = (email, faults.is_empty()) else {
            return Ok(back(lang, here, &setup_form(lang, token, &fields, &faults)));
        };
        let new = NewUser {
            email,
            name: kept::name(field(&fields, "name")),
            role: OWNER.into(),
            shops: None,
            language: lang.code().into(),
            password: Some(password::hash(typed)?),
        };
        let now = clock::now();
        let made = match desk.store.take_setup_link(token, new, now) {
            Err(StoreError::EmailTaken(_)) => {
                faults.push(("email", t(lang, "account-fault-taken")));
                return Ok(back(lang, here, &setup_form(lang, token, &fields, &faults)));
            }
            made => made?,
        };
        let Some(user) = made else { return Ok(none_yet(lang, true)) };
        desk.audit(Action::OwnerCreated, None, &json!({ "user": user }))?;
        enter(desk, &asked, user)
    })
    .await
}

fn setup_form(lang: Lang, token: &str, fields: &Fields, faults: &Faults) -> GateForm {
    let email = Input {
        kind: "email",
        fill: "username",
        value: field(fields, "email").to_owned(),
        error: fault(faults, "email"),
        ..Input::text("email", t(lang, "sign-in-email"))
    };
    GateForm {
        title: t(lang, "setup-account-title"),
        text: vec![t(lang, "setup-account-text")],
        action: "/setup",
        hidden: vec![("token", token.to_owned())],
        fields: vec![
            email,
            name_field(lang, field(fields, "name")),
            new_password(lang, "account-password-new", faults),
        ],
        submit: t(lang, "setup-account-submit"),
        ..GateForm::default()
    }
}

pub async fn invitation(desk: Desk, uri: Uri, Query(asked): Asked, headers: HeaderMap) -> Response {
    show(desk, uri, asked, headers, Purpose::Invitation).await
}

pub async fn reset(desk: Desk, uri: Uri, Query(asked): Asked, headers: HeaderMap) -> Response {
    show(desk, uri, asked, headers, Purpose::Reset).await
}

async fn show(
    desk: Desk,
    uri: Uri,
    asked: HashMap<String, String>,
    headers: HeaderMap,
    purpose: Purpose,
) -> Response {
    answer(desk, headers, uri.to_string(), move |desk, lang, here| {
        if let Some(elsewhere) = needs_accounts(desk) {
            return Ok(elsewhere);
        }
        let token = asked.get("token").map_or("", String::as_str);
        Ok(match look(desk, token, purpose)? {
            Looked::Works(link) => {
                let form = link_form(lang, purpose, token, &link, None, &Faults::new());
                gate(StatusCode::OK, lang, here, &form)
            }
            Looked::Dead => dead(lang, purpose),
            Looked::Wait(time) => wait(lang, here, time),
        })
    })
    .await
}

pub async fn take_invitation(
    desk: Desk,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    take(desk, headers, fields, Purpose::Invitation, "/invitation").await
}

pub async fn take_reset(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    take(desk, headers, fields, Purpose::Reset, "/reset").await
}

async fn take(
    desk: Desk,
    headers: HeaderMap,
    fields: Fields,
    purpose: Purpose,
    path: &'static str,
) -> Response {
    let asked = headers.clone();
    answer_in_turn(desk, headers, path, move |desk, lang, here| {
        if let Some(elsewhere) = needs_accounts(desk) {
            return Ok(elsewhere);
        }
        let token = field(&fields, "token");
        let link = match look(desk, token, purpose)? {
            Looked::Works(link) => link,
            Looked::Dead => return Ok(dead(lang, purpose)),
            Looked::Wait(time) => return Ok(wait(lang, here, time)),
        };
        let Some(account) = &link.user else { return Ok(dead(lang, purpose)) };
        let typed = field(&fields, "password");
        let mut faults = Faults::new();
        weak(lang, typed, &account.email, &mut faults);
        if !faults.is_empty() {
            let name = Some(field(&fields, "name"));
            return Ok(back(lang, here, &link_form(lang, purpose, token, &link, name, &faults)));
        }
        let now = clock::now();
        let taken = desk.store.take_link(token, purpose, password::hash(typed)?, now)?;
        let Some(user) = taken else { return Ok(dead(lang, purpose)) };
        let known = visitor(account, 0, desk.visitor.from);
        let known = known.as_ref().unwrap_or(&desk.visitor);
        let detail = json!({ "user": user, "by": if purpose == Purpose::Reset { "reset" } else { "invitation" } });
        audit::record(desk, known, Action::PasswordChanged, None, &detail)?;
        if purpose == Purpose::Reset {
            mails::warn(desk.app(), account, Changed::Password);
            return Ok(Redirect::to("/sign-in?done=reset").into_response());
        }
        let name = kept::name(field(&fields, "name"));
        desk.store.change_profile(user, name, lang.code().into(), account.weekly_mail)?;
        if account.has_second_factor {
            return Ok(Redirect::to("/sign-in?done=reset").into_response());
        }
        enter(desk, &asked, user)
    })
    .await
}

fn link_form(
    lang: Lang,
    purpose: Purpose,
    token: &str,
    link: &Link,
    name: Option<&str>,
    faults: &Faults,
) -> GateForm {
    let (email, known) =
        link.user.as_ref().map_or(("", ""), |user| (user.email.as_str(), user.name.as_str()));
    // Password managers keep the password under this name.
    let email_field = Input {
        kind: "email",
        fill: "username",
        value: email.to_owned(),
        optional: true,
        ..Input::text("email", t(lang, "sign-in-email"))
    };
    let hidden = vec![("token", token.to_owned())];
    let label =
        if purpose == Purpose::Reset { "account-password-another" } else { "account-password-new" };
    let password = new_password(lang, label, faults);
    match purpose {
        Purpose::Reset => GateForm {
            title: t(lang, "reset-title"),
            text: vec![t_args(lang, "reset-text", &[("email", email)])],
            action: "/reset",
            hidden,
            fields: vec![email_field, password],
            submit: t(lang, "reset-submit"),
            ..GateForm::default()
        },
        Purpose::Setup | Purpose::Invitation => GateForm {
            title: t(lang, "invitation-title"),
            text: vec![t_args(lang, "invitation-text", &[("email", email)])],
            action: "/invitation",
            hidden,
            fields: vec![email_field, name_field(lang, name.unwrap_or(known)), password],
            submit: t(lang, "invitation-submit"),
            ..GateForm::default()
        },
    }
}

fn name_field(lang: Lang, value: &str) -> Input {
    Input {
        fill: "name",
        value: value.to_owned(),
        optional: true,
        ..Input::text("name", t(lang, "account-name"))
    }
}

/// The first password of an account, or another one.
pub fn new_password(lang: Lang, label: &str, faults: &Faults) -> Input {
    let error = fault(faults, "password");
    Input {
        // What is wrong says what is asked for: not both.
        hint: error.is_none().then(|| t(lang, "account-password-hint")),
        error,
        ..Input::password("password", t(lang, label), "new-password")
    }
}

/// Tells what is wrong with a password that somebody chose.
pub fn weak(lang: Lang, typed: &str, email: &str, faults: &mut Faults) {
    if let Some(weakness) = password::weakness(typed, email) {
        faults.push(("password", t(lang, weakness.id())));
    }
}

/// What a token leads to.
enum Looked {
    Works(Box<Link>),
    Dead,
    Wait(jiff::SignedDuration),
}

fn look(desk: &Desk, token: &str, purpose: Purpose) -> Result<Looked, PageError> {
    let client = network(desk.visitor.from);
    let now = clock::now();
    if let Err(time) = desk.accounts.links.attempt(client, now) {
        return Ok(Looked::Wait(time));
    }
    Ok(match kept::link(&desk.store.read()?, token, purpose, now)? {
        Some(link) => {
            desk.accounts.links.undo(client);
            Looked::Works(Box::new(link))
        }
        None => Looked::Dead,
    })
}

fn dead(lang: Lang, purpose: Purpose) -> Response {
    let text = if purpose == Purpose::Reset { "reset-dead" } else { "invitation-dead" };
    let form = GateForm {
        title: t(lang, "link-dead-title"),
        text: vec![t(lang, text)],
        links: vec![
            crate::ui::Link::new(t(lang, "sign-in-title"), "/sign-in"),
            crate::ui::Link::new(t(lang, "sign-in-forgotten"), "/forgotten"),
        ],
        ..GateForm::default()
    };
    gate(StatusCode::NOT_FOUND, lang, "/sign-in", &form)
}

fn back(lang: Lang, here: &str, form: &GateForm) -> Response {
    gate(StatusCode::BAD_REQUEST, lang, here, form)
}

/// Signs a person in who has just chosen a password.
fn enter(desk: &Desk, headers: &HeaderMap, user: i64) -> Result<Response, PageError> {
    let account = kept::by_id(&desk.store.read()?, user)?.ok_or(PageError::NotFound)?;
    let browser = browser(headers);
    Ok(match open(desk, &desk.visitor, account, browser, clock::now())? {
        Outcome::In(opened, user) => signed_in(desk, headers, &opened, &user, None),
        _ => Redirect::to("/sign-in").into_response(),
    })
}
