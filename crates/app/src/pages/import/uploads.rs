//! Files on their way through the import page: where they wait, what was said of them, how far they are.
//!
//! They live in `DATA/uploads` under names of our own, readable by nobody else, and only until the
//! import has ended. What is known of them is kept in memory: after a restart they are of no use, and
//! are removed.

use std::collections::HashMap;
use std::fs::{DirBuilder, File};
use std::hash::{BuildHasher, RandomState};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use comptoir_model::Shop;
use comptoir_store::Undone;
use jiff::{SignedDuration, Timestamp};

use super::choices::Choices;
use crate::importing::Progress;

/// An upload that nobody confirmed is removed after this long.
const KEPT: SignedDuration = SignedDuration::from_hours(24);

/// The uploads of a running server.
pub struct Uploads {
    folder: PathBuf,
    all: Mutex<HashMap<String, Arc<Upload>>>,
    /// What undoing an import did, to be shown on its report while the server runs.
    undone: Mutex<HashMap<i64, Undone>>,
    /// Makes numbers that nobody guesses or gets twice.
    seed: RandomState,
    count: AtomicU64,
}

/// A file that was sent.
pub struct Upload {
    pub id: String,
    /// Where it waits.
    pub path: PathBuf,
    /// What its owner calls it: to be shown, never to be opened.
    pub name: String,
    pub size: u64,
    pub target: Target,
    received: Timestamp,
    state: Mutex<State>,
}

/// The shop that receives the orders.
#[derive(Debug, Clone)]
pub struct Target {
    pub shop: Shop,
    /// Its number; none where it is still to be created.
    pub id: Option<i64>,
    /// Whether it is to be created, which happens with the import and not before.
    pub new: bool,
}

/// What changes about an upload.
#[derive(Default)]
pub struct State {
    pub choices: Choices,
    pub stage: Stage,
    /// Why the last try ended, until the next one.
    pub failure: Option<Failure>,
}

#[derive(Default)]
pub enum Stage {
    /// Waiting for its mapping to be confirmed.
    #[default]
    Waiting,
    Reading {
        progress: Arc<Progress>,
        since: Instant,
    },
    /// All rows are read; nothing can stop it any more.
    Writing {
        rows: u64,
    },
    /// Ended, as this import.
    Done(i64),
}

/// How a try ended without an import.
#[derive(Debug, Clone)]
pub enum Failure {
    Stopped,
    /// No row could be read, and the shop would have been new.
    Nothing,
    Broken(Arc<anyhow::Error>),
}

impl Uploads {
    /// Makes ready; files of an earlier run are removed.
    pub fn new(data: Option<&Path>) -> Self {
        let folder = match data {
            Some(data) => data.join("uploads"),
            None => std::env::temp_dir().join(format!("comptoir-uploads-{}", std::process::id())),
        };
        // A folder that can't be emptied is no reason not to start: the next upload says so.
        let _absent = std::fs::remove_dir_all(&folder);
        Self {
            folder,
            all: Mutex::default(),
            undone: Mutex::default(),
            seed: RandomState::new(),
            count: AtomicU64::new(0),
        }
    }

    /// A new file to write an upload to, and its number.
    pub fn create(&self) -> std::io::Result<(String, PathBuf, File)> {
        if !self.folder.is_dir() {
            DirBuilder::new().recursive(true).mode(0o700).create(&self.folder)?;
        }
        let count = self.count.fetch_add(1, Ordering::Relaxed);
        let id = format!("{:016x}", self.seed.hash_one(count));
        let path = self.folder.join(format!("{id}.part"));
        let file = File::options().write(true).create_new(true).mode(0o600).open(&path)?;
        Ok((id, path, file))
    }

    /// Keeps an upload that has arrived whole.
    pub fn keep(&self, upload: Upload) -> Arc<Upload> {
        let upload = Arc::new(upload);
        lock(&self.all).insert(upload.id.clone(), Arc::clone(&upload));
        upload
    }

    pub fn get(&self, id: &str) -> Option<Arc<Upload>> {
        lock(&self.all).get(id).cloned()
    }

    /// Forgets an upload and removes its file.
    pub fn remove(&self, id: &str) {
        let upload = lock(&self.all).remove(id);
        if let Some(upload) = upload {
            upload.delete();
        }
    }

    /// Removes what was left waiting for too long.
    pub fn sweep(&self, now: Timestamp) {
        lock(&self.all).retain(|_, upload| {
            let running =
                matches!(upload.state().stage, Stage::Reading { .. } | Stage::Writing { .. });
            let keep = running || now.duration_since(upload.received) < KEPT;
            if !keep {
                upload.delete();
            }
            keep
        });
    }

    /// Remembers what undoing an import did.
    pub fn remember(&self, import: i64, undone: Undone) {
        lock(&self.undone).insert(import, undone);
    }

    pub fn undone(&self, import: i64) -> Option<Undone> {
        lock(&self.undone).get(&import).cloned()
    }
}

impl Upload {
    pub fn new(
        (id, path): (String, PathBuf),
        name: String,
        size: u64,
        target: Target,
        choices: Choices,
        received: Timestamp,
    ) -> Self {
        let state = Mutex::new(State { choices, ..State::default() });
        Self { id, path, name, size, target, received, state }
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }

    pub fn address(&self) -> String {
        format!("/import/{}", self.id)
    }

    /// Removes the file; the rest stays to be shown.
    pub fn delete(&self) {
        let _absent = std::fs::remove_file(&self.path);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_model::Currency;
    use std::os::unix::fs::PermissionsExt;

    fn upload(uploads: &Uploads, received: &str) -> Arc<Upload> {
        let (id, path, _file) = uploads.create().unwrap();
        let shop = Shop {
            slug: "s".into(),
            name: "S".into(),
            platform: "file".into(),
            currency: "EUR".parse::<Currency>().unwrap(),
            timezone: "Europe/Paris".into(),
        };
        let target = Target { shop, id: Some(1), new: false };
        let received = received.parse().unwrap();
        uploads.keep(Upload::new(
            (id, path),
            "a.csv".into(),
            0,
            target,
            Choices::default(),
            received,
        ))
    }

    #[test]
    fn uploads_are_private_and_leave_after_a_day_or_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(Some(folder.path()));
        let old = upload(&uploads, "2026-11-20T09:00:00Z");
        let fresh = upload(&uploads, "2026-11-20T11:00:00Z");
        assert_ne!(old.id, fresh.id);
        assert_eq!(fresh.path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        uploads.sweep("2026-11-21T10:00:00Z".parse().unwrap());
        assert!(!old.path.exists() && fresh.path.exists());
        assert!(uploads.get(&old.id).is_none() && uploads.get(&fresh.id).is_some());
        drop(uploads);
        let _restarted = Uploads::new(Some(folder.path()));
        assert!(!fresh.path.exists());
    }

    #[test]
    fn a_running_import_keeps_its_file() {
        let folder = tempfile::tempdir().unwrap();
        let uploads = Uploads::new(Some(folder.path()));
        let running = upload(&uploads, "2026-11-20T09:00:00Z");
        running.state().stage = Stage::Writing { rows: 1 };
        uploads.sweep("2026-11-25T09:00:00Z".parse().unwrap());
        assert!(running.path.exists());
    }
}
