//! `comptoir privacy check`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use super::{Access, DataFolder, print};
use crate::clock;
use crate::i18n::Lang;
use crate::importing::visible;
use crate::privacy::check::{Check, State, checks};
use crate::state::{App, Door};

#[derive(Subcommand)]
pub enum PrivacyCommand {
    /// Check the conditions of audience measurement without consent, and a controller’s duties:
    /// exit code 0 nothing fails, 3 something does
    Check {
        #[command(flatten)]
        data: DataFolder,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

impl PrivacyCommand {
    pub fn run(self) -> Result<ExitCode> {
        let Self::Check { data, json } = self;
        let lang = match super::import::spoken() {
            comptoir_sources::Language::Fr => Lang::Fr,
            comptoir_sources::Language::En => Lang::En,
        };
        let all: Vec<Check> = match data.existing()? {
            Access::Server(client) => {
                let address = format!("/control/privacy/check?lang={}", lang.code());
                serde_json::from_slice(&client.get(&address)?)?
            }
            // What a server would ask for is not known without one: accounts are what it does by itself.
            Access::Folder(store) => checks(&App::new(*store, Door::Accounts), lang, clock::now())?,
        };
        if json {
            print(&format!("{}\n", serde_json::to_string(&all)?));
        } else {
            for one in &all {
                let line = [&one.title, &one.evidence, &one.remedy].map(|text| visible(text));
                print(&format!("{}\t{}\n", one.state.id(), line.join("\t").trim_end()));
            }
        }
        let failed = all.iter().any(|one| one.state == State::Fail);
        Ok(if failed { ExitCode::from(3) } else { ExitCode::SUCCESS })
    }
}
