//! What a platform module does, and all that it does: each platform is one module behind this trait.
//!
//! A module turns a platform's answers into model records and says where it stopped, as a cursor only
//! it understands. It keeps nothing: the engine commits each page's records and its cursor together,
//! so that a sync goes on where it was after a crash, and exactly once.

use std::collections::BTreeMap;

use comptoir_model::{Class, Currency, Record};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::failure::Failure;
use crate::http::Pace;
use crate::wire::Refused;
use crate::words::{Label, Text};

/// What a person gives to connect a shop.
#[derive(Clone)]
pub struct Access {
    /// The shop's address, as typed.
    pub url: String,
    /// The form's fields by their names ([`Platform::fields`]): keys and secrets.
    pub credentials: BTreeMap<String, String>,
    /// The shop's own address is in a private network and that is intended.
    pub private: bool,
    pub pace: Pace,
}

impl Access {
    /// A credential, trimmed; empty when it was not given.
    pub fn credential(&self, name: &str) -> &str {
        self.credentials.get(name).map_or("", |value| value.trim())
    }
}

/// Secrets never reach a log.
impl std::fmt::Debug for Access {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("Access").field("url", &self.url).finish_non_exhaustive()
    }
}

/// A field of the form that connects a shop (five at most, the address among them).
#[derive(Debug, Clone, Copy)]
pub struct FormField {
    /// The name in [`Access::credentials`] and on the command line (`key`, `secret`, `token`); `url` is the address.
    pub name: &'static str,
    pub label: Label,
    pub hint: Label,
    /// Never shown again.
    pub secret: bool,
    pub required: bool,
}

/// One line of the table of what comes over.
#[derive(Debug, Clone, Copy)]
pub struct Brought {
    /// The field of our records: `order.lines`, `product.cost`. See [`FIELDS_BROUGHT`].
    pub field: &'static str,
    /// Where it comes from on the platform; empty when it does not come.
    pub from: &'static str,
    /// Why not, or under which condition.
    pub note: Label,
}

/// The fields every platform answers for, in the order of the table in the documentation.
pub const FIELDS_BROUGHT: [&str; 26] = [
    "shop.facts",
    "order",
    "order.lines",
    "order.discounts",
    "order.taxes_by_rate",
    "order.shipping",
    "order.fees",
    "order.status",
    "order.payment_method",
    "order.shipping_method",
    "order.coupons",
    "order.places",
    "order.invoice_number",
    "order.attribution",
    "order.device",
    "order.deletion",
    "refund",
    "refund.lines",
    "customer",
    "product",
    "product.variants",
    "product.categories",
    "product.cost",
    "product.stock",
    "cart",
    "webhooks",
];

/// A platform, as data.
pub struct Platform {
    /// `woocommerce`: on the command line, and the name of the source that its records are kept under.
    pub id: &'static str,
    pub name: &'static str,
    /// The oldest version that is supported.
    pub minimum: &'static str,
    /// What was proven and on which recording; versions without one are named as unproven.
    pub proven: Label,
    pub fields: &'static [FormField],
    /// Orders are numbered one after the other, so that a missing number is a missing order.
    pub consecutive_numbers: bool,
    /// The id of the calculation profile that counts as the platform itself does.
    pub profile: &'static str,
    /// What each raw status means; one that is not here is unknown and counts as on hold does.
    pub statuses: &'static [(&'static str, Class)],
    pub brought: &'static [Brought],
    /// Whether [`Connector::subscribe`] and [`Connector::hook`] do anything.
    pub webhooks: bool,
    pub connect: fn(Access) -> Result<Box<dyn Connector>, Failure>,
}

impl Platform {
    /// The class of a raw status; unknown ones are on hold: every profile counts the two alike.
    pub fn class(&self, raw: &str) -> Class {
        let found = self.statuses.iter().find(|(known, _)| *known == raw);
        found.map_or(Class::OnHold, |(_, class)| *class)
    }

    pub fn knows_status(&self, raw: &str) -> bool {
        self.statuses.iter().any(|(known, _)| *known == raw)
    }
}

/// What a platform says of the shop itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facts {
    pub name: Option<String>,
    pub currency: Option<Currency>,
    /// IANA name.
    pub timezone: Option<String>,
    /// The platform's version.
    pub version: Option<String>,
    /// The platform tells nothing older than this: new and existing customers can't be told apart
    /// for sure, and every such figure says so.
    pub history_from: Option<Timestamp>,
    /// What the person should know: a right that is missing, a version that is unproven.
    pub notes: Vec<Text>,
}

/// The shop's own settings, which give meaning to amounts and times without a unit.
#[derive(Debug, Clone)]
pub struct Setting {
    pub now: Timestamp,
    pub currency: Currency,
    pub timezone: TimeZone,
}

/// Where a sync is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// First import: catalogue and the newest 90 days.
    Recent,
    /// First import: what is older.
    History,
    /// Changes since the last run.
    Changes,
}

/// One page of records. The engine commits them with the cursor, then asks on while there is more.
#[derive(Debug, Clone)]
pub struct Page {
    pub records: Vec<Record>,
    pub refused: Vec<Refused>,
    /// Ids of all orders on the page, refused ones too: what a full reading has not seen is gone.
    pub orders_seen: Vec<String>,
    /// Where to go on; opaque to everyone else.
    pub cursor: String,
    /// Whether to go on at once.
    pub more: bool,
    pub phase: Phase,
    /// Orders read so far and orders in all, of the whole first import, when the platform tells.
    pub progress: Option<(u64, u64)>,
    /// What could not be read and is not needed: a resource that this version or key does not have.
    pub notes: Vec<Text>,
}

impl Page {
    /// A page without records, the last of its run.
    pub fn empty(phase: Phase) -> Self {
        Self {
            records: Vec::new(),
            refused: Vec::new(),
            orders_seen: Vec::new(),
            cursor: String::new(),
            more: false,
            phase,
            progress: None,
            notes: Vec::new(),
        }
    }
}

/// A record to fetch again.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Wanted {
    /// `order`, `product`, `customer`.
    pub kind: String,
    pub id: String,
}

/// A webhook as it arrived.
#[derive(Debug, Clone, Copy)]
pub struct Delivery<'a> {
    /// Names in lower case.
    pub headers: &'a [(String, String)],
    pub body: &'a [u8],
    /// What the platform signs with.
    pub secret: &'a str,
}

impl Delivery<'_> {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

/// What a webhook brings: hints of what to fetch. A platform's webhook bodies differ from what its API
/// answers, and polling must give the same; so a delivery only says which record to read again.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Hook {
    pub wanted: Vec<Wanted>,
}

/// A webhook that is not believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HookError {
    /// Missing or wrong signature: 401, logged, counted.
    Signature,
    /// Signed, and not understood: 400.
    Unreadable(String),
}

/// What the platform itself counts over a period, under its own rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// The date basis it used (`created`, `paid`, `completed`).
    pub date: String,
    /// Metric ids and amounts in minor units, or counts: `orders`, `net_sales`, `total_sales`, `refunds`,
    /// `shipping`, `tax`, `units`…
    pub figures: Vec<(String, i64)>,
}

/// A connected platform.
pub trait Connector: Send {
    /// Asks the platform who it is; tells apart a wrong address, a wrong key and missing rights.
    fn check(&mut self) -> Result<Facts, Failure>;

    /// Reads one page on from a cursor; an empty cursor is the beginning: catalogue, then the newest 90
    /// days of orders, then what is older, then changes. A cursor that is not understood (of an older
    /// program) begins again.
    fn pull(&mut self, cursor: &str, setting: &Setting) -> Result<Page, Failure>;

    /// Reads some records again, whatever their stamp. An order that is gone comes back as a tombstone
    /// (class deleted) if `last_seen`, its newest stamp here, is known.
    fn fetch(
        &mut self,
        wanted: &[(Wanted, Option<Timestamp>)],
        setting: &Setting,
    ) -> Result<Page, Failure>;

    /// Checks a webhook's signature, then reads what it is about.
    fn hook(&self, delivery: Delivery<'_>) -> Result<Hook, HookError>;

    /// Asks the platform to send its webhooks to an address; existing ones of that address are kept and
    /// enabled again. Returns how many it now has. A platform without webhooks has none.
    fn subscribe(&mut self, address: &str, secret: &str) -> Result<usize, Failure>;

    /// What the platform itself counts, both days included; `None`, as for most, when it tells no such
    /// thing.
    fn totals(
        &mut self,
        _from: Date,
        _to: Date,
        _setting: &Setting,
    ) -> Result<Option<Totals>, Failure> {
        Ok(None)
    }
}

/// Every platform there is a module for.
pub static PLATFORMS: [&Platform; 3] =
    [&crate::woocommerce::PLATFORM, &crate::shopify::PLATFORM, &crate::prestashop::PLATFORM];

pub fn platform(id: &str) -> Option<&'static Platform> {
    PLATFORMS.into_iter().find(|platform| platform.id == id)
}
