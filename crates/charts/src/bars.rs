//! Horizontal share bars inside tables.

use maud::{Markup, html};

use crate::paint::Paint;
use crate::scale::Pct;

/// A bar of `value` against `largest` (the longest bar of the table). Negative values draw nothing.
pub fn bar(value: i64, largest: i64, paint: Paint) -> Markup {
    html! {
        svg.bar width="100%" height="4" aria-hidden="true" {
            rect class={ "p-" (paint.name()) } width=(length(value, largest)) height="4" rx="2" {}
        }
    }
}

fn length(value: i64, largest: i64) -> Pct {
    if value <= 0 || largest <= 0 {
        return Pct(0);
    }
    let share = i128::from(value) * 100_000 / i128::from(largest);
    Pct(i64::try_from(share.min(100_000)).unwrap_or(100_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_shares_of_the_largest() {
        assert_eq!(length(50, 200), Pct(25_000));
        assert_eq!(length(1, 3), Pct(33_333));
        assert_eq!(length(-5, 10), Pct(0));
        assert_eq!(length(5, 0), Pct(0));
        assert_eq!(length(i64::MAX, i64::MAX), Pct(100_000));
    }
}
