//! What ages: readings of the shops, exchange rates, backups.

use std::fs;
use std::path::Path;

use comptoir_store::backup::schedule;
use comptoir_store::connections::{self, Connection};
use comptoir_store::rates::{Download, download};
use comptoir_store::{Snapshot, StoreError, inspection};
use jiff::{SignedDuration, Timestamp};

use super::{Part, Report};
use crate::audit::Action;
use crate::format;
use crate::state::App;

/// A shop that was not read for so long is told, whatever its interval.
const LATE: SignedDuration = SignedDuration::from_hours(2);

/// After so long the figures are wrong for whoever trusts them.
const STALE: SignedDuration = SignedDuration::from_hours(48);

/// The bank publishes on working days: Easter is the longest gap.
const OLD_RATES: i32 = 6;

/// Days after which a backup is old.
const OLD_BACKUP: SignedDuration = SignedDuration::from_hours(8 * 24);

pub(super) fn examine<'a>(app: &'a App, snapshot: &'a Snapshot) -> Part<'a> {
    let connections = connections::list(snapshot)?;
    let rates = download(snapshot)?;
    let backup = newest_backup(app, snapshot)?;
    let (plan, last) = schedule::schedule(snapshot)?;
    let failed = plan.and(last).filter(|last| last.failure.is_some()).map(|last| last.at);
    Ok(Box::new(move |report| {
        for connection in &connections {
            shop(report, connection);
        }
        if rates.wanted {
            exchange(report, &rates);
        }
        copies(report, backup, failed);
    }))
}

fn shop(report: &mut Report, connection: &Connection) {
    let name = format!("{} ({})", connection.shop, connection.platform);
    let ago = |at: Option<Timestamp>| {
        at.map_or_else(
            || format::NO_VALUE.to_owned(),
            |at| format::ago(report.lang, at, report.now),
        )
    };
    let read = ago(connection.last_success);
    let next = format::until(report.lang, connection.next_run, report.now);
    let failures = format::integer(report.lang, connection.failures);
    let values = [("name", &*name), ("read", &*read), ("next", &*next), ("failures", &*failures)];
    if connection.paused {
        report.ok("connection", "connection-paused", &values);
        return;
    }
    let since = connection.last_success.unwrap_or(connection.created);
    let age = report.now.duration_since(since);
    if age > STALE {
        report.faulty("connection", "connection-stale", &values);
    } else if connection.failures > 0 {
        report.attention("connection", "connection-failing", &values);
    } else if age > LATE {
        report.attention("connection", "connection-late", &values);
    } else {
        report.ok("connection", "connection-ok", &values);
    }
}

fn exchange(report: &mut Report, rates: &Download) {
    let today = report.now.to_zoned(jiff::tz::TimeZone::UTC).date();
    match rates.newest {
        Some(newest) if (today - newest).get_days() <= OLD_RATES => {
            let day = format::day(report.lang, newest);
            report.ok("rates", "rates-ok", &[("day", &day)]);
        }
        newest => {
            let day = newest
                .map_or_else(|| format::NO_VALUE.to_owned(), |day| format::day(report.lang, day));
            report.attention("rates", "rates-old", &[("day", &day)]);
        }
    }
}

fn copies(report: &mut Report, newest: Option<Timestamp>, failed: Option<Timestamp>) {
    if let Some(failed) = failed {
        let ago = format::ago(report.lang, failed, report.now);
        report.attention("backup", "backup-failed", &[("ago", &ago)]);
        return;
    }
    let Some(newest) = newest else {
        report.attention("backup", "backup-none", &[]);
        return;
    };
    let ago = format::ago(report.lang, newest, report.now);
    if report.now.duration_since(newest) > OLD_BACKUP {
        report.attention("backup", "backup-old", &[("ago", &ago)]);
    } else {
        report.ok("backup", "backup-ok", &[("ago", &ago)]);
    }
}

/// When the newest backup that this folder knows of was made: what the audit log says of any, or the
/// newest file of the folder `backups`, and the scheduled ones.
fn newest_backup(app: &App, snapshot: &Snapshot) -> Result<Option<Timestamp>, StoreError> {
    let logged = inspection::last(snapshot, Action::BackupMade.id())?;
    let kept = app.store.folder().and_then(|folder| newest_file(&folder.join("backups")));
    let scheduled = schedule::made(snapshot)?.into_iter().map(|one| one.made).max();
    Ok(logged.max(kept).max(scheduled))
}

fn newest_file(folder: &Path) -> Option<Timestamp> {
    let entries = fs::read_dir(folder).ok()?;
    let times = entries.filter_map(|entry| entry.ok()?.metadata().ok()?.modified().ok());
    times.filter_map(|time| Timestamp::try_from(time).ok()).max()
}
