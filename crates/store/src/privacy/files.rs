//! Lists of rejected rows: an erased person's lines are taken out of the files.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use duckdb::Connection;

use super::hashes::{Book, sync_folder};
use super::traces::Traces;
use crate::engine::query;
use crate::error::StoreError;

/// What stands where a line was.
const ERASED_LINE: &str = "ligne effacée";

/// Takes the lines that name the person out of every list; returns how many they were.
pub(super) fn erase(
    connection: &Connection,
    book: &Book,
    traces: &Traces,
) -> Result<i64, StoreError> {
    let mut lines = 0;
    for path in lists(connection, book)? {
        // A list that is not there, or no longer a list, holds nothing that could be taken out.
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        if traces.quoted_in(&text) {
            lines += rewrite(&path, &text, traces)?;
        }
    }
    Ok(lines)
}

/// The lists of the data folder, and those that imports wrote elsewhere.
fn lists(connection: &Connection, book: &Book) -> Result<BTreeSet<PathBuf>, StoreError> {
    let rows = query(
        connection,
        "SELECT rejected_file FROM imports WHERE rejected_file IS NOT NULL",
        &[],
    )?;
    let mut all: BTreeSet<PathBuf> =
        rows.rows.iter().filter_map(|cells| Some(PathBuf::from(cells[0].text()?))).collect();
    if let Some(folder) = book.folder()
        && let Ok(entries) = std::fs::read_dir(folder.join("rejected"))
    {
        all.extend(entries.filter_map(|entry| Some(entry.ok()?.path())));
    }
    Ok(all)
}

fn rewrite(path: &Path, text: &str, traces: &Traces) -> Result<i64, StoreError> {
    let failed = |source| StoreError::Folder { folder: path.to_owned(), source };
    let mut erased = 0;
    let mut out = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    let mut list =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    for record in list.records() {
        let Ok(record) = record else { continue };
        let written = if record.iter().any(|cell| traces.quoted_in(cell)) {
            erased += 1;
            out.write_record(["", record.get(1).unwrap_or_default(), "", "", ERASED_LINE, ""])
        } else {
            out.write_record(&record)
        };
        written.map_err(|error| StoreError::Invalid(error.to_string()))?;
    }
    if erased == 0 {
        return Ok(0);
    }
    let bytes = out.into_inner().map_err(|error| StoreError::Invalid(error.to_string()))?;
    let new = path.with_extension("new");
    let mut file = File::options()
        .create(true)
        .truncate(true)
        .write(true)
        .mode(0o600)
        .open(&new)
        .map_err(failed)?;
    file.write_all(&bytes).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&new, path).map_err(failed)?;
    if let Some(folder) = path.parent() {
        sync_folder(folder)?;
    }
    Ok(erased)
}
