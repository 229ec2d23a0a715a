//! A backup holds every figure, restored elsewhere to the byte; it is whole or it is not there; and what
//! is no backup is refused in words before anything is touched.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use comptoir_metrics::METRICS;
use serde_json::{Value, json};

use crate::program::{self, Outcome, Program, answer, command, import, query, run};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(name)
}

fn filled(folder: &Path) {
    let orders = import(folder, &fixture("shop.csv"), &[]);
    assert_eq!(orders.code, Some(0), "{}", orders.err);
    let visits = import(folder, &fixture("behaviour.jsonl"), &["--format", "comptoir-jsonl"]);
    assert_eq!(visits.code, Some(0), "{}", visits.err);
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path")
}

fn back_up(data: &Path, target: &Path, more: &[&str]) -> PathBuf {
    let done = run(&[&["backup", "--data", text(data), text(target)], more].concat(), b"");
    assert_eq!(done.code, Some(0), "{}", done.err);
    PathBuf::from(done.text().trim_end())
}

fn restore(data: &Path, file: &Path, more: &[&str]) -> Outcome {
    run(&[&["restore", "--data", text(data), text(file)], more].concat(), b"")
}

/// Every figure that there is: each metric by each usual dimension, order lists, cohorts, baskets, RFM.
fn everything(folder: &Path) -> Vec<String> {
    const SPLITS: [&str; 9] = [
        "",
        "day",
        "month",
        "hour_of_day",
        "country",
        "product",
        "customer_type",
        "status",
        "shop",
    ];
    let mut all = Vec::new();
    let mut answered = 0;
    let server = Program::serve(folder);
    for split in SPLITS {
        for metric in METRICS {
            let by = if split.is_empty() { String::new() } else { format!("&by={split}") };
            let asked =
                format!("metrics={}{by}&from=2024-01-01&to=2024-12-31&compare=year", metric.id);
            let got = server.get(&format!("/api/v1/query?{asked}"));
            answered += usize::from(got.status == 200);
            all.push(format!("{asked} {} {}", got.status, got.text()));
        }
    }
    assert!(answered > 150, "only {answered} questions have an answer");
    for asked in [
        "/api/v1/cohorts?shop=test&cohort=month&layout=age&step=month&measure=revenue&from=2024-01-01&to=2024-12-31",
        "/api/v1/cohorts?shop=test&cohort=product&layout=age&step=month&measure=customers&from=2024-01-01&to=2024-12-31",
        "/api/v1/basket?shop=test&from=2024-01-01&to=2024-12-31&min_together=1",
        "/api/v1/rfm?shop=test&as_of=2024-04-30",
    ] {
        let got = server.get(asked);
        assert_eq!(got.status, 200, "{asked}: {}", got.text());
        all.push(got.text());
    }
    for asked in [
        "/orders?from=2024-01-01&to=2024-12-31",
        "/explain.csv?metric=revenue&from=2024-01-01&to=2024-12-31",
        "/explain.csv?metric=refunds&from=2024-01-01&to=2024-12-31",
        "/customers",
        "/settings",
    ] {
        let got = server.get(asked);
        assert_eq!(got.status, 200, "{asked}");
        all.push(got.text());
    }
    assert_eq!(server.stop().code(), Some(0));
    // And by the command line, without a server.
    all.push(query(folder, "metrics=revenue,orders&by=month&from=2024-01-01&to=2024-12-31", "csv"));
    all
}

/// S128, and the sentence of the requirement: a restore in another place compares every figure.
#[test]
fn a_restored_backup_answers_every_question_to_the_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, target) = (folder.path().join("data"), folder.path().join("backups"));
    std::fs::create_dir(&target).expect("a folder");
    filled(&data);
    // A sealed credential, so that there is a key to take along.
    let set = ["mail", "set", "--data", text(&data), "--host", "smtp.example.org", "--user", "u"];
    let set = [&set[..], &["--from", "boutique@exemple.fr", "--password-stdin"]].concat();
    assert_eq!(run(&set, b"secret\n").code, Some(0));

    let server = Program::serve(&data);
    let file = back_up(&data, &target, &[]);
    assert_eq!(server.stop().code(), Some(0));
    let before = everything(&data);

    let name = file.file_name().and_then(|name| name.to_str()).expect("a name").to_owned();
    assert!(name.starts_with("comptoir-20") && name.ends_with("Z.tar.zst"), "{name}");
    let rights = std::fs::metadata(&file).expect("a file").permissions().mode();
    assert_eq!(rights & 0o777, 0o600);
    let whole = run(&["backup", "verify", text(&file)], b"");
    assert_eq!(whole.code, Some(0), "{}", whole.err);
    assert!(whole.text().contains("connections.key"), "{}", whole.text());

    let elsewhere = folder.path().join("elsewhere").join("deeper");
    let done = restore(&elsewhere, &file, &[]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert!(done.text().contains("restored from"), "{}", done.text());
    let after = everything(&elsewhere);
    assert_eq!(before.len(), after.len());
    for (one, other) in before.iter().zip(&after) {
        assert_eq!(one, other);
    }
    // The key came along: the credentials open.
    let shown = run(&["mail", "show", "--data", text(&elsewhere)], b"");
    assert!(shown.text().contains("password\tkept"), "{}", shown.text());
    let mail = run(&["mail", "test", "--data", text(&elsewhere), "--to", "a@b.example"], b"");
    assert!(!mail.err.contains("key of the stored credentials"), "{}", mail.err);

    // Whole records still come in: no number is given out twice.
    let server = Program::serve(&elsewhere);
    server.ingest("test", &json!({ "type": "order", "id": "new", "created": "2024-05-01T10:00:00Z",
        "modified": "2024-05-01T10:00:00Z", "status": "paid", "customer": { "email": "ana@exemple.fr" },
        "lines": [{ "sku": "MIEL", "quantity": 1, "unit_price": "7.00" }] }));
    assert_eq!(server.stop().code(), Some(0));
    let may =
        answer(&elsewhere, "metrics=revenue,orders,new_customers&from=2024-05-01&to=2024-05-31");
    assert_eq!(may["totals"], json!({ "revenue": "7.00", "orders": 1, "new_customers": 0 }));

    // Without the keys, whoever finds the file can't open the credentials.
    let bare = back_up(&data, &target, &["--without-keys"]);
    let told = run(&["backup", "verify", text(&bare)], b"").text();
    assert!(told.contains("comptoir.duckdb") && !told.contains("connections.key"), "{told}");
    assert_ne!(bare, file, "no backup is written over");

    // To standard output: the same, byte for byte a backup.
    let piped = run(&["backup", "--data", text(&data), "-"], b"");
    assert_eq!(piped.code, Some(0), "{}", piped.err);
    let piped = program::file(folder.path(), "piped.tar.zst", &piped.out);
    assert_eq!(run(&["backup", "verify", text(&piped)], b"").code, Some(0));
    assert_eq!(std::fs::read_dir(data.join("temporary")).expect("listed").count(), 0);
}

#[test]
fn a_folder_that_is_in_use_or_full_is_left_alone_unless_forced_and_then_moved_aside() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let file = back_up(&data, folder.path(), &[]);
    let march = "metrics=revenue,orders&from=2024-03-01&to=2024-03-31";
    let before = query(&data, march, "json");

    let other = folder.path().join("other");
    let orders = "order_id,created,sku,unit_price\nx,2024-03-01,P0,1.00\n";
    let orders = program::file(folder.path(), "other.csv", orders);
    assert_eq!(import(&other, &orders, &[]).code, Some(0));
    let own = query(&other, march, "json");
    let refused = restore(&other, &file, &[]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("holds a workspace already"), "{}", refused.err);
    assert_eq!(query(&other, march, "json"), own, "untouched");

    let server = Program::serve(&other);
    let refused = restore(&other, &file, &["--force"]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.err.contains("stop it first"), "{}", refused.err);
    assert_eq!(server.stop().code(), Some(0));

    let done = restore(&other, &file, &["--force"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(query(&other, march, "json"), before);
    let aside = std::fs::read_dir(&other)
        .expect("listed")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| text(path).contains("before-restore-"))
        .expect("moved aside, not deleted");
    assert_eq!(query(&aside, march, "json"), own);
}

#[test]
fn what_is_no_whole_backup_is_told_apart_and_touches_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let file = back_up(&data, folder.path(), &[]);
    let whole = std::fs::read(&file).expect("read");
    let refused = |name: &str, bytes: &[u8], words: &str| {
        let file = program::file(folder.path(), name, bytes);
        let target = folder.path().join("target");
        for done in
            [run(&["backup", "verify", text(&file)], b""), restore(&target, &file, &["--force"])]
        {
            assert_eq!(done.code, Some(1), "{name}");
            assert!(done.err.contains(words), "{name}: {}", done.err);
        }
        assert!(!target.exists(), "{name}: nothing was touched");
    };
    refused("empty.tar.zst", b"", "not a backup");
    refused("foreign.tar.zst", b"PK\x03\x04 a zip, or whatever", "not a backup");
    refused("cut.tar.zst", &whole[..whole.len() / 2], "ends too early");
    refused("cut-late.tar.zst", &whole[..whole.len() - 3], "ends too early");
    for at in [whole.len() / 3, whole.len() / 2, whole.len() - 3] {
        let mut flipped = whole.clone();
        flipped[at] ^= 0x10;
        refused("flipped.tar.zst", &flipped, "damaged");
    }
    let longer = [&whole[..], b"something more"].concat();
    refused("longer.tar.zst", &longer, "damaged");

    let manifest = manifest_of(&whole);
    let made = |change: &dyn Fn(&mut Value)| {
        let mut changed = manifest.clone();
        change(&mut changed);
        changed
    };
    let database = b"x".as_slice();
    let sum = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881";
    let small = |name: &str| json!([{ "name": name, "bytes": 1, "sha256": sum }]);
    let newer = made(&|told| told["format_version"] = json!(2));
    refused("newer.tar.zst", &archive(&newer, &[]), "newer comptoir");
    let schema = made(&|told| {
        told["schema"] = json!(9_999);
        told["members"] = small("comptoir.duckdb");
    });
    let schema = program::file(
        folder.path(),
        "schema.tar.zst",
        archive(&schema, &[("comptoir.duckdb", database)]),
    );
    let target = folder.path().join("target");
    let done = restore(&target, &schema, &[]);
    assert!(done.err.contains("update the program") && done.err.contains("9999"), "{}", done.err);
    assert!(!target.exists());
    for name in ["../escaped", "/etc/passwd", "comptoir.duckdb/../../x", "lock", ""] {
        let told = made(&|told| {
            told["members"] = json!([
                { "name": "comptoir.duckdb", "bytes": 1, "sha256": sum },
                { "name": name, "bytes": 1, "sha256": sum },
            ]);
        });
        refused(
            "escaping.tar.zst",
            &archive(&told, &[("comptoir.duckdb", database)]),
            "no backup has",
        );
    }
    let told = made(&|told| told["members"] = small("comptoir.duckdb"));
    refused("named.tar.zst", &archive(&told, &[("../../escaped", database)]), "no backup has");
    refused("missing.tar.zst", &archive(&told, &[]), "is missing");
    refused(
        "sum.tar.zst",
        &archive(&told, &[("comptoir.duckdb", b"y")]),
        "does not match its checksum",
    );
    refused("size.tar.zst", &archive(&told, &[("comptoir.duckdb", b"xx")]), "another size");
    let other = made(&|told| told["format"] = json!("something"));
    refused("other.tar.zst", &archive(&other, &[]), "not a backup");
}

fn manifest_of(backup: &[u8]) -> Value {
    let plain = zstd::decode_all(backup).expect("zstd");
    let mut tar = tar::Archive::new(plain.as_slice());
    let first = tar.entries().expect("entries").next().expect("one").expect("whole");
    assert_eq!(first.path_bytes().as_ref(), b"manifest.json");
    serde_json::from_reader(first).expect("JSON")
}

fn archive(manifest: &Value, members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut tar = tar::Builder::new(Vec::new());
    let mut add = |name: &str, bytes: &[u8]| {
        let mut header = tar::Header::new_ustar();
        // Names that lead out of the folder are written as they are: the library itself would refuse them.
        header.as_mut_bytes()[..name.len()].copy_from_slice(name.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o600);
        header.set_cksum();
        tar.append(&header, bytes).expect("appended");
    };
    add("manifest.json", manifest.to_string().as_bytes());
    for (name, bytes) in members {
        add(name, bytes);
    }
    zstd::encode_all(tar.into_inner().expect("whole").as_slice(), 1).expect("zstd")
}

#[test]
fn what_was_acknowledged_before_a_backup_is_in_it_whatever_is_pushed_meanwhile() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let server = Program::serve(&data);
    let over = Arc::new(AtomicBool::new(false));
    let acknowledged = Arc::new(std::sync::atomic::AtomicU64::new(0));
    let pushing = {
        let (over, acknowledged, address) =
            (Arc::clone(&over), Arc::clone(&acknowledged), server.address);
        std::thread::spawn(move || {
            for number in 1.. {
                if over.load(Ordering::SeqCst) {
                    return;
                }
                let order = json!({ "type": "order", "id": format!("p{number}"), "status": "paid",
                    "created": "2025-01-05T10:00:00Z", "modified": "2025-01-05T10:00:00Z",
                    "customer": { "email": format!("p{number}@example.org") },
                    "lines": [{ "sku": "P", "quantity": 1, "unit_price": "1.00" }] });
                let body = order.to_string();
                let target = "/api/v1/ingest?shop=test";
                let answer = program::request(address, "POST", target, &[], body.as_bytes());
                assert_eq!(answer.expect("the server answers").status, 200);
                acknowledged.store(number, Ordering::SeqCst);
            }
        })
    };
    let mut made = Vec::new();
    for at_least in [5, 20] {
        program::until("some pushes", || acknowledged.load(Ordering::SeqCst) >= at_least);
        let before = acknowledged.load(Ordering::SeqCst);
        made.push((
            before,
            back_up(&data, folder.path(), &[]),
            acknowledged.load(Ordering::SeqCst),
        ));
    }
    over.store(true, Ordering::SeqCst);
    pushing.join().expect("pushed");
    assert_eq!(server.stop().code(), Some(0));
    for (number, (before, file, after)) in made.into_iter().enumerate() {
        let target = folder.path().join(format!("restored-{number}"));
        assert_eq!(restore(&target, &file, &[]).code, Some(0));
        let told =
            answer(&target, "metrics=revenue,orders,customers&from=2025-01-01&to=2025-01-31");
        let orders = told["totals"]["orders"].as_u64().expect("a number");
        assert!((before..=after + 1).contains(&orders), "{before} ≤ {orders} ≤ {after} + 1");
        // Nothing half: each order has its line and its customer.
        assert_eq!(told["totals"]["revenue"], format!("{orders}.00"));
        assert_eq!(told["totals"]["customers"], orders);
    }
}

#[test]
fn a_backup_that_is_killed_leaves_no_file_under_its_name() {
    let folder = tempfile::tempdir().expect("a folder");
    let (data, target) = (folder.path().join("data"), folder.path().join("backups"));
    std::fs::create_dir(&target).expect("a folder");
    filled(&data);
    let is_final = |name: &str| name.starts_with("comptoir-");
    let names = || -> Vec<String> {
        let entries = std::fs::read_dir(&target).expect("listed");
        entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok()).collect()
    };
    let mut killed = 0;
    while killed < 6 {
        let mut child = command(&["backup", "--data", text(&data), text(&target)])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("the program starts");
        // At different instants: as soon as the file is there, then later and later.
        program::until("the unfinished file", || {
            !names().is_empty() || child.try_wait().expect("a child").is_some()
        });
        std::thread::sleep(std::time::Duration::from_millis(40 * killed));
        if child.try_wait().expect("a child").is_none() {
            child.kill().expect("killed");
        }
        child.wait().expect("ended");
        killed += 1;
        for name in names().into_iter().filter(|name| is_final(name)) {
            let whole = run(&["backup", "verify", text(&target.join(&name))], b"");
            assert_eq!(whole.code, Some(0), "{name}: {}", whole.err);
            std::fs::remove_file(target.join(name)).expect("removed");
        }
    }
    let file = back_up(&data, &target, &[]);
    assert_eq!(
        names(),
        [file.file_name().and_then(|name| name.to_str()).expect("a name")],
        "swept"
    );
    assert_eq!(std::fs::read_dir(data.join("temporary")).expect("listed").count(), 0);
}
