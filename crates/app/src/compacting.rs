//! The task that writes the database anew once somebody was erased: at night, and within 24 hours.

use std::sync::{Arc, PoisonError};

use anyhow::Result;
use comptoir_store::shops;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::access::Visitor;
use crate::audit::{self, Action};
use crate::commands::log;
use crate::state::App;

/// The hour of the first shop at which it is done: nobody buys much, nobody reads much.
const HOUR: i8 = 3;

/// Bytes that have waited this long do not wait for the night: what was promised is 24 hours.
const LATEST: SignedDuration = SignedDuration::from_hours(20);

/// The pause after one that failed, for want of room perhaps: a try may copy the whole database.
const AFTER_FAILURE: SignedDuration = SignedDuration::from_mins(15);

/// Compacts if it is due; `failed` is when the last one did, if it did.
pub fn look(app: &App, failed: &mut Option<Timestamp>, now: Timestamp) -> Result<()> {
    if failed.is_some_and(|at| now.duration_since(at).abs() < AFTER_FAILURE) {
        return Ok(());
    }
    let outcome = compact_if_due(app, now);
    *failed = outcome.is_err().then_some(now);
    outcome
}

fn compact_if_due(app: &App, now: Timestamp) -> Result<()> {
    let Some(since) = app.store.compaction_due()? else { return Ok(()) };
    let zone = {
        let shops = shops::list(&app.store.read()?)?;
        shops.first().and_then(|first| TimeZone::get(&first.shop.timezone).ok())
    };
    if !is_due(since, now, &zone.unwrap_or(TimeZone::UTC)) {
        return Ok(());
    }
    let done = match app.store.compact() {
        Err(_) if now.duration_since(since) >= LATEST => {
            // An import that was begun and forgotten keeps the database open: it has had its time.
            let mut imports = app.imports.lock().unwrap_or_else(PoisonError::into_inner);
            imports.retain(|_, session| Arc::strong_count(session) > 1);
            drop(imports);
            app.store.compact()?
        }
        outcome => outcome?,
    };
    log(&format!("database compacted: {} bytes, {} before", done.bytes_after, done.bytes_before));
    let detail = json!({ "bytes_before": done.bytes_before, "bytes_after": done.bytes_after });
    audit::record(app, &Visitor::nobody(None), Action::Compacted, None, &detail)?;
    Ok(())
}

fn is_due(since: Timestamp, now: Timestamp, zone: &TimeZone) -> bool {
    let night = zone.to_datetime(now).hour() == HOUR;
    // A clock that was set back must not make erased bytes wait for it to catch up: the night will do.
    night || now.duration_since(since) >= LATEST
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s126_erased_bytes_go_at_night_and_within_a_day() {
        let zone = TimeZone::get("Europe/Paris").unwrap();
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let since = at("2026-06-10T08:00:00Z");
        for (now, due) in [
            ("2026-06-10T08:01:00Z", false),
            ("2026-06-11T00:59:00Z", false),
            // Three o’clock in Paris.
            ("2026-06-11T01:00:00Z", true),
            ("2026-06-11T02:00:00Z", false),
            ("2026-06-11T04:00:00Z", true),
            // The clock was set back.
            ("2026-06-01T08:00:00Z", false),
            ("2026-06-02T01:30:00Z", true),
        ] {
            assert_eq!(is_due(since, at(now), &zone), due, "{now}");
        }
    }
}
