//! Formulas in words, read off the formulas themselves, so that no page says what the code does not do.

use comptoir_metrics::formula::{Column, Customers, Formula, Sample, Statistic, Term};
use comptoir_metrics::metric;

use super::figure::label;
use crate::i18n::{Lang, t, t_args};

/// « Ventes brutes − remises + port », « (…) ÷ (…) ».
pub fn in_words(lang: Lang, formula: &Formula) -> String {
    match formula {
        Formula::Sum(terms) => sum(lang, terms),
        Formula::Metric(id, customers) => {
            let name = metric(id).map_or(*id, |metric| label(lang, metric));
            match customers {
                Customers::All => name.to_owned(),
                customers => format!("{name} ({})", of_customers(lang, *customers)),
            }
        }
        Formula::Ratio(over, under) => {
            format!("({}) ÷ ({})", in_words(lang, over), in_words(lang, under))
        }
        Formula::Persons(Customers::All) => t(lang, "formula-persons"),
        Formula::Persons(customers) => {
            format!("{} ({})", t(lang, "formula-persons"), of_customers(lang, *customers))
        }
        Formula::RepeatBuyers => t(lang, "formula-repeat-buyers"),
        Formula::Statistic(statistic, sample) => {
            let sample = t(
                lang,
                match sample {
                    Sample::Gaps => "formula-gaps",
                    Sample::CustomerGaps => "formula-customer-gaps",
                    Sample::CustomerRevenue => "formula-customer-revenue",
                },
            );
            let words = match statistic {
                Statistic::Mean => "formula-mean",
                Statistic::Median => "formula-median-of",
            };
            t_args(lang, words, &[("value", &sample)])
        }
        Formula::Median(terms) => t_args(lang, "formula-median", &[("value", &sum(lang, terms))]),
    }
}

fn of_customers(lang: Lang, customers: Customers) -> String {
    t(
        lang,
        match customers {
            Customers::All | Customers::Identified => "formula-identified",
            Customers::New => "formula-new",
            Customers::Existing => "formula-existing",
            Customers::Unidentified => "formula-unidentified",
        },
    )
}

fn sum(lang: Lang, terms: &[Term]) -> String {
    let mut words = String::new();
    for (index, (sign, column)) in terms.iter().enumerate() {
        match (index, *sign < 0) {
            (0, false) => {}
            (0, true) => words.push('−'),
            (_, false) => words.push_str(" + "),
            (_, true) => words.push_str(" − "),
        }
        words.push_str(&t(lang, column_words(*column)));
    }
    words
}

fn column_words(column: Column) -> &'static str {
    match column {
        Column::Orders | Column::PricedOrders | Column::TaxedOrders => "column-orders",
        Column::RefundedOrders => "column-refunded-orders",
        Column::ReturnableOrders => "column-returnable-orders",
        Column::ValuedOrders | Column::ValuedTotals => "column-valued-orders",
        Column::Quantity => "column-quantity",
        Column::Gross => "column-gross",
        Column::Discount => "column-discount",
        Column::Shipping => "column-shipping",
        Column::Fees => "column-fees",
        Column::Tax => "column-tax",
        Column::TotalOnly => "column-total-only",
        Column::UnitsReturned => "column-units-returned",
        Column::RefundedGoods => "column-refunded-goods",
        Column::RefundedShipping | Column::UntoldShipping => "column-refunded-shipping",
        Column::RefundedFees | Column::UntoldFees => "column-refunded-fees",
        Column::RefundedTax | Column::UntoldTax => "column-refunded-tax",
        Column::Visits => "column-visits",
        Column::VisitsWithOrder => "column-visits-with-order",
        Column::Carts => "column-carts",
        Column::AbandonedCarts => "column-abandoned-carts",
    }
}
