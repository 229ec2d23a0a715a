//! Who is in a cell of a cohort: its customers, one by one.

use comptoir_store::Snapshot;
use jiff::civil::Date;

use super::statements::Statements;
use super::{Asked, By};
use crate::calendar::{Bucket, read_label};
use crate::context::Context;
use crate::customers::buyers::shops;
use crate::drill::Page;
use crate::query::QueryError;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;

/// A customer of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    pub person_id: i64,
    /// As their latest order that says so has it. Comes from outside.
    pub name: Option<String>,
    pub email: Option<String>,
    pub phone: Option<String>,
    pub first: Option<Date>,
    /// Counted orders in the cell; in all history when the whole cohort is opened.
    pub orders: i64,
}

/// The customers of a cohort, or of one of its cells, and how many they are.
pub fn members(
    snapshot: &Snapshot,
    asked: &Asked,
    cohort: Option<&str>,
    step: Option<i64>,
    page: Page,
    context: &Context,
) -> Result<(i64, Vec<Member>), MetricsError> {
    let context = &*context.seen_from(asked.query.shop.as_deref());
    let scope = Scope::of(&asked.query, context);
    let statements =
        Statements { scope: &scope, context, asked, period: asked.query.days(context) };
    let mut bindings = Bindings::default();
    let mut with = statements.members(&mut bindings);
    let key = match (asked.by, cohort) {
        (By::Month, Some(label)) => {
            let month = read_label(label, Bucket::Month, context.week_start).ok_or_else(|| {
                QueryError::new("key", label, "write a month, for example 2026-01")
            })?;
            format!("m.cohort = {}", bindings.bind(month))
        }
        (By::Coupon, Some("none")) | (_, None) => "m.cohort IS NULL".to_owned(),
        (_, Some(value)) => format!("m.cohort = {}", bindings.bind(value)),
    };
    let inside = step.map_or_else(String::new, |step| {
        let step = bindings.bind(step);
        format!(" AND {} = {step}", statements.step("m.day", "c.day"))
    });
    with.push(format!(
        "found AS (
    SELECT c.person_id, min(m.day) AS first, count(*) AS orders
    FROM counted_orders c JOIN members m ON m.shop_id = c.shop_id AND m.person_id = c.person_id
    WHERE {key}{inside}
    GROUP BY c.person_id
)"
    ));
    let count =
        bindings.statement(format!("WITH {}\nSELECT count(*) FROM found", with.join(",\n")));
    let count = snapshot.query(&count.sql, &count.values)?;
    let count = count.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0);
    let bounded = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
    let (limit, offset) = (bindings.bind(bounded(page.limit)), bindings.bind(bounded(page.offset)));
    with.push(format!(
        "shown AS (
    SELECT * FROM found ORDER BY orders DESC, first, person_id LIMIT {limit} OFFSET {offset}
)"
    ));
    let shops = shops(&scope, &mut bindings);
    let sql = format!(
        "WITH {}
SELECT s.person_id, s.first, s.orders, arg_max(o.customer_name, o.created),
       arg_max(o.email, o.created), arg_max(o.phone, o.created)
FROM shown s JOIN orders o ON o.person_id = s.person_id AND o.shop_id IN ({shops})
GROUP BY 1, 2, 3 ORDER BY s.orders DESC, s.first, s.person_id",
        with.join(",\n")
    );
    let statement = bindings.into_statement(sql);
    let found = snapshot.query(&statement.sql, &statement.values)?;
    let member = |cells: &Vec<comptoir_store::Value>| {
        let text = |at: usize| cells[at].text().map(str::to_owned).filter(|text| !text.is_empty());
        Some(Member {
            person_id: cells[0].int()?,
            first: cells[1].date(),
            orders: cells[2].int()?,
            name: text(3),
            email: text(4),
            phone: text(5),
        })
    };
    Ok((count, found.rows.iter().filter_map(member).collect()))
}
