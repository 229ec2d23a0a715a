//! A forgotten password: a link by mail, where a mail server is set. The answer is the same for every
//! address, and comes before anything is looked up.

use std::sync::Arc;

use axum::extract::Form;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use comptoir_store::accounts::{self as kept, Purpose};
use serde_json::json;

use super::{Fields, answer, field, gate, needs_accounts, wait};
use crate::access::Desk;
use crate::accounts::mails;
use crate::accounts::throttle::network;
use crate::audit::Action;
use crate::clock;
use crate::i18n::{Lang, t};
use crate::mail;
use crate::ui::Link;
use crate::ui::gate::GateForm;
use crate::ui::input::Input;

pub async fn show(desk: Desk, uri: Uri, headers: HeaderMap) -> Response {
    answer(desk, headers, uri.to_string(), move |desk, lang, here| {
        if let Some(elsewhere) = needs_accounts(desk) {
            return Ok(elsewhere);
        }
        let form = if mail::is_configured(desk) { form(lang) } else { ask(lang) };
        Ok(gate(StatusCode::OK, lang, here, &form))
    })
    .await
}

fn form(lang: Lang) -> GateForm {
    let email =
        Input { kind: "email", fill: "username", ..Input::text("email", t(lang, "sign-in-email")) };
    GateForm {
        title: t(lang, "forgotten-title"),
        text: vec![t(lang, "forgotten-text")],
        action: "/forgotten",
        fields: vec![email],
        submit: t(lang, "forgotten-submit"),
        links: vec![Link::new(t(lang, "sign-in-title"), "/sign-in")],
        ..GateForm::default()
    }
}

/// Nothing can be mailed: somebody has to be asked.
fn ask(lang: Lang) -> GateForm {
    GateForm {
        title: t(lang, "forgotten-title"),
        text: vec![t(lang, "forgotten-ask"), t(lang, "forgotten-ask-shell")],
        links: vec![Link::new(t(lang, "sign-in-title"), "/sign-in")],
        ..GateForm::default()
    }
}

pub async fn take(desk: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    answer(desk, headers, "/forgotten".to_owned(), move |desk, lang, here| {
        if let Some(elsewhere) = needs_accounts(desk) {
            return Ok(elsewhere);
        }
        if !mail::is_configured(desk) {
            return Ok(gate(StatusCode::OK, lang, here, &ask(lang)));
        }
        let now = clock::now();
        if let Err(time) = desk.accounts.requests.attempt(network(desk.visitor.from), now) {
            return Ok(wait(lang, here, time));
        }
        if let Some(email) = kept::email(field(&fields, "email")) {
            let desk = desk.clone();
            // In the background: the answer tells nothing by its time.
            tokio::task::spawn_blocking(move || {
                if let Err(error) = send(&desk, &email) {
                    crate::commands::log(&format!(
                        "a link for a new password was not sent: {error:#}"
                    ));
                }
            });
        }
        let form = GateForm {
            title: t(lang, "forgotten-title"),
            notice: Some(t(lang, "forgotten-sent")),
            text: vec![t(lang, "forgotten-sent-text")],
            links: vec![Link::new(t(lang, "sign-in-title"), "/sign-in")],
            ..GateForm::default()
        };
        Ok(gate(StatusCode::OK, lang, here, &form))
    })
    .await
}

fn send(desk: &Desk, email: &str) -> anyhow::Result<()> {
    let user = kept::by_email(&desk.store.read()?, email)?;
    let Some(user) = user.filter(|user| user.disabled.is_none() && user.has_password) else {
        return Ok(());
    };
    let now = clock::now();
    // Nobody's letter box is filled by whoever knows their address.
    if desk.accounts.requests.attempt(("mail", user.id), now).is_err() {
        return Ok(());
    }
    let app = Arc::clone(desk.app());
    let token = app.store.make_link(user.id, Purpose::Reset, now)?;
    desk.audit(Action::PasswordReset, None, &json!({ "user": user.id, "by": "mail" }))?;
    mails::send(&app, &user, Purpose::Reset, &token)?;
    Ok(())
}
