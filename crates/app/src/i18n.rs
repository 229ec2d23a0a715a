//! The interface's words, in French and English, from the Fluent files beside the sources.
//!
//! French is written first. Both files are part of the program and read once; a missing message shows
//! its id, and a test makes sure that none is missing.

use std::sync::LazyLock;

use comptoir_sources::Language;
use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use unic_langid::LanguageIdentifier;

/// A language of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    #[default]
    Fr,
    En,
}

impl Lang {
    pub const ALL: [Self; 2] = [Self::Fr, Self::En];

    /// `fr` or `en`, as in `<html lang>`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Fr => "fr",
            Self::En => "en",
        }
    }

    /// The language's name in itself.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fr => "Français",
            Self::En => "English",
        }
    }

    /// The one to offer in the language switch.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Fr => Self::En,
            Self::En => Self::Fr,
        }
    }

    /// Reads a language code; anything but the two known ones is `None`.
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|lang| lang.code().eq_ignore_ascii_case(code))
    }

    /// The first known language of an `Accept-Language` header; browsers list them best first.
    pub fn accepted(header: &str) -> Self {
        header
            .split(',')
            .filter_map(|entry| entry.split([';', '-']).next())
            .find_map(|code| Self::parse(code.trim()))
            .unwrap_or_default()
    }
}

/// Sources say what is wrong with a file in their own words.
impl From<Lang> for Language {
    fn from(lang: Lang) -> Self {
        match lang {
            Lang::Fr => Self::Fr,
            Lang::En => Self::En,
        }
    }
}

/// The files of a language: what every page has, then a file for each group of pages.
macro_rules! sources {
    ($lang:literal) => {
        concat!(
            include_str!(concat!("../locales/", $lang, ".ftl")),
            include_str!(concat!("../locales/", $lang, "/connections.ftl")),
            include_str!(concat!("../locales/", $lang, "/sharing.ftl")),
            include_str!(concat!("../locales/", $lang, "/privacy.ftl")),
            include_str!(concat!("../locales/", $lang, "/preparation.ftl")),
            include_str!(concat!("../locales/", $lang, "/backups.ftl")),
            include_str!(concat!("../locales/", $lang, "/audit.ftl")),
            include_str!(concat!("../locales/", $lang, "/limits.ftl")),
            include_str!(concat!("../locales/", $lang, "/accounts.ftl")),
            include_str!(concat!("../locales/", $lang, "/doctor.ftl")),
            include_str!(concat!("../locales/", $lang, "/doors.ftl")),
            include_str!(concat!("../locales/", $lang, "/export.ftl")),
            include_str!(concat!("../locales/", $lang, "/lists.ftl")),
            include_str!(concat!("../locales/", $lang, "/loyalty.ftl")),
            include_str!(concat!("../locales/", $lang, "/products.ftl")),
            include_str!(concat!("../locales/", $lang, "/revenue.ftl")),
            include_str!(concat!("../locales/", $lang, "/settings.ftl")),
            include_str!(concat!("../locales/", $lang, "/why.ftl")),
        )
    };
}

const FRENCH_SOURCE: &str = sources!("fr");
const ENGLISH_SOURCE: &str = sources!("en");

static FRENCH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::Fr));
static ENGLISH: LazyLock<FluentBundle<FluentResource>> = LazyLock::new(|| bundle(Lang::En));

/// The words of a message.
pub fn t(lang: Lang, id: &str) -> String {
    t_args(lang, id, &[])
}

/// The words of a message with its variables filled in. Values are text: format them first.
pub fn t_args(lang: Lang, id: &str, values: &[(&str, &str)]) -> String {
    let bundle = match lang {
        Lang::Fr => &FRENCH,
        Lang::En => &ENGLISH,
    };
    let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
        return id.to_owned();
    };
    let mut arguments = FluentArgs::new();
    for (name, value) in values {
        arguments.set(*name, *value);
    }
    let mut errors = Vec::new();
    bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned()
}

fn source(lang: Lang) -> &'static str {
    match lang {
        Lang::Fr => FRENCH_SOURCE,
        Lang::En => ENGLISH_SOURCE,
    }
}

fn bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let locale: LanguageIdentifier = lang.code().parse().unwrap_or_default();
    let mut bundle = FluentBundle::new_concurrent(vec![locale]);
    // Isolation marks are for texts that mix writing directions; here they would end up in CSV and tests.
    bundle.set_use_isolating(false);
    // What can be read is kept: a test finds what cannot.
    let resource = match FluentResource::try_new(source(lang).to_owned()) {
        Ok(resource) | Err((resource, _)) => resource,
    };
    bundle.add_resource_overriding(resource);
    bundle
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn ids(lang: Lang) -> BTreeSet<&'static str> {
        source(lang)
            .lines()
            .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
            .filter_map(|line| line.split_once('=').map(|(id, _)| id.trim()))
            .collect()
    }

    #[test]
    fn both_files_are_valid_and_have_the_same_messages() {
        for lang in Lang::ALL {
            assert!(FluentResource::try_new(source(lang).to_owned()).is_ok(), "{lang:?}");
        }
        assert_eq!(ids(Lang::Fr), ids(Lang::En));
        assert!(ids(Lang::Fr).len() > 50);
    }

    #[test]
    fn no_message_is_defined_twice() {
        for lang in Lang::ALL {
            let lines = source(lang)
                .lines()
                .filter(|line| line.starts_with(|first: char| first.is_ascii_lowercase()))
                .count();
            assert_eq!(lines, ids(lang).len(), "{lang:?}");
        }
    }

    #[test]
    fn french_typography_is_right() {
        for id in ids(Lang::Fr) {
            let text = t(Lang::Fr, id);
            let characters: Vec<char> = text.chars().collect();
            for (index, one) in characters.iter().enumerate() {
                let before = index.checked_sub(1).map(|at| characters[at]);
                let after = characters.get(index + 1).copied();
                assert!(!['\'', '"', '!'].contains(one), "{id}: {text}");
                match one {
                    ';' | '?' if index > 0 => assert_eq!(before, Some('\u{202f}'), "{id}: {text}"),
                    ':' | '%' | '€' if before.is_some_and(|one| !one.is_ascii_digit()) => {
                        assert_eq!(before, Some('\u{a0}'), "{id}: {text}");
                    }
                    '»' => assert_eq!(before, Some('\u{a0}'), "{id}: {text}"),
                    '«' => assert_eq!(after, Some('\u{a0}'), "{id}: {text}"),
                    _ => {}
                }
            }
        }
    }

    #[test]
    fn every_message_that_the_pages_name_exists() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui");
        let known = ids(Lang::Fr);
        let mut seen = 0;
        for entry in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            for call in ["t(lang, \"", "t(self.lang, \"", "t_args(lang, \"", "t_args(self.lang, \""]
            {
                for (at, _) in text.match_indices(call) {
                    let id = text[at + call.len()..].split('"').next().unwrap();
                    assert!(known.contains(id), "{id} is not in fr.ftl");
                    seen += 1;
                }
            }
        }
        assert!(seen > 40, "{seen}");
    }

    #[test]
    fn variables_are_filled_in_without_marks() {
        let text =
            t_args(Lang::En, "problem-parameter-text", &[("name", "period"), ("value", "3x")]);
        assert_eq!(text, "“3x” is not a value of the parameter “period”.");
        assert_eq!(t(Lang::Fr, "no-such-message"), "no-such-message");
    }

    #[test]
    fn the_browser_s_first_known_language_wins() {
        assert_eq!(Lang::accepted("de-DE,en-GB;q=0.8,fr;q=0.5"), Lang::En);
        assert_eq!(Lang::accepted("fr-CA,en;q=0.8"), Lang::Fr);
        assert_eq!(Lang::accepted("*"), Lang::Fr);
        assert_eq!(Lang::parse("EN"), Some(Lang::En));
        assert_eq!(Lang::parse("xx"), None);
    }
}
