//! The frame of every page: masthead, one level of navigation, main part, footer.

use maud::{DOCTYPE, Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;
use crate::ui::icons::Icon;

/// An entry of the navigation. The caller lists only pages that exist.
#[derive(Debug, Clone, Default)]
pub struct NavEntry {
    pub label: String,
    pub href: String,
    pub icon: Icon,
    pub current: bool,
}

/// A page around its content.
pub struct Shell {
    pub lang: Lang,
    /// Title of the tab, without the product's name.
    pub title: String,
    /// Where the brand leads: the reader's own first page.
    pub home: String,
    /// Where a link to this page of figures is made, for those who may.
    pub share: Option<Link>,
    /// In the order of the map; the phone's bottom bar shows the first four and puts the rest under « Plus ».
    pub nav: Vec<NavEntry>,
    /// Where the other language's version of this very page is.
    pub other_language: String,
    /// Words at the bottom: version, licence, attribution of demo data.
    pub footer: Vec<Link>,
    /// Who is signed in, as the menu of the account calls them.
    pub account: Option<String>,
    pub body: Markup,
}

/// Entries of the phone's bottom bar before « Plus ».
const BOTTOM_BAR: usize = 4;

impl Shell {
    /// The whole document.
    pub fn render(&self) -> Markup {
        html! {
            (DOCTYPE)
            html lang=(self.lang.code()) {
                (head(&self.title))
                body {
                    a.skip href="#main" { (t(self.lang, "skip-to-content")) }
                    (self.masthead())
                    main id="main" tabindex="-1" { (self.body) }
                    (self.footer())
                    (self.bottom_bar())
                }
            }
        }
    }

    fn masthead(&self) -> Markup {
        html! {
            header.masthead {
                (brand(&self.home))
                nav.top aria-label=(t(self.lang, "nav-label")) {
                    @for entry in &self.nav {
                        a href=(entry.href) aria-current=[entry.current.then_some("page")] { (entry.label) }
                    }
                }
                (controls(self.lang, &self.other_language, self.share.as_ref()))
                @if let Some(who) = &self.account {
                    details.account data-menu {
                        summary title=(who) {
                            (Icon::Customers.draw())
                            span.sr { (t(self.lang, "account-menu")) }
                        }
                        div.menu { (account_links(self.lang, who)) }
                    }
                }
            }
        }
    }

    fn bottom_bar(&self) -> Markup {
        // Exactly five entries need no « Plus », unless an account has to go there.
        let most = if self.account.is_some() { BOTTOM_BAR } else { BOTTOM_BAR + 1 };
        let shown = if self.nav.len() <= most { self.nav.len() } else { BOTTOM_BAR };
        let (first, rest) = self.nav.split_at(shown);
        html! {
            nav.bottom aria-label=(t(self.lang, "nav-label")) {
                @for entry in first { (bottom_link(entry)) }
                @if !rest.is_empty() || self.account.is_some() {
                    details.more data-menu {
                        summary { (Icon::More.draw()) span { (t(self.lang, "nav-more")) } }
                        div.menu {
                            @for entry in rest { (bottom_link(entry)) }
                            @if let Some(who) = &self.account { (account_links(self.lang, who)) }
                        }
                    }
                }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer.foot {
                @for (index, link) in self.footer.iter().enumerate() {
                    @if index > 0 { " · " }
                    @if link.href.is_empty() { (link.label) } @else { a href=(link.href) { (link.label) } }
                }
            }
        }
    }
}

/// What every document begins with.
pub(super) fn head(title: &str) -> Markup {
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            title { (title) " · Comptoir" }
            link rel="icon" type="image/svg+xml" href="/assets/favicon.svg";
            link rel="stylesheet" href="/assets/app.css";
            script src="/assets/app.js" {}
        }
    }
}

pub(super) fn brand(home: &str) -> Markup {
    html! {
        a.brand href=(home) {
            svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" {
                path.p-existing d="M3 12h4v7H3z" {}
                path.p-new d="M9 7h4v12H9z" {}
                path.ink d="M15 3h4v16h-4z" {}
            }
            "Comptoir"
        }
    }
}

/// A link to share the page, where there is one; the other language and the theme.
pub(super) fn controls(lang: Lang, other_language: &str, share: Option<&Link>) -> Markup {
    html! {
        div.controls {
            @if let Some(share) = share { a.share href=(share.href) { (share.label) } }
            a.language href=(other_language) hreflang=(lang.other().code()) lang=(lang.other().code()) {
                (lang.other().name())
            }
            select.theme data-theme-control aria-label=(t(lang, "theme-label")) {
                option value="auto" { (t(lang, "theme-auto")) }
                option value="light" { (t(lang, "theme-light")) }
                option value="dark" { (t(lang, "theme-dark")) }
            }
        }
    }
}

/// Who is signed in, the way to their account, and the way out.
fn account_links(lang: Lang, who: &str) -> Markup {
    html! {
        p.who dir="auto" { (who) }
        a href="/account" { (t(lang, "account-title")) }
        form method="post" action="/sign-out" { button type="submit" { (t(lang, "account-sign-out")) } }
    }
}

fn bottom_link(entry: &NavEntry) -> Markup {
    html! {
        a href=(entry.href) aria-current=[entry.current.then_some("page")] {
            (entry.icon.draw()) span { (entry.label) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(entries: usize) -> String {
        Shell {
            lang: Lang::Fr,
            title: "Vue d’ensemble <1>".into(),
            home: "/".into(),
            nav: (0..entries)
                .map(|index| NavEntry {
                    label: format!("p{index}"),
                    href: format!("/p{index}?shop=ferme&period=30d"),
                    icon: Icon::Overview,
                    current: index == 0,
                })
                .collect(),
            other_language: "/?lang=en".into(),
            share: None,
            footer: vec![],
            account: None,
            body: html! { p { "body" } },
        }
        .render()
        .into_string()
    }

    #[test]
    fn pages_declare_their_language_and_escape_their_title() {
        let page = page(2);
        assert!(page.starts_with("<!DOCTYPE html><html lang=\"fr\">"));
        assert!(page.contains("<title>Vue d’ensemble &lt;1&gt; · Comptoir</title>"));
        assert!(page.contains("hreflang=\"en\""));
    }

    #[test]
    fn a_phone_shows_five_entries_and_never_a_plus_for_one() {
        let bottom = |entries| {
            let page = page(entries);
            page[page.find("<nav class=\"bottom\"").unwrap()..].to_owned()
        };
        assert!(!bottom(5).contains("<details"));
        let eight = bottom(8);
        let bar = &eight[..eight.find("<details").unwrap()];
        assert_eq!(bar.matches("<a ").count(), 4);
        assert_eq!(eight.matches("<a ").count(), 8);
    }
}
