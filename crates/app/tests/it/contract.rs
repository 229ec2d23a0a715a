//! The command line's promises, word for word: exit codes, keys, what is written and what is not.

use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use serde_json::{Value, json};

use crate::program::{self, Program, answer, file, import, run};

mod serving;

/// Two orders: 12.00 and 30.00 of goods.
const ORDERS: &str = "order_id,created,email,sku,product_name,quantity,unit_price
1,2024-05-02 10:00,a@exemple.fr,MIEL,Miel,1,12.00
2,2024-05-03 11:00,b@exemple.fr,PAIN,Pain,3,10.00
";

const QUESTION: &str = "metrics=orders,gross_sales,units,customers&period=all";

fn path(folder: &Path) -> &str {
    folder.to_str().expect("a path")
}

/// The figures of the folder, without the generation: that one rises with each commit.
fn totals(folder: &Path) -> Value {
    answer(folder, QUESTION)["totals"].clone()
}

fn folders() -> (tempfile::TempDir, std::path::PathBuf) {
    let all = tempfile::tempdir().expect("a folder");
    let data = all.path().join("data");
    (all, data)
}

/// Runs the same check without and with a server on the folder.
fn both_ways(check: impl Fn(&Path, &Path)) {
    let (all, data) = folders();
    check(all.path(), &data);
    let (all, data) = folders();
    let server = Program::serve(&data);
    check(all.path(), &data);
    assert_eq!(server.stop().code(), Some(0));
}

#[test]
fn an_import_without_a_rejected_row_exits_with_0_and_prints_the_promised_keys() {
    both_ways(|all, data| {
        let done = import(data, &file(all, "orders.csv", ORDERS), &[]);
        assert_eq!(done.code, Some(0), "{}", done.err);
        assert_eq!(done.text().lines().count(), 1);
        let said = done.json();
        let promised =
            ["import", "rows", "accepted", "rejected", "rejected_file", "orders", "refunds"];
        let text = done.text();
        let places: Vec<usize> =
            promised.iter().map(|key| text.find(&format!("\"{key}\":")).expect("a key")).collect();
        assert!(places.is_sorted(), "not in the order of the contract: {text}");
        assert_eq!(said.as_object().map(serde_json::Map::len), Some(promised.len()));
        assert!(said["import"].as_str().is_some_and(|id| !id.is_empty()));
        assert_eq!(
            (
                &said["rows"],
                &said["accepted"],
                &said["rejected"],
                &said["rejected_file"],
                &said["orders"],
                &said["refunds"]
            ),
            (&json!(2), &json!(2), &json!(0), &Value::Null, &json!(2), &json!(0))
        );
        assert_eq!(
            totals(data),
            json!({ "orders": 2, "gross_sales": "42.00", "units": 4, "customers": 2 })
        );
    });
}

#[test]
fn rejected_rows_exit_with_3_and_are_listed_with_line_field_value_reason_and_remedy() {
    both_ways(|all, data| {
        let rows = format!(
            "{ORDERS}3,2024-05-04 10:00,c@exemple.fr,MIEL,Miel,douze,12.00\n4,2024-05-05,d@exemple.fr,MIEL,Miel,1,12.00\n"
        );
        let done = import(data, &file(all, "orders.csv", rows), &[]);
        assert_eq!(done.code, Some(3), "{}", done.err);
        let said = done.json();
        assert_eq!(
            (&said["rows"], &said["accepted"], &said["rejected"]),
            (&json!(4), &json!(3), &json!(1))
        );
        let listed = std::fs::read_to_string(said["rejected_file"].as_str().expect("a file"))
            .expect("readable");
        let mut reader = csv::Reader::from_reader(listed.as_bytes());
        let header: Vec<_> =
            reader.headers().expect("a header").iter().map(str::to_owned).collect();
        assert_eq!(header, ["file", "line", "field", "value", "reason", "remedy"]);
        let rows: Vec<csv::StringRecord> =
            reader.records().map(|row| row.expect("a row")).collect();
        assert_eq!(rows.len(), 1);
        assert_eq!(
            rows[0].iter().take(4).collect::<Vec<_>>(),
            ["orders.csv", "4", "quantity", "douze"]
        );
        assert!(!rows[0][4].is_empty() && !rows[0][5].is_empty(), "{listed}");
        // People see the same, beside the answer.
        assert!(done.err.contains("line 4") && done.err.contains("douze"), "{}", done.err);
        let mode = std::fs::metadata(said["rejected_file"].as_str().expect("a file"))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600, "customers' data are for their owner only");
        assert_eq!(totals(data)["orders"], 3);
    });
}

#[test]
fn nothing_done_exits_with_1() {
    both_ways(|all, data| {
        let orders = file(all, "orders.csv", ORDERS);
        let unknown = run(
            &[
                "import",
                "--data",
                path(data),
                "--shop",
                "nobody",
                "--format",
                "comptoir",
                path(&orders),
            ],
            b"",
        );
        assert_eq!(unknown.code, Some(1));
        assert!(
            unknown.err.contains("nobody") && unknown.err.contains("--create"),
            "{}",
            unknown.err
        );
        let missing = import(data, &all.join("missing.csv"), &[]);
        assert_eq!(missing.code, Some(1));
        assert!(missing.err.contains("missing.csv"), "{}", missing.err);
        let no_format = import(data, &orders, &["--format", "excel"]);
        assert_eq!(no_format.code, Some(1));
        assert!(
            no_format.err.contains("excel") && no_format.err.contains("comptoir"),
            "{}",
            no_format.err
        );
        let all_bad =
            file(all, "bad.csv", "order_id,created,unit_price\n1,never,1.00\n2,never,2.00\n");
        let rejected = import(data, &all_bad, &[]);
        assert_eq!(rejected.code, Some(1), "{}", rejected.err);
        let no_shop = run(&["shop", "list", "--data", path(data), "--json"], b"");
        assert_eq!(no_shop.json(), json!([]), "a shop was left behind by imports that did nothing");
    });
}

#[test]
fn create_is_a_no_op_on_the_same_shop_and_exits_with_1_on_another() {
    both_ways(|all, data| {
        let orders = file(all, "orders.csv", ORDERS);
        assert_eq!(import(data, &orders, &[]).code, Some(0));
        assert_eq!(import(data, &orders, &[]).code, Some(0));
        let before = totals(data);
        let base =
            ["import", "--data", path(data), "--shop", "test", "--create", "--format", "comptoir"];
        for (other, said) in [
            (
                [
                    "--currency",
                    "GBP",
                    "--timezone",
                    "Europe/Paris",
                    "--name",
                    "test",
                    "--platform",
                    "file",
                ],
                "GBP",
            ),
            (
                [
                    "--currency",
                    "EUR",
                    "--timezone",
                    "Europe/London",
                    "--name",
                    "test",
                    "--platform",
                    "file",
                ],
                "Europe/London",
            ),
            (
                [
                    "--currency",
                    "EUR",
                    "--timezone",
                    "Europe/Paris",
                    "--name",
                    "Other",
                    "--platform",
                    "file",
                ],
                "Other",
            ),
            (
                [
                    "--currency",
                    "EUR",
                    "--timezone",
                    "Europe/Paris",
                    "--name",
                    "test",
                    "--platform",
                    "shopify",
                ],
                "shopify",
            ),
        ] {
            let mut arguments = base.to_vec();
            arguments.extend(other);
            arguments.push(path(&orders));
            let refused = run(&arguments, b"");
            assert_eq!(refused.code, Some(1), "{said}");
            assert!(refused.err.contains(said), "{}", refused.err);
        }
        assert_eq!(totals(data), before);
        let listed = run(&["shop", "list", "--data", path(data), "--json"], b"").json();
        assert_eq!(
            listed,
            json!([{ "slug": "test", "name": "test", "platform": "file", "currency": "EUR", "timezone": "Europe/Paris" }])
        );
    });
}

#[test]
fn a_dry_run_says_what_would_come_in_and_writes_nothing() {
    both_ways(|all, data| {
        let rows = format!("{ORDERS}3,never,c@exemple.fr,MIEL,Miel,1,12.00\n");
        let done = import(data, &file(all, "orders.csv", rows), &["--dry-run"]);
        assert_eq!(done.code, Some(3), "{}", done.err);
        let said = done.json();
        assert_eq!(
            (&said["orders"], &said["rejected"], &said["import"]),
            (&json!(2), &json!(1), &json!(""))
        );
        assert_eq!(said["rejected_file"], Value::Null);
        assert!(done.err.contains("never"), "{}", done.err);
        let shops = run(&["shop", "list", "--data", path(data), "--json"], b"");
        assert_eq!(shops.json(), json!([]), "a dry run created the shop");
        assert!(!data.join("rejected").exists());
    });
}

#[test]
fn standard_input_gzip_and_zstandard_are_read_directly() {
    both_ways(|all, data| {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        gzip.write_all(ORDERS.as_bytes()).expect("compressed");
        let gzip = gzip.finish().expect("compressed");
        assert_eq!(import(data, &file(all, "orders.csv.gz", &gzip), &[]).code, Some(0));
        let first = totals(data);
        assert_eq!(first["orders"], 2);
        let third = "order_id,created,sku,unit_price\n3,2024-05-06,MIEL,5.00\n";
        assert_eq!(
            import(data, &file(all, "third.csv.zst", stored_zstandard(third.as_bytes())), &[]).code,
            Some(0)
        );
        assert_eq!(totals(data)["orders"], 3);
        let base = [
            "import",
            "--data",
            path(data),
            "--shop",
            "test",
            "--format",
            "comptoir",
            "--json",
            "-",
        ];
        let piped = run(&base, b"order_id,created,sku,unit_price\n4,2024-05-07,MIEL,7.00\n");
        assert_eq!(piped.code, Some(0), "{}", piped.err);
        // A compressed pipe too: what counts is what the bytes say.
        assert_eq!(run(&base, &gzip).code, Some(0));
        assert_eq!(
            (&totals(data)["orders"], &totals(data)["gross_sales"]),
            (&json!(4), &json!("54.00"))
        );
    });
}

/// A Zstandard frame of one stored block (RFC 8878): single segment, content size in four bytes.
fn stored_zstandard(content: &[u8]) -> Vec<u8> {
    let size = u32::try_from(content.len()).expect("small");
    let mut frame = vec![0x28, 0xb5, 0x2f, 0xfd, 0b1010_0000];
    frame.extend(size.to_le_bytes());
    // Last block, raw: its size stands above three bits.
    frame.extend(&((size << 3) | 1).to_le_bytes()[..3]);
    frame.extend(content);
    frame
}

#[test]
fn importing_twice_or_shuffled_changes_nothing_and_a_later_file_replaces_lines_whole() {
    both_ways(|all, data| {
        let lines = "order_id,created,email,sku,quantity,unit_price
1,2024-05-02 10:00,a@exemple.fr,MIEL,1,12.00
1,2024-05-02 10:00,a@exemple.fr,PAIN,2,3.00
2,2024-05-03 11:00,b@exemple.fr,PAIN,3,10.00
3,2024-05-04 11:00,a@exemple.fr,MIEL,1,8.00
";
        let asked = [
            "metrics=orders,gross_sales,units,customers,new_customers,returning_customers&period=all&by=day",
            "metrics=gross_sales,units,orders&period=all&by=product",
        ];
        let rows = |data: &Path| {
            asked.map(|asked| {
                (answer(data, asked)["rows"].clone(), answer(data, asked)["totals"].clone())
            })
        };
        assert_eq!(import(data, &file(all, "a.csv", lines), &[]).code, Some(0));
        let once = rows(data);
        assert_eq!(once[0].1["gross_sales"], "56.00");
        assert_eq!(import(data, &file(all, "a.csv", lines), &[]).code, Some(0));
        assert_eq!(rows(data), once, "importing twice");
        let mut shuffled: Vec<&str> = lines.lines().skip(1).collect();
        shuffled.reverse();
        shuffled.rotate_left(1);
        let shuffled =
            format!("{}\n{}\n", lines.lines().next().expect("a header"), shuffled.join("\n"));
        assert_eq!(import(data, &file(all, "b.csv", &shuffled), &[]).code, Some(0));
        assert_eq!(rows(data), once, "shuffled");
        // In a folder of its own, the shuffled file gives the same shop.
        let other = all.join("other");
        assert_eq!(import(&other, &file(all, "b.csv", &shuffled), &[]).code, Some(0));
        assert_eq!(rows(&other), once, "shuffled, from nothing");
        // Order 1 comes back with one line of another product: nothing of its old lines stays.
        let later = "order_id,created,email,sku,quantity,unit_price\n1,2024-05-02 10:00,a@exemple.fr,CIRE,1,5.00\n";
        assert_eq!(import(data, &file(all, "later.csv", later), &[]).code, Some(0));
        let [(_, days), (products, _)] = rows(data);
        assert_eq!(
            (&days["orders"], &days["gross_sales"], &days["units"]),
            (&json!(3), &json!("43.00"), &json!(5))
        );
        let of = |sku: &str| {
            products
                .as_array()
                .expect("rows")
                .iter()
                .find(|row| row["product"] == sku)
                .map(|row| row["gross_sales"].clone())
        };
        assert_eq!(
            (of("CIRE"), of("MIEL"), of("PAIN")),
            (Some(json!("5.00")), Some(json!("8.00")), Some(json!("30.00")))
        );
    });
}

#[test]
fn query_prints_exactly_what_the_api_answers() {
    let (all, data) = folders();
    let rows = "order_id,created,email,city,sku,product_name,quantity,unit_price
1,2024-05-02 10:00,a@exemple.fr,Genève,MIEL,\"Miel, \"\"doux\"\" 100 %\",1,12.00
2,2024-05-03 11:00,b@exemple.fr,A&B#C+D 50%,PAIN,Pain,3,10.00
";
    assert_eq!(import(&data, &file(all.path(), "a.csv", rows), &[]).code, Some(0));
    let questions = [
        "metrics=revenue,average_order_value&by=day&from=2024-05-01&to=2024-05-31&compare=previous",
        "metrics=net_sales&by=product&period=all&sort=-net_sales&limit=1",
        "metrics=revenue&by=city&period=all",
        "metrics=revenue&period=all&where=city:Gen%C3%A8ve",
        "metrics=revenue&period=all&where=city:A%26B%23C%2BD%2050%25",
        "metrics=revenue&period=all&profile=brevo&where=country:FR|BE&where=weekday:1",
    ];
    // As people type them: letters beyond ASCII, spaces and number signs unescaped.
    let typed = [
        "metrics=revenue&period=all&where=city:Genève",
        "metrics=revenue&period=all&where=city:A%26B#C%2BD 50%25",
    ];
    let without: Vec<String> =
        typed.iter().map(|asked| program::query(&data, asked, "json")).collect();
    let server = Program::serve(&data);
    let mut told = Vec::new();
    for asked in questions {
        for shape in ["json", "csv"] {
            let api = server.get(&format!("/api/v1/query?{asked}&format={shape}")).text();
            assert_eq!(program::query(&data, asked, shape), api, "{asked}");
            told.push((asked, shape, api));
        }
        assert_eq!(
            run(&["query", "--data", path(&data), asked], b"").text(),
            server.get(&format!("/api/v1/query?{asked}")).text()
        );
    }
    let by_server: Vec<String> =
        typed.iter().map(|asked| program::query(&data, asked, "json")).collect();
    assert_eq!(by_server, without, "the same question through the server");
    for (answer, revenue) in without.iter().zip(["12.00", "30.00"]) {
        let answer: Value = serde_json::from_str(answer).expect("JSON");
        assert_eq!(answer["totals"]["revenue"], revenue);
    }
    let wrong = "metrics=revnue&period=all";
    let refused = run(&["query", "--data", path(&data), wrong], b"");
    assert_eq!(server.stop().code(), Some(0));
    for (asked, shape, api) in told {
        assert_eq!(program::query(&data, asked, shape), api, "{asked}, without a server");
    }
    let alone = run(&["query", "--data", path(&data), wrong], b"");
    assert_eq!((refused.code, alone.code), (Some(1), Some(1)));
    assert_eq!(refused.err, alone.err);
    assert!(
        alone.err.contains("metrics=revnue") && alone.err.contains("“revenue”"),
        "{}",
        alone.err
    );
    assert!(refused.out.is_empty() && alone.out.is_empty());
}

#[test]
fn an_answer_has_the_form_of_the_contract() {
    let (all, data) = folders();
    assert_eq!(import(&data, &file(all.path(), "a.csv", ORDERS), &[]).code, Some(0));
    let told = answer(
        &data,
        "metrics=revenue,orders,refund_rate_value&by=month&from=2024-04-01&to=2024-05-31&shop=test&compare=previous",
    );
    let generation = told["generation"].as_i64().expect("an integer");
    assert!(generation > 0);
    assert_eq!(
        told,
        json!({
            "generation": generation,
            "profile": "comptoir",
            "period": { "from": "2024-04-01", "to": "2024-05-31" },
            // Two calendar months against the two before them.
            "comparison": told["comparison"],
            "columns": [
                { "id": "month", "kind": "dimension" },
                { "id": "revenue", "kind": "metric", "unit": "money", "currency": "EUR" },
                { "id": "orders", "kind": "metric", "unit": "count" },
                { "id": "refund_rate_value", "kind": "metric", "unit": "ratio" },
            ],
            "rows": [
                { "month": "2024-04", "revenue": "0.00", "orders": 0, "refund_rate_value": null,
                  "previous": { "revenue": "0.00", "orders": 0, "refund_rate_value": null } },
                { "month": "2024-05", "revenue": "42.00", "orders": 2, "refund_rate_value": 0.0,
                  "previous": { "revenue": "0.00", "orders": 0, "refund_rate_value": null } },
            ],
            "totals": { "revenue": "42.00", "orders": 2, "refund_rate_value": 0.0,
                        "previous": { "revenue": "0.00", "orders": 0, "refund_rate_value": null } },
            "incomplete": null,
        })
    );
    assert!(told["comparison"]["to"] == "2024-03-31", "{}", told["comparison"]);
}
