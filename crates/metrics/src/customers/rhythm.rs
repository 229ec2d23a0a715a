//! When a customer may order again: the last order and the usual gap between two.
//!
//! A gap is the number of days between two consecutive days with counted orders of the same person. A
//! customer with three gaps or more has a rhythm of their own; the others are given the one of all the
//! shop's customers, as long as its range is not over. The range goes from the first to the third
//! quartile. A quartile is the value at place `ceil(q × gaps)` of the sorted gaps: a gap that was.

use std::collections::HashMap;

use comptoir_store::{Snapshot, Value};
use jiff::civil::Date;

use super::Customer;
use super::buyers::counted;
use super::details::these;
use crate::calendar::days_between;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;

/// Gaps from which someone has a rhythm of their own.
const OWN: usize = 3;

/// Quartiles of gaps, in days.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rhythm {
    pub lower: i64,
    pub middle: i64,
    pub upper: i64,
}

/// The day on which the next order is expected, and the days between which half of all gaps end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Expected {
    pub day: Date,
    pub from: Date,
    pub to: Date,
    /// From the customer's own gaps, not from the shop's.
    pub own: bool,
    /// The range is over and no order came.
    pub late: bool,
}

impl Rhythm {
    /// The quartiles of some gaps; `None` without any.
    pub fn of(mut gaps: Vec<i64>) -> Option<Self> {
        gaps.sort_unstable();
        let at =
            |quarters: usize| gaps.get((gaps.len() * quarters).div_ceil(4).max(1) - 1).copied();
        Some(Self { lower: at(1)?, middle: at(2)?, upper: at(3)? })
    }

    fn after(self, last: Date, own: bool, as_of: Date) -> Expected {
        let day = |days: i64| last.saturating_add(jiff::Span::new().days(days));
        let to = day(self.upper);
        Expected { day: day(self.middle), from: day(self.lower), to, own, late: to < as_of }
    }
}

/// What is expected of someone with these days of orders, in ascending order.
pub(super) fn expected(days: &[Date], shop: Option<Rhythm>, as_of: Date) -> Option<Expected> {
    let last = *days.last()?;
    let gaps: Vec<i64> = days.windows(2).map(|pair| days_between(pair[0], pair[1]) - 1).collect();
    if gaps.len() >= OWN {
        return Rhythm::of(gaps).map(|own| own.after(last, true, as_of));
    }
    shop.map(|shop| shop.after(last, false, as_of)).filter(|expected| !expected.late)
}

/// Fills in what is expected of the customers; the shop's rhythm when one of them needed it.
pub(super) fn complete(
    snapshot: &Snapshot,
    scope: &Scope<'_>,
    as_of: Date,
    rows: &mut [Customer],
) -> Result<Option<Rhythm>, MetricsError> {
    let buyers: Vec<i64> = rows.iter().filter(|row| row.orders > 0).map(|row| row.person).collect();
    if buyers.is_empty() {
        return Ok(None);
    }
    let days = days(snapshot, scope, as_of, &buyers)?;
    let borrowed = |person: &i64| days.get(person).is_none_or(|days| days.len() <= OWN);
    let shop = if buyers.iter().any(borrowed) { of_shop(snapshot, scope, as_of)? } else { None };
    for row in rows {
        row.expected = days.get(&row.person).and_then(|days| expected(days, shop, as_of));
    }
    Ok(shop)
}

/// The days with counted orders of some persons.
fn days(
    snapshot: &Snapshot,
    scope: &Scope<'_>,
    as_of: Date,
    ids: &[i64],
) -> Result<HashMap<i64, Vec<Date>>, MetricsError> {
    let mut bindings = Bindings::default();
    let with = counted(scope, Some(as_of), &mut bindings);
    let these = these(ids, &mut bindings);
    let statement = bindings.into_statement(format!(
        "WITH {}\nSELECT DISTINCT person_id, day FROM counted_orders WHERE {these} ORDER BY person_id, day",
        with.join(",\n")
    ));
    let mut days: HashMap<i64, Vec<Date>> = HashMap::new();
    for cells in snapshot.query(&statement.sql, &statement.values)?.rows {
        if let (Some(person), Some(day)) = (cells[0].int(), cells[1].date()) {
            days.entry(person).or_default().push(day);
        }
    }
    Ok(days)
}

/// The rhythm of all the customers.
fn of_shop(
    snapshot: &Snapshot,
    scope: &Scope<'_>,
    as_of: Date,
) -> Result<Option<Rhythm>, MetricsError> {
    let mut bindings = Bindings::default();
    let with = match scope.shops.as_slice() {
        [only] if scope.stored => vec![by_rank(only.id, as_of, &mut bindings)],
        _ => {
            let mut with = counted(scope, Some(as_of), &mut bindings);
            with.push(
                "gaps AS (
    SELECT day - lag(day) OVER (PARTITION BY person_id ORDER BY day) AS gap
    FROM counted_orders WHERE person_id IS NOT NULL
)"
                .to_owned(),
            );
            with
        }
    };
    let statement = bindings.into_statement(format!(
        "WITH {},
quartiles AS (
    SELECT percentile_disc(ARRAY[0.25, 0.5, 0.75]) WITHIN GROUP (ORDER BY gap) AS gap
    FROM gaps WHERE gap > 0
)
SELECT gap[1], gap[2], gap[3] FROM quartiles",
        with.join(",\n")
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?;
    let cell = |at: usize| found.rows.first().and_then(|cells| Value::int(&cells[at]));
    Ok(cell(0).zip(cell(1)).zip(cell(2)).map(|((lower, middle), upper)| Rhythm {
        lower,
        middle,
        upper,
    }))
}

/// The gaps of one shop under its own rule, where each order knows its place among its customer's:
/// cheaper than sorting them all.
fn by_rank(shop: i64, as_of: Date, bindings: &mut Bindings) -> String {
    let (shop, until) = (bindings.bind(shop), bindings.bind(Value::Date(as_of)));
    format!(
        "gaps AS (
    SELECT o.day - p.day AS gap
    FROM orders o
    JOIN orders p ON p.person_id = o.person_id AND p.rank = o.rank - 1
    WHERE o.shop_id = {shop} AND o.counted AND o.rank > 1 AND o.day <= {until}
      AND p.shop_id = {shop} AND p.counted
)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn quartiles_are_gaps_that_were() {
        // Places ceil(1.25) = 2, ceil(2.5) = 3, ceil(3.75) = 4 of 5, 7, 10, 20, 90.
        let rhythm = Rhythm::of(vec![20, 5, 90, 7, 10]).unwrap();
        assert_eq!(rhythm, Rhythm { lower: 7, middle: 10, upper: 20 });
        assert_eq!(Rhythm::of(vec![4]), Some(Rhythm { lower: 4, middle: 4, upper: 4 }));
        assert_eq!(Rhythm::of(Vec::new()), None);
    }

    #[test]
    fn s222_three_gaps_make_a_rhythm_of_ones_own() {
        let shop = Some(Rhythm { lower: 20, middle: 30, upper: 60 });
        // Gaps of 10, 20 and 31 days: quartiles at places 1, 2 and 3.
        let days = [date(2026, 1, 1), date(2026, 1, 11), date(2026, 1, 31), date(2026, 3, 3)];
        let own = expected(&days, shop, date(2026, 12, 31)).unwrap();
        assert_eq!(
            (own.from, own.day, own.to),
            (date(2026, 3, 13), date(2026, 3, 23), date(2026, 4, 3))
        );
        assert!(own.own && own.late);
        // One order on 1 January: 21 January to 2 March, and nothing once that is over.
        let borrowed = expected(&days[..1], shop, date(2026, 3, 2)).unwrap();
        assert_eq!(
            (borrowed.from, borrowed.day, borrowed.to),
            (date(2026, 1, 21), date(2026, 1, 31), date(2026, 3, 2))
        );
        assert_eq!(expected(&days[..1], shop, date(2026, 3, 3)), None);
        assert_eq!(expected(&[], shop, date(2026, 3, 3)), None);
    }
}
