//! What the merchant decides: by shop what counts and how it is shown, for the workspace what all
//! shops share. Settings are rows of the same database, so a change and its recount are one commit.

use std::collections::BTreeMap;

use comptoir_model::{Class, CountingRule, Currency};
use duckdb::{Connection, params};
use jiff::civil::Weekday;

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::shops::{self, StoredShop};
use crate::store::Store;
use crate::value::{Rows, Value};
use crate::{writer, zones};

mod contact;
mod owners;
mod statuses;

pub use contact::{Contact, ContactField};
pub use owners::Owner;
pub use statuses::{Status, statuses};

/// What the merchant says raw statuses mean, where it differs from what the platform told.
pub type Meanings = BTreeMap<String, Class>;

/// Counted orders from which a customer is loyal, unless told otherwise.
pub const DEFAULT_THRESHOLD: i64 = 5;

/// What the threshold may be (S211; M18 extends it down to 2).
pub const THRESHOLDS: std::ops::RangeInclusive<i64> = 2..=10;

/// The day on which weeks begin: exactly these two (S010).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WeekStart {
    #[default]
    Monday,
    Sunday,
}

impl WeekStart {
    pub const ALL: [Self; 2] = [Self::Monday, Self::Sunday];

    pub fn id(self) -> &'static str {
        match self {
            Self::Monday => "monday",
            Self::Sunday => "sunday",
        }
    }

    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == text)
    }

    pub fn weekday(self) -> Weekday {
        match self {
            Self::Monday => Weekday::Monday,
            Self::Sunday => Weekday::Sunday,
        }
    }
}

/// Whether amounts are shown without tax (HT) or with it (TTC).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Amounts {
    #[default]
    Excl,
    Incl,
}

impl Amounts {
    pub const ALL: [Self; 2] = [Self::Excl, Self::Incl];

    pub fn id(self) -> &'static str {
        match self {
            Self::Excl => "excl",
            Self::Incl => "incl",
        }
    }

    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == text)
    }
}

/// Settings of one shop. What is `None` follows the workspace.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ShopSettings {
    pub id: i64,
    pub slug: String,
    pub timezone: String,
    /// Id of the calculation profile.
    pub profile: String,
    pub rule: CountingRule,
    pub meanings: Meanings,
    /// Whose orders count where several sources tell them, in order of time; empty: by authority.
    pub owners: Vec<Owner>,
    pub amounts: Amounts,
    pub threshold: Option<i64>,
    pub week_start: Option<WeekStart>,
    pub display_currency: Option<Currency>,
}

/// Settings that all shops share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkspaceSettings {
    pub display_currency: Option<Currency>,
    pub week_start: WeekStart,
    pub threshold: i64,
    /// Who helps with the program.
    pub support: Contact,
    /// The agency that looks after the shops.
    pub agency: Contact,
}

/// All settings.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    pub workspace: WorkspaceSettings,
    /// In the order of their slugs.
    pub shops: Vec<ShopSettings>,
}

impl Settings {
    pub fn shop(&self, id: i64) -> Option<&ShopSettings> {
        self.shops.iter().find(|shop| shop.id == id)
    }

    pub fn shop_mut(&mut self, slug: &str) -> Result<&mut ShopSettings, StoreError> {
        self.shops
            .iter_mut()
            .find(|shop| shop.slug == slug)
            .ok_or_else(|| StoreError::UnknownShop(slug.to_owned()))
    }
}

/// Reads all settings.
pub fn read(snapshot: &Snapshot) -> Result<Settings, StoreError> {
    settings(shops::list(snapshot)?, &|sql| snapshot.query(sql, &[]))
}

/// The meanings of one shop's statuses, as a writing transaction sees them.
pub(crate) fn meanings_of(connection: &Connection, shop_id: i64) -> Result<Meanings, StoreError> {
    let mut all = meanings(&|sql| query(connection, sql, &[]))?;
    Ok(all.remove(&shop_id).unwrap_or_default())
}

impl Store {
    /// Changes settings in one transaction, history counted again where that is called for: when this
    /// returns, every figure follows them. An error of `change` changes nothing.
    pub fn change_settings(
        &self,
        change: impl FnOnce(&mut Settings) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<Settings, StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let before = settings(shops::of(connection)?, &|sql| query(connection, sql, &[]))?;
                let mut after = before.clone();
                change(&mut after)?;
                write(connection, &before, &after)?;
                Ok(after)
            })
        })
    }
}

fn settings(
    shops: Vec<StoredShop>,
    ask: &dyn Fn(&str) -> Result<Rows, StoreError>,
) -> Result<Settings, StoreError> {
    let mut named: BTreeMap<(i64, String), String> = BTreeMap::new();
    for cells in ask("SELECT shop_id, name, value FROM settings")?.rows {
        if let [shop, name, value] = cells.as_slice()
            && let (Some(shop), Some(name), Some(value)) = (shop.int(), name.text(), value.text())
        {
            named.insert((shop, name.to_owned()), value.to_owned());
        }
    }
    let get = |shop: i64, name: &str| named.get(&(shop, name.to_owned())).map(String::as_str);
    let threshold =
        |shop: i64| get(shop, "loyalty_threshold").and_then(|text| text.parse::<i64>().ok());
    let week_start = |shop: i64| get(shop, "week_start").and_then(WeekStart::read);
    let currency = |shop: i64| get(shop, "display_currency").and_then(|code| code.parse().ok());
    let contact = |who: &str| Contact::read(|field| get(0, &format!("{who}_{field}")));
    let mut meanings = meanings(ask)?;
    let mut owners = owners::of(ask)?;
    Ok(Settings {
        workspace: WorkspaceSettings {
            display_currency: currency(0),
            week_start: week_start(0).unwrap_or_default(),
            threshold: threshold(0).unwrap_or(DEFAULT_THRESHOLD),
            support: contact("support"),
            agency: contact("agency"),
        },
        shops: shops
            .into_iter()
            .map(|stored| ShopSettings {
                id: stored.id,
                slug: stored.shop.slug,
                timezone: stored.shop.timezone,
                profile: stored.profile,
                rule: stored.rule,
                meanings: meanings.remove(&stored.id).unwrap_or_default(),
                owners: owners.remove(&stored.id).unwrap_or_default(),
                amounts: get(stored.id, "amounts").and_then(Amounts::read).unwrap_or_default(),
                threshold: threshold(stored.id),
                week_start: week_start(stored.id),
                display_currency: currency(stored.id),
            })
            .collect(),
    })
}

fn meanings(
    ask: &dyn Fn(&str) -> Result<Rows, StoreError>,
) -> Result<BTreeMap<i64, Meanings>, StoreError> {
    let mut found: BTreeMap<i64, Meanings> = BTreeMap::new();
    for cells in ask("SELECT shop_id, status, class FROM status_meanings")?.rows {
        if let [shop, status, class] = cells.as_slice()
            && let (Some(shop), Some(status), Some(Ok(class))) =
                (shop.int(), status.text(), class.text().map(str::parse))
        {
            found.entry(shop).or_default().insert(status.to_owned(), class);
        }
    }
    Ok(found)
}

/// Writes what changed, and counts the shops again whose figures depend on it.
fn write(connection: &Connection, before: &Settings, after: &Settings) -> Result<(), StoreError> {
    if before == after {
        return Ok(());
    }
    write_workspace(connection, &after.workspace)?;
    let mut recounted = Vec::new();
    for (was, is) in before.shops.iter().zip(&after.shops) {
        if was == is {
            continue;
        }
        write_shop(connection, is)?;
        let counts_alike = was.timezone == is.timezone
            && was.rule.same(&is.rule)
            && was.meanings == is.meanings
            && was.owners == is.owners;
        if !counts_alike {
            recounted.push(is.id);
        }
    }
    if recounted.is_empty() {
        connection.execute_batch("UPDATE generations SET sales = sales + 1")?;
        return Ok(());
    }
    writer::recount(connection, &recounted)
}

fn write_workspace(connection: &Connection, is: &WorkspaceSettings) -> Result<(), StoreError> {
    check_threshold(is.threshold)?;
    put(connection, 0, "loyalty_threshold", Some(&is.threshold.to_string()))?;
    put(connection, 0, "week_start", Some(is.week_start.id()))?;
    put(connection, 0, "display_currency", is.display_currency.as_ref().map(Currency::code))?;
    for (who, contact) in [("support", &is.support), ("agency", &is.agency)] {
        if let Some(field) = contact.wrong() {
            return Err(StoreError::Invalid(format!(
                "the {who} contact’s {} is not one",
                field.id()
            )));
        }
        for field in ContactField::ALL {
            let value = Some(contact.get(field)).filter(|value| !value.is_empty());
            put(connection, 0, &format!("{who}_{}", field.id()), value)?;
        }
    }
    Ok(())
}

fn write_shop(connection: &Connection, is: &ShopSettings) -> Result<(), StoreError> {
    if let Some(threshold) = is.threshold {
        check_threshold(threshold)?;
    }
    zones::ensure(connection, &is.timezone)?;
    let rule =
        serde_json::to_string(&is.rule).map_err(|error| StoreError::Invalid(error.to_string()))?;
    connection.execute(
        "UPDATE shops SET timezone = ?, profile = ?, rule = ? WHERE shop_id = ?",
        params![is.timezone, is.profile, rule, is.id],
    )?;
    connection.execute("DELETE FROM status_meanings WHERE shop_id = ?", [is.id])?;
    for (status, class) in &is.meanings {
        connection.execute(
            "INSERT INTO status_meanings VALUES (?, ?, ?)",
            params![is.id, status, class.id()],
        )?;
    }
    owners::write(connection, is.id, &is.owners)?;
    let threshold = is.threshold.map(|threshold| threshold.to_string());
    put(connection, is.id, "loyalty_threshold", threshold.as_deref())?;
    put(connection, is.id, "week_start", is.week_start.map(WeekStart::id))?;
    put(connection, is.id, "display_currency", is.display_currency.as_ref().map(Currency::code))?;
    let amounts = Some(is.amounts).filter(|amounts| *amounts != Amounts::default());
    put(connection, is.id, "amounts", amounts.map(Amounts::id))
}

fn check_threshold(threshold: i64) -> Result<(), StoreError> {
    if THRESHOLDS.contains(&threshold) {
        return Ok(());
    }
    Err(StoreError::Invalid(format!(
        "the loyalty threshold is a whole number from {} to {}, not {threshold}",
        THRESHOLDS.start(),
        THRESHOLDS.end()
    )))
}

/// A setting of a shop, or of the workspace (`shop_id` 0).
pub(crate) fn put(
    connection: &Connection,
    shop_id: i64,
    name: &str,
    value: Option<&str>,
) -> Result<(), StoreError> {
    connection
        .execute("DELETE FROM settings WHERE shop_id = ? AND name = ?", params![shop_id, name])?;
    if let Some(value) = value {
        connection.execute(
            "INSERT INTO settings VALUES (?, ?, ?)",
            params![shop_id, name, Value::from(value)],
        )?;
    }
    Ok(())
}
