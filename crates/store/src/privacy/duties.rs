//! What the register of processing and the self-check read of the store beside the records.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::audit::{self, Entry, Wanted};
use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::settings::put;
use crate::store::Store;
use crate::value::Value;
use crate::writer;

/// The name of the setting that holds the merchant's own words of the register.
const REGISTER: &str = "register";

/// Facts that a self-check weighs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Facts {
    /// Accounts in use, and how many of them have a second factor.
    pub accounts: i64,
    pub second_factors: i64,
    pub visits: i64,
    pub oldest_visit: Option<Timestamp>,
    /// The oldest visit that still has an identifier of its own.
    pub oldest_named_visit: Option<Timestamp>,
    /// Visits with an e-mail address in them.
    pub naming_visits: i64,
}

/// Reads them.
pub fn facts(snapshot: &Snapshot) -> Result<Facts, StoreError> {
    let one = |sql: &str| -> Result<Vec<Value>, StoreError> {
        Ok(snapshot.query(sql, &[])?.rows.into_iter().next().unwrap_or_default())
    };
    let users = one("SELECT count(*), count(totp) FROM users WHERE disabled IS NULL")?;
    let visits = one(
        "SELECT count(*), min(started), min(started) FILTER (WHERE NOT starts_with(external_id, 'anonymous:')),
                count(*) FILTER (WHERE contains(concat_ws(' ', external_id, source, medium, campaign, device), '@'))
         FROM visits",
    )?;
    let int = |cells: &[Value], at: usize| cells.get(at).and_then(Value::int).unwrap_or(0);
    Ok(Facts {
        accounts: int(&users, 0),
        second_factors: int(&users, 1),
        visits: int(&visits, 0),
        oldest_visit: visits.get(1).and_then(Value::instant),
        oldest_named_visit: visits.get(2).and_then(Value::instant),
        naming_visits: int(&visits, 3),
    })
}

/// The newest lines of the audit log with one of these actions.
pub fn audited(snapshot: &Snapshot, action: &str, most: usize) -> Result<Vec<Entry>, StoreError> {
    let wanted = Wanted { action: Some(action.to_owned()), ..Wanted::default() };
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    Ok(audit::find(snapshot, &wanted, 0, most)?.0)
}

/// The merchant's own words of the register, by field.
pub fn register(snapshot: &Snapshot) -> Result<BTreeMap<String, String>, StoreError> {
    let rows = snapshot
        .query("SELECT value FROM settings WHERE shop_id = 0 AND name = ?", &[REGISTER.into()])?;
    let text = rows.rows.first().and_then(|cells| cells[0].text());
    Ok(text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default())
}

impl Store {
    /// Keeps the merchant's own words of the register.
    pub fn change_register(&self, words: &BTreeMap<String, String>) -> Result<(), StoreError> {
        let text =
            serde_json::to_string(words).map_err(|error| StoreError::Invalid(error.to_string()))?;
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| put(connection, 0, REGISTER, Some(&text)))
        })
    }
}
