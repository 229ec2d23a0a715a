//! « À faire »: what waits for the shop, each with its count and the rows behind it.

use maud::{Markup, html};

use crate::i18n::{Lang, t};

#[derive(Debug, Clone, Default)]
pub struct Todo {
    /// « 4 ».
    pub count: String,
    /// « commandes payées à expédier ».
    pub label: String,
    /// « 214 € »; empty when there is no amount.
    pub amount: String,
    /// Empty where the reader may know the count and not the rows.
    pub href: String,
    /// Shown in amber: late, failed, out of stock.
    pub urgent: bool,
}

pub fn todo(lang: Lang, items: &[Todo]) -> Markup {
    html! {
        @if items.is_empty() {
            p.none { (t(lang, "todo-none")) }
        } @else {
            ul.todo {
                @for item in items {
                    li class=[item.urgent.then_some("urgent")] {
                        @if item.href.is_empty() { span.alone { (told(item)) } }
                        @else { a href=(item.href) { (told(item)) } }
                    }
                }
            }
        }
    }
}

fn told(item: &Todo) -> Markup {
    html! {
        span.count { (item.count) }
        span.label { (item.label) }
        span.amount { (item.amount) }
    }
}
