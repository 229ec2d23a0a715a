//! Names, numbers and states of the orders, refunds, persons, visits and carts of one page.

use std::collections::HashMap;

use comptoir_store::{Snapshot, StoreError, Value};

use super::{Entry, Found, Subject};
use crate::context::{Context, zone_of};
use crate::statement::Bindings;
use crate::table::Cell;

const ORDERS: &str = "SELECT o.order_id, o.shop_id, o.external_id, o.number, coalesce(o.customer_name, o.email), \
                      o.status, coalesce(o.occurred_at, o.created) FROM orders o WHERE o.order_id";
const REFUNDS: &str = "SELECT r.refund_id, r.shop_id, r.external_id, o.number, \
                       coalesce(o.customer_name, o.email, r.customer_name, r.email), o.status, r.occurred_at \
                       FROM refunds r LEFT JOIN orders o ON o.order_id = r.order_id WHERE r.refund_id";
/// A person is called as on the latest order that has a name.
const PERSONS: &str = "SELECT o.person_id, NULL, NULL, NULL, \
                       coalesce(arg_max(o.customer_name, o.created), arg_max(o.email, o.created)), NULL, NULL \
                       FROM orders o WHERE o.person_id";
const VISITS: &str = "SELECT v.rowid, v.shop_id, v.external_id, NULL, NULL, NULL, v.started FROM visits v WHERE v.rowid";
const CARTS: &str = "SELECT c.cart_id, c.shop_id, c.external_id, NULL, coalesce(c.customer_name, c.email), \
                     c.state, c.created FROM carts c WHERE c.cart_id";

/// Completes what was found; the order stays.
pub(super) fn entries(
    snapshot: &Snapshot,
    context: &Context,
    found: Vec<Found>,
    cell: &dyn Fn(i64) -> Cell,
) -> Result<Vec<Entry>, StoreError> {
    let mut known: HashMap<(u8, i64), Vec<Value>> = HashMap::new();
    for subject in [Subject::Order, Subject::Refund, Subject::Person, Subject::Visit, Subject::Cart]
    {
        let ids = found.iter().filter(|found| found.subject == subject).map(|found| found.id);
        for cells in details(snapshot, context, subject, ids)? {
            if let Some(id) = cells[0].int() {
                known.insert((subject as u8, id), cells);
            }
        }
    }
    let entry = |found: Found| {
        let details = known.get(&(found.subject as u8, found.id));
        let value = |at: usize| details.map_or(&Value::Null, |cells| &cells[at]);
        let text = |at: usize| value(at).text().map(str::to_owned);
        let shop = value(1).int().and_then(|id| context.shop_by_id(id));
        let at = found.at.or_else(|| value(6).instant());
        Entry {
            subject: found.subject,
            id: found.id,
            shop: shop.map(|shop| shop.shop.slug.clone()),
            external_id: text(2),
            number: text(3),
            at,
            local: at.map(|at| zone_of(shop.or(context.shops.first())).to_datetime(at)),
            who: text(4),
            status: text(5),
            amount: cell(found.amount),
            is_middle: found.is_middle,
        }
    };
    Ok(found.into_iter().map(entry).collect())
}

fn details(
    snapshot: &Snapshot,
    context: &Context,
    subject: Subject,
    ids: impl Iterator<Item = i64>,
) -> Result<Vec<Vec<Value>>, StoreError> {
    let mut bindings = Bindings::default();
    let ids: Vec<String> = ids.map(|id| bindings.bind(id)).collect();
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let (start, end) = match subject {
        Subject::Order => (ORDERS, String::new()),
        Subject::Refund => (REFUNDS, String::new()),
        Subject::Person => {
            // Another shop may know them by another name, which is its own.
            let shops: Vec<String> =
                context.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
            let shops = if shops.is_empty() { "NULL".to_owned() } else { shops.join(", ") };
            (PERSONS, format!(" AND o.shop_id IN ({shops}) GROUP BY o.person_id"))
        }
        Subject::Visit => (VISITS, String::new()),
        Subject::Cart => (CARTS, String::new()),
    };
    let statement = bindings.into_statement(format!("{start} IN ({}){end}", ids.join(", ")));
    Ok(snapshot.query(&statement.sql, &statement.values)?.rows)
}
