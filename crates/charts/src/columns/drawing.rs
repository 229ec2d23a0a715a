//! The plot of a column chart: columns, comparison, grid, labels and links.
//!
//! The half above zero and the half below are drawings of their own, which cut what leaves them: that
//! keeps the rounded tops and bottoms off the zero line.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::{Columns, Part, Shape};
use crate::line;
use crate::paint::Paint;
use crate::scale::{Pct, Px, Scale};

/// Room above the highest grid line for its label, in tenths of a pixel.
const HEAD_ROOM: i64 = 80;
/// Room below the plot for the bucket labels, in pixels.
const FOOT_ROOM: i64 = 22;
/// Radius of a column's outer corners, in tenths of a pixel.
const RADIUS: i64 = 30;
/// Above this many buckets, each series is one path and one dashed step line replaces the comparison's outlines.
const MOST_OUTLINES: usize = 62;
/// No more labels than this under the columns.
const MOST_LABELS: usize = 10;

impl Columns<'_> {
    /// The plot: the axis at the left, the columns at the right.
    pub(super) fn drawing(&self) -> Markup {
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
                    (self.patterns())
                    svg.ground y=(Px(HEAD_ROOM)) width="100%" height=(self.height) aria-hidden="true" {
                        (self.weekends())
                        @for tick in scale.ticks() {
                            @let y = scale.y(i128::from(*tick));
                            line class=(if *tick == 0 { "zero" } else { "grid" }) x1="0" x2="100%" y1=(y) y2=(y) {}
                        }
                        @match self.shape {
                            Shape::Columns => (self.columns(&scale)),
                            Shape::Line => (self.lines(&scale)),
                        }
                    }
                    (self.bucket_labels(height))
                    (self.hits(height))
                }
            }
        }
    }

    fn patterns(&self) -> Markup {
        html! {
            defs {
                @for one in self.series.iter().filter(|one| one.paint.hatched()) {
                    pattern id=(self.pattern(one.paint)) patternUnits="userSpaceOnUse" width="5" height="5" patternTransform="rotate(45)" {
                        rect class={ "p-" (one.paint.name()) } width="5" height="5" {}
                        path.hatch d="M1 0V5" {}
                    }
                }
            }
        }
    }

    fn pattern(&self, paint: Paint) -> String {
        format!("{}-{}", self.id, paint.name())
    }

    fn weekends(&self) -> Markup {
        html! {
            @for (index, bucket) in self.buckets.iter().enumerate() {
                @if bucket.weekend {
                    rect.weekend x=(self.left(index)) width=(self.step()) height="100%" {}
                }
            }
        }
    }

    fn columns(&self, scale: &Scale) -> Markup {
        let parts = self.parts(scale);
        let zero = scale.y(0).0;
        let below = i64::from(self.height) * 10 - zero;
        html! {
            (self.comparison(&parts, scale))
            @for (negative, top, height) in [(false, 0, zero), (true, zero, below)] {
                @if height > 0 {
                    svg y=(Px(top)) width="100%" height=(Px(height)) {
                        @for (index, one) in self.series.iter().enumerate().rev() {
                            @let mine = parts.iter().filter(|part| part.series == index && part.negative == negative);
                            @let hatch = one.paint.hatched().then(|| format!("url(#{})", self.pattern(one.paint)));
                            @let flat = (!one.paint.hatched()).then(|| one.paint.name());
                            g class={ "s s" (index) @if let Some(flat) = flat { " p-" (flat) } } fill=[hatch] {
                                @if self.dense() {
                                    (self.outline(mine, top, height))
                                } @else {
                                    @for part in mine { (self.part(part, top)) }
                                }
                            }
                        }
                    }
                }
            }
            (self.marks(&parts, scale))
        }
    }

    /// Too many columns for rounded tops and outlines of their own.
    fn dense(&self) -> bool {
        self.buckets.len() > MOST_OUTLINES
    }

    /// All parts of a series as one path: thousands of columns must not make thousands of elements.
    fn outline<'p>(
        &self,
        parts: impl Iterator<Item = &'p Part>,
        origin: i64,
        height: i64,
    ) -> Markup {
        let mut drawn = String::new();
        for part in parts {
            // The box is 1000 wide: a tenth of it is a hundredth of a percent.
            let left = self.inner_left(part.bucket).0 / 10;
            let width = (self.inner_width().0 / 10).max(1);
            let size = Px(part.bottom - part.top);
            // Writing to a string cannot fail.
            let _ = write!(
                drawn,
                "M{} {}h{}v{size}h-{}z",
                Px(left),
                Px(part.top - origin),
                Px(width),
                Px(width)
            );
        }
        html! {
            @if !drawn.is_empty() {
                svg width="100%" height=(Px(height)) viewBox={ "0 0 " (line::WIDTH) " " (Px(height)) } preserveAspectRatio="none" {
                    path d=(drawn) {}
                }
            }
        }
    }

    /// Where the comparison ends inside a taller column, its outline is hidden: a light dash says how high.
    fn marks(&self, parts: &[Part], scale: &Scale) -> Markup {
        let Some(previous) = &self.previous else { return html! {} };
        if self.dense() {
            return html! {};
        }
        let covered = |bucket: usize, y: i64| {
            parts.iter().any(|part| part.bucket == bucket && part.top + 10 < y && y < part.bottom)
        };
        html! {
            g.mark {
                @for (index, value) in previous.values.iter().take(self.buckets.len()).enumerate() {
                    @let y = scale.y(i128::from(value.unwrap_or(0)));
                    @if covered(index, y.0) {
                        line x1=(self.inner_left(index)) x2=(Pct(self.inner_left(index).0 + self.inner_width().0)) y1=(y) y2=(y) {}
                    }
                }
            }
        }
    }

    fn part(&self, part: &Part, origin: i64) -> Markup {
        let partial = self.buckets.get(part.bucket).is_some_and(|bucket| bucket.partial);
        let size = part.bottom - part.top;
        // A lighter column shows what lies under it, so its stacked top keeps square corners.
        let rounded = part.outer && !(partial && part.stacked);
        let radius = if rounded { RADIUS.min(size) } else { 0 };
        let top = if part.negative { part.top - radius } else { part.top };
        html! {
            rect class=[partial.then_some("part")] x=(self.inner_left(part.bucket)) width=(self.inner_width())
                y=(Px(top - origin)) height=(Px(size + radius)) rx=[(radius > 0).then_some(Px(radius))] {}
        }
    }

    /// The comparison behind the columns: only what is taller than the column of today shows.
    fn comparison(&self, parts: &[Part], scale: &Scale) -> Markup {
        let Some(previous) = &self.previous else { return html! {} };
        if self.dense() || self.shape == Shape::Line {
            let values: Vec<_> = previous.values.iter().copied().take(self.buckets.len()).collect();
            let drawn = match self.shape {
                Shape::Columns => line::steps(&values, scale),
                Shape::Line => line::path(&values, scale),
            };
            return html! {
                svg width="100%" height=(self.height) viewBox={ "0 0 " (line::WIDTH) " " (self.height) } preserveAspectRatio="none" {
                    path.previous d=(drawn) vector-effect="non-scaling-stroke" {}
                }
            };
        }
        let zero = scale.y(0).0;
        // Where the column ends on the comparison's side of zero.
        let end = |bucket: usize, negative: bool| {
            let ends =
                parts.iter().filter(|part| part.bucket == bucket && part.negative == negative);
            if negative {
                ends.map(|part| part.bottom).max().unwrap_or(zero)
            } else {
                ends.map(|part| part.top).min().unwrap_or(zero)
            }
        };
        html! {
            g.previous {
                @for (index, value) in previous.values.iter().take(self.buckets.len()).enumerate() {
                    @if let Some(value) = value.filter(|value| *value != 0) {
                        @let y = scale.y(i128::from(value)).0;
                        @let from = end(index, value < 0);
                        @if if value < 0 { y > from } else { y < from } {
                            rect x=(self.inner_left(index)) width=(self.inner_width())
                                y=(Px(y.min(from))) height=(Px((y - from).abs())) rx="2" {}
                        }
                    }
                }
            }
        }
    }

    fn lines(&self, scale: &Scale) -> Markup {
        html! {
            (self.comparison(&[], scale))
            svg width="100%" height=(self.height) viewBox={ "0 0 " (line::WIDTH) " " (self.height) } preserveAspectRatio="none" {
                @for (index, one) in self.series.iter().enumerate() {
                    @let values: Vec<_> = one.values.iter().take(self.buckets.len()).map(|value| Some(*value)).collect();
                    path class={ "s s" (index) " line l-" (one.paint.name()) } d=(line::path(&values, scale)) vector-effect="non-scaling-stroke" {}
                }
            }
        }
    }

    fn bucket_labels(&self, height: i64) -> Markup {
        let every = self.buckets.len().div_ceil(MOST_LABELS).max(1);
        // A phone has room for half of them.
        let crowded = self.buckets.len().div_ceil(every) > MOST_LABELS / 2;
        html! {
            g.labels aria-hidden="true" {
                @for (index, bucket) in self.buckets.iter().enumerate().step_by(every) {
                    text class=[(crowded && (index / every) % 2 == 1).then_some("odd")] x=(self.middle(index)) y=(height - 4) { (bucket.label_short) }
                }
            }
        }
    }

    /// One transparent target per bucket, full height; one tab stop for the whole chart (the newest).
    fn hits(&self, height: i64) -> Markup {
        let last = self.buckets.len().saturating_sub(1);
        html! {
            g.hits {
                @for (index, bucket) in self.buckets.iter().enumerate() {
                    a href=[(!bucket.href.is_empty()).then_some(&bucket.href)] data-row=(index)
                        tabindex=(if index == last { "0" } else { "-1" }) aria-label=(bucket.label_long) {
                        rect x=(self.left(index)) width=(self.step()) height=(height - FOOT_ROOM) {}
                    }
                }
            }
        }
    }

    fn at(&self, half_steps: i64) -> i64 {
        let count = i64::try_from(self.buckets.len()).unwrap_or(i64::MAX).max(1);
        half_steps.saturating_mul(50_000) / count
    }

    fn left(&self, index: usize) -> Pct {
        Pct(self.at(2 * i64::try_from(index).unwrap_or(i64::MAX / 2)))
    }

    fn middle(&self, index: usize) -> Pct {
        Pct(self.at(2 * i64::try_from(index).unwrap_or(i64::MAX / 4) + 1))
    }

    fn step(&self) -> Pct {
        Pct(self.at(2))
    }

    /// A third of each step is the gap, less when there are many columns, more when there are few.
    fn gap(&self) -> i64 {
        let step = self.step().0;
        match self.buckets.len() {
            0..=3 => step * 7 / 10,
            4..=7 => step / 2,
            8..=45 => step * 3 / 10,
            46..=120 => step / 5,
            _ => step / 10,
        }
    }

    fn inner_left(&self, index: usize) -> Pct {
        Pct(self.left(index).0 + self.gap() / 2)
    }

    fn inner_width(&self) -> Pct {
        Pct(self.step().0 - self.gap())
    }
}
