//! The answer as CSV (RFC 4180): ids as header, one line per row, no value as an empty field.

use super::{Cell, Column, Table};

impl Table {
    /// CSV with CRLF line ends. With a comparison each metric has a column `previous_…` too.
    pub fn to_csv(&self) -> String {
        let metrics = || self.columns.iter().filter_map(Column::metric);
        let mut header: Vec<String> =
            self.columns.iter().map(|column| column.id().to_owned()).collect();
        if self.comparison.is_some() {
            header.extend(metrics().map(|metric| format!("previous_{}", metric.id)));
        }
        let mut text = line(header.iter().map(|id| field(id)));
        if self.columns.iter().all(|column| column.metric().is_some()) {
            let previous = self.totals.previous.iter().flatten();
            text.push_str(&line(
                self.totals.values.iter().chain(previous).map(|cell| self.field(cell)),
            ));
            return text;
        }
        for row in &self.rows {
            let previous = row.previous.iter().flatten();
            let cells = row.keys.iter().chain(&row.values).chain(previous);
            text.push_str(&line(cells.map(|cell| self.field(cell))));
        }
        text
    }

    fn field(&self, cell: &Cell) -> String {
        match cell {
            Cell::Text(text) => field(&harmless(text)),
            cell => cell.plain(self.currency).unwrap_or_default(),
        }
    }
}

fn line(fields: impl Iterator<Item = String>) -> String {
    let fields: Vec<String> = fields.collect();
    format!("{}\r\n", fields.join(","))
}

fn field(text: &str) -> String {
    if text.contains([',', '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

/// A spreadsheet runs a text that starts like a formula: an apostrophe keeps it a text.
pub fn harmless(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_never_become_formulas_and_are_quoted_where_needed() {
        assert_eq!(field(&harmless("=HYPERLINK(\"x\")")), "\"'=HYPERLINK(\"\"x\"\")\"");
        assert_eq!(harmless("-1+1"), "'-1+1");
        assert_eq!(harmless("Tea-pot"), "Tea-pot");
        assert_eq!(field("a,b\n"), "\"a,b\n\"");
    }
}
