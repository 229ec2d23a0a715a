//! The register of processing (art. 30 of the GDPR), as the CNIL's simplified model asks for it: who is
//! responsible, then a sheet for each activity. What only the merchant knows is theirs to write.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_store::privacy::{PERSONAL, PersonalKind, Text};
use maud::{DOCTYPE, Markup, html};

use super::dossier::STYLE;
use crate::export::{Sheet, Value};
use crate::i18n::{Lang, t, t_args};

/// What only the merchant knows, in the order of the form. The first four head the register.
pub const FIELDS: [&str; 8] =
    ["controller", "address", "contact", "dpo", "recipients", "hosting", "security", "backups"];

/// What every controller must say: the register is filled when these are.
pub const REQUIRED: [&str; 3] = ["controller", "address", "contact"];

/// The activities.
pub const ACTIVITIES: [&str; 5] = ["orders", "customers", "audience", "accounts", "backups"];

/// The parts of an activity's sheet.
pub const PARTS: [&str; 8] =
    ["purpose", "basis", "persons", "data", "recipients", "transfers", "retention", "measures"];

/// The merchant's own words, by field.
pub type Own = BTreeMap<String, String>;

/// One activity: its title, and label and text of each part.
pub struct Activity {
    pub title: String,
    pub parts: Vec<(String, String)>,
}

/// The sheets of all activities.
pub fn activities(lang: Lang, own: &Own) -> Vec<Activity> {
    ACTIVITIES
        .into_iter()
        .map(|id| Activity {
            title: t(lang, &format!("register-{id}-title")),
            parts: PARTS
                .into_iter()
                .map(|part| (t(lang, &format!("register-{part}")), text(lang, own, id, part)))
                .collect(),
        })
        .collect()
}

/// A part's text: ours, then the merchant's where they have to say something.
fn text(lang: Lang, own: &Own, id: &str, part: &str) -> String {
    let own = |field: &str| own.get(field).map_or("", String::as_str).trim();
    let ours = match part {
        "data" => data(lang, id),
        "recipients" => t(lang, "register-recipients-text"),
        "transfers" => t(lang, "register-transfers-text"),
        "measures" => t(lang, "register-measures-text"),
        _ => t(lang, &format!("register-{id}-{part}")),
    };
    let theirs = match (id, part) {
        (_, "recipients") => own("recipients"),
        (_, "transfers") => own("hosting"),
        (_, "measures") => own("security"),
        ("backups", "retention") => own("backups"),
        _ => "",
    };
    [ours.as_str(), theirs].into_iter().filter(|one| !one.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The categories of data of an activity: in words, then the kinds of the columns that hold them.
fn data(lang: Lang, id: &str) -> String {
    let tables: &[&str] = match id {
        "orders" => &["all_orders", "refunds", "rectifications", "door_records"],
        "customers" => &["customers", "all_carts"],
        "audience" => &["visits"],
        "accounts" => &["users", "sessions", "audit_log"],
        _ => return t(lang, "register-backups-data"),
    };
    let of = PERSONAL.iter().filter(|column| tables.contains(&column.table));
    let kinds: BTreeSet<&str> = of.map(|column| kind(column.kind)).collect();
    let kinds: Vec<String> = kinds.into_iter().map(|kind| t(lang, kind)).collect();
    let kinds = t_args(lang, "register-kinds", &[("kinds", &kinds.join(", "))]);
    format!("{} {kinds}", t(lang, &format!("register-{id}-data")))
}

fn kind(kind: PersonalKind) -> &'static str {
    match kind {
        PersonalKind::Identity => "register-kind-identity",
        PersonalKind::Contact => "register-kind-contact",
        PersonalKind::Place => "register-kind-place",
        PersonalKind::Account => "register-kind-account",
        PersonalKind::FreeText => "register-kind-text",
        PersonalKind::Network => "register-kind-network",
        PersonalKind::Hash => "register-kind-hash",
    }
}

fn said(lang: Lang, text: Text) -> &'static str {
    match lang {
        Lang::Fr => text.fr,
        Lang::En => text.en,
    }
}

/// Every column that holds personal data: where, why, how long.
fn columns(lang: Lang) -> impl Iterator<Item = [String; 3]> {
    PERSONAL.iter().map(move |one| {
        let at = format!("{}.{} ({})", one.table, one.column, t(lang, kind(one.kind)));
        [at, said(lang, one.purpose).to_owned(), said(lang, one.retention).to_owned()]
    })
}

/// Whether the controller has said who they are.
pub fn is_filled(own: &Own) -> bool {
    REQUIRED.iter().all(|field| own.get(*field).is_some_and(|text| !text.trim().is_empty()))
}

/// The register as a spreadsheet: one row for each part of each activity.
pub fn sheet(lang: Lang, own: &Own) -> Sheet {
    let head = FIELDS[..4].iter().map(|field| {
        let text = own.get(*field).map(String::as_str).filter(|text| !text.is_empty());
        let words = [t(lang, "register-head"), t(lang, &format!("register-{field}"))];
        let [activity, part] = words.map(Value::Text);
        vec![activity, part, Value::text(text)]
    });
    let rows = activities(lang, own).into_iter().flat_map(|activity| {
        activity
            .parts
            .into_iter()
            .map(move |(part, text)| [activity.title.clone(), part, text].map(Value::Text).to_vec())
    });
    let annex = columns(lang).map(|[at, purpose, kept]| {
        [t(lang, "register-annex"), at, format!("{purpose}. {kept}.")].map(Value::Text).to_vec()
    });
    Sheet {
        name: t(lang, "register-file"),
        columns: ["register-activity", "register-part", "register-text"]
            .map(|id| t(lang, id))
            .to_vec(),
        rows: head.chain(rows).chain(annex).collect(),
    }
}

/// The register as a page that needs nothing but itself.
pub fn page(lang: Lang, own: &Own, made: &str) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(lang.code()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (t(lang, "register-title")) }
                style { (STYLE) }
            }
            body {
                h1 { (t(lang, "register-title")) }
                p { (made) }
                dl {
                    @for field in &FIELDS[..4] {
                        div {
                            dt { (t(lang, &format!("register-{field}"))) }
                            dd dir="auto" { (own.get(*field).filter(|text| !text.is_empty()).map_or("–", String::as_str)) }
                        }
                    }
                }
                @for activity in activities(lang, own) {
                    h2 { (activity.title) }
                    table { tbody {
                        @for (part, text) in activity.parts { tr { th scope="row" { (part) } td dir="auto" { (text) } } }
                    } }
                }
                h2 { (t(lang, "register-annex")) }
                table {
                    thead { tr { @for id in ["register-data", "register-purpose", "register-retention"] { th scope="col" { (t(lang, id)) } } } }
                    tbody { @for row in columns(lang) { tr { @for cell in row { td { (cell) } } } } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s109_every_activity_says_what_article_30_asks_for_in_both_languages() {
        let own: Own = [
            ("controller".to_owned(), "La <Ferme>".to_owned()),
            ("backups".to_owned(), "Un disque au coffre.".to_owned()),
        ]
        .into();
        for lang in Lang::ALL {
            for activity in activities(lang, &own) {
                assert_eq!(activity.parts.len(), PARTS.len());
                for (part, text) in &activity.parts {
                    let missing = text.starts_with("register-") || part.starts_with("register-");
                    assert!(!missing && !text.is_empty(), "{} {part}: {text}", activity.title);
                }
            }
            let page = page(lang, &own, "").into_string();
            assert!(page.contains("La &lt;Ferme&gt;") && page.contains("Un disque au coffre."));
            assert!(!page.contains("href=") && !page.contains("http:"));
            // Five activities of eight parts, four lines of the controller, then every column.
            assert_eq!(sheet(lang, &own).rows.len(), 5 * 8 + 4 + PERSONAL.len());
        }
        assert!(!is_filled(&own));
    }
}
