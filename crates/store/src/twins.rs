//! Which source is right when several tell the same order, and what that leaves to look at.
//!
//! The rule itself is in the writer (`writer/twins.sql`): a copy that another source owns is stored, and
//! enters no figure. Here is what decides it, and the orders that should have a better copy and have none.

use jiff::{SignedDuration, Timestamp};

use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::value::Value;

/// How much a source is believed: a connected platform knows its orders, a program or a file was told
/// them, a marketing tool tells what it saw. A source that is not here is a program or a file.
const AUTHORITIES: [(&str, i64); 6] = [
    ("woocommerce", 3),
    ("shopify", 3),
    ("prestashop", 3),
    ("brevo", 1),
    ("activecampaign", 1),
    ("ga4", 1),
];

/// How much a source is believed; the highest is right.
pub fn authority(source: &str) -> i64 {
    AUTHORITIES.iter().find(|(name, _)| *name == source).map_or(2, |(_, authority)| *authority)
}

/// A source of a shop.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    pub name: String,
    pub authority: i64,
    /// Orders it tells that no better source tells.
    pub orders: i64,
    /// Copies of orders that another source is right about.
    pub twins: i64,
}

/// The sources of a shop, the most believed first.
pub fn sources(snapshot: &Snapshot, shop_id: i64) -> Result<Vec<Source>, StoreError> {
    let rows = snapshot.query(
        "SELECT s.name, count(o.order_id) FILTER (o.twin_of IS NULL), count(o.twin_of)
         FROM sources s LEFT JOIN all_orders o ON o.source_id = s.source_id
         WHERE s.shop_id = ? GROUP BY s.name, s.source_id ORDER BY s.source_id",
        &[shop_id.into()],
    )?;
    let mut all: Vec<Source> = rows
        .rows
        .iter()
        .filter_map(|cells| {
            let name = cells.first()?.text()?.to_owned();
            let (orders, twins) = (cells.get(1)?.int()?, cells.get(2)?.int()?);
            Some(Source { authority: authority(&name), name, orders, twins })
        })
        .collect();
    all.sort_by_key(|source| -source.authority);
    Ok(all)
}

/// The names of a shop's sources.
pub fn names(snapshot: &Snapshot, shop_id: i64) -> Result<Vec<String>, StoreError> {
    let rows = snapshot.query(
        "SELECT name FROM sources WHERE shop_id = ? ORDER BY source_id",
        &[shop_id.into()],
    )?;
    Ok(rows.rows.iter().filter_map(|cells| Some(cells.first()?.text()?.to_owned())).collect())
}

/// Orders that a better source of the shop should tell, and does not.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Unlinked {
    /// How many there are.
    pub orders: i64,
    /// The newest of them, [`UNLINKED_LISTED`] at most.
    pub listed: Vec<UnlinkedOrder>,
}

/// One of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnlinkedOrder {
    pub order_id: i64,
    pub external_id: String,
    pub number: Option<String>,
    pub source: String,
    pub created: Timestamp,
    pub total: i64,
    pub currency: String,
}

/// How many unlinked orders are listed.
pub const UNLINKED_LISTED: usize = 100;

/// An order may be told by one source a while before the other: nothing is said before that.
const PATIENCE: SignedDuration = SignedDuration::from_hours(1);

/// Orders of a source created since a better one tells orders, and that the better one does not tell.
/// They count: they are orders. Orders whose source the merchant named owner are never among them.
pub fn unlinked(snapshot: &Snapshot, shop_id: i64, now: Timestamp) -> Result<Unlinked, StoreError> {
    let found = sources_begun(snapshot, shop_id)?;
    let owned = owned_spans(snapshot, shop_id)?;
    let late = now.saturating_sub(PATIENCE).unwrap_or(now);
    let mut conditions = Vec::new();
    let mut values: Vec<Value> = vec![late.into()];
    for source in &found {
        let better = found.iter().filter(|other| other.authority > source.authority);
        let Some(first) = better.filter_map(|other| other.first).min() else { continue };
        let mut condition = "o.source_id = ? AND o.created >= ?".to_owned();
        values.extend([source.id.into(), first.into()]);
        for span in owned.iter().filter(|span| span.source_id == source.id) {
            condition.push_str(" AND NOT (o.created >= ? AND o.created < ?)");
            values.extend([span.from.into(), span.to.into()]);
        }
        conditions.push(format!("({condition})"));
    }
    if conditions.is_empty() {
        return Ok(Unlinked::default());
    }
    let rows = snapshot.query(
        &format!(
            "SELECT o.order_id, o.external_id, o.number, s.name, o.created, o.total, o.currency, count(*) OVER ()
             FROM all_orders o JOIN sources s ON s.source_id = o.source_id
             WHERE o.twin_of IS NULL AND o.class <> 'deleted' AND NOT o.test AND o.created <= ? AND ({})
             ORDER BY o.created DESC, o.order_id DESC LIMIT {UNLINKED_LISTED}",
            conditions.join(" OR ")
        ),
        &values,
    )?;
    let orders = rows.rows.first().and_then(|cells| cells.get(7)?.int()).unwrap_or(0);
    let listed = rows
        .rows
        .iter()
        .filter_map(|cells| {
            Some(UnlinkedOrder {
                order_id: cells.first()?.int()?,
                external_id: cells.get(1)?.text()?.to_owned(),
                number: cells.get(2)?.text().map(str::to_owned),
                source: cells.get(3)?.text()?.to_owned(),
                created: cells.get(4)?.instant()?,
                total: cells.get(5)?.int()?,
                currency: cells.get(6)?.text()?.to_owned(),
            })
        })
        .collect();
    Ok(Unlinked { orders, listed })
}

/// From when until when a source owns the shop's orders, as the merchant decided.
struct Owned {
    source_id: i64,
    from: Timestamp,
    to: Timestamp,
}

fn owned_spans(snapshot: &Snapshot, shop_id: i64) -> Result<Vec<Owned>, StoreError> {
    let rows = snapshot.query(
        "SELECT source_id, since FROM owners WHERE shop_id = ? AND kind = 'orders'
         ORDER BY since NULLS FIRST, source_id",
        &[shop_id.into()],
    )?;
    // No order is older than the first of these instants, nor as late as the second.
    let (ever, never) = (Timestamp::UNIX_EPOCH, Timestamp::MAX);
    let begins: Vec<(i64, Timestamp)> = rows
        .rows
        .iter()
        .filter_map(|cells| Some((cells[0].int()?, cells[1].instant().unwrap_or(ever))))
        .collect();
    let ends = begins.iter().skip(1).map(|(_, from)| *from).chain(std::iter::once(never));
    Ok(begins
        .iter()
        .zip(ends)
        .map(|((source_id, from), to)| Owned { source_id: *source_id, from: *from, to })
        .collect())
}

/// A source and the creation of its first order.
struct Begun {
    id: i64,
    authority: i64,
    first: Option<Timestamp>,
}

fn sources_begun(snapshot: &Snapshot, shop_id: i64) -> Result<Vec<Begun>, StoreError> {
    let sources = snapshot
        .query("SELECT source_id, name FROM sources WHERE shop_id = ?", &[shop_id.into()])?;
    if sources.rows.len() < 2 {
        return Ok(Vec::new());
    }
    let first = |id: i64| -> Result<Option<Timestamp>, StoreError> {
        let found = snapshot
            .query("SELECT min(created) FROM all_orders WHERE source_id = ?", &[id.into()])?;
        Ok(found.rows.first().and_then(|cells| cells.first()?.instant()))
    };
    let mut all = Vec::new();
    for cells in &sources.rows {
        let (Some(id), Some(name)) = (cells[0].int(), cells[1].text()) else { continue };
        all.push(Begun { id, authority: authority(name), first: first(id)? });
    }
    Ok(all)
}
