//! The four groups of customers by how often they have bought (M29b, S215): contacts without order,
//! customers of one order, regular customers, loyal ones.
//!
//! Counted orders and revenue are of all history up to the end of the period. A person is one customer,
//! in however many shops; the threshold is the shop's, or the workspace's for several shops.

use comptoir_store::{Snapshot, Value};
use jiff::civil::Date;

use crate::context::Context;
use crate::query::Query;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;
use crate::table::Cell;
use crate::worth::worth;

/// A group. Its bounds are 0, 1, 2 to threshold − 1, and threshold orders or more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Group {
    Leads,
    OneTime,
    Repeat,
    Loyal,
}

impl Group {
    pub const ALL: [Self; 4] = [Self::Leads, Self::OneTime, Self::Repeat, Self::Loyal];

    pub fn id(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::OneTime => "one_time",
            Self::Repeat => "repeat",
            Self::Loyal => "loyal",
        }
    }

    /// The orders that put someone into it.
    pub(crate) fn condition(self, threshold: &str) -> String {
        match self {
            Self::Leads => "orders = 0".to_owned(),
            Self::OneTime => "orders = 1".to_owned(),
            Self::Repeat => format!("orders > 1 AND orders < {threshold}"),
            Self::Loyal => format!("orders > 1 AND orders >= {threshold}"),
        }
    }

    /// The group of a person with so many counted orders.
    pub fn of(orders: i64, threshold: i64) -> Self {
        match orders {
            ..=0 => Self::Leads,
            1 => Self::OneTime,
            orders if orders < threshold => Self::Repeat,
            _ => Self::Loyal,
        }
    }
}

/// The groups at the end of a period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Groups {
    pub threshold: i64,
    /// The last day counted.
    pub until: Date,
    pub currency: comptoir_model::Currency,
    /// In the order of [`Group::ALL`].
    pub rows: Vec<Row>,
    /// Everybody with an order: the last three groups together.
    pub buyers: Buyers,
}

/// What all customers come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Buyers {
    pub customers: i64,
    pub revenue: i64,
    /// Customer value to date.
    pub mean_revenue: Cell,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub group: Group,
    pub customers: i64,
    pub revenue: i64,
    /// Revenue ÷ customers; no value for contacts, who have none.
    pub mean_revenue: Cell,
}

/// Works the groups out, of a query's shops at the end of its period.
pub fn run(snapshot: &Snapshot, query: &Query, context: &Context) -> Result<Groups, MetricsError> {
    let scope = Scope::of(query, context);
    let until = query.days(context).to;
    let threshold = context.loyalty_threshold(&scope.shops);
    let mut rows: Vec<Row> = Group::ALL
        .into_iter()
        .map(|group| Row { group, customers: 0, revenue: 0, mean_revenue: Cell::Null })
        .collect();
    let mut bindings = Bindings::default();
    let worth = worth(&scope, context, until, None, &mut bindings)?;
    let shops: Vec<String> = scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
    let shops = if shops.is_empty() { "NULL".to_owned() } else { shops.join(", ") };
    let last = bindings.bind(Value::Date(until));
    let sql = format!(
        "WITH {}
SELECT orders, count(*), sum(amount) FROM worth WHERE orders > 0 GROUP BY 1
UNION ALL
SELECT 0, count(DISTINCT c.person_id), 0
FROM customers c
WHERE c.shop_id IN ({shops}) AND NOT c.deleted AND c.person_id IS NOT NULL
  AND (c.created IS NULL OR CAST(c.created AS DATE) <= {last})
  AND c.person_id NOT IN (SELECT person_id FROM worth WHERE orders > 0)",
        worth.with.join(",\n"),
    );
    let statement = bindings.into_statement(sql);
    for cells in snapshot.query(&statement.sql, &statement.values)?.rows {
        let whole = |at: usize| cells.get(at).and_then(Value::int).unwrap_or(0);
        let group = Group::of(whole(0), threshold);
        if let Some(row) = rows.iter_mut().find(|row| row.group == group) {
            row.customers += whole(1);
            row.revenue += whole(2);
        }
    }
    for row in rows.iter_mut().filter(|row| row.group != Group::Leads) {
        row.mean_revenue = mean(row.revenue, row.customers);
    }
    let bought = rows.iter().filter(|row| row.group != Group::Leads);
    let (customers, revenue) = bought.fold((0, 0), |(customers, revenue), row| {
        (customers + row.customers, revenue + row.revenue)
    });
    let buyers = Buyers { customers, revenue, mean_revenue: mean(revenue, customers) };
    Ok(Groups { buyers, threshold, until, currency: scope.currency, rows })
}

fn mean(revenue: i64, customers: i64) -> Cell {
    match customers {
        0 => Cell::Null,
        customers => {
            let mean = comptoir_model::money::divide_half_even(revenue.into(), customers.into());
            i64::try_from(mean).map_or(Cell::Null, Cell::Money)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s215_bounds_are_0_1_2_to_threshold_less_one_and_threshold() {
        let of = |threshold: i64| -> Vec<&str> {
            (0..7).map(|orders| Group::of(orders, threshold).id()).collect()
        };
        assert_eq!(of(5), ["leads", "one_time", "repeat", "repeat", "repeat", "loyal", "loyal"]);
        assert_eq!(of(2), ["leads", "one_time", "loyal", "loyal", "loyal", "loyal", "loyal"]);
    }
}
