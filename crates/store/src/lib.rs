//! Where data lives: the only crate that names a database.
//!
//! One file, `comptoir.duckdb`, holds everything. [`Engine`] gives read snapshots; all writing goes
//! through one writer, so that what it acknowledged survives a crash at any instant.

pub mod accounts;
pub mod activity;
pub mod audit;
pub mod backup;
pub mod connections;
pub mod doors;
pub mod engine;
pub mod error;
pub mod imports;
pub mod inspection;
pub mod mail;
pub mod preparation;
pub mod privacy;
pub mod rates;
pub mod seal;
pub mod settings;
pub mod sharing;
pub mod shops;
pub mod staging;
pub mod store;
pub mod tokens;
pub mod twins;
pub mod value;
pub mod visits;
pub mod writer;

mod migrations;
mod secret;
mod zones;

pub use connections::{Advance, Advanced, NewConnection, Opened, Position};
pub use engine::{Engine, Generation, Question, Snapshot};
pub use error::StoreError;
pub use imports::{Import, ImportCounts, ImportPlan, Undone};
pub use rates::Rate;
pub use seal::SealError;
pub use settings::{Amounts, Contact, Owner, Settings, ShopSettings, WeekStart, WorkspaceSettings};
pub use shops::StoredShop;
pub use staging::{Staging, WaitingRow};
pub use store::{FolderLock, Store};
pub use value::{Rows, Value};
pub use writer::Writer;
