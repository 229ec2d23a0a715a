//! Parameters that belong to an analysis, beside those of every query.

use super::address::{encode, pairs};
use super::{Query, QueryError};
use crate::context::Context;
use crate::period::Choice;

/// The parameters of an address that an analysis keeps for itself.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Own {
    values: Vec<(String, String)>,
}

impl Own {
    pub fn new(values: Vec<(String, String)>) -> Self {
        Self { values }
    }

    /// The value of a parameter; an empty one is none.
    pub fn get(&self, name: &str) -> Option<&str> {
        let found = self.values.iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value.as_str()).filter(|value| !value.is_empty())
    }

    /// The one of some words that a parameter says; the first of them when it says nothing.
    pub fn word(&self, name: &str, known: &[&'static str]) -> Result<&'static str, QueryError> {
        let Some(value) = self.get(name) else {
            return Ok(known.first().copied().unwrap_or_default());
        };
        known.iter().copied().find(|word| *word == value).ok_or_else(|| {
            QueryError::new(name, value, format!("use {}", known.join(", ")))
                .with_nearest(crate::nearest::nearest(value, known.iter().copied()))
        })
    }

    /// A whole number within bounds.
    pub fn number(
        &self,
        name: &str,
        otherwise: i64,
        bounds: std::ops::RangeInclusive<i64>,
    ) -> Result<i64, QueryError> {
        let Some(value) = self.get(name) else { return Ok(otherwise) };
        value.parse().ok().filter(|number| bounds.contains(number)).ok_or_else(|| {
            let reason =
                format!("write a whole number from {} to {}", bounds.start(), bounds.end());
            QueryError::new(name, value, reason).with_nearest(Some(otherwise.to_string()))
        })
    }
}

/// Splits an address into an analysis' own parameters and the query that the others make, whose
/// metric is `revenue`. Only the parameters in `shared` may go into the query; without a period it is
/// over all history.
pub fn split(
    text: &str,
    own: &[&str],
    shared: &[&str],
    context: &Context,
) -> Result<(Own, Query), QueryError> {
    let mut mine = Own::default();
    let mut rest = vec!["metrics=revenue".to_owned()];
    let mut timed = false;
    for (name, value) in pairs(text) {
        let (Some(name), Some(value)) = (name, value) else {
            return Err(QueryError::new("query", text, "the address is not valid UTF-8"));
        };
        if own.contains(&name.as_str()) {
            if mine.values.iter().any(|(known, _)| *known == name) {
                return Err(QueryError::new(&name, &value, "it is given twice"));
            }
            mine.values.push((name, value));
        } else if shared.contains(&name.as_str()) {
            timed |= matches!(name.as_str(), "period" | "from" | "to");
            rest.push(format!("{name}={}", encode(&value)));
        } else {
            let known = own.iter().chain(shared).copied();
            return Err(QueryError::new(&name, &value, "there is no such parameter here")
                .with_nearest(crate::nearest::nearest(&name, known)));
        }
    }
    let mut query = Query::parse(&rest.join("&"), context)?;
    if !timed {
        query.period = Choice::All;
    }
    Ok((mine, query))
}
