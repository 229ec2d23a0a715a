//! The settings page and `comptoir shop set`, on the running program: what is saved shows at once, on
//! every surface, and what is wrong changes nothing.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::{Answer, Program, answer, file, import, run};

/// Four orders: two of ada, one of them in a status that does not count; one of bob, around midnight.
const ORDERS: &str = "\
order_id,created,status,email,quantity,unit_price
1,2026-01-05 12:00:00,completed,ada@example.com,1,10.00
2,2026-01-06 12:00:00,on-hold,ada@example.com,1,20.00
3,2026-01-07 00:30:00,completed,bob@example.com,1,40.00
4,2026-01-08 12:00:00,refunded,bob@example.com,1,80.00
";

const JANUARY: &str = "metrics=orders,gross_sales,customers&from=2026-01-01&to=2026-01-31";

fn server() -> (tempfile::TempDir, Program) {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let done = import(&data, &file(folder.path(), "orders.csv", ORDERS), &[]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let server = Program::serve(&data);
    (folder, server)
}

fn totals(folder: &Path) -> Value {
    answer(&folder.join("data"), JANUARY)["totals"].clone()
}

/// Sends the form of the shop, with some of its fields changed; `counted` are the boxes checked, in the
/// order of the list: completed, on-hold, refunded.
fn save(server: &Program, counted: &[usize], changed: &[(&str, &str)]) -> Answer {
    let mut fields = vec![
        ("profile", "comptoir"),
        ("amounts", "excl"),
        ("timezone", "Europe/Paris"),
        ("threshold", ""),
        ("week_start", ""),
        ("currency", ""),
        ("do", "save"),
        ("status.0", "completed"),
        ("meaning.0", "fulfilled"),
        ("status.1", "on-hold"),
        ("meaning.1", "on_hold"),
        ("status.2", "refunded"),
        ("meaning.2", "refunded"),
    ];
    for (name, value) in changed {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    let mut body: Vec<String> =
        fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    body.extend(counted.iter().map(|index| format!("counted.{index}=1")));
    let form = [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];
    server.send("POST", "/settings/shop/test", &form, body.join("&").as_bytes())
}

#[test]
fn s022_s214_what_is_unchecked_leaves_every_figure_at_once_and_the_header_says_so() {
    let (folder, server) = server();
    // 1, 3 and 4 count; 4 gets a refund of its own, which takes nothing from gross sales.
    assert_eq!(
        totals(folder.path()),
        json!({ "orders": 3, "gross_sales": "130.00", "customers": 2 })
    );
    let page = server.get("/settings?shop=test");
    assert_eq!(page.status, 200);
    assert!(page.text().contains("on-hold") && page.text().contains("name=\"counted.1\""));

    // The preset: paid, sent and completed, not refunded.
    let saved = save(&server, &[0, 2], &[("do", "recommended")]);
    assert_eq!((saved.status, saved.header("location")), (303, "/settings?shop=test&saved=1"));
    assert_eq!(
        totals(folder.path()),
        json!({ "orders": 2, "gross_sales": "50.00", "customers": 2 })
    );
    let overview = server.send("GET", "/?period=all", &[("accept-language", "en")], b"").text();
    assert!(overview.contains("2 statuses excluded (on-hold, refunded)"), "{overview}");
    assert!(overview.contains("href=\"/settings\"") && overview.contains("chosen statuses"));
    // A preset that is named stays as it is.
    let preset = answer(&folder.path().join("data"), &format!("{JANUARY}&profile=comptoir"));
    assert_eq!(preset["totals"]["orders"], 3);

    // Boxes: on-hold alone. Then back to the calculation mode.
    assert_eq!(save(&server, &[1], &[]).status, 303);
    assert_eq!(
        totals(folder.path()),
        json!({ "orders": 1, "gross_sales": "20.00", "customers": 1 })
    );
    assert_eq!(save(&server, &[1], &[("do", "reset")]).status, 303);
    assert_eq!(totals(folder.path())["orders"], 3);

    // What a status means: on-hold is paid here.
    assert_eq!(save(&server, &[0, 2], &[("meaning.1", "paid")]).status, 303);
    assert_eq!(
        totals(folder.path()),
        json!({ "orders": 4, "gross_sales": "150.00", "customers": 2 })
    );
    let page = server.send("GET", "/settings", &[("accept-language", "en")], b"").text();
    assert!(page.contains("The platform says: on hold."), "{page}");
}

#[test]
fn wrong_input_is_told_field_by_field_and_changes_nothing() {
    let (folder, server) = server();
    let wrong = [
        ("timezone", "Europe/Pris%22%3E%3Cscript%3E"),
        ("threshold", "11"),
        ("currency", "EURO"),
        ("profile", "magento"),
    ];
    let back = save(&server, &[], &wrong);
    assert_eq!(back.status, 400);
    let page = back.text();
    for words in [
        "This is not a time zone",
        "a whole number from 2 to 10",
        "This is not a currency",
        "Choose a value",
        "Nothing was saved",
        "value=\"Europe/Pris&quot;&gt;&lt;script&gt;\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    assert!(!page.contains("<script>"));
    assert_eq!(totals(folder.path())["orders"], 3);
    assert_eq!(
        server
            .send(
                "POST",
                "/settings/shop/nobody",
                &[("content-type", "application/x-www-form-urlencoded")],
                b"a=b"
            )
            .status,
        404
    );
    let foreign =
        [("content-type", "application/x-www-form-urlencoded"), ("origin", "http://evil.example")];
    assert_eq!(server.send("POST", "/settings/zone", &foreign, b"timezone=UTC").status, 403);
    assert_eq!(server.get("/settings?shop=nobody").status, 404);
}

#[test]
fn s033_contacts_stand_on_every_page_as_text() {
    let (_folder, server) = server();
    let form = [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];
    let body = "week_start=sunday&threshold=3&currency=&support_name=%3Cb%3EAda&support_email=ada@example.com\
                &agency_name=Web%20%26%20Co&agency_url=https://example.com/a";
    let saved = server.send("POST", "/settings", &form, body.as_bytes());
    assert_eq!((saved.status, saved.header("location")), (303, "/settings?saved=1"));
    let page = server.get("/definitions").text();
    assert!(page.contains("&lt;b&gt;Ada") && page.contains("mailto:ada@example.com"), "{page}");
    assert!(page.contains("Web &amp; Co") && page.contains("href=\"https://example.com/a\""));
    assert!(!page.contains("<b>Ada"));
    let bad = server.send(
        "POST",
        "/settings",
        &form,
        b"week_start=friday&threshold=3&agency_url=javascript:alert(1)",
    );
    assert_eq!(bad.status, 400);
    assert!(server.get("/definitions").text().contains("https://example.com/a"));
}

#[test]
fn the_command_line_sets_through_the_server_and_without() {
    let (folder, server) = server();
    let data = folder.path().join("data");
    let data_text = data.to_str().expect("a path");
    let set = |more: &[&str]| {
        run(&[&["shop", "set", "--data", data_text, "--shop", "test"], more].concat(), b"")
    };
    let show =
        || run(&["shop", "show", "--data", data_text, "--shop", "test", "--json"], b"").json();
    let done = set(&["--statuses", "completed", "--threshold", "3", "--week-start", "sunday"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(totals(folder.path())["orders"], 2);
    server.stop();
    assert_eq!(show()["statuses"], json!(["completed"]));
    assert_eq!(
        (show()["threshold"].clone(), show()["week_start"].clone()),
        (json!(3), json!("sunday"))
    );
    // 00:30 in Paris is still the day before in UTC.
    let done = set(&[
        "--statuses-reset",
        "--timezone",
        "utc",
        "--threshold",
        "workspace",
        "--amounts",
        "incl",
    ]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    let days = answer(&data, "metrics=orders&by=day&from=2026-01-06&to=2026-01-06");
    assert_eq!(days["totals"]["orders"], 1);
    assert_eq!(show()["amounts"], "incl");
    for wrong in [
        ["--timezone", "Paris"],
        ["--threshold", "11"],
        ["--statuses", "finished"],
        ["--profile", "magento"],
        ["--amounts", "ttc"],
        ["--week-start", "friday"],
        ["--currency", "EURO"],
    ] {
        let refused = set(&wrong);
        assert_eq!(refused.code, Some(1), "{wrong:?}");
        assert!(refused.err.contains(wrong[1]), "{}", refused.err);
    }
    assert_eq!(show()["timezone"], "UTC");
}

/// The bank's file from the page: rates come in, and what is no such file is told.
#[test]
fn exchange_rates_are_added_from_the_page() {
    let (_folder, server) = server();
    let send = |file: &str| {
        let body = format!(
            "--x\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\n{file}\r\n--x--\r\n"
        );
        let headers =
            [("content-type", "multipart/form-data; boundary=x"), ("accept-language", "en")];
        server.send("POST", "/settings/rates", &headers, body.as_bytes())
    };
    // Two days of two currencies, one of them without a rate on the second day.
    let taken = send("Date,USD,GBP\n2026-01-05,1.1000,0.8500\n2026-01-06,1.1100,N/A\n");
    assert_eq!((taken.status, taken.header("location")), (303, "/settings?rates=3"));
    let page = server.send("GET", "/settings?rates=3", &[("accept-language", "en")], b"").text();
    assert!(page.contains("Rates added: 3."), "{page}");
    for wrong in ["", "hello"] {
        let back = send(wrong);
        assert_eq!(back.status, 400, "{wrong:?}");
        assert!(back.text().contains("settings-rates-problem"));
    }
}

/// Rates are fetched on demand, from a copy of the bank's file, with a server and without; the switch on
/// the page is off until somebody switches it on.
#[test]
fn exchange_rates_are_fetched_only_when_somebody_asks() {
    let bank = crate::replay::Replay::start(|_| crate::replay::Response {
        status: 200,
        headers: Vec::new(),
        body: b"Date,USD,GBP,\n2026-01-06,1.1100,N/A,\n2026-01-05,1.1000,0.8500,\n".to_vec(),
    });
    let (folder, server) = server();
    let data = folder.path().join("data");
    let page = || server.send("GET", "/settings", &[("accept-language", "en")], b"").text();
    assert!(page().contains("No rate is known yet."), "{}", page());
    assert!(page().contains("Without your consent it downloads nothing."));

    let fetch = |url: &str| {
        let data = data.to_str().expect("a path");
        run(&["rates", "download", "--data", data, "--url", url], b"")
    };
    let done = fetch(&format!("{}/eurofxref-hist.csv", bank.url()));
    assert_eq!((done.code, done.text().as_str()), (Some(0), "3 rates added\n"), "{}", done.err);
    assert_eq!(bank.requests().len(), 1);
    assert!(page().contains("Rates known up to 6 Jan 2026."), "{}", page());
    drop(server);
    let alone = fetch(&format!("{}/eurofxref-hist.csv", bank.url()));
    assert_eq!(alone.code, Some(0), "{}", alone.err);
    let wrong = fetch("file:///etc/passwd");
    assert_eq!(wrong.code, Some(1), "{}", wrong.err);
}
