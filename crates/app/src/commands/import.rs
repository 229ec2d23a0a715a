//! `comptoir import`: files of orders into a shop.

use std::fs::File;
use std::io::Read;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use comptoir_model::{CountingRule, Currency, Shop};
use comptoir_sources::file::{DateOrder, Decimal, Encoding};
use comptoir_sources::{Language, Mapping, ReadOptions};
use comptoir_store::{Store, StoreError, StoredShop, shops};
use indicatif::{ProgressBar, ProgressStyle};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::{Access, DataFolder, on_a_terminal, print, say};
use crate::audit::{self, Action};
use crate::client::Client;
use crate::clock;
use crate::importing::{Progress, Report, Session, list_rejects, visible};

/// How often progress is told where there is no terminal.
const PLAIN_INTERVAL: Duration = Duration::from_secs(5);

#[derive(Args)]
pub struct ImportCommand {
    #[command(flatten)]
    data: DataFolder,
    /// Shop that receives the orders
    #[arg(long, value_name = "SLUG")]
    shop: String,
    /// Create the shop; does nothing when it exists with the same settings
    #[arg(long)]
    create: bool,
    /// Name of the new shop (its slug when left out)
    #[arg(long, requires = "create")]
    name: Option<String>,
    /// Platform of the new shop
    #[arg(long, requires = "create")]
    platform: Option<String>,
    /// Currency of the new shop, ISO 4217
    #[arg(long, requires = "create")]
    currency: Option<String>,
    /// Time zone of the new shop, IANA
    #[arg(long, requires = "create")]
    timezone: Option<String>,
    /// Preset (comptoir, comptoir-jsonl, online-retail, prestashop, shopify) or a mapping file ending in .toml
    #[arg(long, value_name = "PRESET_OR_MAPPING")]
    format: String,
    /// Encoding, when the sniffed one is wrong: utf-8, utf-16le, utf-16be, windows-1252
    #[arg(long, value_parser = parse_name::<Encoding>)]
    encoding: Option<Encoding>,
    /// Delimiter, when the sniffed one is wrong
    #[arg(long)]
    delimiter: Option<char>,
    /// Decimal mark, when the sniffed one is wrong
    #[arg(long, value_parser = parse_name::<Decimal>)]
    decimal: Option<Decimal>,
    /// Order of day, month and year, when the sniffed one is wrong
    #[arg(long, value_parser = parse_name::<DateOrder>)]
    dates: Option<DateOrder>,
    /// Say what would come in, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Print the outcome as JSON
    #[arg(long)]
    json: bool,
    /// Files to read: text, .gz, .zst, .xlsx; `-` for standard input
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// A word of one of the option vocabularies, as the mapping files spell it.
fn parse_name<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(serde_json::Value::String(text.to_owned()))
        .map_err(|error| error.to_string())
}

/// What a server is told before the files come.
#[derive(Debug, Serialize, Deserialize)]
pub struct Begin {
    pub shop: String,
    pub create: Option<Shop>,
    pub mapping: Mapping,
    pub options: ReadOptions,
    /// The language in which rejected rows are explained.
    #[serde(default)]
    pub language: Language,
}

impl ImportCommand {
    pub fn run(self) -> Result<ExitCode> {
        let begin = self.begin()?;
        for file in self.files.iter().filter(|file| file.as_os_str() != "-") {
            // Before anything is created: a wrong name must leave nothing behind.
            File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
        }
        let report = match self.data.access()? {
            Access::Server(client) => self.through_server(&client, &begin)?,
            Access::Folder(store) => self.directly(&store, begin)?,
        };
        self.tell(&report)?;
        Ok(match report {
            Report { rows: 0, .. } | Report { accepted: 0, .. } => ExitCode::FAILURE,
            Report { rejected: 0, .. } => ExitCode::SUCCESS,
            _ => ExitCode::from(3),
        })
    }

    fn begin(&self) -> Result<Begin> {
        let mapping = if self.format.to_ascii_lowercase().ends_with(".toml") {
            let text = std::fs::read_to_string(&self.format)
                .with_context(|| format!("cannot read the mapping {}", self.format))?;
            Mapping::parse(&text).with_context(|| format!("mapping {}", self.format))?
        } else {
            Mapping::preset(&self.format)?
        };
        let create = if self.create { Some(self.new_shop()?) } else { None };
        let options = ReadOptions {
            encoding: self.encoding,
            delimiter: self.delimiter,
            decimal: self.decimal,
            dates: self.dates,
        };
        Ok(Begin { shop: self.shop.clone(), create, mapping, options, language: spoken() })
    }

    fn new_shop(&self) -> Result<Shop> {
        let Some(currency) = &self.currency else {
            bail!("a new shop needs a currency; add --currency, for example --currency EUR");
        };
        let Some(timezone) = &self.timezone else {
            bail!(
                "a new shop needs a time zone; add --timezone, for example --timezone Europe/Paris"
            );
        };
        Ok(Shop {
            slug: self.shop.clone(),
            name: self.name.clone().unwrap_or_else(|| self.shop.clone()),
            platform: self.platform.clone().unwrap_or_else(|| "file".to_owned()),
            currency: currency.parse::<Currency>()?,
            timezone: timezone.clone(),
        })
    }

    fn directly(&self, store: &Store, begin: Begin) -> Result<Report> {
        let mut session = open_session(store, begin, !self.dry_run)?;
        let telling = Telling::start(Arc::clone(&session.progress), self.size());
        for file in &self.files {
            let (name, reader) = open(file)?;
            session.add_file(&name, reader)?;
        }
        telling.writing();
        let report = commit_by_shell(session, store, self.dry_run)?;
        telling.finish();
        Ok(report)
    }

    fn through_server(&self, client: &Client, begin: &Begin) -> Result<Report> {
        let dry = if self.dry_run { "?dry_run=1" } else { "" };
        let answer = client.post(&format!("/control/imports{dry}"), serde_json::to_vec(begin)?)?;
        let number: u64 = serde_json::from_slice(&answer)?;
        let progress = Arc::new(Progress::default());
        let telling = Telling::start(Arc::clone(&progress), self.size());
        for file in &self.files {
            let (name, reader) = open(file)?;
            let counted = CountedReader { inner: reader, progress: Arc::clone(&progress) };
            let name = comptoir_metrics::query::encode(&name);
            client.stream(&format!("/control/imports/{number}/files?name={name}"), counted)?;
        }
        telling.writing();
        let answer = client.post(&format!("/control/imports/{number}/commit{dry}"), Vec::new())?;
        telling.finish();
        Ok(serde_json::from_slice::<FullReport>(&answer)?.into())
    }

    /// Bytes to read, when they are known.
    fn size(&self) -> Option<u64> {
        self.files
            .iter()
            .map(|file| {
                (file.as_os_str() != "-")
                    .then(|| std::fs::metadata(file).ok().map(|meta| meta.len()))
                    .flatten()
            })
            .sum()
    }

    fn tell(&self, report: &Report) -> Result<()> {
        if self.json {
            print(&format!("{}\n", serde_json::to_string(report)?));
        } else {
            let verb = if self.dry_run { "would come in" } else { "came in" };
            print(&format!(
                "{} rows read, {} {verb} as {} orders and {} refunds, {} rejected\n",
                report.rows, report.accepted, report.orders, report.refunds, report.rejected
            ));
        }
        if report.rejected > 0 {
            let mut out = std::io::stderr().lock();
            list_rejects(report, spoken(), &mut out)?;
            if let Some(file) = &report.rejected_file {
                say_to(&mut out, &format!("All rejected rows are listed in {}", visible(file)));
            }
        }
        Ok(())
    }
}

/// The language of the terminal: French when its locale is, else English.
pub fn spoken() -> Language {
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"]
        .into_iter()
        .filter_map(|name| std::env::var(name).ok())
        .find(|value| !value.is_empty());
    language_of(&locale.unwrap_or_default())
}

/// The language of a locale such as `fr_FR.UTF-8`.
fn language_of(locale: &str) -> Language {
    if locale.to_ascii_lowercase().starts_with("fr") { Language::Fr } else { Language::En }
}

fn say_to(out: &mut impl std::io::Write, line: &str) {
    let _gone = writeln!(out, "{line}");
}

/// Begins an import into a shop, or into one that its commit creates: until then nothing is left
/// behind, no shop either.
pub fn open_session(store: &Store, begin: Begin, keep_rejects: bool) -> Result<Session> {
    let now = clock::now();
    let known =
        shops::list(&store.read()?)?.into_iter().find(|known| known.shop.slug == begin.shop);
    let (shop, create) = match (known, begin.create) {
        (Some(known), Some(asked)) => {
            // Nothing is created: the store only says whether the settings are the same.
            store.create_shop(asked, now)?;
            (known, None)
        }
        (Some(known), None) => (known, None),
        (None, Some(asked)) => {
            if !Shop::is_slug(&asked.slug) {
                bail!(
                    "“{}” cannot name a shop; use 1 to 40 of the characters a-z, 0-9 and -, for example my-shop",
                    visible(&asked.slug)
                );
            }
            TimeZone::get(&asked.timezone)
                .map_err(|_| StoreError::UnknownZone(asked.timezone.clone()))?;
            let rule = CountingRule::default();
            (StoredShop { id: 0, shop: asked.clone(), profile: String::new(), rule }, Some(asked))
        }
        (None, None) => bail!(
            "no shop is called “{}”; add --create with --currency and --timezone to create it",
            visible(&begin.shop)
        ),
    };
    let rejected = store.folder().map(|folder| folder.join("rejected")).filter(|_| keep_rejects);
    let mut session =
        Session::begin(store, &shop, begin.mapping, begin.options, now, rejected.as_deref())?;
    session.create = create;
    Ok(session.speaking(begin.language))
}

/// Commits an import of the command line, which leaves a line in the audit log.
pub fn commit_by_shell(session: Session, store: &Store, dry_run: bool) -> Result<Report> {
    let shop = session.shop().to_owned();
    let report = session.commit(store, dry_run)?;
    // Without a number nothing was written.
    if let Ok(number) = report.import.parse::<i64>() {
        let detail = serde_json::json!({
            "import": number,
            "rows": report.accepted,
            "rejected": report.rejected,
        });
        audit::by_shell(store, Action::Imported, Some(&shop), &detail)?;
    }
    Ok(report)
}

/// A report with the rejected rows that people are shown; what the socket carries.
#[derive(Serialize, Deserialize)]
pub struct FullReport {
    report: Report,
    shown: Vec<comptoir_model::Reject>,
}

impl From<Report> for FullReport {
    fn from(report: Report) -> Self {
        Self { shown: report.shown.clone(), report }
    }
}

impl From<FullReport> for Report {
    fn from(full: FullReport) -> Self {
        Self { shown: full.shown, ..full.report }
    }
}

fn open(file: &PathBuf) -> Result<(String, Box<dyn Read + Send>)> {
    if file.as_os_str() == "-" {
        return Ok(("-".to_owned(), Box::new(std::io::stdin())));
    }
    let reader = File::open(file).with_context(|| format!("cannot read {}", file.display()))?;
    let name = file
        .file_name()
        .map_or_else(|| "file".to_owned(), |name| name.to_string_lossy().into_owned());
    Ok((name, Box::new(reader)))
}

/// Counts the bytes sent to a server.
struct CountedReader {
    inner: Box<dyn Read + Send>,
    progress: Arc<Progress>,
}

impl Read for CountedReader {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.inner.read(buffer)?;
        self.progress.bytes.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

/// Tells progress while the import runs: a bar on a terminal, a line every few seconds elsewhere.
struct Telling {
    bar: Option<ProgressBar>,
    stop: std::sync::mpsc::Sender<()>,
    thread: Option<std::thread::JoinHandle<()>>,
}

impl Telling {
    fn start(progress: Arc<Progress>, size: Option<u64>) -> Self {
        let bar = on_a_terminal().then(|| bar(size));
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let shown = bar.clone();
        let thread = std::thread::spawn(move || {
            let interval =
                if shown.is_some() { Duration::from_millis(100) } else { PLAIN_INTERVAL };
            while let Err(std::sync::mpsc::RecvTimeoutError::Timeout) =
                stopped.recv_timeout(interval)
            {
                let rows = progress.rows.load(Ordering::Relaxed);
                let bytes = progress.bytes.load(Ordering::Relaxed);
                match &shown {
                    Some(bar) => {
                        bar.set_position(bytes);
                        bar.set_message(if rows > 0 {
                            format!("{rows} rows")
                        } else {
                            String::new()
                        });
                    }
                    None => say(&format!("{rows} rows read, {bytes} bytes")),
                }
            }
        });
        Self { bar, stop, thread: Some(thread) }
    }

    fn writing(&self) {
        match &self.bar {
            Some(bar) => bar.set_message("read; grouping and writing orders…"),
            None => say("All rows read; grouping and writing orders"),
        }
    }

    fn finish(mut self) {
        let _stopped = self.stop.send(());
        if let Some(thread) = self.thread.take() {
            let _ended = thread.join();
        }
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

fn bar(size: Option<u64>) -> ProgressBar {
    let template =
        "{bar:30} {percent:>3} %  {bytes}/{total_bytes}  {bytes_per_sec}  {eta} left  {msg}";
    let bar = size.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
    if size.is_some()
        && let Ok(style) = ProgressStyle::with_template(template)
    {
        bar.set_style(style);
    }
    bar
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rejected_rows_are_explained_in_the_language_of_the_locale() {
        for french in ["fr_FR.UTF-8", "fr", "fr_CA", "FR_be.utf8"] {
            assert_eq!(language_of(french), Language::Fr, "{french}");
        }
        for other in ["", "C", "POSIX", "C.UTF-8", "en_US.UTF-8", "de_DE"] {
            assert_eq!(language_of(other), Language::En, "{other}");
        }
    }
}
