//! What separates two calculation modes, read off their data: which orders count, on which date, and
//! whether tax, shipping, fees and refunds are in the revenue. A platform's own total next to ours can
//! so be explained instead of argued about.

use comptoir_model::{Class, CountingRule, DateBasis};

use crate::formula::{Column, Formula};
use crate::metric::metric;
use crate::profile::{Profile, RefundRule};

/// Where two modes differ; the first of each pair is the first mode's.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Separation {
    /// Classes that only the first counts, and those that only the second counts.
    pub classes: (Vec<Class>, Vec<Class>),
    /// The second goes by statuses that the merchant checked, whatever their classes.
    pub own_statuses: bool,
    pub dates: Option<(DateBasis, DateBasis)>,
    /// Whether the first has tax in its revenue and the second not (`true`), or the other way round.
    pub tax: Option<bool>,
    pub shipping: Option<bool>,
    pub fees: Option<bool>,
    /// Whether the first takes off what is given back and the second not.
    pub refunds: Option<bool>,
    /// Both take refunds off; the first of every order (`true`), the second only of orders that count.
    pub every_refund: Option<bool>,
}

impl Separation {
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

/// What separates a mode from the one a shop is counted by: its profile (with tax where amounts are
/// shown so) and its rule.
pub fn separation(
    theirs: &'static Profile,
    basis: Option<DateBasis>,
    ours: &'static Profile,
    rule: &CountingRule,
) -> Separation {
    let (first, second) = (revenue(theirs), revenue(ours));
    let has = |column: Column| {
        let (first, second) = (first.contains(&column), second.contains(&column));
        (first != second).then_some(first)
    };
    let only = |left: &[Class], right: &[Class]| -> Vec<Class> {
        Class::ALL
            .into_iter()
            .filter(|class| left.contains(class) && !right.contains(class))
            .collect()
    };
    let own_statuses = rule.statuses.is_some();
    let classes = if own_statuses {
        Default::default()
    } else {
        (only(theirs.classes, &rule.classes), only(&rule.classes, theirs.classes))
    };
    let dates = (basis.unwrap_or(theirs.basis), rule.basis);
    let every = |profile: &Profile| profile.refunds == RefundRule::Every;
    let refunds = has(Column::RefundedGoods);
    let both = refunds.is_none() && first.contains(&Column::RefundedGoods);
    Separation {
        classes,
        own_statuses,
        dates: (dates.0 != dates.1).then_some(dates),
        tax: has(Column::Tax),
        shipping: has(Column::Shipping),
        fees: has(Column::Fees),
        refunds,
        every_refund: (both && every(theirs) != every(ours)).then_some(every(theirs)),
    }
}

/// The columns that a profile's revenue adds up.
fn revenue(profile: &'static Profile) -> Vec<Column> {
    metric("revenue").and_then(|revenue| profile.formula(revenue)).map(columns).unwrap_or_default()
}

fn columns(formula: Formula) -> Vec<Column> {
    match formula {
        Formula::Sum(terms) => terms.iter().map(|(_, column)| *column).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profile::{BREVO, COMPTOIR, WOOCOMMERCE};

    #[test]
    fn a_mode_is_not_separated_from_itself() {
        assert!(separation(&COMPTOIR, None, &COMPTOIR, &COMPTOIR.rule()).is_none());
    }

    /// profiles.md: `WooCommerce`'s net leaves shipping out, counts on-hold orders, goes by payment, and
    /// takes off every refund row; Comptoir's revenue has shipping, and refunds of counted orders.
    #[test]
    fn woocommerce_against_comptoir() {
        let found = separation(&WOOCOMMERCE, None, &COMPTOIR, &COMPTOIR.rule());
        let expected = Separation {
            classes: (vec![Class::OnHold], vec![]),
            dates: Some((DateBasis::Paid, DateBasis::Created)),
            shipping: Some(false),
            every_refund: Some(true),
            ..Separation::default()
        };
        assert_eq!(found, expected);
        // On the same dates, and against amounts with tax.
        let taxed =
            separation(&WOOCOMMERCE, Some(DateBasis::Created), COMPTOIR.taxed(), &COMPTOIR.rule());
        assert_eq!((taxed.dates, taxed.tax), (None, Some(false)));
    }

    #[test]
    fn brevo_takes_nothing_back_and_checked_statuses_have_no_classes() {
        let rule = CountingRule { statuses: Some(vec!["done".into()]), ..COMPTOIR.rule() };
        let found = separation(&BREVO, None, &COMPTOIR, &rule);
        assert_eq!((found.refunds, found.tax, found.every_refund), (Some(false), Some(true), None));
        assert!(found.own_statuses && found.classes.0.is_empty());
    }
}
