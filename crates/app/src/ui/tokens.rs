//! The page of tokens: make one, see what there are, withdraw one.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::entry::{Entry, once};
use crate::ui::listing::Listing;

pub struct TokensPage {
    pub lang: Lang,
    pub notice: Option<String>,
    /// Something was wrong with what was sent.
    pub problem: Option<String>,
    pub made: Option<Made>,
    pub fields: Vec<Entry>,
    pub tokens: Listing,
}

/// The token that was just made: it is told this once.
pub struct Made {
    pub token: String,
    /// Its number, where links name it.
    pub number: Option<String>,
    /// A command that tries it; none where docs/embed.md has more to say.
    pub example: Option<String>,
    pub hint: String,
}

impl TokensPage {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(notice) = &self.notice { p.saved role="status" { (notice) } }
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            @if let Some(made) = &self.made { (made.render(lang)) }
            div.settings.tokens {
                section aria-labelledby="token-new" {
                    h2 id="token-new" { (t(lang, "token-new")) }
                    form method="post" action="/tokens" {
                        div.grid { @for field in &self.fields { (field.render("token")) } }
                        p.actions { button.button type="submit" { (t(lang, "token-make")) } }
                    }
                }
                section aria-labelledby="token-scopes" {
                    h2 id="token-scopes" { (t(lang, "token-scopes")) }
                    dl.scopes {
                        @for scope in ["ingest", "read", "embed"] {
                            dt { (t(lang, &format!("token-scope-{scope}"))) }
                            dd { (t(lang, &format!("token-scope-{scope}-text"))) }
                        }
                    }
                }
            }
            section aria-labelledby="token-list" {
                h2.part id="token-list" { (t(lang, "token-list")) }
                @if self.tokens.rows.is_empty() { p.none { (t(lang, "token-none")) } } @else { (self.tokens.render()) }
            }
        }
    }
}

impl Made {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            section.made role="status" {
                h2 { (t(lang, "token-made")) }
                (once("token-value", &t(lang, "token-made-label"), &self.token))
                @if let Some(number) = &self.number { p { (number) } }
                p.note { (self.hint) }
                @if let Some(example) = &self.example {
                    p.note { (t(lang, "token-example")) }
                    pre tabindex="0" { code { (example) } }
                }
            }
        }
    }
}
