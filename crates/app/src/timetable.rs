//! What the server does by the clock beside reading platforms and rates: backups, the weekly mail, the
//! rules of retention, and writing the database anew. One thread, so that none meets another, nor itself.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::access::Visitor;
use crate::clock;
use crate::commands::log;
use crate::privacy::retention;
use crate::state::App;
use crate::{backup, compacting, weekly};

/// The longest sleep: a machine that was suspended must not wait for a timer that slept too.
const LONGEST_SLEEP: Duration = Duration::from_mins(1);

/// The way to the thread.
#[derive(Default)]
pub struct Timetable {
    board: Mutex<Board>,
    changed: Condvar,
    stop: AtomicBool,
}

#[derive(Default)]
struct Board {
    woken: bool,
    /// Who asked for a backup now.
    asked: Option<Visitor>,
    /// A backup is being made.
    busy: bool,
}

impl Timetable {
    /// Asks for a backup now, and waits for it for so long; whether it has ended.
    pub fn back_up(&self, who: Visitor, patience: Duration) -> bool {
        let mut board = self.board();
        board.asked = Some(who);
        board.busy = true;
        board.woken = true;
        self.changed.notify_all();
        let (board, _) = self
            .changed
            .wait_timeout_while(board, patience, |board| board.busy)
            .unwrap_or_else(PoisonError::into_inner);
        !board.busy
    }

    /// A backup was asked for and has not ended.
    pub fn is_busy(&self) -> bool {
        self.board().busy
    }

    /// Lets the thread look again: something was set.
    pub fn wake(&self) {
        self.board().woken = true;
        self.changed.notify_all();
    }

    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
        self.wake();
    }

    pub fn is_stopping(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn sleep(&self) {
        let waited = self.changed.wait_timeout_while(self.board(), LONGEST_SLEEP, |board| {
            !std::mem::take(&mut board.woken)
        });
        drop(waited.unwrap_or_else(PoisonError::into_inner));
    }
}

/// Starts the thread. Who stops the server need not wait for it: an unfinished backup has no name, a mail
/// that was not answered for is not sent again, retention is one commit after the other, and a compaction
/// that is cut short has changed nothing.
pub fn start(app: &Arc<App>) -> std::io::Result<()> {
    let app = Arc::clone(app);
    std::thread::Builder::new().name("timetable".into()).spawn(move || {
        let mut compaction_failed = None;
        while !app.timetable.is_stopping() {
            let asked = app.timetable.board().asked.take();
            attend("backup", || Ok(backup::scheduled::look(&app, asked.as_ref(), clock::now())?));
            {
                let mut board = app.timetable.board();
                // Somebody may have asked for another one meanwhile.
                board.busy = board.asked.is_some();
                app.timetable.changed.notify_all();
            }
            attend("weekly mail", || Ok(weekly::look(&app, clock::now())?));
            attend("retention", || Ok(retention::look(&app, clock::now())?));
            attend("compaction", || compacting::look(&app, &mut compaction_failed, clock::now()));
            app.timetable.sleep();
        }
    })?;
    Ok(())
}

/// A task in its turn: what goes wrong with one, a program error included, keeps none of the others.
fn attend(what: &str, work: impl FnOnce() -> anyhow::Result<()>) {
    match catch_unwind(AssertUnwindSafe(work)) {
        Ok(Ok(())) => {}
        Ok(Err(error)) => log(&format!("{what}: {error:#}")),
        Err(_panicked) => {
            log(&format!("{what}: the program failed; it is tried again in a minute"));
        }
    }
}
