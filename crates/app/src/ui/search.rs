//! The bar over a list: words to search for, and what narrows the list, in one form that is an
//! ordinary `GET`.

use maud::{Markup, html};

use super::Link;
use super::filters::Choice;
use crate::i18n::{Lang, t};

pub struct Search {
    pub lang: Lang,
    /// Address of the page.
    pub action: String,
    /// Parameters that the form does not show and must not lose.
    pub hidden: Vec<(String, String)>,
    /// What is searched for.
    pub words: String,
    /// « Numéro, client, produit… »; without it, there are no words to search for.
    pub placeholder: Option<String>,
    pub fields: Vec<Field>,
    /// The page without any of these, when there are some.
    pub clear: Option<Link>,
}

pub enum Field {
    /// Parameter, label, choices of which one is selected.
    Select(&'static str, String, Vec<Choice>),
    /// Parameter, label, value: an amount in whole units.
    Amount(&'static str, String, String),
}

impl Search {
    pub fn render(&self) -> Markup {
        html! {
            form.search method="get" action=(self.action) role="search" {
                @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                @if let Some(placeholder) = &self.placeholder {
                    label.field.words {
                        span { (t(self.lang, "list-search")) }
                        input type="search" name="q" value=(self.words) placeholder=(placeholder) maxlength="200" dir="auto";
                    }
                }
                @for field in &self.fields { (draw(field)) }
                button type="submit" { (t(self.lang, "list-find")) }
                @if let Some(clear) = &self.clear { a.clear href=(clear.href) { (clear.label) } }
            }
        }
    }
}

fn draw(field: &Field) -> Markup {
    match field {
        Field::Select(name, label, choices) => html! {
            label.field {
                span { (label) }
                select name=(name) {
                    @for choice in choices {
                        option value=(choice.value) selected[choice.selected] { (choice.label) }
                    }
                }
            }
        },
        Field::Amount(name, label, value) => html! {
            label.field.amount {
                span { (label) }
                input type="text" inputmode="decimal" name=(name) value=(value) maxlength="20";
            }
        },
    }
}
