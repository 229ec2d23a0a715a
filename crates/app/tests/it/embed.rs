//! Embedded pages (S128): a back office signs the link by itself; the page stands still in its frame.

use comptoir_store::sharing::embedding_origins;
use ring::hmac;
use serde_json::Value;

use crate::program::{Answer, Program, run};
use crate::sharing::is_still;
use crate::tokens::{create, filled, form, store};

/// The present second.
#[expect(clippy::disallowed_methods, reason = "a back office has a clock of its own")]
fn now() -> i64 {
    jiff::Timestamp::now().as_second()
}

/// HMAC-SHA-256, in hexadecimal.
fn hex(key: &str, text: &str) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
    let tag = hmac::sign(&key, text.as_bytes());
    tag.as_ref().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// As docs/embed.md says, step by step: the key, then the signature of the address.
fn signature(token: &str, address: &str) -> String {
    hex(&hex(token, "comptoir-embed-v1"), address)
}

/// A token that signs: its number and itself.
fn signer(data: &std::path::Path, more: &[&str]) -> (String, String) {
    let made = create(data, &[&["--scope", "embed", "--json"], more].concat());
    let made: Value = serde_json::from_str(&made).expect("JSON");
    (made["id"].to_string(), made["token"].as_str().expect("a token").to_owned())
}

#[test]
fn s128_a_signed_link_shows_its_page_in_the_frames_of_the_sites_that_were_said() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let (id, token) = signer(&data, &[]);
    let (own_id, own) = signer(&data, &["--shop", "ferme"]);
    let reading = create(&data, &["--scope", "read"]);
    let server = Program::closed(&data);
    let soon = now() + 300;
    // Sorted, but for the signature, which stands at the end.
    let parameters =
        format!("expires={soon}&from=2026-01-01&lang=fr&shop=ferme&to=2026-01-31&token={id}");
    let signed = signature(&token, &format!("/embed/overview?{parameters}"));
    let get = |page: &str, parameters: &str, signature: &str| {
        server.get(&format!("/embed/{page}?{parameters}&signature={signature}"))
    };
    let shown = get("overview", &parameters, &signed);
    assert_eq!(shown.status, 200, "{}", shown.text());
    let body = shown.text();
    assert!(
        body.contains("30,00\u{a0}€") && !body.contains("430,00") && !body.contains("cave"),
        "{body}"
    );
    is_still(&body, "an embedded page");
    assert_eq!((shown.header("set-cookie"), shown.header("x-frame-options")), ("", ""));
    assert_eq!(shown.header("referrer-policy"), "no-referrer");
    assert_eq!(shown.header("cache-control"), "no-store");
    let policy = |answer: &Answer| answer.header("content-security-policy").to_owned();
    assert!(policy(&shown).contains("frame-ancestors 'none'"), "nobody was said yet");
    let shuffled = format!(
        "signature={signed}&token={id}&to=2026-01-31&shop=ferme&lang=fr&from=2026-01-01&expires={soon}"
    );
    assert_eq!(
        server.get(&format!("/embed/overview?{shuffled}")).status,
        200,
        "the order is nothing"
    );

    // One thing changed at a time.
    let refused = |page: &str, parameters: &str, status: u16| {
        let answer = get(page, parameters, &signed);
        assert_eq!(answer.status, status, "{page}?{parameters}");
        assert!(!answer.text().contains("30,00"), "{page}?{parameters}");
    };
    for (was, is) in [
        ("shop=ferme", "shop=cave".to_owned()),
        ("&shop=ferme", String::new()),
        ("to=2026-01-31", "to=2026-02-28".to_owned()),
        ("from=", "period=all&from=".to_owned()),
        ("lang=fr", "lang=en".to_owned()),
        ("expires=", "expires=1".to_owned()),
        (&*format!("token={id}"), format!("token={own_id}")),
        (&*format!("token={id}"), "token=99".to_owned()),
    ] {
        refused("overview", &parameters.replace(was, &is), 403);
    }
    refused("revenue", &parameters, 403);
    refused("orders", &parameters, 404);
    refused("overview", &format!("{parameters}&shop=cave"), 400);
    refused("overview", &format!("shop=ferme&{parameters}"), 400);
    refused("overview", &format!("{parameters}&s%68op=cave"), 400);
    assert_eq!(get("overview", &parameters, "").status, 400);
    assert_eq!(get("overview", &parameters, &"0".repeat(64)).status, 403);
    assert_eq!(server.get("/embed/overview").status, 400);

    // With the signature right, but not the time, the token or its shop.
    let asked = |id: &str, token: &str, page: &str, expires: i64, filters: &str| {
        let parameters = format!("expires={expires}&{filters}&token={id}");
        let signed = signature(token, &format!("/embed/{page}?{parameters}"));
        get(page, &parameters, &signed).status
    };
    assert_eq!(asked(&id, &token, "why", soon, "period=30d"), 200);
    assert_eq!(asked(&id, &token, "overview", now() - 1, "period=30d"), 410);
    assert_eq!(asked(&id, &token, "overview", now() + 660, "period=30d"), 403);
    assert_eq!(asked(&id, &token, "overview", soon, "period=toujours"), 400);
    assert_eq!(
        asked(&own_id, &own, "overview", soon, "period=30d"),
        200,
        "its shop is all there is"
    );
    assert_eq!(asked(&own_id, &own, "overview", soon, "period=30d&shop=cave"), 400);
    assert_eq!(
        asked("4", &reading, "overview", soon, "period=30d"),
        403,
        "made for something else"
    );
    for target in ["/", "/revenue"] {
        let answer =
            server.send("GET", target, &[("authorization", &format!("Bearer {token}"))], b"");
        assert_eq!(answer.status, 403, "the token itself opens nothing");
    }
    server.stop();

    // The sites that may frame are said on the page; no other page can be framed by them.
    let server = Program::serve(&data);
    let wrong = form(&server, "/sharing/origins", &[("origins", "https://a.example\nhttps://*")]);
    assert_eq!((wrong.status, wrong.text().contains("https://*")), (400, true));
    let sites = [("origins", "https://b.example/\r\nhttps://A.example:8443")];
    assert_eq!(form(&server, "/sharing/origins", &sites).status, 303);
    let get = |address: &str| server.get(address);
    let shown = get(&format!("/embed/overview?{parameters}&signature={signed}"));
    assert_eq!(shown.status, 200);
    assert!(policy(&shown).contains("frame-ancestors https://a.example:8443 https://b.example;"));
    let told = get("/embed/overview");
    assert!(
        policy(&told).contains("https://b.example"),
        "what went wrong is told in the frame too"
    );
    for other in ["/", "/revenue", "/sharing", "/s/cps_x", "/assets/app.css"] {
        assert!(policy(&get(other)).contains("frame-ancestors 'none'"), "{other}");
    }
    server.stop();

    let folder = data.to_str().expect("a path");
    assert_eq!(run(&["token", "revoke", "--data", folder, &id], b"").code, Some(0));
    let server = Program::closed(&data);
    let gone = server.get(&format!("/embed/overview?{parameters}&signature={signed}"));
    assert_eq!(gone.status, 403, "a link of a withdrawn token");
    server.stop();
    let kept = embedding_origins(&store(&data).read().expect("a view")).expect("read");
    assert_eq!(kept, ["https://a.example:8443", "https://b.example"]);
    let bytes = crate::sharing::every_byte(&data);
    let key = hex(&own, "comptoir-embed-v1");
    for secret in [&token, &own, &key] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}
