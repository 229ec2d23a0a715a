//! Where a reading of a PrestaShop is.
//!
//! Pages are cut by id, never by offset: what is ordered, changed or deleted meanwhile moves nothing.
//! Changes are asked by their stamp, from a little before the newest one seen; only within one second
//! are they cut by id.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::webservice::LAST_ID;
use crate::connector::Phase;

/// How far before the newest stamp seen changes are asked again.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// Before the first import is through, changes are asked from this long before it began: the shop's
/// clock may be wrong.
const MARGIN: SignedDuration = SignedDuration::from_hours(24);

/// The format of the cursor; another one begins again.
const VERSION: u8 = 1;

const STAMP: &str = "%Y-%m-%d %H:%M:%S";

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Step {
    Products,
    Orders,
    Carts,
    OlderOrders,
    Customers,
    ChangedOrders,
    ChangedSlips,
    ChangedProducts,
    ChangedCustomers,
    ChangedCarts,
    /// Once a day the whole catalogue again: stock changes without a stamp.
    Catalogue,
}

impl Step {
    pub(super) fn phase(self) -> Phase {
        match self {
            Self::Products | Self::Orders | Self::Carts => Phase::Recent,
            Self::OlderOrders | Self::Customers => Phase::History,
            _ => Phase::Changes,
        }
    }

    fn next(self) -> Option<Self> {
        Some(match self {
            Self::Products => Self::Orders,
            Self::Orders => Self::Carts,
            Self::Carts => Self::OlderOrders,
            Self::OlderOrders => Self::Customers,
            Self::Customers => Self::ChangedOrders,
            Self::ChangedOrders => Self::ChangedSlips,
            Self::ChangedSlips => Self::ChangedProducts,
            Self::ChangedProducts => Self::ChangedCustomers,
            Self::ChangedCustomers => Self::ChangedCarts,
            Self::ChangedCarts | Self::Catalogue => return None,
        })
    }

    /// The kind of change a step reads, as a place in [`Cursor::marks`].
    fn mark(self) -> Option<usize> {
        match self {
            Self::ChangedOrders => Some(0),
            Self::ChangedSlips => Some(1),
            Self::ChangedProducts => Some(2),
            Self::ChangedCustomers => Some(3),
            Self::ChangedCarts => Some(4),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    version: u8,
    pub(super) step: Step,
    /// Rising steps: the last id read. Falling ones: the lowest id read, 0 before the first.
    pub(super) id: u64,
    /// The lowest order id read, for the older ones.
    pub(super) lowest: u64,
    /// The highest order id there was, and orders read: how far the first import is.
    pub(super) highest: u64,
    pub(super) read: u64,
    /// When the catalogue was last read whole.
    pub(super) catalogue: Timestamp,
    /// The newest stamps seen, in the shop's own time.
    marks: [DateTime; 5],
    /// Where the current step of changes asks from.
    pub(super) from: DateTime,
    /// The newest stamp that it has seen.
    seen: Option<DateTime>,
}

impl Cursor {
    /// The place in a text that was given out before, else the beginning.
    pub(super) fn parse(text: &str, now: Timestamp, zone: &TimeZone) -> Self {
        let read = serde_json::from_str::<Self>(text).ok();
        if let Some(known) = read.filter(|cursor| cursor.version == VERSION) {
            return known;
        }
        let from = now.saturating_sub(MARGIN).unwrap_or(now).to_zoned(zone.clone()).datetime();
        Self {
            version: VERSION,
            step: Step::Products,
            id: 0,
            lowest: 0,
            highest: 0,
            read: 0,
            catalogue: now,
            marks: [from; 5],
            from,
            seen: None,
        }
    }

    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Goes to the next step; says whether there is one in this run.
    pub(super) fn advance(&mut self, now: Timestamp, zone: &TimeZone) -> bool {
        self.end_of_changes();
        let due = now.duration_since(self.catalogue) >= SignedDuration::from_hours(24);
        let (next, more) = match self.step.next() {
            Some(next) => (next, true),
            None if self.step == Step::ChangedCarts && due => (Step::Catalogue, true),
            None => (Step::ChangedOrders, false),
        };
        if self.step == Step::Catalogue {
            self.catalogue = now;
        }
        // The older orders begin where the newest ones ended.
        self.id = if next == Step::OlderOrders { self.lowest } else { 0 };
        self.step = next;
        if let Some(mark) = next.mark().and_then(|mark| self.marks.get(mark)) {
            self.from = overlapped(*mark, now, zone);
        }
        more
    }

    /// At the start of a run the place to ask from is worked out anew: the clock may have gone back.
    pub(super) fn refresh(&mut self, now: Timestamp, zone: &TimeZone) {
        if self.step == Step::ChangedOrders
            && self.id == 0
            && self.seen.is_none()
            && let Some(mark) = self.marks.first()
        {
            self.from = overlapped(*mark, now, zone);
        }
    }

    /// A stamp was seen; one far in the future is a mistake and moves nothing.
    pub(super) fn saw(&mut self, stamp: DateTime, now: Timestamp, zone: &TimeZone) {
        let limit = now.saturating_add(MARGIN).unwrap_or(now).to_zoned(zone.clone()).datetime();
        if stamp <= limit {
            self.seen = Some(self.seen.map_or(stamp, |seen| seen.max(stamp)));
        }
    }

    fn end_of_changes(&mut self) {
        let seen = self.seen.take();
        let mark = self.step.mark().and_then(|mark| self.marks.get_mut(mark));
        if let (Some(mark), Some(seen)) = (mark, seen) {
            *mark = (*mark).max(seen);
        }
    }

    /// The filters of the page to ask for in a step of changes.
    pub(super) fn changed(&self) -> Vec<(&'static str, String)> {
        let from = self.from.strftime(STAMP).to_string();
        let mut query = Vec::new();
        if self.id == 0 {
            query.push(("filter[date_upd]", format!("[{from},9999-12-31 23:59:59]")));
        } else {
            query.push(("filter[date_upd]", format!("[{from},{from}]")));
            query.push(("filter[id]", format!("[{},{LAST_ID}]", self.id + 1)));
        }
        query.push(("date", "1".to_owned()));
        query.push(("sort", "[date_upd_ASC,id_ASC]".to_owned()));
        query
    }

    /// Moves on within a step of changes by the rows of a page (stamp and id); says whether to go on.
    pub(super) fn moved(&mut self, rows: &[(DateTime, u64)], full: usize) -> bool {
        let Some((stamp, id)) = rows.iter().max().copied() else {
            return self.next_second();
        };
        if self.id > 0 {
            if rows.len() < full {
                return self.next_second();
            }
            self.id = id;
            return true;
        }
        if rows.len() < full {
            return false;
        }
        if stamp > self.from {
            self.from = stamp;
        } else {
            self.id = id;
        }
        true
    }

    /// All of one second is read; without one, all is.
    fn next_second(&mut self) -> bool {
        if self.id == 0 {
            return false;
        }
        self.id = 0;
        self.from = self.from.saturating_add(SignedDuration::from_secs(1));
        true
    }

    /// Orders read and orders there seem to be: ids have few gaps, and those so far tell how few.
    pub(super) fn progress(&self) -> Option<(u64, u64)> {
        if matches!(self.step.phase(), Phase::Changes) || self.read == 0 {
            return None;
        }
        let span = self.highest.checked_sub(self.lowest)? + 1;
        let left = u128::from(self.lowest.saturating_sub(1)) * u128::from(self.read);
        let left = u64::try_from(left.div_ceil(u128::from(span))).unwrap_or(0);
        Some((self.read, self.read + left))
    }
}

/// A little before a stamp. When the clock went back since, an hour of stamps comes twice.
fn overlapped(mark: DateTime, now: Timestamp, zone: &TimeZone) -> DateTime {
    let then = zone.to_timestamp(mark).unwrap_or(now);
    let back = zone.to_offset(then).seconds() - zone.to_offset(now).seconds();
    let overlap = OVERLAP + SignedDuration::from_secs(i64::from(back.max(0)));
    mark.saturating_sub(overlap)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn paris() -> TimeZone {
        TimeZone::get("Europe/Paris").expect("a zone")
    }

    #[test]
    fn when_the_clock_goes_back_the_double_hour_is_asked_again() {
        // On 2026-10-25 at 03:00 summer time it is 02:00 again.
        let mark = date(2026, 10, 25).at(2, 55, 0, 0);
        let before: Timestamp = "2026-10-25T00:56:00Z".parse().expect("an instant");
        let after: Timestamp = "2026-10-25T01:05:00Z".parse().expect("an instant");
        assert_eq!(overlapped(mark, before, &paris()), date(2026, 10, 25).at(2, 45, 0, 0));
        assert_eq!(overlapped(mark, after, &paris()), date(2026, 10, 25).at(1, 45, 0, 0));
    }

    #[test]
    fn many_changes_in_one_second_are_read_by_their_ids() {
        let now: Timestamp = "2026-11-22T12:00:00Z".parse().expect("an instant");
        let mut cursor = Cursor::parse("", now, &paris());
        let second = date(2026, 11, 22).at(9, 0, 0, 0);
        assert!(cursor.moved(&[(second, 1), (second, 2)], 2));
        assert_eq!((cursor.from, cursor.id), (second, 0));
        assert!(cursor.moved(&[(second, 1), (second, 2)], 2));
        assert_eq!((cursor.from, cursor.id), (second, 2));
        assert!(cursor.moved(&[(second, 3)], 2), "the second is through");
        assert_eq!((cursor.from, cursor.id), (date(2026, 11, 22).at(9, 0, 1, 0), 0));
        assert!(!cursor.moved(&[], 2));
    }
}
