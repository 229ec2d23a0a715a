//! From a metric's formula to the sums and counts it needs, and back from these to its value.

use comptoir_model::money::divide_half_even;

use crate::formula::{Base, Column, Customers, Formula, Measure, Sample, Statistic, Term};
use crate::metric::{Grain, Metric, Unit, metric};
use crate::profile::Profile;
use crate::table::Cell;

/// Something that SQL works out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aggregate {
    Sum(Column, Customers),
    Persons(Customers),
    RepeatBuyers(Customers),
    Median(&'static [Term], Customers),
    /// A statistic of a sample; the terms are those of revenue, when the sample holds amounts.
    Statistic(Statistic, Sample, &'static [Term], Customers),
}

impl Aggregate {
    pub fn base(self) -> Base {
        match self {
            Self::Sum(column, _) => column.base(),
            _ => Base::Ledger,
        }
    }

    /// Whether the rows of an answer add up to its total, so that no second query is needed.
    pub fn adds_up(self, grain: Grain) -> bool {
        match self {
            Self::Sum(column, _) => grain == Grain::Order || column.measure() != Measure::Orders,
            _ => false,
        }
    }
}

/// What SQL answered for one aggregate: a sum, and for a mean or median how many values it is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Answer {
    pub sum: i128,
    pub count: i128,
}

/// A formula resolved under a profile: positions in a list of aggregates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Figure {
    /// The profile has no such figure.
    None,
    Sum(Vec<(i64, usize)>),
    Ratio(Box<Self>, Box<Self>),
    /// A sum and how many values it is of: a mean, or the middles of a median.
    Mean(usize),
}

impl Figure {
    pub fn of(metric: &Metric, profile: &Profile, aggregates: &mut Vec<Aggregate>) -> Self {
        profile
            .formula(metric)
            .map_or(Self::None, |formula| resolve(&formula, Customers::All, profile, aggregates))
    }

    /// Adds the positions of the aggregates it is worked out from.
    pub fn aggregates(&self, used: &mut Vec<usize>) {
        match self {
            Self::None => {}
            Self::Sum(terms) => used.extend(terms.iter().map(|(_, index)| *index)),
            Self::Ratio(over, under) => {
                over.aggregates(used);
                under.aggregates(used);
            }
            Self::Mean(index) => used.push(*index),
        }
    }

    fn whole(&self, answers: &[Answer]) -> Option<i128> {
        match self {
            Self::Sum(terms) => Some(
                terms.iter().map(|(sign, index)| i128::from(*sign) * answers[*index].sum).sum(),
            ),
            _ => None,
        }
    }

    /// The value as a fraction; `None` is no value.
    fn fraction(&self, answers: &[Answer]) -> Option<(i128, i128)> {
        let (numerator, denominator) = match self {
            Self::None => return None,
            Self::Sum(_) => (self.whole(answers)?, 1),
            Self::Ratio(over, under) => (over.whole(answers)?, under.whole(answers)?),
            Self::Mean(index) => (answers[*index].sum, answers[*index].count),
        };
        match denominator {
            0 => None,
            below if below < 0 => Some((-numerator, -below)),
            _ => Some((numerator, denominator)),
        }
    }

    /// The value as a cell of a table.
    pub fn cell(&self, metric: &Metric, answers: &[Answer]) -> Cell {
        let Some((numerator, denominator)) = self.fraction(answers) else { return Cell::Null };
        let whole = || i64::try_from(divide_half_even(numerator, denominator)).ok();
        match metric.unit {
            Unit::Money => whole().map_or(Cell::Null, Cell::Money),
            Unit::Count => whole().map_or(Cell::Null, Cell::Count),
            Unit::Ratio | Unit::Decimal | Unit::Days => Cell::Ratio { numerator, denominator },
        }
    }
}

fn resolve(
    formula: &Formula,
    customers: Customers,
    profile: &Profile,
    aggregates: &mut Vec<Aggregate>,
) -> Figure {
    let narrowed = |own: Customers| if own == Customers::All { customers } else { own };
    let mut position = |aggregate: Aggregate| {
        aggregates.iter().position(|known| *known == aggregate).unwrap_or_else(|| {
            aggregates.push(aggregate);
            aggregates.len() - 1
        })
    };
    match formula {
        Formula::Sum(terms) => Figure::Sum(
            terms
                .iter()
                .map(|(sign, column)| (*sign, position(Aggregate::Sum(*column, customers))))
                .collect(),
        ),
        Formula::Persons(own) => {
            Figure::Sum(vec![(1, position(Aggregate::Persons(narrowed(*own))))])
        }
        Formula::RepeatBuyers => {
            Figure::Sum(vec![(1, position(Aggregate::RepeatBuyers(customers)))])
        }
        Formula::Median(terms) => Figure::Mean(position(Aggregate::Median(terms, customers))),
        Formula::Statistic(statistic, sample) => {
            let terms = match sample {
                Sample::CustomerRevenue => crate::worth::revenue_terms(profile),
                Sample::Gaps | Sample::CustomerGaps => &[],
            };
            Figure::Mean(position(Aggregate::Statistic(*statistic, *sample, terms, customers)))
        }
        Formula::Metric(id, own) => {
            let inner = metric(id).and_then(|metric| profile.formula(metric));
            inner.map_or(Figure::None, |inner| resolve(&inner, narrowed(*own), profile, aggregates))
        }
        Formula::Ratio(over, under) => {
            let over = resolve(over, customers, profile, aggregates);
            let under = resolve(under, customers, profile, aggregates);
            match (&over, &under) {
                (Figure::Sum(_), Figure::Sum(_)) => Figure::Ratio(Box::new(over), Box::new(under)),
                _ => Figure::None,
            }
        }
    }
}

/// Whether a metric leaves out orders that only tell their total with tax.
pub(crate) fn is_without_tax(aggregates: &[Aggregate], figure: &Figure) -> bool {
    let mut columns = Vec::new();
    collect(figure, aggregates, &mut columns);
    columns.iter().any(|column| column.measure() == Measure::Amount && *column != Column::Tax)
        && !columns.contains(&Column::TotalOnly)
}

/// Whether a metric holds amounts, which may need an exchange rate.
pub(crate) fn is_money(aggregates: &[Aggregate], figure: &Figure) -> bool {
    let mut columns = Vec::new();
    collect(figure, aggregates, &mut columns);
    columns.iter().any(|column| column.measure() == Measure::Amount)
}

fn collect(figure: &Figure, aggregates: &[Aggregate], columns: &mut Vec<Column>) {
    let mut take = |index: usize| match aggregates[index] {
        Aggregate::Sum(column, _) => columns.push(column),
        Aggregate::Median(terms, _) | Aggregate::Statistic(_, _, terms, _) => {
            columns.extend(terms.iter().map(|(_, column)| *column));
        }
        Aggregate::Persons(_) | Aggregate::RepeatBuyers(_) => {}
    };
    match figure {
        Figure::None => {}
        Figure::Sum(terms) => terms.iter().for_each(|(_, index)| take(*index)),
        Figure::Mean(index) => take(*index),
        Figure::Ratio(over, under) => {
            collect(over, aggregates, columns);
            collect(under, aggregates, columns);
        }
    }
}

/// The value of a metric when there is nothing: as its definition says.
pub(crate) fn answers_of_nothing(aggregates: &[Aggregate]) -> Vec<Answer> {
    aggregates.iter().map(|_| Answer::default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metric::{Empty, METRICS};
    use crate::profile::PROFILES;

    #[test]
    fn the_value_of_nothing_is_what_the_definition_says() {
        for metric in METRICS {
            let mut aggregates = Vec::new();
            let figure = Figure::of(metric, PROFILES[0], &mut aggregates);
            let cell = figure.cell(metric, &answers_of_nothing(&aggregates));
            let expected = metric.empty == Empty::NoValue;
            assert_eq!(cell == Cell::Null, expected, "{}", metric.id);
        }
    }

    #[test]
    fn every_override_names_a_metric_and_every_formula_can_be_resolved() {
        for profile in PROFILES.iter().flat_map(|profile| [*profile, profile.taxed()]) {
            for (id, formula) in profile.overrides {
                let metric = metric(id).unwrap_or_else(|| panic!("{id}"));
                let figure = Figure::of(metric, profile, &mut Vec::new());
                assert_eq!(figure == Figure::None, formula.is_none(), "{} {id}", profile.id);
            }
        }
    }
}
