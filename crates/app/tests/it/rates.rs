//! Exchange rates are fetched where the merchant says so, and nowhere else.

use std::process::Stdio;

use crate::program::command;
use crate::replay::{Fault, Replay, Response};

#[test]
fn exchange_rates_are_fetched_on_demand() {
    let bank = Replay::start(|_| Response {
        status: 200,
        headers: Vec::new(),
        body: b"Date,USD,JPY,\n2026-11-20,1.0512,162.4,\n".to_vec(),
    });
    let folder = tempfile::tempdir().expect("a folder");
    let run = |arguments: &[&str]| {
        command(arguments)
            .arg("--data")
            .arg(folder.path().join("data"))
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .expect("the program runs")
    };
    let shop = ["--shop", "ferme", "--create", "--currency", "EUR", "--timezone", "Europe/Paris"];
    let made = run(&[&["token", "create", "--scope", "ingest"][..], &shop[..]].concat());
    assert!(made.status.success(), "{made:?}");
    let url = bank.url();
    let fetched = run(&["rates", "fetch", "--url", &url]);
    assert_eq!(String::from_utf8_lossy(&fetched.stdout), "2 rates added\n");
    bank.break_with(|_, _| Some(Fault::Page));
    let refused = run(&["rates", "fetch", "--url", &url]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("not the European"), "{refused:?}");
}
