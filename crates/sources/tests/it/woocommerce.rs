//! `WooCommerce`, read from a server that plays the real one. Requirements S001, S011, S036, S072, S073.

#[path = "woocommerce/counting.rs"]
mod counting;
#[path = "woocommerce/faults.rs"]
mod faults;
#[path = "woocommerce/hooks.rs"]
mod hooks;
#[path = "woocommerce/journey.rs"]
mod journey;
#[path = "woocommerce/recordings.rs"]
mod recordings;
#[path = "woocommerce/refusals.rs"]
mod refusals;

use std::collections::BTreeMap;

use comptoir_model::{Currency, Order, Record};
use comptoir_sources::connector::{Access, Connector, Page, Setting, Wanted};
use comptoir_sources::http::Pace;
use comptoir_sources::{Failure, platform};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::replay::Replay;
use crate::replay::woocommerce::WooCommerce;
use crate::replay::woocommerce::shop::Shop;

pub const KEY: &str = "ck_0123456789abcdef";
pub const SECRET: &str = "cs_fedcba9876543210";

pub fn now() -> Timestamp {
    "2026-11-22T00:00:00Z".parse().expect("an instant")
}

pub fn setting() -> Setting {
    setting_at(now())
}

pub fn setting_at(now: Timestamp) -> Setting {
    let timezone = TimeZone::get("Europe/Paris").expect("a zone");
    Setting { now, currency: Currency::EUR, timezone }
}

/// A shop that is played, and the server it answers on.
pub struct Played {
    pub shop: WooCommerce,
    pub replay: Replay,
}

pub fn play(shop: Shop) -> Played {
    let shop = WooCommerce::new(shop);
    let answering = shop.clone();
    let replay = Replay::start(move |request| answering.answer(request));
    Played { shop, replay }
}

pub fn access(url: &str) -> Access {
    let credentials = BTreeMap::from([
        ("key".to_owned(), KEY.to_owned()),
        ("secret".to_owned(), SECRET.to_owned()),
    ]);
    Access { url: url.to_owned(), credentials, private: true, pace: Pace::impatient() }
}

pub fn connect(url: &str) -> Box<dyn Connector> {
    let platform = platform("woocommerce").expect("the platform");
    (platform.connect)(access(url)).expect("an address")
}

/// What the records of some pages leave behind: the newest version of each, as the store keeps it.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Kept {
    pub orders: BTreeMap<String, Order>,
    pub others: BTreeMap<String, Record>,
    pub notes: Vec<String>,
    pub refused: usize,
}

impl Kept {
    pub fn take(&mut self, page: &Page) {
        for record in &page.records {
            match record {
                Record::Order(order) => {
                    let known = self.orders.get(&order.id);
                    if known.is_none_or(|known| known.version <= order.version) {
                        self.orders.insert(order.id.clone(), Order::clone(order));
                    }
                }
                Record::Product(product) => {
                    self.others.insert(format!("product {}", product.code), record.clone());
                }
                Record::Customer(customer) => {
                    self.others.insert(format!("customer {}", customer.id), record.clone());
                }
                Record::Cart(cart) => {
                    self.others.insert(format!("cart {}", cart.id), record.clone());
                }
                Record::Refund(_) | Record::Visit(_) => panic!("not of this platform"),
            }
        }
        self.notes.extend(page.notes.iter().map(|note| note.en.clone()));
        self.refused += page.refused.len();
    }

    /// Versions aside: what figures are made of.
    pub fn content(&self) -> BTreeMap<String, Order> {
        let same = "2000-01-01T00:00:00Z".parse().expect("an instant");
        let mut orders = self.orders.clone();
        for order in orders.values_mut() {
            order.version.modified = same;
            order.refunds.iter_mut().for_each(|refund| refund.version.modified = same);
        }
        orders
    }
}

/// Pulls until there is nothing more, at most so many pages; returns where it stopped.
pub fn pull_all(
    connector: &mut dyn Connector,
    cursor: &str,
    setting: &Setting,
    kept: &mut Kept,
) -> Result<String, Failure> {
    let mut cursor = cursor.to_owned();
    for _ in 0..300 {
        let page = connector.pull(&cursor, setting)?;
        kept.take(&page);
        let orders = page.records.iter().filter(|record| matches!(record, Record::Order(_)));
        assert!(orders.count() <= 100, "a page of more than 100 orders");
        cursor = page.cursor;
        if !page.more {
            return Ok(cursor);
        }
    }
    panic!("reading never ends");
}

pub fn wanted(kind: &str, id: u64) -> Wanted {
    Wanted { kind: kind.to_owned(), id: id.to_string() }
}
