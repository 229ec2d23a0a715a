//! The form of scheduled backups: folder, hour, how many are kept.

use std::path::Path;

use comptoir_sources::words::Text;
use comptoir_store::backup::schedule::{LastBackup, Schedule};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::{Faults, Fields, fault, field};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::backups::{Outcome, PlanForm};
use crate::ui::filters::Choice;
use crate::ui::settings::Field;

/// The most that is kept of each kind.
const MOST: u16 = 99;

pub fn form(lang: Lang, wanted: Option<&Schedule>, sent: Option<(&Fields, &Faults)>) -> PlanForm {
    let typed =
        |name: &str, is: String| sent.map_or(is, |(fields, _)| field(fields, name).to_owned());
    let number = |name: &'static str, is: u16| Field {
        name,
        label: t(lang, &format!("backups-{name}")),
        value: typed(name, is.to_string()),
        error: fault(sent, name),
        ..Field::default()
    };
    let hour = typed("hour", wanted.map_or(3, |plan| plan.hour).to_string());
    let hours = (0..24_i8).map(|at| {
        let id = at.to_string();
        let chosen = id == hour;
        Choice::new(id, format::hour(lang, at), chosen)
    });
    let kept = |of: fn(&Schedule) -> u16, usual: u16| wanted.map_or(usual, of);
    PlanForm {
        on: wanted.is_some(),
        fields: vec![
            Field {
                name: "folder",
                label: t(lang, "backups-folder"),
                hint: Some(t(lang, "backups-folder-hint")),
                value: typed("folder", wanted.map(|plan| plan.folder.clone()).unwrap_or_default()),
                error: fault(sent, "folder"),
                ..Field::default()
            },
            Field {
                name: "hour",
                label: t(lang, "backups-hour"),
                choices: hours.collect(),
                error: fault(sent, "hour"),
                ..Field::default()
            },
            number("daily", kept(|plan| plan.daily, 7)),
            number("weekly", kept(|plan| plan.weekly, 4)),
            number("monthly", kept(|plan| plan.monthly, 12)),
        ],
    }
}

/// Reads the form; what is wrong is told field by field. `own`: the data folder.
pub fn read(
    lang: Lang,
    fields: &Fields,
    own: Option<&Path>,
    now: Timestamp,
) -> Result<Schedule, Faults> {
    let mut faults = Faults::new();
    let folder = field(fields, "folder").trim();
    if let Some(words) = wrong_folder(folder, own) {
        faults.push(("folder", t(lang, words)));
    }
    let hour = field(fields, "hour").parse().ok().filter(|hour| (0..24).contains(hour));
    if hour.is_none() {
        faults.push(("hour", t(lang, "settings-fault-choice")));
    }
    let mut number = |name: &'static str| {
        let read = field(fields, name).trim().parse().ok().filter(|number| *number <= MOST);
        if read.is_none() {
            faults.push((name, t(lang, "backups-fault-number")));
        }
        read.unwrap_or(0)
    };
    let (daily, weekly, monthly) = (number("daily"), number("weekly"), number("monthly"));
    if faults.is_empty() && daily + weekly + monthly == 0 {
        faults.push(("daily", t(lang, "backups-fault-none")));
    }
    match hour {
        Some(hour) if faults.is_empty() => {
            Ok(Schedule { folder: folder.to_owned(), hour, daily, weekly, monthly, since: now })
        }
        _ => Err(faults),
    }
}

fn wrong_folder(folder: &str, own: Option<&Path>) -> Option<&'static str> {
    let path = Path::new(folder);
    if !path.is_absolute() {
        return Some("backups-fault-path");
    }
    if !path.is_dir() {
        return Some("backups-fault-missing");
    }
    let real = |path: &Path| path.canonicalize().ok();
    if own.is_some_and(|own| real(own) == real(path)) {
        return Some("backups-fault-own");
    }
    let writable =
        rustix::fs::access(path, rustix::fs::Access::WRITE_OK | rustix::fs::Access::EXEC_OK);
    writable.is_err().then_some("backups-fault-rights")
}

/// How the last backup went.
pub fn outcome(lang: Lang, last: &LastBackup, zone: &TimeZone) -> Outcome {
    let when = format::instant(lang, last.at, zone);
    let Some(failure) = &last.failure else {
        return Outcome { words: t_args(lang, "backups-last-good", &[("when", &when)]), why: None };
    };
    let why = serde_json::from_str::<Text>(failure).ok().map(|words| words.in_words(lang.into()));
    Outcome {
        words: t_args(lang, "backups-last-failed", &[("when", &when)]),
        why: Some(why.unwrap_or_default()),
    }
}
