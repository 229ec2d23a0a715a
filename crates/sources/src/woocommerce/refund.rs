//! Refunds: the order names them with an amount, a request of its own tells the lines.

use std::collections::BTreeMap;

use comptoir_model::{Identity, LineKind, Order, Refund, RefundLine, Tax, TaxRate};

use super::amounts::{self, Item, Rates};
use super::catalogue::Catalogue;
use super::order::instant;
use super::text::name_of;
use crate::connector::Setting;
use crate::wire::{Object, Wrong};

/// What `orders/{id}/refunds` tells of one refund.
pub(super) struct Detail<'a> {
    pub(super) id: String,
    pub(super) row: Object<'a>,
}

/// What a refund is read against: its order.
pub(super) struct Book<'a> {
    pub(super) order: &'a Order,
    pub(super) items: &'a [Item],
    pub(super) rates: &'a Rates,
    pub(super) catalogue: &'a Catalogue,
    pub(super) setting: &'a Setting,
}

impl Book<'_> {
    /// A refund; without its detail it is an amount on the day of the order's last change.
    pub(super) fn refund(
        &self,
        id: &str,
        told: &Object<'_>,
        detail: Option<&Detail<'_>>,
    ) -> Result<Refund, Wrong> {
        let currency = self.order.currency;
        let total = told.money("total", currency)?.map(i64::abs);
        let mut refund = Refund {
            id: id.to_owned(),
            order: Some(self.order.id.clone()),
            version: self.order.version,
            deleted: false,
            at: self.order.version.modified,
            currency,
            reason: name_of(told, "reason"),
            customer: Identity::default(),
            country: None,
            lines: Vec::new(),
            shipping: 0,
            fees: 0,
            taxes: Vec::new(),
            total,
        };
        if let Some(Detail { row, .. }) = detail {
            self.fill(row, &mut refund)?;
        }
        Ok(refund)
    }

    fn fill(&self, row: &Object<'_>, refund: &mut Refund) -> Result<(), Wrong> {
        let currency = refund.currency;
        if let Some(at) = instant(row, "date_created", self.setting)? {
            refund.at = at;
        }
        refund.reason = name_of(row, "reason").or(refund.reason.take());
        if let Some(amount) = row.money("amount", currency)? {
            refund.total = Some(amount.abs());
        }
        let mut rates = self.rates.clone();
        rates.extend(amounts::rates(row)?.into_iter().filter(|(_, rate)| rate.is_some()));
        for told in row.objects("line_items")? {
            let line = self.line(&told, &rates)?;
            if line.quantity != 0 || line.amount != 0 || !line.taxes.is_empty() {
                refund.lines.push(line);
            }
        }
        let mut charged = Vec::new();
        for told in row.objects("shipping_lines")? {
            refund.shipping -= told.money("total", currency)?.unwrap_or(0);
            let tax = -told.money("total_tax", currency)?.unwrap_or(0);
            charged.extend(amounts::by_rate(&told, tax, &rates)?);
        }
        for told in row.objects("fee_lines")? {
            refund.fees -= told.money("total", currency)?.unwrap_or(0);
            let tax = -told.money("total_tax", currency)?.unwrap_or(0);
            charged.extend(amounts::by_rate(&told, tax, &rates)?);
        }
        refund.taxes = match beyond_lines(row, &rates, refund)? {
            Some(taxes) => taxes,
            None => charged,
        };
        // Lines may be given back for more than was paid out; the amount is what was.
        let over = refund.told().total() - refund.total.unwrap_or(i64::MAX);
        if over > 0 {
            refund.fees -= over;
        }
        Ok(())
    }

    fn line(&self, told: &Object<'_>, rates: &Rates) -> Result<RefundLine, Wrong> {
        let currency = self.order.currency;
        let original = told
            .objects("meta_data")?
            .iter()
            .find(|meta| meta.text("key").as_deref() == Some("_refunded_item_id"))
            .and_then(|meta| meta.reference("value"));
        let original = self.items.iter().find(|item| item.id.is_some() && item.id == original);
        let tax = -told.money("total_tax", currency)?.unwrap_or(0);
        let (product, variant, name) = if let Some(Item { line, .. }) = original {
            (line.product.clone(), line.variant.clone(), line.name.clone())
        } else {
            let names = self.catalogue.names(told);
            (names.product, names.variant, name_of(told, "name").unwrap_or_default())
        };
        Ok(RefundLine {
            kind: LineKind::Product,
            product,
            variant,
            name,
            quantity: amounts::quantity(told)?,
            amount: -told.money("total", currency)?.unwrap_or(0),
            taxes: amounts::by_rate(told, tax, rates)?,
        })
    }
}

/// The refund's taxes by its tax lines, less those its lines have; `None` when it has no tax lines.
fn beyond_lines(
    row: &Object<'_>,
    rates: &Rates,
    refund: &Refund,
) -> Result<Option<Vec<Tax>>, Wrong> {
    let tax_lines = row.objects("tax_lines")?;
    if tax_lines.is_empty() {
        return Ok(None);
    }
    let mut by_rate: BTreeMap<Option<TaxRate>, i64> = BTreeMap::new();
    for tax in &tax_lines {
        let rate = tax.reference("rate_id").and_then(|id| rates.get(&id).copied().flatten());
        let amount = tax.money("tax_total", refund.currency)?.unwrap_or(0)
            + tax.money("shipping_tax_total", refund.currency)?.unwrap_or(0);
        *by_rate.entry(rate).or_default() -= amount;
    }
    for tax in refund.lines.iter().flat_map(|line| &line.taxes) {
        *by_rate.entry(tax.rate).or_default() -= tax.amount;
    }
    let taxes = by_rate.into_iter().map(|(rate, amount)| Tax { rate, amount });
    Ok(Some(taxes.filter(|tax| tax.amount != 0).collect()))
}
