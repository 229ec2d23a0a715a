//! The valid value that a wrong one most resembles.

use std::cmp::Reverse;

/// The nearest candidate by edit distance, unless it is too far to be what was meant.
pub fn nearest<'a>(text: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    // Texts come from outside: what is long resembles nothing.
    if text.len() > 60 {
        return None;
    }
    let text = text.to_lowercase();
    let candidates: Vec<&str> = candidates.collect();
    // A word cut short means the one it begins.
    let begun = |candidate: &&&str| text.len() >= 3 && candidate.to_lowercase().starts_with(&text);
    if let Some(begun) = candidates.iter().find(begun) {
        return Some((*begun).to_owned());
    }
    candidates
        .into_iter()
        .map(|candidate| (distance(&text, &candidate.to_lowercase()), candidate))
        .filter(|(distance, candidate)| {
            let length = candidate.chars().count();
            *distance <= length.max(3) * 2 / 3 || begins_alike(&text, candidate) == length
        })
        // Of two that are as near, the one that begins alike: “30days” means 30d, not today.
        .min_by_key(|(distance, candidate)| (*distance, Reverse(begins_alike(&text, candidate))))
        .map(|(_, candidate)| candidate.to_owned())
}

/// How many letters two words have in common before they part.
fn begins_alike(left: &str, right: &str) -> usize {
    left.chars().zip(right.chars()).take_while(|(left, right)| left == right).count()
}

/// Levenshtein's distance: insertions, deletions and replacements.
fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut previous: Vec<usize> = (0..=right.len()).collect();
    for (row, left) in left.chars().enumerate() {
        let mut current = vec![row + 1];
        for (column, other) in right.iter().enumerate() {
            let replaced = previous[column] + usize::from(left != *other);
            current.push(replaced.min(previous[column + 1] + 1).min(current[column] + 1));
        }
        previous = current;
    }
    previous.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keys_is_recognised_and_nonsense_is_not() {
        let known = ["revenue", "refunds", "orders"];
        assert_eq!(nearest("revnue", known.into_iter()).as_deref(), Some("revenue"));
        assert_eq!(nearest("Order", known.into_iter()).as_deref(), Some("orders"));
        assert_eq!(nearest("30days", ["today", "7d", "30d"].into_iter()).as_deref(), Some("30d"));
        assert_eq!(nearest("xyzxyzxyz", known.into_iter()), None);
        assert_eq!(nearest(&"a".repeat(10_000), known.into_iter()), None);
    }
}
