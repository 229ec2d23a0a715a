//! A kill while the database is written anew, after an erasure.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::faults::{bulky, folder};
use crate::program::{self, Program};

fn compaction(data: &Path) -> Command {
    let mut command = program::command(&["compact", "--data"]);
    command.arg(data).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

#[test]
fn a_kill_during_compaction_loses_nothing() {
    let here = tempfile::tempdir().expect("a folder");
    let data = folder(here.path());
    let server = Program::serve(&data);
    for round in 0..4 {
        server.ingest("test", &bulky(&format!("r{round}"), 250));
    }
    // Beside a running server, and how long it takes here.
    let started = Instant::now();
    assert!(compaction(&data).status().expect("it starts").success());
    let whole = u64::try_from(started.elapsed().as_micros()).expect("short");
    drop(server);
    let mut orders = 1001;
    for kill in 0..12 {
        let server = Program::serve(&data);
        let mut compacting = compaction(&data).spawn().expect("it starts");
        if kill % 2 == 0 {
            // What is pushed meanwhile waits for it, or is refused; what was acknowledged is kept.
            server.ingest("test", &bulky(&format!("k{kill}"), 1));
            orders += 1;
        }
        std::thread::sleep(Duration::from_micros(whole * (kill % 6 + 1) / 7));
        server.kill();
        let _refused = compacting.wait();
        let told = program::answer(&data, "metrics=orders,gross_sales&period=all");
        assert_eq!(told["totals"]["orders"], orders, "kill {kill}");
        assert_eq!(told["totals"]["gross_sales"], format!("{orders}.00"), "kill {kill}");
    }
    // The kills leave nothing behind that a later start does not clear away.
    let names: Vec<String> = std::fs::read_dir(&data)
        .expect("the folder")
        .map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned())
        .filter(|name| name.contains("duckdb") && name != "comptoir.duckdb")
        .filter(|name| name != "comptoir.duckdb.wal")
        .collect();
    assert!(names.is_empty(), "{names:?}");
}
