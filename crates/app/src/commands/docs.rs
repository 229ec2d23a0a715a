//! Generated pages of the documentation, and generated orders for measurements.

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use comptoir_sources::demo::bench;

use super::print;
use crate::api::openapi;

mod connectors;
mod rights;

#[derive(Clone, Copy, ValueEnum)]
enum Page {
    /// The API's description
    Openapi,
    /// Every metric and dimension
    Metrics,
    /// What comes over from each platform
    Connectors,
    /// What each role may see and do, and what each route needs
    Rights,
}

#[derive(Args)]
pub struct Docs {
    page: Page,
}

impl Docs {
    #[expect(clippy::unnecessary_wraps, reason = "every command runs alike")]
    pub fn run(self) -> Result<ExitCode> {
        print(&match self.page {
            Page::Openapi => openapi::document(),
            Page::Metrics => openapi::reference(),
            Page::Connectors => connectors::page(),
            Page::Rights => rights::page(),
        });
        Ok(ExitCode::SUCCESS)
    }
}

#[derive(Args)]
pub struct Generate {
    /// Orders to write, of 2.5 lines each
    #[arg(long, default_value_t = 1_000_000)]
    orders: u64,
}

impl Generate {
    pub fn run(self) -> Result<ExitCode> {
        let mut out = std::io::BufWriter::with_capacity(1 << 20, std::io::stdout().lock());
        bench::write_csv(self.orders, &mut out)?;
        out.flush()?;
        Ok(ExitCode::SUCCESS)
    }
}
