//! What can go wrong between the program and its data folder.

use std::path::PathBuf;

use crate::seal::SealError;

/// An error of the store. Each message says what happened and what to do.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "the data folder {0} is in use by another comptoir; stop it, or let this command go through it"
    )]
    Locked(PathBuf),
    #[error("cannot use the data folder {folder}: {source}")]
    Folder { folder: PathBuf, source: std::io::Error },
    #[error(
        "the database was written by a newer comptoir (schema {found}, this program knows {known}); update the program"
    )]
    TooNew { found: i64, known: i64 },
    #[error("no shop is called “{0}”")]
    UnknownShop(String),
    #[error(
        "the shop “{slug}” exists with another {field} ({is}, not {asked}); leave --create out, or choose another slug"
    )]
    ShopDiffers { slug: String, field: &'static str, is: String, asked: String },
    #[error("“{0}” is not a time zone; use an IANA name, for example Europe/Paris")]
    UnknownZone(String),
    #[error("{0}")]
    Invalid(String),
    #[error("there is no such account")]
    UnknownAccount,
    #[error("an account with the address {0} exists already")]
    EmailTaken(String),
    #[error("this is the last owner who can sign in; make another owner first")]
    LastOwner,
    #[error("there is no connection {0}; list them with `comptoir source list`")]
    UnknownConnection(i64),
    #[error("{0}")]
    Sealed(#[from] SealError),
    #[error(
        "the database is damaged: {0} (stop the program, keep a copy of the data folder, and restore the last backup: comptoir restore)"
    )]
    Damaged(String),
    #[error("the disk of the data folder is full; free some space (nothing acknowledged is lost)")]
    DiskFull,
    #[error(
        "the database has stopped itself after a fault ({0}); the program has to be started again (nothing acknowledged is lost)"
    )]
    Stopped(String),
    #[error("the database answered: {0}")]
    Database(#[source] duckdb::Error),
    #[error("a number in the database does not fit 64 bits")]
    Overflow,
    #[error(
        "the question takes more than {0} s; choose a shorter period, a single shop or fewer columns"
    )]
    TooLong(u64),
    #[error("nobody waits for the answer any more")]
    GivenUp,
    #[error("the program failed at this, its log says where; nothing of it was kept")]
    Panicked,
    #[error("the writer has stopped; restart the program (nothing acknowledged is lost)")]
    WriterGone,
}

/// What the database says when its file is not what it wrote. Its errors have no codes.
const DAMAGED: [&str; 5] = [
    "Corrupt database file",
    "Corrupt WAL file",
    "not a valid DuckDB database file",
    "Serialization Error",
    "Failure while replaying WAL",
];

/// What it says to everything after a fault that it can't live with.
const STOPPED: &str = "database has been invalidated";

/// What the system says, through the database, when nothing more can be written.
const FULL: [&str; 3] = ["No space left on device", "File too large", "Disk quota exceeded"];

impl From<duckdb::Error> for StoreError {
    fn from(error: duckdb::Error) -> Self {
        let told = match &error {
            duckdb::Error::DuckDBFailure(_, Some(message)) => message.clone(),
            other => other.to_string(),
        };
        // The fault is named on the first line; the rest is the program's inside.
        let first = told.lines().next().unwrap_or_default();
        if told.contains(STOPPED) {
            Self::Stopped(told.lines().nth(1).unwrap_or(first).to_owned())
        } else if FULL.iter().any(|sign| told.contains(sign)) {
            Self::DiskFull
        } else if DAMAGED.iter().any(|sign| told.contains(sign)) {
            Self::Damaged(first.to_owned())
        } else {
            Self::Database(error)
        }
    }
}
