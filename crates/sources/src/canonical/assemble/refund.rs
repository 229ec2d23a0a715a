//! Refund rows become one refund.

use comptoir_model::{Currency, Identity, Record, Refund, RefundLine, Reject, Version};
use jiff::Timestamp;

use super::line::{draft, money};
use super::rows::Rows;
use super::{Desk, LINE_FIELDS, apart};
use crate::canonical::Fault;
use crate::mapping::field::Field;
use crate::mapping::{StagedRow, TaxRule};
use crate::words::say;

impl Desk<'_> {
    pub(crate) fn refund(&self, id: &str, staged: &[StagedRow]) -> (Vec<Record>, Vec<Reject>) {
        let mut rows = Rows::gather(staged, self.context, self.language);
        match self.build_refund(id, &mut rows) {
            Ok(refund) => (vec![Record::Refund(Box::new(refund))], rows.rejects),
            Err(fault) => (Vec::new(), rows.all_rejected(&fault, id, self.language)),
        }
    }

    fn build_refund(&self, id: &str, rows: &mut Rows<'_>) -> Result<Refund, Fault> {
        let at = rows
            .earliest(Field::RefundedAt)
            .or_else(|| rows.earliest(Field::Created))
            .ok_or_else(|| {
                Fault::new(
                    say("le remboursement n’a pas de date", "the refund has no date"),
                    say("renseignez refunded_at sur ses lignes", "fill refunded_at on its rows"),
                )
            })?;
        let mut refund = empty_refund(id.to_owned(), self.version(rows), at, rows.currency);
        refund.order = rows.text(Field::OrderId);
        refund.reason = rows.text(Field::Reason);
        refund.customer = rows.identity();
        refund.country = rows.text(Field::Country);
        let include = self.tax_rule(rows) == TaxRule::Yes;
        let shipping = rows.amount(Field::Shipping)?.unwrap_or(0);
        let (rate, tax) = (rows.rate(Field::ShippingTaxRate), rows.amount(Field::ShippingTax)?);
        let (shipping, taxes) = apart(shipping, rate, tax, include)?;
        refund.shipping = shipping;
        refund.taxes = taxes;
        let (fees, taxes) = apart(
            rows.amount(Field::Fees)?.unwrap_or(0),
            rows.rate(Field::FeesTaxRate),
            None,
            include,
        )?;
        refund.fees = fees;
        refund.taxes.extend(taxes);
        let currency = rows.currency;
        let mut total: Option<i64> = None;
        for (_, cells) in &rows.rows {
            let given =
                cells.text(Field::RefundAmount).map(|text| money(currency, text)).transpose()?;
            if let Some(given) = given {
                total = Some(total.unwrap_or(0) + given);
            }
            if !cells.has_any(LINE_FIELDS) {
                continue;
            }
            let draft = draft(cells, currency)?;
            let (amount, taxes) = match (draft.gross, given, draft.rate) {
                (Some(_), _, _) => apart(draft.net(), draft.rate, draft.tax, include)?,
                // Only what was given back with tax is known: the rate tells the rest.
                (None, Some(given), Some(_)) => apart(given, draft.rate, draft.tax, true)?,
                _ => (0, Vec::new()),
            };
            refund.lines.push(RefundLine {
                kind: draft.line.kind,
                product: draft.line.product,
                variant: draft.line.variant,
                name: draft.line.name,
                quantity: draft.line.quantity,
                amount,
                taxes,
            });
        }
        refund.total = total;
        if refund.told().total() == 0 && total.is_none() && refund.lines.is_empty() {
            return Err(Fault::new(
                say("le remboursement n’indique aucun montant", "the refund tells no amount"),
                say(
                    "renseignez refund_amount, ou les articles rendus",
                    "fill refund_amount, or the lines given back",
                ),
            ));
        }
        Ok(refund)
    }
}

/// A refund with nothing in it.
pub(crate) fn empty_refund(
    id: String,
    version: Version,
    at: Timestamp,
    currency: Currency,
) -> Refund {
    Refund {
        id,
        order: None,
        version,
        deleted: false,
        at,
        currency,
        reason: None,
        customer: Identity::default(),
        country: None,
        lines: Vec::new(),
        shipping: 0,
        fees: 0,
        taxes: Vec::new(),
        total: None,
    }
}
