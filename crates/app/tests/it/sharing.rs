//! Share links (S086): one page of figures for whoever holds the link, as it was filtered when the link
//! was made, and nothing else.

use std::path::Path;

use comptoir_store::audit;
use comptoir_store::sharing::NewShare;
use serde_json::json;

use crate::program::{Answer, Program, answer};
use crate::tokens::{filled, form, store};

/// What must stand on no page that is read by a link.
const PERSONS: [&str; 8] =
    ["@exemple.fr", "Zenobie", "Melchior", "Balthazar", "Lefevre", "612345678", "Rennes", "NR-1"];

const JANUARY: [(&str, &str); 3] =
    [("period", "fixed"), ("from", "2026-01-01"), ("to", "2026-01-31")];

/// Makes a link to January of `ferme`, with some fields changed; the answer of the form.
fn make(server: &Program, changed: &[(&str, &str)]) -> Answer {
    let mut fields =
        vec![("of", "/"), ("name", "Bilan"), ("shop", "ferme"), ("days", "30"), ("password", "")];
    fields.extend(JANUARY);
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    form(server, "/sharing", &fields)
}

/// The address of the link that was just made.
fn link(made: &Answer) -> String {
    let page = made.text();
    assert_eq!(made.status, 200, "{page}");
    let start = page.find("/s/cps_").unwrap_or_else(|| panic!("no link in {page}"));
    page[start..start + 3 + 47].to_owned()
}

/// Asserts that a page leads nowhere, sends nothing and names nobody.
pub fn is_still(body: &str, link: &str) {
    for wrong in
        ["<form", "<nav", "data-live", "data-poll", "/explain", "/orders", "/customers", "/api/"]
    {
        assert!(!body.contains(wrong), "{wrong} in {body}");
    }
    for part in body.split(" href=\"").skip(1) {
        let address = part.split('"').next().expect("an end");
        let allowed = address.starts_with('#')
            || address.starts_with("/assets/")
            || address.starts_with("?lang=");
        assert!(allowed, "{address} in {link}");
    }
    for person in PERSONS {
        assert!(!body.contains(person), "{person} in {link}");
    }
}

fn server() -> (tempfile::TempDir, std::path::PathBuf, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let server = Program::serve(&data);
    (folder, data, server)
}

#[test]
fn s086_a_link_shows_the_figures_of_its_days_and_shop_and_no_person() {
    let (_folder, data, server) = server();
    let page = link(&make(&server, &[]));
    let whole = server.get("/?shop=ferme").text();
    assert!(whole.contains("Zenobie") && whole.contains("/explain"), "what the link must not show");
    server.stop();
    let question = "metrics=revenue,orders&from=2026-01-01&to=2026-01-31&shop=ferme";
    assert_eq!(answer(&data, question)["totals"], json!({ "revenue": "30.00", "orders": 2 }));

    // With accounts: whoever has the link, and nothing else, sees that page alone.
    let server = Program::closed(&data);
    let shown = server.get(&page);
    assert_eq!(shown.status, 200, "{}", shown.text());
    let body = shown.text();
    assert!(body.contains("30,00\u{a0}€"), "{body}");
    assert!(body.contains("Page partagée par"), "{body}");
    assert!(
        !body.contains("cave") && !body.contains("430,00") && !body.contains("400,00"),
        "{body}"
    );
    assert!(!body.contains("Aujourd’hui"), "no day but those of the link");
    is_still(&body, "/");
    assert_eq!(shown.header("referrer-policy"), "no-referrer");
    assert_eq!(shown.header("x-robots-tag"), "noindex, nofollow");
    assert_eq!(shown.header("cache-control"), "no-store");
    assert!(shown.header("content-security-policy").contains("frame-ancestors 'none'"));
    assert_eq!(shown.header("set-cookie"), "");

    // Other filters, other shops, other pages: not by this link.
    for more in [
        "?period=all",
        "?shop=cave",
        "?from=2026-01-01&to=2026-01-05",
        "?lang=fr&shop=cave",
        "?lang=de",
    ] {
        assert_eq!(server.get(&format!("{page}{more}")).status, 404, "{more}");
    }
    for more in ["/", "/revenue", "/../revenue", ".csv"] {
        let answered = server.get(&format!("{page}{more}"));
        assert!(matches!(answered.status, 303 | 404), "{more}: {}", answered.status);
        assert!(!answered.text().contains("30,00"), "{more}");
    }
    let word = &page[3..];
    for way in [
        ("authorization", format!("Bearer {word}")),
        ("api-token", word.to_owned()),
        ("cookie", format!("comptoir_link={word}")),
    ] {
        for target in ["/", "/revenue", "/explain?metric=revenue", "/live", "/orders"] {
            let answered = server.send("GET", target, &[(way.0, &way.1)], b"");
            assert_eq!(answered.status, 303, "{target} by {}", way.0);
        }
        let api = server.send("GET", &format!("/api/v1/query?{question}"), &[(way.0, &way.1)], b"");
        assert_eq!(api.status, 401, "by {}", way.0);
    }
    for wrong in ["/s/cps_wrong", "/s/a%0d%0ab?lang=en", "/s/%2Fevil.example?lang=en", "/s/%FF"] {
        let status = server.get(wrong).status;
        assert!(matches!(status, 400 | 404), "{wrong}: {status}");
    }
    let other = server.get(&format!("{page}?lang=en"));
    assert_eq!((other.status, other.header("location")), (303, page.as_str()));
    let english = server.send("GET", &page, &[("cookie", "lang=en")], b"");
    assert!(english.text().contains("Page shared by"), "in the reader’s language");
}

#[test]
fn s086_every_page_that_can_be_shared_stands_still() {
    let (_folder, _data, server) = server();
    for (page, rest) in [
        ("/revenue", "by=country&then=city"),
        ("/revenue", "view=week"),
        ("/revenue", "view=ladder"),
        ("/products", ""),
        ("/why", "compare=previous"),
        ("/loyalty", ""),
        ("/loyalty", "view=cohorts"),
    ] {
        let link = link(&make(&server, &[("of", page), ("rest", rest)]));
        let shown = server.get(&link);
        assert_eq!(shown.status, 200, "{page}?{rest}");
        let body = shown.text();
        // A city is a dimension of figures, not a person.
        is_still(&body.replace("Rennes", ""), page);
        assert!(!body.contains("cave"), "{page}?{rest}");
    }
    let filtered =
        link(&make(&server, &[("of", "/revenue"), ("rest", "by=city&where=country:FR|BE")]));
    let said = server.get(&filtered).text();
    let plain: String =
        said.chars().filter(|sign| !matches!(sign, '\u{2068}' | '\u{2069}')).collect();
    assert!(plain.contains("France, Belgique"), "a reader knows of the filter: {plain}");
    // A page of figures leads to the form, filled in; the form's own page shows where its link goes.
    let overview = server.get("/revenue?shop=ferme&period=90d&by=country").text();
    let start = overview.find("/sharing?of=").expect("the way to a link");
    let address = overview[start..].split('"').next().expect("an end").replace("&amp;", "&");
    let filled = server.get(&address).text();
    assert!(
        filled.contains("name=\"of\" value=\"/revenue\"") && filled.contains("by=country"),
        "{address}"
    );
    assert!(filled.contains("<option value=\"90d\" selected>"), "{address}");
    assert!(!server.get("/orders?period=all").text().contains("/sharing?of="));
}

#[test]
fn s086_what_is_not_a_page_of_figures_is_not_shared() {
    let (_folder, data, server) = server();
    for page in [
        "/orders",
        "/customers",
        "/customers/1",
        "/orders/1",
        "/loyalty/customers",
        "/explain",
        "/preparation",
        "/settings",
        "/tokens",
        "/products/P",
        "/live",
        "/revenue.csv",
        "orders",
        "",
        "/api/v1/query",
    ] {
        let refused = make(&server, &[("of", page)]);
        assert_eq!(refused.status, 400, "{page}");
        assert!(
            refused.text().contains("lists of orders and customers are for accounts only"),
            "{page}"
        );
    }
    for (name, value) in [
        ("days", "366"),
        ("days", "0"),
        ("days", ""),
        ("shop", "nulle"),
        ("period", "toujours"),
        ("from", "2026-02-01"),
        ("to", ""),
        ("name", ""),
        ("password", "court"),
        ("rest", "where=nothing:FR"),
        ("rest", "profile=none"),
        ("rest", "step=second"),
    ] {
        assert_eq!(make(&server, &[(name, value)]).status, 400, "{name}={value}");
    }
    let asked = server.get("/sharing?of=%2Forders&period=30d").text();
    assert!(asked.contains("Cette page ne se partage pas"), "said before a form is filled in");
    // A period that is smuggled among the other filters is not the link's.
    let smuggled =
        link(&make(&server, &[("of", "/revenue"), ("rest", "period=all&shop=cave&by=month")]));
    let body = server.get(&smuggled).text();
    assert!(!body.contains("cave") && !body.contains("400"), "{body}");
    server.stop();
    let store = store(&data);
    let kept = comptoir_store::sharing::list(&store.read().expect("a view")).expect("listed");
    assert_eq!(kept.len(), 1, "nothing that was refused is kept");
}

#[test]
fn s086_a_link_ends_and_can_be_withdrawn_and_says_so() {
    let (_folder, data, server) = server();
    let page = link(&make(&server, &[]));
    assert_eq!(server.get(&page).status, 200);
    assert_eq!(server.get(&page).status, 200);
    let listed = server.send("GET", "/sharing", &[("accept-language", "en")], b"").text();
    assert!(listed.contains("Bilan") && listed.contains("2, the last"), "openings are counted");
    assert!(!listed.contains("cps_"), "the link is told once");
    assert_eq!(form(&server, "/sharing/9/revoke", &[]).status, 404);
    assert_eq!(form(&server, "/sharing/1/revoke", &[]).status, 303);
    let gone = server.get(&page);
    assert_eq!((gone.status, gone.text().contains("Ce lien n’est plus valable")), (410, true));
    server.stop();

    let over = {
        let store = store(&data);
        let shop =
            comptoir_store::shops::list(&store.read().expect("a view")).expect("shops")[0].id;
        let new = NewShare {
            name: "Ancien".into(),
            page: "/".into(),
            query: "period=30d".into(),
            shops: vec![shop],
            password: None,
            made_by: None,
            expires: "2020-01-31T00:00:00Z".parse().expect("an instant"),
        };
        let (_, word) = store
            .create_share(new, "2020-01-01T00:00:00Z".parse().expect("an instant"))
            .expect("made");
        let lines = audit::list(&store.read().expect("a view"), i64::MAX, 100).expect("the log");
        let actions: Vec<&str> = lines.iter().map(|line| line.action.as_str()).collect();
        assert_eq!(&actions[..2], ["share_revoked", "share_created"]);
        assert!(lines.iter().all(|line| !line.detail.contains("cps_")), "no secret in the log");
        word
    };
    let server = Program::closed(&data);
    let gone = server.get(&format!("/s/{over}"));
    assert_eq!(gone.status, 410);
    is_still(&gone.text(), "a link that is over");
}

#[test]
fn s086_a_password_is_asked_for_and_only_a_few_are_tried() {
    let (_folder, data, server) = server();
    let locked = link(&make(&server, &[("password", "quatre saisons")]));
    let other = link(&make(&server, &[("password", "cinq saisons")]));
    let asked = server.get(&locked);
    assert_eq!((asked.status, asked.text().contains("type=\"password\"")), (401, true));
    assert!(!asked.text().contains("30,00"), "no figure before the password");
    assert_eq!(
        asked.header("referrer-policy"),
        "same-origin",
        "else the form would have no origin"
    );

    let wrong = form(&server, &locked, &[("password", "cinq saisons")]);
    assert_eq!((wrong.status, wrong.text().contains("not the password")), (401, true));
    let right = form(&server, &locked, &[("password", "quatre saisons")]);
    assert_eq!((right.status, right.header("location")), (303, locked.as_str()));
    let cookie = right.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", &format!("Path={locked}")] {
        assert!(cookie.contains(part), "{part} in {cookie}");
    }
    let pass = cookie.split(';').next().expect("a value").to_owned();
    let with = |link: &str, pass: &str| server.send("GET", link, &[("cookie", pass)], b"").status;
    assert_eq!(with(&locked, &pass), 200);
    assert_eq!(with(&other, &pass), 401, "the pass of one link opens no other");
    let (until, signature) = pass.split_once('.').expect("two parts");
    assert_eq!(with(&locked, &format!("{until}0.{signature}")), 401, "nor is it made longer");

    // Five wrong ones, then not even the right one is looked at.
    for _ in 0..5 {
        assert_eq!(form(&server, &other, &[("password", "faux faux faux")]).status, 401);
    }
    let refused = form(&server, &other, &[("password", "cinq saisons")]);
    assert_eq!((refused.status, refused.header("set-cookie")), (429, ""));
    assert_eq!(with(&locked, &pass), 200, "another link goes on");
    server.stop();
    let bytes = every_byte(&data);
    for secret in ["quatre saisons", "cinq saisons", &locked[3..]] {
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()), "{secret}");
    }
}

/// All that the data folder holds.
pub fn every_byte(folder: &Path) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            all.extend(every_byte(&path));
        } else if path.is_file() {
            all.extend(std::fs::read(&path).expect("a file"));
        }
    }
    all
}
