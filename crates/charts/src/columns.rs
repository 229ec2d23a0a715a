//! Stacked columns: the chart of the overview.
//!
//! Horizontal positions are percentages and vertical ones pixels, so the same drawing fits a phone and a
//! wide screen without stretching a single letter. Above zero, series stack in their order from the zero
//! line up; below zero, from it down.

mod drawing;

use maud::{Markup, html};

use crate::legend::legend;
use crate::paint::Paint;
use crate::scale::Scale;
use crate::table::DataTable;

/// One stacked part of every column.
#[derive(Debug, Clone)]
pub struct Series {
    pub label: String,
    pub paint: Paint,
    /// One value per bucket, in minor units or counts; missing ones count as zero.
    pub values: Vec<i64>,
}

/// The comparison, drawn as dashed outlines.
#[derive(Debug, Clone)]
pub struct Previous {
    pub label: String,
    /// One value per bucket; `None` where the comparison has no such bucket.
    pub values: Vec<Option<i64>>,
}

/// A step of time on the horizontal axis.
#[derive(Debug, Clone, Default)]
pub struct Bucket {
    /// The axis label: « 21 », « nov. ».
    pub label_short: String,
    /// What a screen reader says for the column: its date and its value.
    pub label_long: String,
    /// The rows behind the column. Empty: nothing to open.
    pub href: String,
    /// Saturdays and Sundays are tinted.
    pub weekend: bool,
    /// The period is not over: drawn lighter.
    pub partial: bool,
}

/// How the values are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Shape {
    #[default]
    Columns,
    /// One line per series, not stacked.
    Line,
}

/// The interface's words, already translated.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    /// The name of the legend for screen readers: « Légende ».
    pub legend: String,
    /// What opens the table: « Voir les chiffres ».
    pub table: String,
    /// Shown in place of the drawing when there is no bucket.
    pub empty: String,
}

/// Everything a column chart is made of.
pub struct Columns<'a> {
    /// Unique in the page: patterns and the table are named after it.
    pub id: &'a str,
    pub title: String,
    /// One sentence that says what the chart shows.
    pub summary: String,
    pub series: Vec<Series>,
    pub previous: Option<Previous>,
    pub buckets: Vec<Bucket>,
    pub table: DataTable,
    /// Writes a grid line's value: « 10 k€ ».
    pub axis: &'a dyn Fn(i64) -> String,
    pub texts: Texts,
    pub shape: Shape,
    /// Height of the plot in pixels, without the axis labels.
    pub height: u16,
}

/// A drawn part of a column, in tenths of a pixel from the top of the plot.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Part {
    pub bucket: usize,
    pub series: usize,
    pub top: i64,
    pub bottom: i64,
    /// The part is the farthest from zero on its side: its outer corners are rounded.
    pub outer: bool,
    /// Below the zero line.
    pub negative: bool,
    /// Another part of the same column lies between this one and zero.
    pub stacked: bool,
}

impl Columns<'_> {
    /// The whole figure: legend, drawing, data table.
    pub fn render(&self) -> Markup {
        let hrefs: Vec<&str> = self.buckets.iter().map(|bucket| bucket.href.as_str()).collect();
        let previous = self.previous.as_ref().map(|previous| previous.label.as_str());
        html! {
            figure.chart.scope id=(self.id) data-chart {
                figcaption.sr { (self.title) ". " (self.summary) }
                (legend(&self.texts.legend, &self.series, previous))
                @if self.buckets.is_empty() {
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

    /// The parts of all columns, series by series from the outermost to the zero line, so that each
    /// rounded top tucks under the part that carries it.
    pub fn parts(&self, scale: &Scale) -> Vec<Part> {
        let mut parts = Vec::new();
        for bucket in 0..self.buckets.len() {
            for negative in [false, true] {
                let start = parts.len();
                let mut reached: i128 = 0;
                for (series, one) in self.series.iter().enumerate() {
                    let value = i128::from(one.values.get(bucket).copied().unwrap_or(0));
                    if value == 0 || (value < 0) != negative {
                        continue;
                    }
                    let (from, to) = (scale.y(reached).0, scale.y(reached + value).0);
                    parts.push(Part {
                        bucket,
                        series,
                        top: from.min(to),
                        bottom: from.max(to),
                        outer: false,
                        negative,
                        stacked: reached != 0,
                    });
                    reached += value;
                }
                if let Some(last) = parts[start..].last_mut() {
                    last.outer = true;
                }
            }
        }
        parts.sort_by_key(|part| std::cmp::Reverse(part.series));
        parts
    }

    /// The vertical scale that holds every column and the comparison.
    pub fn scale(&self) -> Scale {
        let mut low: i128 = 0;
        let mut high: i128 = 0;
        for bucket in 0..self.buckets.len() {
            let (mut up, mut down) = (0, 0);
            for one in &self.series {
                let value = i128::from(one.values.get(bucket).copied().unwrap_or(0));
                match self.shape {
                    Shape::Columns if value > 0 => up += value,
                    Shape::Columns => down += value,
                    Shape::Line => (up, down) = (value.max(up), value.min(down)),
                }
            }
            (low, high) = (low.min(down), high.max(up));
        }
        if let Some(previous) = &self.previous {
            for value in previous.values.iter().take(self.buckets.len()).flatten() {
                low = low.min(i128::from(*value));
                high = high.max(i128::from(*value));
            }
        }
        let fit = |value: i128| {
            i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
        };
        Scale::new(fit(low), fit(high), i64::from(self.height) * 10)
    }
}
