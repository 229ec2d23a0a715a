//! The sums of every product, in one scan of the ledger and by the formulas of the metrics.

use std::collections::HashMap;

use comptoir_store::Value;

use super::{Item, Level, Reader};
use crate::dimension::{Dimension, Kind, Needs, dimension};
use crate::figure::{self, Aggregate, Answer, Figure};
use crate::metric::{Grain, Metric, Text, metric};
use crate::plan::Task;
use crate::run::MetricsError;
use crate::table::Cell;

/// A product by its id: cheaper to group by than its code.
static ITEM: Dimension = Dimension {
    id: "item",
    label: Text { fr: "Produit", en: "Product" },
    kind: Kind::Text,
    grain: Grain::Line,
    needs: Needs::Nothing,
    ledger: "m.product_id",
    visits: None,
    carts: None,
};

/// The metrics that are sums, or quotients of sums.
const METRICS: [&str; 4] = ["net_sales", "units", "new_customer_sales_share", "return_rate_units"];

/// The sums of some products, not yet put together.
pub(super) struct Sums {
    figures: Vec<(&'static Metric, Figure)>,
    aggregates: Vec<Aggregate>,
    rows: HashMap<Item, Vec<Answer>>,
}

/// Reads the sums of every product of the period; the ids of one code are added up.
pub(super) fn sums(reader: &Reader<'_>, item_of: &HashMap<i64, i64>) -> Result<Sums, MetricsError> {
    let mut aggregates = Vec::new();
    let figures: Vec<_> = METRICS
        .into_iter()
        .filter_map(metric)
        .map(|metric| (metric, Figure::of(metric, reader.scope.profile, &mut aggregates)))
        .collect();
    let variant = dimension("variant").filter(|_| reader.level == Level::Variant);
    let by: Vec<&'static Dimension> = std::iter::once(&ITEM).chain(variant).collect();
    let task = Task {
        scope: reader.scope,
        context: reader.context,
        by: &by,
        filters: &reader.query.filters,
        period: reader.period,
        orders: None,
    };
    let every: Vec<usize> = (0..aggregates.len()).collect();
    let mut rows: HashMap<Item, Vec<Answer>> = HashMap::new();
    for part in task.plan(&aggregates, &every)? {
        let found = reader.snapshot.query(&part.statement.sql, &part.statement.values)?;
        for mut cells in found.rows {
            let values = cells.split_off(by.len());
            let Some(id) = cells.first().and_then(Value::int) else { continue };
            let Some(item) = item_of.get(&id) else { continue };
            let variant = cells.get(1).and_then(Value::text).map(str::to_owned);
            let row = rows
                .entry((*item, variant))
                .or_insert_with(|| figure::answers_of_nothing(&aggregates));
            let first = usize::from(part.by_customer_type);
            let customer_type = values.first().and_then(Value::text).filter(|_| first == 1);
            for (at, fed) in (first..).zip(&part.values) {
                let sum = values.get(at).and_then(Value::int).map_or(0, i128::from);
                for index in fed {
                    let theirs = match aggregates[*index] {
                        Aggregate::Sum(_, customers) => {
                            first == 0 || customers.include(customer_type)
                        }
                        _ => false,
                    };
                    if theirs {
                        row[*index].sum += sum;
                    }
                }
            }
        }
    }
    Ok(Sums { figures, aggregates, rows })
}

impl Sums {
    pub fn items(&self) -> impl Iterator<Item = &Item> {
        self.rows.keys()
    }

    /// A metric of an item: nothing sold is 0, or no value of a quotient.
    pub fn cell(&self, item: &Item, id: &str) -> Cell {
        let nothing = || figure::answers_of_nothing(&self.aggregates);
        let answers = self.rows.get(item).cloned().unwrap_or_else(nothing);
        let found = self.figures.iter().find(|(metric, _)| metric.id == id);
        found.map_or(Cell::Null, |(metric, figure)| figure.cell(metric, &answers))
    }
}
