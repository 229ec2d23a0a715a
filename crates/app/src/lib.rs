//! How people reach the figures: the command line, the pages, the API, the jobs.
//!
//! The only crate that knows HTTP. A number shown here comes from `comptoir_metrics`; only
//! [`format`] turns numbers and dates into text.

pub mod commands;
pub mod format;
pub mod i18n;
pub mod ui;

mod access;
mod accounts;
mod api;
mod audit;
mod backup;
mod client;
mod clock;
mod compacting;
mod compat;
mod doctor;
mod export;
mod importing;
mod limits;
mod machine;
mod mail;
mod pages;
mod privacy;
mod rates;
mod server;
mod settings;
mod sharing;
mod state;
mod sync;
mod timetable;
mod tokens;
mod visits;
mod weekly;
