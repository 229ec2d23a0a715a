//! Tokens: the right of a program to push into a shop, to read figures, or to sign links to embedded
//! pages. A token is shown once, when it is made; only its hash is kept.

use comptoir_model::Shop;
use duckdb::Connection;
use jiff::{Timestamp, ToSpan};
use ring::hmac;
use serde::{Deserialize, Serialize};

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::secret::{hash, hexadecimal, random, same};
use crate::shops::{self, StoredShop};
use crate::store::Store;
use crate::value::Value;
use crate::writer;

/// What a token begins with, so that a leaked one is recognised.
const PREFIX: &str = "cpt_";

/// The scope of a token that may push records.
pub const INGEST: &str = "ingest";

/// The scope of a token that may read figures.
pub const READ: &str = "read";

/// The scope of a token that signs links to embedded pages.
pub const EMBED: &str = "embed";

/// All scopes; a token has one.
pub const SCOPES: [&str; 3] = [INGEST, READ, EMBED];

/// What a token is turned into to sign with, so that the token itself need not be kept.
const SIGNING: &[u8] = b"comptoir-embed-v1";

/// What a token's signing key is sealed under.
const COLUMN: &str = "tokens.signing_key";

/// A token as it is listed: never the token itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Token {
    pub id: i64,
    /// `None`: every shop.
    pub shop: Option<String>,
    pub scope: String,
    pub name: String,
    pub created: Timestamp,
    pub last_used: Option<Timestamp>,
    pub revoked: Option<Timestamp>,
    /// `None`: never.
    #[serde(default)]
    pub expires: Option<Timestamp>,
}

impl Token {
    pub fn has_expired(&self, now: Timestamp) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

/// A token to be made.
#[derive(Debug, Clone, Default)]
pub struct NewToken {
    /// Slug; `None`: every shop, also those to come.
    pub shop: Option<String>,
    /// The shop, if it is to be created first.
    pub create: Option<Shop>,
    pub scope: String,
    pub name: String,
    /// `None`: never.
    pub expires: Option<Timestamp>,
}

/// A token in force.
#[derive(Debug, Clone)]
pub struct Opened {
    pub id: i64,
    pub name: String,
    pub scope: String,
    /// `None`: every shop.
    pub shop: Option<StoredShop>,
    last_used: Option<Timestamp>,
}

/// Why a token opens nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Never made, or withdrawn.
    #[error("this token opens no shop; make one with comptoir token create")]
    Unknown,
    #[error("this token has expired; make another one with comptoir token create")]
    Expired,
    #[error(
        "this token was made for {0}, not for {1}; make another one with comptoir token create --scope {1}"
    )]
    Scope(String, &'static str),
}

/// What is kept of a token that signs, and its key.
pub struct Signer {
    pub opened: Opened,
    pub key: String,
}

const LIST: &str =
    "SELECT t.token_id, s.slug, t.scope, t.name, t.created, t.last_used, t.revoked, t.expires
    FROM tokens t LEFT JOIN shops s USING (shop_id) ORDER BY t.token_id";

const ALL: &str = "SELECT hash, token_id, scope, shop_id, name, last_used, expires, revoked, signing_key FROM tokens";

/// All tokens, revoked ones too, the oldest first.
pub fn list(snapshot: &Snapshot) -> Result<Vec<Token>, StoreError> {
    Ok(snapshot.query(LIST, &[])?.rows.iter().map(|cells| read(cells)).collect())
}

/// What a token opens.
pub fn find(
    snapshot: &Snapshot,
    token: &str,
    now: Timestamp,
) -> Result<Result<Opened, Refused>, StoreError> {
    let asked = hash(token.trim());
    let rows = snapshot.query(ALL, &[])?;
    // Every hash is looked at to its end, also those of tokens that open nothing any more: the time
    // tells nothing of how near a guess was.
    let mut found = None;
    for cells in &rows.rows {
        if same(cells[0].text().unwrap_or_default().as_bytes(), asked.as_bytes()) {
            found = Some(cells);
        }
    }
    let Some(cells) = found else { return Ok(Err(Refused::Unknown)) };
    in_force(snapshot, cells, now)
}

/// What a token opens that must be of one scope, and of one shop where it pushes.
pub fn find_for(
    snapshot: &Snapshot,
    token: &str,
    scope: &'static str,
    now: Timestamp,
) -> Result<Result<Opened, Refused>, StoreError> {
    let found = find(snapshot, token, now)?;
    Ok(found.and_then(|opened| {
        if opened.scope == scope { Ok(opened) } else { Err(Refused::Scope(opened.scope, scope)) }
    }))
}

/// What a token signs with: the key that the other side works out of it too.
pub fn signing_key(token: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, token.trim().as_bytes());
    hexadecimal(hmac::sign(&key, SIGNING).as_ref())
}

impl Store {
    /// Makes a token; the answer is the only time it is told, with its number.
    pub fn create_token(&self, new: NewToken, now: Timestamp) -> Result<(i64, String), StoreError> {
        if !SCOPES.contains(&new.scope.as_str()) {
            return Err(StoreError::Invalid(format!(
                "“{}” is not a scope; use ingest, read or embed",
                new.scope.chars().take(60).collect::<String>()
            )));
        }
        if new.scope == INGEST && new.shop.is_none() {
            return Err(StoreError::Invalid("a token that pushes needs one shop".into()));
        }
        if new.expires.is_some_and(|expires| expires <= now) {
            return Err(StoreError::Invalid("the token would have expired already".into()));
        }
        let token = random(PREFIX)?;
        let hash = hash(&token);
        let signing = (new.scope == EMBED).then(|| signing_key(&token));
        let sealed = signing.map(|key| self.seals().seal(0, &place(&hash), &key)).transpose()?;
        let name = cut(&new.name);
        let id = self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                if let Some(shop) = &new.create {
                    shops::create(connection, shop, now)?;
                }
                let shop = match &new.shop {
                    None => None,
                    Some(slug) => {
                        let mut known = shops::of(connection)?.into_iter();
                        let found = known.find(|known| known.shop.slug == *slug);
                        Some(found.ok_or_else(|| StoreError::UnknownShop(slug.clone()))?.id)
                    }
                };
                let id = next(connection, "SELECT coalesce(max(token_id), 0) + 1 FROM tokens")?;
                connection.execute(
                    "INSERT INTO tokens BY NAME SELECT ? AS token_id, ? AS hash, ? AS shop_id, ? AS scope,
                         ? AS name, ? AS created, ? AS expires, ? AS signing_key",
                    duckdb::params![
                        id,
                        hash,
                        shop,
                        new.scope,
                        name,
                        Value::from(now),
                        new.expires.map_or(Value::Null, Value::from),
                        sealed
                    ],
                )?;
                Ok(id)
            })
        })?;
        Ok((id, token))
    }

    /// Withdraws a token; `false` when there is no such token that still opens anything.
    pub fn revoke_token(&self, id: i64, now: Timestamp) -> Result<bool, StoreError> {
        self.writer()?.run(move |connection| {
            // What it signed with goes at once.
            let changed = connection.execute(
                "UPDATE tokens SET revoked = ?, signing_key = NULL WHERE token_id = ? AND revoked IS NULL",
                duckdb::params![Value::from(now), id],
            )?;
            Ok(changed > 0)
        })
    }

    /// The token of a number that signs links, with its key.
    pub fn signer(
        &self,
        snapshot: &Snapshot,
        id: i64,
        now: Timestamp,
    ) -> Result<Result<Signer, Refused>, StoreError> {
        let rows = snapshot.query(ALL, &[])?;
        let Some(cells) = rows.rows.iter().find(|cells| cells[1].int() == Some(id)) else {
            return Ok(Err(Refused::Unknown));
        };
        let opened = match in_force(snapshot, cells, now)? {
            Ok(opened) if opened.scope == EMBED => opened,
            Ok(opened) => return Ok(Err(Refused::Scope(opened.scope, EMBED))),
            Err(refused) => return Ok(Err(refused)),
        };
        let (hash, sealed) = (cells[0].text().unwrap_or_default(), cells[8].text());
        let Some(sealed) = sealed else { return Ok(Err(Refused::Unknown)) };
        Ok(Ok(Signer { opened, key: self.seals().open(0, &place(hash), sealed)? }))
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
        let token = opened.id;
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

/// The number of a new row.
pub(crate) fn next(connection: &Connection, sql: &str) -> Result<i64, StoreError> {
    Ok(connection.query_row(sql, [], |row| row.get(0))?)
}

/// A name as it is kept: one line, not too long.
pub(crate) fn cut(name: &str) -> String {
    name.trim().chars().filter(|letter| !letter.is_control()).take(100).collect()
}

/// What a sealed key is bound to: one token's key can't be put in another's place.
fn place(hash: &str) -> String {
    format!("{COLUMN}:{hash}")
}

fn in_force(
    snapshot: &Snapshot,
    cells: &[Value],
    now: Timestamp,
) -> Result<Result<Opened, Refused>, StoreError> {
    if !cells[7].is_null() {
        return Ok(Err(Refused::Unknown));
    }
    if cells[6].instant().is_some_and(|expires| expires <= now) {
        return Ok(Err(Refused::Expired));
    }
    let shop = match cells[3].int() {
        None => None,
        Some(id) => match shops::list(snapshot)?.into_iter().find(|shop| shop.id == id) {
            Some(shop) => Some(shop),
            None => return Ok(Err(Refused::Unknown)),
        },
    };
    let text = |index: usize| cells[index].text().unwrap_or_default().to_owned();
    Ok(Ok(Opened {
        id: cells[1].int().unwrap_or(0),
        scope: text(2),
        shop,
        name: text(4),
        last_used: cells[5].instant(),
    }))
}

fn read(cells: &[Value]) -> Token {
    let text = |index: usize| cells[index].text().unwrap_or_default().to_owned();
    Token {
        id: cells[0].int().unwrap_or(0),
        shop: cells[1].text().map(str::to_owned),
        scope: text(2),
        name: text(3),
        created: cells[4].instant().unwrap_or_default(),
        last_used: cells[5].instant(),
        revoked: cells[6].instant(),
        expires: cells[7].instant(),
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

    fn of(scope: &str, shop: Option<&str>) -> NewToken {
        NewToken {
            shop: shop.map(str::to_owned),
            scope: scope.into(),
            name: "plugin".into(),
            ..NewToken::default()
        }
    }

    fn start() -> Timestamp {
        "2026-11-22T02:00:00Z".parse().expect("an instant")
    }

    #[test]
    fn a_token_opens_its_shop_until_it_is_revoked_and_only_its_hash_is_kept() {
        let store = Store::in_memory().expect("a store");
        let now = start();
        let new = NewToken { create: Some(shop()), ..of(INGEST, Some("ferme")) };
        let (id, token) = store.create_token(new, now).expect("made");
        assert_eq!((id, token.len(), token.starts_with("cpt_")), (1, 4 + 43, true));
        let snapshot = store.read().expect("a view");
        let ask = |token: &str| {
            find_for(&store.read().expect("a view"), token, INGEST, now).expect("asked")
        };
        let opened = ask(&token).expect("found");
        assert_eq!(opened.shop.as_ref().map(|shop| shop.shop.slug.as_str()), Some("ferme"));
        assert_eq!(ask(&format!("{token}x")).expect_err("another"), Refused::Unknown);
        assert_eq!(ask("").expect_err("none"), Refused::Unknown);
        let stored = snapshot.query("SELECT hash FROM tokens", &[]).expect("rows");
        assert_eq!(stored.rows[0][0].text().map(str::len), Some(64));
        drop(snapshot);

        store.token_used(&opened, now).expect("noted");
        let minutes = |count: i64| now + count.minutes();
        let used = |at: Timestamp| {
            store.token_used(&ask(&token).expect("found"), at).expect("noted");
            list(&store.read().expect("a view")).expect("listed")[0].last_used
        };
        assert_eq!(used(minutes(59)), Some(now), "at most once an hour");
        assert_eq!(used(minutes(61)), Some(minutes(61)));

        assert!(store.revoke_token(1, now).expect("revoked"));
        assert!(!store.revoke_token(1, now).expect("once"));
        assert_eq!(ask(&token).expect_err("withdrawn"), Refused::Unknown);
        assert!(store.create_token(of(INGEST, Some("nulle")), now).is_err(), "no such shop");
        assert!(store.create_token(of(INGEST, None), now).is_err(), "one shop to push into");
        assert!(store.create_token(of("admin", Some("ferme")), now).is_err(), "no such scope");
    }

    #[test]
    fn s086_a_token_opens_nothing_from_its_last_instant_on_nor_for_another_scope() {
        let store = Store::in_memory().expect("a store");
        let now = start();
        let until = now + 24.hours();
        let new = NewToken { expires: Some(until), ..of(READ, None) };
        let (_, token) = store.create_token(new.clone(), now).expect("made");
        let ask = |at| find(&store.read().expect("a view"), &token, at).expect("asked");
        let before = ask(until - 1.second()).expect("in force");
        assert!(before.shop.is_none() && before.scope == READ);
        assert_eq!(ask(until).expect_err("over"), Refused::Expired);
        let pushing = find_for(&store.read().expect("a view"), &token, INGEST, now).expect("asked");
        assert_eq!(pushing.expect_err("another scope"), Refused::Scope(READ.into(), INGEST));
        assert!(store.create_token(new, until).is_err(), "it would have expired already");
    }

    #[test]
    fn s128_the_key_to_sign_with_is_sealed_and_dies_with_its_token() {
        // printf comptoir-embed-v1 | openssl dgst -sha256 -hmac cpt_example
        assert_eq!(
            signing_key("cpt_example"),
            "89b128ae2a4a4ad184e538236a00bebdf8e477502f14f9af747da759c9a922bc"
        );
        let store = Store::in_memory().expect("a store");
        let now = start();
        let (id, token) = store.create_token(of(EMBED, None), now).expect("made");
        let (reading, _) = store.create_token(of(READ, None), now).expect("made");
        let ask = |id| store.signer(&store.read().expect("a view"), id, now).expect("asked");
        let signer = ask(id).unwrap_or_else(|_| panic!("a signer"));
        assert_eq!(signer.key, signing_key(&token));
        let kept = store.read().expect("a view");
        let cells = kept.query("SELECT signing_key FROM tokens ORDER BY token_id", &[]);
        let cells = cells.expect("rows").rows;
        assert!(!cells[0][0].text().expect("sealed").contains(&signer.key));
        assert!(cells[1][0].is_null(), "a token that does not sign has no key");
        drop(kept);
        assert!(matches!(ask(reading), Err(Refused::Scope(..))));
        assert!(matches!(ask(99), Err(Refused::Unknown)));
        assert!(store.revoke_token(id, now).expect("revoked"));
        assert!(matches!(ask(id), Err(Refused::Unknown)));
        let kept = store.read().expect("a view").query("SELECT signing_key FROM tokens", &[]);
        assert!(kept.expect("rows").rows.iter().all(|cells| cells[0].is_null()));
    }
}
