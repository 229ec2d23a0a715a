//! Integration tests of the crate, one binary. They start the real program and meet it as people and
//! scripts do.

mod bad_input;
mod connections_page;
mod contract;
mod durability;
mod import_page;
mod openapi;
mod program;
mod revenue_page;
mod same_number;
mod settings_page;
mod why;
