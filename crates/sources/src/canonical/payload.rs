//! A staged row as bytes: the cells that were filled, checked, each under its field's number.
//!
//! The bytes depend on the content of the row alone, so that sorting rows by them gives the same
//! order whatever the order of the file.

use serde::{Deserialize, Serialize};

use crate::mapping::field::Field;

/// A checked cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Value<'a> {
    /// Text, or a decimal number in plain form.
    Text(&'a str),
    /// A whole number, a rate in thousandths of a percent, a flag, or a moment in microseconds.
    Int(i64),
}

/// Appends a cell.
pub(crate) fn push(payload: Vec<u8>, field: Field, value: Value<'_>) -> Vec<u8> {
    postcard::to_extend(&(field.index(), value), payload).unwrap_or_default()
}

/// The cells of one staged row.
#[derive(Debug, Default)]
pub(crate) struct Cells<'a> {
    cells: Vec<(Field, Value<'a>)>,
}

impl<'a> Cells<'a> {
    /// Reads a payload; bytes that are none give the cells up to the fault.
    pub(crate) fn read(mut payload: &'a [u8]) -> Self {
        let mut cells = Vec::with_capacity(16);
        while !payload.is_empty() {
            let Ok(((index, value), rest)) = postcard::take_from_bytes::<(u8, Value<'a>)>(payload)
            else {
                break;
            };
            if let Some(field) = Field::from_index(index) {
                cells.push((field, value));
            }
            payload = rest;
        }
        Self { cells }
    }

    pub(crate) fn text(&self, field: Field) -> Option<&'a str> {
        self.cells.iter().find_map(|(at, value)| match value {
            Value::Text(text) if *at == field && !text.is_empty() => Some(*text),
            _ => None,
        })
    }

    pub(crate) fn int(&self, field: Field) -> Option<i64> {
        self.cells.iter().find_map(|(at, value)| match value {
            Value::Int(number) if *at == field => Some(*number),
            _ => None,
        })
    }

    pub(crate) fn has_any(&self, fields: &[Field]) -> bool {
        self.cells.iter().any(|(at, _)| fields.contains(at))
    }
}
