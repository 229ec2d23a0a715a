//! The second factor: a sealed secret, the time steps that were used, and codes for a lost telephone.

use duckdb::Connection;
use jiff::Timestamp;

use super::proof;
use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;

/// Recovery codes that an account is given.
const CODES: usize = 10;

/// What a second factor's secret is sealed for.
const COLUMN: &str = "totp";

/// How many recovery codes an account has left.
pub fn codes_left(snapshot: &Snapshot, user: i64) -> Result<i64, StoreError> {
    let found = snapshot.query(
        "SELECT count(*) FROM recovery_codes WHERE user_id = ? AND used IS NULL",
        &[user.into()],
    )?;
    Ok(found.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0))
}

/// The secret of an account's second factor, in base 32; `None`: it has none.
pub fn second_factor(store: &Store, user: i64) -> Result<Option<String>, StoreError> {
    let found = store.read()?.query("SELECT totp FROM users WHERE user_id = ?", &[user.into()])?;
    let sealed = found.rows.first().and_then(|cells| cells[0].text());
    Ok(sealed.map(|sealed| store.seals().open(user, COLUMN, sealed)).transpose()?)
}

impl Store {
    /// Gives an account a second factor, whose secret was proved by the code of a time step. Answers with
    /// the recovery codes: they are told this once.
    pub fn set_second_factor(
        &self,
        user: i64,
        secret: &str,
        step: i64,
    ) -> Result<Vec<String>, StoreError> {
        let sealed = self.seals().seal(user, COLUMN, secret)?;
        let (codes, kept) = new_codes()?;
        self.account(user, move |connection| {
            connection.execute(
                "UPDATE users SET totp = ?, totp_step = ? WHERE user_id = ?",
                duckdb::params![sealed, step, user],
            )?;
            replace_codes(connection, user, &kept)
        })?;
        Ok(codes)
    }

    /// Takes an account's second factor away, and its recovery codes.
    pub fn clear_second_factor(&self, user: i64) -> Result<(), StoreError> {
        self.account(user, move |connection| {
            connection.execute(
                "UPDATE users SET totp = NULL, totp_step = NULL WHERE user_id = ?",
                [user],
            )?;
            replace_codes(connection, user, &[])
        })
    }

    /// New recovery codes in the place of the old ones, told this once.
    pub fn replace_recovery_codes(&self, user: i64) -> Result<Vec<String>, StoreError> {
        let (codes, kept) = new_codes()?;
        self.account(user, move |connection| replace_codes(connection, user, &kept))?;
        Ok(codes)
    }

    /// Uses a time step up: `false` when it, or a later one, was used before.
    pub fn use_time_step(&self, user: i64, step: i64) -> Result<bool, StoreError> {
        self.account(user, move |connection| {
            let used = connection.execute(
                "UPDATE users SET totp_step = ? WHERE user_id = ? AND coalesce(totp_step, -1) < ?",
                duckdb::params![step, user, step],
            )?;
            Ok(used > 0)
        })
    }

    /// Uses a recovery code up: `false` when it is none, or was used before.
    pub fn use_recovery_code(
        &self,
        user: i64,
        typed: &str,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let typed = typed.to_owned();
        self.account(user, move |connection| {
            let kept = query(
                connection,
                "SELECT hash FROM recovery_codes WHERE user_id = ? AND used IS NULL",
                &[user.into()],
            )?;
            // All are looked at: the time tells nothing of which it was.
            let mut found = None;
            for hash in kept.rows.iter().filter_map(|cells| cells[0].text()) {
                if proof::is_code(hash, &typed) {
                    found = Some(hash);
                }
            }
            let Some(hash) = found else { return Ok(false) };
            connection.execute(
                "UPDATE recovery_codes SET used = ? WHERE user_id = ? AND hash = ?",
                duckdb::params![Value::from(now), user, hash],
            )?;
            Ok(true)
        })
    }
}

/// Codes, and what is kept of them.
fn new_codes() -> Result<(Vec<String>, Vec<String>), StoreError> {
    let codes = (0..CODES).map(|_| proof::code()).collect::<Result<Vec<_>, _>>()?;
    let kept = codes.iter().map(|code| proof::keep_code(code)).collect::<Result<_, _>>()?;
    Ok((codes, kept))
}

fn replace_codes(connection: &Connection, user: i64, kept: &[String]) -> Result<(), StoreError> {
    connection.execute("DELETE FROM recovery_codes WHERE user_id = ?", [user])?;
    for hash in kept {
        connection.execute(
            "INSERT INTO recovery_codes VALUES (?, ?, NULL)",
            duckdb::params![user, hash],
        )?;
    }
    Ok(())
}
