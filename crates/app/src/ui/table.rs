//! The page of rows behind a figure: the rows, their sum, page by page, and the same as CSV.

use comptoir_charts::Cell;
use maud::{Markup, html};

use crate::i18n::{Lang, t};

/// A column's header; a link when the rows can be sorted by it.
#[derive(Debug, Clone, Default)]
pub struct Column {
    pub label: String,
    pub numeric: bool,
    pub sort: Option<Sort>,
}

impl Column {
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: true, sort: None }
    }

    #[must_use]
    pub fn sorted(self, sort: Sort) -> Self {
        Self { sort: Some(sort), ..self }
    }
}

#[derive(Debug, Clone, Default)]
pub struct Sort {
    /// The page sorted by this column.
    pub href: String,
    /// The order now; `None` when sorted by another column.
    pub order: Option<Order>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    Ascending,
    Descending,
}

#[derive(Debug, Clone, Default)]
pub struct Row {
    /// What the first cell opens; none when there is nothing more.
    pub href: Option<String>,
    pub cells: Vec<Cell>,
}

/// Where one is among the pages.
#[derive(Debug, Clone, Default)]
pub struct Paging {
    /// « 1–50 sur 1 214 ».
    pub words: String,
    pub previous: Option<String>,
    pub next: Option<String>,
}

pub struct Table {
    pub lang: Lang,
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Row>,
    /// The sum of all rows, not of this page: it equals the figure that was clicked.
    pub sum: Option<Vec<Cell>>,
    pub paging: Option<Paging>,
    pub csv: Option<String>,
    pub xlsx: Option<String>,
}

impl Table {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            div.rows {
                div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                    table.data {
                        caption.sr { (self.caption) }
                        thead { tr { @for column in &self.columns { (header(column)) } } }
                        @if let Some(sum) = &self.sum { tbody.sum { tr { (self.cells(sum, None)) } } }
                        tbody {
                            @for row in &self.rows { tr { (self.cells(&row.cells, row.href.as_deref())) } }
                            @if self.rows.is_empty() {
                                tr { td.none colspan=(self.columns.len()) { (t(lang, "table-none")) } }
                            }
                        }
                    }
                }
                div.under {
                    @if let Some(paging) = &self.paging { (self.paging(paging)) }
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

    fn paging(&self, paging: &Paging) -> Markup {
        html! {
            nav.paging aria-label=(t(self.lang, "table-pages")) {
                @if let Some(href) = &paging.previous { a rel="prev" href=(href) { (t(self.lang, "table-previous")) } }
                span { (paging.words) }
                @if let Some(href) = &paging.next { a rel="next" href=(href) { (t(self.lang, "table-next")) } }
            }
        }
    }

    fn cells(&self, cells: &[Cell], href: Option<&str>) -> Markup {
        html! {
            @for (index, cell) in cells.iter().enumerate() {
                @let numeric = self.columns.get(index).is_some_and(|column| column.numeric);
                @if index == 0 {
                    th scope="row" class=[numeric.then_some("n")] {
                        @if let Some(href) = href { a href=(href) { (cell.text) } } @else { (cell.text) }
                    }
                } @else {
                    td class=[class(numeric, cell)] { (cell.text) }
                }
            }
        }
    }
}

fn class(numeric: bool, cell: &Cell) -> Option<String> {
    let classes: Vec<&str> = numeric.then_some("n").into_iter().chain(cell.tone.class()).collect();
    (!classes.is_empty()).then(|| classes.join(" "))
}

/// The head of a column.
pub fn header(column: &Column) -> Markup {
    let order = column.sort.as_ref().and_then(|sort| sort.order);
    let sorted = order.map(|order| match order {
        Order::Ascending => ("ascending", " ↑"),
        Order::Descending => ("descending", " ↓"),
    });
    html! {
        th scope="col" class=[column.numeric.then_some("n")] aria-sort=[sorted.map(|(name, _)| name)] {
            @match &column.sort {
                Some(sort) => a href=(sort.href) { (column.label) @if let Some((_, arrow)) = sorted { span aria-hidden="true" { (arrow) } } },
                None => (column.label),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_charts::Tone;

    #[test]
    fn the_sum_is_above_the_rows_and_hostile_text_is_escaped() {
        let table = Table {
            lang: Lang::Fr,
            caption: "Commandes".into(),
            columns: vec![
                Column::text("Commande"),
                Column::number("CA")
                    .sorted(Sort { href: "?sort=revenue".into(), order: Some(Order::Descending) }),
            ],
            rows: vec![Row {
                href: Some("/orders/1".into()),
                cells: vec!["<img src=x>".into(), Cell::new("−5,00 €").toned(Tone::Bad)],
            }],
            sum: Some(vec!["Somme".into(), "−5,00 €".into()]),
            paging: None,
            csv: Some("/orders.csv".into()),
            xlsx: None,
        }
        .render()
        .into_string();
        assert!(table.find("Somme").unwrap() < table.find("&lt;img src=x&gt;").unwrap());
        assert!(table.contains("aria-sort=\"descending\"") && table.contains("class=\"n bad\""));
        assert!(table.contains("href=\"/orders.csv\""));
    }

    #[test]
    fn no_row_says_so() {
        let table = Table {
            lang: Lang::En,
            caption: "Orders".into(),
            columns: vec![Column::text("Order"), Column::number("Revenue")],
            rows: vec![],
            sum: None,
            paging: None,
            csv: None,
            xlsx: None,
        };
        assert!(table.render().into_string().contains("colspan=\"2\">No rows for these filters."));
    }
}
