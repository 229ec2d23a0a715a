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

use comptoir_model::{Currency, Origin, Reject};
use jiff::Timestamp;
use jiff::tz::TimeZone;

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
}

/// What is wrong with one value, before it is known where it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) reason: String,
    pub(crate) remedy: String,
}

impl Fault {
    pub(crate) fn new(reason: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { reason: reason.into(), remedy: remedy.into() }
    }

    /// The rejection of the row or record that carried the value.
    pub(crate) fn at(self, line: u64, field: &str, value: &str) -> Reject {
        Reject {
            line,
            field: field.to_owned(),
            value: crate::excerpt(value, 200),
            reason: self.reason,
            remedy: self.remedy,
        }
    }
}

/// Amounts beyond this many minor units are typing errors; sums of them must not overflow.
pub(crate) const MAX_AMOUNT: i64 = 10_000_000_000_000;

/// Refuses an amount that no shop has.
pub(crate) fn believable(amount: i64) -> Result<i64, Fault> {
    if amount.abs() <= MAX_AMOUNT {
        return Ok(amount);
    }
    Err(Fault::new("the amount is absurdly large", "check the amount and its decimal mark"))
}
