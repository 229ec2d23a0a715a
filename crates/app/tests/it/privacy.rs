//! A customer's request in the shell, through the running server (S126): found, exported, put right,
//! erased, compacted; and no figure of any page moves.

use std::path::Path;

use comptoir_metrics::METRICS;
use serde_json::Value;

use crate::program::{self, Outcome, Program};

const SPLITS: [&str; 6] = ["", "day", "country", "product", "customer_type", "source"];

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(name)
}

fn person(folder: &Path, more: &[&str]) -> Outcome {
    let data = folder.to_str().expect("a path");
    let (verb, rest) = more.split_first().expect("a verb");
    program::run(&[&["person", verb, "--data", data], rest].concat(), b"")
}

/// Every metric by every split it allows, the analyses, and the pages of figures.
fn figures(server: &Program, splits: &[&str], period: &str) -> Vec<(String, String)> {
    let mut asked: Vec<String> = Vec::new();
    for split in splits {
        let by = if split.is_empty() { String::new() } else { format!("&by={split}") };
        for metric in METRICS {
            asked.push(format!("/api/v1/query?metrics={}{by}&{period}&shop=test", metric.id));
        }
    }
    for analysis in ["cohorts", "rfm", "basket"] {
        asked.push(format!("/api/v1/{analysis}?{period}&shop=test"));
    }
    for page in ["/", "/revenue", "/products", "/loyalty", "/loyalty/rfm", "/loyalty/cohorts"] {
        asked.push(format!("{page}?{period}&shop=test"));
    }
    let answers = asked.into_iter().map(|target| {
        let answer = server.get(&target);
        let text = answer.text();
        // Of a page, its tables: what was bought just now names its buyer.
        let text = if text.starts_with("<!DOCTYPE") { tables(&text) } else { text };
        // The number of the commit is no figure.
        let text = match (text.find("\"generation\":"), text.find(",\"profile\"")) {
            (Some(from), Some(to)) => format!("{}{}", &text[..from], &text[to..]),
            _ => text,
        };
        let text = format!("{} {text}", answer.status);
        (target, text)
    });
    answers.collect()
}

fn tables(page: &str) -> String {
    page.split("<table").skip(1).filter_map(|rest| rest.split("</table>").next()).collect()
}

/// How many were answered: a refusal that stays a refusal shows nothing.
fn answered(figures: &[(String, String)]) -> usize {
    figures.iter().filter(|(_, text)| text.starts_with("200 ")).count()
}

fn assert_same(now: &[(String, String)], before: &[(String, String)], when: &str) {
    for ((target, now), (_, before)) in now.iter().zip(before) {
        assert!(now == before, "{when}: {target}\n{now}\n{before}");
    }
}

fn imported(folder: &Path) {
    let orders = program::import(folder, &fixture("shop.csv"), &[]);
    assert_eq!(orders.code, Some(0), "{}", orders.err);
    let behaviour =
        program::import(folder, &fixture("behaviour.jsonl"), &["--format", "comptoir-jsonl"]);
    assert_eq!(behaviour.code, Some(0), "{}", behaviour.err);
}

#[test]
fn s126_a_request_is_answered_in_the_shell_and_no_figure_moves() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    imported(folder);
    let server = Program::serve(folder);
    let period = "from=2024-02-01&to=2024-04-30&compare=none";
    let before = figures(&server, &SPLITS, period);
    assert!(answered(&before) > 150, "{}", answered(&before));

    let found = person(folder, &["find", "Bob@exemple.fr"]).json();
    let bob = found[0]["person"].as_i64().expect("a number").to_string();
    assert_eq!((found.as_array().map(Vec::len), &found[0]["orders"]), (Some(1), &Value::from(2)));
    let nobody = person(folder, &["show", "987654"]);
    assert!(nobody.code == Some(1) && nobody.err.contains("987654"), "{}", nobody.err);
    let export = person(folder, &["export", &bob]);
    assert!(String::from_utf8_lossy(&export.out).contains("bob@exemple.fr"));

    // Put right: found by the new address, counted as before.
    let change = person(folder, &["rectify", &bob, "--email", "robert@exemple.fr"]);
    assert_eq!(change.json()["records"], 2, "{}", change.err);
    let again = person(folder, &["find", "robert@exemple.fr"]).json();
    assert_eq!(again[0]["person"].to_string(), bob);
    assert_same(&figures(&server, &SPLITS, period), &before, "put right");

    let refused = person(folder, &["erase", &bob]);
    assert!(refused.code == Some(1) && refused.err.contains("--yes"), "{}", refused.err);
    assert_eq!(person(folder, &["erase", &bob, "--yes"]).json()["orders"], 2);
    assert_eq!(person(folder, &["find", "bob@exemple.fr"]).json(), Value::Array(Vec::new()));
    assert_same(&figures(&server, &SPLITS, period), &before, "erased");

    let compacted = program::run(&["compact", "--data", folder.to_str().expect("a path")], b"");
    assert!(compacted.json()["bytes_after"].as_i64() > Some(0), "{}", compacted.err);
    assert_same(&figures(&server, &SPLITS, period), &before, "compacted");

    // The same files again, and the server started again.
    imported(folder);
    assert_same(&figures(&server, &SPLITS, period), &before, "imported again");
    assert_eq!(server.stop().code(), Some(0));
    let server = Program::serve(folder);
    assert_same(&figures(&server, &SPLITS, period), &before, "started again");
    assert_eq!(server.stop().code(), Some(0));
    for address in ["bob@exemple.fr", "robert@exemple.fr"] {
        assert_eq!(person(folder, &["find", address]).json(), Value::Array(Vec::new()));
        let bytes = std::fs::read(folder.join("comptoir.duckdb")).expect("the database");
        assert!(!bytes.windows(address.len()).any(|window| window == address.as_bytes()));
    }
    // Who did what is in the audit log, and no name of a customer.
    let store =
        comptoir_store::Store::open(folder, std::time::Duration::from_secs(5)).expect("a store");
    let lines = comptoir_store::audit::list(&store.read().expect("a snapshot"), i64::MAX, 100)
        .expect("lines");
    for action in
        ["person_seen", "person_exported", "person_rectified", "person_erased", "compacted"]
    {
        assert!(lines.iter().any(|line| line.action == action && line.kind == "shell"), "{action}");
    }
    assert!(!lines.iter().any(|line| line.detail.contains("exemple.fr")));
}

/// S126: on the real shop, its best customer among 4,000.
#[test]
fn s126_erasing_the_best_customer_of_a_real_shop_moves_no_figure() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let file = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../sources/data/online-retail/online_retail.csv.zst");
    let import = program::import(folder, &file, &["--format", "online-retail"]);
    assert_eq!(import.code, Some(3), "{}", import.err);
    let server = Program::serve(folder);
    let period = "from=2010-12-01&to=2011-12-31&compare=none";
    let before = figures(&server, &SPLITS[..1], period);
    assert!(answered(&before) > 40, "{}", answered(&before));
    let found = person(folder, &["find", "14911"]).json();
    let number = found[0]["person"].as_i64().expect("a number").to_string();
    let erased = person(folder, &["erase", &number, "--yes"]).json();
    assert_eq!(erased["orders"], 0, "only an account was told of them");
    assert_same(&figures(&server, &SPLITS[..1], period), &before, "erased");
    assert_eq!(person(folder, &["find", "14911"]).json(), Value::Array(Vec::new()));
    assert_eq!(server.stop().code(), Some(0));
}
