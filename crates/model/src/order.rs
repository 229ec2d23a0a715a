//! Orders: what was bought, by whom, at what price, with which taxes.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::class::Class;
use crate::customer::Identity;
use crate::money::{self, Currency};
use crate::refund::Refund;
use crate::version::Version;

/// One version of an order, with its lines and the refunds that came inside it.
/// Amounts are minor units of `currency`, without tax unless they say otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Order {
    /// The platform's own identifier, unique within (shop, source).
    pub id: String,
    /// What the merchant and the customer call it.
    pub number: Option<String>,
    pub invoice_number: Option<String>,
    pub version: Version,
    pub currency: Currency,
    /// The platform's own word.
    pub status: String,
    pub class: Class,
    pub test: bool,
    pub created: Timestamp,
    pub paid: Option<Timestamp>,
    pub completed: Option<Timestamp>,
    pub processed: Option<Timestamp>,
    pub validated: Option<Timestamp>,
    pub cancelled: Option<Timestamp>,
    pub customer: Identity,
    pub billing: Place,
    pub shipping: Place,
    pub payment_method: Option<String>,
    pub shipping_method: Option<String>,
    pub coupons: Vec<String>,
    pub source: Option<String>,
    pub medium: Option<String>,
    pub campaign: Option<String>,
    pub channel: Option<String>,
    pub device: Option<String>,
    pub lines: Vec<Line>,
    /// A discount on the whole order, ≥ 0, not in any line's discount yet; see [`Order::spread_discount`].
    pub discount: i64,
    pub shipping_amount: i64,
    pub shipping_taxes: Vec<Tax>,
    pub fees: Vec<Fee>,
    /// Taxes that belong to no line, shipping or fee (an order that only tells its total tax).
    pub taxes: Vec<Tax>,
    /// The total with tax of an order that tells nothing else; `lines` then carry no amount.
    pub total_only: Option<i64>,
    /// Refunds that came inside this version; replaced whole with it.
    pub refunds: Vec<Refund>,
    pub payments: Vec<Payment>,
}

/// A postal place, without the street.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Place {
    /// ISO 3166-1 alpha-2, upper case.
    pub country: Option<String>,
    pub region: Option<String>,
    pub city: Option<String>,
    pub postcode: Option<String>,
}

/// Whether a line is merchandise, or postage, fees and adjustments written as a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineKind {
    Product,
    Service,
}

/// A line of an order. Amounts are for the whole line, not per unit.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Line {
    pub kind: LineKind,
    /// The product's reference (SKU), else its platform id.
    pub product: Option<String>,
    /// The variant's own reference or id, when the product has variants.
    pub variant: Option<String>,
    pub name: String,
    pub category: Option<String>,
    /// Units; never negative.
    pub quantity: i64,
    /// Price per unit before any reduction ("compare at"), when the platform tells it.
    pub regular_price: Option<i64>,
    /// price × quantity before discounts, without tax.
    pub gross: i64,
    /// ≥ 0, without tax.
    pub discount: i64,
    pub taxes: Vec<Tax>,
    /// Purchase cost per unit on the order's date.
    pub cost: Option<i64>,
}

impl Line {
    /// What is left after discounts, without tax.
    pub fn net(&self) -> i64 {
        self.gross - self.discount
    }

    pub fn tax(&self) -> i64 {
        Tax::sum(&self.taxes)
    }
}

/// A tax rate in thousandths of a percent: 20 % is 20 000, 8.875 % is 8 875.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TaxRate(pub i32);

impl TaxRate {
    /// Reads a percentage (`"5.5"`); `None` when it is not a number between 0 and 100.
    pub fn parse(percent: &str) -> Option<Self> {
        let (whole, fraction) = percent.trim().split_once('.').unwrap_or((percent.trim(), ""));
        let whole: i32 = whole.parse().ok().filter(|whole| (0..=100).contains(whole))?;
        if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        let thousandths: i32 = format!("{fraction:0<3}").parse().ok()?;
        Some(Self(whole * 1000 + thousandths)).filter(|rate| rate.0 <= 100_000)
    }

    /// The percentage as the API writes it: `"20"`, `"5.5"`.
    pub fn percent(self) -> String {
        let (whole, rest) = (self.0 / 1000, self.0 % 1000);
        if rest == 0 {
            return whole.to_string();
        }
        format!("{whole}.{rest:03}").trim_end_matches('0').to_owned()
    }
}

/// An amount of tax, at a rate when the platform tells it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tax {
    pub rate: Option<TaxRate>,
    pub amount: i64,
}

impl Tax {
    pub fn sum(taxes: &[Self]) -> i64 {
        taxes.iter().map(|tax| tax.amount).sum()
    }
}

/// A charge that is neither merchandise nor shipping (gift wrap, payment surcharge).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Fee {
    pub name: String,
    pub amount: i64,
    pub taxes: Vec<Tax>,
}

/// A payment or an attempt at one.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Payment {
    pub method: Option<String>,
    pub at: Timestamp,
    pub amount: i64,
    pub succeeded: bool,
}

impl Order {
    /// An order with nothing in it; sources fill in what they know.
    pub fn new(id: &str, version: Version, currency: Currency, created: Timestamp) -> Self {
        Self {
            id: id.to_owned(),
            number: None,
            invoice_number: None,
            version,
            currency,
            status: String::new(),
            class: Class::Paid,
            test: false,
            created,
            paid: None,
            completed: None,
            processed: None,
            validated: None,
            cancelled: None,
            customer: Identity::default(),
            billing: Place::default(),
            shipping: Place::default(),
            payment_method: None,
            shipping_method: None,
            coupons: Vec::new(),
            source: None,
            medium: None,
            campaign: None,
            channel: None,
            device: None,
            lines: Vec::new(),
            discount: 0,
            shipping_amount: 0,
            shipping_taxes: Vec::new(),
            fees: Vec::new(),
            taxes: Vec::new(),
            total_only: None,
            refunds: Vec::new(),
            payments: Vec::new(),
        }
    }

    /// Moves the order's own discount onto its lines, in proportion to what each still costs
    /// (largest remainder), so that lines add up to the order.
    pub fn spread_discount(&mut self) {
        if self.discount == 0 || self.lines.is_empty() {
            return;
        }
        let weights: Vec<i64> = self.lines.iter().map(Line::net).collect();
        for (line, part) in self.lines.iter_mut().zip(money::split(self.discount, &weights)) {
            line.discount += part;
        }
        self.discount = 0;
    }

    /// Goods before discounts, without tax.
    pub fn gross(&self) -> i64 {
        self.lines.iter().map(|line| line.gross).sum()
    }

    /// All discounts, of lines and order, without tax.
    pub fn discounts(&self) -> i64 {
        self.discount + self.lines.iter().map(|line| line.discount).sum::<i64>()
    }

    pub fn fee_amount(&self) -> i64 {
        self.fees.iter().map(|fee| fee.amount).sum()
    }

    /// All taxes of the order.
    pub fn tax(&self) -> i64 {
        self.lines.iter().map(Line::tax).sum::<i64>()
            + Tax::sum(&self.shipping_taxes)
            + self.fees.iter().map(|fee| Tax::sum(&fee.taxes)).sum::<i64>()
            + Tax::sum(&self.taxes)
    }

    /// What the customer pays, tax included.
    pub fn total(&self) -> i64 {
        self.total_only.unwrap_or_else(|| {
            self.gross() - self.discounts() + self.shipping_amount + self.fee_amount() + self.tax()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tax_rates_read_and_write_as_percentages() {
        for (text, rate) in
            [("20", 20_000), ("5.5", 5_500), ("8.875", 8_875), ("0", 0), ("2.10", 2_100)]
        {
            assert_eq!(TaxRate::parse(text), Some(TaxRate(rate)), "{text}");
        }
        for bad in ["", "-1", "101", "5,5", "1.2345", "x"] {
            assert_eq!(TaxRate::parse(bad), None, "{bad}");
        }
        assert_eq!(TaxRate(2_100).percent(), "2.1");
        assert_eq!(TaxRate(20_000).percent(), "20");
    }
}
