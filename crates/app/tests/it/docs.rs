//! What the documents name is there: the tests that prove a claim, the files, the pages that links lead
//! to. A proof that was renamed is no proof; and nothing is left to be filled in.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Where a file that a document names may lie, from the root of the repository.
const ROOTS: [&str; 6] =
    ["", "docs", "crates", "crates/app", "crates/app/src", "crates/app/tests/it"];

/// Endings of files; others are commands, addresses, or files of the reader’s.
const FILES: [&str; 4] = [".rs", ".js", ".md", ".service"];

/// Underscores of a name, at least, that a test’s has and a figure’s has not.
const OF_A_TEST: usize = 3;

/// Where names of tests stand as proofs.
const PROOFS: [&str; 2] = ["security.md", "faults.md"];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The documents, by name.
fn documents() -> Vec<(String, String)> {
    let folder = fs::read_dir(root().join("docs")).expect("documents");
    let paths = folder.map(|entry| entry.expect("a document").path());
    paths
        .filter(|path| path.extension().is_some_and(|ending| ending == "md"))
        .map(|path| {
            let name = path.file_name().expect("a name").to_string_lossy().into_owned();
            (name, fs::read_to_string(&path).expect("a text"))
        })
        .collect()
}

/// All functions of the workspace, tests among them.
fn functions() -> HashSet<String> {
    let mut found = HashSet::new();
    let mut folders = vec![root().join("crates")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(&path).expect("a text");
                found.extend(text.lines().filter_map(function).map(str::to_owned));
            }
        }
    }
    found
}

/// The name of the function that a line begins.
fn function(line: &str) -> Option<&str> {
    let (_, after) = line.split_once("fn ")?;
    after.split(|one: char| !one.is_ascii_alphanumeric() && one != '_').next()
}

/// What stands between backticks, line by line: blocks of code have none.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| !line.starts_with("```"))
        .flat_map(|line| line.split('`').skip(1).step_by(2))
}

/// Where links lead.
fn links(text: &str) -> impl Iterator<Item = &str> {
    text.split("](").skip(1).filter_map(|after| Some(after.split_once(')')?.0))
}

/// The name that a heading is linked by.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    kept.chars()
        .filter(|one| one.is_alphanumeric() || matches!(one, ' ' | '-' | '_'))
        .map(|one| if one == ' ' { '-' } else { one })
        .collect()
}

fn is_word(text: &str) -> bool {
    text.chars().all(|one| one.is_ascii_lowercase() || one.is_ascii_digit() || one == '_')
}

fn is_file_name(text: &str) -> bool {
    (FILES.iter().any(|ending| text.ends_with(ending)) || text.starts_with("scripts/"))
        && !text.contains(|one: char| one.is_whitespace() || "*…<".contains(one))
        && !text.starts_with(['/', '.'])
}

#[test]
fn s109_every_proof_that_the_documents_name_is_there() {
    let known = functions();
    let mut missing = Vec::new();
    let mut proofs = 0;
    for (name, text) in documents() {
        let proven = PROOFS.contains(&name.as_str());
        for word in quoted(&text) {
            let numbered =
                word.starts_with('s') && word[1..].starts_with(|one: char| one.is_ascii_digit());
            let test =
                is_word(word) && (proven || numbered) && word.matches('_').count() >= OF_A_TEST;
            proofs += usize::from(test);
            if test && !known.contains(word) {
                missing.push(format!("docs/{name}: no test {word}"));
            }
            let file = word.split("::").next().unwrap_or_default();
            let there = |at: &str| root().join(at).join(file).exists();
            if is_file_name(file) && !ROOTS.iter().any(|at| there(at)) {
                missing.push(format!("docs/{name}: no file {word}"));
            }
        }
    }
    assert_eq!(missing, Vec::<String>::new());
    assert!(proofs > 150, "the names of tests are not found any more: {proofs}");
}

#[test]
fn links_between_documents_lead_somewhere_and_nothing_is_left_to_fill_in() {
    let documents = documents();
    let mut faults = Vec::new();
    for (name, text) in &documents {
        if text.contains("TODO") {
            faults.push(format!("docs/{name}: something is left to fill in"));
        }
        for link in links(text).filter(|link| !link.contains("://")) {
            let (file, part) = link.split_once('#').unwrap_or((link, ""));
            let file = if file.is_empty() { name.as_str() } else { file };
            if !root().join("docs").join(file).exists() {
                faults.push(format!("docs/{name}: {link}"));
            }
            let target = documents.iter().find(|(other, _)| other == file);
            let named = target.is_none_or(|(_, text)| {
                text.lines().any(|line| line.starts_with('#') && anchor(line) == part)
            });
            if !part.is_empty() && !named {
                faults.push(format!("docs/{name}: no heading {link}"));
            }
        }
    }
    assert_eq!(faults, Vec::<String>::new());
}
