//! The head of a page of figures: title and sentence at the left, filters at the right, status under them.

use maud::{Markup, html};

use crate::ui::filters::Filters;
use crate::ui::status::Status;

pub struct Head<'a> {
    pub title: String,
    /// The sentence of the day: what moved, and why.
    pub sentence: Option<String>,
    pub filters: &'a Filters,
    pub status: Option<&'a Status>,
}

impl Head<'_> {
    pub fn render(&self) -> Markup {
        html! {
            header.page-head {
                div.what {
                    h1 { (self.title) }
                    @if let Some(sentence) = &self.sentence { p.sentence { (sentence) } }
                }
                div.which {
                    (self.filters.render())
                    (self.filters.words())
                }
                @if let Some(status) = self.status { (status.render()) }
            }
        }
    }
}

/// The head of a page without figures: a title and a sentence.
pub fn plain_head(title: &str, sentence: Option<&str>) -> Markup {
    html! {
        header.page-head.plain {
            div.what {
                h1 { (title) }
                @if let Some(sentence) = sentence { p.lede { (sentence) } }
            }
        }
    }
}
