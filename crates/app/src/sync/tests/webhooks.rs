//! Webhooks: believed by their signature, kept before they are acknowledged, followed afterwards.

use std::time::Duration;

use axum::http::StatusCode;
use comptoir_model::Class;
use comptoir_store::Store;
use comptoir_store::connections;

use super::fake::{Scene, at, failure, order};
use crate::state::App;
use crate::sync::outcome::State;
use crate::sync::{Effort, hooks};

fn sign(secret: &str) -> Vec<(String, String)> {
    vec![("x-signature".to_owned(), secret.to_owned())]
}

#[test]
fn s036_hints_survive_a_restart_and_are_followed() {
    let folder = tempfile::tempdir().expect("a folder");
    let open = || Store::open(folder.path(), Duration::from_secs(5)).expect("a store");
    let scene = Scene::on("hints", open());
    let id = scene.connects("ferme", 5);
    scene.run(id, Effort::OnTime);
    let secret = scene.store.connection_access(id).expect("opened").hook_secret;
    // The order changes; nothing but the webhook tells of it. Another one vanishes.
    let now = scene.engine.now();
    scene.fake("ferme", |fake| {
        fake.orders.insert("0001".into(), order("0001", "2026-11-22T10:00:00Z", 777));
        fake.orders.remove("0002");
    });
    let app = App::with(scene.store, crate::state::Door::Open, scene.engine);
    let (status, _) = hooks::receive(&app, id, &sign(&secret), b"0001 0002 0999");
    assert_eq!(status, StatusCode::OK);
    drop(app);

    let scene = Scene::on("hints", open());
    scene.set(now);
    assert_eq!(scene.connection(id).hooks, 1);
    assert_eq!(scene.due(), [id], "hints make a run due");
    let outcome = scene.run(id, Effort::OnTime);
    assert_eq!((outcome.state, outcome.updated, outcome.orders), (State::InSync, 2, 4));
    assert_eq!(scene.ask("SELECT total FROM orders WHERE external_id = '0001'"), 777);
    let gone = "SELECT count(*) FROM orders WHERE external_id = '0002' AND class = 'deleted'";
    assert_eq!(scene.ask(gone), 1);
    let left = connections::hints(&scene.store.read().expect("a snapshot"), id).expect("read");
    assert_eq!(left, Vec::new());
    assert_eq!(scene.due(), Vec::<i64>::new());
}

#[test]
fn s036_a_webhook_with_a_wrong_signature_is_refused_and_counted() {
    let scene = Scene::new("signature");
    let id = scene.connects("ferme", 1);
    let secret = scene.store.connection_access(id).expect("opened").hook_secret;
    let app = App::with(scene.store, crate::state::Door::Open, scene.engine);
    let answer =
        |id, headers: &[(String, String)], body: &[u8]| hooks::receive(&app, id, headers, body).0;
    assert_eq!(answer(id, &sign("wrong"), b"0001"), StatusCode::UNAUTHORIZED);
    assert_eq!(answer(id, &[], b"0001"), StatusCode::UNAUTHORIZED);
    assert_eq!(answer(id, &sign(&secret), b"\xff"), StatusCode::BAD_REQUEST);
    assert_eq!(answer(id + 1, &sign(&secret), b"0001"), StatusCode::NOT_FOUND);
    // What wants nothing is a ping.
    assert_eq!(answer(id, &sign(&secret), b""), StatusCode::OK);
    let snapshot = app.store.read().expect("a snapshot");
    let is = connections::one(&snapshot, id).expect("read").expect("there");
    assert_eq!((is.hooks, is.hooks_refused), (0, 2));
    assert_eq!(connections::hints(&snapshot, id).expect("read"), Vec::new());
}

#[test]
fn hints_that_can_t_be_followed_keep_nothing_else_from_coming_in() {
    let scene = Scene::new("stuck");
    let id = scene.connects("ferme", 5);
    let hint = vec![("order".to_owned(), "0001".to_owned())];
    let hints =
        || connections::hints(&scene.store.read().expect("a snapshot"), id).expect("read").len();
    scene.store.save_hints(id, hint.clone(), scene.engine.now()).expect("saved");
    scene.fake("ferme", |fake| fake.fetch_fails = Some(failure(500)));
    let outcome = scene.run(id, Effort::OnTime);
    // The failure passes: the hint waits, and the orders are in.
    assert_eq!((outcome.state, outcome.orders, hints()), (State::Failed, 5, 1));
    scene.fake("ferme", |fake| fake.fetch_fails = Some(failure(404)));
    let outcome = scene.run(id, Effort::OnTime);
    // It does not pass: the record is refused, and the hint is done with.
    assert_eq!((outcome.state, outcome.refused, hints()), (State::Partly, 1, 0));
}

/// A key that may read nothing for now, a webservice that is switched off: the hint waits.
#[test]
fn a_hint_is_not_given_up_while_the_platform_refuses_everything() {
    let scene = Scene::new("refusing");
    let id = scene.connects("ferme", 5);
    let hint = vec![("order".to_owned(), "0001".to_owned())];
    let hints =
        || connections::hints(&scene.store.read().expect("a snapshot"), id).expect("read").len();
    scene.store.save_hints(id, hint, scene.engine.now()).expect("saved");
    scene.fake("ferme", |fake| {
        fake.fetch_fails = Some(failure(403));
        fake.failing = vec![Some(failure(403))];
    });
    let outcome = scene.run(id, Effort::OnTime);
    assert_eq!((outcome.state, outcome.refused, hints()), (State::Failed, 0, 1));
    scene.fake("ferme", |fake| fake.fetch_fails = None);
    let outcome = scene.run(id, Effort::OnTime);
    assert_eq!((outcome.state, outcome.orders, hints()), (State::InSync, 5, 0));
}

/// S011: whatever the order in which webhooks and polls arrive, the state is the platform's.
#[test]
fn s011_webhooks_and_polling_commute() {
    let total = |scene: &Scene| scene.ask("SELECT sum(total) FROM orders WHERE class <> 'deleted'");
    for polled_first in [true, false] {
        let scene = Scene::new(&format!("commute{polled_first}"));
        let id = scene.connects("ferme", 3);
        scene.run(id, Effort::OnTime);
        // Twice within one second of the platform's clock, seen in between by the webhook only.
        let stamp = "2026-11-22T10:00:00Z";
        let mut trashed = order("0001", stamp, 300);
        trashed.class = Class::Deleted;
        for step in [order("0001", stamp, 500), trashed, order("0001", stamp, 300)] {
            scene.changes("ferme", step);
            let hint = vec![("order".to_owned(), "0001".to_owned())];
            scene.store.save_hints(id, hint, scene.engine.now()).expect("saved");
            if polled_first {
                scene.fake("ferme", |fake| fake.fetch_fails = Some(failure(500)));
                scene.run(id, Effort::OnTime);
                scene.fake("ferme", |fake| fake.fetch_fails = None);
            }
            scene.run(id, Effort::OnTime);
        }
        assert_eq!(total(&scene), 500, "polled first: {polled_first}");
    }
}

#[test]
fn webhooks_are_asked_for_once_a_day_where_we_can_be_reached() {
    let scene = Scene::new("subscribed");
    let id = scene.connects("ferme", 1);
    scene.run(id, Effort::OnTime);
    let subscribed = || scene.fake("ferme", |fake| fake.subscribed.clone());
    assert!(subscribed().is_empty(), "nobody can reach us");
    scene.engine.reached_at("https://comptoir.example".into());
    scene.run(id, Effort::OnTime);
    scene.run(id, Effort::OnTime);
    assert_eq!(subscribed(), [format!("https://comptoir.example/hooks/{id}")]);
    assert_eq!(scene.connection(id).subscribed, Some(at("2026-11-22T10:00:00Z")));
    scene.later(24 * 60);
    scene.run(id, Effort::OnTime);
    assert_eq!(subscribed().len(), 2);
}
