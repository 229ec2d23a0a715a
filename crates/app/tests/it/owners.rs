//! Two sources tell the same orders: on every surface they are the orders of the source that is right,
//! and the merchant decides which one that is (issue 4, item 6).

use std::path::Path;
use std::time::Duration;

use comptoir_model::{
    Batch, Class, Currency, Line, LineKind, Order, Record, Shop, Tax, TaxRate, Version,
};
use comptoir_store::Store;
use serde_json::{Value, json};

use crate::program::{Program, answer, run};

const JANUARY: &str = "metrics=orders,gross_sales,tax&from=2026-01-01&to=2026-01-31";

/// An order of some goods and a fifth of tax; a tool tells its total alone.
fn order(id: &str, created: &str, goods: i64, total_only: bool) -> Record {
    let at = created.parse().expect("an instant");
    let mut order = Order::new(id, Version::stamped(at), Currency::EUR, at);
    (order.number, order.status, order.class) = (Some(id.into()), "done".into(), Class::Fulfilled);
    order.customer.email = Some(format!("c{id}@example.com"));
    if total_only {
        order.total_only = Some(goods + goods / 5);
        return Record::Order(Box::new(order));
    }
    order.lines.push(Line {
        kind: LineKind::Product,
        product: Some("MIEL".into()),
        variant: None,
        name: "Miel".into(),
        category: None,
        quantity: 1,
        regular_price: None,
        gross: goods,
        discount: 0,
        taxes: vec![Tax { rate: Some(TaxRate(20_000)), amount: goods / 5 }],
        cost: None,
    });
    Record::Order(Box::new(order))
}

/// Orders 1 and 2 told twice, 3 by the tool alone.
fn filled(data: &Path) {
    let store = Store::open(data, Duration::from_secs(5)).expect("a store");
    let shop = Shop {
        slug: "test".into(),
        name: "Test".into(),
        platform: "woocommerce".into(),
        currency: Currency::EUR,
        timezone: "Europe/Paris".into(),
    };
    store.create_shop(shop, "2026-01-01T00:00:00Z".parse().expect("an instant")).expect("a shop");
    let write = |source: &str, records| {
        store
            .write(Batch { shop: "test".into(), source: source.into(), records })
            .expect("written");
    };
    write(
        "activecampaign",
        vec![
            order("1", "2026-01-05T10:00:05Z", 1000, true),
            order("2", "2026-01-20T10:00:05Z", 2000, true),
            order("3", "2026-01-21T10:00:05Z", 4000, true),
        ],
    );
    write(
        "woocommerce",
        vec![
            order("1", "2026-01-05T10:00:00Z", 1000, false),
            order("2", "2026-01-20T10:00:00Z", 2000, false),
        ],
    );
}

fn totals(data: &Path) -> Value {
    answer(data, JANUARY)["totals"].clone()
}

#[test]
fn the_shop_chooses_whose_orders_count_from_when_on() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let server = Program::serve(&data);
    let get = |target: &str| server.send("GET", target, &[("accept-language", "en")], b"").text();

    // Three orders; what the tool alone tells has no goods and no tax of its own.
    assert_eq!(totals(&data), json!({ "orders": 3, "gross_sales": "30.00", "tax": "6.00" }));
    let page = get("/settings?shop=test");
    for words in ["Sources of orders", "WooCommerce", "activecampaign", "name=\"owner.0\""] {
        assert!(page.contains(words), "{words}");
    }
    assert!(page.contains("Orders missing from the surest source") && page.contains(">3</a>"));
    let overview = get("/?from=2026-01-01&to=2026-01-31");
    assert!(overview.contains("Orders missing from the connected shop"), "{overview}");

    let save = |owner: &str, since: &str| {
        let body = format!(
            "profile=comptoir&amounts=excl&timezone=Europe/Paris&threshold=&week_start=&currency=&do=save\
             &owner.0={owner}&since.0={since}&owner.1=&since.1="
        );
        let form =
            [("content-type", "application/x-www-form-urlencoded"), ("accept-language", "en")];
        server.send("POST", "/settings/shop/test", &form, body.as_bytes())
    };
    // From 20 January in Paris on the tool is right: order 2 has its total alone.
    assert_eq!(save("activecampaign", "2026-01-20").status, 303);
    assert_eq!(totals(&data), json!({ "orders": 3, "gross_sales": "10.00", "tax": "2.00" }));
    assert!(get("/settings?shop=test").contains("value=\"2026-01-20\""));
    assert!(!get("/?from=2026-01-01&to=2026-01-31").contains("Orders missing"));

    for (owner, since, words) in [
        ("magento", "", "Choose a source from the list"),
        ("woocommerce", "tomorrow", "write the day like 2026-01-31"),
    ] {
        let back = save(owner, since);
        assert_eq!(back.status, 400);
        assert!(back.text().contains(words), "{words}");
    }
    assert_eq!(totals(&data)["gross_sales"], "10.00");
    // Nobody named: by itself again.
    assert_eq!(save("", "").status, 303);
    assert_eq!(totals(&data)["gross_sales"], "30.00");
}

#[test]
fn the_command_line_names_owners_and_takes_them_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    filled(&data);
    let text = data.to_str().expect("a path");
    let set = |more: &[&str]| {
        run(&[&["shop", "set", "--data", text, "--shop", "test"], more].concat(), b"")
    };
    let show = || run(&["shop", "show", "--data", text, "--shop", "test", "--json"], b"").json();

    let done = set(&["--owner", "woocommerce", "--owner", "activecampaign@2026-01-20"]);
    assert_eq!(done.code, Some(0), "{}", done.err);
    assert_eq!(
        show()["owners"],
        json!([
            { "source": "woocommerce", "since": null },
            { "source": "activecampaign", "since": "2026-01-20" }
        ])
    );
    assert_eq!(totals(&data)["gross_sales"], "10.00");
    for wrong in [&["--owner", "magento"][..], &["--owner", "woocommerce@soon"]] {
        assert_ne!(set(wrong).code, Some(0), "{wrong:?}");
    }
    assert_eq!(totals(&data)["gross_sales"], "10.00");
    assert_eq!(set(&["--owner-reset"]).code, Some(0));
    assert_eq!(show()["owners"], json!([]));
    assert_eq!(totals(&data)["gross_sales"], "30.00");
}
