//! What is wrong, hostile or too much: a clear refusal, nothing half written, nothing obeyed.

use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use serde_json::{Value, json};

use crate::program::{self, Outcome, Program, file, import, query, run};

mod files;

const ORDERS: &str = "order_id,created,email,country,sku,product_name,quantity,unit_price
1,2024-05-02 10:00,a@exemple.fr,FR,MIEL,Miel,1,12.00
2,2024-05-03 11:00,b@exemple.fr,BE,PAIN,Pain,3,10.00
";

fn filled() -> (tempfile::TempDir, std::path::PathBuf) {
    let all = tempfile::tempdir().expect("a folder");
    let data = all.path().join("data");
    let done = import(&data, &file(all.path(), "orders.csv", ORDERS), &[]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    (all, data)
}

/// A wrong question, the parameter at fault, and the nearest valid value where there is one.
const WRONG: &[(&str, &str, Option<&str>)] = &[
    ("metrics=revnue", "metrics", Some("revenue")),
    ("metrics=revenue,ordres", "metrics", Some("orders")),
    ("", "metrics", Some("revenue")),
    ("metrics=revenue&by=contry", "by", Some("country")),
    ("metrics=revenue&by=hour,day,month,year", "by", None),
    ("metrics=revenue&by=product", "metrics", None),
    ("metrics=revenue&by=hour&period=12m", "by", None),
    ("metrics=revenue&shop=tset", "shop", Some("test")),
    ("metrics=revenue&currency=EURO", "currency", Some("EUR")),
    ("metrics=revenue&period=30dd", "period", Some("30d")),
    ("metrics=revenue&compare=previus", "compare", Some("previous")),
    ("metrics=revenue&profile=comptior", "profile", Some("comptoir")),
    ("metrics=revenue&date=creted", "date", Some("created")),
    ("metrics=revenue&from=2024-02-30&to=2024-03-01", "from", None),
    ("metrics=revenue&from=hier&to=2024-03-01", "from", None),
    ("metrics=revenue&from=0001-01-01&to=2024-03-01", "from", Some("1970-01-01")),
    ("metrics=revenue&from=2024-03-01&to=9999-12-31", "to", Some("2200-12-31")),
    ("metrics=revenue&from=2024-03-02&to=2024-03-01", "from", Some("2024-03-01")),
    ("metrics=revenue&to=2024-03-01", "from", None),
    ("metrics=revenue&period=30d&from=2024-03-01", "period", None),
    ("metrics=revenue&by=country&sort=-orders", "sort", None),
    ("metrics=revenue&by=country&sort=-revnue", "sort", Some("revenue")),
    ("metrics=revenue&by=country&limit=0", "limit", None),
    ("metrics=revenue&by=country&limit=dix", "limit", None),
    ("metrics=revenue&by=country&limit=99999999999999999999", "limit", None),
    ("metrics=revenue&where=contry:FR", "where", None),
    ("metrics=revenue&where=country", "where", None),
    ("metrics=revenue&wher=country:FR", "wher", Some("where")),
    ("metrics=revenue&metrics=orders", "metrics", None),
    ("metrics=revenue&shop=%FF", "query", None),
    ("metrics=revenue&format=xlsx", "format", Some("json")),
];

#[test]
fn the_api_names_the_parameter_and_the_nearest_valid_value() {
    let (_all, data) = filled();
    let server = Program::serve(&data);
    for (question, parameter, nearest) in WRONG {
        let answer = server.get(&format!("/api/v1/query?{question}"));
        assert_eq!(answer.status, 400, "{question}: {}", answer.text());
        assert_eq!(answer.header("content-type"), "application/problem+json");
        let problem = answer.json();
        assert_eq!(problem["status"], 400);
        assert_eq!(problem["parameter"], *parameter, "{question}: {problem}");
        assert!(
            problem["detail"].as_str().is_some_and(|detail| detail.contains(parameter)),
            "{problem}"
        );
        if let Some(nearest) = nearest {
            assert_eq!(problem["nearest"], *nearest, "{question}: {problem}");
        }
    }
    // What has no form at all is refused as well, and the server lives on.
    let long = format!("/api/v1/query?metrics={}", "a".repeat(20_000));
    let answer = server.get(&long);
    assert_eq!(answer.status, 400);
    assert!(answer.body.len() < 2_000, "a message repeats a long value");
    assert_eq!(server.get("/healthz").status, 200);
}

#[test]
fn the_command_line_refuses_in_the_same_words_with_and_without_a_server() {
    let (_all, data) = filled();
    let folder = data.to_str().expect("a path");
    let asked: Vec<&(&str, &str, Option<&str>)> = WRONG.iter().step_by(4).collect();
    let ask = || -> Vec<Outcome> {
        asked
            .iter()
            .map(|(question, ..)| run(&["query", "--data", folder, question], b""))
            .collect()
    };
    let alone = ask();
    let server = Program::serve(&data);
    for ((one, other), (question, parameter, _)) in alone.iter().zip(ask()).zip(asked) {
        assert_eq!((one.code, other.code), (Some(1), Some(1)), "{question}");
        assert_eq!(one.err, other.err, "{question}");
        assert!(one.err.starts_with("comptoir: ") && one.err.contains(parameter), "{}", one.err);
    }
    drop(server);
}

#[test]
fn pages_refuse_with_400_and_say_what_would_work() {
    let (_all, data) = filled();
    let server = Program::serve(&data);
    for (address, parameter, nearest) in [
        ("/?period=30dd", "period", "30d"),
        ("/?shop=tset", "shop", "test"),
        ("/?currency=EURO", "currency", "EUR"),
        ("/?compare=previus", "compare", "previous"),
        ("/?profile=comptior", "profile", "comptoir"),
        ("/?date=creted", "date", "created"),
        ("/?from=0001-01-01&to=2024-03-01", "from", "1970-01-01"),
        ("/?wher=country:FR", "wher", "where"),
        ("/?step=second", "step", "day"),
        ("/explain?metric=revnue", "metric", "revenue"),
        ("/explain?metric=revenue&page=0", "page", "1"),
        ("/explain?metric=revenue&period=30dd", "period", "30d"),
    ] {
        let answer = server.get(address);
        assert_eq!(answer.status, 400, "{address}");
        assert!(answer.header("content-type").starts_with("text/html"), "{address}");
        let page = answer.text();
        assert!(page.contains("<html lang=\"fr\""), "{address}");
        assert!(page.contains(parameter), "{address} does not name {parameter}");
        assert!(page.contains(&format!(">{nearest}</a>")), "{address} does not offer {nearest}");
    }
    for hostile in
        ["/?period=%3Cscript%3Ealert(1)%3C/script%3E", "/?%3Cscript%3Ealert(1)%3C/script%3E=1"]
    {
        let answer = server.get(hostile);
        assert_eq!(answer.status, 400);
        assert!(!answer.text().contains("<script>alert"), "{hostile}");
    }
    let missing = server.get("/nowhere");
    assert_eq!(missing.status, 404);
    assert!(missing.text().contains("<html lang=\"fr\""));
    let missing = server.get("/api/v1/nowhere");
    assert_eq!((missing.status, missing.header("content-type")), (404, "application/problem+json"));
}

#[test]
fn only_this_machine_and_this_site_are_served() {
    let (_all, data) = filled();
    let server = Program::serve(&data);
    let own = format!("http://127.0.0.1:{}", server.address.port());
    let host = format!("127.0.0.1:{}", server.address.port());
    let body = br#"{"type":"order","id":"z","created":"2024-05-06T10:00:00Z","lines":[{"sku":"MIEL","unit_price":"1.00"}]}"#;
    for foreign in ["evil.example", "evil.example:80", "127.0.0.1.evil.example", "10.0.0.1", ""] {
        for target in ["/", "/healthz", "/api/v1/query?metrics=orders", "/explain"] {
            assert_eq!(
                server.send("GET", target, &[("host", foreign)], b"").status,
                403,
                "{foreign} {target}"
            );
        }
    }
    for (headers, status) in [
        (vec![("host", host.as_str()), ("origin", "http://evil.example")], 403),
        (vec![("host", host.as_str()), ("origin", "null")], 403),
        (vec![("host", host.as_str()), ("sec-fetch-site", "cross-site")], 403),
        (vec![("host", host.as_str()), ("origin", "http://127.0.0.1:1")], 403),
        (vec![("host", host.as_str()), ("origin", own.as_str())], 200),
        (vec![("host", host.as_str())], 200),
    ] {
        let answer = server.send("POST", "/api/v1/ingest?shop=test", &headers, body);
        assert_eq!(answer.status, status, "{headers:?}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'self'"));
    }
    assert_eq!(server.get("/api/v1/query?metrics=orders&period=all").json()["totals"]["orders"], 3);
}

#[test]
fn a_push_that_is_wrong_is_refused_with_the_place_and_the_remedy() {
    let (_all, data) = filled();
    let server = Program::serve(&data);
    let push = |target: &str, body: &[u8]| server.send("POST", target, &[], body);
    let good = r#"{"type":"order","id":"9","created":"2024-05-06T10:00:00Z","lines":[{"sku":"MIEL","unit_price":"1.00"}]}"#;
    for (target, parameter) in [
        ("/api/v1/ingest?shop=tset", "shop"),
        ("/api/v1/ingest?shpo=test", "shpo"),
        ("/api/v1/ingest?shop=%FF", "query"),
    ] {
        let answer = push(target, good.as_bytes());
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (400, "application/problem+json"),
            "{target}"
        );
        assert_eq!(answer.json()["parameter"], parameter);
    }
    assert_eq!(push("/api/v1/ingest?shop=tset", good.as_bytes()).json()["nearest"], "test");
    assert_eq!(push("/api/v1/ingest?shpo=test", good.as_bytes()).json()["nearest"], "shop");
    for body in
        [&b""[..], b"{", b"[]", b"\xff\xfe", b"42", b"null", b"{\"type\":\"order\"}", b"[[[[[[[[[["]
    {
        let answer = push("/api/v1/ingest?shop=test", body);
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (400, "application/problem+json"),
            "{body:?}"
        );
    }
    let too_many = format!("[{}]", vec![good; 1_001].join(","));
    assert_eq!(push("/api/v1/ingest?shop=test", too_many.as_bytes()).status, 400);
    let too_long = vec![b' '; 17 << 20];
    let answer = push("/api/v1/ingest?shop=test", &too_long);
    assert!(matches!(answer.status, 400 | 413), "{}", answer.status);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    assert_eq!(answer_of(&server)["orders"], 2, "nothing of all this came in");
    // A good record beside a bad one is kept, and the bad one is named.
    let mixed = format!(
        r#"[{good},{{"type":"order","id":"10","created":"never"}},{{"type":"order","id":"11","creatd":"2024-05-06"}}]"#
    );
    let answer = push("/api/v1/ingest?shop=test", mixed.as_bytes());
    assert_eq!(answer.status, 200);
    let receipt = answer.json();
    assert_eq!(receipt["accepted"], 1);
    assert_eq!(
        (&receipt["rejected"][0]["line"], &receipt["rejected"][0]["field"]),
        (&json!(2), &json!("created"))
    );
    assert!(receipt["rejected"][1].to_string().contains("created"), "{receipt}");
    assert_eq!(answer_of(&server)["orders"], 3);
}

fn answer_of(server: &Program) -> Value {
    server.get("/api/v1/query?metrics=orders,gross_sales&period=all").json()["totals"].clone()
}

/// Texts as a shop's customers and suppliers could write them.
const HOSTILE: [&str; 8] = [
    "<script>alert('x')</script>",
    "\"><img src=x onerror=alert(1)>",
    "=HYPERLINK(\"http://evil.example\";\"x\")",
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u{1b}]0;owned\u{7}\u{1b}[31mred",
    "\u{202e}gnp.exe مرحبا",
    "🍯👩‍🌾 Œuf d’oie, 100 % « bio »",
    "日本語\u{9b}2J\r\nSet-Cookie: a=b",
];

#[test]
fn hostile_texts_survive_and_are_never_obeyed() {
    let (_all, data) = filled();
    let server = Program::serve(&data);
    let records: Vec<Value> = HOSTILE
        .iter()
        .enumerate()
        .map(|(at, text)| {
            json!({ "type": "order", "id": format!("h{at}"), "number": text, "created": "2024-06-01T10:00:00Z", "status": text, "class": "paid",
                    "customer": { "last_name": text, "email": format!("h{at}@example.org") },
                    "billing": { "country": "FR", "city": text }, "payment_method": text, "coupons": [text],
                    "lines": [{ "sku": format!("S{at}"), "name": text, "quantity": 1, "unit_price": format!("{}.00", 100 + at) }] })
        })
        .collect();
    server.ingest("test", &json!(records));
    let june = "from=2024-06-01&to=2024-06-30";

    // JSON gives back what came in.
    let products = server.get(&format!("/api/v1/query?metrics=net_sales&by=product&{june}")).json();
    for (at, text) in HOSTILE.iter().enumerate() {
        let sku = format!("S{at}");
        let row = products["rows"]
            .as_array()
            .expect("rows")
            .iter()
            .find(|row| row["product"] == sku.as_str());
        assert_eq!(
            row.expect("its row")["product_name"].as_str().map(tame),
            Some(tame(text)),
            "{text:?}"
        );
    }
    let cities = server.get(&format!("/api/v1/query?metrics=revenue&by=city&{june}")).json();
    assert_eq!(cities["rows"].as_array().map(Vec::len), Some(HOSTILE.len()));

    // Pages never carry them as markup.
    let mut pages = vec![
        format!("/?{june}"),
        format!("/?{june}&rank=units"),
        format!("/explain?metric=orders&{june}"),
        format!("/explain?metric=customers&{june}"),
        format!("/revenue?{june}&by=city"),
        format!("/revenue?{june}&by=product&then=coupon"),
        format!("/revenue?{june}&by=day&then=payment_method"),
    ];
    let listed = server.get(&pages[2]).text();
    let orders: Vec<String> = listed
        .split("href=\"/orders/")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .map(|id| format!("/orders/{id}"))
        .collect();
    assert_eq!(orders.len(), HOSTILE.len());
    pages.extend(orders);
    for address in &pages {
        let answer = server.get(address);
        assert_eq!(answer.status, 200, "{address}");
        let page = answer.text();
        for markup in ["<script>alert", "<img src=x", "onerror=alert(1)>"] {
            let escaped = markup.starts_with("onerror")
                && page.contains("&gt;&lt;img src=x onerror=alert(1)&gt;");
            assert!(escaped || !page.contains(markup), "{address} has {markup}");
        }
    }
    assert!(server.get(&pages[0]).text().contains("&lt;script&gt;alert"));

    // No cell of a CSV starts like a formula, wherever CSV is made.
    for address in [
        format!("/api/v1/query?metrics=net_sales&by=product&{june}&format=csv"),
        format!("/api/v1/query?metrics=revenue&by=city,coupon,payment_method&{june}&format=csv"),
        format!("/explain.csv?metric=orders&{june}"),
    ] {
        let text = server.get(&address).text();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
        let mut defused = 0;
        for record in reader.records() {
            for cell in &record.expect("a record") {
                assert!(!cell.starts_with(['=', '@', '\t', '\r']), "{address}: {cell:?}");
                defused += i32::from(cell.starts_with("'=") || cell.starts_with("'@"));
            }
        }
        assert!(defused >= 2, "{address} lost the texts");
    }

    // A terminal shows control characters, and does not obey them; letters it shows as they are.
    let question = format!("metrics=net_sales&by=product&{june}");
    for _server in [Some(server), None] {
        let table = query(&data, &question, "table");
        let obeyed =
            |c: char| (c.is_control() && c != '\n') || matches!(c, '\u{202a}'..='\u{202e}');
        assert!(!table.contains(obeyed), "{table:?}");
        assert!(
            table.contains("🍯👩‍🌾 Œuf d’oie") && table.contains("مرحبا") && table.contains("日本語"),
            "{table}"
        );
    }
}

/// A text without its control characters, which are of no use in a name and become spaces.
fn tame(text: &str) -> String {
    text.replace(char::is_control, " ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn twenty_readers_see_whole_batches_while_orders_pour_in() {
    let (_all, data) = filled();
    let server = Program::serve(&data);
    let address = server.address;
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let readers: Vec<_> = (0..20)
            .map(|reader| {
                let over = &over;
                scope.spawn(move || {
                    let by = ["", "&by=day", "&by=country", "&by=customer_type"][reader % 4];
                    let target = format!("/api/v1/query?metrics=orders,gross_sales,tax,units&from=2024-07-01&to=2024-07-31{by}");
                    let (mut generation, mut answers) = (0, 0);
                    while !over.load(Ordering::Relaxed) || answers == 0 {
                        let answer = program::request(address, "GET", &target, &[], b"").expect("an answer");
                        assert_eq!(answer.status, 200, "{}", answer.text());
                        let told = answer.json();
                        let totals = &told["totals"];
                        let orders = totals["orders"].as_i64().expect("a count");
                        // Each batch is 7 orders of 2 × 5.00 with 20 % of tax; none is ever seen in part.
                        assert_eq!(orders % 7, 0, "half a batch: {told}");
                        assert_eq!(totals["gross_sales"], format!("{}.00", orders * 10));
                        assert_eq!(totals["tax"], format!("{}.00", orders * 2));
                        assert_eq!(totals["units"], orders * 2);
                        if !by.is_empty() {
                            let rows = told["rows"].as_array().expect("rows");
                            assert_eq!(rows.iter().filter_map(|row| row["orders"].as_i64()).sum::<i64>(), orders);
                        }
                        let seen = told["generation"].as_i64().expect("a generation");
                        assert!(seen >= generation, "time runs backwards");
                        generation = seen;
                        answers += 1;
                    }
                    answers
                })
            })
            .collect();
        for batch in 0..25 {
            let records: Vec<Value> = (0..7)
                .map(|at| {
                    json!({ "type": "order", "id": format!("b{batch}-{at}"), "created": format!("2024-07-{:02}T10:00:00Z", 1 + (batch + at) % 30),
                            "customer": { "email": format!("{at}@example.org") }, "billing": { "country": "FR" },
                            "lines": [{ "sku": "MIEL", "quantity": 2, "unit_price": "5.00", "tax_rate": "20" }] })
                })
                .collect();
            server.ingest("test", &json!(records));
        }
        over.store(true, Ordering::Relaxed);
        for reader in readers {
            assert!(reader.join().expect("a reader") > 0);
        }
    });
    let told = server.get("/api/v1/query?metrics=orders&from=2024-07-01&to=2024-07-31").json();
    assert_eq!(told["totals"]["orders"], 175);
    assert!(Path::new(&data).join("comptoir.duckdb").exists());
}
