//! When a French farm shop sells: weekdays, months, public holidays, sales and the run to Christmas.

use jiff::civil::{Date, Weekday, date};

/// Expected orders on a day, in thousandths; `day` counts from the first day of history.
pub fn demand(day: i64, on: Date) -> i64 {
    let base = 18_700 + 22 * day.min(1100) + 2 * (day - 365).max(0);
    base * weekday(on) / 1000 * month(on) / 1000 * event(on) / 1000
}

/// The second of the day of an order, evenings and lunch breaks first.
pub fn second_of_day(rng: &mut fastrand::Rng) -> i64 {
    const HOURS: [u32; 24] =
        [2, 1, 1, 1, 1, 3, 8, 18, 30, 42, 48, 45, 50, 40, 36, 38, 42, 52, 62, 66, 70, 58, 34, 12];
    let total: u32 = HOURS.iter().sum();
    let mut left = rng.u32(..total);
    let mut hour = 0;
    for weight in HOURS {
        if left < weight {
            break;
        }
        left -= weight;
        hour += 1;
    }
    hour * 3600 + rng.i64(0..3600)
}

/// The winter and summer sales: four weeks from the second Wednesday of January (the first when
/// that falls after the 12th) and from the last Wednesday of June (the one before after the 28th).
pub fn sales(on: Date) -> bool {
    let from = |start: Date| on >= start && (on - start).get_days() < 28;
    winter_sales(on.year()).is_some_and(from) || summer_sales(on.year()).is_some_and(from)
}

fn winter_sales(year: i16) -> Option<Date> {
    let second = date(year, 1, 1).nth_weekday_of_month(2, Weekday::Wednesday).ok()?;
    if second.day() > 12 {
        return date(year, 1, 1).nth_weekday_of_month(1, Weekday::Wednesday).ok();
    }
    Some(second)
}

fn summer_sales(year: i16) -> Option<Date> {
    let last = date(year, 6, 1).nth_weekday_of_month(-1, Weekday::Wednesday).ok()?;
    if last.day() > 28 { last.nth_weekday(-1, Weekday::Wednesday).ok() } else { Some(last) }
}

/// Black Friday (the day after the fourth Thursday of November) and its week-end.
pub fn black_friday(on: Date) -> bool {
    date(on.year(), 11, 1)
        .nth_weekday_of_month(4, Weekday::Thursday)
        .is_ok_and(|thursday| (1..=3).contains(&(on - thursday).get_days()))
}

/// Easter Sunday of a year in the Gregorian calendar (Meeus, Jones and Butcher).
pub fn easter(year: i16) -> Date {
    let full = i32::from(year);
    let (golden, century, rest) = (full % 19, full / 100, full % 100);
    let skipped = century - century / 4 - (century - (century + 8) / 25 + 1) / 3;
    let epact = (19 * golden + skipped + 15) % 30;
    let weekday = (32 + 2 * (century % 4) + 2 * (rest / 4) - epact - rest % 4) % 7;
    let late = (golden + 11 * epact + 22 * weekday) / 451;
    let sum = epact + weekday - 7 * late + 114;
    let (month, day) = (i8::try_from(sum / 31), i8::try_from(sum % 31 + 1));
    date(year, month.unwrap_or(4), day.unwrap_or(1))
}

/// The eleven public holidays of metropolitan France.
pub fn public_holiday(on: Date) -> bool {
    let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
    // Easter Monday, Ascension, Whit Monday.
    let moving = [1, 39, 50];
    fixed.contains(&(on.month(), on.day())) || moving.contains(&(on - easter(on.year())).get_days())
}

fn weekday(on: Date) -> i64 {
    match on.weekday() {
        Weekday::Monday => 950,
        Weekday::Tuesday => 900,
        Weekday::Wednesday | Weekday::Saturday => 1000,
        Weekday::Thursday => 1150,
        Weekday::Friday => 1250,
        Weekday::Sunday => 750,
    }
}

fn month(on: Date) -> i64 {
    match on.month() {
        1 | 7 => 900,
        2 => 920,
        3 => 980,
        8 => 650,
        10 => 1080,
        11 => 1130,
        12 => 1250,
        _ => 1050,
    }
}

fn event(on: Date) -> i64 {
    let to_easter = (easter(on.year()) - on).get_days();
    if public_holiday(on) {
        550
    } else if black_friday(on) {
        1900
    } else if on.month() == 12 && (8..=21).contains(&on.day()) {
        1450
    } else if (on.month() == 12 && on.day() > 23) || (on.month() == 1 && on.day() < 4) {
        600
    } else if (2..=8).contains(&to_easter) {
        1350
    } else if sales(on) {
        1120
    } else {
        1000
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_and_what_follows_from_it() {
        // From the tables of the Institut de mécanique céleste.
        for (year, month, day) in [(2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28)] {
            assert_eq!(easter(year), date(year, month, day));
        }
        assert!(public_holiday(date(2026, 5, 14)), "Ascension");
        assert!(public_holiday(date(2026, 5, 25)), "Whit Monday");
        assert!(!public_holiday(date(2026, 5, 26)));
    }

    #[test]
    fn sales_and_black_friday_fall_on_their_legal_days() {
        // Winter 2025: 8 January; winter 2026: 7 January (14 is after the 12th); summer 2025: 25 June.
        for (first, before) in [
            (date(2025, 1, 8), date(2025, 1, 7)),
            (date(2026, 1, 7), date(2026, 1, 6)),
            (date(2025, 6, 25), date(2025, 6, 24)),
        ] {
            assert!(sales(first) && !sales(before), "{first}");
        }
        assert!(black_friday(date(2025, 11, 28)) && black_friday(date(2025, 11, 30)));
        assert!(!black_friday(date(2025, 11, 27)));
    }
}
