//! A statement in the making: its text names values by number, and the values are bound.

use comptoir_store::Value;

/// An SQL text and the values bound to its `$1`, `$2`…
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Statement {
    pub sql: String,
    pub values: Vec<Value>,
}

/// The values bound so far.
#[derive(Debug, Default)]
pub(crate) struct Bindings {
    values: Vec<Value>,
}

impl Bindings {
    /// Binds a value and returns what stands for it in the text. Equal values share a place.
    pub fn bind(&mut self, value: impl Into<Value>) -> String {
        let value = value.into();
        let index = self.values.iter().position(|known| *known == value).unwrap_or_else(|| {
            self.values.push(value);
            self.values.len() - 1
        });
        format!("${}", index + 1)
    }

    /// A statement with the values bound so far; more may be bound for another.
    pub fn statement(&self, sql: String) -> Statement {
        Statement { sql, values: self.values.clone() }
    }

    pub fn into_statement(self, sql: String) -> Statement {
        Statement { sql, values: self.values }
    }
}
