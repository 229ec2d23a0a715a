//! Personal data: which columns hold it and why, what is held of a person, and how it goes.

use jiff::Timestamp;

use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::store::Store;

pub mod duties;
pub mod retention;

/// A person as a search finds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub person: i64,
    pub shops: Vec<i64>,
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub orders: i64,
    pub last_order: Option<Timestamp>,
}

/// All rows of one table that are about a person, personal columns and the ones that explain them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeldTable {
    pub table: &'static str,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<crate::value::Value>>,
}

/// What a person asked to be put right; `None` leaves a field as it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rectification {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub city: Option<String>,
    pub postcode: Option<String>,
}

/// What an erasure took away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Erased {
    pub orders: i64,
    pub refunds: i64,
    pub customers: i64,
    pub carts: i64,
    /// Lines of rejected-rows files.
    pub lines: i64,
    /// Rows of other tables.
    pub others: i64,
}

/// What a compaction did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Compacted {
    pub bytes_before: u64,
    pub bytes_after: u64,
}

/// Persons found by e-mail address, telephone number, name, platform account or our own number; of these
/// shops only. At most `most`.
pub fn find(
    _snapshot: &Snapshot,
    _shops: &[i64],
    _asked: &str,
    _most: usize,
) -> Result<Vec<Found>, StoreError> {
    Err(StoreError::Invalid("not yet".to_owned()))
}

/// Everything that is held of a person, table by table.
pub fn held(_snapshot: &Snapshot, _person: i64) -> Result<Vec<HeldTable>, StoreError> {
    Err(StoreError::Invalid("not yet".to_owned()))
}

impl Store {
    /// Puts a person's data right, in every record of theirs; later versions of the platform do not undo it.
    pub fn rectify_person(
        &self,
        _person: i64,
        _change: Rectification,
        _now: Timestamp,
    ) -> Result<i64, StoreError> {
        Err(StoreError::Invalid("not yet".to_owned()))
    }

    /// Takes away all that identifies a person, everywhere, at once. Amounts, dates, country, region and
    /// the person's number stay, so that no figure moves. The bytes on disk go with [`Store::compact`].
    pub fn erase_person(&self, _person: i64, _now: Timestamp) -> Result<Erased, StoreError> {
        Err(StoreError::Invalid("not yet".to_owned()))
    }

    /// Since when erased bytes wait for a compaction; `None`: nothing waits.
    pub fn compaction_due(&self) -> Result<Option<Timestamp>, StoreError> {
        Err(StoreError::Invalid("not yet".to_owned()))
    }

    /// Writes the database into a new file without erased bytes, and puts it in the place of the old one.
    /// Readers go on; writers wait.
    pub fn compact(&self) -> Result<Compacted, StoreError> {
        Err(StoreError::Invalid("not yet".to_owned()))
    }
}
