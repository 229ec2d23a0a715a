//! Every parser that meets the outside, as a function of bytes: none may panic, overflow, hang or take
//! memory without end, and some keep a law that any input must show.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::sync::OnceLock;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use comptoir_metrics::{Context, Query};
use comptoir_model::{Currency, Origin, Shop};
use comptoir_sources::connector::{Access, Delivery, Setting};
use comptoir_sources::http::Pace;
use comptoir_sources::mapping::PRESETS;
use comptoir_sources::{
    Language, Mapping, PLATFORMS, ReadOptions, Reader, Row, StagedRow, Step, Table, activecampaign,
    brevo, canonical, ecb, ga4,
};
use comptoir_store::Store;
use jiff::Timestamp;
use jiff::tz::TimeZone;

pub mod seeds;

/// A parser, by the name that scripts/fuzz calls it.
pub struct Target {
    pub name: &'static str,
    pub run: fn(&[u8]),
}

pub static TARGETS: &[Target] = &[
    Target { name: "file", run: file },
    Target { name: "preset", run: preset },
    Target { name: "mapping", run: mapping },
    Target { name: "ingest", run: ingest },
    Target { name: "webhook", run: webhook },
    Target { name: "graphql", run: graphql },
    Target { name: "activecampaign", run: activecampaign_rest },
    Target { name: "brevo", run: brevo_bodies },
    Target { name: "ga4", run: ga4_bodies },
    Target { name: "rates", run: rates },
    Target { name: "query", run: query },
];

/// Rows of one file that are worth the time: the mutations matter, not the length.
const ROWS: usize = 2000;

fn now() -> Timestamp {
    "2026-11-21T10:00:00Z".parse().expect("an instant")
}

fn paris() -> TimeZone {
    TimeZone::get("Europe/Paris").expect("a zone")
}

fn setting() -> Setting {
    Setting { now: now(), currency: Currency::EUR, timezone: paris() }
}

fn context() -> canonical::Context {
    canonical::Context {
        imported: now(),
        arrival: Origin::UnstampedFile,
        currency: Currency::EUR,
        timezone: paris(),
        visits: comptoir_model::VisitMode::Exempt,
    }
}

/// Compression, encoding, shape, header, separators, rows.
fn file(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let name = ["orders.csv", "orders.jsonl", "orders.xlsx", "orders"][usize::from(first % 4)];
    let Ok(mut table) = Table::open(Cursor::new(rest.to_vec()), name, &ReadOptions::default())
    else {
        return;
    };
    let mut row = Row::default();
    for _ in 0..ROWS {
        match table.next_row(&mut row) {
            Ok(Step::Row | Step::Rejected(_)) => {}
            Ok(Step::End) | Err(_) => return,
        }
    }
}

/// A file read by one of the presets, to its records.
fn preset(data: &[u8]) {
    let Some((&first, rest)) = data.split_first() else { return };
    let name = PRESETS[usize::from(first) % PRESETS.len()].name;
    read(Mapping::preset(name).expect("a preset"), rest);
}

/// A mapping of one's own, then, after a NUL, a file for it.
fn mapping(data: &[u8]) {
    let cut = data.iter().position(|byte| *byte == 0).unwrap_or(data.len());
    let Ok(text) = std::str::from_utf8(&data[..cut]) else { return };
    let Ok(mapping) = Mapping::parse(text) else { return };
    // What a mapping says of itself is the same mapping.
    let written = mapping.to_toml();
    let again = Mapping::parse(&written).unwrap_or_else(|error| panic!("{error}\n{written}"));
    assert_eq!(again.to_toml(), written);
    read(mapping, data.get(cut + 1..).unwrap_or_default());
}

fn read(mapping: Mapping, bytes: &[u8]) {
    let options = mapping.read_options();
    let Ok(mut table) = Table::open(Cursor::new(bytes.to_vec()), "orders", &options) else {
        return;
    };
    let Ok(reader) = Reader::new(mapping, table.sniffed(), context()) else { return };
    let mut row = Row::default();
    let mut staged: BTreeMap<String, Vec<StagedRow>> = BTreeMap::new();
    for _ in 0..ROWS {
        match table.next_row(&mut row) {
            Ok(Step::Row) => {
                if let Ok(Some(one)) = reader.stage(&row, row.line()) {
                    staged.entry(one.key.clone()).or_default().push(one);
                }
            }
            Ok(Step::Rejected(_)) => {}
            Ok(Step::End) | Err(_) => break,
        }
    }
    for (key, mut rows) in staged {
        let (records, _) = reader.assemble(&key, &rows);
        // Rows may come in any order: the records are the same.
        rows.reverse();
        let (again, _) = reader.assemble(&key, &rows);
        assert_eq!(format!("{records:?}"), format!("{again:?}"), "{key}");
    }
}

fn ingest(data: &[u8]) {
    let _read = canonical::json::parse_body(data, &context(), Language::Fr);
}

/// A platform, a topic, and a body that the right secret has signed.
fn webhook(data: &[u8]) {
    const TOPICS: [&str; 8] = [
        "orders/create",
        "orders/edited",
        "refunds/create",
        "products/update",
        "order.created",
        "product.updated",
        "customer.created",
        "action.woocommerce",
    ];
    let [platform, topic, body @ ..] = data else { return };
    let platform = PLATFORMS[usize::from(*platform) % PLATFORMS.len()];
    let topic = TOPICS[usize::from(*topic) % TOPICS.len()];
    let secret = "secret";
    let access = Access {
        url: "https://shop.example".to_owned(),
        credentials: platform
            .fields
            .iter()
            .map(|field| (field.name.to_owned(), secret.to_owned()))
            .collect(),
        private: false,
        pace: Pace {
            between: Duration::ZERO,
            timeout: Duration::from_secs(1),
            attempts: 1,
            first_wait: Duration::ZERO,
            longest_wait: Duration::ZERO,
        },
    };
    let Ok(connector) = (platform.connect)(access) else { return };
    let key = ring::hmac::Key::new(ring::hmac::HMAC_SHA256, secret.as_bytes());
    let signature = STANDARD.encode(ring::hmac::sign(&key, body));
    let headers: Vec<(String, String)> = [
        ("x-shopify-hmac-sha256", signature.as_str()),
        ("x-shopify-topic", topic),
        ("x-wc-webhook-signature", signature.as_str()),
        ("x-wc-webhook-topic", topic),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into();
    let _hook = connector.hook(Delivery { headers: &headers, body, secret });
    // Unsigned: whatever it says, it is not believed.
    let believed = connector.hook(Delivery { headers: &[], body, secret });
    assert!(believed.map_or(true, |hook| hook.wanted.is_empty()));
}

/// A document, then, after a NUL, its variables.
fn graphql(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (document, variables) = match text.split_once('\0') {
        Some((document, variables)) => (document, Some(variables)),
        None => (text, None),
    };
    let Ok(calls) = activecampaign::calls(document, variables, None) else { return };
    for call in calls {
        for argument in call.arguments.values() {
            let _json: &serde_json::value::RawValue =
                serde_json::from_str(argument).expect("arguments are JSON");
            let _order = activecampaign::order(argument, &setting());
        }
    }
}

fn activecampaign_rest(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let (known, told) = text.split_once('\0').unwrap_or(("", text));
    let setting = setting();
    for kind in ["order", "cart", "customer", "contact"] {
        if let Ok(merged) = activecampaign::merged(kind, known, told) {
            let _told = activecampaign::rest_order(&merged, Some("7"), &setting);
        }
    }
    let _told = activecampaign::rest_order(told, None, &setting);
    let _customer = activecampaign::customer(told, &setting);
    let _contact = activecampaign::contact(told, &setting);
    let _order = activecampaign::order(told, &setting);
}

fn brevo_bodies(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let setting = setting();
    let _order = brevo::order(text, &setting);
    let _event = brevo::event(text, &setting);
    let _tracked = brevo::tracked(text, &setting);
    let _product = brevo::product(text, &setting);
    let _category = brevo::category(text);
    for name in ["orders", "products", "events", "categories"] {
        for item in comptoir_sources::pushed::items(text, name).ok().flatten().unwrap_or_default() {
            let _order = brevo::order(item, &setting);
        }
    }
}

fn ga4_bodies(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let setting = setting();
    let _read = ga4::read(text, &setting);
    let _messages = ga4::validate(text, &setting);
}

fn rates(data: &[u8]) {
    if let Ok(text) = std::str::from_utf8(data) {
        let _read = ecb::read(text, Language::Fr);
    }
}

/// The part of an address after `?`. What was understood is written back as the same question.
fn query(data: &[u8]) {
    static SHOPS: OnceLock<Context> = OnceLock::new();
    let context = SHOPS.get_or_init(|| {
        let store = Store::in_memory().expect("a store");
        for (slug, timezone) in [("ferme", "Europe/Paris"), ("musee", "Asia/Tokyo")] {
            let shop = Shop {
                slug: slug.into(),
                name: slug.into(),
                platform: "shopify".into(),
                currency: Currency::EUR,
                timezone: timezone.into(),
            };
            store.create_shop(shop, now()).expect("a shop");
        }
        Context::load(&store.read().expect("a snapshot"), now()).expect("a context")
    });
    let Ok(text) = std::str::from_utf8(data) else { return };
    for (name, value) in comptoir_metrics::query::pairs(text) {
        let _decoded = (name, value);
    }
    if let Ok(query) = Query::parse(text, context) {
        let written = query.to_query_string();
        let again =
            Query::parse(&written, context).unwrap_or_else(|error| panic!("{error}: {written}"));
        assert_eq!(again, query, "{written}");
        let _days = (query.days(context), query.compared_days(context));
    }
    let _cohorts = comptoir_metrics::cohorts::Asked::parse(text, context);
}
