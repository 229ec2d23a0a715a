//! Every page there is: its headers, and that nothing in it needs an exception from them.

use super::{ORDERS, ask, behind_a_proxy, closed, from, secure};
use crate::program::{Answer, Program, file, import};

/// An address of every page, whether there is something to show or not.
const PAGES: [&str; 26] = [
    "/",
    "/explain?metrics=revenue&period=all",
    "/explain.csv?metrics=revenue&period=all",
    "/explain.xlsx?metrics=revenue&period=all",
    "/orders",
    "/orders/1",
    "/orders.csv",
    "/customers",
    "/customers/1",
    "/definitions",
    "/connect",
    "/connections",
    "/connections/new",
    "/import",
    "/imports/1",
    "/loyalty",
    "/products",
    "/revenue",
    "/settings",
    "/why",
    "/audit",
    "/audit.csv",
    "/export.csv?metrics=revenue&period=all",
    "/healthz",
    "/nothing/here",
    "/api/nothing",
];

const API: [&str; 5] = [
    "/api/v1/query?metrics=revenue&period=all",
    "/api/v1/query?metrics=nothing",
    "/api/v1/cohorts?shop=test",
    "/api/v1/rfm?shop=test",
    "/api/v1/openapi.json",
];

const ASSETS: [&str; 3] = ["/assets/app.css", "/assets/app.js", "/assets/favicon.svg"];

#[test]
fn s109_every_answer_has_its_headers_and_no_page_an_inline_style_or_script() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let orders = file(folder.path(), "orders.csv", ORDERS);
    assert_eq!(import(&data, &orders, &[]).code, Some(0));
    let server = Program::serve(&data);
    let mut pages = 0;
    for target in PAGES.into_iter().chain(API).chain(ASSETS) {
        for language in ["fr", "en"] {
            let answer = ask(&server, target, &[("accept-language", language)]);
            secure(&answer, target);
            assert_eq!(answer.header("strict-transport-security"), "", "{target}");
            if answer.header("content-type").starts_with("text/html") {
                no_inline(&answer, target);
                pages += 1;
            }
        }
    }
    assert!(pages > 2 * 15, "only {pages} pages were drawn");
    // Refusals too.
    for (target, headers) in [
        ("/", &[("host", "evil.example")][..]),
        ("/", &[("host", "evil.example"), ("accept", "text/html")]),
    ] {
        secure(&ask(&server, target, headers), target);
    }
}

/// What a policy without `unsafe-inline` would refuse to run or to draw.
fn no_inline(answer: &Answer, target: &str) {
    let page = answer.text();
    for found in tags(&page) {
        let lower = found.to_ascii_lowercase();
        assert!(!lower.starts_with("<style"), "{target}: {found}");
        assert!(!lower.starts_with("<script") || lower.contains(" src=\"/"), "{target}: {found}");
        assert!(!lower.contains(" style="), "{target}: {found}");
        assert!(!lower.contains("javascript:"), "{target}: {found}");
        for attribute in lower.split_ascii_whitespace() {
            let handler = attribute.starts_with("on") && attribute.contains("=\"");
            assert!(!handler, "{target}: {found}");
        }
        let other = ["src=\"http", "href=\"http", "src=\"//", "action=\"http"];
        let elsewhere = lower.starts_with("<link")
            || lower.starts_with("<img")
            || lower.starts_with("<script")
            || lower.starts_with("<form");
        assert!(!elsewhere || !other.iter().any(|one| lower.contains(one)), "{target}: {found}");
    }
}

fn tags(page: &str) -> impl Iterator<Item = &str> {
    page.match_indices('<').filter_map(|(start, _)| {
        let end = page[start..].find('>')?;
        Some(&page[start..=start + end])
    })
}

#[test]
fn inline_code_would_be_found() {
    let page =
        |body: &str| Answer { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() };
    no_inline(&page("<p class=\"a\">on=\"x\"</p><script src=\"/assets/app.js\"></script>"), "");
    for bad in [
        "<p style=\"color:red\">",
        "<style>p{}</style>",
        "<script>alert(1)</script>",
        "<button onclick=\"x()\">",
        "<script src=\"https://cdn.example/a.js\"></script>",
        "<a href=\"javascript:x\">",
    ] {
        let page = page(bad);
        let found = std::panic::catch_unwind(|| no_inline(&page, ""));
        assert!(found.is_err(), "{bad}");
    }
}

/// With accounts: nothing is kept by a browser but the assets, TLS stays once it was there.
#[test]
fn s109_behind_tls_pages_are_not_stored_and_the_name_stays_secure() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = behind_a_proxy(&folder.path().join("data"));
    for target in PAGES.into_iter().chain(API) {
        let answer = ask(&server, target, &from("203.0.113.7", &[]));
        secure(&answer, target);
        assert_eq!(answer.header("strict-transport-security"), "max-age=63072000", "{target}");
        assert_eq!(answer.header("cache-control"), "no-store", "{target}");
    }
    for target in ASSETS {
        let answer = ask(&server, target, &from("203.0.113.7", &[]));
        assert_eq!(answer.status, 200);
        assert_ne!(answer.header("cache-control"), "no-store", "{target}");
    }
    // This machine's own names are those of other programs too.
    let local = ask(&server, "/healthz", &[("x-forwarded-proto", "https")]);
    assert_eq!(local.header("strict-transport-security"), "");
    // Without a proxy that is believed, no claim of TLS counts; the public address counts for itself.
    let alone = closed(&folder.path().join("alone"), &[]);
    let claimed = ask(&alone, "/healthz", &[("x-forwarded-proto", "https")]);
    assert_eq!(claimed.header("strict-transport-security"), "");
}
