//! The doctor: looks at all that a data folder needs to stay well, and says what to do about the rest.
//! The command line, the page about the machine and the health check show the same checks.

use std::path::Path;

use comptoir_store::StoreError;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::state::App;

mod certificate;
mod database;
mod folder;
mod freshness;

/// How things are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    Ok,
    Attention,
    Faulty,
}

/// One thing that was looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Check {
    /// `folder`, `disk`, `clock`, `database`… One id may come several times: connections, certificates.
    pub id: String,
    pub state: State,
    /// What was looked at, in the reader's language.
    pub label: String,
    /// What was found.
    pub words: String,
    /// What to do, unless all is well.
    pub remedy: Option<String>,
}

/// How closely to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Depth {
    /// What costs next to nothing: for a page, for a health check every minute.
    #[cfg_attr(not(test), expect(dead_code, reason = "the page about the machine comes to it"))]
    Quick,
    /// Reads the whole database, and asks the shops' addresses for their certificates.
    Whole,
}

/// Everything that is looked at, with the server or the folder at hand. `public` is the address that
/// others reach this server under. It blocks.
pub fn examine(
    app: &App,
    lang: Lang,
    now: Timestamp,
    depth: Depth,
    public: Option<&str>,
) -> Vec<Check> {
    let mut report = Report::new(lang, now);
    if let Some(folder) = app.store.folder() {
        folder::examine(&mut report, folder);
    }
    machine(&mut report);
    match app.store.read() {
        Ok(snapshot) => {
            report.told(database::examine(app, &snapshot, depth), "database");
            report.told(freshness::examine(app, &snapshot), "connections");
            if depth == Depth::Whole {
                report.told(certificate::examine(&snapshot, public), "certificate");
            }
        }
        Err(error) => report.unreadable(&error),
    }
    report.checks
}

/// What can be said of a folder whose database does not open.
pub fn examine_closed(folder: &Path, error: &StoreError, lang: Lang, now: Timestamp) -> Vec<Check> {
    let mut report = Report::new(lang, now);
    folder::examine(&mut report, folder);
    machine(&mut report);
    report.unreadable(error);
    report.checks
}

/// The worst of all checks.
pub fn worst(checks: &[Check]) -> State {
    checks.iter().map(|check| check.state).max().unwrap_or(State::Ok)
}

/// What a part of the examination adds to the report, or why it could not be made.
type Part<'a> = Result<Box<dyn FnOnce(&mut Report) + 'a>, StoreError>;

/// The checks so far.
struct Report {
    lang: Lang,
    now: Timestamp,
    checks: Vec<Check>,
}

impl Report {
    fn new(lang: Lang, now: Timestamp) -> Self {
        Self { lang, now, checks: Vec::new() }
    }

    fn ok(&mut self, id: &str, message: &str, values: &[(&str, &str)]) {
        self.add(State::Ok, id, message, values);
    }

    fn attention(&mut self, id: &str, message: &str, values: &[(&str, &str)]) {
        self.add(State::Attention, id, message, values);
    }

    fn faulty(&mut self, id: &str, message: &str, values: &[(&str, &str)]) {
        self.add(State::Faulty, id, message, values);
    }

    /// The words are `doctor-MESSAGE`, the remedy `doctor-MESSAGE-do`.
    fn add(&mut self, state: State, id: &str, message: &str, values: &[(&str, &str)]) {
        let message = format!("doctor-{message}");
        let remedy =
            (state != State::Ok).then(|| t_args(self.lang, &format!("{message}-do"), values));
        self.checks.push(Check {
            id: id.to_owned(),
            state,
            label: t(self.lang, &format!("doctor-{id}")),
            words: t_args(self.lang, &message, values),
            remedy,
        });
    }

    fn told(&mut self, part: Part<'_>, id: &str) {
        match part {
            Ok(add) => add(self),
            Err(error) => self.unreadable_at(id, &error),
        }
    }

    fn unreadable(&mut self, error: &StoreError) {
        self.unreadable_at("database", error);
    }

    fn unreadable_at(&mut self, id: &str, error: &StoreError) {
        // What the database says may be pages long: its first line names the fault.
        let problem = error.to_string();
        let problem = crate::importing::visible(problem.lines().next().unwrap_or_default());
        let damaged = matches!(error, StoreError::Database(_) | StoreError::Damaged(_));
        let message = if damaged { "database-unreadable" } else { "database-closed" };
        self.faulty(id, message, &[("problem", &problem)]);
    }

    fn size(&self, bytes: u64) -> String {
        format::number::size(self.lang, bytes)
    }

    fn instant(&self, at: Timestamp) -> String {
        format::instant(self.lang, at, &TimeZone::UTC)
    }
}

/// Memory that the database wants, and open files that a busy server wants.
fn machine(report: &mut Report) {
    const MEMORY: u64 = 768 << 20;
    const FILES: u64 = 4096;
    if let Some(free) = crate::machine::free_memory() {
        let (free_words, wanted) = (report.size(free), report.size(MEMORY));
        let values = [("free", free_words.as_str()), ("wanted", wanted.as_str())];
        if free < MEMORY {
            report.attention("memory", "memory-short", &values);
        } else {
            report.ok("memory", "memory-ok", &values);
        }
    }
    let files = crate::machine::open_files();
    let words = files.map_or_else(
        || "∞".to_owned(),
        |files| format::integer(report.lang, i64::try_from(files).unwrap_or(i64::MAX)),
    );
    if files.is_some_and(|files| files < FILES) {
        report.attention("files", "files-few", &[("count", &words)]);
    } else {
        report.ok("files", "files-ok", &[("count", &words)]);
    }
}

#[cfg(test)]
mod tests;
