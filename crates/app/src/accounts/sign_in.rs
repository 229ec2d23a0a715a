//! Signing in: the password, then the second factor where there is one. Whatever was wrong, the answer
//! and the time it takes are the same.

use std::sync::Arc;

use anyhow::Result;
use comptoir_store::accounts::{self as kept, SignedIn, User};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::throttle::network;
use super::totp::Factor;
use super::{password, refusals};
use crate::access::Visitor;
use crate::audit::{self, Action};
use crate::state::App;

/// What somebody typed.
pub struct Attempt {
    pub email: String,
    pub password: String,
    /// Where to go afterwards.
    pub next: Option<String>,
    /// In words.
    pub browser: String,
}

/// How a sign-in went.
pub enum Outcome {
    In(SignedIn, Box<User>),
    /// The password was right; the token is of the step that comes now.
    SecondFactor(String),
    Refused,
    Wait(SignedDuration),
    /// The half-done sign-in is over: the password again.
    Over,
}

/// The first step. It waits its turn: hashing takes memory.
pub async fn with_password(
    app: &Arc<App>,
    visitor: Visitor,
    attempt: Attempt,
    now: Timestamp,
) -> Result<Outcome> {
    let accounts = &app.accounts;
    let client = network(visitor.from);
    let email = kept::email(&attempt.email).unwrap_or_default();
    if let Err(wait) = accounts.clients.attempt(client, now) {
        return Ok(Outcome::Wait(wait));
    }
    if let Err(wait) = accounts.attempts.attempt((&email, client), now) {
        return Ok(Outcome::Wait(wait));
    }
    let asked = Arc::clone(app);
    let done =
        accounts.hashing(move || check_password(&asked, &visitor, &email, attempt, now)).await;
    done.unwrap_or(Ok(Outcome::Wait(SignedDuration::from_secs(10))))
}

fn check_password(
    app: &App,
    visitor: &Visitor,
    email: &str,
    attempt: Attempt,
    now: Timestamp,
) -> Result<Outcome> {
    let snapshot = app.store.read()?;
    let user = kept::by_email(&snapshot, email)?;
    // Nobody has the number 0: the same is asked whether there is an account or not.
    let hash = kept::password(&snapshot, user.as_ref().map_or(0, |user| user.id))?;
    drop(snapshot);
    let right = password::verify(&attempt.password, hash.as_deref());
    let Some(user) = user.as_ref().filter(|user| right && user.disabled.is_none()) else {
        refusals::refused(
            app,
            visitor,
            user.as_ref().map(|user| user.email.as_str()),
            "password",
            now,
        );
        return Ok(Outcome::Refused);
    };
    app.accounts.clients.undo(network(visitor.from));
    if user.has_second_factor {
        let token = app.accounts.steps.begin(user.id, attempt.next, now)?;
        return Ok(Outcome::SecondFactor(token));
    }
    open(app, visitor, user.clone(), attempt.browser, now)
}

/// The second step: a code of the authenticator app, or a recovery code.
pub fn with_code(
    app: &App,
    visitor: &Visitor,
    token: &str,
    typed: &str,
    browser: String,
    now: Timestamp,
) -> Result<Outcome> {
    let accounts = &app.accounts;
    let Some(half) = accounts.steps.waiting(token, now) else { return Ok(Outcome::Over) };
    if let Err(wait) = accounts.codes.attempt((half.user, network(visitor.from)), now) {
        return Ok(Outcome::Wait(wait));
    }
    let Some(half) = accounts.steps.attempt(token, now) else { return Ok(Outcome::Over) };
    let user = kept::by_id(&app.store.read()?, half.user)?;
    let Some(user) = user.filter(|user| user.disabled.is_none()) else {
        accounts.steps.end(token);
        return Ok(Outcome::Over);
    };
    if !proves(app, &user, typed, now)? {
        refusals::refused(app, visitor, Some(&user.email), "second_factor", now);
        let more = accounts.steps.waiting(token, now).is_some();
        return Ok(if more { Outcome::Refused } else { Outcome::Over });
    }
    accounts.steps.end(token);
    accounts.codes.forget((user.id, network(visitor.from)));
    open(app, visitor, user, browser, now)
}

/// Whether a code is one of now that was not used, or a recovery code that was not used.
fn proves(app: &App, user: &User, typed: &str, now: Timestamp) -> Result<bool> {
    let Some(secret) = kept::second_factor(&app.store, user.id)? else {
        // It was taken away meanwhile: the password was right, and nothing else is asked.
        return Ok(true);
    };
    let factor = Factor::read(&secret, &user.email)?;
    Ok(match factor.step(typed, now) {
        Some(step) => app.store.use_time_step(user.id, step)?,
        None => app.store.use_recovery_code(user.id, typed, now)?,
    })
}

/// Opens a session for whoever has proved who they are.
pub fn open(
    app: &App,
    visitor: &Visitor,
    user: User,
    browser: String,
    now: Timestamp,
) -> Result<Outcome> {
    let address = visitor.from.map(|address| address.to_string());
    let signed_in = app.store.open_session(user.id, address, browser, now)?;
    app.accounts.attempts.forget((&user.email, network(visitor.from)));
    let known = super::visitor(&user, signed_in.session, visitor.from);
    let detail = json!({ "session": signed_in.session });
    audit::record(app, known.as_ref().unwrap_or(visitor), Action::SignedIn, None, &detail)?;
    refusals::settle(app, now);
    Ok(Outcome::In(signed_in, Box::new(user)))
}

/// A path of this server to go on to, if that is what it is: another site's address is not followed.
pub fn local(next: &str) -> Option<&str> {
    let after = next.strip_prefix('/')?;
    let safe = next.len() <= 2_000
        && !after.starts_with('/')
        && next.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
    safe.then_some(next)
}
