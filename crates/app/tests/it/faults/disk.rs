//! Disks that are full, or that can't be written.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::Stdio;

use crate::faults::{Ended, apart, bulky, finished, folder};
use crate::program::{self, request};

fn push(address: SocketAddr, name: &str, count: usize) -> program::Answer {
    let body = bulky(name, count).to_string();
    request(address, "POST", "/api/v1/ingest?shop=test", &[], body.as_bytes()).expect("an answer")
}

fn orders(address: SocketAddr) -> i64 {
    let answer = request(address, "GET", "/api/v1/query?metrics=orders&period=all", &[], b"");
    answer.expect("an answer").json()["totals"]["orders"].as_i64().expect("a count")
}

#[test]
fn a_full_disk_refuses_what_is_new_and_nothing_else() {
    let here = tempfile::tempdir().expect("a folder");
    let data = folder(here.path());
    let disk = here.path().join("disk");
    fs::create_dir(&disk).expect("a place to mount");
    // The database and 20 MB of something else on a disk of 32 MB.
    let script = "mount -t tmpfs -o size=32m tmpfs \"$1\" && cp -r \"$2\" \"$1/data\" &&
        head -c 20000000 /dev/zero >\"$1/filler\" &&
        exec \"$COMPTOIR\" serve --open --listen 127.0.0.1:0 --data \"$1/data\"";
    let Some(mut command) = apart(script) else { return };
    let child =
        command.arg("disk").arg(&disk).arg(&data).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut server = Ended(child.spawn().expect("it starts"));
    let mut line = String::new();
    BufReader::new(server.0.stdout.take().expect("a pipe")).read_line(&mut line).expect("a line");
    let address = line.trim().trim_start_matches("http://").trim_end_matches('/').parse();
    let address: SocketAddr = address.expect("an address");

    let mut acknowledged = 1;
    let mut refused = None;
    for round in 0..200 {
        let answer = push(address, &format!("r{round}"), 200);
        if answer.status != 200 {
            refused = Some(answer);
            break;
        }
        acknowledged += 200;
    }
    let refused = refused.expect("the disk fills up");
    assert_eq!(refused.status, 507, "{}", refused.text());
    assert!(refused.text().contains("disk of the data folder is full"), "{}", refused.text());
    // It goes on answering, and with what was acknowledged.
    assert_eq!(request(address, "GET", "/healthz", &[], b"").expect("an answer").status, 200);
    assert_eq!(orders(address), acknowledged);
    assert_eq!(request(address, "GET", "/", &[], b"").expect("an answer").status, 200);

    // Room again, without a new start. The disk is seen by the server alone.
    let inside = format!("/proc/{}/root{}", server.0.id(), disk.display());
    fs::remove_file(format!("{inside}/filler")).expect("the filler is there");
    let answer = push(address, "later", 100);
    assert_eq!(answer.status, 200, "{}", answer.text());
    assert_eq!(orders(address), acknowledged + 100);
    // And after a kill, what is on that disk is whole.
    fs::create_dir(here.path().join("copy")).expect("a folder");
    program::signal(server.0.id(), "STOP");
    for name in ["comptoir.duckdb", "comptoir.duckdb.wal"] {
        let to = here.path().join("copy").join(name);
        fs::copy(format!("{inside}/data/{name}"), to).expect("a file");
    }
    let told = program::answer(&here.path().join("copy"), "metrics=orders&period=all");
    assert_eq!(told["totals"]["orders"], acknowledged + 100);
}

#[test]
fn a_disk_that_can_t_be_written_is_told_at_the_start() {
    let here = tempfile::tempdir().expect("a folder");
    let data = folder(here.path());
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" &&
        exec \"$COMPTOIR\" serve --open --listen 127.0.0.1:0 --data \"$1\"";
    let Some(mut command) = apart(script) else { return };
    command.arg("disk").arg(&data);
    let told = finished(command);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains("cannot use the data folder"), "{}", told.err);
    assert!(told.err.contains("Read-only file system"), "{}", told.err);
    assert!(told.out.is_empty(), "{}", told.text());

    // The doctor says so too, in French, and what to do.
    let script = "mount --bind \"$1\" \"$1\" && mount -o remount,bind,ro \"$1\" &&
        exec \"$COMPTOIR\" doctor --lang fr --data \"$1\"";
    let Some(mut command) = apart(script) else { return };
    command.arg("disk").arg(&data);
    let told = finished(command);
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.text().contains("Comptoir ne peut pas écrire dans"), "{}", told.text());
    assert!(told.text().contains("monté en lecture seule"), "{}", told.text());
}

#[test]
fn a_database_that_can_t_be_opened_is_told_at_the_start() {
    let here = tempfile::tempdir().expect("a folder");
    let data = here.path().join("data");
    fs::create_dir_all(data.join("comptoir.duckdb")).expect("a folder where the file should be");
    let folder = data.to_str().expect("a path");
    let told = program::run(&["serve", "--open", "--listen", "127.0.0.1:0", "--data", folder], b"");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains("comptoir.duckdb"), "{}", told.err);
    assert!(!told.err.contains("panicked"), "{}", told.err);
}
