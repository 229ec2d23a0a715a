//! An erasure takes the person away, and no figure.

use comptoir_model::{
    Cart, CartLine, CartState, Currency, Customer, Identity, Order, Place, Record, Version,
};
use comptoir_store::privacy::Erased;
use comptoir_store::{Store, StoreError};
use proptest::prelude::*;

use crate::shop::{ask, at, contents, order, refund, store, write, write_from};

/// All that names Ada.
pub const NAMING: &[&str] = &[
    "ada@example.com",
    "ada@example.com",
    "lovelace",
    "0612345678",
    "06 12 34 56 78",
    "44000",
    "nantes",
    "acc-1",
    "colis abîmé",
];

pub fn full_order(id: &str, email: &str) -> Order {
    let mut order = order(id, "2026-01-05T10:00:00Z", Some(email), 1000);
    order.customer.first_name = Some("Ada".into());
    order.customer.last_name = Some("Lovelace".into());
    order.customer.phone = Some("06 12 34 56 78".into());
    order.billing = Place {
        country: Some("FR".into()),
        region: Some("Pays de la Loire".into()),
        city: Some("Nantes".into()),
        postcode: Some("44000".into()),
    };
    order.shipping = order.billing.clone();
    order
}

pub fn account(id: &str, email: &str) -> Customer {
    Customer {
        id: id.into(),
        version: Version::stamped(at("2026-01-01T00:00:00Z")),
        deleted: false,
        identity: Identity {
            id: Some(id.into()),
            email: Some(email.into()),
            last_name: Some("Lovelace".into()),
            first_name: Some("Ada".into()),
            ..Identity::default()
        },
        created: Some(at("2026-01-01T00:00:00Z")),
        country: Some("FR".into()),
    }
}

pub fn cart(id: &str, email: &str, name: &str) -> Record {
    Record::Cart(Box::new(Cart {
        id: id.into(),
        version: Version::stamped(at("2026-01-01T00:00:00Z")),
        state: CartState::Open,
        created: at("2026-01-01T00:00:00Z"),
        updated: at("2026-01-01T00:00:00Z"),
        currency: Currency::EUR,
        customer: Identity {
            email: Some(email.into()),
            last_name: Some(name.into()),
            ..Identity::default()
        },
        total: 500,
        lines: vec![CartLine { product: None, name: "Miel".into(), quantity: 1 }],
        order: None,
    }))
}

/// Ada's account, her two orders (the second as a guest, with another address of hers known by the
/// account only through the first), a refund with a reason; and Bob's order.
pub fn known() -> Vec<Record> {
    let mut first = full_order("1", "Ada@Example.com");
    first.customer.id = Some("acc-1".into());
    let mut back = refund("r1", None, "2026-01-09T10:00:00Z", 300);
    back.reason = Some("colis abîmé, dit Ada Lovelace".into());
    first.refunds.push(back);
    let mut second = full_order("2", "ada@example.com");
    second.created = at("2026-02-02T10:00:00Z");
    let bob = order("3", "2026-02-03T10:00:00Z", Some("bob@example.com"), 700);
    vec![
        Record::Customer(Box::new(account("acc-1", "ada@example.com"))),
        Record::Order(Box::new(first)),
        Record::Order(Box::new(second)),
        Record::Order(Box::new(bob)),
    ]
}

pub fn person(store: &Store, order: &str) -> i64 {
    ask(store, &format!("SELECT person_id FROM all_orders WHERE external_id = '{order}'"))[0]
        .parse()
        .expect("as the test needs it")
}

/// Every text of every table of the store, in lower case.
pub fn texts(store: &Store) -> String {
    let tables = ask(
        store,
        "SELECT table_name FROM duckdb_tables() WHERE NOT temporary AND NOT internal ORDER BY 1",
    );
    tables
        .iter()
        .map(|table| ask(store, &format!("SELECT * FROM {table}")).join("\n").to_lowercase())
        .collect()
}

pub fn assert_gone(store: &Store, naming: &[&str]) {
    let texts = texts(store);
    for name in naming {
        let line = texts.lines().find(|line| line.contains(&name.to_lowercase()));
        assert_eq!(line, None, "{name}");
    }
}

/// What links records, and every figure.
fn figures(store: &Store) -> Vec<String> {
    let mut all = contents(store);
    for table in ["all_orders", "refunds", "money", "customers", "twin_money"] {
        all.extend(ask(
            store,
            &format!(
                "SELECT '{table}', person_id, count(*) FROM {table} GROUP BY ALL ORDER BY ALL"
            ),
        ));
    }
    all
}

fn now() -> jiff::Timestamp {
    at("2026-04-01T10:00:00Z")
}

#[test]
fn s126_an_erasure_takes_the_person_away_and_no_figure() {
    let store = store();
    write(&store, known());
    write(&store, vec![cart("c1", "Ada@Example.com", "Ada Lovelace")]);
    let before = figures(&store);
    for name in NAMING {
        assert!(texts(&store).contains(name), "the test looks for what was there: {name}");
    }
    let erased = store.erase_person(person(&store, "1"), now()).expect("as the test needs it");
    assert_eq!(
        erased,
        Erased { orders: 2, refunds: 1, customers: 1, carts: 1, lines: 0, others: 0 }
    );
    assert_gone(&store, NAMING);
    assert_eq!(figures(&store), before);
    // Country and region stay; Bob is as he was.
    assert_eq!(
        ask(
            &store,
            "SELECT external_id, email, billing_country, billing_region FROM orders ORDER BY 1"
        ),
        ["1|-|FR|Pays de la Loire", "2|-|FR|Pays de la Loire", "3|bob@example.com|-|-"]
    );
    assert_eq!(store.compaction_due().expect("as the test needs it"), Some(now()));
    // Once more changes nothing; nobody is nobody.
    assert_eq!(
        store.erase_person(person(&store, "1"), now()).expect("as the test needs it"),
        Erased::default()
    );
    assert!(matches!(store.erase_person(99, now()), Err(StoreError::Invalid(_))));
}

#[test]
fn s126_what_is_told_again_stays_erased_and_identified() {
    let store = store();
    write(&store, known());
    let before = figures(&store);
    store.erase_person(person(&store, "1"), now()).expect("as the test needs it");
    write(&store, known());
    assert_gone(&store, NAMING);
    assert_eq!(figures(&store), before, "the same again is no change");
    // A newer version, a new order, and one with an account and address that were not known.
    let mut newer = full_order("2", "ada@example.com");
    newer.version.modified = at("2026-03-05T10:00:00Z");
    newer.created = at("2026-02-02T10:00:00Z");
    let mut third = full_order("4", "ADA@example.com ");
    third.created = at("2026-03-02T10:00:00Z");
    third.customer.id = Some("acc-2".into());
    write(&store, vec![Record::Order(Box::new(newer)), Record::Order(Box::new(third))]);
    let mut fourth = full_order("5", "ada@work.example");
    fourth.created = at("2026-03-03T10:00:00Z");
    fourth.customer.id = Some("acc-2".into());
    write(&store, vec![Record::Order(Box::new(fourth))]);
    write(&store, vec![cart("c2", "ada@work.example", "Ada Lovelace")]);
    assert_gone(&store, &[NAMING, &["ada@work.example", "acc-2"]].concat());
    assert_eq!(
        ask(&store, "SELECT external_id, rank, customer_type FROM orders ORDER BY 1"),
        ["1|1|new", "2|2|existing", "3|1|new", "4|3|existing", "5|4|existing"]
    );
    assert_eq!(ask(&store, "SELECT count(DISTINCT person_id) FROM orders"), ["2"]);
}

/// Somebody who is known by the telephone number of a household keeps theirs, and stays who they are.
#[test]
fn a_shared_telephone_number_neither_erases_nor_joins_others() {
    let store = store();
    let mut eve = full_order("7", "eve@example.com");
    eve.customer.last_name = Some("Martin".into());
    eve.customer.first_name = Some("Eve".into());
    write(&store, known());
    write(&store, vec![Record::Order(Box::new(eve.clone()))]);
    store.erase_person(person(&store, "1"), now()).expect("as the test needs it");
    let eves = "SELECT email, phone, customer_name FROM orders WHERE external_id = '7'";
    assert_eq!(ask(&store, eves), ["eve@example.com|06 12 34 56 78|Eve Martin"]);
    eve.version.modified = at("2026-03-05T10:00:00Z");
    write(&store, vec![Record::Order(Box::new(eve))]);
    assert_eq!(ask(&store, eves), ["eve@example.com|06 12 34 56 78|Eve Martin"]);
    assert_ne!(person(&store, "7"), person(&store, "1"));
}

/// A copy that another source tells goes with the person, and stays a copy.
#[test]
fn copies_of_an_order_are_erased_too_and_stay_copies() {
    let store = store();
    write_from(&store, "woocommerce", known());
    write_from(
        &store,
        "activecampaign",
        vec![Record::Order(Box::new(full_order("1", "ada@example.com")))],
    );
    let before = figures(&store);
    store.erase_person(person(&store, "1"), now()).expect("as the test needs it");
    assert_gone(&store, NAMING);
    write_from(
        &store,
        "activecampaign",
        vec![Record::Order(Box::new(full_order("1", "ada@example.com")))],
    );
    let mut newer = full_order("2", "ada@example.com");
    newer.created = at("2026-02-02T10:00:00Z");
    write_from(&store, "activecampaign", vec![Record::Order(Box::new(newer))]);
    assert_gone(&store, NAMING);
    assert_eq!(ask(&store, "SELECT count(*) FROM all_orders WHERE twin_of IS NOT NULL"), ["2"]);
    assert!(
        before
            .iter()
            .filter(|line| line.starts_with("money"))
            .all(|line| figures(&store).contains(line))
    );
}

/// What a connected platform told and was not understood may quote the person.
#[test]
fn somebody_who_only_left_a_cart_is_erased_too() {
    let store = store();
    write(&store, vec![cart("c9", "zoe@example.com", "Zoé Martin")]);
    let cart_id: i64 =
        ask(&store, "SELECT cart_id FROM all_carts")[0].parse().expect("as the test needs it");
    let erased = store.erase_person(-cart_id, now()).expect("as the test needs it");
    assert_eq!(erased.carts, 1);
    write(
        &store,
        vec![
            cart("c9", "zoe@example.com", "Zoé Martin"),
            cart("c10", "zoe@example.com", "Zoé Martin"),
        ],
    );
    assert_gone(&store, &["zoe@example.com", "Zoé"]);
    assert_eq!(ask(&store, "SELECT count(*) FROM carts"), ["2"]);
}

/// Orders of four customers in a few versions, two of whom share an account.
fn versions() -> Vec<Record> {
    let mut all = known();
    for (id, email, account) in [
        ("1", "ada@example.com", Some("acc-1")),
        ("6", "ada@work.example", Some("acc-1")),
        ("8", "eve@example.com", None),
    ] {
        for step in 1..3 {
            let mut version = full_order(id, email);
            version.created = at("2026-03-01T10:00:00Z");
            version.customer.id = account.map(str::to_owned);
            version.version.modified = at(&format!("2026-03-0{step}T10:00:00Z"));
            all.push(Record::Order(Box::new(version)));
        }
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    /// Law: whenever the erasure happens among the tellings, and in whatever order they come, the figures
    /// are those of a shop that never erased, and the person is gone.
    #[test]
    fn an_erasure_at_any_moment_moves_no_figure(
        shuffled in Just(versions()).prop_shuffle(),
        cut in 0_usize..10,
        size in 1_usize..6,
    ) {
        let reference = store();
        write(&reference, versions());
        let erasing = store();
        write(&erasing, known());
        for batch in shuffled[..cut].chunks(size) {
            write(&erasing, batch.to_vec());
        }
        erasing.erase_person(person(&erasing, "1"), now()).expect("as the test needs it");
        for batch in shuffled[cut..].chunks(size) {
            write(&erasing, batch.to_vec());
        }
        prop_assert_eq!(contents(&erasing), contents(&reference));
        let texts = texts(&erasing);
        for gone in ["ada@example.com", "ada@work.example", "acc-1"] {
            prop_assert!(!texts.contains(gone), "{gone}");
        }
        prop_assert!(texts.contains("eve@example.com"));
    }
}
