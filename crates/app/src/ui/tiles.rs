//! Key figures: label, value, change, shape of the period, definition, and the way to what is behind.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;
use comptoir_charts::Tone;

/// Which way a figure went; the arrow beside the signed text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Direction {
    Up,
    Down,
    #[default]
    Flat,
}

/// A change against the comparison, already in words.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// « +8 % », « −2 », « nouveau ».
    pub text: String,
    pub direction: Direction,
    /// Good or bad by the metric's better side; neutral when neither.
    pub tone: Tone,
}

#[derive(Debug, Clone)]
pub struct Tile {
    pub label: String,
    pub content: Content,
    pub definition: String,
    /// The metric's formula in words.
    pub formula: Option<String>,
}

/// What a tile shows.
#[derive(Debug, Clone)]
pub enum Content {
    Figure(Box<Figure>),
    /// Nothing to show yet: what is missing, and what to connect.
    Missing {
        text: String,
        action: Option<Link>,
    },
}

#[derive(Debug, Clone, Default)]
pub struct Figure {
    pub value: String,
    /// The value to the cent, on hover.
    pub exact: Option<String>,
    pub change: Option<Change>,
    /// The comparison's value, « 11 540 € ».
    pub previous: Option<String>,
    /// « n = 12 »: a rate on so few cases is shown grey.
    pub small_sample: Option<String>,
    /// From `comptoir_charts::spark`.
    pub spark: Option<Markup>,
    /// The rows behind the figure.
    pub href: String,
}

/// The strip of tiles.
pub fn tiles(lang: Lang, tiles: &[Tile]) -> Markup {
    html! {
        section.tiles aria-label=(t(lang, "tiles-label")) {
            @for one in tiles { (tile(lang, one)) }
        }
    }
}

/// A signed change with its arrow; also used beside other figures.
pub fn change(lang: Lang, change: &Change) -> Markup {
    let (arrow, words) = match change.direction {
        Direction::Up => ("↑", "change-up"),
        Direction::Down => ("↓", "change-down"),
        Direction::Flat => ("→", "change-flat"),
    };
    html! {
        span class={ "change" @if let Some(tone) = change.tone.class() { " " (tone) } } {
            span aria-hidden="true" { (arrow) } span.sr { (t(lang, words)) " " } " " (change.text)
        }
    }
}

/// The `?` beside a label: a definition that opens without a script.
pub fn definition(lang: Lang, label: &str, text: &str, formula: Option<&str>) -> Markup {
    html! {
        details.definition data-menu {
            summary aria-label={ (t(lang, "definition-of")) " " (label) } { "?" }
            div.pop {
                p { (text) }
                @if let Some(formula) = formula { p.formula { (formula) } }
                p.formula { a href="/definitions#contacts" { (t(lang, "help-title")) } }
            }
        }
    }
}

fn tile(lang: Lang, tile: &Tile) -> Markup {
    html! {
        article.tile {
            header {
                h2 { (tile.label) }
                (definition(lang, &tile.label, &tile.definition, tile.formula.as_deref()))
            }
            @match &tile.content {
                Content::Figure(figure) => (self::figure(lang, &tile.label, figure)),
                Content::Missing { text, action } => {
                    p.missing { (text) }
                    @if let Some(action) = action { a.action href=(action.href) { (action.label) } }
                }
            }
        }
    }
}

fn figure(lang: Lang, label: &str, figure: &Figure) -> Markup {
    html! {
        p.value .faint[figure.small_sample.is_some()] {
            a href=(figure.href) title=[figure.exact.as_ref()] aria-label={ (label) ", " (figure.value) ". " (t(lang, "tile-open")) } { (figure.value) }
        }
        p.against {
            @if let Some(one) = &figure.change { (change(lang, one)) }
            @if let Some(previous) = &figure.previous { " " span.was { (previous) } }
            @if let Some(sample) = &figure.small_sample { " " span.sample { (sample) } }
        }
        @if let Some(spark) = &figure.spark { (spark) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(content: Content) -> String {
        let tile = Tile {
            label: "Taux de conversion".into(),
            content,
            definition: "Commandes ÷ visites.".into(),
            formula: None,
        };
        tiles(Lang::Fr, &[tile]).into_string()
    }

    #[test]
    fn a_tile_without_data_says_what_to_connect() {
        let tile = drawn(Content::Missing {
            text: "Aucune visite n’est mesurée.".into(),
            action: Some(Link::new("Connecter", "/connections")),
        });
        assert!(tile.contains("Aucune visite") && tile.contains("href=\"/connections\""));
        assert!(tile.contains("<details class=\"definition\""));
    }

    #[test]
    fn s005_a_change_has_an_arrow_a_sign_and_words_beside_its_colour() {
        let figure = |change| {
            drawn(Content::Figure(Box::new(Figure {
                value: "68 %".into(),
                change,
                href: "/orders".into(),
                ..Figure::default()
            })))
        };
        let change =
            Change { text: "−4 pt".into(), direction: Direction::Down, tone: Tone::Good };
        let down = figure(Some(change));
        assert!(down.contains("change good") && down.contains("↓") && down.contains("En baisse"));
        // Comparison off: neither change nor value.
        assert!(!figure(None).contains("change"));
    }

    #[test]
    fn a_small_sample_is_grey_and_shows_its_size() {
        let tile = drawn(Content::Figure(Box::new(Figure {
            value: "4,2 %".into(),
            small_sample: Some("n = 12".into()),
            href: "/orders".into(),
            ..Figure::default()
        })));
        assert!(tile.contains("value faint") && tile.contains("n = 12"));
    }
}
