//! Corrections: in every record, and until the platform says something new.

use comptoir_model::Record;
use comptoir_store::privacy::{Rectification, find};

use crate::privacy::erase::{assert_gone, full_order, known, person};
use crate::shop::{ask, at, contents, store, write};

const NAMES: &str = "SELECT external_id, customer_name, email, billing_city FROM orders ORDER BY 1";

#[test]
fn s126_a_correction_stands_until_the_platform_says_something_new() {
    let store = store();
    write(&store, known());
    let before = contents(&store);
    let ada = person(&store, "1");
    let change = Rectification {
        name: Some("Ada King".into()),
        email: Some("ada@king.example".into()),
        city: Some("Rezé".into()),
        ..Rectification::default()
    };
    assert!(
        store
            .rectify_person(ada, change, at("2026-04-01T10:00:00Z"))
            .expect("as the test needs it")
            >= 3
    );
    let corrected = [
        "1|Ada King|ada@king.example|Rezé",
        "2|Ada King|ada@king.example|Rezé",
        "3|-|bob@example.com|-",
    ];
    assert_eq!(ask(&store, NAMES), corrected);
    // No person was split or joined, and no amount moved.
    assert_eq!(contents(&store), before);
    // The same telling again, and a newer one that still tells what was wrong.
    write(&store, known());
    let mut newer = full_order("2", "ada@example.com");
    newer.created = at("2026-02-02T10:00:00Z");
    newer.version.modified = at("2026-04-02T10:00:00Z");
    write(&store, vec![Record::Order(Box::new(newer.clone()))]);
    assert_eq!(ask(&store, NAMES), corrected);
    // The platform's new word.
    newer.version.modified = at("2026-04-03T10:00:00Z");
    newer.customer.last_name = Some("Byron".into());
    write(&store, vec![Record::Order(Box::new(newer))]);
    assert_eq!(ask(&store, NAMES)[1], "2|Ada Byron|ada@king.example|Rezé");
    let found = find(&store.read().expect("as the test needs it"), &[1], "ada@king.example", 5)
        .expect("as the test needs it");
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].person, ada);
}

#[test]
fn a_corrected_address_is_erased_with_the_person() {
    let store = store();
    write(&store, known());
    let ada = person(&store, "1");
    let change =
        Rectification { email: Some("ada@king.example".into()), ..Rectification::default() };
    store.rectify_person(ada, change, at("2026-04-01T10:00:00Z")).expect("as the test needs it");
    store.erase_person(ada, at("2026-04-02T10:00:00Z")).expect("as the test needs it");
    write(&store, known());
    assert_gone(&store, &["ada@king.example", "ada@example.com"]);
}

#[test]
fn what_can_be_no_address_is_refused() {
    let store = store();
    write(&store, known());
    let ada = person(&store, "1");
    for change in [
        Rectification { email: Some("ada".into()), ..Rectification::default() },
        Rectification { phone: Some("12".into()), ..Rectification::default() },
        Rectification { name: Some("a\nb".into()), ..Rectification::default() },
    ] {
        assert!(store.rectify_person(ada, change, at("2026-04-01T10:00:00Z")).is_err());
    }
}

/// A rejected row still tells the name as it was before it was put right.
#[test]
fn s126_the_name_that_was_put_right_is_erased_with_the_person() {
    let store = store();
    write(&store, known());
    let ada = person(&store, "1");
    let change = Rectification { name: Some("Ada King".into()), ..Rectification::default() };
    store.rectify_person(ada, change, at("2026-04-01T10:00:00Z")).expect("as the test needs it");
    store.erase_person(ada, at("2026-04-02T10:00:00Z")).expect("as the test needs it");
    let names = store.erased_names().expect("as the test needs it").expect("as the test needs it");
    for name in ["Mme Lovelace Ada", "ADA KING"] {
        assert!(names.quoted_in(name), "{name}");
    }
    assert!(!names.quoted_in("Ada Byron"));
}
