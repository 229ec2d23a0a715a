//! Days, ranges, weeks and months in words.

use jiff::civil::{Date, Weekday};

use crate::i18n::Lang;

/// « 21 nov. 2026 », “21 Nov 2026”.
pub fn day(lang: Lang, date: Date) -> String {
    format!("{} {}", day_axis(lang, date), date.year())
}

/// « 21 nov. », “21 Nov”.
pub fn day_axis(lang: Lang, date: Date) -> String {
    format!("{} {}", ordinal(lang, date), short_month(lang, date))
}

/// « lundi 16 novembre 2026 », “Monday 16 November 2026”.
pub fn day_long(lang: Lang, date: Date) -> String {
    format!(
        "{} {} {} {}",
        weekday(lang, date),
        ordinal(lang, date),
        long_month(lang, date),
        date.year()
    )
}

/// « lundi 16 », “Monday 16”.
pub fn weekday_day(lang: Lang, date: Date) -> String {
    format!("{} {}", weekday(lang, date), ordinal(lang, date))
}

/// « du 1er au 30 novembre 2026 », “1–30 November 2026”; both ends are inclusive. What both dates
/// share is said once.
pub fn range(lang: Lang, from: Date, to: Date) -> String {
    let end = format!("{} {} {}", ordinal(lang, to), long_month(lang, to), to.year());
    if from == to {
        return match lang {
            Lang::Fr => format!("le {end}"),
            Lang::En => end,
        };
    }
    let same_year = from.year() == to.year();
    let same_month = same_year && from.month() == to.month();
    let start = match (same_month, same_year) {
        (true, _) => ordinal(lang, from),
        (false, true) => format!("{} {}", ordinal(lang, from), long_month(lang, from)),
        (false, false) => {
            format!("{} {} {}", ordinal(lang, from), long_month(lang, from), from.year())
        }
    };
    match (lang, same_month) {
        (Lang::Fr, _) => format!("du {start} au {end}"),
        (Lang::En, true) => format!("{start}–{end}"),
        (Lang::En, false) => format!("{start} – {end}"),
    }
}

/// « S47 », “W47” for a week from Monday (ISO number); a week from any other day is named by it.
pub fn week(lang: Lang, first_day: Date) -> String {
    if first_day.weekday() != Weekday::Monday {
        return day_axis(lang, first_day);
    }
    let number = first_day.iso_week_date().week();
    match lang {
        Lang::Fr => format!("S{number}"),
        Lang::En => format!("W{number}"),
    }
}

/// « novembre 2026 ».
pub fn month(lang: Lang, date: Date) -> String {
    format!("{} {}", long_month(lang, date), date.year())
}

/// « nov. », and the year too in January: « janv. 2026 ».
pub fn month_axis(lang: Lang, date: Date) -> String {
    let name = short_month(lang, date);
    if date.month() == 1 { format!("{name} {}", date.year()) } else { name.to_owned() }
}

/// « T4 2026 », “Q4 2026”.
pub fn quarter(lang: Lang, date: Date) -> String {
    let number = (date.month() - 1) / 3 + 1;
    let letter = match lang {
        Lang::Fr => 'T',
        Lang::En => 'Q',
    };
    format!("{letter}{number} {}", date.year())
}

fn ordinal(lang: Lang, date: Date) -> String {
    if lang == Lang::Fr && date.day() == 1 { "1er".to_owned() } else { date.day().to_string() }
}

fn weekday(lang: Lang, date: Date) -> &'static str {
    weekday_name(lang, date.weekday())
}

/// « lundi », “Monday”.
pub fn weekday_name(lang: Lang, day: Weekday) -> &'static str {
    let index = usize::from(day.to_monday_zero_offset().unsigned_abs());
    match lang {
        Lang::Fr => {
            ["lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche"][index]
        }
        Lang::En => {
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][index]
        }
    }
}

fn long_month(lang: Lang, date: Date) -> &'static str {
    let months = match lang {
        Lang::Fr => [
            "janvier",
            "février",
            "mars",
            "avril",
            "mai",
            "juin",
            "juillet",
            "août",
            "septembre",
            "octobre",
            "novembre",
            "décembre",
        ],
        Lang::En => [
            "January",
            "February",
            "March",
            "April",
            "May",
            "June",
            "July",
            "August",
            "September",
            "October",
            "November",
            "December",
        ],
    };
    months[usize::from(date.month().unsigned_abs()) - 1]
}

/// « nov. », “Nov”, without its year.
pub fn short_month(lang: Lang, date: Date) -> &'static str {
    let months = match lang {
        Lang::Fr => [
            "janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.",
            "nov.", "déc.",
        ],
        Lang::En => {
            ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        }
    };
    months[usize::from(date.month().unsigned_abs()) - 1]
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn days_read_as_people_write_them() {
        let monday = date(2026, 11, 16);
        assert_eq!(day(Lang::Fr, date(2026, 11, 21)), "21 nov. 2026");
        assert_eq!(day(Lang::En, date(2026, 11, 21)), "21 Nov 2026");
        assert_eq!(day_axis(Lang::Fr, date(2026, 11, 1)), "1er nov.");
        assert_eq!(weekday_day(Lang::Fr, monday), "lundi 16");
        assert_eq!(weekday_day(Lang::En, monday), "Monday 16");
        assert_eq!(day_long(Lang::Fr, monday), "lundi 16 novembre 2026");
    }

    #[test]
    fn s008_ranges_are_said_in_words() {
        for (from, to, fr, en) in [
            (
                date(2026, 11, 1),
                date(2026, 11, 30),
                "du 1er au 30 novembre 2026",
                "1–30 November 2026",
            ),
            (
                date(2026, 10, 23),
                date(2026, 11, 21),
                "du 23 octobre au 21 novembre 2026",
                "23 October – 21 November 2026",
            ),
            (
                date(2025, 12, 23),
                date(2026, 1, 1),
                "du 23 décembre 2025 au 1er janvier 2026",
                "23 December 2025 – 1 January 2026",
            ),
            (date(2026, 11, 21), date(2026, 11, 21), "le 21 novembre 2026", "21 November 2026"),
        ] {
            assert_eq!(range(Lang::Fr, from, to), fr);
            assert_eq!(range(Lang::En, from, to), en);
        }
    }

    #[test]
    fn weeks_months_and_quarters() {
        assert_eq!(week(Lang::Fr, date(2026, 11, 16)), "S47");
        assert_eq!(week(Lang::En, date(2026, 11, 16)), "W47");
        // 29 December 2025 starts the first ISO week of 2026.
        assert_eq!(week(Lang::Fr, date(2025, 12, 29)), "S1");
        assert_eq!(week(Lang::En, date(2026, 11, 15)), "15 Nov");
        assert_eq!(month(Lang::Fr, date(2026, 2, 1)), "février 2026");
        assert_eq!(month_axis(Lang::Fr, date(2026, 1, 1)), "janv. 2026");
        assert_eq!(month_axis(Lang::En, date(2026, 11, 1)), "Nov");
        assert_eq!(quarter(Lang::Fr, date(2026, 10, 1)), "T4 2026");
        assert_eq!(quarter(Lang::En, date(2026, 3, 31)), "Q1 2026");
    }
}
