//! The command line. Commands go through the server when one runs on the data folder, else they
//! take its lock.

use std::io::{IsTerminal, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Result;
use clap::{Args, Parser, Subcommand, ValueEnum};
use comptoir_store::Store;

use crate::api::analysis::Analysis;
use crate::client::Client;

mod analysis;
pub(crate) mod audit;
mod backup;
mod bench;
mod demo;
mod docs;
mod doctor;
pub(crate) mod import;
pub(crate) mod mail;
pub(crate) mod person;
mod privacy;
mod query;
mod rates;
mod restore;
mod serve;
mod shop;
mod source;
mod sync;
pub(crate) mod token;
pub(crate) mod user;

/// How long a command waits for a data folder that another one holds.
const PATIENCE: Duration = Duration::from_secs(10);

/// The cockpit of an online shop: orders, customers and products, right to the cent.
#[derive(Parser)]
#[command(name = "comptoir", version, about, max_term_width = 100)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve two demo shops: a real one, and a generated one that goes on selling
    Demo(demo::Demo),
    /// Serve the shops of a data folder
    Serve(serve::Serve),
    /// Import files of orders into a shop
    Import(import::ImportCommand),
    /// Answer a query, exactly as GET /api/v1/query does
    Query(query::QueryCommand),
    /// Who comes back: cohorts of customers by their first order, as GET /api/v1/cohorts answers
    Cohorts(analysis::AnalysisCommand),
    /// What is bought together, as GET /api/v1/basket answers
    Basket(analysis::AnalysisCommand),
    /// Customers by recency, frequency and amount, as GET /api/v1/rfm answers
    Rfm(analysis::AnalysisCommand),
    /// Exchange rates
    #[command(subcommand)]
    Rates(rates::RatesCommand),
    /// Shops of the workspace
    #[command(subcommand)]
    Shop(shop::ShopCommand),
    /// Connections to the shops’ platforms
    #[command(subcommand)]
    Source(source::SourceCommand),
    /// Read the connected platforms now: exit code 0 in sync, 3 partly, 1 failed
    Sync(sync::SyncCommand),
    /// Look at all that the data folder needs: exit code 0 all is well, 3 attention, 1 faulty
    Doctor(doctor::DoctorCommand),
    /// Who did what, when, from where: the audit log as a file, and whether it is whole
    Audit(audit::AuditCommand),
    /// Tokens of programs: to push records, to read figures, to sign links to embedded pages
    #[command(subcommand)]
    Token(token::TokenCommand),
    /// A customer’s request: find, show, export, rectify, erase a person
    #[command(subcommand)]
    Person(person::PersonCommand),
    /// Write the database anew, without what was erased; it is done at night by itself
    Compact(person::CompactCommand),
    /// Duties towards the persons whose data is held
    #[command(subcommand)]
    Privacy(privacy::PrivacyCommand),
    /// Back up a data folder into a folder or, with -, to standard output; also while a server runs on it
    Backup(backup::BackupCommand),
    /// Put a backup back into a data folder
    Restore(restore::RestoreCommand),
    /// Outgoing mail
    #[command(subcommand)]
    Mail(mail::MailCommand),
    /// Accounts of the people who sign in
    #[command(subcommand)]
    User(user::UserCommand),
    /// Print a generated page of the documentation
    #[command(hide = true)]
    Docs(docs::Docs),
    /// Measure import, memory and page times on generated orders
    #[command(hide = true)]
    Bench(bench::Bench),
    /// Write generated orders as canonical CSV, for measurements
    #[command(hide = true)]
    Generate(docs::Generate),
}

/// The data folder every command needs.
#[derive(Args, Clone)]
struct DataFolder {
    /// Folder that holds the shops' data
    #[arg(long = "data", value_name = "DIR")]
    data: PathBuf,
}

/// How a query's answer is printed.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Json,
    Csv,
    Table,
}

/// Runs the program and turns its outcome into an exit code: 0 done, 1 nothing done, 3 partly done.
pub fn main() -> ExitCode {
    crate::machine::prepare();
    let cli = Cli::parse();
    let outcome = match cli.command {
        Command::Demo(command) => command.run(),
        Command::Serve(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Query(command) => command.run(),
        Command::Cohorts(command) => command.run(Analysis::Cohorts),
        Command::Basket(command) => command.run(Analysis::Basket),
        Command::Rfm(command) => command.run(Analysis::Rfm),
        Command::Rates(command) => command.run(),
        Command::Shop(command) => command.run(),
        Command::Source(command) => command.run(),
        Command::Sync(command) => command.run(),
        Command::Doctor(command) => command.run(),
        Command::Token(command) => command.run(),
        Command::Audit(command) => command.run(),
        Command::Person(command) => command.run(),
        Command::Compact(command) => command.run(),
        Command::Privacy(command) => command.run(),
        Command::Backup(command) => command.run(),
        Command::Restore(command) => command.run(),
        Command::Mail(command) => command.run(),
        Command::User(command) => command.run(),
        Command::Docs(command) => command.run(),
        Command::Bench(command) => command.run(),
        Command::Generate(command) => command.run(),
    };
    outcome.unwrap_or_else(|error| {
        say(&format!("comptoir: {}", crate::importing::visible(&format!("{error:#}"))));
        ExitCode::FAILURE
    })
}

/// The way to a data folder: the server that runs on it, or the folder itself.
enum Access {
    Server(Client),
    Folder(Box<Store>),
}

impl DataFolder {
    /// The way to a folder that is there already: a mistyped name must not create an empty one.
    fn existing(&self) -> Result<Access> {
        anyhow::ensure!(
            self.data.is_dir(),
            "there is no folder {}; check --data",
            self.data.display()
        );
        self.access()
    }

    fn access(&self) -> Result<Access> {
        if let Some(client) = Client::connect(&self.data)? {
            return Ok(Access::Server(client));
        }
        Ok(Access::Folder(Box::new(Store::open(&self.data, PATIENCE)?)))
    }
}

/// Writes to standard output; a reader that has gone away ends the writing, not the work.
fn print(text: &str) {
    let mut out = std::io::stdout().lock();
    let _gone = out.write_all(text.as_bytes()).and_then(|()| out.flush());
}

/// Writes a line for people, beside the program's answer.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stderr().lock();
    let _gone = writeln!(out, "{line}");
}

/// Writes a failure of the server where its operator reads it.
pub(crate) fn log(line: &str) {
    say(&format!("comptoir: {}", crate::importing::visible(line)));
}

fn on_a_terminal() -> bool {
    std::io::stderr().is_terminal()
}
