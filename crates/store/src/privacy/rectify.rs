//! Corrections that a person asked for. A correction says: where the platform tells this, that is right.
//! While it goes on telling what was wrong, under whatever stamp, the correction stands; when it tells
//! something else, that is its new word.
//!
//! Records stay linked by what the platform tells (`email_key`, `phone_key`): a corrected address never
//! splits a person in two nor joins two of them.

use duckdb::{Connection, params};
use jiff::Timestamp;

use super::Rectification;
use crate::engine::query;
use crate::error::StoreError;
use crate::value::Value;

/// Where each field stands. Places are corrected where one was told.
const FIELDS: &[(&str, &str, &[&str])] = &[
    ("name", "all_orders", &["customer_name"]),
    ("name", "refunds", &["customer_name"]),
    ("name", "customers", &["customer_name"]),
    ("email", "all_orders", &["email"]),
    ("email", "refunds", &["email"]),
    ("email", "customers", &["email"]),
    ("phone", "all_orders", &["phone"]),
    ("phone", "refunds", &["phone"]),
    ("phone", "customers", &["phone"]),
    ("city", "all_orders", &["billing_city", "shipping_city"]),
    ("postcode", "all_orders", &["billing_postcode", "shipping_postcode"]),
];

/// Whose records a table's rows are.
fn theirs(table: &str) -> &'static str {
    if table == "refunds" {
        "(person_id = ?1 OR order_id IN (SELECT order_id FROM all_orders WHERE person_id = ?1))"
    } else {
        "person_id = ?1"
    }
}

/// Corrects every record of a person; returns how many.
pub(super) fn rectify(
    connection: &Connection,
    person: i64,
    change: &Rectification,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let known =
        query(connection, "SELECT count(*) FROM identities WHERE person_id = ?", &[person.into()])?;
    if known.rows.first().and_then(|cells| cells[0].int()) == Some(0) {
        return Err(StoreError::Invalid(format!("there is no person {person}")));
    }
    let wanted = [
        ("name", &change.name),
        ("email", &change.email),
        ("phone", &change.phone),
        ("city", &change.city),
        ("postcode", &change.postcode),
    ];
    let mut records = 0;
    for (field, value) in wanted {
        let Some(value) = value.as_deref().map(str::trim).filter(|value| !value.is_empty()) else {
            continue;
        };
        check(field, value)?;
        let carts = carts(connection, person, field, value)?;
        // A correction of a correction is one correction of what was told first.
        connection.execute(
            "UPDATE rectifications SET value = ?, at_instant = ? WHERE person_id = ? AND field = ?",
            params![value, Value::from(now), person, field],
        )?;
        let mut changed = carts;
        for (_, table, columns) in FIELDS.iter().filter(|(of, _, _)| *of == field) {
            for column in *columns {
                changed =
                    changed.max(0) + one(connection, person, (field, table, column), value, now)?;
            }
        }
        records = records.max(changed);
    }
    connection
        .execute_batch("UPDATE generations SET sales = sales + 1, behaviour = behaviour + 1")?;
    Ok(records)
}

fn one(
    connection: &Connection,
    person: i64,
    (field, table, column): (&str, &str, &str),
    value: &str,
    now: Timestamp,
) -> Result<i64, StoreError> {
    let theirs = theirs(table);
    let told = if matches!(field, "city" | "postcode") {
        format!("{column} IS NOT NULL")
    } else {
        "true".into()
    };
    connection.execute(
        &format!(
            "INSERT INTO rectifications
             SELECT DISTINCT ?1, ?2, {column}, ?3, ?4 FROM {table}
             WHERE {theirs} AND {told} AND {column} IS DISTINCT FROM ?3
               AND NOT EXISTS (SELECT 1 FROM rectifications r
                               WHERE r.person_id = ?1 AND r.field = ?2 AND r.told IS NOT DISTINCT FROM {table}.{column})
               AND NOT EXISTS (SELECT 1 FROM rectifications r
                               WHERE r.person_id = ?1 AND r.field = ?2 AND r.value IS NOT DISTINCT FROM {table}.{column})"
        ),
        params![person, field, value, Value::from(now)],
    )?;
    let changed = connection.execute(
        &format!("UPDATE {table} SET {column} = ?2 WHERE {theirs} AND {told} AND {column} IS DISTINCT FROM ?2"),
        params![person, value],
    )?;
    i64::try_from(changed).map_err(|_| StoreError::Overflow)
}

/// A cart has no person: it is found by its e-mail address, which is therefore not corrected.
fn carts(
    connection: &Connection,
    person: i64,
    field: &str,
    value: &str,
) -> Result<i64, StoreError> {
    if field != "name" {
        return Ok(0);
    }
    let changed = connection.execute(
        "UPDATE all_carts SET customer_name = ?2
         WHERE customer_name IS NOT NULL AND lower(trim(email)) IN (
             SELECT email_key FROM identities WHERE person_id = ?1 AND email_key IS NOT NULL)",
        params![person, value],
    )?;
    i64::try_from(changed).map_err(|_| StoreError::Overflow)
}

fn check(field: &str, value: &str) -> Result<(), StoreError> {
    let wrong = |what: &str| Err(StoreError::Invalid(format!("“{value}” is no {what}")));
    if value.chars().any(char::is_control) || value.chars().count() > 200 {
        return wrong("value for that");
    }
    match field {
        "email"
            if !value.split_once('@').is_some_and(|(local, domain)| {
                !local.is_empty() && domain.contains('.') && !value.contains(' ')
            }) =>
        {
            wrong("e-mail address")
        }
        "phone" if value.chars().filter(char::is_ascii_digit).count() < 6 => {
            wrong("telephone number")
        }
        _ => Ok(()),
    }
}

/// After a transaction's records are written and have their persons: corrections hold for them too.
pub(crate) fn settle(connection: &Connection) -> Result<(), StoreError> {
    let any = query(connection, "SELECT EXISTS (SELECT 1 FROM rectifications)", &[])?;
    if any.rows.first().and_then(|cells| cells[0].int()) != Some(1) {
        return Ok(());
    }
    // A person who became another's takes their corrections along.
    connection.execute_batch(
        "UPDATE rectifications SET person_id = moved.person_id
         FROM (SELECT n.old_person, min(a.person_id) AS person_id
               FROM nodes n JOIN assigned a ON a.record_id = n.record_id
               WHERE n.old_person IS NOT NULL AND a.person_id IS NOT NULL
                 AND n.old_person NOT IN (SELECT person_id FROM assigned WHERE person_id IS NOT NULL)
               GROUP BY n.old_person) moved
         WHERE rectifications.person_id = moved.old_person",
    )?;
    for (field, table, columns) in FIELDS {
        for column in *columns {
            connection.execute_batch(&format!(
                "UPDATE {table} SET {column} = r.value FROM rectifications r
                 WHERE r.field = '{field}' AND r.person_id = {table}.person_id
                   AND {table}.{column} IS NOT DISTINCT FROM r.told
                   AND {table}.person_id IN (SELECT person_id FROM assigned)"
            ))?;
        }
    }
    Ok(())
}
