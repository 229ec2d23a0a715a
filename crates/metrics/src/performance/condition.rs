//! Filters on the list of products, written to be read: `revenue>=100 AND (category=Thé OR units>=5)`.
//!
//! `>=` and `<=` compare figures, `units=5..10` is between, `=` compares texts whatever their case, and
//! `~` looks for a part of one. Amounts are in whole units of currency; shares are fractions, or
//! percentages with `%`. `AND` and `OR` mix with parentheses, one level deep; a value with odd signs
//! stands in double quotes.

mod read;

use crate::query::QueryError;
use crate::table::Cell;

use super::Row;
use super::column::{Column, Kind};
use crate::metric::Unit;
use comptoir_model::Currency;

/// What must hold: all of the parts, or any of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Condition {
    pub any: bool,
    pub parts: Vec<Part>,
}

/// A test, or several joined the other way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    Test(Test),
    Group { any: bool, tests: Vec<Test> },
}

/// A column against a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Test {
    pub column: &'static Column,
    pub against: Against,
}

/// What a column is held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Against {
    AtLeast(Number),
    AtMost(Number),
    Between(Number, Number),
    Is(String),
    Contains(String),
}

/// A decimal number as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// With a decimal point, and `%` when it is a percentage.
    text: String,
    numerator: i128,
    denominator: i128,
}

impl Condition {
    /// Reads a filter; an empty one holds always.
    pub fn parse(text: &str) -> Result<Self, QueryError> {
        read::condition(text)
    }

    /// Whether a row passes.
    pub fn holds(&self, row: &Row, currency: Currency) -> bool {
        let part = |part: &Part| match part {
            Part::Test(test) => test.holds(row, currency),
            Part::Group { any: true, tests } => tests.iter().any(|test| test.holds(row, currency)),
            Part::Group { any: false, tests } => tests.iter().all(|test| test.holds(row, currency)),
        };
        if self.parts.is_empty() {
            return true;
        }
        if self.any { self.parts.iter().any(part) } else { self.parts.iter().all(part) }
    }

    /// The columns it looks at.
    pub fn columns(&self) -> impl Iterator<Item = &'static Column> {
        self.parts.iter().flat_map(|part| match part {
            Part::Test(test) => vec![test.column],
            Part::Group { tests, .. } => tests.iter().map(|test| test.column).collect(),
        })
    }

    /// As addresses have it; reading it again gives the same.
    pub fn write(&self) -> String {
        let parts: Vec<String> = self
            .parts
            .iter()
            .map(|part| match part {
                Part::Test(test) => test.write(),
                Part::Group { any, tests } => {
                    let tests: Vec<String> = tests.iter().map(Test::write).collect();
                    format!("({})", tests.join(joint(*any)))
                }
            })
            .collect();
        parts.join(joint(self.any))
    }

    /// With a further test beside the others; `grouped` puts it into the last part instead, as an
    /// alternative to it (or a further condition of it, where the whole is a list of alternatives).
    #[must_use]
    pub fn with(mut self, test: Test, grouped: bool) -> Self {
        match self.parts.pop() {
            Some(last) if grouped => {
                let part = match last {
                    Part::Test(first) => Part::Group { any: !self.any, tests: vec![first, test] },
                    Part::Group { any, mut tests } => {
                        tests.push(test);
                        Part::Group { any, tests }
                    }
                };
                self.parts.push(part);
            }
            last => {
                self.parts.extend(last);
                self.parts.push(Part::Test(test));
            }
        }
        self
    }

    /// Without a part, or without one test of a group.
    #[must_use]
    pub fn without(mut self, part: usize, test: Option<usize>) -> Self {
        if part >= self.parts.len() {
            return self;
        }
        match (self.parts.remove(part), test) {
            (Part::Group { any, mut tests }, Some(at)) if at < tests.len() && tests.len() > 1 => {
                tests.remove(at);
                let left = if tests.len() == 1 {
                    Part::Test(tests.remove(0))
                } else {
                    Part::Group { any, tests }
                };
                self.parts.insert(part, left);
            }
            _ => {}
        }
        self
    }

    /// All of it, or any of it; groups are joined the other way.
    #[must_use]
    pub fn joined(mut self, any: bool) -> Self {
        self.any = any;
        for part in &mut self.parts {
            if let Part::Group { any: of_group, .. } = part {
                *of_group = !any;
            }
        }
        self
    }
}

fn joint(any: bool) -> &'static str {
    if any { " OR " } else { " AND " }
}

impl Test {
    /// A test from the three fields of a form; the operator is `ge`, `le`, `between`, `is` or `has`.
    pub fn of(column: &str, operator: &str, value: &str, upper: &str) -> Result<Self, QueryError> {
        read::test_of(column, operator, value, upper)
    }

    fn holds(&self, row: &Row, currency: Currency) -> bool {
        let cell = row.cells.get(self.column.place()).unwrap_or(&Cell::Null);
        let text = match cell {
            Cell::Text(text) => text.as_str(),
            _ => "",
        };
        let scale = match self.column.kind {
            Kind::Figure(Unit::Money) => 10_i128.pow(currency.exponent()),
            _ => 1,
        };
        let held = |number: &Number| {
            let (numerator, denominator) = cell.fraction()?;
            let left = numerator.saturating_mul(number.denominator);
            let right = number.numerator.saturating_mul(denominator).saturating_mul(scale);
            Some(left.cmp(&right))
        };
        match &self.against {
            Against::AtLeast(number) => held(number).is_some_and(std::cmp::Ordering::is_ge),
            Against::AtMost(number) => held(number).is_some_and(std::cmp::Ordering::is_le),
            Against::Between(low, high) => {
                held(low).is_some_and(std::cmp::Ordering::is_ge)
                    && held(high).is_some_and(std::cmp::Ordering::is_le)
            }
            Against::Is(wanted) => text.to_lowercase() == wanted.to_lowercase(),
            Against::Contains(wanted) => text.to_lowercase().contains(&wanted.to_lowercase()),
        }
    }

    pub fn write(&self) -> String {
        let id = self.column.id;
        match &self.against {
            Against::AtLeast(number) => format!("{id}>={}", number.text),
            Against::AtMost(number) => format!("{id}<={}", number.text),
            Against::Between(low, high) => format!("{id}={}..{}", low.text, high.text),
            Against::Is(text) => format!("{id}={}", quoted(text)),
            Against::Contains(text) => format!("{id}~{}", quoted(text)),
        }
    }
}

impl Number {
    /// As it was written, with a decimal point.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// A text that could be taken for something else stands in quotes.
fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && text.trim() == text
        && !text.contains(['"', '\\', '(', ')'])
        && !text.split(' ').any(|word| matches!(word, "AND" | "OR"));
    if plain {
        text.to_owned()
    } else {
        format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
    }
}
