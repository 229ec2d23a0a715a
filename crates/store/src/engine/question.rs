//! A question on its way to the database: how long it may take, and how it is ended from outside.
//!
//! The database only learns that it should stop from another thread, and forgets it when the next
//! statement begins. So one thread per engine looks at what runs, as long as anything with a limit
//! runs, and interrupts what should have ended until it has.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use duckdb::InterruptHandle;

use crate::error::StoreError;

/// How often what runs is looked at.
const LOOK: Duration = Duration::from_millis(50);

/// What a reader asks in one go: all its statements together may take so long, and end when it is given up.
/// Clones are the same question.
#[derive(Clone)]
pub struct Question {
    asked: Arc<Asked>,
}

struct Asked {
    limit: Option<Duration>,
    /// When the first statement began.
    began: Mutex<Option<Instant>>,
    given_up: AtomicBool,
}

impl Question {
    /// May take as long as it takes: the program's own work.
    pub fn unlimited() -> Self {
        Self::of(None)
    }

    /// May take so long, from its first statement on.
    pub fn within(limit: Duration) -> Self {
        Self::of(Some(limit))
    }

    fn of(limit: Option<Duration>) -> Self {
        let given_up = AtomicBool::new(false);
        Self { asked: Arc::new(Asked { limit, began: Mutex::new(None), given_up }) }
    }

    /// Nobody waits for the answer any more: its statements end, those of an unlimited one after the one
    /// that runs.
    pub fn give_up(&self) {
        self.asked.given_up.store(true, Ordering::Relaxed);
    }

    /// Why it has to end, if it has.
    pub fn ended(&self) -> Option<StoreError> {
        if self.asked.given_up.load(Ordering::Relaxed) {
            return Some(StoreError::GivenUp);
        }
        let limit = self.asked.limit?;
        let began = (*locked(&self.asked.began))?;
        (began.elapsed() >= limit).then_some(StoreError::TooLong(limit.as_secs()))
    }

    fn begin(&self) {
        locked(&self.asked.began).get_or_insert_with(Instant::now);
    }
}

/// The statements that run, and the thread that looks at them.
#[derive(Default)]
pub(super) struct Watch {
    running: Mutex<Running>,
    changed: Condvar,
}

#[derive(Default)]
struct Running {
    statements: Vec<(u64, Question, Arc<InterruptHandle>)>,
    next: u64,
    /// Whether the thread was started.
    watched: bool,
}

/// A statement that runs; dropped, it runs no more.
pub(super) struct Statement<'w> {
    watch: &'w Watch,
    number: u64,
}

impl Watch {
    /// Notes that a statement begins; refused when its question has ended already.
    pub(super) fn begin(
        self: &Arc<Self>,
        question: &Question,
        interrupt: Arc<InterruptHandle>,
    ) -> Result<Option<Statement<'_>>, StoreError> {
        question.begin();
        if let Some(ended) = question.ended() {
            return Err(ended);
        }
        if question.asked.limit.is_none() {
            return Ok(None);
        }
        let mut running = locked(&self.running);
        let number = running.next;
        running.next += 1;
        running.statements.push((number, question.clone(), interrupt));
        if !running.watched {
            let watch = Arc::downgrade(self);
            let thread = std::thread::Builder::new().name("watch".into());
            running.watched = thread.spawn(move || look(&watch)).is_ok();
        }
        self.changed.notify_one();
        Ok(Some(Statement { watch: self, number }))
    }
}

impl Drop for Statement<'_> {
    fn drop(&mut self) {
        locked(&self.watch.running).statements.retain(|(number, _, _)| *number != self.number);
    }
}

/// Interrupts what should have ended, until the engine is gone.
fn look(watch: &Weak<Watch>) {
    while let Some(watch) = watch.upgrade() {
        let mut running = locked(&watch.running);
        if running.statements.is_empty() {
            // Now and then it looks whether the engine is still there.
            let waited = watch.changed.wait_timeout(running, Duration::from_secs(30));
            running = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        for (_, question, interrupt) in &running.statements {
            if question.ended().is_some() {
                interrupt.interrupt();
            }
        }
        drop(running);
        drop(watch);
        std::thread::sleep(LOOK);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Store;

    /// Minutes of counting.
    const LONG: &str = "SELECT count(*) FROM range(10000000) a, range(10000000) b";

    #[test]
    fn a_statement_ends_with_its_time() {
        let store = Store::in_memory().expect("a store");
        let snapshot =
            store.read_for(&Question::within(Duration::from_millis(200))).expect("a view");
        let started = Instant::now();
        let refused = snapshot.query(LONG, &[]).expect_err("it takes minutes");
        assert!(matches!(refused, StoreError::TooLong(0)), "{refused}");
        let took = started.elapsed();
        assert!(took >= Duration::from_millis(200) && took < Duration::from_secs(2), "{took:?}");
        // What comes later of the same question is not even begun.
        let refused = snapshot.query("SELECT 1", &[]).expect_err("its time is over");
        assert!(matches!(refused, StoreError::TooLong(0)), "{refused}");
        drop(snapshot);
        let next = store.read().expect("a view").query("SELECT 1", &[]).expect("answered");
        assert_eq!(next.rows[0][0].int(), Some(1));
    }

    #[test]
    fn a_statement_ends_when_nobody_waits_for_it() {
        let store = Arc::new(Store::in_memory().expect("a store"));
        let question = Question::within(Duration::from_mins(1));
        let (asked, asking) = (question.clone(), Arc::clone(&store));
        let running = std::thread::spawn(move || {
            let snapshot = asking.read_for(&asked).expect("a view");
            let started = Instant::now();
            (snapshot.query(LONG, &[]).expect_err("it takes minutes"), started.elapsed())
        });
        std::thread::sleep(Duration::from_millis(150));
        question.give_up();
        let (refused, took) = running.join().expect("a thread");
        assert!(matches!(refused, StoreError::GivenUp), "{refused}");
        assert!(took < Duration::from_secs(2), "{took:?}");
    }

    #[test]
    fn an_interrupted_reader_leaves_nothing_behind() {
        let store = Store::in_memory().expect("a store");
        for _ in 0..3 {
            let question = Question::within(Duration::from_millis(60));
            let snapshot = store.read_for(&question).expect("a view");
            assert!(snapshot.query(LONG, &[]).is_err());
        }
        // The same engine reads what is committed now, not what the interrupted views saw.
        let shop = comptoir_model::Shop {
            slug: "ferme".into(),
            name: "La ferme".into(),
            platform: "shopify".into(),
            currency: comptoir_model::Currency::EUR,
            timezone: "Europe/Paris".into(),
        };
        store.create_shop(shop, jiff::Timestamp::UNIX_EPOCH).expect("a shop");
        let rows = store.read().expect("a view").query("SELECT count(*) FROM shops", &[]);
        assert_eq!(rows.expect("answered").rows[0][0].int(), Some(1));
    }
}
