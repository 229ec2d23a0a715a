//! Shops of the workspace, with the rule each counts by.

use std::collections::BTreeMap;

use comptoir_model::{CountingRule, Currency, Shop};
use duckdb::Connection;
use jiff::Timestamp;

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::value::Value;
use crate::zones;

/// A shop as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredShop {
    pub id: i64,
    pub shop: Shop,
    /// Id of the calculation profile in force.
    pub profile: String,
    /// The counting rule under which the stored columns (`counted`, `rank`, `day`…) are kept.
    pub rule: CountingRule,
}

const LIST: &str = "SELECT shop_id, slug, name, platform, currency, timezone, profile, rule FROM shops ORDER BY slug";

/// All shops, in the order of their slugs.
pub fn list(snapshot: &Snapshot) -> Result<Vec<StoredShop>, StoreError> {
    snapshot.query(LIST, &[])?.rows.iter().map(|cells| read(cells)).collect()
}

/// All shops, as a writing transaction sees them.
pub(crate) fn of(connection: &Connection) -> Result<Vec<StoredShop>, StoreError> {
    query(connection, LIST, &[])?.rows.iter().map(|cells| read(cells)).collect()
}

/// Adds a shop; a shop that exists with the same settings is left as it is.
pub(crate) fn create(
    connection: &Connection,
    shop: &Shop,
    now: Timestamp,
) -> Result<(), StoreError> {
    if !Shop::is_slug(&shop.slug) {
        return Err(StoreError::Invalid(format!(
            "“{}” cannot name a shop; use 1 to 40 of the characters a-z, 0-9 and -, for example my-shop",
            shop.slug.chars().take(60).collect::<String>()
        )));
    }
    if let Some(known) = of(connection)?.into_iter().find(|known| known.shop.slug == shop.slug) {
        return same(&known.shop, shop);
    }
    zones::ensure(connection, &shop.timezone)?;
    let rule = serde_json::to_string(&CountingRule::default())
        .map_err(|error| StoreError::Invalid(error.to_string()))?;
    connection.execute(
        "INSERT INTO shops SELECT coalesce(max(shop_id), 0) + 1, ?, ?, ?, ?, ?, 'comptoir', ?, ? FROM shops",
        duckdb::params![
            shop.slug,
            shop.name,
            shop.platform,
            shop.currency.code(),
            shop.timezone,
            rule,
            Value::from(now)
        ],
    )?;
    connection.execute_batch("UPDATE generations SET sales = sales + 1")?;
    Ok(())
}

/// The instants before which the platforms of connected shops tell nothing, by shop: where several
/// connections are limited, the latest.
pub fn history_limits(snapshot: &Snapshot) -> Result<BTreeMap<i64, Timestamp>, StoreError> {
    #[derive(serde::Deserialize)]
    struct Facts {
        #[serde(default)]
        history_from: Option<Timestamp>,
    }
    let mut limits: BTreeMap<i64, Timestamp> = BTreeMap::new();
    for cells in snapshot.query("SELECT shop_id, facts FROM connections", &[])?.rows {
        let [shop, facts] = cells.as_slice() else { continue };
        let facts = facts.text().and_then(|text| serde_json::from_str::<Facts>(text).ok());
        if let (Some(shop), Some(from)) = (shop.int(), facts.and_then(|facts| facts.history_from)) {
            let limit = limits.entry(shop).or_insert(from);
            *limit = from.max(*limit);
        }
    }
    Ok(limits)
}

fn same(known: &Shop, asked: &Shop) -> Result<(), StoreError> {
    for (field, is, asked) in [
        ("name", known.name.as_str(), asked.name.as_str()),
        ("platform", &known.platform, &asked.platform),
        ("currency", known.currency.code(), asked.currency.code()),
        ("time zone", &known.timezone, &asked.timezone),
    ] {
        if is != asked {
            return Err(StoreError::ShopDiffers {
                slug: known.slug.clone(),
                field,
                is: is.to_owned(),
                asked: asked.to_owned(),
            });
        }
    }
    Ok(())
}

fn read(cells: &[Value]) -> Result<StoredShop, StoreError> {
    let text = |index: usize| cells.get(index).and_then(Value::text).unwrap_or_default().to_owned();
    let currency: Currency = text(4)
        .parse()
        .map_err(|error| StoreError::Invalid(format!("shop {}: {error}", text(1))))?;
    let rule = serde_json::from_str(&text(7))
        .map_err(|error| StoreError::Invalid(format!("shop {}: {error}", text(1))))?;
    Ok(StoredShop {
        id: cells.first().and_then(Value::int).unwrap_or(0),
        shop: Shop { slug: text(1), name: text(2), platform: text(3), currency, timezone: text(5) },
        profile: text(6),
        rule,
    })
}
