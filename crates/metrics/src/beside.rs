//! A platform's own total beside ours: the same days, counted as the platform counts.

use comptoir_model::DateBasis;
use comptoir_store::{Amounts, Snapshot};

use crate::context::Context;
use crate::metric::{Metric, metric};
use crate::period::{Choice, Period};
use crate::profile::Profile;
use crate::query::Query;
use crate::run::{MetricsError, run};
use crate::table::{Cell, Table};

/// One figure as the platform tells it, as we work it out, and how far the two are apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    pub metric: &'static Metric,
    pub theirs: Cell,
    pub ours: Cell,
    /// Theirs less ours; `Null` when we have no such figure.
    pub apart: Cell,
}

/// What a platform told of a period.
#[derive(Debug, Clone)]
pub struct Told<'t> {
    pub profile: &'static Profile,
    pub basis: Option<DateBasis>,
    pub period: Period,
    /// Metric ids, with minor units or counts.
    pub figures: &'t [(String, i64)],
}

/// Each figure that both have, and the answer ours come from. A figure that is no metric of ours, or
/// no sum, is left out.
pub fn beside(
    snapshot: &Snapshot,
    context: &Context,
    shop: &str,
    told: &Told<'_>,
) -> Result<(Vec<Beside>, Table), MetricsError> {
    let known: Vec<(&'static Metric, i64)> =
        told.figures.iter().filter_map(|(id, value)| Some((metric(id)?, *value))).collect();
    let query = Query {
        period: Choice::Days(told.period),
        shop: Some(shop.to_owned()),
        profile: Some(told.profile),
        date: told.basis,
        tax: Some(Amounts::Excl),
        ..Query::new(known.iter().map(|(metric, _)| *metric).collect())
    };
    let table = run(snapshot, &query, context)?;
    let figures = known
        .into_iter()
        .filter_map(|(metric, theirs)| {
            let ours = table.total(metric.id)?.clone();
            let (theirs, apart) = match ours {
                Cell::Money(ours) => (Cell::Money(theirs), Cell::Money(theirs.checked_sub(ours)?)),
                Cell::Count(ours) => (Cell::Count(theirs), Cell::Count(theirs.checked_sub(ours)?)),
                Cell::Null => (Cell::Count(theirs), Cell::Null),
                _ => return None,
            };
            Some(Beside { metric, theirs, ours, apart })
        })
        .collect();
    Ok((figures, table))
}
