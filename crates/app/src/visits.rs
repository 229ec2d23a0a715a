//! The collection mode of a shop's visits at its doors: what it is, and the count of what it refused.

use comptoir_model::{Reject, VisitMode};
use comptoir_store::visits::Refusals;
use comptoir_store::{Store, StoreError, settings};
use jiff::civil::Date;

/// Whether the shop's visitors were asked; a shop that is not there yet is exempt.
pub fn mode(store: &Store, shop: i64) -> Result<VisitMode, StoreError> {
    let settings = settings::read(&store.read()?)?;
    Ok(settings.shop(shop).map(|shop| shop.visits).unwrap_or_default())
}

/// Counts those rejects that are visits which said who it was.
pub fn count(
    store: &Store,
    shop: i64,
    day: Date,
    door: &'static str,
    rejects: &[Reject],
) -> Result<(), StoreError> {
    let mut refusals = Refusals::new();
    for fault in rejects.iter().filter_map(|reject| reject.visit) {
        *refusals.entry(fault).or_default() += 1;
    }
    store.count_refused_visits(shop, day, door, refusals)
}
