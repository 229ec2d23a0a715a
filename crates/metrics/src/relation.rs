//! The rows behind a figure: the same FROM and WHERE serve the figure and its drill-down, which is why
//! the one always adds up to the other.

use comptoir_store::Value;
use jiff::SignedDuration;

use crate::check::column_on;
use crate::context::Context;
use crate::dimension::{Dimension, Needs};
use crate::exchange;
use crate::formula::{Base, Column, Customers, Measure};
use crate::ledger::{self, Ledger};
use crate::metric::Grain;
use crate::period::Period;
use crate::query::{Filter, QueryError};
use crate::scope::Scope;
use crate::statement::Bindings;

/// What a statement reads.
pub(crate) struct Relation {
    pub with: Vec<String>,
    /// The tables, from `FROM` on, without conditions.
    pub from: String,
    pub conditions: Vec<String>,
    /// The expression of each dimension asked for.
    pub dimensions: Vec<String>,
    pub grain: Grain,
}

/// What a relation is made for.
pub(crate) struct Wanted<'q> {
    pub base: Base,
    pub by: &'q [&'static Dimension],
    pub filters: &'q [Filter],
    pub period: Period,
    /// Whether amounts will be read, which may need exchange rates.
    pub amounts: bool,
    /// The least and greatest order that the period's rows belong to, when known: what is joined to
    /// them can be read without the others.
    pub orders: Option<(i64, i64)>,
}

impl Relation {
    pub fn of(
        wanted: &Wanted<'_>,
        scope: &Scope<'_>,
        context: &Context,
        bindings: &mut Bindings,
    ) -> Result<Self, QueryError> {
        let relation = match wanted.base {
            Base::Ledger => {
                let ledger = ledger::ledger(scope, wanted.period, bindings);
                Self::bare(ledger.with, format!("FROM {}", ledger.from), ledger.counted)
            }
            Base::Visits => Self::bare(Vec::new(), "FROM visits m".to_owned(), "true"),
            Base::Carts => {
                let idle = context.now.saturating_sub(SignedDuration::from_hours(24));
                let idle = bindings.bind(Value::Instant(idle.unwrap_or(context.now)));
                let mut carts = Self::bare(Vec::new(), "FROM carts m".to_owned(), "m.items <> ''");
                carts.conditions.push("m.state <> 'deleted'".to_owned());
                carts.conditions.push(format!("m.updated <= {idle}"));
                carts
            }
        };
        relation.narrowed(wanted, scope, context, bindings)
    }

    /// A relation over a ledger made elsewhere.
    pub fn over(
        ledger: Ledger,
        wanted: &Wanted<'_>,
        scope: &Scope<'_>,
        context: &Context,
        bindings: &mut Bindings,
    ) -> Result<Self, QueryError> {
        Self::bare(ledger.with, format!("FROM {}", ledger.from), ledger.counted)
            .narrowed(wanted, scope, context, bindings)
    }

    /// The shops, days and filters of what is wanted.
    fn narrowed(
        mut self,
        wanted: &Wanted<'_>,
        scope: &Scope<'_>,
        context: &Context,
        bindings: &mut Bindings,
    ) -> Result<Self, QueryError> {
        let relation = &mut self;
        relation.bound(wanted.period, scope, bindings);
        let filtered = wanted.filters.iter().map(|filter| filter.dimension);
        let used: Vec<&Dimension> = wanted.by.iter().copied().chain(filtered).collect();
        relation.grain = used.iter().map(|used| used.grain).max().unwrap_or(Grain::Order);
        if wanted.base == Base::Ledger {
            relation.join(&used, wanted.orders, bindings);
            if wanted.amounts {
                relation.from.push_str(exchange::join(scope));
            }
        }
        for dimension in wanted.by {
            let column = column_on(dimension, wanted.base).unwrap_or("NULL");
            relation.dimensions.push(dimension.expression(column, context.week_start));
        }
        for filter in wanted.filters {
            let column = column_on(filter.dimension, wanted.base).unwrap_or("NULL");
            let expression = filter.dimension.expression(column, context.week_start);
            let condition = condition(&expression, filter.stored(context)?, bindings);
            relation.conditions.push(condition);
        }
        Ok(self)
    }

    fn bare(with: Vec<String>, from: String, condition: &str) -> Self {
        Self {
            with,
            from,
            conditions: vec![condition.to_owned()],
            dimensions: Vec::new(),
            grain: Grain::Order,
        }
    }

    /// Shop and days come first: they are what the database can skip blocks by.
    fn bound(&mut self, period: Period, scope: &Scope<'_>, bindings: &mut Bindings) {
        let shops: Vec<String> = scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
        let shops = match shops.as_slice() {
            [] => "false".to_owned(),
            [only] => format!("m.shop_id = {only}"),
            several => format!("m.shop_id IN ({})", several.join(", ")),
        };
        let (from, to) = (bindings.bind(period.from), bindings.bind(period.to));
        let days = format!("m.day >= {from} AND m.day <= {to}");
        self.conditions.splice(0..0, [shops, days]);
    }

    fn join(&mut self, used: &[&Dimension], orders: Option<(i64, i64)>, bindings: &mut Bindings) {
        let needs = |needs: Needs| used.iter().any(|used| used.needs == needs);
        if joins_orders(used) {
            self.from.push_str("\nLEFT JOIN orders o ON o.order_id = m.order_id");
            if let Some((least, greatest)) = orders {
                let (least, greatest) = (bindings.bind(least), bindings.bind(greatest));
                let within = format!(" AND o.order_id >= {least} AND o.order_id <= {greatest}");
                self.from.push_str(&within);
            }
        }
        if needs(Needs::OrdersOrRefunds) {
            // A second condition beside the equality costs ten times the whole query; a key that is
            // null says the same.
            self.from.push_str(
                "\nLEFT JOIN refunds f ON f.refund_id = CASE WHEN m.order_id IS NULL THEN m.refund_id END",
            );
        }
        if needs(Needs::Products) {
            self.from.push_str("\nLEFT JOIN products p ON p.product_id = m.product_id");
        }
    }

    /// Common table expressions before a statement.
    pub fn with_clause(&self, further: &[String]) -> String {
        let all: Vec<&str> = self.with.iter().chain(further).map(String::as_str).collect();
        if all.is_empty() { String::new() } else { format!("WITH {}\n", all.join(",\n")) }
    }

    /// `FROM … WHERE …`.
    pub fn rows(&self) -> String {
        format!("{}\nWHERE {}", self.from, self.conditions.join("\n  AND "))
    }

    /// The rows of orders (not of refunds) that stand for each order once or more at this grain.
    pub fn order_rows(&self) -> &'static str {
        match self.grain {
            Grain::Order => "m.kind = 'order'",
            Grain::Amount => "m.refund_id IS NULL",
            Grain::Line => "m.kind = 'line'",
        }
    }

    /// The sum of a column for some customers.
    pub fn sum(
        &self,
        column: Column,
        customers: Customers,
        scope: &Scope<'_>,
        bindings: &mut Bindings,
    ) -> String {
        let mut conditions: Vec<String> =
            narrow(customers).into_iter().map(str::to_owned).collect();
        conditions.extend(own_condition(column).map(str::to_owned));
        if matches!(
            column,
            Column::PricedOrders
                | Column::TaxedOrders
                | Column::ValuedOrders
                | Column::ValuedTotals
        ) {
            conditions.extend(exchange::is_known(scope, bindings));
        }
        let summed = match column.measure() {
            Measure::Rows => "count(*)".to_owned(),
            Measure::Orders if self.grain > Grain::Order => {
                conditions.push(self.order_rows().to_owned());
                "count(DISTINCT m.order_id)".to_owned()
            }
            Measure::Amount => {
                format!("sum({})", exchange::converted(stored_column(column), scope, bindings))
            }
            Measure::Orders | Measure::Units => format!("sum({})", stored_column(column)),
        };
        filtered(&summed, &conditions)
    }

    /// Distinct persons with an order.
    pub fn persons(&self, customers: Customers) -> String {
        let mut conditions: Vec<String> =
            narrow(customers).into_iter().map(str::to_owned).collect();
        conditions.push(self.order_rows().to_owned());
        filtered("count(DISTINCT m.person_id)", &conditions)
    }
}

/// Whether some of the dimensions are read from orders.
pub(crate) fn joins_orders(used: &[&Dimension]) -> bool {
    used.iter().any(|used| matches!(used.needs, Needs::Orders | Needs::OrdersOrRefunds))
}

fn filtered(expression: &str, conditions: &[String]) -> String {
    if conditions.is_empty() {
        return expression.to_owned();
    }
    format!("{expression} FILTER (WHERE {})", conditions.join(" AND "))
}

/// The condition that keeps some customers; nothing for all of them.
pub(crate) fn narrow(customers: Customers) -> Option<&'static str> {
    match customers {
        Customers::All => None,
        Customers::New => Some("m.customer_type = 'new'"),
        Customers::Existing => Some("m.customer_type = 'existing'"),
        Customers::Unidentified => Some("m.customer_type IS NULL"),
        Customers::Identified => Some("m.customer_type IS NOT NULL"),
    }
}

/// The rows of its table that a column concerns, when not all.
pub(crate) fn own_condition(column: Column) -> Option<&'static str> {
    match column {
        Column::TaxedOrders => Some("m.total_only = 0"),
        Column::RefundedOrders => Some(
            "m.order_id IN (SELECT order_id FROM money WHERE refund_id IS NOT NULL AND order_id IS NOT NULL)",
        ),
        Column::ReturnableOrders => Some(
            "m.shop_id IN (SELECT shop_id FROM money WHERE refund_id IS NOT NULL AND order_id IS NOT NULL)",
        ),
        Column::ValuedTotals => Some("(m.valued_orders > 0 OR m.total_only > 0)"),
        Column::UntoldShipping | Column::UntoldFees | Column::UntoldTax => {
            Some("m.kind = 'refund_split'")
        }
        Column::VisitsWithOrder => Some("m.ordered"),
        Column::AbandonedCarts => Some("m.state <> 'ordered'"),
        _ => None,
    }
}

/// The column of the table behind a column of formulas.
pub(crate) fn stored_column(column: Column) -> &'static str {
    match column {
        Column::Orders
        | Column::PricedOrders
        | Column::TaxedOrders
        | Column::ValuedTotals
        | Column::RefundedOrders
        | Column::ReturnableOrders => "m.orders",
        Column::ValuedOrders => "m.valued_orders",
        Column::Quantity => "m.quantity",
        Column::Gross => "m.gross",
        Column::Discount => "m.discount",
        Column::Shipping => "m.shipping",
        Column::Fees => "m.fees",
        Column::Tax => "m.tax",
        Column::TotalOnly => "m.total_only",
        Column::UnitsReturned => "m.units_returned",
        Column::RefundedGoods => "m.refunded_goods",
        Column::RefundedShipping | Column::UntoldShipping => "m.refunded_shipping",
        Column::RefundedFees | Column::UntoldFees => "m.refunded_fees",
        Column::RefundedTax | Column::UntoldTax => "m.refunded_tax",
        Column::Visits | Column::VisitsWithOrder | Column::Carts | Column::AbandonedCarts => "1",
    }
}

pub(crate) fn condition(expression: &str, values: Vec<Value>, bindings: &mut Bindings) -> String {
    let unknown = values.iter().any(Value::is_null);
    let known: Vec<String> = values
        .into_iter()
        .filter(|value| !value.is_null())
        .map(|value| bindings.bind(value))
        .collect();
    match (known.as_slice(), unknown) {
        ([], _) => format!("{expression} IS NULL"),
        (known, false) => format!("{expression} IN ({})", known.join(", ")),
        (known, true) => {
            format!("({expression} IN ({}) OR {expression} IS NULL)", known.join(", "))
        }
    }
}
