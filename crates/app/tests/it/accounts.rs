//! Accounts on the running program: the first one, sign-in and out, the second factor, the team, the
//! command line (S086, S109).

use std::path::PathBuf;

use crate::program::{Answer, Outcome, Program, Starting, run, until};

const ADA: &str = "ada@exemple.fr";
const PASSWORD: &str = "miel de lavande 7";

/// A server with accounts on a folder of its own.
struct Scene {
    folder: tempfile::TempDir,
    server: Program,
}

impl Scene {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let server = start(&folder);
        Self { folder, server }
    }

    /// With ada as its owner, made by the command line before the server has started.
    fn with_owner() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let added = user(
            &folder,
            &["add", "--email", ADA, "--role", "owner", "--password-stdin"],
            PASSWORD,
        );
        assert_eq!(added.code, Some(0), "{}", added.err);
        let server = start(&folder);
        Self { folder, server }
    }

    fn user(&self, arguments: &[&str], input: &str) -> Outcome {
        user(&self.folder, arguments, input)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).expect("a log")
    }

    fn browser(&self) -> Browser<'_> {
        Browser { server: &self.server, cookies: Vec::new() }
    }

    /// A browser that somebody has signed in with.
    fn signed_in(&self, email: &str, password: &str) -> Browser<'_> {
        let mut browser = self.browser();
        let answer = browser.sign_in(email, password, "");
        assert_eq!(answer.status, 303, "{}", answer.text());
        browser
    }
}

fn data(folder: &tempfile::TempDir) -> PathBuf {
    folder.path().join("data")
}

fn start(folder: &tempfile::TempDir) -> Program {
    let log = folder.path().join("log");
    Starting::with_accounts(&data(folder), &[], &log).ready().expect("it serves")
}

fn user(folder: &tempfile::TempDir, arguments: &[&str], input: &str) -> Outcome {
    let data = data(folder);
    let data = ["--data", data.to_str().expect("a path")];
    run(&[&["user"], arguments, &data[..]].concat(), format!("{input}\n").as_bytes())
}

/// What keeps cookies as a browser does.
struct Browser<'s> {
    server: &'s Program,
    cookies: Vec<(String, String)>,
}

impl Browser<'_> {
    fn get(&mut self, target: &str) -> Answer {
        self.send("GET", target, &[])
    }

    fn post(&mut self, target: &str, fields: &[(&str, &str)]) -> Answer {
        self.send("POST", target, fields)
    }

    fn sign_in(&mut self, email: &str, password: &str, next: &str) -> Answer {
        self.post("/sign-in", &[("email", email), ("password", password), ("next", next)])
    }

    fn send(&mut self, method: &str, target: &str, fields: &[(&str, &str)]) -> Answer {
        let body =
            url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        let sent: Vec<String> =
            self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let sent = sent.join("; ");
        let mut headers = vec![("accept-language", "en")];
        if method == "POST" {
            headers.push(("content-type", "application/x-www-form-urlencoded"));
        }
        if !sent.is_empty() {
            headers.push(("cookie", &sent));
        }
        let answer = self.server.send(method, target, &headers, body.as_bytes());
        for (_, cookie) in answer.headers.iter().filter(|(name, _)| name == "set-cookie") {
            let (pair, attributes) = cookie.split_once(';').expect("attributes");
            let (name, value) = pair.split_once('=').expect("a value");
            self.cookies.retain(|(known, _)| known != name);
            if !attributes.contains("Max-Age=0") {
                self.cookies.push((name.to_owned(), value.to_owned()));
            }
        }
        answer
    }
}

/// What stands between two marks.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).expect("an end").0
}

/// The path and query of a link that was printed or shown.
fn path_of(link: &str) -> &str {
    let rest = link.trim().split_once("://").expect("a link").1;
    &rest[rest.find('/').expect("a path")..]
}

#[test]
fn s109_the_link_on_the_terminal_makes_the_owner_once() {
    let scene = Scene::new();
    until("the link is printed", || scene.log().contains("/setup?token="));
    let log = scene.log();
    let printed = between(&log, "http://", "\n").to_owned();
    assert!(printed.starts_with(&scene.server.address.to_string()), "{printed}");
    let link = path_of(&format!("http://{printed}")).to_owned();
    let token = link.split_once("token=").expect("a token").1;

    // Before there is an account, every way leads to the page that says where the link is.
    let mut browser = scene.browser();
    let first = browser.get("/orders?shop=ferme");
    assert_eq!(
        (first.status, first.header("location")),
        (303, "/sign-in?next=%2Forders%3Fshop%3Dferme")
    );
    assert_eq!(browser.get("/sign-in").header("location"), "/setup");
    let where_it_is = browser.get("/setup");
    assert!(
        where_it_is.text().contains("terminal")
            && !where_it_is.text().contains("name=\"password\"")
    );
    assert_eq!(browser.get("/api/v1/query?metrics=revenue").status, 401);
    assert_eq!(browser.get("/setup?token=wrong").status, 404);

    let page = browser.get(&link);
    assert_eq!((page.status, page.header("cache-control")), (200, "no-store"));
    let make = |browser: &mut Browser<'_>, password: &str| {
        browser.post(
            "/setup",
            &[
                ("token", token),
                ("email", " ADA@exemple.fr"),
                ("name", "Ada"),
                ("password", password),
            ],
        )
    };
    let weak = make(&mut browser, "motdepasse123");
    assert_eq!(weak.status, 400);
    assert!(
        weak.text().contains("one of the most common") && !weak.text().contains("motdepasse123")
    );
    let made = make(&mut browser, PASSWORD);
    assert_eq!((made.status, made.header("location")), (303, "/"));
    let cookie = made.header("set-cookie");
    assert!(
        cookie.starts_with("comptoir=") && cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"),
        "{cookie}"
    );
    assert_eq!(browser.get("/").status, 200);
    let account = browser.get("/account");
    assert!(account.text().contains(ADA) && account.header("cache-control") == "no-store");

    // The link has done its work.
    let mut other = scene.browser();
    assert_eq!(other.get(&link).header("location"), "/sign-in");
    assert_eq!(make(&mut other, PASSWORD).status, 404);
    assert_eq!(other.get("/account").header("location"), "/sign-in?next=%2Faccount");

    // What was acknowledged survives: the session, and that there is an owner.
    let cookies = browser.cookies;
    let Scene { folder, server } = scene;
    server.kill();
    std::fs::remove_file(folder.path().join("log")).expect("removed");
    let server = start(&folder);
    let mut again = Browser { server: &server, cookies };
    assert_eq!(again.get("/").status, 200);
    assert!(!std::fs::read_to_string(folder.path().join("log")).expect("a log").contains("token="));
}

#[test]
fn s109_signing_in_and_out() {
    let scene = Scene::with_owner();
    let mut browser = scene.browser();
    // A wrong password and an unknown address are answered alike.
    let wrong = browser.sign_in(ADA, "mauvais mot de passe", "");
    let unknown = browser.sign_in("eve@exemple.fr", "mauvais mot de passe", "");
    assert_eq!((wrong.status, unknown.status), (401, 401));
    assert_eq!(wrong.text().replace(ADA, "?"), unknown.text().replace("eve@exemple.fr", "?"));
    assert!(wrong.text().contains("Wrong e-mail address or password."));
    assert!(browser.cookies.is_empty());

    // Only a path of this server is gone on to.
    for (next, goes) in [
        ("/products?period=30d", "/products?period=30d"),
        ("//evil.example", "/"),
        ("https://evil.example", "/"),
        ("/\\evil.example", "/"),
    ] {
        let mut browser = scene.browser();
        assert_eq!(browser.sign_in(ADA, PASSWORD, next).header("location"), goes, "{next}");
    }
    let mut browser = scene.signed_in(ADA, PASSWORD);
    let cookie = browser.cookies.clone();
    assert_eq!(browser.get("/").status, 200);
    assert!(browser.get("/").text().contains("action=\"/sign-out\""));
    // Another site can't sign anybody out, nor anything else.
    let held = format!("{}={}", cookie[0].0, cookie[0].1);
    let foreign = [("cookie", held.as_str()), ("origin", "https://evil.example")];
    assert_eq!(scene.server.send("POST", "/sign-out", &foreign, b"").status, 403);
    let out = browser.post("/sign-out", &[]);
    assert_eq!((out.status, out.header("location")), (303, "/sign-in?done=out"));
    assert!(browser.cookies.is_empty());
    // Whoever kept the cookie has nothing.
    let mut kept = Browser { server: &scene.server, cookies: cookie };
    assert_eq!(kept.get("/").status, 303);

    // One's own sessions: the others end, this one stays; then by a new password.
    let mut here = scene.signed_in(ADA, PASSWORD);
    let mut there = scene.signed_in(ADA, PASSWORD);
    assert!(here.get("/account").text().contains("this device"));
    assert_eq!(here.post("/account/sessions/end", &[]).status, 303);
    assert_eq!((here.get("/account").status, there.get("/account").status), (200, 303));
    let mut there = scene.signed_in(ADA, PASSWORD);
    let change = |browser: &mut Browser<'_>, current: &str| {
        browser.post(
            "/account/password",
            &[("current", current), ("password", "un autre mot, bien long")],
        )
    };
    let refused = change(&mut here, "mauvais mot de passe");
    assert!(refused.status == 400 && refused.text().contains("not your current password"));
    assert_eq!(change(&mut here, PASSWORD).header("location"), "/account?done=password");
    assert_eq!((here.get("/account").status, there.get("/account").status), (200, 303));
    assert_eq!(scene.browser().sign_in(ADA, PASSWORD, "").status, 401);
    assert_eq!(scene.browser().get("/forgotten").status, 200);
}

#[test]
fn s109_after_five_wrong_passwords_the_next_waits() {
    let scene = Scene::with_owner();
    let mut browser = scene.browser();
    for _ in 0..5 {
        assert_eq!(browser.sign_in("eve@exemple.fr", "mauvais mot de passe", "").status, 401);
    }
    // The fifth costs a second, and each after it twice as long: one of these has to wait.
    let answers = [(), ()].map(|()| browser.sign_in("eve@exemple.fr", "mauvais mot de passe", ""));
    let waiting = answers.iter().find(|answer| answer.status == 429).expect("a wait");
    assert!(waiting.header("retry-after").parse::<u64>().is_ok_and(|seconds| seconds >= 1));
    assert!(waiting.text().contains("Too many tries"));
    assert_eq!(browser.sign_in(ADA, PASSWORD, "").status, 303, "another account does not wait");
}

#[expect(clippy::disallowed_methods, reason = "the program’s clock is this one")]
fn seconds() -> u64 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).expect("after 1970").as_secs()
}

#[test]
fn s109_the_second_factor_is_asked_for_and_no_code_works_twice() {
    let scene = Scene::with_owner();
    let mut browser = scene.signed_in(ADA, PASSWORD);
    let page = browser.get("/account/second-factor").text();
    assert!(
        page.contains("<svg class=\"qr\"") && !page.contains("data:") && !page.contains("style=")
    );
    let secret = between(&page, "<p class=\"secret\"><code>", "</code>").replace(' ', "");
    let secret = totp_rs::Secret::try_from_base32(&secret).expect("a secret");
    let totp = totp_rs::Builder::new()
        .with_secret(secret)
        .with_account_name("a")
        .with_issuer(None::<&str>)
        .build()
        .expect("RFC 6238");
    let code = |step: u64| totp.generate(step * 30).to_string();
    let step = seconds() / 30;
    let enrol = |browser: &mut Browser<'_>, password: &str, code: &str| {
        browser.post("/account/second-factor", &[("password", password), ("code", code)])
    };
    assert_eq!(enrol(&mut browser, "mauvais mot de passe", &code(step)).status, 400);
    let on = enrol(&mut browser, PASSWORD, &code(step));
    assert_eq!(on.status, 200, "{}", on.text());
    let shown = on.text();
    let codes: Vec<&str> =
        shown.split("<li><code>").skip(1).filter_map(|rest| rest.split('<').next()).collect();
    assert_eq!(codes.len(), 10);

    let half = |scene: &'_ Scene| -> Vec<(String, String)> {
        let mut browser = scene.browser();
        assert_eq!(browser.sign_in(ADA, PASSWORD, "/products").header("location"), "/sign-in/code");
        assert!(browser.cookies.iter().all(|(name, _)| name == "comptoir-step"));
        // Half of it opens nothing.
        assert_eq!(browser.get("/").status, 303);
        browser.cookies
    };
    let prove = |cookies: Vec<(String, String)>, code: &str| {
        let mut browser = Browser { server: &scene.server, cookies };
        browser.post("/sign-in/code", &[("code", code)])
    };
    let waiting = half(&scene);
    assert_eq!(prove(waiting.clone(), &code(step)).status, 401, "it was used to begin");
    // The next one is taken already: clocks differ.
    let right = prove(waiting.clone(), &code(step + 1));
    assert_eq!((right.status, right.header("location")), (303, "/products"));
    assert_eq!(prove(waiting, &code(step + 1)).status, 401);
    assert_eq!(prove(half(&scene), codes[4]).status, 303);
    assert_eq!(prove(half(&scene), codes[4]).status, 401, "a recovery code works once");

    // Whoever has lost both is helped from the shell.
    let reset = scene.user(&["reset", "--email", ADA, "--second-factor"], "");
    assert_eq!(reset.code, Some(0), "{}", reset.err);
    assert_eq!(scene.browser().sign_in(ADA, PASSWORD, "").header("location"), "/");
}

#[test]
fn s086_invitations_roles_and_disabling() {
    let scene = Scene::with_owner();
    let mut ada = scene.signed_in(ADA, PASSWORD);
    let invite = |browser: &mut Browser<'_>, email: &str, role: &str| {
        browser.post(
            "/team/invite",
            &[("email", email), ("role", role), ("shops", "all"), ("language", "fr")],
        )
    };
    let shown = invite(&mut ada, "bob@exemple.fr", "administrator");
    assert_eq!(shown.status, 200, "{}", shown.text());
    let text = shown.text();
    let link = path_of(between(&text, "<p class=\"secret\"><code>", "</code>")).to_owned();
    assert!(link.starts_with("/invitation?token="), "{link}");
    let taken = invite(&mut ada, "bob@exemple.fr", "viewer");
    assert!(taken.status == 400 && taken.text().contains("already"));
    assert_eq!(invite(&mut ada, "bob", "viewer").status, 400);
    assert_eq!(invite(&mut ada, "x@exemple.fr", "emperor").status, 403);

    let token = link.split_once("token=").expect("a token").1;
    let mut bob = scene.browser();
    assert!(bob.get(&link).text().contains("bob@exemple.fr"));
    let fields = [("token", token), ("name", "Bob"), ("password", "cire d’abeille brute")];
    assert_eq!(bob.post("/invitation", &fields).header("location"), "/");
    assert_eq!(scene.browser().post("/invitation", &fields).status, 404, "once");

    // An administrator neither makes an owner nor changes one.
    assert_eq!(invite(&mut bob, "eve@exemple.fr", "owner").status, 403);
    let role = [("role", "viewer"), ("shops", "all")];
    assert_eq!(bob.post("/team/1", &role).status, 403);
    assert_eq!(bob.post("/team/1/disable", &[]).status, 403);
    assert_eq!(bob.post("/team/1/link", &[]).status, 403);
    assert_eq!(ada.post("/team/1/disable", &[]).status, 403, "nobody shuts themselves out");
    assert_eq!(bob.get("/team").status, 200);

    // A role counts from the next request on; a disabled account is out at once.
    assert_eq!(ada.post("/team/2", &role).status, 303);
    assert_eq!((bob.get("/team").status, bob.get("/").status), (403, 200));
    let none = ada.post("/team/2", &[("role", "viewer"), ("shops", "some")]);
    assert!(none.status == 400 && none.text().contains("Tick at least one shop"));
    assert_eq!(ada.post("/team/2/disable", &[]).status, 303);
    assert_eq!(bob.get("/").status, 303);
    assert_eq!(scene.browser().sign_in("bob@exemple.fr", "cire d’abeille brute", "").status, 401);
    assert_eq!(ada.post("/team/2/enable", &[]).status, 303);
    let reset = ada.post("/team/2/link", &[]).text();
    let link = path_of(between(&reset, "<p class=\"secret\"><code>", "</code>")).to_owned();
    let token = link.strip_prefix("/reset?token=").expect("a token");
    let fields = [("token", token), ("password", "gelée royale fraîche")];
    assert_eq!(scene.browser().post("/reset", &fields).header("location"), "/sign-in?done=reset");
    scene.signed_in("bob@exemple.fr", "gelée royale fraîche");
}

#[test]
fn s109_live_activity_ends_with_the_account_that_watches() {
    use std::io::{Read as _, Write as _};

    let scene = Scene::with_owner();
    let data = data(&scene.folder);
    let shop = ["token", "create", "--shop", "ferme", "--create", "--currency", "EUR"];
    let more = ["--timezone", "Europe/Paris", "--json", "--data", data.to_str().expect("a path")];
    let made = run(&[&shop[..], &more[..]].concat(), b"");
    assert_eq!(made.code, Some(0), "{}", made.err);
    let told = String::from_utf8_lossy(&made.out).into_owned();
    let token = between(&told, "\"token\":\"", "\"").to_owned();
    let added = ["add", "--email", "bob@exemple.fr", "--role", "sales", "--password-stdin"];
    assert_eq!(scene.user(&added, "cire d’abeille brute").code, Some(0));
    let bob = scene.signed_in("bob@exemple.fr", "cire d’abeille brute");
    let (name, value) = bob.cookies.first().expect("a session");
    let mut live = std::net::TcpStream::connect(scene.server.address).expect("taken");
    let asked = format!("GET /live HTTP/1.1\r\nhost: 127.0.0.1\r\ncookie: {name}={value}\r\n\r\n");
    live.write_all(asked.as_bytes()).expect("written");
    live.set_read_timeout(Some(std::time::Duration::from_secs(10))).expect("set");
    let order = |id: &str| {
        let now = seconds();
        let created = jiff::Timestamp::from_second(i64::try_from(now).expect("now")).expect("now");
        let record = format!(
            r#"{{"type":"order","id":"{id}","number":"{id}","created":"{created}","lines":[{{"sku":"M","name":"Miel","quantity":1,"unit_price":"5.00"}}]}}"#
        );
        let bearer = format!("Bearer {token}");
        let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        let sent = scene.server.send("POST", "/api/v1/ingest", &headers, record.as_bytes());
        assert_eq!(sent.status, 200, "{}", sent.text());
    };
    order("AVANT-1");
    let mut seen = Vec::new();
    let mut piece = [0; 4096];
    while !String::from_utf8_lossy(&seen).contains("AVANT-1") {
        let read = live.read(&mut piece).expect("a row");
        assert!(read > 0, "the feed ended early");
        seen.extend_from_slice(&piece[..read]);
    }
    assert_eq!(scene.user(&["disable", "--email", "bob@exemple.fr"], "").code, Some(0));
    order("APRES-1");
    let mut rest = Vec::new();
    live.read_to_end(&mut rest).expect("an end");
    assert!(!String::from_utf8_lossy(&rest).contains("APRES-1"));
}

#[test]
fn s109_the_command_line_with_and_without_a_server() {
    let folder = tempfile::tempdir().expect("a folder");
    let add = |email: &str, role: &str, more: &[&str], input: &str| {
        let arguments = [&["add", "--email", email, "--role", role], more].concat();
        user(&folder, &arguments, input)
    };
    let secret = ["--password-stdin"];
    for (email, role, password, why) in [
        (ADA, "owner", "court", "at least 12 characters"),
        (ADA, "owner", "", "no password"),
        (ADA, "king", PASSWORD, "not a role"),
        ("ada", "owner", PASSWORD, "not an e-mail address"),
    ] {
        let refused = add(email, role, &secret, password);
        assert_eq!(refused.code, Some(1), "{why}");
        assert!(refused.err.contains(why), "{}", refused.err);
    }
    assert_eq!(add(ADA, "owner", &secret, PASSWORD).code, Some(0));
    assert_eq!(add(ADA, "owner", &secret, PASSWORD).code, Some(1), "the address is taken");
    let last = user(&folder, &["disable", "--email", ADA], "");
    assert!(last.code == Some(1) && last.err.contains("last owner"), "{}", last.err);

    // Nobody opens to everybody what has accounts.
    for command in ["serve", "demo"] {
        let data = data(&folder);
        let mut arguments =
            vec![command, "--listen", "127.0.0.1:0", "--data", data.to_str().expect("a path")];
        if command == "serve" {
            arguments.push("--open");
        }
        let refused = run(&arguments, b"");
        assert_eq!(refused.code, Some(1));
        assert!(refused.err.contains("has accounts"), "{}", refused.err);
    }

    let scene = Scene { server: start(&folder), folder };
    assert!(!scene.log().contains("/setup?token="));
    let invited =
        scene.user(&["add", "--email", "bob@exemple.fr", "--role", "viewer", "--name", "Bob"], "");
    assert_eq!(invited.code, Some(0), "{}", invited.err);
    let link = invited.text();
    assert!(
        link.starts_with(&format!("http://{}/invitation?token=", scene.server.address)),
        "{link}"
    );
    assert_eq!(scene.browser().get(path_of(&link)).status, 200);
    let listed = scene.user(&["list", "--json"], "").json();
    assert_eq!(listed[0]["email"], ADA);
    assert_eq!((&listed[1]["role"], &listed[1]["has_password"]), (&"viewer".into(), &false.into()));
    assert!(!listed.to_string().contains("argon2"));

    // Through a server the same words are said as without one.
    for (arguments, why) in [
        (&["disable", "--email", ADA][..], "last owner"),
        (&["add", "--email", ADA, "--role", "viewer"][..], "exists already"),
    ] {
        let refused = scene.user(arguments, "");
        assert!(refused.code == Some(1) && refused.err.contains(why), "{}", refused.err);
    }

    let mut ada = scene.signed_in(ADA, PASSWORD);
    let link = scene.user(&["reset", "--email", ADA], "").text();
    assert!(link.contains("/reset?token="), "{link}");
    assert_eq!(ada.get("/").status, 200, "asking ends nothing");
    let set = scene.user(&["reset", "--email", ADA, "--password-stdin"], "encore un mot de passe");
    assert_eq!(set.code, Some(0), "{}", set.err);
    assert_eq!(ada.get("/").status, 303);
    assert_eq!(scene.browser().get(path_of(&link)).status, 404, "a new password ends the links");
    scene.signed_in(ADA, "encore un mot de passe");
    assert_eq!(scene.user(&["disable", "--email", "bob@exemple.fr"], "").code, Some(0));
    assert_eq!(scene.user(&["enable", "--email", "bob@exemple.fr"], "").code, Some(0));
    assert_eq!(scene.user(&["reset", "--email", "nobody@exemple.fr"], "").code, Some(1));
    assert_eq!(scene.user(&["reset", "--email", ADA, "--second-factor"], "").code, Some(1));
}
