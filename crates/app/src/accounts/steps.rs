//! What is half done: sign-ins that wait for their second factor, second factors that wait for their
//! first code. Kept in memory, in bounded number, for minutes.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use comptoir_store::{StoreError, accounts::random_token};
use jiff::{SignedDuration, Timestamp};

/// How long a second factor may be waited for.
const STEP: SignedDuration = SignedDuration::from_mins(5);

/// How long the secret of a new second factor waits for its first code.
const ENROLMENT: SignedDuration = SignedDuration::from_mins(15);

/// Wrong codes before the password is asked for again.
const TRIES: u32 = 5;

/// How long a note that was sent to the writer counts as made.
const NOTE: SignedDuration = SignedDuration::from_mins(1);

/// Things that are half done at once, of each kind, at most.
const MOST: usize = 1_000;

/// What is half done.
#[derive(Default)]
pub struct Steps {
    /// By their token.
    sign_ins: Mutex<HashMap<String, HalfDone>>,
    /// By the session that began them.
    enrolments: Mutex<HashMap<i64, (String, Timestamp)>>,
    /// Sessions whose last request is being noted.
    notes: Mutex<HashMap<i64, Timestamp>>,
}

/// A sign-in whose password was right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HalfDone {
    pub user: i64,
    /// Where to go afterwards.
    pub next: Option<String>,
    tries: u32,
    expires: Timestamp,
}

impl Steps {
    /// Begins to wait for a second factor, and answers with the token of it.
    pub fn begin(
        &self,
        user: i64,
        next: Option<String>,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        let token = random_token()?;
        let mut waiting = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut waiting, now, |half| half.expires);
        let half = HalfDone { user, next, tries: 0, expires: now + STEP };
        waiting.insert(token.clone(), half);
        Ok(token)
    }

    /// The sign-in of a token, as long as it may go on.
    pub fn waiting(&self, token: &str, now: Timestamp) -> Option<HalfDone> {
        let waiting = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.get(token).filter(|half| now < half.expires && half.tries < TRIES).cloned()
    }

    /// The same, with one more try counted: the one after the last is not made.
    pub fn attempt(&self, token: &str, now: Timestamp) -> Option<HalfDone> {
        let mut waiting = self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner);
        let half = waiting.get_mut(token)?;
        if now >= half.expires || half.tries >= TRIES {
            waiting.remove(token);
            return None;
        }
        half.tries += 1;
        Some(half.clone())
    }

    pub fn end(&self, token: &str) {
        self.sign_ins.lock().unwrap_or_else(PoisonError::into_inner).remove(token);
    }

    /// Keeps the secret of a second factor until its first code comes.
    pub fn enrol(&self, session: i64, secret: String, now: Timestamp) {
        let mut waiting = self.enrolments.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut waiting, now, |(_, expires)| *expires);
        waiting.insert(session, (secret, now + ENROLMENT));
    }

    /// The secret that a session has begun with.
    pub fn enrolment(&self, session: i64, now: Timestamp) -> Option<String> {
        let waiting = self.enrolments.lock().unwrap_or_else(PoisonError::into_inner);
        waiting
            .get(&session)
            .filter(|(_, expires)| now < *expires)
            .map(|(secret, _)| secret.clone())
    }

    pub fn enrolled(&self, session: i64) {
        self.enrolments.lock().unwrap_or_else(PoisonError::into_inner).remove(&session);
    }

    /// Whether a session's last request is to be noted: not while another request does so.
    pub fn may_note(&self, session: i64, now: Timestamp) -> bool {
        let mut notes = self.notes.lock().unwrap_or_else(PoisonError::into_inner);
        make_room(&mut notes, now, |until| *until);
        let due = notes.get(&session).is_none_or(|until| now >= *until);
        if due {
            notes.insert(session, now + NOTE);
        }
        due
    }
}

/// Forgets what is over, and where that is not enough, what will be over first.
fn make_room<K: Clone + Eq + std::hash::Hash, V>(
    known: &mut HashMap<K, V>,
    now: Timestamp,
    expires: impl Fn(&V) -> Timestamp,
) {
    if known.len() < MOST {
        return;
    }
    known.retain(|_, value| now < expires(value));
    if known.len() >= MOST {
        let first =
            known.iter().min_by_key(|(_, value)| expires(value)).map(|(key, _)| key.clone());
        if let Some(first) = first {
            known.remove(&first);
        }
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    fn now() -> Timestamp {
        "2026-11-22T08:00:00Z".parse().unwrap()
    }

    #[test]
    fn s109_a_half_done_sign_in_ends_after_five_codes_or_five_minutes() {
        let steps = Steps::default();
        let token = steps.begin(7, Some("/orders".into()), now()).unwrap();
        assert_eq!(token.len(), 43);
        for _ in 0..5 {
            assert_eq!(steps.attempt(&token, now()).map(|half| half.user), Some(7));
        }
        assert_eq!(steps.waiting(&token, now()), None);
        assert_eq!(steps.attempt(&token, now()), None);
        let late = steps.begin(7, None, now()).unwrap();
        assert!(steps.waiting(&late, now() + 299.seconds()).is_some());
        assert!(steps.attempt(&late, now() + 300.seconds()).is_none());
        assert!(steps.attempt("", now()).is_none());
    }

    #[test]
    fn memory_is_bounded_and_the_newest_stays() {
        let steps = Steps::default();
        let tokens: Vec<String> =
            (0..1_500).map(|user| steps.begin(user, None, now()).unwrap()).collect();
        assert!(steps.sign_ins.lock().unwrap().len() <= MOST);
        assert!(steps.waiting(&tokens[1_499], now()).is_some());
    }

    #[test]
    fn a_secret_waits_for_its_session_and_a_note_is_made_once() {
        let steps = Steps::default();
        steps.enrol(3, "SECRET".into(), now());
        assert_eq!(steps.enrolment(3, now()).as_deref(), Some("SECRET"));
        assert_eq!(steps.enrolment(4, now()), None);
        assert_eq!(steps.enrolment(3, now() + 15.minutes()), None);
        steps.enrolled(3);
        assert_eq!(steps.enrolment(3, now()), None);
        assert!(steps.may_note(1, now()) && !steps.may_note(1, now()) && steps.may_note(2, now()));
        assert!(steps.may_note(1, now() + 1.minute()));
    }
}
