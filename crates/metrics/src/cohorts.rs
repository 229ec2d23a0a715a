//! cohorts

use comptoir_store::Snapshot;
use serde::Serialize;

use crate::context::Context;
use crate::run::MetricsError;

/// The answer of `GET /api/v1/cohorts`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    pub rows: Vec<Row>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Row {}

/// Answers the part of an address after `?`.
pub fn answer(
    _snapshot: &Snapshot,
    _text: &str,
    _context: &Context,
) -> Result<Answer, MetricsError> {
    Ok(Answer { rows: Vec::new() })
}
