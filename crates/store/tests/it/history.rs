//! What a connected platform does not tell is read from what it says of the shop.

use std::collections::BTreeMap;
use std::time::Duration;

use comptoir_model::{Currency, Shop};
use comptoir_store::{Store, shops};

use crate::shop::at;

/// A row of `connections` with these facts; every other column that must not be empty is blank.
fn connect(file: &std::path::Path, facts: &str) {
    let connection = duckdb::Connection::open(file).expect("the database");
    let mut statement = connection
        .prepare(
            "SELECT column_name, data_type FROM information_schema.columns
             WHERE table_name = 'connections' AND is_nullable = 'NO'",
        )
        .expect("columns");
    let columns: Vec<(String, String)> = statement
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))
        .expect("columns")
        .collect::<Result<_, _>>()
        .expect("columns");
    let names: Vec<&str> = columns.iter().map(|(name, _)| name.as_str()).collect();
    let values: Vec<String> = columns
        .iter()
        .map(|(name, kind)| match (name.as_str(), kind.as_str()) {
            ("shop_id", _) => "1".to_owned(),
            ("facts", _) => format!("'{facts}'"),
            (_, "VARCHAR") => "''".to_owned(),
            (_, "BOOLEAN") => "false".to_owned(),
            (_, "TIMESTAMP") => "TIMESTAMP '2026-11-21'".to_owned(),
            _ => "0".to_owned(),
        })
        .collect();
    connection
        .execute_batch(&format!(
            "INSERT INTO connections ({}) VALUES ({})",
            names.join(", "),
            values.join(", ")
        ))
        .expect("a connection");
}

#[test]
fn the_latest_limit_of_a_shops_connections_is_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || Store::open(folder.path(), Duration::from_secs(5)).expect("a store");
    let limits =
        |store: &Store| shops::history_limits(&store.read().expect("read")).expect("limits");
    let store = open();
    let shop = Shop {
        slug: "ferme".into(),
        name: "La ferme".into(),
        platform: "shopify".into(),
        currency: Currency::EUR,
        timezone: "Europe/Paris".into(),
    };
    store.create_shop(shop, at("2026-01-01T00:00:00Z")).expect("a shop");
    assert_eq!(limits(&store), BTreeMap::new());
    drop(store);
    let file = folder.path().join("comptoir.duckdb");
    // What cannot be read, and what is not limited, limits nothing.
    for facts in ["", r#"{"name":"La ferme"}"#, r#"{"history_from":null}"#] {
        connect(&file, facts);
    }
    assert_eq!(limits(&open()), BTreeMap::new());
    for from in ["2026-09-22T08:00:00Z", "2026-08-01T08:00:00Z"] {
        connect(&file, &format!(r#"{{"notes":[],"history_from":"{from}"}}"#));
    }
    assert_eq!(limits(&open()), BTreeMap::from([(1, at("2026-09-22T08:00:00Z"))]));
}
