//! Counted orders over all history, under whatever counting rule: what cohorts, groups, scores and
//! lists of customers are made of.

use comptoir_store::Value;
use jiff::civil::{Date, date};

use crate::ledger;
use crate::period::Period;
use crate::scope::Scope;
use crate::statement::Bindings;

/// Earliest and latest day there is.
const EVER: Period = Period { from: date(1970, 1, 1), to: date(2200, 12, 31) };

/// Common table expressions that end in `counted_orders(order_id, shop_id, person_id, place,
/// occurred_at, day)`: the counted orders of the scope's shops up to a day. `place` is the rank of the
/// order among its person's in that shop, null when nobody is known.
pub(crate) fn counted_orders(
    scope: &Scope<'_>,
    until: Option<Date>,
    bindings: &mut Bindings,
) -> Vec<String> {
    let shops: Vec<String> = scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
    let shops = if shops.is_empty() { "NULL".to_owned() } else { shops.join(", ") };
    let last = until.map(|day| format!(" AND day <= {}", bindings.bind(Value::Date(day))));
    let last = last.unwrap_or_default();
    if scope.stored {
        return vec![format!(
            "counted_orders AS (
    SELECT order_id, shop_id, person_id, rank AS place, occurred_at, day
    FROM orders
    WHERE counted AND shop_id IN ({shops}){last}
)"
        )];
    }
    let mut with = ledger::ruled(scope, EVER, bindings);
    with.push(format!(
        "counted_orders AS (
    SELECT p.order_id, p.shop_id, p.person_id, k.place, p.occurred_at, d.day
    FROM placed p
    JOIN dated d ON d.order_id = p.order_id
    LEFT JOIN ranked k ON k.order_id = p.order_id
    WHERE p.counts{}
)",
        last.replace(" day", " d.day")
    ));
    with
}
