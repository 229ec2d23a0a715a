//! `comptoir query`: the API's answer on the command line.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;
use comptoir_metrics::Context;

use super::{Access, DataFolder, Format, print, say};
use crate::api::query::{Shape, answer, shape_of};
use crate::clock;

#[derive(Args)]
pub struct QueryCommand {
    #[command(flatten)]
    data: DataFolder,
    /// Parameters as in the address of the API, for example 'metrics=revenue&by=month&from=2026-01-01&to=2026-12-31'
    #[arg(value_name = "QUERYSTRING")]
    query: String,
    /// How to print the answer; json, unless the query itself says format=csv
    #[arg(long, value_enum)]
    format: Option<Format>,
}

impl QueryCommand {
    pub fn run(self) -> Result<ExitCode> {
        let (query, asked) = match shape_of(&self.query) {
            Ok(read) => read,
            Err(problem) => {
                say(&format!("comptoir: {}", problem.in_words()));
                return Ok(ExitCode::FAILURE);
            }
        };
        let shape = match self.format {
            None => asked,
            Some(Format::Json) => Shape::Json,
            Some(Format::Csv | Format::Table) => Shape::Csv,
        };
        let body = match self.data.existing()? {
            Access::Server(client) => {
                let separator = if query.is_empty() { "" } else { "&" };
                client.get(&format!("/api/v1/query?{query}{separator}format={}", shape.id()))?
            }
            Access::Folder(store) => {
                let snapshot = store.read()?;
                let context = Context::load(&snapshot, clock::now())?;
                match answer(&snapshot, &context, &query, shape) {
                    Ok(body) => body.into_bytes(),
                    Err(problem) => {
                        say(&format!("comptoir: {}", problem.in_words()));
                        return Ok(ExitCode::FAILURE);
                    }
                }
            }
        };
        let text =
            String::from_utf8(body).map_err(|_| anyhow!("the server's answer is not text"))?;
        print(&if self.format == Some(Format::Table) { aligned(&text)? } else { text });
        Ok(ExitCode::SUCCESS)
    }
}

/// CSV as columns of equal width, for a terminal.
fn aligned(csv: &str) -> Result<String> {
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).from_reader(csv.as_bytes());
    let rows: Vec<Vec<String>> = reader
        .records()
        .map(|row| Ok(row?.iter().map(crate::importing::visible).collect()))
        .collect::<Result<_>>()?;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..columns)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in &rows {
        let cells: Vec<String> = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| {
                let numeric = cell.chars().next_back().is_some_and(|c| c.is_ascii_digit());
                if numeric { format!("{cell:>width$}") } else { format!("{cell:<width$}") }
            })
            .collect();
        text.push_str(cells.join("  ").trim_end());
        text.push('\n');
    }
    Ok(text)
}
