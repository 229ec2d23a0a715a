//! Refunds: money given back, on its own day, for an order that may be unknown.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::customer::Identity;
use crate::money::{self, Currency};
use crate::order::{LineKind, Tax};
use crate::version::Version;

/// Money given back to a customer. Amounts are ≥ 0, in minor units of `currency`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Refund {
    /// The platform's own identifier, unique within (shop, source).
    pub id: String,
    /// The order's external id, when it is known.
    pub order: Option<String>,
    pub version: Version,
    pub deleted: bool,
    pub at: Timestamp,
    pub currency: Currency,
    pub reason: Option<String>,
    /// Who was refunded, for a refund whose order is unknown.
    pub customer: Identity,
    /// ISO country, for a refund whose order is unknown.
    pub country: Option<String>,
    /// What came back, without tax; empty when the platform only tells an amount.
    pub lines: Vec<RefundLine>,
    /// Shipping given back, without tax.
    pub shipping: i64,
    /// Fees given back, without tax.
    pub fees: i64,
    /// Taxes given back that are in no line.
    pub taxes: Vec<Tax>,
    /// Everything given back, tax included; what the parts above do not explain is split over what
    /// remains of the order.
    pub total: Option<i64>,
}

/// Units and money given back for one product.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RefundLine {
    pub kind: LineKind,
    pub product: Option<String>,
    pub variant: Option<String>,
    pub name: String,
    pub quantity: i64,
    /// Given back for this line, after discounts, without tax.
    pub amount: i64,
    pub taxes: Vec<Tax>,
}

/// Goods, shipping, fees and tax, in minor units.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct Parts {
    pub goods: i64,
    pub shipping: i64,
    pub fees: i64,
    pub tax: i64,
}

impl Parts {
    pub fn total(self) -> i64 {
        self.goods + self.shipping + self.fees + self.tax
    }

    fn as_weights(self) -> [i64; 4] {
        [self.goods, self.shipping, self.fees, self.tax]
    }

    /// Splits `amount` over these parts pro rata (largest remainder), so that giving back all that
    /// remains leaves zero in every part. What exceeds the whole is goods.
    #[must_use]
    pub fn share_of(self, amount: i64) -> Self {
        let within = amount.min(self.total().max(0));
        let parts = money::split(within, &self.as_weights());
        let excess = amount - within;
        Self { goods: parts[0] + excess, shipping: parts[1], fees: parts[2], tax: parts[3] }
    }

    /// What is left after `given`, never below zero.
    #[must_use]
    pub fn minus(self, given: Self) -> Self {
        Self {
            goods: (self.goods - given.goods).max(0),
            shipping: (self.shipping - given.shipping).max(0),
            fees: (self.fees - given.fees).max(0),
            tax: (self.tax - given.tax).max(0),
        }
    }

    #[must_use]
    pub fn plus(self, other: Self) -> Self {
        Self {
            goods: self.goods + other.goods,
            shipping: self.shipping + other.shipping,
            fees: self.fees + other.fees,
            tax: self.tax + other.tax,
        }
    }
}

impl Refund {
    /// What the refund itself breaks down.
    pub fn told(&self) -> Parts {
        Parts {
            goods: self.lines.iter().map(|line| line.amount).sum(),
            shipping: self.shipping,
            fees: self.fees,
            tax: Tax::sum(&self.taxes)
                + self.lines.iter().map(|line| Tax::sum(&line.taxes)).sum::<i64>(),
        }
    }

    /// The part of the total that the breakdown leaves unexplained, ≥ 0.
    pub fn untold(&self) -> i64 {
        self.total.map_or(0, |total| (total - self.told().total()).max(0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ORDER: Parts = Parts { goods: 8000, shipping: 1000, fees: 0, tax: 700 };

    #[test]
    fn an_amount_only_refund_is_split_over_what_remains() {
        let first = ORDER.share_of(1200);
        assert_eq!(first, Parts { goods: 990, shipping: 124, fees: 0, tax: 86 });
        let rest = ORDER.minus(first);
        assert_eq!(rest.share_of(rest.total()), rest);
    }

    #[test]
    fn a_full_refund_leaves_nothing_and_an_excess_is_goods() {
        assert_eq!(ORDER.share_of(9700), ORDER);
        assert_eq!(ORDER.share_of(10_000).goods, 8300);
        assert_eq!(Parts::default().share_of(500).goods, 500);
    }
}
