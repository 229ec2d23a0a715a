//! A backup, put back: checked to its last byte before anything is touched, and what was there is moved
//! aside, never deleted.

use std::fs::File;
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use comptoir_store::{FolderLock, Store, StoreError, backup};
use jiff::Timestamp;

use super::archive::{DATABASE, MEMBERS};
use super::{BackupError, Damage, Manifest, check, erasures, room};

/// How long another program may take to let the folder go.
const PATIENCE: Duration = Duration::from_secs(10);

/// What else belongs to the data that is replaced.
const BESIDE: [&str; 2] = ["comptoir.duckdb.wal", "rejected"];

/// Where the members wait until all of them are there.
const WAITING: &str = "restoring";

/// Why nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    #[error("{file}: {damage}")]
    Damage { file: PathBuf, damage: Damage },
    #[error(
        "the backup’s database is of a newer comptoir (schema {found}, this program knows {known}; it was made by {made_by}); update the program, then restore"
    )]
    Newer { found: i64, known: i64, made_by: String },
    #[error(
        "{0} holds a workspace already; choose an empty folder, or say --force to move it aside"
    )]
    Occupied(PathBuf),
    #[error("{0}")]
    Room(BackupError),
    #[error("cannot use {path}: {source}")]
    Folder { path: PathBuf, source: io::Error },
    #[error("{0}")]
    Store(#[from] StoreError),
}

/// What was done.
pub struct Restored {
    pub manifest: Manifest,
    /// Where the workspace that was there is now.
    pub aside: Option<PathBuf>,
    /// The restored workspace, open.
    pub store: Store,
    /// Lists of erasures that are newer than the backup: the one beside it, and the replaced
    /// workspace's, where they lie.
    pub erasures: Vec<PathBuf>,
}

/// Puts a backup into a data folder.
pub fn restore(
    file: &Path,
    folder: &Path,
    force: bool,
    now: Timestamp,
) -> Result<Restored, RestoreError> {
    let damaged = |damage| RestoreError::Damage { file: file.to_owned(), damage };
    let manifest = check::verify(file).map_err(damaged)?;
    let known = backup::known_schema();
    if manifest.schema > known {
        let made_by = manifest.comptoir.chars().take(40).collect();
        return Err(RestoreError::Newer { found: manifest.schema, known, made_by });
    }
    let lock = FolderLock::take(folder, PATIENCE)?;
    let failed = |path: &Path, source| RestoreError::Folder { path: path.to_owned(), source };
    let held: Vec<&str> = MEMBERS
        .into_iter()
        .chain(BESIDE)
        .filter(|name| folder.join(name).symlink_metadata().is_ok())
        .collect();
    if !held.is_empty() && !force {
        return Err(RestoreError::Occupied(folder.to_owned()));
    }
    let bytes = manifest.members.iter().map(|member| member.bytes).sum();
    room(folder, bytes).map_err(RestoreError::Room)?;

    let waiting = folder.join(WAITING);
    if waiting.exists() {
        std::fs::remove_dir_all(&waiting).map_err(|error| failed(&waiting, error))?;
    }
    private_folder(&waiting).map_err(|error| failed(&waiting, error))?;
    // Names are of the known ones only, so none of them leads out of this folder.
    let unpacked = check::read(file, |member| private_file(&waiting.join(&member.name)));
    let unpacked = unpacked.and_then(|unpacked| {
        for member in &unpacked.members {
            let on_disk = File::open(waiting.join(&member.name)).and_then(|file| file.sync_all());
            on_disk.map_err(Damage::Output)?;
        }
        Ok(unpacked)
    });
    let unpacked = match unpacked {
        Ok(unpacked) => unpacked,
        Err(damage) => {
            let _gone = std::fs::remove_dir_all(&waiting);
            return Err(damaged(damage));
        }
    };
    let aside = if held.is_empty() { None } else { Some(set_aside(folder, &held, now)?) };
    // The database last: without it, the folder is empty to whoever looks.
    for member in unpacked.members.iter().rev() {
        let (from, to) = (waiting.join(&member.name), folder.join(&member.name));
        std::fs::rename(&from, &to).map_err(|error| failed(&to, error))?;
    }
    std::fs::remove_dir(&waiting).map_err(|error| failed(&waiting, error))?;
    File::open(folder).and_then(|open| open.sync_all()).map_err(|error| failed(folder, error))?;
    drop(lock);

    // An older schema is brought up to date here.
    let store = Store::open(folder, PATIENCE)?;
    let beside = file.parent().map(Path::to_owned);
    let lists = [beside, aside.clone()]
        .into_iter()
        .flatten()
        .map(|at| at.join(erasures::LIST))
        .filter(|list| list.is_file())
        .collect();
    Ok(Restored { manifest, aside, store, erasures: lists })
}

/// Moves what is there into a folder of its own.
fn set_aside(folder: &Path, held: &[&str], now: Timestamp) -> Result<PathBuf, RestoreError> {
    let stem = format!("before-restore-{}", now.strftime("%Y-%m-%dT%H%M%SZ"));
    let aside = std::iter::once(folder.join(&stem))
        .chain((2..=u16::MAX).map(|number| folder.join(format!("{stem}-{number}"))))
        .find(|aside| !aside.exists())
        .unwrap_or_else(|| folder.join(&stem));
    let failed = |source| RestoreError::Folder { path: aside.clone(), source };
    private_folder(&aside).map_err(failed)?;
    // The database last: until then, the folder is still the old workspace's.
    for name in held
        .iter()
        .filter(|name| **name != DATABASE)
        .chain(held.iter().filter(|name| **name == DATABASE))
    {
        std::fs::rename(folder.join(name), aside.join(name)).map_err(failed)?;
    }
    Ok(aside)
}

fn private_folder(folder: &Path) -> io::Result<()> {
    std::fs::DirBuilder::new().mode(0o700).create(folder)
}

fn private_file(file: &Path) -> io::Result<File> {
    File::options().create_new(true).write(true).mode(0o600).open(file)
}
