//! The full comparison: what is missing, what differs, what is gone.

use comptoir_model::Class;

use super::fake::{Scene, at, failure, order};
use crate::sync::Effort;
use crate::sync::outcome::{Kind, State};

fn class_of(scene: &Scene, id: &str) -> String {
    let snapshot = scene.store.read().expect("a snapshot");
    let sql = "SELECT class FROM orders WHERE external_id = ?";
    let rows = snapshot.query(sql, &[id.into()]).expect("read");
    rows.rows[0][0].text().expect("a class").to_owned()
}

/// The platform changes without telling: no stamp moves, no change is listed.
fn drift(scene: &Scene) {
    scene.fake("ferme", |fake| {
        fake.orders.insert("0500".into(), order("0500", "2026-11-20T10:00:00Z", 70));
        fake.orders.insert("0002".into(), order("0002", "2026-11-20T10:00:00Z", 999));
        let mut other = order("0003", "2026-11-20T10:00:00Z", 100);
        other.status = "completed".into();
        fake.orders.insert("0003".into(), other);
        // An older stamp: a backup was put back.
        fake.orders.insert("0004".into(), order("0004", "2026-11-19T10:00:00Z", 55));
        fake.orders.remove("0007");
    });
}

#[test]
fn s011_a_full_comparison_finds_every_difference_and_puts_it_right() {
    let scene = Scene::new("compare");
    let id = scene.connects("ferme", 25);
    scene.run(id, Effort::OnTime);
    drift(&scene);
    scene.later(5);
    // The usual reading can't see any of it.
    assert_eq!(scene.run(id, Effort::OnTime).updated, 0);

    let outcome = scene.run(id, Effort::Full);
    assert_eq!(outcome.state, State::InSync);
    let found: Vec<_> = outcome
        .differences
        .iter()
        .map(|one| (one.order.as_str(), one.kind, one.fields.join(","), one.repaired))
        .collect();
    assert_eq!(
        found,
        [
            ("0002", Kind::Different, "total".to_owned(), true),
            ("0003", Kind::Different, "status".to_owned(), true),
            ("0004", Kind::Different, "total".to_owned(), true),
            ("0500", Kind::MissingHere, String::new(), true),
            ("0007", Kind::GoneThere, String::new(), true),
        ]
    );
    let total = &outcome.differences[0];
    assert_eq!(total.here.as_ref().expect("here").total, "1.00");
    assert_eq!(total.there.as_ref().expect("there").total, "9.99");
    assert_eq!(class_of(&scene, "0007"), Class::Deleted.id());
    // 25 − 1 gone + 1 missing; 22 × 100 + 999 + 55 + 70 − … worked out: 25 − {2,4,7} = 22 of 100.
    assert_eq!(outcome.orders, 25);
    let sum = "SELECT sum(total) FROM orders WHERE class <> 'deleted'";
    assert_eq!(scene.ask(sum), 22 * 100 + 999 + 55 + 70);
    let is = scene.connection(id);
    assert_eq!(is.reconciled, Some(at("2026-11-22T10:05:00Z")));
    assert!(is.differences.expect("kept").contains("0500"));

    // And then there is none.
    let again = scene.run(id, Effort::Full);
    assert_eq!((again.differences, again.received, again.updated), (Vec::new(), 0, 0));
}

#[test]
fn half_a_reading_proves_nothing_gone() {
    let scene = Scene::new("half");
    let id = scene.connects("ferme", 25);
    scene.run(id, Effort::OnTime);
    scene.changes("ferme", order("0001", "2026-11-22T09:00:00Z", 100));
    scene.later(5);
    scene.run(id, Effort::OnTime);
    assert_eq!(scene.connection(id).cursor, "+1");
    drift(&scene);
    scene.fake("ferme", |fake| fake.failing = vec![None, None, Some(failure(500))]);
    let outcome = scene.run(id, Effort::Full);
    assert_eq!((outcome.state, outcome.differences.len()), (State::Failed, 0));
    assert_ne!(class_of(&scene, "0007"), Class::Deleted.id());
    let is = scene.connection(id);
    // The live reading goes on where it was.
    assert_eq!((is.cursor.as_str(), is.phase.as_str(), is.reconciled), ("+1", "changes", None));
}

#[test]
fn what_is_older_than_the_platform_tells_is_not_gone() {
    let scene = Scene::new("history");
    let id = scene.connects("ferme", 5);
    scene.run(id, Effort::OnTime);
    scene.fake("ferme", |fake| {
        fake.orders.remove("0002");
        // Orders are of November the 1st.
        fake.facts.history_from = Some(at("2026-11-02T00:00:00Z"));
    });
    let outcome = scene.run(id, Effort::Full);
    assert_eq!(outcome.differences, Vec::new());
    assert_ne!(class_of(&scene, "0002"), Class::Deleted.id());
}

#[test]
fn an_order_that_a_page_hid_is_not_gone() {
    let scene = Scene::new("hidden");
    let id = scene.connects("ferme", 25);
    scene.run(id, Effort::OnTime);
    // A page shrank while it was read: the order is there and was not seen.
    scene.fake("ferme", |fake| fake.hidden.push("0010".into()));
    let outcome = scene.run(id, Effort::Full);
    assert_eq!(outcome.differences, Vec::new());
    assert_ne!(class_of(&scene, "0010"), Class::Deleted.id());
    assert_eq!(scene.fake("ferme", |fake| fake.fetched.clone()), ["0010"]);
}
