//! Rows on their way into a temporary table, kept as Arrow columns: an import of millions of orders
//! hands over a hundred million cells, and one by one they would take longer than everything else.

use std::sync::Arc;

use duckdb::arrow::array::{
    ArrayRef, BooleanBuilder, Date32Builder, Int64Builder, RecordBatch, StringBuilder,
    TimestampMicrosecondBuilder,
};
use duckdb::arrow::datatypes::{DataType, Field, Schema, TimeUnit};
use duckdb::{Appender, Connection};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::engine::{days_since_epoch, query};
use crate::error::StoreError;

/// Rows handed over together: a few of DuckDB's own vectors.
const ROWS: usize = 8192;

/// A cell, borrowed from the record that it describes.
pub(crate) enum Cell<'c> {
    Int(Option<i64>),
    Text(Option<&'c str>),
    Bool(bool),
    Instant(Option<Timestamp>),
    Day(Date),
}

/// Writes `cells![a, b]` for an array of [`Cell`]s.
macro_rules! cells {
    ($($value:expr),* $(,)?) => { [$($crate::writer::sheet::Cell::from($value)),*] };
}
pub(crate) use cells;

/// Rows of one table, waiting to be appended. A table that gets none is never asked about: one pushed
/// order fills three of ten.
pub(crate) struct Sheet<'c> {
    connection: &'c Connection,
    table: &'static str,
    open: Option<Open<'c>>,
}

/// A table that gets rows.
struct Open<'c> {
    appender: Appender<'c>,
    schema: Arc<Schema>,
    columns: Vec<Column>,
    rows: usize,
}

enum Column {
    Int(Int64Builder),
    Text(StringBuilder),
    Bool(BooleanBuilder),
    Instant(TimestampMicrosecondBuilder),
    Day(Date32Builder),
}

impl<'c> Sheet<'c> {
    /// A sheet for a temporary table of `BIGINT`, `VARCHAR`, `BOOLEAN`, `TIMESTAMP` and `DATE` columns.
    pub fn new(connection: &'c Connection, table: &'static str) -> Self {
        Self { connection, table, open: None }
    }

    /// Adds a row: a cell for each column, in the table's order.
    pub fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        match &mut self.open {
            Some(open) => open.row(cells),
            None => self.open.insert(Open::of(self.connection, self.table)?).row(cells),
        }
    }

    /// Hands over what waits; the rows are in the table when this returns.
    pub fn flush(&mut self) -> Result<(), StoreError> {
        let Some(open) = &mut self.open else { return Ok(()) };
        open.hand_over()?;
        open.appender.flush()?;
        Ok(())
    }
}

impl<'c> Open<'c> {
    fn of(connection: &'c Connection, table: &str) -> Result<Self, StoreError> {
        let described = query(connection, &format!("DESCRIBE {table}"), &[])?;
        let mut fields = Vec::new();
        let mut columns = Vec::new();
        for cells in &described.rows {
            let (name, kind) =
                (cells[0].text().unwrap_or_default(), cells[1].text().unwrap_or_default());
            let (kind, column) = match kind {
                "BIGINT" => (DataType::Int64, Column::Int(Int64Builder::new())),
                "VARCHAR" => (DataType::Utf8, Column::Text(StringBuilder::new())),
                "BOOLEAN" => (DataType::Boolean, Column::Bool(BooleanBuilder::new())),
                "TIMESTAMP" => (
                    DataType::Timestamp(TimeUnit::Microsecond, None),
                    Column::Instant(TimestampMicrosecondBuilder::new()),
                ),
                "DATE" => (DataType::Date32, Column::Day(Date32Builder::new())),
                other => return Err(StoreError::Invalid(format!("{table}.{name} is a {other}"))),
            };
            fields.push(Field::new(name, kind, true));
            columns.push(column);
        }
        Ok(Self {
            appender: connection.appender(table)?,
            schema: Arc::new(Schema::new(fields)),
            columns,
            rows: 0,
        })
    }

    fn row(&mut self, cells: &[Cell<'_>]) -> Result<(), StoreError> {
        debug_assert_eq!(cells.len(), self.columns.len());
        for (column, cell) in self.columns.iter_mut().zip(cells) {
            match (column, cell) {
                (Column::Int(column), Cell::Int(value)) => column.append_option(*value),
                (Column::Text(column), Cell::Text(value)) => column.append_option(*value),
                (Column::Bool(column), Cell::Bool(value)) => column.append_value(*value),
                (Column::Instant(column), Cell::Instant(value)) => {
                    column.append_option(value.map(Timestamp::as_microsecond));
                }
                (Column::Day(column), Cell::Day(value)) => {
                    column.append_value(days_since_epoch(*value));
                }
                _ => return Err(StoreError::Invalid("a cell does not fit its column".into())),
            }
        }
        self.rows += 1;
        if self.rows == ROWS { self.hand_over() } else { Ok(()) }
    }

    fn hand_over(&mut self) -> Result<(), StoreError> {
        if self.rows == 0 {
            return Ok(());
        }
        let columns: Vec<ArrayRef> = self.columns.iter_mut().map(Column::finish).collect();
        let batch = RecordBatch::try_new(Arc::clone(&self.schema), columns)
            .map_err(|error| StoreError::Invalid(error.to_string()))?;
        self.appender.append_record_batch(batch)?;
        self.rows = 0;
        Ok(())
    }
}

impl Column {
    fn finish(&mut self) -> ArrayRef {
        match self {
            Self::Int(column) => Arc::new(column.finish()),
            Self::Text(column) => Arc::new(column.finish()),
            Self::Bool(column) => Arc::new(column.finish()),
            Self::Instant(column) => Arc::new(column.finish()),
            Self::Day(column) => Arc::new(column.finish()),
        }
    }
}

impl From<i64> for Cell<'_> {
    fn from(value: i64) -> Self {
        Self::Int(Some(value))
    }
}

impl From<i32> for Cell<'_> {
    fn from(value: i32) -> Self {
        Self::Int(Some(value.into()))
    }
}

impl From<Option<i64>> for Cell<'_> {
    fn from(value: Option<i64>) -> Self {
        Self::Int(value)
    }
}

impl From<Option<i32>> for Cell<'_> {
    fn from(value: Option<i32>) -> Self {
        Self::Int(value.map(i64::from))
    }
}

impl From<bool> for Cell<'_> {
    fn from(value: bool) -> Self {
        Self::Bool(value)
    }
}

impl<'c> From<&'c str> for Cell<'c> {
    fn from(value: &'c str) -> Self {
        Self::Text(Some(value))
    }
}

impl<'c> From<&'c String> for Cell<'c> {
    fn from(value: &'c String) -> Self {
        Self::Text(Some(value))
    }
}

impl<'c> From<Option<&'c str>> for Cell<'c> {
    fn from(value: Option<&'c str>) -> Self {
        Self::Text(value)
    }
}

impl<'c> From<&'c Option<String>> for Cell<'c> {
    fn from(value: &'c Option<String>) -> Self {
        Self::Text(value.as_deref())
    }
}

impl From<Timestamp> for Cell<'_> {
    fn from(value: Timestamp) -> Self {
        Self::Instant(Some(value))
    }
}

impl From<Option<Timestamp>> for Cell<'_> {
    fn from(value: Option<Timestamp>) -> Self {
        Self::Instant(value)
    }
}

impl From<Date> for Cell<'_> {
    fn from(value: Date) -> Self {
        Self::Day(value)
    }
}
