//! The file of a backup, read: everything in it is checked, and nothing of it is believed before.

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use comptoir_sources::words::Text;

use super::archive::{FORMAT, FORMAT_VERSION, MANIFEST, MEMBERS, Manifest, Member, Sum};

/// What a zstd file begins with.
const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

/// The largest manifest that is read.
const LONGEST_MANIFEST: u64 = 1 << 20;

/// Zeros that may end a tar archive.
const LONGEST_END: u64 = 1 << 20;

/// Why a file can't be restored.
#[derive(Debug, thiserror::Error)]
pub enum Damage {
    #[error("it can’t be read: {0}")]
    Unreadable(io::Error),
    #[error("it is not a backup of Comptoir, or its first bytes are damaged")]
    Foreign,
    #[error("it ends too early: the copy or the download was cut short; fetch the file again")]
    CutShort,
    #[error("it is damaged ({0}); take another backup")]
    Damaged(String),
    #[error("it was made by a newer comptoir ({0}); update the program first")]
    NewerFormat(String),
    #[error("it holds “{0}”, which no backup has; it was not made by comptoir")]
    Unexpected(String),
    #[error("cannot write what it holds: {0}")]
    Output(io::Error),
}

impl Damage {
    /// What is wrong and what to do.
    pub fn words(&self) -> Text {
        let fr = match self {
            Self::Unreadable(error) => format!("Le fichier ne peut pas être lu ({error})."),
            Self::Foreign => {
                "Ce n’est pas une sauvegarde de Comptoir, ou son début est abîmé.".to_owned()
            }
            Self::CutShort => "Le fichier s’arrête trop tôt : la copie ou le téléchargement a été interrompu. Récupérez-le de nouveau.".to_owned(),
            Self::Damaged(_) => "Le fichier est abîmé. Utilisez une autre sauvegarde.".to_owned(),
            Self::NewerFormat(version) => format!(
                "Cette sauvegarde vient d’un Comptoir plus récent ({version}). Mettez d’abord le programme à jour."
            ),
            Self::Unexpected(name) => format!(
                "Le fichier contient « {name} », ce qu’aucune sauvegarde ne contient : il ne vient pas de Comptoir."
            ),
            Self::Output(error) => format!("Son contenu ne peut pas être écrit ({error})."),
        };
        let en = self.to_string();
        Text { fr, en: format!("{}{}.", en[..1].to_uppercase(), &en[1..]) }
    }
}

/// Reads a backup to its end; it is whole when this says so.
pub fn verify(file: &Path) -> Result<Manifest, Damage> {
    read(file, |_| Ok(io::sink()))
}

/// The manifest alone: what the file says of itself.
pub fn manifest(file: &Path) -> Result<Manifest, Damage> {
    let mut tar = tar::Archive::new(opened(file)?);
    let mut entries = tar.entries().map_err(|error| first(&error))?.raw(true);
    read_manifest(entries.next())
}

/// Reads a backup, and writes each member where `place` says. Its checksums are known to be right only
/// once this returns.
pub fn read<W: Write>(
    file: &Path,
    mut place: impl FnMut(&Member) -> io::Result<W>,
) -> Result<Manifest, Damage> {
    let mut tar = tar::Archive::new(opened(file)?);
    // Names and sizes are taken from plain headers only: no long names, no links, no sparse files.
    let mut entries = tar.entries().map_err(|error| first(&error))?.raw(true);
    let manifest = read_manifest(entries.next())?;
    let mut awaited = manifest.members.iter();
    for entry in entries {
        let mut entry = entry.map_err(|error| later(&error))?;
        let name = String::from_utf8_lossy(&entry.path_bytes()).into_owned();
        let Some(member) = awaited.next().filter(|member| member.name == name) else {
            return Err(Damage::Unexpected(name));
        };
        if !entry.header().entry_type().is_file() {
            return Err(Damage::Unexpected(name));
        }
        if entry.size() != member.bytes {
            return Err(Damage::Damaged(format!("{name} has another size than its manifest says")));
        }
        let mut out = place(member).map_err(Damage::Output)?;
        let mut sum = Sum::default();
        copy(&mut entry, &mut out, &mut sum)?;
        if sum.finish() != (member.bytes, member.sha256.clone()) {
            return Err(Damage::Damaged(format!("{name} does not match its checksum")));
        }
    }
    if let Some(missing) = awaited.next() {
        return Err(Damage::Damaged(format!("{} is missing", missing.name)));
    }
    // The end of the compressed file, with its own checksum.
    let mut rest = tar.into_inner();
    let ended = io::copy(&mut (&mut rest).take(LONGEST_END), &mut io::sink())
        .map_err(|error| later(&error))?;
    if ended == LONGEST_END {
        return Err(Damage::Damaged("something follows its end".to_owned()));
    }
    Ok(manifest)
}

type Plain = zstd::Decoder<'static, BufReader<File>>;

fn opened(file: &Path) -> Result<Plain, Damage> {
    let mut opened = File::open(file).map_err(Damage::Unreadable)?;
    if !opened.metadata().map_err(Damage::Unreadable)?.is_file() {
        return Err(Damage::Foreign);
    }
    let mut magic = [0; 4];
    match opened.read_exact(&mut magic) {
        Ok(()) if magic == MAGIC => {}
        Ok(()) => return Err(Damage::Foreign),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Err(Damage::Foreign),
        Err(error) => return Err(Damage::Unreadable(error)),
    }
    io::Seek::rewind(&mut opened).map_err(Damage::Unreadable)?;
    zstd::Decoder::new(opened).map_err(Damage::Unreadable)
}

fn read_manifest(entry: Option<io::Result<tar::Entry<'_, Plain>>>) -> Result<Manifest, Damage> {
    let mut entry = entry.ok_or(Damage::Foreign)?.map_err(|error| first(&error))?;
    let is_one = entry.path_bytes() == MANIFEST.as_bytes()
        && entry.header().entry_type().is_file()
        && entry.size() <= LONGEST_MANIFEST;
    if !is_one {
        return Err(Damage::Foreign);
    }
    let mut text = Vec::new();
    (&mut entry).take(LONGEST_MANIFEST).read_to_end(&mut text).map_err(|error| later(&error))?;
    let told: serde_json::Value = serde_json::from_slice(&text).map_err(|_| Damage::Foreign)?;
    if told["format"] != FORMAT {
        return Err(Damage::Foreign);
    }
    if told["format_version"].as_u64().is_none_or(|version| version > u64::from(FORMAT_VERSION)) {
        let version = told["comptoir"].as_str().unwrap_or("?");
        return Err(Damage::NewerFormat(version.chars().take(40).collect()));
    }
    let manifest: Manifest = serde_json::from_value(told)
        .map_err(|error| Damage::Damaged(format!("its manifest: {error}")))?;
    let mut seen = Vec::new();
    for member in &manifest.members {
        if !MEMBERS.contains(&member.name.as_str()) || seen.contains(&&member.name) {
            return Err(Damage::Unexpected(member.name.clone()));
        }
        seen.push(&member.name);
    }
    if manifest.members.first().is_none_or(|member| member.name != MEMBERS[0]) {
        return Err(Damage::Damaged("it holds no database".to_owned()));
    }
    Ok(manifest)
}

fn copy(from: &mut dyn Read, out: &mut dyn Write, sum: &mut Sum) -> Result<(), Damage> {
    let mut buffer = vec![0; 256 * 1024];
    loop {
        let read = match from.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(later(&error)),
        };
        sum.write_all(&buffer[..read]).map_err(Damage::Output)?;
        out.write_all(&buffer[..read]).map_err(Damage::Output)?;
    }
}

/// What an error at the very beginning means.
fn first(error: &io::Error) -> Damage {
    match later(error) {
        Damage::Damaged(_) => Damage::Foreign,
        other => other,
    }
}

/// What an error within the file means.
fn later(error: &io::Error) -> Damage {
    if error.kind() == io::ErrorKind::UnexpectedEof || error.to_string().contains("unexpected EOF")
    {
        return Damage::CutShort;
    }
    Damage::Damaged(error.to_string())
}
