//! The answer as JSON, in the form that the API promises.

use comptoir_model::Currency;
use serde::ser::{Serialize, SerializeMap, Serializer};

use super::{Cell, Column, Incomplete, Row, Table, Totals};
use crate::metric::Unit;
use crate::period::Period;

impl Table {
    /// One line of JSON.
    pub fn to_json(&self) -> String {
        // Every key is a string and every value a string, an integer or a short decimal.
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Serialize for Table {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("generation", &self.generation)?;
        map.serialize_entry("profile", self.profile)?;
        map.serialize_entry("period", &Days(self.period))?;
        map.serialize_entry("comparison", &self.comparison.map(Days))?;
        let columns: Vec<ColumnOf> =
            self.columns.iter().map(|column| ColumnOf(column, self.currency)).collect();
        map.serialize_entry("columns", &columns)?;
        let rows: Vec<RowOf> = self.rows.iter().map(|row| RowOf(row, self)).collect();
        map.serialize_entry("rows", &rows)?;
        map.serialize_entry("totals", &TotalsOf(&self.totals, self))?;
        map.serialize_entry("incomplete", &self.incomplete.map(Missing))?;
        map.end()
    }
}

struct Days(Period);

impl Serialize for Days {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(2))?;
        map.serialize_entry("from", &self.0.from.to_string())?;
        map.serialize_entry("to", &self.0.to.to_string())?;
        map.end()
    }
}

struct ColumnOf<'t>(&'t Column, Currency);

impl Serialize for ColumnOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("id", self.0.id())?;
        let Some(metric) = self.0.metric() else {
            map.serialize_entry("kind", "dimension")?;
            return map.end();
        };
        map.serialize_entry("kind", "metric")?;
        map.serialize_entry("unit", metric.unit.id())?;
        if metric.unit == Unit::Money {
            map.serialize_entry("currency", self.1.code())?;
        }
        map.end()
    }
}

struct RowOf<'t>(&'t Row, &'t Table);

impl Serialize for RowOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(row, table) = self;
        let mut map = serializer.serialize_map(None)?;
        let keys = table.columns.iter().filter(|column| column.metric().is_none());
        for (column, cell) in keys.zip(&row.keys) {
            map.serialize_entry(column.id(), &CellOf(cell, table.currency))?;
        }
        values(&mut map, &row.values, table)?;
        if let Some(previous) = &row.previous {
            map.serialize_entry("previous", &ValuesOf(previous, table))?;
        }
        map.end()
    }
}

struct TotalsOf<'t>(&'t Totals, &'t Table);

impl Serialize for TotalsOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Self(totals, table) = self;
        let mut map = serializer.serialize_map(None)?;
        values(&mut map, &totals.values, table)?;
        if let Some(previous) = &totals.previous {
            map.serialize_entry("previous", &ValuesOf(previous, table))?;
        }
        map.end()
    }
}

struct ValuesOf<'t>(&'t [Cell], &'t Table);

impl Serialize for ValuesOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        values(&mut map, self.0, self.1)?;
        map.end()
    }
}

fn values<M: SerializeMap>(map: &mut M, cells: &[Cell], table: &Table) -> Result<(), M::Error> {
    let metrics = table.columns.iter().filter(|column| column.metric().is_some());
    for (column, cell) in metrics.zip(cells) {
        map.serialize_entry(column.id(), &CellOf(cell, table.currency))?;
    }
    Ok(())
}

/// A figure as answers write it.
pub(crate) struct CellOf<'t>(pub &'t Cell, pub Currency);

impl Serialize for CellOf<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Cell::Null => serializer.serialize_none(),
            Cell::Text(text) => serializer.serialize_str(text),
            Cell::Count(count) => serializer.serialize_i64(*count),
            Cell::Money(minor) => serializer.serialize_str(&self.1.decimal(*minor)),
            Cell::Ratio { .. } => {
                // The decimals are already rounded in integers; the float only carries them.
                let decimal = self.0.plain(self.1).and_then(|text| text.parse::<f64>().ok());
                match decimal {
                    Some(decimal) => serializer.serialize_f64(decimal),
                    None => serializer.serialize_none(),
                }
            }
        }
    }
}

struct Missing(Incomplete);

impl Serialize for Missing {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("orders_without_rate", &self.0.orders_without_rate)?;
        map.serialize_entry("orders_without_tax", &self.0.orders_without_tax)?;
        if let Some(day) = self.0.history_from {
            map.serialize_entry("history_from", &day.to_string())?;
        }
        map.end()
    }
}
