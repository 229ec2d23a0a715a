//! A shop that is read by its `WooCommerce` connector while `ActiveCampaign`’s plugin pushes the very
//! same orders (S011, S072): fifty orders are fifty orders, with their tax, whoever comes first.

use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Program, answer, run};
use crate::replay::Replay;
use crate::replay::woocommerce::WooCommerce;
use crate::replay::woocommerce::shop::Shop;

const ORDERS: u64 = 50;
const FIGURES: &str =
    "metrics=orders,revenue,tax,total_sales,refunds,units,customers,new_customers&period=all";

/// What the plugin sent on a real shop when an order was placed.
fn recorded() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../sources/tests/data/activecampaign/order_012.json");
    let text = std::fs::read_to_string(path).expect("a recording");
    let recording: Value = serde_json::from_str(&text).expect("JSON");
    recording["body"].as_str().expect("a body").to_owned()
}

/// The same for another order: its number, its date, its total, its buyer.
fn told_by_the_plugin(order: &Value) -> String {
    let number = order["id"].to_string();
    let text = |name: &str| order[name].as_str().expect("a text").to_owned();
    let created = format!("{}Z", text("date_created_gmt"));
    let email = order["billing"]["email"].as_str().unwrap_or_default().to_owned();
    recorded()
        .replace(
            "storeOrderId:\"25\" storeCreated",
            &format!("storeOrderId:\"{number}\" storeCreated"),
        )
        .replace("orderNumber:\"25\"", &format!("orderNumber:\"{number}\""))
        .replace("2026-11-21T19:05:50+01:00", &created)
        .replace("finalAmount:67.49", &format!("finalAmount:{}", text("total")))
        .replace("zoe@exemple.fr", &email)
}

struct Scene {
    shop: WooCommerce,
    replay: Replay,
    folder: TempDir,
    token: String,
}

impl Scene {
    fn new() -> Self {
        let now = "2026-11-21T10:00:00Z".parse().expect("an instant");
        let shop = WooCommerce::new(Shop::made_up(ORDERS, now));
        let answering = shop.clone();
        let replay = Replay::start(move |request| answering.answer(request));
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let made = run(
            &[
                "token",
                "create",
                "--shop",
                "ferme",
                "--create",
                "--currency",
                "EUR",
                "--timezone",
                "Europe/Paris",
                "--scope",
                "ingest",
                "--json",
                "--data",
                data.to_str().expect("a path"),
            ],
            b"",
        );
        let token = made.json()["token"].as_str().expect("a token").to_owned();
        Self { shop, replay, folder, token }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The connector reads the shop.
    fn read(&self) {
        let data = self.data();
        let data = data.to_str().expect("a path");
        let url = self.replay.url();
        let known = run(&["source", "list", "--json", "--data", data], b"");
        if known.json().as_array().is_some_and(Vec::is_empty) {
            let added = run(
                &[
                    "source",
                    "add",
                    "woocommerce",
                    "--shop",
                    "ferme",
                    "--url",
                    &url,
                    "--key",
                    "ck_0123456789abcdef",
                    "--secret",
                    "cs_fedcba9876543210",
                    "--data",
                    data,
                ],
                b"",
            );
            assert_eq!(added.code, Some(0), "{}", added.err);
        }
        let synced = run(&["sync", "--json", "--data", data], b"");
        assert_eq!(synced.code, Some(0), "{}", synced.err);
    }

    /// The plugin pushes every order that is not a draft.
    fn push(&self) {
        let server = Program::serve(&self.data());
        let orders: Vec<Value> = self.shop.inside().shop.orders.values().cloned().collect();
        for order in orders.iter().filter(|order| order["status"] != "checkout-draft") {
            let answer = server.send(
                "POST",
                "/compat/activecampaign/api/3/ecom/graphql",
                &[("Api-Token", &self.token), ("Content-Type", "application/graphql")],
                told_by_the_plugin(order).as_bytes(),
            );
            assert_eq!(answer.status, 200, "{}", answer.text());
            assert!(answer.json()["errors"].is_null(), "{}", answer.text());
        }
    }

    fn figures(&self) -> Value {
        answer(&self.data(), FIGURES)["totals"].clone()
    }
}

#[test]
fn s072_fifty_orders_told_twice_are_fifty_orders_with_their_tax() {
    let alone = Scene::new();
    alone.read();
    let right = alone.figures();
    assert!(right["orders"].as_u64().is_some_and(|orders| orders > 25), "{right}");
    assert_ne!(right["tax"], "0.00");

    // The plugin after the connector, and once more the connector.
    alone.push();
    assert_eq!(alone.figures(), right);
    alone.read();
    assert_eq!(alone.figures(), right);

    // The plugin first: until the connector comes, its totals are all there is.
    let other = Scene::new();
    other.push();
    assert_eq!(other.figures()["tax"], "0.00");
    other.read();
    assert_eq!(other.figures(), right);
}
