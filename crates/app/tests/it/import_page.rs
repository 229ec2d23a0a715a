//! The import page, from the upload to the undo, as a browser without scripts meets it.

use std::fmt::Write;
use std::path::Path;

use crate::program::{Answer, Program, until};

const BOUNDARY: &str = "--------comptoir";

/// Shopify's own columns, four rows, three orders: the rows of the fixture that matter here.
const SHOPIFY: &str = "\
Name,Email,Financial Status,Paid at,Fulfillment Status,Currency,Subtotal,Shipping,Taxes,Total,Discount Code,Discount Amount,Created at,Lineitem quantity,Lineitem name,Lineitem price,Lineitem sku,Lineitem taxable,Billing Country,Cancelled at,Refunded Amount,Id,Lineitem discount,Tax 1 Name,Tax 1 Value
#1001,ada@example.com,paid,2025-03-03 10:15:00 -0500,fulfilled,USD,47.00,6.00,3.29,56.29,FALL5,5.00,2025-03-03 10:14:00 -0500,2,Fern <i>Print</i>,16.00,FERN-A4,true,US,,0.00,5550000001,5.00,NY State Tax 4%,3.29
#1001,ada@example.com,,,,,,,,,,,2025-03-03 10:14:00 -0500,1,Canvas Tote,20.00,TOTE-1,true,,,,,0.00,,
#1002,bo@example.com,partially_refunded,2025-03-09 23:40:00 -0500,fulfilled,USD,50.00,0.00,0.00,50.00,,0.00,2025-03-09 23:40:00 -0500,2,Speckled Mug,25.00,MUG-1,true,,,25.00,5550000002,0.00,,
#1003,,voided,,unfulfilled,USD,25.00,5.00,0.00,30.00,,0.00,2025-03-10 00:10:00 -0400,1,Speckled Mug,25.00,MUG-1,true,,2025-03-10 08:00:00 -0400,0.00,5550000003,0.00,,
";

#[test]
fn a_shopify_export_comes_in_and_is_taken_back() {
    let (folder, server) = server();
    let page = upload(&server, "Ma boutique", "export.csv", SHOPIFY.as_bytes());
    let mapping = server.get(&page).text();
    // Four rows; of the three orders one was refunded in part.
    assert!(
        mapping.contains("Rows of the file: 4. Accepted: 4, rejected: 0. Orders: 3, refunds: 1."),
        "{mapping}"
    );
    assert!(mapping.contains(r#"<option value="shopify" selected>"#));
    assert!(mapping.contains("Fern &lt;i&gt;Print&lt;/i&gt;") && !mapping.contains("Fern <i>"));
    assert_eq!(mapping.matches("<td>#100").count(), 4);
    // Nothing is written before it is confirmed, not even the shop.
    assert!(!server.get("/import").text().contains("ma-boutique"));

    let report = confirm(&server, &page, &mapping);
    assert_eq!(figures(&server.get(&report).text()), ["4", "4", "0", "3", "1"]);
    assert_eq!(uploads(folder.path()), 0);
    // The page of an upload that came in leads to its report.
    assert_eq!(server.get(&page).header("location"), report);
    let list = server.get("/import").text();
    assert!(list.contains(r#"<option value="ma-boutique">Ma boutique</option>"#));
    assert!(list.contains(&format!("href=\"{report}\"")));

    let undone = server.send("POST", &format!("{report}/undo"), &[], b"");
    assert_eq!((undone.status, undone.header("location")), (303, report.as_str()));
    let after = server.get(&report).text();
    assert_eq!(figures(&after), ["4", "4", "0", "3", "1", "3", "1"]);
    assert!(after.contains("Import undone on") && !after.contains("/undo\""));
    // Undoing again changes nothing.
    server.send("POST", &format!("{report}/undo"), &[], b"");
    assert_eq!(figures(&server.get(&report).text()), ["4", "4", "0", "3", "1", "3", "1"]);
}

#[test]
fn undoing_leaves_what_another_import_changed() {
    let (_folder, server) = server();
    let file =
        "order_id,created,quantity,unit_price\nA1,2026-01-02,1,10.00\nA2,2026-01-03,1,20.00\n";
    let page = upload(&server, "Ferme", "one.csv", file.as_bytes());
    let first = confirm(&server, &page, &server.get(&page).text());
    assert_eq!(figures(&server.get(&first).text()), ["2", "2", "0", "2", "0"]);
    // The second file says something else of A2, and brings A3.
    let file =
        "order_id,created,quantity,unit_price\nA2,2026-01-03,3,20.00\nA3,2026-01-04,1,5.00\n";
    let sent = send(&server, &[("shop", "ferme"), ("format", "")], "two.csv", file.as_bytes());
    let page = sent.header("location").to_owned();
    confirm(&server, &page, &server.get(&page).text());

    server.send("POST", &format!("{first}/undo"), &[], b"");
    let after = server.get(&first).text();
    // A1 goes; A2 was changed since and stays, by name.
    assert_eq!(figures(&after), ["2", "2", "0", "2", "0", "1", "0"]);
    assert!(
        after.contains("<li>A2</li>") && after.contains("another source has changed them since"),
        "{after}"
    );
    assert!(!after.contains("<li>A1</li>") && !after.contains("<li>A3</li>"));
}

/// Thirty orders under headers that mean nothing, of which the last has no such date.
#[test]
fn a_mapping_is_corrected_and_rejected_rows_are_listed() {
    let (_folder, server) = server();
    let mut file = "un;deux;trois\n".to_owned();
    for order in 1..=29 {
        writeln!(file, "N{order};{order:02}/01/2026;1,50").expect("written");
    }
    file.push_str("N30;31/02/2026;1,50\n");
    let page = upload(&server, "Ferme", "caisse.csv", file.as_bytes());
    let before = server.get(&page).text();
    assert!(before.contains("choose a column for: Order id, Order date."), "{before}");
    assert!(!before.contains("value=\"confirm\""));
    assert_eq!(before.matches("<tr><td>N").count(), 20);

    let fields = [("field-order_id", "0"), ("field-created", "1"), ("field-line_total", "2")];
    let kept = hidden(&before);
    let mut form: Vec<(&str, &str)> =
        kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.extend(fields);
    form.push(("step", "preview"));
    let again = server.send("POST", &page, FORM, body(&form).as_bytes());
    assert_eq!((again.status, again.header("location")), (303, page.as_str()));
    let corrected = server.get(&page).text();
    // Line 31 of the file is its thirtieth row.
    assert!(
        corrected.contains("Rows of the file: 30. Accepted: 29, rejected: 1. Orders: 29"),
        "{corrected}"
    );
    assert!(corrected.contains("<td>31</td><td>deux</td><td>31/02/2026</td>"));

    form.pop();
    form.push(("step", "confirm"));
    let report = start(&server, &page, &form);
    let text = server.get(&report).text();
    assert_eq!(figures(&text), ["30", "29", "1", "29", "0"]);
    assert!(text.contains("<td>31</td><td>deux</td><td>31/02/2026</td>"));
    let list = server.get(&format!("{report}/rejected.csv"));
    assert_eq!(list.header("content-type"), "text/csv; charset=utf-8");
    assert!(list.text().contains("caisse.csv,31,deux,31/02/2026,"), "{}", list.text());
}

#[test]
fn a_file_that_can_t_be_read_is_said_so_and_not_kept() {
    let (folder, server) = server();
    let zeros = std::process::Command::new("sh")
        .args(["-c", "head -c 150000000 /dev/zero | gzip"])
        .output()
        .expect("a shell")
        .stdout;
    let cases: [(&str, &[u8], &str); 6] = [
        ("empty.csv", b"", "The file is empty."),
        ("blank.csv", b"\n \n", "The file is empty."),
        ("photo.csv", &[0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3, 0, 0, 0], "The file is not text."),
        ("twice.csv", b"a,b,A\n1,2,3\n", "Several columns have the same name"),
        ("bomb.csv.gz", &zeros, "The file "),
        ("book.xlsx", b"PK\x03\x04nonsense", "The spreadsheet can\u{2019}t be read."),
    ];
    for (name, content, words) in cases {
        let answer = send(&server, &NEW_SHOP, name, content);
        let text = answer.text();
        assert_eq!(answer.status, 400, "{name}");
        assert!(text.contains("role=\"alert\"") && text.contains(words), "{name}: {text}");
        // The form is there again, as it was filled in.
        assert!(text.contains("value=\"Ferme\""), "{name}");
        assert_eq!(uploads(folder.path()), 0, "{name}");
    }
    let french = request(&server, &NEW_SHOP, "empty.csv", b"", &[("accept-language", "fr")]);
    assert!(french.text().contains("Le fichier est vide."));
}

#[test]
fn wrong_shops_are_refused_before_anything_is_kept() {
    let (folder, server) = server();
    let file = b"order_id,created,total\n1,2026-01-01,5\n";
    for (fields, words) in [
        (
            [("shop", "+"), ("name", ""), ("currency", "EUR"), ("timezone", "Europe/Paris")],
            "Give the new shop a name.",
        ),
        (
            [("shop", "+"), ("name", "A"), ("currency", "<b>"), ("timezone", "Europe/Paris")],
            "“&lt;b&gt;” is not a currency.",
        ),
        (
            [("shop", "+"), ("name", "A"), ("currency", "EUR"), ("timezone", "Mars")],
            "“Mars” is not a time zone.",
        ),
        (
            [("shop", "gone"), ("name", "A"), ("currency", "EUR"), ("timezone", "")],
            "There is no such shop.",
        ),
    ] {
        let answer = send(&server, &fields, "a.csv", file);
        assert_eq!(answer.status, 400);
        assert!(answer.text().contains(words), "{words}: {}", answer.text());
    }
    assert_eq!(uploads(folder.path()), 0);
    let foreign = request(&server, &NEW_SHOP, "a.csv", file, &[("origin", "http://evil.example")]);
    assert_eq!(foreign.status, 403);
    for gone in [
        "/import/0123",
        "/import/0123/progress",
        "/imports/7",
        "/imports/7/rejected.csv",
        "/imports/x",
    ] {
        assert_eq!(server.get(gone).status, 404, "{gone}");
    }
}

/// Neither row has a date: the new shop would have nothing in it.
#[test]
fn a_file_without_a_good_row_creates_no_shop() {
    let (folder, server) = server();
    let file = "order_id,created,total\n1,never,5\n2,31/02/2026,5\n";
    let page = upload(&server, "Ferme", "<b>bad</b>.csv", file.as_bytes());
    let mapping = server.get(&page).text();
    assert!(mapping.contains("Accepted: 0, rejected: 2."), "{mapping}");
    assert!(mapping.contains("&lt;b&gt;bad&lt;") || mapping.contains("b&gt;.csv"), "{mapping}");
    let kept = hidden(&mapping);
    let mut form: Vec<(&str, &str)> =
        kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("step", "confirm"));
    server.send("POST", &page, FORM, body(&form).as_bytes());
    until("the import ends", || server.get(&format!("{page}/progress")).header("location") == page);
    assert!(server.get(&page).text().contains("No row could be imported, nothing was saved"));
    assert!(!server.get("/import").text().contains("<option value=\"ferme\""));
    // The file stays until it is given up, so that its mapping can be corrected.
    assert_eq!(uploads(folder.path()), 1);
}

#[test]
fn stopping_or_giving_up_leaves_nothing() {
    let (folder, server) = server();
    let mut file = "order_id,created,unit_price\n".to_owned();
    for order in 0..300_000 {
        writeln!(file, "{order},2026-01-01,5.00").expect("written");
    }
    let page = upload(&server, "Ferme", "long.csv", file.as_bytes());
    let mapping = server.get(&page).text();
    assert!(mapping.contains("First rows tried: 1,999."), "the last order might go on: {mapping}");
    let mut form: Vec<(String, String)> = hidden(&mapping);
    form.push(("step".into(), "confirm".into()));
    let form: Vec<(&str, &str)> =
        form.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let begun = server.send("POST", &page, FORM, body(&form).as_bytes());
    assert_eq!(begun.header("location"), format!("{page}/progress"));
    let progress = server.get(&format!("{page}/progress")).text();
    assert!(progress.contains("data-poll") && progress.contains("/stop\""), "{progress}");
    server.send("POST", &format!("{page}/stop"), &[], b"");
    until("the import stops", || {
        server.get(&format!("{page}/progress")).header("location") == page
    });
    let stopped = server.get(&page).text();
    assert!(stopped.contains("Import stopped, nothing was saved"), "{stopped}");
    assert!(stopped.contains("value=\"confirm\""), "it can be started again");
    let list = server.get("/import").text();
    assert!(!list.contains("ferme") && !list.contains("Past imports"));

    let cancelled = server.send("POST", &format!("{page}/cancel"), &[], b"");
    assert_eq!((cancelled.status, cancelled.header("location")), (303, "/import"));
    assert_eq!(server.get(&page).status, 404);
    assert_eq!(uploads(folder.path()), 0);
}

const NEW_SHOP: [(&str, &str); 5] = [
    ("shop", "+"),
    ("name", "Ferme"),
    ("currency", "EUR"),
    ("timezone", "Europe/Paris"),
    ("format", ""),
];

const FORM: &[(&str, &str)] =
    &[("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];

fn server() -> (tempfile::TempDir, English) {
    let folder = tempfile::tempdir().expect("a folder");
    let server = English(Program::serve(folder.path()));
    (folder, server)
}

/// A server asked in English, so that what is expected can be read here.
struct English(Program);

impl English {
    fn get(&self, target: &str) -> Answer {
        self.0.send("GET", target, &[("accept-language", "en")], b"")
    }

    fn send(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        self.0.send(method, target, headers, body)
    }
}

fn send(server: &English, fields: &[(&str, &str)], name: &str, content: &[u8]) -> Answer {
    request(server, fields, name, content, &[("accept-language", "en")])
}

fn request(
    server: &English,
    fields: &[(&str, &str)],
    name: &str,
    content: &[u8],
    headers: &[(&str, &str)],
) -> Answer {
    let mut body = Vec::new();
    for (field, value) in fields {
        let head = format!(
            "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
        );
        body.extend_from_slice(head.as_bytes());
    }
    let head = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"{name}\"\r\ncontent-type: text/csv\r\n\r\n"
    );
    body.extend_from_slice(head.as_bytes());
    body.extend_from_slice(content);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    let mut all = vec![("content-type", kind.as_str())];
    all.extend(headers);
    server.send("POST", "/import", &all, &body)
}

/// Sends a file for a new shop; the address of its mapping.
fn upload(server: &English, shop: &str, name: &str, content: &[u8]) -> String {
    let mut fields = NEW_SHOP;
    fields[1].1 = shop;
    let answer = send(server, &fields, name, content);
    assert_eq!(answer.status, 303, "{}", answer.text());
    answer.header("location").to_owned()
}

/// Confirms a mapping as it stands; the address of the report, once the import is over.
fn confirm(server: &English, page: &str, mapping: &str) -> String {
    let kept = hidden(mapping);
    let mut form: Vec<(&str, &str)> =
        kept.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    form.push(("step", "confirm"));
    start(server, page, &form)
}

fn start(server: &English, page: &str, form: &[(&str, &str)]) -> String {
    let begun = server.send("POST", page, FORM, body(form).as_bytes());
    let progress = format!("{page}/progress");
    assert_eq!((begun.status, begun.header("location")), (303, progress.as_str()));
    let mut report = String::new();
    until("the import ends", || {
        server.get(&progress).header("location").clone_into(&mut report);
        !report.is_empty()
    });
    assert!(report.starts_with("/imports/"), "{}", server.get(&report).text());
    report
}

/// The hidden fields of the mapping's form.
fn hidden(page: &str) -> Vec<(String, String)> {
    page.split("<input type=\"hidden\" name=\"")
        .skip(1)
        .map(|rest| {
            let (name, rest) = rest.split_once("\" value=\"").expect("a value");
            (name.to_owned(), rest.split('"').next().expect("its end").to_owned())
        })
        .collect()
}

fn figures(report: &str) -> Vec<&str> {
    let list = report
        .split_once("<dl class=\"figures\">")
        .expect("figures")
        .1
        .split("</dl>")
        .next()
        .expect("its end");
    list.split("<dd>").skip(1).map(|rest| rest.split('<').next().expect("a figure")).collect()
}

fn uploads(folder: &Path) -> usize {
    std::fs::read_dir(folder.join("uploads")).map_or(0, Iterator::count)
}

/// A form's body; the values here need no escaping.
fn body(form: &[(&str, &str)]) -> String {
    form.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&")
}
