//! Which of two readings of an order is the later one, where the platform's stamps can't tell.
//!
//! Platforms stamp to the second, and more than one thing can happen in a second. A connection reads
//! its platform one request after the other, so of two readings with different content under the same
//! second the later reading is right. It gets a stamp just after the stored one.

use std::collections::HashMap;

use comptoir_model::Record;
use duckdb::Connection;
use jiff::{SignedDuration, Timestamp};

use crate::engine::query;
use crate::error::StoreError;
use crate::value::Value;
use crate::writer;

/// Orders looked up with one statement.
const AT_ONCE: usize = 500;

/// How far a reading is believed against what is stored.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Belief {
    /// The newer stamp wins, and of two in the same second the later reading.
    #[default]
    Stamp,
    /// What was read just now is what the platform says, whatever its stamp.
    Reading,
}

/// A stamp this far ahead is a mistake of the platform's clock: it must not hide what changes until then.
const FUTURE: SignedDuration = SignedDuration::from_hours(24);

/// Lets the orders of a reading win over what is stored, where they are the later reading.
pub(super) fn restamp(
    connection: &Connection,
    shop_id: i64,
    source: &str,
    records: &mut [Record],
    belief: Belief,
    now: Timestamp,
) -> Result<(), StoreError> {
    let ids: Vec<String> = records
        .iter()
        .filter_map(|record| match record {
            Record::Order(order) => Some(order.id.clone()),
            _ => None,
        })
        .collect();
    let stored = stored(connection, shop_id, source, &ids)?;
    for record in records {
        let digest = writer::record_digest(record);
        let Record::Order(order) = record else { continue };
        let Some((modified, known)) = stored.get(&order.id) else { continue };
        let stamp = order.version.modified;
        let later = belief == Belief::Reading
            || second(stamp) == second(*modified)
            || modified.duration_since(now) > FUTURE;
        if *known != digest && stamp <= *modified && later {
            order.version.modified = just_after(*modified);
        }
    }
    Ok(())
}

fn stored(
    connection: &Connection,
    shop_id: i64,
    source: &str,
    ids: &[String],
) -> Result<HashMap<String, (Timestamp, i64)>, StoreError> {
    let mut found = HashMap::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE) {
        let holes = vec!["?"; some.len()].join(", ");
        let mut parameters: Vec<Value> = vec![shop_id.into(), source.into()];
        parameters.extend(some.iter().map(|id| Value::from(id.as_str())));
        let rows = query(
            connection,
            &format!(
                "SELECT o.external_id, o.modified, o.digest FROM all_orders o JOIN sources f USING (source_id)
                 WHERE o.shop_id = ? AND f.name = ? AND o.origin = 1 AND o.external_id IN ({holes})"
            ),
            &parameters,
        )?;
        for cells in rows.rows {
            if let [Value::Text(id), Value::Instant(modified), Value::Int(digest)] =
                cells.as_slice()
            {
                found.insert(id.clone(), (*modified, *digest));
            }
        }
    }
    Ok(found)
}

fn second(at: Timestamp) -> i64 {
    at.as_microsecond().div_euclid(1_000_000)
}

fn just_after(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond() + 1).unwrap_or(at)
}
