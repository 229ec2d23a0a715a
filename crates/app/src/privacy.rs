//! What a merchant owes to the persons whose data is held, beside the pages: the dossier that is sent to
//! a person, the register, the rules of retention and the self-check.

pub mod check;
pub mod dossier;
pub mod register;
pub mod retention;
pub mod words;

use comptoir_store::{Snapshot, StoreError, shops};
use jiff::tz::TimeZone;

/// The zone in which moments are told that belong to no shop: that of the first shop.
pub fn zone(snapshot: &Snapshot) -> Result<TimeZone, StoreError> {
    let first = shops::list(snapshot)?.into_iter().next();
    Ok(first.and_then(|shop| TimeZone::get(&shop.shop.timezone).ok()).unwrap_or(TimeZone::UTC))
}
