//! What is behind a figure: the orders, refunds and persons it is made of.
//!
//! The lists read the same relation as the figure, so re-adding a list gives the figure to the cent.
//! A ratio opens to two lists, a distinct count to one row per person, a median to the ordered rows
//! with the middle marked.

mod details;

use comptoir_model::Currency;
use comptoir_store::{Rows, Snapshot, Value};
use jiff::Timestamp;
use jiff::civil::DateTime;

use crate::check;
use crate::context::Context;
use crate::figure::{Aggregate, Answer, Figure};
use crate::formula::{Base, Column, Customers, Measure, Sample, Statistic, Term};
use crate::metric::Metric;
use crate::period::Period;
use crate::plan::{Task, signed_sum};
use crate::query::{Filter, Query, QueryError};
use crate::relation::narrow;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::{Bindings, Statement};
use crate::table::Cell;

/// The lists behind a figure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drill {
    pub metric: &'static Metric,
    pub period: Period,
    pub currency: Currency,
    /// The figure itself, worked out from the lists.
    pub figure: Cell,
    /// One list, or two for a ratio; none when the profile has no such figure.
    pub lists: Vec<List>,
}

/// Rows that add up to a figure, or to one half of a ratio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    pub role: Role,
    /// How many rows there are in all; `entries` holds one page of them.
    pub count: i64,
    /// The sum of all of them. For a median: the middle.
    pub total: Cell,
    pub entries: Vec<Entry>,
}

/// What a list is to its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Figure,
    Numerator,
    Denominator,
}

/// What a row is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    Order,
    Refund,
    Person,
    Visit,
    Cart,
}

/// One order, refund, person, visit or cart, and what it contributes. Texts come from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub subject: Subject,
    /// The store's own id of the subject.
    pub id: i64,
    pub shop: Option<String>,
    /// The platform's id; of a refund: the refund's.
    pub external_id: Option<String>,
    /// The number of the order (of a refund: of its order).
    pub number: Option<String>,
    pub at: Option<Timestamp>,
    /// The same in the shop's zone.
    pub local: Option<DateTime>,
    /// Name, else e-mail.
    pub who: Option<String>,
    pub status: Option<String>,
    /// What it adds to the list's total.
    pub amount: Cell,
    /// It is the middle of a median, or one of its two.
    pub is_middle: bool,
}

/// Which rows of a list to return.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    pub offset: usize,
    pub limit: usize,
}

/// A row before its details are known.
struct Found {
    subject: Subject,
    id: i64,
    at: Option<Timestamp>,
    amount: i64,
    is_middle: bool,
}

/// Opens a figure of a query. `bucket` narrows it to one row of the query's table: one filter per
/// dimension, with the row's key as its value.
pub fn drill(
    snapshot: &Snapshot,
    query: &Query,
    metric: &'static Metric,
    bucket: &[Filter],
    page: Page,
    context: &Context,
) -> Result<Drill, MetricsError> {
    let context = &*context.seen_from(query.shop.as_deref());
    let filters: Vec<Filter> = query.filters.iter().chain(bucket).cloned().collect();
    let narrowed = Query {
        metrics: vec![metric],
        by: Vec::new(),
        filters: filters.clone(),
        sort: None,
        limit: None,
        ..query.clone()
    };
    check::check(&narrowed, context)?;
    // The currency is the query's: a bucket of one currency does not change it.
    let scope = Scope::of(query, context);
    let mut aggregates = Vec::new();
    let figure = Figure::of(metric, scope.profile, &mut aggregates);
    let period = query.days(context);
    let task = Task { scope: &scope, context, by: &[], filters: &filters, period, orders: None };
    let opener = Opener { snapshot, task, aggregates, page };
    let mut lists = Vec::new();
    let mut value = Cell::Null;
    match &figure {
        Figure::None => {}
        Figure::Ratio(over, under) => {
            let (over, top) = opener.list(Role::Numerator, over)?;
            let (under, bottom) = opener.list(Role::Denominator, under)?;
            lists.extend([over, under]);
            let fraction = Figure::Ratio(
                Box::new(Figure::Sum(vec![(1, 0)])),
                Box::new(Figure::Sum(vec![(1, 1)])),
            );
            value = fraction.cell(metric, &[top, bottom]);
        }
        Figure::Sum(_) | Figure::Mean(_) => {
            let (list, answer) = opener.list(Role::Figure, &figure)?;
            let answers = [answer];
            let whole = match figure {
                Figure::Mean(_) => Figure::Mean(0),
                _ => Figure::Sum(vec![(1, 0)]),
            };
            value = whole.cell(metric, &answers);
            lists.push(List { total: value.clone(), ..list });
        }
    }
    Ok(Drill { metric, period, currency: scope.currency, figure: value, lists })
}

struct Opener<'q> {
    snapshot: &'q Snapshot,
    task: Task<'q>,
    aggregates: Vec<Aggregate>,
    page: Page,
}

impl Opener<'_> {
    /// A list and the exact sum of it (of a mean: how many rows; of a median: its middles).
    fn list(&self, role: Role, figure: &Figure) -> Result<(List, Answer), MetricsError> {
        let kinds: Vec<(i64, Aggregate)> = match figure {
            Figure::Sum(terms) => {
                terms.iter().map(|(sign, index)| (*sign, self.aggregates[*index])).collect()
            }
            Figure::Mean(index) => vec![(1, self.aggregates[*index])],
            Figure::None | Figure::Ratio(..) => Vec::new(),
        };
        let mut bindings = Bindings::default();
        let mut scale = 1;
        let mut mean = false;
        let (money, source) = match kinds.first() {
            Some((_, Aggregate::Statistic(statistic, sample, _, customers))) => {
                scale = sample.scale();
                mean = *statistic == Statistic::Mean;
                let money = *sample == Sample::CustomerRevenue;
                (money, self.sampled(*sample, *customers, *statistic, &mut bindings)?)
            }
            Some((_, Aggregate::Median(terms, customers))) => {
                (true, self.median(terms, *customers, &mut bindings)?)
            }
            Some((_, Aggregate::Persons(customers))) => {
                (false, self.persons(*customers, 1, &mut bindings)?)
            }
            Some((_, Aggregate::RepeatBuyers(customers))) => {
                (false, self.persons(*customers, 2, &mut bindings)?)
            }
            _ => {
                let terms: Vec<(i64, Column, Customers)> = kinds
                    .iter()
                    .filter_map(|(sign, kind)| match kind {
                        Aggregate::Sum(column, customers) => Some((*sign, *column, *customers)),
                        _ => None,
                    })
                    .collect();
                let money = terms.iter().any(|(_, column, _)| column.measure() == Measure::Amount);
                (money, self.events(&terms, &mut bindings)?)
            }
        };
        let (count, sum, middles) = self.whole(&source, &bindings)?;
        let found = self.page(&source, bindings)?;
        let cell = |value: i64| match (money, scale) {
            (true, _) => Cell::Money(value),
            (false, 1) => Cell::Count(value),
            (false, scale) => Cell::Ratio { numerator: value.into(), denominator: scale.into() },
        };
        let entries = details::entries(self.snapshot, self.task.context, found, &cell)?;
        let answer = match figure {
            Figure::Mean(_) if mean => {
                Answer { sum: sum.into(), count: i128::from(count) * i128::from(scale) }
            }
            Figure::Mean(_) => {
                Answer { sum: middles.sum, count: middles.count * i128::from(scale) }
            }
            _ => Answer { sum: i128::from(sum), count: 0 },
        };
        Ok((List { role, count, total: cell(sum), entries }, answer))
    }

    /// How many rows there are, what they add up to, and their middles.
    fn whole(
        &self,
        source: &Source,
        bindings: &Bindings,
    ) -> Result<(i64, i64, Answer), MetricsError> {
        let sql = format!(
            "{}SELECT count(*), sum(amount), sum(amount) FILTER (WHERE is_middle), count(*) FILTER (WHERE is_middle)\nFROM entries",
            source.with
        );
        let found = self.query(&bindings.statement(sql))?;
        let cell = |at: usize| found.rows.first().and_then(|cells| cells[at].int()).unwrap_or(0);
        Ok((cell(0), cell(1), Answer { sum: i128::from(cell(2)), count: i128::from(cell(3)) }))
    }

    fn page(&self, source: &Source, mut bindings: Bindings) -> Result<Vec<Found>, MetricsError> {
        let limit = bindings.bind(bounded(self.page.limit));
        let offset = bindings.bind(bounded(self.page.offset));
        let sql = format!(
            "{}SELECT order_id, refund_id, occurred_at, amount, is_middle\nFROM entries\nORDER BY {}\nLIMIT {limit} OFFSET {offset}",
            source.with, source.order
        );
        let found = self.query(&bindings.statement(sql))?;
        let rows = found.rows.iter().filter_map(|cells| {
            let [order, refund, at, amount, middle] = cells.as_slice() else { return None };
            // A reversal has the id of its order: there is no refund to show.
            let refund = refund.int().filter(|refund| order.int() != Some(*refund));
            let subject = if refund.is_none() { source.subject } else { Subject::Refund };
            Some(Found {
                subject,
                id: refund.or_else(|| order.int())?,
                at: at.instant(),
                amount: amount.int()?,
                is_middle: middle.int() == Some(1),
            })
        });
        Ok(rows.collect())
    }

    fn query(&self, statement: &Statement) -> Result<Rows, MetricsError> {
        Ok(self.snapshot.query(&statement.sql, &statement.values)?)
    }

    /// Orders and refunds with what each adds to a sum; visits and carts likewise.
    fn events(
        &self,
        terms: &[(i64, Column, Customers)],
        bindings: &mut Bindings,
    ) -> Result<Source, QueryError> {
        let base = terms.first().map_or(Base::Ledger, |(_, column, _)| column.base());
        let relation = self.task.relation(base, true, bindings)?;
        let amount = signed_sum(&relation, terms.iter().copied(), self.task.scope, bindings);
        let (order, refund, at, subject) = match base {
            Base::Ledger => ("m.order_id", "m.refund_id", "max(m.occurred_at)", Subject::Order),
            Base::Visits => ("m.rowid", "NULL::BIGINT", "max(m.started)", Subject::Visit),
            Base::Carts => ("m.cart_id", "NULL::BIGINT", "max(m.created)", Subject::Cart),
        };
        let entries = format!(
            "entries AS (\nSELECT {order} AS order_id, {refund} AS refund_id, {at} AS occurred_at, {amount} AS amount, false AS is_middle\n{}\nGROUP BY 1, 2\nHAVING {amount} <> 0\n)",
            relation.rows(),
        );
        Ok(Source {
            with: relation.with_clause(&[entries]),
            order: "occurred_at DESC, order_id DESC, refund_id DESC",
            subject,
        })
    }

    /// Persons with at least so many orders; each counts for one.
    fn persons(
        &self,
        customers: Customers,
        least: i64,
        bindings: &mut Bindings,
    ) -> Result<Source, QueryError> {
        let mut relation = self.task.relation(Base::Ledger, false, bindings)?;
        relation.conditions.push(relation.order_rows().to_owned());
        relation.conditions.push("m.person_id IS NOT NULL".to_owned());
        relation.conditions.extend(narrow(customers).map(str::to_owned));
        let least = bindings.bind(least);
        let entries = format!(
            "entries AS (\nSELECT m.person_id AS order_id, NULL::BIGINT AS refund_id, max(m.occurred_at) AS occurred_at, 1 AS amount, false AS is_middle\n{}\nGROUP BY 1\nHAVING count(DISTINCT m.order_id) >= {least}\n)",
            relation.rows(),
        );
        Ok(Source {
            with: relation.with_clause(&[entries]),
            order: "occurred_at DESC, order_id DESC",
            subject: Subject::Person,
        })
    }

    /// Orders by value, the middle marked.
    fn median(
        &self,
        terms: &[Term],
        customers: Customers,
        bindings: &mut Bindings,
    ) -> Result<Source, QueryError> {
        let (relation, values) = self.task.order_values(terms, customers, bindings)?;
        let placed = "ordered_values AS (
    SELECT order_id, amount, row_number() OVER (ORDER BY amount, order_id) AS place, count(*) OVER () AS places
    FROM order_values
)";
        let entries = "entries AS (
    SELECT order_id, NULL::BIGINT AS refund_id, NULL::TIMESTAMP AS occurred_at, amount,
           place IN ((places + 1) // 2, (places + 2) // 2) AS is_middle
    FROM ordered_values
)";
        Ok(Source {
            with: relation.with_clause(&[values, placed.to_owned(), entries.to_owned()]),
            order: "amount, order_id",
            subject: Subject::Order,
        })
    }

    /// The values of a sample, smallest first, the middle of a median marked.
    fn sampled(
        &self,
        sample: Sample,
        customers: Customers,
        statistic: Statistic,
        bindings: &mut Bindings,
    ) -> Result<Source, QueryError> {
        let (relation, mut tables) = self.task.sample(sample, customers, bindings)?;
        let middle = match statistic {
            Statistic::Mean => "false",
            Statistic::Median => "place IN ((places + 1) // 2, (places + 2) // 2)",
        };
        tables.push(format!(
            "entries AS (
    SELECT id AS order_id, NULL::BIGINT AS refund_id, NULL::TIMESTAMP AS occurred_at, amount, {middle} AS is_middle
    FROM (SELECT id, amount, row_number() OVER (ORDER BY amount, id) AS place, count(*) OVER () AS places
          FROM samples)
)"
        ));
        Ok(Source {
            with: relation.with_clause(&tables),
            order: "amount, order_id",
            subject: match sample {
                Sample::Gaps => Subject::Order,
                Sample::CustomerGaps | Sample::CustomerRevenue => Subject::Person,
            },
        })
    }
}

/// Where entries come from: `WITH …, entries AS (…)`.
struct Source {
    with: String,
    order: &'static str,
    subject: Subject,
}

fn bounded(number: usize) -> Value {
    Value::Int(i64::try_from(number).unwrap_or(i64::MAX))
}
