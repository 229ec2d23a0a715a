//! « Par… puis par… »: the dimensions of a split, and the trail of what it was narrowed to.

use maud::{Markup, html};

use crate::i18n::{Lang, t};

/// Dimensions that belong together: id and name.
#[derive(Debug, Clone, Default)]
pub struct Group {
    pub label: String,
    pub choices: Vec<(String, String)>,
}

pub struct Picker {
    pub lang: Lang,
    pub action: String,
    /// Parameters that the form must not lose.
    pub hidden: Vec<(String, String)>,
    pub groups: Vec<Group>,
    pub by: String,
    /// Empty: one level.
    pub then: String,
}

impl Picker {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            form.picker method="get" action=(self.action) data-filters {
                @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                label.field {
                    span { (t(lang, "revenue-by")) }
                    select name="by" { (self.options(&self.by, "")) }
                }
                label.field {
                    span { (t(lang, "revenue-then")) }
                    select name="then" {
                        option value="" selected[self.then.is_empty()] { (t(lang, "revenue-one-level")) }
                        (self.options(&self.then, &self.by))
                    }
                }
                button.apply type="submit" { (t(lang, "filter-apply")) }
            }
        }
    }

    fn options(&self, chosen: &str, without: &str) -> Markup {
        html! {
            @for group in &self.groups {
                optgroup label=(group.label) {
                    @for (id, label) in group.choices.iter().filter(|(id, _)| id != without) {
                        option value=(id) selected[id == chosen] { (label) }
                    }
                }
            }
        }
    }
}

/// A filter, with the ways to come back to it and to take it away.
#[derive(Debug, Clone, Default)]
pub struct Chip {
    pub label: String,
    pub href: String,
    pub remove: String,
}

/// Everything › Pays : France › Ville : Lyon.
pub struct Trail {
    pub lang: Lang,
    /// The page without filters.
    pub all: String,
    pub chips: Vec<Chip>,
}

impl Trail {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if !self.chips.is_empty() {
                nav.trail aria-label=(t(lang, "revenue-trail")) {
                    ol {
                        li { a href=(self.all) { (t(lang, "revenue-everything")) } }
                        @for chip in &self.chips {
                            li.chip {
                                a dir="auto" title=(chip.label) href=(chip.href) { (chip.label) }
                                a.remove href=(chip.remove) aria-label={ (t(lang, "revenue-remove")) " " (chip.label) } { "×" }
                            }
                        }
                    }
                }
            }
        }
    }
}
