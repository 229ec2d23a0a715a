//! Disks that are full, or that can't be written.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use std::time::Duration;

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

    // A compaction, which needs more, is refused before it begins, and leaves nothing.
    let within = format!("/proc/{}/root{}/data", server.0.id(), disk.display());
    let told = program::run(&["compact", "--data", &within], b"");
    assert_eq!(told.code, Some(1), "{told:?}");
    assert!(told.err.contains("MB of free disk"), "{}", told.err);
    assert!(!Path::new(&within).join("comptoir.compacting.duckdb").exists());

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

/// Orders that take some 40 KB of the log each: names that no two share, and that don't compress.
fn heavy(round: usize) -> serde_json::Value {
    let records: Vec<_> = (0..200)
        .map(|at| {
            let name = |line: usize| -> String {
                (0..48)
                    .map(|part| digits(&format!("{round} {at} {line} {part}")))
                    .collect()
            };
            let lines: Vec<_> = (0..40)
                .map(|line| {
                    serde_json::json!({ "sku": format!("P{line}"), "name": name(line),
                        "quantity": 1, "unit_price": "1.00" })
                })
                .collect();
            serde_json::json!({ "type": "order", "id": format!("h{round}-{at}"), "status": "paid",
                "modified": "2024-03-01T00:00:00Z", "created": "2024-02-28T10:00:00Z", "lines": lines })
        })
        .collect();
    serde_json::json!({ "records": records })
}

/// Sixteen digits that look like chance.
fn digits(text: &str) -> String {
    use std::hash::{DefaultHasher, Hash, Hasher};
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// A program that a shell of ours has started: killed with the test, if it still runs.
struct Process(u32);

impl Drop for Process {
    fn drop(&mut self) {
        let _gone = std::process::Command::new("kill").arg("-9").arg(self.0.to_string()).output();
    }
}

#[test]
fn a_disk_that_fills_up_while_the_log_is_moved_ends_the_program_and_loses_nothing() {
    let here = tempfile::tempdir().expect("a folder");
    let data = folder(here.path());
    let disk = here.path().join("disk");
    fs::create_dir(&disk).expect("a place to mount");
    // The shell stays, and with it the disk; it tells the exit code of each start.
    let script = "mount -t tmpfs -o size=300m tmpfs \"$1\" && cp -r \"$2\" \"$1/data\" &&
        for start in 1 2; do
            \"$COMPTOIR\" serve --open --listen 127.0.0.1:0 --data \"$1/data\" 2>\"$2.told$start\" &
            echo $!
            wait $!
            echo \"code $?\"
        done";
    let Some(mut command) = apart(script) else { return };
    let child =
        command.arg("disk").arg(&disk).arg(&data).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut shell = Ended(child.spawn().expect("it starts"));
    let mut lines = BufReader::new(shell.0.stdout.take().expect("a pipe")).lines();
    let mut line = move || lines.next().expect("a line").expect("text");
    let started = |line: &mut dyn FnMut() -> String| {
        let process = Process(line().parse().expect("a process"));
        let told = line();
        let address = told.trim_start_matches("http://").trim_end_matches('/').parse();
        (process, address.expect("an address"))
    };
    let (server, address) = started(&mut line);
    let process = server.0;
    let inside = format!("/proc/{}/root{}", shell.0.id(), disk.display());
    let file = format!("{inside}/data/comptoir.duckdb");
    let size = |name: &str| fs::metadata(name).map_or(0, |file| file.len());

    // Somebody else takes the whole disk at the instant when the log begins to be moved.
    let before = size(&file);
    let (filler, watched) = (format!("{inside}/filler"), file.clone());
    let filling = std::thread::spawn(move || {
        for _ in 0..600_000 {
            if fs::metadata(&watched).is_ok_and(|file| file.len() > before) {
                program::signal(process, "STOP");
                let rest = rustix::fs::statvfs(Path::new(&watched)).expect("a disk");
                let took = fs::File::create(&filler).expect("a file");
                let flags = rustix::fs::FallocateFlags::empty();
                let taken = rustix::fs::fallocate(&took, flags, 0, rest.f_bavail * rest.f_frsize);
                program::signal(process, "CONT");
                taken.expect("the rest of the disk");
                return;
            }
            std::thread::sleep(Duration::from_micros(200));
        }
    });
    let mut acknowledged = 1;
    let body = |round| heavy(round).to_string();
    for round in 0..20 {
        let path = "/api/v1/ingest?shop=test";
        match request(address, "POST", path, &[], body(round).as_bytes()) {
            Ok(answer) if answer.status == 200 => acknowledged += 200,
            _ => break,
        }
    }
    filling.join().expect("the disk filled up");
    assert_eq!(line(), "code 1");
    let told = fs::read_to_string(here.path().join("data.told1")).expect("what it told");
    assert!(told.contains("the database has stopped itself"), "{told}");
    assert!(told.contains("No space left on device"), "{told}");

    // Started again on the full disk, it answers with what was acknowledged.
    let (server, address) = started(&mut line);
    assert_eq!(orders(address), acknowledged);
    assert!(acknowledged > 1000, "{acknowledged}");
    fs::remove_file(format!("{inside}/filler")).expect("the filler is there");
    assert_eq!(push(address, "later", 100).status, 200);
    assert_eq!(orders(address), acknowledged + 100);
    drop(server);
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
