//! Products side by side: what each sells, to whom, and who comes back (S204–S210).
//!
//! A row is a product, or a variant of one. Sums come from the ledger in one scan; what has to count
//! distinct orders and persons, or pairs of products, costs more and is worked out for the rows on
//! screen only, unless the list is sorted or filtered by it.

pub mod column;
mod companions;
pub mod condition;
mod figures;
mod gaps;
pub mod product;
mod purchases;
mod rows;

use comptoir_model::Currency;
use comptoir_store::Snapshot;

use crate::context::Context;
use crate::period::Period;
use crate::query::{Query, QueryError};
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::table::Cell;

pub use column::{COLUMNS, Column, Kind, column};
pub use condition::Condition;
pub use gaps::Gaps;
pub use product::product;

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Level {
    #[default]
    Product,
    Variant,
}

/// Which products are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Listed {
    /// Those with a sale or a return in the period.
    #[default]
    Sold,
    /// Those of the catalogue too.
    All,
    /// Those of the catalogue without a sale in the period.
    Unsold,
}

/// Which rows to list, and in what order.
#[derive(Debug, Clone, Default)]
pub struct Request {
    pub level: Level,
    pub listed: Listed,
    /// Part of a name or code.
    pub search: Option<String>,
    pub condition: Option<Condition>,
    /// A column and whether its largest come first; by revenue without.
    pub sort: Option<(&'static Column, bool)>,
    /// First row and number of rows whose every column is worked out; all of them without.
    pub page: Option<(usize, usize)>,
}

/// The list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Performance {
    pub period: Period,
    pub currency: Currency,
    /// Of the page.
    pub rows: Vec<Row>,
    /// Rows that match.
    pub count: usize,
    /// Rows before search and conditions.
    pub before: usize,
    /// Sums over the rows that match, where a column adds up.
    pub totals: Vec<Cell>,
    /// Orders with too many products to pair.
    pub unpaired: i64,
}

/// A product or a variant. `cells` are in the order of [`COLUMNS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub code: String,
    pub variant: Option<String>,
    pub name: Option<String>,
    pub category: Option<String>,
    pub cells: Vec<Cell>,
    /// Code and name of the product most often in the same order.
    pub companion: Option<(String, Option<String>)>,
}

/// Lists the products of a query's period, shops and filters.
pub fn list(
    snapshot: &Snapshot,
    query: &Query,
    request: &Request,
    context: &Context,
) -> Result<Performance, MetricsError> {
    let scope = Scope::of(query, context);
    let period = query.days(context);
    let reader = Reader { snapshot, query, context, scope: &scope, period, level: request.level };
    rows::list(&reader, request)
}

/// What all the statements of a list share.
struct Reader<'q> {
    snapshot: &'q Snapshot,
    query: &'q Query,
    context: &'q Context,
    scope: &'q Scope<'q>,
    period: Period,
    level: Level,
}

/// A product id (the first of those with its code) and a variant.
type Item = (i64, Option<String>);

impl Reader<'_> {
    /// The lines, for the products of some ids or all.
    fn lines(
        &self,
        items: Option<&[i64]>,
        bindings: &mut crate::statement::Bindings,
    ) -> Result<crate::lines::Lines, QueryError> {
        let mut lines =
            crate::lines::Lines::of(self.query, self.scope, self.context, self.period, bindings)?;
        if let Some(condition) = among(lines.item, items) {
            lines.keep(condition);
        }
        Ok(lines)
    }

    /// The variant of a line `m` as a further column of a list, when rows are variants: a column of
    /// nothing would cost as much to group by as one of texts.
    fn variant(&self) -> &'static str {
        match self.level {
            Level::Product => "",
            Level::Variant => ", m.variant AS variant",
        }
    }

    /// That column again, of a table or of none.
    fn named(&self, column: &str) -> String {
        match self.level {
            Level::Product => String::new(),
            Level::Variant => format!(", {column}"),
        }
    }

    /// The variant as the second column of an answer.
    fn answered(&self, column: &str) -> String {
        match self.level {
            Level::Product => "NULL".to_owned(),
            Level::Variant => column.to_owned(),
        }
    }

    /// The condition that two tables are about the same variant.
    fn same_variant(&self, left: &str, right: &str) -> String {
        match self.level {
            Level::Product => String::new(),
            Level::Variant => format!(" AND {left}.variant IS NOT DISTINCT FROM {right}.variant"),
        }
    }
}

/// The condition that keeps some ids; they come from the database and are whole numbers.
fn among(item: &str, items: Option<&[i64]>) -> Option<String> {
    let listed: Vec<String> = items?.iter().map(i64::to_string).collect();
    Some(match listed.as_slice() {
        [] => "false".to_owned(),
        _ => format!("{item} IN ({})", listed.join(", ")),
    })
}

/// The item of a row that begins with an id and a variant.
fn item(cells: &[comptoir_store::Value]) -> Option<Item> {
    Some((cells.first()?.int()?, cells.get(1)?.text().map(str::to_owned)))
}
