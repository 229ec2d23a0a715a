//! The staged rows of one key become one record.
//!
//! Rows are taken in the order of their content, never of the file, so that a shuffled file gives
//! the same record. Exact duplicates stay: a shop may well sell the same thing twice.

mod line;
mod refund;
mod rows;

use comptoir_model::{Class, Order, Record, Reject, Tax, TaxRate, Version};
use jiff::Timestamp;

use super::pricing::{Bill, Charge, known, tax_inside, taxes_on};
use super::{Context, Fault, status};
use crate::file::Decimal;
use crate::mapping::field::Field;
use crate::mapping::{Mapping, StagedRow, TaxRule};
use crate::words::{Language, say};
use line::draft;
pub(crate) use refund::empty_refund;
use rows::Rows;

/// A row with any of these describes a line.
pub(crate) const LINE_FIELDS: &[Field] = &[
    Field::Sku,
    Field::ProductId,
    Field::ProductName,
    Field::Quantity,
    Field::UnitPrice,
    Field::LineTotal,
];

/// Where records are put together.
pub(crate) struct Desk<'a> {
    pub(crate) mapping: &'a Mapping,
    pub(crate) context: &'a Context,
    pub(crate) language: Language,
}

impl Desk<'_> {
    pub(crate) fn order(&self, id: &str, staged: &[StagedRow]) -> (Vec<Record>, Vec<Reject>) {
        let mut rows = Rows::gather(staged, self.context, self.language);
        match self.build_order(id, &mut rows) {
            Ok(order) => (vec![Record::Order(Box::new(order))], rows.rejects),
            Err(fault) => (Vec::new(), rows.all_rejected(&fault, id, self.language)),
        }
    }

    fn build_order(&self, id: &str, rows: &mut Rows<'_>) -> Result<Order, Fault> {
        let created = rows.earliest(Field::Created).ok_or_else(|| {
            Fault::new(
                say("aucune ligne de la commande n’a de date", "no row of the order has a date"),
                say(
                    "renseignez la date sur au moins une ligne de la commande",
                    "fill the date on at least one row of the order",
                ),
            )
        })?;
        let external = rows.text(Field::OrderId).unwrap_or_else(|| id.to_owned());
        let version = self.version(rows);
        let mut order = Order::new(&external, version, rows.currency, created);
        order.number = rows.text(Field::Number);
        order.invoice_number = rows.text(Field::InvoiceNumber);
        order.paid = rows.earliest(Field::Paid);
        order.completed = rows.earliest(Field::Completed);
        order.cancelled = rows.earliest(Field::Cancelled);
        order.test = rows.int(Field::Test) == Some(1);
        order.class = self.class(rows)?;
        order.status = rows.text(Field::Status).unwrap_or_else(|| order.class.id().to_owned());
        order.customer = rows.identity();
        order.billing = rows.place([Field::Country, Field::Region, Field::City, Field::Postcode]);
        order.shipping = rows.place([
            Field::ShippingCountry,
            Field::ShippingRegion,
            Field::ShippingCity,
            Field::ShippingPostcode,
        ]);
        order.payment_method = rows.text(Field::PaymentMethod);
        order.shipping_method = rows.text(Field::ShippingMethod);
        order.coupons = coupons(rows.text(Field::Coupon));
        order.source = rows.text(Field::Source);
        order.medium = rows.text(Field::Medium);
        order.campaign = rows.text(Field::Campaign);
        order.channel = rows.text(Field::Channel);
        order.device = rows.text(Field::Device);
        let bill = self.bill(rows)?;
        if bill.includes_tax == TaxRule::Auto && bill.total.is_none() {
            return Err(Fault::new(
                say(
                    "aucune ligne de la commande ne porte son total",
                    "no row of the order has its total",
                ),
                say(
                    "vérifiez si la première ligne de la commande a été rejetée, et corrigez-la",
                    "look whether the order's first row was rejected, and correct it",
                ),
            ));
        }
        bill.settle(&mut order)?;
        if let Some(amount) = rows.amount(Field::RefundAmount)?.filter(|amount| *amount > 0) {
            let at = rows.earliest(Field::RefundedAt).or(order.cancelled).unwrap_or(created);
            // The number is what a merchant would look for; the platform's id may be missing.
            let name = order.number.as_deref().unwrap_or(&order.id);
            let mut refund = empty_refund(
                rows.text(Field::RefundId).unwrap_or_else(|| format!("{name}-refund")),
                version,
                at,
                rows.currency,
            );
            refund.order = Some(order.id.clone());
            refund.reason = rows.text(Field::Reason);
            refund.total = Some(amount);
            order.refunds.push(refund);
        }
        Ok(order)
    }

    fn bill(&self, rows: &mut Rows<'_>) -> Result<Bill, Fault> {
        let mut bill = Bill {
            discount: rows.amount(Field::OrderDiscount)?.unwrap_or(0),
            shipping: Charge {
                name: String::new(),
                amount: rows.amount(Field::Shipping)?.unwrap_or(0),
                rate: rows.rate(Field::ShippingTaxRate),
                tax: rows.amount(Field::ShippingTax)?,
            },
            subtotal: rows.amount(Field::Subtotal)?,
            total: rows.amount(Field::Total)?,
            includes_tax: self.tax_rule(rows),
            ..Bill::default()
        };
        if let Some(amount) = rows.amount(Field::Fees)? {
            bill.fees.push(Charge {
                name: "Fees".into(),
                amount,
                rate: rows.rate(Field::FeesTaxRate),
                tax: None,
            });
        }
        bill.taxes = rows.taxes()?;
        let currency = rows.currency;
        let mut faulty = Vec::new();
        for (line, cells) in &rows.rows {
            if !cells.has_any(LINE_FIELDS) {
                continue;
            }
            match draft(cells, currency) {
                Ok(draft) => bill.lines.push(draft),
                Err(fault) => {
                    faulty.push(fault.at(self.language, *line, Field::UnitPrice.id(), ""));
                }
            }
        }
        rows.rejects.extend(faulty);
        Ok(bill)
    }

    fn version(&self, rows: &Rows<'_>) -> Version {
        let stamps = rows.rows.iter().filter_map(|(_, cells)| cells.int(Field::Modified));
        match stamps.max().and_then(|stamp| Timestamp::from_microsecond(stamp).ok()) {
            Some(stamp) => Version::stamped(stamp),
            None => Version::unstamped(self.context.imported),
        }
    }

    fn tax_rule(&self, rows: &Rows<'_>) -> TaxRule {
        match rows.int(Field::PricesIncludeTax) {
            Some(0) => TaxRule::No,
            Some(_) => TaxRule::Yes,
            None => self.mapping.prices_include_tax,
        }
    }

    fn class(&self, rows: &Rows<'_>) -> Result<Class, Fault> {
        for rule in &self.mapping.status {
            let holds = rule.when.iter().all(|(id, condition)| {
                let Some(field) = Field::from_id(id) else { return false };
                let number = rows.int(field).map(|number| number.to_string());
                let cell = rows.text(field).or(number).unwrap_or_default();
                condition.holds(&cell, Decimal::Point)
            });
            if holds {
                return Ok(rule.class);
            }
        }
        let Some(raw) = rows.text(Field::Status) else {
            return Ok(if rows.int(Field::Cancelled).is_some() {
                Class::Cancelled
            } else {
                Class::Paid
            });
        };
        let mapped = self.mapping.values.get(Field::Status.id()).and_then(|map| {
            map.iter()
                .find(|(from, _)| from.trim().to_lowercase() == raw.to_lowercase())
                .map(|(_, to)| to.as_str())
        });
        status::class_of(mapped.unwrap_or(&raw)).ok_or_else(|| {
            let nearest =
                crate::nearest(&raw, Class::ALL.into_iter().map(Class::id)).unwrap_or_default();
            let raw = crate::excerpt(&raw, 60);
            Fault::new(
                say(
                    format!("le statut « {raw} » est inconnu"),
                    format!("the status “{raw}” is unknown"),
                ),
                say(
                    format!("indiquez son sens dans [values.status], par exemple `\"{nearest}\"`"),
                    format!("say what it means in [values.status], for example \"{nearest}\""),
                ),
            )
        })
    }
}

/// An amount without its tax, and the tax.
pub(super) fn apart(
    amount: i64,
    rate: Option<TaxRate>,
    tax: Option<i64>,
    include: bool,
) -> Result<(i64, Vec<Tax>), Fault> {
    if !include {
        return Ok((amount, taxes_on(amount, rate, tax)));
    }
    let tax = tax_inside(amount, rate, tax)?;
    Ok((amount - tax, known(rate, tax)))
}

fn coupons(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split([',', ';'])
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect()
}
