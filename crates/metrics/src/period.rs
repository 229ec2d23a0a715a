//! Periods and what they are compared with, as a person chooses them and as days.

use jiff::Span;
use jiff::civil::{Date, Weekday};

use crate::calendar::{self, Bucket, days_between};

/// Days, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    pub from: Date,
    pub to: Date,
}

impl Period {
    pub fn days(self) -> i64 {
        days_between(self.from, self.to)
    }

    /// The granularity that suits its length.
    pub fn bucket(self) -> Bucket {
        Bucket::for_days(self.days())
    }

    fn shifted(self, days: i64) -> Self {
        Self { from: plus(self.from, days), to: plus(self.to, days) }
    }
}

/// A period as it is chosen: it moves with the calendar, unless it is given by its days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    Today,
    Yesterday,
    /// So many days, today included.
    Last(u16),
    /// The unit that holds today, up to today.
    This(Bucket),
    /// The whole unit before it.
    Previous(Bucket),
    /// Twelve months, today included.
    TwelveMonths,
    /// From the first to the last day with an order or a refund.
    All,
    Days(Period),
}

/// The presets, by their ids in addresses.
pub const PRESETS: &[(&str, Choice)] = &[
    ("today", Choice::Today),
    ("yesterday", Choice::Yesterday),
    ("7d", Choice::Last(7)),
    ("28d", Choice::Last(28)),
    ("30d", Choice::Last(30)),
    ("90d", Choice::Last(90)),
    ("this_week", Choice::This(Bucket::Week)),
    ("last_week", Choice::Previous(Bucket::Week)),
    ("this_month", Choice::This(Bucket::Month)),
    ("last_month", Choice::Previous(Bucket::Month)),
    ("this_quarter", Choice::This(Bucket::Quarter)),
    ("last_quarter", Choice::Previous(Bucket::Quarter)),
    ("this_year", Choice::This(Bucket::Year)),
    ("last_year", Choice::Previous(Bucket::Year)),
    ("12m", Choice::TwelveMonths),
    ("all", Choice::All),
];

impl Choice {
    /// The preset of that id.
    pub fn preset(id: &str) -> Option<Self> {
        PRESETS.iter().find(|(known, _)| *known == id).map(|(_, choice)| *choice)
    }

    /// The id of a preset; `None` for a period given by its days.
    pub fn id(self) -> Option<&'static str> {
        PRESETS.iter().find(|(_, choice)| *choice == self).map(|(id, _)| *id)
    }

    /// The days it means on a given day. `all` is the range of the data.
    pub fn days(self, today: Date, week_start: Weekday, all: Option<Period>) -> Period {
        match self {
            Self::Today => Period { from: today, to: today },
            Self::Yesterday => Period { from: today, to: today }.shifted(-1),
            Self::Last(days) => Period { from: plus(today, 1 - i64::from(days)), to: today },
            Self::This(unit) => {
                Period { from: calendar::start_of(today, unit, week_start), to: today }
            }
            Self::Previous(unit) => {
                unit_before(calendar::start_of(today, unit, week_start), unit, week_start)
            }
            Self::TwelveMonths => {
                Period { from: plus(today.saturating_sub(Span::new().years(1)), 1), to: today }
            }
            Self::All => all.unwrap_or(Period { from: today, to: today }),
            Self::Days(period) => period,
        }
    }

    /// The calendar unit it stands for, if any.
    fn unit(self) -> Option<Bucket> {
        match self {
            Self::Today | Self::Yesterday => Some(Bucket::Day),
            Self::This(unit) | Self::Previous(unit) => Some(unit),
            _ => None,
        }
    }
}

/// With what a period is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Comparison {
    #[default]
    None,
    /// The unit before, cut at the same elapsed day; else as many days before.
    Previous,
    /// The same dates a year earlier (29 February: the 28th).
    Year,
    /// 364 days earlier, so that weekdays meet.
    YearWeekday,
    Days(Period),
}

impl Comparison {
    /// The days it means for a period.
    pub fn days(self, choice: Choice, period: Period, week_start: Weekday) -> Option<Period> {
        match self {
            Self::None => None,
            Self::Previous => Some(match choice.unit() {
                Some(unit) => {
                    let before = unit_before(period.from, unit, week_start);
                    let whole = unit_from(period.from, unit);
                    if period == whole && matches!(choice, Choice::Previous(_)) {
                        before
                    } else {
                        let to = plus(before.from, period.days() - 1).min(before.to);
                        Period { from: before.from, to }
                    }
                }
                None => period.shifted(-period.days()),
            }),
            Self::Year => {
                let earlier = |day: Date| day.saturating_sub(Span::new().years(1));
                Some(Period { from: earlier(period.from), to: earlier(period.to) })
            }
            Self::YearWeekday => Some(period.shifted(-364)),
            Self::Days(period) => Some(period),
        }
    }
}

/// The whole unit that starts on a day.
fn unit_from(start: Date, unit: Bucket) -> Period {
    Period { from: start, to: plus(calendar::next(start, unit), -1) }
}

/// The whole unit before the one that starts on a day.
fn unit_before(start: Date, unit: Bucket, week_start: Weekday) -> Period {
    let last = plus(start, -1);
    Period { from: calendar::start_of(last, unit, week_start), to: last }
}

fn plus(day: Date, days: i64) -> Date {
    day.saturating_add(Span::new().days(days))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    const MONDAY: Weekday = Weekday::Monday;

    fn check(id: &str, today: Date, period: (Date, Date), before: (Date, Date)) {
        let choice = Choice::preset(id).unwrap();
        let days = choice.days(today, MONDAY, None);
        assert_eq!((days.from, days.to), period, "{id}");
        let previous = Comparison::Previous.days(choice, days, MONDAY).unwrap();
        assert_eq!((previous.from, previous.to), before, "{id}, compared");
    }

    #[test]
    fn every_preset_and_what_it_is_compared_with() {
        // Saturday 21 November 2026.
        let today = date(2026, 11, 21);
        let day = |month, day| date(2026, month, day);
        check("today", today, (today, today), (day(11, 20), day(11, 20)));
        check("yesterday", today, (day(11, 20), day(11, 20)), (day(11, 19), day(11, 19)));
        check("7d", today, (day(11, 15), today), (day(11, 8), day(11, 14)));
        check("28d", today, (day(10, 25), today), (day(9, 27), day(10, 24)));
        check("30d", today, (day(10, 23), today), (day(9, 23), day(10, 22)));
        check("90d", today, (day(8, 24), today), (day(5, 26), day(8, 23)));
        check("this_week", today, (day(11, 16), today), (day(11, 9), day(11, 14)));
        check("last_week", today, (day(11, 9), day(11, 15)), (day(11, 2), day(11, 8)));
        check("this_month", today, (day(11, 1), today), (day(10, 1), day(10, 21)));
        check("last_month", today, (day(10, 1), day(10, 31)), (day(9, 1), day(9, 30)));
        check("this_quarter", today, (day(10, 1), today), (day(7, 1), day(8, 21)));
        check("last_quarter", today, (day(7, 1), day(9, 30)), (day(4, 1), day(6, 30)));
        check("this_year", today, (day(1, 1), today), (date(2025, 1, 1), date(2025, 11, 21)));
        check(
            "last_year",
            today,
            (date(2025, 1, 1), date(2025, 12, 31)),
            (date(2024, 1, 1), date(2024, 12, 31)),
        );
        check("12m", today, (date(2025, 11, 22), today), (date(2024, 11, 22), date(2025, 11, 21)));
    }

    #[test]
    fn a_longer_month_is_compared_with_the_whole_shorter_one() {
        let end_of_march = date(2026, 3, 31);
        check(
            "this_month",
            end_of_march,
            (date(2026, 3, 1), end_of_march),
            (date(2026, 2, 1), date(2026, 2, 28)),
        );
        // On the last day of a short month the longer one before is still cut.
        let end_of_november = date(2026, 11, 30);
        check(
            "this_month",
            end_of_november,
            (date(2026, 11, 1), end_of_november),
            (date(2026, 10, 1), date(2026, 10, 30)),
        );
    }

    #[test]
    fn a_year_earlier_by_date_and_by_weekday() {
        let leap = Period { from: date(2024, 2, 29), to: date(2024, 3, 6) };
        let choice = Choice::Days(leap);
        let year = Comparison::Year.days(choice, leap, MONDAY).unwrap();
        assert_eq!((year.from, year.to), (date(2023, 2, 28), date(2023, 3, 6)));
        let weekday = Comparison::YearWeekday.days(choice, leap, MONDAY).unwrap();
        assert_eq!(weekday.from.weekday(), leap.from.weekday());
        assert_eq!(weekday.from, date(2023, 3, 2));
    }

    #[test]
    fn custom_days_are_compared_with_as_many_days_before() {
        let january = Period { from: date(2011, 1, 1), to: date(2011, 1, 31) };
        let before = Comparison::Previous.days(Choice::Days(january), january, MONDAY).unwrap();
        assert_eq!((before.from, before.to), (date(2010, 12, 1), date(2010, 12, 31)));
    }

    #[test]
    fn weeks_that_start_on_sunday() {
        let saturday = date(2026, 11, 21);
        let week = Choice::This(Bucket::Week).days(saturday, Weekday::Sunday, None);
        assert_eq!((week.from, week.to), (date(2026, 11, 15), saturday));
    }
}
