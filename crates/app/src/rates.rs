//! Exchange rates from the European Central Bank's file into the store.

use anyhow::{Result, ensure};
use comptoir_sources::{Language, ecb};
use comptoir_store::{Rate, Store};

use crate::commands::log;

/// Adds the rates of a file; what can't be read is told, and spoils nothing else.
pub fn add(store: &Store, text: &str) -> Result<usize> {
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
        .map(|rate| Rate { day: rate.day, currency: rate.currency, per_euro: rate.per_euro })
        .collect();
    let added = rates.len();
    store.add_rates(rates)?;
    Ok(added)
}
