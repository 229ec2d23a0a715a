//! Share links: one page of figures, as it was filtered when the link was made, for whoever holds the
//! link; and the sites that may show embedded pages in a frame.

use jiff::Timestamp;

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::secret::{hash, random, same};
use crate::store::Store;
use crate::tokens::{cut, next};
use crate::value::Value;
use crate::writer;

/// What the word in a link begins with, so that a leaked one is recognised.
const PREFIX: &str = "cps_";

/// A link to be made.
#[derive(Debug, Clone)]
pub struct NewShare {
    pub name: String,
    /// The page's address without parameters, and its parameters.
    pub page: String,
    pub query: String,
    /// The shops that it shows, and no others.
    pub shops: Vec<i64>,
    /// Hashed for keeping.
    pub password: Option<String>,
    /// Number of the account that makes it.
    pub made_by: Option<i64>,
    pub expires: Timestamp,
}

impl NewShare {
    /// As it will be kept, to be looked at before it is.
    pub fn preview(&self) -> Share {
        Share {
            id: 0,
            name: self.name.clone(),
            page: self.page.clone(),
            query: self.query.clone(),
            shops: self.shops.clone(),
            password: None,
            made_by: self.made_by,
            created: self.expires,
            expires: self.expires,
            revoked: None,
            last_opened: None,
            openings: 0,
        }
    }
}

/// A link as it is kept: never the word that opens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    pub id: i64,
    pub name: String,
    pub page: String,
    pub query: String,
    pub shops: Vec<i64>,
    /// Hashed.
    pub password: Option<String>,
    pub made_by: Option<i64>,
    pub created: Timestamp,
    pub expires: Timestamp,
    pub revoked: Option<Timestamp>,
    pub last_opened: Option<Timestamp>,
    pub openings: i64,
}

impl Share {
    pub fn is_in_force(&self, now: Timestamp) -> bool {
        self.revoked.is_none() && now < self.expires
    }
}

const COLUMNS: &str =
    "SELECT hash, share_id, name, page, query, shops, password, made_by, created, expires,
    revoked, last_opened, openings FROM shares";

/// All links, those out of force too, the newest first.
pub fn list(snapshot: &Snapshot) -> Result<Vec<Share>, StoreError> {
    let rows = snapshot.query(&format!("{COLUMNS} ORDER BY share_id DESC"), &[])?;
    Ok(rows.rows.iter().map(|cells| read(cells)).collect())
}

/// The link of a word, in force or not.
pub fn find(snapshot: &Snapshot, word: &str) -> Result<Option<Share>, StoreError> {
    let asked = hash(word);
    let rows = snapshot.query(COLUMNS, &[])?;
    // Every hash is looked at to its end: the time tells nothing of how near a guess was.
    let mut found = None;
    for cells in &rows.rows {
        if same(cells[0].text().unwrap_or_default().as_bytes(), asked.as_bytes()) {
            found = Some(cells);
        }
    }
    Ok(found.map(|cells| read(cells)))
}

/// The sites that may show embedded pages in a frame, in alphabetical order; none: nobody may.
pub fn embedding_origins(snapshot: &Snapshot) -> Result<Vec<String>, StoreError> {
    let rows = snapshot.query("SELECT origin FROM embedding_origins ORDER BY origin", &[])?;
    Ok(rows.rows.iter().filter_map(|cells| cells[0].text().map(str::to_owned)).collect())
}

impl Store {
    /// Makes a link; the word that opens it is told this once, with the link's number.
    pub fn create_share(&self, new: NewShare, now: Timestamp) -> Result<(i64, String), StoreError> {
        let word = random(PREFIX)?;
        let hash = hash(&word);
        let shops = new.shops.iter().map(ToString::to_string).collect::<Vec<_>>().join(",");
        let id = self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let id = next(connection, "SELECT coalesce(max(share_id), 0) + 1 FROM shares")?;
                connection.execute(
                    "INSERT INTO shares BY NAME SELECT ? AS share_id, ? AS hash, ? AS name, ? AS page,
                         ? AS query, ? AS shops, ? AS password, ? AS made_by, ? AS created, ? AS expires,
                         0 AS openings",
                    duckdb::params![
                        id,
                        hash,
                        cut(&new.name),
                        new.page,
                        new.query,
                        shops,
                        new.password,
                        new.made_by,
                        Value::from(now),
                        Value::from(new.expires)
                    ],
                )?;
                Ok(id)
            })
        })?;
        Ok((id, word))
    }

    /// Withdraws a link; `false` when there is no such link that is not withdrawn already.
    pub fn revoke_share(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.writer()?.run(move |connection| {
            let changed = connection.execute(
                "UPDATE shares SET revoked = ?, password = NULL WHERE share_id = ? AND revoked IS NULL",
                duckdb::params![Value::from(now), id],
            )?;
            Ok(changed > 0)
        })
    }

    /// Notes that a link was opened.
    pub fn share_opened(&self, id: i64, now: Timestamp) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            connection.execute(
                "UPDATE shares SET last_opened = ?, openings = openings + 1 WHERE share_id = ?",
                duckdb::params![Value::from(now), id],
            )?;
            Ok(())
        })
    }

    /// Says which sites may show embedded pages. `false` when that changes nothing.
    pub fn set_embedding_origins(&self, mut origins: Vec<String>) -> Result<bool, StoreError> {
        origins.sort_unstable();
        origins.dedup();
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let known =
                    query(connection, "SELECT origin FROM embedding_origins ORDER BY origin", &[])?;
                let known: Vec<_> = known.rows.iter().filter_map(|cells| cells[0].text()).collect();
                if known == origins {
                    return Ok(false);
                }
                connection.execute("DELETE FROM embedding_origins", [])?;
                for origin in &origins {
                    connection.execute(
                        "INSERT INTO embedding_origins VALUES (?)",
                        duckdb::params![origin],
                    )?;
                }
                Ok(true)
            })
        })
    }
}

fn read(cells: &[Value]) -> Share {
    let text = |index: usize| cells[index].text().unwrap_or_default().to_owned();
    Share {
        id: cells[1].int().unwrap_or(0),
        name: text(2),
        page: text(3),
        query: text(4),
        shops: text(5).split(',').filter_map(|id| id.parse().ok()).collect(),
        password: cells[6].text().map(str::to_owned),
        made_by: cells[7].int(),
        created: cells[8].instant().unwrap_or_default(),
        expires: cells[9].instant().unwrap_or_default(),
        revoked: cells[10].instant(),
        last_opened: cells[11].instant(),
        openings: cells[12].int().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use jiff::ToSpan;

    use super::*;

    #[test]
    fn s086_a_link_is_found_by_its_word_alone_and_counts_its_openings() {
        let store = Store::in_memory().expect("a store");
        let now: Timestamp = "2026-11-22T02:00:00Z".parse().expect("an instant");
        let until = now + 48.hours();
        let new = NewShare {
            name: " Bilan\n ".into(),
            page: "/revenue".into(),
            query: "period=30d&by=country".into(),
            shops: vec![3, 7],
            password: Some("$argon2id$…".into()),
            made_by: None,
            expires: until,
        };
        let (id, word) = store.create_share(new, now).expect("made");
        assert_eq!((id, word.len(), word.starts_with("cps_")), (1, 4 + 43, true));
        let ask = |word: &str| find(&store.read().expect("a view"), word).expect("asked");
        let share = ask(&word).expect("found");
        assert_eq!((share.name.as_str(), share.shops.as_slice()), ("Bilan", [3, 7].as_slice()));
        assert!(share.is_in_force(now) && share.is_in_force(until - 1.second()));
        assert!(!share.is_in_force(until), "its last instant is over");
        assert!(ask("").is_none() && ask(&word[..word.len() - 1]).is_none());
        let kept = store.read().expect("a view").query("SELECT * FROM shares", &[]).expect("rows");
        assert!(!format!("{kept:?}").contains(&word), "only its hash is kept");

        store.share_opened(id, now).expect("noted");
        store.share_opened(id, now + 1.hour()).expect("noted");
        let opened = ask(&word).expect("found");
        assert_eq!((opened.openings, opened.last_opened), (2, Some(now + 1.hour())));

        assert!(store.revoke_share(id, now).expect("revoked"));
        assert!(!store.revoke_share(id, now).expect("once"));
        let share = ask(&word).expect("still known, to be told so");
        assert!(!share.is_in_force(now) && share.password.is_none());
    }

    #[test]
    fn s128_the_sites_that_may_frame_are_nobody_until_they_are_said() {
        let store = Store::in_memory().expect("a store");
        let read = || embedding_origins(&store.read().expect("a view")).expect("read");
        assert!(read().is_empty());
        let two = vec!["https://b.example".to_owned(), "https://a.example".to_owned()];
        assert!(store.set_embedding_origins(two.clone()).expect("kept"));
        assert_eq!(read(), ["https://a.example", "https://b.example"]);
        assert!(!store.set_embedding_origins(two).expect("the same"));
        assert!(store.set_embedding_origins(Vec::new()).expect("kept"));
        assert!(read().is_empty());
    }
}
