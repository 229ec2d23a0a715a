//! The staged rows of one key become one record.
//!
//! Rows are taken in the order of their content, never of the file, so that a shuffled file gives
//! the same record. Exact duplicates stay: a shop may well sell the same thing twice.

use comptoir_model::{
    Class, Currency, Identity, Line, LineKind, Order, Place, Record, Refund, RefundLine, Reject,
    Tax, TaxRate, Version,
};
use jiff::Timestamp;

use super::payload::Cells;
use super::pricing::{Bill, Charge, DraftLine, known, tax_inside, taxes_on};
use super::{Context, Fault, believable, status};
use crate::file::Decimal;
use crate::mapping::field::Field;
use crate::mapping::{Mapping, StagedRow, TaxRule};

/// A row with any of these describes a line.
pub(crate) const LINE_FIELDS: &[Field] = &[
    Field::Sku,
    Field::ProductId,
    Field::ProductName,
    Field::Quantity,
    Field::UnitPrice,
    Field::LineTotal,
];

const TAXES: [(Field, Field); 5] = [
    (Field::Tax1Name, Field::Tax1),
    (Field::Tax2Name, Field::Tax2),
    (Field::Tax3Name, Field::Tax3),
    (Field::Tax4Name, Field::Tax4),
    (Field::Tax5Name, Field::Tax5),
];

/// Where records are put together.
pub(crate) struct Desk<'a> {
    pub(crate) mapping: &'a Mapping,
    pub(crate) context: &'a Context,
}

/// The rows of one record, in the order of their content.
struct Rows<'a> {
    rows: Vec<(u64, Cells<'a>)>,
    currency: Currency,
    rejects: Vec<Reject>,
}

impl Desk<'_> {
    pub(crate) fn order(&self, id: &str, staged: &[StagedRow]) -> (Vec<Record>, Vec<Reject>) {
        let mut rows = self.gather(staged);
        match self.build_order(id, &mut rows) {
            Ok(order) => (vec![Record::Order(Box::new(order))], rows.rejects),
            Err(fault) => (Vec::new(), rows.all_rejected(&fault, id)),
        }
    }

    pub(crate) fn refund(&self, id: &str, staged: &[StagedRow]) -> (Vec<Record>, Vec<Reject>) {
        let mut rows = self.gather(staged);
        match self.build_refund(id, &mut rows) {
            Ok(refund) => (vec![Record::Refund(Box::new(refund))], rows.rejects),
            Err(fault) => (Vec::new(), rows.all_rejected(&fault, id)),
        }
    }

    /// Rows in content order, without those whose currency is not that of the others.
    fn gather<'r>(&self, staged: &'r [StagedRow]) -> Rows<'r> {
        let mut sorted: Vec<&StagedRow> = staged.iter().collect();
        sorted.sort_by(|a, b| a.payload.cmp(&b.payload).then(a.line.cmp(&b.line)));
        let mut rows: Vec<(u64, Cells<'r>)> =
            sorted.into_iter().map(|row| (row.line, Cells::read(&row.payload))).collect();
        let first = rows.iter().find_map(|(_, cells)| cells.text(Field::Currency));
        let mut rejects = Vec::new();
        rows.retain(|(line, cells)| {
            let other = cells.text(Field::Currency).filter(|code| Some(*code) != first);
            if let Some(code) = other {
                let reason =
                    format!("the other rows of the order are in {}", first.unwrap_or_default());
                rejects.push(Fault::new(reason, "give all rows of an order one currency").at(
                    *line,
                    Field::Currency.id(),
                    code,
                ));
            }
            other.is_none()
        });
        let currency = first.and_then(|code| code.parse().ok()).unwrap_or(self.context.currency);
        Rows { rows, currency, rejects }
    }

    fn build_order(&self, id: &str, rows: &mut Rows<'_>) -> Result<Order, Fault> {
        let created = rows.earliest(Field::Created).ok_or_else(|| {
            Fault::new(
                "no row of the order has a date",
                "fill the date on at least one row of the order",
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
                Err(fault) => faulty.push(fault.at(*line, Field::UnitPrice.id(), "")),
            }
        }
        rows.rejects.extend(faulty);
        Ok(bill)
    }

    fn build_refund(&self, id: &str, rows: &mut Rows<'_>) -> Result<Refund, Fault> {
        let at = rows
            .earliest(Field::RefundedAt)
            .or_else(|| rows.earliest(Field::Created))
            .ok_or_else(|| Fault::new("the refund has no date", "fill refunded_at on its rows"))?;
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
                "the refund tells no amount",
                "fill refund_amount, or the lines given back",
            ));
        }
        Ok(refund)
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
            Fault::new(
                format!("the status “{}” is unknown", crate::excerpt(&raw, 60)),
                format!("say what it means in [values.status], for example \"{nearest}\""),
            )
        })
    }
}

impl Rows<'_> {
    fn text(&self, field: Field) -> Option<String> {
        self.rows.iter().find_map(|(_, cells)| cells.text(field)).map(str::to_owned)
    }

    fn int(&self, field: Field) -> Option<i64> {
        self.rows.iter().find_map(|(_, cells)| cells.int(field))
    }

    fn earliest(&self, field: Field) -> Option<Timestamp> {
        let first = self.rows.iter().filter_map(|(_, cells)| cells.int(field)).min()?;
        Timestamp::from_microsecond(first).ok()
    }

    fn rate(&self, field: Field) -> Option<TaxRate> {
        self.int(field).and_then(|rate| i32::try_from(rate).ok()).map(TaxRate)
    }

    fn amount(&self, field: Field) -> Result<Option<i64>, Fault> {
        let text = self.rows.iter().find_map(|(_, cells)| cells.text(field));
        text.map(|text| money(self.currency, text)).transpose()
    }

    /// Taxes of the whole order: by rate where they are named, else in one sum.
    fn taxes(&self) -> Result<Vec<Tax>, Fault> {
        let mut taxes = Vec::new();
        for (rate, amount) in TAXES {
            if let Some(amount) = self.amount(amount)?.filter(|amount| *amount != 0) {
                taxes.push(Tax { rate: self.rate(rate), amount });
            }
        }
        let Some(all) = self.amount(Field::OrderTax)? else { return Ok(taxes) };
        let rest = all - Tax::sum(&taxes);
        if rest < 0 {
            taxes.clear();
        }
        let unnamed = if rest < 0 { all } else { rest };
        taxes.extend(known(None, unnamed));
        Ok(taxes)
    }

    fn identity(&self) -> Identity {
        Identity {
            id: self.text(Field::CustomerId),
            email: self.text(Field::Email),
            phone: self.text(Field::Phone),
            first_name: self.text(Field::FirstName),
            last_name: self.text(Field::LastName),
        }
    }

    fn place(&self, [country, region, city, postcode]: [Field; 4]) -> Place {
        Place {
            country: self.text(country),
            region: self.text(region),
            city: self.text(city),
            postcode: self.text(postcode),
        }
    }

    fn all_rejected(self, fault: &Fault, id: &str) -> Vec<Reject> {
        let rest = self.rows.iter().map(|(line, _)| fault.clone().at(*line, "", id));
        let mut rejects: Vec<Reject> = self.rejects.iter().cloned().chain(rest).collect();
        rejects.sort_by_key(|reject| reject.line);
        rejects.dedup_by_key(|reject| reject.line);
        rejects
    }
}

fn draft(cells: &Cells<'_>, currency: Currency) -> Result<DraftLine, Fault> {
    let text = |field| cells.text(field).map(str::to_owned);
    let amount = |field| cells.text(field).map(|text| money(currency, text)).transpose();
    let quantity = cells.int(Field::Quantity).unwrap_or(1);
    let gross = match cells.text(Field::UnitPrice) {
        Some(price) => {
            let gross = currency.multiply(price, quantity);
            Some(believable(
                gross.map_err(|error| Fault::new(error.to_string(), "check the price"))?,
            )?)
        }
        None => amount(Field::LineTotal)?,
    };
    Ok(DraftLine {
        line: Line {
            kind: if cells.text(Field::LineType) == Some("service") {
                LineKind::Service
            } else {
                LineKind::Product
            },
            product: text(Field::Sku)
                .or_else(|| text(Field::ProductId))
                .or_else(|| text(Field::ProductName)),
            variant: text(Field::Variant),
            name: text(Field::ProductName).or_else(|| text(Field::Sku)).unwrap_or_default(),
            category: text(Field::Category),
            quantity,
            regular_price: amount(Field::RegularPrice)?,
            gross: 0,
            discount: 0,
            taxes: Vec::new(),
            cost: amount(Field::Cost)?,
        },
        gross,
        discount: amount(Field::LineDiscount)?.unwrap_or(0),
        rate: cells.int(Field::TaxRate).and_then(|rate| i32::try_from(rate).ok()).map(TaxRate),
        tax: amount(Field::LineTax)?,
        taxable: cells.int(Field::Taxable) != Some(0),
    })
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

pub(super) fn empty_refund(
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

fn money(currency: Currency, text: &str) -> Result<i64, Fault> {
    let amount =
        currency.parse(text).map_err(|error| Fault::new(error.to_string(), "check the amount"))?;
    believable(amount)
}

fn coupons(text: Option<String>) -> Vec<String> {
    let text = text.unwrap_or_default();
    text.split([',', ';'])
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .map(str::to_owned)
        .collect()
}
