//! Records of a platform that were not understood: the newest telling of each, until it comes in well.

use duckdb::{Connection, params};
use jiff::Timestamp;

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::privacy::{self, Book, ErasedNames};
use crate::value::Value;

/// A record that was not understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRecord {
    /// `order`, `refund`, `product`, `customer`, `cart`.
    pub kind: String,
    /// The platform's identifier; empty when that is what is missing.
    pub id: String,
    /// Field, value, reason and remedy, as JSON.
    pub detail: String,
    /// When it was read; ignored when it is handed over.
    pub at: Timestamp,
}

/// The refused records of a connection, the latest first, `limit` at most.
pub fn refused(
    snapshot: &Snapshot,
    connection: i64,
    limit: i64,
) -> Result<Vec<RefusedRecord>, StoreError> {
    let rows = snapshot.query(
        "SELECT kind, external_id, detail, told_at FROM connection_refused WHERE connection_id = ?
         ORDER BY told_at DESC, kind, external_id LIMIT ?",
        &[connection.into(), limit.into()],
    )?;
    let text = |cell: &Value| cell.text().unwrap_or_default().to_owned();
    Ok(rows
        .rows
        .iter()
        .map(|cells| RefusedRecord {
            kind: text(&cells[0]),
            id: text(&cells[1]),
            detail: text(&cells[2]),
            at: cells[3].instant().unwrap_or_default(),
        })
        .collect())
}

/// Forgets the refusals of records that now came in well.
pub(super) fn clear(
    connection: &Connection,
    id: i64,
    records: &[(&str, &str)],
) -> Result<(), StoreError> {
    let any: i64 = connection.query_row(
        "SELECT count(*) FROM connection_refused WHERE connection_id = ?",
        [id],
        |row| row.get(0),
    )?;
    if any == 0 || records.is_empty() {
        return Ok(());
    }
    let mut forget = connection.prepare(
        "DELETE FROM connection_refused WHERE connection_id = ? AND kind = ? AND external_id = ?",
    )?;
    for (kind, external_id) in records {
        forget.execute(params![id, kind, external_id])?;
    }
    Ok(())
}

/// Keeps the newest refusal of each record; those without an identifier are told apart by their detail.
/// One that is an erased person's is kept without what it said.
pub(super) fn remember(
    connection: &Connection,
    book: &Book,
    id: i64,
    refused: &[RefusedRecord],
    now: Timestamp,
) -> Result<(), StoreError> {
    if refused.is_empty() {
        return Ok(());
    }
    let ask = |sql: &str, values: &[Value]| query(connection, sql, values);
    let names = ErasedNames::load(&ask, book)?;
    for one in refused {
        let mut one = one.clone();
        if let Some(names) = &names {
            let quoted = |text: &str| names.quoted_in(text);
            if quoted(&one.detail) || is_of_erased(connection, id, &one)? {
                one.detail = privacy::without_value(&one.detail, &quoted);
            }
        }
        connection.execute(
            "DELETE FROM connection_refused
             WHERE connection_id = ?1 AND kind = ?2 AND external_id = ?3 AND (?3 <> '' OR detail = ?4)",
            params![id, one.kind, one.id, one.detail],
        )?;
        connection.execute(
            "INSERT INTO connection_refused VALUES (?, ?, ?, ?, ?)",
            params![id, Value::from(now), one.kind, one.id, one.detail],
        )?;
    }
    Ok(())
}

/// Whether the record that was refused is an erased person's order, as far as it is stored.
fn is_of_erased(connection: &Connection, id: i64, one: &RefusedRecord) -> Result<bool, StoreError> {
    let found = query(
        connection,
        "SELECT count(*) FROM all_orders o
         JOIN connections c ON c.shop_id = o.shop_id
         JOIN sources s ON s.source_id = o.source_id AND s.name = c.platform
         WHERE c.connection_id = ? AND ? = 'order' AND o.external_id = ?
           AND (starts_with(o.email_key, 'erased:') OR starts_with(o.customer_ref, 'erased:'))",
        &[id.into(), one.kind.as_str().into(), one.id.as_str().into()],
    )?;
    Ok(found.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0) > 0)
}
