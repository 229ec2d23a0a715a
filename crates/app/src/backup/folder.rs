//! A folder of backups: their names, how one comes in whole or not at all, which ones go.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::{BackupError, Manifest, Prepared, check, room};

const BEGIN: &str = "comptoir-";
const END: &str = ".tar.zst";

/// A backup in a folder, by its name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub name: String,
    pub made: Timestamp,
    pub bytes: u64,
}

/// `comptoir-2026-11-22T0501Z.tar.zst`; in UTC, so that names sort by time everywhere.
pub fn name_at(at: Timestamp) -> String {
    format!("{BEGIN}{}{END}", at.strftime("%Y-%m-%dT%H%MZ"))
}

/// When a file of that name was made; `None`: it is none of ours.
pub fn made_at(name: &str) -> Option<Timestamp> {
    let inner = name.strip_prefix(BEGIN)?.strip_suffix(END)?;
    let (stamp, number) = inner.split_once('Z')?;
    if !number.is_empty()
        && number.strip_prefix('-')?.parse::<u16>().ok()?.to_string() != number[1..]
    {
        return None;
    }
    let at = DateTime::strptime("%Y-%m-%dT%H%M", stamp).ok()?;
    let at = at.to_zoned(TimeZone::UTC).ok()?.timestamp();
    // Only the one way of writing it.
    (name_at(at).strip_suffix(END)?.strip_suffix('Z')? == format!("{BEGIN}{stamp}")).then_some(at)
}

/// The backups in a folder, the newest first.
pub fn list(folder: &Path) -> io::Result<Vec<Found>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let Some(name) = entry.file_name().to_str().map(str::to_owned) else { continue };
        // Links are not followed: what they lead to is not ours.
        let Ok(facts) = entry.metadata() else { continue };
        if let Some(made) = made_at(&name)
            && facts.is_file()
        {
            found.push(Found { name, made, bytes: facts.len() });
        }
    }
    found.sort_by(|one, other| (other.made, &other.name).cmp(&(one.made, &one.name)));
    Ok(found)
}

/// Writes a backup into a folder. It has its name only once all of it is on disk.
pub fn put(folder: &Path, prepared: Prepared) -> Result<(PathBuf, Manifest), BackupError> {
    room(folder, prepared.most_bytes())?;
    let made = prepared.manifest.created;
    let (file, manifest) = place(folder, made, |out| prepared.write(out))?;
    Ok((file, manifest))
}

/// The same for bytes that come from elsewhere.
pub fn place<T>(
    folder: &Path,
    made: Timestamp,
    write: impl FnOnce(&mut dyn Write) -> Result<T, BackupError>,
) -> Result<(PathBuf, T), BackupError> {
    let failed = |source| BackupError::Folder { folder: folder.to_owned(), source };
    sweep(folder);
    let name = free_name(folder, made);
    let partial = folder.join(format!(".{name}.partial"));
    let file =
        File::options().create_new(true).write(true).mode(0o600).open(&partial).map_err(failed)?;
    // Who sweeps leaves a file alone that somebody still writes.
    let _held = file.try_lock();
    let written = (|| {
        let mut out = BufWriter::with_capacity(1 << 20, &file);
        let answer = write(&mut out)?;
        out.flush().map_err(failed)?;
        file.sync_all().map_err(failed)?;
        let target = folder.join(&name);
        std::fs::rename(&partial, &target).map_err(failed)?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)?;
        Ok((target, answer))
    })();
    if written.is_err() {
        let _gone = std::fs::remove_file(&partial);
    }
    written
}

/// A name that no backup in the folder has.
fn free_name(folder: &Path, made: Timestamp) -> String {
    let first = name_at(made);
    let stem = first.trim_end_matches(END).to_owned();
    let taken = |name: &String| folder.join(name).exists();
    std::iter::once(first)
        .chain((2..=u16::MAX).map(|number| format!("{stem}-{number}{END}")))
        .find(|name| !taken(name))
        .unwrap_or(stem)
}

/// Removes what a program that was killed left unfinished.
fn sweep(folder: &Path) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries.flatten() {
        let name = entry.file_name();
        let unfinished = name.to_str().is_some_and(|name| {
            let inner = name.strip_prefix('.').and_then(|name| name.strip_suffix(".partial"));
            inner.and_then(made_at).is_some()
        });
        let is_file = entry.metadata().is_ok_and(|facts| facts.is_file());
        if unfinished
            && is_file
            && let Ok(file) = File::open(entry.path())
            && file.try_lock().is_ok()
        {
            let _gone = std::fs::remove_file(entry.path());
        }
    }
}

/// How many days, weeks and months have their backup kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub daily: u16,
    pub weekly: u16,
    pub monthly: u16,
}

/// The backups that are no longer needed: the newest of each of the last days, weeks and months stay,
/// and the newest of all in any case.
pub fn outdated(found: &[Found], kept: Kept) -> Vec<String> {
    let mut sorted: Vec<&Found> = found.iter().collect();
    sorted.sort_by(|one, other| (other.made, &other.name).cmp(&(one.made, &one.name)));
    let mut stays: BTreeSet<&str> =
        sorted.first().map(|newest| newest.name.as_str()).into_iter().collect();
    let unit = |unit: fn(Date) -> (i16, i16), many: u16| -> BTreeSet<&str> {
        let mut seen = BTreeSet::new();
        sorted
            .iter()
            .filter(|one| {
                let of = unit(TimeZone::UTC.to_datetime(one.made).date());
                seen.len() < usize::from(many) && seen.insert(of)
            })
            .map(|one| one.name.as_str())
            .collect()
    };
    let day = |day: Date| (day.year(), day.day_of_year());
    let week = |day: Date| {
        let week = day.iso_week_date();
        (week.year(), i16::from(week.week()))
    };
    let month = |day: Date| (day.year(), i16::from(day.month()));
    stays.extend(unit(day, kept.daily));
    stays.extend(unit(week, kept.weekly));
    stays.extend(unit(month, kept.monthly));
    sorted
        .iter()
        .filter(|one| !stays.contains(one.name.as_str()))
        .map(|one| one.name.clone())
        .collect()
}

/// Deletes the outdated backups of one workspace. A file that is not a backup, or is another
/// workspace's, or can't be read, is left alone, whatever its name.
pub fn rotate(folder: &Path, origin: &str, kept: Kept) -> io::Result<Vec<String>> {
    let own: Vec<Found> = list(folder)?
        .into_iter()
        .filter(|one| {
            check::manifest(&folder.join(&one.name)).is_ok_and(|manifest| manifest.origin == origin)
        })
        .collect();
    let outdated = outdated(&own, kept);
    for name in &outdated {
        std::fs::remove_file(folder.join(name))?;
    }
    Ok(outdated)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn names_tell_when_and_nothing_else_is_ours() {
        let made = at("2026-11-22T05:01:00Z");
        assert_eq!(name_at(at("2026-11-22T05:01:59Z")), "comptoir-2026-11-22T0501Z.tar.zst");
        assert_eq!(made_at("comptoir-2026-11-22T0501Z.tar.zst"), Some(made));
        assert_eq!(made_at("comptoir-2026-11-22T0501Z-2.tar.zst"), Some(made));
        for name in [
            "comptoir-2026-11-22T0501Z.tar.zst.partial",
            "comptoir-2026-11-22T0501.tar.zst",
            "comptoir-2026-13-22T0501Z.tar.zst",
            "comptoir-2026-11-22T0501Z-02.tar.zst",
            "comptoir-2026-11-22T0501Z-a.tar.zst",
            "comptoir-2026-11-22T0501Z/../x.tar.zst",
            "my-comptoir-2026-11-22T0501Z.tar.zst",
            "comptoir-2026-1-22T0501Z.tar.zst",
            "photo.jpg",
        ] {
            assert_eq!(made_at(name), None, "{name}");
        }
    }

    #[test]
    fn the_last_days_weeks_and_months_keep_theirs() {
        // A backup every day at 03:00 from Sunday 1 March to Friday 15 May 2026, and one more at noon.
        let mut found: Vec<Found> = (0..76)
            .map(|days| {
                let made = at("2026-03-01T03:00:00Z") + jiff::SignedDuration::from_hours(24 * days);
                Found { name: name_at(made), made, bytes: 1 }
            })
            .collect();
        let noon = at("2026-05-15T12:00:00Z");
        found.push(Found { name: name_at(noon), made: noon, bytes: 1 });
        let gone = outdated(&found, Kept { daily: 3, weekly: 3, monthly: 3 });
        let stays: Vec<&str> = found
            .iter()
            .filter(|one| !gone.contains(&one.name))
            .map(|one| one.name.as_str())
            .collect();
        // Days: 13, 14, 15 (noon). Weeks to Sunday: 3 May, 10 May, and this one's newest, the 15th at noon.
        // Months: the last of March, the last of April, the 15th at noon.
        assert_eq!(
            stays,
            [
                "comptoir-2026-03-31T0300Z.tar.zst",
                "comptoir-2026-04-30T0300Z.tar.zst",
                "comptoir-2026-05-03T0300Z.tar.zst",
                "comptoir-2026-05-10T0300Z.tar.zst",
                "comptoir-2026-05-13T0300Z.tar.zst",
                "comptoir-2026-05-14T0300Z.tar.zst",
                "comptoir-2026-05-15T1200Z.tar.zst",
            ]
        );
        let none = Kept { daily: 0, weekly: 0, monthly: 0 };
        assert_eq!(outdated(&found, none).len(), 76, "the newest always stays");
        assert_eq!(outdated(&[], none), Vec::<String>::new());
    }

    #[test]
    fn rotation_leaves_alone_what_is_not_ours() {
        let folder = tempfile::tempdir().expect("a folder");
        let names =
            ["comptoir-2020-01-01T0000Z.tar.zst", "comptoir-2020-01-02T0000Z.tar.zst", "photo.jpg"];
        for name in names {
            std::fs::write(folder.path().join(name), "not a backup").expect("written");
        }
        let none = Kept { daily: 0, weekly: 0, monthly: 0 };
        assert!(rotate(folder.path(), "mine", none).expect("rotated").is_empty());
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 3);
    }

    #[test]
    fn what_fails_leaves_nothing_and_what_was_left_is_swept() {
        let folder = tempfile::tempdir().expect("a folder");
        let made = at("2026-11-22T05:01:00Z");
        let left = folder.path().join(".comptoir-2026-11-21T0501Z.tar.zst.partial");
        std::fs::write(&left, "half").expect("written");
        let failed = place(folder.path(), made, |out| {
            out.write_all(b"half").map_err(BackupError::Output)?;
            Err::<(), _>(BackupError::NoFolder)
        });
        assert!(failed.is_err() && !left.exists());
        assert_eq!(std::fs::read_dir(folder.path()).expect("listed").count(), 0);
        for expected in ["comptoir-2026-11-22T0501Z.tar.zst", "comptoir-2026-11-22T0501Z-2.tar.zst"]
        {
            let (file, ()) = place(folder.path(), made, |_| Ok(())).expect("placed");
            assert_eq!(file, folder.path().join(expected), "no backup is written over");
        }
    }
}
