//! One order in full, with everything that was recorded about it.

use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::value::Value;

/// One order with its lines and refunds, as columns by name.
#[derive(Debug, Clone, Default)]
pub struct OrderDetail {
    pub order: Vec<(String, Value)>,
    /// One page of lines: name, variant, code, quantity, gross, discount, taxes.
    pub lines: Vec<Vec<Value>>,
    /// Of all lines: how many, quantity, gross, discount.
    pub whole: Vec<Value>,
    /// Tax rate in 1/1000 % (null: untold) and tax at this rate, refunds not deducted.
    pub taxes: Vec<Vec<Value>>,
    /// Id, instant, reason, amount with tax, whether we derived it.
    pub refunds: Vec<Vec<Value>>,
    /// What they give back together, with tax; `None` without any.
    pub refunded: Option<i64>,
    /// Refund id, name, quantity, amount without tax.
    pub refund_lines: Vec<Vec<Value>>,
    /// Instant, raw status, class, total with tax: each version seen, oldest first.
    pub history: Vec<Vec<Value>>,
    /// The customer's orders just before and after: id, number; null when there is none.
    pub before: Option<(i64, String)>,
    pub after: Option<(i64, String)>,
}

impl OrderDetail {
    /// A column of the order.
    pub fn get(&self, name: &str) -> &Value {
        self.order.iter().find(|(known, _)| known == name).map_or(&Value::Null, |(_, value)| value)
    }
}

const ORDER: &str = "\
SELECT shop_id, source_id, external_id, number, invoice_number, status, class, test, created, paid, completed,
       cancelled, person_id, customer_name, email, phone, billing_country, billing_region, billing_city,
       billing_postcode, shipping_country, shipping_region, shipping_city, shipping_postcode, payment_method,
       shipping_method, coupon, source, medium, campaign, channel, device, currency, goods, shipping, fees, tax,
       total, total_only, payments, counted, customer_type, rank
FROM orders WHERE order_id = ? AND shop_id IN ";

const LINES: &str = "\
SELECT l.name, l.variant, p.code, l.quantity, l.gross, l.discount, l.taxes
FROM lines l LEFT JOIN products p ON p.product_id = l.product_id
WHERE l.order_id = ? ORDER BY l.line_no LIMIT ? OFFSET ?";

const TAXES: &str = "\
SELECT tax_rate, sum(tax) FROM money
WHERE order_id = ? AND refund_id IS NULL
GROUP BY tax_rate HAVING sum(tax) <> 0 ORDER BY tax_rate NULLS LAST";

const REFUNDS: &str = "\
SELECT refund_id, occurred_at, reason, goods + shipping + fees + tax + untold, derived
FROM refunds WHERE order_id = ? AND NOT deleted ORDER BY occurred_at, external_id";

const REFUND_LINES: &str = "\
SELECT refund_id, name, quantity, amount FROM refund_lines
WHERE refund_id IN (SELECT refund_id FROM refunds WHERE order_id = ? AND NOT deleted)
ORDER BY refund_id, line_no LIMIT 1000";

const HISTORY: &str = "\
SELECT modified, status, class, total FROM order_history
WHERE shop_id = ? AND source_id = ? AND external_id = ?
ORDER BY modified, origin, digest LIMIT 1000";

/// An order of some shops by its surrogate id, with one page of its lines; an order of another shop is
/// none, also among the customer's orders before and after.
pub fn order(
    snapshot: &Snapshot,
    shops: &[i64],
    id: i64,
    offset: i64,
    limit: i64,
) -> Result<Option<OrderDetail>, StoreError> {
    if shops.is_empty() {
        return Ok(None);
    }
    let holes = vec!["?"; shops.len()].join(", ");
    let bound = |more: [Value; 1]| {
        more.into_iter().chain(shops.iter().map(|shop| Value::Int(*shop))).collect::<Vec<_>>()
    };
    let found = snapshot.query(&format!("{ORDER}({holes})"), &bound([id.into()]))?;
    let Some(cells) = found.rows.into_iter().next() else { return Ok(None) };
    let rows = |sql: &str, values: &[Value]| snapshot.query(sql, values).map(|found| found.rows);
    let mut detail = OrderDetail {
        order: found.columns.into_iter().zip(cells).collect(),
        ..OrderDetail::default()
    };
    let key = ["shop_id", "source_id", "external_id"].map(|name| detail.get(name).clone());
    detail.lines = rows(LINES, &[id.into(), limit.into(), offset.into()])?;
    detail.whole = rows(
        "SELECT count(*), sum(quantity), sum(gross), sum(discount) FROM lines WHERE order_id = ?",
        &[id.into()],
    )?
    .into_iter()
    .next()
    .unwrap_or_default();
    detail.taxes = rows(TAXES, &[id.into()])?;
    detail.refunds = rows(REFUNDS, &[id.into()])?;
    if !detail.refunds.is_empty() {
        detail.refunded = Some(detail.refunds.iter().filter_map(|refund| refund[3].int()).sum());
        detail.refund_lines = rows(REFUND_LINES, &[id.into()])?;
    }
    detail.history = rows(HISTORY, &key)?;
    let neighbour = |before: bool| -> Result<Option<(i64, String)>, StoreError> {
        let (sign, direction) = if before { ("<", "DESC") } else { (">", "ASC") };
        let sql = format!(
            "SELECT order_id, coalesce(number, external_id) FROM orders
             WHERE person_id = ? AND shop_id IN ({holes}) AND class <> 'deleted'
               AND (created, order_id) {sign} (?, ?)
             ORDER BY created {direction}, order_id {direction} LIMIT 1"
        );
        let (person, created) = (detail.get("person_id").clone(), detail.get("created").clone());
        if person.is_null() {
            return Ok(None);
        }
        let mut values = bound([person]);
        values.extend([created, id.into()]);
        let found = snapshot.query(&sql, &values)?.rows;
        let cells = found.into_iter().next();
        Ok(cells.and_then(|cells| Some((cells[0].int()?, cells[1].text()?.to_owned()))))
    };
    let (before, after) = (neighbour(true)?, neighbour(false)?);
    Ok(Some(OrderDetail { before, after, ..detail }))
}
