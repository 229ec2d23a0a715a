//! What the orders of some shops can be filtered by.

use comptoir_store::Snapshot;

use crate::context::Context;
use crate::customers::buyers::shops;
use crate::query::Query;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;

/// The values that occur, most frequent first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    pub countries: Vec<String>,
    pub payments: Vec<String>,
}

/// Values of one kind that a list offers; a search finds the others.
const MOST: usize = 60;

/// Reads the choices of the query's shops, over all history.
pub fn choices(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
) -> Result<Choices, MetricsError> {
    let scope = Scope::of(query, context);
    let mut choices = Choices::default();
    let columns = [
        ("coalesce(billing_country, shipping_country)", &mut choices.countries),
        ("payment_method", &mut choices.payments),
    ];
    for (column, into) in columns {
        let mut bindings = Bindings::default();
        let shops = shops(&scope, &mut bindings);
        let statement = bindings.into_statement(format!(
            "SELECT {column} FROM orders
WHERE shop_id IN ({shops}) AND class <> 'deleted' AND {column} IS NOT NULL
GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT {MOST}"
        ));
        let found = snapshot.query(&statement.sql, &statement.values)?;
        into.extend(found.rows.iter().filter_map(|cells| cells[0].text().map(str::to_owned)));
    }
    Ok(choices)
}
