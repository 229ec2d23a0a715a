//! Why a query is refused: which parameter, which value, what would be accepted.

/// A query that cannot be answered. Values come from outside: escape them wherever they show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{parameter}={value}: {reason}{}", nearest.as_ref().map(|nearest| format!("; did you mean “{nearest}”?")).unwrap_or_default())]
pub struct QueryError {
    /// The parameter at fault.
    pub parameter: String,
    /// Its value, cut at 100 characters.
    pub value: String,
    /// What is wrong and what to do.
    pub reason: String,
    /// The nearest valid value, when one resembles it.
    pub nearest: Option<String>,
}

impl QueryError {
    pub fn new(parameter: &str, value: &str, reason: impl Into<String>) -> Self {
        Self {
            parameter: parameter.chars().take(100).collect(),
            value: value.chars().take(100).collect(),
            reason: reason.into(),
            nearest: None,
        }
    }

    #[must_use]
    pub fn with_nearest(mut self, nearest: Option<String>) -> Self {
        self.nearest = nearest;
        self
    }
}
