//! Where data comes from: files, platforms that are read ([`connector`]), and vendors' APIs that
//! plugins push to ([`brevo`], [`activecampaign`], [`ga4`]), each turned into model records.
//!
//! A source sees neither the store nor another source. A file is read in three steps that the
//! application runs around the store's staging table: [`file::Table`] gives rows of text,
//! [`mapping::Reader`] (built from a [`mapping::Mapping`], which is data) stages each row under the
//! key of its record or rejects it, and once all rows are in, assembles the rows of one key into
//! records. One bad row never loses a good one.

pub mod activecampaign;
pub mod brevo;
pub mod canonical;
pub mod connector;
pub mod demo;
pub mod ecb;
pub mod failure;
pub mod file;
pub mod ga4;
pub mod http;
pub mod mapping;
pub mod prestashop;
pub mod pushed;
pub mod shopify;
pub mod visits;
pub mod wire;
pub mod woocommerce;
pub mod words;

pub use canonical::Context;
pub use comptoir_model::Reject;
pub use connector::{PLATFORMS, Platform, platform};
pub use failure::{Failure, FailureKind};
pub use file::{FileError, ReadOptions, Row, Sniffed, Step, Table};
pub use mapping::{Mapping, MappingError, Reader, StagedRow};
pub use wire::Refused;
pub use words::Language;

/// The beginning of a text from outside, for a message: at most `limit` characters, no controls.
pub(crate) fn excerpt(text: &str, limit: usize) -> String {
    let mut short: String =
        text.chars().take(limit).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().nth(limit).is_some() {
        short.push('…');
    }
    short
}

/// The candidate that a mistyped word most resembles.
pub(crate) fn nearest<'a>(
    word: &str,
    candidates: impl IntoIterator<Item = &'a str>,
) -> Option<&'a str> {
    let word: String = word.chars().take(60).collect::<String>().to_lowercase();
    candidates
        .into_iter()
        .map(|candidate| (strsim::jaro_winkler(&word, &candidate.to_lowercase()), candidate))
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, candidate)| candidate)
}
