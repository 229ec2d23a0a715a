//! The relation that every sales figure is summed from, under whatever counting rule.
//!
//! Under the shops' own rule the stored columns of `money` are read as they are. Under another one the
//! same columns are worked out first, so that nothing else needs to know which rule is in force.

mod reversal;

use comptoir_model::DateBasis;
use comptoir_store::Value;

use crate::exchange;
use crate::period::Period;
use crate::profile::RefundRule;
use crate::scope::Scope;
use crate::statement::Bindings;

pub(crate) use reversal::{events, reversals};

/// What a statement on the ledger starts with, and where it reads from.
pub(crate) struct Ledger {
    /// Comma-separated common table expressions; empty without any.
    pub with: Vec<String>,
    /// `… m`.
    pub from: String,
    /// Conditions that keep what the profile counts.
    pub counted: &'static str,
}

/// Prepares the ledger for a scope over a period.
pub(crate) fn ledger(scope: &Scope<'_>, period: Period, bindings: &mut Bindings) -> Ledger {
    let mut with = Vec::new();
    let from = if scope.stored {
        with.extend(reversals(scope, bindings));
        format!("{} m", events(scope))
    } else {
        with.extend(ruled(scope, period, bindings));
        replaced(events(scope), period, bindings)
    };
    with.extend(exchange::rates(scope, bindings));
    let counted = match scope.profile.refunds {
        RefundRule::OfCountedOrders | RefundRule::AndCancellations => "m.counted",
        RefundRule::Every => "(m.counted OR m.refund_id IS NOT NULL)",
        RefundRule::None => "m.counted AND m.refund_id IS NULL",
    };
    Ledger { with, from, counted }
}

/// The ledger with the columns of the rule in place of the stored ones: orders on their day under the
/// rule, refunds on their own day, counted as their order is.
fn replaced(events: &str, period: Period, bindings: &mut Bindings) -> String {
    let (from, to) = (bindings.bind(period.from), bindings.bind(period.to));
    format!(
        "(
    SELECT e.shop_id, e.kind, e.order_id, e.refund_id, e.product_id, e.variant, e.category, e.tax_rate,
           e.currency, e.person_id, r.counted, r.customer_type, d.occurred_at, d.day, d.hour_at,
           d.hour_of_day, e.rate_day, {AMOUNTS}
    FROM money e
    JOIN dated d ON d.order_id = e.order_id
    JOIN ruled r ON r.order_id = e.order_id
    WHERE e.refund_id IS NULL
    UNION ALL
    SELECT e.shop_id, e.kind, e.order_id, e.refund_id, e.product_id, e.variant, e.category, e.tax_rate,
           e.currency, e.person_id,
           CASE WHEN e.order_id IS NULL THEN e.counted ELSE coalesce(r.counted, false) END AS counted,
           CASE WHEN e.order_id IS NULL THEN e.customer_type ELSE r.customer_type END AS customer_type,
           e.occurred_at, e.day, e.hour_at, e.hour_of_day, e.rate_day, {AMOUNTS}
    FROM {events} e
    LEFT JOIN ruled r ON r.order_id = e.order_id
    WHERE e.refund_id IS NOT NULL AND e.day >= {from} AND e.day <= {to}
) m"
    )
}

const AMOUNTS: &str =
    "e.orders, e.valued_orders, e.quantity, e.gross, e.discount, e.shipping, e.fees, e.tax,
           e.total_only, e.units_returned, e.refunded_goods, e.refunded_shipping, e.refunded_fees,
           e.refunded_tax";

/// Local day and hour of the orders around the period (`dated`); counted flag and customer type of these
/// and of the orders refunded in it (`ruled`).
///
/// Rank is over all history, but only of the persons concerned: a month of a large shop costs a
/// month. Equal instants are ranked as the writer ranks them.
pub(crate) fn ruled(scope: &Scope<'_>, period: Period, bindings: &mut Bindings) -> Vec<String> {
    let mut bases = Vec::new();
    let mut counts = Vec::new();
    let mut shops = Vec::new();
    for (shop, rule) in scope.shops.iter().zip(&scope.rules) {
        let id = bindings.bind(shop.id);
        let listed = |values: Vec<String>| {
            if values.is_empty() { "NULL".to_owned() } else { values.join(", ") }
        };
        let counted = if let Some(statuses) = &rule.statuses {
            let statuses = statuses.iter().map(|status| bindings.bind(&**status)).collect();
            format!("o.status IN ({}) AND o.class <> 'deleted'", listed(statuses))
        } else {
            let classes = rule.classes.iter().map(|class| bindings.bind(class.id())).collect();
            format!("o.class IN ({})", listed(classes))
        };
        let date = match rule.basis {
            // A source that does not tell it takes orders in as they are placed.
            DateBasis::Processed => "coalesce(o.processed, o.created)".to_owned(),
            basis => format!("o.{}", basis.id()),
        };
        bases.push(format!("WHEN o.shop_id = {id} THEN {date}"));
        counts.push(format!("WHEN o.shop_id = {id} THEN {counted}"));
        shops.push(id);
    }
    let near = |days: i64| jiff::Span::new().days(days);
    let earliest = bindings.bind(Value::Date(period.from.saturating_sub(near(2))));
    let latest = bindings.bind(Value::Date(period.to.saturating_add(near(2))));
    let (shops, bases, counts) = (shops.join(", "), bases.join(" "), counts.join(" "));
    let mut with: Vec<String> = reversals(scope, bindings).into_iter().collect();
    with.extend([
        format!(
            "placed AS (
    SELECT o.order_id, o.shop_id, o.person_id, o.number, o.external_id, CASE {bases} END AS occurred_at,
           coalesce(CASE {counts} END, false) AND NOT o.test AS counts
    FROM orders o
    WHERE o.shop_id IN ({shops})
)"
        ),
        format!(
            "spans AS (
    SELECT s.shop_id, z.starts, z.ends, z.seconds * INTERVAL '1 second' AS late
    FROM shops s JOIN zones z ON z.zone = s.timezone
    WHERE s.shop_id IN ({shops}) AND z.ends >= {earliest} AND z.starts <= {latest}
)"
        ),
        format!(
            "dated AS (
    SELECT p.order_id, p.occurred_at,
           CAST(p.occurred_at + z.late AS DATE) AS day,
           date_trunc('hour', p.occurred_at + z.late) - z.late AS hour_at,
           CAST(extract('hour' FROM p.occurred_at + z.late) AS INTEGER) AS hour_of_day
    FROM placed p
    JOIN spans z ON z.shop_id = p.shop_id AND z.starts <= p.occurred_at AND p.occurred_at < z.ends
    WHERE p.occurred_at >= {earliest} AND p.occurred_at <= {latest}
)"
        ),
        format!(
            "concerned AS (
    SELECT order_id FROM dated
    UNION
    SELECT order_id FROM {} AS e
    WHERE refund_id IS NOT NULL AND order_id IS NOT NULL AND shop_id IN ({shops})
      AND day >= {earliest} AND day <= {latest}
)",
            events(scope)
        ),
        "ranked AS (
    SELECT order_id, row_number() OVER (
               PARTITION BY shop_id, person_id
               ORDER BY occurred_at, try_cast(number AS HUGEINT) NULLS LAST, number NULLS LAST, external_id
           ) AS place
    FROM placed
    WHERE counts AND occurred_at IS NOT NULL
      AND person_id IN (SELECT q.person_id FROM placed q JOIN concerned c ON c.order_id = q.order_id)
)"
        .to_owned(),
        "ruled AS (
    SELECT p.order_id, p.counts AND p.occurred_at IS NOT NULL AS counted,
           CASE WHEN k.place = 1 THEN 'new' WHEN k.place > 1 THEN 'existing' END AS customer_type
    FROM placed p
    JOIN concerned c ON c.order_id = p.order_id
    LEFT JOIN ranked k ON k.order_id = p.order_id
)"
        .to_owned(),
    ]);
    with
}
