//! The European Central Bank's file, fetched as it publishes it: one table in an archive.

use std::io::Write as _;

use comptoir_sources::http::Pace;
use comptoir_sources::{FailureKind, Language, ecb};

use crate::replay::{Fault, Replay, Response};

const TABLE: &str =
    "Date,USD,JPY,BGN,\n2026-10-30,1.1172,175.68,N/A,\n2026-10-29,1.113,175.92,N/A,\n";

fn packed(name: &str, text: &str) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    archive.start_file(name, zip::write::SimpleFileOptions::default()).expect("an entry");
    archive.write_all(text.as_bytes()).expect("written");
    archive.finish().expect("an archive").into_inner()
}

fn serving(body: Vec<u8>) -> Replay {
    Replay::start(move |_| Response { status: 200, headers: Vec::new(), body: body.clone() })
}

fn fetched(replay: &Replay) -> Result<String, FailureKind> {
    let url = format!("{}/stats/eurofxref/eurofxref-hist.zip", replay.url());
    ecb::download_at(Some(&url), Pace::impatient()).map_err(|failure| failure.kind)
}

#[test]
fn the_published_archive_is_fetched_and_read() {
    let replay = serving(packed("eurofxref-hist.csv", TABLE));
    let text = fetched(&replay).expect("the table");
    assert_eq!(text, TABLE);
    let (rates, rejects) = ecb::read(&text, Language::En);
    // Two days of two currencies; the lev has none.
    assert_eq!((rates.len(), rejects.len()), (4, 0));
    assert_eq!(rates[0].per_euro, 111_720_000);
    let asked = replay.requests();
    assert_eq!((asked.len(), asked[0].method.as_str()), (1, "GET"));
}

#[test]
fn a_copy_that_is_not_packed_is_read_too() {
    assert_eq!(fetched(&serving(TABLE.as_bytes().to_vec())).as_deref(), Ok(TABLE));
}

#[test]
fn anything_else_is_not_taken_for_rates() {
    for body in [
        b"<html>Maintenance</html>".to_vec(),
        b"PK\x03\x04 not an archive".to_vec(),
        packed("readme.txt", TABLE),
        packed("eurofxref-hist.csv", "<html></html>"),
    ] {
        assert_eq!(fetched(&serving(body)), Err(FailureKind::NotTheApi));
    }
    let replay = serving(packed("eurofxref-hist.csv", TABLE));
    for (fault, kind) in [
        (Fault::Status(404, Vec::new()), FailureKind::NotFound),
        (Fault::Status(503, Vec::new()), FailureKind::Server),
        (Fault::Truncated, FailureKind::Truncated),
        (Fault::Silence, FailureKind::Timeout),
    ] {
        let broken = fault.clone();
        replay.break_with(move |_, _| Some(broken.clone()));
        assert_eq!(fetched(&replay), Err(kind), "{fault:?}");
    }
}

#[test]
fn the_bank_s_own_address_is_the_one_that_is_asked_by_default() {
    assert!(ecb::PUBLISHED.starts_with("https://www.ecb.europa.eu/"));
    assert!(ecb::download(Some("file:///etc/passwd")).is_err());
}
