//! A week as a table of shaded cells: weekdays down, hours across. Every cell says its value; the shade
//! only helps the eye.

use maud::{Markup, html};

use crate::i18n::{Lang, t};

/// One cell.
#[derive(Debug, Clone, Default)]
pub struct Spot {
    /// « 1,2 k€ »; empty: nothing happened.
    pub text: String,
    /// « Samedi, 10 h : 1 240,50 € ».
    pub title: String,
    /// The orders behind it.
    pub href: String,
    /// 0 to 5.
    pub step: u8,
}

#[derive(Debug, Clone, Default)]
pub struct Line {
    pub name: String,
    pub spots: Vec<Spot>,
    pub total: Spot,
}

pub struct Heat {
    pub lang: Lang,
    pub caption: String,
    pub hours: Vec<String>,
    pub rows: Vec<Line>,
    pub foot: Line,
    /// What the shades stand for.
    pub legend: String,
}

impl Heat {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        // One tab stop for the whole table: its darkest cell.
        let all = self.rows.iter().enumerate().flat_map(|(row, line)| {
            line.spots.iter().enumerate().map(move |(column, spot)| (spot.step, row, column))
        });
        let stop =
            all.max_by_key(|(step, ..)| *step).map_or((0, 0), |(_, row, column)| (row, column));
        html! {
            div.heat {
                div.scroll role="region" aria-label=(self.caption) {
                    table data-grid {
                        caption.sr { (self.caption) }
                        thead { tr {
                            td {}
                            @for hour in &self.hours { th scope="col" { (hour) } }
                            th.whole scope="col" { (t(lang, "table-total")) }
                        } }
                        tbody {
                            @for (row, line) in self.rows.iter().enumerate() {
                                tr {
                                    th scope="row" { (line.name) }
                                    @for (column, spot) in line.spots.iter().enumerate() {
                                        (cell(spot, (row, column) == stop))
                                    }
                                    (total(&line.total))
                                }
                            }
                        }
                        tfoot { tr {
                            th scope="row" { (self.foot.name) }
                            @for spot in &self.foot.spots { (total(spot)) }
                            (total(&self.foot.total))
                        } }
                    }
                }
                p.shades {
                    span { (self.legend) } " " span { (t(lang, "heat-less")) }
                    @for step in 1..=5 { span class={ "shade q" (step) } aria-hidden="true" {} }
                    span { (t(lang, "heat-more")) }
                }
            }
        }
    }
}

fn cell(spot: &Spot, stop: bool) -> Markup {
    html! {
        td class={ "q" (spot.step) } {
            a href=(spot.href) title=(spot.title) aria-label=(spot.title) tabindex=(if stop { "0" } else { "-1" }) { (spot.text) }
        }
    }
}

fn total(spot: &Spot) -> Markup {
    html! { td.whole { a href=(spot.href) title=(spot.title) aria-label=(spot.title) tabindex="-1" { (spot.text) } } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s097_every_cell_says_its_value_and_there_is_one_tab_stop() {
        let spot = |step: u8| Spot {
            text: format!("{step} €"),
            title: "Lundi".into(),
            href: "/explain".into(),
            step,
        };
        let line = |steps: [u8; 2]| Line {
            name: "Lundi".into(),
            spots: steps.map(spot).to_vec(),
            total: spot(0),
        };
        let drawn = Heat {
            lang: Lang::Fr,
            caption: "Semaine".into(),
            hours: vec!["9 h".into(), "10 h".into()],
            rows: vec![line([1, 5]), line([2, 3])],
            foot: line([0, 0]),
            legend: "CA".into(),
        }
        .render()
        .into_string();
        assert_eq!(drawn.matches("tabindex=\"0\"").count(), 1);
        assert!(drawn.contains("<td class=\"q5\"><a href=\"/explain\" title=\"Lundi\" aria-label=\"Lundi\" tabindex=\"0\">5 €"));
    }
}
