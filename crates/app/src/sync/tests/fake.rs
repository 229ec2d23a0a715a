//! A platform that lives in the test: it changes, fails, forgets and panics when told to.

use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use comptoir_model::{Class, Currency, Line, LineKind, Order, Record, Shop, Version};
use comptoir_sources::connector::{
    Access, Connector, Delivery, Facts, FormField, Hook, HookError, Page, Phase, Setting, Totals,
    Wanted,
};
use comptoir_sources::http::Pace;
use comptoir_sources::words::Label;
use comptoir_sources::{Failure, Platform};
use comptoir_store::connections::{self, Connection};
use comptoir_store::{NewConnection, Store};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::sync::{Effort, Engine, Outcome, Runner};

pub const NOW: &str = "2026-11-22T10:00:00Z";
pub const SECRET: &str = "cs_geheim";

pub fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

const fn label(text: &'static str) -> Label {
    Label { fr: text, en: text }
}

pub static PLATFORM: Platform = Platform {
    id: "fake",
    name: "Fake",
    minimum: "1",
    proven: label("here"),
    fields: &[
        FormField {
            name: "url",
            label: label("Address"),
            hint: label(""),
            secret: false,
            required: true,
        },
        FormField {
            name: "secret",
            label: label("Secret"),
            hint: label(""),
            secret: true,
            required: true,
        },
    ],
    consecutive_numbers: true,
    profile: "comptoir",
    statuses: &[],
    brought: &[],
    webhooks: true,
    connect,
};

pub fn find(id: &str) -> Option<&'static Platform> {
    (id == PLATFORM.id).then_some(&PLATFORM)
}

/// A shop on the platform.
#[derive(Default)]
pub struct Fake {
    /// Orders as they are now, by identifier.
    pub orders: BTreeMap<String, Order>,
    /// Identifiers in the order in which they changed.
    pub changes: Vec<String>,
    /// Orders that pages leave out though they are there.
    pub hidden: Vec<String>,
    pub facts: Facts,
    pub totals: Option<Totals>,
    /// Cursors it was asked at, one per page that was answered.
    pub pulled: Vec<String>,
    pub fetched: Vec<String>,
    pub subscribed: Vec<String>,
    pub asked_for_totals: Vec<(Date, Date)>,
    /// What the next pages fail with, first things first; `None` answers.
    pub failing: Vec<Option<Failure>>,
    pub panics: bool,
    pub fetch_fails: Option<Failure>,
}

type Shared = Arc<Mutex<Fake>>;

static SHOPS: LazyLock<Mutex<BTreeMap<String, Shared>>> = LazyLock::new(Mutex::default);

/// Orders of a page.
pub const PAGE: usize = 10;

struct Connected {
    shop: Shared,
}

#[expect(clippy::needless_pass_by_value, reason = "the signature is every platform's")]
fn connect(access: Access) -> Result<Box<dyn Connector>, Failure> {
    if access.credential("secret") != SECRET {
        return Err(Failure::of_status(401, "", None).expect("a failure"));
    }
    let shops = SHOPS.lock().unwrap_or_else(PoisonError::into_inner);
    let shop = shops.get(&access.url).cloned();
    let shop = shop.ok_or_else(|| Failure::of_status(404, "", None).expect("a failure"))?;
    Ok(Box::new(Connected { shop }))
}

impl Connected {
    fn shop(&self) -> MutexGuard<'_, Fake> {
        self.shop.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn page(records: Vec<Order>, cursor: String, more: bool, phase: Phase) -> Page {
    Page {
        orders_seen: records.iter().map(|order| order.id.clone()).collect(),
        records: records.into_iter().map(|order| Record::Order(Box::new(order))).collect(),
        refused: Vec::new(),
        cursor,
        more,
        phase,
        progress: None,
        notes: Vec::new(),
    }
}

impl Connector for Connected {
    fn check(&mut self) -> Result<Facts, Failure> {
        Ok(self.shop().facts.clone())
    }

    /// Cursors: `10` orders of the first import were read; `+3` changes were read.
    fn pull(&mut self, cursor: &str, _: &Setting) -> Result<Page, Failure> {
        let mut shop = self.shop();
        if !shop.failing.is_empty()
            && let Some(failure) = shop.failing.remove(0)
        {
            return Err(failure);
        }
        assert!(!shop.panics, "the platform answered something that nobody thought of");
        shop.pulled.push(cursor.to_owned());
        if let Some(read) = cursor.strip_prefix('+') {
            let read: usize = read.parse().expect("a number");
            let changed = &shop.changes[read..];
            let orders = changed.iter().filter_map(|id| shop.orders.get(id)).cloned().collect();
            let cursor = format!("+{}", shop.changes.len());
            return Ok(page(orders, cursor, false, Phase::Changes));
        }
        let read: usize = cursor.parse().unwrap_or(0);
        let all: Vec<&Order> =
            shop.orders.values().filter(|order| !shop.hidden.contains(&order.id)).collect();
        let orders: Vec<Order> =
            all.iter().skip(read).take(PAGE).map(|order| (*order).clone()).collect();
        let done = read + orders.len();
        let progress = Some((done as u64, all.len() as u64));
        let (cursor, phase) = if done >= all.len() {
            ("+0".to_owned(), Phase::Changes)
        } else {
            (done.to_string(), Phase::Recent)
        };
        Ok(Page { progress, ..page(orders, cursor, done < all.len(), phase) })
    }

    fn fetch(
        &mut self,
        wanted: &[(Wanted, Option<Timestamp>)],
        setting: &Setting,
    ) -> Result<Page, Failure> {
        let mut shop = self.shop();
        if let Some(failure) = &shop.fetch_fails {
            return Err(failure.clone());
        }
        let mut orders = Vec::new();
        for (wanted, last_seen) in wanted {
            shop.fetched.push(wanted.id.clone());
            match (shop.orders.get(&wanted.id), last_seen) {
                (Some(order), _) => orders.push(order.clone()),
                (None, Some(stamp)) => {
                    let version = Version::stamped(*stamp);
                    let mut gone = Order::new(&wanted.id, version, setting.currency, *stamp);
                    gone.class = Class::Deleted;
                    orders.push(gone);
                }
                (None, None) => {}
            }
        }
        Ok(page(orders, String::new(), false, Phase::Changes))
    }

    fn hook(&self, delivery: Delivery<'_>) -> Result<Hook, HookError> {
        if delivery.header("x-signature") != Some(delivery.secret) {
            return Err(HookError::Signature);
        }
        let text = std::str::from_utf8(delivery.body)
            .map_err(|_| HookError::Unreadable("no text".into()))?;
        let wanted = text
            .split_whitespace()
            .map(|id| Wanted { kind: "order".into(), id: id.to_owned() })
            .collect();
        Ok(Hook { wanted })
    }

    fn subscribe(&mut self, address: &str, _secret: &str) -> Result<usize, Failure> {
        self.shop().subscribed.push(address.to_owned());
        Ok(3)
    }

    fn totals(&mut self, from: Date, to: Date, _: &Setting) -> Result<Option<Totals>, Failure> {
        let mut shop = self.shop();
        shop.asked_for_totals.push((from, to));
        Ok(shop.totals.clone())
    }
}

/// An order on the platform.
pub fn order(id: &str, modified: &str, gross: i64) -> Order {
    let mut order =
        Order::new(id, Version::stamped(at(modified)), Currency::EUR, at("2026-11-01T10:00:00Z"));
    order.number = Some(format!("N{id}"));
    order.status = "processing".into();
    order.lines.push(Line {
        kind: LineKind::Product,
        product: Some("MIEL".into()),
        variant: None,
        name: "Miel".into(),
        category: None,
        quantity: 1,
        regular_price: None,
        gross,
        discount: 0,
        taxes: Vec::new(),
        cost: None,
    });
    order
}

/// A store, an engine with a clock of its own, and shops on the platform.
pub struct Scene {
    pub store: Store,
    pub engine: Engine,
    clock: Arc<Mutex<Timestamp>>,
    name: String,
}

impl Scene {
    /// `name` keeps the shops of one test from those of another.
    pub fn new(name: &str) -> Self {
        Self::on(name, Store::in_memory().expect("a store"))
    }

    pub fn on(name: &str, store: Store) -> Self {
        let (engine, clock) = engine();
        Self { store, engine, clock, name: name.to_owned() }
    }

    /// The engine of a program that was started again.
    pub fn restart(&mut self) {
        let now = self.engine.now();
        (self.engine, self.clock) = engine();
        self.set(now);
    }

    pub fn set(&self, now: Timestamp) {
        *self.clock.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    pub fn later(&self, minutes: i64) {
        self.set(self.engine.now() + jiff::SignedDuration::from_mins(minutes));
    }

    pub fn url(&self, slug: &str) -> String {
        format!("https://{slug}.{}.example", self.name)
    }

    /// A shop on the platform with so many orders.
    pub fn opens(&self, slug: &str, orders: usize) {
        let mut fake = Fake::default();
        for number in 0..orders {
            let id = format!("{number:04}");
            fake.orders.insert(id.clone(), order(&id, "2026-11-20T10:00:00Z", 100));
        }
        fake.facts.name = Some("La ferme".into());
        fake.facts.currency = Some(Currency::EUR);
        fake.facts.timezone = Some("Europe/Paris".into());
        let mut shops = SHOPS.lock().unwrap_or_else(PoisonError::into_inner);
        shops.insert(self.url(slug), Arc::new(Mutex::new(fake)));
    }

    /// The shop as it is on the platform.
    pub fn fake<T>(&self, slug: &str, look: impl FnOnce(&mut Fake) -> T) -> T {
        let shops = SHOPS.lock().unwrap_or_else(PoisonError::into_inner);
        let shop = Arc::clone(&shops[&self.url(slug)]);
        drop(shops);
        let mut shop = shop.lock().unwrap_or_else(PoisonError::into_inner);
        look(&mut shop)
    }

    /// Something changes on the platform.
    pub fn changes(&self, slug: &str, order: Order) {
        self.fake(slug, |fake| {
            fake.changes.push(order.id.clone());
            fake.orders.insert(order.id.clone(), order);
        });
    }

    /// A shop with so many orders, connected.
    pub fn connects(&self, slug: &str, orders: usize) -> i64 {
        self.opens(slug, orders);
        let shop = Shop {
            slug: slug.into(),
            name: slug.into(),
            platform: "fake".into(),
            currency: Currency::EUR,
            timezone: "Europe/Paris".into(),
        };
        self.store.create_shop(shop, at(NOW)).expect("a shop");
        let new = NewConnection {
            shop: slug.into(),
            platform: "fake".into(),
            url: self.url(slug),
            credentials: BTreeMap::from([("secret".into(), SECRET.into())]),
            private: false,
            minutes: 5,
            facts: "{}".into(),
        };
        self.store.add_connection(new, self.engine.now()).expect("connected")
    }

    pub fn runner(&self) -> Runner<'_> {
        Runner { store: &self.store, sync: &self.engine, ring: &|| {} }
    }

    pub fn run(&self, id: i64, effort: Effort) -> Outcome {
        self.runner().run(&self.engine.enter(id, false), effort).expect("a run")
    }

    pub fn connection(&self, id: i64) -> Connection {
        let snapshot = self.store.read().expect("a snapshot");
        connections::one(&snapshot, id).expect("read").expect("there")
    }

    pub fn due(&self) -> Vec<i64> {
        self.engine.due(&self.store.read().expect("a snapshot")).expect("read")
    }

    /// One column of one row.
    pub fn ask(&self, sql: &str) -> i64 {
        let rows = self.store.read().expect("a snapshot").query(sql, &[]).expect(sql);
        rows.rows[0][0].int().unwrap_or(0)
    }
}

fn engine() -> (Engine, Arc<Mutex<Timestamp>>) {
    let clock = Arc::new(Mutex::new(at(NOW)));
    let reading = Arc::clone(&clock);
    let now = move || *reading.lock().unwrap_or_else(PoisonError::into_inner);
    (Engine::new(find, Box::new(now), Pace::impatient()), clock)
}

pub fn failure(status: u16) -> Failure {
    Failure::of_status(status, "", None).expect("a failure")
}
