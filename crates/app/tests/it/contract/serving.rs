//! The server and the commands that meet on one data folder: lock, socket, signals.

use std::io::Write;
use std::os::unix::fs::{FileTypeExt, PermissionsExt};
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::json;

use super::{ORDERS, both_ways, folders, path, totals};
use crate::program::{self, Program, Starting, file, import, run};

#[test]
fn a_second_server_on_a_folder_waits_and_gives_up_with_a_clear_message() {
    let (_all, data) = folders();
    let server = Program::serve(&data);
    let started = Instant::now();
    let second = run(&["serve", "--data", path(&data), "--listen", "127.0.0.1:0"], b"");
    assert_eq!(second.code, Some(1));
    assert!(second.out.is_empty());
    assert!(
        second.err.contains("in use by another comptoir") && second.err.contains(path(&data)),
        "{}",
        second.err
    );
    assert!(
        started.elapsed() >= Duration::from_secs(9),
        "it did not wait: {:?}",
        started.elapsed()
    );
    assert_eq!(server.get("/healthz").status, 200, "the first one was not disturbed");
}

#[test]
fn a_command_waits_for_the_lock_until_it_is_free() {
    let (all, data) = folders();
    assert_eq!(import(&data, &file(all.path(), "a.csv", ORDERS), &[]).code, Some(0));
    let lock = std::fs::File::options().write(true).open(data.join("lock")).expect("the lock");
    lock.lock().expect("nobody holds it");
    let asking = {
        let data = data.clone();
        std::thread::spawn(move || totals(&data))
    };
    std::thread::sleep(Duration::from_millis(300));
    assert!(!asking.is_finished(), "it did not wait for the lock");
    lock.unlock().expect("held");
    assert_eq!(asking.join().expect("answered")["orders"], 2);
}

#[test]
fn the_socket_is_the_owners_alone_and_a_stale_one_is_no_obstacle() {
    let (all, data) = folders();
    let orders = file(all.path(), "a.csv", ORDERS);
    let server = Program::serve(&data);
    let socket = data.join("comptoir.sock");
    let found = std::fs::metadata(&socket).expect("there");
    assert!(found.file_type().is_socket());
    assert_eq!(found.permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(&data).expect("there").permissions().mode() & 0o777, 0o700);
    assert_eq!(import(&data, &orders, &[]).code, Some(0));
    // The socket's own routes are not on the address.
    assert_eq!(server.get("/control/shops").status, 404);
    server.kill();
    assert!(socket.exists(), "SIGKILL leaves the socket");
    assert_eq!(totals(&data)["orders"], 2, "a command takes the folder itself");
    let again = Program::serve(&data);
    assert_eq!(std::fs::metadata(&socket).expect("there").permissions().mode() & 0o777, 0o600);
    assert_eq!(totals(&data)["orders"], 2, "through the new server");
    assert_eq!(again.stop().code(), Some(0));
    assert!(!socket.exists(), "a server that ends takes its socket away");
}

#[test]
fn only_loopback_is_served() {
    let (_all, data) = folders();
    for command in ["serve", "demo"] {
        let refused = run(&[command, "--data", path(&data), "--listen", "0.0.0.0:0"], b"");
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains("0.0.0.0:0"), "{}", refused.err);
        assert!(!data.exists());
    }
}

#[test]
fn ctrl_c_during_an_import_leaves_nothing() {
    both_ways(|all, data| {
        assert_eq!(import(data, &file(all, "a.csv", ORDERS), &[]).code, Some(0));
        let before = totals(data);
        let mut child = program::command(&[
            "import",
            "--data",
            path(data),
            "--shop",
            "test",
            "--format",
            "comptoir",
            "-",
        ])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("started");
        let mut pipe = child.stdin.take().expect("a pipe");
        // More than a pipe holds (64 KB): once it is written, the program has read most of it.
        let row = |number: i32| format!("x{number},2024-05-08,MIEL,1.00\n");
        let mut rows = String::from("order_id,created,sku,unit_price\nbad,never,MIEL,1.00\n");
        for number in 0..60_000 {
            rows += &row(number);
        }
        pipe.write_all(rows.as_bytes()).expect("it reads");
        program::signal(child.id(), "INT");
        let status = program::wait(&mut child);
        assert_ne!(status.code(), Some(0));
        drop(pipe);
        assert_eq!(totals(data), before);
        let again = import(data, &file(all, "a.csv", ORDERS), &[]);
        assert_eq!(again.code, Some(0), "{}", again.err);
        let left: Vec<_> = std::fs::read_dir(data.join("rejected")).into_iter().flatten().collect();
        assert!(left.is_empty(), "a list of rejected rows of an import that never was: {left:?}");
    });
}

#[test]
fn a_server_killed_while_it_starts_leaves_a_folder_that_opens() {
    let (all, data) = folders();
    assert_eq!(import(&data, &file(all.path(), "a.csv", ORDERS), &[]).code, Some(0));
    let before = totals(&data);
    for milliseconds in [0, 5, 20, 60] {
        let starting = Starting::serve(&data);
        let _either = starting.ready_within(Duration::from_millis(milliseconds));
    }
    assert_eq!(totals(&data), before);
}

#[test]
fn sigterm_and_sigint_end_the_server_well() {
    let (_all, data) = folders();
    for name in ["TERM", "INT"] {
        let mut child = program::command(&[
            "serve",
            "--open",
            "--listen",
            "127.0.0.1:0",
            "--data",
            path(&data),
        ])
        .stdout(Stdio::piped())
        .spawn()
        .expect("started");
        let mut line = String::new();
        let mut out = std::io::BufReader::new(child.stdout.take().expect("a pipe"));
        std::io::BufRead::read_line(&mut out, &mut line).expect("a line");
        assert!(line.starts_with("http://127.0.0.1:") && line.ends_with("/\n"), "{line}");
        program::signal(child.id(), name);
        assert_eq!(program::wait(&mut child).code(), Some(0), "{name}");
    }
}

#[test]
fn imports_and_pushes_beside_each_other_lose_nothing() {
    let (all, data) = folders();
    assert_eq!(import(&data, &file(all.path(), "first.csv", ORDERS), &[]).code, Some(0));
    let server = Program::serve(&data);
    std::thread::scope(|scope| {
        for number in 0..4 {
            let (folder, data) = (all.path(), &data);
            scope.spawn(move || {
                let row = |at: i32| {
                    format!("i{number}-{at},2024-05-08,{at}@exemple.fr,MIEL,Miel,1,1.00\n")
                };
                let rows: Vec<String> = (0..500).map(row).collect();
                let header = ORDERS.lines().next().expect("a header");
                let name = format!("{number}.csv");
                let done =
                    import(data, &file(folder, &name, format!("{header}\n{}", rows.join(""))), &[]);
                assert_eq!(
                    (done.code, &done.json()["orders"]),
                    (Some(0), &json!(500)),
                    "{}",
                    done.err
                );
            });
        }
        for number in 0..10 {
            server.ingest("test", &json!([{ "type": "order", "id": format!("p{number}"), "created": "2024-05-09T10:00:00Z",
                "lines": [{ "sku": "MIEL", "unit_price": "1.00" }] }]));
        }
    });
    // 2 orders of 42.00 together, 4 × 500 and 10 of 1.00.
    let told = totals(&data);
    assert_eq!((&told["orders"], &told["gross_sales"]), (&json!(2_012), &json!("2052.00")));
    assert_eq!(server.stop().code(), Some(0));
    assert_eq!(totals(&data), told, "and after a restart");
}

#[test]
fn an_unchanged_answer_is_not_sent_again() {
    let (all, data) = folders();
    assert_eq!(import(&data, &file(all.path(), "a.csv", ORDERS), &[]).code, Some(0));
    let server = Program::serve(&data);
    let target = "/api/v1/query?metrics=orders&period=all";
    let first = server.get(target);
    let tag = first.header("etag");
    assert!(!tag.is_empty());
    let again = server.send("GET", target, &[("if-none-match", tag)], b"");
    assert_eq!((again.status, again.body.len()), (304, 0));
    server.ingest("test", &json!({ "type": "order", "id": "9", "created": "2024-05-09T10:00:00Z", "lines": [{ "sku": "MIEL", "unit_price": "1.00" }] }));
    let changed = server.send("GET", target, &[("if-none-match", tag)], b"");
    assert_eq!((changed.status, &changed.json()["totals"]["orders"]), (200, &json!(3)));
    assert_ne!(changed.header("etag"), tag);
}

#[test]
fn the_demo_leaves_a_folder_with_shops_as_it_is_and_says_that_it_is_the_demo() {
    let (all, data) = folders();
    assert_eq!(import(&data, &file(all.path(), "a.csv", ORDERS), &[]).code, Some(0));
    let before = totals(&data);
    let server = Program::demo(&data);
    assert!(server.address.ip().is_loopback());
    assert_eq!(server.get("/healthz").status, 200);
    assert_eq!(totals(&data), before);
    let shops = run(&["shop", "list", "--data", path(&data), "--json"], b"").json();
    assert_eq!(shops.as_array().map(Vec::len), Some(1));
    assert_eq!(server.stop().code(), Some(0));
}
