//! `comptoir audit`: the audit log as a file, and whether it is whole.

use std::process::ExitCode;

use anyhow::Result;
use clap::{Args, ValueEnum};
use comptoir_metrics::table::harmless;
use comptoir_store::Store;
use comptoir_store::audit::{Entry, Verified, Wanted, find, verify};
use serde_json::json;

use super::{Access, DataFolder, print, say};
use crate::audit::{Action, by_shell};

/// More lines than a log holds.
const ALL: i64 = i64::MAX;

#[derive(Args)]
pub struct AuditCommand {
    #[command(flatten)]
    data: DataFolder,
    /// How the lines are printed, the newest first
    #[arg(long, value_enum, default_value = "csv")]
    format: Printed,
    /// Print no lines: check that none was changed or taken out, and tell the newest digest
    #[arg(long, conflicts_with = "format")]
    verify: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Printed {
    Csv,
    Json,
}

impl AuditCommand {
    pub fn run(self) -> Result<ExitCode> {
        if self.verify {
            let found: Verified = match self.data.existing()? {
                Access::Server(client) => {
                    serde_json::from_slice(&client.get("/control/audit/verify")?)?
                }
                Access::Folder(store) => verify(&store.read()?)?,
            };
            return Ok(tell(&found));
        }
        let lines: Vec<Entry> = match self.data.existing()? {
            Access::Server(client) => serde_json::from_slice(&client.get("/control/audit")?)?,
            Access::Folder(store) => export(&store)?,
        };
        match self.format {
            Printed::Json => print(&format!("{}\n", serde_json::to_string(&lines)?)),
            Printed::Csv => print(&csv(&lines)?),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// All lines; that they were taken away is one of the next.
pub fn export(store: &Store) -> Result<Vec<Entry>> {
    let (lines, _) = find(&store.read()?, &Wanted::default(), 0, ALL)?;
    let newest = lines.first().map(|entry| entry.digest.clone());
    by_shell(
        store,
        Action::AuditExported,
        None,
        &json!({ "rows": lines.len(), "newest": newest }),
    )?;
    Ok(lines)
}

fn csv(lines: &[Entry]) -> Result<String> {
    let mut out = csv::Writer::from_writer(Vec::new());
    out.write_record(["line", "at", "kind", "who", "action", "shop", "detail", "from", "digest"])?;
    for entry in lines {
        let shop = entry.shop.map_or_else(String::new, |shop| shop.to_string());
        out.write_record([
            &*entry.id.to_string(),
            &entry.at.to_string(),
            &entry.kind,
            &harmless(&entry.who),
            &entry.action,
            &shop,
            &harmless(&entry.detail),
            entry.from.as_deref().unwrap_or_default(),
            &entry.digest,
        ])?;
    }
    Ok(String::from_utf8(out.into_inner()?)?)
}

fn tell(found: &Verified) -> ExitCode {
    if let Some(line) = found.broken {
        say(&format!(
            "comptoir: line {line} of the audit log does not follow from the one before it: one of them was \
             changed, or lines between them were taken out; compare with a backup"
        ));
        return ExitCode::FAILURE;
    }
    let newest = if found.newest.is_empty() { "none" } else { found.newest.as_str() };
    print(&format!("{} lines, whole; newest digest: {newest}\n", found.lines));
    ExitCode::SUCCESS
}
