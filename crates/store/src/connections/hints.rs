//! Hints: records that a webhook said to read again, kept until they were.

use duckdb::{Connection, params};
use jiff::Timestamp;

use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;

/// A record to read again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hint {
    /// `order`, `product`, `customer`.
    pub kind: String,
    pub id: String,
    /// When the webhook came; a later one about the same record is another hint.
    pub at: Timestamp,
    /// The newest stamp of the order that is stored, if it is one and is.
    pub last_seen: Option<Timestamp>,
}

/// The hints of a connection that were not followed yet, the oldest first.
pub fn hints(snapshot: &Snapshot, connection: i64) -> Result<Vec<Hint>, StoreError> {
    let rows = snapshot.query(
        "SELECT h.kind, h.external_id, h.told_at, max(o.modified)
         FROM connection_hints h JOIN connections c USING (connection_id)
         LEFT JOIN sources f ON f.shop_id = c.shop_id AND f.name = c.platform
         LEFT JOIN orders o ON h.kind = 'order' AND o.shop_id = c.shop_id AND o.source_id = f.source_id
                           AND o.external_id = h.external_id
         WHERE h.connection_id = ? GROUP BY ALL ORDER BY h.told_at, h.kind, h.external_id",
        &[connection.into()],
    )?;
    let text = |cell: &Value| cell.text().unwrap_or_default().to_owned();
    Ok(rows
        .rows
        .iter()
        .map(|cells| Hint {
            kind: text(&cells[0]),
            id: text(&cells[1]),
            at: cells[2].instant().unwrap_or_default(),
            last_seen: cells[3].instant(),
        })
        .collect())
}

/// The connections that have hints to follow.
pub fn hinted(snapshot: &Snapshot) -> Result<Vec<i64>, StoreError> {
    let rows = snapshot.query("SELECT DISTINCT connection_id FROM connection_hints", &[])?;
    Ok(rows.rows.iter().filter_map(|cells| cells[0].int()).collect())
}

impl Store {
    /// Keeps what a believed webhook hinted at (kinds and identifiers); when this returns it is on
    /// disk, and the webhook may be acknowledged. Its run is due at once, unless it is paused or failing.
    pub fn save_hints(
        &self,
        id: i64,
        wanted: Vec<(String, String)>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET hooks = hooks + 1, last_hook = ? WHERE connection_id = ?",
                params![Value::from(now), id],
            )?;
            super::known(id, changed)?;
            for (kind, external_id) in wanted {
                connection.execute(
                    "DELETE FROM connection_hints WHERE connection_id = ? AND kind = ? AND external_id = ?",
                    params![id, kind, external_id],
                )?;
                connection.execute(
                    "INSERT INTO connection_hints VALUES (?, ?, ?, ?)",
                    params![id, kind, external_id, Value::from(now)],
                )?;
            }
            Ok(())
        })
    }

    /// Counts a webhook that was not believed.
    pub fn count_refused_hook(&self, id: i64) -> Result<(), StoreError> {
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET hooks_refused = hooks_refused + 1 WHERE connection_id = ?",
                [id],
            )?;
            super::known(id, changed)
        })
    }
}

/// Forgets hints that were followed; one that came again meanwhile has another instant and stays.
pub(super) fn forget(connection: &Connection, id: i64, hints: &[Hint]) -> Result<(), StoreError> {
    for hint in hints {
        connection.execute(
            "DELETE FROM connection_hints
             WHERE connection_id = ? AND kind = ? AND external_id = ? AND told_at = ?",
            params![id, hint.kind, hint.id, Value::from(hint.at)],
        )?;
    }
    Ok(())
}
