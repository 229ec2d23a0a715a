//! `comptoir doctor`: what is well, what is not, and what to do about it.

use std::fmt::Write as _;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use comptoir_metrics::query::encode;
use comptoir_store::{Store, StoreError};

use super::{DataFolder, PATIENCE, print};
use crate::client::Client;
use crate::clock;
use crate::doctor::{Check, Depth, State, examine, examine_closed, worst};
use crate::i18n::{Lang, t};
use crate::state::{App, Door};

#[derive(Args)]
pub struct DoctorCommand {
    #[command(flatten)]
    data: DataFolder,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Language of the answer, fr or en; otherwise as the environment says (LANG)
    #[arg(long, value_name = "LANG", value_parser = language)]
    lang: Option<Lang>,
    /// Address under which others reach the server, if it is not the one that the running server was given
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
}

fn language(code: &str) -> Result<Lang, String> {
    Lang::parse(code).ok_or_else(|| "the language is fr or en".to_owned())
}

impl DoctorCommand {
    pub fn run(self) -> Result<ExitCode> {
        let lang = self.lang.unwrap_or_else(spoken);
        let checks = self.look(lang)?;
        if self.json {
            print(&(serde_json::to_string(&checks)? + "\n"));
        } else {
            print(&written(lang, &checks));
        }
        Ok(match worst(&checks) {
            State::Ok => ExitCode::SUCCESS,
            State::Attention => ExitCode::from(3),
            State::Faulty => ExitCode::FAILURE,
        })
    }

    fn look(&self, lang: Lang) -> Result<Vec<Check>> {
        let folder = &self.data.data;
        anyhow::ensure!(folder.is_dir(), "there is no folder {}; check --data", folder.display());
        if let Some(client) = Client::connect(folder)? {
            let public = self.public_url.as_deref();
            let public = public.map(|url| format!("&public={}", encode(url))).unwrap_or_default();
            let path = format!("/control/doctor?lang={}{public}", lang.code());
            return Ok(serde_json::from_slice(&client.get(&path)?)?);
        }
        Ok(match Store::open(folder, PATIENCE) {
            Ok(store) => {
                let app = App::new(store, Door::Accounts);
                examine(&app, lang, clock::now(), Depth::Whole, self.public_url.as_deref())
            }
            // Somebody else writes there: nothing can be said of the database.
            Err(error @ StoreError::Locked(_)) => return Err(error.into()),
            Err(error) => examine_closed(folder, &error, lang, clock::now()),
        })
    }
}

/// The language of whoever sits at the terminal.
fn spoken() -> Lang {
    let told = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty())
        .unwrap_or_default();
    if told.to_lowercase().starts_with("fr") { Lang::Fr } else { Lang::En }
}

/// A line for each check, its remedy under it, the worst last: that is where a terminal stops.
fn written(lang: Lang, checks: &[Check]) -> String {
    let word = |state| match state {
        State::Ok => t(lang, "doctor-state-ok"),
        State::Attention => t(lang, "doctor-state-attention"),
        State::Faulty => t(lang, "doctor-state-faulty"),
    };
    let states = [State::Ok, State::Attention, State::Faulty];
    let width = states.map(|state| word(state).chars().count()).into_iter().max().unwrap_or(0);
    let mut sorted: Vec<&Check> = checks.iter().collect();
    sorted.sort_by_key(|check| check.state);
    let mut text = String::new();
    for check in sorted {
        let state = word(check.state);
        let colon = if lang == Lang::Fr { "\u{a0}:" } else { ":" };
        let _infallible = writeln!(text, "{state:width$}  {}{colon} {}", check.label, check.words);
        if let Some(remedy) = &check.remedy {
            let _infallible = writeln!(text, "{:width$}  → {remedy}", "");
        }
    }
    text
}
