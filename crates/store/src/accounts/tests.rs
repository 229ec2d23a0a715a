use jiff::{SignedDuration, ToSpan};

use super::*;
use crate::secret;

const PASSWORD: &str = "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHRzYWx0$aGFzaA";

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().expect("an instant")
}

fn store() -> Store {
    Store::in_memory().expect("a store")
}

fn new(email: &str, role: &str) -> NewUser {
    NewUser {
        email: email.into(),
        name: "Ada".into(),
        role: role.into(),
        shops: None,
        language: "fr".into(),
        password: Some(PASSWORD.into()),
    }
}

fn of(store: &Store, user: i64) -> User {
    by_id(&store.read().expect("a view"), user).expect("asked").expect("an account")
}

/// Whether a token opens a session at an instant.
fn opens(store: &Store, token: &str, at: Timestamp) -> bool {
    session(&store.read().expect("a view"), token, at).expect("asked").is_some()
}

#[test]
fn an_address_is_kept_in_lower_case_and_has_one_account() {
    assert_eq!(email(" Ada@Exemple.FR "), Some("ada@exemple.fr".to_owned()));
    for wrong in ["", "ada", "@exemple.fr", "ada@", "a b@c.fr", "a@b@c.fr", "a@b..fr", "a@b\n.fr"] {
        assert_eq!(email(wrong), None, "{wrong}");
    }
    assert_eq!(email(&format!("{}@exemple.fr", "a".repeat(250))), None);
    let store = store();
    store.create_user(new("ada@exemple.fr", OWNER), now()).expect("made");
    let again = store.create_user(new("ada@exemple.fr", "viewer"), now());
    assert!(matches!(again, Err(StoreError::EmailTaken(_))), "{again:?}");
}

#[test]
fn s086_the_last_owner_who_can_sign_in_stays_one() {
    let store = store();
    let ada = store.create_user(new("ada@exemple.fr", OWNER), now()).expect("made");
    // An owner who has not taken the invitation, and one who is disabled, can't stand in.
    let invited = NewUser { password: None, ..new("bob@exemple.fr", OWNER) };
    let bob = store.create_user(invited, now()).expect("made");
    let eve = store.create_user(new("eve@exemple.fr", OWNER), now()).expect("made");
    store.disable_user(eve, now()).expect("there is another");
    assert!(matches!(store.disable_user(ada, now()), Err(StoreError::LastOwner)));
    assert!(matches!(store.change_role(ada, "viewer".into(), None), Err(StoreError::LastOwner)));
    store.change_role(ada, OWNER.into(), None).expect("still an owner");
    store.disable_user(bob, now()).expect("can't sign in anyway");
    store.enable_user(eve).expect("enabled");
    store.change_role(ada, "viewer".into(), Some(vec![2, 3])).expect("eve is there");
    assert_eq!(
        (of(&store, ada).role.as_str(), of(&store, ada).shops),
        ("viewer", Some(vec![2, 3]))
    );
    assert!(matches!(store.disable_user(eve, now()), Err(StoreError::LastOwner)));
    assert!(matches!(store.disable_user(99, now()), Err(StoreError::UnknownAccount)));
}

#[test]
fn a_session_lives_twelve_hours_without_a_request_and_thirty_days_at_most() {
    let store = store();
    let ada = store.create_user(new("ada@exemple.fr", OWNER), now()).expect("made");
    let opened = store.open_session(ada, None, "Firefox, Linux".into(), now()).expect("opened");
    let token = opened.token;
    let at = |hours: i64| now() + hours.hours();
    assert!(opens(&store, &token, now()) && opens(&store, &token, at(11)));
    assert!(!opens(&store, &token, at(12)));
    assert!(opens(&store, &token, at(-5)), "a clock that was put back ends nothing");
    assert!(!opens(&store, &format!("{token}x"), now()) && !opens(&store, "", now()));
    // Used every ten hours, it goes on until the thirtieth day.
    for hours in (10..720).step_by(10) {
        assert!(opens(&store, &token, at(hours)), "{hours}");
        store.session_seen(opened.session, at(hours)).expect("noted");
    }
    assert!(opens(&store, &token, at(719)));
    assert!(!opens(&store, &token, at(720)));
    // Only the hash is there.
    let kept = store.read().expect("a view").query("SELECT hash FROM sessions", &[]).expect("rows");
    assert_eq!(kept.rows[0][0].text(), Some(secret::hash(&token).as_str()));
}

#[test]
fn the_last_request_is_noted_every_five_minutes_at_most() {
    let store = store();
    let ada = store.create_user(new("ada@exemple.fr", OWNER), now()).expect("made");
    let opened = store.open_session(ada, None, String::new(), now()).expect("opened");
    let seen = || of_user(&store.read().expect("a view"), ada, now()).expect("listed")[0].seen;
    store.session_seen(opened.session, now() + 4.minutes()).expect("asked");
    assert_eq!(seen(), now());
    store.session_seen(opened.session, now() + 5.minutes()).expect("asked");
    assert_eq!(seen(), now() + 5.minutes());
}

#[test]
fn sessions_end_by_revocation_password_and_disabling() {
    let store = store();
    let ada = store.create_user(new("ada@exemple.fr", OWNER), now()).expect("made");
    let bob = store.create_user(new("bob@exemple.fr", "viewer"), now()).expect("made");
    let open = |user| store.open_session(user, None, String::new(), now()).expect("opened");
    let (one, two, three) = (open(ada), open(ada), open(ada));
    let other = open(bob);
    assert!(!store.end_session(bob, one.session, now()).expect("asked"), "not bob’s to end");
    assert!(store.end_session(ada, one.session, now()).expect("asked"));
    assert!(!opens(&store, &one.token, now()) && opens(&store, &two.token, now()));
    store.change_password(ada, PASSWORD.into(), Some(two.session), now()).expect("changed");
    assert!(opens(&store, &two.token, now()) && !opens(&store, &three.token, now()));
    store.end_sessions(ada, None, now()).expect("ended");
    assert!(!opens(&store, &two.token, now()) && opens(&store, &other.token, now()));
    store.disable_user(bob, now()).expect("disabled");
    assert!(!opens(&store, &other.token, now()));
    assert!(store.open_session(bob, None, String::new(), now()).is_err());
    store.enable_user(bob).expect("enabled");
    assert!(!opens(&store, &other.token, now()), "an ended session does not come back");
}

#[test]
fn a_link_works_once_and_in_its_time() {
    let store = store();
    let invited = NewUser { password: None, ..new("bob@exemple.fr", "viewer") };
    let bob = store.create_user(invited, now()).expect("made");
    let works = |token: &str, purpose, at| {
        link(&store.read().expect("a view"), token, purpose, at).expect("asked").is_some()
    };
    let hours = |count| now() + SignedDuration::from_hours(count);
    for (purpose, lasts) in [(Purpose::Invitation, 7 * 24), (Purpose::Reset, 1)] {
        let token = store.make_link(bob, purpose, now()).expect("made");
        let just_before = hours(lasts) - SignedDuration::from_secs(1);
        assert!(works(&token, purpose, just_before) && !works(&token, purpose, hours(lasts)));
        assert!(!works(&token, Purpose::Setup, now()), "for nothing else");
        let take = |at| store.take_link(&token, purpose, PASSWORD.into(), at).expect("asked");
        assert_eq!(take(hours(lasts)), None);
        assert_eq!(take(now()), Some(bob));
        assert_eq!(take(now()), None, "once");
        assert!(of(&store, bob).has_password);
    }
    // A new invitation ends the one before; a disabled account's links end.
    let first = store.make_link(bob, Purpose::Invitation, now()).expect("made");
    let second = store.make_link(bob, Purpose::Invitation, now()).expect("made");
    assert!(!works(&first, Purpose::Invitation, now()));
    store.disable_user(bob, now()).expect("disabled");
    assert!(!works(&second, Purpose::Invitation, now()));
    assert!(store.make_link(bob, Purpose::Reset, now()).is_err());
    let kept = store.read().expect("a view").query("SELECT hash FROM account_links", &[]);
    assert!(kept.expect("rows").rows.iter().all(|cells| cells[0].text() != Some(second.as_str())));
}

#[test]
fn s086_the_set_up_link_makes_one_owner_and_only_the_newest_works() {
    let store = store();
    let old = store.make_setup_link(now()).expect("made");
    let token = store.make_setup_link(now()).expect("made");
    let take = |token: &str, email: &str, at| {
        store.take_setup_link(token, new(email, OWNER), at).expect("asked")
    };
    assert_eq!(take(&old, "ada@exemple.fr", now()), None);
    assert_eq!(take(&token, "ada@exemple.fr", now() + 24.hours()), None);
    assert!(!has_owner(&store.read().expect("a view")).expect("asked"));
    assert_eq!(take(&token, "ada@exemple.fr", now()), Some(1));
    assert_eq!(take(&token, "eve@exemple.fr", now()), None);
    // Where there is an owner, a link that was made all the same does nothing.
    let late = store.make_setup_link(now()).expect("made");
    assert_eq!(take(&late, "eve@exemple.fr", now()), None);
    let view = store.read().expect("a view");
    assert!(has_owner(&view).expect("asked") && any(&view).expect("asked"));
    assert!(link(&view, &late, Purpose::Setup, now()).expect("asked").is_none());
}

#[test]
fn a_second_factor_is_sealed_its_steps_and_its_codes_work_once() {
    let store = store();
    let ada = store.create_user(new("ada@exemple.fr", OWNER), now()).expect("made");
    let secret = "JBSWY3DPEHPK3PXP";
    let codes = store.set_second_factor(ada, secret, 100).expect("set");
    assert_eq!(second_factor(&store, ada).expect("asked").as_deref(), Some(secret));
    assert!(of(&store, ada).has_second_factor);
    let view = store.read().expect("a view");
    let kept = view.query("SELECT totp FROM users", &[]).expect("rows");
    assert!(!kept.rows[0][0].text().expect("sealed").contains(secret));
    let kept = view.query("SELECT hash FROM recovery_codes", &[]).expect("rows");
    assert_eq!((codes.len(), kept.rows.len()), (10, 10));
    assert!(!kept.rows.iter().any(|cells| cells[0].text().expect("text").contains(&codes[0])));
    drop(view);

    let step = |step| store.use_time_step(ada, step).expect("asked");
    assert_eq!((step(100), step(101), step(101), step(99)), (false, true, false, false));
    let left = || codes_left(&store.read().expect("a view"), ada).expect("counted");
    let code = |code: &str| store.use_recovery_code(ada, code, now()).expect("asked");
    assert!(code(&codes[3].to_uppercase()) && !code(&codes[3]) && !code("") && code(&codes[0]));
    assert_eq!(left(), 8);
    let fresh = store.replace_recovery_codes(ada).expect("made");
    assert!(!code(&codes[1]) && code(&fresh[1]));
    store.clear_second_factor(ada).expect("cleared");
    assert_eq!((left(), second_factor(&store, ada).expect("asked")), (0, None));
}
