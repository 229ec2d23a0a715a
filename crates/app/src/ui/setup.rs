//! The screen before any data: two routes, a file or a shop.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;

/// A way to bring data in.
#[derive(Debug, Clone, Default)]
pub struct Route {
    pub title: String,
    pub text: String,
    /// The first is the usual one.
    pub actions: Vec<Link>,
    /// Names of formats or platforms, in small print.
    pub works_with: String,
}

pub fn setup(lang: Lang, routes: &[Route]) -> Markup {
    html! {
        div.setup {
            h1 { (t(lang, "setup-title")) }
            p.lede { (t(lang, "setup-lede")) }
            (self::routes(routes))
            p.note { (t(lang, "setup-privacy")) }
        }
    }
}

/// The ways beside each other, each with what it leads to.
pub fn routes(routes: &[Route]) -> Markup {
    html! {
        div.routes {
            @for route in routes {
                section {
                    h2 { (route.title) }
                    p { (route.text) }
                    p.works { (route.works_with) }
                    p.leads {
                        @for (index, action) in route.actions.iter().enumerate() {
                            a.button[index == 0].action[index > 0] href=(action.href) { (action.label) }
                        }
                    }
                }
            }
        }
    }
}
