//! Numbered migrations: each runs once, in order, in a transaction of its own.

use duckdb::Connection;

use crate::error::StoreError;

/// Every migration ever released; a released one is never edited.
const MIGRATIONS: &[&str] = &[
    include_str!("migrations/0001_records.sql"),
    include_str!("migrations/0002_settings.sql"),
    include_str!("migrations/0003_refund_categories.sql"),
    include_str!("migrations/0004_connections.sql"),
    include_str!("migrations/0005_owners.sql"),
    include_str!("migrations/0006_tokens.sql"),
    include_str!("migrations/0007_doors.sql"),
    include_str!("migrations/0008_accounts.sql"),
    include_str!("migrations/0009_audit.sql"),
    include_str!("migrations/0010_sharing.sql"),
    include_str!("migrations/0011_privacy.sql"),
    include_str!("migrations/0012_operations.sql"),
    include_str!("migrations/0013_visits.sql"),
];

/// The newest schema there is.
pub(crate) fn known() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Brings the schema up to date; refuses a database that a newer program wrote.
pub(crate) fn apply(connection: &Connection) -> Result<(), StoreError> {
    connection
        .execute_batch("CREATE TABLE IF NOT EXISTS schema_version (version BIGINT NOT NULL)")?;
    let found: i64 = connection.query_row(
        "SELECT coalesce(max(version), 0) FROM schema_version",
        [],
        |row| row.get(0),
    )?;
    let known = known();
    if found > known {
        return Err(StoreError::TooNew { found, known });
    }
    for (version, migration) in (1_i64..).zip(MIGRATIONS).filter(|(version, _)| *version > found) {
        connection.execute_batch(&format!(
            "BEGIN TRANSACTION; {migration}
; INSERT INTO schema_version VALUES ({version}); COMMIT"
        ))?;
    }
    Ok(())
}
