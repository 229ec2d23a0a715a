//! The change by goods: products that came or went, and for those sold in both periods how much of it is
//! volume, mix and price; then what was charged or given back beside them.
//!
//! With q the units and p the gross price per unit of a product, Q and P̄ over the products sold in both:
//! volume is `(Q₁ − Q₀)·P̄₀`, mix `Σ(q₁ − q₀·Q₁/Q₀)·p₀`, price `Σq₁·(p₁ − p₀)`.

mod movers;

use std::collections::BTreeMap;

use comptoir_store::{Snapshot, Value};

use super::rounding::{FINE, fine, rounded};
use super::terms::{Terms, Totals};
use super::{Effect, Pair, Part, Run, whole};
use crate::context::Context;
use crate::formula::{Base, Column, Customers};
use crate::metric::Unit;
use crate::period::Period;
use crate::plan::Task;
use crate::query::Query;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;
use crate::table::Cell;

pub use movers::{Movers, Rest};

/// What was sold of a product: gross amount without discounts, and units.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sold {
    pub gross: i64,
    pub units: i64,
}

/// What became of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    Both,
    New,
    Dropped,
    /// Its units are not above 0 in one of the periods, in which something of it was sold all the same.
    Unpriced,
}

/// A product, or one of its variants, in both periods. Texts come from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub code: String,
    pub variant: Option<String>,
    pub name: Option<String>,
    pub before: Sold,
    pub now: Sold,
}

/// The change of revenue by goods.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goods {
    pub parts: Vec<Part>,
    pub items: Vec<Item>,
    /// The metric `gross_sales` of a product is what its item says, so that its rows explain it.
    pub are_gross_sales: bool,
}

impl Item {
    pub fn fate(&self) -> Fate {
        let nothing = Sold::default();
        match (self.before, self.now) {
            (before, now) if before.units > 0 && now.units > 0 => Fate::Both,
            (before, now) if before == nothing && now.units > 0 => Fate::New,
            (before, now) if before.units > 0 && now == nothing => Fate::Dropped,
            _ => Fate::Unpriced,
        }
    }

    /// What it added to gross sales.
    pub fn change(&self) -> i64 {
        self.now.gross.saturating_sub(self.before.gross)
    }
}

pub(super) fn split(terms: &Terms, totals: &Totals, items: Vec<Item>) -> Goods {
    let mut run = Run::from(totals.of_terms(&terms.revenue, Customers::All).before);
    let of = |fate: Fate| items.iter().filter(move |item| item.fate() == fate);
    let pair = |fate: Fate| {
        of(fate).fold(Pair::default(), |sum, item| Pair {
            before: sum.before + i128::from(item.before.gross),
            now: sum.now + i128::from(item.now.gross),
        })
    };
    run.difference(Effect::NewProducts, pair(Fate::New), 1);
    run.difference(Effect::DroppedProducts, pair(Fate::Dropped), 1);
    let kept: Vec<&Item> = of(Fate::Both).collect();
    let units = kept.iter().fold(Pair::default(), |sum, item| Pair {
        before: sum.before + i128::from(item.before.units),
        now: sum.now + i128::from(item.now.units),
    });
    let [volume, mix, price] = effects(&kept, units);
    let counts = (Cell::Count(whole(units.before)), Cell::Count(whole(units.now)));
    run.part(Effect::Volume, volume, counts, Unit::Count);
    run.part(Effect::Mix, mix, (Cell::Null, Cell::Null), Unit::Money);
    run.part(Effect::Price, price, (Cell::Null, Cell::Null), Unit::Money);
    let unpriced = pair(Fate::Unpriced);
    if unpriced != Pair::default() {
        run.difference(Effect::Unpriced, unpriced, 1);
    }
    // What the ledger has beyond the products are lines of no product.
    let products = items.iter().fold(Pair::default(), |sum, item| Pair {
        before: sum.before + i128::from(item.before.gross),
        now: sum.now + i128::from(item.now.gross),
    });
    let gross = totals.of_column(Column::Gross);
    let other = Pair { before: gross.before - products.before, now: gross.now - products.now };
    if other != Pair::default() {
        run.difference(Effect::OtherLines, other, 1);
    }
    for (effect, column) in [
        (Effect::Discounts, Column::Discount),
        (Effect::Shipping, Column::Shipping),
        (Effect::Fees, Column::Fees),
        (Effect::Tax, Column::Tax),
        (Effect::TotalOnly, Column::TotalOnly),
    ] {
        let Some((sign, column)) = terms.term(column) else { continue };
        let pair = totals.of_column(column);
        let usual = matches!(effect, Effect::Discounts | Effect::Shipping);
        if usual || pair != Pair::default() {
            run.difference(effect, pair, sign);
        }
    }
    if !terms.given_back.is_empty() {
        let refunds = totals.of_terms(&terms.given_back, Customers::All);
        run.difference(Effect::Refunds, Pair { before: -refunds.before, now: -refunds.now }, -1);
    }
    Goods { parts: run.parts, items, are_gross_sales: terms.gross_is_plain }
}

/// Volume, mix and price of products that have units in both periods.
fn effects(kept: &[&Item], units: Pair) -> [i128; 3] {
    if units.before <= 0 {
        return [0; 3];
    }
    let (mut before, mut now, mut at_old_prices) = (0_i128, 0_i128, 0_i128);
    for item in kept {
        let gross = i128::from(item.before.gross);
        before += gross;
        now += i128::from(item.now.gross);
        let moved = i128::from(item.now.units) * gross;
        at_old_prices = at_old_prices.saturating_add(fine(moved, i128::from(item.before.units)));
    }
    let volume = fine((units.now - units.before) * before, units.before);
    let price = now.saturating_mul(FINE).saturating_sub(at_old_prices);
    // The three are the whole change, so the third is what the other two leave.
    let mix = ((now - before) * FINE).saturating_sub(volume).saturating_sub(price);
    let parts = rounded(&[volume, mix, price], FINE);
    [parts[0], parts[1], parts[2]]
}

type Key = (String, Option<String>);

/// What was sold of each product and variant in the period and in its comparison. Shops that share a
/// reference share the product, as they do in every table by product.
pub(super) fn items(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
    scope: &Scope<'_>,
    (now, before): (Period, Period),
) -> Result<Vec<Item>, MetricsError> {
    let mut found: BTreeMap<Key, Item> = BTreeMap::new();
    for (period, is_now) in [(now, true), (before, false)] {
        for (key, name, sold) in sold(snapshot, query, context, scope, period)? {
            let item = found.entry(key.clone()).or_insert_with(|| Item {
                code: key.0,
                variant: key.1,
                name: None,
                before: Sold::default(),
                now: Sold::default(),
            });
            item.name = item.name.take().or(name);
            let side = if is_now { &mut item.now } else { &mut item.before };
            side.gross = side.gross.saturating_add(sold.gross);
            side.units = side.units.saturating_add(sold.units);
        }
    }
    Ok(found.into_values().collect())
}

/// Grouped by the ledger's own numbers of products: their texts are looked up once for each.
fn sold(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
    scope: &Scope<'_>,
    period: Period,
) -> Result<Vec<(Key, Option<String>, Sold)>, MetricsError> {
    let mut bindings = Bindings::default();
    let task = Task { scope, context, by: &[], filters: &query.filters, period, orders: None };
    let mut relation = task.relation(Base::Ledger, true, &mut bindings)?;
    relation.conditions.push("m.product_id IS NOT NULL".to_owned());
    let gross = relation.sum(Column::Gross, Customers::All, scope, &mut bindings);
    // Units whose amounts could not be converted would pass for units sold for nothing.
    let known = crate::exchange::is_known(scope, &mut bindings);
    let units = known.map_or_else(
        || "sum(m.quantity)".to_owned(),
        |known| format!("sum(m.quantity) FILTER (WHERE {known})"),
    );
    let sql = format!(
        "{}SELECT p.code, s.variant, p.name, s.gross, s.units
FROM (
    SELECT m.product_id, m.variant AS variant, {gross} AS gross, {units} AS units
    {}
    GROUP BY 1, 2
) s JOIN products p ON p.product_id = s.product_id",
        relation.with_clause(&[]),
        relation.rows(),
    );
    let statement = bindings.into_statement(sql);
    let rows = snapshot.query(&statement.sql, &statement.values)?.rows;
    Ok(rows
        .iter()
        .filter_map(|cells| {
            let [code, variant, name, gross, units] = cells.as_slice() else { return None };
            let text = |value: &Value| value.text().map(str::to_owned);
            let sold = Sold { gross: gross.int().unwrap_or(0), units: units.int().unwrap_or(0) };
            // What was only given back was not sold.
            (sold != Sold::default())
                .then(|| Some(((text(code)?, text(variant)), text(name), sold)))?
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn item(code: &str, before: (i64, i64), now: (i64, i64)) -> Item {
        let sold = |(units, gross): (i64, i64)| Sold { gross, units };
        Item { code: code.into(), variant: None, name: None, before: sold(before), now: sold(now) }
    }

    fn of(items: &[Item]) -> [i128; 3] {
        let kept: Vec<&Item> = items.iter().filter(|item| item.fate() == Fate::Both).collect();
        let units = Pair {
            before: kept.iter().map(|item| i128::from(item.before.units)).sum(),
            now: kept.iter().map(|item| i128::from(item.now.units)).sum(),
        };
        effects(&kept, units)
    }

    #[test]
    fn volume_mix_and_price_by_hand() {
        // Before: 10 teas at 2.00, 10 honeys at 8.00: Q 20, P̄ 5.00. Now: 12 teas at 2.50, 18 honeys at
        // 8.00. Volume 10 × 5 = 50; mix (12 − 15)×2 + (18 − 15)×8 = 18; price 12 × 0.50 = 6.
        let items =
            [item("TEA", (10, 2_000), (12, 3_000)), item("HONEY", (10, 8_000), (18, 14_400))];
        assert_eq!(of(&items), [5_000, 1_800, 600]);
        // The same goods and prices, half as many of each: all of it is volume.
        let items = [item("TEA", (10, 2_000), (5, 1_000)), item("HONEY", (10, 8_000), (5, 4_000))];
        assert_eq!(of(&items), [-5_000, 0, 0]);
    }

    #[test]
    fn thirds_of_a_cent_are_given_to_the_largest_remainder() {
        // 3 units for 1.00, then 4 for 1.40: volume 33.33…, price 140 − 133.33… = 6.66…, mix 0.
        assert_eq!(of(&[item("A", (3, 100), (4, 140))]), [33, 0, 7]);
    }

    #[test]
    fn what_has_no_price_per_unit_has_a_part_of_its_own() {
        assert_eq!(item("A", (0, 0), (2, 10)).fate(), Fate::New);
        assert_eq!(item("A", (2, 10), (0, 0)).fate(), Fate::Dropped);
        assert_eq!(item("A", (2, 10), (-1, -5)).fate(), Fate::Unpriced);
        assert_eq!(item("A", (0, 0), (-1, -5)).fate(), Fate::Unpriced);
        assert_eq!(item("A", (0, 30), (2, 10)).fate(), Fate::Unpriced);
        assert_eq!(of(&[item("A", (2, 10), (-1, -5))]), [0, 0, 0]);
    }

    proptest! {
        #[test]
        fn the_three_add_up_and_nothing_moves_by_itself(
            sold in proptest::collection::vec(
                ((-3_i64..2_000, -50_i64..3_000_000), (-3_i64..2_000, -50_i64..3_000_000)),
                0..40,
            ),
        ) {
            let items: Vec<Item> =
                sold.iter().map(|(before, now)| item("A", *before, *now)).collect();
            let kept = || items.iter().filter(|item| item.fate() == Fate::Both);
            let change: i64 = kept().map(Item::change).sum();
            prop_assert_eq!(of(&items).iter().sum::<i128>(), i128::from(change));
            let same: Vec<Item> = sold.iter().map(|(_, now)| item("A", *now, *now)).collect();
            prop_assert_eq!(of(&same), [0, 0, 0]);
        }
    }
}
