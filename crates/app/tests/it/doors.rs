//! Doors that existing plugins and SDKs push to (S011, S072): what they sent on a real shop is sent
//! again, byte for byte, with nothing changed but the address and the key.

use std::path::Path;

use serde_json::{Value, json};

use crate::program::{self, Answer, Program};

mod activecampaign;
mod brevo;
mod ga4;

/// A server with one shop and one token.
struct Shop {
    server: Program,
    folder: tempfile::TempDir,
    token: String,
}

impl Shop {
    fn open() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        let token = create(&data, "ferme", true);
        Self { server: Program::serve(&data), folder, token }
    }

    /// Says that the shop's visitors agreed to be measured.
    fn consented(&self) {
        let data = self.data();
        let data = data.to_str().expect("a path");
        let arguments = ["shop", "set", "--data", data, "--shop", "ferme", "--visits", "consented"];
        assert_eq!(program::run(&arguments, b"").code, Some(0));
    }

    fn data(&self) -> std::path::PathBuf {
        self.folder.path().join("data")
    }

    /// Sends a request as it was recorded: `header` carries our token, `under` stands before the path.
    fn replay(&self, recording: &str, under: &str, header: &str) -> Answer {
        let path =
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../sources/tests/data").join(recording);
        let text = std::fs::read_to_string(&path).expect("a recording");
        let recorded: Value = serde_json::from_str(&text).expect("JSON");
        let text = |name: &str| recorded[name].as_str().expect("text");
        // Our client reads no compressed answer.
        let own = ["host", "content-length", "connection", "accept-encoding"];
        let headers: Vec<(&str, &str)> = recorded["headers"]
            .as_object()
            .expect("headers")
            .iter()
            .filter(|(name, _)| !own.contains(&name.to_lowercase().as_str()))
            .map(|(name, value)| {
                let ours = name.eq_ignore_ascii_case(header);
                (name.as_str(), if ours { &self.token } else { value.as_str().expect("text") })
            })
            .collect();
        let target = format!("{under}{}", text("path"));
        self.server.send(text("method"), &target, &headers, text("body").as_bytes())
    }

    /// The totals of a query over all history.
    fn totals(&self, metrics: &str) -> Value {
        let address = format!("/api/v1/query?metrics={metrics}&period=all");
        self.server.get(&address).json()["totals"].clone()
    }

    /// Rows of the store behind the server; the server must have been stopped.
    fn stored(data: &Path, sql: &str) -> Vec<Vec<comptoir_store::Value>> {
        let patience = std::time::Duration::from_secs(10);
        let store = comptoir_store::Store::open(data, patience).expect("the folder opens");
        store.read().expect("a view").query(sql, &[]).expect("rows").rows
    }
}

fn create(data: &Path, shop: &str, new: bool) -> String {
    let data = data.to_str().expect("a path");
    let mut arguments =
        vec!["token", "create", "--data", data, "--shop", shop, "--scope", "ingest", "--json"];
    if new {
        arguments.extend(["--create", "--currency", "EUR", "--timezone", "Europe/Paris"]);
    }
    let made = program::run(&arguments, b"");
    assert_eq!(made.code, Some(0), "{}", made.err);
    assert_eq!(made.json()["shop"], shop);
    made.json()["token"].as_str().expect("a token").to_owned()
}

/// S072: the token decides the shop; a wrong one opens nothing; it is revoked by its number.
#[test]
fn a_token_opens_one_shop_until_it_is_revoked() {
    let shop = Shop::open();
    let data = shop.data();
    // The second shop is made through the running server.
    let other = create(&data, "cave", true);
    let order = json!({ "type": "order", "id": "1", "created": "2026-11-01", "status": "paid",
                        "lines": [{ "sku": "P", "quantity": 1, "unit_price": "10.00" }] });
    let body = order.to_string();
    let send = |address: &str, headers: &[(&str, &str)]| {
        shop.server.send("POST", address, headers, body.as_bytes())
    };
    let bearer = format!("Bearer {other}");
    assert_eq!(send("/api/v1/ingest", &[("authorization", &bearer)]).status, 200);
    assert_eq!(send("/api/v1/ingest?shop=cave", &[("api-token", &other)]).status, 200);
    let elsewhere = send("/api/v1/ingest?shop=ferme", &[("authorization", &bearer)]);
    assert_eq!((elsewhere.status, &elsewhere.json()["parameter"]), (400, &json!("shop")));
    assert_eq!(send("/api/v1/ingest?shop=cave", &[("api-token", "cpt_wrong")]).status, 401);
    assert_eq!(send("/api/v1/ingest?shop=cave", &[]).status, 200, "without a token, as before");
    let asked = shop.server.get("/api/v1/query?metrics=orders&period=all&by=shop").json();
    assert_eq!(asked["rows"], json!([{ "shop": "cave", "orders": 1 }]));

    let data = data.to_str().expect("a path");
    let listed = program::run(&["token", "list", "--data", data, "--json"], b"");
    assert_eq!(listed.json()[1]["shop"], "cave");
    assert!(!listed.text().contains(&other) && listed.json()[1]["last_used"].is_string());
    assert_eq!(program::run(&["token", "revoke", "--data", data, "2"], b"").code, Some(0));
    assert_eq!(send("/api/v1/ingest", &[("authorization", &bearer)]).status, 401);
    assert_eq!(program::run(&["token", "revoke", "--data", data, "2"], b"").code, Some(1));
}
