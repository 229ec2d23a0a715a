//! Refused sign-ins in the audit log: one line a minute for each client, with a count, so that whoever
//! guesses can't fill the disk.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use super::throttle::network;
use crate::access::Visitor;
use crate::audit::{self, Action};
use crate::state::App;

const PAUSE: SignedDuration = SignedDuration::from_mins(1);

/// Clients that are remembered at once, at most.
const CLIENTS: usize = 10_000;

/// Lines that are caught up with at once, at most.
const LINES: usize = 20;

/// Refusals that are not in the log yet.
#[derive(Default)]
pub struct Refusals(Mutex<HashMap<Option<IpAddr>, Since>>);

#[derive(Debug, Clone, Copy)]
struct Since {
    written: Timestamp,
    waiting: u64,
}

impl Refusals {
    /// Counts a refusal; the number to write, if it is time to.
    fn count(&self, from: Option<IpAddr>, now: Timestamp) -> Option<u64> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if clients.len() >= CLIENTS {
            clients.retain(|_, since| now.duration_since(since.written) < PAUSE);
        }
        if clients.len() >= CLIENTS {
            clients.clear();
        }
        let Some(since) = clients.get_mut(&from) else {
            clients.insert(from, Since { written: now, waiting: 0 });
            return Some(1);
        };
        since.waiting += 1;
        if now.duration_since(since.written).abs() < PAUSE {
            return None;
        }
        let count = since.waiting;
        *since = Since { written: now, waiting: 0 };
        Some(count)
    }
}

impl Refusals {
    /// The clients whose minute is over, and what was not written of them.
    fn overdue(&self, now: Timestamp) -> Vec<(Option<IpAddr>, u64)> {
        let mut clients = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let due = clients.iter_mut().filter(|(_, since)| {
            since.waiting > 0 && now.duration_since(since.written).abs() >= PAUSE
        });
        due.take(LINES)
            .map(|(from, since)| {
                let count = since.waiting;
                *since = Since { written: now, waiting: 0 };
                (*from, count)
            })
            .collect()
    }
}

/// Writes what is left of refusals that were counted and not written: whenever somebody signs in or is
/// refused.
pub fn settle(app: &App, now: Timestamp) {
    for (from, count) in app.accounts.refusals.overdue(now) {
        write(app, &Visitor::nobody(from), &json!({ "count": count }));
    }
}

/// Notes that somebody was refused. `account` is the address of an account that exists: what was typed
/// otherwise may be anything, a password too.
pub fn refused(app: &App, visitor: &Visitor, account: Option<&str>, what: &str, now: Timestamp) {
    if let Some(count) = app.accounts.refusals.count(network(visitor.from), now) {
        write(app, visitor, &json!({ "account": account, "step": what, "count": count }));
    }
    settle(app, now);
}

fn write(app: &App, visitor: &Visitor, detail: &serde_json::Value) {
    if let Err(error) = audit::record(app, visitor, Action::SignInRefused, None, detail) {
        crate::commands::log(&format!("a refused sign-in could not be noted: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[test]
    fn s128_refusals_make_one_line_a_minute_for_each_client_and_none_is_lost_from_the_count() {
        let refusals = Refusals::default();
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let from = Some("192.0.2.7".parse().unwrap());
        assert_eq!(refusals.count(from, now), Some(1));
        for second in 1..60 {
            assert_eq!(refusals.count(from, now + second.seconds()), None);
        }
        assert_eq!(refusals.count(None, now + 30.seconds()), Some(1));
        assert_eq!(refusals.count(from, now + 60.seconds()), Some(60));
        assert_eq!(refusals.count(from, now + 61.seconds()), None);
        assert_eq!(refusals.overdue(now + 119.seconds()), []);
        assert_eq!(refusals.overdue(now + 120.seconds()), [(from, 1)]);
        assert_eq!(refusals.overdue(now + 120.seconds()), []);
    }
}
