//! A question put to the figures, and its one canonical address.

mod address;
mod error;
mod filter;
mod own;
mod parse;

use std::fmt;

use comptoir_model::{Currency, DateBasis};
use comptoir_store::{Amounts, StoredShop};

use crate::context::Context;
use crate::dimension::Dimension;
use crate::metric::Metric;
use crate::period::{Choice, Comparison, Period};
use crate::profile::Profile;

pub use address::{decode, encode, pairs};
pub use error::QueryError;
pub use filter::Filter;
pub use own::{Own, split};

/// The parameters of an address that are part of a query.
pub const PARAMETERS: &[&str] = &[
    "metrics", "by", "period", "from", "to", "shop", "compare", "profile", "date", "currency",
    "tax", "where", "sort", "limit",
];

/// What is asked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Query {
    pub metrics: Vec<&'static Metric>,
    /// At most three.
    pub by: Vec<&'static Dimension>,
    pub period: Choice,
    pub comparison: Comparison,
    /// A slug; `None`: all shops.
    pub shop: Option<String>,
    /// `None`: each shop's own profile and status list.
    pub profile: Option<&'static Profile>,
    /// `None`: the date of the profile.
    pub date: Option<DateBasis>,
    /// The currency to convert into.
    pub currency: Option<Currency>,
    /// With tax or without; `None`: as the shops' settings say.
    pub tax: Option<Amounts>,
    /// All must hold.
    pub filters: Vec<Filter>,
    pub sort: Option<Sort>,
    pub limit: Option<usize>,
}

/// An order of rows other than the default one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sort {
    /// Id of a metric or dimension of the query.
    pub column: &'static str,
    pub descending: bool,
}

/// The period of a query that names none.
pub const DEFAULT_PERIOD: Choice = Choice::Last(30);

impl Query {
    /// A query for some metrics over the default period, to be refined.
    pub fn new(metrics: Vec<&'static Metric>) -> Self {
        Self {
            metrics,
            by: Vec::new(),
            period: DEFAULT_PERIOD,
            comparison: Comparison::None,
            shop: None,
            profile: None,
            date: None,
            currency: None,
            tax: None,
            filters: Vec::new(),
            sort: None,
            limit: None,
        }
    }

    /// Reads the part of an address after `?`.
    pub fn parse(text: &str, context: &Context) -> Result<Self, QueryError> {
        parse::parse(text, context)
    }

    /// The part of an address after `?`: the same query always gives the same text.
    pub fn to_query_string(&self) -> String {
        parse::write(self)
    }

    /// The shops it looks at.
    pub fn shops<'a>(&self, context: &'a Context) -> Vec<&'a StoredShop> {
        let chosen =
            |shop: &&StoredShop| self.shop.as_ref().is_none_or(|slug| shop.shop.slug == *slug);
        context.shops.iter().filter(chosen).collect()
    }

    /// The days it covers.
    pub fn days(&self, context: &Context) -> Period {
        let shops = self.shops(context);
        let own_rules = self.profile.is_none() && self.date.is_none();
        let all = context.range(&shops, own_rules).or_else(|| context.range(&shops, false));
        self.period.days(context.today(&shops), context.first_weekday(&shops), all)
    }

    /// The days it is compared with.
    pub fn compared_days(&self, context: &Context) -> Option<Period> {
        let first = context.first_weekday(&self.shops(context));
        self.comparison.days(self.period, self.days(context), first)
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_query_string())
    }
}
