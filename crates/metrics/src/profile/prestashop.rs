//! PrestaShop's own dashboard: what is valid, dated by its invoice, less its credit slips.

use comptoir_model::{Class, DateBasis};

use super::{AMOUNT, PAID, Profile, RefundRule};
use crate::formula::Column::{
    Discount, Fees, Gross, PricedOrders, RefundedFees, RefundedShipping, Shipping, TaxedOrders,
};
use crate::formula::{Formula, Term};
use crate::metric::Text;

/// What orders come to without tax, before anything is given back.
const SALES: &[Term] = &[(1, Gross), (-1, Discount), (1, Shipping), (1, Fees)];

/// An order is valid when its state says so: classes paid and fulfilled are those. A refunded order is
/// no longer valid, and its slips go with it.
pub static PRESTASHOP: Profile = Profile {
    id: "prestashop",
    label: Text { fr: "PrestaShop", en: "PrestaShop" },
    classes: &[Class::Paid, Class::Fulfilled],
    basis: DateBasis::Validated,
    refunds: RefundRule::OfCountedOrders,
    overrides: &[
        // Its shipping and fees are what slips have left of them.
        ("refunded_charges", None),
        ("shipping", Some(Formula::Sum(&[(1, Shipping), (-1, RefundedShipping)]))),
        ("fees", Some(Formula::Sum(&[(1, Fees), (-1, RefundedFees)]))),
        // Every valid order, those worth nothing too.
        (
            "average_order_value",
            Some(Formula::Ratio(&Formula::Sum(SALES), &Formula::Sum(&[(1, TaxedOrders)]))),
        ),
    ],
    without_tax: None,
    with_tax: Some(&PRESTASHOP_WITH_TAX),
};

/// The same with tax: its revenue is what was paid, less slips with tax.
static PRESTASHOP_WITH_TAX: Profile = Profile {
    id: "prestashop",
    label: Text { fr: "PrestaShop", en: "PrestaShop" },
    classes: &[Class::Paid, Class::Fulfilled],
    basis: DateBasis::Validated,
    refunds: RefundRule::OfCountedOrders,
    overrides: &[
        ("revenue", Some(Formula::Sum(PAID))),
        (
            "average_order_value",
            Some(Formula::Ratio(&Formula::Sum(AMOUNT), &Formula::Sum(&[(1, PricedOrders)]))),
        ),
        ("median_order_value", Some(Formula::Median(AMOUNT))),
    ],
    without_tax: Some(&PRESTASHOP),
    with_tax: None,
};
