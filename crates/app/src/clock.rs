//! The only place that asks the system what time it is.

use jiff::Timestamp;

/// The present instant.
#[expect(clippy::disallowed_methods, reason = "everyone else is given the time from here")]
pub fn now() -> Timestamp {
    Timestamp::now()
}
