//! Keyed hashes of what erased persons were known by, and the list of them beside the database.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use duckdb::Connection;
use jiff::Timestamp;
use ring::hmac;
use serde::{Deserialize, Serialize};

use super::quotes;
use super::traces::{ERASED, Traces, last_digits};
use crate::engine::query;
use crate::error::StoreError;
use crate::seal;
use crate::secret::hexadecimal;

/// The list of erasures, in the data folder: one line of JSON per hash. It is only ever added to.
pub const ERASURES_FILE: &str = "erasures.jsonl";

/// The key of the hashes, in the data folder: without it nobody can tell whose they are.
pub const ERASURES_KEY_FILE: &str = "erasures.key";

/// Bytes of a hash that are kept.
const KEPT: usize = 16;

const KEY_LENGTH: usize = 32;

type Key = [u8; KEY_LENGTH];

/// What a hash was made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Kind {
    Email,
    Account,
    Phone,
    /// Only lists of what was not understood are compared by it: a namesake is no erased person.
    Name,
}

impl Kind {
    pub fn id(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Account => "account",
            Self::Phone => "phone",
            Self::Name => "name",
        }
    }
}

/// A line of the list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    pub at: Timestamp,
    pub kind: Kind,
    pub hash: String,
    pub person: Option<i64>,
}

/// The list of one data folder and its key. A store in memory has no file of either.
#[derive(Default)]
pub(crate) struct Book {
    folder: Option<PathBuf>,
    memory: Mutex<Option<Key>>,
}

impl Book {
    pub fn new(folder: Option<&Path>) -> Self {
        Self { folder: folder.map(Path::to_owned), memory: Mutex::new(None) }
    }

    pub fn folder(&self) -> Option<&Path> {
        self.folder.as_deref()
    }

    /// Adds those lines that the list has not yet.
    pub fn write_new(&self, lines: &[Line]) -> Result<(), StoreError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let known = read_lines(&folder.join(ERASURES_FILE))?;
        let new: Vec<Line> = lines
            .iter()
            .filter(|line| !known.iter().any(|one| one.hash == line.hash))
            .cloned()
            .collect();
        if new.is_empty() { Ok(()) } else { self.write(&new) }
    }

    /// Adds lines to the list; when this returns, they are on disk.
    pub fn write(&self, lines: &[Line]) -> Result<(), StoreError> {
        let Some(folder) = &self.folder else { return Ok(()) };
        let path = folder.join(ERASURES_FILE);
        let failed = |source| StoreError::Folder { folder: path.clone(), source };
        let mut text = String::new();
        for line in lines {
            text.push_str(
                &serde_json::to_string(line)
                    .map_err(|error| StoreError::Invalid(error.to_string()))?,
            );
            text.push('\n');
        }
        let new = !path.exists();
        let mut file =
            File::options().create(true).append(true).mode(0o600).open(&path).map_err(failed)?;
        file.write_all(text.as_bytes()).and_then(|()| file.sync_all()).map_err(failed)?;
        if new { sync_folder(folder) } else { Ok(()) }
    }

    /// Takes the key of a backup; a key that is there already must be the same.
    pub fn adopt(&self, file: &Path) -> Result<(), StoreError> {
        let theirs = read_key(file)?.ok_or_else(|| {
            StoreError::Invalid(format!("the key of the erasures, {}, is missing", file.display()))
        })?;
        match self.key()? {
            Some(ours) if ours == theirs => Ok(()),
            Some(_) => Err(StoreError::Invalid(format!(
                "the erasures of {} were made with another key than those of this data folder; restore into an empty folder",
                file.display()
            ))),
            None => self.keep(theirs),
        }
    }

    pub fn key(&self) -> Result<Option<Key>, StoreError> {
        let known = *self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let (None, Some(folder)) = (known, &self.folder) else { return Ok(known) };
        let key = read_key(&folder.join(ERASURES_KEY_FILE))?;
        *self.memory.lock().unwrap_or_else(PoisonError::into_inner) = key;
        Ok(key)
    }

    /// The key, made with the first erasure.
    fn key_or_new(&self, connection: &Connection) -> Result<Key, StoreError> {
        if let Some(key) = self.key()? {
            return Ok(key);
        }
        if super::any_erased(connection)? {
            return Err(missing());
        }
        let key: Key = seal::random()?;
        self.keep(key)?;
        Ok(key)
    }

    fn keep(&self, key: Key) -> Result<(), StoreError> {
        if let Some(folder) = &self.folder {
            let path = folder.join(ERASURES_KEY_FILE);
            let failed = |source| StoreError::Folder { folder: path.clone(), source };
            let mut file = File::options()
                .create_new(true)
                .write(true)
                .mode(0o600)
                .open(&path)
                .map_err(failed)?;
            file.write_all(hexadecimal(&key).as_bytes())
                .and_then(|()| file.sync_all())
                .map_err(failed)?;
            sync_folder(folder)?;
        }
        *self.memory.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
        Ok(())
    }
}

/// Makes hashes, within a transaction.
pub(crate) struct Hasher {
    key: hmac::Key,
    /// Shop and name of each source: its number may be another's after a restore.
    sources: BTreeMap<i64, String>,
}

impl Hasher {
    pub fn new(connection: &Connection, book: &Book) -> Result<Self, StoreError> {
        let key = book.key_or_new(connection)?;
        let rows = query(
            connection,
            "SELECT f.source_id, s.slug || chr(31) || f.name FROM sources f JOIN shops s USING (shop_id)",
            &[],
        )?;
        let sources = rows
            .rows
            .iter()
            .filter_map(|cells| Some((cells[0].int()?, cells[1].text()?.to_owned())))
            .collect();
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), sources })
    }

    /// For addresses and numbers only, where somebody was erased.
    pub fn of_texts(book: &Book) -> Result<Self, StoreError> {
        let key = book.key()?.ok_or_else(missing)?;
        Ok(Self { key: hmac::Key::new(hmac::HMAC_SHA256, &key), sources: BTreeMap::new() })
    }

    pub fn email(&self, email: &str) -> String {
        self.hash(Kind::Email, email)
    }

    pub fn phone(&self, phone: &str) -> String {
        self.hash(Kind::Phone, phone)
    }

    /// Of a name as `quotes::name` writes it.
    pub fn name(&self, name: &str) -> String {
        self.hash(Kind::Name, name)
    }

    pub fn account(&self, source: i64, account: &str) -> String {
        let source = self.sources.get(&source).map_or("", String::as_str);
        self.hash(Kind::Account, &format!("{source}\u{1f}{account}"))
    }

    /// Of everything that a person is known by: kind, source of an account, value, hash.
    pub fn all(&self, traces: &Traces) -> Vec<(Kind, Option<i64>, String, String)> {
        let emails =
            traces.emails.iter().map(|one| (Kind::Email, None, one.clone(), self.email(one)));
        let accounts = traces.accounts.iter().map(|(source, one)| {
            (Kind::Account, Some(*source), one.clone(), self.account(*source, one))
        });
        // Another writing of a number is told by its end.
        let phones = traces.phones.iter().flat_map(|one| [one.as_str(), last_digits(one)]);
        let phones: BTreeSet<&str> = phones.collect();
        let phones =
            phones.into_iter().map(|one| (Kind::Phone, None, one.to_owned(), self.phone(one)));
        let names = traces.names.iter().filter_map(|one| quotes::name(one));
        let names = names.map(|one| {
            let hash = self.name(&one);
            (Kind::Name, None, one, hash)
        });
        emails.chain(accounts).chain(phones).chain(names).collect()
    }

    fn hash(&self, kind: Kind, value: &str) -> String {
        let tag = hmac::sign(&self.key, format!("{}\u{1f}{value}", kind.id()).as_bytes());
        format!("{ERASED}{}", hexadecimal(&tag.as_ref()[..KEPT]))
    }
}

/// The lines of a list; a last line that a crash cut short was never acknowledged.
pub(crate) fn read_lines(file: &Path) -> Result<Vec<Line>, StoreError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(source) => return Err(StoreError::Folder { folder: file.to_owned(), source }),
    };
    let mut lines = Vec::new();
    for (number, line) in (1_usize..).zip(text.split_inclusive('\n')) {
        match serde_json::from_str(line) {
            Ok(read) => lines.push(read),
            Err(_) if !line.ends_with('\n') => {}
            Err(error) => {
                return Err(StoreError::Invalid(format!(
                    "{}, line {number}: {error}; put the list back from a newer backup",
                    file.display()
                )));
            }
        }
    }
    Ok(lines)
}

fn read_key(file: &Path) -> Result<Option<Key>, StoreError> {
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(StoreError::Folder { folder: file.to_owned(), source }),
    };
    let text = text.trim();
    let bytes: Option<Vec<u8>> = (0..text.len())
        .step_by(2)
        .map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok())
        .collect();
    bytes.and_then(|bytes| bytes.try_into().ok()).map(Some).ok_or_else(|| {
        StoreError::Invalid(format!(
            "{} holds no key; put it back from your backup",
            file.display()
        ))
    })
}

fn missing() -> StoreError {
    StoreError::Invalid(format!(
        "the key of the erasures, {ERASURES_KEY_FILE}, is missing from the data folder; put it back from your backup: without it the data of erased persons would come back"
    ))
}

pub(super) fn sync_folder(folder: &Path) -> Result<(), StoreError> {
    File::open(folder)
        .and_then(|folder| folder.sync_all())
        .map_err(|source| StoreError::Folder { folder: folder.to_owned(), source })
}
