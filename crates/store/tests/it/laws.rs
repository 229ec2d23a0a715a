//! Any order, repetition and grouping of the same versions gives the same store.

use comptoir_model::{Batch, Class, Record};
use proptest::prelude::*;

use crate::shop::{at, contents, order, refund, store, write};
use crate::twins::{cart, product, told_by};

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

/// What three sources tell of the same orders: some alike by id, some by number, some only by e-mail or
/// only by time; versions that come to match and versions that no longer do; an old shop's order with
/// an id that the new one has too.
fn copies() -> Vec<(&'static str, Record)> {
    let mut all: Vec<(&'static str, Record)> = Vec::new();
    let mut push = |source, order: comptoir_model::Order| {
        all.push((source, Record::Order(Box::new(order))));
    };
    for (id, day, email) in [
        ("1", "2026-01-05T10:00:00Z", Some("ada@example.com")),
        ("2", "2026-01-05T10:00:00Z", Some("bob@example.com")),
        ("3", "2026-02-01T10:00:00Z", None),
    ] {
        for (step, class) in [(1, Class::Pending), (2, Class::Paid), (3, Class::Refunded)] {
            let mut real = told_by("woocommerce", id, day, email, 1000 * step);
            (real.class, real.version.modified) =
                (class, at(&format!("2026-03-0{step}T10:00:00Z")));
            if id == "1" && step == 2 {
                // For one version only, it is another customer's, long after.
                real.customer.email = Some("eve@example.com".into());
                real.created = at("2026-02-20T10:00:00Z");
            }
            if id == "3" && step == 3 {
                real.refunds.push(refund("in-3", None, "2026-03-05T10:00:00Z", 500));
            }
            push("woocommerce", real);
            let mut seen = told_by("activecampaign", id, day, email, 1000 * step);
            (seen.class, seen.version.modified) =
                (class, at(&format!("2026-03-0{step}T11:00:00Z")));
            seen.number = None;
            if id == "2" && step > 1 {
                seen.source = Some("newsletter".into());
            }
            if id == "3" && step == 2 {
                seen.device = Some("mobile".into());
                seen.created = at("2026-01-20T10:00:00Z");
            }
            push("activecampaign", seen);
        }
        let mut sent = told_by("comptoir", &format!("c{id}"), day, email, 4000);
        sent.number = Some(format!(" #{id} "));
        sent.channel = Some("email".into());
        push("comptoir", sent);
    }
    // The old shop's order 2: another customer's, long before.
    push(
        "comptoir",
        told_by("comptoir", "2", "2024-01-05T10:00:00Z", Some("old@example.com"), 700),
    );
    // The platform's order 5 turns out to be another customer's, months later: the tool's own counts again.
    for (day, email, modified) in [
        ("2026-04-01T10:00:00Z", "ada@example.com", "2026-04-01T10:00:00Z"),
        ("2026-06-01T10:00:00Z", "fay@example.com", "2026-06-02T10:00:00Z"),
    ] {
        let mut real = told_by("woocommerce", "5", day, Some(email), 5000);
        real.version.modified = at(modified);
        push("woocommerce", real);
    }
    // Its order 6 is given another number: the program's own counts again.
    for (number, modified) in [("N6", "2026-04-01T10:00:00Z"), ("N7", "2026-04-02T10:00:00Z")] {
        let mut real = told_by("woocommerce", "6", "2026-04-01T10:00:00Z", None, 600);
        (real.number, real.version.modified) = (Some(number.into()), at(modified));
        push("woocommerce", real);
    }
    push("comptoir", told_by("comptoir", "N6", "2026-04-01T10:00:00Z", None, 600));
    let mut seen =
        told_by("activecampaign", "5", "2026-04-01T10:00:00Z", Some("ada@example.com"), 5000);
    seen.campaign = Some("spring".into());
    push("activecampaign", seen);
    // An order that only the marketing tool tells, and later the platform says is gone.
    push(
        "activecampaign",
        told_by("activecampaign", "4", "2026-02-03T10:00:00Z", Some("bob@example.com"), 900),
    );
    let mut gone = told_by("woocommerce", "4", "2026-02-03T12:00:00Z", None, 900);
    (gone.class, gone.version.modified) = (Class::Deleted, at("2026-03-04T10:00:00Z"));
    push("woocommerce", gone);
    for (source, total) in [("woocommerce", 300), ("activecampaign", 200)] {
        all.push((
            source,
            Record::Refund(Box::new(refund("r", Some("1"), "2026-02-08T10:00:00Z", 300))),
        ));
        all.push((source, Record::Cart(Box::new(cart("k", total)))));
        all.push((
            source,
            Record::Product(Box::new(product("MIEL", source, Some(100), "2026-03-01T10:00:00Z"))),
        ));
    }
    all.push((
        "comptoir",
        Record::Product(Box::new(product("MIEL", "comptoir", Some(50), "2026-03-09T10:00:00Z"))),
    ));
    all.push((
        "comptoir",
        Record::Product(Box::new(product("SAVON", "comptoir", None, "2026-03-09T10:00:00Z"))),
    ));
    all
}

/// Delivers groups of records, each group at once: the writer may make one transaction of it.
fn delivered(groups: &[&[(&'static str, Record)]]) -> Vec<String> {
    let store = store();
    for group in groups {
        let (done, answers) = std::sync::mpsc::channel();
        for (source, record) in *group {
            let done = done.clone();
            let batch = Batch {
                shop: "ferme".into(),
                source: (*source).into(),
                records: vec![record.clone()],
            };
            store.writer().expect("a writer").submit(batch, move |result| {
                done.send(result).expect("heard");
            });
        }
        for _ in *group {
            answers.recv().expect("an answer").expect("written");
        }
    }
    contents(&store)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn several_sources_give_the_same_store_in_whatever_order_they_arrive(
        shuffled in Just(copies()).prop_shuffle(),
        repeats in proptest::collection::vec(0_usize..30, 0..10),
        size in 1_usize..12,
    ) {
        let all = copies();
        let reference = delivered(&[&all]);
        let mut order = shuffled.clone();
        order.extend(repeats.iter().filter_map(|index| shuffled.get(*index).cloned()));
        let groups: Vec<&[(&'static str, Record)]> = order.chunks(size).collect();
        prop_assert_eq!(delivered(&groups), reference);
    }
}
