//! From a query to SQL: one scan per table for all sums and counts, one more for each figure that
//! cannot be summed.

use crate::context::Context;
use crate::dimension::Dimension;
use crate::figure::Aggregate;
use crate::formula::{Base, Column, Customers, Measure, Term};
use crate::metric::Grain;
use crate::period::Period;
use crate::query::{Filter, QueryError};
use crate::relation::{Relation, Wanted, narrow};
use crate::scope::Scope;
use crate::statement::{Bindings, Statement};

/// A statement and the aggregates it answers. Its columns are the dimensions, the customer type when it
/// is told apart, then the values (of a median: the sum of its middles, and how many they are), then the
/// product's name if there is one.
pub(crate) struct Part {
    pub statement: Statement,
    pub by_customer_type: bool,
    /// For each value the positions of the aggregates that it feeds.
    pub values: Vec<Vec<usize>>,
}

/// What to plan for.
pub(crate) struct Task<'q> {
    pub scope: &'q Scope<'q>,
    pub context: &'q Context,
    pub by: &'q [&'static Dimension],
    pub filters: &'q [Filter],
    pub period: Period,
    /// The least and greatest order of the period, when known.
    pub orders: Option<(i64, i64)>,
}

impl Task<'_> {
    /// Plans those of the aggregates whose positions are given.
    pub fn plan(&self, all: &[Aggregate], positions: &[usize]) -> Result<Vec<Part>, QueryError> {
        let mut parts = Vec::new();
        for base in [Base::Ledger, Base::Visits, Base::Carts] {
            let on_base = |index: &usize| all[*index].base() == base;
            let (sums, others): (Vec<usize>, Vec<usize>) = positions
                .iter()
                .filter(|index| on_base(index))
                .partition(|index| matches!(all[**index], Aggregate::Sum(..)));
            let persons: Vec<usize> = others
                .into_iter()
                .filter(|index| matches!(all[*index], Aggregate::Persons(_)))
                .collect();
            // Sums narrowed to some customers are cheaper as a further grouping than as filters.
            let narrowed = |index: &usize| {
                !matches!(all[*index], Aggregate::Sum(_, Customers::All) | Aggregate::Persons(_))
            };
            if sums.iter().any(narrowed) {
                parts.push(self.sums_by_customer_type(all, &sums)?);
                if !persons.is_empty() {
                    parts.push(self.sums(base, all, &persons)?);
                }
            } else {
                let (apart, together): (Vec<usize>, Vec<usize>) = sums
                    .into_iter()
                    .chain(persons)
                    .partition(|index| self.is_distinct(all[*index]));
                for index in apart {
                    parts.push(self.distinct(all[index], index)?);
                }
                if !together.is_empty() {
                    parts.push(self.sums(base, all, &together)?);
                }
            }
        }
        for index in positions {
            match all[*index] {
                Aggregate::Median(terms, customers) => {
                    parts.push(Part {
                        statement: self.median(terms, customers)?,
                        by_customer_type: false,
                        values: vec![vec![*index]],
                    });
                }
                Aggregate::RepeatBuyers(customers) => {
                    parts.push(Part {
                        statement: self.repeat_buyers(customers)?,
                        by_customer_type: false,
                        values: vec![vec![*index]],
                    });
                }
                Aggregate::Statistic(statistic, sample, _, customers) => {
                    parts.push(Part {
                        statement: self.statistic(statistic, sample, customers)?,
                        by_customer_type: false,
                        values: vec![vec![*index]],
                    });
                }
                Aggregate::Sum(..) | Aggregate::Persons(_) => {}
            }
        }
        Ok(parts)
    }

    /// The grain at which the figures are worked out.
    pub fn grain(&self) -> Grain {
        let filtered = self.filters.iter().map(|filter| filter.dimension.grain);
        self.by.iter().map(|by| by.grain).chain(filtered).max().unwrap_or(Grain::Order)
    }

    /// The rows behind figures on a table.
    pub fn relation(
        &self,
        base: Base,
        amounts: bool,
        bindings: &mut Bindings,
    ) -> Result<Relation, QueryError> {
        let wanted = Wanted {
            base,
            by: self.by,
            filters: self.filters,
            period: self.period,
            amounts,
            orders: self.orders,
        };
        Relation::of(&wanted, self.scope, self.context, bindings)
    }

    /// `d0, d1, `: the dimensions as a table of this plan names them.
    pub fn names(&self) -> String {
        each((0..self.by.len()).map(|index| format!("d{index}")))
    }

    /// `1, 2, `: the dimensions by their place in a select list.
    fn positions(&self) -> String {
        each((1..=self.by.len()).map(|index| index.to_string()))
    }

    fn sums(&self, base: Base, all: &[Aggregate], positions: &[usize]) -> Result<Part, QueryError> {
        let mut bindings = Bindings::default();
        let amounts = positions.iter().any(|index| match all[*index] {
            Aggregate::Sum(column, _) => {
                matches!(column.measure(), Measure::Amount | Measure::Orders)
            }
            _ => false,
        });
        let relation = self.relation(base, amounts, &mut bindings)?;
        let mut columns = relation.dimensions.clone();
        for index in positions {
            columns.push(match all[*index] {
                Aggregate::Sum(column, customers) => {
                    relation.sum(column, customers, self.scope, &mut bindings)
                }
                Aggregate::Persons(customers) => relation.persons(customers),
                Aggregate::RepeatBuyers(_) | Aggregate::Median(..) | Aggregate::Statistic(..) => {
                    "NULL".to_owned()
                }
            });
        }
        let sql = self.select(&relation, columns, self.by.len());
        Ok(Part {
            statement: bindings.into_statement(sql),
            by_customer_type: false,
            values: positions.iter().map(|index| vec![*index]).collect(),
        })
    }

    /// Whether lines are to be told apart by order or person: a scan for each is several times faster
    /// than counting distinct ones among sums.
    fn is_distinct(&self, aggregate: Aggregate) -> bool {
        let counted =
            matches!(aggregate, Aggregate::Persons(_) | Aggregate::Sum(Column::Orders, _));
        counted && self.grain() > Grain::Order && !self.by.is_empty()
    }

    fn distinct(&self, aggregate: Aggregate, index: usize) -> Result<Part, QueryError> {
        let mut bindings = Bindings::default();
        let (column, customers) = match aggregate {
            Aggregate::Persons(customers) => ("m.person_id", customers),
            Aggregate::Sum(_, customers)
            | Aggregate::RepeatBuyers(customers)
            | Aggregate::Median(_, customers)
            | Aggregate::Statistic(_, _, _, customers) => ("m.order_id", customers),
        };
        let mut relation = self.relation(Base::Ledger, false, &mut bindings)?;
        relation.conditions.push(relation.order_rows().to_owned());
        relation.conditions.extend(narrow(customers).map(str::to_owned));
        let sql = format!(
            "{}SELECT {}count(counted)\nFROM (\nSELECT DISTINCT {}{column} AS counted\n{}\n) told{}",
            relation.with_clause(&[]),
            self.names(),
            named(&relation),
            relation.rows(),
            grouping(self.by.len()),
        );
        Ok(Part {
            statement: bindings.into_statement(sql),
            by_customer_type: false,
            values: vec![vec![index]],
        })
    }

    /// Sums on the ledger with the customer type as a further dimension: each column is summed once,
    /// for whichever customers it is wanted. An order has one type, so counts of orders add up too.
    fn sums_by_customer_type(
        &self,
        all: &[Aggregate],
        positions: &[usize],
    ) -> Result<Part, QueryError> {
        let mut bindings = Bindings::default();
        let relation = self.relation(Base::Ledger, true, &mut bindings)?;
        let mut summed: Vec<(Column, Vec<usize>)> = Vec::new();
        for index in positions {
            let Aggregate::Sum(column, _) = all[*index] else { continue };
            match summed.iter_mut().find(|(known, _)| *known == column) {
                Some((_, fed)) => fed.push(*index),
                None => summed.push((column, vec![*index])),
            }
        }
        let mut columns = relation.dimensions.clone();
        columns.push("m.customer_type".to_owned());
        for (column, _) in &summed {
            columns.push(relation.sum(*column, Customers::All, self.scope, &mut bindings));
        }
        let sql = self.select(&relation, columns, self.by.len() + 1);
        Ok(Part {
            statement: bindings.into_statement(sql),
            by_customer_type: true,
            values: summed.into_iter().map(|(_, fed)| fed).collect(),
        })
    }

    fn select(&self, relation: &Relation, mut columns: Vec<String>, grouped: usize) -> String {
        if self.by.iter().any(|by| by.id == "product") {
            columns.push("max(p.name)".to_owned());
        }
        format!(
            "{}SELECT {}\n{}{}",
            relation.with_clause(&[]),
            columns.join(",\n       "),
            relation.rows(),
            grouping(grouped),
        )
    }

    fn median(&self, terms: &[Term], customers: Customers) -> Result<Statement, QueryError> {
        let mut bindings = Bindings::default();
        let (relation, values) = self.order_values(terms, customers, &mut bindings)?;
        let keys = self.names();
        let partition = match self.by.len() {
            0 => String::new(),
            _ => format!("PARTITION BY {} ", keys.trim_end_matches(", ")),
        };
        let ordered = format!(
            "ordered_values AS (
    SELECT *, row_number() OVER ({partition}ORDER BY amount) AS place, count(*) OVER ({partition}) AS places
    FROM order_values
)"
        );
        let sql = format!(
            "{}SELECT {keys}sum(amount), count(*)\nFROM ordered_values\n\
             WHERE place IN ((places + 1) // 2, (places + 2) // 2){}",
            relation.with_clause(&[values, ordered]),
            grouping(self.by.len()),
        );
        Ok(bindings.into_statement(sql))
    }

    /// The table `order_values(d0…, order_id, amount)` of what each order is worth, where above 0.
    pub fn order_values(
        &self,
        terms: &[Term],
        customers: Customers,
        bindings: &mut Bindings,
    ) -> Result<(Relation, String), QueryError> {
        let mut relation = self.relation(Base::Ledger, true, bindings)?;
        relation.conditions.push("m.refund_id IS NULL".to_owned());
        relation.conditions.extend(narrow(customers).map(str::to_owned));
        let every = terms.iter().map(|(sign, column)| (*sign, *column, Customers::All));
        let amount = signed_sum(&relation, every, self.scope, bindings);
        let dimensions = named(&relation);
        let keys = self.positions();
        let values = format!(
            "order_values AS (\nSELECT {dimensions}m.order_id, {amount} AS amount\n{}\nGROUP BY {keys}m.order_id\nHAVING {amount} > 0\n)",
            relation.rows(),
        );
        Ok((relation, values))
    }

    fn repeat_buyers(&self, customers: Customers) -> Result<Statement, QueryError> {
        let mut bindings = Bindings::default();
        let mut relation = self.relation(Base::Ledger, false, &mut bindings)?;
        relation.conditions.push("m.kind = 'order' AND m.person_id IS NOT NULL".to_owned());
        relation.conditions.extend(narrow(customers).map(str::to_owned));
        let dimensions = named(&relation);
        let keys = self.positions();
        let names = self.names();
        let buyers = format!(
            "repeat_buyers AS (\nSELECT {dimensions}m.person_id\n{}\nGROUP BY {keys}m.person_id\nHAVING sum(m.orders) >= 2\n)",
            relation.rows(),
        );
        let sql = format!(
            "{}SELECT {names}count(*)\nFROM repeat_buyers{}",
            relation.with_clause(&[buyers]),
            grouping(self.by.len()),
        );
        Ok(bindings.into_statement(sql))
    }

    /// Counts what the figures had to leave out: orders without rate, orders without tax.
    pub fn incomplete(&self) -> Result<Statement, QueryError> {
        let mut bindings = Bindings::default();
        let wanted = Wanted {
            base: Base::Ledger,
            by: &[],
            filters: self.filters,
            period: self.period,
            amounts: true,
            orders: self.orders,
        };
        let relation = Relation::of(&wanted, self.scope, self.context, &mut bindings)?;
        let known = crate::exchange::is_known(self.scope, &mut bindings);
        let sql = format!(
            "{}SELECT count(DISTINCT coalesce(m.order_id, -m.refund_id)) FILTER (WHERE NOT {}),\n       \
             count(DISTINCT m.order_id) FILTER (WHERE m.kind = 'order' AND m.total_only <> 0)\n{}",
            relation.with_clause(&[]),
            known.unwrap_or_else(|| "true".to_owned()),
            relation.rows(),
        );
        Ok(bindings.into_statement(sql))
    }
}

/// `sum(a) - sum(b)…`, where nothing is 0.
pub(crate) fn signed_sum(
    relation: &Relation,
    terms: impl IntoIterator<Item = (i64, Column, Customers)>,
    scope: &Scope<'_>,
    bindings: &mut Bindings,
) -> String {
    let sums: Vec<String> = terms
        .into_iter()
        .map(|(sign, column, customers)| {
            let sum = relation.sum(column, customers, scope, bindings);
            format!("{} coalesce({sum}, 0)", if sign < 0 { "-" } else { "+" })
        })
        .collect();
    format!("({})", sums.join(" ").trim_start_matches("+ "))
}

/// `… AS d0, … AS d1, `.
pub(crate) fn named(relation: &Relation) -> String {
    let expressions = relation.dimensions.iter().enumerate();
    each(expressions.map(|(index, expression)| format!("{expression} AS d{index}")))
}

/// Items of a list that goes on, each followed by a comma.
fn each(items: impl Iterator<Item = String>) -> String {
    items.flat_map(|item| [item, ", ".to_owned()]).collect()
}

pub(crate) fn grouping(dimensions: usize) -> String {
    if dimensions == 0 {
        return String::new();
    }
    let positions: Vec<String> = (1..=dimensions).map(|index| index.to_string()).collect();
    format!(
        "
GROUP BY {}",
        positions.join(", ")
    )
}
