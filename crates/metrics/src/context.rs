//! What a query is read against: the shops, their currencies and range of data, the clock.

use std::borrow::Cow;
use std::collections::BTreeMap;

use comptoir_model::Currency;
use comptoir_store::{
    Amounts, Settings, ShopSettings, Snapshot, StoreError, StoredShop, Value, WeekStart, settings,
    shops,
};
use jiff::Timestamp;
use jiff::civil::{Date, Weekday};
use jiff::tz::TimeZone;

use crate::period::Period;

/// Everything about the workspace that decides how a query is understood. It changes with the store's
/// generation and the settings only, so it may be kept between two commits (set `now` anew).
#[derive(Debug, Clone)]
pub struct Context {
    /// In the order of their slugs.
    pub shops: Vec<StoredShop>,
    pub now: Timestamp,
    /// The first weekday of the workspace; see [`Context::first_weekday`] and [`Context::seen_from`].
    pub week_start: Weekday,
    /// The currency in which the workspace is shown, unless a shop or a query says otherwise.
    pub display_currency: Option<Currency>,
    /// What the merchant decided, by shop and for all of them.
    pub settings: Settings,
    /// What each shop holds.
    pub contents: Vec<Contents>,
    /// By shop, the instant before which its platform tells nothing, where there is one.
    pub history_limits: BTreeMap<i64, Timestamp>,
}

/// What a shop holds in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    pub shop_id: i64,
    pub currency: Currency,
    /// Days of its counted orders and refunds under the shop's own rule.
    pub counted: Option<Period>,
    /// Days of all of them, by whatever date.
    pub any: Option<Period>,
    /// Some orders tell nothing but their total.
    pub total_only: bool,
}

const CONTENTS: &str = "\
SELECT shop_id, currency, min(day) FILTER (counted), max(day) FILTER (counted),
       least(min(day), min(rate_day)), greatest(max(day), max(rate_day)), coalesce(bool_or(total_only), false)
FROM (SELECT shop_id, currency, day, rate_day, counted, total_only FROM orders
      UNION ALL
      SELECT shop_id, currency, day, rate_day, counted, total_only <> 0 FROM money WHERE refund_id IS NOT NULL)
GROUP BY shop_id, currency ORDER BY shop_id, currency";

impl Context {
    /// Reads the workspace.
    pub fn load(snapshot: &Snapshot, now: Timestamp) -> Result<Self, StoreError> {
        let settings = settings::read(snapshot)?;
        let rows = snapshot.query(CONTENTS, &[])?.rows;
        Ok(Self {
            shops: shops::list(snapshot)?,
            now,
            week_start: settings.workspace.week_start.weekday(),
            display_currency: settings.workspace.display_currency,
            settings,
            contents: rows.iter().filter_map(|cells| contents(cells)).collect(),
            history_limits: shops::history_limits(snapshot)?,
        })
    }

    /// The zone in which days are shown: the shops', or the first shop's if they differ.
    pub fn zone(&self) -> TimeZone {
        zone_of(self.shops.first())
    }

    /// Today, for some of the shops.
    pub fn today(&self, shops: &[&StoredShop]) -> Date {
        zone_of(shops.first().copied()).to_datetime(self.now).date()
    }

    pub fn shop(&self, slug: &str) -> Option<&StoredShop> {
        self.shops.iter().find(|shop| shop.shop.slug == slug)
    }

    pub fn shop_by_id(&self, id: i64) -> Option<&StoredShop> {
        self.shops.iter().find(|shop| shop.id == id)
    }

    pub(crate) fn contents_of<'a>(
        &'a self,
        shops: &'a [&StoredShop],
    ) -> impl Iterator<Item = &'a Contents> {
        self.contents.iter().filter(|found| shops.iter().any(|shop| shop.id == found.shop_id))
    }

    /// Counted orders from which a customer of some of the shops is loyal: a shop's own setting when it
    /// is looked at alone, the workspace's for several.
    pub fn loyalty_threshold(&self, shops: &[&StoredShop]) -> i64 {
        let own = self.only(shops).and_then(|shop| shop.threshold);
        own.unwrap_or(self.settings.workspace.threshold)
    }

    /// The day on which the weeks of some of the shops begin.
    pub fn first_weekday(&self, shops: &[&StoredShop]) -> Weekday {
        let own = self.only(shops).and_then(|shop| shop.week_start);
        own.map_or(self.week_start, WeekStart::weekday)
    }

    /// The currency in which the merchant wants some of the shops shown; `None`: their own.
    pub fn shown_currency(&self, shops: &[&StoredShop]) -> Option<Currency> {
        let own = self.only(shops).and_then(|shop| shop.display_currency);
        own.or(self.display_currency)
    }

    /// Whether the merchant wants amounts of some of the shops with tax or without. Shops that differ
    /// are shown together without.
    pub fn amounts(&self, shops: &[&StoredShop]) -> Amounts {
        let with_tax = |shop: &&StoredShop| {
            self.settings.shop(shop.id).is_some_and(|shop| shop.amounts == Amounts::Incl)
        };
        if !shops.is_empty() && shops.iter().all(with_tax) { Amounts::Incl } else { Amounts::Excl }
    }

    /// The workspace as a query on one shop sees it: with that shop's first weekday.
    pub fn seen_from(&self, shop: Option<&str>) -> Cow<'_, Self> {
        let shops: Vec<&StoredShop> = self
            .shops
            .iter()
            .filter(|known| shop.is_none_or(|slug| known.shop.slug == slug))
            .collect();
        let week_start = self.first_weekday(&shops);
        if week_start == self.week_start {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Self { week_start, ..self.clone() })
    }

    /// The settings of the shop that is looked at alone.
    fn only(&self, shops: &[&StoredShop]) -> Option<&ShopSettings> {
        match shops {
            [shop] => self.settings.shop(shop.id),
            _ => None,
        }
    }

    /// The day before which nothing is known of some of the shops, since a platform limits what it tells:
    /// a customer who bought before looks new.
    pub fn history_from(&self, shops: &[&StoredShop]) -> Option<Date> {
        let of = |shop: &&StoredShop| {
            let limit = self.history_limits.get(&shop.id)?;
            Some(zone_of(Some(*shop)).to_datetime(*limit).date())
        };
        shops.iter().filter_map(of).max()
    }

    /// The currencies that some of the shops hold, in alphabetical order.
    pub fn currencies(&self, shops: &[&StoredShop]) -> Vec<Currency> {
        let mut found: Vec<Currency> =
            self.contents_of(shops).map(|found| found.currency).collect();
        found.sort_unstable();
        found.dedup();
        found
    }

    /// First to last day of the data of some of the shops: under their own rules, or under any.
    pub fn range(&self, shops: &[&StoredShop], own_rules: bool) -> Option<Period> {
        self.contents_of(shops)
            .filter_map(|found| if own_rules { found.counted } else { found.any })
            .reduce(|left, right| Period {
                from: left.from.min(right.from),
                to: left.to.max(right.to),
            })
    }
}

/// The zone of a shop; UTC without one.
pub(crate) fn zone_of(shop: Option<&StoredShop>) -> TimeZone {
    shop.and_then(|shop| TimeZone::get(&shop.shop.timezone).ok()).unwrap_or(TimeZone::UTC)
}

fn contents(cells: &[Value]) -> Option<Contents> {
    let [shop, currency, first, last, earliest, latest, total_only] = cells else { return None };
    let period = |from: &Value, to: &Value| Some(Period { from: from.date()?, to: to.date()? });
    Some(Contents {
        shop_id: shop.int()?,
        currency: currency.text()?.parse().ok()?,
        counted: period(first, last),
        any: period(earliest, latest),
        total_only: total_only.int() == Some(1),
    })
}
