//! Samples: the values that a mean or a median is taken of, one row each.

use jiff::civil::date;

use crate::formula::{Base, Customers, Sample, Statistic};
use crate::period::Period;
use crate::plan::{Task, grouping, named};
use crate::query::QueryError;
use crate::relation::{Relation, narrow};
use crate::statement::{Bindings, Statement};
use crate::worth::worth;

/// A customer's mean gap is kept in millionths of a day: it is itself divided.
pub(crate) const MILLION: i64 = 1_000_000;

impl Sample {
    /// By how much the values of the sample are multiplied.
    pub(crate) fn scale(self) -> i64 {
        match self {
            Self::CustomerGaps => MILLION,
            Self::Gaps | Self::CustomerRevenue => 1,
        }
    }
}

impl Task<'_> {
    /// The sum of the values (of a median: of its middles), and how many they are.
    pub fn statistic(
        &self,
        statistic: Statistic,
        sample: Sample,
        customers: Customers,
    ) -> Result<Statement, QueryError> {
        let mut bindings = Bindings::default();
        let (relation, mut tables) = self.sample(sample, customers, &mut bindings)?;
        let keys = self.names();
        let source = match statistic {
            Statistic::Mean => "samples",
            Statistic::Median => {
                let partition = match self.by.len() {
                    0 => String::new(),
                    _ => format!("PARTITION BY {} ", keys.trim_end_matches(", ")),
                };
                tables.push(format!(
                    "ordered_samples AS (
    SELECT *, row_number() OVER ({partition}ORDER BY amount) AS place, count(*) OVER ({partition}) AS places
    FROM samples
)"
                ));
                "ordered_samples\nWHERE place IN ((places + 1) // 2, (places + 2) // 2)"
            }
        };
        let sql = format!(
            "{}SELECT {keys}sum(amount), count(*) * {}\nFROM {source}{}",
            relation.with_clause(&tables),
            sample.scale(),
            grouping(self.by.len()),
        );
        Ok(bindings.into_statement(sql))
    }

    /// Tables that end in `samples(d0…, id, amount)`: one row per value, named by its order (a gap: the
    /// order that ends it) or its person.
    pub fn sample(
        &self,
        sample: Sample,
        customers: Customers,
        bindings: &mut Bindings,
    ) -> Result<(Relation, Vec<String>), QueryError> {
        match sample {
            Sample::Gaps | Sample::CustomerGaps => self.gaps(sample, customers, bindings),
            Sample::CustomerRevenue => self.customer_revenue(customers, bindings),
        }
    }

    /// Gaps between distinct order days of one customer (profiles.md, “Time between orders”).
    fn gaps(
        &self,
        sample: Sample,
        customers: Customers,
        bindings: &mut Bindings,
    ) -> Result<(Relation, Vec<String>), QueryError> {
        let mut relation = self.relation(Base::Ledger, false, bindings)?;
        relation.conditions.push(relation.order_rows().to_owned());
        relation.conditions.push("m.person_id IS NOT NULL".to_owned());
        relation.conditions.extend(narrow(customers).map(str::to_owned));
        let keys = self.names();
        let days = format!(
            "order_days AS (\nSELECT {}m.person_id, m.day, max(m.order_id) AS order_id\n{}\nGROUP BY {}m.person_id, m.day\n)",
            named(&relation),
            relation.rows(),
            relation.dimensions.iter().fold(String::new(), |all, one| all + one + ", "),
        );
        let samples = if sample == Sample::Gaps {
            format!(
                "samples AS (
    SELECT * FROM (
        SELECT {keys}order_id AS id, day - lag(day) OVER (PARTITION BY {keys}person_id ORDER BY day) AS amount
        FROM order_days
    ) WHERE amount IS NOT NULL
)"
            )
        } else {
            format!(
                "samples AS (
    SELECT {keys}person_id AS id,
           ((max(day) - min(day)) * {MILLION} + (count(*) - 1) // 2) // (count(*) - 1) AS amount
    FROM order_days
    GROUP BY {keys}person_id
    HAVING count(*) > 1
)"
            )
        };
        Ok((relation, vec![days, samples]))
    }

    /// What each customer with an order in the period has brought by its end.
    fn customer_revenue(
        &self,
        customers: Customers,
        bindings: &mut Bindings,
    ) -> Result<(Relation, Vec<String>), QueryError> {
        // The same stretch of time for both, so that under another rule the same tables serve both.
        let ever = Task {
            scope: self.scope,
            context: self.context,
            by: self.by,
            filters: self.filters,
            period: Period { from: date(1970, 1, 1), to: self.period.to },
            orders: None,
        };
        let mut relation = ever.relation(Base::Ledger, true, bindings)?;
        let first = bindings.bind(self.period.from);
        relation.conditions.push(format!("m.day >= {first}"));
        relation.conditions.push(relation.order_rows().to_owned());
        relation.conditions.push("m.person_id IS NOT NULL".to_owned());
        relation.conditions.extend(narrow(customers).map(str::to_owned));
        let buyers = format!(
            "buyers AS (\nSELECT DISTINCT {}m.person_id\n{}\n)",
            named(&relation),
            relation.rows(),
        );
        let worth = worth(self.scope, self.context, self.period.to, Some("buyers"), bindings)?;
        let mut tables = vec![buyers];
        let known = relation.with.clone();
        tables.extend(worth.with.into_iter().filter(|table| !known.contains(table)));
        let samples = format!(
            "samples AS (
    SELECT {}person_id AS id, r.amount
    FROM buyers JOIN worth r USING (person_id)
)",
            self.names(),
        );
        tables.push(samples);
        Ok((relation, tables))
    }
}
