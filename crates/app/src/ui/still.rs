//! The frame of a page for whoever has a link to it and nothing else: no navigation, nothing to follow.

use maud::{DOCTYPE, Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;

/// A page on its own.
pub struct Still {
    pub lang: Lang,
    pub title: String,
    /// Whose page it is and until when.
    pub banner: Option<String>,
    /// The filters in force, in words.
    pub conditions: Option<String>,
    /// This very page in the other language.
    pub other_language: Option<Link>,
    /// Inside of another page: without a masthead.
    pub framed: bool,
    pub body: Markup,
}

impl Still {
    pub fn render(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.lang.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    meta name="robots" content="noindex";
                    title { (self.title) " · Comptoir" }
                    link rel="icon" type="image/svg+xml" href="/assets/favicon.svg";
                    link rel="stylesheet" href="/assets/app.css";
                    script src="/assets/app.js" {}
                }
                body.still {
                    @if !self.framed {
                        header.masthead {
                            span.brand { "Comptoir" }
                            p.banner { @if let Some(banner) = &self.banner { (banner) } }
                            div.controls {
                                @if let Some(other) = &self.other_language {
                                    a.language href=(other.href) hreflang=(self.lang.other().code()) lang=(self.lang.other().code()) { (other.label) }
                                }
                            }
                        }
                    }
                    main id="main" {
                        @if let Some(conditions) = &self.conditions { p.conditions dir="auto" { (conditions) } }
                        (self.body)
                    }
                    @if self.framed { footer.foot { "Comptoir" } }
                }
            }
        }
    }
}

/// A few words in place of a page: a link that is over, a password that is asked for.
pub struct Words {
    pub lang: Lang,
    pub title: String,
    pub text: String,
    /// Where the password goes, and what was wrong with the last one.
    pub password: Option<(String, Option<String>)>,
}

impl Words {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        let wrong = self.password.as_ref().and_then(|(_, wrong)| wrong.as_ref());
        html! {
            div.problem.link-words {
                h1 { (self.title) }
                p.lede { (self.text) }
                @if let Some((action, _)) = &self.password {
                    form method="post" action=(action) {
                        div.setting.wrong[wrong.is_some()] {
                            label for="link-password" { (t(lang, "share-password-label")) }
                            input id="link-password" type="password" name="password" maxlength="200"
                                autocomplete="current-password" required autofocus
                                aria-invalid=[wrong.map(|_| "true")] aria-describedby=[wrong.map(|_| "link-said")];
                            @if let Some(wrong) = wrong { p.hint id="link-said" { strong.bad { (wrong) } } }
                        }
                        button.button type="submit" { (t(lang, "share-password-open")) }
                    }
                }
            }
        }
    }
}
