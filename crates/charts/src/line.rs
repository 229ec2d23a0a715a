//! A series as a line, for those who prefer it to columns.

use std::fmt::Write as _;

use crate::scale::Scale;

/// Width of the drawing's own coordinates; the page stretches it.
pub const WIDTH: i64 = 1000;

/// The path through the middle of each bucket, in a `WIDTH` × height box. A missing value breaks it.
pub fn path(values: &[Option<i64>], scale: &Scale) -> String {
    let mut path = String::new();
    let count = i64::try_from(values.len()).unwrap_or(i64::MAX).max(1);
    let mut pen_down = false;
    for (value, index) in values.iter().zip(0_i64..) {
        let Some(value) = value else {
            pen_down = false;
            continue;
        };
        let x = (2 * index + 1) * WIDTH * 5 / count;
        let command = if pen_down { 'L' } else { 'M' };
        // Writing to a string cannot fail.
        let _ = write!(path, "{command}{}.{} {}", x / 10, x % 10, scale.y(i128::from(*value)));
        pen_down = true;
    }
    path
}

/// The same values as steps as wide as their buckets: a comparison behind many thin columns.
pub fn steps(values: &[Option<i64>], scale: &Scale) -> String {
    let mut path = String::new();
    let count = i64::try_from(values.len()).unwrap_or(i64::MAX).max(1);
    let mut pen_down = false;
    for (value, index) in values.iter().zip(0_i64..) {
        let Some(value) = value else {
            pen_down = false;
            continue;
        };
        let (left, right) = (index * WIDTH * 10 / count, (index + 1) * WIDTH * 10 / count);
        let y = scale.y(i128::from(*value));
        let command = if pen_down { 'L' } else { 'M' };
        let _ =
            write!(path, "{command}{}.{} {y}H{}.{}", left / 10, left % 10, right / 10, right % 10);
        pen_down = true;
    }
    path
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_value_breaks_the_line() {
        let scale = Scale::new(0, 10, 1000);
        assert_eq!(
            path(&[Some(0), Some(10), None, Some(5)], &scale),
            "M125.0 100L375.0 0M875.0 50"
        );
        assert_eq!(steps(&[Some(10), None], &scale), "M0.0 0H500.0");
        assert_eq!(path(&[], &scale), "");
    }
}
