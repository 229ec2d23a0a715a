//! Connections as the command line lists them.

use anyhow::{Result, bail};
use comptoir_sources::{Failure, Language};
use comptoir_store::connections::{self, Connection};
use comptoir_store::{Store, StoreError, shops};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Engine;
use super::outcome::told;
use crate::audit::{self, Action};

/// A connection in a list.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Listed {
    pub source: i64,
    pub shop: String,
    pub platform: String,
    pub url: String,
    pub minutes: i64,
    pub paused: bool,
    /// A run is in progress.
    pub running: bool,
    /// `recent`, `history`, `changes`.
    pub phase: String,
    /// Orders of the first import read so far, and in all.
    pub progress: Option<(u64, u64)>,
    /// Seconds, at the pace so far.
    pub time_left: Option<u64>,
    pub last_success: Option<Timestamp>,
    pub next_run: Timestamp,
    pub orders: u64,
    pub received: i64,
    pub updated: i64,
    pub refused: i64,
    pub webhooks: i64,
    pub webhooks_refused: i64,
    pub failure: Option<Failure>,
}

/// What is left of a connection that was removed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Gone {
    pub source: i64,
    pub shop: String,
    pub platform: String,
    /// Orders that it brought and that stay.
    pub orders: i64,
}

/// All connections.
pub fn all(store: &Store, sync: &Engine) -> Result<Vec<Listed>, StoreError> {
    let snapshot = store.read()?;
    connections::list(&snapshot)?
        .into_iter()
        .map(|one| {
            let orders = connections::count_orders(&snapshot, &one)?;
            Ok(listed(one, orders, sync))
        })
        .collect()
}

fn listed(one: Connection, orders: u64, sync: &Engine) -> Listed {
    let running = sync.running(one.id);
    let stored = one
        .done
        .zip(one.total)
        .and_then(|(done, total)| Some((u64::try_from(done).ok()?, u64::try_from(total).ok()?)));
    let progress = running.as_ref().and_then(|running| running.progress).or(stored);
    let time_left = running.as_ref().and_then(|running| running.time_left(sync.now()));
    Listed {
        source: one.id,
        shop: one.shop,
        platform: one.platform,
        url: one.url,
        minutes: one.minutes,
        paused: one.paused,
        running: running.is_some(),
        phase: one.phase,
        progress,
        time_left: time_left.map(|left| left.as_secs()),
        last_success: one.last_success,
        next_run: one.next_run,
        orders,
        received: one.received,
        updated: one.updated,
        refused: one.refused,
        webhooks: one.hooks,
        webhooks_refused: one.hooks_refused,
        failure: one.failure.and_then(|kept| serde_json::from_str(&kept).ok()),
    }
}

impl Listed {
    /// As `comptoir source list --json` prints it.
    pub fn shown(&self, language: Language) -> Value {
        let mut shown = serde_json::to_value(self).unwrap_or_default();
        if let Some(failure) = &self.failure {
            shown["failure"] = told(failure, language);
        }
        if let Some((done, total)) = self.progress {
            shown["progress"] = json!({ "done": done, "total": total });
        }
        shown
    }
}

/// Removes a connection; its orders stay.
pub fn remove(store: &Store, id: i64) -> Result<Gone, StoreError> {
    let removed = store.remove_connection(id)?;
    Ok(Gone { source: id, shop: removed.shop, platform: removed.platform, orders: removed.orders })
}

/// The same for the command line, which leaves a line in the audit log.
pub fn remove_by_shell(store: &Store, id: i64) -> Result<Gone, StoreError> {
    let gone = remove(store, id)?;
    let detail = json!({ "connection": id, "platform": gone.platform });
    audit::by_shell(store, Action::ConnectionRemoved, Some(&gone.shop), &detail)?;
    Ok(gone)
}

/// The connections of a shop, or all, but for those that are paused; there must be one.
pub fn of_shop(store: &Store, shop: Option<&str>) -> Result<Vec<i64>> {
    let snapshot = store.read()?;
    if let Some(slug) = shop
        && !shops::list(&snapshot)?.iter().any(|known| known.shop.slug == slug)
    {
        return Err(StoreError::UnknownShop(slug.to_owned()).into());
    }
    let (paused, active): (Vec<_>, Vec<_>) = connections::list(&snapshot)?
        .into_iter()
        .filter(|one| shop.is_none_or(|slug| one.shop == slug))
        .partition(|one| one.paused);
    match (active.len(), paused.len()) {
        (0, 0) => bail!("no platform is connected; connect one with `comptoir source add`"),
        (0, _) => {
            bail!("all connections are paused; let them go on first, on the connections page")
        }
        _ => Ok(active.into_iter().map(|one| one.id).collect()),
    }
}
