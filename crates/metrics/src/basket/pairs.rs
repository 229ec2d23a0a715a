//! Counts pairs of products over the orders of a period.

use std::cmp::Ordering;
use std::collections::HashMap;

use comptoir_store::Snapshot;

use super::count::Count;
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

/// The pairs of a period. Products are numbered in the order of their codes.
pub(super) struct Pairs {
    /// Orders with at least one product.
    orders: i64,
    /// The code of each product, and the orders with it.
    products: Vec<(String, i64)>,
    /// Two products and how many orders have both, each pair once.
    together: Vec<Rule>,
}

/// One direction of a pair: a, b, orders with both.
pub(super) type Rule = (usize, usize, i64);

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
    let mut codes = codes(snapshot, scope)?;
    let mut found: Vec<(String, i64, i64)> = Vec::new();
    for cells in snapshot.query(&counted.sql, &counted.values)?.rows {
        let (Some(item), Some(count)) = (cells[0].int(), cells[1].int()) else { continue };
        orders = cells[2].int().unwrap_or(0);
        found.extend(codes.remove(&item).map(|code| (code, count, item)));
    }
    found.sort_unstable();
    let counted_orders: Vec<(i64, i64)> =
        found.iter().map(|(_, count, item)| (*item, *count)).collect();
    let numbers: HashMap<i64, usize> =
        found.iter().enumerate().map(|(number, (_, _, item))| (*item, number)).collect();
    let products = found.into_iter().map(|(code, count, _)| (code, count)).collect();
    let frequent: Vec<i64> =
        counted_orders.iter().filter(|(_, count)| *count >= least).map(|(item, _)| *item).collect();
    let with = |further: &[String]| {
        let all: Vec<String> = std::iter::once(&distinct).chain(further).cloned().collect();
        lines.with(&all)
    };
    let pairs =
        Count { snapshot, least, largest: LARGEST }.pairs(&mut bindings, &with, &frequent)?;
    let number = |item: &i64| numbers.get(item).copied();
    let together =
        pairs.iter().filter_map(|(a, b, both)| Some((number(a)?, number(b)?, *both))).collect();
    Ok(Pairs { orders, products, together })
}

impl Pairs {
    /// Both directions of every pair.
    pub fn rules(&self) -> Vec<Rule> {
        self.together.iter().flat_map(|(a, b, both)| [(*a, *b, *both), (*b, *a, *both)]).collect()
    }

    fn orders_with(&self, product: usize) -> i128 {
        self.products.get(product).map_or(1, |(_, orders)| i128::from(*orders))
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
            "a" => left.0.cmp(&right.0),
            "b" => left.1.cmp(&right.1),
            "together" | "support" => left.2.cmp(&right.2),
            "confidence" => compare(&self.confidence(left), &self.confidence(right)),
            "lift" => compare(&self.lift(left), &self.lift(right)),
            // The number of orders is the same on every row.
            _ => Ordering::Equal,
        }
    }

    /// Numbers follow the codes.
    pub fn by_codes(left: &Rule, right: &Rule) -> Ordering {
        (left.0, left.1).cmp(&(right.0, right.1))
    }

    pub fn row(&self, rule: &Rule) -> Row {
        Row {
            a: self.products[rule.0].0.clone(),
            b: self.products[rule.1].0.clone(),
            together: rule.2,
            orders: self.orders,
            support: Self::ratio(i128::from(rule.2), i128::from(self.orders)),
            confidence: self.confidence(rule),
            lift: self.lift(rule),
        }
    }
}
