//! `comptoir doctor`, beside a running server and without.

use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::Value;

use crate::faults::folder;
use crate::program::{self, Outcome, Program};

fn doctor(data: &Path, more: &[&str]) -> Outcome {
    let mut arguments = vec!["doctor", "--data", data.to_str().expect("a path")];
    arguments.extend(more);
    program::run(&arguments, b"")
}

fn states(told: &Outcome) -> Vec<(String, String)> {
    let told = told.json();
    let text = |check: &Value, name: &str| check[name].as_str().expect("a text").to_owned();
    told.as_array()
        .expect("a list")
        .iter()
        .map(|check| (text(check, "id"), text(check, "state")))
        .collect()
}

#[test]
fn s126_the_doctor_looks_at_all_and_says_what_to_do() {
    let here = tempfile::tempdir().expect("a folder");
    let data = folder(here.path());
    let told = doctor(&data, &["--json", "--lang", "fr"]);
    // A fresh folder is sound; nobody has made a backup or an account yet.
    assert_eq!(told.code, Some(3), "{told:?}");
    let state = |told: &Outcome, id: &str| {
        let found = states(told).into_iter().find(|(known, _)| known == id);
        found.unwrap_or_else(|| panic!("{id} was not looked at")).1
    };
    for id in ["folder", "disk", "leftovers", "clock", "database", "files"] {
        assert_eq!(state(&told, id), "ok", "{id}");
    }
    assert_eq!(state(&told, "backup"), "attention");
    assert_eq!(state(&told, "accounts"), "attention");
    for check in told.json().as_array().expect("a list") {
        assert_eq!(check["state"] == "ok", check["remedy"].is_null(), "{check}");
        assert!(!check.to_string().contains("doctor-"), "a word is missing: {check}");
    }
    // What the doctor finds beside a running server is what it finds without, in either language.
    let server = Program::serve(&data);
    let beside = doctor(&data, &["--json", "--lang", "fr"]);
    assert_eq!(state(&beside, "database"), "ok");
    assert_eq!(state(&beside, "accounts"), "ok", "--open does without accounts");
    assert!(doctor(&data, &["--lang", "en"]).text().contains("Data folder"));
    assert!(
        doctor(&data, &["--lang", "fr"]).text().contains("relues en entier, toutes cohérentes")
    );
    drop(server);

    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).expect("opened");
    std::fs::write(data.join("comptoir.duckdb.old"), b"left").expect("written");
    let told =
        doctor(&data, &["--json", "--lang", "fr", "--public-url", "http://comptoir.example"]);
    assert_eq!(state(&told, "folder"), "attention");
    assert_eq!(state(&told, "leftovers"), "attention");
    assert_eq!(state(&told, "certificate"), "attention", "an address without TLS");
}

#[test]
fn the_database_s_files_are_its_owner_s_alone() {
    let here = tempfile::tempdir().expect("a folder");
    let data = here.path().join("data");
    // A folder that was there before, open to everybody.
    std::fs::create_dir(&data).expect("a folder");
    std::fs::set_permissions(&data, std::fs::Permissions::from_mode(0o755)).expect("opened");
    let file =
        program::file(here.path(), "a.csv", "order_id,created,sku,unit_price\na,2024-02-01,P,1\n");
    assert_eq!(program::import(&data, &file, &[]).code, Some(0));
    let server = Program::serve(&data);
    server.ingest("test", &super::bulky("x", 1));
    for entry in std::fs::read_dir(&data).expect("the folder") {
        let entry = entry.expect("an entry");
        let mode = entry.metadata().expect("rights").permissions().mode();
        assert_eq!(mode & 0o077, 0, "{:?}: {mode:o}", entry.file_name());
    }
}

#[test]
fn a_folder_that_is_not_there_is_not_made() {
    let here = tempfile::tempdir().expect("a folder");
    let told = doctor(&here.path().join("none"), &[]);
    assert_eq!(told.code, Some(1));
    assert!(told.err.contains("there is no folder"), "{}", told.err);
    assert!(!here.path().join("none").exists());
}
