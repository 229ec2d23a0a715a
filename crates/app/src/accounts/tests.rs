//! Sign-ins from several addresses: what can't be tried over loopback alone.

use std::net::IpAddr;
use std::sync::Arc;

use comptoir_store::Store;
use comptoir_store::accounts::{NewUser, OWNER};
use jiff::{Timestamp, ToSpan};

use super::sign_in::{Attempt, Outcome, local, with_code, with_password};
use super::{password, visitor};
use crate::access::Visitor;
use crate::state::{App, Door};

const PASSWORD: &str = "miel de lavande 7";

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn app() -> (Arc<App>, i64) {
    let app = App::new(Store::in_memory().unwrap(), Door::Accounts);
    let new = NewUser {
        email: "ada@exemple.fr".into(),
        name: "Ada".into(),
        role: OWNER.into(),
        shops: None,
        language: "fr".into(),
        password: Some(password::hash(PASSWORD).unwrap()),
    };
    let user = app.store.create_user(new, now()).unwrap();
    (app, user)
}

fn from(address: &str) -> Visitor {
    Visitor::nobody(Some(address.parse::<IpAddr>().unwrap()))
}

/// One try, in words.
fn sign_in(app: &Arc<App>, email: &str, password: &str, address: &str, at: Timestamp) -> String {
    let attempt = Attempt {
        email: email.into(),
        password: password.into(),
        next: None,
        browser: String::new(),
    };
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let outcome = runtime.block_on(with_password(app, from(address), attempt, at)).unwrap();
    words(outcome)
}

fn words(outcome: Outcome) -> String {
    match outcome {
        Outcome::In(..) => "in".into(),
        Outcome::SecondFactor(token) => token,
        Outcome::Refused => "refused".into(),
        Outcome::Wait(wait) => format!("wait {}", wait.as_secs()),
        Outcome::Over => "over".into(),
    }
}

#[test]
fn s109_whoever_guesses_is_slowed_down_and_the_right_person_elsewhere_is_not() {
    let (app, user) = app();
    let guess =
        |address: &str, at| sign_in(&app, "ada@exemple.fr", "mauvais mot de passe", address, at);
    for _ in 0..5 {
        assert_eq!(guess("192.0.2.66", now()), "refused");
    }
    assert_eq!(guess("192.0.2.66", now()), "wait 1");
    // The right password from there has to wait as well: it could be a guess.
    assert_eq!(sign_in(&app, "ada@exemple.fr", PASSWORD, "192.0.2.66", now()), "wait 1");
    // From elsewhere it does not; nor does a colleague behind the guesser's own address.
    assert_eq!(sign_in(&app, " ADA@exemple.fr", PASSWORD, "198.51.100.7", now()), "in");
    assert_eq!(sign_in(&app, "bob@exemple.fr", PASSWORD, "192.0.2.66", now()), "refused");
    let later = now() + 1.second();
    assert_eq!(sign_in(&app, "ada@exemple.fr", PASSWORD, "192.0.2.66", later), "in");
    // An unknown, a disabled and a known account are refused alike.
    app.store
        .create_user(
            NewUser {
                email: "eve@exemple.fr".into(),
                name: String::new(),
                role: OWNER.into(),
                shops: None,
                language: "fr".into(),
                password: Some(password::hash(PASSWORD).unwrap()),
            },
            now(),
        )
        .unwrap();
    app.store.disable_user(user, now()).unwrap();
    assert_eq!(sign_in(&app, "ada@exemple.fr", PASSWORD, "203.0.113.1", now()), "refused");
}

#[test]
fn s128_sign_ins_and_refusals_are_in_the_audit_log_without_what_was_typed() {
    let (app, _) = app();
    for email in ["ada@exemple.fr", "mon mot de passe, par erreur", "eve@exemple.fr"] {
        assert_eq!(sign_in(&app, email, "mauvais mot de passe", "192.0.2.66", now()), "refused");
    }
    let later = now() + 61.seconds();
    assert_eq!(sign_in(&app, "ada@exemple.fr", PASSWORD, "198.51.100.7", later), "in");
    let lines: Vec<_> = comptoir_store::audit::list(&app.store.read().unwrap(), i64::MAX, 10)
        .unwrap()
        .into_iter()
        .map(|line| (line.action, line.who, line.from.unwrap_or_default(), line.detail))
        .collect();
    let line = |action: &str, who: &str, from: &str, detail: serde_json::Value| {
        (action.to_owned(), who.to_owned(), from.to_owned(), detail.to_string())
    };
    let first = serde_json::json!({ "account": "ada@exemple.fr", "step": "password", "count": 1 });
    assert_eq!(
        lines,
        [
            line("sign_in_refused", "", "192.0.2.66", serde_json::json!({ "count": 2 })),
            line(
                "signed_in",
                "ada@exemple.fr",
                "198.51.100.7",
                serde_json::json!({ "session": 1 })
            ),
            line("sign_in_refused", "", "192.0.2.66", first),
        ]
    );
}

#[test]
fn s109_a_client_that_tries_many_accounts_is_slowed_down_too() {
    let app = App::new(Store::in_memory().unwrap(), Door::Accounts);
    let client = super::throttle::network(Some("2001:db8:1:2::1".parse().unwrap()));
    for _ in 0..30 {
        assert_eq!(app.accounts.clients.attempt(client, now()), Ok(()));
    }
    // Another address of the same subscriber, another account.
    assert_eq!(sign_in(&app, "x@exemple.fr", PASSWORD, "2001:db8:1:2::9", now()), "wait 1");
    assert_eq!(sign_in(&app, "x@exemple.fr", PASSWORD, "2001:db8:1:3::9", now()), "refused");
}

#[test]
fn s109_a_code_works_once_and_five_wrong_ones_end_the_sign_in() {
    let (app, user) = app();
    let factor =
        super::totp::Factor::read("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", "ada@exemple.fr").unwrap();
    let codes = app.store.set_second_factor(user, &factor.secret(), 0).unwrap();
    // RFC 6238, appendix B: at 1 234 567 890 s the code is 89005924.
    let at = Timestamp::from_second(1_234_567_890).unwrap();
    let begin = |at| {
        let token = sign_in(&app, "ada@exemple.fr", PASSWORD, "192.0.2.1", at);
        assert_eq!(token.len(), 43, "{token}");
        token
    };
    let code = |token: &str, typed: &str, at| {
        words(with_code(&app, &from("192.0.2.1"), token, typed, String::new(), at).unwrap())
    };
    let first = begin(at);
    assert_eq!(code(&first, "005 924", at), "in");
    assert_eq!(code(&first, "005924", at), "over", "the step is used up");
    assert_eq!(code(&begin(at), "005924", at), "refused", "no code works twice");
    let by_recovery = begin(at);
    assert_eq!(code(&by_recovery, &codes[0], at), "in");
    assert_eq!(code(&begin(at), &codes[0], at), "refused", "nor does a recovery code");
    let later = at + 2.hours();
    let guessed = begin(later);
    for _ in 0..4 {
        assert_eq!(code(&guessed, "000000", later), "refused");
    }
    assert_eq!(code(&guessed, "000000", later), "over");
    assert_eq!(code(&guessed, &codes[1], later), "over");
    // Beginning again does not help: the account's codes wait, from there.
    assert_eq!(code(&begin(later), &codes[1], later), "wait 1");
    assert_eq!(code("nothing", "000000", later), "over");
}

#[test]
fn s109_a_session_is_found_by_its_cookie_and_shops_are_the_account_s() {
    use axum::http::{HeaderMap, header};
    let (app, user) = app();
    let opened = app.store.open_session(user, None, String::new(), crate::clock::now()).unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(header::COOKIE, format!("lang=fr; comptoir={}", opened.token).parse().unwrap());
    let known = super::by_session(&app, &headers, None).unwrap();
    assert_eq!((known.role.unwrap().id, known.shops), ("owner", None));
    headers.insert(header::COOKIE, "comptoir=x".parse().unwrap());
    assert!(super::by_session(&app, &headers, None).is_none());
    let mut account =
        comptoir_store::accounts::by_id(&app.store.read().unwrap(), user).unwrap().unwrap();
    account.shops = Some(vec![2]);
    assert_eq!(visitor(&account, 1, None).unwrap().shops, None, "an owner has every shop");
    account.role = "viewer".into();
    assert_eq!(visitor(&account, 1, None).unwrap().shops.as_deref(), Some([2].as_slice()));
    account.role = "emperor".into();
    assert!(visitor(&account, 1, None).is_none(), "an unknown role lets nobody in");
}

#[test]
fn s109_only_a_path_of_this_server_is_gone_on_to() {
    for good in ["/", "/orders?shop=ferme&period=30d", "/a//b"] {
        assert_eq!(local(good), Some(good));
    }
    for bad in [
        "",
        "orders",
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\r\nb",
        "/a b",
        "\\\\evil",
        "/\t/evil.example",
        "/é",
    ] {
        assert_eq!(local(bad), None, "{bad}");
    }
}

#[test]
fn s109_what_lasts_goes_on_as_long_as_the_session_and_its_rights() {
    let (app, user) = app();
    let signed_in = |role: &str| {
        let account = comptoir_store::accounts::by_id(&app.store.read().unwrap(), user);
        let account = account.unwrap().unwrap();
        assert_eq!(account.role, role);
        let at = crate::clock::now();
        let session = app.store.open_session(user, None, String::new(), at).unwrap().session;
        (session, visitor(&account, session, None).unwrap())
    };
    let goes_on = |known: &Visitor| super::goes_on(&app, known).unwrap();
    let (session, known) = signed_in(OWNER);
    assert!(goes_on(&known));
    app.store.end_session(user, session, crate::clock::now()).unwrap();
    assert!(!goes_on(&known), "signed out");
    let other = NewUser {
        email: "eve@exemple.fr".into(),
        name: String::new(),
        role: OWNER.into(),
        shops: None,
        language: "fr".into(),
        password: Some(password::hash(PASSWORD).unwrap()),
    };
    app.store.create_user(other, now()).unwrap();
    let (_, known) = signed_in(OWNER);
    app.store.change_role(user, "sales".into(), None).unwrap();
    assert!(!goes_on(&known), "another role");
    let (_, known) = signed_in("sales");
    assert!(goes_on(&known));
    app.store.change_role(user, "sales".into(), Some(vec![7])).unwrap();
    assert!(!goes_on(&known), "fewer shops");
    let (_, known) = signed_in("sales");
    app.store.disable_user(user, crate::clock::now()).unwrap();
    assert!(!goes_on(&known), "disabled");
    assert!(goes_on(&Visitor::open(None)));
}
