//! Erasure: what goes and what stays is said before; what was done, and what is left to do, after.

use axum::extract::{Form, Path};
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::Response;
use comptoir_store::audit::Entry;
use comptoir_store::privacy::duties;
use comptoir_store::shops;
use maud::{Markup, html};
use serde_json::{Value, json};

use super::person::{dossier, name, number};
use super::{Fields, PageError, Taken, asked, called, field, frame, on_disk, page, take};
use crate::access::Desk;
use crate::audit::Action;
use crate::backup::erasures;
use crate::clock;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::privacy::dossier::Dossier;
use crate::privacy::words::moment;
use crate::ui::privacy::{notice, problem};

/// Erasures among which a receipt is looked for.
const SEARCHED: usize = 100_000;

pub(super) async fn confirm(
    app: Desk,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    page(app, uri, headers, move |app, lang, here| {
        let dossier = dossier(app, number(&id)?)?;
        Ok(ask(app, lang, here, &dossier, false))
    })
    .await
}

/// The page that asks once more.
fn ask(app: &Desk, lang: Lang, here: &str, dossier: &Dossier, unconfirmed: bool) -> Markup {
    let person = dossier.person;
    let named = name(lang, dossier);
    let title = t_args(lang, "privacy-erase-title", &[("person", &named)]);
    let number = Some(called(lang, person)).filter(|number| *number != named);
    let lede = number.map(|number| format!("{number}. ")).unwrap_or_default();
    let lede = lede + &t(lang, "privacy-erase-lede");
    let invalid = unconfirmed.then_some("true");
    let list = |name: &str, count: usize| -> Markup {
        html! { ul.bullets { @for one in 1..=count { li { (t(lang, &format!("privacy-erase-{name}-{one}"))) } } } }
    };
    let body = html! {
        @if unconfirmed { (problem(&t(lang, "privacy-erase-unconfirmed"))) }
        div.two {
            section.part { h2 { (t(lang, "privacy-erase-goes")) } (list("goes", 4)) }
            section.part { h2 { (t(lang, "privacy-erase-stays")) } (list("stays", 3)) }
        }
        section.part { h2 { (t(lang, "privacy-erase-before")) } (list("before", 3)) }
        form method="post" action={ "/privacy/persons/" (person) "/erase" } {
            p.confirm {
                input type="checkbox" id="erase-confirmed" name="confirmed" value="1" required aria-invalid=[invalid];
                label for="erase-confirmed" { (t(lang, "privacy-erase-confirm")) }
            }
            p.actions {
                button.danger type="submit" { (t(lang, "privacy-erase-do")) }
                a.action href={ "/privacy/persons/" (person) } { (t(lang, "privacy-erase-cancel")) }
            }
        }
    };
    frame(app, lang, here, "privacy-tab-requests", (&title, &lede), &body)
}

pub(super) async fn erase(
    app: Desk,
    Path(id): Path<String>,
    headers: HeaderMap,
    Form(fields): Form<Fields>,
) -> Response {
    take(app, headers, "/privacy".to_owned(), move |app, lang, _| {
        let person = number(&id)?;
        let dossier = dossier(app, person)?;
        if field(&fields, "confirmed") != "1" {
            let here = format!("/privacy/persons/{person}/erase");
            let page = ask(app, lang, &here, &dossier, true);
            return Ok(Taken::Page(StatusCode::BAD_REQUEST, page));
        }
        let erased = app.store.erase_person(person, clock::now())?;
        app.audit(Action::PersonErased, None, &crate::privacy::erased(person, &erased))?;
        erasures::follow(&app.store)?;
        app.ring();
        Ok(Taken::Go(format!("/privacy/erasures/{person}")))
    })
    .await
}

/// The person of a line of the audit log.
pub(super) fn person_of(line: &Entry) -> Option<i64> {
    let detail: Value = serde_json::from_str(&line.detail).ok()?;
    detail["person"].as_i64()
}

/// What was erased of a person, from the audit log: it can be shown again at any time.
pub(super) async fn receipt(
    app: Desk,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    page(app, uri, headers, move |app, lang, here| {
        let person = number(&id)?;
        let snapshot = app.store.read()?;
        let lines = duties::audited(&snapshot, Action::PersonErased.id(), SEARCHED)?;
        let line = lines.iter().find(|line| person_of(line) == Some(person));
        let line = line.ok_or(PageError::NotFound)?;
        let detail: Value = serde_json::from_str(&line.detail).unwrap_or_default();
        let zone = crate::privacy::zone(&snapshot)?;
        let title = t(lang, "privacy-receipt-title");
        let lede = t_args(
            lang,
            "privacy-receipt-lede",
            &[("person", &called(lang, person)), ("day", &moment(lang, line.at, &zone))],
        );
        let platforms = platforms(&shops::list(&snapshot)?);
        let body = html! {
            @if asked(here, "compacted") { (notice(&t(lang, "privacy-compacted"))) }
            section.part {
                h2 { (t(lang, "privacy-receipt-done")) }
                dl.known {
                    @for name in ["orders", "refunds", "customers", "carts", "lines", "others"] {
                        @let count = detail[name].as_i64().unwrap_or(0);
                        div { dt { (t(lang, &format!("privacy-receipt-{name}"))) } dd { (format::integer(lang, count)) } }
                    }
                }
                p.note { (t(lang, "privacy-receipt-kept")) }
            }
            section.part {
                h2 { (t(lang, "privacy-receipt-disk")) }
                (on_disk(app, lang, &zone, Some(person))?)
            }
            section.part {
                h2 { (t(lang, "privacy-receipt-next")) }
                ol.numbered {
                    @for platform in platforms { li { (t(lang, &format!("privacy-receipt-{platform}"))) } }
                    @for one in 1..=3 { li { (t(lang, &format!("privacy-receipt-next-{one}"))) } }
                }
                p.note { (t(lang, "privacy-receipt-stays")) }
            }
        };
        Ok(frame(app, lang, here, "privacy-tab-requests", (&title, &lede), &body))
    })
    .await
}

/// The platforms of the shops that we know to say something of; one sentence for all the others.
fn platforms(shops: &[comptoir_store::StoredShop]) -> Vec<&'static str> {
    let has = |name: &str| shops.iter().any(|shop| shop.shop.platform.eq_ignore_ascii_case(name));
    let known: Vec<&'static str> =
        ["woocommerce", "shopify", "prestashop"].into_iter().filter(|name| has(name)).collect();
    if known.is_empty() { vec!["platform"] } else { known }
}

/// Writes the database anew, without what was erased.
pub(super) async fn compact(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    take(app, headers, "/privacy".to_owned(), move |app, _, _| {
        let done = app.store.compact()?;
        let detail = json!({ "bytes_before": done.bytes_before, "bytes_after": done.bytes_after });
        app.audit(Action::Compacted, None, &detail)?;
        let back = match field(&fields, "person").parse::<i64>() {
            Ok(person) => format!("/privacy/erasures/{person}?compacted=1"),
            Err(_) => "/privacy?compacted=1".to_owned(),
        };
        Ok(Taken::Go(back))
    })
    .await
}
