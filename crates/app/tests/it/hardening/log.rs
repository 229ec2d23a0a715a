//! The audit log: what is noted, how it is read, and that a change of it shows.

use super::{ORDERS, path};
use crate::program::{Program, file, import, run};

fn lines(data: &std::path::Path) -> Vec<serde_json::Value> {
    let out = run(&["audit", "--data", path(data), "--format", "json"], b"");
    assert_eq!(out.code, Some(0), "{}", out.err);
    out.json().as_array().expect("lines").clone()
}

#[test]
fn s109_what_pages_and_the_command_line_change_is_noted() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let orders = file(folder.path(), "orders.csv", ORDERS);
    // Without a server, and then with one.
    assert_eq!(import(&data, &orders, &[]).code, Some(0));
    let server = Program::serve(&data);
    let set = ["shop", "set", "--data", path(&data), "--shop", "test", "--threshold", "3"];
    assert_eq!(run(&set, b"").code, Some(0));
    let form = [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];
    assert_eq!(server.send("POST", "/settings/zone", &form, b"timezone=UTC").status, 303);
    assert_eq!(server.send("POST", "/settings/zone", &form, b"timezone=nowhere").status, 400);
    assert_eq!(server.send("POST", "/settings/rates/daily", &form, b"daily=off").status, 303);
    assert_eq!(server.send("POST", "/imports/1/undo", &form, b"").status, 303);
    let mut found = lines(&data);
    found.reverse();
    let told: Vec<(i64, &str, &str)> = found
        .iter()
        .map(|line| {
            let text = |name: &str| line[name].as_str().expect("text");
            (line["id"].as_i64().expect("a number"), text("kind"), text("action"))
        })
        .collect();
    assert_eq!(
        told,
        [
            (1, "shell", "imported"),
            (2, "shell", "settings_changed"),
            (3, "open", "settings_changed"),
            (4, "open", "settings_changed"),
            (5, "open", "import_undone"),
        ]
    );
    assert_eq!(found[1]["detail"], r#"{"fields":["threshold"]}"#);
    assert_eq!(found[0]["shop"], 1);
    assert_eq!(found[2]["from"], "127.0.0.1");
    assert!(found.iter().all(|line| !line.to_string().contains("exemple.fr")), "a customer");

    // The page: all of it, then by action and by day.
    let page = |target: &str| server.send("GET", target, &form[1..], b"").text();
    let all = page("/audit");
    for words in ["6 lines", "Import undone", "Without an account, on this machine", "fields: time zone"] {
        assert!(all.contains(words), "{words}: {all}");
    }
    assert!(page("/audit?action=import_undone").contains("1 line<"));
    assert!(page("/audit?to=2020-01-01").contains("No line for these filters."));
    assert!(page("/audit?from=yesterday").contains("Write the date like 2026-11-22."));
    assert!(page("/audit?who=%3Cscript%3E").contains("&lt;script&gt;"));
    let export = server.get("/audit.csv?action=imported");
    assert_eq!(export.header("content-type"), "text/csv; charset=utf-8");
    assert!(export.text().contains("imported") && !export.text().contains("import_undone"));
    assert_eq!(lines(&data)[0]["action"], "audit_exported");
}

#[test]
fn s109_the_log_says_that_it_is_whole_with_a_server_and_without() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let orders = file(folder.path(), "orders.csv", ORDERS);
    assert_eq!(import(&data, &orders, &[]).code, Some(0));
    let verify = || run(&["audit", "--data", path(&data), "--verify"], b"");
    let alone = verify();
    assert_eq!(alone.code, Some(0), "{}", alone.err);
    assert!(alone.text().starts_with("1 lines, whole; newest digest: "), "{}", alone.text());
    let server = Program::serve(&data);
    assert_eq!(verify().text(), alone.text());
    let csv = run(&["audit", "--data", path(&data)], b"").text();
    assert!(csv.starts_with("line,at,kind,who,action,shop,detail,from,digest\n1,"), "{csv}");
    assert!(verify().text().starts_with("2 lines, whole"), "the export is a line too");
    drop(server);
    assert_eq!(run(&["audit", "--data", "/nowhere"], b"").code, Some(1));
}
