//! The only door to a database: read snapshots for everybody, one writing connection for the writer.

use std::cell::RefCell;
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use duckdb::types::{TimeUnit, ToSqlOutput, Value as DuckValue};
use duckdb::{Config, Connection, ToSql};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::StoreError;
use crate::migrations;
use crate::value::{Rows, Value};

mod exchange;
mod gate;
mod question;

use gate::{Gate, Pass};
pub use question::Question;
use question::Watch;

/// How much memory the database may use before it spills to the temporary folder.
const MEMORY_LIMIT: &str = "512MB";

/// How large the log of changes grows before it is moved into the file.
pub(crate) const CHECKPOINT: &str = "64MB";

/// Generations of the store: raised by each commit that changes sales or behaviour records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Generation {
    pub sales: i64,
    pub behaviour: i64,
}

/// An open database. Clones share it.
#[derive(Clone)]
pub struct Engine {
    shared: Arc<Shared>,
}

struct Shared {
    /// Never used itself: new connections are cloned from it. `None` only while the file is exchanged.
    root: Mutex<Option<Connection>>,
    idle: Mutex<Vec<Connection>>,
    watch: Arc<Watch>,
    gate: Arc<Gate>,
    /// `None`: in memory.
    place: Option<Place>,
}

/// Where a database is.
struct Place {
    file: PathBuf,
    temporary: PathBuf,
}

impl Place {
    fn open(&self) -> Result<Connection, StoreError> {
        let config = Config::default()
            .enable_autoload_extension(false)?
            .max_memory(MEMORY_LIMIT)?
            .with("temp_directory", self.temporary.to_string_lossy())?
            .with("autoinstall_known_extensions", "false")?
            .with("preserve_insertion_order", "false")?
            .with("checkpoint_threshold", CHECKPOINT)?;
        Ok(Connection::open_with_flags(&self.file, config)?)
    }
}

/// A connection that something other than a snapshot works on.
pub(crate) struct Lease {
    connection: Connection,
    _pass: Pass,
}

impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        &self.connection
    }
}

impl Engine {
    /// Opens or creates the database file and brings its schema up to date.
    pub fn open(file: &Path, temporary: &Path) -> Result<Self, StoreError> {
        let place = Place { file: file.to_owned(), temporary: temporary.to_owned() };
        exchange::forget_unfinished(&place)?;
        Self::start(place.open()?, Some(place))
    }

    /// A database in memory, for tests.
    pub fn in_memory() -> Result<Self, StoreError> {
        Self::start(Connection::open_in_memory()?, None)
    }

    fn start(connection: Connection, place: Option<Place>) -> Result<Self, StoreError> {
        migrations::apply(&connection)?;
        Ok(Self {
            shared: Arc::new(Shared {
                root: Mutex::new(Some(connection)),
                idle: Mutex::new(Vec::new()),
                gate: Arc::default(),
                place,
                watch: Arc::default(),
            }),
        })
    }

    /// A consistent view of the data, whatever is written meanwhile.
    pub fn read(&self) -> Result<Snapshot, StoreError> {
        self.read_for(&Question::unlimited())
    }

    /// The same, for a question that may be ended.
    pub fn read_for(&self, question: &Question) -> Result<Snapshot, StoreError> {
        let pass = self.shared.gate.enter()?;
        let idle = self.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let connection = match idle {
            Some(connection) => connection,
            None => self.connect()?,
        };
        connection.execute_batch("BEGIN TRANSACTION")?;
        let mut snapshot = Snapshot {
            connection: Some(connection),
            engine: self.clone(),
            generation: Generation { sales: 0, behaviour: 0 },
            traced: None,
            question: question.clone(),
            _pass: pass,
        };
        let rows = snapshot.query("SELECT sales, behaviour FROM generations", &[])?;
        if let Some([sales, behaviour]) = rows.rows.first().map(Vec::as_slice) {
            snapshot.generation = Generation {
                sales: sales.int().unwrap_or(0),
                behaviour: behaviour.int().unwrap_or(0),
            };
        }
        Ok(snapshot)
    }

    /// A new connection; only the writer keeps one.
    pub(crate) fn connect(&self) -> Result<Connection, StoreError> {
        let root = self.shared.root.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(root.as_ref().ok_or(StoreError::WriterGone)?.try_clone()?)
    }

    /// A connection for work that takes a while: the file is not exchanged meanwhile.
    pub(crate) fn lease(&self) -> Result<Lease, StoreError> {
        let pass = self.shared.gate.enter()?;
        Ok(Lease { connection: self.connect()?, _pass: pass })
    }
}

/// One read transaction: every query on it sees the same data.
pub struct Snapshot {
    connection: Option<Connection>,
    engine: Engine,
    generation: Generation,
    traced: Option<RefCell<Vec<(String, Vec<Value>)>>>,
    question: Question,
    /// Goes out after the connection is put back.
    _pass: Pass,
}

impl Snapshot {
    pub fn generation(&self) -> Generation {
        self.generation
    }

    /// Notes every statement from now on, for measurements.
    pub fn trace(&mut self) {
        self.traced = Some(RefCell::default());
    }

    /// The statements run since [`Snapshot::trace`].
    pub fn traced(&self) -> Vec<(String, Vec<Value>)> {
        self.traced.as_ref().map(RefCell::take).unwrap_or_default()
    }

    /// Runs a query with bound values. Integers wider than 64 bits are narrowed or refused.
    pub fn query(&self, sql: &str, parameters: &[Value]) -> Result<Rows, StoreError> {
        if let Some(traced) = &self.traced {
            traced.borrow_mut().push((sql.to_owned(), parameters.to_vec()));
        }
        let Some(connection) = &self.connection else { return Err(StoreError::WriterGone) };
        let running = self.engine.shared.watch.begin(&self.question, connection.interrupt_handle());
        let _running = running?;
        query(connection, sql, parameters).map_err(|error| self.question.ended().unwrap_or(error))
    }
}

impl Drop for Snapshot {
    fn drop(&mut self) {
        // A connection that was interrupted is not used again.
        if let Some(connection) = self.connection.take()
            && self.question.ended().is_none()
            && connection.execute_batch("ROLLBACK").is_ok()
        {
            self.engine.shared.idle.lock().unwrap_or_else(PoisonError::into_inner).push(connection);
        }
    }
}

/// Runs a query on a connection and reads every cell. Statements are not cached: a cached one that
/// runs again after a table was replaced reads the old result's memory (duckdb 1.10506).
pub(crate) fn query(
    connection: &Connection,
    sql: &str,
    parameters: &[Value],
) -> Result<Rows, StoreError> {
    let mut statement = connection.prepare(sql)?;
    let mut found = statement.query(duckdb::params_from_iter(parameters.iter()))?;
    let mut answer = Rows::default();
    while let Some(row) = found.next()? {
        let width = row.as_ref().column_count();
        let cells = (0..width).map(|index| read(row.get(index)?)).collect::<Result<_, _>>()?;
        answer.rows.push(cells);
    }
    answer.columns = statement.column_names();
    Ok(answer)
}

fn read(value: DuckValue) -> Result<Value, StoreError> {
    let wide = |value: i128| i64::try_from(value).map(Value::Int).map_err(|_| StoreError::Overflow);
    match value {
        DuckValue::Null => Ok(Value::Null),
        DuckValue::Boolean(value) => Ok(Value::Bool(value)),
        DuckValue::TinyInt(value) => Ok(Value::Int(value.into())),
        DuckValue::SmallInt(value) => Ok(Value::Int(value.into())),
        DuckValue::Int(value) => Ok(Value::Int(value.into())),
        DuckValue::BigInt(value) => Ok(Value::Int(value)),
        DuckValue::UTinyInt(value) => Ok(Value::Int(value.into())),
        DuckValue::USmallInt(value) => Ok(Value::Int(value.into())),
        DuckValue::UInt(value) => Ok(Value::Int(value.into())),
        DuckValue::UBigInt(value) => wide(value.into()),
        DuckValue::HugeInt(value) => wide(value),
        DuckValue::Text(text) | DuckValue::Enum(text) => Ok(Value::Text(text)),
        DuckValue::Date32(days) => Ok(Value::Date(day_from_epoch(days))),
        DuckValue::Timestamp(unit, value) => {
            let micros = match unit {
                TimeUnit::Second => value.saturating_mul(1_000_000),
                TimeUnit::Millisecond => value.saturating_mul(1000),
                TimeUnit::Microsecond => value,
                TimeUnit::Nanosecond => value / 1000,
            };
            Timestamp::from_microsecond(micros)
                .map(Value::Instant)
                .map_err(|_| StoreError::Overflow)
        }
        other => Err(StoreError::Invalid(format!("a cell has the unexpected type {other:?}"))),
    }
}

const EPOCH: Date = jiff::civil::date(1970, 1, 1);

fn day_from_epoch(days: i32) -> Date {
    EPOCH.saturating_add(jiff::Span::new().days(days))
}

/// Days since 1970-01-01, as DuckDB counts dates.
pub(crate) fn days_since_epoch(day: Date) -> i32 {
    day.since((jiff::Unit::Day, EPOCH)).map_or(0, |span| span.get_days())
}

impl ToSql for Value {
    fn to_sql(&self) -> duckdb::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(match self {
            Self::Null => DuckValue::Null,
            Self::Bool(value) => DuckValue::Boolean(*value),
            Self::Int(value) => DuckValue::BigInt(*value),
            Self::Text(text) => DuckValue::Text(text.clone()),
            Self::Date(day) => DuckValue::Date32(days_since_epoch(*day)),
            Self::Instant(at) => DuckValue::Timestamp(TimeUnit::Microsecond, at.as_microsecond()),
        }))
    }
}
