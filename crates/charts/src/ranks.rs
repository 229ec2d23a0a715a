//! Horizontal bars, one per row, the largest first: what a whole is made of.
//!
//! Each bar is a link of its own height, so that the tooltip, the keyboard and the data table work as
//! they do for columns. The comparison is a dashed outline behind the bar.

use maud::{Markup, html};

use crate::columns::Series;
use crate::columns::Texts;
use crate::legend::legend;
use crate::paint::Paint;
use crate::scale::Pct;
use crate::table::DataTable;

/// One bar.
#[derive(Debug, Clone, Default)]
pub struct Rank {
    pub label: String,
    /// The value, formatted.
    pub text: String,
    /// The same value, for the bar's length.
    pub value: i64,
    /// The comparison's value.
    pub previous: Option<i64>,
    /// What it opens. Empty: nothing.
    pub href: String,
    /// The rest of a long list: drawn in grey, or told by its amount alone when it dwarfs every bar.
    pub rest: bool,
}

/// Everything a chart of bars is made of.
pub struct Ranks {
    /// Unique in the page.
    pub id: String,
    pub title: String,
    pub summary: String,
    /// The name of the series, for the legend.
    pub series: String,
    pub paint: Paint,
    /// The comparison's name, when there is one.
    pub previous: Option<String>,
    pub rows: Vec<Rank>,
    /// Rows in the order of the bars.
    pub table: DataTable,
    pub texts: Texts,
}

impl Ranks {
    /// The whole figure: legend, bars, data table.
    pub fn render(&self) -> Markup {
        let hrefs: Vec<&str> = self.rows.iter().map(|row| row.href.as_str()).collect();
        let series = [Series { label: self.series.clone(), paint: self.paint, values: Vec::new() }];
        html! {
            figure.chart.scope.ranked id=(self.id) data-chart="rows" {
                figcaption.sr { (self.title) ". " (self.summary) }
                (legend(&self.texts.legend, &series, self.previous.as_deref()))
                @if self.rows.is_empty() {
                    p.empty { (self.texts.empty) }
                } @else {
                    ol.ranks.hits aria-label=(self.title) {
                        @for (index, row) in self.rows.iter().enumerate() { li { (self.bar(index, row)) } }
                    }
                }
                details.figures {
                    summary { (self.texts.table) }
                    div.scroll tabindex="0" role="region" aria-label=(self.title) {
                        (self.table.render(&self.title, &hrefs))
                    }
                }
            }
        }
    }

    fn bar(&self, index: usize, row: &Rank) -> Markup {
        let (x, width) = self.span(row.value);
        html! {
            a href=[(!row.href.is_empty()).then_some(&row.href)] data-row=(index) tabindex=(if index == 0 { "0" } else { "-1" })
                aria-label={ (row.label) ", " (row.text) } {
                span.name dir="auto" title=(row.label) { (row.label) }
                svg.stripe width="100%" height="16" aria-hidden="true" {
                    @if let Some(previous) = row.previous.filter(|previous| *previous != 0 && !row.rest) {
                        @let (x, width) = self.span(previous);
                        rect.previous x=(x) y="1" width=(width) height="14" rx="2" {}
                    }
                    @if !row.rest || row.value <= self.high() { rect class={ "p-" (self.paint.name()) @if row.rest { " rest" } } x=(x) y="3" width=(width) height="10" rx="2" {} }
                    @if self.low() < 0 { line.zero x1=(self.x(0)) x2=(self.x(0)) y1="0" y2="16" {} }
                }
                span.amount { (row.text) }
            }
        }
    }

    /// The rest of a long list may dwarf every bar: it does not set the scale.
    fn values(&self) -> impl Iterator<Item = i64> {
        self.rows
            .iter()
            .filter(|row| !row.rest)
            .flat_map(|row| [Some(row.value), row.previous])
            .flatten()
    }

    fn low(&self) -> i64 {
        self.values().min().unwrap_or(0).min(0)
    }

    fn high(&self) -> i64 {
        self.values().max().unwrap_or(0).max(0)
    }

    fn x(&self, value: i64) -> Pct {
        let low = i128::from(self.low());
        let high = i128::from(self.high());
        let range = (high - low).max(1);
        let place = (i128::from(value) - low) * 100_000 / range;
        Pct(i64::try_from(place.clamp(0, 100_000)).unwrap_or(100_000))
    }

    /// Where a bar begins and how long it is.
    fn span(&self, value: i64) -> (Pct, Pct) {
        let (zero, end) = (self.x(0).0, self.x(value).0);
        (Pct(zero.min(end)), Pct((end - zero).abs()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(rows: Vec<(i64, Option<i64>)>) -> String {
        Ranks {
            id: "c".into(),
            title: "Pays".into(),
            summary: "s".into(),
            series: "CA".into(),
            paint: Paint::Accent,
            previous: Some("Avant".into()),
            rows: rows
                .into_iter()
                .map(|(value, previous)| Rank {
                    label: "<i>France</i>".into(),
                    text: "1 €".into(),
                    value,
                    previous,
                    href: "/x".into(),
                    rest: false,
                })
                .collect(),
            table: DataTable::default(),
            texts: Texts { empty: "Rien".into(), ..Texts::default() },
        }
        .render()
        .into_string()
    }

    #[test]
    fn s219_bars_share_one_scale_with_their_comparison() {
        let drawn = chart(vec![(50, Some(100)), (-25, None)]);
        // From −25 to 100: zero at a fifth, 50 is two fifths long, 100 four fifths.
        assert!(drawn.contains("class=\"previous\" x=\"20%\" y=\"1\" width=\"80%\""), "{drawn}");
        assert!(drawn.contains("class=\"p-accent\" x=\"20%\" y=\"3\" width=\"40%\""));
        assert!(drawn.contains("class=\"p-accent\" x=\"0%\" y=\"3\" width=\"20%\""));
        assert!(drawn.contains("&lt;i&gt;France") && !drawn.contains("<i>"));
        assert_eq!(drawn.matches("tabindex=\"0\" aria-label=\"&lt;i").count(), 1);
    }

    #[test]
    fn nothing_and_extremes_are_drawn_without_harm() {
        assert!(chart(vec![]).contains("Rien"));
        let drawn = chart(vec![(i64::MAX, Some(i64::MIN)), (0, Some(0))]);
        assert!(!drawn.contains("width=\"-") && !drawn.contains(" x=\"-"));
    }
}
