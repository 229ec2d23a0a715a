//! Cohorts (M21, S216, S227): customers by what their first counted order was like, and what they did
//! in the months or weeks after it; and the same orders by their rank, over the calendar.
//!
//! A customer is a person in one shop, as everywhere where ranks matter. Amounts go by the date of
//! their order, also those of refunds: a refund without a known order goes by its own day, and one
//! before the first order belongs to no cell.

use std::collections::{BTreeMap, HashMap};

use comptoir_model::Currency;
use comptoir_store::{Snapshot, Value};
use jiff::civil::Date;
use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::calendar::{self, Bucket};
use crate::context::Context;
use crate::period::Period;
use crate::query::{Own, Query, QueryError, split};
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::table::{Cell, CellOf};

mod members;
mod statements;

pub use members::{Member, members};
use statements::Statements;

/// Parameters of an analysis of cohorts alone.
pub const OWN: [&str; 4] = ["cohort", "layout", "step", "measure"];
/// Those it shares with queries.
pub const SHARED: [&str; 7] = ["shop", "from", "to", "period", "profile", "date", "currency"];

/// By what of their first order customers are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    Month,
    /// The dearest line after discounts; equal ones by reference.
    Product,
    Coupon,
    Source,
    Campaign,
    Country,
}

impl By {
    pub const ALL: [Self; 6] =
        [Self::Month, Self::Product, Self::Coupon, Self::Source, Self::Campaign, Self::Country];

    pub fn id(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::Product => "product",
            Self::Coupon => "coupon",
            Self::Source => "source",
            Self::Campaign => "campaign",
            Self::Country => "country",
        }
    }
}

/// What the columns are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Steps since the first order.
    Age,
    /// Steps of the calendar; rows are the first, second, third… order.
    Rank,
}

/// How time is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Month,
    /// Thirty days of age.
    ThirtyDays,
    Week,
}

impl Step {
    pub const ALL: [Self; 3] = [Self::Month, Self::ThirtyDays, Self::Week];

    pub fn id(self) -> &'static str {
        match self {
            Self::Month => "month",
            Self::ThirtyDays => "30d",
            Self::Week => "week",
        }
    }

    /// The bucket of the calendar; ages of thirty days have none.
    fn bucket(self) -> Option<Bucket> {
        match self {
            Self::Month => Some(Bucket::Month),
            Self::Week => Some(Bucket::Week),
            Self::ThirtyDays => None,
        }
    }
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    Customers,
    /// Of the cohort; by rank: of the buyers of that step.
    Share,
    Revenue,
    CumulativeRevenuePerCustomer,
}

impl Measure {
    pub const ALL: [Self; 4] =
        [Self::Customers, Self::Share, Self::Revenue, Self::CumulativeRevenuePerCustomer];

    pub fn id(self) -> &'static str {
        match self {
            Self::Customers => "customers",
            Self::Share => "share",
            Self::Revenue => "revenue",
            Self::CumulativeRevenuePerCustomer => "cumulative_revenue_per_customer",
        }
    }

    fn of_amounts(self) -> bool {
        matches!(self, Self::Revenue | Self::CumulativeRevenuePerCustomer)
    }
}

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// Shop, period, profile, date, currency.
    pub query: Query,
    pub by: By,
    pub layout: Layout,
    pub step: Step,
    pub measure: Measure,
}

/// The answer: one row per cohort, or per rank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cohorts {
    pub rows: Vec<Row>,
    /// First days of the columns, by rank; empty by age.
    pub steps: Vec<Date>,
    /// All rows together: what each row is to be compared with.
    pub all: Row,
    pub currency: Currency,
    /// Days in which the first orders (by rank: the orders) lie.
    pub period: Period,
    /// The platform tells nothing older: who bought before is in the cohort of a later order.
    pub history_from: Option<Date>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Month, code, coupon…, rank; `None` is unknown.
    pub cohort: Option<String>,
    /// The product's name, when the cohort is one of products.
    pub name: Option<String>,
    pub size: i64,
    /// Members with a second order at any time.
    pub returned: i64,
    /// One per step up to the end of the data, then null.
    pub cells: Vec<Cell>,
}

impl Serialize for Cohorts {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        struct RowOf<'r>(&'r Row, Currency);
        impl Serialize for RowOf<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                let cells: Vec<CellOf> =
                    self.0.cells.iter().map(|cell| CellOf(cell, self.1)).collect();
                let mut map = serializer.serialize_map(Some(3))?;
                map.serialize_entry("cohort", &self.0.cohort)?;
                map.serialize_entry("size", &self.0.size)?;
                map.serialize_entry("cells", &cells)?;
                map.end()
            }
        }
        let rows: Vec<RowOf> = self.rows.iter().map(|row| RowOf(row, self.currency)).collect();
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("rows", &rows)?;
        if let Some(day) = self.history_from {
            map.serialize_entry("history_from", &day.to_string())?;
        }
        map.end()
    }
}

impl Asked {
    /// Reads the part of an address after `?`. Without a period it is all history.
    pub fn parse(text: &str, context: &Context) -> Result<Self, QueryError> {
        let (own, query) = split(text, &OWN, &SHARED, context)?;
        Self::of(&own, query)
    }

    /// Completes a query with an analysis' own parameters.
    pub fn of(own: &Own, query: Query) -> Result<Self, QueryError> {
        let by = own.word("cohort", &By::ALL.map(By::id))?;
        let step = own.word("step", &Step::ALL.map(Step::id))?;
        let measure = own.word("measure", &Measure::ALL.map(Measure::id))?;
        let layout = match own.word("layout", &["age", "rank"])? {
            "rank" => Layout::Rank,
            _ => Layout::Age,
        };
        let asked = Self {
            query,
            by: By::ALL.into_iter().find(|known| known.id() == by).unwrap_or(By::Month),
            layout,
            step: Step::ALL.into_iter().find(|known| known.id() == step).unwrap_or(Step::Month),
            measure: Measure::ALL
                .into_iter()
                .find(|known| known.id() == measure)
                .unwrap_or(Measure::Customers),
        };
        if layout == Layout::Rank {
            asked.fits_ranks()?;
        }
        Ok(asked)
    }

    /// Ranks are laid out over the calendar: they have neither cohorts nor ages.
    fn fits_ranks(&self) -> Result<(), QueryError> {
        let refuse = |parameter: &str, value: &str, reason: &str, nearest: &str| {
            Err(QueryError::new(parameter, value, reason).with_nearest(Some(nearest.to_owned())))
        };
        if self.by != By::Month {
            return refuse(
                "cohort",
                self.by.id(),
                "with layout=rank rows are ranks, not cohorts",
                "month",
            );
        }
        if self.step == Step::ThirtyDays {
            return refuse("step", "30d", "with layout=rank columns are weeks or months", "month");
        }
        if self.measure == Measure::CumulativeRevenuePerCustomer {
            let reason = "with layout=rank use customers, share or revenue";
            return refuse("measure", self.measure.id(), reason, "revenue");
        }
        Ok(())
    }
}

/// Answers the part of an address after `?`.
pub fn answer(snapshot: &Snapshot, text: &str, context: &Context) -> Result<Cohorts, MetricsError> {
    run(snapshot, &Asked::parse(text, context)?, context)
}

/// Works the cohorts out.
pub fn run(snapshot: &Snapshot, asked: &Asked, context: &Context) -> Result<Cohorts, MetricsError> {
    let context = &*context.seen_from(asked.query.shop.as_deref());
    let scope = Scope::of(&asked.query, context);
    let period = asked.query.days(context);
    let mut work = Work { snapshot, asked, context, scope, period, end: period.to };
    let last = work.query(&work.statements().last())?;
    if let Some(day) = last.first().and_then(|cells| cells.first()).and_then(Value::date) {
        work.end = day;
    }
    match asked.layout {
        Layout::Age => work.by_age(),
        Layout::Rank => work.by_rank(),
    }
}

struct Work<'w> {
    snapshot: &'w Snapshot,
    asked: &'w Asked,
    context: &'w Context,
    scope: Scope<'w>,
    period: Period,
    /// The day of the last counted order: what comes later has not happened yet.
    end: Date,
}

/// A cohort as SQL counts it.
#[derive(Debug, Clone, Default)]
struct Group {
    size: i64,
    first: Option<Date>,
    returned: i64,
    name: Option<String>,
    /// By step: customers, or minor units.
    values: HashMap<i64, i64>,
}

impl Work<'_> {
    fn statements(&self) -> Statements<'_> {
        Statements {
            scope: &self.scope,
            context: self.context,
            asked: self.asked,
            period: self.period,
        }
    }

    fn query(
        &self,
        statement: &crate::statement::Statement,
    ) -> Result<Vec<Vec<Value>>, MetricsError> {
        Ok(self.snapshot.query(&statement.sql, &statement.values)?.rows)
    }

    fn by_age(&self) -> Result<Cohorts, MetricsError> {
        let statements = self.statements();
        let mut groups: BTreeMap<Value, Group> = BTreeMap::new();
        for cells in self.query(&statements.sizes())? {
            let [key, size, first, returned, name] = cells.as_slice() else { continue };
            let size = size.int().unwrap_or(0);
            // Everybody orders in the first step; sums of money come with the others.
            let values = if self.asked.measure.of_amounts() {
                HashMap::new()
            } else {
                HashMap::from([(0, size)])
            };
            let group = Group {
                size,
                first: first.date(),
                returned: returned.int().unwrap_or(0),
                name: name.text().map(str::to_owned),
                values,
            };
            groups.insert(key.clone(), group);
        }
        let found = if self.asked.measure.of_amounts() {
            statements.amounts_by_age()?
        } else {
            vec![statements.customers_by_age()]
        };
        for statement in &found {
            for cells in self.query(statement)? {
                if let [key, step, value] = cells.as_slice()
                    && let (Some(group), Some(step)) = (groups.get_mut(key), step.int())
                {
                    *group.values.entry(step).or_insert(0) += value.int().unwrap_or(0);
                }
            }
        }
        let steps = |group: &Group| group.first.map_or(0, |first| self.steps_since(first));
        let width = groups.values().map(steps).max().unwrap_or(0);
        let all = self.together(&groups, width);
        let mut rows: Vec<Row> = groups
            .iter()
            .map(|(key, group)| Row {
                cohort: self.label(key),
                name: group.name.clone(),
                size: group.size,
                returned: group.returned,
                cells: self.cells(group, steps(group), width),
            })
            .collect();
        if self.asked.by != By::Month {
            rows.sort_by(|left, right| {
                right.size.cmp(&left.size).then_with(|| left.cohort.cmp(&right.cohort))
            });
        }
        Ok(Cohorts {
            rows,
            steps: Vec::new(),
            all,
            currency: self.scope.currency,
            period: self.period,
            history_from: self.context.history_from(&self.scope.shops),
        })
    }

    /// How many steps there are from a first order to the end of the data, its own included.
    fn steps_since(&self, first: Date) -> i64 {
        let last = self.end.max(first);
        let days = |from: Date, to: Date| calendar::days_between(from, to) - 1;
        match self.asked.step {
            Step::ThirtyDays => days(first, last) / 30 + 1,
            Step::Week => {
                let start = |day| calendar::start_of(day, Bucket::Week, self.context.week_start);
                days(start(first), start(last)) / 7 + 1
            }
            Step::Month => {
                let months = |day: Date| i64::from(day.year()) * 12 + i64::from(day.month());
                months(last) - months(first) + 1
            }
        }
    }

    fn cells(&self, group: &Group, steps: i64, width: i64) -> Vec<Cell> {
        let mut sum = 0_i64;
        (0..width)
            .map(|step| {
                if step >= steps {
                    return Cell::Null;
                }
                let value = group.values.get(&step).copied().unwrap_or(0);
                sum += value;
                self.cell(value, sum, group.size)
            })
            .collect()
    }

    fn cell(&self, value: i64, sum: i64, size: i64) -> Cell {
        match self.asked.measure {
            Measure::Customers => Cell::Count(value),
            Measure::Revenue => Cell::Money(value),
            Measure::Share => fraction(value, size),
            Measure::CumulativeRevenuePerCustomer => match size {
                0 => Cell::Null,
                size => {
                    let mean = comptoir_model::money::divide_half_even(sum.into(), size.into());
                    i64::try_from(mean).map_or(Cell::Null, Cell::Money)
                }
            },
        }
    }

    /// The shop's average: at each step, of the cohorts old enough to have reached it.
    fn together(&self, groups: &BTreeMap<Value, Group>, width: i64) -> Row {
        let size = groups.values().map(|group| group.size).sum();
        let returned = groups.values().map(|group| group.returned).sum();
        let mut per_customer = (0_i128, 1_i128);
        let cells = (0..width)
            .map(|step| {
                let reached = groups.values().filter(|group| {
                    group.first.is_some_and(|first| self.steps_since(first) > step)
                });
                let (mut value, mut size, mut cohorts) = (0_i64, 0_i64, 0_i64);
                for group in reached {
                    value += group.values.get(&step).copied().unwrap_or(0);
                    size += group.size;
                    cohorts += 1;
                }
                match self.asked.measure {
                    Measure::Share => fraction(value, size),
                    Measure::Customers => fraction(value, cohorts),
                    Measure::Revenue => money_mean(value.into(), cohorts.into()),
                    Measure::CumulativeRevenuePerCustomer if size > 0 => {
                        // Each step adds what the cohorts that reached it spent per member.
                        let (sum, of) = per_customer;
                        per_customer = reduced(
                            sum * i128::from(size) + i128::from(value) * of,
                            of * i128::from(size),
                        );
                        money_mean(per_customer.0, per_customer.1)
                    }
                    Measure::CumulativeRevenuePerCustomer => Cell::Null,
                }
            })
            .collect();
        Row { cohort: None, name: None, size, returned, cells }
    }

    fn by_rank(&self) -> Result<Cohorts, MetricsError> {
        let bucket = self.asked.step.bucket().unwrap_or(Bucket::Month);
        let last = self.end.min(self.period.to).max(self.period.from);
        let starts = |from: Date, to: Date| {
            let mut all = vec![calendar::start_of(from, bucket, self.context.week_start)];
            while let Some(next) = all.last().map(|day| calendar::next(*day, bucket))
                && next <= to
            {
                all.push(next);
            }
            all
        };
        let steps = starts(self.period.from, self.period.to);
        let observed = starts(self.period.from, last).len();
        let statements = self.statements();
        let mut ranks: BTreeMap<i64, Group> = BTreeMap::new();
        for cells in self.query(&statements.by_rank(bucket)?)? {
            let [place, day, customers, amount] = cells.as_slice() else { continue };
            let (Some(place), Some(day)) = (place.int(), day.date()) else { continue };
            let Some(step) = steps.iter().position(|start| *start == day) else { continue };
            let group = ranks.entry(place).or_default();
            group.size += customers.int().unwrap_or(0);
            let value = if self.asked.measure == Measure::Revenue { amount } else { customers };
            group.values.insert(i64::try_from(step).unwrap_or(0), value.int().unwrap_or(0));
        }
        let mut buyers: HashMap<Date, i64> = HashMap::new();
        if self.asked.measure == Measure::Share {
            for cells in self.query(&statements.buyers(bucket))? {
                if let [day, count] = cells.as_slice()
                    && let (Some(day), Some(count)) = (day.date(), count.int())
                {
                    buyers.insert(day, count);
                }
            }
        }
        let cells = |group: &Group| -> Vec<Cell> {
            (0_i64..)
                .zip(&steps)
                .enumerate()
                .map(|(at, (step, start))| {
                    if at >= observed {
                        return Cell::Null;
                    }
                    let value = group.values.get(&step).copied().unwrap_or(0);
                    match self.asked.measure {
                        Measure::Share => fraction(value, buyers.get(start).copied().unwrap_or(0)),
                        _ => self.cell(value, 0, 0),
                    }
                })
                .collect()
        };
        let whole = ranks.values().fold(Group::default(), |mut whole, group| {
            for (step, value) in &group.values {
                *whole.values.entry(*step).or_insert(0) += value;
            }
            whole.size += group.size;
            whole
        });
        Ok(Cohorts {
            rows: ranks
                .iter()
                .map(|(place, group)| Row {
                    cohort: Some(place.to_string()),
                    name: None,
                    size: group.size,
                    returned: 0,
                    cells: cells(group),
                })
                .collect(),
            all: Row {
                cohort: None,
                name: None,
                size: whole.size,
                returned: 0,
                cells: cells(&whole),
            },
            steps,
            currency: self.scope.currency,
            period: self.period,
            history_from: self.context.history_from(&self.scope.shops),
        })
    }

    fn label(&self, key: &Value) -> Option<String> {
        match (self.asked.by, key) {
            (By::Month, Value::Date(day)) => {
                Some(calendar::label(*day, Bucket::Month, self.context.week_start))
            }
            // No coupon is something known of an order, unlike no source.
            (By::Coupon, Value::Null) => Some("none".to_owned()),
            (_, Value::Text(text)) => Some(text.clone()),
            _ => None,
        }
    }
}

fn fraction(value: i64, of: i64) -> Cell {
    match of {
        0 => Cell::Null,
        of => Cell::Ratio { numerator: value.into(), denominator: of.into() },
    }
}

fn money_mean(sum: i128, of: i128) -> Cell {
    match of {
        0 => Cell::Null,
        of => i64::try_from(comptoir_model::money::divide_half_even(sum, of))
            .map_or(Cell::Null, Cell::Money),
    }
}

/// A sum of fractions stays exact as long as its terms fit; beyond that thousandths of a cent do.
fn reduced(numerator: i128, denominator: i128) -> (i128, i128) {
    const ENOUGH: i128 = 1 << 90;
    let (mut a, mut b) = (numerator.abs(), denominator);
    while b != 0 {
        (a, b) = (b, a % b);
    }
    let divisor = a.max(1);
    let (numerator, denominator) = (numerator / divisor, denominator / divisor);
    if denominator < ENOUGH && numerator.abs() < ENOUGH {
        return (numerator, denominator);
    }
    let scale = 1_000_000;
    (comptoir_model::money::divide_half_even(numerator, denominator / scale), scale)
}
