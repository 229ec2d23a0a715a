//! Stretches of time: hours, days, weeks, months, quarters, years, in a shop's zone.
//!
//! Buckets are half-open. Days are civil days of the zone, so a day of a clock change has 23 or 25
//! hours; hours are instants, so the hour that happens twice in autumn is two buckets.

use comptoir_store::Value;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp, Unit};

use crate::period::Period;

/// A kind of time bucket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Bucket {
    Hour,
    Day,
    Week,
    Month,
    Quarter,
    Year,
}

impl Bucket {
    /// The id of its dimension.
    pub fn id(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// The bucket that suits a period of so many days.
    pub fn for_days(days: i64) -> Self {
        match days {
            ..=1 => Self::Hour,
            2..=31 => Self::Day,
            32..=92 => Self::Week,
            93..=730 => Self::Month,
            _ => Self::Quarter,
        }
    }

    /// The longest period, in days, that may be cut so finely.
    pub fn longest(self) -> Option<i64> {
        match self {
            Self::Hour => Some(92),
            Self::Day => Some(7305),
            _ => None,
        }
    }

    /// SQL that gives the first day of the bucket of a day (of an hour: the hour itself).
    pub(crate) fn expression(self, column: &str, week_start: Weekday) -> String {
        match self {
            Self::Hour | Self::Day => column.to_owned(),
            Self::Week => {
                // ISO weeks start on Monday; any other start is a shift there and back.
                match week_start.to_monday_zero_offset() {
                    0 => format!("CAST(date_trunc('week', {column}) AS DATE)"),
                    late => {
                        let shift = 7 - late;
                        format!("CAST(date_trunc('week', {column} + {shift}) AS DATE) - {shift}")
                    }
                }
            }
            Self::Month | Self::Quarter | Self::Year => {
                format!("CAST(date_trunc('{}', {column}) AS DATE)", self.id())
            }
        }
    }
}

/// The first day of the bucket that holds `day`.
pub fn start_of(day: Date, bucket: Bucket, week_start: Weekday) -> Date {
    match bucket {
        Bucket::Hour | Bucket::Day => day,
        Bucket::Week => day.saturating_sub(Span::new().days(day.weekday().since(week_start))),
        Bucket::Month => day.first_of_month(),
        Bucket::Quarter => {
            let month = (day.month() - 1) / 3 * 3 + 1;
            Date::new(day.year(), month, 1).unwrap_or(day)
        }
        Bucket::Year => day.first_of_year(),
    }
}

/// The first day of the bucket after the one that starts on `start`.
pub fn next(start: Date, bucket: Bucket) -> Date {
    start.saturating_add(match bucket {
        Bucket::Hour | Bucket::Day => Span::new().days(1),
        Bucket::Week => Span::new().weeks(1),
        Bucket::Month => Span::new().months(1),
        Bucket::Quarter => Span::new().months(3),
        Bucket::Year => Span::new().years(1),
    })
}

/// Every bucket of a period, in order, as the database would name it.
pub(crate) fn buckets(
    period: Period,
    bucket: Bucket,
    week_start: Weekday,
    zone: &TimeZone,
) -> Vec<Value> {
    if bucket == Bucket::Hour {
        return hours(period, zone).into_iter().map(Value::Instant).collect();
    }
    let mut found = Vec::new();
    let mut start = start_of(period.from, bucket, week_start);
    while start <= period.to {
        found.push(Value::Date(start));
        let following = next(start, bucket);
        if following <= start {
            break;
        }
        start = following;
    }
    found
}

/// The instants at which the local hours of a period begin.
fn hours(period: Period, zone: &TimeZone) -> Vec<Timestamp> {
    let midnight = |day: Date| zone.to_zoned(day.at(0, 0, 0, 0)).map(|zoned| zoned.timestamp());
    let (Ok(mut at), Ok(end)) = (midnight(period.from), midnight(next(period.to, Bucket::Day)))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    while at < end {
        found.push(at);
        // In a zone that moves by half an hour, an hour of that day begins off the beat.
        let Ok(following) = at.checked_add(SignedDuration::from_hours(1)) else { break };
        let late = i64::from(zone.to_datetime(following).minute());
        at = following.saturating_sub(SignedDuration::from_mins(late)).unwrap_or(following);
        if found.last().is_some_and(|last| *last >= at) {
            at = following;
        }
    }
    found
}

/// How a bucket is written: `2011-01-31`, `2011-W03`, `2011-01`, `2011-Q1`, `2011`. Weeks that do
/// not start on Monday have no ISO number and are written by their first day.
pub fn label(start: Date, bucket: Bucket, week_start: Weekday) -> String {
    match bucket {
        Bucket::Week if week_start == Weekday::Monday => {
            let week = start.iso_week_date();
            format!("{:04}-W{:02}", week.year(), week.week())
        }
        Bucket::Hour | Bucket::Day | Bucket::Week => start.to_string(),
        Bucket::Month => format!("{:04}-{:02}", start.year(), start.month()),
        Bucket::Quarter => format!("{:04}-Q{}", start.year(), (start.month() - 1) / 3 + 1),
        Bucket::Year => format!("{:04}", start.year()),
    }
}

/// An hour as RFC 3339 with the zone's offset at that instant.
pub fn hour_label(at: Timestamp, zone: &TimeZone) -> String {
    at.display_with_offset(zone.to_offset(at)).to_string()
}

/// Reads what [`label`] writes, as the first day of the bucket.
pub fn read_label(text: &str, bucket: Bucket, week_start: Weekday) -> Option<Date> {
    let number = |digits: &str, length: usize| {
        (digits.len() == length && digits.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| digits.parse::<i16>().ok())
            .flatten()
    };
    let split = |mark: &str| text.split_once(mark);
    let small = |number: i16| i8::try_from(number).ok();
    let day = match bucket {
        Bucket::Week if week_start == Weekday::Monday => {
            let (year, week) = split("-W")?;
            let (year, week) = (number(year, 4)?, small(number(week, 2)?)?);
            jiff::civil::ISOWeekDate::new(year, week, Weekday::Monday).ok()?.date()
        }
        Bucket::Hour | Bucket::Day | Bucket::Week => read_day(text)?,
        Bucket::Month => {
            let (year, month) = split("-")?;
            Date::new(number(year, 4)?, small(number(month, 2)?)?, 1).ok()?
        }
        Bucket::Quarter => {
            let (year, quarter) = split("-Q")?;
            let quarter = small(number(quarter, 1)?).filter(|quarter| (1..=4).contains(quarter))?;
            Date::new(number(year, 4)?, (quarter - 1) * 3 + 1, 1).ok()?
        }
        Bucket::Year => Date::new(number(text, 4)?, 1, 1).ok()?,
    };
    Some(day).filter(|day| start_of(*day, bucket, week_start) == *day)
}

/// Reads `2011-01-31` and nothing else.
pub(crate) fn read_day(text: &str) -> Option<Date> {
    let shape = text.len() == 10
        && text.bytes().enumerate().all(|(index, byte)| match index {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        });
    shape.then(|| text.parse().ok()).flatten()
}

/// Days from `from` to `to`, both included.
pub fn days_between(from: Date, to: Date) -> i64 {
    from.until((Unit::Day, to)).map_or(0, |span| i64::from(span.get_days())) + 1
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn count_hours(day: Date, zone: &str) -> usize {
        let zone = TimeZone::get(zone).unwrap();
        buckets(Period { from: day, to: day }, Bucket::Hour, Weekday::Monday, &zone).len()
    }

    #[test]
    fn granularity_follows_the_length_of_the_period() {
        let table = [
            (1, Bucket::Hour),
            (2, Bucket::Day),
            (31, Bucket::Day),
            (32, Bucket::Week),
            (92, Bucket::Week),
            (93, Bucket::Month),
            (730, Bucket::Month),
            (731, Bucket::Quarter),
        ];
        for (days, bucket) in table {
            assert_eq!(Bucket::for_days(days), bucket, "{days} days");
        }
    }

    #[test]
    fn a_day_of_a_clock_change_has_23_or_25_hours() {
        assert_eq!(count_hours(date(2026, 3, 29), "Europe/Paris"), 23);
        assert_eq!(count_hours(date(2026, 10, 25), "Europe/Paris"), 25);
        assert_eq!(count_hours(date(2026, 10, 24), "Europe/Paris"), 24);
        assert_eq!(count_hours(date(2026, 9, 27), "Pacific/Auckland"), 23);
        assert_eq!(count_hours(date(2026, 4, 5), "Pacific/Auckland"), 25);
        assert_eq!(count_hours(date(2026, 4, 5), "Asia/Kolkata"), 24);
    }

    #[test]
    fn the_hour_that_happens_twice_is_told_apart_by_its_offset() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let labels: Vec<String> =
            hours(Period { from: date(2026, 10, 25), to: date(2026, 10, 25) }, &zone)
                .into_iter()
                .map(|at| hour_label(at, &zone))
                .collect();
        assert_eq!(labels[0], "2026-10-25T00:00:00+02:00");
        assert_eq!(labels[2], "2026-10-25T02:00:00+02:00");
        assert_eq!(labels[3], "2026-10-25T02:00:00+01:00");
        assert_eq!(labels[24], "2026-10-25T23:00:00+01:00");
    }

    #[test]
    fn weeks_start_on_monday_or_sunday() {
        // 2026-11-21 is a Saturday.
        let day = date(2026, 11, 21);
        assert_eq!(start_of(day, Bucket::Week, Weekday::Monday), date(2026, 11, 16));
        assert_eq!(start_of(day, Bucket::Week, Weekday::Sunday), date(2026, 11, 15));
        let sunday = date(2026, 11, 22);
        assert_eq!(start_of(sunday, Bucket::Week, Weekday::Monday), date(2026, 11, 16));
        assert_eq!(start_of(sunday, Bucket::Week, Weekday::Sunday), sunday);
    }

    #[test]
    fn years_of_53_weeks_and_weeks_that_belong_to_another_year() {
        let monday = |day: Date| {
            label(start_of(day, Bucket::Week, Weekday::Monday), Bucket::Week, Weekday::Monday)
        };
        assert_eq!(monday(date(2020, 12, 31)), "2020-W53");
        assert_eq!(monday(date(2021, 1, 3)), "2020-W53");
        assert_eq!(monday(date(2021, 1, 4)), "2021-W01");
        assert_eq!(monday(date(2011, 1, 1)), "2010-W52");
        assert_eq!(monday(date(2011, 1, 17)), "2011-W03");
        assert_eq!(label(date(2020, 12, 27), Bucket::Week, Weekday::Sunday), "2020-12-27");
    }

    #[test]
    fn labels_are_read_back_and_nothing_else_is() {
        let monday = Weekday::Monday;
        for (bucket, text) in [
            (Bucket::Day, "2024-02-29"),
            (Bucket::Week, "2020-W53"),
            (Bucket::Month, "2011-01"),
            (Bucket::Quarter, "2011-Q4"),
            (Bucket::Year, "2011"),
        ] {
            let start = read_label(text, bucket, monday).unwrap();
            assert_eq!(label(start, bucket, monday), text);
        }
        for (bucket, text) in [
            (Bucket::Day, "2023-02-29"),
            (Bucket::Day, "2023-2-1"),
            (Bucket::Week, "2021-W53"),
            (Bucket::Month, "2011-13"),
            (Bucket::Quarter, "2011-Q5"),
            (Bucket::Year, "11"),
            (Bucket::Year, "+201"),
        ] {
            assert_eq!(read_label(text, bucket, monday), None, "{text}");
        }
    }
}
