//! The definitions page: what every figure means, made from the list of metrics.

use comptoir_store::Contact;
use maud::{Markup, html};

use crate::i18n::{Lang, t};

#[derive(Debug, Clone, Default)]
pub struct Definition {
    /// The metric's id, also its anchor.
    pub id: String,
    pub label: String,
    pub definition: String,
    pub formula: String,
    /// « montant », « nombre », « part ».
    pub unit: String,
}

/// A group of metrics: « Chiffre d’affaires », « Commandes », « Clients ».
#[derive(Debug, Clone, Default)]
pub struct Group {
    pub title: String,
    pub definitions: Vec<Definition>,
}

/// Someone to ask, on the definitions page. Every text comes from a person and is written as text;
/// addresses were checked before they were kept.
pub fn help(title: &str, contact: &Contact) -> Markup {
    let call =
        contact.phone.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>();
    html! {
        div {
            dt dir="auto" { (title) @if !contact.name.is_empty() { " · " (contact.name) } }
            dd.help-contacts {
                @if !contact.email.is_empty() { p { a href={ "mailto:" (contact.email) } { (contact.email) } } }
                @if !contact.phone.is_empty() { p { a href={ "tel:" (call) } { (contact.phone) } } }
                @if !contact.url.is_empty() { p { a href=(contact.url) rel="noreferrer" { (contact.url) } } }
            }
        }
    }
}

pub fn definitions(lang: Lang, groups: &[Group]) -> Markup {
    html! {
        div.definitions {
            @for group in groups {
                section {
                    h2 { (group.title) }
                    dl {
                        @for one in &group.definitions {
                            div id=(one.id) {
                                dt { (one.label) " " code { (one.id) } }
                                dd {
                                    p { (one.definition) }
                                    p.formula { span { (t(lang, "definition-formula")) } " " (one.formula) }
                                    p.formula { span { (t(lang, "definition-unit")) } " " (one.unit) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
