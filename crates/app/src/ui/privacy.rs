//! Building blocks of the pages about personal data: what is held, and how a condition stands.

use maud::{Markup, html};

use crate::i18n::{Lang, t, t_args};
use crate::ui::settings::Field;

/// Rows of a table that a page shows; all of them are in the files.
const SHOWN: usize = 20;

/// What is held in one table: its words, and each row as columns with their values.
pub struct HeldPart {
    pub id: String,
    pub title: String,
    pub rows: Vec<Vec<(String, String)>>,
}

/// Says that something was done.
pub fn notice(words: &str) -> Markup {
    html! { p.saved role="status" { (words) } }
}

/// Says that something is wrong with what was sent.
pub fn problem(words: &str) -> Markup {
    html! { p.error role="alert" { (words) } }
}

/// Everything that is held of a person. Texts come from outside.
pub fn held(lang: Lang, parts: &[HeldPart]) -> Markup {
    html! {
        @for part in parts {
            details.held open[part.rows.len() <= 3] {
                summary {
                    h3 { (part.title) }
                    span.count { (part.rows.len()) }
                }
                @for row in part.rows.iter().take(SHOWN) {
                    dl.known { @for (column, value) in row { div { dt { (column) } dd dir="auto" { (value) } } } }
                }
                @if part.rows.len() > SHOWN {
                    p.note { (t_args(lang, "privacy-held-more", &[("count", &SHOWN.to_string())])) }
                }
            }
        }
    }
}

/// A form of plain fields.
pub fn fields(form: &str, fields: &[Field]) -> Markup {
    html! { div.grid { @for field in fields { (field.render(form)) } } }
}

/// One condition of a self-check.
pub struct Condition {
    /// pass, fail, not-verified
    pub state: &'static str,
    pub title: String,
    pub evidence: String,
    pub remedy: String,
}

/// The conditions of a group, each with its state in words: never by colour alone.
pub fn conditions(lang: Lang, all: &[Condition]) -> Markup {
    html! {
        ul.conditions {
            @for one in all {
                li class=(one.state) {
                    p.state { (t(lang, &format!("check-state-{}", one.state))) }
                    div {
                        h3 { (one.title) }
                        p { (one.evidence) }
                        @if !one.remedy.is_empty() { p.remedy { strong { (t(lang, "check-remedy")) } " " (one.remedy) } }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_text_and_long_tables_say_where_the_rest_is() {
        let rows = vec![vec![("Nom".to_owned(), "<script>".to_owned())]; 25];
        let parts = [HeldPart { id: "orders".into(), title: "Commandes".into(), rows }];
        let drawn = held(Lang::Fr, &parts).into_string();
        assert!(!drawn.contains("<script>") && drawn.matches("&lt;script&gt;").count() == 20);
        assert!(drawn.contains("25") && drawn.contains("20"), "{drawn}");
    }
}
