//! What a cancellation takes back, for profiles to which a cancelled order is a sale and then a return.
//!
//! It is all that refunds have left of the order, product by product, on the day of the cancellation: an
//! order that was paid back in full has nothing left to reverse, and one of which part was has the
//! rest. An order whose cancellation nobody dated stays a sale, as a payment that expired does.

use crate::profile::RefundRule;
use crate::scope::Scope;
use crate::statement::Bindings;

/// `reversals AS (…)`, with the columns of `money`; nothing where the profile has none.
///
/// A reversal stands for a refund that no source tells, so it has the id of its order in place of a
/// refund's: both come from one sequence, and no refund has the id of an order.
pub(crate) fn reversals(scope: &Scope<'_>, bindings: &mut Bindings) -> Option<String> {
    if scope.profile.refunds != RefundRule::AndCancellations {
        return None;
    }
    let shops: Vec<String> = scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
    let shops = if shops.is_empty() { "NULL".to_owned() } else { shops.join(", ") };
    Some(format!(
        "reversals AS (
    SELECT e.shop_id, 'reversal' AS kind, e.order_id, e.order_id AS refund_id, 0 AS line_no, e.product_id,
           e.variant, e.category, e.tax_rate, e.currency, e.person_id, e.counted, e.customer_type,
           o.cancelled AS occurred_at, CAST(o.cancelled + z.late AS DATE) AS day,
           date_trunc('hour', o.cancelled + z.late) - z.late AS hour_at,
           CAST(extract('hour' FROM o.cancelled + z.late) AS TINYINT) AS hour_of_day, e.rate_day,
           0 AS orders, 0 AS valued_orders, 0 AS quantity, 0 AS gross, 0 AS discount, 0 AS shipping,
           0 AS fees, 0 AS tax, CAST(-sum(e.total_only) AS BIGINT) AS total_only,
           CAST(sum(e.quantity - e.units_returned) AS BIGINT) AS units_returned,
           CAST(sum(e.gross - e.discount - e.refunded_goods) AS BIGINT) AS refunded_goods,
           CAST(sum(e.shipping - e.refunded_shipping) AS BIGINT) AS refunded_shipping,
           CAST(sum(e.fees - e.refunded_fees) AS BIGINT) AS refunded_fees,
           CAST(sum(e.tax - e.refunded_tax) AS BIGINT) AS refunded_tax
    FROM money e
    JOIN orders o ON o.order_id = e.order_id
    JOIN shops s ON s.shop_id = o.shop_id
    JOIN (SELECT zone, starts, ends, seconds * INTERVAL '1 second' AS late FROM zones) z
         ON z.zone = s.timezone AND z.starts <= o.cancelled AND o.cancelled < z.ends
    WHERE o.cancelled IS NOT NULL AND o.shop_id IN ({shops})
    GROUP BY ALL
    HAVING sum(e.total_only) <> 0 OR sum(e.quantity - e.units_returned) <> 0
        OR sum(e.gross - e.discount - e.refunded_goods) <> 0
        OR sum(e.shipping - e.refunded_shipping) <> 0 OR sum(e.fees - e.refunded_fees) <> 0
        OR sum(e.tax - e.refunded_tax) <> 0
)"
    ))
}

/// The table of all money events: with the reversals where the profile has them, which must then be
/// among the statement's common table expressions.
pub(crate) fn events(scope: &Scope<'_>) -> &'static str {
    match scope.profile.refunds {
        RefundRule::AndCancellations => {
            "(SELECT * FROM money UNION ALL BY NAME SELECT * FROM reversals)"
        }
        RefundRule::OfCountedOrders | RefundRule::Every | RefundRule::None => "money",
    }
}
