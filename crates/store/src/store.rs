//! A data folder: its lock, its database, its writer.

use std::fs::{File, TryLockError};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use comptoir_model::{Batch, Shop};
use jiff::Timestamp;

use crate::engine::{Engine, Question, Snapshot};
use crate::error::StoreError;
use crate::privacy::Book;
use crate::seal::Seals;
use crate::shops;
use crate::writer::{self, Writer};

/// How often a locked folder is tried again.
const RETRY: Duration = Duration::from_millis(50);

/// An open data folder. Whoever holds it is the only process that writes there.
pub struct Store {
    folder: Option<PathBuf>,
    engine: Engine,
    writer: Option<Writer>,
    thread: Mutex<Option<JoinHandle<()>>>,
    seals: Seals,
    book: Arc<Book>,
    _lock: Option<File>,
}

/// A data folder that nobody else uses, though its database is not open.
pub struct FolderLock {
    _lock: File,
}

impl FolderLock {
    /// Takes a data folder, created if need be, waiting up to `patience` for whoever holds it.
    pub fn take(folder: &Path, patience: Duration) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Folder { folder: folder.to_owned(), source };
        create_private_folder(folder).map_err(failed)?;
        Ok(Self { _lock: acquire(folder, patience)? })
    }
}

impl Store {
    /// Opens a data folder, created if need be, waiting up to `patience` for its lock.
    pub fn open(folder: &Path, patience: Duration) -> Result<Self, StoreError> {
        let failed = |source| StoreError::Folder { folder: folder.to_owned(), source };
        create_private_folder(folder).map_err(failed)?;
        let lock = acquire(folder, patience)?;
        let temporary = folder.join("temporary");
        // What an interrupted program left there is of no use to anyone.
        if temporary.exists() {
            // One that root has left can't be looked into, but goes while it is empty.
            std::fs::remove_dir(&temporary)
                .or_else(|_| std::fs::remove_dir_all(&temporary))
                .map_err(failed)?;
        }
        std::fs::create_dir(&temporary).map_err(failed)?;
        let engine = Engine::open(&folder.join("comptoir.duckdb"), &temporary)?;
        let store = Self::start(engine, Some(folder.to_owned()), Some(lock))?;
        store.settle_erasures()?;
        Ok(store)
    }

    /// A store that forgets everything, for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::start(Engine::in_memory()?, None, None)
    }

    fn start(
        engine: Engine,
        folder: Option<PathBuf>,
        lock: Option<File>,
    ) -> Result<Self, StoreError> {
        let book = Arc::new(Book::new(folder.as_deref()));
        let (writer, thread) = Writer::start(&engine, Arc::clone(&book))?;
        Ok(Self {
            seals: Seals::new(folder.as_deref()),
            book,
            folder,
            engine,
            writer: Some(writer),
            thread: Mutex::new(Some(thread)),
            _lock: lock,
        })
    }

    /// The data folder; `None` for a store in memory.
    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// A consistent view of the data.
    pub fn read(&self) -> Result<Snapshot, StoreError> {
        self.engine.read()
    }

    /// The same, for a question that may be ended.
    pub fn read_for(&self, question: &Question) -> Result<Snapshot, StoreError> {
        self.engine.read_for(question)
    }

    pub fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or(StoreError::WriterGone)
    }

    /// What secrets are sealed with.
    pub(crate) fn seals(&self) -> &Seals {
        &self.seals
    }

    /// Whom the store must not take back.
    pub(crate) fn book(&self) -> Arc<Book> {
        Arc::clone(&self.book)
    }

    /// Writes a batch and returns once it is on disk.
    pub fn write(&self, batch: Batch) -> Result<(), StoreError> {
        self.writer()?.write(batch)
    }

    /// Adds a shop; a shop that exists with the same settings is left as it is.
    pub fn create_shop(&self, shop: Shop, now: Timestamp) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| shops::create(connection, &shop, now))
        })
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        // The thread ends when the last way to it is gone, after it has written what waited.
        self.writer = None;
        if let Some(thread) = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ended = thread.join();
        }
    }
}

fn create_private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if folder.is_dir() {
        return Ok(());
    }
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

/// Takes the folder's lock, which the system releases when the process ends, however it ends.
fn acquire(folder: &Path, patience: Duration) -> Result<File, StoreError> {
    let failed = |source| StoreError::Folder { folder: folder.to_owned(), source };
    let file = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(folder.join("lock"))
        .map_err(failed)?;
    let started = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if started.elapsed() < patience => {
                std::thread::sleep(RETRY);
            }
            Err(TryLockError::WouldBlock) => return Err(StoreError::Locked(folder.to_owned())),
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
    }
}
