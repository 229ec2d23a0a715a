//! The audit log: who did what, when, from where.

use axum::http::{HeaderMap, StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use comptoir_metrics::Context;
use comptoir_metrics::query::{encode, pairs};
use comptoir_store::audit::{self, Entry, Wanted};
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use maud::html;

use super::export::written;
use super::frame::{self, PageError, page, shell};
use super::paging::ROWS;
use crate::access::{Desk, Right, Role, Routes};
use crate::audit::Action;
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::audit::{AuditLog, Line};
use crate::ui::filters::{Choice, DateRange};
use crate::ui::pages::plain_head;
use crate::ui::table::Paging;

/// Names offered to choose from.
const PEOPLE: i64 = 200;

/// More lines than a file should hold.
const ALL: i64 = 1_000_000;

/// The longest name that is searched for, in characters.
const LONGEST: usize = 200;

pub fn routes() -> Routes {
    Routes::new().get("/audit", Right::Audit, handle).get("/audit.csv", Right::Audit, export)
}

/// What an address asks for.
#[derive(Debug, Default)]
struct Asked {
    who: String,
    action: Option<Action>,
    /// As they were written, and as days where they are some.
    from: (String, Option<Date>),
    to: (String, Option<Date>),
    page: i64,
}

impl Asked {
    fn read(here: &str) -> Self {
        let query = here.split_once('?').map_or("", |(_, query)| query);
        let mut asked = Self { page: 1, ..Self::default() };
        for (name, value) in pairs(query) {
            let (Some(name), Some(value)) = (name, value) else { continue };
            let text = value.trim();
            match name.as_str() {
                "who" => asked.who = text.chars().take(LONGEST).collect(),
                "action" => asked.action = Action::of(text),
                "from" => asked.from = (text.chars().take(20).collect(), text.parse().ok()),
                "to" => asked.to = (text.chars().take(20).collect(), text.parse().ok()),
                "page" => asked.page = text.parse().unwrap_or(1).clamp(1, 1_000_000),
                _ => {}
            }
        }
        asked
    }

    fn is_filtered(&self) -> bool {
        !self.query().is_empty()
    }

    /// A day that isn't one.
    fn wrong(&self) -> [bool; 2] {
        [&self.from, &self.to].map(|(text, day)| !text.is_empty() && day.is_none())
    }

    fn wanted(&self, zone: &TimeZone) -> Wanted {
        let start = |day: Date| day.to_zoned(zone.clone()).ok().map(|start| start.timestamp());
        Wanted {
            who: Some(self.who.clone()).filter(|who| !who.is_empty()),
            action: self.action.map(|action| action.id().to_owned()),
            from: self.from.1.and_then(start),
            // The day that is named is part of the period.
            until: self.to.1.and_then(|day| day.checked_add(1.day()).ok()).and_then(start),
        }
    }

    /// The filters as part of an address.
    fn query(&self) -> String {
        let action = self.action.map(Action::id).unwrap_or_default();
        [("who", &*self.who), ("action", action), ("from", &self.from.0), ("to", &self.to.0)]
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encode(value)))
            .collect::<Vec<_>>()
            .join("&")
    }

    fn address(&self, path: &str, page: Option<i64>) -> String {
        let page = page.map(|page| format!("page={page}"));
        let parts: Vec<String> =
            Some(self.query()).into_iter().chain(page).filter(|part| !part.is_empty()).collect();
        if parts.is_empty() { path.to_owned() } else { format!("{path}?{}", parts.join("&")) }
    }
}

async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let asked = Asked::read(here);
        let rows = i64::try_from(ROWS).unwrap_or(i64::MAX);
        let zone = context.zone();
        let (found, count) =
            audit::find(&snapshot, &asked.wanted(&zone), (asked.page - 1) * rows, rows)?;
        let any = Choice::new("", t(lang, "audit-any-action"), asked.action.is_none());
        let actions = Action::ALL.iter().map(|action| {
            Choice::new(action.id(), action.words(lang), asked.action == Some(*action))
        });
        let log = AuditLog {
            lang,
            people: audit::people(&snapshot, PEOPLE)?,
            actions: std::iter::once(any).chain(actions).collect(),
            days: DateRange { from: asked.from.0.clone(), to: asked.to.0.clone() },
            wrong: asked.wrong(),
            filtered: asked.is_filtered(),
            count: counted(lang, count),
            lines: found.iter().map(|entry| line(lang, entry, &context, &zone)).collect(),
            paging: paging(lang, &asked, count, rows),
            csv: asked.address("/audit.csv", None),
            who: asked.who,
        };
        let title = t(lang, "audit-title");
        let body = html! {
            (plain_head(&title, Some(&t(lang, "audit-lede"))))
            (log.render())
        };
        Ok(shell(app, lang, "nav-audit", &title, here, body))
    })
    .await
}

fn counted(lang: Lang, count: i64) -> String {
    match count {
        0 => t(lang, "audit-count-none"),
        1 => t(lang, "audit-count-one"),
        _ => t_args(lang, "audit-count", &[("count", &format::integer(lang, count))]),
    }
}

fn paging(lang: Lang, asked: &Asked, count: i64, rows: i64) -> Paging {
    let first = ((asked.page - 1) * rows + 1).min(count);
    let last = (asked.page * rows).min(count);
    let [first_words, last_words, total] =
        [first, last, count].map(|number| format::integer(lang, number));
    Paging {
        words: t_args(
            lang,
            "table-range",
            &[("from", &first_words), ("to", &last_words), ("total", &total)],
        ),
        previous: (asked.page > 1).then(|| asked.address("/audit", Some(asked.page - 1))),
        next: (last < count).then(|| asked.address("/audit", Some(asked.page + 1))),
    }
}

fn line(lang: Lang, entry: &Entry, context: &Context, zone: &TimeZone) -> Line {
    Line {
        at: format::instant(lang, entry.at, zone),
        who: who(lang, entry),
        what: action_words(lang, &entry.action),
        shop: shop(entry, context),
        detail: detail(lang, &entry.detail),
        from: entry.from.clone().unwrap_or_default(),
    }
}

fn shop(entry: &Entry, context: &Context) -> String {
    let known = entry.shop.and_then(|shop| context.shop_by_id(shop));
    known.map(|shop| shop.shop.name.clone()).unwrap_or_default()
}

/// Who it was: an account by its address, all others in words.
fn who(lang: Lang, entry: &Entry) -> String {
    if entry.kind == "user" {
        return entry.who.clone();
    }
    t_args(lang, &format!("audit-kind-{}", entry.kind), &[("who", &entry.who)])
}

/// An action that this program does not know was noted by a newer one.
fn action_words(lang: Lang, id: &str) -> String {
    Action::of(id).map_or_else(|| id.to_owned(), |action| action.words(lang))
}

/// A detail as a person reads it: « lignes : 12 · fichier : commandes.csv ».
fn detail(lang: Lang, detail: &str) -> String {
    let Ok(serde_json::Value::Object(fields)) = serde_json::from_str(detail) else {
        return String::new();
    };
    named(lang, &fields, " · ")
}

fn named(lang: Lang, fields: &serde_json::Map<String, serde_json::Value>, between: &str) -> String {
    let colon = if lang == Lang::Fr { "\u{a0}: " } else { ": " };
    let words = fields.iter().filter_map(|(name, value)| {
        let value = plain(lang, name, value)?;
        let id = format!("audit-detail-{name}");
        let known = Some(t(lang, &id)).filter(|words| *words != id);
        Some(format!("{}{colon}{value}", known.unwrap_or_else(|| name.replace('_', " "))))
    });
    words.collect::<Vec<_>>().join(between)
}

/// What somebody typed or a file is called: never taken for a word of the program.
const FREE: [&str; 8] =
    ["file", "files", "host", "name", "purpose", "reason", "shops", "embedding_origins"];

/// A value in words where there are some: settings are noted by the names that the command line uses.
fn plain(lang: Lang, name: &str, value: &serde_json::Value) -> Option<String> {
    use serde_json::Value as Json;
    let text = match value {
        Json::Null => return None,
        Json::String(text) => text.clone(),
        Json::Array(all) => {
            all.iter().filter_map(|one| plain(lang, name, one)).collect::<Vec<_>>().join(", ")
        }
        Json::Object(fields) => return Some(named(lang, fields, ", ")),
        other => other.to_string(),
    };
    if let ("role", Some(role)) = (name, Role::of(&text)) {
        return Some(role.label(lang).to_owned());
    }
    if FREE.contains(&name) {
        return Some(text).filter(|text| !text.is_empty());
    }
    let id =
        if name == "scope" { format!("token-scope-{text}") } else { format!("audit-word-{text}") };
    let known = Some(t(lang, &id)).filter(|words| *words != id);
    Some(known.unwrap_or(text)).filter(|text| !text.is_empty())
}

/// The log as a file. That it was taken away is a line of it too.
async fn export(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    let lang = frame::lang(&headers);
    let here = uri.to_string();
    let made = tokio::task::spawn_blocking(move || {
        sheet(&app, lang, &here)
            .and_then(|sheet| written(lang, &sheet, false))
            .unwrap_or_else(|error| frame::refused(&app, lang, &here, error))
    })
    .await;
    made.unwrap_or_else(|_panicked| StatusCode::INTERNAL_SERVER_ERROR.into_response())
}

fn sheet(app: &Desk, lang: Lang, here: &str) -> Result<Sheet, PageError> {
    let (snapshot, context) = app.read()?;
    let asked = Asked::read(here);
    let (found, _) = audit::find(&snapshot, &asked.wanted(&context.zone()), 0, ALL)?;
    drop(snapshot);
    let newest = found.first().map(|entry| entry.digest.clone());
    app.audit(
        Action::AuditExported,
        None,
        &serde_json::json!({ "rows": found.len(), "query": asked.query(), "newest": newest }),
    )?;
    let heads = [
        "audit-number",
        "audit-at",
        "audit-kind",
        "audit-who",
        "audit-code",
        "audit-what",
        "audit-shop",
        "audit-detail",
        "audit-from",
        "audit-digest",
    ];
    let rows = found.iter().map(|entry| {
        vec![
            Value::Count(entry.id),
            Value::Text(entry.at.to_string()),
            Value::Text(entry.kind.clone()),
            Value::Text(entry.who.clone()),
            Value::Text(entry.action.clone()),
            Value::Text(action_words(lang, &entry.action)),
            Value::Text(shop(entry, &context)),
            Value::Text(entry.detail.clone()),
            Value::text(entry.from.as_deref()),
            Value::Text(entry.digest.clone()),
        ]
    });
    Ok(Sheet {
        name: t(lang, "audit-file"),
        columns: heads.into_iter().map(|head| t(lang, head)).collect(),
        rows: rows.collect(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s109_a_detail_reads_like_words() {
        let json =
            r#"{"rows":12,"file":"a.csv","shops":["ferme","cave"],"reason":null,"own_key":true}"#;
        let words = detail(Lang::En, json);
        for part in ["rows: 12", "file: a.csv", "shops: ferme, cave", "own key: yes"] {
            assert!(words.contains(part), "{words}");
        }
        assert!(!words.contains("null") && !words.contains("reason"), "{words}");
        assert!(detail(Lang::Fr, r#"{"rows":1}"#).contains("lignes\u{a0}: 1"));
        assert_eq!(detail(Lang::Fr, r#"{"fields":["timezone"]}"#), "champs\u{a0}: fuseau horaire");
        assert_eq!(detail(Lang::Fr, "{}"), "");
        assert_eq!(detail(Lang::Fr, "not json"), "");
    }

    #[test]
    fn s109_roles_scopes_and_what_a_link_shows_are_told_in_words() {
        let told = |json: &str| detail(Lang::Fr, json);
        assert_eq!(told(r#"{"role":"preparation"}"#), "rôle\u{a0}: Préparation");
        assert_eq!(told(r#"{"scope":"ingest"}"#), "portée\u{a0}: Envoyer des données");
        assert_eq!(
            told(r#"{"share":3,"what":{"page":"/revenue","password":true}}"#),
            "lien nº\u{a0}: 3 · objet\u{a0}: page\u{a0}: /revenue, mot de passe\u{a0}: oui"
        );
        assert_eq!(told(r#"{"by":"oneself"}"#), "par\u{a0}: soi-même");
        assert_eq!(
            told(r#"{"purpose":"customers"}"#),
            "motif\u{a0}: customers",
            "typed, not a word"
        );
    }

    #[test]
    fn s109_an_address_narrows_the_log_to_days_of_the_shop() {
        let asked =
            Asked::read("/audit?who=+Anne+&action=exported&from=2026-11-21&to=2026-11-22&page=3");
        let wanted = asked.wanted(&TimeZone::get("Europe/Paris").unwrap());
        assert_eq!((wanted.who.as_deref(), asked.action), (Some("Anne"), Some(Action::Exported)));
        assert_eq!(wanted.from.unwrap().to_string(), "2026-11-20T23:00:00Z");
        assert_eq!(wanted.until.unwrap().to_string(), "2026-11-22T23:00:00Z");
        assert_eq!(
            asked.address("/audit", Some(4)),
            "/audit?who=Anne&action=exported&from=2026-11-21&to=2026-11-22&page=4"
        );
        let odd = Asked::read("/audit?from=hier&action=nothing&page=-1");
        assert_eq!((odd.wrong(), odd.action, odd.page), ([true, false], None, 1));
        assert_eq!(odd.wanted(&TimeZone::UTC), Wanted::default());
    }
}
