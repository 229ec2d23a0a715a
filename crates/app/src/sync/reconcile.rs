//! Compares everything with the platform: reads it again from the beginning, lists each order that
//! differs, and puts it right. The live cursor stays where it is until the end is reached.

use std::collections::{HashMap, HashSet};

use comptoir_model::{Class, Order, Record};
use comptoir_sources::connector::{Facts, Phase, Wanted};
use comptoir_store::Position;
use comptoir_store::connections::{self, Belief, StoredOrder};
use jiff::Timestamp;

use super::outcome::{Difference, Kind, Side};
use super::run::{Patience, Reading, Stop, phase_id};

/// Orders asked for with one call.
const AT_ONCE: usize = 50;

/// Differences that are kept with the connection; the command line tells all of them.
const KEPT: usize = 1000;

/// Reads everything and puts right what differs. The differences come back only if the reading was
/// complete: half a reading proves nothing gone.
pub fn compare(reading: &mut Reading<'_>) -> Result<Vec<Difference>, Stop> {
    let facts = reading.connector.check()?;
    let snapshot = reading.runner.store.read()?;
    let connection = &reading.connection;
    let stored = connections::orders_of(&snapshot, connection.shop_id, &connection.platform)?;
    drop(snapshot);
    let mut known: HashMap<String, StoredOrder> =
        stored.into_iter().map(|order| (order.id.clone(), order)).collect();
    let mut seen = HashSet::new();
    let mut differences = Vec::new();
    let mut cursor = String::new();
    let mut patience = Patience::default();
    let last = loop {
        let page = reading.page(&cursor)?;
        patience.look(&cursor, &page)?;
        for record in &page.records {
            let Record::Order(order) = record else { continue };
            // What an order is read as a second time happened meanwhile.
            if seen.insert(order.id.clone()) {
                differences.extend(difference(known.remove(&order.id).as_ref(), order, record));
            }
        }
        seen.extend(page.orders_seen.iter().cloned());
        cursor.clone_from(&page.cursor);
        let end = Position {
            cursor: page.cursor.clone(),
            phase: phase_id(page.phase).to_owned(),
            progress: page.progress,
        };
        let (more, phase) = (page.more, page.phase);
        reading.commit(page, None, Belief::Reading, Vec::new())?;
        if !more && phase == Phase::Changes {
            break end;
        }
        if !more {
            reading.wait(&mut patience)?;
        }
    };
    let mut absent: Vec<StoredOrder> = known
        .into_values()
        .filter(|order| !seen.contains(&order.id) && is_within(order, facts.history_from))
        .collect();
    absent.sort_by(|a, b| (a.created, &a.id).cmp(&(b.created, &b.id)));
    for some in absent.chunks(AT_ONCE) {
        differences.extend(gone(reading, some)?);
    }
    finish(reading, facts, last, &differences)?;
    Ok(differences)
}

/// Whether the platform would tell of an order if it had it.
fn is_within(order: &StoredOrder, history_from: Option<Timestamp>) -> bool {
    order.class != Class::Deleted.id() && history_from.is_none_or(|from| order.created >= from)
}

/// How an order as it was read differs from the stored one.
fn difference(here: Option<&StoredOrder>, there: &Order, record: &Record) -> Option<Difference> {
    let deleted = there.class == Class::Deleted;
    let told = Side {
        status: there.status.clone(),
        total: there.currency.decimal(there.total()),
        currency: there.currency.code().to_owned(),
        modified: there.version.modified,
    };
    let Some(here) = here else {
        return (!deleted).then(|| Difference {
            kind: Kind::MissingHere,
            order: there.id.clone(),
            number: there.number.clone(),
            fields: Vec::new(),
            here: None,
            there: Some(told),
            repaired: true,
        });
    };
    let both_deleted = deleted && here.class == Class::Deleted.id();
    if here.digest == connections::digest(record) || both_deleted {
        return None;
    }
    let differing = [
        ("status", here.status != there.status || here.class != there.class.id()),
        ("total", here.total != there.total()),
        ("currency", here.currency != there.currency.code()),
    ];
    let mut fields: Vec<String> = differing
        .into_iter()
        .filter(|(_, differs)| *differs)
        .map(|(field, _)| field.to_owned())
        .collect();
    if fields.is_empty() {
        fields.push("content".to_owned());
    }
    Some(Difference {
        kind: Kind::Different,
        order: there.id.clone(),
        number: there.number.clone(),
        fields,
        here: Some(side(here)),
        there: Some(told),
        repaired: true,
    })
}

/// Asks for orders that a full reading has not seen. A page that shrank while it was read hides an
/// order, so only what the platform itself says is gone is a tombstone.
fn gone(reading: &mut Reading<'_>, some: &[StoredOrder]) -> Result<Vec<Difference>, Stop> {
    let wanted: Vec<_> = some
        .iter()
        .map(|order| (Wanted { kind: "order".into(), id: order.id.clone() }, Some(order.modified)))
        .collect();
    let setting = reading.setting()?;
    let page = reading.connector.fetch(&wanted, &setting)?;
    let mut told: HashMap<String, Option<Difference>> = HashMap::new();
    for record in &page.records {
        let Record::Order(there) = record else { continue };
        let Some(here) = some.iter().find(|order| order.id == there.id) else { continue };
        let found = if there.class == Class::Deleted {
            Some(vanished(here, true))
        } else {
            difference(Some(here), there, record)
        };
        told.insert(there.id.clone(), found);
    }
    for one in &page.refused {
        told.entry(one.id.clone()).or_insert(None);
    }
    let found = some
        .iter()
        .filter_map(|here| told.remove(&here.id).unwrap_or_else(|| Some(vanished(here, false))))
        .collect();
    reading.commit(page, None, Belief::Reading, Vec::new())?;
    Ok(found)
}

fn vanished(here: &StoredOrder, repaired: bool) -> Difference {
    Difference {
        kind: Kind::GoneThere,
        order: here.id.clone(),
        number: here.number.clone(),
        fields: Vec::new(),
        here: Some(side(here)),
        there: None,
        repaired,
    }
}

fn side(here: &StoredOrder) -> Side {
    let total = here
        .currency
        .parse::<comptoir_model::Currency>()
        .map_or_else(|_| here.total.to_string(), |currency| currency.decimal(here.total));
    Side {
        status: here.status.clone(),
        total,
        currency: here.currency.clone(),
        modified: here.modified,
    }
}

/// The whole reading took the place of the live one: its cursor goes on from here.
fn finish(
    reading: &mut Reading<'_>,
    facts: Facts,
    last: Position,
    differences: &[Difference],
) -> Result<(), Stop> {
    let id = reading.connection.id;
    let store = reading.runner.store;
    let now = reading.runner.sync.now();
    // The notes of a complete reading are all there is to say.
    let notes = serde_json::to_string(reading.remarks()).unwrap_or_default();
    let step = comptoir_store::Advance {
        position: Some(last),
        notes: Some(notes),
        ..comptoir_store::Advance::default()
    };
    store.advance(id, step, now)?;
    let kept: Vec<&Difference> = differences.iter().take(KEPT).collect();
    store.set_reconciled(id, serde_json::to_string(&kept).unwrap_or_default(), now)?;
    let before: Option<Facts> = serde_json::from_str(&reading.connection.facts).ok();
    let known_from = before.and_then(|before| before.history_from);
    // Orders that came while the platform still told them are history all the same.
    let history_from =
        facts.history_from.map(|from| known_from.map_or(from, |known| known.min(from)));
    let facts = Facts { history_from, ..facts };
    store.set_connection_facts(id, serde_json::to_string(&facts).unwrap_or_default())?;
    Ok(())
}
