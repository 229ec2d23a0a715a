//! Counts a shop again, all its history, when its rule, its zone or the meaning of a status changes.
//!
//! It runs in the transaction that writes the new settings: whoever reads sees the old rule with the
//! old figures, or the new one with the new figures, and a crash leaves the old ones. The result is
//! the very ledger that a fresh import under the new settings would make.

use duckdb::Connection;

use super::{merge, prepare, twins};
use crate::error::StoreError;

/// Works out again class, rank, day and money of everything the shops hold.
pub(crate) fn recount(connection: &Connection, shops: &[i64]) -> Result<(), StoreError> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(StoreError::from);
    prepare(connection)?;
    for shop in shops {
        connection.execute("INSERT INTO recounted VALUES (?)", [shop])?;
    }
    run(include_str!("recount.sql"))?;
    twins::of_recounted(connection)?;
    run(include_str!("rule.sql"))?;
    run(include_str!("rerank.sql"))?;
    twins::settle(connection)?;
    run(include_str!("recount_days.sql"))?;
    merge::refunds(connection)?;
    run("UPDATE generations SET sales = sales + 1, behaviour = behaviour + 1")
}
