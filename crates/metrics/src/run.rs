//! Answers a query: runs its statements, puts their sums together, divides.

use std::collections::{BTreeMap, HashMap};

use comptoir_store::{Snapshot, StoreError, Value};

use crate::calendar::{self, Bucket};
use crate::check;
use crate::context::{Context, zone_of};
use crate::dimension::{Dimension, Kind};
use crate::figure::{self, Aggregate, Answer, Figure};
use crate::formula::Base;
use crate::metric::{Grain, Metric};
use crate::order;
use crate::period::Period;
use crate::plan::Task;
use crate::profile::RefundRule;
use crate::query::{Query, QueryError};
use crate::relation::joins_orders;
use crate::scope::Scope;
use crate::statement::Bindings;
use crate::table::{Cell, Column, Incomplete, Row, Table, Totals};

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum MetricsError {
    #[error(transparent)]
    Query(#[from] QueryError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

type Key = Vec<Value>;

/// Least and greatest order.
type Bounds = Option<(i64, i64)>;

/// What the statements of one period answered.
struct Answers {
    rows: BTreeMap<Key, Vec<Answer>>,
    totals: Vec<Answer>,
    /// Product names by product code.
    names: HashMap<Value, String>,
}

/// A query made ready: its scope, and its metrics as sums to be worked out.
struct Prepared<'q> {
    query: &'q Query,
    context: &'q Context,
    scope: Scope<'q>,
    aggregates: Vec<Aggregate>,
    figures: Vec<(&'static Metric, Figure)>,
    /// The metrics of the comparison; `None`: all.
    compared: Option<&'q [&'static Metric]>,
}

/// Sums of a whole period and of its comparison, one for each aggregate asked for.
pub(crate) struct Sums {
    pub now: Vec<i128>,
    pub before: Option<Vec<i128>>,
}

/// Answers a query on a snapshot.
pub fn run(snapshot: &Snapshot, query: &Query, context: &Context) -> Result<Table, MetricsError> {
    Ok(answer(snapshot, query, context, None, &[])?.0)
}

/// Answers a query, and some further sums over all of it in the same scans.
pub(crate) fn run_beside(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
    further: &[Aggregate],
) -> Result<(Table, Sums), MetricsError> {
    answer(snapshot, query, context, None, further)
}

/// Answers a query with some of its metrics only in the comparison; the others have no value there.
/// What is not shown need not be worked out.
pub fn run_comparing(
    snapshot: &Snapshot,
    query: &Query,
    compared: &[&'static Metric],
    context: &Context,
) -> Result<Table, MetricsError> {
    Ok(answer(snapshot, query, context, Some(compared), &[])?.0)
}

fn answer(
    snapshot: &Snapshot,
    query: &Query,
    context: &Context,
    compared: Option<&[&'static Metric]>,
    further: &[Aggregate],
) -> Result<(Table, Sums), MetricsError> {
    let context = &*context.seen_from(query.shop.as_deref());
    check::check(query, context)?;
    let scope = Scope::of(query, context);
    let mut aggregates = Vec::new();
    let figures = query
        .metrics
        .iter()
        .map(|metric| (*metric, Figure::of(metric, scope.profile, &mut aggregates)))
        .collect();
    for aggregate in further {
        if !aggregates.contains(aggregate) {
            aggregates.push(*aggregate);
        }
    }
    let prepared = Prepared { query, context, scope, aggregates, figures, compared };
    let period = query.days(context);
    let comparison = query.compared_days(context);
    let every: Vec<usize> = (0..prepared.aggregates.len()).collect();
    let current = prepared.answers(snapshot, period, &every)?;
    let asked = prepared.compared_aggregates();
    let previous = comparison.map(|days| prepared.answers(snapshot, days, &asked)).transpose()?;
    let sums = Sums {
        now: prepared.sums(further, &current),
        before: previous.as_ref().map(|previous| prepared.sums(further, previous)),
    };
    let mut rows = prepared.rows(&current, period, previous.as_ref().zip(comparison));
    order::sort(&mut rows, query);
    rows.truncate(query.limit.unwrap_or(usize::MAX));
    let table = Table {
        generation: snapshot.generation().sales,
        profile: prepared.scope.profile.id,
        period,
        comparison,
        currency: prepared.scope.currency,
        columns: columns(query),
        rows: rows.into_iter().map(|row| row.row).collect(),
        totals: Totals {
            values: prepared.cells(&current.totals),
            previous: previous.as_ref().map(|previous| prepared.previous_cells(&previous.totals)),
        },
        incomplete: prepared.incomplete(snapshot, period)?,
    };
    Ok((table, sums))
}

fn columns(query: &Query) -> Vec<Column> {
    let mut columns = Vec::new();
    for dimension in &query.by {
        columns.push(Column::Dimension(dimension));
        if dimension.id == "product" {
            columns.push(Column::ProductName);
        }
    }
    columns.extend(query.metrics.iter().copied().map(Column::Metric));
    columns
}

impl Prepared<'_> {
    fn is_compared(&self, metric: &Metric) -> bool {
        self.compared.is_none_or(|compared| compared.iter().any(|known| known.id == metric.id))
    }

    /// What the comparison needs.
    fn compared_aggregates(&self) -> Vec<usize> {
        if self.compared.is_none() {
            return (0..self.aggregates.len()).collect();
        }
        let mut used = Vec::new();
        for (_, figure) in self.figures.iter().filter(|(metric, _)| self.is_compared(metric)) {
            figure.aggregates(&mut used);
        }
        used.sort_unstable();
        used.dedup();
        used
    }

    /// The least and greatest order that the period's rows belong to, when orders are joined to them:
    /// orders are numbered as they come in, so most of the others need not be read.
    fn orders(&self, snapshot: &Snapshot, period: Period) -> Result<Bounds, MetricsError> {
        let filtered = self.query.filters.iter().map(|filter| filter.dimension);
        let used: Vec<&Dimension> = self.query.by.iter().copied().chain(filtered).collect();
        let reverses = self.scope.profile.refunds == RefundRule::AndCancellations;
        if !self.scope.stored || reverses || !joins_orders(&used) {
            return Ok(None);
        }
        let mut bindings = Bindings::default();
        let shops: Vec<String> =
            self.scope.shops.iter().map(|shop| bindings.bind(shop.id)).collect();
        if shops.is_empty() {
            return Ok(None);
        }
        let (from, to) = (bindings.bind(period.from), bindings.bind(period.to));
        let statement = bindings.into_statement(format!(
            "SELECT min(m.order_id), max(m.order_id)\nFROM money m\n\
             WHERE m.shop_id IN ({}) AND m.day >= {from} AND m.day <= {to}",
            shops.join(", ")
        ));
        let found = snapshot.query(&statement.sql, &statement.values)?;
        let bound = |at: usize| found.rows.first().and_then(|cells| cells.get(at)?.int());
        Ok(bound(0).zip(bound(1)))
    }

    fn task(&self, period: Period, split: bool, orders: Bounds) -> Task<'_> {
        Task {
            orders,
            scope: &self.scope,
            context: self.context,
            by: if split { &self.query.by } else { &[] },
            filters: &self.query.filters,
            period,
        }
    }

    fn answers(
        &self,
        snapshot: &Snapshot,
        period: Period,
        every: &[usize],
    ) -> Result<Answers, MetricsError> {
        let orders = self.orders(snapshot, period)?;
        let mut answers = Answers {
            rows: BTreeMap::new(),
            totals: figure::answers_of_nothing(&self.aggregates),
            names: HashMap::new(),
        };
        if self.query.by.is_empty() {
            self.fetch(snapshot, &self.task(period, false, orders), every, &mut answers)?;
            if let Some(totals) = answers.rows.remove(&Key::new()) {
                answers.totals = totals;
            }
            return Ok(answers);
        }
        let task = self.task(period, true, orders);
        self.fetch(snapshot, &task, every, &mut answers)?;
        let rows = std::mem::take(&mut answers.rows);
        let grain = task.grain();
        let (summed, asked): (Vec<usize>, Vec<usize>) =
            every.iter().partition(|index| self.aggregates[**index].adds_up(grain));
        if !asked.is_empty() {
            self.fetch(snapshot, &self.task(period, false, orders), &asked, &mut answers)?;
            if let Some(totals) = answers.rows.remove(&Key::new()) {
                answers.totals = totals;
            }
        }
        for index in summed {
            answers.totals[index].sum = rows.values().map(|row| row[index].sum).sum();
        }
        answers.rows = rows;
        Ok(answers)
    }

    /// Runs the statements for some aggregates and files each answer under its key.
    fn fetch(
        &self,
        snapshot: &Snapshot,
        task: &Task<'_>,
        positions: &[usize],
        answers: &mut Answers,
    ) -> Result<(), MetricsError> {
        let width = task.by.len();
        let product = task.by.iter().position(|by| by.id == "product");
        for part in task.plan(&self.aggregates, positions)? {
            let found = snapshot.query(&part.statement.sql, &part.statement.values)?;
            for mut cells in found.rows {
                let values = cells.split_off(width);
                let row = answers
                    .rows
                    .entry(cells.clone())
                    .or_insert_with(|| figure::answers_of_nothing(&self.aggregates));
                let first = usize::from(part.by_customer_type);
                let customer_type = values.first().and_then(Value::text).filter(|_| first == 1);
                let whole = |at: usize| values.get(at).and_then(Value::int).map_or(0, i128::from);
                for (at, fed) in (first..).zip(&part.values) {
                    for index in fed {
                        match self.aggregates[*index] {
                            Aggregate::Sum(_, customers)
                                if first == 1 && !customers.include(customer_type) => {}
                            Aggregate::Median(..) | Aggregate::Statistic(..) => {
                                row[*index] = Answer { sum: whole(at), count: whole(at + 1) };
                            }
                            _ => row[*index].sum += whole(at),
                        }
                    }
                }
                if let Some(name) =
                    product.and(values.get(first + part.values.len())).and_then(Value::text)
                    && let Some(code) = product.and_then(|at| cells.get(at))
                {
                    answers.names.insert(code.clone(), name.to_owned());
                }
            }
        }
        Ok(())
    }

    fn sums(&self, wanted: &[Aggregate], answers: &Answers) -> Vec<i128> {
        let of = |one: &Aggregate| {
            let at = self.aggregates.iter().position(|known| known == one);
            at.map_or(0, |at| answers.totals[at].sum)
        };
        wanted.iter().map(of).collect()
    }

    fn cells(&self, answers: &[Answer]) -> Vec<Cell> {
        self.figures.iter().map(|(metric, figure)| figure.cell(metric, answers)).collect()
    }

    fn previous_cells(&self, answers: &[Answer]) -> Vec<Cell> {
        let cells = self.figures.iter().map(|(metric, figure)| {
            if self.is_compared(metric) { figure.cell(metric, answers) } else { Cell::Null }
        });
        cells.collect()
    }

    /// The rows of the answer, in no order yet.
    fn rows(
        &self,
        current: &Answers,
        period: Period,
        previous: Option<(&Answers, Period)>,
    ) -> Vec<order::Keyed> {
        if self.query.by.is_empty() {
            return Vec::new();
        }
        let nothing = figure::answers_of_nothing(&self.aggregates);
        let mut keys: Vec<Key> = current.rows.keys().cloned().collect();
        keys.extend(self.filled(period));
        let shifted = previous.map(|(answers, days)| self.shifted(answers, period, days));
        if let Some(shifted) = &shifted {
            // What was sold before and no longer is has a row too, so that rows add up to both totals.
            keys.extend(shifted.rows.keys().cloned());
        }
        keys.sort_unstable();
        keys.dedup();
        let line_grain = self.task(period, true, None).grain() > Grain::Order;
        let idle = |rows: &BTreeMap<Key, Vec<Answer>>, key: &Key| {
            rows.get(key).is_none_or(|answers| answers.iter().all(|answer| answer.sum == 0))
        };
        // Whole-order amounts are of no product: without any of them their row says nothing.
        keys.retain(|key| {
            !(line_grain
                && key.iter().all(Value::is_null)
                && idle(&current.rows, key)
                && shifted.as_ref().is_none_or(|shifted| idle(&shifted.rows, key)))
        });
        keys.into_iter()
            .map(|key| {
                let values = current.rows.get(&key).unwrap_or(&nothing);
                let before = shifted.as_ref().map(|shifted| match shifted.rows.get(&key) {
                    Some(answers) => self.previous_cells(answers),
                    None if shifted.has_bucket(&key) => self.previous_cells(&nothing),
                    None => vec![Cell::Null; self.figures.len()],
                });
                let names = [Some(&current.names), previous.map(|(answers, _)| &answers.names)];
                order::Keyed {
                    row: Row {
                        keys: self.key_cells(&key, &names),
                        values: self.cells(values),
                        previous: before,
                    },
                    key,
                }
            })
            .collect()
    }

    fn key_cells(&self, key: &Key, names: &[Option<&HashMap<Value, String>>]) -> Vec<Cell> {
        let mut cells = Vec::new();
        for (dimension, value) in self.query.by.iter().zip(key) {
            let cell = match (dimension.kind, value) {
                (Kind::Cycle, Value::Int(number)) => Cell::Count(*number),
                _ => dimension.write(value, self.context).map_or(Cell::Null, Cell::Text),
            };
            cells.push(cell);
            if dimension.id == "product" {
                let name = names.iter().flatten().find_map(|names| names.get(value));
                cells.push(name.cloned().map_or(Cell::Null, Cell::Text));
            }
        }
        cells
    }

    /// Keys that are there even when nothing happened: the buckets of a period, when time is the only
    /// dimension.
    fn filled(&self, period: Period) -> Vec<Key> {
        match self.query.by.as_slice() {
            [only] => match only.kind {
                Kind::Time(bucket) => {
                    self.buckets(period, bucket).into_iter().map(|value| vec![value]).collect()
                }
                Kind::Cycle if only.id == "weekday" => {
                    (1..=7).map(|weekday| vec![Value::Int(weekday)]).collect()
                }
                Kind::Cycle => (0..24).map(|hour| vec![Value::Int(hour)]).collect(),
                _ => Vec::new(),
            },
            _ => Vec::new(),
        }
    }

    fn buckets(&self, period: Period, bucket: Bucket) -> Vec<Value> {
        let zone = zone_of(self.scope.shops.first().copied());
        calendar::buckets(period, bucket, self.context.week_start, &zone)
    }

    /// The comparison's answers under the current period's keys: the first bucket meets the first.
    fn shifted(&self, answers: &Answers, period: Period, days: Period) -> Shifted {
        let times: Vec<Option<HashMap<Value, Value>>> = self
            .query
            .by
            .iter()
            .map(|by| {
                let bucket = by.bucket()?;
                let now = self.buckets(period, bucket);
                Some(self.buckets(days, bucket).into_iter().zip(now).collect())
            })
            .collect();
        let mut rows = BTreeMap::new();
        for (key, answer) in &answers.rows {
            let moved: Option<Key> = key
                .iter()
                .zip(&times)
                .map(|(value, times)| match times {
                    Some(times) => times.get(value).cloned(),
                    None => Some(value.clone()),
                })
                .collect();
            if let Some(moved) = moved {
                rows.insert(moved, answer.clone());
            }
        }
        let met = times
            .into_iter()
            .map(|times| times.map(|times| times.into_values().collect()))
            .collect();
        Shifted { rows, met }
    }

    fn incomplete(
        &self,
        snapshot: &Snapshot,
        period: Period,
    ) -> Result<Option<Incomplete>, MetricsError> {
        let any =
            |test: &dyn Fn(&Figure) -> bool| self.figures.iter().any(|(_, figure)| test(figure));
        let rate = !self.scope.foreign.is_empty()
            && any(&|figure| figure::is_money(&self.aggregates, figure));
        let tax = self.scope.total_only
            && any(&|figure| figure::is_without_tax(&self.aggregates, figure));
        let on_ledger = self.aggregates.iter().any(|aggregate| aggregate.base() == Base::Ledger);
        let history_from =
            self.context.history_from(&self.scope.shops).filter(|_| self.by_history());
        let told = |incomplete: Incomplete| {
            Some(incomplete).filter(|incomplete| *incomplete != Incomplete::default())
        };
        if !(on_ledger && (rate || tax)) {
            return Ok(told(Incomplete { history_from, ..Incomplete::default() }));
        }
        let statement = self.task(period, false, None).incomplete()?;
        let found = snapshot.query(&statement.sql, &statement.values)?;
        let count = |asked: bool, at: usize| {
            let cell = found.rows.first().and_then(|cells| cells.get(at));
            if asked { cell.and_then(Value::int).unwrap_or(0) } else { 0 }
        };
        Ok(told(Incomplete {
            orders_without_rate: count(rate, 0),
            orders_without_tax: count(tax, 1),
            history_from,
        }))
    }

    /// Whether some figure depends on orders before the period.
    fn by_history(&self) -> bool {
        self.query.metrics.iter().any(|metric| metric.formula.by_history())
            || self.query.by.iter().any(|by| by.by_history())
            || self.query.filters.iter().any(|filter| filter.dimension.by_history())
    }
}

/// A comparison's answers under the keys of the current period.
struct Shifted {
    rows: BTreeMap<Key, Vec<Answer>>,
    /// For each dimension of time, the current buckets that meet one of the comparison.
    met: Vec<Option<std::collections::HashSet<Value>>>,
}

impl Shifted {
    fn has_bucket(&self, key: &Key) -> bool {
        key.iter()
            .zip(&self.met)
            .all(|(value, met)| met.as_ref().is_none_or(|met| met.contains(value)))
    }
}
