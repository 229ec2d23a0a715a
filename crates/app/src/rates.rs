//! Exchange rates from the European Central Bank's file into the store: a file at hand, or the one that
//! the bank publishes.

mod daily;

use anyhow::{Result, ensure};
use comptoir_sources::{Language, ecb};
use comptoir_store::{Rate, Store};
use jiff::civil::Date;

use crate::audit::{self, Action};
use crate::commands::log;

pub use daily::{Daily, start};

/// Adds the rates of a file; what can't be read is told, and spoils nothing else.
pub fn add(store: &Store, text: &str) -> Result<usize> {
    add_since(store, text, None)
}

/// The same for the command line, which leaves a line in the audit log.
pub fn add_by_shell(store: &Store, text: &str) -> Result<usize> {
    let added = add(store, text)?;
    let detail = serde_json::json!({ "what": "rates", "rates": added });
    audit::by_shell(store, Action::SettingsChanged, None, &detail)?;
    Ok(added)
}

/// The same, of that day and later ones only.
fn add_since(store: &Store, text: &str, since: Option<Date>) -> Result<usize> {
    let (published, rejected) = ecb::read(text, Language::En);
    for reject in rejected.iter().take(20) {
        log(&format!("line {}: {}", reject.line, reject.reason));
    }
    ensure!(
        !published.is_empty(),
        "no rate could be read; the file needs a column Date and one for each currency, as eurofxref-hist.csv has"
    );
    let rates: Vec<Rate> = published
        .into_iter()
        .filter(|rate| since.is_none_or(|since| rate.day >= since))
        .map(|rate| Rate { day: rate.day, currency: rate.currency, per_euro: rate.per_euro })
        .collect();
    let added = rates.len();
    store.add_rates(rates)?;
    Ok(added)
}
