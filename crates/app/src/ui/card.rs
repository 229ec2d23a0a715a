//! A card of the twelve-column grid: title, one sentence, body, the way to more.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;

/// How many of the twelve columns a card takes on a wide screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Span {
    Third,
    #[default]
    Half,
    TwoThirds,
    Full,
}

impl Span {
    fn class(self) -> &'static str {
        match self {
            Self::Third => "w4",
            Self::Half => "w6",
            Self::TwoThirds => "w8",
            Self::Full => "w12",
        }
    }
}

pub struct Card {
    pub lang: Lang,
    /// Unique in the page; also its anchor.
    pub id: String,
    pub title: String,
    /// The figure of the whole card, beside the title: « 214 ».
    pub figure: Option<Markup>,
    /// One sentence.
    pub summary: Option<String>,
    pub span: Span,
    /// « Voir tout ».
    pub see_all: Option<String>,
    /// Table view, CSV, link.
    pub menu: Vec<Link>,
    /// Switches beside the title: granularity, revenue or quantity.
    pub tools: Option<Markup>,
    pub body: Markup,
}

impl Card {
    /// An empty card with its title; the caller fills what it needs.
    pub fn new(lang: Lang, id: &str, title: impl Into<String>, span: Span, body: Markup) -> Self {
        Self {
            lang,
            id: id.to_owned(),
            title: title.into(),
            figure: None,
            summary: None,
            span,
            see_all: None,
            menu: Vec::new(),
            tools: None,
            body,
        }
    }

    pub fn render(&self) -> Markup {
        let heading = format!("{}-title", self.id);
        html! {
            section class={ "card " (self.span.class()) } id=(self.id) aria-labelledby=(heading) {
                header {
                    h2 id=(heading) { (self.title) }
                    @if let Some(figure) = &self.figure { div.figure { (figure) } }
                    div.tools {
                        @if let Some(tools) = &self.tools { (tools) }
                        @if let Some(href) = &self.see_all {
                            a.all href=(href) aria-describedby=(heading) { (t(self.lang, "see-all")) }
                        }
                        @if !self.menu.is_empty() { (self.menu()) }
                    }
                }
                @if let Some(summary) = &self.summary { p.summary { (summary) } }
                div.body { (self.body) }
            }
        }
    }

    fn menu(&self) -> Markup {
        html! {
            details.menu-button data-menu {
                summary aria-label={ (t(self.lang, "card-menu")) " " (self.title) } { "⋯" }
                div.menu { @for link in &self.menu { a href=(link.href) { (link.label) } } }
            }
        }
    }
}

/// The grid around cards.
pub fn grid(cards: &[Card]) -> Markup {
    html! { div.grid { @for card in cards { (card.render()) } } }
}

/// An empty state: what is not there, and what to do.
pub fn empty(text: &str, ways: &[Link]) -> Markup {
    html! {
        div.empty {
            p { (text) }
            @if !ways.is_empty() {
                p.ways { @for way in ways { a.action dir="auto" href=(way.href) { (way.label) } " " } }
            }
        }
    }
}

/// A placeholder of the same size as the content that is on its way.
pub fn skeleton(lang: Lang) -> Markup {
    html! {
        div.skeleton role="status" {
            span.sr { (t(lang, "loading")) }
            span {} span {} span {}
        }
    }
}
