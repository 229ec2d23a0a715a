//! The orders that a source brought, as they are kept: what a full reading is compared with.

use jiff::Timestamp;

use super::Connection;
use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::value::Value;

/// An order as it is kept, as far as a comparison needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredOrder {
    /// The platform's identifier.
    pub id: String,
    pub number: Option<String>,
    /// Its newest stamp.
    pub modified: Timestamp,
    /// Of its content; see [`super::digest`].
    pub digest: i64,
    /// The platform's own word.
    pub status: String,
    /// The class that the platform told.
    pub class: String,
    /// With tax, in minor units.
    pub total: i64,
    pub currency: String,
    pub created: Timestamp,
}

/// The orders of a source within a shop, tombstones too, in the order of their identifiers.
pub fn orders_of(
    snapshot: &Snapshot,
    shop_id: i64,
    source: &str,
) -> Result<Vec<StoredOrder>, StoreError> {
    let rows = snapshot.query(
        "SELECT o.external_id, o.number, o.modified, o.digest, o.status, coalesce(o.told_class, o.class), o.total,
                o.currency, o.created
         FROM orders o JOIN sources f USING (source_id)
         WHERE o.shop_id = ? AND f.name = ? ORDER BY o.external_id",
        &[shop_id.into(), source.into()],
    )?;
    let text = |cell: &Value| cell.text().unwrap_or_default().to_owned();
    Ok(rows
        .rows
        .iter()
        .map(|cells| StoredOrder {
            id: text(&cells[0]),
            number: cells[1].text().map(str::to_owned),
            modified: cells[2].instant().unwrap_or_default(),
            digest: cells[3].int().unwrap_or(0),
            status: text(&cells[4]),
            class: text(&cells[5]),
            total: cells[6].int().unwrap_or(0),
            currency: text(&cells[7]),
            created: cells[8].instant().unwrap_or_default(),
        })
        .collect())
}

/// How many orders a connection brought that are stored and were not deleted.
pub fn count_orders(snapshot: &Snapshot, connection: &Connection) -> Result<u64, StoreError> {
    let rows = snapshot.query(
        "SELECT count(*) FROM orders o JOIN sources f USING (source_id)
         WHERE o.shop_id = ? AND f.name = ? AND o.class <> 'deleted'",
        &[connection.shop_id.into(), connection.platform.as_str().into()],
    )?;
    let count = rows.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}
