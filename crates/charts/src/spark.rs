//! The tiny line of a tile: the shape of the period at a glance, no axis, no text.

use maud::{Markup, html};

use crate::line;
use crate::scale::Scale;

const HEIGHT: i64 = 28;

/// A spark line of the values (missing ones break it), over the comparison's when given.
/// Decorative: the tile's own text carries the figures.
pub fn spark(values: &[Option<i64>], previous: &[Option<i64>]) -> Markup {
    let known = || values.iter().chain(previous).flatten().copied();
    // A spark line shows a shape, so it uses its whole height: its floor is the lowest value, not zero.
    let floor = known().min().unwrap_or(0);
    let above = |value: &Option<i64>| value.map(|value| value.saturating_sub(floor));
    let values: Vec<_> = values.iter().map(above).collect();
    let previous: Vec<_> = previous.iter().map(above).collect();
    let highest = values.iter().chain(&previous).flatten().copied().max().unwrap_or(0);
    let scale = Scale::exact(highest, HEIGHT * 10);
    html! {
        svg.spark viewBox={ "0 -2 " (line::WIDTH) " " (HEIGHT + 4) } preserveAspectRatio="none" aria-hidden="true" {
            @if !previous.is_empty() {
                path.was d=(line::path(&previous, &scale)) vector-effect="non-scaling-stroke" {}
            }
            @if !values.is_empty() {
                path d=(line::path(&values, &scale)) vector-effect="non-scaling-stroke" {}
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_known_draws_an_empty_line() {
        assert!(!spark(&[], &[]).into_string().contains("<path"));
        assert!(!spark(&[None, Some(0)], &[]).into_string().contains("NaN"));
    }
}
