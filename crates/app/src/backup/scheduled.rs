//! Backups by the clock: once a day at the merchant's hour, as late as it must be, and again after an
//! hour if it failed.

use std::path::Path;

use comptoir_store::StoreError;
use comptoir_store::backup::schedule::{self, LastBackup, MadeBackup, Schedule};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan, civil};
use serde_json::json;

use super::folder::{self, Kept};
use super::{BackupError, Prepared, check, erasures};
use crate::access::Visitor;
use crate::audit::{self, Action};
use crate::commands::log;
use crate::state::App;

/// A backup that failed is tried again after so long.
const AGAIN: SignedDuration = SignedDuration::from_hours(1);

/// Makes the backup if it is due, or asked for; and keeps the list of erasures beside the others.
pub fn look(app: &App, asked: Option<&Visitor>, now: Timestamp) -> Result<(), StoreError> {
    let (plan, last) = schedule::schedule(&app.store.read()?)?;
    let Some(plan) = plan else { return Ok(()) };
    if asked.is_some() || is_due(&plan, last.as_ref(), &zone(app)?, now) {
        make(app, &plan, asked, now)?;
        app.ring();
    }
    if let Some(data) = app.store.folder()
        && let Err(error) = erasures::keep_beside(data, Path::new(&plan.folder))
        && last.is_none_or(|last| last.failure.is_none())
    {
        log(&format!("the list of erasures could not be copied beside the backups: {error}"));
    }
    Ok(())
}

fn zone(app: &App) -> Result<TimeZone, StoreError> {
    Ok(app.read_all()?.1.zone())
}

/// Whether a backup is to be made now.
pub fn is_due(plan: &Schedule, last: Option<&LastBackup>, zone: &TimeZone, now: Timestamp) -> bool {
    let Some(latest) = latest(plan.hour, zone, now) else { return false };
    // A clock that was set back is no reason to wait for it to catch up.
    let Some(last) = last.filter(|last| last.at <= now) else { return latest > plan.since };
    if last.failure.is_some() {
        return now.duration_since(last.at) >= AGAIN;
    }
    last.at < latest && plan.since < latest
}

/// The latest of the plan's hours that has come.
fn latest(hour: i8, zone: &TimeZone, now: Timestamp) -> Option<Timestamp> {
    let today = zone.to_datetime(now).date();
    [Some(today), today.checked_sub(1.day()).ok()].into_iter().flatten().find_map(|day| {
        let at = day.to_datetime(civil::Time::new(hour, 0, 0, 0).ok()?);
        let at = at.to_zoned(zone.clone()).ok()?.timestamp();
        (at <= now).then_some(at)
    })
}

/// Makes one, reads it back, lets outdated ones go, and remembers how it went.
fn make(
    app: &App,
    plan: &Schedule,
    asked: Option<&Visitor>,
    now: Timestamp,
) -> Result<(), StoreError> {
    let target = Path::new(&plan.folder);
    let made = Prepared::new(&app.store, true, now)
        .and_then(|prepared| folder::put(target, prepared))
        .and_then(|(file, manifest)| {
            check::verify(&file).map_err(BackupError::ReadBack)?;
            let bytes = std::fs::metadata(&file).map_or(0, |facts| facts.len());
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            Ok((name, bytes, manifest))
        });
    let (name, bytes, manifest) = match made {
        Ok(made) => made,
        Err(error) => {
            log(&format!("backup: {error}"));
            let failure = serde_json::to_string(&error.words()).unwrap_or_default();
            let last = LastBackup { at: now, name: None, failure: Some(failure) };
            return app.store.note_backup(&last, None);
        }
    };
    let last = LastBackup { at: now, name: Some(name.clone()), failure: None };
    let listed = MadeBackup {
        name: name.clone(),
        made: now,
        bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        verified: Some(now),
    };
    app.store.note_backup(&last, Some(listed))?;
    let kept = Kept { daily: plan.daily, weekly: plan.weekly, monthly: plan.monthly };
    match folder::rotate(target, &manifest.origin, kept) {
        Ok(gone) => app.store.forget_backups(gone)?,
        Err(error) => log(&format!("an outdated backup could not be deleted: {error}")),
    }
    let program = Visitor::shell();
    let detail = json!({ "file": name, "bytes": bytes, "scheduled": asked.is_none() });
    audit::record(app, asked.unwrap_or(&program), Action::BackupMade, None, &detail)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Door;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    fn plan(folder: &str) -> Schedule {
        Schedule {
            folder: folder.to_owned(),
            hour: 3,
            daily: 2,
            weekly: 0,
            monthly: 0,
            since: at("2026-11-22T05:00:00Z"),
        }
    }

    fn done(moment: &str, failure: Option<&str>) -> LastBackup {
        LastBackup { at: at(moment), name: None, failure: failure.map(str::to_owned) }
    }

    #[test]
    fn one_a_day_at_its_hour_in_the_zone_late_if_it_must_and_again_after_an_hour() {
        let paris = TimeZone::get("Europe/Paris").expect("a zone");
        let due = |last: Option<&LastBackup>, now: &str| is_due(&plan("/x"), last, &paris, at(now));
        assert!(!due(None, "2026-11-22T06:00:00Z"), "it was set after that day's hour");
        assert!(!due(None, "2026-11-23T01:59:59Z"), "03:00 in Paris is 02:00 UTC in winter");
        assert!(due(None, "2026-11-23T02:00:00Z"));
        let last = done("2026-11-23T02:00:30Z", None);
        assert!(!due(Some(&last), "2026-11-24T01:00:00Z"));
        assert!(due(Some(&last), "2026-11-24T09:00:00Z"), "the machine slept");
        let failed = done("2026-11-23T02:00:30Z", Some("{}"));
        assert!(!due(Some(&failed), "2026-11-23T03:00:00Z"));
        assert!(due(Some(&failed), "2026-11-23T03:00:30Z"));
        let ahead = done("2027-01-01T00:00:00Z", None);
        assert!(due(Some(&ahead), "2026-11-24T09:00:00Z"), "the clock was set back");
        // The night on which 02:00 to 03:00 does not exist: at 03:00 summer time, 01:00 UTC.
        let spring = done("2027-03-27T02:00:10Z", None);
        assert!(!due(Some(&spring), "2027-03-28T00:59:59Z"));
        assert!(due(Some(&spring), "2027-03-28T01:00:00Z"));
    }

    #[test]
    fn it_is_made_read_back_rotated_and_a_failure_is_kept_in_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
        let store = comptoir_store::Store::open(&data, std::time::Duration::ZERO).expect("a store");
        let app = App::new(store, Door::Open);
        let told = || schedule::schedule(&app.store.read().expect("a snapshot")).expect("read").1;
        look(&app, None, at("2026-11-23T03:00:00Z")).expect("looked");
        assert_eq!(told(), None, "off");

        let wanted = plan(backups.to_str().expect("a path"));
        app.store.set_schedule(Some(&wanted)).expect("set");
        look(&app, None, at("2026-11-23T03:30:00Z")).expect("looked");
        let failure = told().and_then(|last| last.failure).expect("the folder is missing");
        let words: comptoir_sources::words::Text =
            serde_json::from_str(&failure).expect("in words");
        assert!(words.fr.contains("Vérifiez que le dossier existe"), "{}", words.fr);

        std::fs::create_dir(&backups).expect("a folder");
        for day in 23..27 {
            look(&app, None, at(&format!("2026-11-{day}T04:30:00Z"))).expect("looked");
        }
        let names: Vec<String> =
            folder::list(&backups).expect("listed").into_iter().map(|one| one.name).collect();
        assert_eq!(
            names,
            ["comptoir-2026-11-26T0430Z.tar.zst", "comptoir-2026-11-25T0430Z.tar.zst"],
            "two days are kept"
        );
        let listed = schedule::made(&app.store.read().expect("a snapshot")).expect("read");
        assert_eq!(listed.len(), 2);
        assert!(listed.iter().all(|one| one.verified.is_some() && one.bytes > 1000));
        let log = comptoir_store::audit::list(&app.store.read().expect("one"), i64::MAX, 10);
        let lines = log.expect("the log");
        assert_eq!(lines.len(), 4);
        assert!(lines.iter().all(|line| line.action == "backup_made"));
        use std::os::unix::fs::PermissionsExt as _;
        let file = std::fs::metadata(backups.join(&names[0])).expect("a file");
        assert_eq!(file.permissions().mode() & 0o777, 0o600);
    }
}
