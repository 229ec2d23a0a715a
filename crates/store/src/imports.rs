//! Imports: what a file brought, kept so that it can be undone.

use std::sync::mpsc;

use comptoir_model::Record;
use duckdb::{Connection, params};
use jiff::Timestamp;

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::staging::{Staging, WaitingRow};
use crate::store::Store;
use crate::value::Value;
use crate::writer;

/// What is known of an import before its rows are.
#[derive(Debug, Clone)]
pub struct ImportPlan {
    pub shop: String,
    pub source: String,
    /// Preset or mapping it was read with.
    pub format: String,
    pub files: Vec<String>,
    pub started: Timestamp,
}

/// Counts of an import: rows of its files, and records that they made.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportCounts {
    pub rows: u64,
    pub accepted: u64,
    pub rejected: u64,
    /// Where the rejected rows are listed.
    pub rejected_file: Option<String>,
}

/// An import as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub id: i64,
    pub shop: String,
    pub format: String,
    pub files: String,
    pub started: Timestamp,
    pub undone: Option<Timestamp>,
    pub counts: ImportCounts,
    pub orders: u64,
    pub refunds: u64,
}

/// What an undo did, and what it left because something else had touched it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undone {
    pub removed_orders: u64,
    pub removed_refunds: u64,
    /// Numbers of orders that stay: another door brought or changed them.
    pub kept: Vec<String>,
}

/// Records on their way from the staging table to the writer.
const IN_FLIGHT: usize = 64;

/// Records handed over together.
const CHUNK: usize = 512;

impl Store {
    /// A staging table for the rows of one import.
    pub fn staging(&self) -> Result<Staging, StoreError> {
        Staging::new(self.engine())
    }

    /// Groups the staged rows, turns each group into records with `assemble`, and writes all of them
    /// in one transaction together with the import's own row. `counts` is asked at the end.
    pub fn commit_import(
        &self,
        staging: Staging,
        plan: ImportPlan,
        mut assemble: impl FnMut(&str, &mut Vec<WaitingRow>) -> Vec<Record> + Send + 'static,
        counts: impl FnOnce() -> ImportCounts + Send + 'static,
    ) -> Result<Import, StoreError> {
        let (sender, receiver) = mpsc::sync_channel::<Passed>(IN_FLIGHT);
        let reader = std::thread::spawn(move || {
            let mut chunk = Vec::with_capacity(CHUNK);
            let outcome = staging.each_group(&mut |key, rows| {
                chunk.extend(assemble(key, rows));
                if chunk.len() >= CHUNK {
                    let full = std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK));
                    sender.send(Passed::Records(full)).map_err(|_| StoreError::WriterGone)?;
                }
                Ok(())
            });
            // A writer that failed has hung up; its own error is the one to report.
            let _gone = match outcome {
                Ok(()) => {
                    sender.send(Passed::Records(chunk)).and_then(|()| sender.send(Passed::End))
                }
                Err(error) => sender.send(Passed::Failed(error)),
            };
        });
        let book = self.book();
        let import = self.writer()?.run(move |connection| {
            let id: i64 =
                connection.query_row("SELECT nextval('row_ids')", [], |row| row.get(0))?;
            let mut records = Passing { receiver, chunk: Vec::new().into_iter(), ended: false };
            let mut counts = Some(counts);
            let mut import = None;
            writer::write_import(
                connection,
                &book,
                &plan.shop,
                &plan.source,
                id,
                &mut records,
                &mut |connection, orders, refunds| {
                    let counts = counts.take().map(|counts| counts()).unwrap_or_default();
                    let written = Import {
                        id,
                        shop: plan.shop.clone(),
                        format: plan.format.clone(),
                        files: plan.files.join(", "),
                        started: plan.started,
                        undone: None,
                        counts,
                        orders,
                        refunds,
                    };
                    insert(connection, &written)?;
                    import = Some(written);
                    Ok(())
                },
            )?;
            import.ok_or(StoreError::WriterGone)
        });
        let _ended = reader.join();
        import
    }

    /// Removes the orders and refunds that an import created and nothing has touched since.
    pub fn undo_import(&self, id: i64, now: Timestamp) -> Result<Undone, StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| undo(connection, id, now))
        })
    }
}

/// What the staging reader passes to the writer.
enum Passed {
    Records(Vec<Record>),
    End,
    Failed(StoreError),
}

/// Records as they arrive. A reader that vanished without saying so is an error, not an end: half an
/// import must never be committed.
struct Passing {
    receiver: mpsc::Receiver<Passed>,
    chunk: std::vec::IntoIter<Record>,
    ended: bool,
}

impl Iterator for Passing {
    type Item = Result<Record, StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(record) = self.chunk.next() {
                return Some(Ok(record));
            }
            if self.ended {
                return None;
            }
            match self.receiver.recv() {
                Ok(Passed::Records(records)) => self.chunk = records.into_iter(),
                Ok(Passed::End) => self.ended = true,
                Ok(Passed::Failed(error)) => return Some(Err(error)),
                Err(mpsc::RecvError) => {
                    return Some(Err(StoreError::Invalid(
                        "the staged rows could not be read back".into(),
                    )));
                }
            }
        }
    }
}

fn insert(connection: &Connection, import: &Import) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO imports SELECT ?, shop_id, ?, ?, ?, NULL, ?, ?, ?, ?, ?, ? FROM shops WHERE slug = ?",
        params![
            import.id,
            import.format,
            import.files,
            Value::from(import.started),
            import.counts.rows,
            import.counts.accepted,
            import.counts.rejected,
            import.counts.rejected_file,
            import.orders,
            import.refunds,
            import.shop,
        ],
    )?;
    Ok(())
}

fn undo(connection: &Connection, id: i64, now: Timestamp) -> Result<Undone, StoreError> {
    let kept = query(
        connection,
        "SELECT coalesce(number, external_id) FROM all_orders
         WHERE (created_import = ?1 OR changed_import = ?1)
           AND NOT (created_import IS NOT DISTINCT FROM ?1 AND changed_import IS NOT DISTINCT FROM ?1)
         ORDER BY created",
        &[id.into()],
    )?;
    let (removed_orders, removed_refunds) = writer::remove_import(connection, id)?;
    connection.execute(
        "UPDATE imports SET undone = ? WHERE import_id = ?",
        params![Value::from(now), id],
    )?;
    Ok(Undone {
        removed_orders,
        removed_refunds,
        kept: kept.rows.iter().filter_map(|cells| cells[0].text().map(str::to_owned)).collect(),
    })
}

/// All imports, the latest first.
pub fn list(snapshot: &Snapshot) -> Result<Vec<Import>, StoreError> {
    let rows = snapshot.query(
        "SELECT i.import_id, s.slug, i.format, i.files, i.started, i.undone, i.rows, i.accepted, i.rejected,
                i.rejected_file, i.orders, i.refunds
         FROM imports i JOIN shops s USING (shop_id) ORDER BY i.started DESC, i.import_id DESC",
        &[],
    )?;
    let text = |cell: &Value| cell.text().unwrap_or_default().to_owned();
    let count = |cell: &Value| cell.int().and_then(|count| u64::try_from(count).ok()).unwrap_or(0);
    Ok(rows
        .rows
        .iter()
        .map(|cells| Import {
            id: cells[0].int().unwrap_or(0),
            shop: text(&cells[1]),
            format: text(&cells[2]),
            files: text(&cells[3]),
            started: cells[4].instant().unwrap_or_default(),
            undone: cells[5].instant(),
            counts: ImportCounts {
                rows: count(&cells[6]),
                accepted: count(&cells[7]),
                rejected: count(&cells[8]),
                rejected_file: cells[9].text().map(str::to_owned),
            },
            orders: count(&cells[10]),
            refunds: count(&cells[11]),
        })
        .collect())
}
