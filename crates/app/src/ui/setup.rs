//! The screen before any data: two routes, a file or a shop.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;

/// A way to bring data in.
#[derive(Debug, Clone, Default)]
pub struct Route {
    pub title: String,
    pub text: String,
    pub action: Link,
    /// Names of formats or platforms, in small print.
    pub works_with: String,
}

pub fn setup(lang: Lang, routes: &[Route]) -> Markup {
    html! {
        div.setup {
            h1 { (t(lang, "setup-title")) }
            p.lede { (t(lang, "setup-lede")) }
            div.routes {
                @for route in routes {
                    section {
                        h2 { (route.title) }
                        p { (route.text) }
                        p.works { (route.works_with) }
                        a.button href=(route.action.href) { (route.action.label) }
                    }
                }
            }
            p.note { (t(lang, "setup-privacy")) }
        }
    }
}
