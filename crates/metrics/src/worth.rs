//! What each customer has brought: counted orders and revenue of every identified person up to a day.
//!
//! Under the shops' own rule, without conversion, an order's own totals are read and its refunds taken
//! off: a third of the rows of the ledger, and a third of the time. They are the same amounts: the
//! ledger is derived from them, and a test compares both ways.

use jiff::civil::{Date, date};

use crate::context::Context;
use crate::formula::{Base, Column, Customers, Formula, Term};
use crate::metric::metric;
use crate::period::Period;
use crate::plan::signed_sum;
use crate::profile::{Profile, RefundRule};
use crate::query::QueryError;
use crate::relation::{Relation, Wanted};
use crate::scope::Scope;
use crate::statement::Bindings;

/// Tables that end in `worth(person_id, orders, amount)`.
pub(crate) struct Worth {
    pub with: Vec<String>,
}

/// The columns that revenue is the sum of under a profile; none when it is no sum.
pub(crate) fn revenue_terms(profile: &Profile) -> &'static [Term] {
    match metric("revenue").and_then(|metric| profile.formula(metric)) {
        Some(Formula::Sum(terms)) => terms,
        Some(Formula::Metric("net_sales", Customers::All)) => {
            match metric("net_sales").and_then(|metric| profile.formula(metric)) {
                Some(Formula::Sum(terms)) => terms,
                _ => &[],
            }
        }
        _ => &[],
    }
}

/// Prepares the worth of persons; `among` keeps some of them: a table with a `person_id`.
pub(crate) fn worth(
    scope: &Scope<'_>,
    context: &Context,
    until: Date,
    among: Option<&str>,
    bindings: &mut Bindings,
) -> Result<Worth, QueryError> {
    let terms = revenue_terms(scope.profile);
    let kept = |column: &str| {
        among.map_or_else(String::new, |table| {
            format!(" AND {column} IN (SELECT person_id FROM {table})")
        })
    };
    if let Some((of_order, given_back)) = from_orders(scope) {
        let shops: Vec<String> = scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
        let shops = if shops.is_empty() { "NULL".to_owned() } else { shops.join(", ") };
        let last = bindings.bind(until);
        let sold = format!(
            "sold AS (
    SELECT o.person_id, count(*) AS orders, sum({of_order}) AS amount FROM orders o
    WHERE o.counted AND o.person_id IS NOT NULL AND o.shop_id IN ({shops}) AND o.day <= {last}{}
    GROUP BY o.person_id
)",
            kept("o.person_id"),
        );
        let refunded = format!(
            "given_back AS (
    SELECT m.person_id, sum({given_back}) AS amount FROM money m
    WHERE m.refund_id IS NOT NULL AND m.counted AND m.person_id IS NOT NULL AND m.shop_id IN ({shops})
      AND m.day <= {last}{}
    GROUP BY m.person_id
)",
            kept("m.person_id"),
        );
        let worth = "worth AS (
    SELECT person_id, coalesce(s.orders, 0) AS orders, coalesce(s.amount, 0) + coalesce(g.amount, 0) AS amount
    FROM sold s FULL JOIN given_back g USING (person_id)
)"
        .to_owned();
        return Ok(Worth { with: vec![sold, refunded, worth] });
    }
    let wanted = Wanted {
        base: Base::Ledger,
        by: &[],
        filters: &[],
        period: Period { from: date(1970, 1, 1), to: until },
        amounts: true,
        orders: None,
    };
    let mut relation = Relation::of(&wanted, scope, context, bindings)?;
    relation.conditions.push(format!("m.person_id IS NOT NULL{}", kept("m.person_id")));
    let every = terms.iter().map(|(sign, column)| (*sign, *column, Customers::All));
    let amount = signed_sum(&relation, every, scope, bindings);
    let worth = format!(
        "worth AS (\nSELECT m.person_id, sum(m.orders) AS orders, {amount} AS amount\n{}\nGROUP BY m.person_id\n)",
        relation.rows(),
    );
    let mut with = relation.with;
    with.push(worth);
    Ok(Worth { with })
}

/// What an order (`o`) adds to revenue and what a row of a refund (`m`) takes off it, when orders tell
/// enough under the scope's profile and rule.
pub(crate) fn from_orders(scope: &Scope<'_>) -> Option<(String, String)> {
    let terms = revenue_terms(scope.profile);
    let told = scope.stored
        && scope.foreign.is_empty()
        && matches!(scope.profile.refunds, RefundRule::OfCountedOrders | RefundRule::None);
    of_order(terms).filter(|_| told).map(|of_order| (of_order, of_refund(terms)))
}

/// Revenue of an order from its own row; `None` when it does not tell what the terms ask for.
fn of_order(terms: &[Term]) -> Option<String> {
    let sign = |column: Column| terms.iter().find(|(_, known)| *known == column).map(|one| one.0);
    // An order's goods are known after discounts only.
    if sign(Column::Gross) != Some(1) || sign(Column::Discount) != Some(-1) {
        return None;
    }
    let mut sum = "o.goods".to_owned();
    for (sign, column) in terms {
        let stored = match column {
            Column::Shipping => "o.shipping",
            Column::Fees => "o.fees",
            Column::Tax => "o.tax",
            Column::TotalOnly => "CASE WHEN o.total_only THEN o.total ELSE 0 END",
            Column::Gross
            | Column::Discount
            | Column::RefundedGoods
            | Column::RefundedShipping
            | Column::RefundedFees
            | Column::RefundedTax => continue,
            _ => return None,
        };
        sum.push_str(if *sign < 0 { " - " } else { " + " });
        sum.push_str(stored);
    }
    Some(sum)
}

/// What a refund takes off, signed.
fn of_refund(terms: &[Term]) -> String {
    let mut sum = "0".to_owned();
    for (sign, column) in terms {
        let stored = match column {
            Column::RefundedGoods => "m.refunded_goods",
            Column::RefundedShipping => "m.refunded_shipping",
            Column::RefundedFees => "m.refunded_fees",
            Column::RefundedTax => "m.refunded_tax",
            _ => continue,
        };
        sum.push_str(if *sign < 0 { " - " } else { " + " });
        sum.push_str(stored);
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{BREVO, COMPTOIR, WOOCOMMERCE};

    #[test]
    fn an_order_tells_its_own_revenue_where_the_profile_needs_nothing_else() {
        let of = |profile: &'static Profile| of_order(revenue_terms(profile));
        assert_eq!(of(&COMPTOIR).as_deref(), Some("o.goods + o.shipping + o.fees"));
        assert_eq!(
            of(&BREVO).as_deref(),
            Some(
                "o.goods + o.shipping + o.fees + o.tax + CASE WHEN o.total_only THEN o.total ELSE 0 END"
            )
        );
        // Its refunds tell apart what came without breakdown: only the ledger knows that.
        assert_eq!(of(&WOOCOMMERCE), None);
        assert_eq!(
            of_refund(revenue_terms(&COMPTOIR)),
            "0 - m.refunded_goods - m.refunded_shipping - m.refunded_fees"
        );
    }
}
