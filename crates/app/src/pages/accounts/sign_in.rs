//! Signing in, in one step or two, and out.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{Form, Query};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Redirect, Response};
use serde_json::json;

use super::{Fields, answer, browser, field, gate, needs_accounts, signed_in, wait, wait_words};
use crate::access::{Desk, Who};
use crate::accounts::cookie::Cookie;
use crate::accounts::sign_in::{Attempt, Outcome, local, with_code, with_password};
use crate::accounts::{self, has_owner};
use crate::audit::Action;
use crate::clock;
use crate::i18n::{Lang, t};
use crate::pages::frame::{self, PageError};
use crate::ui::Link;
use crate::ui::gate::GateForm;
use crate::ui::input::Input;

pub async fn show(
    desk: Desk,
    uri: Uri,
    Query(asked): Query<HashMap<String, String>>,
    headers: HeaderMap,
) -> Response {
    answer(desk, headers, uri.to_string(), move |desk, lang, here| {
        if let Some(elsewhere) = needs_accounts(desk) {
            return Ok(elsewhere);
        }
        if !has_owner(desk)? {
            return Ok(Redirect::to("/setup").into_response());
        }
        let next = asked.get("next").and_then(|next| local(next));
        if matches!(desk.visitor.who, Who::User { .. }) {
            let first = desk.visitor.role.map_or("/", |role| role.first_page);
            return Ok(Redirect::to(next.unwrap_or(first)).into_response());
        }
        let notice = match asked.get("done").map(String::as_str) {
            Some("out") => Some(t(lang, "sign-in-done-out")),
            Some("reset") => Some(t(lang, "sign-in-done-reset")),
            _ => None,
        };
        let form = GateForm { notice, ..form(lang, "", next) };
        Ok(gate(StatusCode::OK, lang, here, &form))
    })
    .await
}

fn form(lang: Lang, email: &str, next: Option<&str>) -> GateForm {
    let email = Input {
        kind: "email",
        fill: "username",
        value: email.to_owned(),
        ..Input::text("email", t(lang, "sign-in-email"))
    };
    let password = Input::password("password", t(lang, "sign-in-password"), "current-password");
    GateForm {
        title: t(lang, "sign-in-title"),
        action: "/sign-in",
        hidden: next.map(|next| ("next", next.to_owned())).into_iter().collect(),
        fields: vec![email, password],
        submit: t(lang, "sign-in-submit"),
        links: vec![Link::new(t(lang, "sign-in-forgotten"), "/forgotten")],
        ..GateForm::default()
    }
}

pub async fn take(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    let lang = frame::lang(&headers);
    if let Some(elsewhere) = needs_accounts(&desk) {
        return elsewhere;
    }
    let next = local(field(&fields, "next")).map(str::to_owned);
    let attempt = Attempt {
        email: field(&fields, "email").to_owned(),
        password: field(&fields, "password").to_owned(),
        next: next.clone(),
        browser: browser(&headers),
    };
    let app = Arc::clone(desk.app());
    let outcome = with_password(&app, desk.visitor.clone(), attempt, clock::now()).await;
    super::private(match outcome {
        Ok(Outcome::In(opened, user)) => {
            signed_in(&desk, &headers, &opened, &user, next.as_deref())
        }
        Ok(Outcome::SecondFactor(token)) => {
            let mut response = Redirect::to("/sign-in/code").into_response();
            if let Some(cookie) = Cookie::Step.set(&desk, &headers, &token) {
                response.headers_mut().append(header::SET_COOKIE, cookie);
            }
            response
        }
        Ok(Outcome::Wait(time)) => wait(lang, "/sign-in", time),
        Ok(Outcome::Refused | Outcome::Over) => {
            let form = GateForm {
                problem: Some(t(lang, "sign-in-wrong")),
                ..form(lang, field(&fields, "email"), next.as_deref())
            };
            gate(StatusCode::UNAUTHORIZED, lang, "/sign-in", &form)
        }
        Err(error) => frame::refused(&desk, lang, "/sign-in", error.into()),
    })
}

pub async fn show_code(desk: Desk, uri: Uri, headers: HeaderMap) -> Response {
    let token = Cookie::Step.read(&desk, &headers).unwrap_or_default();
    answer(desk, headers, uri.to_string(), move |desk, lang, here| {
        if desk.accounts.steps.waiting(&token, clock::now()).is_none() {
            return Ok(Redirect::to("/sign-in").into_response());
        }
        Ok(gate(StatusCode::OK, lang, here, &code_form(lang, None)))
    })
    .await
}

fn code_form(lang: Lang, error: Option<String>) -> GateForm {
    let code = Input {
        fill: "one-time-code",
        hint: Some(t(lang, "sign-in-code-hint")),
        error,
        ..Input::text("code", t(lang, "sign-in-code"))
    };
    GateForm {
        title: t(lang, "sign-in-code-title"),
        text: vec![t(lang, "sign-in-code-text")],
        action: "/sign-in/code",
        fields: vec![code],
        submit: t(lang, "sign-in-code-submit"),
        links: vec![Link::new(t(lang, "sign-in-again"), "/sign-in")],
        ..GateForm::default()
    }
}

pub async fn take_code(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    let asked = headers.clone();
    answer(desk, headers, "/sign-in/code".to_owned(), move |desk, lang, here| {
        let token = Cookie::Step.read(desk, &asked).unwrap_or_default();
        let now = clock::now();
        let next = desk.accounts.steps.waiting(&token, now).and_then(|half| half.next);
        let typed = field(&fields, "code");
        let outcome = with_code(desk, &desk.visitor, &token, typed, browser(&asked), now)?;
        Ok(match outcome {
            Outcome::In(opened, user) => signed_in(desk, &asked, &opened, &user, next.as_deref()),
            Outcome::Refused | Outcome::SecondFactor(_) => {
                let form = code_form(lang, Some(t(lang, "sign-in-code-wrong")));
                gate(StatusCode::UNAUTHORIZED, lang, here, &form)
            }
            Outcome::Wait(time) => {
                let mut response = wait(lang, here, time);
                let form = code_form(lang, Some(wait_words(lang, time)));
                *response.body_mut() =
                    frame::plain(lang, &form.title, here, form.render()).into_string().into();
                response
            }
            Outcome::Over => {
                let form = GateForm {
                    problem: Some(t(lang, "sign-in-code-over")),
                    ..form(lang, "", next.as_deref())
                };
                gate(StatusCode::UNAUTHORIZED, lang, "/sign-in", &form)
            }
        })
    })
    .await
}

pub async fn out(desk: Desk, headers: HeaderMap) -> Response {
    let asked = headers.clone();
    answer(desk, headers, "/sign-out".to_owned(), move |desk, _, _| {
        if let Who::User { id, session, .. } = desk.visitor.who {
            desk.store.end_session(id, session, clock::now()).map_err(PageError::from)?;
            desk.accounts.steps.enrolled(session);
            desk.audit(Action::SignedOut, None, &json!({ "session": session }))?;
        }
        let to = if accounts::has_owner(desk)? { "/sign-in?done=out" } else { "/" };
        let mut response = Redirect::to(to).into_response();
        for cookie in [Cookie::Session, Cookie::Step] {
            if let Some(cleared) = cookie.clear(desk, &asked) {
                response.headers_mut().append(header::SET_COOKIE, cleared);
            }
        }
        Ok(response)
    })
    .await
}
