//! Which source the merchant named owner of a shop's orders, and from when on.

use std::collections::BTreeMap;

use duckdb::{Connection, params};
use jiff::Timestamp;

use crate::engine::query;
use crate::error::StoreError;
use crate::value::{Rows, Value};

/// From an instant on, orders are what this source tells of them; see [`crate::twins`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owner {
    /// The source's name.
    pub source: String,
    /// Orders created from then on; `None`: all of them.
    pub since: Option<Timestamp>,
}

/// The owners of all shops, each shop's in order of time.
pub(super) fn of(
    ask: &dyn Fn(&str) -> Result<Rows, StoreError>,
) -> Result<BTreeMap<i64, Vec<Owner>>, StoreError> {
    let mut found: BTreeMap<i64, Vec<Owner>> = BTreeMap::new();
    let rows = ask("SELECT o.shop_id, s.name, o.since
         FROM owners o JOIN sources s ON s.source_id = o.source_id
         WHERE o.kind = 'orders' ORDER BY o.shop_id, o.since NULLS FIRST")?;
    for cells in &rows.rows {
        if let [shop, source, since] = cells.as_slice()
            && let (Some(shop), Some(source)) = (shop.int(), source.text())
        {
            let owner = Owner { source: source.to_owned(), since: since.instant() };
            found.entry(shop).or_default().push(owner);
        }
    }
    Ok(found)
}

/// Writes the owners of a shop: sources that it has, one of them at an instant.
pub(super) fn write(
    connection: &Connection,
    shop_id: i64,
    owners: &[Owner],
) -> Result<(), StoreError> {
    connection.execute("DELETE FROM owners WHERE shop_id = ? AND kind = 'orders'", [shop_id])?;
    let known = query(
        connection,
        "SELECT name, source_id FROM sources WHERE shop_id = ? ORDER BY name",
        &[shop_id.into()],
    )?;
    let names: Vec<&str> = known.rows.iter().filter_map(|cells| cells.first()?.text()).collect();
    for (index, owner) in owners.iter().enumerate() {
        let source = known.rows.iter().find(|cells| cells[0].text() == Some(&owner.source));
        let Some(source_id) = source.and_then(|cells| cells[1].int()) else {
            return Err(StoreError::Invalid(format!(
                "nothing came from a source named “{}” yet; this shop has: {}",
                owner.source.chars().take(60).collect::<String>(),
                if names.is_empty() { "none".to_owned() } else { names.join(", ") }
            )));
        };
        if owners[..index].iter().any(|other| other.since == owner.since) {
            return Err(StoreError::Invalid(
                "two sources cannot own a shop’s orders from the same day on; name one of them"
                    .to_owned(),
            ));
        }
        let since = owner.since.map_or(Value::Null, Value::from);
        connection.execute(
            "INSERT INTO owners VALUES (?, 'orders', ?, ?)",
            params![shop_id, source_id, since],
        )?;
    }
    Ok(())
}
