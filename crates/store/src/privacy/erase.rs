//! Takes a person's identity out of every record, within a transaction of the writer.

use duckdb::Connection;
use jiff::Timestamp;

use super::hashes::{Book, Hasher, Line};
use super::traces::{ERASED, Traces};
use super::{Erased, files};
use crate::engine::query;
use crate::error::StoreError;
use crate::value::Value;
use crate::writer::sheet::{Sheet, cells};

/// Erases persons; those who were erased before stay as they are.
pub(super) fn persons(
    connection: &Connection,
    book: &Book,
    persons: &[i64],
    now: Timestamp,
) -> Result<Erased, StoreError> {
    let traces = Traces::of(&|sql, values| query(connection, sql, values), persons)?;
    if !traces.is_empty() {
        let person = match persons {
            [one] if *one > 0 => Some(*one),
            _ => None,
        };
        return spread(connection, book, traces, person, now);
    }
    for person in persons {
        let known = query(
            connection,
            "SELECT count(*) FROM identities WHERE person_id = ?",
            &[(*person).into()],
        )?;
        if known.rows.first().and_then(|cells| cells[0].int()) == Some(0) {
            return Err(StoreError::Invalid(format!("there is no person {person}")));
        }
    }
    Ok(Erased::default())
}

/// Erases whoever is known by these traces, and whoever is the same person by the rule that links
/// records. The list beside the database has them before this returns.
pub(super) fn spread(
    connection: &Connection,
    book: &Book,
    traces: Traces,
    person: Option<i64>,
    now: Timestamp,
) -> Result<Erased, StoreError> {
    let hasher = Hasher::new(connection, book)?;
    let traces = linked(connection, &hasher, traces)?;
    remember(connection, book, &hasher.all(&traces), person, now)?;
    let erased = records(connection)?;
    let others = others(connection, &hasher, &traces)?;
    let lines = files::erase(connection, book, &traces)?;
    connection.execute_batch(include_str!("erase_rest.sql"))?;
    connection.execute(
        "INSERT INTO compaction SELECT ? WHERE NOT EXISTS (SELECT 1 FROM compaction)",
        [Value::from(now)],
    )?;
    Ok(Erased { others: erased.others + others, lines, ..erased })
}

/// All that the same persons are known by: an account leads to e-mail addresses, and those to accounts.
fn linked(
    connection: &Connection,
    hasher: &Hasher,
    mut traces: Traces,
) -> Result<Traces, StoreError> {
    loop {
        forget(connection, &hasher.all(&traces))?;
        let rows = query(connection, include_str!("erase_linked.sql"), &[])?;
        let before = traces.clone();
        traces.add(Traces::read(&rows));
        if traces == before {
            return Ok(traces);
        }
    }
}

/// Fills the table of what is to be replaced, and by what.
pub(super) fn forget(
    connection: &Connection,
    all: &[(super::hashes::Kind, Option<i64>, String, String)],
) -> Result<(), StoreError> {
    connection.execute_batch(
        "CREATE OR REPLACE TEMP TABLE forgotten (kind VARCHAR, source_id BIGINT, value VARCHAR, hash VARCHAR)",
    )?;
    let mut sheet = Sheet::new(connection, "forgotten");
    for (kind, source, value, hash) in all {
        sheet.row(&cells![kind.id(), *source, value, hash])?;
    }
    sheet.flush()
}

/// Writes the hashes down, in the database and in the list beside it.
fn remember(
    connection: &Connection,
    book: &Book,
    all: &[(super::hashes::Kind, Option<i64>, String, String)],
    person: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut lines = Vec::new();
    for (kind, _, _, hash) in all {
        let added = connection.execute(
            "INSERT INTO erasures SELECT ?1, ?2, ?3, ?4
             WHERE NOT EXISTS (SELECT 1 FROM erasures WHERE kind = ?1 AND hash = ?2)",
            duckdb::params![kind.id(), hash, person, Value::from(now)],
        )?;
        if added > 0 {
            lines.push(Line { at: now, kind: *kind, hash: hash.clone(), person });
        }
    }
    book.write(&lines)
}

/// Orders with their copies, refunds, customers and carts.
fn records(connection: &Connection) -> Result<Erased, StoreError> {
    let changed = |sql: &str| -> Result<i64, StoreError> {
        i64::try_from(connection.execute(sql, [])?).map_err(|_| StoreError::Overflow)
    };
    for table in ["all_orders", "refunds", "customers"] {
        replace_keys(connection, table)?;
    }
    Ok(Erased {
        orders: changed(&clear_orders("all_orders", GONE))?,
        refunds: changed(&clear_refunds(
            "refunds",
            &format!("{GONE} OR order_id IN (SELECT order_id FROM all_orders WHERE {GONE})"),
        ))?,
        customers: changed(&clear_customers("customers"))?,
        carts: changed(&clear_carts(
            "all_carts",
            &format!(
                "lower(trim(email)) IN (SELECT value FROM forgotten WHERE kind = 'email')
                 OR (shop_id, source_id, order_ref) IN (
                     SELECT (shop_id, source_id, external_id) FROM all_orders WHERE {GONE})"
            ),
        ))?,
        lines: 0,
        others: 0,
    })
}

/// Whether a record is an erased person's: what it is linked by is a hash. A telephone number alone
/// tells a person only where nothing better does.
pub(super) const GONE: &str = "(coalesce(starts_with(email_key, 'erased:'), false)
    OR coalesce(starts_with(customer_ref, 'erased:'), false)
    OR (email_key IS NULL AND customer_ref IS NULL AND coalesce(starts_with(phone_key, 'erased:'), false)))";

/// Replaces what records are linked by, so that those that were linked still are. A telephone number is
/// replaced in the records of others too: they are compared by it.
pub(super) fn replace_keys(connection: &Connection, table: &str) -> Result<(), StoreError> {
    connection.execute_batch(&format!(
        "UPDATE {table} SET email_key = f.hash FROM forgotten f WHERE f.kind = 'email' AND f.value = {table}.email_key;
         UPDATE {table} SET phone_key = f.hash FROM forgotten f WHERE f.kind = 'phone' AND f.value = {table}.phone_key;
         UPDATE {table} SET customer_ref = f.hash FROM forgotten f
         WHERE f.kind = 'account' AND f.source_id = {table}.source_id AND f.value = {table}.customer_ref;"
    ))?;
    Ok(())
}

pub(super) fn clear_orders(table: &str, gone: &str) -> String {
    format!(
        "UPDATE {table} SET email = NULL, phone = NULL, customer_name = NULL, billing_city = NULL,
                billing_postcode = NULL, shipping_city = NULL, shipping_postcode = NULL
         WHERE ({gone}) AND coalesce(email, phone, customer_name, billing_city, billing_postcode, shipping_city,
                                     shipping_postcode) IS NOT NULL"
    )
}

/// A refund of an erased order goes with it, whatever it is linked by itself.
pub(super) fn clear_refunds(table: &str, gone: &str) -> String {
    format!(
        "UPDATE {table} SET reason = NULL, email = NULL, phone = NULL, customer_name = NULL,
                email_key = CASE WHEN starts_with(email_key, 'erased:') THEN email_key END,
                phone_key = CASE WHEN starts_with(phone_key, 'erased:') THEN phone_key END,
                customer_ref = CASE WHEN starts_with(customer_ref, 'erased:') THEN customer_ref END
         WHERE ({gone}) AND coalesce(reason, email, phone, customer_name, email_key, phone_key, customer_ref) IS NOT NULL"
    )
}

/// A customer's own id is what its platform calls the account.
pub(super) fn clear_customers(table: &str) -> String {
    format!(
        "UPDATE {table} SET email = NULL, phone = NULL, customer_name = NULL,
                external_id = CASE WHEN starts_with(customer_ref, 'erased:') THEN customer_ref ELSE external_id END
         WHERE {GONE} AND (coalesce(email, phone, customer_name) IS NOT NULL
                           OR starts_with(customer_ref, 'erased:') AND external_id <> customer_ref)"
    )
}

pub(super) fn clear_carts(table: &str, gone: &str) -> String {
    format!(
        "UPDATE {table} SET email = NULL, customer_name = NULL
         WHERE ({gone}) AND coalesce(email, customer_name) IS NOT NULL"
    )
}

/// What plugins are answered again, and records that were not understood.
fn others(connection: &Connection, hasher: &Hasher, traces: &Traces) -> Result<i64, StoreError> {
    let mut changed = 0;
    let doors = query(
        connection,
        "SELECT shop_id, kind, number, email, detail, key FROM door_records
         WHERE NOT starts_with(coalesce(email, ''), 'erased:')",
        &[],
    )?;
    for cells in &doors.rows {
        let (email, detail) =
            (cells[3].text().unwrap_or_default(), cells[4].text().unwrap_or_default());
        let (kind, key) = (cells[1].text().unwrap_or_default(), cells[5].text());
        let account = is_customer(kind)
            && key.is_some_and(|key| traces.accounts.iter().any(|(_, account)| account == key));
        let theirs = traces.emails.contains(email.trim()) || email.is_empty() && account;
        if !theirs {
            continue;
        }
        connection.execute(
            "UPDATE door_records SET email = ?, detail = ?, key = ? WHERE shop_id = ? AND kind = ? AND number = ?",
            duckdb::params![
                hasher.email(email.trim()),
                nameless(kind, detail),
                key.map(|key| key_kept(hasher, kind, key)),
                cells[0].int(),
                kind,
                cells[2].int()
            ],
        )?;
        changed += 1;
    }
    let refused = query(connection, include_str!("erase_refused.sql"), &[])?;
    for cells in &refused.rows {
        let text = |index: usize| cells[index].text().unwrap_or_default();
        let theirs = cells[4].int() == Some(1);
        if !theirs && !traces.quoted_in(text(3)) && !traces.quoted_in(text(2)) {
            continue;
        }
        let key = duckdb::params![cells[0].int(), text(1), text(2), text(3)];
        // A customer's id is the person's: the notice goes whole, and comes again without their data.
        if text(1) == "customer" || traces.quoted_in(text(2)) {
            connection.execute(
                "DELETE FROM connection_refused WHERE connection_id = ? AND kind = ? AND external_id = ? AND detail = ?",
                key,
            )?;
        } else {
            connection.execute(
                "UPDATE connection_refused SET detail = ?5
                 WHERE connection_id = ?1 AND kind = ?2 AND external_id = ?3 AND detail = ?4",
                duckdb::params![
                    cells[0].int(),
                    text(1),
                    text(2),
                    text(3),
                    without_value(text(3), &|text| traces.quoted_in(text))
                ],
            )?;
        }
        changed += 1;
    }
    Ok(changed)
}

/// The members of a plugin's record that may name a person.
const NAMING: &[&str] = &[
    "email",
    "firstname",
    "lastname",
    "first_name",
    "last_name",
    "name",
    "fullname",
    "phone",
    "mobile",
    "sms",
    "address",
    "address1",
    "address2",
    "city",
    "zip",
    "postcode",
    "company",
];

/// Whether a plugin's record is a customer's account: its key is then the account's.
fn is_customer(kind: &str) -> bool {
    kind.ends_with("_customer")
}

/// The key of an erased person's record, as it may be held. An order's is its number.
pub(crate) fn key_kept(hasher: &Hasher, kind: &str, key: &str) -> String {
    if is_customer(kind) && !key.starts_with(ERASED) {
        hasher.account(0, key)
    } else {
        key.to_owned()
    }
}

/// A plugin's record without who it is of. What was bought (lists) stays.
pub(crate) fn nameless(kind: &str, detail: &str) -> String {
    let Ok(serde_json::Value::Object(mut members)) = serde_json::from_str(detail) else {
        return "{}".to_owned();
    };
    members.retain(|name, value| {
        let name = name.to_lowercase();
        let names_somebody = NAMING.contains(&name.as_str())
            || is_customer(kind) && name == "externalid"
            || value.is_object();
        !names_somebody
    });
    serde_json::Value::Object(members).to_string()
}

/// Why a record was not understood, without what it said.
pub(crate) fn without_value(detail: &str, quoted: &dyn Fn(&str) -> bool) -> String {
    let Ok(mut told) = serde_json::from_str::<serde_json::Value>(detail) else {
        return "{}".to_owned();
    };
    let value = told.get("value").and_then(|value| value.as_str()).unwrap_or_default().to_owned();
    silence(&mut told, &value, quoted);
    told.to_string()
}

/// Takes a value out of every text within, also of the reasons that repeat it.
fn silence(within: &mut serde_json::Value, value: &str, quoted: &dyn Fn(&str) -> bool) {
    match within {
        serde_json::Value::String(text) if text == value || quoted(text) => text.clear(),
        serde_json::Value::String(text) if value.chars().count() >= 3 => {
            *text = text.replace(value, "…");
        }
        serde_json::Value::Array(items) => {
            for item in items {
                silence(item, value, quoted);
            }
        }
        serde_json::Value::Object(members) => {
            for member in members.values_mut() {
                silence(member, value, quoted);
            }
        }
        _ => {}
    }
}
