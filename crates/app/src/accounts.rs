//! Accounts: passwords, second factors, sessions, links that work once.

use std::net::IpAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};

use axum::http::HeaderMap;
use comptoir_store::StoreError;
use comptoir_store::accounts::{self as kept, User};
use tokio::sync::Semaphore;

use crate::access::{Role, Visitor, Who};
use crate::clock;
use crate::state::App;

pub mod browser;
pub mod cookie;
pub mod first;
pub mod mails;
pub mod password;
pub mod refusals;
pub mod sign_in;
pub mod steps;
pub mod throttle;
pub mod totp;

use cookie::Cookie;
use refusals::Refusals;
use steps::Steps;
use throttle::Throttle;

/// Passwords that are hashed at the same time: each takes 19 MiB.
const HASHED_AT_ONCE: usize = 2;

/// Sign-ins that wait for their turn, at most.
const WAITING: usize = 64;

/// What accounts need while the server runs: nothing of it outlives the program.
pub struct Accounts {
    hashing: Semaphore,
    waiting: AtomicUsize,
    /// Sign-ins by client, and by client and account.
    clients: Throttle,
    attempts: Throttle,
    /// Codes of second factors, by account and client.
    codes: Throttle,
    /// Links that were opened, and links that were asked for, by client.
    pub links: Throttle,
    pub requests: Throttle,
    /// Passwords asked for again, by account.
    pub again: Throttle,
    pub steps: Steps,
    refusals: Refusals,
    /// Where links lead to when there is no public address.
    base: OnceLock<String>,
    /// There is an owner: once true, it stays so.
    owned: AtomicBool,
}

impl Default for Accounts {
    fn default() -> Self {
        Self {
            hashing: Semaphore::new(HASHED_AT_ONCE),
            waiting: AtomicUsize::new(0),
            clients: Throttle::new(30),
            attempts: Throttle::new(5),
            codes: Throttle::new(5),
            links: Throttle::new(30),
            requests: Throttle::new(5),
            again: Throttle::new(5),
            steps: Steps::default(),
            refusals: Refusals::default(),
            base: OnceLock::new(),
            owned: AtomicBool::new(false),
        }
    }
}

/// Too many wait already.
#[derive(Debug, PartialEq, Eq)]
pub struct Busy;

impl Accounts {
    /// Hashes or verifies a password, in its turn, where blocking is allowed.
    pub async fn hashing<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Busy> {
        let waiting = Waiting::new(&self.waiting).ok_or(Busy)?;
        let turn = self.hashing.acquire().await.map_err(|_| Busy)?;
        let done = tokio::task::spawn_blocking(work).await;
        drop((turn, waiting));
        done.map_err(|_| Busy)
    }
}

/// A place among those who wait.
struct Waiting<'w>(&'w AtomicUsize);

impl<'w> Waiting<'w> {
    fn new(count: &'w AtomicUsize) -> Option<Self> {
        let place = Self(count);
        (count.fetch_add(1, Ordering::Relaxed) < WAITING).then_some(place)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

/// The visitor whose session cookie a request carries.
pub fn by_session(app: &App, headers: &HeaderMap, from: Option<IpAddr>) -> Option<Visitor> {
    let token = Cookie::Session.read(app, headers)?;
    let now = clock::now();
    let found = app.store.read().and_then(|snapshot| kept::session(&snapshot, &token, now));
    let (session, user) = match found {
        Ok(found) => found?,
        Err(error) => {
            crate::commands::log(&format!("a session could not be looked up: {error}"));
            return None;
        }
    };
    if session.to_note(now) {
        // Behind a long import the writer may be busy: nobody waits for a note.
        if app.accounts.steps.may_note(session.id, now) {
            let noted = app.store.session_seen_later(session.id, now);
            if let Err(error) = noted {
                crate::commands::log(&format!("a session could not be noted: {error}"));
            }
        }
    }
    visitor(&user, session.id, from)
}

/// What an account may do; `None` for a role that this program does not know.
pub fn visitor(user: &User, session: i64, from: Option<IpAddr>) -> Option<Visitor> {
    let role = Role::of(&user.role)?;
    let shops = if role.is_everything() { None } else { user.shops.as_deref().map(Arc::from) };
    let who = Who::User { id: user.id, email: user.email.clone(), session };
    Some(Visitor { who, role: Some(role), rights: role.rights, shops, from })
}

/// Whether somebody who was let in may go on: the session is open, the account has the role and the shops
/// that it had. For an answer that lasts; others are asked anew with each request.
pub fn goes_on(app: &App, known: &Visitor) -> Result<bool, StoreError> {
    let Who::User { id, session, .. } = known.who else { return Ok(true) };
    let snapshot = app.store.read()?;
    let open = kept::of_user(&snapshot, id, clock::now())?.iter().any(|one| one.id == session);
    let user = kept::by_id(&snapshot, id)?.filter(|user| open && user.disabled.is_none());
    let today = user.and_then(|user| visitor(&user, session, known.from));
    Ok(today.is_some_and(|today| today.scope() == known.scope()))
}

/// Whether there is an owner who can sign in: before that, there is only the set-up page.
pub fn has_owner(app: &App) -> Result<bool, StoreError> {
    let known = &app.accounts.owned;
    if known.load(Ordering::Relaxed) {
        return Ok(true);
    }
    let found = kept::has_owner(&app.store.read()?)?;
    known.store(found, Ordering::Relaxed);
    Ok(found)
}

/// The address that a link of ours begins with: the public one, else the one that is listened on. Never
/// what a request says it is: whoever sends it could send others elsewhere.
pub fn base(app: &App) -> String {
    let public = app.sync.public_url().map(str::to_owned);
    public
        .or_else(|| app.accounts.base.get().cloned())
        .unwrap_or_else(|| first::DEFAULT_BASE.into())
}

#[cfg(test)]
mod tests;
