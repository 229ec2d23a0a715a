//! Versions: which of two descriptions of the same record is the newer one.

use std::hash::{Hash, Hasher};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// How a record reached us. A file row without a stamp never beats what a platform said itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// A file without a modification stamp: `modified` is the time of the import.
    UnstampedFile,
    /// An API, a webhook, or a file that carries the platform's own stamp.
    Stamped,
}

/// Versions of one record are ordered by origin, then stamp, then tombstone, then content (the
/// store's digest), so that the newest one is the same whatever order they arrive in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Version {
    pub origin: Origin,
    /// The platform's modification stamp, or the time of the import.
    pub modified: Timestamp,
}

impl Hash for Version {
    /// Adds nothing: the hash of a record is that of its content, whichever version tells it.
    fn hash<H: Hasher>(&self, _: &mut H) {}
}

impl Version {
    pub fn stamped(modified: Timestamp) -> Self {
        Self { origin: Origin::Stamped, modified }
    }

    pub fn unstamped(imported: Timestamp) -> Self {
        Self { origin: Origin::UnstampedFile, modified: imported }
    }
}
