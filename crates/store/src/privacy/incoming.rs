//! What is told again of an erased person loses its identity before it is written.
//!
//! It happens in the writer's incoming tables: a pushed order, a page of a sync and an import of
//! millions pass there alike. A record that is known by one erased trace teaches the others it carries:
//! the account behind an erased e-mail address is erased too.

use duckdb::Connection;

use super::erase::{self, GONE};
use super::hashes::{Book, Hasher, Kind};
use super::traces::Traces;
use crate::engine::query;
use crate::error::StoreError;
use crate::writer::sheet::{Sheet, cells};

/// Where the traces of incoming records stand.
const TOLD: &str = "
    SELECT email_key, source_id, customer_ref, phone_key FROM in_orders
    UNION ALL SELECT email_key, source_id, customer_ref, phone_key FROM in_refunds
    UNION ALL SELECT email_key, source_id, customer_ref, phone_key FROM in_customers
    UNION ALL SELECT lower(trim(email)), source_id, customer_ref, NULL FROM in_carts";

/// Takes the identity of erased persons out of the incoming tables.
pub(crate) fn cleanse(connection: &Connection, book: &Book) -> Result<(), StoreError> {
    if !super::any_erased(connection)? {
        return Ok(());
    }
    let hasher = Hasher::new(connection, book)?;
    tell(connection, &hasher, TOLD)?;
    loop {
        recognise(connection)?;
        let more = Traces::read(&query(connection, &taught(), &[])?);
        if more.is_empty() {
            break;
        }
        // It belongs to the erasure by which it was known.
        let rows = query(connection, "SELECT max(at_instant) FROM erasures", &[])?;
        let then = rows.rows.first().and_then(|cells| cells.first()?.instant()).unwrap_or_default();
        erase::spread(connection, book, more, None, then)?;
    }
    for table in ["in_orders", "in_refunds", "in_customers"] {
        erase::replace_keys(connection, table)?;
    }
    let keyless = "email_key IS NULL AND customer_ref IS NULL AND phone_key IS NULL";
    let of_gone = |reference: &str| {
        format!(
            "(shop_id, source_id, {reference}) IN (
                 SELECT (CAST(shop_id AS BIGINT), CAST(source_id AS BIGINT), external_id) FROM all_orders WHERE {GONE}
                 UNION ALL SELECT (shop_id, source_id, external_id) FROM in_orders WHERE {GONE})"
        )
    };
    let statements = [
        // A version that names nobody is still the erased person's order.
        erase::clear_orders("in_orders", &format!("{GONE} OR ({keyless} AND {})", of_gone("external_id"))),
        erase::clear_refunds("in_refunds", &format!("{GONE} OR {}", of_gone("order_ref"))),
        erase::clear_customers("in_customers"),
        erase::clear_carts(
            "in_carts",
            &format!(
                "lower(trim(email)) IN (SELECT value FROM forgotten WHERE kind = 'email')
                 OR (source_id, customer_ref) IN (SELECT (source_id, value) FROM forgotten WHERE kind = 'account')
                 OR {}",
                of_gone("order_ref")
            ),
        ),
    ];
    for statement in statements {
        connection.execute(&statement, [])?;
    }
    Ok(())
}

/// Writes down every trace that is told, with its hash. `told` names columns as [`TOLD`] does.
pub(super) fn tell(connection: &Connection, hasher: &Hasher, told: &str) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE OR REPLACE TEMP TABLE told_traces (kind VARCHAR, source_id BIGINT, value VARCHAR, hash VARCHAR)",
    )?;
    let rows = query(
        connection,
        &format!(
            "WITH told AS ({told})
             SELECT DISTINCT 'email', NULL, email_key FROM told WHERE email_key IS NOT NULL
             UNION ALL SELECT DISTINCT 'phone', NULL, phone_key FROM told WHERE phone_key IS NOT NULL
             UNION ALL SELECT DISTINCT 'account', source_id, customer_ref FROM told WHERE customer_ref IS NOT NULL"
        ),
        &[],
    )?;
    let mut sheet = Sheet::new(connection, "told_traces");
    for row in &rows.rows {
        let (source, Some(value)) = (row[1].int(), row[2].text()) else { continue };
        let (kind, hash) = match row[0].text() {
            Some("email") => (Kind::Email, hasher.email(value)),
            Some("phone") => (Kind::Phone, hasher.phone(value)),
            _ => (Kind::Account, hasher.account(source.unwrap_or(0), value)),
        };
        sheet.row(&cells![kind.id(), source, value, &hash])?;
    }
    sheet.flush()
}

/// Keeps those of the told traces that are an erased person's.
pub(super) fn recognise(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE OR REPLACE TEMP TABLE forgotten AS
         SELECT t.kind, t.source_id, t.value, t.hash FROM told_traces t JOIN erasures e ON e.kind = t.kind AND e.hash = t.hash",
    )?;
    Ok(())
}

/// What incoming records of erased persons are known by besides, and is not known as erased yet.
fn taught() -> String {
    format!(
        "WITH told AS ({TOLD}), theirs AS (
             SELECT * FROM told
             WHERE email_key IN (SELECT value FROM forgotten WHERE kind = 'email')
                OR (source_id, customer_ref) IN (SELECT (source_id, value) FROM forgotten WHERE kind = 'account')
         )
         SELECT DISTINCT CASE WHEN email_key NOT IN (SELECT value FROM forgotten WHERE kind = 'email') THEN email_key END,
                source_id,
                CASE WHEN (source_id, customer_ref) NOT IN (SELECT (source_id, value) FROM forgotten WHERE kind = 'account')
                     THEN customer_ref END,
                CASE WHEN phone_key NOT IN (SELECT value FROM forgotten WHERE kind = 'phone') THEN phone_key END,
                NULL, NULL
         FROM theirs"
    )
}
