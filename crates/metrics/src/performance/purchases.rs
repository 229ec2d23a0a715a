//! The orders and persons behind products: each counted once, and who of them came back.

use std::collections::HashMap;

use comptoir_store::Value;

use super::{Item, Reader, item};
use crate::run::MetricsError;
use crate::statement::Bindings;
use crate::table::Cell;

/// Distinct counts of one product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Buyers {
    pub customers: i64,
    /// Customers with a counted order, of anything, at a later instant than their first purchase of
    /// the product in the period.
    pub retained: i64,
}

impl Buyers {
    pub fn retention(self) -> Cell {
        match self.customers {
            0 => Cell::Null,
            customers => Cell::Ratio {
                numerator: i128::from(self.retained),
                denominator: i128::from(customers),
            },
        }
    }
}

/// Counts the orders of some products, or of all.
pub(super) fn orders(
    reader: &Reader<'_>,
    items: Option<&[i64]>,
) -> Result<HashMap<Item, i64>, MetricsError> {
    let mut bindings = Bindings::default();
    let lines = reader.lines(items, &mut bindings)?;
    let statement = bindings.statement(format!(
        "{}SELECT item, {}, count(*) FROM (SELECT DISTINCT {} AS item{}, m.order_id {}) GROUP BY 1, 2",
        lines.with(&[]),
        reader.answered("variant"),
        lines.item,
        reader.variant(),
        lines.rows()
    ));
    let found = reader.snapshot.query(&statement.sql, &statement.values)?.rows;
    Ok(found.iter().filter_map(|cells| item(cells).zip(cells[2].int())).collect())
}

/// Counts the customers of some products, or of all, and those who came back.
pub(super) fn buyers(
    reader: &Reader<'_>,
    items: Option<&[i64]>,
) -> Result<HashMap<Item, Buyers>, MetricsError> {
    let mut found: HashMap<Item, Buyers> = HashMap::new();
    let mut bindings = Bindings::default();
    let mut lines = reader.lines(items, &mut bindings)?;
    lines.keep("m.person_id IS NOT NULL".to_owned());
    let first = format!(
        "firsts AS (
    SELECT {} AS item{}, m.person_id, min(m.occurred_at) AS bought_at
    {}
    GROUP BY ALL
)",
        lines.item,
        reader.variant(),
        lines.rows()
    );
    // Only what is after the period's first day can be later than a purchase in it.
    let earliest = reader.period.from.saturating_sub(jiff::Span::new().days(2));
    let earliest = bindings.bind(Value::Date(earliest));
    let later = format!(
        "latest AS (
    SELECT h.person_id, max(h.occurred_at) AS last_at {}
    WHERE h.occurred_at >= CAST({earliest} AS TIMESTAMP){}
    GROUP BY 1
)",
        lines.history,
        // A first order is no later one; rank is per shop.
        match (reader.scope.shops.len(), reader.scope.stored) {
            (1, true) => " AND h.rank > 1",
            (1, false) => " AND h.place > 1",
            _ => "",
        }
    );
    let statement = bindings.statement(format!(
        "{}SELECT f.item, {}, count(*), count(*) FILTER (WHERE l.last_at > f.bought_at)
FROM firsts f LEFT JOIN latest l ON l.person_id = f.person_id
GROUP BY 1, 2",
        lines.with(&[first, later]),
        reader.answered("f.variant"),
    ));
    for cells in reader.snapshot.query(&statement.sql, &statement.values)?.rows {
        if let (Some(item), Some(customers)) = (item(&cells), cells[2].int()) {
            let buyers = found.entry(item).or_default();
            buyers.customers = customers;
            buyers.retained = cells[3].int().unwrap_or(0);
        }
    }
    Ok(found)
}
