//! Files that must not come in, or only in part.

use std::io::Write;

use serde_json::json;

use super::{ORDERS, filled};
use crate::program::{Program, answer, file, import, run};

#[test]
fn a_nul_in_a_text_harms_nothing() {
    let (all, data) = filled();
    let rows = b"order_id,created,sku,product_name,unit_price\n7,2024-05-06,NUL,a\0b,5.00\n8,2024-05-06,OK,fine,6.00\n";
    let done = import(&data, &file(all.path(), "nul.csv", rows), &[]);
    assert_eq!(done.code, Some(1));
    assert!(done.err.contains("nul.csv") && done.err.contains("zero bytes"), "{}", done.err);
    let server = Program::serve(&data);
    let pushed = server.send("POST", "/api/v1/ingest?shop=test", &[],
        br#"{"type":"order","id":"9","created":"2024-05-06T10:00:00Z","lines":[{"sku":"N\u0000","name":"a\u0000b","unit_price":"7.00"}]}"#);
    assert!(matches!(pushed.status, 200 | 400), "{}", pushed.text());
    let told = server.get("/api/v1/query?metrics=orders,gross_sales&by=product&period=all");
    assert_eq!(told.status, 200);
    let told = told.json();
    let pushed = pushed.status == 200;
    assert_eq!(told["totals"]["gross_sales"], if pushed { "49.00" } else { "42.00" });
    assert!(!told.to_string().contains("u0000"));
    assert_eq!(server.get("/?period=all").status, 200);
}

#[test]
fn wrong_files_have_a_clear_message_and_leave_nothing_half_written() {
    let (all, data) = filled();
    let before = answer(&data, "metrics=orders,gross_sales,customers&period=all");
    let mut bomb = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    bomb.write_all(b"order_id,created,unit_price\n").expect("compressed");
    let zeros = vec![b'0'; 1 << 20];
    for _ in 0..300 {
        bomb.write_all(&zeros).expect("compressed");
    }
    let bomb = bomb.finish().expect("compressed");
    let half_a_gzip = {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        for number in 0..20_000 {
            writeln!(gzip, "{number},2024-05-06,{}.00", number % 97).expect("compressed");
        }
        let whole = gzip.finish().expect("compressed");
        whole[..whole.len() / 2].to_vec()
    };
    let binary: Vec<u8> =
        (0..50_000_u32).flat_map(|at| at.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let long_line = [b"order_id,created,unit_price\n".to_vec(), vec![b'x'; 3 << 20]].concat();
    let cases: &[(&str, &[u8], &str)] = &[
        ("empty.csv", b"", ""),
        ("blank.csv", b"\n\n\n", ""),
        ("header.csv", b"order_id,created,unit_price\n", ""),
        ("binary.csv", &binary, ""),
        ("image.csv", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01", ""),
        ("twice.csv", b"order_id,created,unit_price,unit_price\n5,2024-05-06,1.00,2.00\n", "unit_price"),
        ("missing.csv", b"number,unit_price\n5,1.00\n", "order_id"),
        ("dates.csv", b"order_id,created,unit_price\n5,0001-01-01,1.00\n6,9999-12-31,1.00\n7,1900-02-29,1.00\n8,2024-13-45,1.00\n", "created"),
        ("amounts.csv", b"order_id,created,unit_price\n5,2024-05-06,NaN\n6,2024-05-06,1e400\n7,2024-05-06,99999999999999999999999\n", "unit_price"),
        ("bomb.csv.gz", &bomb, ""),
        ("half.csv.gz", &half_a_gzip, ""),
        ("line.csv", &long_line, ""),
        ("lie.csv.zst", b"\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff", ""),
        ("lie.xlsx", b"PK\x03\x04 not a workbook", ""),
    ];
    for with_server in [false, true] {
        let server = with_server.then(|| Program::serve(&data));
        for (name, content, word) in cases {
            let done = import(&data, &file(all.path(), name, content), &[]);
            assert_eq!(
                done.code,
                Some(1),
                "{name}: {} {}",
                String::from_utf8_lossy(&done.out),
                done.err
            );
            assert!(done.err.len() > 20 && done.err.len() < 6_000, "{name}: {:?}", done.err);
            assert!(
                !done.err.contains(|c: char| c.is_control() && c != '\n'),
                "{name}: {:?}",
                done.err
            );
            assert!(!done.err.contains("panicked"), "{name}: {}", done.err);
            assert!(done.err.contains(word), "{name} does not say {word}: {}", done.err);
        }
        let after = answer(&data, "metrics=orders,gross_sales,customers&period=all");
        assert_eq!(after["totals"], before["totals"]);
        drop(server);
    }
}

#[test]
fn a_column_that_changes_its_type_half_way_costs_its_rows_only() {
    let (all, data) = filled();
    let row = |number: i32, amounts: &str| format!("t{number},2024-05-06 10:00,MIEL,{amounts}\n");
    let mut rows = String::from("order_id,created,sku,quantity,unit_price\n");
    for number in 0..2_000 {
        rows += &row(number, "1,1.00");
    }
    for number in 2_000..2_100 {
        rows += &row(number, "beaucoup,cher");
    }
    let done = import(&data, &file(all.path(), "changing.csv", rows), &[]);
    assert_eq!(done.code, Some(3), "{}", done.err);
    let said = done.json();
    assert_eq!(
        (&said["accepted"], &said["rejected"], &said["orders"]),
        (&json!(2_000), &json!(100), &json!(2_000))
    );
    assert!(done.err.contains("and 50 more") || done.err.contains("50"), "{}", done.err);
    let listed =
        std::fs::read_to_string(said["rejected_file"].as_str().expect("a file")).expect("readable");
    assert_eq!(listed.lines().count(), 101, "all of them are in the file");
    assert_eq!(answer(&data, "metrics=orders&period=all")["totals"]["orders"], 2_002);
}

#[test]
fn hostile_values_of_rejected_rows_are_shown_and_not_obeyed() {
    let (all, data) = filled();
    let rows = "order_id,created,unit_price\n5,\u{1b}[2Jnever,1.00\n6,=cmd|' /C calc'!A0,1.00\n";
    let done = import(&data, &file(all.path(), "=1+1.csv", rows), &[]);
    assert_eq!(done.code, Some(1));
    assert!(!done.err.contains('\u{1b}') && done.err.contains("never"), "{:?}", done.err);
    let listed = std::fs::read_to_string(done.json()["rejected_file"].as_str().expect("a file"))
        .expect("readable");
    let mut reader = csv::Reader::from_reader(listed.as_bytes());
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.expect("a row")).collect();
    assert_eq!((&rows[0][0], &rows[1][3]), ("'=1+1.csv", "'=cmd|' /C calc'!A0"));
}

#[test]
fn a_shop_cannot_be_named_after_a_path() {
    let all = tempfile::tempdir().expect("a folder");
    let data = all.path().join("data");
    let orders = file(all.path(), "orders.csv", ORDERS);
    for slug in ["../evil", "a/b", "", "Été", "-x", "a b", &"a".repeat(41)] {
        let mut arguments =
            vec!["import", "--data", data.to_str().expect("a path"), "--shop", slug, "--create"];
        arguments.extend([
            "--currency",
            "EUR",
            "--timezone",
            "Europe/Paris",
            "--format",
            "comptoir",
            orders.to_str().expect("a path"),
        ]);
        for more in [&[][..], &["--dry-run"]] {
            let refused = run(&[&arguments[..], more].concat(), b"");
            assert!(matches!(refused.code, Some(1 | 2)), "{slug}: {refused:?}");
        }
    }
    let zone = run(
        &[
            "import",
            "--data",
            data.to_str().expect("a path"),
            "--shop",
            "x",
            "--create",
            "--currency",
            "EUR",
            "--timezone",
            "Mars/Olympus",
            "--format",
            "comptoir",
            orders.to_str().expect("a path"),
        ],
        b"",
    );
    assert_eq!(zone.code, Some(1));
    assert!(zone.err.contains("Mars/Olympus"), "{}", zone.err);
    let listed = run(&["shop", "list", "--data", data.to_str().expect("a path"), "--json"], b"");
    assert_eq!(listed.json(), json!([]));
    let strays: Vec<_> = std::fs::read_dir(all.path())
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(strays.len(), 2, "{strays:?}");
}
