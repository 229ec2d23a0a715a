//! Status classes: every platform's vocabulary maps to these nine words.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a raw status means for counting. The raw status itself is always kept beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    Draft,
    Pending,
    OnHold,
    Paid,
    Fulfilled,
    Cancelled,
    Failed,
    Refunded,
    Deleted,
}

impl Class {
    pub const ALL: [Self; 9] = [
        Self::Draft,
        Self::Pending,
        Self::OnHold,
        Self::Paid,
        Self::Fulfilled,
        Self::Cancelled,
        Self::Failed,
        Self::Refunded,
        Self::Deleted,
    ];

    /// The word in columns, files and the API.
    pub fn id(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Pending => "pending",
            Self::OnHold => "on_hold",
            Self::Paid => "paid",
            Self::Fulfilled => "fulfilled",
            Self::Cancelled => "cancelled",
            Self::Failed => "failed",
            Self::Refunded => "refunded",
            Self::Deleted => "deleted",
        }
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

/// The text is none of the nine classes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "“{0}” is not a status class; use draft, pending, on_hold, paid, fulfilled, cancelled, failed, refunded or deleted"
)]
pub struct UnknownClass(pub String);

impl FromStr for Class {
    type Err = UnknownClass;

    fn from_str(text: &str) -> Result<Self, UnknownClass> {
        Self::ALL
            .into_iter()
            .find(|class| class.id() == text)
            .ok_or_else(|| UnknownClass(text.to_owned()))
    }
}
