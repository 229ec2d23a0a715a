//! The page's building blocks: plain view models in, markup out.
//!
//! Nothing here knows HTTP, the database or how a figure is computed; every figure arrives as text
//! written by `format`. The only words written here are the interface's own, by message id.

pub mod account;
pub mod audit;
pub mod backups;
pub mod breakdown;
pub mod card;
pub mod cohorts;
pub mod connection;
pub mod connections;
pub mod definitions;
pub mod entry;
pub mod filters;
pub mod gate;
pub mod heat;
pub mod icons;
pub mod import;
pub mod imports;
pub mod input;
pub mod ladder;
pub mod listing;
pub mod live;
pub mod pages;
pub mod picker;
pub mod platforms;
pub mod preparation;
pub mod privacy;
pub mod problem;
pub mod products;
pub mod quick;
pub mod revenue;
pub mod search;
pub mod sellers;
pub mod settings;
pub mod setup;
pub mod sharing;
pub mod shell;
pub mod sources;
pub mod status;
pub mod still;
pub mod table;
pub mod team;
pub mod tiles;
pub mod todo;
pub mod tokens;
pub mod why;

/// A link with its words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Link {
    pub label: String,
    pub href: String,
}

impl Link {
    pub fn new(label: impl Into<String>, href: impl Into<String>) -> Self {
        Self { label: label.into(), href: href.into() }
    }
}

/// One choice among a few that are all visible: « Jour | Semaine | Mois ».
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Segment {
    pub label: String,
    pub href: String,
    pub current: bool,
}

impl Segment {
    pub fn new(label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        Self { label: label.into(), href: href.into(), current }
    }
}

/// A text with its French ordinals raised: « du 1er » becomes « du 1<sup>er</sup> ».
pub fn words(text: &str) -> maud::Markup {
    maud::html! {
        @for (index, word) in text.split(' ').enumerate() {
            @if index > 0 { " " }
            @if word == "1er" { "1" sup { "er" } } @else { (word) }
        }
    }
}

/// Draws segments as links; `name` says what is chosen, for screen readers.
pub fn segments(name: &str, items: &[Segment]) -> maud::Markup {
    maud::html! {
        @if !items.is_empty() {
            div.segments role="group" aria-label=(name) {
                @for item in items {
                    a href=(item.href) aria-current=[item.current.then_some("true")] { (item.label) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    use crate::pages::CSS as SHEET;

    #[test]
    fn the_style_sheet_has_the_palette_of_the_charts() {
        use comptoir_charts::paint::{DARK, LIGHT};
        for ((name, light), (_, dark)) in LIGHT.tokens().into_iter().zip(DARK.tokens()) {
            let line = format!("{name}: light-dark({light}, {dark});");
            assert!(SHEET.contains(&line), "{line}");
        }
    }

    #[test]
    fn nothing_is_fetched_from_elsewhere() {
        for asset in [SHEET, include_str!("../assets/app.js")] {
            for outside in ["http:", "https:", "//cdn", "@import", "url("] {
                assert!(!asset.contains(outside), "{outside}");
            }
        }
    }

    #[test]
    fn no_markup_needs_more_than_the_content_security_policy_allows() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/ui");
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let source = std::fs::read_to_string(&path).unwrap();
            let drawn = source.split("#[cfg(test)]").next().unwrap();
            for forbidden in ["style=", "onclick=", "onchange=", "PreEscaped", "javascript:"] {
                assert!(!drawn.contains(forbidden), "{forbidden} in {}", path.display());
            }
        }
    }

    #[test]
    fn french_ordinals_are_raised() {
        let text = words("du 1er au 30 <novembre> 2026").into_string();
        assert_eq!(text, "du 1<sup>er</sup> au 30 &lt;novembre&gt; 2026");
    }
}
