//! What mutation begins with: inputs for each target, taken from the recordings of the tests and from the
//! examples below.

use std::fs;
use std::io::{self, Write};
use std::path::Path;

use comptoir_sources::Mapping;
use comptoir_sources::mapping::PRESETS;
use serde_json::Value;

use crate::TARGETS;

/// Writes a folder of inputs for each target, and says the targets' names.
pub fn write(folder: &Path) -> io::Result<()> {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../crates/sources/tests/data");
    for target in TARGETS {
        let own = folder.join(target.name);
        fs::create_dir_all(&own)?;
        for (number, seed) in seeds(target.name, &data)?.into_iter().enumerate() {
            fs::write(own.join(format!("seed-{number:03}")), seed)?;
        }
        writeln!(io::stdout(), "{}", target.name)?;
    }
    Ok(())
}

fn seeds(target: &str, data: &Path) -> io::Result<Vec<Vec<u8>>> {
    let of = |name: &str| bodies(&data.join(name));
    Ok(match target {
        "file" => csv(data)?.into_iter().flat_map(|text| tagged(4, &text)).collect(),
        "preset" => {
            let all = csv(data)?;
            let count = u8::try_from(PRESETS.len()).unwrap_or(u8::MAX);
            all.into_iter().flat_map(|text| tagged(count, &text)).collect()
        }
        "mapping" => csv(data)?
            .iter()
            .flat_map(|text| {
                PRESETS
                    .iter()
                    .filter_map(|preset| Mapping::preset(preset.name).ok())
                    .map(|mapping| [mapping.to_toml().as_bytes(), text].join(&0))
            })
            .collect(),
        "ingest" => [INGEST, RECORDS].map(|text| text.as_bytes().to_vec()).into(),
        "webhook" => {
            let bodies: Vec<Vec<u8>> =
                of("shopify")?.into_iter().chain(of("woocommerce")?).collect();
            let tag = |body: &Vec<u8>, at: u8| [&[at % 3, at], body.as_slice()].concat();
            bodies.iter().zip((0..8).cycle()).map(|(body, at)| tag(body, at)).collect()
        }
        "graphql" | "activecampaign" => {
            let mut all = of("activecampaign")?;
            all.extend([MUTATION, VARIABLES].map(|text| text.as_bytes().to_vec()));
            all
        }
        "brevo" => of("brevo")?,
        "ga4" => of("ga4")?.into_iter().chain([GA4.as_bytes().to_vec()]).collect(),
        "rates" => vec![b"Date,USD,JPY,\n2026-10-30,1.0811,164.12,\n2026-10-29,N/A,,\n".to_vec()],
        "query" => QUERIES.iter().map(|text| text.as_bytes().to_vec()).collect(),
        _ => Vec::new(),
    })
}

/// A file under each first byte that tells what it is read as.
fn tagged(count: u8, text: &[u8]) -> Vec<Vec<u8>> {
    (0..count).map(|first| [&[first], text].concat()).collect()
}

/// Files of orders: each preset's own example, and an export.
fn csv(data: &Path) -> io::Result<Vec<Vec<u8>>> {
    let export = fs::read(data.join("shopify_orders.csv"))?;
    let mut all = vec![export[..export.len().min(6000)].to_vec()];
    all.extend(FILES.iter().map(|text| text.as_bytes().to_vec()));
    // The same in other encodings.
    let wide: Vec<u8> = FILES[0].encode_utf16().flat_map(u16::to_le_bytes).collect();
    all.push([&[0xff, 0xfe], wide.as_slice()].concat());
    all.push(FILES[1].chars().map(|one| u8::try_from(one).unwrap_or(b'?')).collect());
    Ok(all)
}

/// The bodies of recordings, and documents inside them: what a program was sent.
fn bodies(folder: &Path) -> io::Result<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    for entry in fs::read_dir(folder)? {
        let text = fs::read_to_string(entry?.path())?;
        if let Ok(value) = serde_json::from_str(&text) {
            gather(&value, &mut all);
        }
        if text.len() < 20_000 {
            all.push(text.into_bytes());
        }
    }
    all.sort();
    all.dedup();
    Ok(all)
}

fn gather(value: &Value, all: &mut Vec<Vec<u8>>) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "body" || name == "query" => {
                        all.push(text.clone().into_bytes());
                        if let Ok(inner) = serde_json::from_str(text) {
                            gather(&inner, all);
                        }
                    }
                    Value::Object(_) if name == "e" || name == "body" => {
                        all.push(member.to_string().into_bytes());
                        gather(member, all);
                    }
                    _ => gather(member, all),
                }
            }
        }
        Value::Array(items) => items.iter().for_each(|item| gather(item, all)),
        _ => {}
    }
}

const FILES: [&str; 4] = [
    "order_id,created,status,email,sku,name,quantity,unit_price,tax_rate,shipping\n1001,2026-03-01 10:00,paid,zoe@exemple.fr,MIEL-01,Miel,2,\"11,85\",5.5,4.90\n1002,01/03/2026,refunded,,THÉ,Thé,-1,3.50,20,0\n",
    "N° commande;Date;Client;Référence;Qté;Prix TTC\r\n12;13/02/2026 08:15;Léa;A-1;1;1 234,50 €\r\n",
    "{\"id\":\"1\",\"created\":\"2026-03-01T10:00:00Z\",\"status\":\"paid\",\"lines\":[{\"sku\":\"A\",\"quantity\":1,\"unit_price\":\"10.00\"}]}\n",
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n536365,85123A,HEART,6,12/1/2010 8:26,2.55,17850,United Kingdom\nC536379,D,Discount,-1,12/1/2010 9:41,27.5,14527,United Kingdom\n",
];
const INGEST: &str = r#"{"type":"order","id":"1","modified":"2026-03-01T10:00:00Z","created":"2026-02-28T10:00:00Z","status":"paid","customer":{"email":"a@b.fr"},"lines":[{"sku":"P","quantity":2,"unit_price":"10.05","tax_rate":"20"}],"refunds":[{"id":"r","at":"2026-03-02T12:00:00Z","lines":[{"sku":"P","quantity":1,"amount":"10.05","tax":"2.01"}]}]}"#;
const RECORDS: &str = r#"{"records":[{"type":"refund","id":"r","order":"1","at":"2026-03-03T08:00:00Z","lines":[{"sku":"P","quantity":1,"amount":"0.05"}]},{"type":"cart","id":"c"},{"type":"customer","id":"7","email":"a@b.fr"},{"type":"product","id":"P"}]}"#;
const MUTATION: &str = "mutation BulkUpsertOrders($orders: [OrderInput!]!) { a: bulkUpsertOrders(orders: $orders) { storeOrderId ...F } }\nfragment F on Order { legacyConnectionId }\0{\"orders\":[{\"storeOrderId\":\"7\",\"email\":\"a@b.fr\",\"finalAmount\":12.30,\"lineItems\":[{\"name\":\"Thé\",\"quantity\":2,\"price\":6.15}]}]}";
const VARIABLES: &str = "mutation { bulkUpsertOrders(orders: [{storeOrderId: \"7\", finalAmount: 1e2, currency: EUR, ok: true, none: null, text: \"\"\"bloc\"\"\"}]) { storeOrderId } }";
const GA4: &str = r#"{"client_id":"1.2","timestamp_micros":"1767225600000000","events":[{"name":"purchase","params":{"transaction_id":"T1","currency":"EUR","value":12.3,"items":[{"item_id":"A","item_name":"Thé","price":6.15,"quantity":2}]}},{"name":"page_view","params":{"page_location":"https://a.example/?utm_source=x"}}]}"#;
const QUERIES: [&str; 8] = [
    "metrics=revenue,orders&by=month&from=2026-01-01&to=2026-12-31",
    "metrics=average_order_value&by=day,shop,country&period=30d&compare=previous&shop=ferme&sort=-average_order_value&limit=10",
    "metrics=units&by=product&period=last_month&where=country:FR%7CBE&where=category:null&currency=USD",
    "metrics=revenue&period=2026-W03&compare=year_weekday&profile=woocommerce&date=paid&tax=excl",
    "metrics=revenue&from=2026-02-29&to=0001-01-01&compare=2025-01-01..2025-12-31",
    "metrics=revenue&period=all&by=hour_of_day,weekday&where=status%3Apaid",
    "shop=musee&cohort=product&layout=age&step=30d&measure=share&from=2011-01-01&to=2011-12-31",
    "metrics=%C3%A9&by=%ff&period=99999999d",
];
