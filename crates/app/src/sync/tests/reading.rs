//! First import, resumption, failures, back-off, what is done once a day.

use std::time::Duration;

use comptoir_sources::connector::Totals;
use comptoir_sources::{Failure, FailureKind};
use jiff::civil::date;

use super::fake::{NOW, PAGE, Scene, at, failure, order};
use crate::state::App;
use crate::sync::outcome::State;
use crate::sync::{self, Effort, Running, read_totals};

const ORDERS: &str = "SELECT count(*) FROM orders";

#[test]
fn s072_a_first_import_brings_everything_once() {
    let scene = Scene::new("first");
    let id = scene.connects("ferme", 35);
    assert_eq!(scene.due(), [id]);
    let outcome = scene.run(id, Effort::OnTime);
    assert_eq!((outcome.state, outcome.orders), (State::InSync, 35));
    assert_eq!((outcome.received, outcome.updated), (35, 0));
    // 35 orders are four pages of ten.
    assert_eq!(scene.fake("ferme", |fake| fake.pulled.clone()), ["", "10", "20", "30"]);
    let is = scene.connection(id);
    assert_eq!((is.phase.as_str(), is.cursor.as_str()), ("changes", "+0"));
    assert_eq!((is.done, is.total), (Some(35), Some(35)));
    assert_eq!(is.next_run, at("2026-11-22T10:05:00Z"));
    assert_eq!(scene.due(), Vec::<i64>::new());

    scene.changes("ferme", order("0003", "2026-11-22T10:01:00Z", 250));
    scene.changes("ferme", order("0099", "2026-11-22T10:02:00Z", 50));
    scene.later(5);
    assert_eq!(scene.due(), [id]);
    let outcome = scene.run(id, Effort::OnTime);
    assert_eq!((outcome.received, outcome.updated, outcome.orders), (1, 1, 36));
}

#[test]
fn s072_an_import_that_stops_at_any_page_goes_on_from_there() {
    for stop in 0..4 {
        let mut scene = Scene::new(&format!("stop{stop}"));
        let id = scene.connects("ferme", 35);
        scene.fake("ferme", |fake| {
            fake.failing = vec![None; stop];
            fake.failing.push(Some(failure(500)));
        });
        let outcome = scene.run(id, Effort::OnTime);
        assert_eq!(outcome.state, State::Failed);
        // What was read before is kept, with the place where it ended.
        assert_eq!(outcome.orders, (stop * PAGE) as u64);
        assert_eq!(scene.connection(id).cursor, ["", "10", "20", "30"][stop]);
        scene.restart();
        scene.later(2);
        assert_eq!(scene.due(), [id]);
        let outcome = scene.run(id, Effort::OnTime);
        assert_eq!((outcome.state, outcome.orders), (State::InSync, 35));
        // No page was read twice.
        assert_eq!(scene.fake("ferme", |fake| fake.pulled.clone()), ["", "10", "20", "30"]);
        assert_eq!(scene.connection(id).failure, None);
    }
}

#[test]
fn a_connection_that_fails_stops_no_other() {
    let scene = Scene::new("isolation");
    let ids: Vec<i64> =
        ["a", "b", "c", "d", "e", "f"].map(|slug| scene.connects(slug, 12)).to_vec();
    scene.fake("b", |fake| fake.failing = vec![Some(failure(401))]);
    scene.fake("d", |fake| fake.panics = true);
    let outcomes = scene.runner().run_all(&ids, false).expect("runs");
    let states: Vec<State> = outcomes.iter().map(|one| one.state).collect();
    let (well, bad) = (State::InSync, State::Failed);
    assert_eq!(states, [well, bad, well, bad, well, well]);
    assert_eq!(scene.ask(ORDERS), 48);
    let kinds: Vec<_> =
        outcomes.iter().filter_map(|one| one.failure.as_ref()).map(|one| one.kind).collect();
    assert_eq!(kinds, [FailureKind::Unauthorized, FailureKind::Protocol]);
}

#[test]
fn a_connector_that_panics_fails_its_run_and_the_next_one_works() {
    let scene = Scene::new("panic");
    let id = scene.connects("ferme", 3);
    scene.fake("ferme", |fake| fake.panics = true);
    assert_eq!(scene.run(id, Effort::OnTime).state, State::Failed);
    assert_eq!(scene.engine.running(id), None);
    scene.fake("ferme", |fake| fake.panics = false);
    assert_eq!(scene.run(id, Effort::OnTime).state, State::InSync);
}

#[test]
fn s036_failures_are_tried_again_later_and_later() {
    let scene = Scene::new("later");
    let id = scene.connects("ferme", 3);
    for minutes in [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0, 60.0] {
        scene.fake("ferme", |fake| fake.failing = vec![Some(failure(503))]);
        scene.run(id, Effort::OnTime);
        let wait = scene.connection(id).next_run.duration_since(scene.engine.now()).as_secs_f64();
        assert!((0.75..=1.25).contains(&(wait / 60.0 / minutes)), "{minutes}: {wait}");
        scene.set(scene.connection(id).next_run - Duration::from_millis(1));
        assert_eq!(scene.due(), Vec::<i64>::new());
        scene.set(scene.connection(id).next_run);
        assert_eq!(scene.due(), [id]);
    }
    assert_eq!(scene.connection(id).failures, 8);
    let kept = scene.connection(id).failure.expect("kept");
    let kept: Failure = serde_json::from_str(&kept).expect("a failure");
    assert_eq!(kept.kind, FailureKind::Server);
}

#[test]
fn s036_a_platform_that_asks_to_wait_is_heard() {
    let scene = Scene::new("wait");
    let id = scene.connects("ferme", 3);
    let asked = failure(429).after(Some(Duration::from_secs(1234)));
    scene.fake("ferme", |fake| fake.failing = vec![Some(asked)]);
    scene.run(id, Effort::OnTime);
    let wait = scene.connection(id).next_run.duration_since(scene.engine.now());
    assert_eq!(wait.as_secs(), 1234);
}

#[test]
fn a_machine_that_slept_catches_up_in_one_run() {
    let scene = Scene::new("slept");
    let id = scene.connects("ferme", 3);
    scene.run(id, Effort::OnTime);
    scene.changes("ferme", order("0001", "2026-11-22T11:00:00Z", 1));
    scene.later(8 * 60);
    assert_eq!(scene.due(), [id]);
    assert_eq!(scene.run(id, Effort::OnTime).updated, 1);
    assert_eq!(scene.due(), Vec::<i64>::new());
    // A clock that was set back by a year does not stop the reading for a year.
    scene.set(at("2025-11-22T10:00:00Z"));
    assert_eq!(scene.due(), [id]);
}

#[test]
fn a_paused_connection_runs_only_when_asked() {
    let scene = Scene::new("paused");
    let id = scene.connects("ferme", 3);
    scene.store.pause_connection(id, true, at(NOW)).expect("paused");
    assert_eq!(scene.due(), Vec::<i64>::new());
    scene.engine.run_now(id);
    assert_eq!(scene.due(), [id]);
}

#[test]
fn credentials_without_their_key_say_what_to_do() {
    let folder = tempfile::tempdir().expect("a folder");
    let patience = Duration::from_secs(5);
    let store = comptoir_store::Store::open(folder.path(), patience).expect("a store");
    let scene = Scene::on("keyless", store);
    let id = scene.connects("ferme", 3);
    std::fs::remove_file(folder.path().join("connections.key")).expect("removed");
    let failure = scene.run(id, Effort::OnTime).failure.expect("a failure");
    assert_eq!(failure.kind, FailureKind::Unauthorized);
    assert!(failure.remedy.en.contains("enter the credentials again"), "{failure}");
}

#[test]
fn s072_the_time_left_is_told_from_the_pace_so_far() {
    let mut running = Running::new(at(NOW), false);
    assert_eq!(running.time_left(at(NOW)), None);
    running.at("recent", Some((100, 500)), at("2026-11-22T10:00:00Z"));
    running.at("recent", Some((200, 500)), at("2026-11-22T10:00:20Z"));
    // 100 orders took 20 s, 300 are left: 60 s.
    assert_eq!(running.time_left(at("2026-11-22T10:00:20Z")), Some(Duration::from_mins(1)));
}

#[test]
fn what_the_platform_counts_is_asked_once_a_day() {
    let scene = Scene::new("totals");
    let id = scene.connects("ferme", 3);
    let totals = Totals { date: "paid".into(), figures: vec![("orders".into(), 3)] };
    scene.fake("ferme", |fake| fake.totals = Some(totals.clone()));
    scene.run(id, Effort::OnTime);
    scene.later(23 * 60);
    scene.run(id, Effort::OnTime);
    let asked = || scene.fake("ferme", |fake| fake.asked_for_totals.clone());
    // In Paris it is the 22nd: thirty full days end on the 21st.
    assert_eq!(asked(), [(date(2026, 10, 23), date(2026, 11, 21))]);
    let kept = read_totals(scene.connection(id).totals.as_deref()).expect("kept");
    assert_eq!((kept.totals, kept.told), (Some(totals), Some(at(NOW))));
    scene.later(60);
    scene.run(id, Effort::OnTime);
    assert_eq!(asked().len(), 2);
}

/// What is left comes with the next run: until then nobody may say that all of it is here.
#[test]
fn a_run_that_was_cut_short_is_not_in_sync() {
    let scene = Scene::new("cut");
    let id = scene.connects("ferme", 25);
    scene.engine.stop();
    assert_eq!(scene.run(id, Effort::OnTime).state, State::Partly);
}

/// The scheduler itself, with threads.
#[test]
fn s036_the_scheduler_runs_what_is_due_and_what_is_asked_for() {
    let scene = Scene::new("scheduler");
    let id = scene.connects("ferme", 25);
    let (store, engine) = (scene.store, scene.engine);
    let app = App::with(store, crate::state::Door::Open, engine);
    let mut written = app.listen();
    let thread = sync::start(&app).expect("started");
    let count = || {
        let rows = app.store.read().expect("a snapshot").query(ORDERS, &[]).expect("counted");
        rows.rows[0][0].int().unwrap_or(0)
    };
    let started = std::time::Instant::now();
    while (count() < 25 || app.sync.running(id).is_some()) && started.elapsed().as_secs() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(count(), 25);
    assert!(written.has_changed().expect("open"));
    written.mark_unchanged();
    app.sync.run_now(id);
    while !written.has_changed().expect("open") && started.elapsed().as_secs() < 20 {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert!(written.has_changed().expect("open"), "the run that was asked for");
    app.sync.stop();
    thread.join().expect("ended");
}
