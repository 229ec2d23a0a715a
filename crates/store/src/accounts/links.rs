//! Links that work once: for the first account, for an invitation, for a new password.

use duckdb::Connection;
use jiff::{SignedDuration, Timestamp};

use super::{NewUser, OWNER, OWNERS, User, proof, sessions};
use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::secret;
use crate::store::Store;
use crate::value::{Rows, Value};
use crate::writer;

/// How long a used or expired link is remembered.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// The first account: an owner.
    Setup,
    Invitation,
    /// A new password.
    Reset,
}

impl Purpose {
    fn id(self) -> &'static str {
        match self {
            Self::Setup => "setup",
            Self::Invitation => "invitation",
            Self::Reset => "reset",
        }
    }

    /// How long such a link works.
    pub fn lasts(self) -> SignedDuration {
        match self {
            Self::Setup => SignedDuration::from_hours(24),
            Self::Invitation => SignedDuration::from_hours(7 * 24),
            Self::Reset => SignedDuration::from_hours(1),
        }
    }
}

/// A link that works.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Whose; `None`: nobody's yet.
    pub user: Option<User>,
    pub expires: Timestamp,
}

const FIND: &str = "SELECT user_id, expires FROM account_links WHERE hash = ? AND purpose = ? AND used IS NULL AND expires > ?";

/// The link of a token, as long as it works.
pub fn link(
    snapshot: &Snapshot,
    token: &str,
    purpose: Purpose,
    now: Timestamp,
) -> Result<Option<Link>, StoreError> {
    let found = snapshot.query(FIND, &asked(token, purpose, now))?;
    let Some((user, expires)) = read(&found) else { return Ok(None) };
    let Some(user) = user else {
        return Ok((!super::has_owner(snapshot)?).then_some(Link { user: None, expires }));
    };
    let user = super::by_id(snapshot, user)?.filter(|user| user.disabled.is_none());
    Ok(user.map(|user| Link { user: Some(user), expires }))
}

impl Store {
    /// Makes the link to the first account; one that was made before ends.
    pub fn make_setup_link(&self, now: Timestamp) -> Result<String, StoreError> {
        let token = proof::token()?;
        let hash = secret::hash(&token);
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                connection.execute("DELETE FROM account_links WHERE purpose = 'setup'", [])?;
                insert(connection, &hash, Purpose::Setup, None, now)
            })
        })?;
        Ok(token)
    }

    /// Makes a link for an account that is enabled. An invitation ends those made before; of links to a
    /// new password several may work, lest somebody's asking spoils another's.
    pub fn make_link(
        &self,
        user: i64,
        purpose: Purpose,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let token = proof::token()?;
        let hash = secret::hash(&token);
        self.account(user, move |connection| {
            let enabled = query(
                connection,
                "SELECT 1 FROM users WHERE user_id = ? AND disabled IS NULL",
                &[user.into()],
            )?;
            if enabled.rows.is_empty() {
                return Err(StoreError::UnknownAccount);
            }
            if purpose == Purpose::Invitation {
                end(connection, user, now)?;
            }
            connection.execute(
                "DELETE FROM account_links WHERE expires < ?",
                [Value::from(now - FORGOTTEN)],
            )?;
            insert(connection, &hash, purpose, Some(user), now)
        })?;
        Ok(token)
    }

    /// Makes the first account, an owner's, and ends the link; `None` when the link does not work, or
    /// somebody was faster.
    pub fn take_setup_link(
        &self,
        token: &str,
        new: NewUser,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        let asked = asked(token, Purpose::Setup, now);
        let hash = secret::hash(token);
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let works = read(&query(connection, FIND, &asked)?).is_some();
                if !works || !query(connection, OWNERS, &[OWNER.into()])?.rows.is_empty() {
                    return Ok(None);
                }
                let user = super::create(connection, &new, now)?;
                connection.execute(
                    "UPDATE account_links SET used = ? WHERE hash = ?",
                    duckdb::params![Value::from(now), hash],
                )?;
                Ok(Some(user))
            })
        })
    }

    /// Gives the account of a link its new password; the account's links and sessions end. `None` when
    /// the link does not work.
    pub fn take_link(
        &self,
        token: &str,
        purpose: Purpose,
        hash: String,
        now: Timestamp,
    ) -> Result<Option<i64>, StoreError> {
        let asked = asked(token, purpose, now);
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let found = read(&query(connection, FIND, &asked)?).and_then(|(user, _)| user);
                let Some(user) = found else { return Ok(None) };
                let enabled = query(
                    connection,
                    "SELECT 1 FROM users WHERE user_id = ? AND disabled IS NULL",
                    &[user.into()],
                )?;
                if enabled.rows.is_empty() {
                    return Ok(None);
                }
                super::set_password(connection, user, &hash, now)?;
                sessions::end(connection, user, None, now)?;
                Ok(Some(user))
            })
        })
    }
}

/// Ends the links of an account.
pub(super) fn end(connection: &Connection, user: i64, now: Timestamp) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE account_links SET used = ? WHERE user_id = ? AND used IS NULL",
        duckdb::params![Value::from(now), user],
    )?;
    Ok(())
}

fn insert(
    connection: &Connection,
    hash: &str,
    purpose: Purpose,
    user: Option<i64>,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection.execute(
        "INSERT INTO account_links VALUES (?, ?, ?, ?, ?, NULL)",
        duckdb::params![
            hash,
            purpose.id(),
            Value::from(user),
            Value::from(now),
            Value::from(now + purpose.lasts())
        ],
    )?;
    Ok(())
}

fn asked(token: &str, purpose: Purpose, now: Timestamp) -> [Value; 3] {
    [secret::hash(token).into(), purpose.id().into(), now.into()]
}

fn read(found: &Rows) -> Option<(Option<i64>, Timestamp)> {
    let cells = found.rows.first()?;
    Some((cells[0].int(), cells[1].instant().unwrap_or_default()))
}
