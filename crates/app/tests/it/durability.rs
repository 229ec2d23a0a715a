//! What the server said yes to survives SIGKILL at any instant, once, whole, in its newest version.
//!
//! Everything an order says follows from its name and version, so that what is found afterwards can
//! be compared with what must be there, half-written orders included.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasher, Hasher};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use comptoir_store::{Snapshot, Store, Value};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::program::{self, Program, Starting};

/// Kills of a server at work.
const KILLS: u64 = 52;
const CLIENTS: u64 = 4;

/// A small generator of random numbers (`SplitMix64`), so that a seed says everything.
struct Random(u64);

impl Random {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % end
    }
}

/// The newest version of an order that was acknowledged, and the newest that was sent.
#[derive(Clone, Copy, Default)]
struct Versions {
    acknowledged: i64,
    sent: i64,
}

/// What a client knows of its own records; no other client writes them.
#[derive(Default)]
struct Known {
    orders: BTreeMap<String, Versions>,
    /// Refunds that came by themselves: whether they were acknowledged.
    refunds: BTreeMap<String, bool>,
}

/// Where the server is now, for clients that come and go with it.
struct Shared {
    address: Mutex<Option<SocketAddr>>,
    acknowledged: AtomicU64,
    over: AtomicBool,
}

/// What an order says in a version, in cents. Prices are multiples of five cents, so that 20 % of any
/// line is a whole number of cents.
struct Content {
    lines: Vec<(i64, i64)>,
    gross: i64,
    total: i64,
    refunded: i64,
}

fn content(version: i64) -> Content {
    let lines: Vec<(i64, i64)> =
        (0..=version % 3).map(|at| (1 + at, 100 * version + 5 * at)).collect();
    let gross = lines.iter().map(|(quantity, price)| quantity * price).sum();
    // Every second version carries a refund of one unit of its first line.
    let refunded = if version % 2 == 0 { 100 * version } else { 0 };
    Content { lines, gross, total: gross + gross / 5, refunded }
}

fn modified(version: i64) -> Timestamp {
    let first: Timestamp = "2024-03-01T00:00:00Z".parse().expect("an instant");
    first + SignedDuration::from_secs(version)
}

fn decimal(cents: i64) -> String {
    format!("{}.{:02}", cents / 100, cents % 100)
}

fn order(id: &str, version: i64) -> serde_json::Value {
    let content = content(version);
    let lines: Vec<_> = content
        .lines
        .iter()
        .map(|(quantity, price)| {
            json!({ "sku": format!("P{}", price % 7), "quantity": quantity, "unit_price": decimal(*price), "tax_rate": "20" })
        })
        .collect();
    let refunds = if content.refunded == 0 {
        json!([])
    } else {
        let (amount, tax) = (decimal(content.refunded), decimal(content.refunded / 5));
        json!([{ "id": format!("{id}-r"), "at": "2024-03-02T12:00:00Z",
                 "lines": [{ "sku": "P2", "quantity": 1, "amount": amount, "tax": tax }] }])
    };
    json!({ "type": "order", "id": id, "modified": modified(version).to_string(), "created": "2024-02-28T10:00:00Z",
            "status": "paid", "customer": { "email": format!("{id}@example.org") }, "lines": lines, "refunds": refunds })
}

fn refund(id: &str, of: &str) -> serde_json::Value {
    json!({ "type": "refund", "id": id, "order": of, "at": "2024-03-03T08:00:00Z", "modified": "2024-03-03T08:00:00Z",
            "lines": [{ "sku": "P0", "quantity": 1, "amount": "0.05", "tax": "0.01" }] })
}

/// Pushes records until the end, and remembers what was acknowledged.
fn client(number: u64, seed: u64, shared: &Shared) -> Known {
    let mut random = Random(seed ^ (number << 32));
    let mut known = Known::default();
    let mut next = 0;
    while !shared.over.load(Ordering::Relaxed) {
        let Some(address) = *shared.address.lock().unwrap_or_else(PoisonError::into_inner) else {
            std::thread::sleep(Duration::from_millis(1));
            continue;
        };
        let mut records = Vec::new();
        let (mut orders, mut refunds) = (HashMap::new(), Vec::new());
        for _ in 0..=random.below(6) {
            let earlier = known.orders.len() as u64;
            let id = if earlier == 0 || random.below(3) == 0 {
                next += 1;
                format!("c{number}-{next}")
            } else {
                let at = usize::try_from(random.below(earlier)).expect("small");
                known.orders.keys().nth(at).expect("one of them").clone()
            };
            if random.below(5) == 0 && known.orders.contains_key(&id) {
                let name = format!("{id}-s{}", known.refunds.len());
                records.push(refund(&name, &id));
                known.refunds.insert(name.clone(), false);
                refunds.push(name);
                continue;
            }
            let versions = known.orders.entry(id.clone()).or_default();
            versions.sent += 1;
            records.push(order(&id, versions.sent));
            orders.insert(id, versions.sent);
        }
        let sent = records.len();
        let body = if sent == 1 { records.remove(0) } else { json!({ "records": records }) };
        let answer = program::request(
            address,
            "POST",
            "/api/v1/ingest?shop=test",
            &[],
            body.to_string().as_bytes(),
        );
        let Ok(answer) = answer else { continue };
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert_eq!(answer.json()["accepted"], sent);
        for (id, version) in orders {
            known.orders.entry(id).or_default().acknowledged = version;
        }
        for name in refunds {
            known.refunds.insert(name, true);
        }
        shared.acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    known
}

#[test]
fn what_was_acknowledged_survives_sigkill() {
    let seed = std::env::var("COMPTOIR_SEED")
        .ok()
        .and_then(|seed| seed.parse().ok())
        .unwrap_or_else(|| std::collections::hash_map::RandomState::new().build_hasher().finish());
    // The same seed makes the same choices again, though not at the same instants.
    say(seed);
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let nothing = program::file(
        folder,
        "first.csv",
        "order_id,created,sku,unit_price\nfirst,2024-02-01,P0,1.00\n",
    );
    let folder = &folder.join("data");
    assert_eq!(program::import(folder, &nothing, &[]).code, Some(0));

    let shared = Arc::new(Shared {
        address: Mutex::new(None),
        acknowledged: AtomicU64::new(0),
        over: AtomicBool::new(false),
    });
    let clients: Vec<_> = (0..CLIENTS)
        .map(|number| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || client(number, seed, &shared))
        })
        .collect();
    let mut random = Random(seed);
    let (mut kills, mut in_service) = (0, 0);
    while in_service < KILLS {
        kills += 1;
        let starting = Starting::serve(folder);
        let server = if kills % 8 == 0 {
            // Now and then it does not even get to its feet.
            match starting.ready_within(Duration::from_millis(random.below(150))) {
                Ok(server) => server,
                Err(starting) => {
                    drop(starting);
                    continue;
                }
            }
        } else {
            starting.ready().expect("it starts again after every kill")
        };
        in_service += 1;
        let before = shared.acknowledged.load(Ordering::Relaxed);
        *shared.address.lock().expect("clients only read it") = Some(server.address);
        let enough = before + random.below(12);
        program::until("acknowledgements", || {
            shared.acknowledged.load(Ordering::Relaxed) >= enough
        });
        // Anywhere in the life of a transaction.
        std::thread::sleep(Duration::from_micros(random.below(40_000)));
        server.kill();
        *shared.address.lock().expect("clients only read it") = None;
    }
    shared.over.store(true, Ordering::Relaxed);
    let known: Vec<Known> =
        clients.into_iter().map(|client| client.join().expect("a client")).collect();

    let server = Program::serve(folder);
    let told = server
        .get("/api/v1/query?metrics=orders,gross_sales,refunded_goods,total_sales&period=all")
        .json();
    assert_eq!(server.stop().code(), Some(0));
    found_whole(folder, &known, &told["totals"]);
}

#[expect(clippy::print_stdout, reason = "the test harness shows it beside a failure")]
fn say(seed: u64) {
    println!("COMPTOIR_SEED={seed}");
}

/// Compares the folder with what the clients know.
fn found_whole(folder: &Path, known: &[Known], told: &serde_json::Value) {
    let store = Store::open(folder, Duration::from_secs(10)).expect("the folder opens");
    let snapshot = store.read().expect("a view");
    let found = orders(&snapshot);
    let (mut acknowledged, mut present) = (0, 1);
    let (mut gross, mut total, mut refunded) = (100, 100, 0);
    for (id, versions) in known.iter().flat_map(|known| &known.orders) {
        let rows = found.get(id).map(Vec::as_slice).unwrap_or_default();
        assert!(rows.len() <= 1, "{id} is there {} times", rows.len());
        acknowledged += i64::from(versions.acknowledged > 0);
        let Some(order) = rows.first() else {
            assert_eq!(versions.acknowledged, 0, "{id} was acknowledged and is lost");
            continue;
        };
        present += 1;
        let version = (versions.acknowledged.max(1)..=versions.sent)
            .find(|version| modified(*version) == order.modified)
            .unwrap_or_else(|| {
                panic!("{id}: {} is not of an acknowledged version", order.modified)
            });
        let content = content(version);
        assert_eq!(order.total, content.total, "{id}, version {version}: total");
        assert_eq!(
            order.lines,
            (i64::try_from(content.lines.len()).expect("few"), content.gross),
            "{id}: lines"
        );
        assert_eq!(
            order.money,
            (content.gross, content.total),
            "{id}: money events add up to the order"
        );
        assert_eq!(order.nested_refund, content.refunded, "{id}: the refund inside it");
        gross += content.gross;
        total += content.total;
        refunded += content.refunded;
    }
    assert!(acknowledged > 100, "only {acknowledged} orders were acknowledged: nothing was tested");
    assert_eq!(found.len(), present, "an order that nobody sent");

    let refunds =
        counted(&snapshot, "SELECT external_id, count(*) FROM refunds WHERE NOT nested GROUP BY 1");
    let mut alone = 0;
    for (id, acknowledged) in known.iter().flat_map(|known| &known.refunds) {
        let times = refunds.get(id).copied().unwrap_or(0);
        assert!(times <= 1, "{id} is there {times} times");
        assert!(times == 1 || !acknowledged, "{id} was acknowledged and is lost");
        // A refund of an order that was never kept counts all the same.
        alone += times;
    }
    // What the server told is the sum of what was found: each refund by itself is 0.05 and 0.01 of tax.
    assert_eq!(told["orders"], present);
    assert_eq!(told["gross_sales"], decimal(gross));
    assert_eq!(told["refunded_goods"], decimal(refunded + 5 * alone));
    assert_eq!(told["total_sales"], decimal(total - refunded - refunded / 5 - 6 * alone));
}

/// An order as the folder holds it.
struct Found {
    modified: Timestamp,
    total: i64,
    /// How many lines, and their amount.
    lines: (i64, i64),
    /// Its money events: goods, and everything with tax.
    money: (i64, i64),
    nested_refund: i64,
}

fn orders(snapshot: &Snapshot) -> HashMap<String, Vec<Found>> {
    let sql = "SELECT o.external_id, o.modified, o.total,
        (SELECT count(*) FROM lines l WHERE l.order_id = o.order_id),
        (SELECT sum(l.gross) FROM lines l WHERE l.order_id = o.order_id),
        (SELECT sum(m.gross) FROM money m WHERE m.order_id = o.order_id AND m.refund_id IS NULL),
        (SELECT sum(m.gross - m.discount + m.shipping + m.fees + m.tax)
           FROM money m WHERE m.order_id = o.order_id AND m.refund_id IS NULL),
        (SELECT sum(m.refunded_goods) FROM money m JOIN refunds r USING (refund_id)
          WHERE m.order_id = o.order_id AND r.nested)
        FROM orders o";
    let mut found: HashMap<String, Vec<Found>> = HashMap::new();
    for cells in snapshot.query(sql, &[]).expect("orders").rows {
        let whole = |at: usize| cells[at].int().unwrap_or(0);
        let order = Found {
            modified: cells[1].instant().expect("a version"),
            total: whole(2),
            lines: (whole(3), whole(4)),
            money: (whole(5), whole(6)),
            nested_refund: whole(7),
        };
        found.entry(cells[0].text().expect("an id").to_owned()).or_default().push(order);
    }
    found
}

fn counted(snapshot: &Snapshot, sql: &str) -> HashMap<String, i64> {
    let rows = snapshot.query(sql, &[]).expect("counts").rows;
    let count = |cells: Vec<Value>| Some((cells[0].text()?.to_owned(), cells[1].int()?));
    rows.into_iter().filter_map(count).collect()
}
