//! The file of a backup, written: manifest first, then its members.

use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use comptoir_store::{Store, seal};
use jiff::Timestamp;
use ring::digest::{Context, SHA256};
use serde::{Deserialize, Serialize};

use super::{BackupError, erasures, room};
use crate::format::hexadecimal;

/// What a backup says it is.
pub const FORMAT: &str = "comptoir-backup";

/// How it is laid out; raised when an older program could not read it.
pub const FORMAT_VERSION: u32 = 1;

pub const MANIFEST: &str = "manifest.json";
pub const DATABASE: &str = "comptoir.duckdb";

/// All that may be in a backup, and nothing else. Files of rejected rows are not: they hold customers'
/// data, and the shop has the file they came from.
pub const MEMBERS: [&str; 4] = [DATABASE, seal::KEY_FILE, erasures::LIST, erasures::KEY];

/// Level of the compression: three times smaller in a few seconds for a million orders.
const LEVEL: i32 = 3;

/// What a backup holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub format_version: u32,
    /// The program that made it.
    pub comptoir: String,
    /// The version of the database's schema.
    pub schema: i64,
    /// The generation of its sales records.
    pub generation: i64,
    pub created: Timestamp,
    /// Whose workspace it is of.
    pub origin: String,
    pub members: Vec<Member>,
}

/// A file in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    pub name: String,
    pub bytes: u64,
    /// In hexadecimal.
    pub sha256: String,
}

/// A backup whose data is copied and whose manifest is known, not yet written anywhere.
pub struct Prepared {
    pub manifest: Manifest,
    contents: Vec<Content>,
    copy: Scratch,
}

enum Content {
    /// The copy of the database.
    Copy,
    /// A small file, as it was when the copy was made.
    Bytes(Vec<u8>),
}

/// A file that goes when it is no longer needed.
struct Scratch(PathBuf);

impl Drop for Scratch {
    fn drop(&mut self) {
        let _gone = std::fs::remove_file(&self.0);
    }
}

impl Prepared {
    /// Copies what a backup holds. `keys`: with the key that opens the stored credentials.
    pub fn new(store: &Store, keys: bool, now: Timestamp) -> Result<Self, BackupError> {
        let folder = store.folder().ok_or(BackupError::NoFolder)?;
        let temporary = folder.join("temporary");
        let size = |name: &str| std::fs::metadata(folder.join(name)).map_or(0, |file| file.len());
        room(&temporary, size(DATABASE) + size("comptoir.duckdb.wal"))?;
        let origin = store.backup_origin()?;
        let copy = Scratch(temporary.join(scratch_name()));
        let copied = store.copy_database(&copy.0)?;
        let read = |file: &Path, source| BackupError::Source { file: file.to_owned(), source };
        let (bytes, sha256) = digest(&mut File::open(&copy.0).map_err(|e| read(&copy.0, e))?)
            .map_err(|error| read(&copy.0, error))?;
        let mut members = vec![Member { name: DATABASE.to_owned(), bytes, sha256 }];
        let mut contents = vec![Content::Copy];
        for name in MEMBERS.into_iter().skip(1) {
            if name == seal::KEY_FILE && !keys {
                continue;
            }
            let file = folder.join(name);
            let held = match std::fs::read(&file) {
                Ok(held) => held,
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(read(&file, error)),
            };
            let (bytes, sha256) = digest(&mut held.as_slice()).map_err(|e| read(&file, e))?;
            members.push(Member { name: name.to_owned(), bytes, sha256 });
            contents.push(Content::Bytes(held));
        }
        let manifest = Manifest {
            format: FORMAT.to_owned(),
            format_version: FORMAT_VERSION,
            comptoir: env!("CARGO_PKG_VERSION").to_owned(),
            schema: copied.schema,
            generation: copied.generation,
            created: now,
            origin,
            members,
        };
        Ok(Self { manifest, contents, copy })
    }

    /// At most so many bytes: what is compressed is not larger than what it was, but for a few.
    pub fn most_bytes(&self) -> u64 {
        let all: u64 = self.manifest.members.iter().map(|member| member.bytes).sum();
        all + all / 100 + 65_536
    }

    /// Writes the file.
    pub fn write(self, out: impl Write) -> Result<Manifest, BackupError> {
        self.write_to(out).map_err(BackupError::Output)?;
        Ok(self.manifest)
    }

    fn write_to(&self, out: impl Write) -> io::Result<()> {
        let mut compressed = zstd::Encoder::new(out, LEVEL)?;
        compressed.include_checksum(true)?;
        let mut tar = tar::Builder::new(compressed);
        let at = u64::try_from(self.manifest.created.as_second()).unwrap_or(0);
        let manifest = serde_json::to_vec_pretty(&self.manifest).map_err(io::Error::other)?;
        append(&mut tar, MANIFEST, manifest.len() as u64, at, &mut manifest.as_slice())?;
        for (member, content) in self.manifest.members.iter().zip(&self.contents) {
            let (mut file, mut held);
            let from: &mut dyn Read = match content {
                Content::Copy => {
                    file = File::open(&self.copy.0)?;
                    &mut file
                }
                Content::Bytes(bytes) => {
                    held = bytes.as_slice();
                    &mut held
                }
            };
            append(&mut tar, &member.name, member.bytes, at, from)?;
        }
        tar.into_inner()?.finish()?.flush()
    }
}

fn append<W: Write>(
    tar: &mut tar::Builder<W>,
    name: &str,
    bytes: u64,
    at: u64,
    from: &mut dyn Read,
) -> io::Result<()> {
    let mut header = tar::Header::new_ustar();
    header.set_size(bytes);
    header.set_mode(0o600);
    header.set_mtime(at);
    tar.append_data(&mut header, name, from.take(bytes))
}

/// A name that no other backup of this run of the program has.
fn scratch_name() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    format!("backup-{}.duckdb", NEXT.fetch_add(1, Ordering::Relaxed))
}

/// Length and SHA-256 of all that can be read.
pub fn digest(from: &mut dyn Read) -> io::Result<(u64, String)> {
    let mut sum = Sum::default();
    io::copy(from, &mut sum)?;
    Ok(sum.finish())
}

/// Takes bytes and adds them up.
pub struct Sum {
    context: Context,
    bytes: u64,
}

impl Default for Sum {
    fn default() -> Self {
        Self { context: Context::new(&SHA256), bytes: 0 }
    }
}

impl Sum {
    pub fn finish(self) -> (u64, String) {
        (self.bytes, hexadecimal(self.context.finish().as_ref()))
    }
}

impl Write for Sum {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        self.context.update(piece);
        self.bytes += piece.len() as u64;
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
