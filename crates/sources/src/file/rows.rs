//! Rows out of a stream of UTF-8, with their line numbers, in bounded memory.

use std::io::{self, Read};

use comptoir_model::Reject;

use super::{MAX_ROW, Shape, Step};
use crate::words::{Fault, Language, say};

/// Columns beyond this number are no table any more.
const MAX_CELLS: usize = 16 * 1024;

/// One row, reused from one to the next.
#[derive(Debug, Default)]
pub struct Row {
    text: String,
    ends: Vec<usize>,
    line: u64,
}

impl Row {
    /// A cell by its position, empty when the row is shorter.
    pub fn get(&self, index: usize) -> &str {
        let Some(&end) = self.ends.get(index) else { return "" };
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        self.text.get(start..end).unwrap_or("")
    }

    pub fn cells(&self) -> impl Iterator<Item = &str> {
        (0..self.ends.len()).map(|index| self.get(index))
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether every cell is blank.
    pub fn is_empty(&self) -> bool {
        self.text.trim().is_empty()
    }

    /// 1-based line of the file at which the row begins.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// A row from cells, for previews and tests.
    pub fn of(cells: &[&str], line: u64) -> Self {
        let mut row = Self { line, ..Self::default() };
        for cell in cells {
            row.text.push_str(cell);
            row.ends.push(row.text.len());
        }
        row
    }
}

pub(super) struct Rows {
    stream: Box<dyn Read + Send>,
    input: Vec<u8>,
    from: usize,
    to: usize,
    ended: bool,
    line: u64,
    parser: Parser,
    output: Vec<u8>,
    ends: Vec<usize>,
    pub(super) language: Language,
}

enum Parser {
    Cells(Box<csv_core::Reader>),
    Lines,
}

/// How reading one row ended.
enum Outcome {
    Filled { bytes: usize, cells: usize },
    TooLong,
    End,
}

impl Rows {
    pub(super) fn new(stream: Box<dyn Read + Send>, shape: Shape, delimiter: char) -> Self {
        let parser = if shape == Shape::JsonLines {
            Parser::Lines
        } else {
            let delimiter = u8::try_from(delimiter).unwrap_or(b',');
            Parser::Cells(Box::new(csv_core::ReaderBuilder::new().delimiter(delimiter).build()))
        };
        Self {
            stream,
            input: vec![0; 128 * 1024],
            from: 0,
            to: 0,
            ended: false,
            line: 1,
            parser,
            output: vec![0; 4096],
            ends: vec![0; 128],
            language: Language::default(),
        }
    }

    pub(super) fn next(&mut self, row: &mut Row) -> io::Result<Step> {
        self.skip_line_ends()?;
        row.line = self.line;
        let outcome = match self.parser {
            Parser::Cells(_) => self.read_cells()?,
            Parser::Lines => self.read_line()?,
        };
        match outcome {
            Outcome::End => Ok(Step::End),
            Outcome::TooLong => Ok(Step::Rejected(self.too_long(row.line))),
            Outcome::Filled { bytes, cells } => {
                row.ends.clear();
                row.text.clear();
                match std::str::from_utf8(&self.output[..bytes]) {
                    Ok(text) => row.text.push_str(text),
                    Err(error) => {
                        return Ok(Step::Rejected(self.not_text(
                            row.line,
                            bytes,
                            error.valid_up_to(),
                        )));
                    }
                }
                row.ends.extend_from_slice(&self.ends[..cells]);
                Ok(Step::Row)
            }
        }
    }

    fn too_long(&self, line: u64) -> Reject {
        let fault = Fault::new(
            say("la ligne dépasse 1 Mo", "the row is longer than 1 MB"),
            say(
                "cherchez sur cette ligne un guillemet qui s’ouvre et ne se ferme jamais",
                "look for a quotation mark that opens and never closes, on this line",
            ),
        );
        fault.at(self.language, line, "", &String::from_utf8_lossy(&self.output[..100]))
    }

    fn not_text(&self, line: u64, bytes: usize, at: usize) -> Reject {
        let around = &self.output[at.saturating_sub(40)..bytes.min(at + 40)];
        let fault = Fault::new(
            say(
                "la ligne n’est pas de l’UTF-8 valide, alors que le début du fichier l’est",
                "the row is not valid UTF-8, though the file begins so",
            ),
            say(
                "exportez le fichier dans un seul encodage, ou choisissez Windows-1252 pour le lire",
                "export the file in one encoding, or choose Windows-1252 for it",
            ),
        );
        fault.at(self.language, line, "", &String::from_utf8_lossy(around))
    }

    /// Line ends before a row are counted here, so that a row's number is that of its first byte.
    fn skip_line_ends(&mut self) -> io::Result<()> {
        loop {
            while self.from < self.to {
                match self.input[self.from] {
                    b'\n' => self.line += 1,
                    b'\r' => {}
                    _ => return Ok(()),
                }
                self.from += 1;
            }
            if !self.fill()? {
                return Ok(());
            }
        }
    }

    fn fill(&mut self) -> io::Result<bool> {
        if self.from == self.to && !self.ended {
            self.from = 0;
            self.to = loop {
                match self.stream.read(&mut self.input) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                    other => break other?,
                }
            };
            self.ended = self.to == 0;
        }
        Ok(!self.ended)
    }

    fn read_cells(&mut self) -> io::Result<Outcome> {
        let (mut bytes, mut cells, mut too_long) = (0, 0, false);
        loop {
            self.fill()?;
            let Parser::Cells(parser) = &mut self.parser else { return Ok(Outcome::End) };
            let input = &self.input[self.from..self.to];
            let (result, read, written, ended) =
                parser.read_record(input, &mut self.output[bytes..], &mut self.ends[cells..]);
            self.line += memchr::memchr_iter(b'\n', &input[..read]).count() as u64;
            self.from += read;
            bytes += written;
            cells += ended;
            match result {
                csv_core::ReadRecordResult::InputEmpty => {}
                csv_core::ReadRecordResult::OutputFull if self.output.len() < MAX_ROW => {
                    self.output.resize(self.output.len() * 2, 0);
                }
                csv_core::ReadRecordResult::OutputEndsFull if self.ends.len() < MAX_CELLS => {
                    self.ends.resize(self.ends.len() * 2, 0);
                }
                csv_core::ReadRecordResult::OutputFull
                | csv_core::ReadRecordResult::OutputEndsFull => {
                    // The rest of the row is read over the same buffers and thrown away.
                    too_long = true;
                    (bytes, cells) = (0, 0);
                }
                csv_core::ReadRecordResult::Record | csv_core::ReadRecordResult::End
                    if too_long =>
                {
                    return Ok(Outcome::TooLong);
                }
                csv_core::ReadRecordResult::Record => return Ok(Outcome::Filled { bytes, cells }),
                csv_core::ReadRecordResult::End => return Ok(Outcome::End),
            }
        }
    }

    fn read_line(&mut self) -> io::Result<Outcome> {
        let (mut bytes, mut too_long) = (0, false);
        loop {
            if !self.fill()? {
                return Ok(match (too_long, bytes) {
                    (true, _) => Outcome::TooLong,
                    (_, 0) => Outcome::End,
                    _ => self.one_cell(bytes),
                });
            }
            let input = &self.input[self.from..self.to];
            let (part, ended) = match memchr::memchr(b'\n', input) {
                Some(end) => (&input[..end], true),
                None => (input, false),
            };
            if bytes + part.len() > MAX_ROW {
                too_long = true;
            } else {
                if self.output.len() < bytes + part.len() {
                    self.output.resize((bytes + part.len()).next_power_of_two(), 0);
                }
                self.output[bytes..bytes + part.len()].copy_from_slice(part);
                bytes += part.len();
            }
            self.from += part.len();
            if ended {
                return Ok(if too_long { Outcome::TooLong } else { self.one_cell(bytes) });
            }
        }
    }

    fn one_cell(&mut self, bytes: usize) -> Outcome {
        self.ends[0] = bytes;
        Outcome::Filled { bytes, cells: 1 }
    }
}
