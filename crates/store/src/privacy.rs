//! Personal data: which columns hold it and why, what is held of a person, and how it goes.
//!
//! An erasure takes away all that identifies a person and leaves the person's number, so that no figure
//! moves. What their records are linked by (e-mail address, account, telephone number) is replaced by
//! keyed hashes of it: two records that were one person's still are, also those that are told later,
//! whose identity is replaced before it is written (`incoming.rs`). The hashes are kept in
//! [`ERASURES_FILE`] too, so that a restored backup is erased again ([`Store::reapply_erasures`]).
//!
//! Digests of records stay those of what the platform told: an erased order that is read again
//! unchanged is no change. They are 64 bits over the whole record and name nobody.

use std::collections::HashSet;
use std::path::Path;

use jiff::Timestamp;

use crate::engine::query;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;
use crate::writer::transaction;

mod columns;
mod erase;
mod files;
mod find;
mod hashes;
mod held;
pub(crate) mod incoming;
mod quotes;
mod quoting;
mod reapply;
mod rectify;
mod traces;

pub use columns::{NOT_PERSONAL, PERSONAL, PersonalColumn, PersonalKind, Stay, Text};
pub(crate) use erase::{key_kept, nameless, without_value};
pub use find::find;
pub(crate) use hashes::{Book, Hasher};
pub use hashes::{ERASURES_FILE, ERASURES_KEY_FILE};
pub use held::held;
pub use quoting::ErasedNames;
pub(crate) use rectify::settle as settle_rectifications;
pub use traces::ERASED;

pub mod duties;
pub mod retention;

/// A person as a search finds them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// Negative: a contact known only by carts.
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
    pub rows: Vec<Vec<Value>>,
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

impl Store {
    /// Puts a person's data right, in every record of theirs; returns how many changed. Where the
    /// platform goes on telling what was wrong, the correction stands; where it tells something else,
    /// that is its new word. What records are linked by does not change, nor does any amount.
    pub fn rectify_person(
        &self,
        person: i64,
        change: Rectification,
        now: Timestamp,
    ) -> Result<i64, StoreError> {
        self.writer()?.run(move |connection| {
            transaction(connection, |connection| rectify::rectify(connection, person, &change, now))
        })
    }

    /// Takes away all that identifies a person, everywhere, at once. Amounts, dates, country, region and
    /// the person's number stay, so that no figure moves. The bytes on disk go with [`Store::compact`].
    pub fn erase_person(&self, person: i64, now: Timestamp) -> Result<Erased, StoreError> {
        self.erase_persons(vec![person], now)
    }

    /// The same for many at once, as a retention rule does: one transaction for all.
    pub fn erase_persons(&self, persons: Vec<i64>, now: Timestamp) -> Result<Erased, StoreError> {
        let book = self.book();
        self.writer()?.run(move |connection| {
            transaction(connection, |connection| erase::persons(connection, &book, &persons, now))
        })
    }

    /// Erases again, in a database that was restored, whom the list `file` names (hashes made with the
    /// key in the file `key`): every line is kept, so that later tellings stay erased too. Returns how
    /// many persons were erased. A data folder that has both files of its own does so when it is opened.
    pub fn reapply_erasures(&self, file: &Path, key: &Path) -> Result<u64, StoreError> {
        let lines = hashes::read_lines(file)?;
        let book = self.book();
        book.adopt(key)?;
        self.writer()?.run(move |connection| {
            transaction(connection, |connection| reapply::reapply(connection, &book, &lines))
        })
    }

    /// Erases again whom the list of the data folder names and the database does not: its file was put
    /// back from a backup, or a crash came between the list and the database.
    pub(crate) fn settle_erasures(&self) -> Result<(), StoreError> {
        let Some(folder) = self.folder() else { return Ok(()) };
        let lines = hashes::read_lines(&folder.join(ERASURES_FILE))?;
        if lines.is_empty() {
            return Ok(());
        }
        let known = self.read()?.query("SELECT hash FROM erasures", &[])?;
        let known: HashSet<&str> =
            known.rows.iter().filter_map(|cells| cells.first()?.text()).collect();
        if lines.iter().any(|line| !known.contains(line.hash.as_str())) {
            let key = folder.join(ERASURES_KEY_FILE);
            self.reapply_erasures(&folder.join(ERASURES_FILE), &key)?;
        }
        Ok(())
    }

    /// Since when erased bytes wait for a compaction; `None`: nothing waits.
    pub fn compaction_due(&self) -> Result<Option<Timestamp>, StoreError> {
        let rows = self.read()?.query("SELECT min(since) FROM compaction", &[])?;
        Ok(rows.rows.first().and_then(|cells| cells.first()?.instant()))
    }

    /// Writes the database into a new file without erased bytes, and puts it in the place of the old one.
    /// Readers go on; writers wait. A crash leaves either file, whole. The old file is unlinked: what a
    /// disk keeps of unlinked blocks is beyond any program, and a matter for an encrypted disk.
    pub fn compact(&self) -> Result<Compacted, StoreError> {
        self.writer()?.compact()
    }
}

/// Whether anybody was erased: nothing else is asked of each write where nobody was.
pub(crate) fn any_erased(connection: &duckdb::Connection) -> Result<bool, StoreError> {
    let rows = query(connection, "SELECT EXISTS (SELECT 1 FROM erasures)", &[])?;
    Ok(rows.rows.first().and_then(|cells| cells.first()?.int()) == Some(1))
}
