//! The backups in the folder of the schedule.

use std::collections::HashMap;
use std::path::Path;

use comptoir_store::Snapshot;
use comptoir_store::backup::schedule::{Schedule, made};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::backup::folder;
use crate::format;
use crate::i18n::{Lang, t_args};
use crate::pages::frame::PageError;
use crate::ui::backups::{Backups, Row};

pub fn rows(
    lang: Lang,
    snapshot: &Snapshot,
    wanted: Option<&Schedule>,
    zone: &TimeZone,
    now: Timestamp,
) -> Result<Option<Backups>, PageError> {
    let Some(wanted) = wanted else { return Ok(None) };
    let verified: HashMap<String, Option<Timestamp>> =
        made(snapshot)?.into_iter().map(|one| (one.name, one.verified)).collect();
    let Ok(found) = folder::list(Path::new(&wanted.folder)) else {
        return Ok(Some(Backups::Unreadable));
    };
    let rows = found
        .into_iter()
        .map(|one| Row {
            when: format::instant(lang, one.made, zone),
            age: format::ago(lang, one.made, now),
            size: format::bytes(lang, one.bytes),
            verified: verified.get(&one.name).copied().flatten().map(|at| {
                let day = format::day(lang, zone.to_datetime(at).date());
                t_args(lang, "backups-verified", &[("day", &day)])
            }),
            name: one.name,
        })
        .collect();
    Ok(Some(Backups::Listed(rows)))
}
