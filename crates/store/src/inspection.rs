//! Whether a database is whole: every column of every table is read, which compares each block with its
//! checksum, and what must agree is counted.

use jiff::Timestamp;

use crate::engine::Snapshot;
use crate::error::StoreError;

/// All that was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Whole {
    pub schema: i64,
    pub tables: i64,
    pub rows: i64,
}

/// Rows that contradict others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// The law that they break: an id of [`LAWS`].
    pub law: &'static str,
    pub rows: i64,
}

/// Accounts, as far as safety goes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Accounts {
    pub owners: i64,
    /// Owners and administrators without a second factor.
    pub bare: i64,
}

/// What must hold of any database, as the number of rows of which it does not.
const LAWS: &[(&str, &str)] = &[
    (
        "order_twice",
        "SELECT count(*) FROM (SELECT 1 FROM all_orders GROUP BY shop_id, source_id, external_id HAVING count(*) > 1)",
    ),
    (
        "refund_twice",
        "SELECT count(*) FROM (SELECT 1 FROM refunds WHERE NOT nested
          GROUP BY shop_id, source_id, external_id HAVING count(*) > 1)",
    ),
    (
        "line_without_order",
        "SELECT count(*) FROM lines l ANTI JOIN all_orders o ON o.order_id = l.order_id",
    ),
    (
        "money_without_order",
        "SELECT count(*) FROM money m ANTI JOIN all_orders o ON o.order_id = m.order_id WHERE m.order_id IS NOT NULL",
    ),
    (
        "money_twice",
        "SELECT count(*) FROM (SELECT 1 FROM money WHERE kind = 'order' GROUP BY order_id HAVING count(*) > 1)",
    ),
    (
        "order_without_money",
        "SELECT count(*) FROM (SELECT order_id FROM orders WHERE counted) o
          ANTI JOIN (SELECT order_id FROM money WHERE kind = 'order') m ON m.order_id = o.order_id",
    ),
    (
        "first_order_twice",
        "SELECT count(*) FROM (SELECT 1 FROM orders WHERE rank = 1 AND person_id IS NOT NULL
          GROUP BY shop_id, person_id HAVING count(*) > 1)",
    ),
    ("generations", "SELECT abs(count(*) - 1) FROM generations"),
];

/// Reads everything there is.
///
/// # Errors
/// What can't be read: a damaged block among others.
pub fn read_all(snapshot: &Snapshot) -> Result<Whole, StoreError> {
    let version = snapshot.query("SELECT max(version) FROM schema_version", &[])?;
    let mut whole = Whole {
        schema: version.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0),
        ..Whole::default()
    };
    let tables = snapshot.query(
        "SELECT table_name FROM duckdb_tables() WHERE NOT internal AND NOT temporary ORDER BY ALL",
        &[],
    )?;
    for cells in &tables.rows {
        let name = cells[0].text().unwrap_or_default().replace('"', "\"\"");
        // A digest of the whole row needs all of its columns.
        let sql = format!("SELECT count(*), bit_xor(hash(t)) IS NULL FROM \"{name}\" AS t");
        let read = snapshot.query(&sql, &[])?;
        whole.tables += 1;
        whole.rows += read.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0);
    }
    Ok(whole)
}

/// The laws that do not hold.
pub fn broken(snapshot: &Snapshot) -> Result<Vec<Broken>, StoreError> {
    let mut found = Vec::new();
    for (law, sql) in LAWS {
        let rows = snapshot.query(sql, &[])?.rows.first().and_then(|cells| cells[0].int());
        if let Some(rows) = rows.filter(|rows| *rows > 0) {
            found.push(Broken { law, rows });
        }
    }
    Ok(found)
}

/// The newest instant that this program wrote by its own clock.
pub fn newest(snapshot: &Snapshot) -> Result<Option<Timestamp>, StoreError> {
    let rows = snapshot.query(
        "SELECT max(instant) FROM (
            SELECT max(at_instant) AS instant FROM audit_log
            UNION ALL SELECT max(last_finished) FROM connections
            UNION ALL SELECT max(started) FROM imports
            UNION ALL SELECT max(created) FROM shops)",
        &[],
    )?;
    Ok(rows.rows.first().and_then(|cells| cells[0].instant()))
}

/// When the audit log last tells of an action.
pub fn last(snapshot: &Snapshot, action: &str) -> Result<Option<Timestamp>, StoreError> {
    let rows = snapshot
        .query("SELECT max(at_instant) FROM audit_log WHERE action = ?", &[action.into()])?;
    Ok(rows.rows.first().and_then(|cells| cells[0].instant()))
}

/// Who may do everything here.
pub fn accounts(snapshot: &Snapshot) -> Result<Accounts, StoreError> {
    let rows = snapshot.query(
        "SELECT count(*) FILTER (WHERE role = 'owner'), count(*) FILTER (WHERE totp IS NULL)
         FROM users WHERE role IN ('owner', 'administrator') AND disabled IS NULL",
        &[],
    )?;
    let count = |at: usize| rows.rows.first().and_then(|cells| cells[at].int()).unwrap_or(0);
    Ok(Accounts { owners: count(0), bare: count(1) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Store, writer};

    #[test]
    fn every_law_can_be_asked_and_an_empty_database_keeps_them() {
        let store = Store::in_memory().expect("a store");
        let snapshot = store.read().expect("a view");
        assert_eq!(broken(&snapshot).expect("asked"), []);
        let whole = read_all(&snapshot).expect("read");
        assert!(whole.schema >= 12 && whole.tables > 20, "{whole:?}");
        assert_eq!(newest(&snapshot).expect("asked"), None);
        assert_eq!(accounts(&snapshot).expect("asked"), Accounts::default());
    }

    #[test]
    fn a_broken_law_is_named() {
        let store = Store::in_memory().expect("a store");
        let spoil = |sql: &'static str| {
            let run = store.writer().expect("a writer").run(move |connection| {
                writer::transaction(connection, |connection| Ok(connection.execute_batch(sql)?))
            });
            run.expect("spoilt");
            let snapshot = store.read().expect("a view");
            broken(&snapshot)
                .expect("asked")
                .into_iter()
                .map(|one| (one.law, one.rows))
                .collect::<Vec<_>>()
        };
        assert_eq!(spoil("INSERT INTO generations VALUES (0, 0)"), [("generations", 1)]);
        assert_eq!(
            spoil(
                "DELETE FROM generations;
                 INSERT INTO generations VALUES (0, 0);
                 INSERT INTO lines (order_id, shop_id, line_no, kind, name, quantity, gross, discount)
                 VALUES (77, 1, 1, 'product', 'Thé', 1, 100, 0), (77, 1, 2, 'product', 'Thé', 1, 100, 0)"
            ),
            [("line_without_order", 2)]
        );
    }
}
