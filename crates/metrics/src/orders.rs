//! The list of orders: searched, filtered, sorted, a page at a time, with what all of them add up to.
//!
//! Every order is listed, counted or not, except those the platform has deleted; each says whether it
//! counts under the rule in force. Amounts are in each order's own currency.

mod choices;
mod conditions;
mod todo;

use std::collections::HashMap;

use comptoir_model::Currency;
use comptoir_store::{Snapshot, Value};
use jiff::Timestamp;
use jiff::civil::date;

use crate::context::Context;
use crate::customers::buyers::{order_revenue, revenue_has_totals, shops};
use crate::ledger;
use crate::period::Period;
use crate::query::{Filter, Query};
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;

pub use choices::{Choices, choices};
pub use todo::{Todo, Waiting, out_of_stock, waiting};

/// Which orders, and in which order.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Words in the number, the customer's name or e-mail, or a product's name or code.
    pub search: Option<String>,
    /// Beside those of the query; all must hold.
    pub filters: Vec<Filter>,
    pub counted: Option<bool>,
    /// Whether something was given back.
    pub refunded: Option<bool>,
    /// Bounds of the total with tax, in minor units.
    pub least: Option<i64>,
    pub most: Option<i64>,
    pub todo: Option<Todo>,
    /// Over all history, not only over the query's period.
    pub whole_history: bool,
    pub sort: Sort,
    pub ascending: bool,
    pub offset: usize,
    pub limit: usize,
}

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    #[default]
    Date,
    Number,
    Customer,
    Status,
    Total,
    Revenue,
    Refunded,
    Source,
}

impl Sort {
    pub const ALL: [Self; 8] = [
        Self::Date,
        Self::Number,
        Self::Customer,
        Self::Status,
        Self::Total,
        Self::Revenue,
        Self::Refunded,
        Self::Source,
    ];

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Date => "date",
            Self::Number => "number",
            Self::Customer => "customer",
            Self::Status => "status",
            Self::Total => "total",
            Self::Revenue => "revenue",
            Self::Refunded => "refunded",
            Self::Source => "source",
        }
    }

    /// The keys of the sort; numbers of digits go by their value.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Date => &["happened"],
            Self::Number => &["try_cast(number AS HUGEINT)", "number"],
            Self::Customer => &["lower(coalesce(customer_name, email))"],
            Self::Status => &["status"],
            Self::Total => &["total"],
            Self::Revenue => &["revenue"],
            Self::Refunded => &["refunded"],
            Self::Source => &["source"],
        }
    }
}

/// The orders found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub count: i64,
    /// What all of them add up to; `None` when their currencies differ.
    pub sum: Option<Sum>,
    pub rows: Vec<Row>,
}

/// Amounts of all orders found, in one currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sum {
    pub currency: Currency,
    pub total: i64,
    /// Of those that count.
    pub revenue: i64,
    pub refunded: i64,
}

/// One order. Texts come from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub id: i64,
    pub shop_id: i64,
    /// Its number, else the platform's id.
    pub number: String,
    /// Its date under the rule in force; without one, when it was created.
    pub at: Timestamp,
    pub person: Option<i64>,
    pub name: Option<String>,
    pub email: Option<String>,
    /// The platform's own id of the customer.
    pub reference: Option<String>,
    pub status: String,
    pub counted: bool,
    /// Units of products.
    pub items: i64,
    /// With tax.
    pub total: i64,
    /// What it brings to revenue before refunds; `None` when it does not count or tells no more than
    /// its total.
    pub revenue: Option<i64>,
    /// Given back since, with tax.
    pub refunded: i64,
    pub currency: Currency,
    pub source: Option<String>,
}

/// Any day.
const EVER: Period = Period { from: date(1970, 1, 1), to: date(2200, 12, 31) };

/// Ids above which a look-up by id is slower than a look at everything.
const FEW: usize = 1000;

/// Reads the list.
pub fn list(
    snapshot: &Snapshot,
    query: &Query,
    wanted: &Wanted,
    context: &Context,
) -> Result<List, MetricsError> {
    let scope = Scope::of(query, context);
    let mut bindings = Bindings::default();
    let with = relation(query, wanted, &scope, context, &mut bindings)?;
    let totals = bindings.statement(format!(
        "{with}\nSELECT count(*), sum(total), sum(revenue), sum(refunded), min(currency), max(currency)\nFROM found"
    ));
    let totals = snapshot.query(&totals.sql, &totals.values)?;
    let cell = |at: usize| totals.rows.first().map_or(&Value::Null, |cells| &cells[at]);
    let currency = cell(4).text().filter(|first| cell(5).text() == Some(first));
    let sum = currency.and_then(|code| code.parse().ok()).map(|currency| Sum {
        currency,
        total: cell(1).int().unwrap_or(0),
        revenue: cell(2).int().unwrap_or(0),
        refunded: cell(3).int().unwrap_or(0),
    });
    let direction = if wanted.ascending { "" } else { " DESC" };
    let keys: Vec<String> =
        wanted.sort.keys().iter().map(|key| format!("{key}{direction} NULLS LAST")).collect();
    let limit = bindings.bind(bounded(wanted.limit));
    let offset = bindings.bind(bounded(wanted.offset));
    let page = bindings.into_statement(format!(
        "{with}\nSELECT order_id, shop_id, coalesce(number, external_id), happened, person_id, customer_name, email,
       status, counted, total, revenue, refunded, currency, source, customer_ref
FROM found
ORDER BY {}, order_id{direction}
LIMIT {limit} OFFSET {offset}",
        keys.join(", ")
    ));
    let found = snapshot.query(&page.sql, &page.values)?;
    let mut rows: Vec<Row> = found.rows.iter().filter_map(|cells| row(cells)).collect();
    let items = items(snapshot, &scope, &rows)?;
    for row in &mut rows {
        row.items = items.get(&row.id).copied().unwrap_or(0);
    }
    Ok(List { count: cell(0).int().unwrap_or(0), sum, rows })
}

fn bounded(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn row(cells: &[Value]) -> Option<Row> {
    let text = |at: usize| cells[at].text().map(str::to_owned).filter(|text| !text.is_empty());
    Some(Row {
        id: cells[0].int()?,
        shop_id: cells[1].int()?,
        number: text(2).unwrap_or_default(),
        at: cells[3].instant()?,
        person: cells[4].int(),
        name: text(5),
        email: text(6),
        reference: text(14),
        status: text(7).unwrap_or_default(),
        counted: cells[8].int() == Some(1),
        items: 0,
        total: cells[9].int()?,
        revenue: cells[10].int(),
        refunded: cells[11].int().unwrap_or(0),
        currency: cells[12].text()?.parse().ok()?,
        source: text(13),
    })
}

/// Units of the products of some orders.
fn items(
    snapshot: &Snapshot,
    scope: &Scope<'_>,
    rows: &[Row],
) -> Result<HashMap<i64, i64>, MetricsError> {
    if rows.is_empty() {
        return Ok(HashMap::new());
    }
    let mut bindings = Bindings::default();
    let which = if rows.len() <= FEW {
        let ids: Vec<String> = rows.iter().map(|row| bindings.bind(row.id)).collect();
        format!("order_id IN ({})", ids.join(", "))
    } else {
        format!("shop_id IN ({})", shops(scope, &mut bindings))
    };
    let statement = bindings.into_statement(format!(
        "SELECT order_id, sum(quantity) FROM lines WHERE kind = 'product' AND {which} GROUP BY order_id"
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?;
    Ok(found.rows.iter().filter_map(|cells| Some((cells[0].int()?, cells[1].int()?))).collect())
}

/// `WITH …, found AS (…)`: the orders that all conditions leave, with what was given back of each.
fn relation(
    query: &Query,
    wanted: &Wanted,
    scope: &Scope<'_>,
    context: &Context,
    bindings: &mut Bindings,
) -> Result<String, MetricsError> {
    let shops = shops(scope, bindings);
    let mut with = Vec::new();
    let (columns, joins) = if scope.stored {
        (
            "o.counted, o.customer_type, coalesce(o.occurred_at, o.created) AS happened,
           coalesce(o.day, o.rate_day) AS day, o.hour_of_day",
            "",
        )
    } else {
        let near = if wanted.whole_history { EVER } else { query.days(context) };
        with.extend(ledger::ruled(scope, near, bindings));
        // An order without the date of the rule is listed on the day it was created; one whose date is
        // far from the period has no day here, and is not in the period.
        (
            "coalesce(r.counted, false) AS counted, r.customer_type,
           coalesce(p.occurred_at, o.created) AS happened,
           CASE WHEN p.occurred_at IS NULL THEN o.rate_day ELSE d.day END AS day, d.hour_of_day",
            "\n    JOIN placed p ON p.order_id = o.order_id\n    LEFT JOIN dated d ON d.order_id = o.order_id\n    LEFT JOIN ruled r ON r.order_id = o.order_id",
        )
    };
    with.push(format!(
        "given_back AS (
    SELECT order_id, sum(goods + shipping + fees + tax + untold) AS refunded
    FROM refunds
    WHERE NOT deleted AND order_id IS NOT NULL AND shop_id IN ({shops})
    GROUP BY order_id
)"
    ));
    with.push(format!(
        "listed AS (
    SELECT o.order_id, o.shop_id, o.external_id, o.number, o.status, o.class, o.test, o.created, o.person_id,
           o.customer_name, o.customer_ref, o.email, o.billing_country, o.billing_region, o.billing_city,
           o.shipping_country, o.shipping_region, o.shipping_city, o.payment_method, o.shipping_method, o.coupon,
           o.source, o.medium, o.campaign, o.channel, o.device, o.currency, o.goods, o.shipping, o.fees, o.tax,
           o.total, o.total_only, {columns}
    FROM orders o{joins}
    WHERE o.shop_id IN ({shops}) AND o.class <> 'deleted'
)"
    ));
    let own = order_revenue(scope).unwrap_or_else(|| "NULL".to_owned());
    let told = if revenue_has_totals(scope) { "true" } else { "NOT total_only" };
    let conditions = conditions::of(query, wanted, &shops, context, bindings)?;
    with.push(format!(
        "found AS (
    SELECT o.order_id, o.shop_id, o.external_id, o.number, o.happened, o.person_id, o.customer_name,
           CASE WHEN NOT starts_with(o.customer_ref, 'erased:') THEN o.customer_ref END AS customer_ref, o.email,
           o.status, o.counted, o.total, CASE WHEN counted AND {told} THEN {own} END AS revenue,
           coalesce(g.refunded, 0) AS refunded, o.currency, o.source
    FROM listed o
    LEFT JOIN given_back g ON g.order_id = o.order_id
    WHERE {}
)",
        conditions.join("\n      AND ")
    ));
    Ok(format!("WITH {}", with.join(",\n")))
}
