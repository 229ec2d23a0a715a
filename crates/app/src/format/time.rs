//! Hours, instants in a shop's zone, and how long ago something was.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::date::day;
use crate::i18n::{Lang, t, t_args};

/// « 14 h », “2 pm”.
pub fn hour(lang: Lang, hour: i8) -> String {
    match lang {
        Lang::Fr => format!("{hour}\u{a0}h"),
        Lang::En => {
            let (number, half) = twelve(hour);
            format!("{number}\u{a0}{half}")
        }
    }
}

/// « 14 h 32 », “2:32 pm”.
pub fn time_of_day(lang: Lang, at: DateTime) -> String {
    match lang {
        Lang::Fr => format!("{}\u{a0}h\u{a0}{:02}", at.hour(), at.minute()),
        Lang::En => {
            let (number, half) = twelve(at.hour());
            format!("{number}:{:02}\u{a0}{half}", at.minute())
        }
    }
}

/// « 21 nov. 2026, 14 h 32 », in the shop's zone.
pub fn instant(lang: Lang, at: Timestamp, zone: &TimeZone) -> String {
    let local = zone.to_datetime(at);
    format!("{}, {}", day(lang, local.date()), time_of_day(lang, local))
}

/// « il y a 5 min ». What lies in the future (a clock that is ahead) is now.
pub fn ago(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    let seconds = now.duration_since(at).as_secs();
    let (id, number) = match seconds {
        ..60 => return t(lang, "time-now"),
        60..3_600 => ("time-minutes", seconds / 60),
        3_600..86_400 => ("time-hours", seconds / 3_600),
        _ => ("time-days", seconds / 86_400),
    };
    t_args(lang, id, &[("n", &super::number::integer(lang, number))])
}

/// « dans 3 min ». What has passed is due now.
pub fn until(lang: Lang, at: Timestamp, now: Timestamp) -> String {
    let seconds = at.duration_since(now).as_secs();
    let (id, number) = match seconds {
        ..60 => return t(lang, "time-in-seconds"),
        60..3_600 => ("time-in-minutes", (seconds + 30) / 60),
        3_600..86_400 => ("time-in-hours", (seconds + 1_800) / 3_600),
        _ => ("time-in-days", (seconds + 43_200) / 86_400),
    };
    t_args(lang, id, &[("n", &super::number::integer(lang, number))])
}

/// « 40 h », « 3 j »: how long something lasted, rounded up.
pub fn span(lang: Lang, length: SignedDuration) -> String {
    let minutes = (length.as_secs().max(0) + 59) / 60;
    let (id, number) = match minutes {
        ..60 => ("span-minutes", minutes),
        60..4_320 => ("span-hours", (minutes + 59) / 60),
        _ => ("span-days", (minutes + 1_439) / 1_440),
    };
    t_args(lang, id, &[("n", &super::number::integer(lang, number))])
}

fn twelve(hour: i8) -> (i8, &'static str) {
    let half = if hour < 12 { "am" } else { "pm" };
    (if hour % 12 == 0 { 12 } else { hour % 12 }, half)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_by_language() {
        let words: Vec<String> = [0, 9, 12, 14, 23].map(|at| hour(Lang::En, at)).to_vec();
        assert_eq!(words, ["12\u{a0}am", "9\u{a0}am", "12\u{a0}pm", "2\u{a0}pm", "11\u{a0}pm"]);
        assert_eq!(hour(Lang::Fr, 14), "14\u{a0}h");
    }

    #[test]
    fn instants_are_told_in_the_shop_s_zone() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let at: Timestamp = "2026-11-21T23:05:00Z".parse().unwrap();
        assert_eq!(instant(Lang::Fr, at, &zone), "22 nov. 2026, 0\u{a0}h\u{a0}05");
        assert_eq!(instant(Lang::En, at, &zone), "22 Nov 2026, 12:05\u{a0}am");
    }

    #[test]
    fn s030_relative_times() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        for (at, fr, en) in [
            ("2026-11-21T11:59:30Z", "à l’instant", "just now"),
            ("2026-11-21T12:04:00Z", "à l’instant", "just now"),
            ("2026-11-21T11:55:00Z", "il y a 5\u{a0}min", "5\u{a0}min ago"),
            ("2026-11-21T11:00:01Z", "il y a 59\u{a0}min", "59\u{a0}min ago"),
            ("2026-11-21T11:00:00Z", "il y a 1\u{a0}h", "1\u{a0}h ago"),
            ("2026-11-19T12:00:00Z", "il y a 2\u{a0}j", "2\u{a0}d ago"),
        ] {
            assert_eq!(ago(Lang::Fr, at.parse().unwrap(), now), fr);
            assert_eq!(ago(Lang::En, at.parse().unwrap(), now), en);
        }
    }

    #[test]
    fn s011_what_is_to_come_and_how_long_it_lasted() {
        let now: Timestamp = "2026-11-21T12:00:00Z".parse().unwrap();
        for (at, fr) in [
            ("2026-11-21T11:00:00Z", "dans moins d’une minute"),
            ("2026-11-21T12:00:59Z", "dans moins d’une minute"),
            ("2026-11-21T12:04:40Z", "dans 5\u{a0}min"),
            ("2026-11-21T14:00:00Z", "dans 2\u{a0}h"),
            ("2026-11-24T12:00:00Z", "dans 3\u{a0}j"),
        ] {
            assert_eq!(until(Lang::Fr, at.parse().unwrap(), now), fr);
        }
        let hours = |hours: i64| span(Lang::En, SignedDuration::from_hours(hours));
        assert_eq!((hours(40), hours(72)), ("40\u{a0}h".into(), "3\u{a0}d".into()));
        assert_eq!(span(Lang::Fr, SignedDuration::from_secs(90)), "2\u{a0}min");
    }
}
