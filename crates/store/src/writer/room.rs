//! Room on the disk. Now and then the database moves its log into its file; when the disk fills up in the
//! middle of that, it stops for good, where a commit that finds no room only fails. So it is told not to
//! begin while there is little room: the log grows as far as it can, and is moved once there is room again.

use std::path::{Path, PathBuf};

use duckdb::Connection;

use crate::engine::CHECKPOINT;

/// Beside twice the log's size: what is being written meanwhile.
pub(crate) const SPARE: u64 = 64 << 20;

/// What the writer knows of its disk.
pub(super) struct Room {
    /// The database's file; `None` in memory.
    file: Option<PathBuf>,
    enough: bool,
}

impl Room {
    pub(super) fn of(connection: &Connection) -> Self {
        let sql = "SELECT path FROM duckdb_databases() WHERE NOT internal AND path IS NOT NULL";
        let file = connection.query_row(sql, [], |row| row.get::<_, String>(0)).ok();
        Self { file: file.map(PathBuf::from), enough: true }
    }

    /// Looks again, before something is written.
    pub(super) fn look(&mut self, connection: &Connection) {
        let Some(file) = &self.file else { return };
        let enough = free(file).is_none_or(|free| free >= wanted(file));
        if enough && self.enough {
            return;
        }
        let threshold = if enough { CHECKPOINT } else { "1TB" };
        // If even this fails, the next commit tells why.
        let _failed =
            connection.execute_batch(&format!("SET checkpoint_threshold = '{threshold}'"));
        self.enough = enough;
    }
}

/// What the disk of a file has left; `None` where the system does not tell.
pub(crate) fn free(file: &Path) -> Option<u64> {
    let disk = rustix::fs::statvfs(file).ok()?;
    Some(disk.f_bavail.saturating_mul(disk.f_frsize))
}

fn wanted(file: &Path) -> u64 {
    let mut log = file.as_os_str().to_owned();
    log.push(".wal");
    std::fs::metadata(log).map_or(0, |log| log.len()).saturating_mul(2).saturating_add(SPARE)
}
