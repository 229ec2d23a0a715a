//! The register of processing: what only the merchant knows is filled in here, the rest is written.

use axum::extract::Form;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use comptoir_store::privacy::duties;
use maud::{Markup, html};
use serde_json::json;

use super::person::attached;
use super::{Fields, PageError, Taken, asked, field, frame, page, take};
use crate::access::Desk;
use crate::audit::Action;
use crate::clock;
use crate::i18n::{Lang, t, t_args};
use crate::pages::export::file;
use crate::pages::frame as shell;
use crate::privacy::register::{self as sheets, FIELDS, Own, is_filled};
use crate::privacy::words::moment;
use crate::ui::Link;
use crate::ui::privacy::{fields, notice, problem};
use crate::ui::settings::Field;

const PATH: &str = "/privacy/register";

/// The longest text of a field.
const LONGEST: usize = 300;

pub(super) async fn show(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, uri, headers, |app, lang, here| {
        let own = duties::register(&app.store.read()?)?;
        Ok(draw(app, lang, here, &own, &[]))
    })
    .await
}

fn draw(app: &Desk, lang: Lang, here: &str, own: &Own, faults: &[&'static str]) -> Markup {
    let (title, lede) = (t(lang, "register-title"), t(lang, "register-lede"));
    let form: Vec<Field> = FIELDS
        .into_iter()
        .map(|name| Field {
            name,
            label: t(lang, &format!("register-{name}")),
            hint: Some(t(lang, &format!("register-{name}-hint"))),
            value: own.get(name).cloned().unwrap_or_default(),
            error: faults.contains(&name).then(|| t(lang, "privacy-fault-text")),
            ..Field::default()
        })
        .collect();
    let files = [
        Link::new(t(lang, "register-html"), "/privacy/register.html"),
        Link::new(t(lang, "register-csv"), "/privacy/register.csv"),
    ];
    let body = html! {
        @if !faults.is_empty() { (problem(&t(lang, "settings-faults"))) }
        @if asked(here, "saved") { (notice(&t(lang, "register-saved"))) }
        @if !is_filled(own) && faults.is_empty() { p.notice { (t(lang, "register-unfilled")) } }
        p.files { @for link in &files { a.action href=(link.href) { (link.label) } " " } }
        section.part aria-labelledby="register-own" {
            h2 id="register-own" { (t(lang, "register-own")) }
            form method="post" action=(PATH) {
                (fields("register", &form))
                p.actions { button.button type="submit" { (t(lang, "settings-save")) } }
            }
        }
        @for activity in sheets::activities(lang, own) {
            section.part {
                h2 { (activity.title) }
                dl.known {
                    @for (part, text) in &activity.parts { div { dt { (part) } dd dir="auto" { (text) } } }
                }
            }
        }
    };
    frame(app, lang, here, "privacy-tab-register", (&title, &lede), &body)
}

pub(super) async fn save(app: Desk, headers: HeaderMap, Form(sent): Form<Fields>) -> Response {
    take(app, headers, PATH.to_owned(), move |app, lang, here| {
        let own: Own = FIELDS
            .into_iter()
            .map(|name| (name.to_owned(), field(&sent, name).to_owned()))
            .collect();
        let bad = |name: &&'static str| {
            let text = field(&sent, name);
            text.chars().count() > LONGEST || text.chars().any(char::is_control)
        };
        let faults: Vec<&'static str> = FIELDS.into_iter().filter(bad).collect();
        if !faults.is_empty() {
            let page = draw(app, lang, here, &own, &faults);
            return Ok(Taken::Page(StatusCode::BAD_REQUEST, page));
        }
        app.store.change_register(&own)?;
        app.audit(Action::SettingsChanged, None, &json!({ "what": "register" }))?;
        Ok(Taken::Go(format!("{PATH}?saved=1")))
    })
    .await
}

pub(super) async fn html(app: Desk, headers: HeaderMap) -> Response {
    let lang = shell::lang(&headers);
    let made = tokio::task::spawn_blocking(move || {
        let outcome = super::whole(&app, lang, PATH).and_then(|()| {
            let snapshot = app.store.read()?;
            let zone = crate::privacy::zone(&snapshot)?;
            let day = moment(lang, clock::now(), &zone);
            let made = t_args(lang, "register-made", &[("day", &day)]);
            let own = duties::register(&snapshot)?;
            app.audit(Action::RegisterExported, None, &json!({ "format": "html" }))?;
            Ok(sheets::page(lang, &own, &made).into_string())
        });
        match outcome {
            Ok(body) => {
                let name = format!("{}.html", t(lang, "register-file"));
                attached(&name, "text/html; charset=utf-8", body)
            }
            Err(error) => shell::refused(&app, lang, PATH, error),
        }
    })
    .await;
    made.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

pub(super) async fn csv(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        super::whole(app, lang, here)?;
        Ok::<_, PageError>(sheets::sheet(lang, &duties::register(&app.store.read()?)?))
    })
    .await
}
