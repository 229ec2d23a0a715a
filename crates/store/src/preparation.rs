//! Orders to ship: where to, and what is in them. No amount, no e-mail address, no telephone number,
//! no billing address is read here: whoever packs parcels needs none.

use jiff::Timestamp;

use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::value::Value;

/// Which orders.
#[derive(Debug, Clone)]
pub struct Asked {
    /// At least one.
    pub shops: Vec<i64>,
    /// Created from then on.
    pub since: Timestamp,
    /// By this shipping method only.
    pub method: Option<String>,
    pub offset: i64,
    pub limit: i64,
}

/// What is to be prepared. Texts come from outside.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ToShip {
    /// Of all orders; `parcels` holds one page of them.
    pub count: i64,
    /// Oldest first.
    pub parcels: Vec<Parcel>,
    /// Of all orders, the most needed first.
    pub products: Vec<Product>,
    /// The shipping methods of all orders of these shops, whichever was asked for.
    pub methods: Vec<String>,
    /// Shops that have never told that an order was sent: theirs never leave this list by themselves.
    pub silent: Vec<i64>,
}

/// An order on its way to be a parcel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parcel {
    pub order: i64,
    pub shop_id: i64,
    pub number: String,
    pub created: Timestamp,
    pub name: Option<String>,
    pub postcode: Option<String>,
    pub city: Option<String>,
    pub region: Option<String>,
    pub country: Option<String>,
    pub method: Option<String>,
    pub items: Vec<Item>,
}

/// So many of a product in one order, what was refunded deducted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub quantity: i64,
    /// Given back before it was sent.
    pub refunded: i64,
    pub name: String,
    pub variant: Option<String>,
    pub code: Option<String>,
}

/// So many of a product in all orders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    pub shop_id: i64,
    pub quantity: i64,
    pub orders: i64,
    pub name: String,
    pub variant: Option<String>,
    pub code: Option<String>,
}

/// The lines of waiting orders, with what is left of them to pack.
const ITEMS: &str = "\
given_back AS (
    SELECT r.order_id, l.product_id, coalesce(l.variant, '') AS variant,
           CASE WHEN l.product_id IS NULL THEN l.name ELSE '' END AS unknown, sum(abs(l.quantity)) AS quantity
    FROM refund_lines l JOIN refunds r ON r.refund_id = l.refund_id
    WHERE NOT r.deleted AND l.kind = 'product' AND r.order_id IN (SELECT order_id FROM waiting)
    GROUP BY ALL
),
ordered AS (
    SELECT l.order_id, l.shop_id, l.product_id, coalesce(l.variant, '') AS variant,
           CASE WHEN l.product_id IS NULL THEN l.name ELSE '' END AS unknown,
           min(l.line_no) AS line_no, arg_min(l.name, l.line_no) AS name, sum(l.quantity) AS quantity
    FROM lines l
    WHERE l.kind = 'product' AND l.order_id IN (SELECT order_id FROM waiting)
    GROUP BY ALL
),
-- A refund that names no variant is of the only one there is.
counted AS (
    SELECT o.*, count(*) OVER (PARTITION BY o.order_id, o.product_id, o.unknown) AS variants FROM ordered o
),
deducted AS (
    SELECT c.order_id, c.shop_id, c.product_id, c.variant, c.name, c.line_no, c.quantity,
           coalesce(sum(g.quantity), 0) AS back
    FROM counted c
    LEFT JOIN given_back g ON g.order_id = c.order_id AND g.product_id IS NOT DISTINCT FROM c.product_id
                          AND g.unknown = c.unknown
                          AND (g.variant = c.variant OR g.variant = '' AND c.variants = 1)
    GROUP BY ALL
),
items AS (
    SELECT d.order_id, d.shop_id, d.product_id, d.variant, d.name, d.line_no, p.code,
           greatest(d.quantity - d.back, 0) AS quantity, least(d.back, d.quantity) AS refunded
    FROM deducted d LEFT JOIN products p ON p.product_id = d.product_id
)";

/// What waits to be shipped.
pub fn to_ship(snapshot: &Snapshot, asked: &Asked) -> Result<ToShip, StoreError> {
    let read = |sql: &str, values: &[Value]| snapshot.query(sql, values).map(|found| found.rows);
    let (waiting, values) = waiting(asked, asked.method.as_deref());
    let with = |more: &[Value]| values.iter().chain(more).cloned().collect::<Vec<_>>();
    let count = read(&format!("WITH {waiting} SELECT count(*) FROM waiting"), &values)?;
    let page = format!(
        "{waiting}, page AS (SELECT * FROM waiting ORDER BY created, order_id LIMIT ? OFFSET ?)"
    );
    let bounds = with(&[asked.limit.into(), asked.offset.into()]);
    let parcels = read(
        &format!(
            "WITH {page}
SELECT order_id, shop_id, number, created, name, postcode, city, region, country, method
FROM page ORDER BY created, order_id"
        ),
        &bounds,
    )?;
    let items = read(
        &format!(
            "WITH {page}, {ITEMS}
SELECT order_id, quantity, refunded, name, variant, code
FROM items WHERE order_id IN (SELECT order_id FROM page) ORDER BY order_id, line_no"
        ),
        &bounds,
    )?;
    let products = read(
        &format!(
            "WITH {waiting}, {ITEMS}
SELECT shop_id, sum(quantity) AS quantity, count(DISTINCT order_id), arg_max(name, order_id), variant, code
FROM items WHERE quantity > 0
GROUP BY shop_id, product_id, variant, code, CASE WHEN product_id IS NULL THEN name END
ORDER BY quantity DESC, 4, variant"
        ),
        &values,
    )?;
    let (anyhow, every) = self::waiting(asked, None);
    let methods = read(
        &format!(
            "WITH {anyhow} SELECT DISTINCT method FROM waiting WHERE method <> '' ORDER BY method"
        ),
        &every,
    )?;
    let mut parcels: Vec<Parcel> = parcels.iter().filter_map(|cells| parcel(cells)).collect();
    for cells in &items {
        let order = cells[0].int();
        if let Some(parcel) = parcels.iter_mut().find(|parcel| Some(parcel.order) == order) {
            parcel.items.extend(item(&cells[1..]));
        }
    }
    Ok(ToShip {
        count: count.first().and_then(|cells| cells[0].int()).unwrap_or(0),
        parcels,
        products: products.iter().filter_map(|cells| product(cells)).collect(),
        methods: methods.iter().filter_map(|cells| Some(cells[0].text()?.to_owned())).collect(),
        silent: silent(snapshot, &asked.shops)?,
    })
}

/// `waiting AS (…)`: paid orders that are neither sent nor cancelled, refunded, a test or a copy.
fn waiting(asked: &Asked, method: Option<&str>) -> (String, Vec<Value>) {
    let mut values: Vec<Value> = asked.shops.iter().map(|shop| Value::Int(*shop)).collect();
    values.push(Value::Instant(asked.since));
    let by = method.map_or("", |_| " AND shipping_method = ?");
    values.extend(method.map(Value::from));
    let sql = format!(
        "waiting AS (
    SELECT order_id, shop_id, coalesce(number, external_id) AS number, created, customer_name AS name,
           shipping_postcode AS postcode, shipping_city AS city, shipping_region AS region,
           shipping_country AS country, shipping_method AS method
    FROM orders
    WHERE shop_id IN ({}) AND class = 'paid' AND NOT test AND cancelled IS NULL AND created >= ?{by}
)",
        holes(&asked.shops)
    );
    (sql, values)
}

fn silent(snapshot: &Snapshot, shops: &[i64]) -> Result<Vec<i64>, StoreError> {
    let values: Vec<Value> = shops.iter().map(|shop| Value::Int(*shop)).collect();
    let sql = format!(
        "SELECT DISTINCT shop_id FROM orders WHERE shop_id IN ({}) AND class = 'fulfilled'",
        holes(shops)
    );
    let telling: Vec<i64> =
        snapshot.query(&sql, &values)?.rows.iter().filter_map(|cells| cells[0].int()).collect();
    Ok(shops.iter().copied().filter(|shop| !telling.contains(shop)).collect())
}

fn holes(shops: &[i64]) -> String {
    if shops.is_empty() { "NULL".to_owned() } else { vec!["?"; shops.len()].join(", ") }
}

fn text(cell: &Value) -> Option<String> {
    cell.text().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn parcel(cells: &[Value]) -> Option<Parcel> {
    Some(Parcel {
        order: cells[0].int()?,
        shop_id: cells[1].int()?,
        number: text(&cells[2]).unwrap_or_default(),
        created: cells[3].instant()?,
        name: text(&cells[4]),
        postcode: text(&cells[5]),
        city: text(&cells[6]),
        region: text(&cells[7]),
        country: text(&cells[8]),
        method: text(&cells[9]),
        items: Vec::new(),
    })
}

fn item(cells: &[Value]) -> Option<Item> {
    Some(Item {
        quantity: cells[0].int()?,
        refunded: cells[1].int().unwrap_or(0),
        name: text(&cells[2]).unwrap_or_default(),
        variant: text(&cells[3]),
        code: text(&cells[4]),
    })
}

fn product(cells: &[Value]) -> Option<Product> {
    Some(Product {
        shop_id: cells[0].int()?,
        quantity: cells[1].int()?,
        orders: cells[2].int().unwrap_or(0),
        name: text(&cells[3]).unwrap_or_default(),
        variant: text(&cells[4]),
        code: text(&cells[5]),
    })
}
