//! The counting rule: which orders count, and on which of their dates.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::class::Class;

/// The instant of an order that places it in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DateBasis {
    Created,
    Paid,
    Completed,
    Processed,
    Validated,
}

impl DateBasis {
    pub const ALL: [Self; 5] =
        [Self::Created, Self::Paid, Self::Completed, Self::Processed, Self::Validated];

    /// The word in URLs; also the name of the order's column.
    pub fn id(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::Paid => "paid",
            Self::Completed => "completed",
            Self::Processed => "processed",
            Self::Validated => "validated",
        }
    }
}

impl fmt::Display for DateBasis {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for DateBasis {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|basis| basis.id() == text).ok_or(())
    }
}

/// Counted classes and date basis; with the shop's zone they decide rank, day and hour of each order.
/// An order without the basis date is not counted; a test order never is.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CountingRule {
    pub classes: Vec<Class>,
    pub basis: DateBasis,
    /// The raw statuses that the merchant checked, which replace the classes; `None`: the classes
    /// decide. A deleted order never counts, whatever its raw status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub statuses: Option<Vec<String>>,
}

impl CountingRule {
    /// Whether an order of this raw status and class counts, unless it is a test or has no date.
    pub fn counts(&self, status: &str, class: Class) -> bool {
        match &self.statuses {
            Some(listed) => class != Class::Deleted && listed.iter().any(|known| known == status),
            None => self.classes.contains(&class),
        }
    }

    /// Whether two rules count the same orders on the same dates.
    pub fn same(&self, other: &Self) -> bool {
        let within = |left: &Self, right: &Self| match (&left.statuses, &right.statuses) {
            (None, None) => left.classes.iter().all(|class| right.classes.contains(class)),
            (Some(left), Some(right)) => left.iter().all(|status| right.contains(status)),
            _ => false,
        };
        self.basis == other.basis && within(self, other) && within(other, self)
    }
}

impl Default for CountingRule {
    /// The rule of the profile `comptoir`.
    fn default() -> Self {
        Self {
            classes: vec![Class::Paid, Class::Fulfilled, Class::Refunded],
            basis: DateBasis::Created,
            statuses: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s022_a_list_of_raw_statuses_replaces_the_classes() {
        let mut rule = CountingRule::default();
        assert!(
            rule.counts("expédiée", Class::Fulfilled) && !rule.counts("annulée", Class::Cancelled)
        );
        rule.statuses = Some(vec!["annulée".into()]);
        assert!(
            !rule.counts("expédiée", Class::Fulfilled) && rule.counts("annulée", Class::Cancelled)
        );
        assert!(!rule.counts("annulée", Class::Deleted));
        assert!(!rule.same(&CountingRule::default()));
    }
}
