//! Erases again after a restore: whom a backup still has, and the list beside it does not.

use std::collections::BTreeSet;

use duckdb::Connection;

use super::hashes::{Book, Hasher, Line};
use super::traces::Traces;
use super::{erase, incoming};
use crate::engine::query;
use crate::error::StoreError;
use crate::value::Value;

/// Where the traces of stored records stand.
const STORED: &str = "
    SELECT email_key, source_id, customer_ref, phone_key FROM all_orders
    UNION ALL SELECT email_key, source_id, customer_ref, phone_key FROM refunds
    UNION ALL SELECT email_key, source_id, customer_ref, phone_key FROM customers
    UNION ALL SELECT lower(trim(email)), source_id, NULL, NULL FROM all_carts
    UNION ALL SELECT email, NULL, NULL, NULL FROM door_records";

/// Takes the lines over and erases whom they name; returns how many persons that were.
pub(super) fn reapply(
    connection: &Connection,
    book: &Book,
    lines: &[Line],
) -> Result<u64, StoreError> {
    let Some(newest) = lines.iter().map(|line| line.at).max() else { return Ok(0) };
    let known: BTreeSet<String> = query(connection, "SELECT hash FROM erasures", &[])?
        .rows
        .iter()
        .filter_map(|cells| Some(cells[0].text()?.to_owned()))
        .collect();
    let mut new: Vec<Line> = Vec::new();
    for line in lines.iter().filter(|line| !known.contains(&line.hash)) {
        if new.iter().any(|one| one.hash == line.hash) {
            continue;
        }
        connection.execute(
            "INSERT INTO erasures VALUES (?, ?, ?, ?)",
            duckdb::params![line.kind.id(), line.hash, line.person, Value::from(line.at)],
        )?;
        new.push(line.clone());
    }
    book.write_new(&new)?;
    let hasher = Hasher::new(connection, book)?;
    incoming::tell(connection, &hasher, STORED)?;
    incoming::recognise(connection)?;
    // The kinds are told apart by their place: address, source and account, telephone number.
    let rows = query(
        connection,
        "SELECT CASE WHEN kind = 'email' THEN value END, source_id, CASE WHEN kind = 'account' THEN value END,
                CASE WHEN kind = 'phone' THEN value END, NULL, NULL
         FROM forgotten WHERE NOT starts_with(value, 'erased:')",
        &[],
    )?;
    let traces = Traces::read(&rows);
    if traces.is_empty() {
        return Ok(0);
    }
    let persons = query(
        connection,
        "SELECT count(DISTINCT person_id) FROM identities
         WHERE email_key IN (SELECT value FROM forgotten WHERE kind = 'email')
            OR (source_id, customer_ref) IN (SELECT (CAST(source_id AS INTEGER), value) FROM forgotten WHERE kind = 'account')
            OR (email_key IS NULL AND customer_ref IS NULL
                AND phone_key IN (SELECT value FROM forgotten WHERE kind = 'phone'))",
        &[],
    )?;
    erase::spread(connection, book, traces, None, newest)?;
    let count = persons.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0);
    Ok(u64::try_from(count).unwrap_or(0))
}
