//! Integration tests of the crate, one binary.

mod bad_input;
mod bench_file;
mod canonical_csv;
mod exchange_rates;
mod hand;
mod ingest;
mod languages;
mod laws;
mod online_retail;
mod own_mapping;
mod prestashop;
mod prestashop_file;
mod replay;
mod shopify;
mod shopify_live;
mod woocommerce;
