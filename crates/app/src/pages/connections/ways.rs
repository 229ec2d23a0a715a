//! What can be connected: the platforms there is a module for, and the doors that are pushed to.

use comptoir_metrics::Context;
use comptoir_sources::connector::{Brought, FIELDS_BROUGHT};
use comptoir_sources::words::Label;
use comptoir_sources::{PLATFORMS, Platform};
use comptoir_store::connections::Connection;

use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::Link;
use crate::ui::platforms as ui;

/// A door that existing plugins and scripts push to.
pub struct Door {
    /// Of its words: `connections-door-…`.
    pub id: &'static str,
    pub path: &'static str,
    /// Its page in the documentation.
    pub docs: &'static str,
}

pub static DOORS: [Door; 4] = [
    Door { id: "brevo", path: "/compat/brevo/v3", docs: "docs/connectors/brevo.md" },
    Door {
        id: "activecampaign",
        path: "/compat/activecampaign/api/3",
        docs: "docs/connectors/activecampaign.md",
    },
    Door { id: "ga4", path: "/compat/ga4/mp/collect", docs: "docs/connectors/ga4.md" },
    Door { id: "json", path: "/api/v1/ingest", docs: "docs/ingest.md" },
];

/// The command that makes a token.
pub const TOKEN: &str = "comptoir token create --data DIR --shop SLUG --scope ingest";

/// The names of the platforms, one after the other.
pub fn platform_names() -> String {
    PLATFORMS.map(|platform| platform.name).join(" · ")
}

pub fn label(lang: Lang, label: Label) -> &'static str {
    match lang {
        Lang::Fr => label.fr,
        Lang::En => label.en,
    }
}

/// A field of our records in words: `order.lines` is « Lignes de commande ».
pub fn field_words(lang: Lang, field: &str) -> String {
    t(lang, &format!("brought-{}", field.replace(['.', '_'], "-")))
}

/// What a platform says of a field.
pub fn answer(platform: &Platform, field: &str) -> Option<&'static Brought> {
    platform.brought.iter().find(|one| one.field == field)
}

pub fn ways(lang: Lang, connected: &[Connection], context: &Context) -> ui::Ways {
    let doors = DOORS
        .iter()
        .map(|door| ui::Door {
            name: t(lang, &format!("connections-door-{}", door.id)),
            text: t(lang, &format!("connections-door-{}-text", door.id)),
            path: door.path.to_owned(),
            docs: door.docs.to_owned(),
        })
        .collect();
    ui::Ways {
        lang,
        platforms: PLATFORMS
            .into_iter()
            .map(|platform| view(lang, platform, connected, context))
            .collect(),
        doors,
        token: TOKEN.to_owned(),
    }
}

fn view(
    lang: Lang,
    platform: &Platform,
    connected: &[Connection],
    context: &Context,
) -> ui::Platform {
    let own = connected.iter().filter(|one| one.platform == platform.id);
    let newest = own.filter_map(|one| one.last_success).max();
    let mut brought = Vec::new();
    let mut missing = Vec::new();
    for field in FIELDS_BROUGHT {
        let words = field_words(lang, field);
        match answer(platform, field) {
            Some(told) if !told.from.is_empty() => brought.push(words),
            Some(told) => missing.push((words, super::sentence(label(lang, told.note)))),
            None => {}
        }
    }
    let count = |count: usize| format::integer(lang, i64::try_from(count).unwrap_or(i64::MAX));
    ui::Platform {
        name: platform.name.to_owned(),
        minimum: platform.minimum.to_owned(),
        proven: super::sentence(label(lang, platform.proven)),
        last_sync: match newest {
            Some(at) => format::ago(lang, at, context.now),
            None => t(lang, "connections-never"),
        },
        add: Link::new(
            t_args(lang, "connections-add", &[("platform", platform.name)]),
            format!("/connections/new?platform={}", platform.id),
        ),
        count: (count(brought.len()), count(FIELDS_BROUGHT.len())),
        brought,
        missing,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lists of platforms and doors need words for all that they name.
    #[test]
    fn every_field_and_door_has_its_words_in_both_languages() {
        for lang in Lang::ALL {
            for field in FIELDS_BROUGHT {
                assert!(!field_words(lang, field).starts_with("brought-"), "{field}");
            }
            for door in &DOORS {
                for id in ["", "-text"] {
                    let id = format!("connections-door-{}{id}", door.id);
                    assert_ne!(t(lang, &id), id);
                }
            }
        }
    }
}
