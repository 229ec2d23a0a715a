//! Any order, repetition and grouping of the same versions gives the same store.

use comptoir_model::{Class, Record};
use proptest::prelude::*;

use crate::shop::{at, contents, order, refund, store, write};

/// A few versions of a few orders and refunds that share customers, ids and instants.
fn versions() -> Vec<Record> {
    let mut all = Vec::new();
    for (id, day, email, account) in [
        ("1", "2026-01-05T10:00:00Z", Some("ada@example.com"), None),
        ("2", "2026-01-05T10:00:00Z", Some("bob@example.com"), Some("7")),
        ("3", "2026-02-01T10:00:00Z", None, Some("7")),
        ("4", "2026-02-03T10:00:00Z", None, None),
    ] {
        for (step, class) in [(1, Class::Pending), (2, Class::Paid), (3, Class::Refunded)] {
            let mut version = order(id, day, email, 1000 * step);
            version.class = class;
            version.customer.id = account.map(str::to_owned);
            version.version.modified = at(&format!("2026-03-0{step}T10:00:00Z"));
            if id == "3" && step == 2 {
                // For one version only, the account's order carries the other customer's e-mail.
                version.customer.email = Some("ada@example.com".into());
            }
            if id == "4" && step == 3 {
                version.refunds.push(refund("in-4", None, "2026-02-09T10:00:00Z", 500));
            }
            all.push(Record::Order(Box::new(version)));
        }
    }
    // Two tellings under one stamp: the content decides.
    let mut twin = order("4", "2026-02-03T10:00:00Z", Some("bob@example.com"), 3100);
    twin.version.modified = at("2026-03-03T10:00:00Z");
    all.push(Record::Order(Box::new(twin)));
    all.push(Record::Refund(Box::new(refund("r", Some("1"), "2026-02-08T10:00:00Z", 300))));
    all.push(Record::Refund(Box::new(refund("lost", Some("99"), "2026-02-08T10:00:00Z", 300))));
    let mut gone = refund("r", Some("1"), "2026-02-08T10:00:00Z", 300);
    gone.deleted = true;
    gone.version.modified = at("2026-02-09T10:00:00Z");
    all.push(Record::Refund(Box::new(gone)));
    all
}

fn filled(batches: Vec<Vec<Record>>) -> Vec<String> {
    let store = store();
    for batch in batches {
        write(&store, batch);
    }
    contents(&store)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn order_repetition_and_grouping_change_nothing(
        shuffled in Just(versions()).prop_shuffle(),
        repeats in proptest::collection::vec(0_usize..16, 0..10),
        size in 1_usize..8,
    ) {
        let reference = filled(vec![versions()]);
        let mut delivered = shuffled.clone();
        delivered.extend(repeats.iter().filter_map(|index| shuffled.get(*index).cloned()));
        let batches = delivered.chunks(size).map(<[Record]>::to_vec).collect();
        prop_assert_eq!(filled(batches), reference);
    }
}
