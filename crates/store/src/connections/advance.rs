//! One step of a sync: a page's records and the place where it ended, in one transaction.

use comptoir_model::{Batch, Record};
use duckdb::{Connection, params};
use jiff::Timestamp;

use super::{Advance, Advanced, Position, hints, known, refused, restamp};
use crate::engine::query;
use crate::error::StoreError;
use crate::privacy::Book;
use crate::store::Store;
use crate::value::Value;
use crate::writer;

impl Store {
    /// Commits a page's records together with where the sync is after them: what was read once is
    /// never lost, and what was not committed is read again.
    pub fn advance(&self, id: i64, step: Advance, now: Timestamp) -> Result<Advanced, StoreError> {
        let book = self.book();
        self.change_connections(move |connection| advance(connection, &book, id, step, now))
    }
}

fn advance(
    connection: &Connection,
    book: &Book,
    id: i64,
    mut step: Advance,
    now: Timestamp,
) -> Result<Advanced, StoreError> {
    let found = query(
        connection,
        "SELECT s.slug, c.platform, c.shop_id FROM connections c JOIN shops s USING (shop_id) WHERE c.connection_id = ?",
        &[id.into()],
    )?;
    let Some([shop, platform, shop_id]) = found.rows.first().map(Vec::as_slice) else {
        return Err(StoreError::UnknownConnection(id));
    };
    let source = platform.text().unwrap_or_default();
    let shop_id = shop_id.int().unwrap_or(0);
    restamp::restamp(connection, shop_id, source, &mut step.records, step.belief, now)?;
    refused::clear(connection, id, &names(&step.records))?;
    refused::remember(connection, book, id, &step.refused, now)?;
    hints::forget(connection, id, &step.hints)?;
    let batch = Batch {
        shop: shop.text().unwrap_or_default().to_owned(),
        source: source.to_owned(),
        records: step.records,
    };
    let (received, updated) = writer::write_counted(connection, book, &batch)?;
    let changed = connection.execute(
        "UPDATE connections SET received = received + ?, updated = updated + ?, notes = coalesce(?, notes)
         WHERE connection_id = ?",
        params![received, updated, step.notes, id],
    )?;
    known(id, changed)?;
    if let Some(position) = step.position {
        place(connection, id, &position, now)?;
    }
    Ok(Advanced { received, updated })
}

fn place(
    connection: &Connection,
    id: i64,
    position: &Position,
    now: Timestamp,
) -> Result<(), StoreError> {
    let count = |count: u64| i64::try_from(count).ok();
    let (done, total) = match position.progress {
        Some((done, total)) => (count(done), count(total)),
        None => (None, None),
    };
    connection.execute(
        "UPDATE connections
         SET phase_started = CASE WHEN phase = ?1 AND phase_started IS NOT NULL THEN phase_started ELSE ?2 END,
             phase = ?1, cursor = ?3, done = coalesce(?4, done), total = coalesce(?5, total)
         WHERE connection_id = ?6",
        params![position.phase, Value::from(now), position.cursor, done, total, id],
    )?;
    Ok(())
}

/// Kind and identifier of each record, as refused records are named.
fn names(records: &[Record]) -> Vec<(&'static str, &str)> {
    records
        .iter()
        .filter_map(|record| match record {
            Record::Order(order) => Some(("order", order.id.as_str())),
            Record::Refund(refund) => Some(("refund", &refund.id)),
            Record::Customer(customer) => Some(("customer", &customer.id)),
            Record::Product(product) => Some(("product", &product.code)),
            Record::Cart(cart) => Some(("cart", &cart.id)),
            Record::Visit(_) => None,
        })
        .collect()
}
