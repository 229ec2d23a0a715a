//! Pages for what went wrong: what happened, where, and what to do.

use maud::{Markup, html};

use crate::i18n::{Lang, t, t_args};
use crate::ui::Link;

/// A request that cannot be answered.
#[derive(Debug, Clone)]
pub enum Problem {
    /// A parameter has a value that is not known (400).
    BadParameter {
        name: String,
        value: String,
        /// The nearest value that works, and the same page with it.
        nearest: Option<Link>,
    },
    /// Nothing at this address (404).
    NotFound,
    /// Not theirs to see (403).
    Forbidden,
    /// The question takes more than so many seconds (503).
    Slow { seconds: u64, retry: String },
    /// Too many ask at once (503).
    Busy { retry: String },
    /// Our fault (500); `retry` is the same page.
    Failed { retry: String },
}

/// Values from outside are cut at this many characters in messages.
const LONGEST: usize = 60;

/// `home` is the page on which the reader's day begins.
pub fn problem(lang: Lang, home: &str, problem: &Problem) -> Markup {
    match problem {
        Problem::BadParameter { name, value, nearest } => html! {
            div.problem {
                p.code { "400" }
                h1 { (t(lang, "problem-parameter")) }
                p.lede { (t_args(lang, "problem-parameter-text", &[("name", name), ("value", &shortened(value))])) }
                @if let Some(nearest) = nearest {
                    p { (t(lang, "problem-nearest")) " " a href=(nearest.href) { (nearest.label) } }
                }
                (leave(lang, home))
            }
        },
        Problem::NotFound => html! {
            div.problem {
                p.code { "404" }
                h1 { (t(lang, "problem-not-found")) }
                p.lede { (t(lang, "problem-not-found-text")) }
                (leave(lang, home))
            }
        },
        Problem::Forbidden => html! {
            div.problem {
                p.code { "403" }
                h1 { (t(lang, "problem-forbidden")) }
                p.lede { (t(lang, "problem-forbidden-text")) }
                (leave(lang, home))
            }
        },
        Problem::Slow { seconds, retry } => html! {
            div.problem {
                p.code { "503" }
                h1 { (t(lang, "problem-slow")) }
                p.lede { (t_args(lang, "problem-slow-text", &[("seconds", &seconds.to_string())])) }
                a.button href=(retry) { (t(lang, "problem-retry")) }
            }
        },
        Problem::Busy { retry } => html! {
            div.problem {
                p.code { "503" }
                h1 { (t(lang, "problem-busy")) }
                p.lede { (t(lang, "problem-busy-text")) }
                a.button href=(retry) { (t(lang, "problem-retry")) }
            }
        },
        Problem::Failed { retry } => html! {
            div.problem {
                p.code { "500" }
                h1 { (t(lang, "problem-failed")) }
                p.lede { (t(lang, "problem-failed-text")) }
                a.button href=(retry) { (t(lang, "problem-retry")) }
            }
        },
    }
}

fn leave(lang: Lang, home: &str) -> Markup {
    let words = if home == "/" { "problem-home" } else { "problem-home-own" };
    html! { a.button href=(home) { (t(lang, words)) } }
}

fn shortened(value: &str) -> String {
    if value.chars().count() <= LONGEST {
        return value.to_owned();
    }
    value.chars().take(LONGEST).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hostile_value_is_cut_and_escaped() {
        let value = format!("<script>{}", "x".repeat(500));
        let page = problem(
            Lang::Fr,
            "/",
            &Problem::BadParameter { name: "period".into(), value, nearest: None },
        )
        .into_string();
        assert!(page.contains("&lt;script&gt;xxx"));
        assert!(!page.contains(&"x".repeat(61)));
    }
}
