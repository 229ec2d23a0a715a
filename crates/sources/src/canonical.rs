//! Our own vocabulary: what a cell or a JSON value means, and how rows become records.

pub(crate) mod assemble;
pub(crate) mod country;
pub mod json;
pub(crate) mod moment;
pub(crate) mod number;
pub(crate) mod payload;
pub(crate) mod pricing;
pub(crate) mod status;
pub(crate) mod totals;

use comptoir_model::{Currency, Origin, VisitMode};
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub(crate) use crate::words::Fault;
use crate::words::say;

/// What the shop and the moment add to a file or a request.
#[derive(Debug, Clone)]
pub struct Context {
    /// When the import began: the stamp of rows that carry none, and the bound of believable dates.
    pub imported: Timestamp,
    /// What a record without a stamp of its own counts as: a file's row never beats what a platform
    /// said, a record pushed to the API is what the platform says now.
    pub arrival: Origin,
    /// The shop's currency, for amounts that name none.
    pub currency: Currency,
    /// The shop's zone, for times without an offset.
    pub timezone: TimeZone,
    /// What visits of the shop may carry.
    pub visits: VisitMode,
}

/// Amounts beyond this many minor units are typing errors; sums of them must not overflow.
pub(crate) const MAX_AMOUNT: i64 = 10_000_000_000_000;

/// Refuses an amount that no shop has.
pub(crate) fn believable(amount: i64) -> Result<i64, Fault> {
    if amount.abs() <= MAX_AMOUNT {
        return Ok(amount);
    }
    Err(Fault::new(
        say("le montant est démesuré", "the amount is absurdly large"),
        say(
            "vérifiez le montant et son séparateur décimal",
            "check the amount and its decimal mark",
        ),
    ))
}
