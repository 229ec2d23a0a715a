//! What the customers of one page are called, and which shops know them.

use std::collections::HashMap;

use comptoir_store::Snapshot;

use super::Customer;
use super::buyers::shops;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;

/// Who someone is, as their latest record that says so has it. Texts come from outside.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Known {
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    /// The platform's own id of them.
    pub reference: Option<String>,
    /// Shops in which they have an order or an account.
    pub shops: Vec<i64>,
}

/// Ids above which a look-up by id is slower than a look at everything.
pub(super) const FEW: usize = 1000;

/// Fills in who the customers are.
pub(super) fn complete(
    snapshot: &Snapshot,
    scope: &Scope<'_>,
    rows: &mut [Customer],
) -> Result<(), MetricsError> {
    let ids: Vec<i64> = rows.iter().map(|row| row.person).collect();
    let mut known = known(snapshot, scope, &ids)?;
    for row in rows {
        row.known = known.remove(&row.person).unwrap_or_default();
    }
    Ok(())
}

/// Who some persons are.
pub(super) fn known(
    snapshot: &Snapshot,
    scope: &Scope<'_>,
    ids: &[i64],
) -> Result<HashMap<i64, Known>, MetricsError> {
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let mut bindings = Bindings::default();
    let shops = shops(scope, &mut bindings);
    let these = these(ids, &mut bindings);
    let statement = bindings.into_statement(format!(
        "SELECT person_id, arg_max(name, seen), arg_max(email, seen), arg_max(phone, seen),
       string_agg(DISTINCT CAST(shop_id AS VARCHAR), ','), arg_max(reference, seen)
FROM (
    SELECT person_id, nullif(trim(customer_name), '') AS name, nullif(trim(email), '') AS email,
           nullif(trim(phone), '') AS phone, created AS seen, shop_id,
           CASE WHEN NOT starts_with(customer_ref, 'erased:') THEN nullif(trim(customer_ref), '') END AS reference
    FROM orders WHERE shop_id IN ({shops}) AND {these}
    UNION ALL
    SELECT person_id, nullif(trim(customer_name), ''), nullif(trim(email), ''), nullif(trim(phone), ''),
           coalesce(created, modified), shop_id,
           CASE WHEN NOT starts_with(customer_ref, 'erased:') THEN nullif(trim(customer_ref), '') END
    FROM customers WHERE shop_id IN ({shops}) AND NOT deleted AND {these}
)
GROUP BY person_id"
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?;
    let text = |cell: &comptoir_store::Value| cell.text().map(str::to_owned);
    Ok(found
        .rows
        .iter()
        .filter_map(|cells| {
            let listed = cells[4].text().unwrap_or_default();
            let mut shops: Vec<i64> =
                listed.split(',').filter_map(|shop| shop.parse().ok()).collect();
            shops.sort_unstable();
            let known = Known {
                name: text(&cells[1]),
                email: text(&cells[2]),
                phone: text(&cells[3]),
                reference: text(&cells[5]),
                shops,
            };
            Some((cells[0].int()?, known))
        })
        .collect())
}

/// A condition that keeps some persons, or everyone when they are many.
pub(super) fn these(ids: &[i64], bindings: &mut Bindings) -> String {
    if ids.len() > FEW {
        return "person_id IS NOT NULL".to_owned();
    }
    let ids: Vec<String> = ids.iter().map(|id| bindings.bind(*id)).collect();
    format!("person_id IN ({})", ids.join(", "))
}
