//! The raw statuses that a shop's orders have, as the merchant's list shows them (S214).

use std::collections::BTreeMap;

use comptoir_model::Class;

use crate::engine::Snapshot;
use crate::error::StoreError;

/// A raw status of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    pub status: String,
    /// What the platform tells it means, the most frequent first: usually one class.
    pub told: Vec<Class>,
    /// Orders that have it now, tests left out.
    pub orders: i64,
    /// Names of the sources that tell it.
    pub sources: Vec<String>,
}

/// Statuses of a shop's orders, the most frequent first.
pub fn statuses(snapshot: &Snapshot, shop_id: i64) -> Result<Vec<Status>, StoreError> {
    let rows = snapshot.query(
        "SELECT o.status, coalesce(o.told_class, o.class) AS told, count(*) FILTER (NOT o.test), s.name
         FROM orders o JOIN sources s ON s.source_id = o.source_id
         WHERE o.shop_id = ? GROUP BY ALL ORDER BY 3 DESC, 2, 4",
        &[shop_id.into()],
    )?;
    let mut found: BTreeMap<String, Status> = BTreeMap::new();
    for cells in &rows.rows {
        let (Some(status), Some(Ok(told))) = (cells[0].text(), cells[1].text().map(str::parse))
        else {
            continue;
        };
        let known = found.entry(status.to_owned()).or_insert_with(|| Status {
            status: status.to_owned(),
            told: Vec::new(),
            orders: 0,
            sources: Vec::new(),
        });
        if !known.told.contains(&told) {
            known.told.push(told);
        }
        if let Some(source) = cells[3].text()
            && !known.sources.iter().any(|known| known == source)
        {
            known.sources.push(source.to_owned());
        }
        known.orders += cells[2].int().unwrap_or(0);
    }
    let mut all: Vec<Status> = found.into_values().collect();
    all.sort_by(|left, right| {
        right.orders.cmp(&left.orders).then_with(|| left.status.cmp(&right.status))
    });
    Ok(all)
}
