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
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) " · Comptoir" }
                    link rel="icon" type="image/svg+xml" href="/assets/favicon.svg";
                    link rel="stylesheet" href="/assets/app.css";
                    script src="/assets/app.js" {}
                }
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
                a.brand href=(self.home) {
                    svg width="22" height="22" viewBox="0 0 22 22" aria-hidden="true" {
                        path.p-existing d="M3 12h4v7H3z" {}
                        path.p-new d="M9 7h4v12H9z" {}
                        path.ink d="M15 3h4v16h-4z" {}
                    }
                    "Comptoir"
                }
                nav.top aria-label=(t(self.lang, "nav-label")) {
                    @for entry in &self.nav {
                        a href=(entry.href) aria-current=[entry.current.then_some("page")] { (entry.label) }
                    }
                }
                div.controls {
                    @if let Some(share) = &self.share { a.share href=(share.href) { (share.label) } }
                    a.language href=(self.other_language) hreflang=(self.lang.other().code()) lang=(self.lang.other().code()) {
                        (self.lang.other().name())
                    }
                    select.theme data-theme-control aria-label=(t(self.lang, "theme-label")) {
                        option value="auto" { (t(self.lang, "theme-auto")) }
                        option value="light" { (t(self.lang, "theme-light")) }
                        option value="dark" { (t(self.lang, "theme-dark")) }
                    }
                }
            }
        }
    }

    fn bottom_bar(&self) -> Markup {
        // Exactly five entries need no « Plus ».
        let shown = if self.nav.len() <= BOTTOM_BAR + 1 { self.nav.len() } else { BOTTOM_BAR };
        let (first, rest) = self.nav.split_at(shown);
        html! {
            nav.bottom aria-label=(t(self.lang, "nav-label")) {
                @for entry in first { (bottom_link(entry)) }
                @if !rest.is_empty() {
                    details.more data-menu {
                        summary { (Icon::More.draw()) span { (t(self.lang, "nav-more")) } }
                        div.menu { @for entry in rest { (bottom_link(entry)) } }
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
