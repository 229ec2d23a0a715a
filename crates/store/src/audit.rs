//! The audit log: lines are added, never changed.
//!
//! Each line holds a digest of itself and of the line before it. A line that was changed, added between
//! others or taken out therefore breaks the chain ([`verify`]). Who can write the whole file could write
//! a whole new chain: the newest digest, noted elsewhere, shows that too.

use jiff::Timestamp;
use ring::digest;
use serde::{Deserialize, Serialize};

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::secret::hexadecimal;
use crate::store::Store;
use crate::value::Value;
use crate::writer;

/// Lines that [`verify`] reads at a time.
const STRETCH: i64 = 10_000;

/// A line to be written.
#[derive(Debug, Clone)]
pub struct NewEntry {
    pub at: Timestamp,
    /// user, token, share, embed, open, shell, nobody
    pub kind: &'static str,
    /// The account's e-mail address, the token's number and name.
    pub who: String,
    pub action: &'static str,
    pub shop: Option<i64>,
    /// As JSON; no customer's data.
    pub detail: String,
    /// The client's address.
    pub from: Option<String>,
}

/// A line as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    pub id: i64,
    pub at: Timestamp,
    pub kind: String,
    pub who: String,
    pub action: String,
    pub shop: Option<i64>,
    pub detail: String,
    pub from: Option<String>,
    /// Of this line and of the one before.
    pub digest: String,
}

/// Which lines are wanted; what is `None` narrows nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Part of the name, whatever its case.
    pub who: Option<String>,
    pub action: Option<String>,
    /// From this instant on.
    pub from: Option<Timestamp>,
    /// Before this instant.
    pub until: Option<Timestamp>,
}

/// What reading the whole log found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Verified {
    pub lines: i64,
    /// The digest of the newest line; empty when there is none.
    pub newest: String,
    /// The number of the first line that does not follow from the one before it.
    pub broken: Option<i64>,
}

const COLUMNS: &str =
    "audit_id, at_instant, kind, who, action, shop_id, detail, from_address, digest";

/// The newest lines before a number, the newest first.
pub fn list(snapshot: &Snapshot, before: i64, most: i64) -> Result<Vec<Entry>, StoreError> {
    let rows = snapshot.query(
        &format!(
            "SELECT {COLUMNS} FROM audit_log WHERE audit_id < ? ORDER BY audit_id DESC LIMIT ?"
        ),
        &[before.into(), most.into()],
    )?;
    Ok(rows.rows.iter().map(|cells| read(cells)).collect())
}

/// The lines that are wanted, the newest first, and how many there are in all.
pub fn find(
    snapshot: &Snapshot,
    wanted: &Wanted,
    skip: i64,
    most: i64,
) -> Result<(Vec<Entry>, i64), StoreError> {
    let mut conditions = vec!["true"];
    let mut values: Vec<Value> = Vec::new();
    if let Some(who) = &wanted.who {
        conditions.push("contains(lower(who), lower(?))");
        values.push(who.as_str().into());
    }
    if let Some(action) = &wanted.action {
        conditions.push("action = ?");
        values.push(action.as_str().into());
    }
    if let Some(from) = wanted.from {
        conditions.push("at_instant >= ?");
        values.push(from.into());
    }
    if let Some(until) = wanted.until {
        conditions.push("at_instant < ?");
        values.push(until.into());
    }
    let condition = conditions.join(" AND ");
    let counted =
        snapshot.query(&format!("SELECT count(*) FROM audit_log WHERE {condition}"), &values)?;
    let count = counted.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0);
    values.extend([most.into(), skip.into()]);
    let rows = snapshot.query(
        &format!(
            "SELECT {COLUMNS} FROM audit_log WHERE {condition}
             ORDER BY audit_id DESC LIMIT ? OFFSET ?"
        ),
        &values,
    )?;
    Ok((rows.rows.iter().map(|cells| read(cells)).collect(), count))
}

/// The accounts and tokens that have done something, in the order of the alphabet.
pub fn people(snapshot: &Snapshot, most: i64) -> Result<Vec<String>, StoreError> {
    let rows = snapshot.query(
        "SELECT DISTINCT who FROM audit_log WHERE who <> '' ORDER BY who LIMIT ?",
        &[most.into()],
    )?;
    Ok(rows.rows.iter().filter_map(|cells| cells[0].text().map(str::to_owned)).collect())
}

/// Reads the whole log and looks whether each line follows from the one before.
pub fn verify(snapshot: &Snapshot) -> Result<Verified, StoreError> {
    let mut found = Verified { lines: 0, newest: String::new(), broken: None };
    let mut last = 0;
    loop {
        let rows = snapshot.query(
            &format!(
                "SELECT {COLUMNS} FROM audit_log WHERE audit_id > ? ORDER BY audit_id LIMIT ?"
            ),
            &[last.into(), STRETCH.into()],
        )?;
        if rows.rows.is_empty() {
            return Ok(found);
        }
        for entry in rows.rows.iter().map(|cells| read(cells)) {
            found.lines += 1;
            let follows = entry.id == last + 1 && entry.digest == digest_of(&found.newest, &entry);
            if !follows && found.broken.is_none() {
                found.broken = Some(entry.id);
            }
            last = entry.id;
            found.newest = entry.digest;
        }
    }
}

fn read(cells: &[Value]) -> Entry {
    let text = |index: usize| cells[index].text().unwrap_or_default().to_owned();
    Entry {
        id: cells[0].int().unwrap_or(0),
        at: cells[1].instant().unwrap_or_default(),
        kind: text(2),
        who: text(3),
        action: text(4),
        shop: cells[5].int(),
        detail: text(6),
        from: cells[7].text().map(str::to_owned),
        digest: text(8),
    }
}

/// Each field goes in with its length before it: no two lines have the same bytes.
fn digest_of(before: &str, entry: &Entry) -> String {
    let mut context = digest::Context::new(&digest::SHA256);
    let shop = entry.shop.map_or_else(String::new, |shop| shop.to_string());
    let fields = [
        before,
        &entry.id.to_string(),
        &entry.at.as_microsecond().to_string(),
        &entry.kind,
        &entry.who,
        &entry.action,
        &shop,
        &entry.detail,
        entry.from.as_deref().unwrap_or_default(),
    ];
    for field in fields {
        context.update(&(field.len() as u64).to_be_bytes());
        context.update(field.as_bytes());
    }
    hexadecimal(context.finish().as_ref())
}

impl Store {
    /// Adds a line to the audit log; when this returns, it is on disk.
    pub fn audit(&self, entry: NewEntry) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let newest = query(
                    connection,
                    "SELECT audit_id, digest FROM audit_log ORDER BY audit_id DESC LIMIT 1",
                    &[],
                )?;
                let (last, before) = match newest.rows.first().map(Vec::as_slice) {
                    Some([id, digest]) => {
                        (id.int().unwrap_or(0), digest.text().unwrap_or_default().to_owned())
                    }
                    _ => (0, String::new()),
                };
                let mut line = Entry {
                    id: last + 1,
                    at: entry.at,
                    kind: entry.kind.to_owned(),
                    who: entry.who,
                    action: entry.action.to_owned(),
                    shop: entry.shop,
                    detail: entry.detail,
                    from: entry.from,
                    digest: String::new(),
                };
                line.digest = digest_of(&before, &line);
                connection.execute(
                    "INSERT INTO audit_log BY NAME SELECT ? AS audit_id, ? AS at_instant, ? AS kind,
                     ? AS who, ? AS action, ? AS shop_id, ? AS detail, ? AS from_address, ? AS digest",
                    duckdb::params![
                        line.id,
                        Value::from(line.at),
                        line.kind,
                        line.who,
                        line.action,
                        line.shop,
                        line.detail,
                        line.from,
                        line.digest
                    ],
                )?;
                Ok(())
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn store() -> Store {
        let store = Store::in_memory().unwrap();
        for (second, (who, action)) in (0..).zip([
            ("anne@ferme.fr", "signed_in"),
            ("Bruno@ferme.fr", "exported"),
            ("anne@ferme.fr", "exported"),
            ("3 caisse", "token_created"),
        ]) {
            store
                .audit(NewEntry {
                    at: at(second),
                    kind: "user",
                    who: who.into(),
                    action,
                    shop: Some(7),
                    detail: r#"{"rows":12}"#.into(),
                    from: Some("203.0.113.7".into()),
                })
                .unwrap();
        }
        store
    }

    fn change(store: &Store, statement: &'static str) -> Verified {
        store
            .writer()
            .unwrap()
            .run(move |connection| {
                connection.execute_batch(statement)?;
                Ok(())
            })
            .unwrap();
        verify(&store.read().unwrap()).unwrap()
    }

    #[test]
    fn s109_lines_are_found_by_person_action_and_time() {
        let store = store();
        let snapshot = store.read().unwrap();
        let ids = |wanted: &Wanted, skip, most| {
            let (found, count) = find(&snapshot, wanted, skip, most).unwrap();
            (found.iter().map(|entry| entry.id).collect::<Vec<_>>(), count)
        };
        assert_eq!(ids(&Wanted::default(), 0, 2), (vec![4, 3], 4));
        assert_eq!(ids(&Wanted::default(), 2, 2), (vec![2, 1], 4));
        let of = |who: &str| Wanted { who: Some(who.into()), ..Wanted::default() };
        assert_eq!(ids(&of("ANNE"), 0, 9), (vec![3, 1], 2));
        assert_eq!(ids(&of("%"), 0, 9), (vec![], 0));
        let exported = Wanted { action: Some("exported".into()), ..of("anne") };
        assert_eq!(ids(&exported, 0, 9), (vec![3], 1));
        let between = Wanted { from: Some(at(1)), until: Some(at(3)), ..Wanted::default() };
        assert_eq!(ids(&between, 0, 9), (vec![3, 2], 2));
        assert_eq!(people(&snapshot, 9).unwrap(), ["3 caisse", "Bruno@ferme.fr", "anne@ferme.fr"]);
        assert_eq!(list(&snapshot, 3, 9).unwrap().len(), 2);
    }

    #[test]
    fn s109_a_line_that_was_changed_or_taken_out_shows() {
        let whole = verify(&store().read().unwrap()).unwrap();
        assert_eq!((whole.lines, whole.broken, whole.newest.len()), (4, None, 64));
        assert_eq!(verify(&Store::in_memory().unwrap().read().unwrap()).unwrap().lines, 0);
        for (statement, broken) in [
            ("UPDATE audit_log SET who = 'bruno@ferme.fr' WHERE audit_id = 3", 3),
            ("UPDATE audit_log SET from_address = NULL WHERE audit_id = 1", 1),
            (
                "UPDATE audit_log SET at_instant = at_instant + INTERVAL 1 SECOND WHERE audit_id = 2",
                2,
            ),
            ("DELETE FROM audit_log WHERE audit_id = 2", 3),
            ("DELETE FROM audit_log WHERE audit_id = 1", 2),
            ("UPDATE audit_log SET audit_id = 9 WHERE audit_id = 4", 9),
        ] {
            assert_eq!(change(&store(), statement).broken, Some(broken), "{statement}");
        }
        // What the chain alone can't show, the newest digest does, once it was noted elsewhere.
        let cut = change(&store(), "DELETE FROM audit_log WHERE audit_id = 4");
        assert_eq!((cut.lines, cut.broken), (3, None));
        assert_ne!(cut.newest, whole.newest);
    }
}
