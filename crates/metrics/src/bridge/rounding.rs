//! Parts that are fractions, as whole numbers that still add up.

/// Parts of a unit in which sums of fractions are held: far finer than any remainder that decides.
pub(super) const FINE: i128 = 1_000_000_000_000;

/// `numerator ÷ denominator` in parts of [`FINE`], towards minus infinity.
pub(super) fn fine(numerator: i128, denominator: i128) -> i128 {
    let (quotient, rest) = (numerator.div_euclid(denominator), numerator.rem_euclid(denominator));
    quotient.saturating_mul(FINE).saturating_add(rest.saturating_mul(FINE) / denominator)
}

/// Rounds parts of a scale whose sum is whole so that they add up to that sum: largest remainder, the
/// earlier part when two are equal.
pub(super) fn rounded(parts: &[i128], scale: i128) -> Vec<i128> {
    let mut whole: Vec<i128> = parts.iter().map(|part| part.div_euclid(scale)).collect();
    let mut rests: Vec<(i128, usize)> =
        parts.iter().map(|part| part.rem_euclid(scale)).zip(0..).collect();
    let left = rests.iter().map(|(rest, _)| rest).sum::<i128>() / scale;
    rests.sort_by_key(|(rest, at)| (std::cmp::Reverse(*rest), *at));
    for (_, at) in rests.into_iter().take(usize::try_from(left).unwrap_or(0)) {
        whole[at] += 1;
    }
    whole
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_largest_remainder_takes_what_is_left() {
        // 3.3 + 2.9 − 1.2 = 5: 3 + 2 − 2 is two short; −1.2 is −2 and 0.8, 2.9 is 2 and 0.9.
        assert_eq!(rounded(&[33, 29, -12], 10), [3, 3, -1]);
        assert_eq!(rounded(&[5, 5], 10), [1, 0]);
        assert_eq!(rounded(&[-5, -5], 10), [0, -1]);
        assert_eq!(rounded(&[0, 0, 0], 7), [0, 0, 0]);
    }

    #[test]
    fn fractions_are_held_finely() {
        assert_eq!(fine(1, 3), 333_333_333_333);
        assert_eq!(fine(-1, 2), -500_000_000_000);
        assert_eq!(fine(7, 1), 7 * FINE);
    }

    proptest! {
        #[test]
        fn rounded_parts_add_up_and_none_is_off_by_one(
            mut parts in proptest::collection::vec(-1_000_000_i128..1_000_000, 1..6),
            scale in 1_i128..5000,
        ) {
            let sum: i128 = parts.iter().sum();
            parts[0] -= sum.rem_euclid(scale);
            let whole = rounded(&parts, scale);
            prop_assert_eq!(whole.iter().sum::<i128>() * scale, parts.iter().sum::<i128>());
            for (whole, part) in whole.iter().zip(&parts) {
                prop_assert!((whole * scale - part).abs() < scale);
            }
        }
    }
}
