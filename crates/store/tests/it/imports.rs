//! Imports: all or nothing, twice changes nothing, undone without touching what others brought.

use comptoir_model::{Record, Version};
use comptoir_store::{ImportCounts, ImportPlan, Store, WaitingRow};

use crate::shop::{ask, at, contents, order, store, write};

pub fn import(store: &Store, ids: &[(&str, &str, i64)], when: &str) -> i64 {
    let mut staging = store.staging().expect("a staging table");
    let rows: Vec<WaitingRow> = ids
        .iter()
        .zip(2_u64..)
        .map(|((id, email, gross), line)| WaitingRow {
            key: (*id).to_owned(),
            line,
            payload: format!("{email} {gross}").into_bytes(),
        })
        .collect();
    staging.append(rows).expect("staged");
    let plan = ImportPlan {
        shop: "ferme".into(),
        source: "comptoir".into(),
        format: "comptoir".into(),
        files: vec!["orders.csv".into()],
        started: at(when),
    };
    let imported = at(when);
    let assemble = move |key: &str, rows: &mut Vec<WaitingRow>| {
        let text = String::from_utf8(rows[0].payload.clone()).expect("text");
        let (email, gross) = text.split_once(' ').expect("two words");
        let mut order =
            order(key, "2026-01-05T10:00:00Z", Some(email), gross.parse().expect("a number"));
        order.version = Version::unstamped(imported);
        vec![Record::Order(Box::new(order))]
    };
    let counts = || ImportCounts { rows: 3, accepted: 3, rejected: 0, rejected_file: None };
    store.commit_import(staging, plan, assemble, counts).expect("imported").id
}

const FILE: [(&str, &str, i64); 3] =
    [("1", "ada@example.com", 100), ("2", "ada@example.com", 200), ("3", "bob@example.com", 300)];

#[test]
fn importing_twice_or_shuffled_changes_nothing() {
    let store = store();
    import(&store, &FILE, "2026-05-01T00:00:00Z");
    let totals = || ask(&store, "SELECT sum(gross), sum(orders), count(*) FROM money");
    assert_eq!(totals(), ["600|3|6"]);
    let shuffled = [FILE[2], FILE[0], FILE[1]];
    import(&store, &shuffled, "2026-05-02T00:00:00Z");
    assert_eq!(totals(), ["600|3|6"]);
    assert_eq!(
        ask(&store, "SELECT external_id, rank FROM orders ORDER BY external_id"),
        ["1|1", "2|2", "3|1"]
    );
}

#[test]
fn undo_removes_what_nothing_else_touched_and_lists_the_rest() {
    let store = store();
    write(
        &store,
        vec![Record::Order(Box::new(order(
            "0",
            "2026-01-01T10:00:00Z",
            Some("bob@example.com"),
            50,
        )))],
    );
    let before = contents(&store);
    let id = import(&store, &FILE, "2026-05-01T00:00:00Z");
    assert_eq!(ask(&store, "SELECT rank FROM orders WHERE external_id = '3'"), ["2"]);
    let undone = store.undo_import(id, at("2026-05-02T00:00:00Z")).expect("undone");
    assert_eq!((undone.removed_orders, undone.kept.len()), (3, 0));
    assert_eq!(contents(&store), before);

    let id = import(&store, &FILE, "2026-05-03T00:00:00Z");
    // The shop itself then tells order 2: it is no longer the import's alone.
    write(
        &store,
        vec![Record::Order(Box::new(order(
            "2",
            "2026-01-05T10:00:00Z",
            Some("ada@example.com"),
            250,
        )))],
    );
    let undone = store.undo_import(id, at("2026-05-04T00:00:00Z")).expect("undone");
    assert_eq!((undone.removed_orders, undone.kept), (2, vec!["2".to_owned()]));
    assert_eq!(
        ask(&store, "SELECT external_id, rank FROM orders ORDER BY external_id"),
        ["0|1", "2|1"]
    );
}

#[test]
fn a_file_never_beats_what_the_shop_itself_said() {
    let store = store();
    write(&store, vec![Record::Order(Box::new(order("1", "2026-01-05T10:00:00Z", None, 999)))]);
    import(&store, &FILE, "2026-05-01T00:00:00Z");
    assert_eq!(ask(&store, "SELECT total FROM orders WHERE external_id = '1'"), ["999"]);
}
