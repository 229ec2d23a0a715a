//! Reduces the records of a transaction to the newest version per key.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use comptoir_model::{Record, Version};

use super::stage::{Origins, is_tombstone, record_digest};

/// Key of a record within the workspace: shop, source, kind, external id.
type Key<'r> = (i64, i64, u8, &'r str);

/// Order of versions: stamp, then tombstone, then content. A visit has no version: it grows.
fn rank(record: &Record) -> (Option<Version>, bool, i64) {
    let version = match record {
        Record::Order(order) => Some(order.version),
        Record::Refund(refund) => Some(refund.version),
        Record::Customer(customer) => Some(customer.version),
        Record::Product(product) => Some(product.version),
        Record::Cart(cart) => Some(cart.version),
        Record::Visit(_) => None,
    };
    (version, is_tombstone(record), record_digest(record))
}

fn key<'r>(record: &'r Record, from: &Origins) -> Key<'r> {
    let (kind, id, source) = match record {
        Record::Order(order) => (0, &order.id, from.source_id),
        Record::Refund(refund) => (1, &refund.id, from.source_id),
        Record::Customer(customer) => (2, &customer.id, from.source_id),
        Record::Product(product) => (3, &product.code, from.source_id),
        Record::Cart(cart) => (4, &cart.id, from.source_id),
        Record::Visit(visit) => (5, &visit.id, from.source_id),
    };
    (from.shop_id, source, kind, id)
}

/// The newest version of each record, in order of arrival, and the older versions beside them.
pub(crate) fn newest<'r>(
    records: &[(&'r Record, &'r Origins)],
) -> (Vec<(&'r Record, &'r Origins)>, Vec<(&'r Record, &'r Origins)>) {
    let mut winners: HashMap<Key<'r>, usize> = HashMap::with_capacity(records.len());
    let mut wins = vec![false; records.len()];
    for (index, (record, from)) in records.iter().enumerate() {
        if matches!(record, Record::Visit(_)) {
            // Tellings of a visit are merged, none replaces another.
            wins[index] = true;
            continue;
        }
        match winners.entry(key(record, from)) {
            Entry::Vacant(entry) => {
                entry.insert(index);
            }
            Entry::Occupied(mut entry) => {
                if rank(record) > rank(records[*entry.get()].0) {
                    entry.insert(index);
                }
            }
        }
    }
    for index in winners.into_values() {
        wins[index] = true;
    }
    let pick = |won: bool| {
        records
            .iter()
            .zip(&wins)
            .filter(|(_, wins)| **wins == won)
            .map(|(record, _)| *record)
            .collect()
    };
    (pick(true), pick(false))
}
