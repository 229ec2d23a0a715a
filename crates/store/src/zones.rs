//! Offsets of the shops' time zones as rows, so that SQL can tell local days without an extension.

use duckdb::{Connection, params};
use jiff::tz::TimeZone;
use jiff::{Timestamp, civil};

use crate::error::StoreError;
use crate::value::Value;

/// Years for which offsets are written down; an order outside of them is refused at the door.
const FIRST: civil::Date = civil::date(1970, 1, 1);
const LAST: civil::Date = civil::date(2100, 1, 1);

/// Writes the offsets of a zone, once.
pub(crate) fn ensure(connection: &Connection, name: &str) -> Result<(), StoreError> {
    let zone = TimeZone::get(name).map_err(|_| StoreError::UnknownZone(name.to_owned()))?;
    let known: i64 =
        connection
            .query_row("SELECT count(*) FROM zones WHERE zone = ?", [name], |row| row.get(0))?;
    if known > 0 {
        return Ok(());
    }
    let mut appender = connection.appender("zones")?;
    for (starts, ends, seconds) in offsets(&zone)? {
        appender.append_row(params![name, Value::from(starts), Value::from(ends), seconds])?;
    }
    appender.flush()?;
    Ok(())
}

/// Half-open spans of constant offset that cover 1970 to 2100.
fn offsets(zone: &TimeZone) -> Result<Vec<(Timestamp, Timestamp, i32)>, StoreError> {
    let instant = |day: civil::Date| {
        day.to_zoned(TimeZone::UTC).map(|zoned| zoned.timestamp()).map_err(|_| StoreError::Overflow)
    };
    let (first, last) = (instant(FIRST)?, instant(LAST)?);
    let mut spans = Vec::new();
    let mut starts = first;
    let mut seconds = zone.to_offset(first).seconds();
    for transition in zone.following(first).take_while(|transition| transition.timestamp() < last) {
        let offset = transition.offset().seconds();
        if offset != seconds {
            spans.push((starts, transition.timestamp(), seconds));
            (starts, seconds) = (transition.timestamp(), offset);
        }
    }
    spans.push((starts, last, seconds));
    Ok(spans)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_follow_each_other_and_agree_with_the_zone() {
        for name in ["Europe/Paris", "Pacific/Auckland", "UTC", "America/New_York", "Asia/Kolkata"]
        {
            let zone = TimeZone::get(name).expect("a known zone");
            let spans = offsets(&zone).expect("offsets");
            for pair in spans.windows(2) {
                assert_eq!(pair[0].1, pair[1].0, "{name}");
            }
            for (starts, ends, seconds) in spans {
                assert_eq!(zone.to_offset(starts).seconds(), seconds, "{name} {starts}");
                let before_end =
                    ends.checked_sub(jiff::SignedDuration::from_secs(1)).expect("in range");
                assert_eq!(zone.to_offset(before_end).seconds(), seconds, "{name} {ends}");
            }
        }
    }
}
