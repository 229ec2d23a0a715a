//! The data table under a chart. It is the chart's text: screen readers, the tooltip and print read it.

use maud::{Markup, html};

use crate::paint::Paint;

/// Whether a figure is good or bad news; the caller knows the metric's better side.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Tone {
    #[default]
    Neutral,
    Good,
    Bad,
}

impl Tone {
    /// The class that colours the text; none for neutral.
    pub fn class(self) -> Option<&'static str> {
        match self {
            Self::Neutral => None,
            Self::Good => Some("good"),
            Self::Bad => Some("bad"),
        }
    }
}

/// A column's header.
#[derive(Debug, Clone, Default)]
pub struct Head {
    pub label: String,
    /// Numbers are aligned to the right.
    pub numeric: bool,
    /// The swatch of the series that the column belongs to.
    pub key: Option<Paint>,
}

impl Head {
    pub fn text(label: impl Into<String>) -> Self {
        Self { label: label.into(), ..Self::default() }
    }

    pub fn number(label: impl Into<String>) -> Self {
        Self { label: label.into(), numeric: true, key: None }
    }

    #[must_use]
    pub fn keyed(self, paint: Paint) -> Self {
        Self { key: Some(paint), ..self }
    }
}

/// A formatted cell.
#[derive(Debug, Clone, Default)]
pub struct Cell {
    pub text: String,
    pub tone: Tone,
}

impl Cell {
    pub fn new(text: impl Into<String>) -> Self {
        Self { text: text.into(), tone: Tone::Neutral }
    }

    #[must_use]
    pub fn toned(self, tone: Tone) -> Self {
        Self { tone, ..self }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::new(text)
    }
}

/// Rows in the order of the chart's buckets. The first cell of a row names it.
#[derive(Debug, Clone, Default)]
pub struct DataTable {
    pub head: Vec<Head>,
    pub rows: Vec<Vec<Cell>>,
    /// The sum row, when the columns add up.
    pub foot: Option<Vec<Cell>>,
}

impl DataTable {
    /// Draws the table; `hrefs` are the links behind each row, in order (missing ones: no link).
    pub fn render(&self, caption: &str, hrefs: &[&str]) -> Markup {
        html! {
            table.data {
                caption.sr { (caption) }
                thead { tr {
                    @for head in &self.head {
                        th scope="col" class=[head.numeric.then_some("n")] {
                            @if let Some(paint) = head.key { (swatch(paint)) }
                            (head.label)
                        }
                    }
                } }
                tbody {
                    @for (index, row) in self.rows.iter().enumerate() {
                        tr { (self.row(row, hrefs.get(index).copied())) }
                    }
                }
                @if let Some(foot) = &self.foot {
                    tfoot { tr { (self.row(foot, None)) } }
                }
            }
        }
    }

    fn row(&self, cells: &[Cell], href: Option<&str>) -> Markup {
        html! {
            @for (index, cell) in cells.iter().enumerate() {
                @if index == 0 {
                    th scope="row" {
                        @if let Some(href) = href.filter(|href| !href.is_empty()) {
                            a href=(href) { (cell.text) }
                        } @else { (cell.text) }
                    }
                } @else {
                    @let numeric = self.head.get(index).is_some_and(|head| head.numeric);
                    td class=[numeric.then_some("n")] {
                        @if let Some(tone) = cell.tone.class() {
                            span class=(tone) { (cell.text) }
                        } @else { (cell.text) }
                    }
                }
            }
        }
    }
}

/// The little square that stands for a series beside its name, hatched like the series itself.
pub fn swatch(paint: Paint) -> Markup {
    html! {
        svg.key width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" {
            rect class={ "p-" (paint.name()) } width="10" height="10" rx="2" {}
            @if paint.hatched() {
                path.hatch d="M-1 6 6 -1M2 11 11 2M-1 11 11 -1" {}
            }
        }
    }
}
