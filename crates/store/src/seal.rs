//! Secrets at rest: credentials are kept sealed, under a key in a file of its own.
//!
//! Whoever gets hold of the database alone, or of a backup of it, can't read them. A seal is bound to
//! its connection and column, so that one can't be put in another's place.

use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ring::aead::{Aad, CHACHA20_POLY1305, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};

use crate::secret::hexadecimal;

/// The file of the key, in the data folder.
pub const KEY_FILE: &str = "connections.key";

const KEY_LENGTH: usize = 32;

/// What sealed texts begin with: the way they are sealed.
const PREFIX: &str = "c1:";

/// Why a secret can't be sealed or read again.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    #[error(
        "the key of the stored credentials ({0}) is missing; put it back from your backup, or enter the credentials again"
    )]
    Missing(PathBuf),
    #[error(
        "the stored credentials do not open with the key in the data folder; put the right connections.key back, or enter the credentials again"
    )]
    Wrong,
    #[error(
        "the file {0} holds no key; put the right one back from your backup, or delete it and enter the credentials again"
    )]
    Unusable(PathBuf),
    #[error("cannot use the key file {file}: {source}")]
    File { file: PathBuf, source: std::io::Error },
    #[error("the system gives no random bytes; nothing was kept")]
    NoRandomness,
}

type Key = [u8; KEY_LENGTH];

/// Seals and opens the secrets of one data folder.
pub(crate) struct Seals {
    /// `None`: the key lives in memory, and dies with the store.
    file: Option<PathBuf>,
    memory: Mutex<Option<Key>>,
}

/// Keys never reach a log.
impl fmt::Debug for Seals {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Seals").finish_non_exhaustive()
    }
}

impl Seals {
    pub(crate) fn new(folder: Option<&Path>) -> Self {
        Self { file: folder.map(|folder| folder.join(KEY_FILE)), memory: Mutex::new(None) }
    }

    /// Seals a secret; the key is made with the first one.
    pub(crate) fn seal(
        &self,
        connection: i64,
        column: &str,
        secret: &str,
    ) -> Result<String, SealError> {
        let key = match self.key()? {
            Some(key) => key,
            None => self.make_key()?,
        };
        let nonce: [u8; NONCE_LEN] = random()?;
        let mut bytes = secret.as_bytes().to_vec();
        cipher(&key)?
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(place(connection, column)),
                &mut bytes,
            )
            .map_err(|_| SealError::NoRandomness)?;
        Ok(format!("{PREFIX}{}", STANDARD.encode([nonce.as_slice(), &bytes].concat())))
    }

    /// Opens a sealed secret.
    pub(crate) fn open(
        &self,
        connection: i64,
        column: &str,
        sealed: &str,
    ) -> Result<String, SealError> {
        let key =
            self.key()?.ok_or_else(|| SealError::Missing(self.file.clone().unwrap_or_default()))?;
        let mut bytes = sealed
            .strip_prefix(PREFIX)
            .and_then(|text| STANDARD.decode(text).ok())
            .filter(|bytes| bytes.len() >= NONCE_LEN)
            .ok_or(SealError::Wrong)?;
        let mut body = bytes.split_off(NONCE_LEN);
        let nonce = Nonce::try_assume_unique_for_key(&bytes).map_err(|_| SealError::Wrong)?;
        let plain = cipher(&key)?
            .open_in_place(nonce, Aad::from(place(connection, column)), &mut body)
            .map_err(|_| SealError::Wrong)?;
        String::from_utf8(plain.to_vec()).map_err(|_| SealError::Wrong)
    }

    /// The key as it is now; `None` when there is none yet.
    fn key(&self) -> Result<Option<Key>, SealError> {
        let Some(file) = &self.file else {
            return Ok(*self.memory.lock().unwrap_or_else(PoisonError::into_inner));
        };
        match std::fs::read_to_string(file) {
            Ok(text) => {
                let key = STANDARD.decode(text.trim()).ok().and_then(|key| key.try_into().ok());
                key.map(Some).ok_or_else(|| SealError::Unusable(file.clone()))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) if error.kind() == ErrorKind::InvalidData => {
                Err(SealError::Unusable(file.clone()))
            }
            Err(source) => Err(SealError::File { file: file.clone(), source }),
        }
    }

    /// Makes the key, on disk before anything is sealed with it.
    fn make_key(&self) -> Result<Key, SealError> {
        let key: Key = random()?;
        let Some(file) = &self.file else {
            *self.memory.lock().unwrap_or_else(PoisonError::into_inner) = Some(key);
            return Ok(key);
        };
        write_whole(file, &format!("{}\n", STANDARD.encode(key)))
            .map_err(|source| SealError::File { file: file.clone(), source })?;
        Ok(key)
    }
}

/// Random text, for a secret that a platform signs its webhooks with.
pub(crate) fn random_secret() -> Result<String, SealError> {
    Ok(hexadecimal(&random::<24>()?))
}

pub(crate) fn random<const N: usize>() -> Result<[u8; N], SealError> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).map_err(|_| SealError::NoRandomness)?;
    Ok(bytes)
}

fn cipher(key: &Key) -> Result<LessSafeKey, SealError> {
    let key = UnboundKey::new(&CHACHA20_POLY1305, key).map_err(|_| SealError::Wrong)?;
    Ok(LessSafeKey::new(key))
}

/// What a seal is bound to.
fn place(connection: i64, column: &str) -> Vec<u8> {
    format!("{connection}:{column}").into_bytes()
}

/// The file appears whole or not at all, readable by its owner only.
fn write_whole(file: &Path, text: &str) -> std::io::Result<()> {
    let unfinished = file.with_extension("key.new");
    let mut out =
        File::options().create(true).truncate(true).write(true).mode(0o600).open(&unfinished)?;
    // A file that was left there by a crash may have other rights.
    out.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    out.write_all(text.as_bytes())?;
    out.sync_all()?;
    std::fs::rename(&unfinished, file)?;
    match file.parent() {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, Seals) {
        let folder = tempfile::tempdir().expect("a folder");
        let seals = Seals::new(Some(folder.path()));
        (folder, seals)
    }

    #[test]
    fn a_secret_is_sealed_each_time_anew_and_opens_again() {
        let (_folder, seals) = folder();
        let one = seals.seal(1, "credentials", "cs_geheim").expect("sealed");
        let two = seals.seal(1, "credentials", "cs_geheim").expect("sealed");
        assert_ne!(one, two);
        assert!(!one.contains("geheim"));
        assert_eq!(seals.open(1, "credentials", &one).expect("opens"), "cs_geheim");
    }

    #[test]
    fn a_seal_is_bound_to_its_place_and_can_t_be_altered() {
        let (_folder, seals) = folder();
        let sealed = seals.seal(1, "credentials", "cs_geheim").expect("sealed");
        assert!(matches!(seals.open(2, "credentials", &sealed), Err(SealError::Wrong)));
        assert!(matches!(seals.open(1, "hook_secret", &sealed), Err(SealError::Wrong)));
        let mut bytes = STANDARD.decode(&sealed[PREFIX.len()..]).expect("base64");
        for at in 0..bytes.len() {
            bytes[at] ^= 1;
            let altered = format!("{PREFIX}{}", STANDARD.encode(&bytes));
            assert!(
                matches!(seals.open(1, "credentials", &altered), Err(SealError::Wrong)),
                "{at}"
            );
            bytes[at] ^= 1;
        }
        for rubbish in ["", "c1:", "c1:AAAA", "x", "c1:é"] {
            assert!(seals.open(1, "credentials", rubbish).is_err(), "{rubbish}");
        }
    }

    #[test]
    fn the_key_is_its_owner_s_alone() {
        let (folder, seals) = folder();
        seals.seal(1, "credentials", "x").expect("sealed");
        let file = folder.path().join(KEY_FILE);
        let mode = std::fs::metadata(&file).expect("the key").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_key_that_is_missing_wrong_or_broken_says_what_to_do() {
        let (folder, seals) = folder();
        let sealed = seals.seal(1, "credentials", "x").expect("sealed");
        let file = folder.path().join(KEY_FILE);
        let key = std::fs::read_to_string(&file).expect("the key");

        std::fs::remove_file(&file).expect("removed");
        let missing = seals.open(1, "credentials", &sealed).expect_err("no key");
        assert!(matches!(missing, SealError::Missing(_)));

        seals.seal(2, "credentials", "y").expect("a new key is made");
        let wrong = seals.open(1, "credentials", &sealed).expect_err("another key");
        assert!(matches!(wrong, SealError::Wrong));

        std::fs::write(&file, "not a key").expect("written");
        let broken = seals.open(1, "credentials", &sealed).expect_err("no key");
        assert!(matches!(broken, SealError::Unusable(_)));
        for error in [missing, wrong, broken] {
            assert!(error.to_string().contains("enter the credentials again"), "{error}");
        }

        std::fs::write(&file, key).expect("written");
        assert_eq!(seals.open(1, "credentials", &sealed).expect("opens"), "x");
    }

    #[test]
    fn a_store_in_memory_keeps_its_key_there() {
        let seals = Seals::new(None);
        let sealed = seals.seal(7, "credentials", "x").expect("sealed");
        assert_eq!(seals.open(7, "credentials", &sealed).expect("opens"), "x");
        assert!(Seals::new(None).open(7, "credentials", &sealed).is_err());
        assert_eq!(format!("{seals:?}"), "Seals { .. }");
    }
}
