//! Tokens: the right of a program to push into one shop. A token is shown once, when it is made; only
//! its hash is kept, so that a stolen database opens no door.

use comptoir_model::Shop;
use duckdb::Connection;
use jiff::{Timestamp, ToSpan};
use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use serde::{Deserialize, Serialize};

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::shops::{self, StoredShop};
use crate::store::Store;
use crate::value::Value;
use crate::writer;

/// What a token begins with, so that a leaked one is recognised.
const PREFIX: &str = "cpt_";

/// 256 bits.
const BYTES: usize = 32;

/// The scope of a token that may push records.
pub const INGEST: &str = "ingest";

/// A token as it is listed: never the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub id: i64,
    pub shop: String,
    pub scope: String,
    pub name: String,
    pub created: Timestamp,
    pub last_used: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
}

/// The shop that a token opens.
#[derive(Debug, Clone)]
pub struct Opened {
    pub shop: StoredShop,
    token: i64,
    last_used: Option<Timestamp>,
}

const LIST: &str = "SELECT t.token_id, s.slug, t.scope, t.name, t.created, t.last_used, t.revoked
    FROM tokens t JOIN shops s USING (shop_id) ORDER BY t.token_id";

/// All tokens, revoked ones too, the oldest first.
pub fn list(snapshot: &Snapshot) -> Result<Vec<Token>, StoreError> {
    Ok(snapshot.query(LIST, &[])?.rows.iter().map(|cells| read(cells)).collect())
}

/// The shop that a token opens; `None` when it is unknown, revoked or made for something else.
pub fn find(snapshot: &Snapshot, token: &str, scope: &str) -> Result<Option<Opened>, StoreError> {
    let asked = hash(token.trim());
    let rows = snapshot.query(
        "SELECT hash, token_id, shop_id, last_used FROM tokens WHERE scope = ? AND revoked IS NULL",
        &[scope.into()],
    )?;
    // Every hash is looked at to its end: the time tells nothing of how near a guess was.
    let mut found = None;
    for cells in &rows.rows {
        if same(cells[0].text().unwrap_or_default().as_bytes(), asked.as_bytes()) {
            found = Some(cells);
        }
    }
    let Some(cells) = found else { return Ok(None) };
    let shop_id = cells[2].int();
    let shop = shops::list(snapshot)?.into_iter().find(|shop| Some(shop.id) == shop_id);
    Ok(shop.map(|shop| Opened {
        shop,
        token: cells[1].int().unwrap_or(0),
        last_used: cells[3].instant(),
    }))
}

impl Store {
    /// Makes a token for a shop, created first if asked; the answer is the only time it is told.
    pub fn create_token(
        &self,
        slug: &str,
        create: Option<Shop>,
        scope: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<String, StoreError> {
        if scope != INGEST {
            return Err(StoreError::Invalid(format!(
                "“{}” is not a scope; use ingest",
                scope.chars().take(60).collect::<String>()
            )));
        }
        let token = random()?;
        let hash = hash(&token);
        let (slug, scope) = (slug.to_owned(), scope.to_owned());
        let name: String = name.chars().filter(|c| !c.is_control()).take(100).collect();
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                if let Some(shop) = &create {
                    shops::create(connection, shop, now)?;
                }
                let known = shops::of(connection)?.into_iter().find(|known| known.shop.slug == slug);
                let Some(shop) = known else { return Err(StoreError::UnknownShop(slug)) };
                connection.execute(
                    "INSERT INTO tokens SELECT coalesce(max(token_id), 0) + 1, ?, ?, ?, ?, ?, NULL, NULL FROM tokens",
                    duckdb::params![hash, shop.id, scope, name, Value::from(now)],
                )?;
                Ok(())
            })
        })?;
        Ok(token)
    }

    /// Withdraws a token; `false` when there is no such token that still opens anything.
    pub fn revoke_token(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.writer()?.run(move |connection| {
            let changed = connection.execute(
                "UPDATE tokens SET revoked = ? WHERE token_id = ? AND revoked IS NULL",
                duckdb::params![Value::from(now), id],
            )?;
            Ok(changed > 0)
        })
    }

    /// Notes that a token was used, at most once an hour.
    pub fn token_used(&self, opened: &Opened, now: Timestamp) -> Result<(), StoreError> {
        let fresh = opened
            .last_used
            .and_then(|used| used.checked_add(1.hour()).ok())
            .is_some_and(|until| now < until);
        if fresh {
            return Ok(());
        }
        let token = opened.token;
        self.writer()?.run(move |connection: &Connection| {
            // Several requests of the same second may come here: the first one's note is enough.
            let noted = query(
                connection,
                "SELECT 1 FROM tokens WHERE token_id = ? AND last_used > ?",
                &[token.into(), (now - 1.hour()).into()],
            )?;
            if noted.rows.is_empty() {
                connection.execute(
                    "UPDATE tokens SET last_used = ? WHERE token_id = ?",
                    duckdb::params![Value::from(now), token],
                )?;
            }
            Ok(())
        })
    }
}

fn random() -> Result<String, StoreError> {
    use base64::Engine as _;
    let mut bytes = [0; BYTES];
    SystemRandom::new()
        .fill(&mut bytes)
        .map_err(|_| StoreError::Invalid("the system gives no random bytes".into()))?;
    Ok(format!("{PREFIX}{}", base64::prelude::BASE64_URL_SAFE_NO_PAD.encode(bytes)))
}

/// SHA-256 in hexadecimal: a random token needs no slower hash, nobody can guess one.
fn hash(token: &str) -> String {
    use std::fmt::Write as _;
    let digest = digest::digest(&digest::SHA256, token.as_bytes());
    digest.as_ref().iter().fold(String::with_capacity(64), |mut text, byte| {
        let _infallible = write!(text, "{byte:02x}");
        text
    })
}

/// Compares without stopping at the first difference.
fn same(one: &[u8], other: &[u8]) -> bool {
    let difference = one.iter().zip(other).fold(0, |found, (a, b)| found | (a ^ b));
    one.len() == other.len() && std::hint::black_box(difference) == 0
}

fn read(cells: &[Value]) -> Token {
    let text = |index: usize| cells[index].text().unwrap_or_default().to_owned();
    Token {
        id: cells[0].int().unwrap_or(0),
        shop: text(1),
        scope: text(2),
        name: text(3),
        created: cells[4].instant().unwrap_or_default(),
        last_used: cells[5].instant(),
        revoked: cells[6].instant(),
    }
}

#[cfg(test)]
mod tests {
    use comptoir_model::Currency;

    use super::*;

    fn shop() -> Shop {
        Shop {
            slug: "ferme".into(),
            name: "Ferme".into(),
            platform: "file".into(),
            currency: Currency::EUR,
            timezone: "Europe/Paris".into(),
        }
    }

    #[test]
    fn a_token_opens_its_shop_until_it_is_revoked_and_only_its_hash_is_kept() {
        let store = Store::in_memory().expect("a store");
        let now: Timestamp = "2026-11-22T02:00:00Z".parse().expect("an instant");
        let token = store.create_token("ferme", Some(shop()), INGEST, "plugin", now).expect("made");
        assert_eq!((token.len(), token.starts_with("cpt_")), (4 + 43, true));
        let snapshot = store.read().expect("a view");
        let opened = find(&snapshot, &token, INGEST).expect("asked").expect("found");
        assert_eq!(opened.shop.shop.slug, "ferme");
        assert!(find(&snapshot, &format!("{token}x"), INGEST).expect("asked").is_none());
        assert!(find(&snapshot, "", INGEST).expect("asked").is_none());
        let stored = snapshot.query("SELECT hash FROM tokens", &[]).expect("rows");
        assert_eq!(stored.rows[0][0].text().map(str::len), Some(64));
        drop(snapshot);

        store.token_used(&opened, now).expect("noted");
        let minutes = |count: i64| now + count.minutes();
        let used = |at: Timestamp| {
            let snapshot = store.read().expect("a view");
            let opened = find(&snapshot, &token, INGEST).expect("asked").expect("found");
            drop(snapshot);
            store.token_used(&opened, at).expect("noted");
            list(&store.read().expect("a view")).expect("listed")[0].last_used
        };
        assert_eq!(used(minutes(59)), Some(now), "at most once an hour");
        assert_eq!(used(minutes(61)), Some(minutes(61)));

        assert!(store.revoke_token(1, now).expect("revoked"));
        assert!(!store.revoke_token(1, now).expect("once"));
        assert!(find(&store.read().expect("a view"), &token, INGEST).expect("asked").is_none());
        assert!(store.create_token("nulle", None, INGEST, "", now).is_err(), "no such shop");
        assert!(store.create_token("ferme", None, "admin", "", now).is_err(), "no such scope");
    }
}
