//! Products in the same order: the most probable companion of each, and how many go well with it.

use std::collections::HashMap;

use super::{Item, Level, Reader, among, item};
use crate::basket::{Count, LARGEST, LEAST_TOGETHER};
use crate::run::MetricsError;
use crate::statement::Bindings;
use crate::table::Cell;

/// A product in the same orders as another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Companion {
    pub item: i64,
    /// Orders with both.
    pub together: i64,
    /// Orders with the first, with this one, and with any product.
    pub with: i64,
    pub of_companion: i64,
    pub orders: i64,
}

impl Companion {
    fn ratio(numerator: i128, denominator: i128) -> Cell {
        if denominator == 0 { Cell::Null } else { Cell::Ratio { numerator, denominator } }
    }

    /// Orders with both ÷ all orders.
    pub fn support(&self) -> Cell {
        Self::ratio(i128::from(self.together), i128::from(self.orders))
    }

    /// Orders with both ÷ orders with the first: the probability of this one.
    pub fn confidence(&self) -> Cell {
        Self::ratio(i128::from(self.together), i128::from(self.with))
    }

    /// How many times more often than by chance.
    pub fn lift(&self) -> Cell {
        Self::ratio(
            i128::from(self.together) * i128::from(self.orders),
            i128::from(self.with) * i128::from(self.of_companion),
        )
    }

    /// Whether they are together more often than chance would have it.
    pub fn complements(&self) -> bool {
        i128::from(self.together) * i128::from(self.orders)
            > i128::from(self.with) * i128::from(self.of_companion)
    }
}

/// The companions of each item, and the orders left out for their size.
#[derive(Debug, Default)]
pub(super) struct Companions {
    pub of: HashMap<Item, Vec<Companion>>,
    /// Orders with each item.
    pub orders: HashMap<Item, i64>,
    pub unpaired: i64,
}

/// Reads the companions of some products, or of all.
pub(super) fn companions(
    reader: &Reader<'_>,
    items: Option<&[i64]>,
) -> Result<Companions, MetricsError> {
    if items.is_none() && reader.level == Level::Product {
        return every(reader);
    }
    let mut bindings = Bindings::default();
    let lines = reader.lines(None, &mut bindings)?;
    let (least, largest) = (bindings.bind(LEAST_TOGETHER), bindings.bind(LARGEST));
    let mine = among("item", items).unwrap_or_else(|| "true".to_owned());
    let variant = reader.named("variant");
    let further = [
        format!(
            "bought AS MATERIALIZED (\n    SELECT DISTINCT m.order_id, {} AS item{}\n    {}\n)",
            lines.item,
            reader.variant(),
            lines.rows()
        ),
        // Of a product in two variants, an order has it once.
        match reader.level {
            Level::Variant => {
                "whole AS MATERIALIZED (SELECT DISTINCT order_id, item FROM bought)".to_owned()
            }
            Level::Product => "whole AS (SELECT order_id, item FROM bought)".to_owned(),
        },
        "totals AS MATERIALIZED (SELECT item, count(*) AS orders FROM whole GROUP BY 1)".to_owned(),
        format!("mine AS MATERIALIZED (SELECT * FROM bought WHERE {mine})"),
        format!(
            "own AS MATERIALIZED (SELECT item{variant}, count(*) AS orders FROM mine GROUP BY ALL)"
        ),
        "around AS MATERIALIZED (
    SELECT order_id, item FROM whole WHERE order_id IN (SELECT order_id FROM mine)
)"
        .to_owned(),
        format!(
            "large AS MATERIALIZED (SELECT order_id FROM around GROUP BY 1 HAVING count(*) > {largest})"
        ),
        format!(
            "pairs AS (
    SELECT a.item{}, b.item AS companion, count(*) AS together
    FROM mine a
    JOIN (SELECT * FROM around WHERE order_id NOT IN (SELECT order_id FROM large)) b
      ON b.order_id = a.order_id AND b.item <> a.item
    GROUP BY ALL HAVING count(*) >= {least}
)",
            reader.named("a.variant")
        ),
    ];
    let statement = bindings.statement(format!(
        "{}SELECT p.item, {}, p.companion, p.together, o.orders, t.orders,
       (SELECT count(DISTINCT order_id) FROM whole), (SELECT count(*) FROM large)
FROM pairs p
JOIN own o ON o.item = p.item{}
JOIN totals t ON t.item = p.companion
UNION ALL
SELECT item, {}, NULL, NULL, orders, NULL, NULL, (SELECT count(*) FROM large) FROM own",
        lines.with(&further),
        reader.answered("p.variant"),
        reader.same_variant("o", "p"),
        reader.answered("variant"),
    ));
    let mut found = Companions::default();
    for cells in reader.snapshot.query(&statement.sql, &statement.values)?.rows {
        let whole = |at: usize| cells.get(at).and_then(comptoir_store::Value::int);
        found.unpaired = whole(7).unwrap_or(0);
        let companion = || {
            Some(Companion {
                item: whole(2)?,
                together: whole(3)?,
                with: whole(4)?,
                of_companion: whole(5)?,
                orders: whole(6)?,
            })
        };
        let Some(item) = item(&cells) else { continue };
        match companion() {
            Some(companion) => found.of.entry(item).or_default().push(companion),
            None => {
                found.orders.insert(item, whole(4).unwrap_or(0));
            }
        }
    }
    Ok(found)
}

/// The companions of all products: each pair is counted once for both.
fn every(reader: &Reader<'_>) -> Result<Companions, MetricsError> {
    let mut bindings = Bindings::default();
    let lines = reader.lines(None, &mut bindings)?;
    let bought = format!(
        "bought AS MATERIALIZED (\n    SELECT DISTINCT m.order_id, {} AS item {}\n)",
        lines.item,
        lines.rows()
    );
    let with = |further: &[String]| {
        let all: Vec<String> = std::iter::once(&bought).chain(further).cloned().collect();
        lines.with(&all)
    };
    let largest = bindings.bind(LARGEST);
    let statement = bindings.statement(format!(
        "{}SELECT item, count(*), (SELECT count(DISTINCT order_id) FROM bought),
       (SELECT count(*) FROM (SELECT order_id FROM bought GROUP BY 1 HAVING count(*) > {largest}))
FROM bought GROUP BY item",
        with(&[])
    ));
    let mut found = Companions::default();
    let mut orders = 0;
    let mut orders_with: HashMap<i64, i64> = HashMap::new();
    for cells in reader.snapshot.query(&statement.sql, &statement.values)?.rows {
        orders = cells[2].int().unwrap_or(0);
        found.unpaired = cells[3].int().unwrap_or(0);
        orders_with.extend(cells[0].int().zip(cells[1].int()));
    }
    found.orders = orders_with.iter().map(|(item, orders)| ((*item, None), *orders)).collect();
    let mut frequent: Vec<i64> = orders_with
        .iter()
        .filter(|(_, count)| **count >= LEAST_TOGETHER)
        .map(|(item, _)| *item)
        .collect();
    frequent.sort_unstable();
    let count = Count { snapshot: reader.snapshot, least: LEAST_TOGETHER, largest: LARGEST };
    let of = |item: i64| orders_with.get(&item).copied().unwrap_or(0);
    for (a, b, together) in count.pairs(&mut bindings, &with, &frequent)? {
        for (item, other) in [(a, b), (b, a)] {
            found.of.entry((item, None)).or_default().push(Companion {
                item: other,
                together,
                with: of(item),
                of_companion: of(other),
                orders,
            });
        }
    }
    Ok(found)
}

/// The most probable companions of one product, `most` of them: only theirs is counted, which costs
/// less than the companions of all.
pub(super) fn with_one(
    reader: &Reader<'_>,
    product: i64,
    most: usize,
) -> Result<Vec<Companion>, MetricsError> {
    let mut bindings = Bindings::default();
    let mut lines = reader.lines(None, &mut bindings)?;
    let every = lines.rows();
    let id = lines.item;
    lines.keep(among(id, Some(&[product])).unwrap_or_default());
    let (least, largest) = (bindings.bind(LEAST_TOGETHER), bindings.bind(LARGEST));
    let most = bindings.bind(i64::try_from(most).unwrap_or(i64::MAX));
    let further = [
        format!("mine AS MATERIALIZED (SELECT DISTINCT m.order_id {})", lines.rows()),
        format!(
            "around AS MATERIALIZED (
    SELECT DISTINCT m.order_id, {id} AS item {every} AND m.order_id IN (SELECT order_id FROM mine)
)"
        ),
        format!(
            "pairs AS MATERIALIZED (
    SELECT item, count(*) AS together FROM around
    WHERE item <> {product} AND order_id IN (
        SELECT order_id FROM around GROUP BY order_id HAVING count(*) <= {largest}
    )
    GROUP BY 1 HAVING count(*) >= {least}
    ORDER BY 2 DESC, item LIMIT {most}
)"
        ),
        format!(
            "totals AS (
    SELECT {id} AS item, count(DISTINCT m.order_id) AS orders {every} AND {id} IN (SELECT item FROM pairs)
    GROUP BY 1
)"
        ),
    ];
    let statement = bindings.statement(format!(
        "{}SELECT p.item, p.together, (SELECT count(*) FROM mine), t.orders,
       (SELECT count(DISTINCT m.order_id) {every})
FROM pairs p JOIN totals t ON t.item = p.item",
        lines.with(&further)
    ));
    let found = reader.snapshot.query(&statement.sql, &statement.values)?.rows;
    let whole = |cells: &[comptoir_store::Value], at: usize| cells.get(at)?.int();
    let companion = |cells: &Vec<comptoir_store::Value>| {
        Some(Companion {
            item: whole(cells, 0)?,
            together: whole(cells, 1)?,
            with: whole(cells, 2)?,
            of_companion: whole(cells, 3)?,
            orders: whole(cells, 4)?,
        })
    };
    Ok(found.iter().filter_map(companion).collect())
}
