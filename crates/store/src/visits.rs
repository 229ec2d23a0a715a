//! Visits that were refused because they said who it was: counted by day, never kept.

use std::collections::BTreeMap;

use comptoir_model::VisitFault;
use jiff::civil::Date;

use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;
use crate::writer;

/// How many visits were refused, by what they carried.
pub type Refusals = BTreeMap<VisitFault, u64>;

/// Refusals of one day at one door.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedVisits {
    pub shop: i64,
    pub day: Date,
    pub door: String,
    pub fault: VisitFault,
    pub visits: i64,
}

/// All refusals since a day, the newest first.
pub fn refused(snapshot: &Snapshot, since: Date) -> Result<Vec<RefusedVisits>, StoreError> {
    let rows = snapshot.query(
        "SELECT shop_id, day, door, reason, visits FROM refused_visits
         WHERE day >= ? ORDER BY day DESC, shop_id, door, reason",
        &[since.into()],
    )?;
    let read = |cells: &Vec<Value>| {
        Some(RefusedVisits {
            shop: cells[0].int()?,
            day: cells[1].date()?,
            door: cells[2].text()?.to_owned(),
            fault: VisitFault::read(cells[3].text()?)?,
            visits: cells[4].int()?,
        })
    };
    Ok(rows.rows.iter().filter_map(read).collect())
}

impl Store {
    /// Adds to the count of refused visits.
    pub fn count_refused_visits(
        &self,
        shop_id: i64,
        day: Date,
        door: &'static str,
        refusals: Refusals,
    ) -> Result<(), StoreError> {
        if refusals.is_empty() {
            return Ok(());
        }
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                for (fault, count) in refusals {
                    let count = i64::try_from(count).map_err(|_| StoreError::Overflow)?;
                    let key = [shop_id.into(), day.into(), door.into(), fault.id().into()];
                    let with_count: Vec<Value> =
                        std::iter::once(count.into()).chain(key.iter().cloned()).collect();
                    let found = connection.execute(
                        "UPDATE refused_visits SET visits = visits + ?
                         WHERE shop_id = ? AND day = ? AND door = ? AND reason = ?",
                        duckdb::params_from_iter(with_count.iter()),
                    )?;
                    if found == 0 {
                        let all: Vec<Value> = key.into_iter().chain([count.into()]).collect();
                        connection.execute(
                            "INSERT INTO refused_visits VALUES (?, ?, ?, ?, ?)",
                            duckdb::params_from_iter(all.iter()),
                        )?;
                    }
                }
                Ok(())
            })
        })
    }
}
