//! What every request shares.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use comptoir_metrics::Context;
use comptoir_store::activity::{self, Facts};
use comptoir_store::connections;
use comptoir_store::{Generation, Question, Snapshot, Store, StoreError};
use tokio::sync::watch;

use crate::access::Patience;
use crate::accounts::Accounts;
use crate::clock;
use crate::compat::Visits;
use crate::importing::Session;
use crate::limits::Network;
use crate::pages::import::Uploads;
use crate::rates::Daily;
use crate::sync::Engine;
use crate::timetable::Timetable;

/// Who is let in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// Whoever is at this machine, to the demo's shops.
    Demo,
    /// Whoever is at this machine: the merchant said so.
    Open,
    /// Accounts, tokens, links.
    Accounts,
}

/// The running server.
pub struct App {
    pub store: Store,
    /// Who is let in.
    pub door: Door,
    /// How long questions may take, and how many are asked at once.
    pub patience: Patience,
    /// Imports in progress, by their number.
    pub imports: Mutex<HashMap<u64, Arc<Mutex<Session>>>>,
    /// Files on their way through the import page.
    pub uploads: Uploads,
    /// The engine that reads connected platforms.
    pub sync: Engine,
    /// The task that fetches exchange rates, where that is wanted.
    pub rates: Daily,
    /// The task that makes backups and sends the weekly mail.
    pub timetable: Timetable,
    /// What the doors remember of visits that go on.
    pub visits: Visits,
    /// Sign-ins that are under way.
    pub accounts: Accounts,
    /// The context of the latest generation: it costs a scan, and changes only with a commit.
    context: Mutex<Option<(Generation, Context)>>,
    facts: Mutex<Option<(i64, Arc<Facts>)>>,
    /// How the outside reaches the server, once that was said.
    network: OnceLock<Network>,
    /// Rings when something was written, for the live activity.
    written: watch::Sender<u64>,
}

impl App {
    pub fn new(store: Store, door: Door) -> Arc<Self> {
        Self::with(store, door, Engine::default())
    }

    /// With an engine of its own platforms and clock, for tests.
    pub fn with(store: Store, door: Door, sync: Engine) -> Arc<Self> {
        Self::with_rates(store, door, sync, Daily::default())
    }

    /// And with a bank of its own.
    pub fn with_rates(store: Store, door: Door, sync: Engine, rates: Daily) -> Arc<Self> {
        Arc::new(Self {
            sync,
            rates,
            timetable: Timetable::default(),
            uploads: Uploads::new(store.folder()),
            visits: Visits::default(),
            accounts: Accounts::default(),
            patience: Patience::default(),
            store,
            door,
            imports: Mutex::new(HashMap::new()),
            context: Mutex::new(None),
            facts: Mutex::new(None),
            network: OnceLock::new(),
            written: watch::channel(0).0,
        })
    }

    /// All of the data: for work of the program’s own. What a visitor may see is [`crate::access::Desk::read`].
    pub fn read_all(&self) -> Result<(Snapshot, Context), StoreError> {
        self.read_all_for(&Question::unlimited())
    }

    /// The same, for a question that may be ended.
    pub fn read_all_for(&self, question: &Question) -> Result<(Snapshot, Context), StoreError> {
        let snapshot = self.store.read_for(question)?;
        let generation = snapshot.generation();
        let known = self.context.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let mut context = match known {
            Some((known, context)) if known.sales == generation.sales => context,
            _ => {
                let loaded = Context::load(&snapshot, clock::now())?;
                *self.context.lock().unwrap_or_else(PoisonError::into_inner) =
                    Some((generation, loaded.clone()));
                loaded
            }
        };
        context.now = clock::now();
        Ok((snapshot, context))
    }

    /// What is known of all shops beside their figures, as of a snapshot. See [`crate::access::Desk::facts`].
    pub fn facts_of_all(&self, snapshot: &Snapshot) -> Result<Facts, StoreError> {
        let mut facts = Facts::clone(&*self.told(snapshot)?);
        // A connected shop is as fresh as its last reading, also when nobody has bought since.
        for connection in connections::list(snapshot)? {
            let Some(read) = connection.last_success else { continue };
            match facts.fresh.iter_mut().find(|(shop, _)| *shop == connection.shop_id) {
                Some((_, newest)) => *newest = read,
                None => facts.fresh.push((connection.shop_id, read)),
            }
        }
        Ok(facts)
    }

    /// What the records tell of the shops: a scan, kept until the next commit.
    fn told(&self, snapshot: &Snapshot) -> Result<Arc<Facts>, StoreError> {
        let generation = snapshot.generation();
        let mut known = self.facts.lock().unwrap_or_else(PoisonError::into_inner);
        match &*known {
            Some((sales, facts)) if *sales == generation.sales => Ok(Arc::clone(facts)),
            _ => {
                let facts = Arc::new(activity::facts(snapshot)?);
                *known = Some((generation.sales, Arc::clone(&facts)));
                Ok(facts)
            }
        }
    }

    /// Says how the outside reaches the server: once, before it serves.
    pub fn reached_by(&self, network: Network) {
        let _said_already = self.network.set(network);
    }

    /// How the outside reaches the server.
    pub fn network(&self) -> &Network {
        self.network.get_or_init(Network::default)
    }

    /// Says that something was written.
    pub fn ring(&self) {
        self.written.send_modify(|count| *count += 1);
    }

    /// Hears about everything written from now on.
    pub fn listen(&self) -> watch::Receiver<u64> {
        self.written.subscribe()
    }
}
