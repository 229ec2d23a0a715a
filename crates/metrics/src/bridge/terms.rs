//! Revenue and the average order as the profile in force works them out, column by column.

use super::Pair;
use crate::figure::{Aggregate, Figure};
use crate::formula::{Column, Customers};
use crate::metric::metric;
use crate::profile::Profile;
use crate::run::Sums;

/// Signed columns that add up to a figure.
type Signed = Vec<(i128, Column)>;

/// The formulas that a change is split by.
pub(super) struct Terms {
    pub revenue: Signed,
    /// What revenue's terms charge, and what they give back.
    pub charged: Signed,
    pub given_back: Signed,
    /// The orders that the profile's average order divides by.
    pub orders: Signed,
    /// The profile's gross sales of a product are its lines' amounts before discounts.
    pub gross_is_plain: bool,
}

impl Terms {
    /// `None` when the profile has no revenue.
    pub fn of(profile: &Profile) -> Option<Self> {
        let mut aggregates = Vec::new();
        let revenue = Figure::of(metric("revenue")?, profile, &mut aggregates);
        let gross = Figure::of(metric("gross_sales")?, profile, &mut aggregates);
        let average = Figure::of(metric("average_order_value")?, profile, &mut aggregates);
        let revenue = signed(&revenue, &aggregates)?;
        let orders = match average {
            Figure::Ratio(_, under) => signed(&under, &aggregates),
            _ => None,
        };
        let (charged, given_back) =
            revenue.iter().copied().partition(|(_, column)| !column.is_refunded());
        // No product has shipping, fees or a bare total.
        let of_lines = signed(&gross, &aggregates).map(|mut terms| {
            let beside = [Column::Shipping, Column::Fees, Column::TotalOnly];
            terms.retain(|(_, column)| !beside.contains(column));
            terms
        });
        Some(Self {
            gross_is_plain: of_lines.is_some_and(|terms| terms == [(1, Column::Gross)]),
            revenue,
            charged,
            given_back,
            orders: orders.unwrap_or_else(|| vec![(1, Column::ValuedOrders)]),
        })
    }

    /// The sums it takes, revenue's for each kind of customers.
    pub fn aggregates(&self, customers: &[Customers]) -> Vec<Aggregate> {
        let revenue = self.revenue.iter().flat_map(|(_, column)| {
            customers.iter().map(|customers| Aggregate::Sum(*column, *customers))
        });
        let orders = self.orders.iter().map(|(_, column)| Aggregate::Sum(*column, Customers::All));
        revenue.chain(orders).collect()
    }

    /// The term of a column, if revenue has it.
    pub fn term(&self, column: Column) -> Option<(i128, Column)> {
        self.revenue.iter().copied().find(|(_, known)| *known == column)
    }
}

fn signed(figure: &Figure, aggregates: &[Aggregate]) -> Option<Signed> {
    let Figure::Sum(terms) = figure else { return None };
    terms
        .iter()
        .map(|(sign, at)| match aggregates.get(*at)? {
            Aggregate::Sum(column, Customers::All) => Some((i128::from(*sign), *column)),
            _ => None,
        })
        .collect()
}

/// The sums of both periods.
pub(super) struct Totals {
    wanted: Vec<Aggregate>,
    before: Vec<i128>,
    now: Vec<i128>,
}

impl Totals {
    /// `None` without a comparison.
    pub fn of(wanted: Vec<Aggregate>, sums: Sums) -> Option<Self> {
        Some(Self { wanted, before: sums.before?, now: sums.now })
    }

    pub fn of_terms(&self, terms: &[(i128, Column)], customers: Customers) -> Pair {
        let mut pair = Pair::default();
        for (sign, column) in terms {
            let wanted = Aggregate::Sum(*column, customers);
            if let Some(at) = self.wanted.iter().position(|known| *known == wanted) {
                pair.before += sign * self.before[at];
                pair.now += sign * self.now[at];
            }
        }
        pair
    }

    /// A column by itself.
    pub fn of_column(&self, column: Column) -> Pair {
        self.of_terms(&[(1, column)], Customers::All)
    }
}
