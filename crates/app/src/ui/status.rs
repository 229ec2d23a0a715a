//! The quiet line: how figures are computed, what they leave out, how fresh they are.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;
use crate::ui::filters::Choice;

/// How sure one can be of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Freshness {
    #[default]
    Fine,
    /// Late, incomplete, or limited by the source: shown in amber.
    Late,
}

/// One source and how fresh it is.
#[derive(Debug, Clone, Default)]
pub struct Source {
    /// « Ferme des Tilleuls : il y a 2 min ».
    pub text: String,
    /// The exact instant, on hover.
    pub title: String,
    pub state: Freshness,
}

pub struct Status {
    pub lang: Lang,
    /// Address of the page itself, and its other parameters.
    pub action: String,
    pub hidden: Vec<(String, String)>,
    /// Calculation modes; the chosen one is what figures follow.
    pub modes: Vec<Choice>,
    /// Amounts without tax or with it, where the mode knows both.
    pub amounts: Vec<Choice>,
    /// What holds for several shops together: zones, first weekday, loyalty threshold.
    pub together: Option<String>,
    /// « 3 statuts exclus », to their explanation; without an address, words alone.
    pub excluded: Option<Link>,
    pub sources: Vec<Source>,
    /// « 12 commandes sans taux de change »: figures are incomplete.
    pub incomplete: Option<String>,
}

impl Status {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            div.status {
                form method="get" action=(self.action) data-filters {
                    @for (name, value) in &self.hidden {
                        input type="hidden" name=(name) value=(value);
                    }
                    label {
                        span { (t(lang, "status-mode")) } " "
                        select name="profile" {
                            @for mode in &self.modes {
                                option value=(mode.value) selected[mode.selected] { (mode.label) }
                            }
                        }
                    }
                    @if !self.amounts.is_empty() {
                        label {
                            span { (t(lang, "settings-amounts")) } " "
                            select name="tax" {
                                @for one in &self.amounts {
                                    option value=(one.value) selected[one.selected] { (one.label) }
                                }
                            }
                        }
                    }
                    button.apply type="submit" { (t(lang, "status-change")) }
                }
                @if let Some(together) = &self.together { span { (together) } }
                @if let Some(excluded) = &self.excluded {
                    @if excluded.href.is_empty() { span { (excluded.label) } }
                    @else { a href=(excluded.href) { (excluded.label) } }
                }
                @for source in &self.sources {
                    span title=(source.title) class=[(source.state == Freshness::Late).then_some("late")] {
                        span.dot aria-hidden="true" {} (source.text)
                    }
                }
                @if let Some(incomplete) = &self.incomplete {
                    span.late { span.dot aria-hidden="true" {} (incomplete) }
                }
            }
        }
    }
}
