//! The statements behind cohorts: they count and sum, and know every counting rule.

use jiff::civil::{Date, date};

use super::{Asked, By, Measure, Step};
use crate::calendar::Bucket;
use crate::context::Context;
use crate::formula::{Base, Customers};
use crate::history::counted_orders;
use crate::ledger;
use crate::period::Period;
use crate::plan::signed_sum;
use crate::query::QueryError;
use crate::relation::{Relation, Wanted};
use crate::scope::Scope;
use crate::statement::{Bindings, Statement};
use crate::worth::{from_orders, revenue_terms};

/// Earliest and latest day there is.
const EVER: (Date, Date) = (date(1970, 1, 1), date(2200, 12, 31));

pub(super) struct Statements<'s> {
    pub scope: &'s Scope<'s>,
    pub context: &'s Context,
    pub asked: &'s Asked,
    pub period: Period,
}

impl Statements<'_> {
    /// Tables up to `members(shop_id, person_id, day, cohort, name)`: the customers whose first order
    /// lies in the period.
    pub fn members(&self, bindings: &mut Bindings) -> Vec<String> {
        let mut with = counted_orders(self.scope, None, bindings);
        let (from, to) = (bindings.bind(self.period.from), bindings.bind(self.period.to));
        with.push(format!(
            "firsts AS (
    SELECT shop_id, person_id, order_id, day FROM counted_orders
    WHERE place = 1 AND person_id IS NOT NULL AND day >= {from} AND day <= {to}
)"
        ));
        let of_order = |expression: &str| {
            format!(
                "members AS (
    SELECT f.shop_id, f.person_id, f.day, {expression} AS cohort, NULL AS name
    FROM firsts f JOIN orders o ON o.order_id = f.order_id
)"
            )
        };
        let members = match self.asked.by {
            By::Month => "members AS (
    SELECT shop_id, person_id, day, CAST(date_trunc('month', day) AS DATE) AS cohort, NULL AS name FROM firsts
)"
            .to_owned(),
            By::Coupon => of_order("o.coupon"),
            By::Source => of_order("o.source"),
            By::Campaign => of_order("o.campaign"),
            By::Country => of_order("coalesce(o.billing_country, o.shipping_country)"),
            By::Product => {
                with.push(
                    "first_products AS (
    SELECT order_id, code, name FROM (
        SELECT l.order_id, p.code, p.name,
               row_number() OVER (PARTITION BY l.order_id ORDER BY sum(l.gross - l.discount) DESC, p.code) AS place
        FROM lines l
        JOIN firsts f ON f.order_id = l.order_id
        JOIN products p ON p.product_id = l.product_id
        WHERE l.kind = 'product'
        GROUP BY l.order_id, p.code, p.name, l.line_no
    ) WHERE place = 1
)"
                    .to_owned(),
                );
                "members AS (
    SELECT f.shop_id, f.person_id, f.day, q.code AS cohort, q.name
    FROM firsts f LEFT JOIN first_products q ON q.order_id = f.order_id
)"
                .to_owned()
            }
        };
        with.push(members);
        with
    }

    /// The day of the last counted order.
    pub fn last(&self) -> Statement {
        let mut bindings = Bindings::default();
        let tables = counted_orders(self.scope, None, &mut bindings);
        let sql = format!("WITH {}\nSELECT max(day) FROM counted_orders", tables.join(",\n"));
        bindings.into_statement(sql)
    }

    /// Cohort, members, first day, members with a second order, name.
    pub fn sizes(&self) -> Statement {
        let mut bindings = Bindings::default();
        let mut with = self.members(&mut bindings);
        with.push(
            "returned AS (
    SELECT shop_id, person_id FROM counted_orders WHERE place = 2 AND person_id IS NOT NULL
)"
            .to_owned(),
        );
        let sql = format!(
            "WITH {}\nSELECT m.cohort, count(*), min(m.day), count(r.person_id), any_value(m.name)
FROM members m LEFT JOIN returned r ON r.shop_id = m.shop_id AND r.person_id = m.person_id
GROUP BY 1",
            with.join(",\n")
        );
        bindings.into_statement(sql)
    }

    /// Cohort, step, members with an order in it; the first step is all of them, and not counted.
    pub fn customers_by_age(&self) -> Statement {
        let mut bindings = Bindings::default();
        let with = self.members(&mut bindings);
        let sql = format!(
            "WITH {}\nSELECT cohort, step, count(*) FROM (
    SELECT DISTINCT m.cohort, m.shop_id, m.person_id, {} AS step
    FROM counted_orders c JOIN members m ON m.shop_id = c.shop_id AND m.person_id = c.person_id
    WHERE c.place > 1
) WHERE step > 0 GROUP BY 1, 2",
            with.join(",\n"),
            self.step("m.day", "c.day"),
        );
        bindings.into_statement(sql)
    }

    /// Cohort, step, revenue of the members’ orders of that step; what several statements say adds up.
    pub fn amounts_by_age(&self) -> Result<Vec<Statement>, QueryError> {
        if let Some((of_order, given_back)) = from_orders(self.scope) {
            return Ok(vec![self.sold_by_age(&of_order), self.given_back_by_age(&given_back)]);
        }
        let mut bindings = Bindings::default();
        let members = self.members(&mut bindings);
        let (relation, amount) = self.revenue(&mut bindings)?;
        // A table that both need is written once.
        let own: Vec<&String> =
            relation.with.iter().filter(|table| !members.contains(table)).collect();
        let with: Vec<&String> = members.iter().chain(own).collect();
        let with: Vec<&str> = with.into_iter().map(String::as_str).collect();
        let sql = format!(
            "WITH {},
refund_days AS (
    SELECT e.refund_id, any_value(c.day) AS day
    FROM {} e JOIN counted_orders c ON c.order_id = e.order_id
    WHERE e.refund_id IS NOT NULL GROUP BY e.refund_id
)
SELECT b.cohort, {} AS step, {amount}
{}
LEFT JOIN refund_days d ON d.refund_id = m.refund_id
JOIN members b ON b.shop_id = m.shop_id AND b.person_id = m.person_id
WHERE {}
GROUP BY 1, 2",
            with.join(",\n"),
            ledger::events(self.scope),
            self.step("b.day", "coalesce(d.day, m.day)"),
            relation.from,
            relation.conditions.join("\n  AND "),
        );
        Ok(vec![bindings.into_statement(sql)])
    }

    fn sold_by_age(&self, of_order: &str) -> Statement {
        let mut bindings = Bindings::default();
        let with = self.members(&mut bindings);
        let sql = format!(
            "WITH {}
SELECT b.cohort, {} AS step, sum({of_order})
FROM orders o JOIN members b ON b.shop_id = o.shop_id AND b.person_id = o.person_id
WHERE o.counted
GROUP BY 1, 2",
            with.join(",\n"),
            self.step("b.day", "o.day"),
        );
        bindings.into_statement(sql)
    }

    /// Refunds by the day of their order; without one, by their own.
    fn given_back_by_age(&self, given_back: &str) -> Statement {
        let mut bindings = Bindings::default();
        let with = self.members(&mut bindings);
        let sql = format!(
            "WITH {}
SELECT b.cohort, {} AS step, sum({given_back})
FROM money m
LEFT JOIN orders o ON o.order_id = m.order_id
JOIN members b ON b.shop_id = m.shop_id AND b.person_id = m.person_id
WHERE m.refund_id IS NOT NULL AND m.counted
GROUP BY 1, 2",
            with.join(",\n"),
            self.step("b.day", "coalesce(o.day, m.day)"),
        );
        bindings.into_statement(sql)
    }

    /// The ledger over all history, and the sum of what makes revenue.
    fn revenue(&self, bindings: &mut Bindings) -> Result<(Relation, String), QueryError> {
        let wanted = Wanted {
            base: Base::Ledger,
            by: &[],
            filters: &[],
            period: Period { from: EVER.0, to: EVER.1 },
            amounts: true,
            orders: None,
        };
        let relation = Relation::of(&wanted, self.scope, self.context, bindings)?;
        let terms = revenue_terms(self.scope.profile);
        let terms = terms.iter().map(|(sign, column)| (*sign, *column, Customers::All));
        let amount = signed_sum(&relation, terms, self.scope, bindings);
        Ok((relation, amount))
    }

    /// Rank, first day of the step, customers, revenue (when it is asked for).
    pub fn by_rank(&self, bucket: Bucket) -> Result<Statement, QueryError> {
        let mut bindings = Bindings::default();
        let tables = counted_orders(self.scope, None, &mut bindings);
        let day = bucket.expression("c.day", self.context.week_start);
        let (from, to) = (bindings.bind(self.period.from), bindings.bind(self.period.to));
        let inside = format!(
            "c.place IS NOT NULL AND c.person_id IS NOT NULL AND c.day >= {from} AND c.day <= {to}"
        );
        if self.asked.measure != Measure::Revenue {
            let sql = format!(
                "WITH {}\nSELECT c.place, {day}, count(*), NULL FROM counted_orders c WHERE {inside} GROUP BY 1, 2",
                tables.join(",\n")
            );
            return Ok(bindings.into_statement(sql));
        }
        let (relation, amount) = self.revenue(&mut bindings)?;
        let own = relation.with.iter().filter(|table| !tables.contains(table));
        let with: Vec<&str> = tables.iter().chain(own).map(String::as_str).collect();
        let sql = format!(
            "WITH {}\nSELECT c.place, {day}, count(DISTINCT m.order_id) FILTER (WHERE m.kind = 'order'), {amount}
{}
JOIN counted_orders c ON c.order_id = m.order_id
WHERE {}
  AND {inside}
GROUP BY 1, 2",
            with.join(",\n"),
            relation.from,
            relation.conditions.join("\n  AND "),
        );
        Ok(bindings.into_statement(sql))
    }

    /// First day of the step, customers with any order in it.
    pub fn buyers(&self, bucket: Bucket) -> Statement {
        let mut bindings = Bindings::default();
        let tables = counted_orders(self.scope, None, &mut bindings);
        let day = bucket.expression("day", self.context.week_start);
        let (from, to) = (bindings.bind(self.period.from), bindings.bind(self.period.to));
        let sql = format!(
            "WITH {}\nSELECT step, count(*) FROM (
    SELECT DISTINCT {day} AS step, shop_id, person_id FROM counted_orders
    WHERE person_id IS NOT NULL AND day >= {from} AND day <= {to}
) GROUP BY 1",
            tables.join(",\n")
        );
        bindings.into_statement(sql)
    }

    /// Steps from a first day to a later one.
    pub fn step(&self, first: &str, day: &str) -> String {
        match self.asked.step {
            Step::ThirtyDays => format!("({day} - {first}) // 30"),
            Step::Month => format!("date_diff('month', {first}, {day})"),
            Step::Week => {
                let start = |day: &str| Bucket::Week.expression(day, self.context.week_start);
                format!("(CAST({} AS DATE) - CAST({} AS DATE)) // 7", start(day), start(first))
            }
        }
    }
}
