//! Recency, frequency, monetary value: how each customer stands among all customers, from 1 to 5.
//!
//! Scores are taken on whole history up to a day, under the shop's counting rule: days since the last
//! counted order, number of counted orders, net sales. For each of the three, customers are sorted from
//! worst to best; the score of a value is `1 + floor(5 × customers strictly worse ÷ customers)`. Customers
//! with the same value share a score, and it is the lower one. A customer is a person, counted once
//! across the shops of the question.

use comptoir_store::{Snapshot, Value};
use jiff::civil::Date;
use serde::Serialize;

use crate::context::Context;
use crate::customers::buyers::{BOUNDS, FREQUENCY, MONETARY, RECENCY, buyers};
use crate::metric::Text;
use crate::query::{Query, QueryError, split};
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;

/// The answer of `GET /api/v1/rfm`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Answer {
    /// Best first.
    pub rows: Vec<Row>,
    /// The platform tells nothing older, so that scores rest on part of the history.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub history_from: Option<Date>,
}

/// How many customers have these scores.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Row {
    pub recency: i64,
    pub frequency: i64,
    pub monetary: i64,
    pub customers: i64,
}

/// What recency and frequency together say of a customer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Segment {
    Champions,
    Loyal,
    AtRisk,
    New,
    Promising,
    Lost,
}

impl Segment {
    /// In the order of the screen.
    pub const ALL: [Self; 6] =
        [Self::Champions, Self::Loyal, Self::AtRisk, Self::New, Self::Promising, Self::Lost];

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Champions => "champions",
            Self::Loyal => "loyal",
            Self::AtRisk => "at_risk",
            Self::New => "new",
            Self::Promising => "promising",
            Self::Lost => "lost",
        }
    }

    /// The first that fits, so that every pair of scores has exactly one.
    pub fn of(recency: i64, frequency: i64) -> Self {
        match (recency, frequency) {
            (4.., 4..) => Self::Champions,
            (3.., 3..) => Self::Loyal,
            (..=2, 3..) => Self::AtRisk,
            (4.., _) => Self::New,
            (3, _) => Self::Promising,
            _ => Self::Lost,
        }
    }

    pub fn label(self) -> Text {
        let (fr, en) = match self {
            Self::Champions => ("Champions", "Champions"),
            Self::Loyal => ("Fidèles", "Loyal"),
            Self::AtRisk => ("À risque", "At risk"),
            Self::New => ("Nouveaux", "New"),
            Self::Promising => ("Prometteurs", "Promising"),
            Self::Lost => ("Perdus", "Lost"),
        };
        Text { fr, en }
    }
}

/// Answers the part of an address after `?`.
pub fn answer(snapshot: &Snapshot, text: &str, context: &Context) -> Result<Answer, MetricsError> {
    let (own, query) = split(text, &["as_of"], &["shop", "profile", "date", "currency"], context)?;
    let until = match own.get("as_of") {
        None => as_of(&query, context),
        Some(day) => day.parse().map_err(|_| {
            QueryError::new("as_of", day, "write a day as 2026-01-31")
                .with_nearest(Some(as_of(&query, context).to_string()))
        })?,
    };
    let scope = Scope::of(&query, context);
    let mut bindings = Bindings::default();
    let mut with = buyers(&scope, until, &mut bindings);
    with.push(BOUNDS.to_owned());
    with.push(format!("scored AS (SELECT {RECENCY}, {FREQUENCY}, {MONETARY} FROM buyers, bounds)"));
    let statement = bindings.into_statement(format!(
        "WITH {}
SELECT recency, frequency, monetary, count(*)
FROM scored
GROUP BY recency, frequency, monetary
ORDER BY recency DESC, frequency DESC, monetary DESC",
        with.join(",\n")
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?;
    let number = |cell: &Value| cell.int().unwrap_or(0);
    let rows = found.rows.iter().map(|cells| Row {
        recency: number(&cells[0]),
        frequency: number(&cells[1]),
        monetary: number(&cells[2]),
        customers: number(&cells[3]),
    });
    Ok(Answer { rows: rows.collect(), history_from: context.history_from(&scope.shops) })
}

/// Today, or the last day of the data when there is none later.
pub(crate) fn as_of(query: &Query, context: &Context) -> Date {
    let shops = query.shops(context);
    let today = context.today(&shops);
    let own_rules = query.profile.is_none() && query.date.is_none();
    context.range(&shops, own_rules).map_or(today, |range| range.to.min(today))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m29_each_of_the_25_pairs_of_scores_has_exactly_one_segment() {
        // Written out from the definition; rows are recency 1 to 5, columns frequency 1 to 5.
        use Segment::{AtRisk, Champions, Lost, Loyal, New, Promising};
        let table = [
            [Lost, Lost, AtRisk, AtRisk, AtRisk],
            [Lost, Lost, AtRisk, AtRisk, AtRisk],
            [Promising, Promising, Loyal, Loyal, Loyal],
            [New, New, Loyal, Champions, Champions],
            [New, New, Loyal, Champions, Champions],
        ];
        for (recency, row) in (1..).zip(table) {
            for (frequency, segment) in (1..).zip(row) {
                assert_eq!(Segment::of(recency, frequency), segment, "{recency} {frequency}");
            }
        }
    }
}
