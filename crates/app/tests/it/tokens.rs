//! Tokens of programs (S086): what each scope opens, on which shop, until when; made on the page and on
//! the command line, told once.

use std::path::Path;
use std::time::Duration;

use comptoir_store::tokens::{NewToken, READ};
use comptoir_store::{Store, audit};
use serde_json::{Value, json};

use crate::program::{Answer, Program, query, run};

const JANUARY: &str = "metrics=revenue,orders&from=2026-01-01&to=2026-01-31";

/// Two shops in a folder: 10.00 + 20.00 in `ferme`, 400.00 in `cave`, all in January 2026.
pub fn filled(data: &Path) {
    let tokens = ["ferme", "cave"].map(|shop| {
        let more = ["--create", "--currency", "EUR", "--timezone", "Europe/Paris", "--name", shop];
        create(data, &[&["--shop", shop], &more[..]].concat())
    });
    let server = Program::serve(data);
    let order = |id: &str, day: &str, price: &str, who: &str| {
        json!({ "type": "order", "id": id, "number": format!("NR-{id}"), "created": day, "status": "paid",
                "class": "paid",
                "customer": { "id": id, "email": format!("{who}@exemple.fr"), "phone": "+33612345678",
                              "first_name": who, "last_name": "Lefevre" },
                "billing": { "country": "FR", "city": "Rennes", "postcode": "35000" },
                "lines": [{ "sku": "P", "name": "Panier", "quantity": 1, "unit_price": price }] })
    };
    server.ingest(
        "ferme",
        &json!([
            order("1", "2026-01-05T12:00:00+01:00", "10.00", "Zenobie"),
            order("2", "2026-01-06T12:00:00+01:00", "20.00", "Melchior"),
        ]),
    );
    server.ingest("cave", &json!([order("3", "2026-01-07T12:00:00+01:00", "400.00", "Balthazar")]));
    assert_eq!(tokens.iter().filter(|token| token.starts_with("cpt_")).count(), 2);
}

/// `comptoir token create`, which must succeed; what it prints.
pub fn create(data: &Path, more: &[&str]) -> String {
    let data = data.to_str().expect("a path");
    let made = run(&[&["token", "create", "--data", data], more].concat(), b"");
    assert_eq!(made.code, Some(0), "{}", made.err);
    made.text().trim().to_owned()
}

/// The folder, opened by the test while no server has it.
pub fn store(data: &Path) -> Store {
    Store::open(data, Duration::from_secs(10)).expect("the folder opens")
}

/// Sends a form as a browser does; the answers are in English.
pub fn form(server: &Program, path: &str, fields: &[(&str, &str)]) -> Answer {
    let encoded = |text: &str| comptoir_metrics::query::encode(text);
    let body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let headers =
        [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];
    server.send("POST", path, &headers, body.join("&").as_bytes())
}

fn bearer(server: &Program, target: &str, token: &str) -> Answer {
    server.send("GET", target, &[("authorization", &format!("Bearer {token}"))], b"")
}

fn push(server: &Program, token: &str) -> Answer {
    let headers = [("authorization", &*format!("Bearer {token}"))];
    server.send("POST", "/api/v1/ingest", &headers, b"[]")
}

#[test]
fn s086_a_token_opens_what_its_scope_says_of_its_shop_until_it_ends() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let of_ferme = create(&data, &["--shop", "ferme", "--scope", "read", "--label", "tableur"]);
    let of_all = create(&data, &["--scope", "read", "--expires", "never"]);
    let pushing = create(&data, &["--shop", "ferme", "--scope", "ingest"]);
    let signing = create(&data, &["--scope", "embed"]);
    let over = {
        let then = "2020-01-01T00:00:00Z".parse().expect("an instant");
        let ended = "2020-01-02T00:00:00Z".parse().expect("an instant");
        let make = |scope: &str| {
            let new = NewToken {
                shop: Some("ferme".into()),
                scope: scope.into(),
                expires: Some(ended),
                ..NewToken::default()
            };
            store(&data).create_token(new, then).expect("made").1
        };
        [make(READ), make("ingest")]
    };
    // What the command line says without a server is what the tokens are told.
    let everything = query(&data, JANUARY, "json");
    let ferme = query(&data, &format!("{JANUARY}&shop=ferme"), "json");
    let value = |text: &str| serde_json::from_str::<Value>(text).expect("JSON")["totals"].clone();
    assert_eq!(value(&everything), json!({ "revenue": "430.00", "orders": 3 }));
    assert_eq!(value(&ferme), json!({ "revenue": "30.00", "orders": 2 }));

    let server = Program::closed(&data);
    let ask =
        |question: &str, token: &str| bearer(&server, &format!("/api/v1/query?{question}"), token);
    assert_eq!(ask(JANUARY, &of_all).json()["totals"], value(&everything));
    assert_eq!(ask(JANUARY, &of_ferme).json()["totals"], value(&ferme), "its shop is all there is");
    assert_eq!(ask(&format!("{JANUARY}&shop=ferme"), &of_ferme).text(), ferme);
    assert_eq!(ask(&format!("{JANUARY}&shop=cave"), &of_ferme).status, 400, "no such shop for it");
    let by_shop = ask(&format!("{JANUARY}&by=shop"), &of_ferme).text();
    assert!(by_shop.contains("ferme") && !by_shop.contains("cave"), "{by_shop}");
    for analysis in ["cohorts?cohort=month&layout=age&step=month&measure=customers", "rfm"] {
        let answer = bearer(&server, &format!("/api/v1/{analysis}"), &of_ferme);
        assert_eq!(answer.status, 200, "{analysis}: {}", answer.text());
    }

    // Figures, and nothing else.
    for page in ["/orders", "/customers", "/settings", "/tokens", "/sharing", "/import"] {
        assert_eq!(bearer(&server, page, &of_all).status, 403, "{page}");
    }
    assert_eq!(push(&server, &of_ferme).status, 403);
    assert!(push(&server, &of_ferme).text().contains("made for read, not for ingest"));
    assert_eq!(push(&server, &signing).status, 403);
    for other in [&pushing, &signing] {
        assert_eq!(ask(JANUARY, other).status, 403, "a token of another scope reads nothing");
    }

    // Ended, made up, withdrawn, missing.
    let ended = ask(JANUARY, &over[0]);
    assert_eq!((ended.status, ended.text().contains("has expired")), (401, true));
    let ended = push(&server, &over[1]);
    assert_eq!((ended.status, ended.text().contains("has expired")), (401, true));
    assert_eq!(ask(JANUARY, "cpt_wrong").status, 401);
    assert_eq!(push(&server, "cpt_wrong").status, 401);
    assert_eq!(server.get(&format!("/api/v1/query?{JANUARY}")).status, 401);
    let data = data.to_str().expect("a path");
    let listed = run(&["token", "list", "--data", data, "--json"], b"").json();
    let mine = listed.as_array().expect("a list").iter().find(|token| token["name"] == "tableur");
    let number = mine.expect("listed")["id"].to_string();
    assert!(mine.expect("listed")["last_used"].is_string());
    assert_eq!(run(&["token", "revoke", "--data", data, &number], b"").code, Some(0));
    assert_eq!(ask(JANUARY, &of_ferme).status, 401);
}

#[test]
fn s086_the_command_line_makes_tokens_as_it_always_did_and_with_an_end() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let shop = ["--shop", "ferme", "--create", "--currency", "EUR", "--timezone", "Europe/Paris"];
    let token = create(&data, &[&shop[..], &["--scope", "ingest", "--name", "La ferme"]].concat());
    assert!(token.starts_with("cpt_") && token.len() == 47, "the token alone: {token}");
    let made: Value =
        serde_json::from_str(&create(&data, &["--shop", "ferme", "--json"])).expect("JSON");
    let names: Vec<&String> = made.as_object().expect("an object").keys().collect();
    assert_eq!(names, ["shop", "token"], "nothing else for a token that pushes");
    let signing: Value = serde_json::from_str(&create(
        &data,
        &["--scope", "embed", "--json", "--expires", "2099-01-31"],
    ))
    .expect("JSON");
    assert_eq!(signing["id"], 3, "links name it");
    assert_eq!(signing["expires"], "2099-02-01T00:00:00Z");

    let data = data.to_str().expect("a path");
    let listed = run(&["token", "list", "--data", data, "--json"], b"").json();
    assert_eq!(listed[0]["expires"], Value::Null, "what pushes orders does not stop by itself");
    assert_eq!((&listed[2]["shop"], &listed[2]["scope"]), (&Value::Null, &json!("embed")));
    let wrong = |more: &[&str]| {
        let outcome = run(&[&["token", "create", "--data", data], more].concat(), b"");
        (outcome.code, outcome.err)
    };
    assert_eq!(wrong(&["--scope", "ingest"]).0, Some(1), "a token that pushes needs its shop");
    assert_eq!(wrong(&["--shop", "ferme", "--scope", "all"]).0, Some(1));
    let (code, said) = wrong(&["--shop", "ferme", "--expires", "demain"]);
    assert!(code == Some(1) && said.contains("use 90d, 2027-01-31 or never"), "{said}");
}

#[test]
fn s086_the_page_tells_a_token_once_and_the_log_who_made_it() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let server = Program::serve(&data);
    let fields = [("name", "Tableur"), ("scope", "read"), ("shop", "ferme"), ("days", "365")];
    let made = form(&server, "/tokens", &fields);
    assert_eq!((made.status, made.header("cache-control")), (200, "no-store"));
    let page = made.text();
    let start = page.find("cpt_").expect("told");
    let token = &page[start..start + 47];
    assert!(page.contains(&format!("Authorization: Bearer {token}")), "with a command to try");
    let again = server.get("/tokens").text();
    assert!(again.contains("Tableur") && !again.contains("cpt_"), "never again");

    // Without its shop, a token that pushes is not made.
    let wrong = form(
        &server,
        "/tokens",
        &[("name", "x"), ("scope", "ingest"), ("shop", ""), ("days", "30")],
    );
    assert_eq!(wrong.status, 400);
    assert!(
        wrong.text().contains("this token opens only one") && wrong.text().contains("aria-invalid")
    );
    for (name, value) in [("scope", "all"), ("shop", "nulle"), ("days", "9999"), ("name", "")] {
        let mut hostile = fields;
        for field in &mut hostile {
            if field.0 == name {
                field.1 = value;
            }
        }
        assert_eq!(form(&server, "/tokens", &hostile).status, 400, "{name}={value}");
    }

    let revoked = form(&server, "/tokens/3/revoke", &[]);
    assert_eq!((revoked.status, revoked.header("location")), (303, "/tokens?revoked=1"));
    assert_eq!(form(&server, "/tokens/99/revoke", &[]).status, 404);
    assert!(server.get("/tokens").text().contains("Révoqué le"));
    server.stop();
    let store = store(&data);
    let lines = audit::list(&store.read().expect("a view"), i64::MAX, 100).expect("the log");
    let of = |action: &str| lines.iter().filter(|line| line.action == action).collect::<Vec<_>>();
    let made = of("token_created");
    // Two by the command line, one on the page.
    assert_eq!(
        made.iter().map(|line| line.kind.as_str()).collect::<Vec<_>>(),
        ["open", "shell", "shell"]
    );
    assert!(made[0].shop.is_some() && made[0].detail.contains("\"scope\":\"read\""));
    assert_eq!(of("token_revoked").len(), 1);
    assert!(lines.iter().all(|line| !line.detail.contains("cpt_")), "no secret in the log");
}
