//! Backups: the whole workspace in one file, and back.
//!
//! A backup is a tar archive, compressed with zstd: a manifest, the database, the key of the sealed
//! credentials, and the list of erased persons. It is made while the server goes on, and it is read back
//! before anybody calls it one.

use std::path::{Path, PathBuf};

use comptoir_sources::words::Text;
use comptoir_store::{Store, StoreError, seal};
use serde_json::json;

use crate::audit::{self, Action};

pub mod archive;
pub mod check;
pub mod erasures;
pub mod folder;
pub mod restore;
pub mod scheduled;

pub use archive::{Manifest, Prepared};
pub use check::Damage;

/// Why there is no backup.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    #[error(
        "{folder} has {free} bytes free, and up to {needed} are needed; make room, or choose another folder"
    )]
    NoSpace { folder: PathBuf, free: u64, needed: u64 },
    #[error("cannot write the backup in {folder}: {source}")]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error("cannot read {file}: {source}")]
    Source { file: PathBuf, source: std::io::Error },
    #[error("the backup could not be written: {0}")]
    Output(std::io::Error),
    #[error("there is no data folder to back up")]
    NoFolder,
    #[error("the backup that was just made can’t be read back: {0}")]
    ReadBack(Damage),
    #[error("{0}")]
    Store(#[from] StoreError),
}

impl BackupError {
    /// What happened and what to do.
    pub fn words(&self) -> Text {
        let fr = match self {
            Self::NoSpace { folder, free, needed } => format!(
                "Il reste {} dans {}, et il en faut jusqu’à {}. Libérez de la place, ou choisissez un autre dossier.",
                megabytes(*free),
                folder.display(),
                megabytes(*needed)
            ),
            Self::Folder { folder, source } => format!(
                "Impossible d’écrire dans {} ({source}). Vérifiez que le dossier existe et que Comptoir a le droit d’y écrire.",
                folder.display()
            ),
            Self::Source { file, source } => {
                format!("Impossible de lire {} ({source}).", file.display())
            }
            Self::Output(source) => format!(
                "La sauvegarde n’a pas pu être écrite ({source}). Vérifiez la place qui reste et les droits du dossier."
            ),
            Self::NoFolder => "Il n’y a pas de dossier de données à sauvegarder.".to_owned(),
            Self::ReadBack(_) => "La sauvegarde, relue aussitôt, n’est pas intacte. Vérifiez le disque, puis recommencez.".to_owned(),
            Self::Store(error) => format!("La base de données n’a pas pu être copiée ({error})."),
        };
        Text { fr, en: sentence(&self.to_string()) }
    }
}

/// « 12,5 Mo », for a message; in French only, for the English one tells bytes.
fn megabytes(bytes: u64) -> String {
    crate::format::bytes(crate::i18n::Lang::Fr, bytes)
}

fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    format!("{first}{}.", letters.as_str())
}

/// Refuses a folder without room for so many bytes.
pub fn room(folder: &Path, needed: u64) -> Result<(), BackupError> {
    let system = rustix::fs::statvfs(folder)
        .map_err(|error| BackupError::Folder { folder: folder.to_owned(), source: error.into() })?;
    let free = system.f_bavail.saturating_mul(system.f_frsize);
    if free < needed {
        return Err(BackupError::NoSpace { folder: folder.to_owned(), free, needed });
    }
    Ok(())
}

/// Writes down that somebody at this machine made a backup.
pub fn note_made(store: &Store, manifest: &Manifest) -> Result<(), StoreError> {
    audit::by_shell(store, Action::BackupMade, None, &json!({ "keys": holds_keys(manifest) }))
}

/// Writes down, in the workspace that was restored, that it was.
pub fn note_restored(store: &Store, manifest: &Manifest, file: &Path) -> Result<(), StoreError> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    audit::by_shell(
        store,
        Action::BackupRestored,
        None,
        &json!({ "file": name, "made": manifest.created }),
    )
}

/// Whether whoever holds the backup can open the stored credentials.
pub fn holds_keys(manifest: &Manifest) -> bool {
    manifest.members.iter().any(|member| member.name == seal::KEY_FILE)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_without_room_is_refused_before_anything_is_written() {
        let folder = tempfile::tempdir().expect("a folder");
        assert!(room(folder.path(), 1).is_ok());
        let refused = room(folder.path(), u64::MAX).expect_err("too much");
        assert!(matches!(refused, BackupError::NoSpace { .. }));
        assert!(refused.words().fr.contains("Libérez de la place"));
        assert!(room(&folder.path().join("missing"), 1).is_err());
    }
}
