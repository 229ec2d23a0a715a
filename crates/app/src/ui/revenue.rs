//! The revenue card's body: the period's amount and its parts at the left, the columns at the right.

use comptoir_charts::{Paint, Tone, table::swatch};
use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::tiles::{Change, change};

/// One kind of customers' part of the revenue.
#[derive(Debug, Clone)]
pub struct Part {
    pub label: String,
    pub paint: Paint,
    pub amount: String,
    /// « 38 % »; « – » without sales.
    pub share: String,
    /// The orders behind it.
    pub href: String,
    pub change: Option<Change>,
}

pub struct Revenue {
    pub lang: Lang,
    /// « 12 480,50 € ».
    pub total: String,
    pub total_href: String,
    pub change: Option<Change>,
    /// « 11 540 € », with its period on hover.
    pub previous: Option<String>,
    /// In the order of the chart's series: hovering one highlights its series (S020).
    pub parts: Vec<Part>,
    /// From `comptoir_charts::Columns`.
    pub chart: Markup,
    /// The comparison, from [`crate::ui::filters::Filters::comparison_corner`].
    pub corner: Option<Markup>,
}

impl Revenue {
    pub fn render(&self) -> Markup {
        html! {
            div.revenue.scope {
                div.split {
                    p.total { a href=(self.total_href) { (self.total) } }
                    p.against {
                        @if let Some(one) = &self.change { (change(self.lang, one)) }
                        @if let Some(previous) = &self.previous { " " span.was { (previous) } }
                    }
                    ul.parts aria-label=(t(self.lang, "revenue-parts")) {
                        @for (index, part) in self.parts.iter().enumerate() { (self.part(index, part)) }
                    }
                }
                (self.chart)
                @if let Some(corner) = &self.corner { (corner) }
            }
        }
    }

    fn part(&self, index: usize, part: &Part) -> Markup {
        html! {
            li {
                a href=(part.href) data-series=(index) {
                    span.name { (swatch(part.paint)) (part.label) }
                    span.share { (part.share) }
                    span.amount { (part.amount) }
                    @if let Some(one) = &part.change {
                        (change(self.lang, &Change { tone: Tone::Neutral, ..one.clone() }))
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s020_each_part_highlights_the_series_of_the_same_rank() {
        let part = |paint: Paint| Part {
            label: paint.name().into(),
            paint,
            amount: "10 €".into(),
            share: "–".into(),
            href: "/orders".into(),
            change: None,
        };
        let card = Revenue {
            lang: Lang::Fr,
            total: "30 €".into(),
            total_href: "/orders".into(),
            change: None,
            previous: None,
            parts: vec![part(Paint::New), part(Paint::Existing), part(Paint::Unknown)],
            chart: html! {},
            corner: None,
        }
        .render()
        .into_string();
        for (rank, name) in ["new", "existing", "unknown"].iter().enumerate() {
            let at = card.find(&format!("data-series=\"{rank}\"")).unwrap();
            assert!(
                card[at..]
                    .starts_with(&format!("data-series=\"{rank}\"><span class=\"name\"><svg"))
            );
            assert!(card[at..].contains(&format!("p-{name}")));
        }
    }
}
