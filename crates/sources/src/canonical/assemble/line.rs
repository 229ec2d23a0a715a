//! One row's line, with its amounts as they are written.

use comptoir_model::{Currency, Line, LineKind, TaxRate};

use crate::canonical::payload::Cells;
use crate::canonical::pricing::DraftLine;
use crate::canonical::{Fault, believable};
use crate::mapping::field::Field;

pub(super) fn draft(cells: &Cells<'_>, currency: Currency) -> Result<DraftLine, Fault> {
    let text = |field| cells.text(field).map(str::to_owned);
    let amount = |field| cells.text(field).map(|text| money(currency, text)).transpose();
    let quantity = cells.int(Field::Quantity).unwrap_or(1);
    let gross = match cells.text(Field::UnitPrice) {
        Some(price) => {
            let gross = currency.multiply(price, quantity);
            Some(believable(gross.map_err(Fault::from)?)?)
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

pub(super) fn money(currency: Currency, text: &str) -> Result<i64, Fault> {
    believable(currency.parse(text)?)
}
