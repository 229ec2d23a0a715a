//! What every number means: the lists of metrics, dimensions and profiles, and the way from a query
//! to its answer.
//!
//! A number shown to anyone comes from [`METRICS`]. [`Query`] says what is asked and has one canonical
//! address; [`run`] turns it into SQL that only sums and counts, divides in integers, and returns a
//! [`Table`] that pages, API, exports and the command line all render. [`drill`] opens any of its
//! figures to the orders, refunds and persons behind it.

pub mod basket;
pub mod beside;
pub mod bridge;
pub mod calendar;
pub mod change;
pub mod cohorts;
pub mod context;
pub mod cumulative;
pub mod customers;
pub mod dimension;
pub mod drill;
pub mod formula;
pub mod groups;
pub mod ladder;
pub mod metric;
pub mod nearest;
pub mod orders;
pub mod performance;
pub mod period;
pub mod profile;
pub mod query;
pub mod rfm;
pub mod separation;
pub mod table;
pub mod watch;

mod check;
mod exchange;
mod figure;
mod hidden;
mod history;
mod ledger;
mod lines;
mod order;
mod plan;
mod relation;
mod run;
mod sample;
mod scope;
mod statement;
mod worth;

pub use calendar::Bucket;
pub use change::Change;
pub use check::splits;
pub use comptoir_store::Amounts;
pub use context::Context;
pub use dimension::{DIMENSIONS, Dimension, dimension};
pub use drill::{Drill, drill};
pub use hidden::Hidden;
pub use metric::{METRICS, Metric, Text, Unit, metric};
pub use period::{Choice, Comparison, Period};
pub use profile::{PROFILES, Profile, profile};
pub use query::{Filter, Query, QueryError, Sort};
pub use run::{MetricsError, run, run_comparing};
pub use scope::{profile_of, rules};
pub use table::{Cell, Table};
