//! The definitions page: what every figure means, made from the list of metrics.

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
