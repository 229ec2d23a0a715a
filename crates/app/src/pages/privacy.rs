//! What a merchant owes to the persons whose data is held: find, show, export, rectify, erase; retention,
//! register, visits.
//!
//! A person may have bought in several shops, and is erased in all of them: so these pages are for those
//! who see every shop, and say so to the others.

use axum::extract::Form;
use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Redirect, Response};
use comptoir_store::privacy::{self, Found, duties};
use comptoir_store::{Snapshot, shops};
use maud::{Markup, html};
use serde_json::json;

use super::form::{Fields, trimmed as field};
use super::frame::{self, PageError};
use crate::access::{Desk, Right, Routes};
use crate::audit::Action;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::privacy::check::COMPACTED_WITHIN;
use crate::privacy::words::moment;
use crate::ui::listing::{Listing, outside, outside_link};
use crate::ui::pages::plain_head;
use crate::ui::privacy::notice;
use crate::ui::table::Column;
use crate::ui::{Segment, segments};

mod check;
mod erasure;
mod person;
mod register;
mod retention;
mod visits;

/// Persons that a search shows.
const FOUND: usize = 50;

/// Erasures that the first page shows.
const RECENT: usize = 5;

pub fn routes() -> Routes {
    Routes::new()
        .get("/privacy", Right::Privacy, home)
        .post("/privacy/find", Right::Privacy, find)
        .post("/privacy/compact", Right::Privacy, erasure::compact)
        .get("/privacy/persons/{id}", Right::Privacy, person::show)
        .get("/privacy/persons/{id}/export.json", Right::Privacy, person::json)
        .get("/privacy/persons/{id}/export.html", Right::Privacy, person::html)
        .post("/privacy/persons/{id}/rectify", Right::Privacy, person::rectify)
        .get("/privacy/persons/{id}/erase", Right::Privacy, erasure::confirm)
        .post("/privacy/persons/{id}/erase", Right::Privacy, erasure::erase)
        .get("/privacy/erasures/{id}", Right::Privacy, erasure::receipt)
        .get("/privacy/retention", Right::Privacy, retention::show)
        .post("/privacy/retention", Right::Privacy, retention::switch)
        .post("/privacy/retention/preview", Right::Privacy, retention::preview)
        .post("/privacy/retention/run", Right::Privacy, retention::run)
        .get("/privacy/register", Right::Privacy, register::show)
        .post("/privacy/register", Right::Privacy, register::save)
        .get("/privacy/register.html", Right::Privacy, register::html)
        .get("/privacy/register.csv", Right::Privacy, register::csv)
        .get("/privacy/visits", Right::Privacy, visits::show)
        .post("/privacy/visits/{slug}", Right::Privacy, visits::save)
        .get("/privacy/check", Right::Privacy, check::show)
}

/// The pages, in the order of their tabs: words and address.
const TABS: [(&str, &str); 5] = [
    ("privacy-tab-requests", "/privacy"),
    ("privacy-tab-retention", "/privacy/retention"),
    ("privacy-tab-register", "/privacy/register"),
    ("privacy-tab-visits", "/privacy/visits"),
    ("privacy-tab-check", "/privacy/check"),
];

/// A page of ours: head, tabs, body.
fn frame(
    app: &Desk,
    lang: Lang,
    here: &str,
    tab: &str,
    head: (&str, &str),
    body: &Markup,
) -> Markup {
    let tabs: Vec<Segment> = TABS
        .iter()
        .map(|(words, address)| Segment::new(t(lang, words), *address, *words == tab))
        .collect();
    let (title, lede) = head;
    let whole = html! {
        (plain_head(title, Some(lede).filter(|lede| !lede.is_empty())))
        div.presets { (segments(&t(lang, "privacy-title"), &tabs)) }
        div.privacy { (body) }
    };
    frame::shell(app, lang, "nav-privacy", title, here, whole)
}

/// A visitor of some shops only is told why these pages are not theirs.
fn whole(app: &Desk, lang: Lang, here: &str) -> Result<(), PageError> {
    if app.visitor.shops.is_none() {
        return Ok(());
    }
    let title = t(lang, "privacy-all-shops-title");
    let body = html! {
        div.problem {
            p.code { "403" }
            h1 { (title) }
            p.lede { (t(lang, "privacy-all-shops")) }
            a.button href="/" { (t(lang, "problem-home")) }
        }
    };
    let page = frame::shell(app, lang, "nav-privacy", &title, here, body);
    Err(PageError::Drawn(StatusCode::FORBIDDEN, page))
}

/// What became of a form.
enum Taken {
    /// Done: go there.
    Go(String),
    /// A page: results, or the form again.
    Page(StatusCode, Markup),
}

/// Takes a form on a thread that may block.
async fn take(
    app: Desk,
    headers: HeaderMap,
    here: String,
    work: impl FnOnce(&Desk, Lang, &str) -> Result<Taken, PageError> + Send + 'static,
) -> Response {
    let lang = frame::lang(&headers);
    let taken = tokio::task::spawn_blocking(move || {
        let outcome = whole(&app, lang, &here).and_then(|()| work(&app, lang, &here));
        match outcome {
            Ok(Taken::Go(address)) => Redirect::to(&address).into_response(),
            Ok(Taken::Page(status, page)) => frame::html_page(status, page),
            Err(error) => frame::refused(&app, lang, &here, error),
        }
    })
    .await;
    taken.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// A page on a thread that may block.
async fn page(
    app: Desk,
    uri: Uri,
    headers: HeaderMap,
    make: impl FnOnce(&Desk, Lang, &str) -> Result<Markup, PageError> + Send + 'static,
) -> Response {
    frame::page(app, headers, uri.to_string(), move |app, lang, here| {
        whole(app, lang, here)?;
        make(app, lang, here)
    })
    .await
}

/// Whether an address asks for something: `?saved=1`.
fn asked(here: &str, name: &str) -> bool {
    let query = here.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|one| one == format!("{name}=1"))
}

async fn home(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, uri, headers, |app, lang, here| draw(app, lang, here, None)).await
}

/// The search is a form that is sent, so that no address names a customer.
async fn find(app: Desk, headers: HeaderMap, Form(fields): Form<Fields>) -> Response {
    take(app, headers, "/privacy".to_owned(), move |app, lang, here| {
        let words = field(&fields, "asked");
        let page = draw(app, lang, here, Some(words))?;
        Ok(Taken::Page(StatusCode::OK, page))
    })
    .await
}

fn draw(app: &Desk, lang: Lang, here: &str, words: Option<&str>) -> Result<Markup, PageError> {
    let snapshot = app.store.read()?;
    let title = t(lang, "privacy-title");
    let lede = t(lang, "privacy-lede");
    let found = match words.filter(|words| !words.is_empty()) {
        Some(words) => Some((words, look(&snapshot, words)?)),
        None => None,
    };
    if let Some((_, found)) = &found {
        // What was searched for is a person's: the log keeps how many were shown.
        app.audit(Action::PersonSeen, None, &json!({ "found": found.len() }))?;
    }
    let body = html! {
        @if asked(here, "compacted") { (notice(&t(lang, "privacy-compacted"))) }
        section.part aria-labelledby="privacy-answer" {
            h2 id="privacy-answer" { (t(lang, "privacy-answer")) }
            p.note { (t(lang, "privacy-answer-text")) }
            form.find method="post" action="/privacy/find" role="search" {
                div.setting {
                    label for="privacy-asked" { (t(lang, "privacy-asked")) }
                    input id="privacy-asked" name="asked" value=(words.unwrap_or_default()) required maxlength="200"
                        autocomplete="off" dir="auto" aria-describedby="privacy-asked-hint";
                    p.hint id="privacy-asked-hint" { (t(lang, "privacy-asked-hint")) }
                }
                button.button type="submit" { (t(lang, "privacy-search")) }
            }
            @if let Some((words, found)) = &found { (results(&snapshot, lang, words, found)?) }
        }
        @if found.is_none() {
            section.part aria-labelledby="privacy-steps" {
                h2 id="privacy-steps" { (t(lang, "privacy-steps")) }
                ol.numbered {
                    @for step in 1..=4 {
                        @let name = format!("privacy-step-{step}");
                        li { strong { (t(lang, &name)) } " " (t(lang, &format!("{name}-text"))) }
                    }
                }
            }
            (erasures(app, &snapshot, lang)?)
        }
    };
    Ok(frame(app, lang, here, "privacy-tab-requests", (&title, &lede), &body))
}

fn look(snapshot: &Snapshot, words: &str) -> Result<Vec<Found>, PageError> {
    let all: Vec<i64> = shops::list(snapshot)?.iter().map(|shop| shop.id).collect();
    Ok(privacy::find(snapshot, &all, words, FOUND)?)
}

fn results(
    snapshot: &Snapshot,
    lang: Lang,
    words: &str,
    found: &[Found],
) -> Result<Markup, PageError> {
    let known = shops::list(snapshot)?;
    let zone = crate::privacy::zone(snapshot)?;
    let day = |at: Option<jiff::Timestamp>| {
        at.map_or_else(
            || format::NO_VALUE.to_owned(),
            |at| format::day(lang, zone.to_datetime(at).date()),
        )
    };
    let text = |text: &Option<String>| text.clone().unwrap_or_else(|| format::NO_VALUE.to_owned());
    let row = |one: &Found| {
        let href = format!("/privacy/persons/{}", one.person);
        let name = one.name.clone().unwrap_or_else(|| called(lang, one.person));
        let shops: Vec<&str> = known
            .iter()
            .filter(|shop| one.shops.contains(&shop.id))
            .map(|shop| shop.shop.name.as_str())
            .collect();
        vec![
            outside_link(&name, &href),
            outside(&text(&one.email)),
            outside(&text(&one.phone)),
            html! { (format::integer(lang, one.orders)) },
            html! { (day(one.last_order)) },
            outside(&shops.join(", ")),
        ]
    };
    let listing = Listing {
        lang,
        caption: t(lang, "privacy-found"),
        columns: vec![
            Column::text(t(lang, "privacy-person")),
            Column::text(t(lang, "held-column-email")),
            Column::text(t(lang, "held-column-phone")),
            Column::number(t(lang, "nav-orders")),
            Column::text(t(lang, "privacy-last-order")),
            Column::text(t(lang, "filter-shop")),
        ],
        rows: found.iter().map(row).collect(),
        sum: None,
        paging: None,
        csv: None,
        xlsx: None,
    };
    Ok(html! {
        @if found.is_empty() {
            p.notice role="status" { (t_args(lang, "privacy-found-none", &[("asked", words)])) }
        } @else {
            (listing.render())
            @if found.len() >= FOUND { p.note { (t(lang, "privacy-found-many")) } }
        }
    })
}

/// « Personne nº 12 »; a contact known by a cart alone has the cart's number, below zero.
fn called(lang: Lang, person: i64) -> String {
    let number = person.abs().to_string();
    let words = if person < 0 { "privacy-contact-number" } else { "privacy-person-number" };
    t_args(lang, words, &[("number", &number)])
}

/// What was erased lately, and whether its bytes are still on disk.
fn erasures(app: &Desk, snapshot: &Snapshot, lang: Lang) -> Result<Markup, PageError> {
    let lines = duties::audited(snapshot, Action::PersonErased.id(), RECENT)?;
    let zone = crate::privacy::zone(snapshot)?;
    Ok(html! {
        section.part aria-labelledby="privacy-erasures" {
            h2 id="privacy-erasures" { (t(lang, "privacy-erasures")) }
            @if lines.is_empty() { p.note { (t(lang, "privacy-erasures-none")) } }
            @else {
                ul.plain {
                    @for line in &lines {
                        @if let Some(person) = erasure::person_of(line) {
                            li {
                                a.action href={ "/privacy/erasures/" (person) } { (called(lang, person)) }
                                " · " (moment(lang, line.at, &zone))
                            }
                        }
                    }
                }
            }
            (on_disk(app, lang, &zone, None)?)
        }
    })
}

/// Whether erased bytes are still on disk, and the button that takes them away at once.
fn on_disk(
    app: &Desk,
    lang: Lang,
    zone: &jiff::tz::TimeZone,
    person: Option<i64>,
) -> Result<Markup, PageError> {
    let Some(since) = app.store.compaction_due()? else {
        return Ok(html! { p.note { (t(lang, "privacy-disk-clean")) } });
    };
    let until = since.saturating_add(COMPACTED_WITHIN).unwrap_or(since);
    let until = moment(lang, until, zone);
    Ok(html! {
        p.note { (t_args(lang, "privacy-disk-waiting", &[("until", &until)])) }
        form method="post" action="/privacy/compact" {
            @if let Some(person) = person { input type="hidden" name="person" value=(person); }
            button type="submit" { (t(lang, "privacy-compact")) }
        }
        p.note { (t(lang, "privacy-compact-hint")) }
    })
}

#[cfg(test)]
mod tests {
    use comptoir_store::Store;

    use super::*;
    use crate::access::Visitor;
    use crate::state::{App, Door};

    #[test]
    fn s109_who_sees_some_shops_only_is_told_why_these_pages_are_not_theirs() {
        let app = App::new(Store::in_memory().expect("a store"), Door::Open);
        let all = Desk::new(app.clone(), Visitor::open(None));
        assert!(whole(&all, Lang::Fr, "/privacy").is_ok());
        let some = Visitor { shops: Some([1].into()), ..Visitor::open(None) };
        match whole(&Desk::new(app, some), Lang::Fr, "/privacy") {
            Err(PageError::Drawn(status, page)) => {
                assert_eq!(status, StatusCode::FORBIDDEN);
                assert!(page.into_string().contains("toutes les boutiques"));
            }
            _ => panic!("let in"),
        }
    }
}
