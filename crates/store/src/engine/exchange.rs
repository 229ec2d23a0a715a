//! Writes the database into a new file and puts it in the place of the old one, so that nothing of what
//! was erased or replaced is left in any file of the data folder.
//!
//! The copy is made by the writer's thread while readers go on. For the exchange itself every
//! connection must be closed: the gate keeps new readers waiting for an instant, and if those inside do
//! not come out soon it opens again and another instant is waited for. At no moment is there a file
//! that is not whole under the database's name: the new one is synced, then renamed over the old one,
//! and no write-ahead log of the old one is left by then.

use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::PoisonError;
use std::time::Duration;

use duckdb::Connection;

use super::{Engine, Place, query};
use crate::error::StoreError;
use crate::migrations;
use crate::privacy::Compacted;
use crate::writer::room;

/// The new file's name until it takes the old one's place.
const NEW_FILE: &str = "comptoir.compacting.duckdb";

/// How long readers may be kept waiting for those inside, how often that is tried, and the pause. Not for
/// long: whoever is inside may be waiting for the writer, which is busy here.
const INSTANT: Duration = Duration::from_secs(2);
const TRIES: usize = 5;
const PAUSE: Duration = Duration::from_millis(500);

impl Place {
    fn folder(&self) -> &Path {
        self.file.parent().unwrap_or(Path::new("."))
    }

    fn new_file(&self) -> PathBuf {
        self.folder().join(NEW_FILE)
    }
}

/// Removes what an interrupted compaction left: it never took the database's place.
pub(super) fn forget_unfinished(place: &Place) -> Result<(), StoreError> {
    let file = place.new_file();
    for path in [log_of(&file), file] {
        match std::fs::remove_file(&path) {
            Err(source) if source.kind() != ErrorKind::NotFound => {
                return Err(StoreError::Folder { folder: path, source });
            }
            _ => {}
        }
    }
    Ok(())
}

impl Engine {
    /// Compacts with the writer's connection, which is handed back, or one to the new file. `None`: the
    /// new file could not be opened; the program must be started again.
    pub(crate) fn compact(
        &self,
        connection: Connection,
    ) -> (Option<Connection>, Result<Compacted, StoreError>) {
        let Some(place) = &self.shared.place else {
            let cleared = connection.execute_batch("DELETE FROM compaction");
            return (
                Some(connection),
                cleared.map(|()| Compacted::default()).map_err(StoreError::from),
            );
        };
        let before = size(&place.file) + size(&log_of(&place.file));
        let copied = forget_unfinished(place)
            .and_then(|()| check_room(place, before))
            .and_then(|()| self.copy(place));
        if let Err(error) = copied {
            let _left = forget_unfinished(place);
            return (Some(connection), Err(error));
        }
        for _ in 0..TRIES {
            if let Some(closed) = self.shared.gate.close(INSTANT) {
                let (connection, outcome) = self.exchange(place, connection);
                drop(closed);
                let outcome = outcome
                    .map(|()| Compacted { bytes_before: before, bytes_after: size(&place.file) });
                return (connection, outcome);
            }
            std::thread::sleep(PAUSE);
        }
        let _left = forget_unfinished(place);
        let busy = "something reads the database without a pause (an import that waits, a long export); the compaction will be tried again";
        (Some(connection), Err(StoreError::Invalid(busy.to_owned())))
    }

    /// Writes everything into the new file and syncs it.
    fn copy(&self, place: &Place) -> Result<(), StoreError> {
        let connection = self.connect()?;
        let old = text(&connection, "SELECT current_database()")?;
        let file = place.new_file();
        let named = file.to_string_lossy().replace('\'', "''");
        connection.execute_batch(&format!("ATTACH '{named}' AS compacting"))?;
        let filled = fill(&connection, &old).inspect_err(|_| {
            // A transaction that failed midway would keep the new file attached.
            let _ended = connection.execute_batch("ROLLBACK");
        });
        let detached = connection.execute_batch(&format!(
            "USE \"{old}\"; DETACH compacting; SET preserve_insertion_order = false"
        ));
        filled?;
        detached?;
        let failed = |source| StoreError::Folder { folder: file.clone(), source };
        if log_of(&file).exists() {
            return Err(StoreError::Invalid(format!("{} was not closed whole", file.display())));
        }
        File::open(&file).and_then(|new| new.sync_all()).map_err(failed)
    }

    /// Closes every connection, renames, opens again. Nobody is inside.
    fn exchange(
        &self,
        place: &Place,
        connection: Connection,
    ) -> (Option<Connection>, Result<(), StoreError>) {
        let lock = PoisonError::into_inner;
        drop(connection);
        self.shared.idle.lock().unwrap_or_else(lock).clear();
        let mut root = self.shared.root.lock().unwrap_or_else(PoisonError::into_inner);
        *root = None;
        let exchanged = rename(place);
        let opened = place.open().and_then(|opened| {
            migrations::apply(&opened)?;
            let writer = opened.try_clone()?;
            *root = Some(opened);
            Ok(writer)
        });
        match opened {
            Ok(writer) => (Some(writer), exchanged),
            Err(error) => (None, Err(error)),
        }
    }
}

/// Puts the new file in the old one's place.
fn rename(place: &Place) -> Result<(), StoreError> {
    let failed = |source| StoreError::Folder { folder: place.file.clone(), source };
    let refuse = |what: &str| {
        let _left = forget_unfinished(place);
        Err(StoreError::Invalid(format!("{what}; the compaction will be tried again")))
    };
    if log_of(&place.file).exists() {
        return refuse("the database has a write-ahead log although it was closed");
    }
    if is_open(&place.file) {
        return refuse("something still has the database open");
    }
    std::fs::rename(place.new_file(), &place.file).map_err(failed)?;
    File::open(place.folder()).and_then(|folder| folder.sync_all()).map_err(failed)?;
    // What the database spilled there was closed with it.
    for entry in std::fs::read_dir(&place.temporary).map_err(failed)?.flatten() {
        if entry.file_name().to_string_lossy().starts_with("duckdb_temp") {
            let _gone = std::fs::remove_file(entry.path());
        }
    }
    Ok(())
}

/// A new file that finds no room midway would stay attached, and its blocks with it, until the next start.
/// Its own log holds the largest table as it was before it was packed.
fn check_room(place: &Place, bytes: u64) -> Result<(), StoreError> {
    let wanted = bytes.saturating_mul(2).saturating_add(room::SPARE);
    if room::free(&place.file).is_none_or(|free| free >= wanted) {
        return Ok(());
    }
    Err(StoreError::Invalid(format!(
        "a compaction takes {} MB of free disk for a while; free some space, and it will be tried again",
        wanted.div_ceil(1 << 20)
    )))
}

/// Whether this process has a file open, as far as the system tells.
fn is_open(file: &Path) -> bool {
    let Ok(file) = file.canonicalize() else { return false };
    let Ok(open) = std::fs::read_dir("/proc/self/fd") else { return false };
    open.flatten().any(|entry| std::fs::read_link(entry.path()).is_ok_and(|target| target == file))
}

/// Makes the schema anew, as the migrations declare it, and copies every table.
fn fill(connection: &Connection, old: &str) -> Result<(), StoreError> {
    connection.execute_batch("SET preserve_insertion_order = true; USE compacting")?;
    migrations::apply(connection)?;
    let tables = tables(connection, "compacting")?;
    if tables != self::tables(connection, old)? {
        return Err(StoreError::Invalid(
            "the database has other tables than its migrations make; nothing was compacted"
                .to_owned(),
        ));
    }
    for table in &tables {
        connection.execute_batch(&format!(
            "BEGIN TRANSACTION; DELETE FROM compacting.main.\"{table}\";
             INSERT INTO compacting.main.\"{table}\" BY NAME SELECT * FROM \"{old}\".main.\"{table}\"; COMMIT"
        ))?;
        let count = |database: &str| {
            text(
                connection,
                &format!("SELECT CAST(count(*) AS VARCHAR) FROM \"{database}\".main.\"{table}\""),
            )
        };
        if count("compacting")? != count(old)? {
            return Err(StoreError::Invalid(format!("the copy of {table} has not all rows")));
        }
    }
    for sequence in names(
        connection,
        "SELECT sequence_name FROM duckdb_sequences() WHERE database_name = ? AND NOT temporary ORDER BY 1",
        old,
    )? {
        let next: i64 = connection.query_row(
            &format!("SELECT nextval('\"{old}\".main.\"{sequence}\"')"),
            [],
            |row| row.get(0),
        )?;
        connection.execute_batch(&format!(
            "CREATE OR REPLACE SEQUENCE compacting.main.\"{sequence}\" START WITH {next}"
        ))?;
    }
    connection.execute_batch("DELETE FROM compacting.main.compaction; CHECKPOINT compacting")?;
    Ok(())
}

fn tables(connection: &Connection, database: &str) -> Result<Vec<String>, StoreError> {
    names(
        connection,
        "SELECT table_name FROM duckdb_tables() WHERE database_name = ? AND NOT temporary ORDER BY 1",
        database,
    )
}

fn names(connection: &Connection, sql: &str, database: &str) -> Result<Vec<String>, StoreError> {
    let rows = query(connection, sql, &[database.into()])?;
    Ok(rows.rows.iter().filter_map(|cells| cells[0].text().map(str::to_owned)).collect())
}

fn text(connection: &Connection, sql: &str) -> Result<String, StoreError> {
    let rows = query(connection, sql, &[])?;
    Ok(rows.rows.first().and_then(|cells| cells[0].text()).unwrap_or_default().to_owned())
}

fn log_of(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".wal");
    name.into()
}

fn size(file: &Path) -> u64 {
    file.metadata().map_or(0, |known| known.len())
}
