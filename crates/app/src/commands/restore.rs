//! `comptoir restore`: a backup, put back into a data folder.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::Args;

use super::{DataFolder, print, say};
use crate::backup::restore::restore;
use crate::backup::{self, erasures};
use crate::client::Client;
use crate::clock;

#[derive(Args)]
pub(super) struct RestoreCommand {
    #[command(flatten)]
    data: DataFolder,
    /// The backup
    file: PathBuf,
    /// Where the folder holds a workspace already: move it aside, into a folder of its own
    #[arg(long)]
    force: bool,
}

impl RestoreCommand {
    pub fn run(self) -> Result<ExitCode> {
        let folder = &self.data.data;
        ensure!(
            !folder.is_dir() || Client::connect(folder)?.is_none(),
            "a server runs on {}; stop it first",
            folder.display()
        );
        let done = restore(&self.file, folder, self.force, clock::now())?;
        let mut text = format!("{} restored from {}\n", folder.display(), self.file.display());
        text.push_str(&super::backup::told(&done.manifest));
        if let Some(aside) = &done.aside {
            text.extend([
                "what was there is now in ",
                &aside.to_string_lossy(),
                "; delete it when the restored data is right\n",
            ]);
        }
        print(&text);
        backup::note_restored(&done.store, &done.manifest, &self.file)?;
        let applied = erasures::apply(&done.store, &done.erasures).context(
            "the data is restored, but whoever was erased since the backup is in it again",
        )?;
        if applied.persons > 0 {
            print(&format!(
                "{} persons erased since the backup were erased again\n",
                applied.persons
            ));
            // Until then, their bytes would be on this disk again.
            done.store.compact()?;
        }
        if done.erasures.is_empty() {
            print(&format!(
                "no list of erasures ({} with {}) lies beside the backup: customers who were erased after it, if any, are in the data again; put both files of the replaced data folder or of the folder of backups beside it and restore again, or erase those customers again\n",
                erasures::LIST,
                erasures::KEY
            ));
        }
        for list in &applied.foreign {
            print(&format!(
                "{} is of another workspace (it was made with another key) and was not applied\n",
                list.display()
            ));
        }
        say(
            "Everybody signs in again. Stop the other server if it still runs: two of them would both read the shops and both send the weekly mail.",
        );
        Ok(ExitCode::SUCCESS)
    }
}
