//! `comptoir cohorts`, `comptoir basket`, `comptoir rfm`: the API's analyses on the command line.

use std::process::ExitCode;

use anyhow::{Result, anyhow};
use clap::Args;
use comptoir_metrics::Context;

use super::{Access, DataFolder, print, say};
use crate::api::analysis::Analysis;
use crate::clock;

#[derive(Args)]
pub struct AnalysisCommand {
    #[command(flatten)]
    data: DataFolder,
    /// Parameters as in the address of the API, for example 'shop=my-shop&from=2026-01-01&to=2026-12-31'
    #[arg(value_name = "QUERYSTRING", default_value = "")]
    query: String,
}

impl AnalysisCommand {
    pub fn run(self, analysis: Analysis) -> Result<ExitCode> {
        let text = match self.data.existing()? {
            Access::Server(client) => {
                let body = client.get(&format!("/api/v1/{}?{}", analysis.id(), self.query))?;
                String::from_utf8(body).map_err(|_| anyhow!("the server's answer is not text"))?
            }
            Access::Folder(store) => {
                let snapshot = store.read()?;
                let context = Context::load(&snapshot, clock::now())?;
                match analysis.answer(&snapshot, &context, &self.query) {
                    Ok(text) => text,
                    Err(problem) => {
                        say(&format!("comptoir: {}", problem.in_words()));
                        return Ok(ExitCode::FAILURE);
                    }
                }
            }
        };
        print(&text);
        Ok(ExitCode::SUCCESS)
    }
}
