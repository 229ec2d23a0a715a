//! How a connection's runs go: when they began and ended, how they ended, when the next one is.

use duckdb::params;
use jiff::Timestamp;

use super::known;
use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    Well,
    /// The failure, as JSON.
    Failed(String),
    /// It was asked to stop; neither a success nor a failure.
    Stopped,
}

impl Store {
    /// Writes down that a run begins.
    pub fn begin_run(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET last_started = ? WHERE connection_id = ?",
                params![Value::from(now), id],
            )?;
            known(id, changed)
        })
    }

    /// Writes down how a run ended and when the next one is.
    pub fn finish_run(
        &self,
        id: i64,
        ended: Ended,
        next_run: Timestamp,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_connections(move |connection| {
            let changed = match ended {
                Ended::Well => connection.execute(
                    "UPDATE connections SET last_finished = ?1, last_success = ?1, next_run = ?2, failures = 0,
                            failure = NULL WHERE connection_id = ?3",
                    params![Value::from(now), Value::from(next_run), id],
                )?,
                Ended::Failed(failure) => connection.execute(
                    "UPDATE connections SET last_finished = ?, next_run = ?, failures = failures + 1, failure = ?
                     WHERE connection_id = ?",
                    params![Value::from(now), Value::from(next_run), failure, id],
                )?,
                Ended::Stopped => connection.execute(
                    "UPDATE connections SET next_run = ? WHERE connection_id = ?",
                    params![Value::from(next_run), id],
                )?,
            };
            known(id, changed)
        })
    }

    /// What the platform now says of the shop, as JSON.
    pub fn set_connection_facts(&self, id: i64, facts: String) -> Result<(), StoreError> {
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET facts = ? WHERE connection_id = ?",
                params![facts, id],
            )?;
            known(id, changed)
        })
    }

    /// What the platform itself counts, as JSON with the time.
    pub fn set_connection_totals(&self, id: i64, totals: String) -> Result<(), StoreError> {
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET totals = ? WHERE connection_id = ?",
                params![totals, id],
            )?;
            known(id, changed)
        })
    }

    /// When the platform was last asked to send its webhooks.
    pub fn set_subscribed(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET subscribed = ? WHERE connection_id = ?",
                params![Value::from(now), id],
            )?;
            known(id, changed)
        })
    }

    /// When all of a connection was compared with its platform, and what differed, as JSON.
    pub fn set_reconciled(
        &self,
        id: i64,
        differences: String,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.change_connections(move |connection| {
            let changed = connection.execute(
                "UPDATE connections SET reconciled = ?, differences = ? WHERE connection_id = ?",
                params![Value::from(now), differences, id],
            )?;
            known(id, changed)
        })
    }
}
