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
const LATEST: Date = date(2200, 12, 31);

/// The limits between scores. A value's score is one more than the limits it is above: the limit
/// number k is the value at place `ceil(k × customers ÷ 5)`, which is the same as counting how many
/// customers are strictly worse.
pub(crate) const BOUNDS: &str = "quintiles AS (
    SELECT percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY last_day) AS recent,
           percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY orders) AS often,
           percentile_disc(ARRAY[0.2, 0.4, 0.6, 0.8]) WITHIN GROUP (ORDER BY net_sales) AS much
    FROM buyers
),
bounds AS (
    SELECT recent[1] AS recent1, recent[2] AS recent2, recent[3] AS recent3, recent[4] AS recent4,
           often[1] AS often1, often[2] AS often2, often[3] AS often3, often[4] AS often4,
           much[1] AS much1, much[2] AS much2, much[3] AS much3, much[4] AS much4
    FROM quintiles
)";

/// The scores of a row of buyers beside `bounds`; none without an order. A later last order is fewer
/// days ago.
pub(crate) const RECENCY: &str = "CASE WHEN orders = 0 THEN NULL WHEN last_day <= recent1 THEN 1 \
     WHEN last_day <= recent2 THEN 2 WHEN last_day <= recent3 THEN 3 WHEN last_day <= recent4 THEN 4 \
     ELSE 5 END AS recency";
pub(crate) const FREQUENCY: &str = "CASE WHEN orders = 0 THEN NULL WHEN orders <= often1 THEN 1 \
     WHEN orders <= often2 THEN 2 WHEN orders <= often3 THEN 3 WHEN orders <= often4 THEN 4 \
     ELSE 5 END AS frequency";
pub(crate) const MONETARY: &str = "CASE WHEN orders = 0 THEN NULL WHEN net_sales <= much1 THEN 1 \
     WHEN net_sales <= much2 THEN 2 WHEN net_sales <= much3 THEN 3 WHEN net_sales <= much4 THEN 4 \
     ELSE 5 END AS monetary";

/// Common table expressions that end in `buyers(person_id, orders, first_day, last_day, net_sales,
/// revenue)`: identified persons of the scope's shops with at least one counted order up to a day, and
/// what their counted orders and refunds up to that day come to under the profile.
pub(crate) fn buyers(scope: &Scope<'_>, until: Date, bindings: &mut Bindings) -> Vec<String> {
    let (net_sales, revenue) = (terms("net_sales", scope), terms("revenue", scope));
    let whole_orders = [&net_sales, &revenue].into_iter().all(|terms| is_of_whole_orders(terms));
    // Whole orders hold what their lines add up to; only a conversion rounds line by line.
    if scope.foreign.is_empty() && whole_orders {
        return from_orders(scope, until, &net_sales, &revenue, bindings);
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
                || column.is_refunded()
        })
}

/// A column of whole orders `o`.
fn of_order(column: Column) -> Option<&'static str> {
    match column {
        Column::Gross => Some("o.goods"),
        Column::Shipping => Some("o.shipping"),
        Column::Fees => Some("o.fees"),
        Column::Tax => Some("o.tax"),
        Column::TotalOnly => Some("CASE WHEN o.total_only THEN o.total ELSE 0 END"),
        _ => None,
    }
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
) -> Vec<String> {
    let mut with = Vec::new();
    if scope.stored {
        with.extend(ledger::reversals(scope, bindings));
    } else {
        with.extend(ledger::ruled(scope, Period { from: EARLIEST, to: until }, bindings));
    }
    let shops = shops(scope, bindings);
    let until = bindings.bind(Value::Date(until));
    let ordered = |terms: &[(i64, Column)]| {
        let columns = terms.iter().filter_map(|(sign, column)| Some((*sign, of_order(*column)?)));
        signed(columns.map(|(sign, column)| (sign, column.to_owned())))
    };
    let (day, bought) = if scope.stored {
        ("o.day", "FROM orders o WHERE o.counted AND")
    } else {
        let joined = "FROM orders o
        JOIN placed p ON p.order_id = o.order_id
        JOIN dated d ON d.order_id = o.order_id
        WHERE p.counts AND";
        ("d.day", joined)
    };
    let mut parts = vec![format!(
        "SELECT o.person_id, {day} AS ordered, {} AS net, {} AS whole
        {bought} o.shop_id IN ({shops}) AND {day} <= {until} AND o.person_id IS NOT NULL",
        ordered(net_sales),
        ordered(revenue),
    )];
    let events = ledger::events(scope);
    let (returned, counted) = if scope.stored {
        (format!("FROM {events} m"), "m.counted")
    } else {
        (
            format!("FROM {events} m LEFT JOIN placed p ON p.order_id = m.order_id"),
            "CASE WHEN m.order_id IS NULL THEN m.counted ELSE coalesce(p.counts AND p.occurred_at IS NOT NULL, false) END",
        )
    };
    let counted = match scope.profile.refunds {
        RefundRule::OfCountedOrders | RefundRule::AndCancellations => Some(counted),
        RefundRule::Every => Some("true"),
        RefundRule::None => None,
    };
    if let Some(counted) = counted {
        let given_back = |terms: &[(i64, Column)]| {
            let columns = terms.iter().filter(|(_, column)| column.is_refunded());
            signed(columns.map(|(sign, column)| (*sign, narrowed(*column))))
        };
        parts.push(format!(
            "SELECT m.person_id, NULL, {}, {}
        {returned}
        WHERE {counted} AND m.refund_id IS NOT NULL AND m.shop_id IN ({shops}) AND m.day <= {until}
          AND m.person_id IS NOT NULL",
            given_back(net_sales),
            given_back(revenue),
        ));
    }
    with.push(summed(&parts));
    with
}

/// Adds up rows of `person_id`, the day of an order (none for amounts alone), net sales and revenue.
fn summed(parts: &[String]) -> String {
    format!(
        "buyers AS MATERIALIZED (
    SELECT person_id, count(ordered) AS orders, min(ordered) AS first_day, max(ordered) AS last_day,
           CAST(sum(net) AS BIGINT) AS net_sales, CAST(sum(whole) AS BIGINT) AS revenue
    FROM (
        {}
    )
    GROUP BY person_id
    HAVING count(ordered) > 0
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
    if scope.stored {
        with.extend(counted(scope, Some(until), bindings));
    } else {
        // The ledger under another rule has the expressions before this one already.
        with.push(placed_and_dated(Some(until), bindings));
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
    with.push(summed(&[
        "SELECT person_id, day AS ordered, 0 AS net, 0 AS whole
        FROM counted_orders WHERE person_id IS NOT NULL"
            .to_owned(),
        format!(
            "SELECT m.person_id, NULL, {net_sales}, {revenue}
        FROM {}{}
        WHERE {} AND m.shop_id IN ({shops}) AND m.day <= {until} AND m.person_id IS NOT NULL",
            ledger.from,
            exchange::join(scope),
            ledger.counted,
        ),
    ]));
    with
}

/// Common table expressions that end in `counted_orders(order_id, person_id, day)`: without the ranks
/// of the history's, which under another rule cost a sort of all orders.
pub(crate) fn counted(
    scope: &Scope<'_>,
    until: Option<Date>,
    bindings: &mut Bindings,
) -> Vec<String> {
    if scope.stored {
        return counted_orders(scope, until, bindings);
    }
    let ever = Period { from: EARLIEST, to: until.unwrap_or(LATEST) };
    let mut with = ledger::ruled(scope, ever, bindings);
    with.push(placed_and_dated(until, bindings));
    with
}

fn placed_and_dated(until: Option<Date>, bindings: &mut Bindings) -> String {
    let last = until.map(|day| format!(" AND d.day <= {}", bindings.bind(Value::Date(day))));
    format!(
        "counted_orders AS (
    SELECT p.order_id, p.person_id, d.day
    FROM placed p JOIN dated d ON d.order_id = p.order_id
    WHERE p.counts{}
)",
        last.unwrap_or_default()
    )
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
