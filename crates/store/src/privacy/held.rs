//! Everything that is held of a person, table by table: the answer to a request for access.

use std::path::Path;

use super::HeldTable;
use super::traces::{Traces, asking};
use crate::engine::Snapshot;
use crate::error::StoreError;
use crate::value::Value;

/// The tables that hold rows of a person, and which columns are shown: the personal ones and those that
/// explain them. `?1` is the person, `emails` their addresses, `accounts` their accounts.
const TABLES: &[(&str, &str)] = &[
    (
        "all_orders",
        "SELECT o.order_id, s.slug AS shop, f.name AS told_by, o.external_id, o.number, o.invoice_number, o.status,
                o.created, o.paid, o.completed, o.cancelled, o.modified, o.twin_of IS NOT NULL AS copy,
                o.customer_ref, o.email, o.phone, o.customer_name, o.billing_city, o.billing_postcode, o.billing_region,
                o.billing_country, o.shipping_city, o.shipping_postcode, o.shipping_region, o.shipping_country,
                o.payment_method, o.payments, o.shipping_method, o.coupon, o.source, o.medium, o.campaign, o.channel,
                o.device, o.total, o.currency
         FROM all_orders o JOIN shops s USING (shop_id) JOIN sources f USING (source_id)
         WHERE o.person_id = ?1 ORDER BY o.created, o.order_id",
    ),
    (
        "lines",
        "SELECT l.order_id, l.line_no, l.name, l.variant, l.category, l.quantity, l.gross, l.discount
         FROM lines l WHERE l.order_id IN (SELECT order_id FROM all_orders WHERE person_id = ?1)
         ORDER BY l.order_id, l.line_no",
    ),
    (
        "refunds",
        "SELECT r.refund_id, s.slug AS shop, f.name AS told_by, r.external_id, r.order_id, r.occurred_at, r.reason,
                r.customer_ref, r.email, r.phone, r.customer_name, r.country, r.currency
         FROM refunds r JOIN shops s USING (shop_id) JOIN sources f USING (source_id)
         WHERE r.person_id = ?1 OR r.order_id IN (SELECT order_id FROM all_orders WHERE person_id = ?1)
         ORDER BY r.occurred_at, r.refund_id",
    ),
    (
        "order_history",
        "SELECT h.external_id, h.modified, h.status, h.total, h.currency
         FROM order_history h JOIN all_orders o ON o.shop_id = h.shop_id AND o.source_id = h.source_id
                                              AND o.external_id = h.external_id
         WHERE o.person_id = ?1 ORDER BY h.external_id, h.modified",
    ),
    (
        "customers",
        "SELECT s.slug AS shop, f.name AS told_by, c.external_id, c.created, c.modified, c.deleted, c.email, c.phone,
                c.customer_name, c.country
         FROM customers c JOIN shops s USING (shop_id) JOIN sources f USING (source_id)
         WHERE c.person_id = ?1 OR c.email_key IN (SELECT email FROM emails) ORDER BY c.customer_id",
    ),
    (
        "all_carts",
        "SELECT c.cart_id, s.slug AS shop, f.name AS told_by, c.external_id, c.state, c.created, c.updated, c.email,
                c.customer_name, c.items, c.total, c.currency, c.order_ref
         FROM all_carts c JOIN shops s USING (shop_id) JOIN sources f USING (source_id)
         WHERE lower(trim(c.email)) IN (SELECT email FROM emails)
            OR (c.shop_id, c.source_id, c.order_ref) IN (
                SELECT (shop_id, source_id, external_id) FROM all_orders WHERE person_id = ?1)
         ORDER BY c.cart_id",
    ),
    (
        "door_records",
        "SELECT s.slug AS shop, d.kind, d.number, d.key, d.checkout, d.email, d.detail
         FROM door_records d JOIN shops s USING (shop_id)
         WHERE d.email IN (SELECT email FROM emails) ORDER BY d.number",
    ),
    (
        "rectifications",
        "SELECT field, told, value, at_instant FROM rectifications WHERE person_id = ?1 ORDER BY at_instant, field",
    ),
    (
        "erasures",
        "SELECT kind, hash, at_instant FROM erasures WHERE person_id = ?1 ORDER BY at_instant, kind, hash",
    ),
];

/// Everything that is held of a person, table by table; tables without a row of theirs are left out.
pub fn held(snapshot: &Snapshot, person: i64) -> Result<Vec<HeldTable>, StoreError> {
    let traces = Traces::of(&asking(snapshot), person)?;
    let mut all = Vec::new();
    for (table, sql) in TABLES {
        let mut values: Vec<Value> = vec![person.into()];
        let emails: Vec<String> = traces
            .emails
            .iter()
            .map(|email| {
                values.push(email.as_str().into());
                format!("(?{})", values.len())
            })
            .collect();
        // A statement must name each value that is bound: the person's number is named here too.
        let emails = if emails.is_empty() {
            "SELECT NULL::VARCHAR AS email WHERE ?1 IS NULL".to_owned()
        } else {
            format!(
                "SELECT email FROM (VALUES {}) t(email) WHERE ?1 IS NOT NULL",
                emails.join(", ")
            )
        };
        let found = snapshot.query(&format!("WITH emails AS ({emails}) {sql}"), &values)?;
        if !found.rows.is_empty() {
            all.push(HeldTable { table, columns: found.columns, rows: found.rows });
        }
    }
    all.extend(refused(snapshot, &traces)?);
    all.extend(rejected(snapshot, &traces)?);
    Ok(all)
}

/// Records that were not understood and whose explanation names the person.
fn refused(snapshot: &Snapshot, traces: &Traces) -> Result<Option<HeldTable>, StoreError> {
    let mut found = snapshot.query(
        "SELECT c.platform, r.kind, r.external_id, r.told_at, r.detail
         FROM connection_refused r JOIN connections c USING (connection_id) ORDER BY r.told_at",
        &[],
    )?;
    found.rows.retain(|cells| {
        [&cells[2], &cells[4]]
            .into_iter()
            .filter_map(Value::text)
            .any(|text| traces.quoted_in(text))
    });
    Ok((!found.rows.is_empty()).then_some(HeldTable {
        table: "connection_refused",
        columns: found.columns,
        rows: found.rows,
    }))
}

/// Lines of the lists of rejected rows that name the person.
fn rejected(snapshot: &Snapshot, traces: &Traces) -> Result<Option<HeldTable>, StoreError> {
    let files = snapshot.query(
        "SELECT import_id, rejected_file FROM imports WHERE rejected_file IS NOT NULL ORDER BY import_id",
        &[],
    )?;
    let mut rows = Vec::new();
    for cells in &files.rows {
        let Some(path) = cells[1].text() else { continue };
        // A list that was removed by hand holds nothing of anybody.
        let Ok(text) = std::fs::read_to_string(Path::new(path)) else { continue };
        rows.extend(
            text.lines()
                .skip(1)
                .filter(|line| traces.quoted_in(line))
                .map(|line| vec![cells[0].clone(), line.into()]),
        );
    }
    Ok((!rows.is_empty()).then_some(HeldTable {
        table: "rejected_rows",
        columns: vec!["import_id".into(), "line".into()],
        rows,
    }))
}
