//! A figure added up day after day: the current year or month beside earlier ones (S121).
//!
//! Lines meet by their place in the calendar: 21 November beside 21 November, the 21st beside the 21st.
//! On 29 February the years that have none stand still.

use comptoir_model::Currency;
use comptoir_store::Snapshot;
use jiff::civil::{Date, date};
use jiff::{Span, ToSpan};

use crate::calendar::{self, Bucket};
use crate::context::Context;
use crate::dimension::dimension;
use crate::metric::Metric;
use crate::period::{Choice, Comparison, Period};
use crate::query::Query;
use crate::run::{MetricsError, run};

/// Years and months to look back from the current one.
const YEARS_BACK: [i64; 4] = [1, 2, 3, 4];
const MONTHS_BACK: [i64; 4] = [1, 2, 12, 24];

/// One year or month, added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Track {
    /// Its first day.
    pub start: Date,
    /// The sum so far at each slot, in minor units or counts; none where the day does not exist or is
    /// still to come.
    pub values: Vec<Option<i64>>,
    /// The data begin within it: it cannot be measured against.
    pub partial: bool,
}

/// Several years or months, added up along the same slots.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cumulative {
    pub currency: Currency,
    /// The days of the longest of the years or months: a slot each.
    pub slots: Vec<Date>,
    /// The slot of the last day of the current line.
    pub mark: usize,
    /// The current one first, then the others, newest first.
    pub tracks: Vec<Track>,
}

impl Cumulative {
    /// The sum of a line on the day where the current one ends.
    pub fn at_mark(&self, track: &Track) -> Option<i64> {
        track.values.get(self.mark).copied().flatten()
    }
}

/// Adds a metric up within the year or month of `until`, and within earlier ones. Those that ended
/// before the data begin are left out.
pub fn cumulative(
    snapshot: &Snapshot,
    query: &Query,
    metric: &'static Metric,
    unit: Bucket,
    until: Date,
    context: &Context,
) -> Result<Cumulative, MetricsError> {
    let own_rules = query.profile.is_none() && query.date.is_none();
    let first = context.range(&query.shops(context), own_rules).map(|range| range.from);
    let starts = starts(first, unit, until, context);
    let from = starts.iter().copied().min().unwrap_or(until);
    let daily = Query {
        metrics: vec![metric],
        by: dimension("day").into_iter().collect(),
        period: Choice::Days(Period { from, to: until }),
        comparison: Comparison::None,
        sort: None,
        limit: None,
        ..query.clone()
    };
    let table = run(snapshot, &daily, context)?;
    let amounts: Vec<Option<i64>> =
        table.rows.iter().map(|row| row.values.first().and_then(crate::Cell::whole)).collect();
    // Days are zero-filled, so the place of a day is its distance from the first.
    let on = |day: Date| -> Option<i64> {
        let place = calendar::days_between(from, day) - 1;
        amounts.get(usize::try_from(place).ok()?).copied().flatten()
    };
    let slots = slots(&starts, unit);
    let tracks = starts
        .iter()
        .map(|start| Track {
            start: *start,
            values: added_up(*start, unit, &slots, (first.unwrap_or(until), until), &on),
            partial: first.is_some_and(|first| *start < first),
        })
        .collect();
    let mark = slots.iter().position(|slot| same_place(*slot, until, unit)).unwrap_or(0);
    Ok(Cumulative { currency: table.currency, slots, mark, tracks })
}

fn starts(first: Option<Date>, unit: Bucket, until: Date, context: &Context) -> Vec<Date> {
    let current = calendar::start_of(until, unit, context.week_start);
    let earlier = |back: i64| match unit {
        Bucket::Year => current.saturating_sub(Span::new().years(back)),
        _ => current.saturating_sub(Span::new().months(back)),
    };
    let back = if unit == Bucket::Year { YEARS_BACK } else { MONTHS_BACK };
    let has_data = |start: &Date| first.is_some_and(|first| calendar::next(*start, unit) > first);
    std::iter::once(current).chain(back.into_iter().map(earlier).filter(has_data)).collect()
}

/// The days of the longest of the units.
fn slots(starts: &[Date], unit: Bucket) -> Vec<Date> {
    let length = |start: &Date| calendar::days_between(*start, calendar::next(*start, unit));
    let mut days = Vec::new();
    // The first of the longest is the newest: its days are the ones that a reader expects.
    let Some(longest) = starts.iter().rev().max_by_key(|start| length(start)) else { return days };
    let end = calendar::next(*longest, unit);
    let mut day = *longest;
    while day < end {
        days.push(day);
        day = day.saturating_add(1.day());
    }
    days
}

fn same_place(slot: Date, day: Date, unit: Bucket) -> bool {
    slot.day() == day.day() && (unit != Bucket::Year || slot.month() == day.month())
}

fn added_up(
    start: Date,
    unit: Bucket,
    slots: &[Date],
    (first, until): (Date, Date),
    on: &dyn Fn(Date) -> Option<i64>,
) -> Vec<Option<i64>> {
    let mut sum = 0;
    let mut known = false;
    slots
        .iter()
        .map(|slot| {
            let month = if unit == Bucket::Year { slot.month() } else { start.month() };
            match Date::new(start.year(), month, slot.day()) {
                Ok(day) if day < first || day > until => None,
                Ok(day) => {
                    let amount = on(day)?;
                    known = true;
                    sum += amount;
                    Some(sum)
                }
                // A year without 29 February stands still; a shorter month is over.
                Err(_) => (unit == Bucket::Year && known).then_some(sum),
            }
        })
        .collect()
}

/// What a slot is called when its own year does not matter.
pub fn slot_in(slot: Date, start: Date, unit: Bucket) -> Date {
    let month = if unit == Bucket::Year { slot.month() } else { start.month() };
    Date::new(start.year(), month, slot.day()).unwrap_or(date(start.year(), month, 28))
}
