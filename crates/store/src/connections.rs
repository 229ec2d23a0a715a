//! Connections: shops that are read from their platform, how far each was read and how it goes.
//!
//! A connection's records are kept under the source named after its platform, so a shop has at most
//! one connection to each platform. Secrets are sealed ([`crate::seal`]) and only [`Opened`] has them.

use std::collections::BTreeMap;
use std::fmt;

use comptoir_model::Record;
use duckdb::params;
use jiff::{Span, Timestamp};

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::seal;
use crate::store::Store;
use crate::value::{Rows, Value};
use crate::writer;

mod advance;
mod hints;
mod orders;
mod refused;
mod restamp;
mod runs;

pub use hints::{Hint, hinted, hints};
pub use orders::{StoredOrder, count_orders, orders_of};
pub use refused::{RefusedRecord, refused};
pub use restamp::Belief;
pub use runs::Ended;

/// Minutes between two runs: what may be asked, and what is usual.
pub const MINUTES: std::ops::RangeInclusive<i64> = 1..=60;
pub const DEFAULT_MINUTES: i64 = 5;

/// A connection, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Connection {
    pub id: i64,
    pub shop_id: i64,
    /// The shop's slug.
    pub shop: String,
    /// Id of the platform, which is also the name of the source of its records.
    pub platform: String,
    pub url: String,
    /// The shop is in a private network, and that is intended.
    pub private: bool,
    /// Between two runs.
    pub minutes: i64,
    pub paused: bool,
    pub created: Timestamp,
    /// What the platform says of the shop, as JSON.
    pub facts: String,
    /// The connector's own; empty: nothing was read yet.
    pub cursor: String,
    /// `recent`, `history`, `changes`.
    pub phase: String,
    /// Orders of the first import read so far, and in all, when the platform tells.
    pub done: Option<i64>,
    pub total: Option<i64>,
    /// When the phase began.
    pub phase_started: Option<Timestamp>,
    pub last_started: Option<Timestamp>,
    pub last_finished: Option<Timestamp>,
    pub last_success: Option<Timestamp>,
    pub next_run: Timestamp,
    /// In a row.
    pub failures: i64,
    /// The last one, as JSON; `None`: none since the last success.
    pub failure: Option<String>,
    /// Orders that came in.
    pub received: i64,
    /// Changes of orders that were there.
    pub updated: i64,
    /// Records that wait to be corrected on the platform.
    pub refused: i64,
    /// Webhooks believed, and those with a wrong signature.
    pub hooks: i64,
    pub hooks_refused: i64,
    pub last_hook: Option<Timestamp>,
    /// When the platform was last asked to send its webhooks.
    pub subscribed: Option<Timestamp>,
    /// What the platform could not tell, as JSON.
    pub notes: String,
    /// What the platform itself counts, as JSON with the time.
    pub totals: Option<String>,
    /// When all of it was last compared with the platform.
    pub reconciled: Option<Timestamp>,
    /// What differed then, as JSON.
    pub differences: Option<String>,
}

/// A connection to be.
#[derive(Clone)]
pub struct NewConnection {
    /// The shop's slug.
    pub shop: String,
    pub platform: String,
    pub url: String,
    pub credentials: BTreeMap<String, String>,
    pub private: bool,
    pub minutes: i64,
    /// What the platform says of the shop, as JSON.
    pub facts: String,
}

/// Secrets never reach a log.
impl fmt::Debug for NewConnection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("NewConnection")
            .field("shop", &self.shop)
            .field("platform", &self.platform)
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// What a platform is asked with.
#[derive(Clone)]
pub struct Opened {
    pub url: String,
    pub private: bool,
    pub credentials: BTreeMap<String, String>,
    /// What the platform signs its webhooks with.
    pub hook_secret: String,
}

/// Secrets never reach a log.
impl fmt::Debug for Opened {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Opened").field("url", &self.url).finish_non_exhaustive()
    }
}

/// Where a sync is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Position {
    pub cursor: String,
    /// `recent`, `history`, `changes`.
    pub phase: String,
    /// Orders read so far and in all; `None` leaves what was known.
    pub progress: Option<(u64, u64)>,
}

/// One step of a sync: all of it is on disk, or nothing of it ever is.
#[derive(Debug, Clone, Default)]
pub struct Advance {
    pub records: Vec<Record>,
    /// Where the sync is after these records; `None` leaves it where it was (records that were asked
    /// for by a webhook or a comparison).
    pub position: Option<Position>,
    pub refused: Vec<RefusedRecord>,
    pub belief: Belief,
    /// Webhooks' hints that are done with.
    pub hints: Vec<Hint>,
    /// What the platform could not tell, as JSON; `None` leaves what was known.
    pub notes: Option<String>,
}

/// What a step changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Advanced {
    /// Orders that were not there.
    pub received: u64,
    /// Orders that were there and changed.
    pub updated: u64,
}

/// What goes with a connection that is removed. Its orders stay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removed {
    pub shop: String,
    pub platform: String,
    /// Orders that it brought and that stay.
    pub orders: i64,
}

const COLUMNS: &str = "c.connection_id, c.shop_id, s.slug, c.platform, c.url, c.private, c.minutes, c.paused, \
     c.created, c.facts, c.cursor, c.phase, c.done, c.total, c.phase_started, c.last_started, c.last_finished, \
     c.last_success, c.next_run, c.failures, c.failure, c.received, c.updated, \
     (SELECT count(*) FROM connection_refused r WHERE r.connection_id = c.connection_id), \
     c.hooks, c.hooks_refused, c.last_hook, c.subscribed, c.notes, c.totals, c.reconciled, c.differences \
     FROM connections c JOIN shops s USING (shop_id)";

/// All connections, in the order in which they were made.
pub fn list(snapshot: &Snapshot) -> Result<Vec<Connection>, StoreError> {
    Ok(read(snapshot.query(&format!("SELECT {COLUMNS} ORDER BY c.connection_id"), &[])?))
}

/// One connection.
pub fn one(snapshot: &Snapshot, id: i64) -> Result<Option<Connection>, StoreError> {
    let rows =
        snapshot.query(&format!("SELECT {COLUMNS} WHERE c.connection_id = ?"), &[id.into()])?;
    Ok(read(rows).pop())
}

/// The digest of what a record tells, whatever its version: what is equal has the same.
pub fn digest(record: &Record) -> i64 {
    writer::record_digest(record)
}

impl Store {
    /// Connects a shop; its first run is due at once. Returns the connection's number.
    pub fn add_connection(&self, new: NewConnection, now: Timestamp) -> Result<i64, StoreError> {
        check_minutes(new.minutes)?;
        let hook_secret = seal::random_secret()?;
        let id = self.writer()?.run(|connection| {
            Ok(connection.query_row("SELECT nextval('row_ids')", [], |row| row.get(0))?)
        })?;
        let credentials = self.seals().seal(id, "credentials", &as_json(&new.credentials)?)?;
        let hook_secret = self.seals().seal(id, "hook_secret", &hook_secret)?;
        self.change_connections(move |connection| {
            let found = query(
                connection,
                "SELECT shop_id FROM shops WHERE slug = ?",
                &[new.shop.as_str().into()],
            )?;
            let Some(shop_id) = found.rows.first().and_then(|cells| cells[0].int()) else {
                return Err(StoreError::UnknownShop(new.shop));
            };
            let same = query(
                connection,
                "SELECT connection_id FROM connections WHERE shop_id = ? AND platform = ?",
                &[shop_id.into(), new.platform.as_str().into()],
            )?;
            if let Some(known) = same.rows.first().and_then(|cells| cells[0].int()) {
                return Err(StoreError::Invalid(format!(
                    "the shop {} is connected to {} already (connection {known}); remove that connection first, or choose another shop",
                    new.shop, new.platform
                )));
            }
            connection.execute(
                "INSERT INTO connections BY NAME
                 SELECT ? AS connection_id, ? AS shop_id, ? AS platform, ? AS url, ? AS credentials,
                        ? AS hook_secret, ? AS private, ? AS minutes, false AS paused, ? AS created,
                        ? AS facts, '' AS cursor, 'recent' AS phase, ? AS next_run, 0 AS failures,
                        0 AS received, 0 AS updated, 0 AS hooks, 0 AS hooks_refused, '[]' AS notes",
                params![
                    id,
                    shop_id,
                    new.platform,
                    new.url,
                    credentials,
                    hook_secret,
                    new.private,
                    new.minutes,
                    Value::from(now),
                    new.facts,
                    Value::from(now),
                ],
            )?;
            Ok(id)
        })
    }

    /// Gives a connection another address or other credentials, for when the platform's key changed.
    /// Its next run is due at once.
    pub fn reconnect(
        &self,
        id: i64,
        url: String,
        credentials: &BTreeMap<String, String>,
        private: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        let credentials = self.seals().seal(id, "credentials", &as_json(credentials)?)?;
        // The webhooks' secret was sealed with the key that is lost, if it is: a new one.
        let hook_secret = match self.connection_access(id) {
            Ok(opened) => opened.hook_secret,
            Err(StoreError::Sealed(_)) => seal::random_secret()?,
            Err(error) => return Err(error),
        };
        let hook_secret = self.seals().seal(id, "hook_secret", &hook_secret)?;
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET url = ?, credentials = ?, hook_secret = ?, private = ?, next_run = ?,
                        subscribed = NULL WHERE connection_id = ?",
                params![url, credentials, hook_secret, private, Value::from(now), id],
            )?;
            known(id, changed)
        })
    }

    /// Takes a connection away, its secrets and refused records with it. Its orders stay.
    pub fn remove_connection(&self, id: i64) -> Result<Removed, StoreError> {
        self.change_connections(move |connection| {
            let found = query(
                connection,
                "SELECT s.slug, c.platform,
                        (SELECT count(*) FROM orders o JOIN sources f USING (source_id)
                         WHERE o.shop_id = c.shop_id AND f.name = c.platform)
                 FROM connections c JOIN shops s USING (shop_id) WHERE c.connection_id = ?",
                &[id.into()],
            )?;
            let Some(cells) = found.rows.first() else {
                return Err(StoreError::UnknownConnection(id));
            };
            for table in ["connections", "connection_refused", "connection_hints"] {
                connection
                    .execute(&format!("DELETE FROM {table} WHERE connection_id = ?"), [id])?;
            }
            Ok(Removed {
                shop: cells[0].text().unwrap_or_default().to_owned(),
                platform: cells[1].text().unwrap_or_default().to_owned(),
                orders: cells[2].int().unwrap_or(0),
            })
        })
    }

    /// Stops reading a connection on time, or goes on.
    pub fn pause_connection(
        &self,
        id: i64,
        paused: bool,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET paused = ?1, next_run = CASE WHEN ?1 THEN next_run ELSE ?2 END
                 WHERE connection_id = ?3",
                params![paused, Value::from(now), id],
            )?;
            known(id, changed)
        })
    }

    /// Sets the minutes between two runs, and brings the next one forward if need be.
    pub fn set_connection_minutes(
        &self,
        id: i64,
        minutes: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        check_minutes(minutes)?;
        let latest = now.saturating_add(Span::new().minutes(minutes)).unwrap_or(now);
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET minutes = ?,
                        next_run = CASE WHEN failures = 0 THEN least(next_run, ?) ELSE next_run END
                 WHERE connection_id = ?",
                params![minutes, Value::from(latest), id],
            )?;
            known(id, changed)
        })
    }

    /// What a connection's platform is asked with.
    pub fn connection_access(&self, id: i64) -> Result<Opened, StoreError> {
        let snapshot = self.read()?;
        let found = snapshot.query(
            "SELECT url, private, credentials, hook_secret FROM connections WHERE connection_id = ?",
            &[id.into()],
        )?;
        let Some([url, private, credentials, hook_secret]) = found.rows.first().map(Vec::as_slice)
        else {
            return Err(StoreError::UnknownConnection(id));
        };
        let open = |column: &str, cell: &Value| {
            self.seals().open(id, column, cell.text().unwrap_or_default())
        };
        let credentials = open("credentials", credentials)?;
        Ok(Opened {
            url: url.text().unwrap_or_default().to_owned(),
            private: private.int() == Some(1),
            credentials: serde_json::from_str(&credentials)
                .map_err(|error| StoreError::Invalid(error.to_string()))?,
            hook_secret: open("hook_secret", hook_secret)?,
        })
    }

    /// Runs a change of the connections' tables in a transaction of the writer.
    fn change_connections<T: Send + 'static>(
        &self,
        change: impl FnOnce(&duckdb::Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer()?.run(move |connection| writer::transaction(connection, change))
    }
}

fn check_minutes(minutes: i64) -> Result<(), StoreError> {
    if MINUTES.contains(&minutes) {
        return Ok(());
    }
    Err(StoreError::Invalid(format!(
        "a connection is read every {} to {} minutes, not every {minutes}",
        MINUTES.start(),
        MINUTES.end()
    )))
}

/// An update that found nothing was about a connection that is not there.
fn known(id: i64, changed: usize) -> Result<(), StoreError> {
    if changed == 0 { Err(StoreError::UnknownConnection(id)) } else { Ok(()) }
}

fn as_json(credentials: &BTreeMap<String, String>) -> Result<String, StoreError> {
    serde_json::to_string(credentials).map_err(|error| StoreError::Invalid(error.to_string()))
}

fn read(rows: Rows) -> Vec<Connection> {
    rows.rows
        .into_iter()
        .map(|cells| {
            let text = |at: usize| cells[at].text().unwrap_or_default().to_owned();
            let maybe = |at: usize| cells[at].text().map(str::to_owned);
            let int = |at: usize| cells[at].int().unwrap_or(0);
            let flag = |at: usize| cells[at].int() == Some(1);
            let at = |at: usize| cells[at].instant();
            Connection {
                id: int(0),
                shop_id: int(1),
                shop: text(2),
                platform: text(3),
                url: text(4),
                private: flag(5),
                minutes: int(6),
                paused: flag(7),
                created: at(8).unwrap_or_default(),
                facts: text(9),
                cursor: text(10),
                phase: text(11),
                done: cells[12].int(),
                total: cells[13].int(),
                phase_started: at(14),
                last_started: at(15),
                last_finished: at(16),
                last_success: at(17),
                next_run: at(18).unwrap_or_default(),
                failures: int(19),
                failure: maybe(20),
                received: int(21),
                updated: int(22),
                refused: int(23),
                hooks: int(24),
                hooks_refused: int(25),
                last_hook: at(26),
                subscribed: at(27),
                notes: text(28),
                totals: maybe(29),
                reconciled: at(30),
                differences: maybe(31),
            }
        })
        .collect()
}
