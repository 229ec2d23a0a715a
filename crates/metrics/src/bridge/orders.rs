//! The change by orders: how many there were, how large they were, what was given back.
//!
//! `ΔR = (O₁ − O₀)·A₀ + O₁·(A₁ − A₀) − Δrefunds`, where O counts the orders that the average order divides
//! by and A is that average before refunds.

use super::rounding::rounded;
use super::terms::{Terms, Totals};
use super::{Effect, Pair, Part, Run, whole};
use crate::formula::Customers;
use crate::metric::Unit;
use crate::table::Cell;

/// The change of revenue by orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByOrders {
    /// Revenue of the comparison and of the period.
    pub before: i64,
    pub now: i64,
    pub change: i64,
    pub parts: Vec<Part>,
    /// One of the periods has no order worth anything, hence no average order: what its orders are worth
    /// is counted as an effect of their number.
    pub without_average: bool,
}

pub(super) fn split(terms: &Terms, totals: &Totals) -> ByOrders {
    let revenue = totals.of_terms(&terms.revenue, Customers::All);
    let charged = totals.of_terms(&terms.charged, Customers::All);
    let orders = totals.of_terms(&terms.orders, Customers::All);
    let without_average = orders.before <= 0 || orders.now <= 0;
    let (of_orders, of_basket) = effects(orders, charged);
    let mut run = Run::from(revenue.before);
    let counts = (Cell::Count(whole(orders.before)), Cell::Count(whole(orders.now)));
    run.part(Effect::Orders, of_orders, counts, Unit::Count);
    let averages = (average(charged.before, orders.before), average(charged.now, orders.now));
    run.part(Effect::Basket, of_basket, averages, Unit::Money);
    if !terms.given_back.is_empty() {
        let refunds = totals.of_terms(&terms.given_back, Customers::All);
        // Refunds are terms against revenue; as a figure of their own they are positive.
        run.difference(Effect::Refunds, Pair { before: -refunds.before, now: -refunds.now }, -1);
    }
    ByOrders {
        before: whole(revenue.before),
        now: whole(revenue.now),
        change: whole(revenue.now - revenue.before),
        parts: run.parts,
        without_average: without_average && charged != Pair::default(),
    }
}

fn average(charged: i128, orders: i128) -> Cell {
    if orders <= 0 {
        return Cell::Null;
    }
    Cell::Ratio { numerator: charged, denominator: orders }
}

/// What the number of orders and what their size added.
fn effects(orders: Pair, charged: Pair) -> (i128, i128) {
    let change = charged.now - charged.before;
    if orders.before <= 0 || orders.now <= 0 {
        return (change, 0);
    }
    // Both in parts of O₀: (O₁ − O₀)·C₀ ÷ O₀ and C₁ − O₁·C₀ ÷ O₀, for A₀ = C₀ ÷ O₀.
    let of_orders = (orders.now - orders.before) * charged.before;
    let of_basket = charged.now * orders.before - orders.now * charged.before;
    let parts = rounded(&[of_orders, of_basket], orders.before);
    (parts[0], parts[1])
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pair(before: i128, now: i128) -> Pair {
        Pair { before, now }
    }

    #[test]
    fn orders_and_their_size_by_hand() {
        // 10 orders of 1,000 become 12 worth 11,000: 2 × 100 more, less 12 × (100 − 91.67).
        assert_eq!(effects(pair(10, 12), pair(100_000, 110_000)), (20_000, -10_000));
        // A third of a cent: 1 × 33.33… and 0.66…: 0.67 is nearer to its next cent.
        assert_eq!(effects(pair(3, 4), pair(100, 134)), (33, 1));
        assert_eq!(effects(pair(3, 3), pair(100, 100)), (0, 0));
    }

    #[test]
    fn without_orders_on_one_side_it_is_their_number() {
        assert_eq!(effects(pair(0, 5), pair(0, 700)), (700, 0));
        assert_eq!(effects(pair(5, 0), pair(700, 0)), (-700, 0));
        assert_eq!(effects(pair(0, 0), pair(-100, 50)), (150, 0));
    }

    proptest! {
        #[test]
        fn both_effects_add_up(
            before in (0_i128..1_000_000, -1_000_000_000_i128..1_000_000_000_000),
            now in (0_i128..1_000_000, -1_000_000_000_i128..1_000_000_000_000),
        ) {
            let (orders, basket) = effects(pair(before.0, now.0), pair(before.1, now.1));
            prop_assert_eq!(orders + basket, now.1 - before.1);
            prop_assert_eq!(effects(pair(now.0, now.0), pair(now.1, now.1)), (0, 0));
        }
    }
}
