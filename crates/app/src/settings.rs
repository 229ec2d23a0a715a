//! What may be set and how it is read: the same checks for the page and for the command line.

use std::collections::BTreeSet;

use anyhow::{Result, bail, ensure};
use clap::Args;
use comptoir_metrics::{PROFILES, Profile, profile};
use comptoir_model::{Class, Currency, VisitMode};
use comptoir_sources::connector::platform;
use comptoir_store::settings::{self, Status, THRESHOLDS};
use comptoir_store::{Amounts, Owner, Settings, ShopSettings, Store, StoreError, WeekStart};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::audit::{self, Action};

/// The word that lets a setting of a shop follow the workspace again.
const WORKSPACE: &str = "workspace";

/// The IANA name of a time zone, as it is written officially.
pub fn timezone(text: &str) -> Option<String> {
    // A zone without a name could not be written down again.
    TimeZone::get(text.trim()).ok()?.iana_name().map(str::to_owned)
}

pub fn threshold(text: &str) -> Option<i64> {
    text.trim().parse().ok().filter(|threshold| THRESHOLDS.contains(threshold))
}

pub fn currency(text: &str) -> Option<Currency> {
    text.trim().to_uppercase().parse().ok()
}

/// An owner of orders from the beginning of a day in the shop's zone on; without a day: of all of them.
pub fn owner(source: &str, day: &str, zone: &str) -> Option<Owner> {
    let since = match day.trim() {
        "" => None,
        day => {
            let zone = TimeZone::get(zone).ok()?;
            Some(day.parse::<Date>().ok()?.to_zoned(zone).ok()?.timestamp())
        }
    };
    Some(Owner { source: source.trim().to_owned(), since })
}

/// The day from which a source owns orders, as [`owner`] reads it.
pub fn owner_since(owner: &Owner, zone: &str) -> String {
    let zone = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
    owner.since.map(|since| zone.to_datetime(since).date().to_string()).unwrap_or_default()
}

/// Whether a status is one that its platform does not have and that nobody understood: it counts as
/// orders on hold do. A program or a file has no vocabulary of its own, so that nothing is unknown there.
pub fn is_unknown(status: &Status) -> bool {
    let platforms = status.sources.iter().filter_map(|source| platform(source));
    is_missing(status, platforms.map(|platform| platform.statuses))
}

fn is_missing<'v>(
    status: &Status,
    mut vocabularies: impl Iterator<Item = &'v [(&'static str, Class)]>,
) -> bool {
    status.told.contains(&Class::OnHold)
        && vocabularies.any(|words| {
            !words.is_empty() && words.iter().all(|(known, _)| *known != status.status)
        })
}

/// Whether a source is a platform that says which statuses there are.
pub fn has_vocabulary(source: &str) -> bool {
    platform(source).is_some_and(|platform| !platform.statuses.is_empty())
}

/// Whether a status waits for the merchant to say what it means.
pub fn to_map(shop: &ShopSettings, status: &Status) -> bool {
    is_unknown(status) && !shop.meanings.contains_key(&status.status)
}

/// Lets a shop count as a profile does; its own list of statuses stays.
pub fn follow(shop: &mut ShopSettings, profile: &Profile) {
    profile.id.clone_into(&mut shop.profile);
    let statuses = shop.rule.statuses.take();
    shop.rule = comptoir_model::CountingRule { statuses, ..profile.rule() };
}

/// Changes to one shop's settings; what is not named stays.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
#[serde(default)]
pub struct ShopChange {
    /// Calculation mode: comptoir, brevo, woocommerce, shopify or prestashop
    #[arg(long)]
    pub profile: Option<String>,
    /// Time zone, for example Europe/Paris
    #[arg(long, value_name = "ZONE")]
    pub timezone: Option<String>,
    /// Counted orders from which a customer is loyal, 2 to 10; `workspace` to follow it
    #[arg(long, value_name = "N")]
    pub threshold: Option<String>,
    /// Raw statuses that count, separated by commas; they replace the calculation mode’s list
    #[arg(long, value_delimiter = ',', value_name = "A,B,C", conflicts_with = "statuses_reset")]
    pub statuses: Option<Vec<String>>,
    /// Count the statuses of the calculation mode again
    #[arg(long)]
    pub statuses_reset: bool,
    /// Amounts without tax (excl) or with it (incl)
    #[arg(long, value_name = "excl|incl")]
    pub amounts: Option<String>,
    /// First day of the week: monday or sunday; `workspace` to follow it
    #[arg(long, value_name = "DAY")]
    pub week_start: Option<String>,
    /// Currency in which the shop is shown; `workspace` to follow it
    #[arg(long, value_name = "CUR")]
    pub currency: Option<String>,
    /// Source whose orders count where several tell them, from a day on: `woocommerce@2026-01-01`;
    /// may be repeated, and replaces what was said before
    #[arg(long, value_name = "SOURCE[@DAY]", conflicts_with = "owner_reset")]
    pub owner: Vec<String>,
    /// How visits are collected: exempt (anonymous, without consent) or consented
    #[arg(long, value_name = "exempt|consented")]
    pub visits: Option<String>,
    /// Let the source that knows best decide again
    #[arg(long)]
    pub owner_reset: bool,
}

impl ShopChange {
    /// Changes a shop of a store, all or nothing.
    pub fn apply(self, store: &Store, slug: &str) -> Result<ShopSettings> {
        let snapshot = store.read()?;
        let known = settings::read(&snapshot)?;
        let Some(shop) = known.shops.iter().find(|shop| shop.slug == slug) else {
            return Err(StoreError::UnknownShop(slug.to_owned()).into());
        };
        let mut checked = shop.clone();
        self.check(&mut checked)?;
        if let Some(statuses) = &checked.rule.statuses {
            let found = settings::statuses(&snapshot, shop.id)?;
            let names: BTreeSet<&str> = found.iter().map(|one| one.status.as_str()).collect();
            for status in statuses {
                ensure!(
                    names.is_empty() || self.statuses.is_none() || names.contains(status.as_str()),
                    "no order of {slug} has the status “{status}”; there are: {}",
                    names.iter().copied().collect::<Vec<_>>().join(", ")
                );
            }
        }
        drop(snapshot);
        let name = slug.to_owned();
        let all = store.change_settings(move |settings: &mut Settings| {
            let shop = settings.shop_mut(&name)?;
            self.check(shop).map_err(|error| StoreError::Invalid(error.to_string()))
        })?;
        let changed = all.shops.into_iter().find(|shop| shop.slug == slug);
        changed.ok_or_else(|| StoreError::UnknownShop(slug.to_owned()).into())
    }

    /// The same for the command line, which leaves a line in the audit log.
    pub fn apply_by_shell(self, store: &Store, slug: &str) -> Result<ShopSettings> {
        let before = read(store, slug)?;
        let changed = self.apply(store, slug)?;
        let detail = serde_json::json!({ "fields": differing(&before, &shown(&changed)) });
        audit::by_shell(store, Action::SettingsChanged, Some(slug), &detail)?;
        Ok(changed)
    }

    fn check(&self, shop: &mut ShopSettings) -> Result<()> {
        if let Some(id) = &self.profile {
            let Some(profile) = profile(id) else {
                let ids: Vec<&str> = PROFILES.iter().map(|profile| profile.id).collect();
                bail!("there is no calculation mode “{id}”; use {}", ids.join(", "));
            };
            follow(shop, profile);
        }
        if let Some(text) = &self.timezone {
            let Some(zone) = timezone(text) else {
                bail!("“{text}” is not a time zone; use an IANA name, for example Europe/Paris");
            };
            shop.timezone = zone;
        }
        if let Some(text) = own(self.threshold.as_ref(), &mut shop.threshold) {
            let Some(number) = threshold(text) else {
                bail!("“{text}” is no loyalty threshold; write a whole number from 2 to 10");
            };
            shop.threshold = Some(number);
        }
        if self.statuses_reset {
            shop.rule.statuses = None;
        }
        if let Some(statuses) = &self.statuses {
            shop.rule.statuses = Some(statuses.clone());
        }
        if let Some(text) = &self.amounts {
            let Some(amounts) = Amounts::read(text) else {
                bail!("“{text}” is not understood; use excl or incl");
            };
            shop.amounts = amounts;
        }
        if let Some(text) = own(self.week_start.as_ref(), &mut shop.week_start) {
            let Some(day) = WeekStart::read(text) else {
                bail!("“{text}” cannot begin a week; use monday or sunday");
            };
            shop.week_start = Some(day);
        }
        if let Some(text) = own(self.currency.as_ref(), &mut shop.display_currency) {
            let Some(code) = currency(text) else {
                bail!("“{text}” is not a currency; write its code, for example EUR");
            };
            shop.display_currency = Some(code);
        }
        if let Some(text) = &self.visits {
            let Some(mode) = VisitMode::read(text) else {
                bail!("“{text}” is no way to collect visits; use exempt or consented");
            };
            shop.visits = mode;
        }
        if self.owner_reset || !self.owner.is_empty() {
            shop.owners.clear();
        }
        for text in &self.owner {
            let (source, day) = text.split_once('@').unwrap_or((text, ""));
            let Some(owner) = owner(source, day, &shop.timezone) else {
                bail!(
                    "“{day}” is not a day; write it like 2026-01-31, for example --owner woocommerce@2026-01-31"
                );
            };
            shop.owners.push(owner);
        }
        shop.owners.sort_by_key(|owner| owner.since);
        Ok(())
    }
}

/// The text to read; a setting that follows the workspace again is emptied and needs no reading.
fn own<'t, T>(text: Option<&'t String>, setting: &mut Option<T>) -> Option<&'t str> {
    let text = text?.as_str();
    if text == WORKSPACE {
        *setting = None;
        return None;
    }
    Some(text)
}

/// The settings of a shop of a store, as [`shown`].
pub fn read(store: &Store, slug: &str) -> Result<serde_json::Value> {
    let all = settings::read(&store.read()?)?;
    let found = all.shops.iter().find(|shop| shop.slug == slug);
    Ok(shown(found.ok_or_else(|| StoreError::UnknownShop(slug.to_owned()))?))
}

/// The settings that differ, by name: what the audit log keeps of a change.
pub fn differing(before: &serde_json::Value, after: &serde_json::Value) -> Vec<String> {
    let fields = after.as_object().into_iter().flatten();
    fields
        .filter(|(name, value)| before.get(name.as_str()) != Some(value))
        .map(|(name, _)| name.clone())
        .collect()
}

/// A shop's settings as `comptoir shop show --json` prints them; null follows the workspace.
pub fn shown(shop: &ShopSettings) -> serde_json::Value {
    let meanings: serde_json::Map<String, serde_json::Value> =
        shop.meanings.iter().map(|(status, class)| (status.clone(), class.id().into())).collect();
    let owners: Vec<serde_json::Value> = shop
        .owners
        .iter()
        .map(|owner| {
            let since = Some(owner_since(owner, &shop.timezone)).filter(|day| !day.is_empty());
            serde_json::json!({ "source": owner.source, "since": since })
        })
        .collect();
    serde_json::json!({
        "shop": shop.slug,
        "profile": shop.profile,
        "date": shop.rule.basis.id(),
        "timezone": shop.timezone,
        "statuses": shop.rule.statuses,
        "meanings": meanings,
        "owners": owners,
        "amounts": shop.amounts.id(),
        "visits": shop.visits.id(),
        "threshold": shop.threshold,
        "week_start": shop.week_start.map(WeekStart::id),
        "currency": shop.display_currency.map(|code| code.code().to_owned()),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_unknown_when_its_platform_does_not_have_it_and_nobody_understood_it() {
        let words: &[(&'static str, Class)] =
            &[("processing", Class::Paid), ("on-hold", Class::OnHold)];
        let check = |status: &str, told: Class, vocabularies: &[&[(&'static str, Class)]]| {
            let status =
                Status { status: status.into(), told: vec![told], orders: 1, sources: Vec::new() };
            is_missing(&status, vocabularies.iter().copied())
        };
        assert!(check("to-collect", Class::OnHold, &[words]));
        assert!(!check("on-hold", Class::OnHold, &[words]));
        // The platform itself said what it means.
        assert!(!check("to-collect", Class::Fulfilled, &[words]));
        // No vocabulary: a file or a program.
        assert!(!check("to-collect", Class::OnHold, &[]));
        assert!(!check("to-collect", Class::OnHold, &[&[]]));
    }
}
