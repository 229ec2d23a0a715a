//! A thousand open connections: idle ones, and requests that never end.

use std::io::Write;
use std::net::TcpStream;
use std::process::Command;
use std::time::{Duration, Instant};

use crate::faults::folder;
use crate::program::{Program, until};

const MANY: usize = 1000;

#[test]
fn a_thousand_open_connections_keep_nobody_waiting() {
    let here = tempfile::tempdir().expect("a folder");
    let server = Program::serve(&folder(here.path()));
    assert_eq!(server.get("/").status, 200);
    // This process needs as many files as the server does.
    let me = std::process::id();
    let raised =
        Command::new("prlimit").args(["--pid", &me.to_string(), "--nofile=4096:"]).status();
    assert!(raised.is_ok_and(|status| status.success()), "prlimit of util-linux");
    let mut open = Vec::new();
    for number in 0..MANY {
        let mut stream = TcpStream::connect(server.address).expect("connected");
        if number % 2 == 1 {
            // A head without end, or a body that never comes.
            let half: &[u8] = if number % 4 == 1 {
                b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: "
            } else {
                b"POST /api/v1/ingest?shop=test HTTP/1.1\r\nhost: 127.0.0.1\r\ncontent-length: 9\r\n\r\n"
            };
            stream.write_all(half).expect("sent");
        }
        open.push(stream);
    }
    // A debug build takes a moment for a page; the crowd must not add to it.
    let alone = Duration::from_secs(1);
    for path in ["/healthz", "/", "/api/v1/query?metrics=orders&period=all"] {
        let started = Instant::now();
        assert_eq!(server.get(path).status, 200, "{path}");
        assert!(started.elapsed() < alone, "{path}: {:?}", started.elapsed());
    }
    drop(open);
    until("the server answers after them", || server.get("/healthz").status == 200);
}

#[test]
fn the_limit_of_open_files_is_raised_as_far_as_it_may() {
    let here = tempfile::tempdir().expect("a folder");
    let data = folder(here.path());
    let limit = |soft: &str, hard: &str| {
        let script = format!(
            "ulimit -Sn {soft} && ulimit -Hn {hard} && exec \"$0\" doctor --json --data \"$1\""
        );
        let output = Command::new("sh")
            .args(["-c", &script, env!("CARGO_BIN_EXE_comptoir")])
            .arg(&data)
            .output()
            .expect("a shell");
        let checks: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
        let files = checks.as_array().expect("checks").iter().find(|check| check["id"] == "files");
        files.expect("a check of open files").clone()
    };
    let raised = limit("256", "8192");
    assert_eq!(raised["state"], "ok", "{raised}");
    assert!(raised["words"].as_str().expect("words").contains("8,192"), "{raised}");
    let few = limit("256", "512");
    assert_eq!(few["state"], "attention", "{few}");
    assert!(few["remedy"].as_str().expect("a remedy").contains("LimitNOFILE"), "{few}");
}
