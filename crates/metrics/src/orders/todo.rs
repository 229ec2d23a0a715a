//! What waits for the shop: orders to send, payments to check, products to order again.
//!
//! The same condition counts on the overview and lists the orders, so the list is as long as it said.

use comptoir_model::Currency;
use comptoir_store::{Snapshot, Value};
use jiff::{SignedDuration, Timestamp};

use crate::context::Context;
use crate::customers::buyers::shops;
use crate::query::Query;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;

/// A reason why an order waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Todo {
    /// Paid, not sent: in shops whose platform tells when an order is sent.
    ToShip,
    /// A transfer or cheque is on its way.
    Awaited,
    /// The payment failed.
    Failed,
}

/// How many orders wait, and for how much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waiting {
    pub todo: Todo,
    pub orders: i64,
    /// With tax; `None` when their currencies differ.
    pub total: Option<(i64, Currency)>,
}

/// Words of payment methods that take days, without accents.
const SLOW: [&str; 9] = [
    "virement",
    "transfer",
    "bacs",
    "wire",
    "cheque",
    "check payment",
    "checkpayment",
    "money order",
    "mandat",
];

impl Todo {
    pub const ALL: [Self; 3] = [Self::ToShip, Self::Awaited, Self::Failed];

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::ToShip => "to_ship",
            Self::Awaited => "awaited",
            Self::Failed => "failed",
        }
    }

    /// Days after which it is history, no longer something to do.
    pub fn days(self) -> i64 {
        match self {
            Self::ToShip | Self::Awaited => 90,
            Self::Failed => 30,
        }
    }

    /// The condition on an order `o`.
    pub(super) fn condition(self, now: Timestamp, bindings: &mut Bindings) -> String {
        let since = now.saturating_sub(SignedDuration::from_hours(24 * self.days())).unwrap_or(now);
        let since = bindings.bind(Value::Instant(since));
        let state = match self {
            Self::ToShip => "o.class = 'paid' AND o.shop_id IN (SELECT DISTINCT shop_id FROM orders WHERE class = 'fulfilled')".to_owned(),
            Self::Failed => "o.class = 'failed'".to_owned(),
            Self::Awaited => {
                let method = "strip_accents(lower(o.payment_method))";
                let mut words = vec![format!("{method} = {}", bindings.bind("check"))];
                for word in SLOW {
                    words.push(format!("contains({method}, {})", bindings.bind(word)));
                }
                format!("o.class IN ('pending', 'on_hold') AND ({})", words.join(" OR "))
            }
        };
        format!("(NOT o.test AND o.created >= {since} AND {state})")
    }
}

/// What waits in the query's shops, without what nothing waits for.
pub fn waiting(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
) -> Result<Vec<Waiting>, MetricsError> {
    let scope = Scope::of(query, context);
    let mut all = Vec::new();
    for todo in Todo::ALL {
        let mut bindings = Bindings::default();
        let shops = shops(&scope, &mut bindings);
        let condition = todo.condition(context.now, &mut bindings);
        let statement = bindings.into_statement(format!(
            "SELECT count(*), sum(o.total), min(o.currency), max(o.currency)
FROM orders o WHERE o.shop_id IN ({shops}) AND {condition}"
        ));
        let found = snapshot.query(&statement.sql, &statement.values)?;
        let Some(cells) = found.rows.first() else { continue };
        let orders = cells[0].int().unwrap_or(0);
        if orders > 0 {
            let same = cells[2].text().filter(|first| cells[3].text() == Some(first));
            let currency = same.and_then(|code| code.parse().ok());
            all.push(Waiting { todo, orders, total: cells[1].int().zip(currency) });
        }
    }
    Ok(all)
}

/// How many products are out of stock although they were sold in the last 90 days.
pub fn out_of_stock(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
) -> Result<i64, MetricsError> {
    let scope = Scope::of(query, context);
    let today = context.today(&scope.shops);
    let mut bindings = Bindings::default();
    let shops = shops(&scope, &mut bindings);
    let since = bindings.bind(Value::Date(today.saturating_sub(jiff::Span::new().days(89))));
    let statement = bindings.into_statement(format!(
        "SELECT count(*) FROM products
WHERE shop_id IN ({shops}) AND listed AND NOT deleted AND stock <= 0 AND product_id IN (
    SELECT product_id FROM money
    WHERE shop_id IN ({shops}) AND day >= {since} AND counted AND kind = 'line' AND product_id IS NOT NULL)"
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?;
    Ok(found.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0))
}
