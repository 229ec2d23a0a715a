//! What the buyers of a product buy next: the chance of another product within ninety days (S208).

use comptoir_store::Value;

use super::{After, SHOWN};
use crate::basket::LEAST_TOGETHER;
use crate::lines::Lines;
use crate::performance::rows::Catalogue;
use crate::performance::{Reader, among};
use crate::period::Period;
use crate::run::MetricsError;
use crate::statement::Bindings;
use crate::table::Cell;

/// Days within which a later order counts.
pub const DAYS_AFTER: i32 = 90;

/// Products in later orders of the buyers of one: buyers of the period with an order at a later instant,
/// at most ninety days after, that contains the other ÷ buyers of the period. The later order may lie
/// after the period's end.
pub(super) fn after(
    reader: &Reader<'_>,
    item: i64,
    customers: i64,
    catalogue: &Catalogue,
) -> Result<Vec<After>, MetricsError> {
    let later = Period {
        from: reader.period.from,
        to: reader.period.to.saturating_add(jiff::Span::new().days(DAYS_AFTER)),
    };
    let mut bindings = Bindings::default();
    let mut lines = Lines::of(reader.query, reader.scope, reader.context, later, &mut bindings)?;
    lines.keep("m.person_id IS NOT NULL".to_owned());
    let every = lines.rows();
    let product = lines.item;
    lines.keep(among(product, Some(&[item])).unwrap_or_default());
    let last = bindings.bind(Value::Date(reader.period.to));
    lines.keep(format!("m.day <= {last}"));
    let (least, days) = (bindings.bind(LEAST_TOGETHER), bindings.bind(i64::from(DAYS_AFTER)));
    let further = [
        format!(
            "bought AS MATERIALIZED (SELECT DISTINCT m.person_id, m.occurred_at, m.day {})",
            lines.rows()
        ),
        format!(
            "later AS (
    SELECT DISTINCT m.person_id, {product} AS item, m.occurred_at, m.day {every}
      AND m.person_id IN (SELECT person_id FROM bought)
)"
        ),
    ];
    let statement = bindings.statement(format!(
        "{}SELECT l.item, count(DISTINCT l.person_id)
FROM bought b
JOIN later l ON l.person_id = b.person_id AND l.occurred_at > b.occurred_at
            AND l.day - b.day <= {days}
WHERE l.item <> {item}
GROUP BY 1 HAVING count(DISTINCT l.person_id) >= {least}",
        lines.with(&further)
    ));
    let found = reader.snapshot.query(&statement.sql, &statement.values)?.rows;
    let mut rows: Vec<After> = found
        .iter()
        .filter_map(|cells| {
            let known = catalogue.known.get(&cells[0].int()?)?;
            let theirs = cells[1].int()?;
            Some(After {
                code: known.code.clone(),
                name: known.name.clone(),
                customers: theirs,
                of: customers,
                probability: match customers {
                    0 => Cell::Null,
                    of => {
                        Cell::Ratio { numerator: i128::from(theirs), denominator: i128::from(of) }
                    }
                },
            })
        })
        .collect();
    rows.sort_by(|a, b| b.customers.cmp(&a.customers).then_with(|| a.code.cmp(&b.code)));
    rows.truncate(SHOWN);
    Ok(rows)
}
