//! The test that defines the product: every metric is the same number on every surface, and the rows
//! behind it add up to it, to the cent.
//!
//! The shop (`fixtures/shop.csv`, Europe/Paris, euros, prices without tax) is asked about March 2024.
//! Each order is there for a reason:
//!
//! | order | buyer | what it is for | goods | discount | port, fees | tax |
//! |--|--|--|--|--|--|--|
//! | A1 | ana, FR | February: makes Ana existing in March | 10 | | | 2 |
//! | A2 | ana, FR | two lines, two rates, shipping | 50 | | 5 | 1.10 + 6 + 1 |
//! | A3 | guest, BE | nobody known: unidentified | 30 | | | 6 |
//! | A4 | bob, FR | a line's discount, a coupon | 40 | 4 | | 1.98 |
//! | A5 | bob, FR | an order's discount, 2.50 + 7.50 | 40 | 10 | | 0.41 + 4.50 |
//! | A6 | chloe, DE | cancelled: not counted, nor its refund R4 | | | | |
//! | A7 | chloe, DE | abroad; first counted order: new | 60 | | 12 | 12 + 2.40 |
//! | A8 | dan, FR | worth nothing: an order, in no average | 0 | | | 0 |
//! | A9 | eve, ES | 30 March in UTC, the 31st in Paris, on the day of the clock change | 30 | | | 3 |
//! | A10 | eve, ES | the same day after the change | 30 | | | 6 |
//! | A11 | fay, FR | the first instant of the month; a fee | 10 | | 2 | 0.55 + 0.40 |
//! | A12–A14 | | first instant of April; failed; a test | | | | |
//!
//! Refunds: R1 of A2 by line, 10 + 0.55 tax; R2 of A7 by amount, a sixth of everything: 10 goods,
//! 2 shipping, 2.40 tax; R3 of no order, 5 of goods; R5 of A1, whole: 10 + 2 tax, in March.

use std::path::Path;

use comptoir::format;
use comptoir::i18n::Lang;
use comptoir_metrics::formula::Formula;
use comptoir_metrics::{METRICS, Metric, Unit};
use comptoir_model::Currency;
use serde_json::{Map, Value, json};

use crate::program::{self, Program};

const MARCH: &str = "from=2024-03-01&to=2024-03-31&shop=test";
const SPLITS: [&str; 4] = ["", "day", "country", "product"];

fn fixture(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures").join(name)
}

fn filled(folder: &Path) {
    let orders = program::import(folder, &fixture("shop.csv"), &[]);
    assert_eq!(orders.code, Some(0), "{}", orders.err);
    assert_eq!((&orders.json()["orders"], &orders.json()["refunds"]), (&json!(14), &json!(5)));
    let behaviour =
        program::import(folder, &fixture("behaviour.jsonl"), &["--format", "comptoir-jsonl"]);
    assert_eq!(behaviour.code, Some(0), "{}", behaviour.err);
}

/// Worked out by hand from the table above.
fn by_hand() -> Value {
    json!({
        "gross_sales": "290.00",             // 50 + 30 + 40 + 40 + 60 + 0 + 30 + 30 + 10
        "discounts": "14.00",                // 4 + 10
        "shipping": "17.00",                 // 5 + 12
        "fees": "2.00",
        "refunded_goods": "35.00",           // 10 + 10 + 5 + 10
        "refunds": "37.00",                  // and 2 of shipping
        "refunded_charges": "2.00",
        "total_only_sales": "0.00",
        "net_sales": "241.00",               // 290 − 14 − 35
        "revenue": "258.00",                 // 290 − 14 + 17 + 2 − 37
        "tax": "40.39",                      // 8.10 + 6 + 1.98 + 4.91 + 14.40 + 3 + 6 + 0.95 − 0.55 − 2.40 − 2
        "total_sales": "298.39",
        "orders": 9,
        "units": 18,                         // 3 + 1 + 4 + 2 + 2 + 1 + 3 + 1 + 1
        "units_returned": 1,
        "items_per_order": 2.0,
        "average_order_value": "36.88",      // 295 ÷ 8 = 36.875, half to even
        "median_order_value": "30.00",       // 12 30 30 (30 30) 36 55 72
        "customers": 6,                      // ana bob chloe dan eve fay
        "new_customers": 5,                  // A4 A7 A8 A9 A11
        "returning_customers": 3,            // ana bob eve
        "new_customer_revenue": "128.00",    // 36 + 72 + 0 + 30 + 12 − 12 (R2) − 10 (R5)
        "existing_customer_revenue": "105.00", // 55 + 30 + 30 − 10 (R1)
        "unidentified_revenue": "25.00",     // 30 − 5 (R3)
        "existing_customer_share": 0.406_977, // 105 ÷ 258
        "refund_rate_value": 0.125_424,      // 37 ÷ 295
        "repeat_purchase_rate": 0.333_333,   // bob and eve of six
        "returning_customer_rate": 0.5,
        "existing_new_ratio": 0.6,           // 3 ÷ 5
        "purchase_frequency": 1.333_333,     // 8 ÷ 6
        "mean_days_between_orders": 1.0,     // bob on the 4th and 5th; eve twice on the 31st
        "median_days_between_orders": 1.0,
        "lifetime_value": "40.50",           // ana 10 + 55 − 10 − 10, bob 66, chloe 60, dan 0, eve 60, fay 12: 243 ÷ 6
        "return_rate_orders": 0.222_222,     // A2 and A7 of nine
        "new_customer_sales_share": 0.481_328, // (36 + 60 + 0 + 30 + 10 − 10 of R2 − 10 of R5) ÷ 241
        "return_rate_units": 0.055_556,      // 1 ÷ 18
        "visits": 4,
        "conversion_rate": 0.25,
        "cart_abandonment_rate": 0.5,
    })
}

/// Revenue by country: FR 55 − 10 + 36 + 30 + 0 + 12 − 10; a refund of no order has no country.
const BY_COUNTRY: [(Option<&str>, &str); 5] = [
    (Some("BE"), "30.00"),
    (Some("DE"), "60.00"),
    (Some("ES"), "60.00"),
    (Some("FR"), "113.00"),
    (None, "-5.00"),
];

/// Net sales by product: honey 20 + 36 + 7.50 + 0 + 30 + 10 − 10, hampers 30 + 30 + 22.50 + 60 + 30;
/// what was refunded by amount is of no product: −10 − 5 − 10.
const BY_PRODUCT: [(Option<&str>, &str); 3] =
    [(Some("MIEL"), "93.50"), (Some("PANIER"), "172.50"), (None, "-25.00")];

#[test]
fn same_number_everywhere() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    filled(folder);
    let server = Program::serve(folder);

    let mut answers = Vec::new();
    for split in SPLITS {
        let metrics: Vec<&Metric> =
            METRICS.iter().copied().filter(|metric| allowed(&server, metric, split)).collect();
        assert!(metrics.len() >= 8, "by {split}: {} metrics", metrics.len());
        let question = question(&metrics, split);
        let answer = server.get(&format!("/api/v1/query?{question}"));
        assert_eq!(answer.status, 200, "{}", answer.text());
        for metric in &metrics {
            one_by_one(&server, metric, split, &answer.json());
        }
        let csv = server.get(&format!("/api/v1/query?{question}&format=csv"));
        csv_says_the_same(&csv.text(), &answer.json());
        table_says_the_same(&program::query(folder, &question, "table"), &csv.text());
        assert_eq!(program::query(folder, &question, "json"), answer.text(), "through the server");
        assert_eq!(program::query(folder, &question, "csv"), csv.text(), "through the server");
        answers.push((question, answer, csv));
    }
    golden(&answers[0].1.json(), &answers[2].1.json(), &answers[3].1.json());
    overview(&server, &answers[0].1.json(), &answers[1].1.json());
    for metric in METRICS {
        behind(&server, metric, MARCH, &answers[0].1.json()["totals"][metric.id]);
    }
    behind_each_row(&server, &answers[1].1.json(), "day");
    behind_each_row(&server, &answers[2].1.json(), "country");
    behind_each_row(&server, &answers[3].1.json(), "product");

    assert_eq!(server.stop().code(), Some(0));
    for (question, answer, csv) in &answers {
        assert_eq!(program::query(folder, question, "json"), answer.text(), "without a server");
        assert_eq!(program::query(folder, question, "csv"), csv.text(), "without a server");
        table_says_the_same(&program::query(folder, question, "table"), &csv.text());
    }
}

/// S026: every figure opens; so does whatever else a page offers to open.
#[test]
fn every_link_of_a_page_opens() {
    let folder = tempfile::tempdir().expect("a folder");
    filled(folder.path());
    let server = Program::serve(folder.path());
    let mut opened = std::collections::BTreeSet::new();
    let mut broken = Vec::new();
    for page in [
        format!("/?{MARCH}&compare=previous&step=week"),
        format!("/?{MARCH}&compare=none&rank=units"),
        format!("/?{MARCH}&profile=brevo&step=week"),
        format!("/?{MARCH}&where=country:FR&step=week"),
        format!("/explain?metric=average_order_value&{MARCH}"),
        format!("/explain?metric=net_sales&{MARCH}&where=product:MIEL"),
        format!("/products?{MARCH}&filter=units>=1 AND (orders>=1 OR name~miel)")
            .replace(' ', "%20")
            .replace('>', "%3E"),
        format!("/products?{MARCH}&q=nothing&unsold=1&level=variant"),
        format!("/products/MIEL?{MARCH}"),
        "/definitions".to_owned(),
    ] {
        let text = server.get(&page).text();
        for link in text.split("href=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
            let link = link.split('#').next().unwrap_or_default().replace("&amp;", "&");
            if link.starts_with('/') && opened.insert(link.clone()) {
                let status = server.get(&link).status;
                if !matches!(status, 200 | 303) {
                    broken.push(format!("{status} {link} (on {page})"));
                }
            }
        }
    }
    assert!(opened.len() > 60, "{}", opened.len());
    assert!(broken.is_empty(), "{}", broken.join("\n"));
}

fn question(metrics: &[&Metric], split: &str) -> String {
    let ids: Vec<&str> = metrics.iter().map(|metric| metric.id).collect();
    let by = if split.is_empty() { String::new() } else { format!("&by={split}") };
    format!("metrics={}{by}&{MARCH}", ids.join(","))
}

/// Whether a metric can be split so; a refusal names the parameter.
fn allowed(server: &Program, metric: &Metric, split: &str) -> bool {
    let answer = server.get(&format!("/api/v1/query?{}", question(&[metric], split)));
    match answer.status {
        200 => true,
        400 => {
            assert!(
                matches!(answer.json()["parameter"].as_str(), Some("metrics" | "by")),
                "{}",
                answer.text()
            );
            false
        }
        other => panic!("{} by {split}: {other}", metric.id),
    }
}

fn golden(totals: &Value, countries: &Value, products: &Value) {
    let by_hand = by_hand();
    for metric in METRICS {
        assert_eq!(totals["totals"][metric.id], by_hand[metric.id], "{}", metric.id);
    }
    assert_eq!(by_hand.as_object().map(Map::len), Some(METRICS.len()));
    let found = |answer: &Value, key: &str, metric: &str| -> Vec<(Option<String>, String)> {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let rows = answer["rows"].as_array().expect("rows");
        let mut found: Vec<_> = rows
            .iter()
            .map(|row| (text(&row[key]), text(&row[metric]).expect("an amount")))
            .collect();
        found.sort_by_key(|(key, _)| key.clone().unwrap_or_else(|| "~".to_owned()));
        found
    };
    let expected = |rows: &[(Option<&str>, &str)]| -> Vec<(Option<String>, String)> {
        rows.iter().map(|(key, value)| (key.map(str::to_owned), (*value).to_owned())).collect()
    };
    assert_eq!(found(countries, "country", "revenue"), expected(&BY_COUNTRY));
    assert_eq!(found(products, "product", "net_sales"), expected(&BY_PRODUCT));
}

/// Asked alone, a metric answers what it answers among others.
fn one_by_one(server: &Program, metric: &Metric, split: &str, all: &Value) {
    let alone = server.get(&format!("/api/v1/query?{}", question(&[metric], split))).json();
    assert_eq!(alone["totals"][metric.id], all["totals"][metric.id], "{}", metric.id);
    let Some(key) = Some(split).filter(|split| !split.is_empty()) else { return };
    let value_of = |row: &Value| {
        let rows = all["rows"].as_array().expect("rows");
        rows.iter().find(|known| known[key] == row[key]).map(|known| known[metric.id].clone())
    };
    for row in alone["rows"].as_array().expect("rows") {
        assert_eq!(Some(row[metric.id].clone()), value_of(row), "{} by {split}: {row}", metric.id);
    }
}

/// As CSV writes a value of JSON.
fn written(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        // 2.0 in JSON is 2 in CSV: the same number.
        Value::Number(number) if number.is_f64() => {
            format!("{}", number.as_f64().expect("a number"))
        }
        other => other.to_string(),
    }
}

fn csv_says_the_same(text: &str, answer: &Value) {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let header = reader.headers().expect("a header").clone();
    let ids: Vec<&str> = answer["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .map(|column| column["id"].as_str().expect("an id"))
        .collect();
    assert_eq!(header.iter().collect::<Vec<_>>(), ids);
    let whole = vec![answer["totals"].clone()];
    let has_rows = answer["columns"][0]["kind"] == "dimension";
    let rows = if has_rows { answer["rows"].as_array().expect("rows") } else { &whole };
    let records: Vec<csv::StringRecord> =
        reader.records().map(|record| record.expect("a record")).collect();
    assert_eq!(records.len(), rows.len());
    for (record, row) in records.iter().zip(rows) {
        for (cell, id) in record.iter().zip(&ids) {
            assert_eq!(cell, written(&row[*id]), "{id} of {row}");
        }
    }
}

/// A table for a terminal has the cells of the CSV, with spaces between them.
fn table_says_the_same(table: &str, text: &str) {
    let bare = |text: &str| text.split_whitespace().collect::<String>();
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text.as_bytes());
    let rows: Vec<String> = reader
        .records()
        .map(|row| bare(&row.expect("a record").iter().collect::<String>()))
        .collect();
    assert_eq!(table.lines().map(bare).collect::<Vec<_>>(), rows);
}

/// Minor units of an amount in JSON.
fn minor(value: &Value) -> i64 {
    let text = value.as_str().expect("an amount");
    text.replace('.', "").parse().expect("digits")
}

/// As pages write a figure to the cent.
fn exact(metric: &Metric, value: &Value) -> String {
    match (metric.unit, value) {
        (_, Value::Null) => format::NO_VALUE.to_owned(),
        (Unit::Money, value) => format::money_exact(Lang::Fr, minor(value), Currency::EUR),
        (Unit::Count, value) => format::integer(Lang::Fr, value.as_i64().expect("a count")),
        (Unit::Ratio, value) => format::ratio(Lang::Fr, value.as_f64()),
        (Unit::Days, value) => format::days(Lang::Fr, value.as_f64()),
        (Unit::Decimal, value) => format::decimal(Lang::Fr, value.as_f64().expect("a number"), 2),
    }
}

/// The tiles, the revenue card and the tables under the charts.
fn overview(server: &Program, totals: &Value, days: &Value) {
    let page = server.get(&format!("/?{MARCH}&compare=none&step=day")).text();
    assert!(page.contains("<html lang=\"fr\""));
    let tiles = [
        "revenue",
        "orders",
        "average_order_value",
        "new_customers",
        "existing_customer_share",
        "refund_rate_value",
        "conversion_rate",
        "cart_abandonment_rate",
    ];
    for id in tiles {
        let metric = comptoir_metrics::metric(id).expect("a metric");
        // No amount of this shop reaches a thousand, where tiles drop the cents.
        let shown =
            format!("aria-label=\"{}, {}. ", metric.label.fr, exact(metric, &totals["totals"][id]));
        assert!(page.contains(&shown), "no tile {shown}");
    }
    for part in ["new_customer_revenue", "existing_customer_revenue", "unidentified_revenue"] {
        let metric = comptoir_metrics::metric(part).expect("a metric");
        let shown =
            format!("<span class=\"amount\">{}</span>", exact(metric, &totals["totals"][part]));
        assert!(page.contains(&shown), "no {part}: {shown}");
    }
    for (chart, id, parts) in [
        (
            "revenue-chart",
            "revenue",
            &["new_customer_revenue", "existing_customer_revenue", "unidentified_revenue"][..],
        ),
        ("orders-chart", "orders", &[]),
        ("new-customers-chart", "new_customers", &[]),
    ] {
        let (body, foot) = chart_table(&page, chart);
        let metric = comptoir_metrics::metric(id).expect("a metric");
        let rows = days["rows"].as_array().expect("rows");
        assert_eq!(body.len(), rows.len(), "{chart}");
        for (shown, row) in body.iter().chain([&foot]).zip(rows.iter().chain([&days["totals"]])) {
            assert_eq!(shown[1], exact(metric, &row[id]), "{chart}: {row}");
            for (shown, part) in shown[2..].iter().zip(parts) {
                let metric = comptoir_metrics::metric(part).expect("a metric");
                let amount = shown.split(" · ").last().expect("share and amount");
                assert_eq!(amount, exact(metric, &row[*part]), "{chart}, {part}: {row}");
            }
            assert_eq!(shown.len(), 2 + parts.len());
        }
    }
    // Best sellers by net sales: hampers, then honey.
    let sellers = after(&page, "<table class=\"sellers\">");
    let names: Vec<usize> = ["Panier garni", "172,50\u{a0}€", "Miel", "93,50\u{a0}€"]
        .iter()
        .map(|text| sellers.find(text).unwrap_or_else(|| panic!("no {text}")))
        .collect();
    assert!(names.is_sorted(), "{names:?}");
}

/// The rows behind a figure, on the page and as CSV, add up to it.
fn behind(server: &Program, metric: &Metric, filters: &str, figure: &Value) {
    let target = format!("/explain?metric={}&{filters}&compare=none", metric.id);
    let page = server.get(&target);
    let shown = format!("{}\u{a0}: {}", metric.label.fr, exact(metric, figure));
    assert_eq!(page.status, 200, "{target}");
    assert!(page.text().contains(&escaped(&shown)), "{target} does not say {shown}");

    let text = server.get(&target.replacen("/explain?", "/explain.csv?", 1)).text();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let mut lists: Map<String, Value> = Map::new();
    for record in reader.records() {
        let record = record.expect("a record");
        let amounts = lists.entry(record[0].to_owned()).or_insert_with(|| json!([]));
        // Amounts in cents, counts as they are.
        let amount: i64 = record[8].replace('.', "").parse().expect("an amount");
        amounts.as_array_mut().expect("a list").push(json!(amount));
    }
    let list = |name: &str| -> Vec<i64> {
        let amounts = lists.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
        amounts.iter().filter_map(Value::as_i64).collect()
    };
    let sum = |name: &str| list(name).iter().sum::<i64>();
    let (over, under) = (sum("numerator"), sum("denominator"));
    let whole = if metric.unit == Unit::Money {
        figure.as_str().map(|_| minor(figure))
    } else {
        figure.as_i64()
    };
    match metric.id {
        "median_order_value" => {
            let mut amounts = list("figure");
            amounts.sort_unstable();
            let middles =
                [amounts.get(amounts.len().saturating_sub(1) / 2), amounts.get(amounts.len() / 2)];
            let middle = match middles {
                [Some(low), Some(high)] => Some(half_even(low + high, 2)),
                _ => None,
            };
            assert_eq!(whole, middle, "{target}");
        }
        "average_order_value" if under == 0 => assert_eq!(figure, &Value::Null),
        "average_order_value" => assert_eq!(whole, Some(half_even(over, under)), "{target}"),
        // A mean of whole days or cents over its rows; one gap, so that the median is it too.
        "mean_days_between_orders" | "median_days_between_orders" => {
            let gaps = list("figure");
            assert!(gaps.len() <= 1, "{target}: {gaps:?}");
            assert_eq!(
                figure.as_f64().map(|days| format!("{days:.1}")),
                gaps.first().map(|gap| format!("{gap}.0"))
            );
        }
        "lifetime_value" => {
            let customers = i64::try_from(list("figure").len()).expect("few");
            let mean = (customers > 0).then(|| half_even(sum("figure"), customers));
            assert_eq!(whole, mean, "{target}");
        }
        _ if matches!(metric.unit, Unit::Ratio | Unit::Decimal | Unit::Days) => {
            // Written to six decimals.
            let millionths = figure.as_f64().map(|figure| format!("{figure:.6}"));
            let expected = (under != 0).then(|| half_even(over * 1_000_000, under));
            let expected = expected.map(|millionths| {
                let sign = if millionths < 0 { "-" } else { "" };
                format!(
                    "{sign}{}.{:06}",
                    millionths.abs() / 1_000_000,
                    millionths.abs() % 1_000_000
                )
            });
            assert_eq!(millionths, expected, "{target}");
        }
        _ => assert_eq!(whole, Some(sum("figure")), "{target}\n{text}"),
    }
    sums_on_the_page(&page.text(), metric, &[sum("figure"), over, under], lists.len());
}

/// The page writes the sum of each list above its rows.
fn sums_on_the_page(page: &str, metric: &Metric, sums: &[i64], lists: usize) {
    let shown: Vec<String> = page
        .split("<tbody class=\"sum\">")
        .skip(1)
        .filter_map(|part| cells(part.split("</tr>").next()?).pop())
        .collect();
    assert!(shown.len() >= lists, "{}: {} sums for {lists} lists", metric.id, shown.len());
    // Means and medians stand there themselves: the page's title was compared already.
    if matches!(metric.formula, Formula::Median(_) | Formula::Statistic(..)) {
        return;
    }
    let amount = |sum: &i64| {
        [format::money_exact(Lang::Fr, *sum, Currency::EUR), format::integer(Lang::Fr, *sum)]
    };
    for one in &shown {
        let known: Vec<String> = sums.iter().flat_map(amount).collect();
        assert!(known.contains(one), "{}: the page says {one}, its rows {sums:?}", metric.id);
    }
}

/// Each row of a split opens to its own rows.
fn behind_each_row(server: &Program, answer: &Value, key: &str) {
    let ids: Vec<&str> = answer["columns"]
        .as_array()
        .expect("columns")
        .iter()
        .filter(|column| column["kind"] == "metric")
        .map(|column| column["id"].as_str().expect("an id"))
        .collect();
    for row in answer["rows"].as_array().expect("rows") {
        let filters = match (key, row[key].as_str()) {
            // The day of the clock change, and a day with a refund only.
            ("day", Some(day @ ("2024-03-31" | "2024-03-25"))) => {
                format!("from={day}&to={day}&shop=test")
            }
            ("day", _) => continue,
            (_, Some(value)) => format!("{MARCH}&where={key}:{value}"),
            (_, None) => format!("{MARCH}&where={key}:null"),
        };
        for id in &ids {
            behind(server, comptoir_metrics::metric(id).expect("a metric"), &filters, &row[*id]);
        }
    }
}

fn half_even(over: i64, under: i64) -> i64 {
    let (over, under) = if under < 0 { (-over, -under) } else { (over, under) };
    let (down, rest) = (over.div_euclid(under), over.rem_euclid(under) * 2);
    down + i64::from(rest > under || (rest == under && down % 2 != 0))
}

fn after<'t>(text: &'t str, mark: &str) -> &'t str {
    text.split_once(mark).unwrap_or_else(|| panic!("no {mark}")).1
}

/// The data table of a chart: the cells of its rows, and of its foot.
fn chart_table(page: &str, chart: &str) -> (Vec<Vec<String>>, Vec<String>) {
    let table = after(after(page, &format!("id=\"{chart}\"")), "<table class=\"data\">");
    let table = table.split("</table>").next().expect("its end");
    let body = after(table, "<tbody>").split("</tbody>").next().expect("its end");
    let foot = after(table, "<tfoot>");
    (body.split("</tr>").filter(|row| row.contains("<td")).map(cells).collect(), cells(foot))
}

/// The texts of a row's cells, without their links and swatches.
fn cells(row: &str) -> Vec<String> {
    let inside = |cell: &str| {
        let inside = cell.split_once('>').map_or("", |(_, inside)| inside);
        inside.split("</t").next().unwrap_or_default().to_owned()
    };
    let text = |inside: String| -> String {
        let mut in_tag = false;
        let mut outside = |c: char| {
            in_tag = (in_tag || c == '<') && c != '>';
            !in_tag && c != '>'
        };
        inside.chars().filter(|c| outside(*c)).collect()
    };
    let starts = ["h>", "h ", "d>", "d "];
    let found = row.split("<t").filter(|cell| starts.iter().any(|start| cell.starts_with(start)));
    found.map(inside).map(text).collect()
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
