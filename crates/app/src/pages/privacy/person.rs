//! The file of one person: what is held, table by table, and the four answers to a request: copy,
//! correction, erasure, portability.

use axum::extract::{Form, Path};
use axum::http::{HeaderMap, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use comptoir_metrics::query::pairs;
use comptoir_store::privacy::{self, Rectification, duties};
use maud::{Markup, html};
use serde_json::json;

use super::{Fields, PageError, Taken, asked, called, field, frame, page, take};
use crate::access::Desk;
use crate::audit::Action;
use crate::clock;
use crate::i18n::{Lang, t, t_args};
use crate::pages::frame as shell;
use crate::privacy::dossier::Dossier;
use crate::privacy::register::is_filled;
use crate::privacy::words;
use crate::ui::privacy::{HeldPart, fields, held, notice, problem};
use crate::ui::settings::Field;

/// The rights of a person that a page can answer, in the order of the law.
const RIGHTS: [&str; 4] = ["access", "rectify", "erase", "port"];

/// What can be put right.
const CORRECTED: [&str; 5] = ["name", "email", "phone", "city", "postcode"];

pub(super) async fn show(
    app: Desk,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    page(app, uri, headers, move |app, lang, here| {
        let dossier = dossier(app, number(&id)?)?;
        app.audit(Action::PersonSeen, None, &json!({ "person": dossier.person }))?;
        let notice = asked(here, "rectified").then(|| t(lang, "privacy-rectified"));
        Ok(draw(app, lang, here, &dossier, &Sent { notice, ..Sent::default() }))
    })
    .await
}

/// What a person's page is drawn after.
#[derive(Default)]
struct Sent<'s> {
    notice: Option<String>,
    /// The form of corrections as it was sent, and what is wrong with it.
    corrected: Option<(&'s Fields, Vec<(&'static str, String)>)>,
}

/// The number of an address.
pub(super) fn number(text: &str) -> Result<i64, PageError> {
    text.parse().map_err(|_| PageError::NotFound)
}

/// All that is held of a person; nobody is not found.
pub(super) fn dossier(app: &Desk, person: i64) -> Result<Dossier, PageError> {
    let snapshot = app.store.read()?;
    let tables = privacy::held(&snapshot, person)?;
    if tables.is_empty() {
        return Err(PageError::NotFound);
    }
    Ok(Dossier {
        person,
        at: clock::now(),
        zone: crate::privacy::zone(&snapshot)?,
        tables,
        register: duties::register(&snapshot)?,
    })
}

/// How a person is called: by name, else by number.
pub(super) fn name(lang: Lang, dossier: &Dossier) -> String {
    known(dossier, "customer_name").unwrap_or_else(|| called(lang, dossier.person))
}

/// The first value that is known of a column, in any table.
fn known(dossier: &Dossier, column: &str) -> Option<String> {
    dossier.tables.iter().find_map(|table| {
        let at = table.columns.iter().position(|name| name == column)?;
        let mut values = table.rows.iter().rev().filter_map(|row| row.get(at)?.text());
        values.find(|text| !text.is_empty() && !text.starts_with("erased:")).map(str::to_owned)
    })
}

fn draw(app: &Desk, lang: Lang, here: &str, dossier: &Dossier, sent: &Sent<'_>) -> Markup {
    let person = dossier.person;
    let address = format!("/privacy/persons/{person}");
    let title = name(lang, dossier);
    let number = Some(called(lang, person)).filter(|number| *number != title);
    let lede = [number, known(dossier, "email"), known(dossier, "phone")];
    let lede = lede.into_iter().flatten().collect::<Vec<_>>().join(" · ");
    let parts: Vec<HeldPart> = dossier
        .tables
        .iter()
        .map(|table| HeldPart {
            id: table.table.to_owned(),
            title: words::table(lang, table.table),
            rows: dossier.lines(lang, table),
        })
        .collect();
    let body = html! {
        @if let Some(words) = &sent.notice { (notice(words)) }
        @if sent.corrected.is_some() { (problem(&t(lang, "privacy-rectify-faults"))) }
        @if !is_filled(&dossier.register) {
            p.notice { (t(lang, "privacy-register-first")) " " a.action href="/privacy/register" { (t(lang, "privacy-tab-register")) } }
        }
        section.part aria-labelledby="person-rights" {
            h2 id="person-rights" { (t(lang, "privacy-rights")) }
            p.note { (t(lang, "privacy-rights-text")) }
            dl.rights {
                @for right in RIGHTS.into_iter().filter(|right| person > 0 || *right != "rectify") {
                    div {
                        dt { (t(lang, &format!("privacy-right-{right}"))) }
                        dd { (t(lang, &format!("privacy-right-{right}-text"))) }
                        dd { (answer(lang, right, &address)) }
                    }
                }
            }
        }
        section.part aria-labelledby="person-held" {
            h2 id="person-held" { (t(lang, "privacy-held")) }
            p.note { (t(lang, "privacy-held-text")) }
            (held(lang, &parts))
        }
        // A contact known by a cart alone has nothing to be put right but the cart.
        @if person > 0 { section.part id="rectify" aria-labelledby="person-rectify" {
            h2 id="person-rectify" { (t(lang, "privacy-rectify")) }
            p.note { (t(lang, "privacy-rectify-text")) }
            form method="post" action={ (address) "/rectify" } {
                (fields("person", &corrections(lang, dossier, sent)))
                p.actions { button.button type="submit" { (t(lang, "privacy-rectify-save")) } }
            }
        } }
    };
    frame(app, lang, here, "privacy-tab-requests", (&title, &lede), &body)
}

/// What to do about a right.
fn answer(lang: Lang, right: &str, address: &str) -> Markup {
    html! {
        @match right {
            "access" => form.inline method="get" action={ (address) "/export.html" } {
                (language(lang, right)) button type="submit" { (t(lang, "privacy-export-html")) }
            },
            "rectify" => a.action href="#rectify" { (t(lang, "privacy-rectify")) },
            "erase" => a.action href={ (address) "/erase" } { (t(lang, "privacy-erase-open")) },
            _ => a.action href={ (address) "/export.json" } { (t(lang, "privacy-export-json")) },
        }
    }
}

/// The language of the person who asked, which need not be the reader's.
fn language(lang: Lang, form: &str) -> Markup {
    let id = format!("{form}-language");
    html! {
        label for=(id) { (t(lang, "privacy-export-language")) }
        select id=(id) name="in" {
            @for one in Lang::ALL { option value=(one.code()) selected[one == lang] lang=(one.code()) { (one.name()) } }
        }
    }
}

fn corrections(lang: Lang, dossier: &Dossier, sent: &Sent<'_>) -> Vec<Field> {
    let columns = ["customer_name", "email", "phone", "billing_city", "billing_postcode"];
    CORRECTED
        .into_iter()
        .zip(columns)
        .map(|(name, column)| {
            let told = known(dossier, column).unwrap_or_default();
            let (value, error) = match &sent.corrected {
                Some((fields, faults)) => (
                    field(fields, name).to_owned(),
                    faults.iter().find(|(known, _)| *known == name).map(|(_, words)| words.clone()),
                ),
                None => (told, None),
            };
            Field {
                name,
                label: t(lang, &format!("privacy-field-{name}")),
                value,
                error,
                ..Field::default()
            }
        })
        .collect()
}

pub(super) async fn rectify(
    app: Desk,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(sent): Form<Fields>,
) -> Response {
    take(app, headers, "/privacy".to_owned(), move |app, lang, _| {
        let person = number(&id)?;
        let dossier = dossier(app, person)?;
        let here = format!("/privacy/persons/{person}");
        let faults = faults(lang, &sent);
        if !faults.is_empty() {
            let sent = Sent { corrected: Some((&sent, faults)), ..Sent::default() };
            let page = draw(app, lang, &here, &dossier, &sent);
            return Ok(Taken::Page(StatusCode::BAD_REQUEST, page));
        }
        let columns = ["customer_name", "email", "phone", "billing_city", "billing_postcode"];
        let mut changed = CORRECTED.into_iter().zip(columns).map(|(name, column)| {
            let text = field(&sent, name);
            // What is unchanged or emptied is no correction: to take data away is an erasure.
            let differs = known(&dossier, column).as_deref() != Some(text);
            (!text.is_empty() && differs).then(|| text.to_owned())
        });
        let mut next = || changed.next().flatten();
        let change = Rectification {
            name: next(),
            email: next(),
            phone: next(),
            city: next(),
            postcode: next(),
        };
        if change == Rectification::default() {
            return Ok(Taken::Go(here));
        }
        let names: Vec<&str> = [
            ("name", &change.name),
            ("email", &change.email),
            ("phone", &change.phone),
            ("city", &change.city),
            ("postcode", &change.postcode),
        ]
        .into_iter()
        .filter(|(_, value)| value.is_some())
        .map(|(name, _)| name)
        .collect();
        let detail = json!({ "person": person, "fields": names });
        app.store.rectify_person(person, change, clock::now())?;
        app.audit(Action::PersonRectified, None, &detail)?;
        app.ring();
        Ok(Taken::Go(format!("{here}?rectified=1")))
    })
    .await
}

/// What is wrong with a form of corrections.
fn faults(lang: Lang, sent: &Fields) -> Vec<(&'static str, String)> {
    let bad = |text: &str| text.chars().count() > 200 || text.chars().any(char::is_control);
    let mut faults: Vec<(&'static str, String)> = CORRECTED
        .into_iter()
        .filter(|name| bad(field(sent, name)))
        .map(|name| (name, t(lang, "privacy-fault-text")))
        .collect();
    let email = field(sent, "email");
    if !email.is_empty() && !comptoir_sources::visits::names_somebody(email) {
        faults.push(("email", t(lang, "settings-fault-email")));
    }
    let phone = field(sent, "phone");
    if !phone.is_empty() && phone.chars().filter(char::is_ascii_digit).count() < 3 {
        faults.push(("phone", t(lang, "settings-fault-phone")));
    }
    faults
}

pub(super) async fn json(app: Desk, Path(id): Path<String>, headers: HeaderMap) -> Response {
    send(app, headers, id, None).await
}

pub(super) async fn html(
    app: Desk,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    let chosen = pairs(uri.query().unwrap_or_default()).find_map(|(name, value)| {
        (name.as_deref() == Some("in")).then(|| Lang::parse(&value?)).flatten()
    });
    let lang = chosen.unwrap_or_else(|| shell::lang(&headers));
    send(app, headers, id, Some(lang)).await
}

/// The file of a person: as a page in a language, else for machines.
async fn send(app: Desk, headers: HeaderMap, id: String, page: Option<Lang>) -> Response {
    let lang = shell::lang(&headers);
    let made = tokio::task::spawn_blocking(move || {
        let here = format!("/privacy/persons/{id}");
        let outcome = super::whole(&app, lang, &here).and_then(|()| {
            let dossier = dossier(&app, number(&id)?)?;
            let format = if page.is_some() { "html" } else { "json" };
            let detail = json!({ "person": dossier.person, "format": format });
            app.audit(Action::PersonExported, None, &detail)?;
            Ok(dossier)
        });
        match outcome {
            Ok(dossier) => {
                let name = t_args(
                    page.unwrap_or(lang),
                    "dossier-file",
                    &[("number", &dossier.person.abs().to_string())],
                );
                match page {
                    Some(lang) => {
                        let body = dossier.page(lang).into_string();
                        attached(&format!("{name}.html"), "text/html; charset=utf-8", body)
                    }
                    None => attached(&format!("{name}.json"), "application/json", dossier.json()),
                }
            }
            Err(error) => shell::refused(&app, lang, &here, error),
        }
    })
    .await;
    made.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A file to keep: it is never shown in the browser as a page of ours, nor left in a cache.
pub(super) fn attached(name: &str, kind: &'static str, body: String) -> Response {
    let headers = [
        (header::CONTENT_TYPE, kind.to_owned()),
        (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{name}\"")),
        (header::CACHE_CONTROL, "no-store".to_owned()),
    ];
    (headers, body).into_response()
}
