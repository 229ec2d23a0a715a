//! The writer: one thread that alone changes the database.
//!
//! It gathers the batches that wait (group commit), writes them in one transaction and only then
//! answers each sender. If that transaction fails, each batch is retried alone, so that a bad batch
//! spoils no other.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use comptoir_model::{Batch, Record};
use duckdb::Connection;
use jiff::tz::TimeZone;

use crate::engine::{Engine, query};
use crate::error::StoreError;
use crate::privacy::retention;
use crate::privacy::{self, Book, Compacted};
use crate::{settings, shops};

mod merge;
mod recount;
mod reduce;
mod refund_money;
pub(crate) mod room;
pub(crate) mod sheet;
mod stage;
mod twins;

pub(crate) use recount::recount;
use room::Room;
pub(crate) use stage::record_digest;
use stage::{Origins, Stage};

/// Batches of one transaction at most.
const GROUP: usize = 256;

type Reply = Box<dyn FnOnce(Result<(), StoreError>) + Send>;
type CompactReply = Sender<Result<Compacted, StoreError>>;
type Task = Box<dyn FnOnce(&Connection) + Send>;

enum Job {
    Write(Batch, Reply),
    Task(Task),
    Compact(CompactReply),
}

/// The way to the writer's thread. Dropping the last one ends it.
#[derive(Clone)]
pub struct Writer {
    jobs: Sender<Job>,
}

impl Writer {
    /// Starts the writer's thread on a connection of its own.
    pub(crate) fn start(
        engine: &Engine,
        book: Arc<Book>,
    ) -> Result<(Self, JoinHandle<()>), StoreError> {
        let connection = engine.connect()?;
        let engine = engine.clone();
        let (jobs, waiting) = mpsc::channel();
        let thread = std::thread::Builder::new()
            .name("writer".into())
            .spawn(move || serve(&engine, connection, &book, &waiting))
            .map_err(|error| StoreError::Invalid(format!("cannot start the writer: {error}")))?;
        Ok((Self { jobs }, thread))
    }

    /// Hands over a batch; `reply` is called once it is on disk, or refused.
    pub fn submit(
        &self,
        batch: Batch,
        reply: impl FnOnce(Result<(), StoreError>) + Send + 'static,
    ) {
        if let Err(mpsc::SendError(Job::Write(_, reply))) =
            self.jobs.send(Job::Write(batch, Box::new(reply)))
        {
            reply(Err(StoreError::WriterGone));
        }
    }

    /// Hands over a batch and waits until it is on disk.
    pub fn write(&self, batch: Batch) -> Result<(), StoreError> {
        let (done, answer) = mpsc::channel();
        self.submit(batch, move |result| {
            let _gone = done.send(result);
        });
        answer.recv().map_err(|_| StoreError::WriterGone)?
    }

    /// Has the database written into a new file, between transactions, and waits for it.
    pub(crate) fn compact(&self) -> Result<Compacted, StoreError> {
        let (done, answer) = mpsc::channel();
        self.jobs.send(Job::Compact(done)).map_err(|_| StoreError::WriterGone)?;
        answer.recv().map_err(|_| StoreError::WriterGone)?
    }

    /// Runs a task on the writer's connection, between transactions, and waits for its answer.
    pub(crate) fn run<T: Send + 'static>(
        &self,
        task: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let (done, answer) = mpsc::channel();
        let task: Task = Box::new(move |connection| {
            let worked = catch_unwind(AssertUnwindSafe(|| task(connection)));
            let _gone = done.send(worked.unwrap_or(Err(StoreError::Panicked)));
        });
        self.jobs.send(Job::Task(task)).map_err(|_| StoreError::WriterGone)?;
        answer.recv().map_err(|_| StoreError::WriterGone)?
    }

    /// Runs a task likewise, when its turn comes, and waits for nothing.
    pub(crate) fn run_later(
        &self,
        task: impl FnOnce(&Connection) + Send + 'static,
    ) -> Result<(), StoreError> {
        self.jobs.send(Job::Task(Box::new(task))).map_err(|_| StoreError::WriterGone)
    }
}

fn serve(engine: &Engine, mut connection: Connection, book: &Book, waiting: &Receiver<Job>) {
    let mut room = Room::of(&connection);
    while let Ok(first) = waiting.recv() {
        room.look(&connection);
        let mut group = Vec::new();
        let mut next = Some(first);
        let mut after = None;
        while let Some(job) = next {
            match job {
                Job::Write(batch, reply) => group.push((batch, reply)),
                other => {
                    after = Some(other);
                    break;
                }
            }
            next = if group.len() < GROUP { waiting.try_recv().ok() } else { None };
        }
        commit_group(&connection, book, group);
        match after {
            Some(Job::Task(task)) => {
                // Whoever waits for it learns that it failed; what nobody waits for fails by itself.
                let _failed = catch_unwind(AssertUnwindSafe(|| task(&connection)));
            }
            Some(Job::Compact(reply)) => {
                let (new, outcome) = engine.compact(connection);
                let _gone = reply.send(outcome);
                // Without a connection there is nothing left to write with.
                let Some(new) = new else { return };
                connection = new;
            }
            _ => {}
        }
    }
}

fn commit_group(connection: &Connection, book: &Book, group: Vec<(Batch, Reply)>) {
    let batches: Vec<&Batch> = group.iter().map(|(batch, _)| batch).collect();
    if batches.is_empty() {
        return;
    }
    if batches.len() > 1 && write_batches(connection, book, &batches).is_ok() {
        for (_, reply) in group {
            reply(Ok(()));
        }
        return;
    }
    for (batch, reply) in group {
        reply(write_batches(connection, book, &[&batch]));
    }
}

fn write_batches(
    connection: &Connection,
    book: &Book,
    batches: &[&Batch],
) -> Result<(), StoreError> {
    transaction(connection, |connection| write_within(connection, book, batches))
}

/// Writes batches within the caller's transaction.
fn write_within(
    connection: &Connection,
    book: &Book,
    batches: &[&Batch],
) -> Result<(), StoreError> {
    let mut records: Vec<(&Record, &Origins)> = Vec::new();
    let from: Vec<Origins> = batches
        .iter()
        .map(|batch| origins(connection, &batch.shop, &batch.source, None))
        .collect::<Result<_, _>>()?;
    for (batch, from) in batches.iter().zip(&from) {
        records.extend(batch.records.iter().map(|record| (record, from)));
    }
    let (newest, older) = reduce::newest(&records);
    merge::begin(connection)?;
    prepare(connection)?;
    let mut stage = Stage::new(connection);
    for (record, from) in newest {
        stage.push(record, from)?;
    }
    for (record, from) in older {
        if let Record::Order(order) = record {
            stage.remember(order, from)?;
        }
    }
    let staged = stage.finish()?;
    privacy::incoming::cleanse(connection, book)?;
    merge::merge(connection, staged)?;
    merge::end(connection)
}

/// Writes a batch within the caller's transaction; how many orders were new, and how many changed.
pub(crate) fn write_counted(
    connection: &Connection,
    book: &Book,
    batch: &Batch,
) -> Result<(u64, u64), StoreError> {
    if batch.records.is_empty() {
        return Ok((0, 0));
    }
    write_within(connection, book, &[batch])?;
    Ok(connection.query_row(
        "SELECT count(*) FILTER (WHERE is_new), count(*) FILTER (WHERE NOT is_new) FROM won",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?)
}

/// What happens at the end of an import's transaction, given its numbers of orders and refunds.
type Finish<'f> = &'f mut dyn FnMut(&Connection, u64, u64) -> Result<(), StoreError>;

/// Writes a stream of records that an import brings, each key at most once, in one transaction.
///
/// The incoming tables are filled and committed before that transaction begins: they are temporary,
/// so nothing of them outlives a crash, and DuckDB reads rows on all cores only once they are committed
/// (at a million orders the merge then takes 9 s instead of 17).
pub(crate) fn write_import(
    connection: &Connection,
    book: &Book,
    shop: &str,
    source: &str,
    import_id: i64,
    records: &mut dyn Iterator<Item = Result<Record, StoreError>>,
    finish: Finish<'_>,
) -> Result<(), StoreError> {
    let staged = transaction(connection, |connection| {
        let from = origins(connection, shop, source, Some(import_id))?;
        prepare(connection)?;
        let mut stage = Stage::new(connection);
        for record in records {
            stage.push(&record?, &from)?;
        }
        stage.finish()
    })?;
    transaction(connection, |connection| {
        merge::begin(connection)?;
        privacy::incoming::cleanse(connection, book)?;
        merge::merge(connection, staged)?;
        merge::end(connection)?;
        finish(connection, staged.orders, staged.refunds)
    })
}

/// Removes the orders and refunds that an import created and nothing has touched since; returns how
/// many. Persons, ranks and refunds around them are worked out again.
pub(crate) fn remove_import(
    connection: &Connection,
    import_id: i64,
) -> Result<(u64, u64), StoreError> {
    prepare(connection)?;
    connection.execute_batch("CREATE OR REPLACE TEMP TABLE undoing (import_id BIGINT)")?;
    connection.execute("INSERT INTO undoing VALUES (?)", [import_id])?;
    connection.execute_batch(include_str!("writer/undo.sql"))?;
    twins::of_undone(connection)?;
    merge::settle(connection)?;
    let count = |table: &str| -> Result<u64, StoreError> {
        Ok(connection.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0))?)
    };
    Ok((count("undone")?, count("undone_refunds")?))
}

/// Runs `work` in a transaction: all of it is on disk when this returns, or nothing of it ever is.
pub(crate) fn transaction<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, StoreError>,
) -> Result<T, StoreError> {
    connection.execute_batch("BEGIN TRANSACTION")?;
    // A program error in one batch must not end the writer: what waits behind it is still to be written.
    let worked = catch_unwind(AssertUnwindSafe(|| work(connection)));
    match worked.unwrap_or(Err(StoreError::Panicked)).and_then(|answer| {
        connection.execute_batch("COMMIT")?;
        Ok(answer)
    }) {
        Ok(answer) => Ok(answer),
        Err(error) => {
            // The first error is the one to report: after it, a rollback may find nothing to undo.
            let _ended = connection.execute_batch("ROLLBACK");
            Err(error)
        }
    }
}

/// Empties the incoming tables and writes down the rule of each shop.
fn prepare(connection: &Connection) -> Result<(), StoreError> {
    connection.execute_batch(include_str!("writer/incoming.sql"))?;
    for shop in shops::of(connection)? {
        connection.execute(
            "INSERT INTO shop_rules VALUES (?, ?, ?, ?)",
            duckdb::params![
                shop.id,
                shop.shop.timezone,
                shop.rule.basis.id(),
                shop.rule.statuses.is_some()
            ],
        )?;
        for status in unique(shop.rule.statuses.as_deref().unwrap_or_default()) {
            connection.execute(
                "INSERT INTO rule_statuses VALUES (?, ?)",
                duckdb::params![shop.id, status],
            )?;
        }
        for class in unique(&shop.rule.classes) {
            connection.execute(
                "INSERT INTO rule_classes VALUES (?, ?)",
                duckdb::params![shop.id, class.id()],
            )?;
        }
    }
    twins::prepare(connection)
}

/// Each once: a rule that names one twice must not count an order twice.
fn unique<T: Ord>(items: &[T]) -> std::collections::BTreeSet<&T> {
    items.iter().collect()
}

/// The shop and source of a batch; a source is written down when it first brings something.
fn origins(
    connection: &Connection,
    shop: &str,
    source: &str,
    import_id: Option<i64>,
) -> Result<Origins, StoreError> {
    let shops =
        query(connection, "SELECT shop_id, timezone FROM shops WHERE slug = ?", &[shop.into()])?;
    let Some(cells) = shops.rows.first() else {
        return Err(StoreError::UnknownShop(shop.to_owned()));
    };
    let shop_id = cells[0].int().unwrap_or(0);
    let zone_name = cells[1].text().unwrap_or_default();
    let zone =
        TimeZone::get(zone_name).map_err(|_| StoreError::UnknownZone(zone_name.to_owned()))?;
    let find = || {
        query(
            connection,
            "SELECT source_id FROM sources WHERE shop_id = ? AND name = ?",
            &[shop_id.into(), source.into()],
        )
    };
    let mut found = find()?;
    if found.rows.is_empty() {
        connection.execute(
            "INSERT INTO sources SELECT coalesce(max(source_id), 0) + 1, ?, ? FROM sources",
            duckdb::params![shop_id, source],
        )?;
        found = find()?;
    }
    let source_id = found.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0);
    let meanings = settings::meanings_of(connection, shop_id)?;
    let visits_since = retention::forgotten_before(connection)?;
    Ok(Origins { shop_id, source_id, zone, import_id, meanings, visits_since })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    #[test]
    fn a_program_error_ends_its_transaction_and_not_the_writer() {
        let store = Store::in_memory().expect("a store");
        let writer = store.writer().expect("a writer");
        let failed = writer.run(|connection| {
            transaction(connection, |connection| {
                connection.execute_batch("UPDATE generations SET sales = sales + 1")?;
                let none: [i64; 0] = [];
                Ok(none[std::hint::black_box(0)])
            })
        });
        assert!(matches!(failed, Err(StoreError::Panicked)), "{failed:?}");
        let generations = || store.read().expect("a view").generation();
        assert_eq!(generations().sales, 0, "nothing of it is kept");
        let unwaited = writer.run_later(|_| {
            let none: [i64; 0] = [];
            assert_eq!(none[std::hint::black_box(0)], 0);
        });
        unwaited.expect("handed over");
        let next = writer.run(|connection| {
            transaction(connection, |connection| {
                Ok(connection.execute_batch("UPDATE generations SET sales = sales + 1")?)
            })
        });
        next.expect("the writer goes on");
        assert_eq!(generations().sales, 1);
    }
}
