//! Whether the bank's rates are to be fetched on working days, and how the last attempt went. Off until
//! the merchant switches it on: nothing leaves the machine unasked.

use duckdb::{Connection, params};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::store::Store;
use crate::writer;

const WANTED: &str = "rates_download";
const ASKED: &str = "rates_asked";
const FAILURE: &str = "rates_failure";

/// The scheduled download, as it stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Download {
    pub wanted: bool,
    /// The last attempt since it was switched on.
    pub asked: Option<Timestamp>,
    /// Why that attempt failed, as whoever asked wrote it.
    pub failure: Option<String>,
    /// The newest day of which a rate is known, wherever it came from.
    pub newest: Option<Date>,
}

/// Reads how the scheduled download stands.
pub fn download(snapshot: &Snapshot) -> Result<Download, StoreError> {
    let mut found = Download::default();
    let kept = snapshot.query("SELECT name, value FROM settings WHERE shop_id = 0", &[])?;
    for cells in &kept.rows {
        let (Some(name), Some(value)) = (cells[0].text(), cells[1].text()) else { continue };
        match name {
            WANTED => found.wanted = true,
            ASKED => found.asked = value.parse().ok(),
            FAILURE => found.failure = Some(value.to_owned()),
            _ => {}
        }
    }
    let newest = snapshot.query("SELECT max(published) FROM rates", &[])?;
    found.newest = newest.rows.first().and_then(|cells| cells[0].date());
    Ok(found)
}

impl Store {
    /// Switches the scheduled download on or off; what the last attempt said is forgotten.
    pub fn want_rates(&self, wanted: bool) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                for name in [WANTED, ASKED, FAILURE] {
                    forget(connection, name)?;
                }
                if wanted { keep(connection, WANTED, "daily") } else { Ok(()) }
            })
        })
    }

    /// Notes an attempt, and why it failed if it did.
    pub fn rates_asked(&self, at: Timestamp, failure: Option<String>) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                forget(connection, ASKED)?;
                forget(connection, FAILURE)?;
                keep(connection, ASKED, &at.to_string())?;
                failure.map_or(Ok(()), |failure| keep(connection, FAILURE, &failure))
            })
        })
    }
}

fn forget(connection: &Connection, name: &str) -> Result<(), StoreError> {
    connection.execute("DELETE FROM settings WHERE shop_id = 0 AND name = ?", [name])?;
    Ok(())
}

fn keep(connection: &Connection, name: &str, value: &str) -> Result<(), StoreError> {
    connection.execute("INSERT INTO settings VALUES (0, ?, ?)", params![name, value])?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rates::Rate;
    use comptoir_model::Currency;
    use jiff::civil::date;

    #[test]
    fn it_is_off_until_switched_on_and_remembers_the_last_attempt() {
        let store = Store::in_memory().expect("a store");
        let is = || download(&store.read().expect("a snapshot")).expect("read");
        assert_eq!(is(), Download::default());
        store.want_rates(true).expect("on");
        let at: Timestamp = "2026-11-20T15:01:00Z".parse().expect("an instant");
        store.rates_asked(at, Some("no".to_owned())).expect("noted");
        let failed = Download {
            wanted: true,
            asked: Some(at),
            failure: Some("no".to_owned()),
            newest: None,
        };
        assert_eq!(is(), failed);
        // A rate may be used on seven days after its own; its own is the one that is told.
        let day = date(2026, 11, 20);
        let rate = Rate { day, currency: Currency::USD, per_euro: 111_720_000 };
        store.add_rates(vec![rate]).expect("added");
        store.rates_asked(at, None).expect("noted");
        assert_eq!(is(), Download { failure: None, newest: Some(day), ..failed });
        store.want_rates(false).expect("off");
        assert_eq!(is(), Download { newest: Some(day), ..Download::default() });
    }
}
