//! Integration tests of the store: one binary.

mod connections;
mod history;
mod imports;
mod laws;
mod persons;
mod privacy;
mod recount;
mod refunds;
mod shop;
mod twins;
