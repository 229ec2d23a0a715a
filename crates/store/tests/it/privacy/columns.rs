//! The list of personal columns, against the schema.

use std::collections::BTreeSet;

use comptoir_store::privacy::{NOT_PERSONAL, PERSONAL, Stay};

use crate::shop::{ask, store};

const TEXTS: &str = "SELECT c.table_name || '.' || c.column_name FROM duckdb_columns() c
     JOIN duckdb_tables() t USING (table_name)
     WHERE c.data_type = 'VARCHAR' AND NOT t.temporary AND NOT c.internal ORDER BY ALL";

/// S126: a new text column is classified before it is released.
#[test]
fn every_text_column_is_personal_or_said_not_to_be() {
    let store = store();
    let schema: BTreeSet<String> = ask(&store, TEXTS).into_iter().collect();
    let personal = PERSONAL
        .iter()
        .filter(|one| !one.table.starts_with("file:"))
        .map(|one| format!("{}.{}", one.table, one.column));
    let not = NOT_PERSONAL
        .iter()
        .flat_map(|(table, columns)| columns.iter().map(move |column| format!("{table}.{column}")));
    let mut listed = BTreeSet::new();
    for column in personal.chain(not) {
        assert!(schema.contains(&column), "{column} is listed and is not in the schema");
        assert!(listed.insert(column.clone()), "{column} is listed twice");
    }
    let missing: Vec<&String> = schema.difference(&listed).collect();
    assert!(missing.is_empty(), "neither personal nor not: {missing:?}");
}

/// What an erasure takes away is stored as it is, so that its bytes can be looked for on disk.
#[test]
fn what_an_erasure_takes_away_is_stored_uncompressed() {
    let folder = tempfile::tempdir().unwrap();
    let store = comptoir_store::Store::open(folder.path(), std::time::Duration::ZERO).unwrap();
    for one in PERSONAL.iter().filter(|one| one.stay == Stay::UntilErased) {
        if one.table.starts_with("file:") {
            continue;
        }
        let sql = ask(
            &store,
            &format!("SELECT sql FROM duckdb_tables() WHERE table_name = '{}'", one.table),
        );
        let declared = format!("{} VARCHAR USING COMPRESSION \"uncompressed\"", one.column).to_lowercase();
        let plain = sql[0].replace('"', "").to_lowercase();
        assert!(
            plain.contains(&declared.replace('"', "")),
            "{}.{} is not declared uncompressed: {plain}",
            one.table,
            one.column
        );
    }
}

#[test]
fn every_personal_column_says_why_and_how_long_in_both_languages() {
    for one in PERSONAL {
        for text in [one.purpose, one.retention] {
            assert!(!text.fr.is_empty() && !text.en.is_empty(), "{}.{}", one.table, one.column);
            assert!(!text.fr.contains('\''), "{}", text.fr);
        }
    }
}
