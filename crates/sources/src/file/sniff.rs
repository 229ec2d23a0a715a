//! What a file does not say about itself: delimiter, decimal mark, order of day and month.

use serde::{Deserialize, Serialize};

use super::ReadOptions;
use crate::canonical::number::decimal_mark;

/// The mark before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decimal {
    #[serde(rename = ".")]
    Point,
    #[serde(rename = ",")]
    Comma,
}

/// The order of day, month and year in dates written with figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DateOrder {
    Ymd,
    Dmy,
    Mdy,
}

/// A column, and how its figures are to be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub decimal: Decimal,
    pub dates: DateOrder,
}

const DELIMITERS: [char; 4] = [';', '\t', ',', '|'];

pub(super) fn is_json_lines(sample: &str, name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let named = [".jsonl", ".ndjson", ".jsonl.gz", ".jsonl.zst", ".ndjson.gz", ".ndjson.zst"]
        .iter()
        .any(|end| name.ends_with(end));
    named || sample.trim_start().starts_with('{')
}

/// The delimiter that cuts the most rows into the same number of cells as the header, and the
/// header into the most.
pub(super) fn delimiter(sample: &str) -> char {
    let mut best = (0, 0, ',');
    for candidate in DELIMITERS {
        let rows = split(sample, candidate, 50);
        let width = rows.first().map_or(0, Vec::len);
        if width < 2 {
            continue;
        }
        let alike = rows.iter().filter(|row| row.len() == width).count() * 100 / rows.len();
        if (alike, width) > (best.0, best.1) {
            best = (alike, width, candidate);
        }
    }
    best.2
}

/// Headers with what the sample's values tell, or what was decided.
pub(super) fn columns(
    headers: Vec<String>,
    sample: &str,
    whole: bool,
    delimiter: char,
    options: &ReadOptions,
) -> Vec<Column> {
    let mut votes = vec![Votes::default(); headers.len()];
    // The sample may cut its last row: every row is counted when the next one comes.
    let mut last: Vec<String> = Vec::new();
    let mut rows = 0_usize;
    each_row(sample, delimiter, |row| {
        if rows > 1 {
            count(&mut votes, &last);
        }
        last.clear();
        last.extend(row.iter().map(|cell| (*cell).to_owned()));
        rows += 1;
        true
    });
    if whole && rows > 1 {
        count(&mut votes, &last);
    }
    let decimals: Vec<Option<Decimal>> = votes.iter().map(Votes::decimal).collect();
    let dates: Vec<Option<DateOrder>> = votes.iter().map(Votes::dates).collect();
    // A column whose values leave a doubt follows the others, then the habit of the delimiter:
    // spreadsheets use the semicolon where the comma marks decimals.
    let decimal = majority(&decimals, Decimal::Comma, Decimal::Point, delimiter == ';');
    let order = majority(&dates, DateOrder::Dmy, DateOrder::Mdy, true);
    headers
        .into_iter()
        .enumerate()
        .map(|(index, name)| Column {
            name,
            decimal: options.decimal.or(decimals[index]).unwrap_or(decimal),
            dates: options.dates.or(dates[index]).unwrap_or(order),
        })
        .collect()
}

fn count(votes: &mut [Votes], row: &[String]) {
    for (vote, cell) in votes.iter_mut().zip(row) {
        vote.add(cell);
    }
}

fn majority<T: Copy + PartialEq>(
    votes: &[Option<T>],
    first: T,
    second: T,
    tie_is_first: bool,
) -> T {
    let count = |value: T| votes.iter().filter(|vote| **vote == Some(value)).count();
    let first_wins = match count(first).cmp(&count(second)) {
        std::cmp::Ordering::Greater => true,
        std::cmp::Ordering::Less => false,
        std::cmp::Ordering::Equal => tie_is_first,
    };
    if first_wins { first } else { second }
}

/// What the values of one column have shown so far.
#[derive(Debug, Clone, Default)]
struct Votes {
    commas: usize,
    points: usize,
    day_first: usize,
    month_first: usize,
    year_first: usize,
    /// Which numbers stood first and second in dates that may be read both ways, one bit each.
    firsts: u32,
    seconds: u32,
}

impl Votes {
    fn add(&mut self, value: &str) {
        let value = value.trim();
        if !value.bytes().any(|byte| byte.is_ascii_digit()) || value.len() > 40 {
            return;
        }
        if let Some((first, second)) = date_parts(value) {
            self.add_date(first, second);
        } else if !value.chars().any(|c| c.is_alphabetic() || matches!(c, ':' | '/')) {
            let figures: String =
                value.chars().filter(|c| c.is_ascii_digit() || matches!(c, '.' | ',')).collect();
            match decimal_mark(&figures) {
                Some(',') => self.commas += 1,
                Some(_) => self.points += 1,
                None => {}
            }
        }
    }

    fn add_date(&mut self, first: &str, second: &str) {
        let (Ok(a), Ok(b)) = (first.parse::<u32>(), second.parse::<u32>()) else { return };
        if first.len() == 4 {
            self.year_first += 1;
        } else if a > 12 && a <= 31 && b <= 12 {
            self.day_first += 1;
        } else if b > 12 && b <= 31 && a <= 12 {
            self.month_first += 1;
        } else if a <= 12 && b <= 12 {
            self.firsts |= 1 << a;
            self.seconds |= 1 << b;
        }
    }

    fn decimal(&self) -> Option<Decimal> {
        match self.commas.cmp(&self.points) {
            std::cmp::Ordering::Greater => Some(Decimal::Comma),
            std::cmp::Ordering::Less => Some(Decimal::Point),
            std::cmp::Ordering::Equal => None,
        }
    }

    /// The order that some date shows beyond doubt (a year first, or a part above 12); else the part
    /// that changes more is the day, since orders come day after day.
    fn dates(&self) -> Option<DateOrder> {
        let best = self.day_first.max(self.month_first).max(self.year_first);
        if best > 0 {
            return Some(if best == self.year_first {
                DateOrder::Ymd
            } else if best == self.day_first {
                DateOrder::Dmy
            } else {
                DateOrder::Mdy
            });
        }
        match self.firsts.count_ones().cmp(&self.seconds.count_ones()) {
            std::cmp::Ordering::Greater => Some(DateOrder::Dmy),
            std::cmp::Ordering::Less => Some(DateOrder::Mdy),
            std::cmp::Ordering::Equal => None,
        }
    }
}

/// The first two of three numbers with a date's separators between them.
fn date_parts(value: &str) -> Option<(&str, &str)> {
    let mut parts = value.splitn(3, ['/', '-', '.']);
    let (first, second, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| {
        (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let third: &str = rest.split([' ', 'T', ',']).next()?;
    // Three digits in a group are thousands: 1.234.567.
    let date = digits(first) && digits(second) && digits(third) && third.len() != 3;
    date.then_some((first, second))
}

/// The first rows of a sample.
fn split(sample: &str, delimiter: char, limit: usize) -> Vec<Vec<String>> {
    let mut rows: Vec<Vec<String>> = Vec::new();
    each_row(sample, delimiter, |row| {
        rows.push(row.iter().map(|cell| (*cell).to_owned()).collect());
        rows.len() < limit
    });
    rows
}

/// Shows each row of a sample, while `more` says so.
fn each_row(sample: &str, delimiter: char, mut more: impl FnMut(&[&str]) -> bool) {
    let delimiter = u8::try_from(delimiter).unwrap_or(b',');
    let mut parser = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let mut input = sample.as_bytes();
    // A row holds no more bytes and cells than the sample, so neither buffer can fill up.
    let mut output = vec![0; sample.len() + 1];
    let mut ends = vec![0; sample.len() + 1];
    let (mut bytes, mut cells) = (0, 0);
    loop {
        let (result, read, written, ended) =
            parser.read_record(input, &mut output[bytes..], &mut ends[cells..]);
        input = &input[read..];
        bytes += written;
        cells += ended;
        match result {
            csv_core::ReadRecordResult::InputEmpty => {}
            csv_core::ReadRecordResult::Record => {
                let mut start = 0;
                let row: Vec<&str> = ends[..cells]
                    .iter()
                    .map(|end| {
                        let cell = std::str::from_utf8(&output[start..*end]).unwrap_or("");
                        start = *end;
                        cell
                    })
                    .collect();
                if !more(&row) {
                    return;
                }
                (bytes, cells) = (0, 0);
            }
            _ => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strings(values: &[&str]) -> Vec<String> {
        values.iter().map(|value| (*value).to_owned()).collect()
    }

    fn votes(values: &[&str]) -> Votes {
        let mut votes = Votes::default();
        for value in values {
            votes.add(value);
        }
        votes
    }

    #[test]
    fn the_delimiter_is_the_one_that_cuts_evenly() {
        assert_eq!(delimiter("a;b;c\n1,5;2;3\n1,5;2;3\n"), ';');
        assert_eq!(delimiter("a,b\n\"x;y;z\",2\n"), ',');
        assert_eq!(delimiter("a\tb\n1\t2\n"), '\t');
        assert_eq!(delimiter("a|b\n1|2\n"), '|');
        assert_eq!(delimiter("alone\n1\n"), ',');
    }

    #[test]
    fn marks_and_orders_are_taken_from_values_that_leave_no_doubt() {
        assert_eq!(votes(&["1,234", "1.234,50 €"]).decimal(), Some(Decimal::Comma));
        assert_eq!(votes(&["12.5"]).decimal(), Some(Decimal::Point));
        assert_eq!(votes(&["1,234", "12"]).decimal(), None);
        assert_eq!(votes(&["01/02/2025", "13/02/2025"]).dates(), Some(DateOrder::Dmy));
        assert_eq!(votes(&["01/02/2025", "02/13/2025 10:00"]).dates(), Some(DateOrder::Mdy));
        assert_eq!(votes(&["2025-02-13T10:00:00Z"]).dates(), Some(DateOrder::Ymd));
        assert_eq!(votes(&["01/02/2025", "hello"]).dates(), None);
    }

    #[test]
    fn without_a_sure_date_the_part_that_changes_more_is_the_day() {
        assert_eq!(
            votes(&["12/1/2010 8:26", "12/2/2010 8:30", "12/3/2010"]).dates(),
            Some(DateOrder::Mdy)
        );
        assert_eq!(votes(&["01.12.2010", "02.12.2010"]).dates(), Some(DateOrder::Dmy));
    }

    #[test]
    fn a_doubtful_column_follows_the_others() {
        let headers = strings(&["Prix", "Frais", "Date"]);
        let sample = "Prix;Frais;Date\n12,50;1,234;01/02/2025\n";
        let found = columns(headers, sample, true, ';', &ReadOptions::default());
        assert_eq!(found[1].decimal, Decimal::Comma);
        assert_eq!(found[2].dates, DateOrder::Dmy);
    }
}
