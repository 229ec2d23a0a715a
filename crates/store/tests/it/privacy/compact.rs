//! The bytes on disk: found first, then erased and compacted away.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use comptoir_model::{Batch, Record};
use comptoir_store::Store;
use comptoir_store::privacy::{ERASURES_FILE, ERASURES_KEY_FILE};

use crate::privacy::erase::{assert_gone, cart, full_order, known, person};
use crate::shop::{ask, at, contents, order, shop, write};

fn open(folder: &Path) -> Store {
    let store = Store::open(folder, Duration::from_secs(5)).expect("as the test needs it");
    store.create_shop(shop(), at("2026-01-01T00:00:00Z")).expect("as the test needs it");
    store
}

/// The files of a folder that hold these bytes.
fn holding(folder: &Path, bytes: &str) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("as the test needs it") {
        let path = entry.expect("as the test needs it").path();
        if path.is_dir() {
            found.extend(holding(&path, bytes));
        } else if let Ok(text) = std::fs::read(&path)
            && text.windows(bytes.len()).any(|window| window == bytes.as_bytes())
        {
            found.push(path.display().to_string());
        }
    }
    found
}

/// Texts that only Ada's records hold, as they were told.
const BYTES: &[&str] = &[
    "Ada@Example.com",
    "ada@example.com",
    "Lovelace",
    "06 12 34 56 78",
    "0612345678",
    "44000",
    "Nantes",
    "colis ab",
];

/// S126: who looks at the disk finds the person before, and nothing after, in no file of the folder.
#[test]
fn s126_no_byte_of_an_erased_person_is_left_on_disk() {
    let folder = tempfile::tempdir().expect("as the test needs it");
    let store = Arc::new(open(folder.path()));
    write(&store, known());
    write(&store, vec![cart("c1", "Ada@Example.com", "Ada Lovelace")]);
    // Enough of others that segments are full and a checkpoint is worth its while.
    let others: Vec<Record> = (100..3000)
        .map(|id| {
            Record::Order(Box::new(order(
                &id.to_string(),
                "2026-02-01T10:00:00Z",
                Some(&format!("client{id}@example.org")),
                100,
            )))
        })
        .collect();
    write(&store, others);
    let rejected = folder.path().join("rejected");
    std::fs::create_dir(&rejected).expect("as the test needs it");
    let list = rejected.join("ferme-1.csv");
    std::fs::write(
        &list,
        "file,line,field,value,reason,remedy\na.csv,2,total,\"12,x\",no amount,correct it\na.csv,3,email,\"Ada@Example.com\n, 2\",no address,correct it\na.csv,4,phone,0033 6 12 34 56 78,too long,correct it\n",
    )
    .expect("as the test needs it");
    drop(store);
    let store = Arc::new(open(folder.path()));
    for bytes in BYTES {
        assert!(
            !holding(folder.path(), bytes).is_empty(),
            "the test finds nothing to erase: {bytes}"
        );
    }
    assert!(!holding(folder.path(), "client2999@example.org").is_empty());

    let figures = contents(&store);
    let erased = store
        .erase_person(person(&store, "1"), at("2026-04-01T10:00:00Z"))
        .expect("as the test needs it");
    assert_eq!(erased.lines, 2);
    assert_eq!(
        std::fs::read_to_string(&list)
            .expect("as the test needs it")
            .lines()
            .map(|line| line.matches("ligne effacée").count())
            .sum::<usize>(),
        2
    );
    assert_eq!(
        store.compaction_due().expect("as the test needs it"),
        Some(at("2026-04-01T10:00:00Z"))
    );

    // While others read and push.
    let (ended, reads, pushes) = (
        Arc::new(AtomicBool::new(false)),
        Arc::new(AtomicU64::new(0)),
        Arc::new(AtomicU64::new(0)),
    );
    let reading = {
        let (store, ended, reads) = (Arc::clone(&store), Arc::clone(&ended), Arc::clone(&reads));
        std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                assert!(
                    ask(&store, "SELECT count(*) FROM orders")[0]
                        .parse::<i64>()
                        .expect("as the test needs it")
                        >= 2903
                );
                reads.fetch_add(1, Ordering::Relaxed);
            }
        })
    };
    let pushing = {
        let (store, ended, pushes) = (Arc::clone(&store), Arc::clone(&ended), Arc::clone(&pushes));
        std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                let id = format!("p{}", pushes.fetch_add(1, Ordering::Relaxed));
                write(
                    &store,
                    vec![Record::Order(Box::new(order(
                        &id,
                        "2026-02-01T10:00:00Z",
                        Some("client100@example.org"),
                        100,
                    )))],
                );
            }
        })
    };
    let compacted = store.compact().expect("as the test needs it");
    // Whoever came while the file was exchanged goes on in the new one.
    let (then_read, then_pushed) = (reads.load(Ordering::Relaxed), pushes.load(Ordering::Relaxed));
    while reads.load(Ordering::Relaxed) < then_read + 3
        || pushes.load(Ordering::Relaxed) < then_pushed + 3
    {
        std::thread::yield_now();
    }
    ended.store(true, Ordering::Relaxed);
    reading.join().expect("as the test needs it");
    pushing.join().expect("as the test needs it");
    assert!(compacted.bytes_before > 0 && compacted.bytes_after > 0);
    assert_eq!(store.compaction_due().expect("as the test needs it"), None);

    for bytes in BYTES {
        assert_eq!(holding(folder.path(), bytes), Vec::<String>::new(), "{bytes}");
    }
    assert!(!holding(folder.path(), "client2999@example.org").is_empty(), "others are still there");
    // Nothing that was acknowledged is lost, and nothing else moved.
    let pushed = pushes.load(Ordering::Relaxed);
    assert_eq!(
        ask(&store, "SELECT count(*) FROM orders WHERE external_id LIKE 'p%'"),
        [pushed.to_string()]
    );
    let now = contents(&store);
    let mine = |lines: &[String]| -> Vec<String> {
        lines
            .iter()
            .filter(|line| {
                ["order|1|", "order|2|", "order|3|"].iter().any(|one| line.starts_with(one))
            })
            .cloned()
            .collect()
    };
    assert_eq!(mine(&now), mine(&figures));

    // The same person is told again, and the folder is looked at again.
    write(&store, known());
    let mut newer = full_order("2", "ada@example.com");
    newer.created = at("2026-02-02T10:00:00Z");
    newer.version.modified = at("2026-03-05T10:00:00Z");
    write(&store, vec![Record::Order(Box::new(newer))]);
    drop(store);
    for bytes in BYTES {
        assert_eq!(holding(folder.path(), bytes), Vec::<String>::new(), "told again: {bytes}");
    }
}

#[test]
fn what_an_interrupted_compaction_left_is_removed() {
    let folder = tempfile::tempdir().expect("as the test needs it");
    let store = open(folder.path());
    write(&store, known());
    drop(store);
    for name in ["comptoir.compacting.duckdb", "comptoir.compacting.duckdb.wal"] {
        std::fs::write(folder.path().join(name), b"half a file").expect("as the test needs it");
    }
    let store = open(folder.path());
    assert_eq!(ask(&store, "SELECT count(*) FROM orders"), ["3"]);
    assert!(!folder.path().join("comptoir.compacting.duckdb").exists());
    assert!(!folder.path().join("comptoir.compacting.duckdb.wal").exists());
    // Numbers go on where they were, so that no two records have one.
    let before: i64 =
        ask(&store, "SELECT max(order_id) FROM orders")[0].parse().expect("as the test needs it");
    store.compact().expect("as the test needs it");
    write(
        &store,
        vec![Record::Order(Box::new(order(
            "9",
            "2026-03-01T10:00:00Z",
            Some("new@example.com"),
            100,
        )))],
    );
    let after: i64 = ask(&store, "SELECT order_id FROM orders WHERE external_id = '9'")[0]
        .parse()
        .expect("as the test needs it");
    assert!(after > before);
    assert_eq!(ask(&store, "SELECT count(*) - count(DISTINCT person_id) FROM customers"), ["0"]);
}

/// A backup made before an erasure is restored: the list beside it erases again.
#[test]
fn s126_a_restored_backup_is_erased_again() {
    let (now, before) = (
        tempfile::tempdir().expect("as the test needs it"),
        tempfile::tempdir().expect("as the test needs it"),
    );
    for folder in [now.path(), before.path()] {
        let store = open(folder);
        write(&store, known());
    }
    let store = open(now.path());
    store
        .erase_person(person(&store, "1"), at("2026-04-01T10:00:00Z"))
        .expect("as the test needs it");
    let figures = contents(&store);
    drop(store);
    let (list, key) = (now.path().join(ERASURES_FILE), now.path().join(ERASURES_KEY_FILE));
    assert_eq!(
        std::os::unix::fs::PermissionsExt::mode(
            &std::fs::metadata(&key).expect("as the test needs it").permissions()
        ) & 0o777,
        0o600
    );
    // Neither the list nor the key names anybody.
    for bytes in BYTES {
        assert_eq!(std::fs::read_to_string(&list).expect("as the test needs it").find(bytes), None);
    }
    let restored = open(before.path());
    assert_eq!(restored.reapply_erasures(&list, &key).expect("as the test needs it"), 1);
    assert_gone(&restored, BYTES);
    assert_eq!(contents(&restored), figures);
    write(&restored, known());
    assert_gone(&restored, BYTES);
    // Twice is once.
    assert_eq!(restored.reapply_erasures(&list, &key).expect("as the test needs it"), 0);
    drop(restored);
    let lines =
        std::fs::read_to_string(before.path().join(ERASURES_FILE)).expect("as the test needs it");
    assert_eq!(lines, std::fs::read_to_string(&list).expect("as the test needs it"));
    // The database's file alone is put back from an older copy: opening it erases again.
    let by_hand = tempfile::tempdir().expect("as the test needs it");
    drop(open(by_hand.path()));
    let store = open(by_hand.path());
    write(&store, known());
    drop(store);
    for file in [&list, &key] {
        std::fs::copy(file, by_hand.path().join(file.file_name().expect("as the test needs it")))
            .expect("as the test needs it");
    }
    assert_gone(&open(by_hand.path()), BYTES);
    // Another key is another list.
    let other = tempfile::tempdir().expect("as the test needs it");
    std::fs::write(other.path().join("k"), "00".repeat(32)).expect("as the test needs it");
    assert!(open(before.path()).reapply_erasures(&list, &other.path().join("k")).is_err());
}

/// Without the key nobody can tell whom not to take back: nothing is written then.
#[test]
fn without_the_key_nothing_is_written_and_the_message_says_why() {
    let folder = tempfile::tempdir().expect("as the test needs it");
    let store = open(folder.path());
    write(&store, known());
    store
        .erase_person(person(&store, "1"), at("2026-04-01T10:00:00Z"))
        .expect("as the test needs it");
    drop(store);
    std::fs::remove_file(folder.path().join(ERASURES_KEY_FILE)).expect("as the test needs it");
    let store = open(folder.path());
    let refused =
        store.write(Batch { shop: "ferme".into(), source: "comptoir".into(), records: known() });
    assert!(refused.unwrap_err().to_string().contains(ERASURES_KEY_FILE));
    assert_gone(&store, BYTES);
}
