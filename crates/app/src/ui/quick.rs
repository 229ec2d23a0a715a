//! Two quick comparisons: today against the same hour last week, the month so far against last year.

use maud::{Markup, html};

use crate::i18n::Lang;
use crate::ui::tiles::{Change, change};
use crate::ui::words;

#[derive(Debug, Clone, Default)]
pub struct Quick {
    /// « Aujourd’hui, jusqu’à 14 h ».
    pub label: String,
    pub value: String,
    pub href: String,
    /// « Samedi dernier, jusqu’à 14 h ».
    pub previous_label: String,
    pub previous: String,
    pub previous_href: String,
    pub change: Option<Change>,
    /// « 23 commandes contre 18 ».
    pub note: Option<String>,
}

pub fn quick(lang: Lang, quick: &Quick) -> Markup {
    html! {
        div.quick {
            dl {
                dt { (words(&quick.label)) }
                dd { a href=(quick.href) { (quick.value) } }
            }
            @if let Some(one) = &quick.change { p.against { (change(lang, one)) } }
            dl.was {
                dt { (words(&quick.previous_label)) }
                dd { a href=(quick.previous_href) { (quick.previous) } }
            }
            @if let Some(note) = &quick.note { p.note { (note) } }
        }
    }
}
