//! Counts pairs of products over the orders of a period.

use std::cmp::Ordering;
use std::collections::HashMap;

use comptoir_store::Snapshot;

use super::{Row, compare};
use crate::context::Context;
use crate::lines::{Lines, codes};
use crate::query::Query;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;
use crate::table::Cell;

/// Orders with more distinct products than this make no pairs.
pub(crate) const LARGEST: i64 = 2000;

/// The pairs of a period.
pub(super) struct Pairs {
    /// Orders with at least one product.
    orders: i64,
    /// Orders with each product.
    with: HashMap<i64, i64>,
    codes: HashMap<i64, String>,
    /// Two products and how many orders have both, each pair once.
    together: Vec<(i64, i64, i64)>,
}

/// One direction of a pair: a, b, orders with both.
pub(super) type Rule = (i64, i64, i64);

/// Counts the pairs that at least `least` orders have.
pub(super) fn pairs(
    snapshot: &Snapshot,
    query: &Query,
    scope: &Scope<'_>,
    context: &Context,
    least: i64,
) -> Result<Pairs, MetricsError> {
    let mut bindings = Bindings::default();
    let lines = Lines::of(query, scope, context, query.days(context), &mut bindings)?;
    let distinct = format!(
        "bought AS MATERIALIZED (\nSELECT DISTINCT m.order_id, {} AS item\n{}\n)",
        lines.item,
        lines.rows()
    );
    let counted = bindings.statement(format!(
        "{}SELECT item, count(*), (SELECT count(DISTINCT order_id) FROM bought) FROM bought GROUP BY item",
        lines.with(std::slice::from_ref(&distinct))
    ));
    let mut orders = 0;
    let mut with = HashMap::new();
    for cells in snapshot.query(&counted.sql, &counted.values)?.rows {
        let (Some(item), Some(count)) = (cells[0].int(), cells[1].int()) else { continue };
        orders = cells[2].int().unwrap_or(0);
        with.insert(item, count);
    }
    let (least, largest) = (bindings.bind(least), bindings.bind(LARGEST));
    // A pair is no more frequent than either of its products: the rare ones need no pairing.
    let further = [
        distinct,
        format!("frequent AS (SELECT item FROM bought GROUP BY item HAVING count(*) >= {least})"),
        format!(
            "sized AS (SELECT order_id FROM bought GROUP BY order_id HAVING count(*) BETWEEN 2 AND {largest})"
        ),
        "paired AS MATERIALIZED (
    SELECT order_id, item FROM bought
    WHERE item IN (SELECT item FROM frequent) AND order_id IN (SELECT order_id FROM sized)
)"
        .to_owned(),
    ];
    let statement = bindings.statement(format!(
        "{}SELECT l.item, r.item, count(*)
FROM paired l JOIN paired r ON r.order_id = l.order_id AND l.item < r.item
GROUP BY 1, 2 HAVING count(*) >= {least}",
        lines.with(&further)
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?.rows;
    let together = found
        .iter()
        .filter_map(|cells| Some((cells[0].int()?, cells[1].int()?, cells[2].int()?)))
        .collect();
    Ok(Pairs { orders, with, codes: codes(snapshot, scope)?, together })
}

impl Pairs {
    /// Both directions of every pair.
    pub fn rules(&self) -> Vec<Rule> {
        self.together.iter().flat_map(|(a, b, both)| [(*a, *b, *both), (*b, *a, *both)]).collect()
    }

    fn code(&self, item: i64) -> &str {
        self.codes.get(&item).map_or("", String::as_str)
    }

    fn orders_with(&self, item: i64) -> i128 {
        self.with.get(&item).copied().map_or(1, i128::from)
    }

    fn ratio(numerator: i128, denominator: i128) -> Cell {
        Cell::Ratio { numerator, denominator: denominator.max(1) }
    }

    fn confidence(&self, rule: &Rule) -> Cell {
        Self::ratio(i128::from(rule.2), self.orders_with(rule.0))
    }

    fn lift(&self, rule: &Rule) -> Cell {
        Self::ratio(
            i128::from(rule.2) * i128::from(self.orders),
            self.orders_with(rule.0) * self.orders_with(rule.1),
        )
    }

    pub fn compare(&self, left: &Rule, right: &Rule, column: &str) -> Ordering {
        match column {
            "a" => self.code(left.0).cmp(self.code(right.0)),
            "b" => self.code(left.1).cmp(self.code(right.1)),
            "together" | "support" => left.2.cmp(&right.2),
            "confidence" => compare(&self.confidence(left), &self.confidence(right)),
            "lift" => compare(&self.lift(left), &self.lift(right)),
            // The number of orders is the same on every row.
            _ => Ordering::Equal,
        }
    }

    pub fn by_codes(&self, left: &Rule, right: &Rule) -> Ordering {
        let codes = |rule: &Rule| (self.code(rule.0), self.code(rule.1));
        codes(left).cmp(&codes(right))
    }

    pub fn row(&self, rule: &Rule) -> Row {
        Row {
            a: self.code(rule.0).to_owned(),
            b: self.code(rule.1).to_owned(),
            together: rule.2,
            orders: self.orders,
            support: Self::ratio(i128::from(rule.2), i128::from(self.orders)),
            confidence: self.confidence(rule),
            lift: self.lift(rule),
        }
    }
}
