//! One run of one connection: what webhooks hinted at, then page after page until the platform has
//! no more.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use comptoir_sources::connector::{Access, Connector, Page, Phase, Setting};
use comptoir_sources::words::Text;
use comptoir_sources::{Failure, FailureKind, Platform};
use comptoir_store::connections::{self, Belief, Connection, Ended, Hint, RefusedRecord};
use comptoir_store::{Advance, Advanced, Position, StoreError, shops};
use jiff::tz::TimeZone;

use super::outcome::{Outcome, State};
use super::{Difference, Effort, Runner, Slot, backoff, daily, follow, reconcile};

/// Pages in a row that may bring nothing while the platform says there is more.
const EMPTY_PAGES: usize = 1000;

/// Pages in a row that may bring records without moving on.
const STANDING_PAGES: usize = 3;

/// How long a run waits, in all, for what a platform prepares, and how often it looks.
const LONGEST_WAIT: Duration = Duration::from_mins(20);
const LOOK: Duration = Duration::from_secs(2);

/// Why a run ended before its end.
#[derive(Debug)]
pub enum Stop {
    Failed(Failure),
    /// The program ends, or the connection was removed meanwhile.
    Asked,
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::UnknownConnection(_) => Self::Asked,
            error => Self::Failed(of_store(&error)),
        }
    }
}

/// A run under way: the connection, its connector, and what it brought so far.
pub struct Reading<'r> {
    pub runner: Runner<'r>,
    pub connection: Connection,
    pub platform: &'static Platform,
    pub connector: Box<dyn Connector>,
    pub hook_secret: String,
    pub brought: Advanced,
    notes: Vec<Text>,
}

impl Runner<'_> {
    /// Runs one connection; the error is that of a store that can't even say what happened.
    pub fn run(&self, slot: &Slot<'_>, effort: Effort) -> Result<Outcome, StoreError> {
        let id = slot.id;
        let started = self.sync.now();
        let connection = self.connection(id)?;
        self.store.begin_run(id, started)?;
        let mut brought = Advanced::default();
        let work = AssertUnwindSafe(|| self.work(connection.clone(), effort, &mut brought));
        let ended = catch_unwind(work).unwrap_or_else(|_| Err(Stop::Failed(panicked())));
        let now = self.sync.now();
        let connection = self.connection(id)?;
        let stopped = matches!(ended, Err(Stop::Asked));
        let (differences, failure) = match ended {
            Ok(differences) => {
                let waiting = connection.phase != phase_id(Phase::Changes);
                let next = backoff::after_success(now, connection.minutes, waiting);
                self.store.finish_run(id, Ended::Well, next, now)?;
                (differences, None)
            }
            Err(Stop::Asked) => {
                self.store.finish_run(id, Ended::Stopped, now, now)?;
                (Vec::new(), None)
            }
            Err(Stop::Failed(failure)) => {
                let failures = connection.failures + 1;
                let chance = chance(id, now);
                let next =
                    backoff::after_failure(now, connection.minutes, failures, &failure, chance);
                let kept = serde_json::to_string(&failure).unwrap_or_default();
                self.store.finish_run(id, Ended::Failed(kept), next, now)?;
                (Vec::new(), Some(failure))
            }
        };
        (self.ring)();
        let mut outcome = self.outcome(id, brought, failure, differences)?;
        if stopped {
            // What is left comes with the next run.
            outcome.state = State::Partly;
        }
        Ok(outcome)
    }

    fn connection(&self, id: i64) -> Result<Connection, StoreError> {
        connections::one(&self.store.read()?, id)?.ok_or(StoreError::UnknownConnection(id))
    }

    fn work(
        &self,
        connection: Connection,
        effort: Effort,
        brought: &mut Advanced,
    ) -> Result<Vec<Difference>, Stop> {
        let mut reading = Reading::open(*self, connection)?;
        let outcome = reading.read(effort);
        *brought = reading.brought;
        outcome
    }

    fn outcome(
        &self,
        id: i64,
        brought: Advanced,
        failure: Option<Failure>,
        differences: Vec<Difference>,
    ) -> Result<Outcome, StoreError> {
        let snapshot = self.store.read()?;
        let connection =
            connections::one(&snapshot, id)?.ok_or(StoreError::UnknownConnection(id))?;
        let orders = connections::count_orders(&snapshot, &connection)?;
        let refused = u64::try_from(connection.refused).unwrap_or(0);
        let state = match (&failure, refused) {
            (Some(_), _) => State::Failed,
            (None, 0) => State::InSync,
            (None, _) => State::Partly,
        };
        Ok(Outcome {
            source: id,
            shop: connection.shop,
            platform: connection.platform,
            state,
            orders,
            received: brought.received,
            updated: brought.updated,
            refused,
            failure,
            differences,
        })
    }
}

impl<'r> Reading<'r> {
    /// Opens the credentials and makes the connector; nothing is asked of the platform yet.
    fn open(runner: Runner<'r>, connection: Connection) -> Result<Self, Stop> {
        let Some(platform) = (runner.sync.find)(&connection.platform) else {
            let what = format!("no module reads {}", connection.platform);
            return Err(Failure::protocol(&what).into());
        };
        let opened = runner.store.connection_access(connection.id)?;
        let connector = (platform.connect)(Access {
            url: opened.url,
            credentials: opened.credentials,
            private: opened.private,
            pace: runner.sync.pace,
        })?;
        Ok(Self {
            runner,
            connection,
            platform,
            connector,
            hook_secret: opened.hook_secret,
            brought: Advanced::default(),
            notes: Vec::new(),
        })
    }

    fn read(&mut self, effort: Effort) -> Result<Vec<Difference>, Stop> {
        // Hints that could not be followed for now do not keep the rest from coming in.
        let hinted = follow::hints(self);
        let differences = if effort == Effort::Full {
            reconcile::compare(self)?
        } else {
            self.pull(effort)?;
            Vec::new()
        };
        let unread = hinted?;
        follow::give_up(self, unread)?;
        daily::chores(self)?;
        Ok(differences)
    }

    /// Reads page after page until there is no more.
    fn pull(&mut self, effort: Effort) -> Result<(), Stop> {
        let mut cursor = self.connection.cursor.clone();
        let mut patience = Patience::default();
        loop {
            let page = self.page(&cursor)?;
            patience.look(&cursor, &page)?;
            cursor.clone_from(&page.cursor);
            let position = Position {
                cursor: page.cursor.clone(),
                phase: phase_id(page.phase).to_owned(),
                progress: page.progress,
            };
            let (more, phase) = (page.more, page.phase);
            self.commit(page, Some(position), Belief::Stamp, Vec::new())?;
            if !more && (phase == Phase::Changes || effort == Effort::OnTime) {
                return Ok(());
            }
            if !more {
                self.wait(&mut patience)?;
            }
        }
    }

    /// Asks for a page, unless the run is to end.
    pub fn page(&mut self, cursor: &str) -> Result<Page, Stop> {
        if self.runner.sync.stopping() {
            return Err(Stop::Asked);
        }
        let setting = self.setting()?;
        Ok(self.connector.pull(cursor, &setting)?)
    }

    /// The shop's settings as they are now.
    pub fn setting(&self) -> Result<Setting, Stop> {
        let all = shops::list(&self.runner.store.read()?)?;
        let Some(stored) = all.into_iter().find(|stored| stored.id == self.connection.shop_id)
        else {
            return Err(Stop::Asked);
        };
        let zone = stored.shop.timezone;
        let timezone = TimeZone::get(&zone).map_err(|_| StoreError::UnknownZone(zone))?;
        Ok(Setting { now: self.runner.sync.now(), currency: stored.shop.currency, timezone })
    }

    /// Writes a page's records, its refusals and where it ended, in one transaction.
    pub fn commit(
        &mut self,
        page: Page,
        position: Option<Position>,
        belief: Belief,
        hints: Vec<Hint>,
    ) -> Result<(), Stop> {
        let now = self.runner.sync.now();
        for note in page.notes {
            if !self.notes.contains(&note) {
                self.notes.push(note);
            }
        }
        let refused = page
            .refused
            .into_iter()
            .map(|one| RefusedRecord {
                detail: serde_json::to_string(&one).unwrap_or_default(),
                kind: one.kind,
                id: one.id,
                at: now,
            })
            .collect();
        let notes = (!self.notes.is_empty())
            .then(|| serde_json::to_string(&self.notes).unwrap_or_default());
        self.runner.sync.note(self.connection.id, phase_id(page.phase), page.progress);
        let step = Advance { records: page.records, position, refused, belief, hints, notes };
        let done = self.runner.store.advance(self.connection.id, step, now)?;
        self.brought.received += done.received;
        self.brought.updated += done.updated;
        (self.runner.ring)();
        Ok(())
    }

    /// Waits a little for what the platform prepares.
    pub fn wait(&self, patience: &mut Patience) -> Result<(), Stop> {
        if patience.waited >= LONGEST_WAIT {
            return Err(Failure::of_status(503, "", None).map_or(Stop::Asked, Stop::Failed));
        }
        if self.runner.sync.stopping() {
            return Err(Stop::Asked);
        }
        std::thread::sleep(LOOK);
        patience.waited += LOOK;
        Ok(())
    }

    /// Adds what the person should know.
    pub fn remark(&mut self, note: Text) {
        if !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// What the person should know, so far.
    pub fn remarks(&self) -> &[Text] {
        &self.notes
    }
}

/// What keeps a run from going round for ever.
#[derive(Debug, Default)]
pub struct Patience {
    standing: usize,
    empty: usize,
    waited: Duration,
}

impl Patience {
    /// Looks at a page that was asked for at a cursor.
    pub fn look(&mut self, cursor: &str, page: &Page) -> Result<(), Failure> {
        if !page.more || page.cursor != cursor {
            (self.standing, self.empty) = (0, 0);
            return Ok(());
        }
        let nothing = page.records.is_empty() && page.orders_seen.is_empty();
        if nothing {
            self.empty += 1;
        } else {
            self.standing += 1;
        }
        if self.standing >= STANDING_PAGES || self.empty >= EMPTY_PAGES {
            return Err(Failure::protocol("the same page comes again and again"));
        }
        Ok(())
    }
}

pub fn phase_id(phase: Phase) -> &'static str {
    match phase {
        Phase::Recent => "recent",
        Phase::History => "history",
        Phase::Changes => "changes",
    }
}

/// Spreads retries; nobody needs to be unable to guess it.
fn chance(id: i64, now: jiff::Timestamp) -> u64 {
    let seed = now.as_microsecond().unsigned_abs() ^ id.unsigned_abs().rotate_left(32);
    seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33
}

fn panicked() -> Failure {
    Failure::new(
        FailureKind::Protocol,
        Text {
            fr: "Comptoir a échoué sur une réponse de la plateforme".into(),
            en: "Comptoir failed on an answer of the platform".into(),
        },
        Text {
            fr: "signalez-le avec le journal du serveur\u{202f}; la lecture sera tentée de nouveau"
                .into(),
            en: "report it with the server’s log; reading will be tried again".into(),
        },
    )
}

/// What a failing store means for a run.
fn of_store(error: &StoreError) -> Failure {
    if let StoreError::Sealed(error) = error {
        return Failure::new(
            FailureKind::Unauthorized,
            Text {
                fr: "les identifiants enregistrés ne peuvent plus être lus".into(),
                en: format!("the stored credentials can’t be read any more ({error})"),
            },
            Text {
                fr: "saisissez-les à nouveau, ou remettez le fichier connections.key en place"
                    .into(),
                en: "enter the credentials again, or put the file connections.key back".into(),
            },
        );
    }
    Failure::new(
        FailureKind::Protocol,
        Text {
            fr: format!("les données n’ont pas pu être enregistrées ({error})"),
            en: format!("the data could not be written ({error})"),
        },
        Text {
            fr: "vérifiez le disque du dossier de données\u{202f}; rien de ce qui est enregistré n’est perdu".into(),
            en: "check the disk of the data folder; nothing that was written is lost".into(),
        },
    )
}
