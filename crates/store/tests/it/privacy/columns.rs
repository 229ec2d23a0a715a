//! The list of personal columns, against the schema.

use std::collections::BTreeSet;
use std::time::Duration;

use comptoir_model::Record;
use comptoir_store::Store;
use comptoir_store::privacy::{NOT_PERSONAL, PERSONAL, Stay};

use crate::privacy::erase::{account, cart, full_order};
use crate::shop::{ask, at, refund, shop, store, write};

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

/// What an erasure takes away is stored as it is, so that its bytes can be looked for on disk: as the
/// migrations make it, opened again, and compacted.
#[test]
fn what_an_erasure_takes_away_is_stored_uncompressed() {
    let folder = tempfile::tempdir().expect("as the test needs it");
    let open = || Store::open(folder.path(), Duration::from_secs(5)).expect("as the test needs it");
    let fill = |from: i64| {
        let store = open();
        store.create_shop(shop(), at("2026-01-01T00:00:00Z")).expect("as the test needs it");
        let mut all = Vec::new();
        for id in from..from + 3000 {
            // Long and alike: every compression would pay.
            let email = format!("une.tres.longue.adresse.{id}@boutique.example.org");
            let mut one = full_order(&id.to_string(), &email);
            one.customer.id = Some(format!("compte-{id}"));
            let mut back = refund(&format!("r{id}"), None, "2026-01-09T10:00:00Z", 300);
            back.reason = Some("colis abîmé à la livraison".into());
            back.customer = one.customer.clone();
            one.refunds.push(back);
            all.push(Record::Order(Box::new(one)));
            all.push(Record::Customer(Box::new(account(&format!("compte-{id}"), &email))));
            all.push(cart(&format!("c{id}"), &email, "Ada Lovelace"));
        }
        write(&store, all);
    };
    let check = |when: &str| {
        let store = open();
        let mut seen = 0;
        for one in PERSONAL {
            if one.stay != Stay::UntilErased || one.table.starts_with("file:") {
                continue;
            }
            let found = ask(
                &store,
                &format!(
                    "SELECT DISTINCT compression FROM pragma_storage_info('{}')
                     WHERE column_name = '{}' AND segment_type = 'VARCHAR' AND count > 0",
                    one.table, one.column
                ),
            );
            assert!(
                found.is_empty() || found == ["Uncompressed"],
                "{when}: {}.{}: {found:?}",
                one.table,
                one.column
            );
            seen += found.len();
        }
        let other = "SELECT DISTINCT compression FROM pragma_storage_info('all_orders')
                     WHERE column_name = 'billing_region' AND segment_type = 'VARCHAR'";
        assert_ne!(
            ask(&store, other),
            ["Uncompressed"],
            "{when}: the database would compress texts"
        );
        // Orders, refunds, customers and carts; nothing was refused, held for a plugin, or corrected.
        assert_eq!(seen, 26, "{when}");
    };
    fill(0);
    check("written");
    fill(5000);
    check("added to");
    open().compact().expect("as the test needs it");
    check("compacted");
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
