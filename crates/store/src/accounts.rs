//! Accounts of the people who use the program: who they are, what they may see, and how they prove it.
//!
//! Nothing kept here opens a door by itself: of passwords, sessions, links and recovery codes only
//! hashes are kept, and the secret of a second factor is sealed.

use duckdb::Connection;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::store::Store;
use crate::value::{Rows, Value};
use crate::writer;

mod factor;
mod links;
mod proof;
mod sessions;

pub use factor::{codes_left, second_factor};
pub use links::{Link, Purpose, link};
pub use proof::token as random_token;
pub use sessions::{ABSOLUTE, IDLE, Session, SignedIn, of_user, session};

/// The role that there is always one enabled account of.
pub const OWNER: &str = "owner";

/// Characters of an address, and of a name, at most.
const LONGEST_EMAIL: usize = 254;
const LONGEST_NAME: usize = 100;

/// An account, without what proves it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    pub id: i64,
    /// In lower case.
    pub email: String,
    pub name: String,
    /// As the program's roles are called.
    pub role: String,
    /// The shops they may see; `None`: all, also those to come.
    pub shops: Option<Vec<i64>>,
    /// `fr` or `en`: of the mails they get.
    pub language: String,
    /// They have chosen a password: an account without one waits for its invitation to be taken.
    pub has_password: bool,
    pub has_second_factor: bool,
    pub created: Timestamp,
    /// When the password was last changed.
    pub changed: Timestamp,
    pub last_sign_in: Option<Timestamp>,
    pub disabled: Option<Timestamp>,
    pub weekly_mail: bool,
}

/// An account to be made.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// As [`email`] reads it.
    pub email: String,
    pub name: String,
    pub role: String,
    pub shops: Option<Vec<i64>>,
    pub language: String,
    /// The hash of the password; `None`: an invitation will ask for one.
    pub password: Option<String>,
}

const COLUMNS: &str =
    "user_id, email, name, role, shops, language, password IS NOT NULL, totp IS NOT NULL,
    created, changed, last_sign_in, disabled, weekly_mail";

/// All accounts, disabled ones too, the oldest first.
pub fn list(snapshot: &Snapshot) -> Result<Vec<User>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users ORDER BY user_id");
    Ok(snapshot.query(&sql, &[])?.rows.iter().map(|cells| read(cells)).collect())
}

/// The account of that number.
pub fn by_id(snapshot: &Snapshot, user: i64) -> Result<Option<User>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE user_id = ?");
    Ok(first(&snapshot.query(&sql, &[user.into()])?))
}

/// The account of that address, as [`email`] reads it.
pub fn by_email(snapshot: &Snapshot, email: &str) -> Result<Option<User>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM users WHERE email = ?");
    Ok(first(&snapshot.query(&sql, &[email.into()])?))
}

/// The hash of an account's password.
pub fn password(snapshot: &Snapshot, user: i64) -> Result<Option<String>, StoreError> {
    let found = snapshot.query("SELECT password FROM users WHERE user_id = ?", &[user.into()])?;
    Ok(found.rows.first().and_then(|cells| cells[0].text()).map(str::to_owned))
}

/// Whether there is an account of any kind.
pub fn any(snapshot: &Snapshot) -> Result<bool, StoreError> {
    Ok(!snapshot.query("SELECT 1 FROM users LIMIT 1", &[])?.rows.is_empty())
}

/// Whether there is an owner who can sign in.
pub fn has_owner(snapshot: &Snapshot) -> Result<bool, StoreError> {
    Ok(!snapshot.query(OWNERS, &[OWNER.into()])?.rows.is_empty())
}

const OWNERS: &str =
    "SELECT user_id FROM users WHERE role = ? AND disabled IS NULL AND password IS NOT NULL";

/// An e-mail address as accounts are found by it; `None` when it can't be one.
pub fn email(typed: &str) -> Option<String> {
    let email = typed.trim().to_lowercase();
    let (name, domain) = email.rsplit_once('@')?;
    let fits = email.chars().count() <= LONGEST_EMAIL
        && !name.is_empty()
        && !name.contains('@')
        && domain.split('.').all(|part| !part.is_empty())
        && !email.contains(|one: char| {
            one.is_whitespace() || one.is_control() || "<>,;\"".contains(one)
        });
    fits.then_some(email)
}

/// A name as it is kept.
pub fn name(typed: &str) -> String {
    typed.trim().chars().filter(|one| !one.is_control()).take(LONGEST_NAME).collect()
}

impl Store {
    /// Adds an account, and says its number.
    pub fn create_user(&self, new: NewUser, now: Timestamp) -> Result<i64, StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| create(connection, &new, now))
        })
    }

    /// Gives an account another role and other shops.
    pub fn change_role(
        &self,
        user: i64,
        role: String,
        shops: Option<Vec<i64>>,
    ) -> Result<(), StoreError> {
        self.account(user, move |connection| {
            if role != OWNER {
                another_owner(connection, user)?;
            }
            connection.execute(
                "UPDATE users SET role = ?, shops = ? WHERE user_id = ?",
                duckdb::params![role, joined(shops.as_deref()), user],
            )?;
            Ok(())
        })
    }

    /// Changes what people say of themselves.
    pub fn change_profile(
        &self,
        user: i64,
        name: String,
        language: String,
        weekly_mail: bool,
    ) -> Result<(), StoreError> {
        self.account(user, move |connection| {
            connection.execute(
                "UPDATE users SET name = ?, language = ?, weekly_mail = ? WHERE user_id = ?",
                duckdb::params![name, language, weekly_mail, user],
            )?;
            Ok(())
        })
    }

    /// Gives an account a new password. All its sessions end, but `except`, and so do its links.
    pub fn change_password(
        &self,
        user: i64,
        hash: String,
        except: Option<i64>,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.account(user, move |connection| {
            set_password(connection, user, &hash, now)?;
            sessions::end(connection, user, except, now)
        })
    }

    /// Shuts an account: its sessions and links end at once. The last owner's stays.
    pub fn disable_user(&self, user: i64, now: Timestamp) -> Result<(), StoreError> {
        self.account(user, move |connection| {
            another_owner(connection, user)?;
            connection.execute(
                "UPDATE users SET disabled = ? WHERE user_id = ? AND disabled IS NULL",
                duckdb::params![Value::from(now), user],
            )?;
            links::end(connection, user, now)?;
            sessions::end(connection, user, None, now)
        })
    }

    /// Opens a disabled account again, with the password it had.
    pub fn enable_user(&self, user: i64) -> Result<(), StoreError> {
        self.account(user, move |connection| {
            connection.execute("UPDATE users SET disabled = NULL WHERE user_id = ?", [user])?;
            Ok(())
        })
    }

    /// Runs a transaction about an account that must be there.
    fn account<T: Send + 'static>(
        &self,
        user: i64,
        work: impl FnOnce(&Connection) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let known =
                    query(connection, "SELECT 1 FROM users WHERE user_id = ?", &[user.into()])?;
                if known.rows.is_empty() {
                    return Err(StoreError::UnknownAccount);
                }
                work(connection)
            })
        })
    }
}

fn create(connection: &Connection, new: &NewUser, now: Timestamp) -> Result<i64, StoreError> {
    let taken =
        query(connection, "SELECT 1 FROM users WHERE email = ?", &[new.email.as_str().into()])?;
    if !taken.rows.is_empty() {
        return Err(StoreError::EmailTaken(new.email.clone()));
    }
    let next = query(connection, "SELECT coalesce(max(user_id), 0) + 1 FROM users", &[])?;
    let id = next.rows.first().and_then(|cells| cells[0].int()).ok_or(StoreError::Overflow)?;
    connection.execute(
        "INSERT INTO users VALUES (?, ?, ?, ?, ?, ?, ?, NULL, NULL, ?, ?, NULL, NULL, false)",
        duckdb::params![
            id,
            new.email,
            new.name,
            new.role,
            joined(new.shops.as_deref()),
            new.language,
            new.password,
            Value::from(now),
            Value::from(now)
        ],
    )?;
    Ok(id)
}

fn set_password(
    connection: &Connection,
    user: i64,
    hash: &str,
    now: Timestamp,
) -> Result<(), StoreError> {
    connection.execute(
        "UPDATE users SET password = ?, changed = ? WHERE user_id = ?",
        duckdb::params![hash, Value::from(now), user],
    )?;
    links::end(connection, user, now)
}

/// Refuses where an account is the only one of an owner who can sign in.
fn another_owner(connection: &Connection, user: i64) -> Result<(), StoreError> {
    let owners: Vec<Option<i64>> = query(connection, OWNERS, &[OWNER.into()])?
        .rows
        .iter()
        .map(|cells| cells[0].int())
        .collect();
    if owners == [Some(user)] { Err(StoreError::LastOwner) } else { Ok(()) }
}

fn joined(shops: Option<&[i64]>) -> Option<String> {
    shops.map(|shops| shops.iter().map(ToString::to_string).collect::<Vec<_>>().join(","))
}

fn first(rows: &Rows) -> Option<User> {
    rows.rows.first().map(|cells| read(cells))
}

fn read(cells: &[Value]) -> User {
    let text = |index: usize| cells[index].text().unwrap_or_default().to_owned();
    let yes = |index: usize| cells[index].int() == Some(1);
    let shops = cells[4].text();
    User {
        id: cells[0].int().unwrap_or(0),
        email: text(1),
        name: text(2),
        role: text(3),
        shops: shops.map(|ids| ids.split(',').filter_map(|id| id.parse().ok()).collect()),
        language: text(5),
        has_password: yes(6),
        has_second_factor: yes(7),
        created: cells[8].instant().unwrap_or_default(),
        changed: cells[9].instant().unwrap_or_default(),
        last_sign_in: cells[10].instant(),
        disabled: cells[11].instant(),
        weekly_mail: yes(12),
    }
}

#[cfg(test)]
mod tests;
