//! `comptoir rates add` and `rates fetch`: exchange rates from the European Central Bank's file.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::Subcommand;
use comptoir_sources::ecb;

use super::{Access, DataFolder, print};
use crate::rates::add;

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
    /// Download the European Central Bank’s rates and add them
    Fetch {
        #[command(flatten)]
        data: DataFolder,
        /// A copy of the file elsewhere
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
                (data, text)
            }
            Self::Fetch { data, url } => (data, ecb::download(url.as_deref())?),
        };
        let added = match data.existing()? {
            Access::Server(client) => {
                serde_json::from_slice(&client.post("/control/rates", text.into_bytes())?)?
            }
            Access::Folder(store) => add(&store, &text)?,
        };
        print(&format!("{added} rates added\n"));
        Ok(ExitCode::SUCCESS)
    }
}
