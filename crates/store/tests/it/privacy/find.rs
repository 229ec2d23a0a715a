//! Whom a request is about, and all that is held of them.

use comptoir_model::{Batch, Record, Shop};
use comptoir_store::Store;
use comptoir_store::privacy::{Found, find, held};

use crate::privacy::erase::{cart, full_order, known, person};
use crate::shop::{at, order, shop, store, write};

fn found(store: &Store, shops: &[i64], asked: &str) -> Vec<Found> {
    find(&store.read().expect("as the test needs it"), shops, asked, 20)
        .expect("as the test needs it")
}

#[test]
fn s126_a_person_is_found_by_whatever_the_request_says() {
    let store = store();
    write(&store, known());
    let ada = person(&store, "1");
    let one = Found {
        person: ada,
        shops: vec![1],
        name: Some("Ada Lovelace".into()),
        email: Some("ada@example.com".into()),
        phone: Some("06 12 34 56 78".into()),
        orders: 2,
        last_order: Some(at("2026-02-02T10:00:00Z")),
    };
    for asked in [
        "ada@example.com",
        " ADA@EXAMPLE.COM ",
        "0612345678",
        "+33 6 12 34 56 78",
        "0033612345678",
        "lovelace",
        "LOVELÂCE",
        "Lovelace Ada",
        "acc-1",
        &ada.to_string(),
    ] {
        assert_eq!(found(&store, &[1], asked), std::slice::from_ref(&one), "{asked}");
    }
    for asked in ["", "ada@example.co", "da@example.com", "0612345679", "Zoé", "%", "acc"] {
        assert_eq!(found(&store, &[1], asked), [], "{asked}");
    }
}

/// S086: a visitor of another shop finds nobody here.
#[test]
fn only_persons_of_the_shops_asked_are_found() {
    let store = store();
    store
        .create_shop(Shop { slug: "cave".into(), ..shop() }, at("2026-01-01T00:00:00Z"))
        .expect("as the test needs it");
    write(&store, known());
    store
        .write(Batch {
            shop: "cave".into(),
            source: "comptoir".into(),
            records: vec![Record::Order(Box::new(order(
                "9",
                "2026-03-01T10:00:00Z",
                Some("bob@cave.example"),
                100,
            )))],
        })
        .expect("as the test needs it");
    assert_eq!(found(&store, &[2], "ada@example.com"), []);
    assert_eq!(found(&store, &[], "ada@example.com"), []);
    assert_eq!(found(&store, &[2], "bob@cave.example").len(), 1);
    assert_eq!(found(&store, &[1], "bob@cave.example"), []);
}

#[test]
fn somebody_who_only_left_a_cart_is_found_too() {
    let store = store();
    write(&store, known());
    write(&store, vec![cart("c9", "zoe@example.com", "Zoé Martin")]);
    let zoe = found(&store, &[1], "zoe@example.com");
    assert_eq!(zoe.len(), 1);
    assert!(zoe[0].person < 0);
    assert_eq!((zoe[0].name.as_deref(), zoe[0].orders), (Some("Zoé Martin"), 0));
    // Ada's own cart is hers: no second person.
    write(&store, vec![cart("c1", "ada@example.com", "Ada Lovelace")]);
    assert_eq!(found(&store, &[1], "ada@example.com").len(), 1);
    let tables = held(&store.read().expect("as the test needs it"), zoe[0].person)
        .expect("as the test needs it");
    assert_eq!(tables.iter().map(|one| one.table).collect::<Vec<_>>(), ["all_carts"]);
}

#[test]
fn s126_all_that_is_held_is_shown_table_by_table_and_nothing_of_others() {
    let store = store();
    write(&store, known());
    write(
        &store,
        vec![
            cart("c1", "ADA@example.com", "Ada Lovelace"),
            Record::Order(Box::new(full_order("7", "eve@example.com"))),
        ],
    );
    let tables = held(&store.read().expect("as the test needs it"), person(&store, "1"))
        .expect("as the test needs it");
    let counts: Vec<(&str, usize)> = tables.iter().map(|one| (one.table, one.rows.len())).collect();
    // Two orders with a line each, the refund in the first, each order's one version, the account, the cart.
    assert_eq!(
        counts,
        [
            ("all_orders", 2),
            ("lines", 2),
            ("refunds", 1),
            ("order_history", 2),
            ("customers", 1),
            ("all_carts", 1)
        ]
    );
    let shown = format!("{tables:?}");
    for theirs in ["Ada@Example.com", "06 12 34 56 78", "44000", "Nantes", "colis abîmé", "acc-1"]
    {
        assert!(shown.contains(theirs), "{theirs}");
    }
    assert!(!shown.contains("eve@example.com"));
}
