//! Persons with a counted order, and what each is worth: the relation under scores, groups and lists.

use comptoir_store::Value;
use jiff::civil::{Date, date};

use crate::exchange;
use crate::figure::{Aggregate, Figure};
use crate::formula::Column;
use crate::history::counted_orders;
use crate::ledger;
use crate::metric::metric;
use crate::period::Period;
use crate::profile::RefundRule;
use crate::relation::{own_condition, stored_column};
use crate::scope::Scope;
use crate::statement::Bindings;

/// Earlier than any shop.
const EARLIEST: Date = date(1970, 1, 1);

/// The limits between scores. A value's score is one more than the limits it is above: the limit
/// number k is the value at place `ceil(k × customers ÷ 5)`, which is the same as counting how many
/// customers are strictly worse.
pub(crate) const BOUNDS: &str = "bounds AS (
    SELECT percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY last_day) AS recent,
           percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY orders) AS often,
           percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY net_sales) AS much
    FROM buyers
)";

/// Buyers with their scores. A later last order is fewer days ago.
pub(crate) const SCORED: &str = "scored AS (
    SELECT b.*,
           1 + (last_day > recent[1])::INTEGER + (last_day > recent[2])::INTEGER
             + (last_day > recent[3])::INTEGER + (last_day > recent[4])::INTEGER AS recency,
           1 + (orders > often[1])::INTEGER + (orders > often[2])::INTEGER
             + (orders > often[3])::INTEGER + (orders > often[4])::INTEGER AS frequency,
           1 + (net_sales > much[1])::INTEGER + (net_sales > much[2])::INTEGER
             + (net_sales > much[3])::INTEGER + (net_sales > much[4])::INTEGER AS monetary
    FROM buyers b, bounds
)";

/// Common table expressions that end in `buyers(person_id, orders, first_day, last_day, net_sales,
/// revenue)`: identified persons of the scope's shops with at least one counted order up to a day, and
/// what their counted orders and refunds up to that day come to under the profile.
pub(crate) fn buyers(scope: &Scope<'_>, until: Date, bindings: &mut Bindings) -> Vec<String> {
    let (net_sales, revenue) = (terms("net_sales", scope), terms("revenue", scope));
    let whole_orders = [&net_sales, &revenue].into_iter().all(|terms| is_of_whole_orders(terms));
    // Whole orders hold what their lines add up to; only a conversion rounds line by line.
    if scope.stored && scope.foreign.is_empty() && whole_orders {
        return vec![from_orders(scope, until, &net_sales, &revenue, bindings)];
    }
    from_ledger(scope, until, &net_sales, &revenue, bindings)
}

/// The signed columns of a metric under the profile; empty when it has no such figure.
fn terms(id: &str, scope: &Scope<'_>) -> Vec<(i64, Column)> {
    let mut aggregates = Vec::new();
    match metric(id).map(|metric| Figure::of(metric, scope.profile, &mut aggregates)) {
        Some(Figure::Sum(terms)) => terms
            .into_iter()
            .filter_map(|(sign, index)| match aggregates[index] {
                Aggregate::Sum(column, _) => Some((sign, column)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

/// Gross and discounts enter together or not at all: an order keeps only what is left of them.
fn is_of_whole_orders(terms: &[(i64, Column)]) -> bool {
    let sign = |wanted: Column| {
        terms.iter().filter(|(_, column)| *column == wanted).map(|(sign, _)| sign).sum::<i64>()
    };
    sign(Column::Gross) == -sign(Column::Discount)
        && terms.iter().all(|(_, column)| {
            matches!(column, Column::Gross | Column::Discount)
                || of_order(*column).is_some()
                || is_refunded(*column)
        })
}

/// A column of whole orders.
fn of_order(column: Column) -> Option<&'static str> {
    match column {
        Column::Gross => Some("goods"),
        Column::Shipping => Some("shipping"),
        Column::Fees => Some("fees"),
        Column::Tax => Some("tax"),
        Column::TotalOnly => Some("CASE WHEN total_only THEN total ELSE 0 END"),
        _ => None,
    }
}

fn is_refunded(column: Column) -> bool {
    matches!(
        column,
        Column::RefundedGoods
            | Column::RefundedShipping
            | Column::RefundedFees
            | Column::RefundedTax
            | Column::UntoldShipping
            | Column::UntoldFees
            | Column::UntoldTax
    )
}

/// What an order brings to `revenue` under the profile, before refunds, from the columns of `orders`;
/// `None` when only its lines can tell.
pub(crate) fn order_revenue(scope: &Scope<'_>) -> Option<String> {
    let terms = terms("revenue", scope);
    (!terms.is_empty() && is_of_whole_orders(&terms)).then(|| {
        let columns = terms.iter().filter_map(|(sign, column)| Some((*sign, of_order(*column)?)));
        signed(columns.map(|(sign, column)| (sign, column.to_owned())))
    })
}

/// Whether revenue under the profile leaves out orders that only tell their total.
pub(crate) fn revenue_has_totals(scope: &Scope<'_>) -> bool {
    terms("revenue", scope).iter().any(|(_, column)| *column == Column::TotalOnly)
}

fn from_orders(
    scope: &Scope<'_>,
    until: Date,
    net_sales: &[(i64, Column)],
    revenue: &[(i64, Column)],
    bindings: &mut Bindings,
) -> String {
    let shops = shops(scope, bindings);
    let until = bindings.bind(Value::Date(until));
    let ordered = |terms: &[(i64, Column)]| {
        let columns = terms.iter().filter_map(|(sign, column)| Some((*sign, of_order(*column)?)));
        signed(columns.map(|(sign, column)| (sign, column.to_owned())))
    };
    let mut parts = vec![format!(
        "SELECT person_id, 1 AS placed, day AS ordered, {} AS net, {} AS whole
        FROM orders
        WHERE counted AND shop_id IN ({shops}) AND day <= {until} AND person_id IS NOT NULL",
        ordered(net_sales),
        ordered(revenue),
    )];
    let counted = match scope.profile.refunds {
        RefundRule::OfCountedOrders => Some("m.counted AND "),
        RefundRule::Every => Some(""),
        RefundRule::None => None,
    };
    if let Some(counted) = counted {
        let given_back = |terms: &[(i64, Column)]| {
            let columns = terms.iter().filter(|(_, column)| is_refunded(*column));
            signed(columns.map(|(sign, column)| (*sign, narrowed(*column))))
        };
        parts.push(format!(
            "SELECT m.person_id, 0, NULL, {}, {}
        FROM money m
        WHERE {counted}m.refund_id IS NOT NULL AND m.shop_id IN ({shops}) AND m.day <= {until}
          AND m.person_id IS NOT NULL",
            given_back(net_sales),
            given_back(revenue),
        ));
    }
    format!(
        "buyers AS MATERIALIZED (
    SELECT person_id, CAST(sum(placed) AS BIGINT) AS orders, min(ordered) AS first_day,
           max(ordered) AS last_day, CAST(sum(net) AS BIGINT) AS net_sales,
           CAST(sum(whole) AS BIGINT) AS revenue
    FROM (
        {}
    )
    GROUP BY person_id
    HAVING sum(placed) > 0
)",
        parts.join("\n        UNION ALL\n        ")
    )
}

fn from_ledger(
    scope: &Scope<'_>,
    until: Date,
    net_sales: &[(i64, Column)],
    revenue: &[(i64, Column)],
    bindings: &mut Bindings,
) -> Vec<String> {
    let ever = Period { from: EARLIEST, to: until };
    let ledger = ledger::ledger(scope, ever, bindings);
    let mut with = ledger.with;
    // The ledger under another rule has these expressions already.
    if scope.stored {
        with.extend(counted_orders(scope, Some(until), bindings));
    } else {
        let last = bindings.bind(Value::Date(until));
        with.push(format!(
            "counted_orders AS (
    SELECT p.order_id, p.person_id, d.day
    FROM placed p JOIN dated d ON d.order_id = p.order_id
    WHERE p.counts AND d.day <= {last}
)"
        ));
    }
    let shops = shops(scope, bindings);
    let until = bindings.bind(Value::Date(until));
    let mut sum = |terms: &[(i64, Column)]| {
        let columns: Vec<(i64, String)> = terms
            .iter()
            .map(|(sign, column)| {
                let amount = exchange::converted(stored_column(*column), scope, bindings);
                let amount = match own_condition(*column) {
                    Some(condition) => format!("CASE WHEN {condition} THEN {amount} ELSE 0 END"),
                    None => amount,
                };
                (*sign, format!("coalesce({amount}, 0)"))
            })
            .collect();
        signed(columns.into_iter())
    };
    let (net_sales, revenue) = (sum(net_sales), sum(revenue));
    with.push(format!(
        "buyers AS MATERIALIZED (
    SELECT person_id, CAST(sum(placed) AS BIGINT) AS orders, min(ordered) AS first_day,
           max(ordered) AS last_day, CAST(sum(net) AS BIGINT) AS net_sales,
           CAST(sum(whole) AS BIGINT) AS revenue
    FROM (
        SELECT person_id, 1 AS placed, day AS ordered, 0 AS net, 0 AS whole
        FROM counted_orders WHERE person_id IS NOT NULL
        UNION ALL
        SELECT m.person_id, 0, NULL, {net_sales}, {revenue}
        FROM {}{}
        WHERE {} AND m.shop_id IN ({shops}) AND m.day <= {until} AND m.person_id IS NOT NULL
    )
    GROUP BY person_id
    HAVING sum(placed) > 0
)",
        ledger.from,
        exchange::join(scope),
        ledger.counted,
    ));
    with
}

fn narrowed(column: Column) -> String {
    let amount = stored_column(column);
    match own_condition(column) {
        Some(condition) => format!("CASE WHEN {condition} THEN {amount} ELSE 0 END"),
        None => amount.to_owned(),
    }
}

/// `+ a - b`; nothing is 0.
fn signed(columns: impl Iterator<Item = (i64, String)>) -> String {
    let all: Vec<String> = columns
        .map(|(sign, column)| format!("{} {column}", if sign < 0 { "-" } else { "+" }))
        .collect();
    if all.is_empty() { "0".to_owned() } else { format!("({})", all.join(" ")) }
}

/// The shops of the scope, for `IN (…)`.
pub(crate) fn shops(scope: &Scope<'_>, bindings: &mut Bindings) -> String {
    let shops: Vec<String> = scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
    if shops.is_empty() { "NULL".to_owned() } else { shops.join(", ") }
}
