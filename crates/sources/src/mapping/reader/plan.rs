//! Where each field of a row stands, resolved once for the whole file.

use std::collections::HashMap;

use crate::file::Row;
use crate::mapping::Mapping;
use crate::mapping::field::{Field, Headers};
use crate::mapping::suggest::key as header_key;

/// Where each field of one kind of row stands.
pub(super) struct Plan {
    slots: Vec<Slot>,
    pub(super) active: Vec<Field>,
}

#[derive(Default)]
struct Slot {
    columns: Vec<usize>,
    constant: Option<String>,
}

impl Plan {
    pub(super) fn new(mapping: &Mapping, places: &HashMap<String, usize>, refund: bool) -> Self {
        let mut slots = Vec::new();
        let mut active = Vec::new();
        for field in Field::all() {
            let own = mapping.refund_columns.get(field.id()).filter(|_| refund);
            let headers = own.or_else(|| mapping.columns.get(field.id()));
            let columns: Vec<usize> = headers
                .into_iter()
                .flat_map(Headers::iter)
                .filter_map(|header| places.get(&header_key(header)).copied())
                .collect();
            let constant = mapping.constants.get(field.id()).cloned();
            if !columns.is_empty() || constant.is_some() {
                active.push(field);
            }
            slots.push(Slot { columns, constant });
        }
        Self { slots, active }
    }

    /// The first filled cell of a field, trimmed, and its column.
    pub(super) fn cell<'r>(&'r self, row: &'r Row, field: Field) -> (&'r str, Option<usize>) {
        let slot = &self.slots[field as usize];
        for &column in &slot.columns {
            let text = row.get(column).trim();
            if !text.is_empty() {
                return (text, Some(column));
            }
        }
        match &slot.constant {
            Some(constant) => (constant, None),
            None => ("", slot.columns.first().copied()),
        }
    }
}
