//! Market basket: which products are bought together in one order, and how much more often than
//! chance would have it (S149, M35).
//!
//! Over the counted orders of a period with at least one product line, N in number, each order being
//! the set of its distinct products: support = n(A and B) ÷ N, confidence of A → B =
//! n(A and B) ÷ n(A), lift = confidence ÷ (n(B) ÷ N). Variants of a product are that product.

mod count;
mod pairs;

use std::cmp::Ordering;

use comptoir_model::Currency;
use comptoir_store::Snapshot;
use serde::{Serialize, Serializer};

use crate::context::Context;
use crate::nearest::nearest;
use crate::query::{QueryError, Sort, split};
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::table::Cell;

pub(crate) use count::Count;
pub(crate) use pairs::LARGEST;

/// The answer of `GET /api/v1/basket`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub rows: Vec<Row>,
}

/// A rule: whoever buys `a` buys `b` in the same order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {
    pub a: String,
    pub b: String,
    /// Orders with both.
    pub together: i64,
    /// Orders of the period with at least one product.
    pub orders: i64,
    #[serde(serialize_with = "decimal")]
    pub support: Cell,
    #[serde(serialize_with = "decimal")]
    pub confidence: Cell,
    #[serde(serialize_with = "decimal")]
    pub lift: Cell,
}

const OWN: [&str; 3] = ["min_together", "sort", "limit"];
const SHARED: [&str; 6] = ["shop", "from", "to", "period", "profile", "date"];
const COLUMNS: [&str; 7] = ["a", "b", "together", "orders", "support", "confidence", "lift"];

/// Pairs seen together less often than this are chance, unless the reader says otherwise.
pub const LEAST_TOGETHER: i64 = 5;

/// Rows that an answer holds at most when the address names a limit.
const MOST_ROWS: i64 = 10_000_000;

/// Answers the part of an address after `?`.
///
/// Orders with more than 2,000 distinct products make no pairs (one of 10,000 would make a hundred
/// million), but count in `orders` and in the orders of each of their products.
pub fn answer(snapshot: &Snapshot, text: &str, context: &Context) -> Result<Answer, MetricsError> {
    let (own, query) = split(text, &OWN, &SHARED, context)?;
    let least = own.number("min_together", LEAST_TOGETHER, 1..=1_000_000_000)?;
    let limit = own.number("limit", MOST_ROWS, 1..=MOST_ROWS)?;
    let sort = sort(own.get("sort").unwrap_or("-lift"))?;
    let scope = Scope::of(&query, context);
    let found = pairs::pairs(snapshot, &query, &scope, context, least)?;
    let mut rules = found.rules();
    rules.sort_unstable_by(|left, right| {
        let by_column = found.compare(left, right, sort.column);
        let by_column = if sort.descending { by_column.reverse() } else { by_column };
        by_column.then_with(|| pairs::Pairs::by_codes(left, right))
    });
    rules.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
    Ok(Answer { rows: rules.iter().map(|rule| found.row(rule)).collect() })
}

fn sort(text: &str) -> Result<Sort, QueryError> {
    let (descending, id) = text.strip_prefix('-').map_or((false, text), |id| (true, id));
    let column = COLUMNS.into_iter().find(|column| *column == id).ok_or_else(|| {
        let reason = "sort by a column of the rows, with - for descending";
        QueryError::new("sort", text, reason)
            .with_nearest(nearest(id, COLUMNS.into_iter()).or_else(|| Some("-lift".to_owned())))
    })?;
    Ok(Sort { column, descending })
}

/// A ratio as every answer writes it; six decimals, worked out in integers.
fn decimal<S: Serializer>(cell: &Cell, serializer: S) -> Result<S::Ok, S::Error> {
    match cell.plain(Currency::EUR).and_then(|text| text.parse::<f64>().ok()) {
        Some(decimal) => serializer.serialize_f64(decimal),
        None => serializer.serialize_none(),
    }
}

/// Compares two exact fractions with positive denominators.
pub(crate) fn compare(left: &Cell, right: &Cell) -> Ordering {
    match (left.fraction(), right.fraction()) {
        (Some((a, b)), Some((c, d))) => a.saturating_mul(d).cmp(&c.saturating_mul(b)),
        (left, right) => right.is_none().cmp(&left.is_none()),
    }
}
