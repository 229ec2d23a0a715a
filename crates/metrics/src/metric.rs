//! Every metric of the product, as data: cards, columns, axes, tooltips, the definitions page and
//! the API description are derived from this list and never say it again.

mod behaviour;
mod customers;
mod products;
mod retention;
mod sales;

use crate::formula::Formula;

/// A text in both languages of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Text {
    pub fr: &'static str,
    pub en: &'static str,
}

/// In what a metric is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Minor units of the answer's currency.
    Money,
    Count,
    /// A share, shown as a percentage.
    Ratio,
    /// A quotient shown as it is (1.8 orders per customer).
    Decimal,
    Days,
}

impl Unit {
    /// The word in the API.
    pub fn id(self) -> &'static str {
        match self {
            Self::Money => "money",
            Self::Count => "count",
            Self::Ratio => "ratio",
            Self::Decimal => "decimal",
            Self::Days => "days",
        }
    }
}

/// In which direction a change is good news.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    Up,
    Down,
    Neutral,
}

/// What a metric shows when there is nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Empty {
    Zero,
    NoValue,
}

/// How finely a metric can be split. Each grain includes those before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grain {
    /// By what is true of a whole order: its day, country, shop…
    Order,
    /// By what is true of one amount: its tax rate.
    Amount,
    /// By what is true of one line: its product, variant, category.
    Line,
}

/// A figure: what it is called, what it means, how it is worked out.
#[derive(Debug, PartialEq, Eq)]
pub struct Metric {
    pub id: &'static str,
    pub label: Text,
    /// For axes and columns.
    pub short: Text,
    /// A sentence that an accountant accepts.
    pub definition: Text,
    pub unit: Unit,
    pub formula: Formula,
    pub better: Better,
    pub empty: Empty,
    /// The finest grain of dimension by which it can be split.
    pub splits: Grain,
    /// The metrics it stacks into: they add up to it.
    pub parts: &'static [&'static str],
}

/// All metrics, in the order in which pages list them.
pub static METRICS: &[&Metric] = &[
    &sales::REVENUE,
    &sales::GROSS_SALES,
    &sales::DISCOUNTS,
    &sales::REFUNDS,
    &sales::REFUNDED_GOODS,
    &sales::REFUNDED_CHARGES,
    &sales::NET_SALES,
    &sales::SHIPPING,
    &sales::FEES,
    &sales::TAX,
    &sales::TOTAL_ONLY_SALES,
    &sales::TOTAL_SALES,
    &sales::ORDERS,
    &sales::UNITS,
    &sales::UNITS_RETURNED,
    &sales::ITEMS_PER_ORDER,
    &sales::AVERAGE_ORDER_VALUE,
    &sales::MEDIAN_ORDER_VALUE,
    &customers::CUSTOMERS,
    &customers::NEW_CUSTOMERS,
    &customers::RETURNING_CUSTOMERS,
    &customers::NEW_CUSTOMER_REVENUE,
    &customers::EXISTING_CUSTOMER_REVENUE,
    &customers::UNIDENTIFIED_REVENUE,
    &customers::EXISTING_CUSTOMER_SHARE,
    &sales::REFUND_RATE_VALUE,
    &customers::REPEAT_PURCHASE_RATE,
    &customers::RETURNING_CUSTOMER_RATE,
    &customers::EXISTING_NEW_RATIO,
    &customers::PURCHASE_FREQUENCY,
    &retention::MEAN_DAYS_BETWEEN_ORDERS,
    &retention::MEDIAN_DAYS_BETWEEN_ORDERS,
    &retention::LIFETIME_VALUE,
    &retention::RETURN_RATE_ORDERS,
    &products::NEW_CUSTOMER_SALES_SHARE,
    &products::RETURN_RATE_UNITS,
    &behaviour::VISITS,
    &behaviour::CONVERSION_RATE,
    &behaviour::CART_ABANDONMENT,
];

/// The metric of that id.
pub fn metric(id: &str) -> Option<&'static Metric> {
    METRICS.iter().copied().find(|metric| metric.id == id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_unique_and_parts_exist() {
        for (index, known) in METRICS.iter().enumerate() {
            assert!(METRICS[..index].iter().all(|other| other.id != known.id), "{}", known.id);
            for part in known.parts {
                assert!(metric(part).is_some_and(|part| part.unit == known.unit), "{part}");
            }
        }
    }

    #[test]
    fn french_texts_have_french_signs() {
        for metric in METRICS {
            for text in [metric.label.fr, metric.short.fr, metric.definition.fr] {
                let wrong = ["'", "\"", " :", " ;", " %", " !", " ?"];
                assert!(wrong.iter().all(|wrong| !text.contains(wrong)), "{}: {text}", metric.id);
            }
            assert!(metric.definition.fr.ends_with('.') && metric.definition.en.ends_with('.'));
        }
    }
}
