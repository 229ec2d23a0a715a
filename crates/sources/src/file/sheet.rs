//! Spreadsheets: the first sheet of an `.xlsx`, turned into delimited text and read like any other.

use std::io::{Cursor, Read};

use calamine::{DataRef, Reader, Xlsx};

use super::FileError;
use crate::words::{Label, say};

/// The largest `.xlsx` that is read, compressed.
const MAX_FILE: u64 = 200 << 20;
/// The most that its parts, or the text of its sheet, may come to.
const MAX_TEXT: u64 = 1 << 30;

const TOO_LARGE: Label = Label { fr: "1 Go", en: "1 GB" };

/// The first sheet as comma-separated text, one line for each row of the sheet.
pub(super) fn as_csv(start: Vec<u8>, rest: Box<dyn Read + Send>) -> Result<Vec<u8>, FileError> {
    let mut bytes = start;
    rest.take(MAX_FILE + 1).read_to_end(&mut bytes).map_err(super::from_io)?;
    if bytes.len() as u64 > MAX_FILE {
        return Err(FileError::Sheet(say("il dépasse 200 Mo", "it is larger than 200 MB")));
    }
    refuse_bomb(&bytes)?;
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(unreadable)?;
    let name =
        book.sheet_names().into_iter().next().ok_or_else(|| {
            FileError::Sheet(say("il ne contient aucune feuille", "it has no sheet"))
        })?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(unreadable)?;
    let mut text = Vec::new();
    let (mut row, mut column) = (0, 0);
    while let Some(cell) = cells.next_cell().map_err(unreadable)? {
        let (at_row, at_column) = cell.get_position();
        if at_row < row
            || (at_row == row && at_column < column)
            || at_row > 2_000_000
            || at_column > 20_000
        {
            return Err(FileError::Sheet(say(
                "ses cellules ne sont pas dans l’ordre",
                "its cells are out of order",
            )));
        }
        let written = write(cell.get_value());
        if written.is_empty() {
            continue;
        }
        while row < at_row {
            text.push(b'\n');
            row += 1;
            column = 0;
        }
        while column < at_column {
            text.push(b',');
            column += 1;
        }
        text.push(b'"');
        for byte in written.bytes() {
            match byte {
                b'"' => text.extend_from_slice(b"\"\""),
                // A line of text is a row of the sheet, so that line numbers are the sheet's own.
                b'\n' | b'\r' => text.push(b' '),
                _ => text.push(byte),
            }
        }
        text.push(b'"');
        if text.len() as u64 > MAX_TEXT {
            return Err(FileError::Bomb(TOO_LARGE));
        }
    }
    Ok(text)
}

fn unreadable(error: impl std::error::Error) -> FileError {
    let detail = crate::excerpt(&error.to_string(), 200);
    FileError::Sheet(say(format!("il est abîmé, ou n’est pas un classeur ({detail})"), detail))
}

/// Sizes written in a zip may lie, so its parts are decompressed once to be measured.
fn refuse_bomb(bytes: &[u8]) -> Result<(), FileError> {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(unreadable)?;
    let mut total = 0;
    for index in 0..archive.len() {
        let part = archive.by_index(index).map_err(unreadable)?;
        total += std::io::copy(&mut part.take(MAX_TEXT + 1), &mut std::io::sink())
            .map_err(unreadable)?;
        if total > MAX_TEXT {
            return Err(FileError::Bomb(TOO_LARGE));
        }
    }
    Ok(())
}

fn write(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number_text(*number),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
        }
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

/// A spreadsheet keeps binary numbers and shows 15 digits of them: so do we, and `0.1 + 0.2` is 0.3.
fn number_text(number: f64) -> String {
    let shown = format!("{number:.14e}");
    shown.parse::<f64>().map_or(shown, |rounded| rounded.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_spreadsheet_shows_them() {
        assert_eq!(number_text(0.1 + 0.2), "0.3");
        assert_eq!(number_text(17850.0), "17850");
        assert_eq!(number_text(-12.5), "-12.5");
        assert_eq!(number_text(1e15), "1000000000000000");
    }
}
