//! The legend: one button per series. Hovering, focusing or pressing one dims the others (the style
//! sheet does it, so it also works before any script runs).

use maud::{Markup, html};

use crate::columns::Series;
use crate::table::swatch;

/// Draws the buttons, and the dashed mark of the comparison when there is one.
pub fn legend(label: &str, series: &[Series], previous: Option<&str>) -> Markup {
    html! {
        div.legend role="group" aria-label=(label) {
            @if series.len() > 1 {
                @for (index, one) in series.iter().enumerate() {
                    button type="button" aria-pressed="false" data-series=(index) {
                        (swatch(one.paint)) (one.label)
                    }
                }
            } @else {
                @for one in series {
                    span { (swatch(one.paint)) (one.label) }
                }
            }
            @if let Some(previous) = previous {
                span {
                    svg.key width="10" height="10" viewBox="0 0 10 10" aria-hidden="true" {
                        rect.previous x="1" y="1" width="8" height="8" rx="1.5" {}
                    }
                    (previous)
                }
            }
        }
    }
}
