//! Which questions make sense: metrics against dimensions, filters and length of the period.

use crate::context::Context;
use crate::dimension::Dimension;
use crate::figure::{Aggregate, Figure};
use crate::formula::Base;
use crate::metric::{Grain, METRICS, Metric};
use crate::nearest::nearest;
use crate::period::Period;
use crate::profile::COMPTOIR;
use crate::query::{Query, QueryError};

/// Refuses what has no answer.
pub(crate) fn check(query: &Query, context: &Context) -> Result<(), QueryError> {
    for metric in &query.metrics {
        for dimension in &query.by {
            if !splits(metric, dimension) {
                return Err(unsplittable(query, metric, dimension, "by", dimension.id));
            }
        }
        for filter in &query.filters {
            if !splits(metric, filter.dimension) {
                return Err(unsplittable(
                    query,
                    metric,
                    filter.dimension,
                    "where",
                    filter.dimension.id,
                ));
            }
        }
    }
    let days = query.days(context).days().max(query.compared_days(context).map_or(0, Period::days));
    for bucket in query.by.iter().filter_map(|dimension| dimension.bucket()) {
        if let Some(longest) = bucket.longest().filter(|longest| days > *longest) {
            let reason =
                format!("a period of {days} days is too long for it: it goes up to {longest} days");
            let remedy = query.days(context).bucket();
            return Err(QueryError::new("by", bucket.id(), reason)
                .with_nearest(Some(remedy.id().to_owned())));
        }
    }
    Ok(())
}

fn bases(metric: &Metric) -> Vec<Base> {
    let mut aggregates: Vec<Aggregate> = Vec::new();
    Figure::of(metric, &COMPTOIR, &mut aggregates);
    aggregates.into_iter().map(Aggregate::base).collect()
}

/// Whether a metric can be split by a dimension.
pub fn splits(metric: &Metric, dimension: &Dimension) -> bool {
    dimension.grain <= metric.splits
        && bases(metric).into_iter().all(|base| column_on(dimension, base).is_some())
}

/// The dimension's column on a table.
pub(crate) fn column_on(dimension: &Dimension, base: Base) -> Option<&'static str> {
    match base {
        Base::Ledger => Some(dimension.ledger),
        Base::Visits => dimension.visits,
        Base::Carts => dimension.carts,
    }
}

fn unsplittable(
    query: &Query,
    metric: &Metric,
    dimension: &Dimension,
    parameter: &str,
    value: &str,
) -> QueryError {
    let fitting: Vec<&str> =
        METRICS.iter().filter(|metric| splits(metric, dimension)).map(|metric| metric.id).collect();
    // With a dimension of lines it is the metric that has to change.
    if dimension.grain > Grain::Order {
        let reason = format!("it cannot be split by {}; use {}", dimension.id, fitting.join(", "));
        return QueryError::new("metrics", metric.id, reason).with_nearest(
            nearest(metric.id, fitting.into_iter()).or_else(|| Some("net_sales".to_owned())),
        );
    }
    let fitting = crate::dimension::DIMENSIONS
        .iter()
        .filter(|dimension| query.metrics.iter().all(|metric| splits(metric, dimension)))
        .map(|dimension| dimension.id);
    let reason = format!("{} cannot be split by it", metric.id);
    QueryError::new(parameter, value, reason).with_nearest(nearest(value, fitting))
}
