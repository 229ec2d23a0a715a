//! Orders whose export gives totals but not their meaning: whether prices include tax, and which of
//! two discount columns counts, is read from the sums themselves.

use comptoir_model::Tax;
use comptoir_model::money::split;

use super::pricing::{Bill, Charge, DraftLine};
use crate::mapping::TaxRule;

/// What the order's total says beyond its parts.
const ADJUSTMENT: &str = "Adjustment";

/// Settles discounts and differences in place, and tells whether prices include tax.
///
/// The subtotal is the goods after every discount, so the discount on goods is what is missing from
/// it, whichever column says so: the same discount is never counted twice. Taxes are included when
/// subtotal + shipping is nearer to the total than subtotal + shipping + taxes.
pub(super) fn reconcile(bill: &mut Bill) -> TaxRule {
    let gross: i64 = bill.lines.iter().filter_map(|line| line.gross).sum();
    let on_lines: i64 = bill.lines.iter().map(|line| line.discount).sum();
    let order_discount = bill.discount;
    // Without a subtotal, the larger column is taken to contain the other.
    let subtotal = bill.subtotal.unwrap_or_else(|| gross - on_lines.max(order_discount).min(gross));
    let on_goods = (gross - subtotal).max(0);
    let mut adjustment = (subtotal - gross).max(0);
    share_discount(&mut bill.lines, on_lines, on_goods);
    bill.discount = (on_goods - on_lines).max(0);

    let tax = Tax::sum(&bill.taxes);
    let fees: i64 = bill.fees.iter().map(|fee| fee.amount).sum();
    let without = subtotal + bill.shipping.amount + fees;
    let total = bill.total.unwrap_or(without + tax);
    let included = tax > 0 && (total - without).abs() < (total - without - tax).abs();
    let mut missing = total - without - if included { 0 } else { tax };
    if missing < 0 && order_discount > 0 && on_goods == 0 && -missing <= bill.shipping.amount {
        // The discount was on the shipping.
        bill.shipping.amount += missing;
        missing = 0;
    }
    adjustment += missing;
    if adjustment != 0 {
        bill.fees.push(Charge { name: ADJUSTMENT.into(), amount: adjustment, ..Charge::default() });
    }
    if included { TaxRule::Yes } else { TaxRule::No }
}

/// Lines keep their own discounts unless these exceed what is missing from the subtotal.
fn share_discount(lines: &mut [DraftLine], on_lines: i64, on_goods: i64) {
    if on_lines <= on_goods {
        return;
    }
    let weights: Vec<i64> = lines.iter().map(|line| line.discount).collect();
    for (line, part) in lines.iter_mut().zip(split(on_goods, &weights)) {
        line.discount = part;
    }
}
