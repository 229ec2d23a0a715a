//! Connections as people use them: `comptoir source` and `comptoir sync`, with a server and without,
//! on a server that plays `WooCommerce`.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::Timestamp;
use ring::hmac;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::program::{Outcome, Program, Starting, command, run, until};
use crate::replay::woocommerce::WooCommerce;
use crate::replay::woocommerce::shop::{Shop, set_date};
use crate::replay::{Fault, Replay, Response};

const KEY: &str = "ck_0123456789abcdef";
const SECRET: &str = "cs_fedcba9876543210";
const PUBLIC: &str = "https://comptoir.example";

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().expect("an instant")
}

/// A shop that is played, a data folder, and everything the program has printed.
struct Scene {
    shop: WooCommerce,
    replay: Replay,
    folder: TempDir,
    printed: Arc<Mutex<String>>,
}

impl Scene {
    fn new(orders: u64) -> Self {
        let shop = WooCommerce::new(Shop::made_up(orders, now()));
        let answering = shop.clone();
        let replay = Replay::start(move |request| answering.answer(request));
        let folder = tempfile::tempdir().expect("a folder");
        Self { shop, replay, folder, printed: Arc::default() }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// Runs a command on the folder, secrets in its environment.
    fn run(&self, arguments: &[&str]) -> Outcome {
        self.run_with(arguments, SECRET)
    }

    fn run_with(&self, arguments: &[&str], secret: &str) -> Outcome {
        let output = command(arguments)
            .arg("--data")
            .arg(self.data())
            .env("COMPTOIR_KEY", KEY)
            .env("COMPTOIR_SECRET", secret)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .expect("the program runs");
        let outcome = Outcome {
            code: output.status.code(),
            out: output.stdout,
            err: String::from_utf8(output.stderr).expect("text"),
        };
        let mut printed = self.printed.lock().expect("printed");
        printed.push_str(&outcome.text());
        printed.push_str(&outcome.err);
        outcome
    }

    fn add(&self, slug: &str, more: &[&str]) -> Outcome {
        let url = self.replay.url();
        let mut arguments = vec!["source", "add", "woocommerce", "--shop", slug, "--create"];
        arguments.extend(["--url", &url, "--json"]);
        arguments.extend(more);
        self.run(&arguments)
    }

    fn sync(&self, more: &[&str]) -> Outcome {
        self.run(&[&["sync", "--json"], more].concat())
    }

    /// A server of the folder, its log kept.
    fn serve(&self) -> Program {
        let starting = Starting::serve_with(&self.data(), &["--public-url", PUBLIC], &self.log());
        starting.ready().expect("it serves")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Orders that the platform tells and a sync keeps.
    fn orders(&self) -> u64 {
        let inside = self.shop.inside();
        let kept =
            |order: &&Value| order["status"] != "trash" && order["status"] != "checkout-draft";
        inside.shop.orders.values().filter(kept).count() as u64
    }
}

fn source(outcome: &Outcome) -> Value {
    outcome.json()["sources"][0].clone()
}

/// No file of a folder, and nothing that was printed, may have any of these.
fn never_told(scene: &Scene, secrets: &[&str]) {
    let mut files = vec![scene.folder.path().to_owned()];
    let mut looked = 0;
    while let Some(path) = files.pop() {
        if path.is_dir() {
            let inside = std::fs::read_dir(&path).expect("a folder");
            files.extend(inside.map(|entry| entry.expect("an entry").path()));
        } else if path.is_file() {
            looked += 1;
            let bytes = std::fs::read(&path).expect("a file");
            for secret in secrets {
                let found = bytes.windows(secret.len()).any(|part| part == secret.as_bytes());
                assert!(!found, "a secret stands in {}", path.display());
            }
        }
    }
    assert!(looked > 1, "database and key");
    let printed = scene.printed.lock().expect("printed");
    for secret in secrets {
        assert!(!printed.contains(secret), "a secret was printed: {printed}");
    }
}

fn mode(path: &Path) -> u32 {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).expect("a file").permissions().mode() & 0o777
}

#[test]
fn s001_s072_a_shop_is_connected_and_read_on_the_command_line() {
    let scene = Scene::new(130);
    let added = scene.add("boutique", &[]);
    assert_eq!(added.code, Some(0), "{}", added.err);
    let added = added.json();
    assert_eq!((&added["shop"], &added["platform"]), (&json!("boutique"), &json!("woocommerce")));
    assert_eq!((&added["currency"], &added["timezone"]), (&json!("EUR"), &json!("Europe/Paris")));
    let started = Instant::now();
    let synced = scene.sync(&["--shop", "boutique"]);
    assert_eq!(synced.code, Some(0), "{}", synced.err);
    assert!(started.elapsed() < Duration::from_mins(1), "{:?}", started.elapsed());
    let one = source(&synced);
    assert_eq!((&one["state"], &one["failure"]), (&json!("in_sync"), &Value::Null));
    assert_eq!(one["orders"], json!(scene.orders()));
    assert_eq!((&one["refused"], &one["differences"]), (&json!(0), &json!([])));

    // Again: nothing is new. Then one order changes on the platform.
    let again = source(&scene.sync(&[]));
    assert_eq!((&again["received"], &again["updated"]), (&json!(0), &json!(0)));
    let order = *scene.shop.inside().shop.orders.keys().next().expect("an order");
    scene.shop.inside().shop.set_status(order, "refunded", now() + Duration::from_hours(1));
    let changed = source(&scene.sync(&[]));
    assert_eq!((&changed["received"], &changed["updated"]), (&json!(0), &json!(1)));

    // One that changes without a stamp is found by the full comparison only.
    scene.shop.inside().shop.order(order)["status"] = json!("cancelled");
    let full = scene.sync(&["--full"]);
    assert_eq!(full.code, Some(0), "{}", full.err);
    let difference = source(&full)["differences"][0].clone();
    assert_eq!(difference["order"], json!(order.to_string()));
    assert_eq!(
        (&difference["kind"], &difference["fields"]),
        (&json!("different"), &json!(["status"]))
    );
    assert_eq!(source(&full)["differences"].as_array().map(Vec::len), Some(1));

    let listed = scene.run(&["source", "list", "--json"]).json();
    assert_eq!(listed[0]["source"], added["source"]);
    assert_eq!(listed[0]["phase"], "changes");
    let number = added["source"].to_string();
    assert_eq!(scene.run(&["source", "test", &number]).code, Some(0));
    assert_eq!(mode(&scene.data().join("connections.key")), 0o600);
    never_told(&scene, &[KEY, SECRET]);

    let removed = scene.run(&["source", "remove", &number, "--json"]).json();
    assert_eq!(removed["orders"], json!(130));
    assert_eq!(scene.sync(&[]).code, Some(1), "nothing is connected any more");
}

#[test]
fn what_keeps_a_shop_from_being_connected_is_told_with_its_remedy() {
    let scene = Scene::new(3);
    let refused = |outcome: Outcome, kind: &str| {
        assert_eq!(outcome.code, Some(1), "{outcome:?}");
        let failure = outcome.json()["failure"].clone();
        assert_eq!(failure["kind"], kind, "{failure}");
        assert!(failure["reason"].as_str().is_some_and(|text| text.len() > 10), "{failure}");
        assert!(failure["remedy"].as_str().is_some_and(|text| text.len() > 10), "{failure}");
        assert!(!outcome.err.is_empty());
    };
    let url = scene.replay.url();
    let base = ["source", "add", "woocommerce", "--shop", "b", "--create", "--json", "--url"];
    let wrong = scene.run_with(&[&base[..], &[&url]].concat(), "cs_wrong");
    refused(wrong, "unauthorized");
    refused(scene.run(&[&base[..], &["ftp://shop.example"]].concat()), "address");
    refused(scene.add("b", &["--token", "shpat_x"]), "field");
    refused(scene.run_with(&[&base[..], &[&url]].concat(), ""), "field");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let nobody = format!("http://{}", closed.local_addr().expect("its address"));
    drop(closed);
    refused(scene.run(&[&base[..], &[&nobody]].concat()), "unreachable");
    let proxy = Replay::start(|_| Response {
        status: 200,
        headers: vec![("Content-Type".into(), "text/html".into())],
        body: b"<html><title>Sign in</title></html>".to_vec(),
    });
    refused(scene.run(&[&base[..], &[&proxy.url()]].concat()), "not_the_api");
    let shops = scene.run(&["shop", "list"]);
    assert_eq!(shops.text(), "", "nothing is left behind");
    never_told_printed(&scene);
}

fn never_told_printed(scene: &Scene) {
    let printed = scene.printed.lock().expect("printed");
    for secret in [KEY, SECRET, "cs_wrong", "shpat_x"] {
        assert!(!printed.contains(secret), "a secret was printed: {printed}");
    }
}

/// Other users of a machine see command lines: credentials come in on standard input too.
#[test]
fn credentials_come_in_on_standard_input() {
    let scene = Scene::new(1);
    let (data, url) = (scene.data(), scene.replay.url());
    let mut arguments = vec!["source", "add", "woocommerce", "--shop", "b", "--create", "--url"];
    let pasted = format!("{url}/?consumer_secret={SECRET}");
    arguments.extend([pasted.as_str(), "--key", "-", "--secret", "-", "--json"]);
    arguments.extend(["--data", data.to_str().expect("a path")]);
    let added = run(&arguments, format!("{KEY}\n{SECRET}\n").as_bytes());
    assert_eq!(added.code, Some(0), "{}", added.err);
    assert!(!added.text().contains(SECRET));
    never_told(&scene, &[KEY, SECRET]);
    let listed = scene.run(&["source", "list", "--json"]).json();
    assert_eq!(listed[0]["url"], json!(url));
}

#[test]
fn one_connection_that_fails_is_a_partial_success() {
    let scene = Scene::new(5);
    let other = Scene::new(4);
    assert_eq!(scene.add("a", &[]).code, Some(0));
    let url = other.replay.url();
    let added =
        scene.run(&["source", "add", "woocommerce", "--shop", "b", "--create", "--url", &url]);
    assert_eq!(added.code, Some(0), "{}", added.err);
    other.replay.break_with(|_, _| Some(Fault::Status(401, Vec::new())));
    let synced = scene.sync(&[]);
    assert_eq!(synced.code, Some(3), "{}", synced.err);
    let states: Vec<Value> = synced.json()["sources"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|one| one["state"].clone())
        .collect();
    assert_eq!(states, [json!("in_sync"), json!("failed")]);
    let failed = scene.sync(&["--shop", "b"]);
    assert_eq!(failed.code, Some(1));
    assert_eq!(source(&failed)["failure"]["kind"], "unauthorized");
}

#[test]
fn s036_a_server_reads_by_itself_and_believes_signed_webhooks() {
    let scene = Scene::new(30);
    let server = scene.serve();
    let added = scene.add("boutique", &[]);
    assert_eq!(added.code, Some(0), "{}", added.err);
    let number = added.json()["source"].to_string();
    let listed = |field: &str| scene.run(&["source", "list", "--json"]).json()[0][field].clone();
    until("the server reads by itself", || listed("orders") == json!(scene.orders()));
    let synced = scene.sync(&["--shop", "boutique"]);
    assert_eq!(synced.code, Some(0), "{}", synced.err);

    // The platform was asked to send its webhooks here, signed with a secret of ours.
    let address = format!("{PUBLIC}/hooks/{number}");
    until("webhooks", || !scene.shop.inside().webhooks.is_empty());
    let webhook = scene.shop.inside().webhooks[0].clone();
    assert_eq!(webhook["delivery_url"], json!(address));
    let secret = webhook["secret"].as_str().expect("a secret").to_owned();
    let order = *scene.shop.inside().shop.orders.keys().next().expect("an order");
    let before = scene.orders();
    // Gone for good: only the webhook tells.
    scene.shop.inside().shop.delete(order);
    let body = format!("{{\"id\":{order}}}");
    let key = hmac::Key::new(hmac::HMAC_SHA256, secret.as_bytes());
    let signature = STANDARD.encode(hmac::sign(&key, body.as_bytes()));
    let post = |target: &str, signature: &str, host: &str| {
        let headers = [
            ("host", host),
            ("content-type", "application/json"),
            ("x-wc-webhook-topic", "order.deleted"),
            ("x-wc-webhook-resource", "order"),
            ("x-wc-webhook-event", "deleted"),
            ("x-wc-webhook-signature", signature),
        ];
        server.send("POST", target, &headers, body.as_bytes()).status
    };
    let target = format!("/hooks/{number}");
    assert_eq!(post(&target, "d3Jvbmc=", "comptoir.example"), 401);
    assert_eq!(post("/hooks/999999", &signature, "comptoir.example"), 404);
    // The public name opens the way of webhooks and nothing else.
    assert_eq!(post("/api/v1/ingest", &signature, "comptoir.example"), 403);
    assert_eq!(post(&target, &signature, "evil.example"), 403);
    let large = vec![b' '; 1024 * 1024 + 1];
    assert_eq!(server.send("POST", &target, &[], &large).status, 413);
    assert_eq!(listed("webhooks_refused"), json!(1));
    assert_eq!(post(&target, &signature, "comptoir.example"), 200);
    until("the deleted order is gone", || listed("orders") == json!(scene.orders()));
    assert_ne!(scene.orders(), before);
    assert_eq!(listed("webhooks"), json!(1));
    assert!(server.stop().success());
    let log = std::fs::read_to_string(scene.log()).expect("the log");
    assert!(log.contains("wrong signature"), "{log}");
    never_told(&scene, &[KEY, SECRET, &secret]);
}

#[test]
fn s072_a_server_that_is_killed_amid_the_first_import_goes_on_from_there() {
    let scene = Scene::new(210);
    let server = scene.serve();
    assert_eq!(scene.add("boutique", &[]).code, Some(0));
    let orders = || {
        let listed = scene.run(&["source", "list", "--json"]).json();
        listed[0]["orders"].as_u64().unwrap_or(0)
    };
    until("the first orders", || orders() > 0);
    server.kill();
    let kept = orders();
    assert!(kept > 0 && kept <= scene.orders());
    let _server = scene.serve();
    until("all orders", || orders() == scene.orders());
    let synced = scene.sync(&[]);
    assert_eq!(synced.code, Some(0), "{}", synced.err);
    assert_eq!(source(&synced)["orders"], json!(scene.orders()));
    let asked = scene.replay.requests().len();
    let full = source(&scene.sync(&["--full"]));
    assert_eq!(full["differences"], json!([]));
    assert!(scene.replay.requests().len() > asked);
}

/// A record that can't be understood keeps no other from coming in, and is told.
#[test]
fn s073_a_malformed_order_is_refused_and_the_rest_comes_in() {
    let scene = Scene::new(12);
    let order = *scene.shop.inside().shop.orders.keys().next().expect("an order");
    scene.shop.inside().shop.order(order)["total"] = json!("a lot");
    assert_eq!(scene.add("boutique", &[]).code, Some(0));
    let synced = scene.sync(&[]);
    assert_eq!(synced.code, Some(3), "{}", synced.err);
    let one = source(&synced);
    assert_eq!(
        (&one["state"], &one["orders"], &one["refused"]),
        (&json!("partly"), &json!(scene.orders() - 1), &json!(1))
    );
    {
        let mut inside = scene.shop.inside();
        let row = inside.shop.order(order);
        row["total"] = json!("12.00");
        set_date(row, "date_modified", Some(now() + Duration::from_hours(2)));
    }
    let synced = scene.sync(&[]);
    assert_eq!((synced.code, &source(&synced)["refused"]), (Some(0), &json!(0)));
}
