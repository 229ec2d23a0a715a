//! Connections: a page and its cursor are one step, secrets stay sealed, hints wait until followed.

use std::collections::BTreeMap;

use comptoir_model::{Class, Order, Record, Version};
use comptoir_store::connections::{self, Belief, Ended, RefusedRecord};
use comptoir_store::{Advance, NewConnection, Position, Store, StoreError};
use jiff::Timestamp;

use crate::shop::{ask, at, order, store};

const NOW: &str = "2026-11-22T10:00:00Z";

fn now() -> Timestamp {
    at(NOW)
}

fn new() -> NewConnection {
    NewConnection {
        shop: "ferme".into(),
        platform: "woocommerce".into(),
        url: "https://shop.example".into(),
        credentials: BTreeMap::from([("secret".into(), "cs_geheim".into())]),
        private: false,
        minutes: 5,
        facts: "{}".into(),
    }
}

fn connected() -> (Store, i64) {
    let store = store();
    let id = store.add_connection(new(), now()).expect("connected");
    (store, id)
}

fn read(store: &Store, id: i64) -> connections::Connection {
    connections::one(&store.read().expect("a snapshot"), id).expect("read").expect("there")
}

fn stamped(id: &str, modified: &str, gross: i64) -> Order {
    let mut order = order(id, "2026-11-01T10:00:00Z", None, gross);
    order.version = Version::stamped(at(modified));
    order
}

fn page(orders: Vec<Order>, cursor: &str) -> Advance {
    Advance {
        records: orders.into_iter().map(|order| Record::Order(Box::new(order))).collect(),
        position: Some(Position {
            cursor: cursor.into(),
            phase: "recent".into(),
            progress: Some((2, 40)),
        }),
        ..Advance::default()
    }
}

fn refusal(id: &str, detail: &str) -> RefusedRecord {
    RefusedRecord { kind: "order".into(), id: id.into(), detail: detail.into(), at: now() }
}

const T: &str = "2026-11-20T10:00:00Z";

#[test]
fn records_and_cursor_are_one_step() {
    let (store, id) = connected();
    let step = page(vec![stamped("1", T, 100), stamped("2", T, 200)], "after 2");
    let done = store.advance(id, step, now()).expect("advanced");
    assert_eq!((done.received, done.updated), (2, 0));
    // Order 1 again as it was, order 2 changed, order 3 new.
    let step = page(
        vec![stamped("1", T, 100), stamped("2", "2026-11-21T10:00:00Z", 250), stamped("3", T, 300)],
        "after 3",
    );
    let done = store.advance(id, step, now()).expect("advanced");
    assert_eq!((done.received, done.updated), (1, 1));
    let is = read(&store, id);
    assert_eq!((is.cursor.as_str(), is.received, is.updated), ("after 3", 3, 1));
    assert_eq!((is.done, is.total, is.phase_started), (Some(2), Some(40), Some(now())));
    assert_eq!(
        ask(
            &store,
            "SELECT o.external_id, o.total FROM orders o JOIN sources f USING (source_id) WHERE f.name = 'woocommerce' ORDER BY 1"
        ),
        ["1|100", "2|250", "3|300"]
    );
}

#[test]
fn a_step_that_fails_leaves_neither_records_nor_cursor() {
    let (store, id) = connected();
    store.advance(id, page(vec![stamped("1", T, 100)], "one"), now()).expect("advanced");
    let before = read(&store, id);
    // Somebody else holds the connection's row: the cursor can't be written, though the orders could.
    let other = store.read().expect("a snapshot");
    other.query("UPDATE connections SET notes = 'x'", &[]).expect("held");
    let failed = store.advance(id, page(vec![stamped("2", T, 1)], "two"), now());
    assert!(matches!(failed, Err(StoreError::Database(_))), "{failed:?}");
    drop(other);
    assert_eq!(read(&store, id), before);
    assert_eq!(ask(&store, "SELECT count(*) FROM orders"), ["1"]);
    store.advance(id, page(vec![stamped("2", T, 1)], "two"), now()).expect("advanced");
    assert_eq!((read(&store, id).cursor.as_str(), read(&store, id).received), ("two", 2));
}

#[test]
fn refused_records_are_kept_once_and_forgotten_when_they_come_in_well() {
    let (store, id) = connected();
    let step = Advance {
        refused: vec![refusal("7", "first"), refusal("8", "other"), refusal("", "nameless")],
        ..page(vec![], "one")
    };
    store.advance(id, step, now()).expect("advanced");
    let step = Advance {
        refused: vec![refusal("7", "second"), refusal("", "nameless")],
        ..page(vec![], "two")
    };
    store.advance(id, step, at("2026-11-22T10:05:00Z")).expect("advanced");
    let listed = || {
        let snapshot = store.read().expect("a snapshot");
        let found = connections::refused(&snapshot, id, 100).expect("read");
        found.into_iter().map(|one| format!("{} {}", one.id, one.detail)).collect::<Vec<_>>()
    };
    assert_eq!(listed(), [" nameless", "7 second", "8 other"]);
    assert_eq!(read(&store, id).refused, 3);
    store.advance(id, page(vec![stamped("7", T, 100)], "three"), now()).expect("advanced");
    assert_eq!(listed(), [" nameless", "8 other"]);
}

#[test]
fn hints_wait_until_they_are_followed_and_one_that_comes_again_stays() {
    let (store, id) = connected();
    store.advance(id, page(vec![stamped("7", T, 100)], "one"), now()).expect("advanced");
    let hint = |kind: &str, id: &str| (kind.to_owned(), id.to_owned());
    let wanted = vec![hint("order", "7"), hint("order", "9"), hint("product", "3")];
    store.save_hints(id, wanted, now()).expect("saved");
    let hints = || connections::hints(&store.read().expect("a snapshot"), id).expect("read");
    let first = hints();
    let seen: Vec<_> = first.iter().map(|hint| (hint.id.as_str(), hint.last_seen)).collect();
    assert_eq!(seen, [("7", Some(at(T))), ("9", None), ("3", None)]);
    store.save_hints(id, vec![hint("order", "9")], at("2026-11-22T10:00:01Z")).expect("saved");
    let step = Advance { hints: first, ..Advance::default() };
    store.advance(id, step, now()).expect("advanced");
    let left: Vec<_> = hints().into_iter().map(|hint| hint.id).collect();
    assert_eq!(left, ["9"]);
    store.count_refused_hook(id).expect("counted");
    let is = read(&store, id);
    assert_eq!((is.hooks, is.hooks_refused), (2, 1));
    assert_eq!(is.last_hook, Some(at("2026-11-22T10:00:01Z")));
    // Hints move no cursor.
    assert_eq!(is.cursor, "one");
}

/// A platform stamps to the second: what happened twice in one second is told by the later reading.
#[test]
fn of_two_readings_in_the_same_second_the_later_one_is_right() {
    let total = |store: &Store| ask(store, "SELECT total FROM orders")[0].clone();
    for (first, second) in [(100, 200), (200, 100)] {
        let (store, id) = connected();
        for gross in [first, second, first] {
            store.advance(id, page(vec![stamped("1", T, gross)], "x"), now()).expect("advanced");
            assert_eq!(total(&store), gross.to_string());
        }
        // Trashed and restored within the second.
        let mut gone = stamped("1", T, first);
        gone.class = Class::Deleted;
        for order in [gone, stamped("1", T, first)] {
            let class = order.class.id();
            store.advance(id, page(vec![order], "x"), now()).expect("advanced");
            assert_eq!(ask(&store, "SELECT class FROM orders"), [class]);
        }
        // An older stamp loses, unless the reading is believed.
        let old = stamped("1", "2026-11-19T10:00:00Z", 77);
        store.advance(id, page(vec![old.clone()], "x"), now()).expect("advanced");
        assert_eq!(total(&store), first.to_string());
        let step = Advance { belief: Belief::Reading, ..page(vec![old], "x") };
        assert_eq!(store.advance(id, step, now()).expect("advanced").updated, 1);
        assert_eq!(total(&store), "77");
    }
}

/// The platform's clock was years ahead for a moment: what changes later is newer all the same.
#[test]
fn a_stamp_of_the_future_hides_no_later_change_of_its_order() {
    let (store, id) = connected();
    let ahead = stamped("1", "2031-01-01T00:00:00Z", 100);
    for (order, total) in
        [(ahead, "100"), (stamped("1", T, 200), "200"), (stamped("1", T, 300), "300")]
    {
        store.advance(id, page(vec![order], "x"), now()).expect("advanced");
        assert_eq!(ask(&store, "SELECT total FROM orders"), [total]);
    }
}

#[test]
fn runs_begin_end_fail_and_pause() {
    let (store, id) = connected();
    let later = at("2026-11-22T10:05:00Z");
    store.begin_run(id, now()).expect("begun");
    store.finish_run(id, Ended::Failed("{\"kind\":1}".into()), later, now()).expect("ended");
    let is = read(&store, id);
    assert_eq!((is.failures, is.failure.as_deref()), (1, Some("{\"kind\":1}")));
    assert_eq!((is.next_run, is.last_success), (later, None));
    store.finish_run(id, Ended::Well, later, now()).expect("ended");
    let is = read(&store, id);
    assert_eq!((is.failures, is.failure, is.last_success), (0, None, Some(now())));
    store.pause_connection(id, true, now()).expect("paused");
    assert!(read(&store, id).paused);
    store.pause_connection(id, false, now()).expect("goes on");
    assert_eq!(read(&store, id).next_run, now());
    for wrong in [0, 61, -5] {
        assert!(store.set_connection_minutes(id, wrong, now()).is_err(), "{wrong}");
    }
    store.set_connection_minutes(id, 60, now()).expect("set");
    assert_eq!(read(&store, id).minutes, 60);
    assert!(matches!(store.begin_run(999, now()), Err(StoreError::UnknownConnection(999))));
}

#[test]
fn a_shop_has_one_connection_to_a_platform_and_removing_it_keeps_its_orders() {
    let (store, id) = connected();
    let twice = store.add_connection(new(), now()).expect_err("a second one");
    assert!(twice.to_string().contains("connected to woocommerce already"), "{twice}");
    store.advance(id, page(vec![stamped("1", T, 100)], "one"), now()).expect("advanced");
    let removed = store.remove_connection(id).expect("removed");
    assert_eq!((removed.shop.as_str(), removed.orders), ("ferme", 1));
    assert_eq!(ask(&store, "SELECT count(*) FROM orders"), ["1"]);
    assert!(store.remove_connection(id).is_err());
    let again = store.add_connection(new(), now()).expect("connected again");
    assert_ne!(again, id);
}

#[test]
fn credentials_open_only_with_their_key_and_never_show() {
    let folder = tempfile::tempdir().expect("a folder");
    let patience = std::time::Duration::from_secs(5);
    let store = Store::open(folder.path(), patience).expect("a store");
    store.create_shop(crate::shop::shop(), now()).expect("a shop");
    let id = store.add_connection(new(), now()).expect("connected");
    let opened = store.connection_access(id).expect("opened");
    assert_eq!(opened.credentials["secret"], "cs_geheim");
    assert_eq!(opened.hook_secret.len(), 48);
    let shown = format!("{opened:?} {:?} {:?}", new(), read(&store, id));
    assert!(!shown.contains("geheim") && !shown.contains(&opened.hook_secret), "{shown}");

    std::fs::remove_file(folder.path().join("connections.key")).expect("removed");
    let lost = store.connection_access(id).expect_err("no key");
    assert!(lost.to_string().contains("enter the credentials again"), "{lost}");
    let other = BTreeMap::from([("secret".to_owned(), "cs_neu".to_owned())]);
    store.reconnect(id, "https://b.example".into(), &other, true, now()).expect("again");
    let opened = store.connection_access(id).expect("opened");
    assert_eq!((opened.url.as_str(), opened.private), ("https://b.example", true));
    assert_eq!(opened.credentials["secret"], "cs_neu");
    drop(store);
    for entry in std::fs::read_dir(folder.path()).expect("the folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            let bytes = std::fs::read(&path).expect("read");
            for secret in [&b"cs_geheim"[..], b"cs_neu", opened.hook_secret.as_bytes()] {
                assert!(!bytes.windows(secret.len()).any(|part| part == secret), "{path:?}");
            }
        }
    }
}

#[test]
fn orders_of_a_source_are_what_a_comparison_needs() {
    let (store, id) = connected();
    let one = stamped("1", T, 100);
    let digest = connections::digest(&Record::Order(Box::new(one.clone())));
    store.advance(id, page(vec![one], "x"), now()).expect("advanced");
    let snapshot = store.read().expect("a snapshot");
    let is = connections::one(&snapshot, id).expect("read").expect("there");
    let known = connections::orders_of(&snapshot, is.shop_id, &is.platform).expect("read");
    assert_eq!(known.len(), 1);
    assert_eq!((known[0].digest, known[0].modified, known[0].total), (digest, at(T), 100));
}
