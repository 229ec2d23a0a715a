//! Scheduled backups: where, when, how many are kept, and how the last one went.

use duckdb::{Connection, params};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::seal;
use crate::settings::put;
use crate::store::Store;
use crate::value::Value;
use crate::writer;

const SCHEDULE: &str = "backup_schedule";
const LAST: &str = "backup_last";
const ORIGIN: &str = "backup_origin";

/// The merchant's plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    /// The folder, on this machine.
    pub folder: String,
    /// The hour of the day, in the workspace's zone.
    pub hour: i8,
    /// How many days, weeks and months have their backup kept.
    pub daily: u16,
    pub weekly: u16,
    pub monthly: u16,
    /// When it was set: the first backup is at the next such hour.
    pub since: Timestamp,
}

/// How the last backup into that folder went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastBackup {
    pub at: Timestamp,
    /// The file; `None`: it failed.
    pub name: Option<String>,
    /// Why it failed, as whoever tried wrote it.
    pub failure: Option<String>,
}

/// A backup that the server made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeBackup {
    pub name: String,
    pub made: Timestamp,
    pub bytes: i64,
    pub verified: Option<Timestamp>,
}

/// The plan, and how the last backup went.
pub fn schedule(snapshot: &Snapshot) -> Result<(Option<Schedule>, Option<LastBackup>), StoreError> {
    let rows = snapshot.query(
        "SELECT name, value FROM settings WHERE shop_id = 0 AND name LIKE 'backup_%'",
        &[],
    )?;
    let (mut schedule, mut last) = (None, None);
    for cells in &rows.rows {
        match (cells[0].text(), cells[1].text()) {
            (Some(SCHEDULE), Some(value)) => schedule = serde_json::from_str(value).ok(),
            (Some(LAST), Some(value)) => last = serde_json::from_str(value).ok(),
            _ => {}
        }
    }
    Ok((schedule, last))
}

/// What is known of the backups that the server made.
pub fn made(snapshot: &Snapshot) -> Result<Vec<MadeBackup>, StoreError> {
    let rows = snapshot
        .query("SELECT name, made, bytes, verified FROM backups ORDER BY made DESC", &[])?;
    Ok(rows
        .rows
        .iter()
        .map(|cells| MadeBackup {
            name: cells[0].text().unwrap_or_default().to_owned(),
            made: cells[1].instant().unwrap_or_default(),
            bytes: cells[2].int().unwrap_or(0),
            verified: cells[3].instant(),
        })
        .collect())
}

impl Store {
    /// Sets the plan, or takes it away.
    pub fn set_schedule(&self, schedule: Option<&Schedule>) -> Result<(), StoreError> {
        let value = schedule.map(written).transpose()?;
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                put(connection, 0, LAST, None)?;
                put(connection, 0, SCHEDULE, value.as_deref())
            })
        })
    }

    /// Remembers how a backup went; one that was made is listed.
    pub fn note_backup(
        &self,
        last: &LastBackup,
        made: Option<MadeBackup>,
    ) -> Result<(), StoreError> {
        let value = written(last)?;
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                put(connection, 0, LAST, Some(&value))?;
                made.map_or(Ok(()), |made| list(connection, &made))
            })
        })
    }

    /// Remembers a backup that was read back, and whether it was whole.
    pub fn list_backup(&self, made: MadeBackup) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| list(connection, &made))
        })
    }

    /// Forgets backups that were deleted.
    pub fn forget_backups(&self, names: Vec<String>) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                for name in &names {
                    connection.execute("DELETE FROM backups WHERE name = ?", [name])?;
                }
                Ok(())
            })
        })
    }

    /// What this workspace's backups are known by, so that those of another one are never taken for
    /// its own. Made at the first call; a restored workspace keeps it.
    pub fn backup_origin(&self) -> Result<String, StoreError> {
        self.writer()?.run(|connection| {
            writer::transaction(connection, |connection| {
                let known = query(
                    connection,
                    "SELECT value FROM settings WHERE shop_id = 0 AND name = ?",
                    &[ORIGIN.into()],
                )?;
                if let Some(known) = known.rows.first().and_then(|cells| cells[0].text()) {
                    return Ok(known.to_owned());
                }
                let origin = seal::random_secret()?;
                put(connection, 0, ORIGIN, Some(&origin))?;
                Ok(origin)
            })
        })
    }
}

fn list(connection: &Connection, made: &MadeBackup) -> Result<(), StoreError> {
    connection.execute("DELETE FROM backups WHERE name = ?", [&made.name])?;
    connection.execute(
        "INSERT INTO backups VALUES (?, ?, ?, ?)",
        params![
            made.name,
            Value::from(made.made),
            made.bytes,
            made.verified.map_or(Value::Null, Value::from)
        ],
    )?;
    Ok(())
}

fn written(what: &impl Serialize) -> Result<String, StoreError> {
    serde_json::to_string(what).map_err(|error| StoreError::Invalid(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_off_until_set_and_remembers_how_it_went() {
        let store = Store::in_memory().expect("a store");
        let is = || schedule(&store.read().expect("a snapshot")).expect("read");
        assert_eq!(is(), (None, None));
        let at: Timestamp = "2026-11-22T05:01:00Z".parse().expect("an instant");
        let plan = Schedule {
            folder: "/srv/sauvegardes d’été".into(),
            hour: 3,
            daily: 7,
            weekly: 4,
            monthly: 12,
            since: at,
        };
        store.set_schedule(Some(&plan)).expect("set");
        assert_eq!(is(), (Some(plan.clone()), None));
        let last = LastBackup { at, name: Some("one".into()), failure: None };
        let one = MadeBackup { name: "one".into(), made: at, bytes: 5, verified: Some(at) };
        store.note_backup(&last, Some(one.clone())).expect("noted");
        store.note_backup(&last, Some(one.clone())).expect("noted again");
        assert_eq!(is(), (Some(plan), Some(last)));
        let listed = || made(&store.read().expect("a snapshot")).expect("listed");
        assert_eq!(listed(), std::slice::from_ref(&one));
        store.list_backup(MadeBackup { verified: None, ..one }).expect("noted");
        assert_eq!(listed()[0].verified, None);
        store.forget_backups(vec!["one".into()]).expect("forgotten");
        assert_eq!(listed(), []);
        store.set_schedule(None).expect("off");
        assert_eq!(is(), (None, None));
        assert_eq!(store.backup_origin().expect("made"), store.backup_origin().expect("known"));
    }
}
