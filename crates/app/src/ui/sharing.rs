//! The page of share links: make one, see what there are, withdraw one; and the sites that may frame.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;
use crate::ui::entry::{Entry, once};
use crate::ui::listing::Listing;

pub struct SharingPage {
    pub lang: Lang,
    pub notice: Option<String>,
    /// Something was wrong with what was sent.
    pub problem: Option<String>,
    /// The link that was just made: it is told this once.
    pub made: Option<String>,
    pub form: ShareForm,
    pub links: Listing,
    pub embedding: Embedding,
}

/// A link to be made.
pub struct ShareForm {
    /// The page, when it was come from: its words and address with the filters, and its path.
    pub page: Option<(Link, String)>,
    /// Pages to choose from otherwise, and what the link shows.
    pub fields: Vec<Entry>,
    /// The page's other parameters.
    pub rest: String,
}

/// Who may show embedded pages.
pub struct Embedding {
    pub field: Entry,
}

impl SharingPage {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(notice) = &self.notice { p.saved role="status" { (notice) } }
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            @if let Some(made) = &self.made {
                section.made role="status" {
                    h2 { (t(lang, "share-made")) }
                    (once("share-link", &t(lang, "share-made-label"), made))
                    p.note { (t(lang, "share-made-hint")) }
                }
            }
            div.settings.sharing {
                section aria-labelledby="share-new" {
                    h2 id="share-new" { (t(lang, "share-new")) }
                    p.note { (t(lang, "share-new-hint")) }
                    (self.form.render(lang))
                }
                section aria-labelledby="share-embedding" {
                    h2 id="share-embedding" { (t(lang, "embed-title")) }
                    p.note { (t(lang, "embed-hint")) }
                    form method="post" action="/sharing/origins" {
                        (self.embedding.field.render("embed"))
                        p.actions { button type="submit" { (t(lang, "settings-save")) } }
                    }
                }
            }
            section aria-labelledby="share-links" {
                h2.part id="share-links" { (t(lang, "share-links")) }
                @if self.links.rows.is_empty() { p.none { (t(lang, "share-none")) } } @else { (self.links.render()) }
            }
        }
    }
}

impl ShareForm {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            form method="post" action="/sharing" {
                @if let Some((page, path)) = &self.page {
                    input type="hidden" name="of" value=(path);
                    p.shared-page {
                        span.label { (t(lang, "share-page-label")) } " "
                        a href=(page.href) { (page.label) }
                    }
                    p.note { (t(lang, "share-filters-kept")) }
                }
                input type="hidden" name="rest" value=(self.rest);
                div.grid { @for field in &self.fields { (field.render("share")) } }
                p.actions { button.button type="submit" { (t(lang, "share-make")) } }
            }
        }
    }
}
