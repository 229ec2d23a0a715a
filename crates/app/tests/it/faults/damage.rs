//! A database whose bytes are not what was written.

use std::fs;
use std::path::Path;

use crate::faults::{bulky, folder};
use crate::program::{self, Program};

/// Overwrites some bytes by others that have no pattern.
fn spoil(file: &Path, at: usize) {
    let mut bytes = fs::read(file).expect("the database");
    let mut mixed = at as u64 ^ 0x9e37_79b9_7f4a_7c15;
    for byte in bytes.iter_mut().skip(at).take(64) {
        mixed =
            mixed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *byte ^= u8::try_from(mixed >> 56).unwrap_or(1) | 1;
    }
    fs::write(file, bytes).expect("written");
}

fn copy(from: &Path, to: &Path) {
    let _none = fs::remove_dir_all(to);
    fs::create_dir(to).expect("a folder");
    for name in ["comptoir.duckdb", "comptoir.duckdb.wal"] {
        if from.join(name).exists() {
            fs::copy(from.join(name), to.join(name)).expect("copied");
        }
    }
}

/// Either the figures are the right ones, or a message says that the database is damaged.
fn right_or_told(data: &Path, orders: i64, at: usize) -> bool {
    let path = data.to_str().expect("a path");
    let question = "metrics=orders,gross_sales&by=product&period=all";
    let told = program::run(&["query", "--data", path, question], b"");
    assert!(!told.err.contains("panicked"), "{at}: {}", told.err);
    match told.code {
        Some(0) => {
            let totals = &told.json()["totals"];
            assert_eq!(totals["orders"], orders, "{at}: a wrong figure");
            assert_eq!(totals["gross_sales"], format!("{orders}.00"), "{at}: a wrong figure");
            true
        }
        Some(1) => {
            assert!(told.err.contains("the database is damaged"), "{at}: {}", told.err);
            assert!(told.err.contains("restore the last backup"), "{at}: {}", told.err);
            false
        }
        other => panic!("{at}: {other:?}: {}", told.err),
    }
}

#[test]
fn damaged_pages_are_told_and_never_wrong_figures() {
    let here = tempfile::tempdir().expect("a folder");
    let data = folder(here.path());
    let server = Program::serve(&data);
    for round in 0..4 {
        server.ingest("test", &bulky(&format!("r{round}"), 250));
    }
    assert!(server.stop().success());
    let whole = fs::metadata(data.join("comptoir.duckdb")).expect("the database").len();
    let whole = usize::try_from(whole).expect("small");
    let trial = here.path().join("trial");
    let mut found = 0;
    // The main header, one of the two headers of the state, then pages all over the file.
    for at in
        [8, 4100, 8200].into_iter().chain((0..10).map(|part| 12_400 + part * (whole - 13_000) / 10))
    {
        copy(&data, &trial);
        spoil(&trial.join("comptoir.duckdb"), at);
        let right = right_or_told(&trial, 1001, at);
        // What is damaged and not needed for this question is found by the doctor, who reads everything.
        let path = trial.to_str().expect("a path");
        let doctor = program::run(&["doctor", "--data", path, "--lang", "fr"], b"");
        assert!(matches!(doctor.code, Some(1 | 3)), "{at}: {doctor:?}");
        if !right {
            found += 1;
            assert_eq!(doctor.code, Some(1), "{at}: {}", doctor.text());
            assert!(doctor.text().contains("comptoir restore"), "{at}: {}", doctor.text());
        }
    }
    assert!(found >= 3, "only {found} places were in use: nothing was tested");
}

#[test]
fn a_damaged_log_of_changes_is_told() {
    let here = tempfile::tempdir().expect("a folder");
    let data = folder(here.path());
    let server = Program::serve(&data);
    for round in 0..4 {
        server.ingest("test", &bulky(&format!("r{round}"), 100));
    }
    // Killed: what was acknowledged last is in the log alone.
    server.kill();
    let log = fs::metadata(data.join("comptoir.duckdb.wal")).expect("a log").len();
    let log = usize::try_from(log).expect("small");
    let trial = here.path().join("trial");
    copy(&data, &trial);
    assert!(right_or_told(&trial, 401, 0), "without damage it is whole");
    for at in [log / 8, log / 3, log / 2] {
        copy(&data, &trial);
        spoil(&trial.join("comptoir.duckdb.wal"), at);
        assert!(!right_or_told(&trial, 401, at), "{at}: damage in the log went unseen");
    }
}
