//! How a figure moved: the only arithmetic between two figures, so that no page does its own.

use comptoir_model::money::divide_half_even;

use crate::metric::Unit;
use crate::table::Cell;

/// The change from a comparison to a figure. Tenths are rounded half to even.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    /// One of the two has no value, or neither has anything.
    Unknown,
    /// From nothing to something: no percentage says that.
    FromNothing,
    /// In tenths of a percent: 80 is +8.0 %.
    Percent(i64),
    /// Between two rates, in tenths of a point.
    Points(i64),
    /// Between two small counts, in units.
    Units(i64),
    /// From an amount below zero, in minor units.
    Amount(i64),
}

/// Counts under this are compared in units: two orders instead of one are not "+100 %".
const SMALL: i64 = 10;

impl Change {
    /// The change of a figure of some unit.
    pub fn between(current: &Cell, previous: &Cell, unit: Unit) -> Self {
        let (Some((a, b)), Some((c, d))) = (current.fraction(), previous.fraction()) else {
            return Self::Unknown;
        };
        let rounded = |numerator: i128, denominator: i128| {
            i64::try_from(divide_half_even(numerator, denominator)).unwrap_or(i64::MAX)
        };
        // a/b − c/d over the positive b·d.
        let (Some(left), Some(right), Some(both)) =
            (a.checked_mul(d), c.checked_mul(b), b.checked_mul(d))
        else {
            return Self::Unknown;
        };
        if unit == Unit::Ratio {
            return left
                .checked_sub(right)
                .and_then(|difference| difference.checked_mul(1000))
                .map_or(Self::Unknown, |scaled| Self::Points(rounded(scaled, both)));
        }
        if let (Cell::Count(current), Cell::Count(previous)) = (current, previous)
            && *current.max(previous) < SMALL
        {
            return Self::Units(current - previous);
        }
        match right {
            0 if left == 0 => Self::Unknown,
            0 => Self::FromNothing,
            below if below < 0 => Self::Amount(rounded(left - right, both)),
            base => left
                .checked_sub(base)
                .and_then(|difference| difference.checked_mul(1000))
                .map_or(Self::Unknown, |scaled| Self::Percent(rounded(scaled, base))),
        }
    }

    /// Whether the figure rose (1), fell (−1) or neither (0).
    pub fn direction(self) -> i64 {
        match self {
            Self::Unknown => 0,
            Self::FromNothing => 1,
            Self::Percent(value)
            | Self::Points(value)
            | Self::Units(value)
            | Self::Amount(value) => value.signum(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_in_percent_points_units_and_amounts() {
        let money = |current: i64, previous: i64| {
            Change::between(&Cell::Money(current), &Cell::Money(previous), Unit::Money)
        };
        assert_eq!(money(10_800, 10_000), Change::Percent(80));
        assert_eq!(money(5_000, 10_000), Change::Percent(-500));
        assert_eq!(money(-5_000, 10_000), Change::Percent(-1500));
        assert_eq!(money(100, 0), Change::FromNothing);
        assert_eq!(money(0, 0), Change::Unknown);
        assert_eq!(money(500, -200), Change::Amount(700));
        let count = |current: i64, previous: i64| {
            Change::between(&Cell::Count(current), &Cell::Count(previous), Unit::Count)
        };
        assert_eq!(count(2, 1), Change::Units(1));
        assert_eq!(count(9, 10), Change::Percent(-100));
        let rate = |numerator: i128, denominator: i128| Cell::Ratio { numerator, denominator };
        assert_eq!(Change::between(&rate(3, 100), &rate(1, 50), Unit::Ratio), Change::Points(10));
        assert_eq!(Change::between(&Cell::Null, &rate(1, 2), Unit::Ratio), Change::Unknown);
    }

    #[test]
    fn a_figure_against_itself_does_not_change() {
        let same = Change::between(&Cell::Money(1234), &Cell::Money(1234), Unit::Money);
        assert_eq!((same, same.direction()), (Change::Percent(0), 0));
    }
}
