//! An import from first byte to commit: the same for the command line, the socket and the page.

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context as _, Result, anyhow};
use comptoir_metrics::table::harmless;
use comptoir_model::{Origin, Record, Reject, Shop};
use comptoir_sources::{
    Context, Language, Mapping, ReadOptions, Reader, Row, StagedRow, Step, Table,
};
use comptoir_store::privacy::ErasedNames;
use comptoir_store::visits::Refusals;
use comptoir_store::{
    Import, ImportCounts, ImportPlan, Staging, Store, StoredShop, WaitingRow, shops,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

mod frames;

/// Rows that are staged together.
const CHUNK: usize = 20_000;

/// Rejected rows shown in full; all of them are in the file.
const SHOWN: usize = 50;

/// Counters that a progress bar reads while the import runs.
#[derive(Debug, Default)]
pub struct Progress {
    pub rows: AtomicU64,
    pub rejected: AtomicU64,
    /// Bytes of the input, as they came (compressed or not).
    pub bytes: AtomicU64,
    /// Asks the reading to end; nothing has been written then.
    pub stop: AtomicBool,
}

/// The import was asked to stop before anything of it was written.
#[derive(Debug, thiserror::Error)]
#[error("the import was stopped; nothing was written")]
pub struct Stopped;

/// What an import did, or would do.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Report {
    /// The import's id; empty after a dry run.
    pub import: String,
    pub rows: u64,
    pub accepted: u64,
    pub rejected: u64,
    pub rejected_file: Option<String>,
    pub orders: u64,
    pub refunds: u64,
    /// The first rejected rows, for people.
    #[serde(skip)]
    pub shown: Vec<Reject>,
}

/// An import under way. Dropping it leaves nothing behind.
pub struct Session {
    staging: Staging,
    mapping: Mapping,
    options: ReadOptions,
    context: Context,
    language: Language,
    plan: ImportPlan,
    rejects: Arc<Mutex<Rejects>>,
    readers: Vec<Reader>,
    rows: u64,
    staged: u64,
    /// A new shop, created with what the files bring.
    pub create: Option<Shop>,
    pub progress: Arc<Progress>,
}

impl Session {
    /// Begins an import of files of one format into a shop. Rejected rows go to `folder`.
    pub fn begin(
        store: &Store,
        shop: &StoredShop,
        mapping: Mapping,
        options: ReadOptions,
        started: Timestamp,
        folder: Option<&Path>,
    ) -> Result<Self> {
        let timezone = TimeZone::get(&shop.shop.timezone).context("the shop's time zone")?;
        let plan = ImportPlan {
            shop: shop.shop.slug.clone(),
            source: mapping.name.clone(),
            format: mapping.name.clone(),
            files: Vec::new(),
            started,
        };
        Ok(Self {
            staging: store.staging()?,
            options,
            context: Context {
                imported: started,
                arrival: Origin::UnstampedFile,
                currency: shop.shop.currency,
                timezone,
                visits: crate::visits::mode(store, shop.id)?,
            },
            language: Language::default(),
            rejects: Arc::new(Mutex::new(Rejects::new(
                folder,
                &shop.shop.slug,
                started,
                store.erased_names()?,
            ))),
            mapping,
            plan,
            readers: Vec::new(),
            rows: 0,
            staged: 0,
            create: None,
            progress: Arc::new(Progress::default()),
        })
    }

    /// The import, rejecting rows in words of that language (French unless said).
    #[must_use]
    pub fn speaking(mut self, language: Language) -> Self {
        self.language = language;
        self
    }

    /// The slug of the shop that receives the records.
    pub fn shop(&self) -> &str {
        &self.plan.shop
    }

    /// Reads a whole file into the staging table.
    pub fn add_file(&mut self, name: &str, reader: impl Read + Send + 'static) -> Result<()> {
        let options = merged(&self.options, &self.mapping.read_options());
        let mut table = Table::open(reader, name, &options)
            .with_context(|| shown_name(name))?
            .speaking(self.language);
        let reader = Reader::new(self.mapping.clone(), table.sniffed(), self.context.clone())
            .with_context(|| shown_name(name))?
            .speaking(self.language);
        let consumed = table.consumed();
        let mut chunk: Vec<WaitingRow> = Vec::with_capacity(CHUNK);
        let mut row = Row::default();
        // Rows of several files share one staging table: the file's number tells them apart.
        let file = self.readers.len() as u64;
        loop {
            match table.next_row(&mut row).with_context(|| shown_name(name))? {
                Step::End => break,
                Step::Rejected(reject) => {
                    self.rows += 1;
                    self.reject(name, &[reject])?;
                }
                Step::Row => match reader.stage(&row, row.line()) {
                    Ok(None) => {}
                    Ok(Some(staged)) => {
                        self.rows += 1;
                        self.staged += 1;
                        frames::push(&mut chunk, file, staged);
                    }
                    Err(reject) => {
                        self.rows += 1;
                        self.reject(name, &[reject])?;
                    }
                },
            }
            if chunk.len() > CHUNK {
                self.staging.append(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK)))?;
            }
            if self.rows.is_multiple_of(1024) {
                if self.progress.stop.load(Ordering::Relaxed) {
                    return Err(Stopped.into());
                }
                self.progress.rows.store(self.rows, Ordering::Relaxed);
                self.progress.bytes.store(consumed.load(Ordering::Relaxed), Ordering::Relaxed);
            }
        }
        self.staging.append(chunk)?;
        self.progress.rows.store(self.rows, Ordering::Relaxed);
        self.readers.push(reader);
        self.plan.files.push(name.to_owned());
        Ok(())
    }

    fn reject(&self, file: &str, rejects: &[Reject]) -> Result<()> {
        self.progress.rejected.fetch_add(rejects.len() as u64, Ordering::Relaxed);
        self.rejects.lock().unwrap_or_else(PoisonError::into_inner).add(file, rejects)
    }

    /// Groups the rows and writes all of them, or says what would come in when `dry_run`.
    pub fn commit(self, store: &Store, dry_run: bool) -> Result<Report> {
        let Self { staging, plan, rejects, readers, rows, staged, create, context, .. } = self;
        let day = context.timezone.to_datetime(plan.started).date();
        let slug = plan.shop.clone();
        let files = plan.files.clone();
        let assembling = Assembling { readers, files, rejects: Arc::clone(&rejects) };
        if dry_run {
            let (mut orders, mut refunds) = (0, 0);
            staging.each_group(&mut |key, group| {
                let (more_orders, more_refunds) = count(&assembling.records(key, group));
                orders += more_orders;
                refunds += more_refunds;
                Ok(())
            })?;
            let rejects = rejects.lock().unwrap_or_else(PoisonError::into_inner);
            return Ok(rejects.report(String::new(), rows, orders, refunds));
        }
        if let Some(shop) = create {
            if staged == 0 {
                // Nothing comes in, so no shop does either.
                let mut rejects = rejects.lock().unwrap_or_else(PoisonError::into_inner);
                rejects.keep();
                return Ok(rejects.report(String::new(), rows, 0, 0));
            }
            store.create_shop(shop, plan.started)?;
        }
        let at_the_end = Arc::clone(&rejects);
        let counts = move || {
            let mut rejects = at_the_end.lock().unwrap_or_else(PoisonError::into_inner);
            rejects.keep();
            ImportCounts {
                rows,
                accepted: rows.saturating_sub(rejects.count),
                rejected: rejects.count,
                rejected_file: rejects.file_name(),
            }
        };
        let written = store.commit_import(
            staging,
            plan,
            move |key, group| assembling.records(key, group),
            counts,
        );
        let mut rejects = rejects.lock().unwrap_or_else(PoisonError::into_inner);
        let Import { id, orders, refunds, .. } = written.inspect_err(|_| rejects.discard())?;
        let refusals = std::mem::take(&mut rejects.visits);
        let known = shops::list(&store.read()?)?;
        if let Some(shop) = known.iter().find(|shop| shop.shop.slug == slug) {
            store.count_refused_visits(shop.id, day, "file", refusals)?;
        }
        Ok(rejects.report(id.to_string(), rows, orders, refunds))
    }
}

/// Turns staged rows back into records, with the reader of the file they came from.
struct Assembling {
    readers: Vec<Reader>,
    files: Vec<String>,
    rejects: Arc<Mutex<Rejects>>,
}

impl Assembling {
    fn records(&self, key: &str, group: &mut Vec<WaitingRow>) -> Vec<Record> {
        // An order whose rows are in several files is read as the first of them says.
        let file = group.first().map_or(0, |row| usize::try_from(row.line).unwrap_or(0));
        let rows: Vec<StagedRow> = group.iter().flat_map(frames::rows).collect();
        group.clear();
        let Some(reader) = self.readers.get(file) else { return Vec::new() };
        let (records, rejects) = reader.assemble(key, &rows);
        if !rejects.is_empty() {
            let name = self.files.get(file).map_or("", String::as_str);
            // The list of rejected rows is a help to the merchant: failing to write it must not stop
            // the rows that are good.
            let _listed =
                self.rejects.lock().unwrap_or_else(PoisonError::into_inner).add(name, &rejects);
        }
        records
    }
}

fn count(records: &[Record]) -> (u64, u64) {
    records.iter().fold((0, 0), |(orders, refunds), record| match record {
        Record::Order(order) => (orders + 1, refunds + order.refunds.len() as u64),
        Record::Refund(_) => (orders, refunds + 1),
        _ => (orders, refunds),
    })
}

/// What was said on the command line or the page wins over what the mapping says.
fn merged(said: &ReadOptions, mapping: &ReadOptions) -> ReadOptions {
    ReadOptions {
        encoding: said.encoding.or(mapping.encoding),
        delimiter: said.delimiter.or(mapping.delimiter),
        decimal: said.decimal.or(mapping.decimal),
        dates: said.dates.or(mapping.dates),
    }
}

fn shown_name(name: &str) -> String {
    if name == "-" { "standard input".to_owned() } else { name.to_owned() }
}

/// Rejected rows, written to a file as they come.
struct Rejects {
    /// Where the list stays once the import is done.
    path: Option<PathBuf>,
    /// Where it grows until then: an import that never was leaves no list behind.
    growing: Option<PathBuf>,
    kept: bool,
    file: Option<csv::Writer<std::fs::File>>,
    count: u64,
    shown: Vec<Reject>,
    /// Whom the list may not quote.
    erased: Option<ErasedNames>,
    /// Visits that the shop's collection mode refused.
    visits: Refusals,
}

impl Rejects {
    fn new(
        folder: Option<&Path>,
        shop: &str,
        started: Timestamp,
        erased: Option<ErasedNames>,
    ) -> Self {
        let stamp = started.strftime("%Y%m%dT%H%M%S%.3f").to_string().replace('.', "");
        let name = format!("{shop}-{stamp}.csv");
        let path = folder.map(|folder| folder.join(&name));
        let growing = folder.and_then(Path::parent).map(|data| data.join("temporary").join(&name));
        let (shown, visits) = (Vec::new(), Refusals::new());
        Self { path, growing, kept: false, file: None, count: 0, shown, erased, visits }
    }

    fn add(&mut self, file: &str, rejects: &[Reject]) -> Result<()> {
        for reject in rejects {
            self.count += 1;
            if let Some(fault) = reject.visit {
                *self.visits.entry(fault).or_default() += 1;
            }
            let mut reject = reject.clone();
            if let Some(erased) = &self.erased
                && [&reject.value, &reject.reason, &reject.remedy]
                    .into_iter()
                    .any(|text| erased.quoted_in(text))
            {
                (reject.value, reject.reason, reject.remedy) = Default::default();
            }
            if self.shown.len() < SHOWN {
                self.shown.push(reject.clone());
            }
            let Some(writer) = self.writer()? else { continue };
            writer.write_record([
                harmless(file),
                reject.line.to_string(),
                harmless(&reject.field),
                harmless(&reject.value),
                reject.reason.clone(),
                reject.remedy.clone(),
            ])?;
        }
        Ok(())
    }

    fn writer(&mut self) -> Result<Option<&mut csv::Writer<std::fs::File>>> {
        if self.file.is_none() {
            let Some(path) = &self.growing else { return Ok(None) };
            if let Some(folder) = path.parent() {
                std::fs::create_dir_all(folder)?;
            }
            let mut options = std::fs::File::options();
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file =
                options.create(true).write(true).truncate(true).open(path).map_err(|error| {
                    anyhow!("cannot write the rejected rows to {}: {error}", path.display())
                })?;
            let mut writer = csv::Writer::from_writer(file);
            writer.write_record(["file", "line", "field", "value", "reason", "remedy"])?;
            self.file = Some(writer);
        }
        Ok(self.file.as_mut())
    }

    /// Puts the list where it stays.
    fn keep(&mut self) {
        let (Some(file), Some(growing), Some(path)) = (&mut self.file, &self.growing, &self.path)
        else {
            return;
        };
        // As above: the list is a help, the import does not depend on it.
        let folder = path.parent().unwrap_or(path);
        let moved = file
            .flush()
            .and_then(|()| std::fs::create_dir_all(folder))
            .and_then(|()| std::fs::rename(growing, path));
        self.kept = moved.is_ok();
    }

    /// Takes the list away again: what it belongs to was not written.
    fn discard(&mut self) {
        let written = if self.kept { &self.path } else { &self.growing };
        if let (Some(_), Some(path)) = (self.file.take(), written) {
            let _gone = std::fs::remove_file(path);
        }
    }

    fn file_name(&self) -> Option<String> {
        self.path.as_ref().filter(|_| self.kept).map(|path| path.to_string_lossy().into_owned())
    }

    fn report(&self, import: String, rows: u64, orders: u64, refunds: u64) -> Report {
        Report {
            import,
            rows,
            accepted: rows.saturating_sub(self.count),
            rejected: self.count,
            rejected_file: self.file_name(),
            orders,
            refunds,
            shown: self.shown.clone(),
        }
    }
}

impl Drop for Rejects {
    fn drop(&mut self) {
        if !self.kept {
            self.discard();
        }
    }
}

/// Writes the rejected rows' list for a terminal: control characters of the file are shown, not obeyed.
pub fn list_rejects(
    report: &Report,
    language: Language,
    out: &mut impl Write,
) -> std::io::Result<()> {
    for reject in &report.shown {
        writeln!(
            out,
            "  line {}: {} “{}”: {}",
            reject.line,
            visible(&reject.field),
            visible(&reject.value),
            visible(&language.joined(&reject.reason, &reject.remedy))
        )?;
    }
    let hidden = report.rejected.saturating_sub(report.shown.len() as u64);
    if hidden > 0 {
        writeln!(out, "  … and {hidden} more")?;
    }
    Ok(())
}

/// Text from outside, with its control characters escaped, and those that turn the writing around.
pub fn visible(text: &str) -> String {
    let obeyed =
        |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    text.chars()
        .flat_map(|c| if obeyed(c) { c.escape_default().collect::<Vec<_>>() } else { vec![c] })
        .collect()
}
