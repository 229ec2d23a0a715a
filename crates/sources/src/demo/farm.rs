//! “La Ferme des Tilleuls”: two years of a farm shop that sells local organic produce, up to now,
//! and what happens in it next. Every person in it is invented; addresses end in domains and phone
//! numbers in ranges that are reserved for fiction.

mod aftermath;
mod basket;
mod calendar;
mod catalogue;
mod history;
mod live;
mod people;
mod person;
mod traffic;

#[cfg(test)]
mod tests;

use comptoir_model::Record;
use jiff::Timestamp;

pub use live::Live;

/// The shop's slug.
pub const SLUG: &str = "ferme";
/// The shop's name, as its owner writes it.
pub const NAME: &str = "La Ferme des Tilleuls";
/// The platform it pretends to run on.
pub const PLATFORM: &str = "woocommerce";
/// The source its records come from, part of every record's key.
pub const SOURCE: &str = "demo";
/// Its currency.
pub const CURRENCY: comptoir_model::Currency = comptoir_model::Currency::EUR;
/// Its time zone, in which its days begin.
pub const TIMEZONE: &str = "Europe/Paris";

/// The shop's settings as a record.
pub fn shop() -> comptoir_model::Shop {
    comptoir_model::Shop {
        slug: SLUG.to_owned(),
        name: NAME.to_owned(),
        platform: PLATFORM.to_owned(),
        currency: CURRENCY,
        timezone: TIMEZONE.to_owned(),
    }
}

/// Two years of records up to `now`, day by day. The same seed and instant give the same records.
pub fn history(seed: u64, now: Timestamp) -> impl Iterator<Item = Record> {
    history::History::new(seed, now)
}

/// Days of history before today.
const DAYS: i64 = 730;

/// One of several things, each as likely as its weight.
fn weighted<'a, T>(rng: &mut fastrand::Rng, choices: &'a [(T, u32)]) -> Option<&'a T> {
    let total: u32 = choices.iter().map(|(_, weight)| weight).sum();
    let mut left = if total == 0 { return None } else { rng.u32(..total) };
    for (choice, weight) in choices {
        if left < *weight {
            return Some(choice);
        }
        left -= weight;
    }
    None
}

/// True `per_mille` times in a thousand.
fn chance(rng: &mut fastrand::Rng, per_mille: u32) -> bool {
    rng.u32(..1000) < per_mille
}
