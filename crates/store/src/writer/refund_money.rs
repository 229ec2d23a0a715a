//! Ledger rows of refunds: what the platform broke down, and the split of what it did not.

use comptoir_model::refund::Parts;
use duckdb::Connection;

use super::sheet::{Sheet, cells};
use super::stage::read_tax_pairs;
use crate::engine::query;
use crate::error::StoreError;
use crate::value::Value;

/// Derives the ledger rows of every refund in scope into `in_refund_money`.
pub(crate) fn derive(connection: &Connection) -> Result<(), StoreError> {
    let refunds = query(connection, include_str!("refunds_in_scope.sql"), &[])?.rows;
    if refunds.is_empty() {
        return Ok(());
    }
    let lines = query(
        connection,
        "SELECT l.refund_id, l.line_no, l.kind, l.product_id, l.variant, l.quantity, l.amount, l.taxes
         FROM refund_lines l JOIN refund_scope s ON s.refund_id = l.refund_id
         ORDER BY l.refund_id, l.line_no",
        &[],
    )?
    .rows;
    let mut lines_of: std::collections::HashMap<i64, Vec<&Vec<Value>>> =
        std::collections::HashMap::new();
    for line in &lines {
        lines_of.entry(int(line, 0)).or_default().push(line);
    }
    let mut rows = Ledger { sheet: Sheet::new(connection, "in_refund_money") };
    let mut order = None;
    let mut remains = Parts::default();
    for refund in &refunds {
        let (refund_id, its_order) = (int(refund, 0), refund[1].int());
        if its_order.is_none() || its_order != order {
            order = its_order;
            remains = Parts {
                goods: int(refund, 2),
                shipping: int(refund, 3),
                fees: int(refund, 4),
                tax: int(refund, 5),
            };
        }
        let total_only = refund[6].int() == Some(1);
        let told = Parts {
            goods: int(refund, 7),
            shipping: int(refund, 8),
            fees: int(refund, 9),
            tax: int(refund, 10),
        };
        for line in lines_of.get(&refund_id).into_iter().flatten() {
            rows.line(refund_id, line)?;
        }
        rows.whole(refund_id, told, refund[11].text().unwrap_or_default())?;
        remains = remains.minus(told);
        let untold = int(refund, 12);
        if untold > 0 {
            // Without any breakdown of the order there is nothing to split over: the amount stays whole.
            let (split, whole) =
                if total_only { (Parts::default(), untold) } else { (remains.share_of(untold), 0) };
            rows.split(refund_id, split, whole)?;
            remains = remains.minus(split);
        }
    }
    rows.sheet.flush()?;
    Ok(())
}

fn int(cells: &[Value], index: usize) -> i64 {
    cells.get(index).and_then(Value::int).unwrap_or(0)
}

struct Ledger<'c> {
    sheet: Sheet<'c>,
}

/// Columns of `in_refund_money` after the refund's id.
#[derive(Default)]
struct Row<'r> {
    kind: &'static str,
    line_no: i64,
    product_id: Option<i64>,
    variant: Option<&'r str>,
    tax_rate: Option<i32>,
    total_only: i64,
    units_returned: i64,
    parts: Parts,
}

impl Ledger<'_> {
    fn row(&mut self, refund_id: i64, row: &Row<'_>) -> Result<(), StoreError> {
        self.sheet.row(&cells![
            refund_id,
            row.kind,
            row.line_no,
            row.product_id,
            row.variant,
            row.tax_rate,
            row.total_only,
            row.units_returned,
            row.parts.goods,
            row.parts.shipping,
            row.parts.fees,
            row.parts.tax,
        ])?;
        Ok(())
    }

    /// One refunded line; its second and further tax rates get rows of their own.
    fn line(&mut self, refund_id: i64, cells: &[Value]) -> Result<(), StoreError> {
        let taxes = read_tax_pairs(cells[7].text().unwrap_or_default());
        let is_product = cells[2].text() == Some("product");
        let first = taxes.first().copied().unwrap_or((None, 0));
        self.row(
            refund_id,
            &Row {
                kind: "refund_line",
                line_no: int(cells, 1),
                product_id: cells[3].int(),
                variant: cells[4].text(),
                tax_rate: first.0,
                units_returned: if is_product { int(cells, 5) } else { 0 },
                parts: Parts { goods: int(cells, 6), tax: first.1, ..Parts::default() },
                ..Row::default()
            },
        )?;
        self.taxes(refund_id, taxes.get(1..).unwrap_or_default(), cells[3].int(), cells[4].text())
    }

    /// What a refund tells for the order as a whole: shipping, fees, taxes of no line.
    fn whole(&mut self, refund_id: i64, told: Parts, taxes: &str) -> Result<(), StoreError> {
        let taxes = read_tax_pairs(taxes);
        if told.shipping == 0 && told.fees == 0 && taxes.is_empty() {
            return Ok(());
        }
        let first = taxes.first().copied().unwrap_or((None, 0));
        self.row(
            refund_id,
            &Row {
                kind: "refund",
                tax_rate: first.0,
                parts: Parts { goods: 0, shipping: told.shipping, fees: told.fees, tax: first.1 },
                ..Row::default()
            },
        )?;
        self.taxes(refund_id, taxes.get(1..).unwrap_or_default(), None, None)
    }

    /// Second and further rates, of a line's product or of none.
    fn taxes(
        &mut self,
        refund_id: i64,
        taxes: &[(Option<i32>, i64)],
        product_id: Option<i64>,
        variant: Option<&str>,
    ) -> Result<(), StoreError> {
        for (rate, amount) in taxes {
            let parts = Parts { tax: *amount, ..Parts::default() };
            self.row(
                refund_id,
                &Row { kind: "tax", tax_rate: *rate, product_id, variant, parts, ..Row::default() },
            )?;
        }
        Ok(())
    }

    fn split(&mut self, refund_id: i64, parts: Parts, whole: i64) -> Result<(), StoreError> {
        self.row(
            refund_id,
            &Row { kind: "refund_split", total_only: -whole, parts, ..Row::default() },
        )
    }
}
