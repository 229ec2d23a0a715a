//! The sales ladder: signs, amounts and sums that a reader can add up with a pencil.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::tiles::{Change, change, definition};

/// What a line does to the sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Count,
    Plus,
    Minus,
    /// Part of the line above it.
    Detail,
    Result,
}

#[derive(Debug, Clone)]
pub struct Step {
    pub label: String,
    /// Empty: none.
    pub definition: String,
    pub kind: Kind,
    pub value: String,
    /// Of gross sales; empty where it says nothing.
    pub share: String,
    pub previous: Option<String>,
    pub change: Option<Change>,
    /// The orders behind it.
    pub href: String,
}

pub struct Ladder {
    pub lang: Lang,
    pub steps: Vec<Step>,
    pub compared: bool,
}

impl Ladder {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        let caption = t(lang, "revenue-ladder");
        html! {
            div.scroll tabindex="0" role="region" aria-label=(caption) {
                table.data.ladder {
                    caption.sr { (caption) }
                    thead { tr {
                        th scope="col" { (t(lang, "revenue-rung")) }
                        th.n scope="col" { (t(lang, "table-value")) }
                        th.n scope="col" { (t(lang, "revenue-of-gross")) }
                        @if self.compared {
                            th.n scope="col" { (t(lang, "table-compared-value")) }
                            th.n scope="col" { (t(lang, "table-change")) }
                        }
                    } }
                    tbody { @for step in &self.steps { (self.step(step)) } }
                }
            }
        }
    }

    fn step(&self, step: &Step) -> Markup {
        let (class, sign, words) = match step.kind {
            Kind::Count => ("count", "", ""),
            Kind::Plus => ("plus", "+", "ladder-plus"),
            Kind::Minus => ("minus", "−", "ladder-minus"),
            Kind::Detail => ("detail", "", ""),
            Kind::Result => ("result", "=", "ladder-equals"),
        };
        html! {
            tr class=(class) {
                th scope="row" {
                    div.rung {
                        span.sign {
                            @if !words.is_empty() { span aria-hidden="true" { (sign) } span.sr { (t(self.lang, words)) " " } }
                        }
                        span { (step.label) }
                        @if !step.definition.is_empty() { (definition(self.lang, &step.label, &step.definition, None)) }
                    }
                }
                td.n { a href=(step.href) { (step.value) } }
                td.n.faint { (step.share) }
                @if self.compared {
                    td.n.faint { (step.previous.as_deref().unwrap_or_default()) }
                    td.n { @if let Some(one) = &step.change { (change(self.lang, one)) } }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s106_signs_are_said_and_every_amount_opens() {
        let step = |label: &str, kind: Kind| Step {
            label: label.into(),
            definition: String::new(),
            kind,
            value: "10,00 €".into(),
            share: String::new(),
            previous: None,
            change: None,
            href: "/explain?metric=x".into(),
        };
        let drawn = Ladder {
            lang: Lang::Fr,
            steps: vec![
                step("Brut", Kind::Plus),
                step("Remises", Kind::Minus),
                step("Net", Kind::Result),
            ],
            compared: false,
        }
        .render()
        .into_string();
        assert!(drawn.contains("<tr class=\"minus\">") && drawn.contains("moins "));
        assert_eq!(drawn.matches("href=\"/explain?metric=x\"").count(), 3);
        assert!(drawn.find("Brut").unwrap() < drawn.find("Net").unwrap());
    }
}
