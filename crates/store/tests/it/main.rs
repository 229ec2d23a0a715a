//! Integration tests of the store: one binary.

mod connections;
mod imports;
mod laws;
mod persons;
mod recount;
mod refunds;
mod shop;
