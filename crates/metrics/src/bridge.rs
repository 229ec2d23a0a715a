//! Why revenue moved: its change between a period and its comparison, split exactly.
//!
//! The same change is told three times: by orders (how many, how large, how much was given back), by
//! customers, and by goods. Each telling is made of parts in whole minor units that add up to the change:
//! what does not divide is rounded once, by largest remainder, and what no effect explains is a part of
//! its own under the name of the formula's term.

mod goods;
mod orders;
mod rounding;
mod terms;

use comptoir_model::Currency;
use comptoir_store::Snapshot;

use crate::context::Context;
use crate::formula::Customers;
use crate::metric::{Unit, metric};
use crate::period::{Comparison, Period};
use crate::profile::Profile;
use crate::query::Query;
use crate::run::{MetricsError, run, run_beside};
use crate::scope::Scope;
use crate::table::{Cell, Incomplete, Table};

pub use goods::{Fate, Goods, Item, Movers, Rest, Sold};
pub use orders::ByOrders;

use terms::{Terms, Totals};

/// What made revenue move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Effect {
    /// More or fewer orders, at the average order of the comparison.
    Orders,
    /// A larger or smaller average order, for the orders of the period.
    Basket,
    Refunds,
    NewCustomers,
    ExistingCustomers,
    UnidentifiedCustomers,
    /// Products sold in the period only.
    NewProducts,
    /// Products sold in the comparison only.
    DroppedProducts,
    /// Products of both: more or fewer units, at the average price of the comparison.
    Volume,
    /// Products of both: units that moved to dearer or cheaper products.
    Mix,
    /// Products of both: the units of the period at their new prices.
    Price,
    /// Products whose quantities are not above 0: they have no price per unit.
    Unpriced,
    /// Lines that are no product.
    OtherLines,
    Discounts,
    Shipping,
    Fees,
    Tax,
    /// Orders of which nothing but the total is known.
    TotalOnly,
}

impl Effect {
    /// The word in files and in messages.
    pub fn id(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Basket => "basket",
            Self::Refunds => "refunds",
            Self::NewCustomers => "new-customers",
            Self::ExistingCustomers => "existing-customers",
            Self::UnidentifiedCustomers => "unidentified-customers",
            Self::NewProducts => "new-products",
            Self::DroppedProducts => "dropped-products",
            Self::Volume => "volume",
            Self::Mix => "mix",
            Self::Price => "price",
            Self::Unpriced => "unpriced",
            Self::OtherLines => "other-lines",
            Self::Discounts => "discounts",
            Self::Shipping => "shipping",
            Self::Fees => "fees",
            Self::Tax => "tax",
            Self::TotalOnly => "total-only",
        }
    }

    /// The metric whose rows are behind it, when the effect is of one.
    pub fn metric(self) -> Option<&'static str> {
        match self {
            Self::Orders => Some("orders"),
            Self::Basket => Some("average_order_value"),
            Self::Refunds => Some("refunds"),
            Self::NewCustomers => Some("new_customer_revenue"),
            Self::ExistingCustomers => Some("existing_customer_revenue"),
            Self::UnidentifiedCustomers => Some("unidentified_revenue"),
            Self::Discounts => Some("discounts"),
            Self::Shipping => Some("shipping"),
            Self::Fees => Some("fees"),
            Self::Tax => Some("tax"),
            _ => None,
        }
    }
}

/// A part of the change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    pub effect: Effect,
    /// What it added to revenue, in minor units.
    pub amount: i64,
    /// Revenue once this part and those before it are added to the comparison's.
    pub reached: i64,
    /// What moved, in the comparison and in the period; no value where it is not one figure.
    pub before: Cell,
    pub now: Cell,
    /// The unit of these two.
    pub unit: Unit,
}

/// The change of revenue, told three times.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bridge {
    pub profile: &'static Profile,
    pub period: Period,
    pub comparison: Period,
    pub currency: Currency,
    /// Revenue of the comparison and of the period.
    pub before: i64,
    pub now: i64,
    pub change: i64,
    pub orders: ByOrders,
    pub customers: Vec<Part>,
    pub goods: Goods,
    /// What both periods had to leave out.
    pub incomplete: Option<Incomplete>,
}

/// Splits the change of revenue under a query's filters; nothing without a comparison, or when the
/// profile has no revenue.
pub fn bridge(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
) -> Result<Option<Bridge>, MetricsError> {
    let Some(comparison) = query.compared_days(context) else { return Ok(None) };
    let asked = of_whole_orders(query);
    let scope = Scope::of(&asked, context);
    let Some(terms) = Terms::of(scope.profile) else { return Ok(None) };
    let every = [Customers::All, Customers::New, Customers::Existing, Customers::Unidentified];
    let wanted = terms.aggregates(&every);
    let (table, sums) = run_beside(snapshot, &asked, context, &wanted)?;
    let Some(totals) = Totals::of(wanted, sums) else { return Ok(None) };
    let revenue = totals.of_terms(&terms.revenue, Customers::All);
    let items = goods::items(snapshot, &asked, context, &scope, (table.period, comparison))?;
    Ok(Some(Bridge {
        profile: scope.profile,
        period: table.period,
        comparison,
        currency: table.currency,
        before: whole(revenue.before),
        now: whole(revenue.now),
        change: whole(revenue.now - revenue.before),
        orders: orders::split(&terms, &totals),
        customers: by_customers(&terms, &totals),
        goods: goods::split(&terms, &totals, items),
        incomplete: both(table.incomplete, before(snapshot, &asked, context, comparison)?),
    }))
}

/// Answers a query and splits the change of revenue by orders from the same scans: what the overview
/// says in a sentence costs it nothing.
pub fn beside(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
) -> Result<(Table, Option<ByOrders>), MetricsError> {
    let Some(terms) = Terms::of(Scope::of(query, context).profile) else {
        return Ok((run(snapshot, query, context)?, None));
    };
    let wanted = terms.aggregates(&[Customers::All]);
    let (table, sums) = run_beside(snapshot, query, context, &wanted)?;
    let split = Totals::of(wanted, sums).map(|totals| orders::split(&terms, &totals));
    Ok((table, split))
}

/// The query for revenue and average order: filters that these do not have are refused.
fn of_whole_orders(query: &Query) -> Query {
    let metrics = ["revenue", "average_order_value"].into_iter().filter_map(metric).collect();
    Query { metrics, by: Vec::new(), sort: None, limit: None, ..query.clone() }
}

/// What the comparison had to leave out.
fn before(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
    comparison: Period,
) -> Result<Option<Incomplete>, MetricsError> {
    let scope = Scope::of(query, context);
    if scope.foreign.is_empty() && !scope.total_only {
        return Ok(None);
    }
    let query = Query {
        period: crate::period::Choice::Days(comparison),
        comparison: Comparison::None,
        ..query.clone()
    };
    Ok(run(snapshot, &query, context)?.incomplete)
}

fn both(now: Option<Incomplete>, before: Option<Incomplete>) -> Option<Incomplete> {
    let (now, before) = match (now, before) {
        (Some(now), Some(before)) => (now, before),
        (one, other) => return one.or(other),
    };
    Some(Incomplete {
        orders_without_rate: now.orders_without_rate + before.orders_without_rate,
        orders_without_tax: now.orders_without_tax + before.orders_without_tax,
        history_from: now.history_from.or(before.history_from),
    })
}

fn by_customers(terms: &Terms, totals: &Totals) -> Vec<Part> {
    let mut run = Run::from(totals.of_terms(&terms.revenue, Customers::All).before);
    for (effect, customers) in [
        (Effect::NewCustomers, Customers::New),
        (Effect::ExistingCustomers, Customers::Existing),
        (Effect::UnidentifiedCustomers, Customers::Unidentified),
    ] {
        let pair = totals.of_terms(&terms.revenue, customers);
        if customers != Customers::Unidentified || pair != Pair::default() {
            run.difference(effect, pair, 1);
        }
    }
    run.parts
}

/// A sum in the comparison and in the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Pair {
    before: i128,
    now: i128,
}

/// Parts in a row, each starting where the last one ended.
struct Run {
    reached: i128,
    parts: Vec<Part>,
}

impl Run {
    fn from(before: i128) -> Self {
        Self { reached: before, parts: Vec::new() }
    }

    /// A part that is told by figures of its own, or by none.
    fn part(&mut self, effect: Effect, amount: i128, (before, now): (Cell, Cell), unit: Unit) {
        self.reached += amount;
        let (amount, reached) = (whole(amount), whole(self.reached));
        self.parts.push(Part { effect, amount, reached, before, now, unit });
    }

    /// A part that is the difference of two amounts, which count for or against revenue.
    fn difference(&mut self, effect: Effect, pair: Pair, sign: i128) {
        let cells = (Cell::Money(whole(pair.before)), Cell::Money(whole(pair.now)));
        self.part(effect, sign * (pair.now - pair.before), cells, Unit::Money);
    }
}

fn whole(amount: i128) -> i64 {
    i64::try_from(amount).unwrap_or(if amount < 0 { i64::MIN } else { i64::MAX })
}
