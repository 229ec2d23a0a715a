//! The sync engine: reads connected platforms on time, one beside the other.
//!
//! Connectors block, so each run has a thread of its own, a few at once and one per connection at a
//! time. What a run reads is committed page by page together with the place where it ended, so a run
//! may be cut anywhere and goes on from there. A connection that fails never stops another.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use comptoir_sources::Platform;
use comptoir_sources::http::Pace;
use comptoir_store::connections::{self, Connection};
use comptoir_store::{Snapshot, Store, StoreError};
use jiff::{SignedDuration, Timestamp};

use crate::clock;
use crate::commands::log;
use crate::state::App;

mod backoff;
pub mod connect;
mod daily;
mod follow;
pub mod hooks;
pub mod listing;
pub mod outcome;
mod reconcile;
mod run;
#[cfg(test)]
mod tests;

pub use daily::{StoredTotals, read_totals};
pub use outcome::{Difference, Outcome};

/// Runs at once. They wait for their platforms most of the time, and a first import may take hours: it
/// must leave room for the others.
const AT_ONCE: usize = 16;

/// The longest sleep: a machine that was suspended must not wait for a timer that slept too.
const LONGEST_SLEEP: Duration = Duration::from_secs(30);

/// A next run further away than anything we plan: the clock was set back.
const BEYOND_PLANS: SignedDuration = SignedDuration::from_hours(25);

type Clock = Box<dyn Fn() -> Timestamp + Send + Sync>;

/// What the engine knows beside the store: who is running, who was asked for.
pub struct Engine {
    find: fn(&str) -> Option<&'static Platform>,
    clock: Clock,
    pace: Pace,
    /// The address under which platforms reach this server.
    public_url: OnceLock<String>,
    board: Mutex<Board>,
    changed: Condvar,
    stop: AtomicBool,
}

#[derive(Default)]
struct Board {
    running: BTreeMap<i64, Running>,
    /// Connections to run as soon as there is room, whatever their next run.
    asked: BTreeSet<i64>,
    /// Something changed since the scheduler last looked.
    woken: bool,
    /// When a wrong signature was last logged.
    scolded: BTreeMap<i64, Timestamp>,
}

/// A run in progress.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Running {
    pub started: Timestamp,
    /// A full comparison.
    pub full: bool,
    /// `recent`, `history`, `changes`.
    pub phase: String,
    /// Orders of the first import read so far, and in all, when the platform tells.
    pub progress: Option<(u64, u64)>,
    /// Where the progress stood when it was first told: what the pace is measured from.
    first: Option<(Timestamp, u64)>,
}

impl Running {
    fn new(started: Timestamp, full: bool) -> Self {
        Self { started, full, phase: String::new(), progress: None, first: None }
    }

    /// The time left at the pace so far; `None` when nothing tells.
    pub fn time_left(&self, now: Timestamp) -> Option<Duration> {
        let (done, total) = self.progress?;
        let (since, from) = self.first?;
        let spent = u64::try_from(now.duration_since(since).as_millis()).ok()?;
        let read = done.checked_sub(from).filter(|read| *read > 0)?;
        let left = total.checked_sub(done)?;
        Some(Duration::from_millis(spent.checked_mul(left)? / read))
    }

    fn at(&mut self, phase: &str, progress: Option<(u64, u64)>, now: Timestamp) {
        if self.phase != phase {
            phase.clone_into(&mut self.phase);
            self.first = None;
        }
        self.progress = progress.or(self.progress);
        if let Some((done, _)) = progress {
            self.first.get_or_insert((now, done));
        }
    }
}

impl Default for Engine {
    fn default() -> Self {
        Self::new(comptoir_sources::platform, Box::new(clock::now), Pace::default())
    }
}

impl Engine {
    pub fn new(find: fn(&str) -> Option<&'static Platform>, clock: Clock, pace: Pace) -> Self {
        Self {
            find,
            clock,
            pace,
            public_url: OnceLock::new(),
            board: Mutex::default(),
            changed: Condvar::new(),
            stop: AtomicBool::new(false),
        }
    }

    pub fn now(&self) -> Timestamp {
        (self.clock)()
    }

    /// Under which address platforms reach this server; may be said once.
    pub fn reached_at(&self, url: String) {
        let _said_before = self.public_url.set(url);
    }

    pub fn public_url(&self) -> Option<&str> {
        self.public_url.get().map(String::as_str)
    }

    /// The run of a connection that is in progress.
    pub fn running(&self, id: i64) -> Option<Running> {
        self.board().running.get(&id).cloned()
    }

    /// Asks for a run as soon as there is room, be it paused or failing.
    pub fn run_now(&self, id: i64) {
        let mut board = self.board();
        board.asked.insert(id);
        board.woken = true;
        self.changed.notify_all();
    }

    /// Lets the scheduler look again: a connection was added, or a webhook came.
    pub fn wake(&self) {
        self.board().woken = true;
        self.changed.notify_all();
    }

    /// Asks all runs to end after their page.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wake();
    }

    fn stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes where a run is.
    fn note(&self, id: i64, phase: &str, progress: Option<(u64, u64)>) {
        let now = self.now();
        if let Some(running) = self.board().running.get_mut(&id) {
            running.at(phase, progress, now);
        }
    }

    /// A place among the running; `None` when the connection runs already or there is no room.
    fn try_enter(&self, id: i64) -> Option<Slot<'_>> {
        let now = self.now();
        let mut board = self.board();
        if board.running.contains_key(&id) || board.running.len() >= AT_ONCE {
            return None;
        }
        board.running.insert(id, Running::new(now, false));
        Some(Slot { sync: self, id })
    }

    /// Waits for a place among the running.
    fn enter(&self, id: i64, full: bool) -> Slot<'_> {
        let mut board = self.board();
        while board.running.contains_key(&id) || board.running.len() >= AT_ONCE {
            board = self.changed.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
        board.running.insert(id, Running::new(self.now(), full));
        Slot { sync: self, id }
    }

    /// The connections that are to run now.
    fn due(&self, snapshot: &Snapshot) -> Result<Vec<i64>, StoreError> {
        let now = self.now();
        let all = connections::list(snapshot)?;
        let waiting: BTreeSet<i64> = connections::hinted(snapshot)?.into_iter().collect();
        let mut board = self.board();
        board.asked.retain(|id| all.iter().any(|one| one.id == *id));
        let is_due = |one: &&Connection| {
            board.asked.contains(&one.id)
                || !one.paused
                    && (one.next_run <= now
                        || one.next_run.duration_since(now) > BEYOND_PLANS
                        || one.failures == 0 && waiting.contains(&one.id))
        };
        Ok(all.iter().filter(is_due).map(|one| one.id).collect())
    }

    /// How long the scheduler may sleep.
    fn pause(&self, snapshot: &Snapshot) -> Result<Duration, StoreError> {
        let now = self.now();
        let running = self.board().running.keys().copied().collect::<BTreeSet<_>>();
        let next = connections::list(snapshot)?
            .iter()
            .filter(|one| !one.paused && !running.contains(&one.id))
            .map(|one| one.next_run)
            .min();
        let Some(next) = next else { return Ok(LONGEST_SLEEP) };
        let left = Duration::try_from(next.duration_since(now)).unwrap_or_default();
        Ok(left.clamp(Duration::from_millis(200), LONGEST_SLEEP))
    }

    /// Waits, unless the program ends.
    fn rest(&self, longest: Duration) {
        let waited = self.changed.wait_timeout_while(self.board(), longest, |_| !self.stopping());
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }

    /// Sleeps until woken.
    fn sleep(&self, longest: Duration) {
        let board = self.board();
        let waited = self
            .changed
            .wait_timeout_while(board, longest, |board| !std::mem::take(&mut board.woken));
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// A place among the running, given back when dropped.
pub struct Slot<'s> {
    sync: &'s Engine,
    id: i64,
}

impl Drop for Slot<'_> {
    fn drop(&mut self) {
        let mut board = self.sync.board();
        board.running.remove(&self.id);
        board.woken = true;
        self.sync.changed.notify_all();
    }
}

/// Starts the scheduler. It ends with [`Engine::stop`].
pub fn start(app: &Arc<App>) -> std::io::Result<std::thread::JoinHandle<()>> {
    let app = Arc::clone(app);
    std::thread::Builder::new().name("sync".into()).spawn(move || {
        while !app.sync.stopping() {
            let pause = match tick(&app) {
                Ok(pause) => pause,
                Err(error) => {
                    log(&format!("connections: {error}"));
                    LONGEST_SLEEP
                }
            };
            app.sync.sleep(pause);
        }
    })
}

/// Starts the runs that are due, and says how long there is nothing to do.
fn tick(app: &Arc<App>) -> Result<Duration, StoreError> {
    for id in app.sync.due(&app.store.read()?)? {
        if app.sync.try_enter(id).map(std::mem::forget).is_none() {
            continue;
        }
        app.sync.board().asked.remove(&id);
        let running = Arc::clone(app);
        let started = std::thread::Builder::new().name(format!("sync {id}")).spawn(move || {
            let slot = Slot { sync: &running.sync, id };
            let ring = || running.ring();
            let runner = Runner { store: &running.store, sync: &running.sync, ring: &ring };
            match runner.run(&slot, Effort::OnTime) {
                Ok(outcome) => tell(&running.store, &outcome),
                // It was removed meanwhile.
                Err(StoreError::UnknownConnection(_)) => {}
                Err(error) => {
                    log(&format!("connection {id}: {error}"));
                    // Nothing could be written down, not even when to try again: a full disk is not
                    // asked five times a second.
                    running.sync.rest(LONGEST_SLEEP);
                }
            }
        });
        if let Err(error) = started {
            drop(Slot { sync: &app.sync, id });
            log(&format!("connection {id}: {error}"));
        }
    }
    app.sync.pause(&app.store.read()?)
}

/// Logs a failure, once until the next success: the connections page tells the rest.
fn tell(store: &Store, outcome: &Outcome) {
    let Some(failure) = &outcome.failure else { return };
    let known = store.read().and_then(|snapshot| connections::one(&snapshot, outcome.source));
    if let Ok(Some(known)) = known
        && known.failures == 1
    {
        log(&format!(
            "connection {} ({} of {}): {failure}",
            outcome.source, outcome.platform, outcome.shop
        ));
    }
}

/// How far a run goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// What the platform has ready.
    OnTime,
    /// Until all of it is here, waiting for what the platform prepares.
    ToTheEnd,
    /// All of it again, compared with what is stored.
    Full,
}

/// What a run needs.
#[derive(Clone, Copy)]
pub struct Runner<'r> {
    pub store: &'r Store,
    pub sync: &'r Engine,
    /// Called after each commit.
    pub ring: &'r (dyn Fn() + Sync),
}

impl Runner<'_> {
    /// Runs connections whether they are due or not, some at once, and waits for all of them.
    pub fn run_all(&self, ids: &[i64], full: bool) -> Result<Vec<Outcome>, StoreError> {
        let effort = if full { Effort::Full } else { Effort::ToTheEnd };
        std::thread::scope(|scope| {
            let runs: Vec<_> = ids
                .iter()
                .map(|id| scope.spawn(move || self.run(&self.sync.enter(*id, full), effort)))
                .collect();
            runs.into_iter().map(|run| run.join().unwrap_or(Err(StoreError::WriterGone))).collect()
        })
    }
}
