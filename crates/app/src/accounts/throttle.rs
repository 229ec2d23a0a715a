//! Failed tries: each costs a longer wait. Whoever guesses is slowed down where they are; whoever comes
//! from elsewhere is not, so that nobody can lock another person out.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, RandomState};
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};

use crate::limits;

/// The longest wait.
const MOST: SignedDuration = SignedDuration::from_mins(15);

/// Tries are forgotten after so long without another.
const FORGOTTEN: SignedDuration = SignedDuration::from_hours(1);

/// Keys that are remembered at once, at most.
const KEYS: usize = 20_000;

/// Tries that wait for each other under a key.
pub struct Throttle {
    /// Tries that cost no wait.
    free: u32,
    seed: RandomState,
    tries: Mutex<HashMap<u64, Tries>>,
}

#[derive(Clone, Copy)]
struct Tries {
    count: u32,
    last: Timestamp,
    until: Timestamp,
}

impl Throttle {
    pub fn new(free: u32) -> Self {
        Self { free, seed: RandomState::new(), tries: Mutex::default() }
    }

    /// Counts a try as failed, before it is made: tries at the same time are counted all the same. Says
    /// how long to wait where it may not be made; that one is not counted.
    pub fn attempt(&self, key: impl Hash, now: Timestamp) -> Result<(), SignedDuration> {
        let mut known = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEYS {
            make_room(&mut known, now);
        }
        let fresh = Tries { count: 0, last: now, until: now };
        let tries = known.entry(self.seed.hash_one(key)).or_insert(fresh);
        if now.duration_since(tries.last) >= FORGOTTEN {
            *tries = fresh;
        }
        // A clock that was put back must not make anybody wait until it has caught up: the wait begins anew.
        if now < tries.last {
            tries.until = now + tries.until.duration_since(tries.last);
            tries.last = now;
        }
        let wait = tries.until.duration_since(now);
        if wait.is_positive() {
            return Err(wait);
        }
        tries.count = tries.count.saturating_add(1);
        tries.last = now;
        tries.until = now + delay(tries.count, self.free);
        Ok(())
    }

    /// The try did not fail: it is as if it had not been made.
    pub fn undo(&self, key: impl Hash) {
        let mut known = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tries) = known.get_mut(&self.seed.hash_one(key)) {
            tries.count = tries.count.saturating_sub(1);
            tries.until = tries.last;
        }
    }

    /// Forgets all tries under a key.
    pub fn forget(&self, key: impl Hash) {
        let mut known = self.tries.lock().unwrap_or_else(PoisonError::into_inner);
        known.remove(&self.seed.hash_one(key));
    }
}

/// One second after the last free try, then twice as long each time.
fn delay(count: u32, free: u32) -> SignedDuration {
    match count.checked_sub(free) {
        None => SignedDuration::ZERO,
        Some(over) => SignedDuration::from_secs(1 << over.min(16)).min(MOST),
    }
}

/// Keeps those who have to wait; where even they are too many, nobody.
fn make_room(known: &mut HashMap<u64, Tries>, now: Timestamp) {
    known.retain(|_, tries| tries.until > now);
    if known.len() > KEYS / 2 {
        known.clear();
    }
}

/// What a client counts as: its IPv4 address, or its IPv6 network, of which one subscriber has all.
pub fn network(from: Option<IpAddr>) -> Option<IpAddr> {
    from.map(limits::network)
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn the_wait_grows_and_ends_and_is_nobody_else_s() {
        let throttle = Throttle::new(5);
        for _ in 0..5 {
            assert_eq!(throttle.attempt("one", now()), Ok(()));
        }
        // The fifth cost a second; then two, four…
        let secs = SignedDuration::from_secs;
        assert_eq!(throttle.attempt("one", now()), Err(secs(1)));
        assert_eq!(throttle.attempt("other", now()), Ok(()));
        assert_eq!(throttle.attempt("one", now() + 1.second()), Ok(()));
        assert_eq!(throttle.attempt("one", now() + 1.second()), Err(secs(2)));
        // An hour of trying as soon as it is allowed: OWASP ASVS 2.2.1 wants fewer than a hundred tries.
        let mut at = now() + 1.second();
        let mut tries = 6;
        while at < now() + 1.hour() {
            match throttle.attempt("one", at) {
                Ok(()) => tries += 1,
                Err(wait) => {
                    assert!(wait <= MOST);
                    at += wait;
                }
            }
        }
        assert!((15..25).contains(&tries), "{tries}");
        assert_eq!(throttle.attempt("one", at + 2.hours()), Ok(()), "forgotten");
        assert_eq!(throttle.attempt("one", at + 2.hours()), Ok(()));
    }

    #[test]
    fn what_did_not_fail_is_not_counted_and_a_clock_put_back_does_no_harm() {
        let throttle = Throttle::new(2);
        for _ in 0..50 {
            assert_eq!(throttle.attempt(1, now()), Ok(()));
            throttle.undo(1);
        }
        for _ in 0..2 {
            assert_eq!(throttle.attempt(1, now()), Ok(()));
        }
        // The second cost a second, which begins anew with the clock, and only once.
        let back = now() - 48.hours();
        assert_eq!(throttle.attempt(1, back), Err(SignedDuration::from_secs(1)));
        assert_eq!(throttle.attempt(1, back + 1.second()), Ok(()));
        // Whoever had signed in before the clock was put back can do so after it, at once.
        assert_eq!(throttle.attempt(2, now()), Ok(()));
        throttle.undo(2);
        assert_eq!(throttle.attempt(2, back), Ok(()));
        throttle.forget(1);
        assert_eq!(throttle.attempt(1, back), Ok(()));
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::new(1);
        for key in 0..3 * KEYS {
            let _counted = throttle.attempt(key, now());
        }
        assert!(throttle.tries.lock().unwrap().len() <= KEYS);
    }

    #[test]
    fn a_subscriber_s_ipv6_network_is_one_client() {
        let of = |text: &str| network(Some(text.parse().unwrap())).unwrap().to_string();
        assert_eq!(of("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::");
        assert_eq!(of("2001:db8:1:2::9"), of("2001:db8:1:2:ffff::1"));
        assert_eq!(
            (of("192.0.2.7").as_str(), of("::ffff:192.0.2.7").as_str()),
            ("192.0.2.7", "192.0.2.7")
        );
        assert_eq!(network(None), None);
    }
}
