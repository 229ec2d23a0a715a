//! What happened lately, how fresh each shop is, and one order in full: reads that are lists of
//! records, not figures.

mod order;

use jiff::Timestamp;

use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::value::Value;

pub use order::{OrderDetail, order};

/// An order or a cart, in the live activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    pub shop_id: i64,
    pub what: What,
    /// Surrogate id of the order or cart.
    pub id: i64,
    /// Name, else e-mail; `None`: a visitor.
    pub who: Option<String>,
    /// The order's number, or what is in the cart.
    pub words: String,
    /// Tax included, minor units of `currency`.
    pub amount: i64,
    pub currency: String,
    pub at: Timestamp,
}

/// What an activity is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    Order,
    OpenCart,
    OrderedCart,
    EmptiedCart,
}

/// The latest orders and carts of some shops, newest first; a cart is listed once, in its latest state.
pub fn latest(
    snapshot: &Snapshot,
    shops: &[i64],
    limit: usize,
) -> Result<Vec<Activity>, StoreError> {
    let holes = vec!["?"; shops.len()].join(", ");
    let sql = format!(
        "SELECT * FROM (
           (SELECT shop_id, 'order' AS what, order_id, coalesce(customer_name, email) AS who,
                   coalesce(number, external_id) AS words, total, currency, created AS happened
            FROM orders WHERE shop_id IN ({holes}) AND class NOT IN ('deleted', 'draft') AND NOT test
            ORDER BY created DESC, order_id DESC LIMIT ?)
           UNION ALL
           (SELECT shop_id, state, cart_id, coalesce(customer_name, email), items, total, currency, updated
            FROM carts WHERE shop_id IN ({holes}) ORDER BY updated DESC, cart_id DESC LIMIT ?)
         ) ORDER BY happened DESC, what DESC LIMIT ?"
    );
    let limit = Value::Int(i64::try_from(limit).unwrap_or(i64::MAX));
    let shops: Vec<Value> = shops.iter().map(|id| Value::Int(*id)).collect();
    let parameters: Vec<Value> =
        shops.iter().chain([&limit]).chain(&shops).chain([&limit, &limit]).cloned().collect();
    let rows = snapshot.query(&sql, &parameters)?;
    Ok(rows
        .rows
        .iter()
        .map(|cells| Activity {
            shop_id: cells[0].int().unwrap_or(0),
            what: match cells[1].text() {
                Some("order") => What::Order,
                Some("ordered") => What::OrderedCart,
                Some("deleted") => What::EmptiedCart,
                _ => What::OpenCart,
            },
            id: cells[2].int().unwrap_or(0),
            who: cells[3].text().map(str::to_owned),
            words: cells[4].text().unwrap_or_default().to_owned(),
            amount: cells[5].int().unwrap_or(0),
            currency: cells[6].text().unwrap_or_default().to_owned(),
            at: cells[7].instant().unwrap_or_default(),
        })
        .collect())
}

/// Units in stock of some products, by their codes, where the catalogue tells them.
pub fn stocks(
    snapshot: &Snapshot,
    shops: &[i64],
    codes: &[String],
) -> Result<Vec<(String, i64)>, StoreError> {
    if codes.is_empty() || shops.is_empty() {
        return Ok(Vec::new());
    }
    let sql = format!(
        "SELECT code, stock FROM products
         WHERE shop_id IN ({}) AND code IN ({}) AND stock IS NOT NULL AND NOT deleted",
        vec!["?"; shops.len()].join(", "),
        vec!["?"; codes.len()].join(", "),
    );
    let parameters: Vec<Value> = shops
        .iter()
        .map(|id| Value::Int(*id))
        .chain(codes.iter().map(|code| Value::from(code.as_str())))
        .collect();
    let rows = snapshot.query(&sql, &parameters)?;
    Ok(rows
        .rows
        .iter()
        .filter_map(|cells| Some((cells[0].text()?.to_owned(), cells[1].int()?)))
        .collect())
}

/// When a shop last told something, and the raw statuses its orders have.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Newest stamp of a record, by shop.
    pub fresh: Vec<(i64, Timestamp)>,
    /// Shop, raw status, class.
    pub statuses: Vec<(i64, String, String)>,
}

/// Reads the facts of all shops.
pub fn facts(snapshot: &Snapshot) -> Result<Facts, StoreError> {
    let rows = snapshot.query(
        "SELECT shop_id, status, class, max(modified) FROM orders GROUP BY ALL ORDER BY shop_id, status, class",
        &[],
    )?;
    let mut facts = Facts::default();
    for cells in &rows.rows {
        let (Some(shop), Some(at)) = (cells[0].int(), cells[3].instant()) else { continue };
        let text = |cell: &Value| cell.text().unwrap_or_default().to_owned();
        facts.statuses.push((shop, text(&cells[1]), text(&cells[2])));
        match facts.fresh.iter_mut().find(|(known, _)| *known == shop) {
            Some((_, newest)) => *newest = at.max(*newest),
            None => facts.fresh.push((shop, at)),
        }
    }
    Ok(facts)
}
