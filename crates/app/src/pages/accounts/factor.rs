//! The second factor: begun with a QR code, proved with a first code, taken away with the password.

use axum::extract::Form;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use qrcode::{Color, EcLevel, QrCode as Drawn};
use serde_json::json;

use super::own::{Again, account, again, draw, oneself};
use super::{Faults, Fields, answer, answer_in_turn, fault, field, framed, wait};
use crate::access::{Desk, Need, Routes};
use crate::accounts::mails::{self, Changed};
use crate::accounts::totp::Factor;
use crate::audit::Action;
use crate::clock;
use crate::i18n::{Lang, t};
use crate::pages::frame::PageError;
use crate::ui::account::{EnrolmentPage, QrCode, recovery_codes};
use crate::ui::input::Input;
use crate::ui::pages::plain_head;

pub fn routes() -> Routes {
    Routes::new()
        .get("/account/second-factor", Need::Account, show)
        .post("/account/second-factor", Need::Account, take)
        .post("/account/second-factor/off", Need::Account, off)
        .post("/account/recovery-codes", Need::Account, new_codes)
}

async fn show(desk: Desk, uri: Uri, headers: HeaderMap) -> Response {
    answer(desk, headers, uri.to_string(), move |desk, lang, here| {
        let user = account(desk)?;
        if user.has_second_factor {
            return Ok(Redirect::to("/account").into_response());
        }
        let (_, session) = oneself(desk)?;
        let factor = Factor::generate(&user.email)?;
        desk.accounts.steps.enrol(session, factor.secret(), clock::now());
        enrolment(desk, lang, here, &factor, StatusCode::OK, &Faults::new())
    })
    .await
}

fn enrolment(
    desk: &Desk,
    lang: Lang,
    here: &str,
    factor: &Factor,
    status: StatusCode,
    faults: &Faults,
) -> Result<Response, PageError> {
    let drawn = Drawn::with_error_correction_level(factor.url()?, EcLevel::M)
        .map_err(|error| PageError::Failed(format!("the QR code: {error}")))?;
    let secret = factor.secret();
    let groups: Vec<&str> =
        secret.as_bytes().chunks(4).filter_map(|group| std::str::from_utf8(group).ok()).collect();
    let code = Input {
        fill: "one-time-code",
        hint: Some(t(lang, "factor-code-hint")),
        error: fault(faults, "code"),
        ..Input::text("code", t(lang, "sign-in-code"))
    };
    let password = Input {
        error: fault(faults, "password"),
        ..Input::password("password", t(lang, "account-password-current"), "current-password")
    };
    let page = EnrolmentPage {
        lang,
        qr: QrCode {
            width: drawn.width(),
            dark: drawn.to_colors().into_iter().map(|color| color == Color::Dark).collect(),
        },
        secret: groups.join(" "),
        fields: vec![code, password],
        problem: (!faults.is_empty()).then(|| t(lang, "account-faults")),
    };
    let title = t(lang, "factor-title");
    let body = html! { (plain_head(&title, Some(&t(lang, "factor-lede")))) (page.render()) };
    Ok(framed(desk, lang, status, "", &title, here, body))
}

async fn take(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    answer_in_turn(desk, headers, "/account/second-factor", move |desk, lang, here| {
        let user = account(desk)?;
        let (_, session) = oneself(desk)?;
        let now = clock::now();
        let begun = desk.accounts.steps.enrolment(session, now);
        let Some(secret) = begun.filter(|_| !user.has_second_factor) else {
            return Ok(Redirect::to("/account/second-factor").into_response());
        };
        let factor = Factor::read(&secret, &user.email)?;
        let mut faults = Faults::new();
        match again(desk, &user, field(&fields, "password"))? {
            Again::Right => {}
            Again::Wrong => faults.push(("password", t(lang, "account-fault-current"))),
            Again::Wait(time) => return Ok(wait(lang, here, time)),
        }
        let step = factor.step(field(&fields, "code"), now);
        if step.is_none() {
            faults.push(("code", t(lang, "factor-fault-code")));
        }
        let (Some(step), true) = (step, faults.is_empty()) else {
            return enrolment(desk, lang, here, &factor, StatusCode::BAD_REQUEST, &faults);
        };
        let codes = desk.store.set_second_factor(user.id, &secret, step)?;
        desk.accounts.steps.enrolled(session);
        desk.audit(Action::SecondFactorOn, None, &json!({ "user": user.id }))?;
        mails::warn(desk.app(), &user, Changed::FactorOn);
        Ok(told(desk, lang, &codes))
    })
    .await
}

/// The recovery codes, this once.
fn told(desk: &Desk, lang: Lang, codes: &[String]) -> Response {
    let title = t(lang, "codes-title");
    let body = html! { (plain_head(&title, None)) (recovery_codes(lang, codes)) };
    framed(desk, lang, StatusCode::OK, "", &title, "/account", body)
}

async fn off(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    answer_in_turn(desk, headers, "/account", move |desk, lang, here| {
        let user = account(desk)?;
        match again(desk, &user, field(&fields, "password"))? {
            Again::Right => {}
            Again::Wrong => return wrong(desk, lang, here, "off"),
            Again::Wait(time) => return Ok(wait(lang, here, time)),
        }
        desk.store.clear_second_factor(user.id)?;
        desk.audit(Action::SecondFactorOff, None, &json!({ "user": user.id, "by": "oneself" }))?;
        mails::warn(desk.app(), &user, Changed::FactorOff);
        Ok(Redirect::to("/account?done=off").into_response())
    })
    .await
}

async fn new_codes(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    answer_in_turn(desk, headers, "/account", move |desk, lang, here| {
        let user = account(desk)?;
        if !user.has_second_factor {
            return Ok(Redirect::to("/account").into_response());
        }
        match again(desk, &user, field(&fields, "password"))? {
            Again::Right => {}
            Again::Wrong => return wrong(desk, lang, here, "codes"),
            Again::Wait(time) => return Ok(wait(lang, here, time)),
        }
        let codes = desk.store.replace_recovery_codes(user.id)?;
        desk.audit(
            Action::UserChanged,
            None,
            &json!({ "user": user.id, "recovery_codes": "new" }),
        )?;
        Ok(told(desk, lang, &codes))
    })
    .await
}

fn wrong(desk: &Desk, lang: Lang, here: &str, form: &'static str) -> Result<Response, PageError> {
    let faults = vec![(form, t(lang, "account-fault-current"))];
    draw(desk, lang, here, None, StatusCode::BAD_REQUEST, &faults)
}
