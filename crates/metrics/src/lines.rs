//! The product lines of counted orders, one row a line: what pairs of products, their buyers and the
//! time between two purchases are worked out from.

use comptoir_store::{Snapshot, StoreError, Value};

use crate::context::Context;
use crate::formula::Base;
use crate::history;
use crate::ledger::{self, Ledger};
use crate::period::Period;
use crate::query::{Query, QueryError};
use crate::relation::{Relation, Wanted};
use crate::scope::Scope;
use crate::statement::Bindings;

/// Lines of a period under whatever rule, and the orders of all history beside them.
pub(crate) struct Lines {
    relation: Relation,
    /// `FROM …` of all counted orders of the shops, whenever they were; its alias is `h`, and it has
    /// `order_id, person_id, occurred_at, day`.
    pub history: String,
    /// What stands for a product: the same for one code in several shops.
    pub item: &'static str,
}

impl Lines {
    pub fn of(
        query: &Query,
        scope: &Scope<'_>,
        context: &Context,
        period: Period,
        bindings: &mut Bindings,
    ) -> Result<Self, QueryError> {
        let ledger = if scope.stored {
            Ledger { counted: "m.counted", ..ledger::ledger(scope, period, bindings) }
        } else {
            let mut with = history::counted_orders(scope, None, bindings);
            with.extend(crate::exchange::rates(scope, bindings));
            Ledger { with, from: RULED.to_owned(), counted: "true" }
        };
        let wanted = Wanted {
            base: Base::Ledger,
            by: &[],
            filters: &query.filters,
            period,
            amounts: true,
            orders: None,
        };
        let mut relation = Relation::over(ledger, &wanted, scope, context, bindings)?;
        relation.conditions.push("m.kind = 'line' AND m.product_id IS NOT NULL".to_owned());
        let shops: Vec<String> = scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
        let listed = if shops.is_empty() { "NULL".to_owned() } else { shops.join(", ") };
        // Within one shop a code is one product; over several the first of them stands for all.
        let item = if shops.len() > 1 {
            relation.with.push(format!(
                "codes AS (
    SELECT product_id, min(product_id) OVER (PARTITION BY code) AS item
    FROM products WHERE shop_id IN ({listed})
)"
            ));
            relation.from.push_str("\nJOIN codes c ON c.product_id = m.product_id");
            "c.item"
        } else {
            "m.product_id"
        };
        let history = if scope.stored {
            format!(
                "FROM (SELECT * FROM orders WHERE counted AND person_id IS NOT NULL AND shop_id IN ({listed})) h"
            )
        } else {
            "FROM (SELECT * FROM counted_orders WHERE person_id IS NOT NULL) h".to_owned()
        };
        Ok(Self { relation, history, item })
    }

    /// A further condition on the lines (`m`).
    pub fn keep(&mut self, condition: String) {
        self.relation.conditions.push(condition);
    }

    /// `FROM … WHERE …` of the lines; their alias is `m`.
    pub fn rows(&self) -> String {
        self.relation.rows()
    }

    /// The common table expressions of a statement on them, these further ones included.
    pub fn with(&self, further: &[String]) -> String {
        self.relation.with_clause(further)
    }
}

/// Lines of orders that count under a rule other than the stored one.
const RULED: &str = "(
    SELECT e.shop_id, e.kind, e.order_id, e.refund_id, e.product_id, e.variant, e.category, e.tax_rate,
           e.currency, c.person_id, e.rate_day, e.quantity, e.gross, e.discount, c.occurred_at, c.day,
           d.hour_at, d.hour_of_day,
           CASE WHEN c.place = 1 THEN 'new' WHEN c.place > 1 THEN 'existing' END AS customer_type
    FROM money e
    JOIN counted_orders c ON c.order_id = e.order_id
    JOIN dated d ON d.order_id = e.order_id
    WHERE e.kind = 'line'
) m";

/// Code and name of the products of some shops, by their id.
pub(crate) fn codes(
    snapshot: &Snapshot,
    scope: &Scope<'_>,
) -> Result<std::collections::HashMap<i64, String>, StoreError> {
    let mut bindings = Bindings::default();
    let shops: Vec<String> = scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
    if shops.is_empty() {
        return Ok(std::collections::HashMap::new());
    }
    let sql =
        format!("SELECT product_id, code FROM products WHERE shop_id IN ({})", shops.join(", "));
    let statement = bindings.into_statement(sql);
    let found = snapshot.query(&statement.sql, &statement.values)?;
    let pair = |cells: Vec<Value>| Some((cells[0].int()?, cells[1].text()?.to_owned()));
    Ok(found.rows.into_iter().filter_map(pair).collect())
}
