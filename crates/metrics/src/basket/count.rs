//! Counts pairs in a triangle of numbers: a wholesaler's hundreds of products an order make tens of
//! millions of pairs, more than a database groups quickly, few enough to be counted one by one.

use std::collections::HashMap;

use comptoir_store::{Snapshot, StoreError, Value};

use crate::statement::Bindings;

/// Products up to which the triangle is held (72 MB); beyond, the database groups the pairs.
const WIDEST: usize = 6000;

/// What is counted: the order and item of the table `bought`, at least so many together, in orders of at
/// most so many products.
pub(crate) struct Count<'c> {
    pub snapshot: &'c Snapshot,
    pub least: i64,
    pub largest: i64,
}

impl Count<'_> {
    /// Each pair once, and how many orders have both. `with` writes the common table expressions of a
    /// statement on `bought`; `frequent` are the products in at least `least` orders.
    pub fn pairs(
        &self,
        bindings: &mut Bindings,
        with: &dyn Fn(&[String]) -> String,
        frequent: &[i64],
    ) -> Result<Vec<(i64, i64, i64)>, StoreError> {
        let (least, largest) = (bindings.bind(self.least), bindings.bind(self.largest));
        // A pair is no more frequent than either of its products: the rare ones need no pairing.
        let further = [
            format!(
                "frequent AS (SELECT item FROM bought GROUP BY item HAVING count(*) >= {least})"
            ),
            format!(
                "sized AS (SELECT order_id FROM bought GROUP BY order_id HAVING count(*) BETWEEN 2 AND {largest})"
            ),
            "paired AS MATERIALIZED (
    SELECT order_id, item FROM bought
    WHERE item IN (SELECT item FROM frequent) AND order_id IN (SELECT order_id FROM sized)
)"
            .to_owned(),
        ];
        if frequent.len() <= WIDEST {
            let statement = bindings.statement(format!(
                "{}SELECT string_agg(item, ' ') FROM paired GROUP BY order_id",
                with(&further)
            ));
            let found = self.snapshot.query(&statement.sql, &statement.values)?.rows;
            let orders = found.iter().filter_map(|cells| cells.first()?.text());
            return Ok(self.triangle(orders, frequent));
        }
        let statement = bindings.statement(format!(
            "{}SELECT l.item, r.item, count(*)
FROM paired l JOIN paired r ON r.order_id = l.order_id AND l.item < r.item
GROUP BY 1, 2 HAVING count(*) >= {least}",
            with(&further)
        ));
        let found = self.snapshot.query(&statement.sql, &statement.values)?.rows;
        let pair = |cells: &Vec<Value>| Some((cells[0].int()?, cells[1].int()?, cells[2].int()?));
        Ok(found.iter().filter_map(pair).collect())
    }

    /// Counts the pairs of orders, each the numbers of its products with a space between.
    fn triangle<'o>(
        &self,
        orders: impl Iterator<Item = &'o str>,
        products: &[i64],
    ) -> Vec<(i64, i64, i64)> {
        let places: HashMap<i64, usize> =
            products.iter().enumerate().map(|(place, item)| (*item, place)).collect();
        let cell = |high: usize, low: usize| high * high.saturating_sub(1) / 2 + low;
        let mut counts = vec![0_u32; cell(products.len(), 0)];
        let mut order: Vec<usize> = Vec::new();
        for text in orders {
            order.clear();
            order.extend(text.split(' ').filter_map(|item| places.get(&item.parse().ok()?)));
            order.sort_unstable();
            for (at, high) in order.iter().enumerate() {
                let row = cell(*high, 0);
                for low in &order[..at] {
                    counts[row + low] = counts[row + low].saturating_add(1);
                }
            }
        }
        let mut pairs = Vec::new();
        for (high, second) in products.iter().enumerate() {
            for (low, first) in products[..high].iter().enumerate() {
                let together = i64::from(counts[cell(high, low)]);
                if together >= self.least {
                    pairs.push((*first, *second, together));
                }
            }
        }
        pairs
    }
}
