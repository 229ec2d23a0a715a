//! Counts the connections that are in use, and keeps new ones waiting for the instant in which the
//! database file is exchanged.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::{Duration, Instant};

use crate::error::StoreError;

/// How long a reader waits at a closed gate: an exchange takes a second.
const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Default)]
pub(super) struct Gate {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    /// How often each thread has gone in and not yet out.
    inside: HashMap<ThreadId, usize>,
    closed: bool,
}

/// Somebody inside; dropping it is going out.
pub(crate) struct Pass {
    gate: Arc<Gate>,
    /// Who went in, whoever goes out.
    thread: ThreadId,
}

/// Nobody is inside, and nobody comes in before this is dropped.
pub(crate) struct Closed {
    gate: Arc<Gate>,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes in, once the gate is open. A thread that is inside already does not wait: a page that asks
    /// anew before it has let go of its first view would keep the gate from ever being closed.
    pub fn enter(self: &Arc<Self>) -> Result<Pass, StoreError> {
        let thread = thread::current().id();
        let (mut state, late) = self
            .changed
            .wait_timeout_while(self.state(), PATIENCE, |state| {
                state.closed && !state.inside.contains_key(&thread)
            })
            .unwrap_or_else(PoisonError::into_inner);
        if late.timed_out() {
            return Err(StoreError::Invalid(
                "the database is being written anew and takes long; try again".to_owned(),
            ));
        }
        *state.inside.entry(thread).or_default() += 1;
        Ok(Pass { gate: Arc::clone(self), thread })
    }

    /// Lets nobody in any more and waits until all have gone out; `None`: they did not, and it is open.
    pub fn close(self: &Arc<Self>, patience: Duration) -> Option<Closed> {
        let until = Instant::now() + patience;
        let mut state = self.state();
        if state.closed {
            return None;
        }
        state.closed = true;
        let closed = Closed { gate: Arc::clone(self) };
        while !state.inside.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                drop(state);
                return None;
            }
            (state, _) =
                self.changed.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner);
        }
        drop(state);
        Some(closed)
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        if let Some(count) = state.inside.get_mut(&self.thread) {
            *count -= 1;
            if *count == 0 {
                state.inside.remove(&self.thread);
            }
        }
        drop(state);
        self.gate.changed.notify_all();
    }
}

impl Drop for Closed {
    fn drop(&mut self) {
        self.gate.state().closed = false;
        self.gate.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gate_closes_only_when_all_are_out_and_opens_again() {
        let gate = Arc::new(Gate::default());
        let inside = gate.enter().unwrap();
        assert!(gate.close(Duration::from_millis(20)).is_none());
        let also = gate.enter().unwrap();
        drop((inside, also));
        let closed = gate.close(Duration::from_millis(20)).unwrap();
        let waiting = {
            let gate = Arc::clone(&gate);
            std::thread::spawn(move || gate.enter().is_ok())
        };
        assert!(!waiting.is_finished());
        drop(closed);
        assert!(waiting.join().unwrap());
        assert!(gate.state().inside.is_empty());
    }

    #[test]
    fn whoever_is_inside_may_come_in_again_while_the_gate_is_being_closed() {
        let gate = Arc::new(Gate::default());
        let inside = gate.enter().unwrap();
        let closing = {
            let gate = Arc::clone(&gate);
            thread::spawn(move || gate.close(Duration::from_secs(10)).map(drop))
        };
        while !gate.state().closed {
            thread::yield_now();
        }
        // Somebody new waits; who is inside asks a second time, and both views go to another thread.
        let stranger = {
            let gate = Arc::clone(&gate);
            thread::spawn(move || gate.enter().is_ok())
        };
        let started = Instant::now();
        let again = gate.enter().unwrap();
        assert!(started.elapsed() < Duration::from_secs(1));
        assert!(!closing.is_finished() && !stranger.is_finished());
        thread::spawn(move || drop((inside, again))).join().unwrap();
        assert!(closing.join().unwrap().is_some());
        assert!(stranger.join().unwrap());
        assert!(gate.state().inside.is_empty());
    }
}
