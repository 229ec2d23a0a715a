//! Why revenue moved, in one sentence and a small walk: what the overview's own figures already tell.

use comptoir_metrics::Table;
use comptoir_metrics::bridge::ByOrders;
use maud::html;

use crate::i18n::t;
use crate::pages::view::View;
use crate::pages::why::{Telling, sentence, walk};
use crate::ui::card::{Card, Span};

/// The last card of the overview.
pub fn why_card(view: &View<'_>, sales: &Table, moved: Option<&ByOrders>) -> Card {
    let lang = view.lang;
    let telling = moved.and_then(|moved| Telling::beside(moved, sales));
    let body = html! {
        @if let Some(telling) = &telling {
            (walk(view, "orders", telling))
        } @else {
            p.none { (t(lang, "why-none-text")) }
        }
    };
    let mut card = Card::new(lang, "why", t(lang, "why-title"), Span::Full, body);
    card.summary = telling.as_ref().map(|telling| sentence(lang, telling));
    card.see_all = Some(format!("/why?{}", view.filters_text()));
    card
}
