//! `comptoir source add`, `source list`, `source test` and `source remove`.

use std::collections::BTreeMap;
use std::io::Read;
use std::process::ExitCode;

use anyhow::{Context as _, Result, ensure};
use clap::{Args, Subcommand};
use comptoir_sources::Language;
use comptoir_sources::connector::Facts;
use serde_json::{Value, json};

use super::import::spoken;
use super::{Access, DataFolder, print, say};
use crate::importing::visible;
use crate::sync::Engine;
use crate::sync::connect::{self, Added, Asked, NewShop, Refusal};
use crate::sync::listing::{self, Gone, Listed};

#[derive(Subcommand)]
pub enum SourceCommand {
    /// Connect a shop to its platform: woocommerce, shopify or prestashop
    Add(Box<Add>),
    /// List the connections and how they go
    List {
        #[command(flatten)]
        data: DataFolder,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Ask a connection’s platform who it is
    Test {
        /// Number of the connection
        source: i64,
        #[command(flatten)]
        data: DataFolder,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
    /// Remove a connection and its credentials; its orders stay
    Remove {
        /// Number of the connection
        source: i64,
        #[command(flatten)]
        data: DataFolder,
        /// As JSON
        #[arg(long)]
        json: bool,
    },
}

/// Credentials may come from the environment (`COMPTOIR_KEY`, `COMPTOIR_SECRET`, `COMPTOIR_TOKEN`), or be `-`
/// to be read from standard input, one line each: other users of the machine see command lines.
#[derive(Args)]
pub struct Add {
    /// woocommerce, shopify or prestashop
    platform: String,
    #[command(flatten)]
    data: DataFolder,
    /// Shop that receives the orders
    #[arg(long, value_name = "SLUG")]
    shop: String,
    /// Create the shop; does nothing when it exists with the same settings
    #[arg(long)]
    create: bool,
    /// Name of the new shop (what the platform says when left out)
    #[arg(long, requires = "create")]
    name: Option<String>,
    /// Currency of the new shop, ISO 4217 (what the platform says when left out)
    #[arg(long, requires = "create", value_name = "CUR")]
    currency: Option<String>,
    /// Time zone of the new shop, IANA (what the platform says when left out)
    #[arg(long, requires = "create", value_name = "ZONE")]
    timezone: Option<String>,
    /// Address of the shop
    #[arg(long)]
    url: String,
    /// Key; `-` reads it from standard input
    #[arg(long, allow_hyphen_values = true)]
    key: Option<String>,
    /// Secret; `-` reads it from standard input
    #[arg(long, allow_hyphen_values = true)]
    secret: Option<String>,
    /// Token; `-` reads it from standard input
    #[arg(long, allow_hyphen_values = true)]
    token: Option<String>,
    /// Minutes between two readings, 1 to 60
    #[arg(long, value_name = "N")]
    minutes: Option<i64>,
    /// As JSON
    #[arg(long)]
    json: bool,
}

impl SourceCommand {
    pub fn run(self) -> Result<ExitCode> {
        match self {
            Self::Add(add) => add.run(),
            Self::List { data, json } => list(&data, json),
            Self::Test { source, data, json } => test(source, &data, json),
            Self::Remove { source, data, json } => remove(source, &data, json),
        }
    }
}

impl Add {
    fn run(self) -> Result<ExitCode> {
        let (data, json) = (self.data.clone(), self.json);
        let asked = self.asked()?;
        let access = if asked.create.is_some() { data.access()? } else { data.existing()? };
        let added: Result<Added, Box<Refusal>> = match access {
            Access::Server(client) => {
                let sent = serde_json::to_vec(&asked)?;
                serde_json::from_slice(&client.post("/control/sources", sent)?)?
            }
            Access::Folder(store) => connect::add_by_shell(&store, &Engine::default(), asked)?,
        };
        match added {
            Ok(added) => {
                tell_added(&added, json);
                Ok(ExitCode::SUCCESS)
            }
            Err(refusal) => Ok(tell_refusal(&refusal, json)),
        }
    }

    fn asked(self) -> Result<Asked> {
        let given = [("key", self.key), ("secret", self.secret), ("token", self.token)];
        let mut typed = None;
        let mut credentials = BTreeMap::new();
        let fields: Vec<&str> = comptoir_sources::platform(&self.platform)
            .map(|platform| platform.fields.iter().map(|field| field.name).collect())
            .unwrap_or_default();
        for (name, value) in given {
            let value = match value {
                Some(value) if value == "-" => Some(next_line(&mut typed)?),
                Some(value) => Some(value),
                // What the environment has for another platform is left alone.
                None if fields.contains(&name) => {
                    std::env::var(format!("COMPTOIR_{}", name.to_uppercase())).ok()
                }
                None => None,
            };
            if let Some(value) = value.filter(|value| !value.trim().is_empty()) {
                credentials.insert(name.to_owned(), value.trim().to_owned());
            }
        }
        let create = self.create.then_some(NewShop {
            name: self.name,
            currency: self.currency,
            timezone: self.timezone,
        });
        Ok(Asked {
            platform: self.platform,
            shop: self.shop,
            create,
            url: self.url,
            credentials,
            minutes: self.minutes,
        })
    }
}

/// The next line of standard input, which is read whole the first time.
fn next_line(typed: &mut Option<std::collections::VecDeque<String>>) -> Result<String> {
    if typed.is_none() {
        let mut text = String::new();
        std::io::stdin().take(64 * 1024).read_to_string(&mut text).context("standard input")?;
        *typed = Some(text.lines().map(str::to_owned).collect());
    }
    let line = typed.as_mut().and_then(std::collections::VecDeque::pop_front).unwrap_or_default();
    ensure!(!line.trim().is_empty(), "standard input has no line left for a credential");
    Ok(line)
}

fn tell_added(added: &Added, json: bool) {
    let language = spoken();
    if json {
        let mut shown = shown_facts(&added.facts, language);
        shown["source"] = added.source.into();
        shown["shop"] = added.shop.slug.as_str().into();
        shown["platform"] = added.platform.as_str().into();
        shown["known"] = added.known.into();
        shown["name"] = added.shop.name.as_str().into();
        shown["currency"] = added.shop.currency.code().into();
        shown["timezone"] = added.shop.timezone.as_str().into();
        print(&format!("{shown}\n"));
        return;
    }
    print(&format!(
        "Connection {}: {} ({}, {}) reads {}{}\n",
        added.source,
        added.shop.slug,
        added.shop.currency,
        added.shop.timezone,
        visible(added.facts.name.as_deref().unwrap_or(&added.platform)),
        if added.known { "; it was connected already, and has the new credentials" } else { "" },
    ));
    tell_notes(&added.facts, language);
}

fn shown_facts(facts: &Facts, language: Language) -> Value {
    let notes: Vec<String> =
        facts.notes.iter().map(|note| note.clone().in_words(language)).collect();
    json!({
        "name": facts.name,
        "currency": facts.currency.map(|currency| currency.code().to_owned()),
        "timezone": facts.timezone,
        "version": facts.version,
        "history_from": facts.history_from,
        "notes": notes,
    })
}

fn tell_notes(facts: &Facts, language: Language) {
    for note in &facts.notes {
        say(&visible(&note.clone().in_words(language)));
    }
}

fn tell_refusal(refusal: &Refusal, json: bool) -> ExitCode {
    let language = spoken();
    if json {
        print(&format!("{}\n", json!({ "source": null, "failure": refusal.shown(language) })));
    }
    let reason = refusal.reason.clone().in_words(language);
    let remedy = refusal.remedy.clone().in_words(language);
    say(&format!("comptoir: {}", visible(&language.joined(&reason, &remedy))));
    ExitCode::FAILURE
}

fn list(data: &DataFolder, json: bool) -> Result<ExitCode> {
    let listed: Vec<Listed> = match data.existing()? {
        Access::Server(client) => serde_json::from_slice(&client.get("/control/sources")?)?,
        Access::Folder(store) => listing::all(&store, &Engine::default())?,
    };
    let language = spoken();
    if json {
        let shown: Vec<Value> = listed.iter().map(|one| one.shown(language)).collect();
        print(&format!("{}\n", Value::Array(shown)));
        return Ok(ExitCode::SUCCESS);
    }
    for one in listed {
        let state = match (&one.failure, one.paused, one.running, one.last_success) {
            (_, true, _, _) => "paused".to_owned(),
            (_, _, true, _) => "reading".to_owned(),
            (Some(failure), ..) => failure.reason.clone().in_words(language),
            (None, _, _, Some(at)) => format!("read {}", at.strftime("%Y-%m-%d %H:%M:%SZ")),
            (None, _, _, None) => "not read yet".to_owned(),
        };
        print(&format!(
            "{}\t{}\t{}\t{}\t{} orders\t{}\n",
            one.source,
            one.shop,
            one.platform,
            visible(&one.url),
            one.orders,
            visible(&state)
        ));
    }
    Ok(ExitCode::SUCCESS)
}

fn test(source: i64, data: &DataFolder, json: bool) -> Result<ExitCode> {
    let answer: Result<Facts, Box<Refusal>> = match data.existing()? {
        Access::Server(client) => serde_json::from_slice(
            &client.post(&format!("/control/sources/{source}/test"), Vec::new())?,
        )?,
        Access::Folder(store) => connect::test(&store, &Engine::default(), source),
    };
    let language = spoken();
    match answer {
        Ok(facts) if json => print(&format!("{}\n", shown_facts(&facts, language))),
        Ok(facts) => {
            let words = [facts.name.clone(), facts.version.clone(), facts.timezone.clone()];
            let words: Vec<String> = words.into_iter().flatten().map(|one| visible(&one)).collect();
            print(&format!("ok\t{}\n", words.join("\t")));
            tell_notes(&facts, language);
        }
        Err(refusal) => return Ok(tell_refusal(&refusal, json)),
    }
    Ok(ExitCode::SUCCESS)
}

fn remove(source: i64, data: &DataFolder, json: bool) -> Result<ExitCode> {
    let gone: Gone = match data.existing()? {
        Access::Server(client) => serde_json::from_slice(
            &client.post(&format!("/control/sources/{source}/remove"), Vec::new())?,
        )?,
        Access::Folder(store) => listing::remove_by_shell(&store, source)?,
    };
    if json {
        print(&format!("{}\n", serde_json::to_string(&gone)?));
    } else {
        print(&format!(
            "Connection {} to {} is removed; the {} orders it brought stay in {}\n",
            gone.source, gone.platform, gone.orders, gone.shop
        ));
    }
    Ok(ExitCode::SUCCESS)
}
