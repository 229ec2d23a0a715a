//! The staging table of an import: rows wait there, in a table that vanishes with the connection,
//! until all of them are read. An import interrupted before that leaves nothing.

use std::sync::mpsc::{self, SyncSender};
use std::thread::JoinHandle;

use duckdb::arrow::array::{Array, BinaryArray, Int64Array, StringArray};
use duckdb::{Appender, params};

use crate::engine::{Engine, Lease};
use crate::error::StoreError;

/// A row of a file, waiting to be grouped with the others of its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WaitingRow {
    /// What the row describes, kind included: rows of one order share it.
    pub key: String,
    /// Where the row stands among those of its key.
    pub line: u64,
    /// The row as its reader wrote it down.
    pub payload: Vec<u8>,
}

/// Rows of one import, waiting. A thread of its own puts them into the table, while the caller reads on.
pub struct Staging {
    chunks: Option<SyncSender<Vec<WaitingRow>>>,
    thread: Option<JoinHandle<Result<Lease, StoreError>>>,
}

/// Chunks that may wait for the table; more would only hold memory.
const IN_FLIGHT: usize = 4;

impl Staging {
    pub(crate) fn new(engine: &Engine) -> Result<Self, StoreError> {
        let connection = engine.lease()?;
        connection.execute_batch(
            "CREATE OR REPLACE TEMP TABLE staged (key VARCHAR, line BIGINT, payload BLOB)",
        )?;
        let (chunks, waiting) = mpsc::sync_channel::<Vec<WaitingRow>>(IN_FLIGHT);
        let thread = std::thread::spawn(move || {
            // One transaction: rows committed one chunk after the other would be copied each time.
            connection.execute_batch("BEGIN TRANSACTION")?;
            let mut appender = connection.appender("staged")?;
            for chunk in waiting {
                append(&mut appender, &chunk)?;
            }
            appender.flush()?;
            drop(appender);
            connection.execute_batch("COMMIT")?;
            Ok(connection)
        });
        Ok(Self { chunks: Some(chunks), thread: Some(thread) })
    }

    /// Adds rows, in any order. An error of an earlier chunk may show here or at the end.
    pub fn append(&mut self, rows: Vec<WaitingRow>) -> Result<(), StoreError> {
        let sent = self.chunks.as_ref().is_some_and(|chunks| chunks.send(rows).is_ok());
        if sent { Ok(()) } else { self.settled().map(|_| ()) }
    }

    /// Waits until every row is in the table.
    fn settled(&mut self) -> Result<Lease, StoreError> {
        self.chunks = None;
        let gone =
            || StoreError::Invalid("the staging table is gone; import the file again".into());
        self.thread.take().ok_or_else(gone)?.join().map_err(|_panicked| gone())?
    }

    /// Hands over the rows of each key together, in the order of `line`. Keys come shortest first,
    /// then in alphabetical order, so that numbered orders come in the order of their numbers.
    pub fn each_group(
        mut self,
        each: &mut dyn FnMut(&str, &mut Vec<WaitingRow>) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        let connection = self.settled()?;
        let mut statement = connection
            .prepare("SELECT key, line, payload FROM staged ORDER BY length(key), key, line")?;
        let mut group: Vec<WaitingRow> = Vec::new();
        for batch in statement.stream_arrow([])? {
            let unexpected =
                || StoreError::Invalid("the staging table has unexpected columns".into());
            let column = |index: usize| batch.column(index).as_any();
            let keys = column(0).downcast_ref::<StringArray>().ok_or_else(unexpected)?;
            let lines = column(1).downcast_ref::<Int64Array>().ok_or_else(unexpected)?;
            let payloads = column(2).downcast_ref::<BinaryArray>().ok_or_else(unexpected)?;
            for index in 0..keys.len() {
                let key = keys.value(index);
                if let Some(first) =
                    group.first().map(|row| row.key.clone()).filter(|first| first != key)
                {
                    each(&first, &mut group)?;
                    group.clear();
                }
                group.push(WaitingRow {
                    key: key.to_owned(),
                    line: u64::try_from(lines.value(index)).unwrap_or(0),
                    payload: payloads.value(index).to_vec(),
                });
            }
        }
        if let Some(first) = group.first().map(|row| row.key.clone()) {
            each(&first, &mut group)?;
        }
        Ok(())
    }
}

fn append(appender: &mut Appender<'_>, rows: &[WaitingRow]) -> Result<(), StoreError> {
    for row in rows {
        let line = i64::try_from(row.line).map_err(|_| StoreError::Overflow)?;
        appender.append_row(params![row.key, line, row.payload])?;
    }
    Ok(())
}
