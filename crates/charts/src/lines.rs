//! Several lines along one axis: the year so far beside earlier years.
//!
//! The current line is solid and heavier; each of the others has dashes of its own, so that colour is
//! never the only cue. Positions are the ones of [`crate::columns`].

use maud::{Markup, html};

use crate::columns::Texts;
use crate::line;
use crate::paint::Paint;
use crate::scale::{Pct, Px, Scale};
use crate::table::DataTable;

/// One line.
#[derive(Debug, Clone)]
pub struct Track {
    pub label: String,
    /// What the legend says beside the label: its value where the current line ends, and the gap.
    pub note: String,
    /// One value per point; `None` breaks the line.
    pub values: Vec<Option<i64>>,
}

/// A point of the horizontal axis.
#[derive(Debug, Clone, Default)]
pub struct Point {
    /// Under the axis; empty: no label.
    pub label: String,
    /// What a screen reader says: the date and the values.
    pub label_long: String,
    /// The rows behind the point. Empty: nothing to open.
    pub href: String,
}

/// Everything a chart of lines is made of.
pub struct Lines<'a> {
    /// Unique in the page.
    pub id: &'a str,
    pub title: String,
    /// One sentence that says what the chart shows.
    pub summary: String,
    /// The current line first.
    pub tracks: Vec<Track>,
    pub points: Vec<Point>,
    /// The point where the current line ends: a thin upright.
    pub mark: Option<usize>,
    pub table: DataTable,
    /// Writes a grid line's value: « 10 k€ ».
    pub axis: &'a dyn Fn(i64) -> String,
    pub texts: Texts,
    /// Height of the plot in pixels, without the axis labels.
    pub height: u16,
}

/// Room above the highest grid line for its label, in tenths of a pixel.
const HEAD_ROOM: i64 = 80;
/// Room below the plot for the labels, in pixels.
const FOOT_ROOM: i64 = 22;
/// More labels than this do not fit under a phone's chart.
const MOST_LABELS: usize = 6;

impl Lines<'_> {
    /// The whole figure: legend, drawing, data table.
    pub fn render(&self) -> Markup {
        let hrefs: Vec<&str> = self.points.iter().map(|point| point.href.as_str()).collect();
        html! {
            figure.chart.scope.lines id=(self.id) data-chart {
                figcaption.sr { (self.title) ". " (self.summary) }
                (self.legend())
                @if self.points.is_empty() || self.tracks.is_empty() {
                    p.empty { (self.texts.empty) }
                } @else {
                    (self.drawing())
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

    fn legend(&self) -> Markup {
        html! {
            div.legend role="group" aria-label=(self.texts.legend) {
                @for (index, track) in self.tracks.iter().enumerate() {
                    button type="button" aria-pressed="false" data-series=(index) {
                        (sample(index)) span { (track.label) }
                        @if !track.note.is_empty() { span.note { (track.note) } }
                    }
                }
            }
        }
    }

    /// The vertical scale that holds every line.
    pub fn scale(&self) -> Scale {
        let values = || self.tracks.iter().flat_map(|track| track.values.iter().copied().flatten());
        let (low, high) = (values().min().unwrap_or(0), values().max().unwrap_or(0));
        Scale::new(low, high, i64::from(self.height) * 10)
    }

    fn drawing(&self) -> Markup {
        let scale = self.scale();
        let height = i64::from(self.height) + HEAD_ROOM / 10 + FOOT_ROOM;
        html! {
            div.plot {
                svg.axis width="52" height=(height) aria-hidden="true" {
                    @for tick in scale.ticks() {
                        text x="44" y=(Px(scale.y(i128::from(*tick)).0 + HEAD_ROOM + 40)) { ((self.axis)(*tick)) }
                    }
                }
                svg.area width="100%" height=(height) role="group" aria-label=(self.title) {
                    svg.ground y=(Px(HEAD_ROOM)) width="100%" height=(self.height) aria-hidden="true" {
                        @for tick in scale.ticks() {
                            @let y = scale.y(i128::from(*tick));
                            line class=(if *tick == 0 { "zero" } else { "grid" }) x1="0" x2="100%" y1=(y) y2=(y) {}
                        }
                        @if let Some(mark) = self.mark {
                            line.upto x1=(self.middle(mark)) x2=(self.middle(mark)) y1="0" y2="100%" {}
                        }
                        svg width="100%" height=(self.height) viewBox={ "0 0 " (line::WIDTH) " " (self.height) } preserveAspectRatio="none" {
                            @for (index, track) in self.tracks.iter().enumerate().rev() {
                                path class={ "s s" (index) " " (class(index)) } d=(self.path(track, &scale)) vector-effect="non-scaling-stroke" {}
                            }
                        }
                    }
                    (self.labels(height))
                    (self.hits(height))
                }
            }
        }
    }

    fn path(&self, track: &Track, scale: &Scale) -> String {
        let mut values = track.values.clone();
        values.resize(self.points.len(), None);
        line::path(&values, scale)
    }

    fn labels(&self, height: i64) -> Markup {
        let named: Vec<usize> =
            (0..self.points.len()).filter(|index| !self.points[*index].label.is_empty()).collect();
        let crowded = named.len() > MOST_LABELS;
        html! {
            g.labels aria-hidden="true" {
                @for (place, index) in named.iter().enumerate() {
                    text class=[(crowded && place % 2 == 1).then_some("odd")] x=(self.middle(*index)) y=(height - 4) { (self.points[*index].label) }
                }
            }
        }
    }

    /// One transparent target per point, full height; one tab stop for the whole chart: the mark.
    fn hits(&self, height: i64) -> Markup {
        let stop = self.mark.unwrap_or(self.points.len().saturating_sub(1));
        html! {
            g.hits {
                @for (index, point) in self.points.iter().enumerate() {
                    a href=[(!point.href.is_empty()).then_some(&point.href)] role=[point.href.is_empty().then_some("img")] data-row=(index)
                        tabindex=(if index == stop { "0" } else { "-1" }) aria-label=(point.label_long) {
                        rect x=(Pct(self.at(2 * index))) width=(Pct(self.at(2))) height=(height - FOOT_ROOM) {}
                    }
                }
            }
        }
    }

    fn at(&self, half_steps: usize) -> i64 {
        let count = i64::try_from(self.points.len()).unwrap_or(i64::MAX).max(1);
        i64::try_from(half_steps).unwrap_or(i64::MAX).saturating_mul(50_000) / count
    }

    fn middle(&self, index: usize) -> Pct {
        Pct(self.at(2 * index + 1))
    }
}

/// The line's own classes: the first is solid, the others have dashes of their own.
fn class(index: usize) -> String {
    let paint = if index == 0 { Paint::Accent } else { Paint::Previous };
    format!("line l-{} dash{}", paint.name(), index.min(5))
}

/// The line's sample for the legend.
pub fn sample(index: usize) -> Markup {
    html! {
        svg.key.stroke width="22" height="10" viewBox="0 0 22 10" aria-hidden="true" {
            path class=(class(index)) d="M0 5H22" {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plain(value: i64) -> String {
        value.to_string()
    }

    fn chart(tracks: Vec<Vec<Option<i64>>>, points: usize) -> String {
        Lines {
            id: "c",
            title: "Cumul".into(),
            summary: "s".into(),
            tracks: tracks
                .into_iter()
                .map(|values| Track { label: "2026 <b>".into(), note: "+8 %".into(), values })
                .collect(),
            points: vec![Point { href: "/x".into(), ..Point::default() }; points],
            mark: Some(1),
            table: DataTable::default(),
            axis: &plain,
            texts: Texts { empty: "Rien".into(), ..Texts::default() },
            height: 200,
        }
        .render()
        .into_string()
    }

    #[test]
    fn s121_the_current_line_stops_and_the_others_have_dashes() {
        let drawn =
            chart(vec![vec![Some(10), Some(20), None], vec![Some(5), Some(10), Some(15)]], 3);
        // Three points: middles at a sixth, a half, five sixths of 1000; the scale goes up to 20.
        assert!(
            drawn.contains("class=\"s s0 line l-accent dash0\" d=\"M166.6 100L500.0 0\""),
            "{drawn}"
        );
        assert!(
            drawn.contains(
                "class=\"s s1 line l-previous dash1\" d=\"M166.6 150L500.0 100L833.3 50\""
            )
        );
        assert!(drawn.contains("2026 &lt;b&gt;"));
        // One tab stop, on the mark.
        assert_eq!(drawn.matches("tabindex=\"0\" aria-label").count(), 1);
        assert_eq!(drawn.matches("data-row=").count(), 3);
        assert!(!drawn.contains("style="));
    }

    #[test]
    fn nothing_and_extremes_are_drawn_without_harm() {
        assert!(chart(vec![], 0).contains("Rien"));
        let drawn = chart(vec![vec![Some(i64::MIN), Some(i64::MAX)], vec![]], 4);
        assert!(!drawn.contains("NaN") && !drawn.contains("=\"--"));
    }
}
