//! A list of records: each cell may hold a link or a mark, texts come from outside and keep their own
//! writing direction.

use maud::{Markup, html};

use super::table::{Column, Paging, header};
use crate::i18n::{Lang, t};

pub struct Listing {
    pub lang: Lang,
    pub caption: String,
    pub columns: Vec<Column>,
    /// As many cells as columns.
    pub rows: Vec<Vec<Markup>>,
    /// Of all rows, not of this page.
    pub sum: Option<Vec<Markup>>,
    pub paging: Option<Paging>,
    pub csv: Option<String>,
    pub xlsx: Option<String>,
}

impl Listing {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            div.rows.listing {
                div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                    table.data {
                        caption.sr { (self.caption) }
                        thead { tr { @for column in &self.columns { (header(column)) } } }
                        @if let Some(sum) = &self.sum { tbody.sum { (self.row(sum)) } }
                        tbody {
                            @for row in &self.rows { (self.row(row)) }
                            @if self.rows.is_empty() {
                                tr { td.none colspan=(self.columns.len()) { (t(lang, "table-none")) } }
                            }
                        }
                    }
                }
                div.under {
                    @if let Some(paging) = &self.paging { (pages(lang, paging)) }
                    @if self.csv.is_some() || self.xlsx.is_some() {
                        span.files {
                            @if let Some(csv) = &self.csv { a.csv href=(csv) { (t(lang, "table-csv")) } }
                            @if let Some(xlsx) = &self.xlsx { a.csv href=(xlsx) { (t(lang, "table-xlsx")) } }
                        }
                    }
                }
            }
        }
    }

    fn row(&self, cells: &[Markup]) -> Markup {
        html! {
            tr {
                @for (index, cell) in cells.iter().enumerate() {
                    @let numeric = self.columns.get(index).is_some_and(|column| column.numeric);
                    @if index == 0 {
                        th scope="row" class=[numeric.then_some("n")] { (cell) }
                    } @else {
                        td class=[numeric.then_some("n")] { (cell) }
                    }
                }
            }
        }
    }
}

fn pages(lang: Lang, paging: &Paging) -> Markup {
    html! {
        nav.paging aria-label=(t(lang, "table-pages")) {
            @if let Some(href) = &paging.previous { a rel="prev" href=(href) { (t(lang, "table-previous")) } }
            span { (paging.words) }
            @if let Some(href) = &paging.next { a rel="next" href=(href) { (t(lang, "table-next")) } }
        }
    }
}

/// A text from outside: cut where it is too long, whole on hover.
pub fn outside(text: &str) -> Markup {
    html! { span.outside dir="auto" title=[(text.chars().count() > 40).then_some(text)] { (text) } }
}

/// A text from outside that opens something.
pub fn outside_link(text: &str, href: &str) -> Markup {
    html! { a.outside dir="auto" href=(href) title=[(text.chars().count() > 40).then_some(text)] { (text) } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_are_escaped_and_keep_their_direction() {
        let long = "<b>\u{202e}".to_owned() + &"é".repeat(500);
        let drawn = outside(&long).into_string();
        assert!(drawn.contains("&lt;b&gt;") && drawn.contains("dir=\"auto\""), "{drawn}");
        assert!(drawn.contains("title="));
    }
}
