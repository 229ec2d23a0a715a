use comptoir_store::Store;

use super::certificate::{Shown, ask, tell};
use super::*;
use crate::state::Door;

fn at(text: &str) -> Timestamp {
    text.parse().expect("an instant")
}

fn state_of(report: &Report) -> (State, &str) {
    let check = report.checks.last().expect("a check");
    (check.state, check.words.as_str())
}

#[test]
fn s128_a_certificate_is_told_fourteen_days_before_it_ends() {
    let expires = at("2026-12-05T10:00:00Z");
    let seen = |now: &str, refused: Option<&str>| {
        let mut report = Report::new(Lang::Fr, at(now));
        let shown = Shown { expires, refused: refused.map(str::to_owned) };
        tell(&mut report, "comptoir.example", Ok(shown));
        let (state, words) = state_of(&report);
        (state, words.to_owned())
    };
    assert_eq!(seen("2026-11-21T10:00:00Z", None).0, State::Ok);
    let (state, words) = seen("2026-11-21T10:00:01Z", None);
    assert_eq!(state, State::Attention);
    assert!(words.contains("5 déc. 2026, dans 13 jours"), "{words}");
    assert_eq!(seen("2026-12-05T10:00:00Z", None).0, State::Faulty);
    assert_eq!(seen("2026-06-01T10:00:00Z", Some("unknown issuer")).0, State::Faulty);
}

#[test]
fn a_server_that_shows_no_certificate_is_told() {
    let plain = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = plain.local_addr().expect("an address").port();
    let answering = std::thread::spawn(move || {
        use std::io::Write;
        let (mut stream, _) = plain.accept().expect("a client");
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").expect("answered");
    });
    assert!(ask("127.0.0.1", port).is_err());
    answering.join().expect("answered");
    // And one that is not there.
    assert!(ask("127.0.0.1", port).is_err());
}

#[test]
fn a_clock_that_was_set_back_is_told() {
    let store = Store::in_memory().expect("a store");
    let shop = comptoir_model::Shop {
        slug: "ferme".into(),
        name: "La ferme".into(),
        platform: "shopify".into(),
        currency: comptoir_model::Currency::EUR,
        timezone: "Europe/Paris".into(),
    };
    store.create_shop(shop, at("2026-11-21T10:00:00Z")).expect("a shop");
    let app = App::new(store, Door::Open);
    let seen = |now: &str| {
        let checks = examine(&app, Lang::Fr, at(now), Depth::Quick, None);
        checks.into_iter().find(|check| check.id == "clock").expect("the clock").state
    };
    assert_eq!(seen("2026-11-21T10:00:05Z"), State::Ok);
    assert_eq!(seen("2026-11-21T09:59:00Z"), State::Ok, "clocks are set by seconds");
    assert_eq!(seen("2026-11-21T08:00:00Z"), State::Attention);
    assert_eq!(seen("1970-01-01T00:00:00Z"), State::Faulty);
}

#[test]
fn a_scheduled_backup_that_failed_is_told() {
    use comptoir_store::backup::schedule::{LastBackup, MadeBackup, Schedule};
    let app = App::new(Store::in_memory().expect("a store"), Door::Open);
    let now = at("2026-11-22T10:00:00Z");
    let words = || {
        let checks = examine(&app, Lang::En, now, Depth::Quick, None);
        checks.into_iter().find(|check| check.id == "backup").expect("backups")
    };
    let plan = Schedule {
        folder: "/mnt/backups".into(),
        hour: 3,
        daily: 7,
        weekly: 4,
        monthly: 12,
        since: at("2026-11-01T00:00:00Z"),
    };
    app.store.set_schedule(Some(&plan)).expect("set");
    let made = at("2026-11-22T03:00:00Z");
    let name = String::from("comptoir-2026-11-22T0300Z.tar.zst");
    let listed = MadeBackup { name: name.clone(), made, bytes: 1, verified: Some(made) };
    let last = LastBackup { at: made, name: Some(name), failure: None };
    app.store.note_backup(&last, Some(listed)).expect("noted");
    assert_eq!(words().state, State::Ok, "the schedule's own list is read");
    let failed = LastBackup { failure: Some("{}".into()), name: None, ..last };
    app.store.note_backup(&failed, None).expect("noted");
    let told = words();
    assert_eq!(told.state, State::Attention);
    assert!(told.words.contains("failed"), "{}", told.words);
}

#[test]
fn a_quick_look_reads_no_table_and_asks_no_server() {
    let app = App::new(Store::in_memory().expect("a store"), Door::Accounts);
    let now = at("2026-11-21T10:00:00Z");
    let ids = |depth| {
        let checks = examine(&app, Lang::En, now, depth, Some("http://comptoir.example"));
        checks.into_iter().map(|check| check.id).collect::<Vec<_>>()
    };
    let quick = ids(Depth::Quick);
    assert!(!quick.iter().any(|id| id == "database" || id == "certificate"), "{quick:?}");
    let whole = ids(Depth::Whole);
    assert!(whole.iter().any(|id| id == "database"), "{whole:?}");
    assert!(whole.iter().any(|id| id == "certificate"), "{whole:?}");
}

#[test]
fn every_message_of_the_doctor_exists_and_has_its_remedy() {
    let sources = [
        include_str!("../doctor.rs"),
        include_str!("certificate.rs"),
        include_str!("database.rs"),
        include_str!("folder.rs"),
        include_str!("freshness.rs"),
    ];
    let mut seen = 0;
    for source in sources {
        for (call, remedied) in
            [("report.ok(", false), ("report.attention(", true), ("report.faulty(", true)]
        {
            for (place, _) in source.match_indices(call) {
                let mut texts = source[place..].split('"').skip(1).step_by(2);
                let (Some(id), Some(message)) = (texts.next(), texts.next()) else { continue };
                let mut wanted = vec![format!("doctor-{id}"), format!("doctor-{message}")];
                wanted.extend(remedied.then(|| format!("doctor-{message}-do")));
                for message in wanted {
                    assert_ne!(t(Lang::Fr, &message), message);
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 60, "{seen}");
}
