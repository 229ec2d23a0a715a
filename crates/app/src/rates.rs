//! Exchange rates from the European Central Bank's file into the store.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, ensure};
use comptoir_sources::{Language, ecb};
use comptoir_store::{Rate, Store};

use crate::commands::log;
use crate::state::App;

/// The bank publishes once a working day; what failed is tried again sooner.
const A_DAY: Duration = Duration::from_hours(24);
const AN_HOUR: Duration = Duration::from_hours(1);

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

/// Fetches the bank's file now and then once a day, for as long as the server runs. Only where the
/// merchant has asked for it: by itself Comptoir calls nobody.
pub fn follow(app: &Arc<App>) -> std::io::Result<()> {
    let app = Arc::downgrade(app);
    std::thread::Builder::new().name("rates".into()).spawn(move || {
        loop {
            let file = ecb::download(None);
            // The server ended meanwhile.
            let Some(app) = app.upgrade() else { return };
            let added = file.map_err(anyhow::Error::from).and_then(|text| add(&app.store, &text));
            let pause = match added {
                Ok(_) => {
                    app.ring();
                    A_DAY
                }
                Err(error) => {
                    log(&format!("exchange rates: {error:#}"));
                    AN_HOUR
                }
            };
            drop(app);
            std::thread::sleep(pause);
        }
    })?;
    Ok(())
}
