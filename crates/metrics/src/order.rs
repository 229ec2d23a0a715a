//! The order of rows: time runs forward, everything else from the largest first figure down; equal
//! rows by their key, unknown last, so that the order never depends on the database.

use std::cmp::Ordering;

use comptoir_store::Value;

use crate::dimension::{Dimension, Kind};
use crate::query::{Query, Sort};
use crate::table::{Cell, Row};

/// A row with its key as stored.
pub(crate) struct Keyed {
    pub key: Vec<Value>,
    pub row: Row,
}

/// Sorts rows as the query asks.
pub(crate) fn sort(rows: &mut [Keyed], query: &Query) {
    let timely = query.by.first().is_some_and(|by| matches!(by.kind, Kind::Time(_) | Kind::Cycle));
    let default = match query.metrics.first() {
        Some(metric) if !timely => Some(Sort { column: metric.id, descending: true }),
        _ => None,
    };
    let sort = query.sort.clone().or(default);
    rows.sort_by(|left, right| {
        let chosen =
            sort.as_ref().map_or(Ordering::Equal, |sort| by_column(left, right, sort, query));
        chosen.then_with(|| by_key(left, right, query))
    });
}

fn by_column(left: &Keyed, right: &Keyed, sort: &Sort, query: &Query) -> Ordering {
    if let Some(at) = query.metrics.iter().position(|metric| metric.id == sort.column) {
        return left.row.values[at].order(&right.row.values[at], sort.descending);
    }
    match query.by.iter().position(|by| by.id == sort.column) {
        Some(at) => by_dimension(left, right, at, query, sort.descending),
        None => Ordering::Equal,
    }
}

fn by_key(left: &Keyed, right: &Keyed, query: &Query) -> Ordering {
    (0..query.by.len())
        .map(|at| by_dimension(left, right, at, query, false))
        .find(|order| order.is_ne())
        .unwrap_or(Ordering::Equal)
}

fn by_dimension(
    left: &Keyed,
    right: &Keyed,
    at: usize,
    query: &Query,
    descending: bool,
) -> Ordering {
    let unknown = left.key[at].is_null().cmp(&right.key[at].is_null());
    let order = match query.by[at].kind {
        Kind::Shop => {
            let cell = cell_of(query.by.as_slice(), at);
            text(&left.row.keys[cell]).cmp(&text(&right.row.keys[cell]))
        }
        _ => left.key[at].cmp(&right.key[at]),
    };
    unknown.then(if descending { order.reverse() } else { order })
}

/// Where the cell of a dimension stands: a product has two.
fn cell_of(by: &[&'static Dimension], at: usize) -> usize {
    at + by[..at].iter().filter(|by| by.id == "product").count()
}

fn text(cell: &Cell) -> Option<&str> {
    match cell {
        Cell::Text(text) => Some(text),
        _ => None,
    }
}
