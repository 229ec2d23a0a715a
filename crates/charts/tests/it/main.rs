//! Integration tests of the crate, one binary.

mod columns;
mod figure;
mod waterfall;
