//! `comptoir sync`: reads the connected platforms now.

use std::process::ExitCode;
use std::sync::mpsc;
use std::time::Duration;

use anyhow::Result;
use clap::Args;
use serde_json::{Value, json};

use super::import::spoken;
use super::{Access, DataFolder, on_a_terminal, print, say};
use crate::client::Client;
use crate::importing::visible;
use crate::server::control::AskedRun;
use crate::sync::listing::{self, Listed};
use crate::sync::outcome::{Kind, State};
use crate::sync::{Engine, Outcome, Runner};

/// How often progress is told on a terminal.
const TELLING: Duration = Duration::from_secs(2);

/// Differences told to people; `--json` has all of them.
const SHOWN: usize = 50;

#[derive(Args)]
pub struct SyncCommand {
    #[command(flatten)]
    data: DataFolder,
    /// One shop only
    #[arg(long, value_name = "SLUG")]
    shop: Option<String>,
    /// Read everything again and put right whatever differs
    #[arg(long)]
    full: bool,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl SyncCommand {
    pub fn run(self) -> Result<ExitCode> {
        let asked = AskedRun { shop: self.shop.clone(), full: self.full };
        let outcomes: Vec<Outcome> = match self.data.existing()? {
            Access::Server(client) => self.through_server(&client, &asked)?,
            Access::Folder(store) => {
                let engine = Engine::default();
                let ids = listing::of_shop(&store, self.shop.as_deref())?;
                let runner = Runner { store: &store, sync: &engine, ring: &|| {} };
                telling(
                    || listing::all(&store, &engine).unwrap_or_default(),
                    || runner.run_all(&ids, self.full),
                )?
            }
        };
        self.tell(&outcomes);
        Ok(code(&outcomes))
    }

    fn through_server(&self, client: &Client, asked: &AskedRun) -> Result<Vec<Outcome>> {
        let folder = self.data.data.clone();
        let look = move || {
            let second = Client::connect(&folder).ok().flatten();
            let answer = second.and_then(|client| client.get("/control/sources").ok());
            answer.and_then(|answer| serde_json::from_slice(&answer).ok()).unwrap_or_default()
        };
        let sent = serde_json::to_vec(asked)?;
        let answer = telling(look, || client.post("/control/sync", sent))?;
        Ok(serde_json::from_slice(&answer)?)
    }

    fn tell(&self, outcomes: &[Outcome]) {
        let language = spoken();
        if self.json {
            let shown: Vec<Value> = outcomes.iter().map(|one| one.shown(language)).collect();
            print(&format!("{}\n", json!({ "sources": shown })));
        }
        for one in outcomes {
            if !self.json {
                print(&line(one));
            }
            if let Some(failure) = &one.failure {
                let reason = failure.reason.clone().in_words(language);
                let remedy = failure.remedy.clone().in_words(language);
                let told = visible(&language.joined(&reason, &remedy));
                say(&format!("{} ({}): {told}", one.shop, one.platform));
            }
            if !self.json {
                tell_differences(one);
            }
        }
    }
}

fn line(one: &Outcome) -> String {
    let state = match one.state {
        State::InSync => "in sync",
        State::Partly => "partly in sync",
        State::Failed => "failed",
    };
    format!(
        "{} ({}): {state}, {} orders; {} came in, {} changed, {} records refused\n",
        one.shop, one.platform, one.orders, one.received, one.updated, one.refused
    )
}

fn tell_differences(one: &Outcome) {
    for difference in one.differences.iter().take(SHOWN) {
        let number = difference.number.as_deref().unwrap_or(&difference.order);
        let what = match difference.kind {
            Kind::MissingHere => "was missing here".to_owned(),
            Kind::GoneThere => "is gone there".to_owned(),
            Kind::Different => format!("differed in {}", difference.fields.join(", ")),
        };
        print(&format!("  order {}: {what}\n", visible(number)));
    }
    if one.differences.len() > SHOWN {
        print(&format!("  and {} more; --json lists all\n", one.differences.len() - SHOWN));
    }
}

/// 0 in sync, 1 failed, 3 partly.
fn code(outcomes: &[Outcome]) -> ExitCode {
    let count = |state| outcomes.iter().filter(|one| one.state == state).count();
    match (count(State::Failed), count(State::Partly)) {
        (0, 0) => ExitCode::SUCCESS,
        (failed, _) if failed == outcomes.len() => ExitCode::FAILURE,
        _ => ExitCode::from(3),
    }
}

/// Does the work, and tells on a terminal how far it is.
fn telling<T, E>(
    look: impl Fn() -> Vec<Listed> + Send,
    work: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    let (done, ended) = mpsc::channel::<()>();
    std::thread::scope(|scope| {
        if on_a_terminal() {
            scope.spawn(move || {
                while let Err(mpsc::RecvTimeoutError::Timeout) = ended.recv_timeout(TELLING) {
                    for one in look().iter().filter(|one| one.running) {
                        say(&progress(one));
                    }
                }
            });
        }
        let outcome = work();
        drop(done);
        outcome
    })
}

fn progress(one: &Listed) -> String {
    let read = one.progress.map_or_else(
        || format!("{} orders", one.orders),
        |(done, total)| format!("{done} of {total} orders"),
    );
    let left = one.time_left.map(|left| format!(", {left} s left")).unwrap_or_default();
    format!("{} ({}): {read}{left}", one.shop, one.platform)
}
