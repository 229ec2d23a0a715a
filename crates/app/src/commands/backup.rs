//! `comptoir backup`: the whole workspace in one file, into a folder or to standard output; and
//! `comptoir backup verify`.

use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail, ensure};
use clap::{Args, Subcommand};

use super::{Access, DataFolder, on_a_terminal, print, say};
use crate::backup::{self, BackupError, Manifest, Prepared, check, erasures, folder};
use crate::clock;
use crate::format::bytes;
use crate::i18n::Lang;
use crate::importing::visible;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub(super) struct BackupCommand {
    #[command(subcommand)]
    verify: Option<BackupSubcommand>,
    /// Folder that holds the shops' data; a server may be running on it
    #[arg(long = "data", value_name = "DIR", required = true)]
    data: Option<PathBuf>,
    /// Folder to write the backup into, or - for standard output
    #[arg(value_name = "DIR|-", required = true)]
    target: Option<PathBuf>,
    /// Without the key that opens the stored credentials of platforms and mail: whoever restores it enters
    /// them again
    #[arg(long)]
    without_keys: bool,
}

#[derive(Subcommand)]
enum BackupSubcommand {
    /// Read a backup to its end and check everything in it
    Verify {
        /// The file
        file: PathBuf,
    },
}

impl BackupCommand {
    pub fn run(self) -> Result<ExitCode> {
        match (self.verify, self.data, self.target) {
            (Some(BackupSubcommand::Verify { file }), _, _) => verify(&file),
            (None, Some(data), Some(target)) => {
                let data = DataFolder { data };
                if target.as_os_str() == "-" {
                    to_output(&data, !self.without_keys)
                } else {
                    to_folder(&data, &target, !self.without_keys)
                }
            }
            _ => {
                bail!("name the data folder and where the backup goes; see comptoir backup --help")
            }
        }
    }
}

fn verify(file: &Path) -> Result<ExitCode> {
    match check::verify(file) {
        Ok(manifest) => {
            print(&format!("{} is whole\n{}", file.display(), told(&manifest)));
            Ok(ExitCode::SUCCESS)
        }
        Err(damage) => bail!("{}: {damage}", file.display()),
    }
}

/// What a backup says of itself.
pub(super) fn told(manifest: &Manifest) -> String {
    let mut text = format!(
        "made {} by comptoir {}, schema {}\n",
        manifest.created,
        visible(&manifest.comptoir),
        manifest.schema
    );
    for member in &manifest.members {
        text.extend([&member.name, "\t", &bytes(Lang::En, member.bytes), "\n"]);
    }
    text
}

fn to_output(data: &DataFolder, keys: bool) -> Result<ExitCode> {
    ensure!(
        !std::io::stdout().is_terminal(),
        "a backup is no text: send it to a file or a program (comptoir backup --data DIR - > file)"
    );
    let mut out = std::io::stdout().lock();
    fetch(data, keys, &mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}

fn to_folder(data: &DataFolder, target: &Path, keys: bool) -> Result<ExitCode> {
    ensure!(
        target.is_dir(),
        "there is no folder {}; make it first, so that a disk that is not mounted is noticed",
        target.display()
    );
    let (file, ()) = folder::place(target, clock::now(), |out| {
        // What the server or the store says is already a sentence for people.
        fetch(data, keys, out)
            .map_err(|error| BackupError::Output(std::io::Error::other(format!("{error:#}"))))
    })?;
    let manifest = check::verify(&file)
        .map_err(BackupError::ReadBack)
        .with_context(|| file.display().to_string())?;
    erasures::keep_beside(&data.data, target)
        .context("the list of erasures could not be copied beside the backup")?;
    if on_a_terminal() {
        let size = std::fs::metadata(&file).map_or(0, |facts| facts.len());
        say(&format!("{}, read back and whole", bytes(Lang::En, size)));
        if backup::holds_keys(&manifest) {
            say("It holds the key of the stored credentials: keep it where only you can read it.");
        }
    }
    print(&format!("{}\n", file.display()));
    Ok(ExitCode::SUCCESS)
}

/// Writes a backup as it is made: by the server where one runs, else from the folder.
fn fetch(data: &DataFolder, keys: bool, out: &mut dyn Write) -> Result<()> {
    match data.existing()? {
        Access::Server(client) => {
            let path = format!("/control/backup?keys={}", u8::from(keys));
            client.download(&path, out)
        }
        Access::Folder(store) => {
            let prepared = Prepared::new(&store, keys, clock::now())?;
            let manifest = prepared.write(out)?;
            backup::note_made(&store, &manifest)?;
            Ok(())
        }
    }
}
