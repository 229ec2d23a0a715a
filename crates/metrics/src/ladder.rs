//! The sales ladder (S106): from gross sales down to revenue and up to what customers paid, each rung a
//! metric, so that every profile's own figures add up before the reader's eyes.

use crate::metric::{METRICS, Metric, metric};
use crate::profile::Profile;
use crate::table::{Cell, Table};

/// What a rung does to the sum above it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// A count beside the amounts.
    Count,
    Plus,
    Minus,
    /// The sum of all rungs above.
    Result,
}

/// One line of the ladder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rung {
    pub metric: &'static Metric,
    pub sign: Sign,
}

const COMPTOIR: &[(&str, Sign)] = &[
    ("orders", Sign::Count),
    ("units", Sign::Count),
    ("gross_sales", Sign::Plus),
    ("discounts", Sign::Minus),
    ("refunded_goods", Sign::Minus),
    ("net_sales", Sign::Result),
    ("shipping", Sign::Plus),
    ("fees", Sign::Plus),
    ("refunded_charges", Sign::Minus),
    ("revenue", Sign::Result),
    ("tax", Sign::Plus),
    ("total_only_sales", Sign::Plus),
    ("total_sales", Sign::Result),
];

/// Its net is the revenue and holds the fees; its shipping and tax are what refunds have left of them.
const WOOCOMMERCE: &[(&str, Sign)] = &[
    ("orders", Sign::Count),
    ("units", Sign::Count),
    ("gross_sales", Sign::Plus),
    ("discounts", Sign::Minus),
    ("refunds", Sign::Minus),
    ("net_sales", Sign::Result),
    ("shipping", Sign::Plus),
    ("tax", Sign::Plus),
    ("total_only_sales", Sign::Plus),
    ("total_sales", Sign::Result),
];

/// Its shipping and fees are what credit slips have left of them.
const PRESTASHOP: &[(&str, Sign)] = &[
    ("orders", Sign::Count),
    ("units", Sign::Count),
    ("gross_sales", Sign::Plus),
    ("discounts", Sign::Minus),
    ("refunded_goods", Sign::Minus),
    ("net_sales", Sign::Result),
    ("shipping", Sign::Plus),
    ("fees", Sign::Plus),
    ("revenue", Sign::Result),
    ("tax", Sign::Plus),
    ("total_only_sales", Sign::Plus),
    ("total_sales", Sign::Result),
];

/// Its shipping, fees and tax are what returns have left of them, and all of it is its revenue.
const SHOPIFY: &[(&str, Sign)] = &[
    ("orders", Sign::Count),
    ("units", Sign::Count),
    ("gross_sales", Sign::Plus),
    ("discounts", Sign::Minus),
    ("refunds", Sign::Minus),
    ("net_sales", Sign::Result),
    ("shipping", Sign::Plus),
    ("fees", Sign::Plus),
    ("tax", Sign::Plus),
    ("total_only_sales", Sign::Plus),
    ("total_sales", Sign::Result),
];

/// One amount per order, all in.
const BREVO: &[(&str, Sign)] =
    &[("orders", Sign::Count), ("units", Sign::Count), ("total_sales", Sign::Result)];

/// The rungs of a profile, from top to bottom.
pub fn rungs(profile: &Profile) -> Vec<Rung> {
    let ids = match profile.id {
        "woocommerce" => WOOCOMMERCE,
        "prestashop" => PRESTASHOP,
        "shopify" => SHOPIFY,
        "brevo" => BREVO,
        _ => COMPTOIR,
    };
    ids.iter().filter_map(|(id, sign)| Some(Rung { metric: metric(id)?, sign: *sign })).collect()
}

/// Every metric that is a rung of some profile.
pub fn metrics() -> Vec<&'static Metric> {
    let used = |metric: &&&Metric| {
        [COMPTOIR, WOOCOMMERCE, BREVO].iter().any(|ids| ids.iter().any(|(id, _)| *id == metric.id))
    };
    METRICS.iter().filter(used).copied().collect()
}

/// Whether every result is the sum of the rungs above it.
pub fn adds_up(rungs: &[Rung], table: &Table) -> bool {
    let mut sum: i128 = 0;
    let mut first = true;
    rungs.iter().all(|rung| {
        let amount = table.total(rung.metric.id).and_then(Cell::whole).map_or(0, i128::from);
        match rung.sign {
            Sign::Count => {}
            Sign::Plus => (sum, first) = (sum + amount, false),
            Sign::Minus => (sum, first) = (sum - amount, false),
            Sign::Result if first => (sum, first) = (amount, false),
            Sign::Result => return sum == amount,
        }
        true
    })
}
