//! The audit log: lines are added, never changed.

use jiff::Timestamp;

use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;

/// A line to be written.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub at: Timestamp,
    /// user, token, share, embed, open, shell, nobody
    pub kind: &'static str,
    /// The account's e-mail address, the token's number and name.
    pub who: String,
    pub action: &'static str,
    pub shop: Option<i64>,
    /// As JSON; no customer's data.
    pub detail: String,
    /// The client's address.
    pub from: Option<String>,
}

/// A line as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub id: i64,
    pub at: Timestamp,
    pub kind: String,
    pub who: String,
    pub action: String,
    pub shop: Option<i64>,
    pub detail: String,
    pub from: Option<String>,
}

/// The newest lines before a number, the newest first.
pub fn list(snapshot: &Snapshot, before: i64, most: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = snapshot.query(
        "SELECT audit_id, at_instant, kind, who, action, shop_id, detail, from_address FROM audit_log
         WHERE audit_id < ? ORDER BY audit_id DESC LIMIT ?",
        &[before.into(), most.into()],
    )?;
    Ok(rows.rows.iter().map(|cells| read(cells)).collect())
}

fn read(cells: &[Value]) -> Entry {
    let text = |index: usize| cells[index].text().unwrap_or_default().to_owned();
    Entry {
        id: cells[0].int().unwrap_or(0),
        at: cells[1].instant().unwrap_or_default(),
        kind: text(2),
        who: text(3),
        action: text(4),
        shop: cells[5].int(),
        detail: text(6),
        from: cells[7].text().map(str::to_owned),
    }
}

impl Store {
    /// Adds a line to the audit log; when this returns, it is on disk.
    pub fn audit(&self, entry: NewEntry) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            connection.execute(
                "INSERT INTO audit_log SELECT coalesce(max(audit_id), 0) + 1, ?, ?, ?, ?, ?, ?, ? FROM audit_log",
                duckdb::params![
                    Value::from(entry.at),
                    entry.kind,
                    entry.who,
                    entry.action,
                    entry.shop,
                    entry.detail,
                    entry.from
                ],
            )?;
            Ok(())
        })
    }
}
