//! `comptoir person find`, `show`, `export`, `rectify` and `erase`, and `comptoir compact`: a customer's
//! request, answered in the shell. All answer in JSON; all are in the audit log.

use std::process::ExitCode;

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use comptoir_store::privacy::{self, Found, HeldTable, Rectification};
use comptoir_store::{Store, Value as Cell, shops};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Access, DataFolder, print};
use crate::audit::{self, Action};
use crate::backup::erasures;
use crate::clock;

/// Persons that a search lists at most.
const MOST: usize = 100;

#[derive(Subcommand)]
pub(super) enum PersonCommand {
    /// Find persons by e-mail address, telephone number, part of their name, account or number
    Find {
        #[command(flatten)]
        data: DataFolder,
        /// What the request says
        asked: String,
    },
    /// How much is held of a person, table by table
    Show {
        #[command(flatten)]
        data: DataFolder,
        /// The number that `comptoir person find` shows
        #[arg(allow_negative_numbers = true)]
        number: i64,
    },
    /// Everything that is held of a person
    Export {
        #[command(flatten)]
        data: DataFolder,
        /// The number that `comptoir person find` shows
        #[arg(allow_negative_numbers = true)]
        number: i64,
    },
    /// Put a person's data right, in every record of theirs
    Rectify {
        #[command(flatten)]
        data: DataFolder,
        /// The number that `comptoir person find` shows
        number: i64,
        #[command(flatten)]
        change: Change,
    },
    /// Erase a person everywhere, at once and for good; no figure moves
    Erase {
        #[command(flatten)]
        data: DataFolder,
        /// The number that `comptoir person find` shows
        #[arg(allow_negative_numbers = true)]
        number: i64,
        /// Yes, erase: it cannot be undone
        #[arg(long)]
        yes: bool,
    },
}

/// What is put right; what is left out stays.
#[derive(Debug, Clone, Default, Args, Serialize, Deserialize)]
pub struct Change {
    #[arg(long)]
    name: Option<String>,
    #[arg(long)]
    email: Option<String>,
    #[arg(long)]
    phone: Option<String>,
    #[arg(long)]
    city: Option<String>,
    #[arg(long)]
    postcode: Option<String>,
}

#[derive(Args)]
pub(super) struct CompactCommand {
    #[command(flatten)]
    data: DataFolder,
}

/// What is asked of a store, through the socket or in the folder.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Asked {
    Find(String),
    Show(i64),
    Export(i64),
    Rectify(i64, Change),
    Erase(i64),
    Compact,
}

impl PersonCommand {
    pub fn run(self) -> Result<ExitCode> {
        let (data, asked) = match self {
            Self::Find { data, asked } => (data, Asked::Find(asked)),
            Self::Show { data, number } => (data, Asked::Show(number)),
            Self::Export { data, number } => (data, Asked::Export(number)),
            Self::Rectify { data, number, change } => (data, Asked::Rectify(number, change)),
            Self::Erase { yes: false, number, .. } => {
                bail!("nothing was erased; to erase person {number} for good, add --yes")
            }
            Self::Erase { data, number, yes: true } => (data, Asked::Erase(number)),
        };
        ask(&data, &asked)
    }
}

impl CompactCommand {
    pub fn run(self) -> Result<ExitCode> {
        ask(&self.data, &Asked::Compact)
    }
}

fn ask(data: &DataFolder, asked: &Asked) -> Result<ExitCode> {
    let answer: Value = match data.existing()? {
        Access::Server(client) => {
            serde_json::from_slice(&client.post("/control/person", serde_json::to_vec(asked)?)?)?
        }
        Access::Folder(store) => answer(&store, asked)?,
    };
    print(&format!("{}\n", serde_json::to_string_pretty(&answer)?));
    Ok(ExitCode::SUCCESS)
}

/// Does what is asked, and writes it into the audit log: numbers, never names.
pub fn answer(store: &Store, asked: &Asked) -> Result<Value> {
    let (action, detail, answer) = match asked {
        Asked::Find(text) => {
            let snapshot = store.read()?;
            let every: Vec<i64> = shops::list(&snapshot)?.iter().map(|shop| shop.id).collect();
            let found = privacy::find(&snapshot, &every, text, MOST)?;
            let answer = Value::Array(found.iter().map(found_as_json).collect());
            (Action::PersonSeen, json!({ "found": found.len() }), answer)
        }
        Asked::Show(number) => {
            let tables = held(store, *number)?;
            let rows = tables.iter().map(|table| (table.table, table.rows.len()));
            let answer = json!({ "person": number, "rows": rows.collect::<std::collections::BTreeMap<_, _>>() });
            (Action::PersonSeen, json!({ "person": number }), answer)
        }
        Asked::Export(number) => {
            let tables = held(store, *number)?;
            let tables: Vec<Value> = tables.iter().map(table_as_json).collect();
            let answer = json!({ "person": number, "tables": tables });
            (Action::PersonExported, json!({ "person": number }), answer)
        }
        Asked::Rectify(number, change) => {
            let Change { name, email, phone, city, postcode } = change.clone();
            let change = Rectification { name, email, phone, city, postcode };
            let records = store.rectify_person(*number, change, clock::now())?;
            let answer = json!({ "person": number, "records": records });
            (Action::PersonRectified, answer.clone(), answer)
        }
        Asked::Erase(number) => {
            let gone = store.erase_person(*number, clock::now())?;
            erasures::follow(store)?;
            let answer = crate::privacy::erased(*number, &gone);
            (Action::PersonErased, answer.clone(), answer)
        }
        Asked::Compact => {
            let done = store.compact()?;
            let answer =
                json!({ "bytes_before": done.bytes_before, "bytes_after": done.bytes_after });
            (Action::Compacted, answer.clone(), answer)
        }
    };
    audit::by_shell(store, action, None, &detail)?;
    Ok(answer)
}

/// What is held of a person; a number that nobody has is most likely mistyped.
fn held(store: &Store, person: i64) -> Result<Vec<HeldTable>> {
    let tables = privacy::held(&store.read()?, person)?;
    if tables.iter().all(|table| table.rows.is_empty()) {
        bail!("nothing is held of person {person}; find the number with `comptoir person find`");
    }
    Ok(tables)
}

fn found_as_json(found: &Found) -> Value {
    json!({
        "person": found.person, "shops": found.shops, "name": found.name, "email": found.email,
        "phone": found.phone, "orders": found.orders,
        "last_order": found.last_order.map(|at| at.to_string()),
    })
}

fn table_as_json(table: &HeldTable) -> Value {
    let rows: Vec<Value> = table
        .rows
        .iter()
        .map(|row| {
            let cells = table.columns.iter().cloned().zip(row.iter().map(cell_as_json));
            Value::Object(cells.collect())
        })
        .collect();
    json!({ "table": table.table, "rows": rows })
}

fn cell_as_json(cell: &Cell) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Bool(value) => (*value).into(),
        Cell::Int(value) => (*value).into(),
        Cell::Text(text) => text.as_str().into(),
        Cell::Date(day) => day.to_string().into(),
        Cell::Instant(at) => at.to_string().into(),
    }
}
