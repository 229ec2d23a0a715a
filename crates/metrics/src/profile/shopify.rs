//! Shopify's own reports: what was sold on the day it was sold, cancelled orders too, and what is taken
//! back on the day it is taken back.

use comptoir_model::DateBasis;

use super::{ALL_BUT_DELETED, PAID, Profile, RefundRule};
use crate::formula::Column::{
    Discount, Fees, Gross, Quantity, RefundedFees, RefundedGoods, RefundedShipping, Shipping,
    TaxedOrders, UnitsReturned,
};
use crate::formula::{Formula, Term};
use crate::metric::Text;

/// What orders come to before shipping, tax and returns.
const ORDERED: &[Term] = &[(1, Gross), (-1, Discount)];

/// Every order that is neither a test nor deleted. Its returns hold what cancellations take back; its
/// revenue is what customers paid, so that it has no other figures with tax.
pub static SHOPIFY: Profile = Profile {
    id: "shopify",
    label: Text { fr: "Shopify", en: "Shopify" },
    classes: ALL_BUT_DELETED,
    basis: DateBasis::Processed,
    refunds: RefundRule::AndCancellations,
    overrides: &[
        ("revenue", Some(Formula::Sum(PAID))),
        ("refunds", Some(Formula::Sum(&[(1, RefundedGoods)]))),
        // Its shipping and fees are what returns have left of them.
        ("refunded_charges", None),
        ("shipping", Some(Formula::Sum(&[(1, Shipping), (-1, RefundedShipping)]))),
        ("fees", Some(Formula::Sum(&[(1, Fees), (-1, RefundedFees)]))),
        ("units", Some(Formula::Sum(&[(1, Quantity), (-1, UnitsReturned)]))),
        (
            "average_order_value",
            Some(Formula::Ratio(&Formula::Sum(ORDERED), &Formula::Sum(&[(1, TaxedOrders)]))),
        ),
        ("median_order_value", Some(Formula::Median(ORDERED))),
    ],
    without_tax: None,
    with_tax: None,
};
