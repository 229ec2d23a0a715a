//! Counts the connections that are in use, and keeps new ones waiting for the instant in which the
//! database file is exchanged.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
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
    inside: usize,
    closed: bool,
}

/// Somebody inside; dropping it is going out.
pub(crate) struct Pass {
    gate: Arc<Gate>,
}

/// Nobody is inside, and nobody comes in before this is dropped.
pub(crate) struct Closed {
    gate: Arc<Gate>,
}

impl Gate {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Goes in, once the gate is open.
    pub fn enter(self: &Arc<Self>) -> Result<Pass, StoreError> {
        let (mut state, late) = self
            .changed
            .wait_timeout_while(self.state(), PATIENCE, |state| state.closed)
            .unwrap_or_else(PoisonError::into_inner);
        if late.timed_out() {
            return Err(StoreError::Invalid(
                "the database is being written anew and takes long; try again".to_owned(),
            ));
        }
        state.inside += 1;
        Ok(Pass { gate: Arc::clone(self) })
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
        while state.inside > 0 {
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
        self.gate.state().inside -= 1;
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
        assert_eq!(gate.state().inside, 0);
    }
}
