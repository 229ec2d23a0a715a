//! Calculation profiles, as data: what each system counts, and how it works out each figure.
//!
//! A profile is a counting rule, what it does with refunds, and the formulas in which it differs from
//! `comptoir`. `None` as a formula means that this system has no such figure: it shows no value.

mod prestashop;
mod shopify;

use std::fmt;

use comptoir_model::{Class, CountingRule, DateBasis};

use crate::formula::Column::{
    Discount, Fees, Gross, PricedOrders, Quantity, RefundedFees, RefundedGoods, RefundedShipping,
    RefundedTax, Shipping, Tax, TaxedOrders, TotalOnly, UnitsReturned, UntoldFees, UntoldShipping,
    UntoldTax, ValuedTotals,
};
use crate::formula::{Customers, Formula, Sample, Statistic, Term};
use crate::metric::{Metric, Text};

/// Which refunds enter the figures.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RefundRule {
    /// Those of counted orders, and those whose order is unknown.
    OfCountedOrders,
    /// Those of counted orders, and what a cancellation takes back of an order on its day.
    AndCancellations,
    /// Every one, even of orders left out by status or date.
    Every,
    None,
}

/// A calculation profile.
pub struct Profile {
    pub id: &'static str,
    pub label: Text,
    pub classes: &'static [Class],
    pub basis: DateBasis,
    pub refunds: RefundRule,
    pub overrides: &'static [(&'static str, Option<Formula>)],
    /// The same system without tax, whose formulas hold where this one has no other.
    pub without_tax: Option<&'static Profile>,
    /// The same system with amounts shown with tax; `None`: it has nothing else to show.
    pub with_tax: Option<&'static Profile>,
}

/// A profile is known by its id and by whether it is the variant with tax: the two name each other, so
/// looking into them would never end.
impl PartialEq for Profile {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.without_tax.is_some() == other.without_tax.is_some()
    }
}

impl Eq for Profile {}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)
    }
}

/// All profiles; the first is the default.
pub static PROFILES: &[&Profile] =
    &[&COMPTOIR, &BREVO, &WOOCOMMERCE, &shopify::SHOPIFY, &prestashop::PRESTASHOP];

/// The profile of that id.
pub fn profile(id: &str) -> Option<&'static Profile> {
    PROFILES.iter().copied().find(|profile| profile.id == id)
}

impl Profile {
    /// The rule of the preset, untouched by any shop's own status list.
    pub fn rule(&self) -> CountingRule {
        CountingRule { classes: self.classes.to_vec(), basis: self.basis, statuses: None }
    }

    /// This profile with amounts shown with tax. One whose revenue includes tax already stays as it is.
    pub fn taxed(&'static self) -> &'static Self {
        self.with_tax.unwrap_or(self)
    }

    /// Whether it shows a metric with tax although the metric itself is defined without.
    pub fn shows_with_tax(&self, metric: &Metric) -> bool {
        let inner = match metric.formula {
            Formula::Metric(id, _) => id,
            _ => metric.id,
        };
        self.without_tax.is_some() && self.overrides.iter().any(|(id, _)| *id == inner)
    }

    /// How this profile works a metric out; `None`: it has no such figure.
    pub fn formula(&self, metric: &Metric) -> Option<Formula> {
        let own = self.overrides.iter().find(|(id, _)| *id == metric.id);
        match (own, self.without_tax) {
            (Some((_, formula)), _) => *formula,
            (None, Some(without_tax)) => without_tax.formula(metric),
            (None, None) => Some(metric.formula),
        }
    }
}

/// Comptoir’s own: what was paid, without tax, refunds on their own day.
pub static COMPTOIR: Profile = Profile {
    id: "comptoir",
    label: Text { fr: "Comptoir", en: "Comptoir" },
    classes: &[Class::Paid, Class::Fulfilled, Class::Refunded],
    basis: DateBasis::Created,
    refunds: RefundRule::OfCountedOrders,
    overrides: &[],
    without_tax: None,
    with_tax: Some(&COMPTOIR_WITH_TAX),
};

/// What customers paid: the total with tax, less what was given back.
const PAID: &[Term] = &[
    (1, Gross),
    (-1, Discount),
    (1, Shipping),
    (1, Fees),
    (1, Tax),
    (1, TotalOnly),
    (-1, RefundedGoods),
    (-1, RefundedShipping),
    (-1, RefundedFees),
    (-1, RefundedTax),
];

/// Comptoir's own with tax (TTC). Revenue is then what customers paid; net sales hold all the tax,
/// that of shipping too, because a refund without breakdown does not tell one from the other.
static COMPTOIR_WITH_TAX: Profile = Profile {
    id: "comptoir",
    label: Text { fr: "Comptoir", en: "Comptoir" },
    classes: &[Class::Paid, Class::Fulfilled, Class::Refunded],
    basis: DateBasis::Created,
    refunds: RefundRule::OfCountedOrders,
    overrides: &[
        ("revenue", Some(Formula::Sum(PAID))),
        (
            "net_sales",
            Some(Formula::Sum(&[
                (1, Gross),
                (-1, Discount),
                (1, Tax),
                (-1, RefundedGoods),
                (-1, RefundedTax),
            ])),
        ),
        (
            "average_order_value",
            Some(Formula::Ratio(&Formula::Sum(AMOUNT), &Formula::Sum(&[(1, ValuedTotals)]))),
        ),
        ("median_order_value", Some(Formula::Median(AMOUNT))),
    ],
    without_tax: Some(&COMPTOIR),
    with_tax: None,
};

/// The amount of an order as Brevo receives it: all in, and nothing ever given back.
const AMOUNT: &[Term] =
    &[(1, Gross), (-1, Discount), (1, Shipping), (1, Fees), (1, Tax), (1, TotalOnly)];

/// Every order there is.
const ALL_BUT_DELETED: &[Class] = &[
    Class::Draft,
    Class::Pending,
    Class::OnHold,
    Class::Paid,
    Class::Fulfilled,
    Class::Cancelled,
    Class::Failed,
    Class::Refunded,
];

/// Brevo: the total with tax and shipping of every order that was not deleted.
pub static BREVO: Profile = Profile {
    id: "brevo",
    label: Text { fr: "Brevo", en: "Brevo" },
    classes: ALL_BUT_DELETED,
    basis: DateBasis::Created,
    refunds: RefundRule::None,
    overrides: &[
        ("revenue", Some(Formula::Sum(AMOUNT))),
        ("gross_sales", Some(Formula::Sum(AMOUNT))),
        ("net_sales", Some(Formula::Sum(AMOUNT))),
        ("total_sales", Some(Formula::Sum(AMOUNT))),
        ("discounts", None),
        ("refunds", None),
        ("refunded_goods", None),
        ("refunded_charges", None),
        ("total_only_sales", None),
        ("refund_rate_value", None),
        ("return_rate_orders", None),
        // Metrilo’s rule, which Brevo bought: the mean of the customers’ own means.
        (
            "mean_days_between_orders",
            Some(Formula::Statistic(Statistic::Mean, Sample::CustomerGaps)),
        ),
        (
            "median_days_between_orders",
            Some(Formula::Statistic(Statistic::Median, Sample::CustomerGaps)),
        ),
        ("units_returned", None),
        ("shipping", None),
        ("fees", None),
        ("tax", None),
        (
            "average_order_value",
            Some(Formula::Ratio(&Formula::Sum(AMOUNT), &Formula::Sum(&[(1, PricedOrders)]))),
        ),
        ("median_order_value", Some(Formula::Median(AMOUNT))),
    ],
    without_tax: None,
    with_tax: None,
};

/// What `WooCommerce` calls net: total − tax − shipping of orders and refund rows. Fees stay in it, and
/// a refund without breakdown is net as a whole.
const WOO_NET: &[Term] = &[
    (1, Gross),
    (-1, Discount),
    (1, Fees),
    (-1, RefundedGoods),
    (-1, RefundedFees),
    (-1, UntoldShipping),
    (-1, UntoldTax),
];

/// `WooCommerce` Analytics: by payment date, net sales as revenue, every refund row.
pub static WOOCOMMERCE: Profile = Profile {
    id: "woocommerce",
    label: Text { fr: "WooCommerce", en: "WooCommerce" },
    classes: &[Class::OnHold, Class::Paid, Class::Fulfilled, Class::Refunded],
    basis: DateBasis::Paid,
    refunds: RefundRule::Every,
    overrides: &[
        ("revenue", Some(Formula::Sum(WOO_NET))),
        ("net_sales", Some(Formula::Sum(WOO_NET))),
        // Rebuilt as net + coupons + refunded net, in which discounts and refunds cancel out.
        ("gross_sales", Some(Formula::Sum(&[(1, Gross), (1, Fees)]))),
        (
            "refunds",
            Some(Formula::Sum(&[
                (1, RefundedGoods),
                (1, RefundedFees),
                (1, UntoldShipping),
                (1, UntoldTax),
            ])),
        ),
        (
            "refunded_goods",
            Some(Formula::Sum(&[
                (1, RefundedGoods),
                (1, UntoldShipping),
                (1, UntoldFees),
                (1, UntoldTax),
            ])),
        ),
        // Its shipping and fees are what is left of them after refunds.
        ("refunded_charges", None),
        (
            "shipping",
            Some(Formula::Sum(&[(1, Shipping), (-1, RefundedShipping), (1, UntoldShipping)])),
        ),
        ("fees", Some(Formula::Sum(&[(1, Fees), (-1, RefundedFees), (1, UntoldFees)]))),
        ("tax", Some(Formula::Sum(&[(1, Tax), (-1, RefundedTax), (1, UntoldTax)]))),
        ("units", Some(Formula::Sum(&[(1, Quantity), (-1, UnitsReturned)]))),
        (
            "average_order_value",
            Some(Formula::Ratio(
                &Formula::Metric("net_sales", Customers::All),
                &Formula::Sum(&[(1, TaxedOrders)]),
            )),
        ),
        ("median_order_value", Some(Formula::Median(&[(1, Gross), (-1, Discount), (1, Fees)]))),
    ],
    without_tax: None,
    with_tax: Some(&WOOCOMMERCE_WITH_TAX),
};

/// `WooCommerce` with tax: its revenue is then the order totals, refund rows negative.
static WOOCOMMERCE_WITH_TAX: Profile = Profile {
    id: "woocommerce",
    label: Text { fr: "WooCommerce", en: "WooCommerce" },
    classes: &[Class::OnHold, Class::Paid, Class::Fulfilled, Class::Refunded],
    basis: DateBasis::Paid,
    refunds: RefundRule::Every,
    overrides: &[
        ("revenue", Some(Formula::Sum(PAID))),
        (
            "average_order_value",
            Some(Formula::Ratio(&Formula::Sum(PAID), &Formula::Sum(&[(1, PricedOrders)]))),
        ),
        ("median_order_value", Some(Formula::Median(AMOUNT))),
    ],
    without_tax: Some(&WOOCOMMERCE),
    with_tax: None,
};
