//! One customer in full: who they are, what they are worth, and everything that happened, in time
//! order (S003).

use comptoir_model::Currency;
use comptoir_store::{Snapshot, Value};
use jiff::Timestamp;

use super::buyers::{counted, shops};
use super::{Customer, Group, List, Wanted, details, list};
use crate::context::Context;
use crate::query::Query;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;

/// One customer in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub customer: Customer,
    /// The list that holds only them: its day, currency, threshold and rhythm.
    pub list: List,
    /// Where their latest order was billed: city and country.
    pub place: Option<String>,
    /// How many events there are in all; `events` holds one page of them.
    pub count: i64,
    /// Latest first.
    pub events: Vec<Event>,
    /// What they bought most, by units.
    pub products: Vec<Product>,
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    pub what: Happened,
    /// Of the order; of a refund: of its order, when known.
    pub order: Option<i64>,
    pub shop_id: i64,
    pub at: Timestamp,
    /// The order's number, or what is in the cart, or a refund's reason.
    pub words: String,
    /// The platform's own word for the state of an order.
    pub status: String,
    /// Whether an order counts under the rule in force.
    pub counted: bool,
    /// With tax; of a refund: what was given back.
    pub amount: Option<(i64, Currency)>,
}

/// What an event is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Happened {
    Order,
    Refund,
    Cart,
    AbandonedCart,
    Account,
}

/// A product someone bought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub code: String,
    pub name: String,
    pub units: i64,
    pub orders: i64,
}

/// Products shown of a customer.
const PRODUCTS: i64 = 10;

/// Reads a customer; `None` when nobody in the query's shops has this id.
pub fn person(
    snapshot: &Snapshot,
    query: &Query,
    id: i64,
    page: crate::drill::Page,
    context: &Context,
) -> Result<Option<Person>, MetricsError> {
    let scope = Scope::of(query, context);
    let wanted = Wanted { person: Some(id), limit: 1, ..Wanted::default() };
    let mut list = list(snapshot, query, &wanted, context)?;
    let customer = match list.rows.pop() {
        Some(customer) => customer,
        // Someone with nothing but orders that do not count, or that are yet to come.
        None => match details::known(snapshot, &scope, &[id])?.remove(&id) {
            None => return Ok(None),
            Some(known) => Customer {
                person: id,
                known,
                orders: 0,
                first: None,
                last: None,
                revenue: 0,
                scores: None,
                group: Group::Leads,
                expected: None,
            },
        },
    };
    let (count, events) = events(snapshot, &scope, id, page)?;
    Ok(Some(Person {
        customer,
        list,
        place: place(snapshot, &scope, id)?,
        count,
        events,
        products: products(snapshot, &scope, id)?,
    }))
}

fn place(snapshot: &Snapshot, scope: &Scope<'_>, id: i64) -> Result<Option<String>, MetricsError> {
    let mut bindings = Bindings::default();
    let (shops, id) = (shops(scope, &mut bindings), bindings.bind(id));
    let statement = bindings.into_statement(format!(
        "SELECT coalesce(billing_city, shipping_city), coalesce(billing_country, shipping_country)
FROM orders
WHERE shop_id IN ({shops}) AND person_id = {id} AND coalesce(billing_country, shipping_country) IS NOT NULL
ORDER BY created DESC LIMIT 1"
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?;
    let parts =
        found.rows.first().map(|cells| cells.iter().filter_map(Value::text).collect::<Vec<_>>());
    Ok(parts.map(|parts| parts.join(", ")))
}

/// Orders, refunds, carts and accounts of a person, and how many there are.
fn events(
    snapshot: &Snapshot,
    scope: &Scope<'_>,
    id: i64,
    page: crate::drill::Page,
) -> Result<(i64, Vec<Event>), MetricsError> {
    let mut bindings = Bindings::default();
    let mut with = counted(scope, None, &mut bindings);
    let (shops, id) = (shops(scope, &mut bindings), bindings.bind(id));
    with.push(format!(
        "events AS (
    SELECT 0 AS what, o.order_id, o.order_id AS record_id, o.shop_id, o.created AS happened,
           coalesce(o.number, o.external_id) AS words, o.status,
           o.order_id IN (SELECT order_id FROM counted_orders WHERE person_id = {id}) AS counts,
           o.total AS amount, o.currency
    FROM orders o WHERE o.shop_id IN ({shops}) AND o.person_id = {id} AND o.class <> 'deleted'
    UNION ALL
    SELECT 1, r.order_id, r.refund_id, r.shop_id, r.occurred_at, coalesce(r.reason, ''), '', true,
           r.goods + r.shipping + r.fees + r.tax + r.untold, r.currency
    FROM refunds r
    WHERE r.shop_id IN ({shops}) AND NOT r.deleted
      AND (r.person_id = {id} OR r.order_id IN (SELECT order_id FROM orders WHERE person_id = {id}))
    UNION ALL
    SELECT CASE WHEN c.state = 'open' THEN 3 ELSE 2 END, NULL, c.cart_id, c.shop_id, c.updated, c.items,
           c.state, true, c.total, c.currency
    FROM carts c
    WHERE c.shop_id IN ({shops}) AND c.items <> '' AND lower(trim(c.email)) IN (
        SELECT email_key FROM orders WHERE person_id = {id} AND email_key IS NOT NULL
        UNION SELECT email_key FROM customers WHERE person_id = {id} AND email_key IS NOT NULL)
    UNION ALL
    SELECT 4, NULL, a.customer_id, a.shop_id, a.created, '', '', true, NULL, NULL
    FROM customers a
    WHERE a.shop_id IN ({shops}) AND a.person_id = {id} AND NOT a.deleted AND a.created IS NOT NULL
)"
    ));
    let limit = bindings.bind(i64::try_from(page.limit).unwrap_or(i64::MAX));
    let offset = bindings.bind(i64::try_from(page.offset).unwrap_or(i64::MAX));
    let with = with.join(",\n");
    let statement = bindings.into_statement(format!(
        "WITH {with}
SELECT what, order_id, shop_id, happened, words, status, counts, amount, currency,
       (SELECT count(*) FROM events)
FROM events
ORDER BY happened DESC, what DESC, record_id DESC
LIMIT {limit} OFFSET {offset}"
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?;
    let count = found.rows.first().and_then(|cells| cells[9].int()).unwrap_or(0);
    Ok((count, found.rows.iter().filter_map(|cells| event(cells)).collect()))
}

fn event(cells: &[Value]) -> Option<Event> {
    let text = |at: usize| cells[at].text().unwrap_or_default().to_owned();
    let currency: Option<Currency> = cells[8].text().and_then(|code| code.parse().ok());
    Some(Event {
        what: match cells[0].int()? {
            0 => Happened::Order,
            1 => Happened::Refund,
            2 => Happened::Cart,
            3 => Happened::AbandonedCart,
            _ => Happened::Account,
        },
        order: cells[1].int(),
        shop_id: cells[2].int()?,
        at: cells[3].instant()?,
        words: text(4),
        status: text(5),
        counted: cells[6].int() == Some(1),
        amount: cells[7].int().zip(currency),
    })
}

/// The products of their counted orders, most bought first.
fn products(snapshot: &Snapshot, scope: &Scope<'_>, id: i64) -> Result<Vec<Product>, MetricsError> {
    let mut bindings = Bindings::default();
    let with = counted(scope, None, &mut bindings);
    let (id, limit) = (bindings.bind(id), bindings.bind(PRODUCTS));
    let statement = bindings.into_statement(format!(
        "WITH {},
theirs AS (SELECT order_id FROM counted_orders WHERE person_id = {id})
SELECT p.code, coalesce(p.name, max(l.name), p.code), sum(l.quantity), count(DISTINCT l.order_id)
FROM lines l
JOIN products p ON p.product_id = l.product_id
WHERE l.order_id IN (SELECT order_id FROM theirs)
GROUP BY p.product_id, p.code, p.name
ORDER BY 3 DESC, 4 DESC, p.code
LIMIT {limit}",
        with.join(",\n")
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?;
    let text = |cell: &Value| cell.text().unwrap_or_default().to_owned();
    Ok(found
        .rows
        .iter()
        .map(|cells| Product {
            code: text(&cells[0]),
            name: text(&cells[1]),
            units: cells[2].int().unwrap_or(0),
            orders: cells[3].int().unwrap_or(0),
        })
        .collect())
}
