//! What narrows the list of orders.

use comptoir_store::Value;

use super::Wanted;
use crate::context::Context;
use crate::hidden::Hidden;
use crate::query::{Query, QueryError};
use crate::relation::condition;
use crate::statement::Bindings;

/// The conditions on `listed o` and `given_back g`; at least one.
pub(super) fn of(
    query: &Query,
    wanted: &Wanted,
    shops: &str,
    context: &Context,
    bindings: &mut Bindings,
) -> Result<Vec<String>, QueryError> {
    let mut all = vec!["true".to_owned()];
    if !wanted.whole_history {
        let days = query.days(context);
        let (from, to) =
            (bindings.bind(Value::Date(days.from)), bindings.bind(Value::Date(days.to)));
        all.push(format!("o.day >= {from} AND o.day <= {to}"));
    }
    for filter in query.filters.iter().chain(&wanted.filters) {
        // An order has the columns of its events; a refund's own country is none of it.
        let column = filter.dimension.ledger.replace("m.", "o.").replace(", f.country", "");
        let expression = filter.dimension.expression(&column, context.week_start);
        all.push(condition(&expression, filter.stored(context)?, bindings));
    }
    if let Some(counted) = wanted.counted {
        all.push(if counted { "o.counted" } else { "NOT o.counted" }.to_owned());
    }
    if let Some(refunded) = wanted.refunded {
        all.push(if refunded { "g.order_id IS NOT NULL" } else { "g.order_id IS NULL" }.to_owned());
    }
    if let Some(least) = wanted.least {
        all.push(format!("o.total >= {}", bindings.bind(least)));
    }
    if let Some(most) = wanted.most {
        all.push(format!("o.total <= {}", bindings.bind(most)));
    }
    if let Some(todo) = wanted.todo {
        all.push(todo.condition(context.now, bindings));
    }
    if let Some(search) = wanted.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        all.push(search_condition(search, wanted.hidden, shops, bindings));
    }
    Ok(all)
}

/// The words as they are, whatever their case and accents: `%`, `_` and quotes are characters like others.
fn search_condition(search: &str, hidden: Hidden, shops: &str, bindings: &mut Bindings) -> String {
    let plain = bindings.bind(search.trim_start_matches(['#', '№']).trim().to_lowercase());
    let folded =
        |column: &str| format!("contains(strip_accents(lower({column})), strip_accents({plain}))");
    let as_is = |column: &str| format!("contains(lower({column}), {plain})");
    let products = format!(
        "SELECT product_id FROM products WHERE shop_id IN ({shops}) AND ({} OR {})",
        as_is("code"),
        folded("name"),
    );
    let mut any = vec![as_is("o.number"), as_is("o.external_id")];
    any.extend((!hidden.contacts()).then(|| as_is("o.email")));
    any.extend((!hidden.names()).then(|| folded("o.customer_name")));
    format!(
        "({} OR o.order_id IN (
        SELECT order_id FROM lines
        WHERE shop_id IN ({shops}) AND (product_id IN ({products}) OR product_id IS NULL AND {})))",
        any.join(" OR "),
        folded("name"),
    )
}
