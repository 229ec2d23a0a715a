//! Who gets the weekly mail, and who has had it.

use duckdb::params;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;
use crate::writer;

/// An account that wants the weekly mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reader {
    pub user: i64,
    pub email: String,
    /// As in `app::access::ROLES`.
    pub role: String,
    /// Shops they may see; `None`: all.
    pub shops: Option<Vec<i64>>,
    /// `fr` or `en`.
    pub language: String,
}

/// How the mails of one week went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week {
    pub week: Date,
    pub sent: i64,
    pub failed: i64,
    /// Handed over, and the program ended before the answer came.
    pub unknown: i64,
    /// The last failure, as whoever sent wrote it.
    pub failure: Option<String>,
}

/// Accounts that want the weekly mail: enabled ones that have chosen a password.
pub fn readers(snapshot: &Snapshot) -> Result<Vec<Reader>, StoreError> {
    let rows = snapshot.query(
        "SELECT user_id, email, role, shops, language FROM users
         WHERE weekly_mail AND disabled IS NULL AND password IS NOT NULL ORDER BY user_id",
        &[],
    )?;
    let text = |cell: &Value| cell.text().unwrap_or_default().to_owned();
    Ok(rows
        .rows
        .iter()
        .map(|cells| Reader {
            user: cells[0].int().unwrap_or(0),
            email: text(&cells[1]),
            role: text(&cells[2]),
            shops: cells[3].text().map(|shops| {
                shops.split(',').filter_map(|shop| shop.trim().parse().ok()).collect()
            }),
            language: text(&cells[4]),
        })
        .collect())
}

/// How the last mails went.
pub fn last_week(snapshot: &Snapshot) -> Result<Option<Week>, StoreError> {
    let rows = snapshot.query(
        "SELECT week, count(*) FILTER (state = 'sent'), count(*) FILTER (state = 'failed'),
                count(*) FILTER (state = 'sending'), max(failure)
         FROM weekly_mails GROUP BY week ORDER BY week DESC LIMIT 1",
        &[],
    )?;
    let Some(cells) = rows.rows.first() else { return Ok(None) };
    let count = |at: usize| cells[at].int().unwrap_or(0);
    Ok(cells[0].date().map(|week| Week {
        week,
        sent: count(1),
        failed: count(2),
        unknown: count(3),
        failure: cells[4].text().map(str::to_owned),
    }))
}

impl Store {
    /// Takes it upon oneself to send a reader's mail of a week. No if it was sent, if somebody is at it or
    /// was when the program ended (it may have left), or if it failed later than `again`.
    pub fn claim_weekly(
        &self,
        user: i64,
        week: Date,
        now: Timestamp,
        again: Timestamp,
    ) -> Result<bool, StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let known = query(
                    connection,
                    "SELECT state, at_instant FROM weekly_mails WHERE user_id = ? AND week = ?",
                    &[user.into(), Value::Date(week)],
                )?;
                if let Some(cells) = known.rows.first() {
                    let failed = cells[0].text() == Some("failed");
                    if !failed || cells[1].instant().is_some_and(|at| at > again && at <= now) {
                        return Ok(false);
                    }
                    connection.execute(
                        "DELETE FROM weekly_mails WHERE user_id = ? AND week = ?",
                        params![user, Value::Date(week)],
                    )?;
                }
                connection.execute(
                    "INSERT INTO weekly_mails VALUES (?, ?, 'sending', ?, NULL)",
                    params![user, Value::Date(week), Value::from(now)],
                )?;
                Ok(true)
            })
        })
    }

    /// Remembers how it went.
    pub fn settle_weekly(
        &self,
        user: i64,
        week: Date,
        now: Timestamp,
        failure: Option<String>,
    ) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            let state = if failure.is_some() { "failed" } else { "sent" };
            connection.execute(
                "UPDATE weekly_mails SET state = ?, at_instant = ?, failure = ? WHERE user_id = ? AND week = ?",
                params![state, Value::from(now), failure, user, Value::Date(week)],
            )?;
            Ok(())
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("an instant")
    }

    #[test]
    fn a_week_s_mail_is_claimed_once() {
        let store = Store::in_memory().expect("a store");
        let week = date(2026, 11, 23);
        let (now, again) = (at("2026-11-23T06:00:00Z"), at("2026-11-23T05:00:00Z"));
        assert!(store.claim_weekly(1, week, now, again).expect("claimed"));
        // The program ended here: whether it left is unknown, so it does not leave again.
        assert!(!store.claim_weekly(1, week, now, now).expect("asked"));
        assert!(store.claim_weekly(2, week, now, again).expect("another reader"));
        store.settle_weekly(1, week, now, Some("{}".into())).expect("failed");
        assert!(!store.claim_weekly(1, week, now, again).expect("asked"), "not at once");
        let later = at("2026-11-23T07:00:01Z");
        assert!(store.claim_weekly(1, week, later, at("2026-11-23T06:00:01Z")).expect("again"));
        store.settle_weekly(1, week, later, None).expect("sent");
        assert!(!store.claim_weekly(1, week, later, later).expect("asked"), "never twice");
        assert!(store.claim_weekly(1, date(2026, 11, 30), later, later).expect("next week"));
        let last = last_week(&store.read().expect("a snapshot")).expect("read").expect("a week");
        assert_eq!((last.week, last.unknown), (date(2026, 11, 30), 1));
    }
}
