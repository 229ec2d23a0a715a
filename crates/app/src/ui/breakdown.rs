//! A figure split by one or two dimensions: rows to drill into, with bars, shares and changes.

use comptoir_charts::{Paint, bar};
use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::table::{Column, Paging, header};
use crate::ui::tiles::{Change, change};
use crate::ui::words;

/// One row; the sum row too.
#[derive(Debug, Clone, Default)]
pub struct Line {
    /// A name for each level.
    pub names: Vec<String>,
    /// Beside the first name: a reference.
    pub note: Option<String>,
    /// What lies under the row; empty: nothing.
    pub href: String,
    /// The orders behind the measure.
    pub open: String,
    /// The measure, for the bar's length only.
    pub weight: i64,
    /// The figures between the names and the measure.
    pub figures: Vec<String>,
    pub measure: String,
    pub share: String,
    /// The measure in the comparison, when there is one.
    pub previous: Option<String>,
    pub change: Option<Change>,
}

pub struct Breakdown {
    pub lang: Lang,
    pub caption: String,
    pub columns: Vec<Column>,
    /// One or two.
    pub levels: usize,
    /// More rows than the chart above draws: each has a bar of its own.
    pub bars: bool,
    /// The largest measure of all rows.
    pub largest: i64,
    pub rows: Vec<Line>,
    pub sum: Line,
    pub paging: Option<Paging>,
    /// None for whoever may not download files.
    pub csv: Option<String>,
    pub xlsx: Option<String>,
}

impl Breakdown {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            div.rows.breakdown id="rows" {
                div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                    table.data {
                        caption.sr { (self.caption) }
                        thead { tr { @for column in &self.columns { (header(column)) } } }
                        tbody.sum { tr { (self.line(&self.sum)) } }
                        tbody {
                            @for row in &self.rows { tr { (self.line(row)) } }
                            @if self.rows.is_empty() {
                                tr { td.none colspan=(self.columns.len()) { (t(lang, "table-none")) } }
                            }
                        }
                    }
                }
                div.under {
                    @if let Some(paging) = &self.paging {
                        nav.paging aria-label=(t(lang, "table-pages")) {
                            @if let Some(href) = &paging.previous { a rel="prev" href=(href) { (t(lang, "table-previous")) } }
                            span { (paging.words) }
                            @if let Some(href) = &paging.next { a rel="next" href=(href) { (t(lang, "table-next")) } }
                        }
                    }
                    span.files {
                        @if let Some(csv) = &self.csv { a.csv href=(csv) { (t(lang, "table-csv")) } }
                        @if let Some(xlsx) = &self.xlsx { a.csv href=(xlsx) { (t(lang, "table-xlsx")) } }
                    }
                }
            }
        }
    }

    fn line(&self, line: &Line) -> Markup {
        html! {
            th scope="row" {
                @if let Some(name) = line.names.first() { (named(name, &line.href)) }
                @if let Some(note) = &line.note { span.meta { (note) } }
                @if self.bars && line.weight > 0 { (bar(line.weight, self.largest, Paint::Accent)) }
            }
            @for level in 1..self.levels {
                td { span.name dir="auto" title=[line.names.get(level)] { (words(line.names.get(level).map_or("", String::as_str))) } }
            }
            @for figure in &line.figures { td.n { (figure) } }
            td.n { a href=(line.open) { (line.measure) } }
            td.n.faint { (line.share) }
            @if let Some(previous) = &line.previous {
                td.n.faint { (previous) }
                td.n { @if let Some(one) = &line.change { (change(self.lang, one)) } }
            }
        }
    }
}

fn named(name: &str, href: &str) -> Markup {
    html! {
        @if href.is_empty() { span.name dir="auto" title=(name) { (words(name)) } }
        @else { a.name dir="auto" title=(name) href=(href) { (words(name)) } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s219_the_total_stands_above_the_rows_and_hostile_names_are_harmless() {
        let line = |name: &str| Line {
            names: vec![name.into(), "Paris".into()],
            href: "/revenue?by=city".into(),
            open: "/explain?metric=revenue".into(),
            weight: 5,
            figures: vec!["3".into()],
            measure: "5,00 €".into(),
            share: "50 %".into(),
            previous: Some("4,00 €".into()),
            ..Line::default()
        };
        let drawn = Breakdown {
            lang: Lang::Fr,
            caption: "CA".into(),
            columns: vec![Column::text("Pays")],
            levels: 2,
            bars: true,
            largest: 10,
            rows: vec![line("<b>\u{202e}\"x\"</b>")],
            sum: Line { href: String::new(), ..line("Total") },
            paging: None,
            csv: Some("/revenue.csv?".into()),
            xlsx: Some("/revenue.xlsx?".into()),
        }
        .render()
        .into_string();
        assert!(drawn.find("Total").unwrap() < drawn.find("&lt;b&gt;").unwrap());
        assert!(!drawn.contains("<b>") && drawn.contains("dir=\"auto\""));
        assert!(drawn.contains("href=\"/revenue.xlsx?\"") && drawn.contains("width=\"50%\""));
    }
}
