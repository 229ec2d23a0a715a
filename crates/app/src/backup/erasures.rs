//! The list of erased persons lies beside the backups: keyed hashes, no name and no address. A backup is
//! older than the erasures after it; whoever restores it needs them.

use std::fs::File;
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use comptoir_store::{Store, StoreError};

/// The list, in the data folder and beside the backups: one line for each erasure, at the end.
pub const LIST: &str = "erasures.jsonl";

/// The key of its hashes.
pub const KEY: &str = "erasures.key";

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

/// Erases again, in a workspace that was restored, whom the lists name: its own, which is as new as the
/// backup, and those that are newer. Each list has its key beside it. Returns how many persons.
pub fn apply(store: &Store, folder: &Path, newer: &[PathBuf]) -> Result<u64, StoreError> {
    let own = folder.join(LIST);
    let mut erased = 0;
    for list in std::iter::once(&own).filter(|own| own.is_file()).chain(newer) {
        erased += reapply(store, list, &list.with_file_name(KEY))?;
    }
    Ok(erased)
}

/// `Store::reapply_erasures`, where the store knows of erasures.
fn reapply(_store: &Store, list: &Path, _key: &Path) -> Result<u64, StoreError> {
    Err(StoreError::Invalid(format!("{} can’t be applied yet", list.display())))
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
    }
}
