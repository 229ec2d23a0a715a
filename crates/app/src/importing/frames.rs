//! Neighbouring rows of one order, staged as one: most files tell an order's lines one after the
//! other, and one staged row instead of three is a third of the sorting.

use comptoir_sources::StagedRow;
use comptoir_store::WaitingRow;

/// A staged row that has grown so far takes no further row.
const FULL: usize = 64 * 1024;

/// Adds a row to the last one waiting when both have the same key, else behind it.
pub fn push(waiting: &mut Vec<WaitingRow>, file: u64, row: StagedRow) {
    let line = row.line.to_le_bytes();
    let length = u32::try_from(row.payload.len()).unwrap_or(u32::MAX).to_le_bytes();
    let frame = [line.as_slice(), &length, &row.payload];
    match waiting.last_mut() {
        Some(last) if last.key == row.key && last.line == file && last.payload.len() < FULL => {
            last.payload.extend(frame.into_iter().flatten());
        }
        _ => waiting.push(WaitingRow { key: row.key, line: file, payload: frame.concat() }),
    }
}

/// The rows that were put into a staged row. Their key is the group's, and is not repeated.
pub fn rows(staged: &WaitingRow) -> impl Iterator<Item = StagedRow> {
    let mut rest = staged.payload.as_slice();
    std::iter::from_fn(move || {
        let (line, after) = rest.split_first_chunk::<8>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_le_bytes(*length)).ok()?;
        let (payload, after) = after.split_at_checked(length)?;
        rest = after;
        Some(StagedRow {
            key: String::new(),
            line: u64::from_le_bytes(*line),
            payload: payload.to_vec(),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(key: &str, line: u64, payload: &[u8]) -> StagedRow {
        StagedRow { key: key.into(), line, payload: payload.to_vec() }
    }

    #[test]
    fn neighbours_share_a_staged_row_and_come_back_as_they_were() {
        let mut waiting = Vec::new();
        for one in
            [row("o:1", 2, b"a"), row("o:1", 3, b""), row("o:2", 4, b"cc"), row("o:1", 5, b"d")]
        {
            push(&mut waiting, 0, one);
        }
        push(&mut waiting, 1, row("o:1", 2, b"e"));
        assert_eq!(waiting.len(), 4);
        let back: Vec<(u64, Vec<u8>)> =
            waiting.iter().flat_map(rows).map(|row| (row.line, row.payload)).collect();
        let expected: Vec<(u64, Vec<u8>)> = [(2, "a"), (3, ""), (4, "cc"), (5, "d"), (2, "e")]
            .map(|(line, payload)| (line, payload.as_bytes().to_vec()))
            .to_vec();
        assert_eq!(back, expected);
    }

    #[test]
    fn an_order_of_very_many_lines_does_not_grow_one_staged_row_for_ever() {
        let mut waiting = Vec::new();
        for line in 0..200 {
            push(&mut waiting, 0, row("o:1", line, &[0; 1000]));
        }
        assert!(waiting.len() > 2);
    }
}
