//! The persons of a segment as a file, with their addresses: it leaves only by an explicit request that
//! says why, and the audit log keeps which segment, how many persons, and that purpose.

use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use comptoir_metrics::Context;
use comptoir_store::Snapshot;
use maud::{Markup, html};
use serde_json::json;

use super::export::{impersonal, written};
use super::form::Fields;
use super::frame::{self, PageError, page, shell};
use crate::access::{Desk, Rights};
use crate::audit::Action;
use crate::export::Sheet;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::pages::plain_head;
use crate::ui::settings::Field;

/// A segment of the list of customers, and the customers of a cohort.
pub const CUSTOMERS: &str = "/customers/segment";
pub const COHORT: &str = "/loyalty/customers/segment";

/// More persons than a file of a spreadsheet has rows.
const MOST: usize = 1_000_000;

/// Characters of a purpose.
const PURPOSE: std::ops::RangeInclusive<usize> = 5..=200;

/// Some persons, as their page finds them.
pub struct Segment {
    /// What the log calls it: never a person.
    pub id: String,
    /// What its page calls it; nothing for everybody.
    pub label: String,
    /// In all, also where the sheet holds fewer.
    pub count: i64,
    /// The page it comes from.
    pub back: String,
    pub shop: Option<i64>,
    pub sheet: Sheet,
}

/// What is asked of a page that has segments.
pub struct Asked<'a> {
    pub snapshot: &'a Snapshot,
    pub context: &'a Context,
    pub lang: Lang,
    pub here: &'a str,
    pub rights: Rights,
    /// Rows of the sheet at most.
    pub most: usize,
}

type Find = fn(&Asked<'_>) -> Result<Segment, PageError>;

/// The form that asks for the purpose.
pub async fn ask(
    app: Desk,
    uri: Uri,
    headers: HeaderMap,
    path: &'static str,
    find: Find,
) -> Response {
    page(app, headers, uri.to_string(), move |app, lang, here| {
        let segment = found(app, lang, here, 1, find)?;
        Ok(draw(app, lang, here, path, &segment, None))
    })
    .await
}

/// The form as it was sent: the file, or the form again with what is wrong.
pub async fn take(
    app: Desk,
    headers: HeaderMap,
    fields: Fields,
    path: &'static str,
    find: Find,
) -> Response {
    let lang = frame::lang(&headers);
    let taken = tokio::task::spawn_blocking(move || {
        let field = |name: &str| {
            let found = fields.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, value)| value.trim())
        };
        let here = format!("{path}?{}", field("of"));
        let sent = send(&app, lang, &here, path, (field("purpose"), field("end")), find);
        sent.unwrap_or_else(|error| frame::refused(&app, lang, &here, error))
    })
    .await;
    taken.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

/// The link to the form, under a list.
pub fn offer(lang: Lang, href: &str) -> Markup {
    html! { p.offer { a.action href=(href) { (t(lang, "segment-offer")) } } }
}

fn found(
    app: &Desk,
    lang: Lang,
    here: &str,
    most: usize,
    find: Find,
) -> Result<Segment, PageError> {
    let (snapshot, context) = app.read()?;
    let rights = app.visitor.rights;
    find(&Asked { snapshot: &snapshot, context: &context, lang, here, rights, most })
}

fn send(
    app: &Desk,
    lang: Lang,
    here: &str,
    path: &'static str,
    (purpose, end): (&str, &str),
    find: Find,
) -> Result<Response, PageError> {
    if let Some(wrong) = fault(purpose) {
        let segment = found(app, lang, here, 1, find)?;
        let page = draw(app, lang, here, path, &segment, Some((purpose, wrong)));
        return Ok(frame::html_page(StatusCode::BAD_REQUEST, page));
    }
    let segment = found(app, lang, here, MOST, find)?;
    let query = here.split_once('?').map_or("", |(_, query)| query);
    let detail = json!({
        "segment": segment.id,
        "filters": impersonal(query),
        "persons": segment.sheet.rows.len(),
        "purpose": purpose,
    });
    app.audit(Action::SegmentExported, segment.shop, &detail)?;
    written(lang, &segment.sheet, end == "xlsx")
}

/// What is wrong with a purpose. The log keeps it for long: it must not name a customer.
fn fault(purpose: &str) -> Option<&'static str> {
    if !PURPOSE.contains(&purpose.chars().count()) {
        return Some("segment-fault-length");
    }
    purpose.contains('@').then_some("segment-fault-address")
}

fn draw(
    app: &Desk,
    lang: Lang,
    here: &str,
    path: &'static str,
    segment: &Segment,
    sent: Option<(&str, &'static str)>,
) -> Markup {
    let title = t(lang, "segment-title");
    let count = format::integer(lang, segment.count);
    let lede = match segment.count {
        1 => t(lang, "segment-lede-one"),
        _ => t_args(lang, "segment-lede", &[("count", &count)]),
    };
    let query = here.split_once('?').map_or("", |(_, query)| query);
    let purpose = Field {
        name: "purpose",
        label: t(lang, "segment-purpose"),
        hint: Some(t(lang, "segment-purpose-hint")),
        value: sent.map_or_else(String::new, |(purpose, _)| purpose.to_owned()),
        error: sent.map(|(_, wrong)| t(lang, wrong)),
        ..Field::default()
    };
    let body = html! {
        p.back { a href=(segment.back) { (t(lang, "segment-back")) } }
        (plain_head(&title, Some(&lede)))
        @if !segment.label.is_empty() { p { (t_args(lang, "segment-of", &[("name", &segment.label)])) } }
        form.segment.settings method="post" action=(path) {
            input type="hidden" name="of" value=(query);
            (purpose.render("segment"))
            p.actions {
                button.button type="submit" name="end" value="csv" { (t(lang, "segment-csv")) }
                " "
                button type="submit" name="end" value="xlsx" { (t(lang, "segment-xlsx")) }
            }
            p.note { (t(lang, "segment-note")) }
        }
    };
    shell(app, lang, "nav-customers-list", &title, here, body)
}

#[cfg(test)]
mod tests {
    use super::fault;

    #[test]
    fn s126_a_purpose_is_said_and_names_nobody() {
        assert_eq!(fault("Lettre d’information de Noël"), None);
        assert_eq!(fault("test"), Some("segment-fault-length"));
        assert_eq!(fault(&"x".repeat(201)), Some("segment-fault-length"));
        assert_eq!(fault("pour claire@exemple.fr"), Some("segment-fault-address"));
    }
}
