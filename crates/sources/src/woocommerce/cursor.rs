//! Where a sync is, between two pages and between two runs.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

/// Changes are read again from this long before the newest stamp seen: clocks and transactions of a
/// shop do not finish in the order of their stamps.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// The first import brings this much before anything older.
const RECENT: SignedDuration = SignedDuration::from_hours(90 * 24);

/// A place in a list of orders that is asked for again from a stamp on, never by counting pages,
/// unless more orders than a page holds carry the same second.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Walk {
    /// Before this creation, or after this change; `None` at the beginning.
    pub(super) from: Option<Timestamp>,
    /// 1 but within one second.
    pub(super) page: u32,
    /// How many the question had on its first page: fewer on a later page means that it shrank.
    pub(super) total: Option<u64>,
    /// How often it was read again because it shrank.
    pub(super) again: u8,
}

impl Walk {
    pub(super) fn from(from: Option<Timestamp>) -> Self {
        Self { from, page: 1, total: None, again: 0 }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Stage {
    /// The catalogue, without what needs a request per product.
    Products {
        page: u32,
    },
    /// Orders from the newest to the oldest, by creation.
    Orders(Walk),
    /// Those in the trash, likewise.
    Trash(Walk),
    /// Products with variations, for their stock.
    Variations {
        page: u32,
    },
    Customers {
        page: u32,
    },
    /// Nothing to do until the next run.
    Rest,
    /// Orders by their change, from the oldest change on.
    Changes(Walk),
    ChangesInTrash(Walk),
    ProductChanges {
        page: u32,
    },
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Cursor {
    pub(super) stage: Stage,
    /// Newest stamp of an order that all changes up to it were read for.
    pub(super) watermark: Option<Timestamp>,
    /// Newest stamp seen in the running round.
    pub(super) newest: Option<Timestamp>,
    /// The same for products.
    pub(super) products: Option<Timestamp>,
    /// Older than this is history.
    pub(super) floor: Timestamp,
    pub(super) read: u64,
    pub(super) all: Option<u64>,
}

impl Cursor {
    pub(super) fn beginning(now: Timestamp, watermark: Option<Timestamp>) -> Self {
        Self {
            stage: Stage::Products { page: 1 },
            watermark,
            newest: None,
            products: None,
            floor: now.checked_sub(RECENT).unwrap_or(now),
            read: 0,
            all: None,
        }
    }

    /// What another program wrote is not understood: `None`, and the import begins again.
    pub(super) fn parse(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }

    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Where a round of changes begins.
    pub(super) fn since(&self) -> Option<Timestamp> {
        before_overlap(self.watermark)
    }

    pub(super) fn products_since(&self) -> Option<Timestamp> {
        before_overlap(self.products)
    }

    /// A round is through: what it saw is what the next one starts from.
    pub(super) fn round_is_over(&mut self) {
        self.watermark = self.watermark.max(self.newest.take());
        self.stage = Stage::Rest;
    }
}

fn before_overlap(stamp: Option<Timestamp>) -> Option<Timestamp> {
    stamp.and_then(|stamp| stamp.checked_sub(OVERLAP).ok())
}
