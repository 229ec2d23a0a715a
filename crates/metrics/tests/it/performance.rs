//! Products side by side (S204–S210), against figures worked out by hand on the fixture shop (see
//! `fixture`) and on a small shop made for gaps and returns to the shop.

use comptoir_metrics::performance::{
    COLUMNS, Condition, Level, Listed, Performance, Request, column, list, product,
};
use comptoir_metrics::{Context, Query};
use comptoir_model::{Order, Record};
use comptoir_store::Store;

use super::fixture::{NOW, at, empty, fixture, line, order, write};

fn ask(store: &Store, query: &str, request: &Request) -> Performance {
    let snapshot = store.read().expect("a snapshot");
    let context = Context::load(&snapshot, at(NOW)).expect("a context");
    let query = Query::parse(&format!("metrics=revenue&{query}"), &context).expect("a query");
    list(&snapshot, &query, request, &context).expect("a list")
}

/// The cells of some columns of every row.
fn cells(found: &Performance, columns: &[&str]) -> Vec<String> {
    let cell = |row: &comptoir_metrics::performance::Row, id: &str| {
        row.cells[column(id).expect("a column").place()].plain(found.currency).unwrap_or("-".into())
    };
    let row = |row| columns.iter().map(|id| cell(row, id)).collect::<Vec<_>>().join(" ");
    found.rows.iter().map(row).collect()
}

fn store_of(orders: Vec<Order>) -> Store {
    let store = empty();
    write(
        &store,
        "ferme",
        orders.into_iter().map(|order| Record::Order(Box::new(order))).collect(),
    );
    store
}

const JUNE: &str = "from=2026-06-01&to=2026-06-30";
const SUMS: [&str; 9] = [
    "code",
    "revenue",
    "share",
    "units",
    "orders",
    "customers",
    "new_share",
    "retention",
    "return_rate",
];

#[test]
fn s204_one_row_per_product() {
    let found = ask(&fixture(), JUNE, &Request::default());
    // Honey: 27 + 10 + 0 + 16 − 9 = 44 of 70.66; new: all of it (orders 3, 7, 8, 11); four buyers, of
    // whom bob has a later order (4); returned 1 of 6. Tea: 5 + 5 + 10 = 20; new: order 12 of gus; ada has
    // a later order (10), bob and gus have not. Bread: nobody known, so no retention.
    assert_eq!(
        cells(&found, &SUMS),
        [
            "MIEL 44.00 0.6227 6 4 4 1 0.25 0.166667",
            "THE 20.00 0.283046 4 3 3 0.5 0.333333 0",
            "PAIN 6.66 0.094254 2 1 0 0 - 0",
        ]
    );
    let total = |id: &str| found.totals[column(id).unwrap().place()].plain(found.currency);
    assert_eq!((total("revenue"), total("units")), (Some("70.66".into()), Some("12".into())));
    // Another rule: the same orders by the day of creation under Brevo, which counts the cancelled one.
    let brevo = ask(&fixture(), &format!("{JUNE}&profile=brevo"), &Request::default());
    assert_eq!(cells(&brevo, &["code", "units", "orders", "customers"])[0], "MIEL 11 5 4");
}

#[test]
fn s207_sort_search_filter_and_page() {
    let store = fixture();
    let codes = |request: &Request| cells(&ask(&store, JUNE, request), &["code"]);
    let sorted = |id, descending| Request {
        sort: Some((column(id).unwrap(), descending)),
        ..Request::default()
    };
    assert_eq!(codes(&sorted("units", false)), ["PAIN", "THE", "MIEL"]);
    assert_eq!(codes(&sorted("name", false)), ["MIEL", "PAIN", "THE"]);
    // No value comes last in both directions.
    assert_eq!(codes(&sorted("retention", true)), ["THE", "MIEL", "PAIN"]);
    assert_eq!(codes(&sorted("retention", false)), ["MIEL", "THE", "PAIN"]);
    let filtered = |text: &str| Request {
        condition: Some(Condition::parse(text).unwrap()),
        ..Request::default()
    };
    assert_eq!(codes(&filtered("revenue>=20 AND (category=boissons OR units>=7)")), ["THE"]);
    assert_eq!(codes(&filtered("revenue=6.66 OR return_rate>=10%")), ["MIEL", "PAIN"]);
    assert_eq!(codes(&filtered("retention>=30%")), ["THE"]);
    assert!(codes(&filtered("customers>=100")).is_empty());
    let search = Request { search: Some("le m".into()), ..Request::default() };
    assert_eq!(codes(&search), ["MIEL"]);
    let page = Request { page: Some((1, 1)), ..Request::default() };
    let found = ask(&store, JUNE, &page);
    assert_eq!(
        (found.count, cells(&found, &SUMS)),
        (3, vec!["THE 20.00 0.283046 4 3 3 0.5 0.333333 0".to_owned()])
    );
}

#[test]
fn s209_variants_sum_to_their_product() {
    let mut lines = vec![line("A", 1, 100), line("A", 2, 300), line("A", 1, 50)];
    lines[0].variant = Some("A-S".into());
    lines[1].variant = Some("A-L".into());
    let store = store_of(vec![order("1", "2026-06-01T10:00:00Z", Some("ada"), lines)]);
    let variants = Request { level: Level::Variant, ..Request::default() };
    let found = ask(&store, JUNE, &variants);
    let names: Vec<_> =
        found.rows.iter().map(|row| row.variant.clone().unwrap_or_default()).collect();
    assert_eq!(names, ["A-L", "A-S", ""]);
    assert_eq!(
        cells(&found, &["revenue", "units", "orders"]),
        ["3.00 2 1", "1.00 1 1", "0.50 1 1"]
    );
    let whole = ask(&store, JUNE, &Request::default());
    // Revenue and units add up; the order is one.
    assert_eq!(cells(&whole, &["revenue", "units", "orders"]), ["4.50 4 1"]);
}

/// Ada buys A on 1, 4 (twice) and 14 June: gaps 3 and 10. Bob buys A on 2 and 4 June: gap 2. Cyd buys A
/// once, and B in July. Mean (3 + 10 + 2) ÷ 3 = 5, median 3. Retention of A: all three come back.
fn again() -> Store {
    let bought = |id: &str, day: &str, who: &str, code: &str| {
        order(id, &format!("2026-{day}T10:00:00Z"), Some(who), vec![line(code, 1, 100)])
    };
    store_of(vec![
        bought("1", "06-01", "ada", "A"),
        bought("2", "06-04", "ada", "A"),
        order("3", "2026-06-04T15:00:00Z", Some("ada"), vec![line("A", 1, 100)]),
        bought("4", "06-14", "ada", "A"),
        bought("5", "06-02", "bob", "A"),
        bought("6", "06-04", "bob", "A"),
        bought("7", "06-10", "cyd", "A"),
        bought("8", "07-20", "cyd", "B"),
    ])
}

#[test]
fn s204_time_between_orders_and_retention() {
    let columns = ["code", "mean_days", "median_days", "customers", "retention"];
    let found = ask(&again(), JUNE, &Request::default());
    assert_eq!(cells(&found, &columns), ["A 5 3 3 1"]);
    let july = ask(&again(), "from=2026-07-01&to=2026-07-31", &Request::default());
    assert_eq!(cells(&july, &columns), ["B - - 1 0"]);
}

#[test]
fn s208_s210_a_product_in_full() {
    let orders = (0..6)
        .flat_map(|number| {
            let who = format!("c{number}");
            let both = if number < 5 {
                vec![line("A", 1, 100), line("B", 2, 500)]
            } else {
                vec![line("A", 1, 100)]
            };
            // Five of six buy B with A, and five of six C exactly 90 days later; the sixth on the 91st.
            let later = if number < 5 { "2026-08-30" } else { "2026-08-31" };
            [
                order(&format!("a{number}"), "2026-06-01T10:00:00Z", Some(&who), both),
                order(
                    &format!("c{number}"),
                    &format!("{later}T10:00:00Z"),
                    Some(&who),
                    vec![line("C", 1, 100)],
                ),
            ]
        })
        .collect();
    let store = store_of(orders);
    let snapshot = store.read().unwrap();
    let context = Context::load(&snapshot, at(NOW)).unwrap();
    let query = Query::parse(&format!("metrics=revenue&{JUNE}"), &context).unwrap();
    let found = product::product(&snapshot, &query, "A", &context).unwrap().unwrap();
    let plain = |cell: &comptoir_metrics::Cell| cell.plain(found.currency).unwrap();
    let pair = &found.together[0];
    assert_eq!(
        (pair.code.as_str(), pair.together, pair.with, pair.of_companion, pair.orders),
        ("B", 5, 6, 5, 6)
    );
    // 5/6, 5/6, and chance: every order with B is one with A.
    assert_eq!(
        (plain(&pair.probability), plain(&pair.support), plain(&pair.lift)),
        ("0.833333".into(), "0.833333".into(), "1".into())
    );
    let after = &found.after[0];
    assert_eq!(
        (after.code.as_str(), after.customers, after.of, plain(&after.probability)),
        ("C", 5, 6, "0.833333".into())
    );
    let b = product::product(&snapshot, &query, "B", &context).unwrap().unwrap();
    // Two units for 5.00: a unit price of 2.50 on each of five lines.
    assert_eq!(
        (b.prices[0].least, b.prices[0].median, b.prices[0].most, b.prices[0].lines),
        (250, 250, 250, 5)
    );
    assert!(product::product(&snapshot, &query, "nope", &context).unwrap().is_none());
    // In the list too: B is the companion of A, and no complement, since chance gives as much.
    let rows = list(&snapshot, &query, &Request::default(), &context).unwrap();
    assert_eq!(cells(&rows, &["code", "together", "complements"]), ["B 1 0", "A 0.833333 0"]);
    assert_eq!(rows.rows[1].companion.as_ref().map(|(code, _)| code.as_str()), Some("B"));
    let page = Request { page: Some((0, 50)), ..Request::default() };
    assert_eq!(list(&snapshot, &query, &page, &context).unwrap().rows, rows.rows);
}

#[test]
fn hostile_products_are_shown_right() {
    let name = format!("\"<b>'; DROP TABLE money; -- 🍯 שלום {}", "x".repeat(500));
    let mut odd = line("Ç/%'\"", 1, 100);
    odd.name.clone_from(&name);
    let mut nameless = line("VIDE", -2, -300);
    nameless.name = String::new();
    nameless.category = None;
    let mut orders = vec![order("1", "2026-06-01T10:00:00Z", Some("ada"), vec![odd, nameless])];
    // One person buys one product five hundred times on one day: one customer, no gap, all kept.
    orders.extend((0..500).map(|number| {
        order(
            &format!("m{number}"),
            &format!("2026-06-02T{:02}:{:02}:00Z", number / 60, number % 60),
            Some("max"),
            vec![line("MANIE", 1, 100)],
        )
    }));
    let store = store_of(orders);
    let found = ask(&store, JUNE, &Request::default());
    assert_eq!(
        cells(
            &found,
            &["code", "revenue", "units", "orders", "customers", "retention", "mean_days"]
        ),
        ["MANIE 500.00 500 500 1 1 -", "Ç/%'\" 1.00 1 1 1 0 -", "VIDE -3.00 -2 1 1 0 -"]
    );
    assert_eq!(found.rows[1].name.as_deref(), Some(name.as_str()));
    assert_eq!(found.rows[2].name, None);
    let quoted = Condition::parse("code=\"Ç/%'\\\"\"").unwrap();
    let one = ask(&store, JUNE, &Request { condition: Some(quoted), ..Request::default() });
    assert_eq!(one.count, 1);
}

#[test]
fn s029_products_without_a_sale_on_demand() {
    let store = fixture();
    // The fixture has no catalogue: nothing is listed that was not sold.
    let unsold = Request { listed: Listed::Unsold, ..Request::default() };
    assert_eq!(ask(&store, JUNE, &unsold).count, 0);
    let all = Request { listed: Listed::All, ..Request::default() };
    assert_eq!(ask(&store, JUNE, &all).count, 3);
    assert_eq!(ask(&store, "from=2026-01-01&to=2026-01-31", &Request::default()).count, 0);
    assert_eq!(COLUMNS.len(), 16);
}
