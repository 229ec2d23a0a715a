//! Integration tests of the crate, one binary. They start the real program and meet it as people and
//! scripts do.

mod accounts;
mod backup;
mod bad_input;
mod connections_page;
mod contract;
mod docs;
mod doors;
mod durability;
mod embed;
mod faults;
mod hardening;
mod import_page;
mod openapi;
mod operations;
mod owners;
mod privacy;
mod privacy_pages;
mod program;
#[path = "../../../sources/tests/it/replay.rs"]
#[expect(dead_code, reason = "the connectors’ own tests use the rest")]
mod replay;
mod revenue_page;
mod same_number;
mod settings_page;
mod sharing;
mod sync;
mod tokens;
mod two_doors;
mod why;
