//! Where a list of orders goes on after a page of it.
//!
//! The next question starts from the last stamp of the page, one second back, so that what shares that
//! second comes again. Pages are counted only within a second that has more orders than a page, and in
//! a list that is in no order.

use jiff::{SignedDuration, Timestamp};

use super::cursor::Walk;
use crate::connector::Setting;

/// The most that the API gives at once.
pub(super) const PER_PAGE: usize = 100;

/// A second whose list shrank while its pages were read is read again, this often.
const MOST_AGAIN: u8 = 3;

/// Which list of orders, and by which stamp.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Creation,
    Change,
}

/// What a page of a list held, for deciding where to go on.
pub(super) struct Seen {
    /// The list goes on after it.
    pub(super) full: bool,
    pub(super) total: Option<u64>,
    /// Stamps in the order of the list, those that could be read.
    pub(super) stamps: Vec<Timestamp>,
}

/// Where a list goes on.
pub(super) struct Next {
    pub(super) walk: Option<Walk>,
    pub(super) newest: Option<Timestamp>,
    pub(super) total: Option<u64>,
}

/// The next question of a list. The stamp moves on as far as the page shows the list in its order;
/// within one second, or in a list in no order, pages are counted.
pub(super) fn onward(walk: &Walk, by: By, seen: &Seen) -> Option<Walk> {
    let total = walk.total.or(seen.total);
    let shrank = matches!((walk.total, seen.total), (Some(before), Some(now)) if now < before);
    if walk.page > 1 && shrank && walk.again < MOST_AGAIN {
        return Some(Walk { page: 1, total: None, again: walk.again + 1, ..walk.clone() });
    }
    if !seen.full {
        return None;
    }
    let sorted = match by {
        By::Creation => seen.stamps.is_sorted_by(|earlier, later| earlier >= later),
        By::Change => seen.stamps.is_sorted(),
    };
    let second = SignedDuration::from_secs(1);
    // One second back, so that what shares the last one's second comes again.
    let next = match by {
        By::Creation => seen.stamps.last().and_then(|last| last.checked_add(second).ok()),
        By::Change => seen.stamps.last().and_then(|last| last.checked_sub(second).ok()),
    };
    let moves = match (walk.from, next, by) {
        (_, None, _) => false,
        (None, Some(_), _) => true,
        (Some(from), Some(next), By::Creation) => next < from,
        (Some(from), Some(next), By::Change) => next > from,
    };
    if sorted && moves {
        return Some(Walk::from(next));
    }
    Some(Walk { page: walk.page + 1, total, ..walk.clone() })
}

/// Whether a list of orders goes on. A shop leaves out orders that it can't load itself (of an
/// extension that is gone): a page may then be short and not the last.
pub(super) fn goes_on(page: u32, rows: usize, total: Option<u64>) -> bool {
    let total = total.unwrap_or(0);
    let short = page == 1 && total > rows as u64;
    rows > 0 && (rows >= PER_PAGE || short || total > u64::from(page) * PER_PAGE as u64)
}

/// Whether there is a page after this one: by the number of all where it is told.
pub(super) fn more_pages(page: u32, size: usize, rows: usize, total: Option<u64>) -> bool {
    match total {
        Some(total) => rows > 0 && total > u64::from(page) * size as u64,
        None => rows >= size,
    }
}

/// The newest of some stamps. One from beyond tomorrow is a mistake of the shop's, and must not hide
/// the changes until then.
pub(super) fn newest(stamps: &[Timestamp], setting: &Setting) -> Option<Timestamp> {
    let tomorrow = setting.now.checked_add(SignedDuration::from_hours(24)).unwrap_or(setting.now);
    stamps.iter().copied().filter(|stamp| *stamp <= tomorrow).max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).expect("an instant")
    }

    fn seen(stamps: &[i64], total: u64) -> Seen {
        Seen { full: true, total: Some(total), stamps: stamps.iter().map(|s| at(*s)).collect() }
    }

    #[test]
    fn a_short_page_is_the_last_one_only_if_nothing_is_missing() {
        assert!(goes_on(1, 100, None) && !goes_on(1, 99, None));
        assert!(goes_on(1, 99, Some(250)), "the shop could not load one of them");
        assert!(goes_on(1, 10, Some(50)), "a shop that gives fewer at once");
        assert!(!goes_on(1, 50, Some(50)) && !goes_on(3, 50, Some(250)) && !goes_on(2, 0, Some(1)));
        assert!(more_pages(1, 20, 20, Some(40)) && !more_pages(2, 20, 20, Some(40)));
        assert!(more_pages(1, 20, 20, None) && !more_pages(1, 20, 19, None));
    }

    #[test]
    fn the_stamp_moves_on_to_the_last_second_of_the_page() {
        let start = Walk::from(None);
        let next = onward(&start, By::Creation, &seen(&[9, 7, 5], 10)).expect("more");
        assert_eq!((next.from, next.page), (Some(at(6)), 1));
        let next =
            onward(&Walk::from(Some(at(0))), By::Change, &seen(&[3, 5, 9], 10)).expect("more");
        assert_eq!((next.from, next.page), (Some(at(8)), 1));
    }

    #[test]
    fn within_one_second_and_out_of_order_pages_are_counted() {
        let walk = Walk::from(Some(at(6)));
        let next = onward(&walk, By::Creation, &seen(&[5, 5, 5], 10)).expect("more");
        assert_eq!((next.from, next.page, next.total), (Some(at(6)), 2, Some(10)));
        let walk = Walk::from(Some(at(4)));
        assert_eq!(onward(&walk, By::Change, &seen(&[9, 5, 7], 10)).expect("more").page, 2);
    }

    #[test]
    fn a_second_that_shrank_is_read_again_and_not_for_ever() {
        let mut walk = Walk { page: 2, total: Some(10), ..Walk::from(Some(at(4))) };
        let next = onward(&walk, By::Change, &seen(&[5, 5], 9)).expect("again");
        assert_eq!((next.page, next.again, next.total), (1, 1, None));
        walk.again = MOST_AGAIN;
        let last = Seen { full: false, ..seen(&[5], 8) };
        assert!(onward(&walk, By::Change, &last).is_none());
    }
}
