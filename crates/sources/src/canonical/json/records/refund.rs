//! `refund`, by itself or inside its order.

use comptoir_model::{Order, Refund, RefundLine};

use super::{Fields, Wrong, charge, identity, line_kind, required_moment, taxes, version};
use crate::canonical::Context;
use crate::canonical::assemble::{apart, empty_refund};
use crate::canonical::pricing::Charge;
use crate::words::say;

/// A refund by itself, or inside its order.
pub(super) fn refund(
    fields: &mut Fields<'_>,
    context: &Context,
    within: Option<&Order>,
) -> Result<Refund, Wrong> {
    let id = fields.identifier("id")?;
    let version = match within {
        Some(order) => {
            // A nested refund may repeat what its order says already.
            fields.text("type")?;
            fields.text("order")?;
            fields.moment("modified", context)?;
            order.version
        }
        None => version(fields, context)?,
    };
    let deleted = fields.flag("deleted")?;
    let currency = fields.currency(within.map_or(context.currency, |order| order.currency))?;
    let at = required_moment(fields, "at", context, deleted.then_some(version.modified))?;
    let mut refund = empty_refund(id, version, at, currency);
    refund.deleted = deleted;
    refund.order = match within {
        Some(order) => Some(order.id.clone()),
        None => fields.text("order")?,
    };
    refund.reason = fields.text("reason")?;
    refund.customer = identity(fields.object("customer")?)?;
    refund.country = fields.country("country")?;
    let include = fields.flag("prices_include_tax")?;
    let split = |charge: Charge| {
        apart(charge.amount, charge.rate, charge.tax, include)
            .map_err(|fault| ("shipping".to_owned(), fault))
    };
    let (shipping, mut extra) =
        split(charge("", "shipping", "shipping_tax", "shipping_tax_rate", fields, currency)?)?;
    let (fees, fee_taxes) =
        split(charge("", "fees", "fees_tax", "fees_tax_rate", fields, currency)?)?;
    extra.extend(fee_taxes);
    extra.extend(taxes(fields, currency)?);
    refund.shipping = shipping;
    refund.fees = fees;
    refund.taxes = extra;
    refund.total = fields.money("total", currency)?;
    for mut item in fields.objects("lines")? {
        let sku = item.text("sku")?;
        let product_id = item.text("product_id")?;
        let name = item.text("name")?;
        let quantity = item.whole("quantity")?.unwrap_or(0);
        if quantity < 0 {
            return item.wrong(
                "quantity",
                say("une quantité ne peut pas être négative", "a quantity is 0 or above"),
                say("indiquez combien d’articles ont été rendus", "write how many units came back"),
            );
        }
        let amount = item.money("amount", currency)?.unwrap_or(0);
        let (rate, tax) = (item.rate("tax_rate")?, item.money("tax", currency)?);
        let (amount, taxes) =
            apart(amount, rate, tax, include).map_err(|fault| ("lines".to_owned(), fault))?;
        refund.lines.push(RefundLine {
            kind: line_kind(&mut item)?,
            product: sku.clone().or(product_id).or_else(|| name.clone()),
            variant: item.text("variant")?,
            name: name.or(sku).unwrap_or_default(),
            quantity,
            amount,
            taxes,
        });
        item.finish()?;
    }
    let empty = refund.total.is_none() && refund.told().total() == 0 && refund.lines.is_empty();
    if empty && !deleted {
        return fields.wrong(
            "total",
            say("le remboursement n’indique aucun montant", "the refund tells no amount"),
            say("donnez son total, ou ses lignes", "give its total, or its lines"),
        );
    }
    Ok(refund)
}
