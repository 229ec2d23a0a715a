//! What is held beside the records: what was not understood, what plugins are answered, lists of rows.

use std::collections::BTreeMap;

use comptoir_model::{Identity, Record};
use comptoir_store::connections::RefusedRecord;
use comptoir_store::doors::{self, By, Held};
use comptoir_store::privacy::held;
use comptoir_store::{Advance, ImportCounts, ImportPlan, NewConnection, Store, WaitingRow};
use jiff::Timestamp;

use crate::privacy::erase::{NAMING, assert_gone, full_order, known, person, texts};
use crate::shop::{ask, at, contents, store, write, write_from};

fn now() -> Timestamp {
    at("2026-04-01T10:00:00Z")
}

fn refusal(kind: &str, id: &str, field: &str, value: &str) -> RefusedRecord {
    let detail = format!(
        "{{\"field\":\"{field}\",\"value\":\"{value}\",\"reason\":\"no {field}: {value}\",\"remedy\":\"correct it\"}}"
    );
    RefusedRecord { kind: kind.into(), id: id.into(), detail, at: now() }
}

fn connected(store: &Store) -> i64 {
    let new = NewConnection {
        shop: "ferme".into(),
        platform: "woocommerce".into(),
        url: "https://shop.example".into(),
        credentials: BTreeMap::new(),
        private: false,
        minutes: 5,
        facts: "{}".into(),
    };
    store.add_connection(new, now()).expect("as the test needs it")
}

fn refusals() -> Vec<RefusedRecord> {
    vec![
        refusal("order", "41", "email", "ada@example.com."),
        refusal("order", "42", "phone", "tel 06 12 34 56 78"),
        // The order is known to be hers.
        refusal("order", "1", "city", "Nantes"),
        refusal("order", "43", "total", "12,x"),
    ]
}

#[test]
fn s126_what_a_platform_told_and_was_not_understood_loses_what_it_quotes_also_when_told_again() {
    let store = store();
    write_from(&store, "woocommerce", known());
    let id = connected(&store);
    let tell = || {
        let step = Advance { refused: refusals(), ..Advance::default() };
        store.advance(id, step, now()).expect("as the test needs it");
    };
    tell();
    let ada = person(&store, "1");
    let tables =
        held(&store.read().expect("as the test needs it"), ada).expect("as the test needs it");
    assert_eq!(
        tables
            .iter()
            .find(|one| one.table == "connection_refused")
            .expect("as the test needs it")
            .rows
            .len(),
        2
    );
    let erased = store.erase_person(ada, now()).expect("as the test needs it");
    assert_eq!(erased.others, 3);
    assert_gone(&store, NAMING);
    tell();
    assert_gone(&store, &["ada@example.com", "06 12 34 56 78"]);
    let seen = ask(
        &store,
        "SELECT external_id, json_extract_string(detail, '$.value') FROM connection_refused ORDER BY 1",
    );
    assert_eq!(seen, ["1|", "41|", "42|", "43|12,x"]);
}

/// An order that is read again unchanged is no difference, and an order that changed is one change.
#[test]
fn an_erased_order_that_is_read_again_is_no_change() {
    let store = store();
    let id = connected(&store);
    let page = || Advance { records: known(), ..Advance::default() };
    assert_eq!(store.advance(id, page(), now()).expect("as the test needs it").received, 3);
    store.erase_person(person(&store, "1"), now()).expect("as the test needs it");
    let again = store.advance(id, page(), now()).expect("as the test needs it");
    assert_eq!((again.received, again.updated), (0, 0));
    let mut newer = full_order("2", "ada@example.com");
    newer.created = at("2026-02-02T10:00:00Z");
    newer.lines[0].gross = 1500;
    // In the same second: the later reading is right.
    let step = Advance { records: vec![Record::Order(Box::new(newer))], ..Advance::default() };
    let changed = store.advance(id, step.clone(), now()).expect("as the test needs it");
    assert_eq!((changed.received, changed.updated), (0, 1));
    let settled = store.advance(id, step, now()).expect("as the test needs it");
    assert_eq!((settled.received, settled.updated), (0, 0));
    assert_gone(&store, NAMING);
    assert_eq!(ask(&store, "SELECT goods FROM orders WHERE external_id = '2'"), ["1500"]);
}

fn contact(number: i64, detail: &str) -> Held {
    Held {
        number,
        key: Some("77".into()),
        checkout: None,
        email: detail.contains("ada@").then(|| "ada@example.com".into()),
        detail: detail.into(),
    }
}

#[test]
fn s126_what_a_plugin_is_answered_names_nobody_and_keeps_its_number() {
    let store = store();
    write(&store, known());
    let told = "{\"email\":\"ada@example.com\",\"firstName\":\"Ada\",\"lastName\":\"Lovelace\",\"acceptsMarketing\":\"1\"}";
    let put = |record: Held| {
        store
            .change_held(1, move |ledger| ledger.put("contact", &record))
            .expect("as the test needs it")
    };
    let number = put(contact(0, told));
    assert_eq!(
        store.erase_person(person(&store, "1"), now()).expect("as the test needs it").others,
        1
    );
    assert_gone(&store, NAMING);
    // The plugin asks by address, and tells it again; then only a name.
    let found = store
        .change_held(1, |ledger| ledger.held("contact", By::Email("Ada@example.com")))
        .expect("as the test needs it");
    assert_eq!(found.iter().map(|held| held.number).collect::<Vec<_>>(), [number]);
    assert_eq!(put(contact(number, told)), number);
    assert_gone(&store, NAMING);
    assert_eq!(put(contact(number, "{\"firstName\":\"Ada\",\"lastName\":\"Lovelace\"}")), number);
    assert_gone(&store, NAMING);
    let held =
        doors::held(&store.read().expect("as the test needs it"), 1, "contact", By::Number(number))
            .expect("as the test needs it");
    assert!(held[0].email.as_deref().expect("as the test needs it").starts_with("erased:"));
    // Others are answered as before.
    let eve = put(Held {
        email: Some("eve@example.com".into()),
        detail: "{\"email\":\"eve@example.com\"}".into(),
        ..Held::default()
    });
    let held =
        doors::held(&store.read().expect("as the test needs it"), 1, "contact", By::Number(eve))
            .expect("as the test needs it");
    assert_eq!(held[0].detail, "{\"email\":\"eve@example.com\"}");
}

#[test]
fn s126_an_erased_customer_of_a_plugin_leaves_no_account_and_keeps_the_number() {
    let store = store();
    write(&store, known());
    let told =
        "{\"email\":\"ada@example.com\",\"externalid\":\"account-77\",\"connectionid\":\"1\"}";
    let record = Held {
        key: Some("account-77".into()),
        email: Some("ada@example.com".into()),
        detail: told.into(),
        ..Held::default()
    };
    let put = |record: Held| {
        store
            .change_held(1, move |ledger| ledger.put("some_customer", &record))
            .expect("as the test needs it")
    };
    let number = put(record.clone());
    store.erase_person(person(&store, "1"), now()).expect("as the test needs it");
    let named = || texts(&store).contains("account-77");
    assert!(!named());
    // The plugin knows its own account, is answered the same number, and tells it again.
    let found = store
        .change_held(1, |ledger| ledger.held("some_customer", By::Key("account-77")))
        .expect("as the test needs it");
    assert_eq!(found.iter().map(|held| held.number).collect::<Vec<_>>(), [number]);
    assert_eq!(put(Held { number, ..record }), number);
    assert!(!named());
}

/// A file with the erased person's orders, old and new, and a second address of theirs in one of them.
#[test]
fn s126_an_import_brings_nobody_back() {
    let store = store();
    write(&store, known());
    let before = contents(&store);
    store.erase_person(person(&store, "1"), now()).expect("as the test needs it");
    let mut staging = store.staging().expect("as the test needs it");
    let rows =
        (0..40_u64).map(|line| WaitingRow { key: format!("n{line}"), line, payload: Vec::new() });
    staging.append(rows.collect()).expect("as the test needs it");
    let plan = ImportPlan {
        shop: "ferme".into(),
        source: "comptoir".into(),
        format: "comptoir".into(),
        files: vec!["orders.csv".into()],
        started: now(),
    };
    let assemble = |key: &str, _rows: &mut Vec<WaitingRow>| {
        let number: usize = key[1..].parse().expect("as the test needs it");
        // The address that only the twentieth order ties to the account stands in earlier ones too.
        let email = if number < 30 { "ada@home.example" } else { "ada@example.com" };
        let mut order = full_order(key, email);
        order.created = at("2026-03-02T10:00:00Z");
        if number == 20 {
            order.customer = Identity { id: Some("acc-1".into()), ..order.customer };
        }
        vec![Record::Order(Box::new(order))]
    };
    store
        .commit_import(staging, plan, assemble, ImportCounts::default)
        .expect("as the test needs it");
    assert_gone(&store, &[NAMING, &["ada@home.example"]].concat());
    assert_eq!(
        ask(
            &store,
            "SELECT count(*), count(DISTINCT person_id), max(rank) FROM orders WHERE external_id LIKE 'n%'"
        ),
        ["40|1|42"]
    );
    let now = contents(&store);
    assert!(before.iter().filter(|line| line.starts_with("money")).all(|line| now.contains(line)));
}

#[test]
fn lists_of_rows_to_come_know_whom_they_may_not_quote() {
    let store = store();
    assert!(store.erased_names().expect("as the test needs it").is_none());
    write(&store, known());
    store.erase_person(person(&store, "1"), now()).expect("as the test needs it");
    let names = store.erased_names().expect("as the test needs it").expect("as the test needs it");
    for quoting in [
        "ADA@example.com",
        "Ada <ada@example.com>;",
        "tél. 06.12.34.56.78",
        "+33 6 12 34 56 78",
        "Lovelace Ada",
        "MME ADA LOVELACE",
    ] {
        assert!(names.quoted_in(quoting), "{quoting}");
    }
    for other in ["bob@example.com", "06 12 34 56 79", "Ada", "Wanda Lovelace", "", "12,50"] {
        assert!(!names.quoted_in(other), "{other}");
    }
    assert!(texts(&store).contains("bob@example.com"));
}
