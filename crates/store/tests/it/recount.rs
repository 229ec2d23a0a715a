//! A change of rule, zone or meaning, counted again, leaves the very store that a fresh import under the
//! new settings would make (S022, S214, S226).

use comptoir_model::{Cart, CartState, Class, CountingRule, DateBasis, Record, Version, Visit};
use comptoir_store::{ShopSettings, Store};
use proptest::prelude::*;

use crate::shop::{ask, at, contents, order, refund, store, write};

/// Orders around midnight, of known and unknown people, in all states; refunds, carts, visits.
fn records() -> Vec<Record> {
    let mut all = Vec::new();
    for (id, created, email, status, class) in [
        ("1", "2026-01-05T22:30:00Z", Some("ada@example.com"), "paid", Class::Paid),
        ("2", "2026-01-05T23:30:00Z", Some("ada@example.com"), "sent", Class::Fulfilled),
        ("3", "2026-03-29T00:30:00Z", Some("bob@example.com"), "void", Class::Cancelled),
        ("4", "2026-03-29T01:30:00Z", Some("bob@example.com"), "back", Class::Refunded),
        ("5", "2026-06-30T22:15:00Z", None, "paid", Class::Paid),
        ("6", "2026-07-01T10:00:00Z", None, "odd", Class::OnHold),
        ("7", "2026-07-02T10:00:00Z", Some("cyd@example.com"), "gone", Class::Deleted),
        ("8", "2026-07-03T10:00:00Z", Some("cyd@example.com"), "paid", Class::Paid),
    ] {
        let mut order = order(id, created, email, 1000);
        (order.status, order.class) = (status.to_owned(), class);
        order.test = id == "8";
        order.paid = (id != "2").then(|| at("2026-07-04T23:30:00Z"));
        if id == "4" {
            // It was seen in another state before.
            let mut before = order.clone();
            (before.status, before.class) = ("odd".to_owned(), Class::OnHold);
            order.version.modified = at("2026-04-10T23:00:00Z");
            all.push(Record::Order(Box::new(before)));
        }
        all.push(Record::Order(Box::new(order)));
    }
    all.push(Record::Refund(Box::new(refund("r", Some("3"), "2026-04-01T22:30:00Z", 300))));
    all.push(Record::Refund(Box::new(refund("lost", Some("99"), "2026-04-02T22:30:00Z", 300))));
    let version = Version::stamped(at("2026-05-01T22:30:00Z"));
    all.push(Record::Cart(Box::new(Cart {
        id: "c".into(),
        version,
        state: CartState::Open,
        created: at("2026-05-01T22:30:00Z"),
        updated: at("2026-05-01T22:30:00Z"),
        currency: comptoir_model::Currency::EUR,
        customer: comptoir_model::Identity::default(),
        total: 0,
        lines: Vec::new(),
        order: None,
    })));
    all.push(Record::Visit(Box::new(Visit {
        id: "v".into(),
        started: at("2026-05-01T22:30:00Z"),
        pages: 1,
        source: None,
        medium: None,
        campaign: None,
        device: None,
        country: None,
        added_to_cart: false,
        ordered: false,
    })));
    all
}

fn set(store: &Store, change: impl FnOnce(&mut ShopSettings) + Send + 'static) {
    store
        .change_settings(move |settings| {
            change(settings.shop_mut("ferme")?);
            Ok(())
        })
        .expect("changed");
}

const ZONES: [&str; 4] = ["Europe/Paris", "UTC", "Pacific/Auckland", "America/New_York"];
const STATUSES: [&str; 6] = ["paid", "sent", "void", "back", "odd", "gone"];

/// Settings as numbers: zone, basis, whether there is a list and what is on it, meanings.
#[derive(Debug, Clone)]
struct Choice {
    zone: usize,
    by_payment: bool,
    statuses: Option<Vec<bool>>,
    meanings: Vec<Option<usize>>,
}

impl Choice {
    fn apply(&self, shop: &mut ShopSettings) {
        ZONES[self.zone].clone_into(&mut shop.timezone);
        shop.rule = CountingRule::default();
        if self.by_payment {
            shop.rule.basis = DateBasis::Paid;
        }
        shop.rule.statuses = self.statuses.as_ref().map(|on| {
            STATUSES
                .iter()
                .zip(on)
                .filter(|(_, on)| **on)
                .map(|(name, _)| (*name).to_owned())
                .collect()
        });
        shop.meanings = STATUSES
            .iter()
            .zip(&self.meanings)
            .filter_map(|(name, class)| Some(((*name).to_owned(), Class::ALL[(*class)?])))
            .collect();
    }
}

fn choice() -> impl Strategy<Value = Choice> {
    (
        0..ZONES.len(),
        any::<bool>(),
        proptest::option::of(proptest::collection::vec(any::<bool>(), STATUSES.len())),
        proptest::collection::vec(proptest::option::of(0..Class::ALL.len()), STATUSES.len()),
    )
        .prop_map(|(zone, by_payment, statuses, meanings)| Choice {
            zone,
            by_payment,
            statuses,
            meanings,
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_recount_is_a_fresh_import_under_the_new_settings(first in choice(), second in choice()) {
        let fresh = store();
        let wanted = second.clone();
        set(&fresh, move |shop| wanted.apply(shop));
        write(&fresh, records());

        let changed = store();
        set(&changed, move |shop| first.apply(shop));
        write(&changed, records());
        set(&changed, move |shop| second.apply(shop));
        prop_assert_eq!(contents(&changed), contents(&fresh));

        // Back to how it was: as if nothing had ever been set.
        set(&changed, |shop| {
            shop.timezone = "Europe/Paris".into();
            shop.rule = CountingRule::default();
            shop.meanings.clear();
        });
        let untouched = store();
        write(&untouched, records());
        prop_assert_eq!(contents(&changed), contents(&untouched));
    }
}

const COUNTED: &str =
    "SELECT external_id, rank, day FROM orders WHERE counted ORDER BY external_id";

#[test]
fn s022_unchecking_a_status_takes_its_orders_out_of_the_past_and_of_the_future() {
    let store = store();
    write(&store, records());
    // Paris: 1 at 23:30 on the 5th, 2 at 00:30 on the 6th; 4 is bob's first, as his order 3 is cancelled.
    assert_eq!(
        ask(&store, COUNTED),
        ["1|1|2026-01-05", "2|2|2026-01-06", "4|1|2026-03-29", "5|-|2026-07-01"]
    );
    let before = store.read().expect("read").generation();
    set(&store, |shop| shop.rule.statuses = Some(vec!["sent".into(), "void".into()]));
    assert!(store.read().expect("read").generation().sales > before.sales);
    // 3 is now counted and bob's first; its refund counts with it.
    assert_eq!(ask(&store, COUNTED), ["2|1|2026-01-06", "3|1|2026-03-29"]);
    assert_eq!(
        ask(
            &store,
            "SELECT counted, customer_type, refunded_goods FROM money WHERE refund_id IS NOT NULL AND order_id IS NOT NULL AND day = DATE '2026-04-02'"
        ),
        ["true|new|300"]
    );
    let mut later = order("9", "2026-07-05T10:00:00Z", Some("ada@example.com"), 500);
    later.status = "paid".into();
    let mut sent = later.clone();
    (sent.id, sent.status) = ("10".into(), "sent".into());
    write(&store, vec![Record::Order(Box::new(later)), Record::Order(Box::new(sent))]);
    assert_eq!(ask(&store, COUNTED), ["10|2|2026-07-05", "2|1|2026-01-06", "3|1|2026-03-29"]);
}

#[test]
fn a_status_that_comes_to_mean_refunded_gives_its_orders_back_and_can_be_undone() {
    let store = store();
    write(&store, records());
    let told = contents(&store);
    set(&store, |shop| {
        shop.meanings.insert("sent".into(), Class::Refunded);
    });
    // Order 2 has no refund of its own: it gets one of all its 10.00, when it was first seen so.
    let derived = "SELECT m.day, m.refunded_goods FROM money m JOIN refunds r USING (refund_id)
                   JOIN orders o ON o.order_id = r.order_id WHERE r.derived AND o.external_id = '2'";
    assert_eq!(ask(&store, derived), ["2026-01-06|1000"]);
    assert_eq!(
        ask(&store, "SELECT class, told_class FROM orders WHERE external_id = '2'"),
        ["refunded|fulfilled"]
    );
    set(&store, |shop| shop.meanings.clear());
    assert_eq!(contents(&store), told);
}

#[test]
fn bad_settings_change_nothing() {
    let store = store();
    write(&store, records());
    let (told, before) = (contents(&store), store.read().expect("read").generation());
    for change in [
        (|shop: &mut ShopSettings| shop.timezone = "Europe/Pris".into()) as fn(&mut ShopSettings),
        |shop| shop.threshold = Some(11),
        |shop| shop.threshold = Some(1),
    ] {
        let outcome = store.change_settings(move |settings| {
            let shop = settings.shop_mut("ferme")?;
            shop.rule.statuses = Some(Vec::new());
            change(shop);
            Ok(())
        });
        assert!(outcome.is_err());
    }
    assert!(store.change_settings(|settings| settings.shop_mut("ferm").map(|_| ())).is_err());
    assert_eq!(contents(&store), told);
    assert_eq!(store.read().expect("read").generation(), before);
}

#[test]
fn settings_are_kept_and_only_a_change_raises_the_generation() {
    let store = store();
    set(&store, |shop| {
        shop.threshold = Some(3);
        shop.week_start = Some(comptoir_store::WeekStart::Sunday);
        shop.display_currency = "GBP".parse().ok();
        shop.amounts = comptoir_store::Amounts::Incl;
    });
    let generation = store.read().expect("read").generation();
    let read = comptoir_store::settings::read(&store.read().expect("read")).expect("settings");
    assert_eq!(read.shops[0].threshold, Some(3));
    assert_eq!(read.shops[0].week_start, Some(comptoir_store::WeekStart::Sunday));
    assert_eq!(
        read.shops[0].display_currency.map(|code| code.code().to_owned()),
        Some("GBP".into())
    );
    assert_eq!(read.shops[0].amounts, comptoir_store::Amounts::Incl);
    assert_eq!(read.workspace.threshold, 5);
    set(&store, |shop| shop.threshold = Some(3));
    assert_eq!(store.read().expect("read").generation(), generation);
}
