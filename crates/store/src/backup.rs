//! A consistent copy of the database, while the server goes on reading and writing.
//!
//! The copy is filled in one read transaction: it holds every commit that was acknowledged before it
//! began, and nothing half. Nobody waits for it. It is written row by row into a new file, so that bytes
//! which were erased, and only wait for the next compaction, are not in it.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use duckdb::Connection;

use crate::engine::{Engine, query};
use crate::error::StoreError;
use crate::migrations;
use crate::store::Store;

pub mod schedule;

/// What a copy is called while it is being filled: a name of its own, since the others see it too.
fn new_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("comptoir_copy_{}", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Tables that are empty in a copy: whoever restores it must not find browsers signed in, nor links
/// that still open an account.
const LEFT_OUT: [&str; 2] = ["sessions", "account_links"];

/// A copy of the database in a file of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DatabaseCopy {
    pub file: PathBuf,
    /// The version of its schema.
    pub schema: i64,
    /// The generation of its sales records.
    pub generation: i64,
}

/// The newest schema that this program knows.
pub fn known_schema() -> i64 {
    migrations::known()
}

impl Store {
    /// Copies the database into a new file. On an error no file is left.
    pub fn copy_database(&self, file: &Path) -> Result<DatabaseCopy, StoreError> {
        let copied = copy(self.engine(), file);
        if copied.is_err() {
            for left in [file.to_owned(), file.with_extension("duckdb.wal")] {
                let _was_there = std::fs::remove_file(left);
            }
        }
        copied
    }
}

fn copy(engine: &Engine, file: &Path) -> Result<DatabaseCopy, StoreError> {
    let connection = engine.lease()?;
    let own = current_database(&connection)?;
    let copy = new_name();
    let Some(path) = file.to_str() else {
        return Err(StoreError::Invalid(format!("the path {} is not UTF-8", file.display())));
    };
    // A statement that attaches a file takes no bound values.
    connection.execute_batch(&format!("ATTACH {} AS {copy}", quoted(path, '\'')))?;
    let filled = fill(&connection, &own, &copy);
    // After an error there may be a transaction to end; after none there is nothing to roll back.
    let _ended = connection.execute_batch("ROLLBACK");
    let closed = connection
        .execute_batch(&format!("USE {}; DETACH {copy}", quoted(&own, '"')))
        .map_err(StoreError::from);
    let (schema, generation) = filled?;
    closed?;
    Ok(DatabaseCopy { file: file.to_owned(), schema, generation })
}

/// Makes the schema, and fills it in one transaction.
fn fill(connection: &Connection, own: &str, copy: &str) -> Result<(i64, i64), StoreError> {
    let own = quoted(own, '"');
    connection.execute_batch(&format!("USE {copy}"))?;
    migrations::apply(connection)?;
    connection.execute_batch(&format!("USE {own}; BEGIN TRANSACTION"))?;
    // The first look at the data decides what the whole copy sees.
    let generation = one(connection, "SELECT sales FROM generations")?;
    let schema = one(connection, "SELECT max(version) FROM schema_version")?;
    if schema != migrations::known() {
        return Err(StoreError::TooNew { found: schema, known: migrations::known() });
    }
    for table in names(
        connection,
        "SELECT table_name FROM duckdb_tables()
         WHERE database_name = current_database() AND NOT temporary AND NOT internal ORDER BY table_name",
    )? {
        if table == "schema_version" {
            continue;
        }
        let name = quoted(&table, '"');
        // What the migrations themselves wrote there is told again by the original.
        connection.execute_batch(&format!("DELETE FROM {copy}.main.{name}"))?;
        if !LEFT_OUT.contains(&table.as_str()) {
            connection.execute_batch(&format!(
                "INSERT INTO {copy}.main.{name} BY NAME SELECT * FROM {own}.main.{name}"
            ))?;
        }
    }
    // Numbers that were given out are not given out again.
    let sequences = query(
        connection,
        "SELECT sequence_name, last_value FROM duckdb_sequences() WHERE database_name = current_database()",
        &[],
    )?;
    for cells in &sequences.rows {
        if let (Some(name), Some(last)) = (cells[0].text(), cells[1].int()) {
            connection.execute_batch(&format!(
                "CREATE OR REPLACE SEQUENCE {copy}.main.{} START {}",
                quoted(name, '"'),
                last.saturating_add(1)
            ))?;
        }
    }
    connection.execute_batch(&format!("COMMIT; CHECKPOINT {copy}"))?;
    Ok((schema, generation))
}

fn current_database(connection: &Connection) -> Result<String, StoreError> {
    Ok(connection.query_row("SELECT current_database()", [], |row| row.get(0))?)
}

fn one(connection: &Connection, sql: &str) -> Result<i64, StoreError> {
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

fn names(connection: &Connection, sql: &str) -> Result<Vec<String>, StoreError> {
    let rows = query(connection, sql, &[])?.rows;
    Ok(rows.iter().filter_map(|cells| Some(cells.first()?.text()?.to_owned())).collect())
}

/// A text or a name within a statement.
fn quoted(text: &str, mark: char) -> String {
    let doubled = text.replace(mark, &format!("{mark}{mark}"));
    format!("{mark}{doubled}{mark}")
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::value::Value;

    fn run(store: &Store, sql: &'static str) {
        let writer = store.writer().expect("a writer");
        writer.run(move |connection| Ok(connection.execute_batch(sql)?)).expect(sql);
    }

    fn number(store: &Store, sql: &str) -> i64 {
        let rows = store.read().expect("a snapshot").query(sql, &[]).expect(sql).rows;
        rows.first().and_then(|cells| cells[0].int()).expect("a number")
    }

    #[test]
    fn a_copy_holds_everything_but_sessions_and_links_and_goes_on_numbering() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = folder.path().join("it’s \"one\"");
        let store = Store::open(&first, Duration::ZERO).expect("a store");
        run(
            &store,
            "INSERT INTO settings VALUES (0, 'week_start', 'sunday');
             UPDATE generations SET sales = 41;
             INSERT INTO sessions VALUES (1, 'hash', 1, '2026-01-01', '2026-01-01', NULL, NULL, 'Firefox');
             INSERT INTO account_links VALUES ('hash', 'reset', 1, '2026-01-01', '2026-01-02', NULL);
             CREATE TEMP TABLE passing (x INTEGER)",
        );
        let last = number(&store, "SELECT max(nextval('row_ids')) FROM range(7)");
        assert_eq!(last, 7);
        let file = first.join("temporary").join("copy.duckdb");
        let copied = store.copy_database(&file).expect("copied");
        assert_eq!((copied.schema, copied.generation), (known_schema(), 41));

        // The original goes on, and a second copy is as good as the first.
        run(&store, "UPDATE generations SET sales = 42");
        let again = store.copy_database(&first.join("temporary").join("again.duckdb"));
        assert_eq!(again.expect("copied").generation, 42);

        let second = folder.path().join("two");
        std::fs::create_dir(&second).expect("a folder");
        std::fs::rename(&file, second.join("comptoir.duckdb")).expect("moved");
        let restored = Store::open(&second, Duration::ZERO).expect("a store");
        assert_eq!(number(&restored, "SELECT sales FROM generations"), 41);
        assert_eq!(number(&restored, "SELECT count(*) FROM generations"), 1);
        assert_eq!(number(&restored, "SELECT count(*) FROM settings"), 1);
        assert_eq!(number(&restored, "SELECT count(*) FROM sessions"), 0);
        assert_eq!(number(&restored, "SELECT count(*) FROM account_links"), 0);
        assert_eq!(number(&restored, "SELECT nextval('row_ids')"), 8);
        assert_eq!(number(&store, "SELECT count(*) FROM sessions"), 1);
    }

    #[test]
    fn a_copy_has_the_same_columns_in_the_same_way_of_storing() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("one"), Duration::ZERO).expect("a store");
        let second = folder.path().join("two");
        std::fs::create_dir(&second).expect("a folder");
        store.copy_database(&second.join("comptoir.duckdb")).expect("copied");
        let restored = Store::open(&second, Duration::ZERO).expect("a store");
        let told = |store: &Store| -> Vec<Vec<Value>> {
            let sql = "SELECT table_name, sql FROM duckdb_tables() WHERE NOT temporary ORDER BY 1";
            store.read().expect("a snapshot").query(sql, &[]).expect("told").rows
        };
        assert_eq!(told(&store), told(&restored));
        assert!(told(&store).len() > 20);
    }

    #[test]
    fn two_copies_at_once_are_both_whole_while_others_write() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(&folder.path().join("data"), Duration::ZERO).expect("a store");
        std::thread::scope(|scope| {
            let copies: Vec<_> = (0..2)
                .map(|number| {
                    let file = folder.path().join(format!("copy-{number}.duckdb"));
                    let store = &store;
                    scope.spawn(move || store.copy_database(&file))
                })
                .collect();
            for _ in 0..20 {
                run(&store, "UPDATE generations SET sales = sales + 1");
            }
            for copy in copies {
                assert!(
                    (0..=20).contains(&copy.join().expect("ended").expect("copied").generation)
                );
            }
        });
        let attached = "SELECT count(*) FROM duckdb_databases() WHERE NOT internal";
        assert_eq!(number(&store, attached), 1);
    }

    #[test]
    fn a_copy_that_fails_leaves_no_file_and_the_store_as_it_was() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store::open(folder.path(), Duration::ZERO).expect("a store");
        let nowhere = folder.path().join("missing").join("copy.duckdb");
        assert!(store.copy_database(&nowhere).is_err());
        assert!(!nowhere.exists());
        store.copy_database(&folder.path().join("copy.duckdb")).expect("copied");
    }
}
