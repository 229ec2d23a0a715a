//! What a merchant owes to the persons whose data is held, beside the pages: the dossier that is sent to
//! a person, the register, the rules of retention and the self-check.

pub mod check;
pub mod dossier;
pub mod register;
pub mod retention;
pub mod words;

use comptoir_store::privacy::Erased;
use comptoir_store::{Snapshot, StoreError, shops};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

/// The zone in which moments are told that belong to no shop: that of the first shop.
pub fn zone(snapshot: &Snapshot) -> Result<TimeZone, StoreError> {
    let first = shops::list(snapshot)?.into_iter().next();
    Ok(first.and_then(|shop| TimeZone::get(&shop.shop.timezone).ok()).unwrap_or(TimeZone::UTC))
}

/// What an erasure took, as the audit log keeps it and the receipt reads it: numbers, no names.
pub fn erased(person: i64, gone: &Erased) -> Value {
    json!({
        "person": person, "orders": gone.orders, "refunds": gone.refunds,
        "customers": gone.customers, "carts": gone.carts, "lines": gone.lines, "others": gone.others,
    })
}
