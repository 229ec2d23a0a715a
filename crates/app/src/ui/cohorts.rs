//! A matrix of cohorts: an HTML table whose cells are tinted by their value, with a bar and the shop's
//! average as a marker on each row (S217).

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::table::Paging;

pub struct Matrix {
    pub lang: Lang,
    pub caption: String,
    /// Heads of the first columns.
    pub first: String,
    pub size: String,
    pub summary: Option<String>,
    pub columns: Vec<String>,
    /// The shop's average at each step.
    pub average: Option<Vec<Heat>>,
    pub average_summary: Option<String>,
    pub rows: Vec<MatrixRow>,
    pub paging: Option<Paging>,
    /// What the page leaves out.
    pub note: Option<String>,
}

pub struct MatrixRow {
    pub label: Markup,
    pub title: String,
    pub size: String,
    pub summary: Option<Summary>,
    pub cells: Vec<Heat>,
}

/// What a row comes to, against the average of all.
pub struct Summary {
    pub text: String,
    pub value: i64,
    pub average: i64,
    /// The longest bar of the table.
    pub longest: i64,
}

/// A cell: its text, how dark it is (0 to 9), what it opens to. An empty one is in the future.
#[derive(Debug, Clone, Default)]
pub struct Heat {
    pub text: String,
    pub title: Option<String>,
    pub level: u8,
    pub href: Option<String>,
}

/// Width of a row's bar in units of its drawing.
const BAR: i64 = 96;

impl Matrix {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                table.data.cohorts {
                    caption.sr { (self.caption) }
                    thead { tr {
                        th scope="col" { (self.first) }
                        th.n scope="col" { (self.size) }
                        @if let Some(summary) = &self.summary { th scope="col" { (summary) } }
                        @for column in &self.columns { th.n scope="col" { (column) } }
                    } }
                    @if let Some(average) = &self.average {
                        tbody.sum { tr {
                            th scope="row" { (t(lang, "loyalty-average")) }
                            td {}
                            @if self.summary.is_some() { td { (self.average_summary.as_deref().unwrap_or("")) } }
                            @for cell in average { td.n { (cell.text) } }
                        } }
                    }
                    tbody {
                        @for row in &self.rows { tr {
                            th scope="row" title=(row.title) dir="auto" { (row.label) }
                            td.n { (row.size) }
                            @if let Some(summary) = &row.summary { td.came { (bar(summary)) span { (summary.text) } } }
                            @for cell in &row.cells { (draw(cell)) }
                        } }
                        @if self.rows.is_empty() {
                            tr { td.none colspan=(self.columns.len() + 3) { (t(lang, "loyalty-none")) } }
                        }
                    }
                }
            }
            div.under {
                @if let Some(paging) = &self.paging { (paging.render(lang)) }
                @if let Some(note) = &self.note { span { (note) } }
            }
        }
    }
}

fn draw(cell: &Heat) -> Markup {
    html! {
        td class={ "n heat-" (cell.level) } title=[cell.title.as_deref()] {
            @match &cell.href { Some(href) => a href=(href) { (cell.text) }, None => (cell.text) }
        }
    }
}

/// The row's value as a bar, the average of all as a tick across it.
fn bar(summary: &Summary) -> Markup {
    let at = |value: i64| match summary.longest {
        longest if longest > 0 => (value.clamp(0, longest) * BAR / longest).to_string(),
        _ => "0".to_owned(),
    };
    html! {
        svg.came-bar width=(BAR + 2) height="14" viewBox={ "0 0 " (BAR + 2) " 14" } aria-hidden="true" {
            rect.p-existing x="0" y="4" height="6" rx="2" width=(at(summary.value)) {}
            path.tick d={ "M" (at(summary.average)) " 0V14" } {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s217_each_row_has_its_bar_and_the_marker_of_the_average() {
        let drawn = bar(&Summary { text: "50 %".into(), value: 50, average: 25, longest: 100 });
        let drawn = drawn.into_string();
        assert!(drawn.contains("width=\"48\"") && drawn.contains("d=\"M24 0V14\""), "{drawn}");
    }

    #[test]
    fn a_future_cell_is_empty_and_names_are_escaped() {
        let matrix = Matrix {
            lang: Lang::Fr,
            caption: "Cohortes".into(),
            first: "Première commande".into(),
            size: "Clients".into(),
            summary: None,
            columns: vec!["M0".into()],
            average: None,
            average_summary: None,
            rows: vec![MatrixRow {
                label: html! { ("<b>") },
                title: "\"<b>\"".into(),
                size: "1".into(),
                summary: None,
                cells: vec![Heat::default()],
            }],
            paging: None,
            note: None,
        };
        let drawn = matrix.render().into_string();
        assert!(
            drawn.contains("<td class=\"n heat-0\"></td>") && !drawn.contains("<b>"),
            "{drawn}"
        );
    }
}
