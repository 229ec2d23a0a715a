//! Moments as files write them: `2011-12-09 12:50:00`, `9/12/2011 12:50`, RFC 3339.

use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, ToSpan};

use super::{Context, Fault};
use crate::file::DateOrder;
use crate::words::say;

/// Reads a moment; a time without an offset is the shop's (in a repeated hour the first one, in a
/// skipped hour the time after the gap). A day without a time begins at midnight.
pub(crate) fn parse(text: &str, order: DateOrder, context: &Context) -> Result<Timestamp, Fault> {
    let bad = || {
        let text = crate::excerpt(text, 40);
        Fault::new(
            say(format!("« {text} » n’est pas une date"), format!("“{text}” is not a date")),
            say(
                "écrivez les dates sous la forme 2025-03-31 ou 2025-03-31 14:05",
                "write dates as 2025-03-31 or 2025-03-31 14:05",
            ),
        )
    };
    let (civil, offset) = read(text.trim(), order).ok_or_else(bad)?;
    let moment = match offset {
        Some(offset) => offset.to_timestamp(civil).map_err(|_| bad())?,
        None => zone_time(&context.timezone, civil).ok_or_else(bad)?,
    };
    believable(moment, context)
}

/// Refuses a date before 1990 or more than two days after the import.
pub(crate) fn believable(moment: Timestamp, context: &Context) -> Result<Timestamp, Fault> {
    let first = Timestamp::from_second(631_152_000).unwrap_or(Timestamp::UNIX_EPOCH);
    let last = context.imported.checked_add(48.hours()).unwrap_or(context.imported);
    if moment < first || moment > last {
        return Err(Fault::new(
            say(
                "date invraisemblable : avant 1990 ou dans le futur",
                "absurd date: before 1990 or in the future",
            ),
            say(
                "vérifiez la date, et l’ordre du jour et du mois dans ce fichier",
                "check the date, and the order of day and month in this file",
            ),
        ));
    }
    Ok(moment)
}

fn zone_time(zone: &TimeZone, civil: DateTime) -> Option<Timestamp> {
    zone.to_timestamp(civil).ok()
}

/// Splits the text into its figures: a date, then perhaps a time, then perhaps an offset.
fn read(text: &str, order: DateOrder) -> Option<(DateTime, Option<Offset>)> {
    let mut cursor = Cursor { bytes: text.as_bytes(), at: 0 };
    let (first, width) = cursor.number()?;
    let (year, month, day);
    if width == 8 && first > 19_000_000 {
        (year, month, day) = (first / 10_000, first / 100 % 100, first % 100);
    } else {
        cursor.separator()?;
        let (second, _) = cursor.number()?;
        cursor.separator()?;
        let (third, third_width) = cursor.number()?;
        let long = |year: u32, width: usize| match (width, year) {
            (4, _) => Some(year),
            (2, 0..=89) => Some(2000 + year),
            (2, _) => Some(1900 + year),
            _ => None,
        };
        (year, month, day) = match (width, order) {
            (4, _) => (first, second, third),
            (_, DateOrder::Mdy) => (long(third, third_width)?, first, second),
            // A short first part cannot be a year: dates that begin so are written day first.
            _ => (long(third, third_width)?, second, first),
        };
    }
    let (mut hour, mut minute, mut second, mut nanosecond) = (0, 0, 0, 0);
    let mut offset = None;
    if cursor.skip_to_time() {
        hour = cursor.number()?.0;
        if cursor.eat(b':') || cursor.eat(b'h') || cursor.eat(b'H') {
            minute = cursor.number().map_or(0, |(number, _)| number);
            if cursor.eat(b':') {
                second = cursor.number()?.0;
                if cursor.eat(b'.') || cursor.eat(b',') {
                    let (fraction, width) = cursor.number()?;
                    let width = u32::try_from(width).ok().filter(|width| *width <= 9)?;
                    nanosecond = fraction * 10_u32.pow(9 - width);
                }
            }
        }
        cursor.spaces();
        if let Some(afternoon) = cursor.half_day() {
            hour = hour % 12 + if afternoon { 12 } else { 0 };
            cursor.spaces();
        }
        if cursor.at < cursor.bytes.len() {
            offset = Some(cursor.offset()?);
        }
    }
    if cursor.at != cursor.bytes.len() {
        return None;
    }
    let civil = DateTime::new(
        i16::try_from(year).ok()?,
        i8::try_from(month).ok()?,
        i8::try_from(day).ok()?,
        i8::try_from(hour).ok()?,
        i8::try_from(minute).ok()?,
        i8::try_from(second).ok()?,
        i32::try_from(nanosecond).ok()?,
    )
    .ok()?;
    Some((civil, offset))
}

struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn eat(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn spaces(&mut self) {
        while self.eat(b' ') {}
    }

    fn separator(&mut self) -> Option<()> {
        (self.eat(b'-') || self.eat(b'/') || self.eat(b'.')).then_some(())
    }

    /// Up to nine digits, and how many there were.
    fn number(&mut self) -> Option<(u32, usize)> {
        let start = self.at;
        let mut value = 0;
        while let Some(byte @ b'0'..=b'9') = self.peek() {
            if self.at - start == 9 {
                return None;
            }
            value = value * 10 + u32::from(byte - b'0');
            self.at += 1;
        }
        (self.at > start).then_some((value, self.at - start))
    }

    fn skip_to_time(&mut self) -> bool {
        if self.eat(b'T') || self.eat(b't') {
            return true;
        }
        self.eat(b',');
        self.spaces();
        matches!(self.peek(), Some(b'0'..=b'9'))
    }

    fn half_day(&mut self) -> Option<bool> {
        let rest = &self.bytes[self.at..];
        let afternoon = match rest.get(..2)? {
            [b'a' | b'A', b'm' | b'M'] => false,
            [b'p' | b'P', b'm' | b'M'] => true,
            _ => return None,
        };
        self.at += 2;
        Some(afternoon)
    }

    /// The offset; `None` when what stands here is none.
    fn offset(&mut self) -> Option<Offset> {
        if self.bytes[self.at..].starts_with(b"UTC") {
            self.at += 3;
            return Some(Offset::UTC);
        }
        let sign = match self.peek()? {
            b'Z' | b'z' => {
                self.at += 1;
                return Some(Offset::UTC);
            }
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.at += 1;
        let (hours, width) = self.number()?;
        let (hours, minutes) = match width {
            4 => (hours / 100, hours % 100),
            1 | 2 if self.eat(b':') => (hours, self.number()?.0),
            1 | 2 => (hours, 0),
            _ => return None,
        };
        let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
        Offset::from_seconds(sign * seconds).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn context(zone: &str) -> Context {
        Context {
            imported: "2025-06-01T00:00:00Z".parse().expect("a time"),
            currency: comptoir_model::Currency::EUR,
            arrival: comptoir_model::Origin::UnstampedFile,
            timezone: TimeZone::get(zone).expect("a zone"),
            visits: comptoir_model::VisitMode::Exempt,
        }
    }

    #[test]
    fn dates_are_read_in_every_usual_form() {
        let paris = context("Europe/Paris");
        for (text, order, expected) in [
            ("2025-03-03 10:15:00 -0500", DateOrder::Ymd, "2025-03-03T15:15:00Z"),
            ("2025-03-03T10:15:00.250+01:00", DateOrder::Dmy, "2025-03-03T09:15:00.25Z"),
            ("2025-03-03T10:15:00Z", DateOrder::Dmy, "2025-03-03T10:15:00Z"),
            ("03/04/2025 10:15", DateOrder::Dmy, "2025-04-03T08:15:00Z"),
            ("03/04/2025 10:15 PM", DateOrder::Mdy, "2025-03-04T21:15:00Z"),
            ("3.4.25", DateOrder::Dmy, "2025-04-02T22:00:00Z"),
            ("20250403", DateOrder::Dmy, "2025-04-02T22:00:00Z"),
            ("03/04/2025 à 9h", DateOrder::Dmy, ""),
            ("03/04/2025 9h05", DateOrder::Dmy, "2025-04-03T07:05:00Z"),
            ("2025-02-30", DateOrder::Ymd, ""),
            ("hier", DateOrder::Dmy, ""),
            ("", DateOrder::Dmy, ""),
            ("1970-01-01", DateOrder::Ymd, ""),
            ("2025-06-04", DateOrder::Ymd, ""),
        ] {
            let read =
                parse(text, order, &paris).map(|moment| moment.to_string()).unwrap_or_default();
            assert_eq!(read, expected, "{text}");
        }
    }

    #[test]
    fn the_hours_around_the_change_of_clocks_are_read_the_compatible_way() {
        let paris = context("Europe/Paris");
        let read = |text| parse(text, DateOrder::Ymd, &paris).expect("a time").to_string();
        assert_eq!(read("2024-10-27 02:30"), "2024-10-27T00:30:00Z");
        assert_eq!(read("2025-03-30 02:30"), "2025-03-30T01:30:00Z");
    }
}
