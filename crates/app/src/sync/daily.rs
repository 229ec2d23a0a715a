//! What is done once a day after a run: what the platform itself counts, what it says of the shop,
//! and its webhooks. None of it is needed for orders, so none of it fails a run.

use comptoir_sources::Failure;
use comptoir_sources::connector::{Facts, Totals};
use comptoir_sources::words::Text;
use comptoir_store::Advance;
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use super::run::{Reading, Stop};

/// Full days over which a platform is asked for its totals.
const DAYS: i32 = 30;

const A_DAY: SignedDuration = SignedDuration::from_hours(24);

/// What a platform said of its own totals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredTotals {
    /// When it was last asked.
    pub asked: Timestamp,
    /// Both days included, in the shop's time zone.
    pub from: Date,
    pub to: Date,
    /// When it answered; `None`: it never told any such thing.
    pub told: Option<Timestamp>,
    pub totals: Option<Totals>,
}

/// What [`chores`] kept of a platform's totals.
pub fn read_totals(kept: Option<&str>) -> Option<StoredTotals> {
    serde_json::from_str(kept?).ok()
}

/// Does what is due today. Only a store that fails is a failure.
pub fn chores(reading: &mut Reading<'_>) -> Result<(), Stop> {
    let now = reading.runner.sync.now();
    let id = reading.connection.id;
    subscribe(reading, now)?;
    let current = comptoir_store::connections::one(&reading.runner.store.read()?, id)?;
    let Some(current) = current.filter(|current| current.phase == "changes") else {
        return Ok(());
    };
    let before = read_totals(current.totals.as_deref());
    if before.as_ref().is_some_and(|before| is_recent(Some(before.asked), now)) {
        return Ok(());
    }
    let setting = reading.setting()?;
    let yesterday = setting.timezone.to_datetime(now).date().saturating_sub(1.day());
    let from = yesterday.saturating_sub((DAYS - 1).days());
    let kept = match reading.connector.totals(from, yesterday, &setting) {
        Ok(totals) => {
            let told = totals.is_some().then_some(now);
            StoredTotals { asked: now, from, to: yesterday, told, totals }
        }
        // What it said before stands until it says something else.
        Err(_) => match before {
            Some(before) => StoredTotals { asked: now, ..before },
            None => StoredTotals { asked: now, from, to: yesterday, told: None, totals: None },
        },
    };
    let store = reading.runner.store;
    store.set_connection_totals(id, serde_json::to_string(&kept).unwrap_or_default())?;
    if let Ok(facts) = reading.connector.check() {
        let before: Option<Facts> = serde_json::from_str(&current.facts).ok();
        // How far back the orders that are here go changes with a full reading only.
        let history_from = before.map_or(facts.history_from, |before| before.history_from);
        let facts = Facts { history_from, ..facts };
        store.set_connection_facts(id, serde_json::to_string(&facts).unwrap_or_default())?;
    }
    Ok(())
}

/// Asks the platform for its webhooks, where it has any and can reach us; once a day, since platforms
/// switch webhooks off that failed for a while.
fn subscribe(reading: &mut Reading<'_>, now: Timestamp) -> Result<(), Stop> {
    let id = reading.connection.id;
    let Some(public) = reading.runner.sync.public_url() else { return Ok(()) };
    if !reading.platform.webhooks || is_recent(reading.connection.subscribed, now) {
        return Ok(());
    }
    let address = format!("{}/hooks/{id}", public.trim_end_matches('/'));
    let secret = reading.hook_secret.clone();
    match reading.connector.subscribe(&address, &secret) {
        Err(failure) if failure.kind.passes() => return Ok(()),
        Err(failure) => {
            reading.remark(without_webhooks(&failure));
            let notes = serde_json::to_string(reading.remarks()).unwrap_or_default();
            let step = Advance { notes: Some(notes), ..Advance::default() };
            reading.runner.store.advance(id, step, now)?;
        }
        Ok(_) => {}
    }
    Ok(reading.runner.store.set_subscribed(id, now)?)
}

fn is_recent(at: Option<Timestamp>, now: Timestamp) -> bool {
    at.is_some_and(|at| at <= now && now.duration_since(at) < A_DAY)
}

fn without_webhooks(failure: &Failure) -> Text {
    Text {
        fr: format!(
            "webhooks non créés ({})\u{a0}: la boutique est lue à intervalles réguliers",
            failure.reason.fr
        ),
        en: format!(
            "no webhooks were made ({}): the shop is read at regular intervals",
            failure.reason.en
        ),
    }
}
