//! Files of rows: whatever a merchant's tool exports, read as rows of text with line numbers.
//!
//! A [`Table`] peels compression, spreadsheets and encodings off a stream of bytes, finds the
//! delimiter and the header, and hands over one row at a time. Memory stays bounded whatever the
//! bytes are: a row longer than [`MAX_ROW`] is rejected, a decompression bomb is an error.

mod compression;
mod encoding;
mod rows;
mod sheet;
mod sniff;

use std::io::Read;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use comptoir_model::Reject;
use serde::{Deserialize, Serialize};

pub use rows::Row;
pub use sniff::{Column, DateOrder, Decimal};

use crate::words::{Label, Language, Text, say};

/// The longest row that is read, in bytes.
pub const MAX_ROW: usize = 1 << 20;

/// How much of a file is looked at to find out what it is: enough for a busy shop's first fortnight,
/// since only a day above 12 settles the order of day and month.
const SAMPLE: usize = 4 << 20;

/// What the merchant says of the file, against what would be sniffed. The default sniffs everything.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ReadOptions {
    pub encoding: Option<Encoding>,
    pub delimiter: Option<char>,
    pub decimal: Option<Decimal>,
    pub dates: Option<DateOrder>,
}

/// How characters are written as bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Encoding {
    #[serde(rename = "utf-8")]
    Utf8,
    #[serde(rename = "utf-16le")]
    Utf16Le,
    #[serde(rename = "utf-16be")]
    Utf16Be,
    #[serde(rename = "windows-1252")]
    Windows1252,
}

/// The shape of the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shape {
    /// Delimited cells under a header.
    Cells,
    /// The first sheet of a spreadsheet.
    Sheet,
    /// One JSON object a line; a row is then one cell, the line itself.
    JsonLines,
}

/// What was found out about a file, or decided by [`ReadOptions`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sniffed {
    pub shape: Shape,
    pub encoding: Encoding,
    pub delimiter: char,
    pub columns: Vec<Column>,
}

impl Sniffed {
    /// The headers, as they stand in the file.
    pub fn headers(&self) -> Vec<String> {
        self.columns.iter().map(|column| column.name.clone()).collect()
    }
}

/// Why a file can't be read at all. Nothing of it has been kept.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    Empty,
    /// No text, and what it is instead.
    Binary(Label),
    /// The headers that several columns share, each as “header”.
    DuplicateHeaders(String),
    HeaderTooLong,
    /// A decompression bomb, and the limit that it passed.
    Bomb(Label),
    /// A spreadsheet, and what is wrong with it.
    Sheet(Text),
    Io(#[from] std::io::Error),
}

impl FileError {
    /// What happened and what to do, in the reader's language.
    pub fn in_words(&self, language: Language) -> String {
        self.text().in_words(language)
    }

    fn text(&self) -> Text {
        match self {
            Self::Empty => say(
                "le fichier est vide ; exportez-le à nouveau, avec un en-tête et au moins une ligne",
                "the file is empty; export it again, with a header line and at least one row",
            ),
            Self::Binary(found) => say(
                format!(
                    "le fichier n’est pas du texte ({}) ; exportez-le en CSV, en JSON Lines ou en .xlsx",
                    found.fr
                ),
                format!(
                    "the file is not text ({}); export it as CSV, JSON Lines or .xlsx",
                    found.en
                ),
            ),
            Self::DuplicateHeaders(names) => say(
                format!(
                    "plusieurs colonnes portent le même nom : {} ; donnez à chacune le sien",
                    names.replace('“', "«\u{a0}").replace('”', "\u{a0}»")
                ),
                format!(
                    "the header names several columns alike: {names}; give each column its own name"
                ),
            ),
            Self::HeaderTooLong => say(
                "la ligne d’en-tête dépasse 1 Mo ; vérifiez que le fichier est un texte délimité, avec un en-tête",
                "the header line is longer than 1 MB; check that the file is delimited text with a header",
            ),
            Self::Bomb(limit) => say(
                format!(
                    "le fichier décompressé dépasse {}, ce qu’aucun export ne fait ; décompressez-le vous-même pour voir ce qu’il contient",
                    limit.fr
                ),
                format!(
                    "the file decompresses to more than {}, which no export does; decompress it by hand and look at it",
                    limit.en
                ),
            ),
            Self::Sheet(problem) => say(
                format!(
                    "le classeur ne peut pas être lu : {} ; enregistrez-le à nouveau en .xlsx, ou en CSV",
                    problem.fr
                ),
                format!(
                    "the spreadsheet can't be read: {}; save it again as .xlsx or as CSV",
                    problem.en
                ),
            ),
            Self::Io(error) => say(
                format!(
                    "le fichier ne peut pas être lu ({error}) ; vérifiez qu’il est entier, puis recommencez"
                ),
                format!(
                    "the file can't be read: {error}; check that it is complete, then try again"
                ),
            ),
        }
    }
}

/// English, for logs and the chain of an error's causes.
impl std::fmt::Display for FileError {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.text().fmt(out)
    }
}

/// What reading on gave.
#[derive(Debug)]
pub enum Step {
    /// The row was filled.
    Row,
    /// A row that can't be read as text; reading goes on after it.
    Rejected(Reject),
    /// The end of the file.
    End,
}

/// A file, open at its first row.
pub struct Table {
    sniffed: Sniffed,
    rows: rows::Rows,
    consumed: Arc<AtomicU64>,
}

impl Table {
    /// Opens a file by its content; `name` only decides between JSON Lines and text when the
    /// content leaves a doubt.
    ///
    /// # Errors
    /// The file is empty, binary, a bomb, or its header can't be used.
    pub fn open(
        reader: impl Read + Send + 'static,
        name: &str,
        options: &ReadOptions,
    ) -> Result<Self, FileError> {
        let consumed = Arc::new(AtomicU64::new(0));
        let counted = Counted { inner: reader, consumed: Arc::clone(&consumed) };
        let mut plain = compression::peel(Box::new(counted), Arc::clone(&consumed))?;
        let mut sample = read_up_to(&mut plain, SAMPLE)?;
        let sheet = sample.starts_with(b"PK\x03\x04");
        if sheet {
            let text = sheet::as_csv(sample, plain)?;
            let mut text = std::io::Cursor::new(text);
            sample = read_up_to(&mut text, SAMPLE)?;
            plain = Box::new(text);
        }
        if sample.is_empty() {
            return Err(FileError::Empty);
        }
        let whole = sample.len() < SAMPLE;
        let encoding = options.encoding.unwrap_or_else(|| encoding::detect(&sample, whole));
        let text_sample = encoding::decode_sample(&sample, encoding);
        encoding::refuse_binary(&text_sample)?;
        if text_sample.trim().is_empty() && whole {
            return Err(FileError::Empty);
        }
        let stream = encoding::decode(sample, plain, encoding);
        let json = !sheet && sniff::is_json_lines(&text_sample, name);
        let shape = match (sheet, json) {
            (true, _) => Shape::Sheet,
            (_, true) => Shape::JsonLines,
            _ => Shape::Cells,
        };
        let delimiter = match shape {
            Shape::Sheet => ',',
            Shape::JsonLines => '\n',
            Shape::Cells => options.delimiter.unwrap_or_else(|| sniff::delimiter(&text_sample)),
        };
        let mut rows = rows::Rows::new(stream, shape, delimiter);
        let columns = if shape == Shape::JsonLines {
            Vec::new()
        } else {
            let headers = read_header(&mut rows)?;
            sniff::columns(headers, &text_sample, whole, delimiter, options)
        };
        Ok(Self { sniffed: Sniffed { shape, encoding, delimiter, columns }, rows, consumed })
    }

    pub fn sniffed(&self) -> &Sniffed {
        &self.sniffed
    }

    /// Bytes of the input read so far, compressed as they came; shared, for a progress bar.
    pub fn consumed(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.consumed)
    }

    /// The table, rejecting rows in words of that language (French unless said).
    #[must_use]
    pub fn speaking(mut self, language: Language) -> Self {
        self.rows.language = language;
        self
    }

    /// Reads the next row into `row`, which is meant to be reused.
    ///
    /// # Errors
    /// The stream breaks, or turns out to be a decompression bomb.
    pub fn next_row(&mut self, row: &mut Row) -> Result<Step, FileError> {
        self.rows.next(row).map_err(from_io)
    }

    /// The first `count` rows as text, for a person to look at; unreadable rows are left out.
    /// The table has then moved past them: open the file again to import it.
    ///
    /// # Errors
    /// As for [`Table::next_row`].
    pub fn preview(&mut self, count: usize) -> Result<Vec<Vec<String>>, FileError> {
        let mut row = Row::default();
        let mut shown = Vec::new();
        while shown.len() < count {
            match self.next_row(&mut row)? {
                Step::Row => shown.push(row.cells().map(str::to_owned).collect()),
                Step::Rejected(_) => {}
                Step::End => break,
            }
        }
        Ok(shown)
    }
}

fn read_header(rows: &mut rows::Rows) -> Result<Vec<String>, FileError> {
    let mut row = Row::default();
    match rows.next(&mut row).map_err(from_io)? {
        Step::Row => {}
        Step::Rejected(_) => return Err(FileError::HeaderTooLong),
        Step::End => return Err(FileError::Empty),
    }
    let headers: Vec<String> = row.cells().map(|cell| cell.trim().to_owned()).collect();
    let mut seen = std::collections::HashMap::new();
    for header in headers.iter().filter(|header| !header.is_empty()) {
        *seen.entry(header.to_lowercase()).or_insert(0_u32) += 1;
    }
    let mut twice: Vec<String> = Vec::new();
    for header in &headers {
        if seen.remove(&header.to_lowercase()).is_some_and(|count| count > 1) {
            twice.push(format!("“{}”", crate::excerpt(header, 60)));
        }
    }
    if twice.is_empty() { Ok(headers) } else { Err(FileError::DuplicateHeaders(twice.join(", "))) }
}

/// Errors of our own readers travel inside `io::Error`; they come out as what they are.
fn from_io(error: std::io::Error) -> FileError {
    if let Some(bomb) = error.get_ref().and_then(|inner| inner.downcast_ref::<compression::Bomb>())
    {
        return FileError::Bomb(bomb.0);
    }
    FileError::Io(error)
}

fn read_up_to(reader: &mut dyn Read, limit: usize) -> Result<Vec<u8>, FileError> {
    let mut bytes = Vec::new();
    reader.take(limit as u64).read_to_end(&mut bytes).map_err(from_io)?;
    Ok(bytes)
}

struct Counted<R> {
    inner: R,
    consumed: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let count = self.inner.read(buffer)?;
        self.consumed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}
