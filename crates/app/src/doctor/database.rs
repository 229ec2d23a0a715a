//! The database, the clock that it is written by, and who may do everything in it.

use comptoir_store::{Snapshot, inspection};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::{Depth, Part, Report};
use crate::format;
use crate::i18n::t;
use crate::state::{App, Door};

/// Clocks that are set by the network step by seconds.
const JUMP: SignedDuration = SignedDuration::from_mins(2);

/// Years in which this program may run.
const YEARS: std::ops::RangeInclusive<i16> = 2025..=2100;

pub(super) fn examine<'a>(app: &App, snapshot: &'a Snapshot, depth: Depth) -> Part<'a> {
    let newest = inspection::newest(snapshot)?;
    let accounts =
        (app.door == Door::Accounts).then(|| inspection::accounts(snapshot)).transpose()?;
    let whole = match depth {
        Depth::Quick => None,
        Depth::Whole => Some((inspection::read_all(snapshot)?, inspection::broken(snapshot)?)),
    };
    Ok(Box::new(move |report| {
        if let Some((whole, broken)) = whole {
            database(report, &whole, &broken);
        }
        clock(report, newest);
        match accounts {
            Some(accounts) => people(report, accounts),
            None => report.ok("accounts", "accounts-none", &[]),
        }
    }))
}

fn database(report: &mut Report, whole: &inspection::Whole, broken: &[inspection::Broken]) {
    let number = |count| format::integer(report.lang, count);
    let (tables, rows) = (number(whole.tables), number(whole.rows));
    let version = whole.schema.to_string();
    if broken.is_empty() {
        let values = [("tables", &*tables), ("rows", &*rows), ("version", &*version)];
        report.ok("database", "database-ok", &values);
        return;
    }
    let laws: Vec<String> = broken
        .iter()
        .map(|one| {
            let law = t(report.lang, &format!("doctor-law-{}", one.law));
            format!("{law} ({})", number(one.rows))
        })
        .collect();
    report.faulty("database", "database-broken", &[("laws", &laws.join(", "))]);
}

fn clock(report: &mut Report, newest: Option<Timestamp>) {
    let now = report.instant(report.now);
    if !YEARS.contains(&report.now.to_zoned(TimeZone::UTC).year()) {
        report.faulty("clock", "clock-year", &[("now", &now)]);
        return;
    }
    match newest {
        Some(newest) if newest.duration_since(report.now) > JUMP => {
            let newest = report.instant(newest);
            report.attention("clock", "clock-back", &[("now", &now), ("newest", &newest)]);
        }
        _ => report.ok("clock", "clock-ok", &[("now", &now)]),
    }
}

fn people(report: &mut Report, accounts: inspection::Accounts) {
    let bare = format::integer(report.lang, accounts.bare);
    if accounts.owners == 0 {
        report.attention("accounts", "accounts-no-owner", &[]);
    } else if accounts.bare > 0 {
        report.attention("accounts", "accounts-bare", &[("count", &bare)]);
    } else {
        report.ok("accounts", "accounts-ok", &[]);
    }
}
