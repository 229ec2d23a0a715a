//! A waterfall: how one total became another, step by step.
//!
//! One row per step, so that every label is read whole and a phone needs no other drawing than a wide
//! screen. Steps up and down differ by sign and hatching, not by colour alone. When the steps are small
//! beside the totals, the axis starts near them instead of at zero, and says so.

use maud::{Markup, html};

use crate::scale::{Pct, Px, Scale};
use crate::table::DataTable;

/// What a step is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Stands on the zero line: where the walk starts and ends.
    Total,
    /// Starts where the step before it ended.
    Change,
}

/// A row of the chart.
#[derive(Debug, Clone)]
pub struct Step {
    pub kind: Kind,
    /// In minor units or counts; of a change: signed.
    pub value: i64,
    pub label: String,
    /// The value as text, with its sign when it is a change.
    pub text: String,
    /// The rows behind the step. Empty: nothing to open.
    pub href: String,
}

/// The interface's words, already translated.
#[derive(Debug, Clone, Default)]
pub struct Texts {
    pub legend: String,
    pub up: String,
    pub down: String,
    pub total: String,
    /// Said when the axis does not start at zero.
    pub cut: String,
    /// What opens the table.
    pub table: String,
    pub empty: String,
}

/// Everything a waterfall is made of.
pub struct Waterfall<'a> {
    /// Unique in the page: the pattern and the table are named after it.
    pub id: &'a str,
    pub title: String,
    /// One sentence that says what the chart shows.
    pub summary: String,
    pub steps: Vec<Step>,
    /// One row per step, in their order.
    pub table: DataTable,
    /// Writes a grid line's value.
    pub axis: &'a dyn Fn(i64) -> String,
    pub texts: Texts,
}

/// The bar of a step: from where it starts to where it ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    pub from: i128,
    pub to: i128,
}

/// The whole width, in thousandths of a percent.
const WIDTH: i64 = 100_000;
/// Height of a row and of its bar in pixels.
const ROW: i64 = 32;
const BAR: i64 = 18;

impl Waterfall<'_> {
    /// The whole figure: legend, drawing, data table.
    pub fn render(&self) -> Markup {
        let hrefs: Vec<&str> = self.steps.iter().map(|step| step.href.as_str()).collect();
        html! {
            figure.chart.fall id=(self.id) data-chart="rows" {
                figcaption.sr { (self.title) ". " (self.summary) }
                @if self.steps.is_empty() {
                    p.empty { (self.texts.empty) }
                } @else {
                    (self.legend())
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

    /// Where each bar starts and ends.
    pub fn bars(&self) -> Vec<Bar> {
        let mut reached = 0_i128;
        self.steps
            .iter()
            .map(|step| {
                let from = if step.kind == Kind::Total { 0 } else { reached };
                reached = from + i128::from(step.value);
                Bar { from, to: reached }
            })
            .collect()
    }

    /// The value at which the axis starts: zero, unless the steps would be too small to see.
    pub fn start(&self) -> i128 {
        let ends = || self.bars().into_iter().map(|bar| bar.to);
        let (low, high) = (ends().min().unwrap_or(0), ends().max().unwrap_or(0));
        let range = high - low;
        if range <= 0 || low < range * 4 {
            return 0;
        }
        let mut unit = 1;
        while unit * 10 <= range {
            unit *= 10;
        }
        (low - range / 3) / unit * unit
    }

    fn scale(&self, start: i128) -> Scale {
        let ends = self.bars().into_iter().map(|bar| bar.to - start);
        let (mut low, mut high) = (0, 0);
        for end in ends {
            (low, high) = (end.min(low), end.max(high));
        }
        Scale::new(fit(low), fit(high), WIDTH)
    }

    fn legend(&self) -> Markup {
        html! {
            div.legend role="group" aria-label=(self.texts.legend) {
                @for (class, words) in [("up", &self.texts.up), ("down", &self.texts.down), ("whole", &self.texts.total)] {
                    span { (key(class)) (words) }
                }
            }
        }
    }

    fn drawing(&self) -> Markup {
        let start = self.start();
        let scale = self.scale(start);
        let bars = self.bars();
        let last = self.steps.len().saturating_sub(1);
        html! {
            svg.defs width="0" height="0" aria-hidden="true" {
                defs {
                    pattern id=(self.pattern()) patternUnits="userSpaceOnUse" width="5" height="5" patternTransform="rotate(45)" {
                        rect.down width="5" height="5" {}
                        path.hatch d="M1 0V5" {}
                    }
                }
            }
            ol.walk aria-label=(self.title) {
                @for (index, (step, bar)) in self.steps.iter().zip(&bars).enumerate() {
                    li {
                        a href=[(!step.href.is_empty()).then_some(&step.href)] data-row=(index)
                            tabindex=(if index == last { "0" } else { "-1" }) {
                            span.what { (step.label) }
                            (self.row(index, step, *bar, &scale, start))
                            span.n { (step.text) }
                        }
                    }
                }
            }
            div.scale aria-hidden="true" {
                svg.run width="100%" height="18" {
                    @for (index, tick) in scale.ticks().iter().enumerate() {
                        text class=[(index % 2 == 1).then_some("odd")] x=(at(&scale, i128::from(*tick))) y="13" { ((self.axis)(fit(i128::from(*tick) + start))) }
                    }
                }
            }
            @if start != 0 { p.cut { (self.texts.cut) } }
        }
    }

    fn row(&self, index: usize, step: &Step, bar: Bar, scale: &Scale, start: i128) -> Markup {
        // A total of a cut axis starts at its edge.
        let from = at(scale, if step.kind == Kind::Total { 0 } else { bar.from - start });
        let to = at(scale, bar.to - start);
        let (left, right) = (from.min(to), from.max(to));
        let class = match step.kind {
            Kind::Change if step.value < 0 => "down",
            Kind::Change if step.value > 0 => "up",
            Kind::Change | Kind::Total => "whole",
        };
        let hatch = (class == "down").then(|| format!("url(#{})", self.pattern()));
        let edge = (ROW - BAR) / 2;
        let is_last = index + 1 == self.steps.len();
        html! {
            svg.run width="100%" height=(ROW) aria-hidden="true" {
                @for tick in scale.ticks() {
                    @let x = at(scale, i128::from(*tick));
                    line class=(if *tick == 0 { "zero" } else { "grid" }) x1=(x) x2=(x) y1="0" y2="100%" {}
                }
                @if step.kind == Kind::Change || index > 0 {
                    line.link x1=(if step.kind == Kind::Total { to } else { from }) x2=(if step.kind == Kind::Total { to } else { from }) y1="0" y2=(edge) {}
                }
                rect class={ "s step " (class) } fill=[hatch] x=(left) width=(Pct(right.0 - left.0)) y=(edge) height=(BAR) rx="2" {}
                // A step of nothing still shows where it is.
                line class={ "end " (class) } x1=(to) x2=(to) y1=(edge) y2=(edge + BAR) {}
                @if start != 0 && step.kind == Kind::Total {
                    path.cut-mark d={ "M10 " (Px(edge * 10 - 20)) "l-4 " (BAR + 4) "m9 0l4 -" (BAR + 4) } {}
                }
                @if !is_last { line.link x1=(to) x2=(to) y1=(edge + BAR) y2=(ROW) {} }
            }
        }
    }

    fn pattern(&self) -> String {
        format!("{}-down", self.id)
    }
}

/// The little square of the legend.
fn key(class: &str) -> Markup {
    html! {
        svg.key width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" {
            rect class=(class) width="10" height="10" rx="2" {}
            @if class == "down" { path.hatch d="M-1 6 6 -1M2 11 11 2M-1 11 11 -1" {} }
        }
    }
}

/// The horizontal place of a value: the scale counts from the top, a row from the left.
fn at(scale: &Scale, value: i128) -> Pct {
    Pct(WIDTH - scale.y(value).0)
}

fn fit(value: i128) -> i64 {
    i64::try_from(value).unwrap_or(if value < 0 { i64::MIN } else { i64::MAX })
}
