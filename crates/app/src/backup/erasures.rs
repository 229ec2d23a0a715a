//! The list of erased persons lies beside the backups: keyed hashes, no name and no address. A backup is
//! older than the erasures after it; whoever restores it needs them.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use comptoir_store::backup::schedule;
use comptoir_store::{Store, StoreError};

use crate::commands::log;

/// The list, in the data folder and beside the backups, and the key of its hashes.
pub use comptoir_store::privacy::{ERASURES_FILE as LIST, ERASURES_KEY_FILE as KEY};

/// Brings the list beside the backups up to date; whether there was anything to do.
pub fn keep_beside(data: &Path, backups: &Path) -> io::Result<bool> {
    let mut changed = false;
    for name in [KEY, LIST] {
        let held = match std::fs::read(data.join(name)) {
            Ok(held) => held,
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let beside = backups.join(name);
        if std::fs::read(&beside).is_ok_and(|kept| kept == held) {
            continue;
        }
        write_whole(&beside, &held)?;
        changed = true;
    }
    Ok(changed)
}

/// Brings it up to date after an erasure, where backups are scheduled. That the folder can't be written
/// is no reason to take the erasure back: the next look at the timetable tries again.
pub fn follow(store: &Store) -> Result<(), StoreError> {
    let (plan, _) = schedule::schedule(&store.read()?)?;
    if let (Some(plan), Some(data)) = (plan, store.folder())
        && let Err(error) = keep_beside(data, Path::new(&plan.folder))
    {
        log(&format!("the list of erasures could not be copied beside the backups: {error}"));
    }
    Ok(())
}

/// What lists that are newer than a restored backup did to it.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Persons that were erased again.
    pub persons: u64,
    /// Lists of another workspace: their hashes, made with another key, name nobody here.
    pub foreign: Vec<PathBuf>,
}

/// Erases again, in a workspace that was restored, whom the lists name. Each has its key beside it. The
/// workspace's own list needs no telling: it is applied when the data folder is opened.
pub fn apply(store: &Store, lists: &[PathBuf]) -> Result<Applied, StoreError> {
    let mut applied = Applied::default();
    for list in lists {
        let key = list.with_file_name(KEY);
        let own = store.folder().and_then(|folder| std::fs::read(folder.join(KEY)).ok());
        let theirs = std::fs::read(&key).ok();
        if own.is_some() && theirs.is_some() && own != theirs {
            applied.foreign.push(list.clone());
        } else {
            applied.persons += store.reapply_erasures(list, &key)?;
        }
    }
    Ok(applied)
}

/// The file appears whole or not at all, readable by its owner only.
pub fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let unfinished = file.with_file_name(format!(".{name}.partial"));
    let mut out =
        File::options().create(true).truncate(true).write(true).mode(0o600).open(&unfinished)?;
    out.write_all(bytes)?;
    out.sync_all()?;
    std::fs::rename(&unfinished, file)?;
    file.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s126_an_erasure_is_beside_the_scheduled_backups_at_once() {
        let folder = tempfile::tempdir().expect("a folder");
        let backups = folder.path().join("backups");
        std::fs::create_dir(&backups).expect("a folder");
        let data = folder.path().join("data");
        let store = Store::open(&data, std::time::Duration::ZERO).expect("a store");
        std::fs::write(data.join(LIST), "{}\n").expect("written");
        follow(&store).expect("nothing is scheduled");
        assert!(!backups.join(LIST).exists());
        let plan = schedule::Schedule {
            folder: backups.to_string_lossy().into_owned(),
            hour: 3,
            daily: 7,
            weekly: 4,
            monthly: 12,
            since: jiff::Timestamp::UNIX_EPOCH,
        };
        store.set_schedule(Some(&plan)).expect("set");
        follow(&store).expect("followed");
        assert_eq!(std::fs::read_to_string(backups.join(LIST)).expect("beside"), "{}\n");
        // A disk that is not mounted takes no erasure back.
        std::fs::remove_dir_all(&backups).expect("gone");
        follow(&store).expect("said in the log");
    }

    #[test]
    fn the_list_follows_each_erasure_beside_the_backups() {
        let folder = tempfile::tempdir().expect("a folder");
        let (data, backups) = (folder.path().join("data"), folder.path().join("backups"));
        for folder in [&data, &backups] {
            std::fs::create_dir(folder).expect("a folder");
        }
        assert!(!keep_beside(&data, &backups).expect("nothing"));
        std::fs::write(data.join(KEY), "key").expect("written");
        std::fs::write(data.join(LIST), "{\"a\":1}\n").expect("written");
        assert!(keep_beside(&data, &backups).expect("kept"));
        assert!(!keep_beside(&data, &backups).expect("known"));
        std::fs::write(data.join(LIST), "{\"a\":1}\n{\"b\":2}\n").expect("written");
        assert!(keep_beside(&data, &backups).expect("kept"));
        let kept = std::fs::read_to_string(backups.join(LIST)).expect("kept");
        assert_eq!(kept, "{\"a\":1}\n{\"b\":2}\n");

        // Whoever has another key is another workspace.
        let store = Store::open(&folder.path().join("other"), std::time::Duration::ZERO);
        let store = store.expect("a store");
        let list = backups.join(LIST);
        std::fs::write(folder.path().join("other").join(KEY), "another").expect("written");
        let applied = apply(&store, std::slice::from_ref(&list)).expect("applied");
        assert_eq!(applied, Applied { persons: 0, foreign: vec![list] });
        assert_eq!(apply(&store, &[]).expect("nothing"), Applied::default());
    }
}
