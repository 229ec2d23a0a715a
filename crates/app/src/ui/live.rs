//! Live activity: the latest carts and orders, newest first, one row per cart or order.
//!
//! The server sends each new state of a row as ready HTML (event `row`, data from [`row`]); the script
//! replaces the row with the same key or puts it in its place by time. It never formats anything.

use maud::{Markup, html};

use crate::i18n::{Lang, t};

/// How many rows the list keeps.
pub const KEPT: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Amount in green.
    Order,
    /// Amount in grey.
    Cart,
}

#[derive(Debug, Clone)]
pub struct Row {
    /// Stable for the cart or order: a later state replaces the earlier one.
    pub key: String,
    pub kind: Kind,
    /// « Claire M. », « Visiteur ».
    pub who: String,
    /// « Commande nº 1042 », « a ajouté Tomates anciennes, Basilic ».
    pub what: String,
    pub amount: String,
    /// The order; carts open nothing.
    pub href: Option<String>,
    /// RFC 3339 in UTC with a fixed number of digits, so that instants sort as text.
    pub at: String,
    /// « 21 nov. 2026, 14 h 32 », on hover.
    pub at_words: String,
    /// « il y a 5 min ».
    pub ago: String,
}

/// The list and its pause button; `stream` is the address of the events.
pub fn live(lang: Lang, stream: &str, rows: &[Row]) -> Markup {
    html! {
        div.live data-live=(stream) data-keep=(KEPT) {
            p.live-state {
                span.pulse aria-hidden="true" {}
                span.on { (t(lang, "live-on")) }
                span.off { (t(lang, "live-off")) }
                button type="button" data-pause aria-pressed="false" {
                    span.on { (t(lang, "live-pause")) }
                    span.off { (t(lang, "live-resume")) }
                }
            }
            ol aria-live="off" { @for one in rows { (row(lang, one)) } }
            p.none hidden[!rows.is_empty()] { (t(lang, "live-none")) }
        }
    }
}

/// One row: what the stream sends.
pub fn row(lang: Lang, row: &Row) -> Markup {
    let (class, kind) = match row.kind {
        Kind::Order => ("order", "live-order"),
        Kind::Cart => ("cart", "live-cart"),
    };
    html! {
        li class=(class) data-key=(row.key) data-at=(row.at) {
            span.who {
                span.sr { (t(lang, kind)) " " }
                @if let Some(href) = &row.href { a href=(href) { (row.who) } } @else { (row.who) }
            }
            span.amount { (row.amount) }
            span.what { (row.what) }
            time datetime=(row.at) title=(row.at_words) { (row.ago) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(kind: Kind, who: &str) -> Row {
        Row {
            key: "order-1".into(),
            kind,
            who: who.into(),
            what: "Commande nº 1042".into(),
            amount: "64,00 €".into(),
            href: (kind == Kind::Order).then(|| "/orders/1".into()),
            at: "2026-11-21T13:32:00Z".into(),
            at_words: "21 nov. 2026, 14 h 32".into(),
            ago: "il y a 5 min".into(),
        }
    }

    #[test]
    fn s030_s031_s032_rows_say_who_what_how_much_and_when() {
        let order = row(Lang::Fr, &sample(Kind::Order, "<b>Claire")).into_string();
        assert!(order.starts_with(
            "<li class=\"order\" data-key=\"order-1\" data-at=\"2026-11-21T13:32:00Z\">"
        ));
        assert!(order.contains("<a href=\"/orders/1\">&lt;b&gt;Claire</a>"));
        assert!(order.contains("title=\"21 nov. 2026, 14 h 32\">il y a 5 min</time>"));
        let cart = row(Lang::Fr, &sample(Kind::Cart, "Visiteur")).into_string();
        assert!(cart.starts_with("<li class=\"cart\"") && !cart.contains("<a "));
        // One event is one line: a line break would end the data of a server-sent event.
        assert!(!order.contains('\n'));
    }

    #[test]
    fn an_empty_list_says_that_rows_will_come() {
        assert!(
            live(Lang::En, "/live", &[]).into_string().contains("<p class=\"none\">Nothing yet")
        );
        let full = live(Lang::En, "/live", &[sample(Kind::Cart, "Visitor")]).into_string();
        assert!(full.contains("<p class=\"none\" hidden>"));
    }
}
