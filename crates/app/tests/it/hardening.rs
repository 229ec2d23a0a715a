//! What the outside may try: other names, other sites, claims about who it is, too much of everything.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::Duration;

use crate::program::{self, Answer, Program, Starting, file, import, run};

mod headers;
mod log;

const ORDERS: &str = "order_id,created,email,sku,product_name,quantity,unit_price
1,2024-05-02 10:00,a@exemple.fr,MIEL,Miel,1,12.00
";

fn path(folder: &Path) -> &str {
    folder.to_str().expect("a path")
}

/// A server with accounts that nobody has yet.
fn closed(folder: &Path, more: &[&str]) -> Program {
    Starting::closed(folder, more).ready().expect("the server says where it is")
}

/// A server at `https://comptoir.example` behind a proxy on this machine, which is believed.
fn behind_a_proxy(folder: &Path) -> Program {
    closed(folder, &["--public-url", "https://comptoir.example", "--trusted-proxy", "127.0.0.1"])
}

fn from<'h>(client: &'h str, more: &[(&'h str, &'h str)]) -> Vec<(&'h str, &'h str)> {
    let mut headers = vec![
        ("host", "comptoir.example"),
        ("x-forwarded-proto", "https"),
        ("x-forwarded-for", client),
    ];
    headers.extend(more);
    headers
}

#[test]
fn s109_another_machine_is_let_in_only_with_an_account_and_tls() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let serve = |more: &[&str]| {
        let words = [&["serve", "--data", path(&data), "--listen"], more].concat();
        let refused = run(&words, b"");
        assert_eq!(refused.code, Some(1), "{words:?}");
        refused.err
    };
    // A folder that is not there has no account, and is not created for a refusal.
    assert!(serve(&["0.0.0.0:0"]).contains("nobody has an account yet"));
    assert!(!data.exists());
    // Nor has one that only holds a shop; --insecure-http changes nothing of that.
    let orders = file(folder.path(), "orders.csv", ORDERS);
    assert_eq!(import(&data, &orders, &[]).code, Some(0));
    for more in [
        &["0.0.0.0:0"][..],
        &["[::]:0", "--insecure-http"],
        &["0.0.0.0:0", "--public-url", "https://a.example", "--trusted-proxy", "10.0.0.0/8"],
    ] {
        assert!(serve(more).contains("comptoir user add"), "{more:?}");
    }
    assert!(serve(&["0.0.0.0:0", "--open"]).contains("without --open"));
    // What is no address is told before anything else.
    let wrong = run(&["serve", "--data", path(&data), "--trusted-proxy", "proxy"], b"");
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.err.contains("10.0.0.0/8"), "{}", wrong.err);
}

#[test]
fn s109_only_own_names_are_answered() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = behind_a_proxy(&folder.path().join("data"));
    let status = |host: &str, accept: &str| {
        server.send("GET", "/healthz", &[("host", host), ("accept", accept)], b"")
    };
    for host in ["comptoir.example", "Comptoir.Example:443", "127.0.0.1", "localhost:8080"] {
        assert_eq!(status(host, "*/*").status, 200, "{host}");
    }
    for host in ["evil.example", "comptoir.example:8443", "10.0.0.1", "comptoir.example.evil"] {
        let refused = status(host, "*/*");
        assert_eq!(refused.status, 403, "{host}");
        assert_eq!(refused.header("content-type"), "application/problem+json");
    }
    let page = status("evil.example", "text/html");
    assert!(page.text().contains("--public-url") && page.text().contains("lang=\"fr\""));
    // A trusted proxy may tell the name itself.
    let told = [("host", "127.0.0.1"), ("x-forwarded-host", "evil.example")];
    assert_eq!(server.send("GET", "/healthz", &told, b"").status, 403);
    // Without accounts the public name is for webhooks alone.
    let open = folder.path().join("open");
    let log = folder.path().join("log");
    let open = Starting::serve_with(&open, &["--public-url", "https://comptoir.example"], &log);
    let open = open.ready().expect("ready");
    let public = [("host", "comptoir.example")];
    assert_eq!(open.send("GET", "/", &public, b"").status, 403);
    assert_eq!(open.send("POST", "/hooks/7", &public, b"{}").status, 404);
}

/// Every kind of sender against every kind of way in.
#[test]
fn s109_no_other_site_can_write() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let server = Program::serve(&data);
    let host = server.address.to_string();
    let own = format!("http://{host}");
    let send = |target: &str, headers: &[(&str, &str)]| {
        let headers = [&[("host", &*host)], headers].concat();
        let form = ("content-type", "application/x-www-form-urlencoded");
        server.send("POST", target, &[&headers[..], &[form]].concat(), b"timezone=UTC").status
    };
    let ways = ["/settings/zone", "/settings", "/connections/new", "/imports/1/undo", "/import"];
    for way in ways {
        for foreign in [
            &[("origin", "https://evil.example")][..],
            &[("origin", "null")],
            &[("origin", "http://127.0.0.1:1")],
            &[("origin", "http://localhost")],
            &[("sec-fetch-site", "cross-site")],
            &[("sec-fetch-site", "same-site")],
        ] {
            assert_eq!(send(way, foreign), 403, "{way} {foreign:?}");
        }
        for ours in [
            &[("origin", &*own)][..],
            &[("origin", &*own), ("sec-fetch-site", "same-origin")],
            &[("sec-fetch-site", "none")],
            &[],
        ] {
            assert_ne!(send(way, ours), 403, "{way} {ours:?}");
        }
    }
    // Doors prove themselves by a token: 401 without, wherever the request comes from.
    let cross = [("origin", "https://shop.example"), ("sec-fetch-site", "cross-site")];
    assert_eq!(send("/compat/brevo/v3/orders/status", &cross), 401);
    // Reading from elsewhere is answered; the browser keeps it from the other site.
    let got = server.send("GET", "/definitions", &[("origin", "https://evil.example")], b"");
    assert_eq!(got.status, 200);
    assert_eq!(got.header("access-control-allow-origin"), "");
    assert_eq!(got.header("cross-origin-resource-policy"), "same-origin");
}

#[test]
fn s109_nobody_but_a_trusted_proxy_says_who_a_client_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = behind_a_proxy(&folder.path().join("data"));
    let ask = |client: &str| server.send("GET", "/sign-in-not", &from(client, &[]), b"").status;
    // 200 pages at once, then 50 a second: the client that asks for more waits, its neighbour does not.
    let answers: Vec<u16> = (0..450).map(|_| ask("203.0.113.7")).collect();
    assert!(answers[..200].iter().all(|status| *status != 429), "{answers:?}");
    assert!(answers.contains(&429), "never too often");
    assert_ne!(ask("203.0.113.8"), 429);
    // What the client itself put in front gains it nothing.
    let spoofed = (0..450).map(|number| ask(&format!("198.51.100.{}, 203.0.113.9", number % 250)));
    assert!(spoofed.into_iter().any(|status| status == 429));
    let person = from("203.0.113.7", &[("accept", "text/html"), ("accept-language", "en")]);
    let told = (0..450).map(|_| server.send("GET", "/none", &person, b""));
    let told = told.into_iter().find(|answer| answer.status == 429).expect("too often");
    assert!(told.text().contains("Wait a few seconds"));
    assert!(told.header("retry-after").parse::<u64>().expect("seconds") >= 1);
    // Of this machine nobody is counted, and a claim is no proof.
    let plain = closed(&folder.path().join("other"), &[]);
    let claims = [("x-forwarded-for", "203.0.113.7"), ("x-forwarded-proto", "https")];
    for _ in 0..450 {
        assert_ne!(plain.send("GET", "/none", &claims, b"").status, 429);
    }
    assert_eq!(plain.send("GET", "/healthz", &claims, b"").header("strict-transport-security"), "");
}

/// Wrong tokens are slowed down, right ones never: a plugin may push thousands of records a second.
#[test]
fn s109_wrong_tokens_are_counted_and_right_ones_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let orders = file(folder.path(), "orders.csv", ORDERS);
    assert_eq!(import(&data, &orders, &[]).code, Some(0));
    let made = run(&["token", "create", "--data", path(&data), "--shop", "test"], b"");
    let right = made.text().trim().to_owned();
    let server = behind_a_proxy(&data);
    let push = |client: &str, token: &str| {
        let headers = from(client, &[("api-key", token), ("content-type", "application/json")]);
        server.send("POST", "/compat/brevo/v3/orders/status", &headers, b"{}").status
    };
    for _ in 0..130 {
        let status = push("203.0.113.7", &right);
        assert!(status != 429 && status != 401, "{status}");
    }
    let wrong: Vec<u16> = (0..160).map(|_| push("203.0.113.7", "cpt_wrong")).collect();
    assert!(wrong[..100].iter().all(|status| *status == 401), "{wrong:?}");
    assert!(wrong.contains(&429), "{wrong:?}");
    assert_eq!(push("203.0.113.8", "cpt_wrong"), 401);
}

#[test]
fn s109_addresses_and_bodies_have_a_size() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Program::serve(&folder.path().join("data"));
    let long = format!("/?shop={}", "a".repeat(26_000));
    let refused = server.send("GET", &long, &[("accept", "text/html")], b"");
    assert_eq!(refused.status, 414);
    assert!(refused.text().contains("trop longue"));
    assert_eq!(server.get(&format!("/api/v1/query?{}", "a".repeat(26_000))).status, 414);
    let form = ("content-type", "application/x-www-form-urlencoded");
    let large = vec![b'a'; 3 << 20];
    let page = server.send("POST", "/settings", &[form, ("accept", "text/html")], &large);
    assert_eq!(page.status, 413);
    assert!(page.text().contains("trop volumineux"), "{}", page.text());
    let program = server.send("POST", "/settings", &[form], &large);
    assert_eq!((program.status, program.header("content-type")), (413, "application/problem+json"));
}

/// Many connections that say nothing leave the others alone.
#[test]
fn s128_idle_connections_disturb_nobody() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Program::serve(&folder.path().join("data"));
    let idle: Vec<TcpStream> =
        (0..300).map(|_| TcpStream::connect(server.address).expect("taken")).collect();
    for mut half in idle.iter().take(100) {
        half.write_all(b"GET / HTTP/1.1\r\nhost: 127.0.0.1\r\nx-slow: ").expect("written");
    }
    for _ in 0..5 {
        assert_eq!(server.get("/healthz").status, 200);
    }
    drop(idle);
    // A stream that stays open does not keep the server from ending.
    let mut live = TcpStream::connect(server.address).expect("taken");
    live.write_all(b"GET /live HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n").expect("written");
    live.set_read_timeout(Some(Duration::from_secs(20))).expect("set");
    let mut first = [0; 12];
    live.read_exact(&mut first).expect("an answer");
    assert_eq!(&first, b"HTTP/1.1 200");
    assert_eq!(server.stop().code(), Some(0));
}

/// The headers that stand on whatever is answered.
fn secure(answer: &Answer, what: &str) {
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'self'"), "{what}: {policy}");
    for part in
        ["object-src 'none'", "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'"]
    {
        assert!(policy.contains(part), "{what}: {policy}");
    }
    assert!(!policy.contains("unsafe"), "{what}: {policy}");
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cross-origin-opener-policy", "same-origin"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-robots-tag", "noindex, nofollow"),
        ("server", ""),
        ("access-control-allow-origin", ""),
    ] {
        assert_eq!(answer.header(name), value, "{what}: {name}");
    }
    assert!(answer.header("permissions-policy").contains("camera=()"), "{what}");
}

fn ask(server: &Program, target: &str, more: &[(&str, &str)]) -> Answer {
    program::request(server.address, "GET", target, more, b"").expect("an answer")
}
