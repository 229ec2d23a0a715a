//! The relation that every sales figure is summed from, under whatever counting rule.
//!
//! Under the shops' own rule the stored columns of `money` are read as they are. Under another one the
//! same columns are worked out first, so that nothing else needs to know which rule is in force.

use comptoir_store::Value;

use crate::exchange;
use crate::period::Period;
use crate::profile::RefundRule;
use crate::scope::Scope;
use crate::statement::Bindings;

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
        "money m".to_owned()
    } else {
        with.extend(ruled(scope, period, bindings));
        REPLACED.to_owned()
    };
    with.extend(exchange::rates(scope, bindings));
    let counted = match scope.profile.refunds {
        RefundRule::OfCountedOrders => "m.counted",
        RefundRule::Every => "(m.counted OR m.refund_id IS NOT NULL)",
        RefundRule::None => "m.counted AND m.refund_id IS NULL",
    };
    Ledger { with, from, counted }
}

/// The ledger with the columns of the rule in `ruled` in place of the stored ones. A refund keeps its
/// own day; it counts as its order does.
const REPLACED: &str = "(
    SELECT e.shop_id, e.kind, e.order_id, e.refund_id, e.line_no, e.product_id, e.variant, e.category,
           e.tax_rate, e.currency, e.person_id,
           CASE WHEN e.order_id IS NULL THEN e.counted ELSE coalesce(r.counted, false) END AS counted,
           CASE WHEN e.order_id IS NULL THEN e.customer_type ELSE r.customer_type END AS customer_type,
           CASE WHEN e.refund_id IS NULL THEN r.occurred_at ELSE e.occurred_at END AS occurred_at,
           CASE WHEN e.refund_id IS NULL THEN r.day ELSE e.day END AS day,
           CASE WHEN e.refund_id IS NULL THEN r.hour_at ELSE e.hour_at END AS hour_at,
           CASE WHEN e.refund_id IS NULL THEN r.hour_of_day ELSE e.hour_of_day END AS hour_of_day,
           e.rate_day, e.orders, e.valued_orders, e.quantity, e.gross, e.discount, e.shipping, e.fees,
           e.tax, e.total_only, e.units_returned, e.refunded_goods, e.refunded_shipping,
           e.refunded_fees, e.refunded_tax
    FROM money e LEFT JOIN ruled r ON r.order_id = e.order_id
) m";

/// Counted flag, customer type, local day and hour of every order under the scope's rules.
///
/// Rank is over all history; days are only worked out around the period, which keeps the join with
/// the zones' offsets small. Equal instants are ranked as the writer ranks them.
fn ruled(scope: &Scope<'_>, period: Period, bindings: &mut Bindings) -> Vec<String> {
    let mut basis = String::from("CASE");
    let mut counts = String::from("CASE");
    let mut shops = Vec::new();
    for (shop, rule) in scope.shops.iter().zip(&scope.rules) {
        let id = bindings.bind(shop.id);
        let classes: Vec<String> =
            rule.classes.iter().map(|class| bindings.bind(class.id())).collect();
        let listed = if classes.is_empty() { "NULL".to_owned() } else { classes.join(", ") };
        basis.push_str(&format!(" WHEN o.shop_id = {id} THEN o.{}", rule.basis.id()));
        counts.push_str(&format!(" WHEN o.shop_id = {id} THEN o.class IN ({listed})"));
        shops.push(id);
    }
    let near = |days: i64| jiff::Span::new().days(days);
    let earliest = bindings.bind(Value::Date(period.from.saturating_sub(near(2))));
    let latest = bindings.bind(Value::Date(period.to.saturating_add(near(2))));
    let shops = shops.join(", ");
    vec![
        format!(
            "placed AS (
    SELECT o.order_id, o.shop_id, o.person_id, o.number, o.external_id, {basis} END AS occurred_at,
           coalesce({counts} END, false) AND NOT o.test AS counts
    FROM orders o
    WHERE o.shop_id IN ({shops}) AND o.order_id IN (SELECT order_id FROM money WHERE kind = 'order')
)"
        ),
        "ranked AS (
    SELECT order_id, row_number() OVER (
               PARTITION BY shop_id, person_id
               ORDER BY occurred_at, try_cast(number AS HUGEINT) NULLS LAST, number NULLS LAST, external_id
           ) AS place
    FROM placed WHERE counts AND occurred_at IS NOT NULL AND person_id IS NOT NULL
)"
        .to_owned(),
        format!(
            "spans AS (
    SELECT s.shop_id, z.starts, z.ends, z.seconds * INTERVAL '1 second' AS late
    FROM shops s JOIN zones z ON z.zone = s.timezone
    WHERE s.shop_id IN ({shops}) AND z.ends >= {earliest} AND z.starts <= {latest}
)"
        ),
        "ruled AS (
    SELECT p.order_id, p.counts AND p.occurred_at IS NOT NULL AS counted,
           CASE WHEN k.place = 1 THEN 'new' WHEN k.place > 1 THEN 'existing' END AS customer_type,
           p.occurred_at,
           CAST(p.occurred_at + z.late AS DATE) AS day,
           date_trunc('hour', p.occurred_at + z.late) - z.late AS hour_at,
           CAST(extract('hour' FROM p.occurred_at + z.late) AS INTEGER) AS hour_of_day
    FROM placed p
    LEFT JOIN ranked k ON k.order_id = p.order_id
    LEFT JOIN spans z ON z.shop_id = p.shop_id AND z.starts <= p.occurred_at AND p.occurred_at < z.ends
)"
        .to_owned(),
    ]
}
