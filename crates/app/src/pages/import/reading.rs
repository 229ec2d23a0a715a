//! A look at a file before it is imported: its first rows, and what would become of them.
//!
//! The work is bounded whatever the file: so many bytes, so many rows.

use std::collections::HashMap;
use std::fs::File;
use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use comptoir_model::{Origin, Record, Reject, Shop};
use comptoir_sources::file::{FileError, Shape};
use comptoir_sources::mapping::fields;
use comptoir_sources::{
    Context, Language, Mapping, MappingError, Reader, Row, Sniffed, StagedRow, Step, Table,
};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::choices::{Choices, column_of};
use super::uploads::Upload;
use crate::importing::visible;

/// Rows shown.
pub const SHOWN: usize = 20;
/// Rows tried.
const TRIED: u64 = 2_000;
/// Bytes of the file that a look may cost: four times what sniffing wants.
const LOOKED_AT: u64 = 16 << 20;
/// Bytes of staged rows kept while trying.
const KEPT: usize = 16 << 20;
/// Rejected rows shown.
const REJECTS: usize = 20;
/// Columns shown and offered.
pub const COLUMNS: usize = 200;
/// Characters of a cell shown.
const CELL: usize = 80;

/// What a look at a file found.
pub struct Reading {
    pub sniffed: Sniffed,
    pub format: String,
    pub mapping: Mapping,
    /// Each row's cells, cut to what a page can show.
    pub rows: Vec<Vec<String>>,
    pub trial: Result<Trial, Unfit>,
}

/// What the first rows would give.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Trial {
    pub rows: u64,
    pub rejected: u64,
    pub orders: u64,
    pub refunds: u64,
    pub rejects: Vec<Reject>,
    /// Whether these rows are the whole file.
    pub whole: bool,
}

/// Why a mapping can't read the file.
#[derive(Debug, PartialEq, Eq)]
pub enum Unfit {
    /// Fields without a column.
    Missing(Vec<String>),
    /// The format is for files of another shape.
    Shape,
    Other(String),
}

/// Looks at an upload with what is said of it.
pub fn look(
    upload: &Upload,
    choices: &Choices,
    language: Language,
    now: Timestamp,
) -> Result<Reading, FileError> {
    let file = File::open(&upload.path)?;
    let (table, cut) = open(file, &upload.name, choices)?;
    let mut table = table.speaking(language);
    let sniffed = table.sniffed().clone();
    let (format, mapping) = choices.mapping(&sniffed);
    let reader = context(&upload.target.shop, now)
        .map_err(|error| Unfit::Other(format!("{error:#}")))
        .and_then(|context| fitted(&mapping, &sniffed, context, language));
    let mut rows = Vec::new();
    let trial = match reader {
        Ok(reader) => Ok(try_rows(&mut table, &reader, &cut, &mut rows)?),
        Err(unfit) => {
            // The rows are shown all the same: they tell what to choose.
            rows = table
                .preview(SHOWN)?
                .iter()
                .map(|row| shown(row.iter().map(String::as_str)))
                .collect();
            Err(unfit)
        }
    };
    Ok(Reading { sniffed, format, mapping, rows, trial })
}

/// Checks that a file can be read at all.
pub fn check(path: &std::path::Path, name: &str, choices: &Choices) -> Result<(), FileError> {
    let (mut table, cut) = open(File::open(path)?, name, choices)?;
    // A decompression bomb may only show itself in its rows.
    match table.preview(SHOWN) {
        // What the cut broke off is no error of the file.
        Err(FileError::Io(_)) if cut.load(Ordering::Relaxed) => Ok(()),
        other => other.map(|_| ()),
    }
}

/// Fields that the mapping needs and that no column of the file fills.
fn missing(mapping: &Mapping, headers: &[String]) -> Vec<String> {
    let group_by = mapping.group_by.as_deref().unwrap_or("order_id");
    fields()
        .iter()
        .filter(|def| is_required(mapping, group_by, def.id, def.required))
        .filter(|def| !mapping.constants.contains_key(def.id))
        .filter(|def| column_of(mapping, def.id, headers).is_none())
        .map(|def| def.id.to_owned())
        .collect()
}

fn is_required(mapping: &Mapping, group_by: &str, field: &str, always: bool) -> bool {
    let grouped_otherwise = field == "order_id" && group_by != "order_id";
    (always && !grouped_otherwise)
        || field == group_by
        || mapping.required.iter().any(|one| one == field)
}

/// Whether a row can't be read without this field.
pub fn required(mapping: &Mapping, field: &str, always: bool) -> bool {
    is_required(mapping, mapping.group_by.as_deref().unwrap_or("order_id"), field, always)
}

fn fitted(
    mapping: &Mapping,
    sniffed: &Sniffed,
    context: Context,
    language: Language,
) -> Result<Reader, Unfit> {
    let reader =
        Reader::new(mapping.clone(), sniffed, context).map(|reader| reader.speaking(language));
    reader.map_err(|error| match error {
        MappingError::MissingColumns(_) => Unfit::Missing(missing(mapping, &sniffed.headers())),
        MappingError::WrongShape(_) => Unfit::Shape,
        other => Unfit::Other(visible(&other.in_words(language))),
    })
}

/// What the shop says where the file says nothing.
fn context(shop: &Shop, now: Timestamp) -> Result<Context> {
    let timezone = TimeZone::get(&shop.timezone).context("the shop's time zone")?;
    // A look at a file refuses what the import may refuse: the stricter mode.
    let visits = comptoir_model::VisitMode::Exempt;
    let arrival = Origin::UnstampedFile;
    Ok(Context { imported: now, arrival, currency: shop.currency, timezone, visits })
}

fn open(
    mut file: File,
    name: &str,
    choices: &Choices,
) -> Result<(Table, Arc<AtomicBool>), FileError> {
    let cut = Arc::new(AtomicBool::new(false));
    let mut magic = Vec::new();
    file.by_ref().take(4).read_to_end(&mut magic)?;
    std::io::Seek::rewind(&mut file)?;
    // A spreadsheet's table of contents stands at its end; its size is limited by its reader.
    let left = if magic == b"PK\x03\x04" { u64::MAX } else { LOOKED_AT };
    let start = Start { file, left, cut: Arc::clone(&cut) };
    Ok((Table::open(start, name, &choices.options)?, cut))
}

/// The start of a file; `cut` tells that there was more.
struct Start {
    file: File,
    left: u64,
    cut: Arc<AtomicBool>,
}

impl Read for Start {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.left == 0 {
            self.cut.store(true, Ordering::Relaxed);
            return Ok(0);
        }
        let most = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len());
        let read = self.file.read(&mut buffer[..most])?;
        self.left -= read as u64;
        Ok(read)
    }
}

fn try_rows(
    table: &mut Table,
    reader: &Reader,
    cut: &AtomicBool,
    rows: &mut Vec<Vec<String>>,
) -> Result<Trial, FileError> {
    let mut trial = Trial::default();
    let mut groups: HashMap<String, Vec<StagedRow>> = HashMap::new();
    let mut kept = 0;
    let mut last = None;
    let mut row = Row::default();
    while trial.rows < TRIED && kept < KEPT {
        let step = match table.next_row(&mut row) {
            // What the cut broke off is neither a row nor an error of the file.
            _ if cut.load(Ordering::Relaxed) => break,
            Ok(step) => step,
            Err(error) => return Err(error),
        };
        let outcome = match step {
            Step::End => {
                trial.whole = true;
                break;
            }
            Step::Rejected(reject) => Err(reject),
            Step::Row => {
                if rows.len() < SHOWN && !row.is_empty() {
                    rows.push(shown(row.cells()));
                }
                match reader.stage(&row, row.line()) {
                    Ok(None) => continue,
                    Ok(Some(staged)) => Ok(staged),
                    Err(reject) => Err(reject),
                }
            }
        };
        trial.rows += 1;
        match outcome {
            Ok(staged) => {
                kept += staged.payload.len() + staged.key.len();
                last = Some(staged.key.clone());
                groups.entry(staged.key.clone()).or_default().push(staged);
            }
            Err(reject) => trial.reject(reject),
        }
    }
    if !trial.whole
        && let Some(last) = last
    {
        // The last order may go on after these rows: half of it would be rejected for no fault of its own.
        trial.rows -= groups.remove(&last).map_or(0, |rows| rows.len() as u64);
    }
    let mut keys: Vec<&String> = groups.keys().collect();
    keys.sort_unstable();
    for key in keys {
        let (records, rejects) = reader.assemble(key, &groups[key]);
        for record in records {
            match record {
                Record::Order(order) => {
                    trial.orders += 1;
                    trial.refunds += order.refunds.len() as u64;
                }
                Record::Refund(_) => trial.refunds += 1,
                _ => {}
            }
        }
        for reject in rejects {
            trial.reject(reject);
        }
    }
    trial.rejects.sort_by_key(|reject| reject.line);
    trial.rejects.truncate(REJECTS);
    Ok(trial)
}

impl Trial {
    fn reject(&mut self, reject: Reject) {
        self.rejected += 1;
        // Twice as many as are shown are kept, since those of whole orders come after those of rows.
        if self.rejects.len() < 2 * REJECTS {
            self.rejects.push(reject);
        }
    }

    pub fn accepted(&self) -> u64 {
        self.rows.saturating_sub(self.rejected)
    }
}

fn shown<'a>(cells: impl Iterator<Item = &'a str>) -> Vec<String> {
    cells.take(COLUMNS).map(|cell| excerpt(cell, CELL)).collect()
}

/// The beginning of a text from a file: so many characters, controls shown as spaces.
pub fn excerpt(text: &str, most: usize) -> String {
    let mut short: String =
        text.chars().take(most).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(most).is_some() {
        short.push('…');
    }
    short
}

/// Whether a file of this shape has columns to choose from.
pub fn has_columns(sniffed: &Sniffed) -> bool {
    sniffed.shape != Shape::JsonLines
}
