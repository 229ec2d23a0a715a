//! From values to positions, in whole numbers only: a drawing that never meets a float has no NaN.

use std::fmt;

/// A length in tenths of a pixel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Px(pub i64);

impl fmt::Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, self.0, 10)
    }
}

/// A horizontal position in thousandths of a percent of the drawing's width.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Pct(pub i64);

impl fmt::Display for Pct {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_scaled(f, self.0, 1000)?;
        f.write_str("%")
    }
}

/// The vertical scale: a nice range around zero and its grid lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    bottom: i128,
    top: i128,
    height: i64,
    ticks: Vec<i64>,
}

/// No more grid lines than this beside the zero line.
const MOST_LINES: i128 = 5;

impl Scale {
    /// A scale that holds `lowest..=highest` and zero on `height` tenths of a pixel.
    pub fn new(lowest: i64, highest: i64, height: i64) -> Self {
        let (low, high) = (i128::from(lowest.min(0)), i128::from(highest.max(0)));
        if low == 0 && high == 0 {
            return Self { bottom: 0, top: 1, height, ticks: vec![0] };
        }
        let step = nice_step(low, high);
        let (down, up) = (lines(-low, step), lines(high, step));
        // One small refund must not cost the columns a whole step of their height.
        let shallow = high > 0 && -low * 2 < step;
        let (down, bottom) = if shallow { (0, low) } else { (down, -down * step) };
        let ticks = (-down..=up).filter_map(|line| i64::try_from(line * step).ok()).collect();
        Self { bottom, top: up * step, height, ticks }
    }

    /// A scale from zero to exactly `highest`, without grid lines.
    pub fn exact(highest: i64, height: i64) -> Self {
        Self { bottom: 0, top: i128::from(highest.max(1)), height, ticks: Vec::new() }
    }

    /// Where the grid lines are, lowest first; zero is among them.
    pub fn ticks(&self) -> &[i64] {
        &self.ticks
    }

    /// The distance of a value from the top of the drawing.
    pub fn y(&self, value: i128) -> Px {
        let range = self.top - self.bottom;
        let inside = value.clamp(self.bottom, self.top);
        let from_top = (self.top - inside) * i128::from(self.height) / range;
        Px(i64::try_from(from_top).unwrap_or(self.height))
    }

    /// The height of the whole drawing.
    pub fn height(&self) -> Px {
        Px(self.height)
    }
}

/// The smallest of 1, 2, 5, 10, 20, 50… that needs at most [`MOST_LINES`] lines.
fn nice_step(low: i128, high: i128) -> i128 {
    let mut power: i128 = 1;
    loop {
        for factor in [1, 2, 5] {
            let step = power * factor;
            if lines(-low, step) + lines(high, step) <= MOST_LINES {
                return step;
            }
        }
        power *= 10;
    }
}

fn lines(length: i128, step: i128) -> i128 {
    (length + step - 1) / step
}

fn write_scaled(f: &mut fmt::Formatter<'_>, value: i64, unit: u64) -> fmt::Result {
    if value < 0 {
        f.write_str("-")?;
    }
    let size = value.unsigned_abs();
    write!(f, "{}", size / unit)?;
    let rest = size % unit;
    if rest > 0 {
        let width = unit.ilog10() as usize;
        let digits = format!("{rest:0width$}");
        write!(f, ".{}", digits.trim_end_matches('0'))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn grid_lines_are_round_numbers_around_zero() {
        for (low, high, ticks) in [
            (0, 10, vec![0, 2, 4, 6, 8, 10]),
            (0, 11, vec![0, 5, 10, 15]),
            (0, 1, vec![0, 1]),
            (0, 0, vec![0]),
            (-3, 9, vec![-5, 0, 5, 10]),
            (-2, 9, vec![0, 5, 10]),
            (-40, -1, vec![-40, -30, -20, -10, 0]),
            (0, 1_248_000, vec![0, 500_000, 1_000_000, 1_500_000]),
        ] {
            assert_eq!(Scale::new(low, high, 2000).ticks(), ticks, "{low}..{high}");
        }
    }

    #[test]
    fn lengths_are_written_short() {
        assert_eq!(Px(1234).to_string(), "123.4");
        assert_eq!(Px(-5).to_string(), "-0.5");
        assert_eq!(Px(120).to_string(), "12");
        assert_eq!(Pct(3_225).to_string(), "3.225%");
        assert_eq!(Pct(100_000).to_string(), "100%");
    }

    proptest! {
        #[test]
        fn any_value_lands_inside_the_drawing(low in any::<i64>(), high in any::<i64>(), at in any::<i64>()) {
            let scale = Scale::new(low, high, 2200);
            let y = scale.y(i128::from(at));
            prop_assert!((0..=2200).contains(&y.0));
            prop_assert!(scale.ticks().len() <= 6);
        }

        #[test]
        fn between_three_and_five_lines_when_there_is_room(high in 3_i64..i64::MAX / 4) {
            let lines = Scale::new(0, high, 2200).ticks().len() - 1;
            prop_assert!((3..=5).contains(&lines), "{lines}");
        }
    }
}
