//! `comptoir rates`: exchange rates from the European Central Bank's file, at hand or fetched.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, anyhow};
use clap::Subcommand;
use comptoir_sources::ecb;

use super::{Access, DataFolder, print};
use crate::rates::add_by_shell;

#[derive(Subcommand)]
pub enum RatesCommand {
    /// Add the rates of a CSV file of the European Central Bank (eurofxref-hist.csv); those of a day that is
    /// known are replaced
    Add {
        #[command(flatten)]
        data: DataFolder,
        /// The file
        file: PathBuf,
    },
    /// Fetch the file that the European Central Bank publishes, once and now, and add its rates. On working days
    /// by itself: a switch on the settings page
    Download {
        #[command(flatten)]
        data: DataFolder,
        /// A copy of the file elsewhere than at the bank, zipped or not
        #[arg(long)]
        url: Option<String>,
    },
}

impl RatesCommand {
    pub fn run(self) -> Result<ExitCode> {
        let (data, text) = match self {
            Self::Add { data, file } => {
                let text = std::fs::read_to_string(&file)
                    .with_context(|| format!("cannot read {}", file.display()))?;
                (data.existing()?, text)
            }
            Self::Download { data, url } => {
                let data = data.existing()?;
                (data, ecb::download(url.as_deref()).map_err(|failure| anyhow!("{failure}"))?)
            }
        };
        let added = match data {
            Access::Server(client) => {
                serde_json::from_slice(&client.post("/control/rates", text.into_bytes())?)?
            }
            Access::Folder(store) => add_by_shell(&store, &text)?,
        };
        print(&format!("{added} rates added\n"));
        Ok(ExitCode::SUCCESS)
    }
}
