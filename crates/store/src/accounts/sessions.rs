//! Sessions of signed-in browsers.

use duckdb::Connection;
use jiff::{SignedDuration, Timestamp};

use super::{User, proof};
use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::secret;
use crate::store::Store;
use crate::value::Value;
use crate::writer;

/// How long a session lives without a request.
pub const IDLE: SignedDuration = SignedDuration::from_hours(12);

/// How long a session lives at most.
pub const ABSOLUTE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// How old the note of the last request may be before it is renewed.
const NOTED: SignedDuration = SignedDuration::from_mins(5);

/// How long an ended session is remembered: its client's address is personal data.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(60 * 24);

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: i64,
    pub user: i64,
    pub created: Timestamp,
    /// The last request, to within some minutes.
    pub seen: Timestamp,
    /// Of the client when it signed in.
    pub address: Option<String>,
    /// In words: « Firefox, Linux ».
    pub browser: String,
}

/// A session that was just opened; the token is told this once.
pub struct SignedIn {
    pub session: i64,
    pub token: String,
}

const COLUMNS: &str = "session_id, user_id, created, seen, address, browser";

/// The session and the account of a token; `None` when it is unknown, over, or its account disabled.
pub fn session(
    snapshot: &Snapshot,
    token: &str,
    now: Timestamp,
) -> Result<Option<(Session, User)>, StoreError> {
    if !secret::is_random(token) {
        return Ok(None);
    }
    let found = snapshot.query(
        &format!("SELECT {COLUMNS} FROM sessions WHERE hash = ? AND ended IS NULL"),
        &[secret::hash(token).into()],
    )?;
    let session = found.rows.first().map(|cells| read(cells)).filter(|session| session.lives(now));
    let Some(session) = session else { return Ok(None) };
    let user = super::by_id(snapshot, session.user)?.filter(|user| user.disabled.is_none());
    Ok(user.map(|user| (session, user)))
}

/// The sessions of an account that live, the last used first.
pub fn of_user(snapshot: &Snapshot, user: i64, now: Timestamp) -> Result<Vec<Session>, StoreError> {
    let found = snapshot.query(
        &format!(
            "SELECT {COLUMNS} FROM sessions WHERE user_id = ? AND ended IS NULL ORDER BY seen DESC, session_id DESC"
        ),
        &[user.into()],
    )?;
    Ok(found.rows.iter().map(|cells| read(cells)).filter(|session| session.lives(now)).collect())
}

impl Session {
    /// Neither of its limits is over. A clock that was put back does not end it.
    fn lives(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen) < IDLE && now.duration_since(self.created) < ABSOLUTE
    }

    /// The note of its last request is due to be renewed.
    pub fn to_note(&self, now: Timestamp) -> bool {
        now.duration_since(self.seen) >= NOTED
    }
}

impl Store {
    /// Opens a session for an account that is enabled; when this returns, it is on disk.
    pub fn open_session(
        &self,
        user: i64,
        address: Option<String>,
        browser: String,
        now: Timestamp,
    ) -> Result<SignedIn, StoreError> {
        let token = proof::token()?;
        let hash = secret::hash(&token);
        let session = self.account(user, move |connection| {
            let enabled = connection.execute(
                "UPDATE users SET last_sign_in = ? WHERE user_id = ? AND disabled IS NULL",
                duckdb::params![Value::from(now), user],
            )?;
            if enabled == 0 {
                return Err(StoreError::UnknownAccount);
            }
            connection.execute(
                "DELETE FROM sessions WHERE created < ?",
                [Value::from(now - FORGOTTEN)],
            )?;
            let next =
                query(connection, "SELECT coalesce(max(session_id), 0) + 1 FROM sessions", &[])?;
            let id =
                next.rows.first().and_then(|cells| cells[0].int()).ok_or(StoreError::Overflow)?;
            connection.execute(
                "INSERT INTO sessions VALUES (?, ?, ?, ?, ?, NULL, ?, ?)",
                duckdb::params![
                    id,
                    hash,
                    user,
                    Value::from(now),
                    Value::from(now),
                    address,
                    browser
                ],
            )?;
            Ok(id)
        })?;
        Ok(SignedIn { session, token })
    }

    /// Notes that a session was used, where the note is old enough.
    pub fn session_seen(&self, session: i64, now: Timestamp) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| note(connection, session, now))
    }

    /// The same, without waiting for it: a note that is lost costs nothing.
    pub fn session_seen_later(&self, session: i64, now: Timestamp) -> Result<(), StoreError> {
        self.writer()?.run_later(move |connection| {
            let _lost = note(connection, session, now);
        })
    }

    /// Ends a session of an account; `false` when it has none of that number that lives.
    pub fn end_session(&self, user: i64, session: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.writer()?.run(move |connection| {
            let ended = connection.execute(
                "UPDATE sessions SET ended = ? WHERE session_id = ? AND user_id = ? AND ended IS NULL",
                duckdb::params![Value::from(now), session, user],
            )?;
            Ok(ended > 0)
        })
    }

    /// Ends all sessions of an account, but `except`.
    pub fn end_sessions(
        &self,
        user: i64,
        except: Option<i64>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| end(connection, user, except, now))
        })
    }
}

fn note(connection: &Connection, session: i64, now: Timestamp) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE sessions SET seen = ? WHERE session_id = ? AND ended IS NULL AND seen <= ?",
        duckdb::params![Value::from(now), session, Value::from(now - NOTED)],
    )?;
    Ok(())
}

pub(super) fn end(
    connection: &Connection,
    user: i64,
    except: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE sessions SET ended = ? WHERE user_id = ? AND ended IS NULL AND session_id IS DISTINCT FROM ?",
        duckdb::params![Value::from(now), user, Value::from(except)],
    )?;
    Ok(())
}

fn read(cells: &[Value]) -> Session {
    Session {
        id: cells[0].int().unwrap_or(0),
        user: cells[1].int().unwrap_or(0),
        created: cells[2].instant().unwrap_or_default(),
        seen: cells[3].instant().unwrap_or_default(),
        address: cells[4].text().map(str::to_owned),
        browser: cells[5].text().unwrap_or_default().to_owned(),
    }
}
