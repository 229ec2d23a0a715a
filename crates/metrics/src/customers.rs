//! The list of customers: who they are, what they have bought up to a day, how they score, and when
//! each may order again.
//!
//! A customer is a person, listed once for all the shops of the question. Contacts and accounts
//! without a counted order are listed too, as leads.

pub(crate) mod buyers;
mod details;
mod person;
mod rhythm;

use comptoir_model::Currency;
use comptoir_model::money::divide_half_even;
use comptoir_store::{Snapshot, Value};
use jiff::civil::Date;

use self::buyers::{BOUNDS, FREQUENCY, MONETARY, RECENCY, shops};
use crate::context::Context;
pub use crate::groups::Group;
use crate::query::Query;
use crate::rfm::Segment;
use crate::run::MetricsError;
use crate::scope::Scope;
use crate::statement::Bindings;

pub use details::Known;
pub use person::{Event, Happened, Person, Product, person};
pub use rhythm::{Expected, Rhythm};

/// What the list is sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sort {
    #[default]
    Revenue,
    /// Then by how long one has been a customer.
    Orders,
    Average,
    First,
    Last,
    Gap,
}

impl Sort {
    pub const ALL: [Self; 6] =
        [Self::Revenue, Self::Orders, Self::Average, Self::First, Self::Last, Self::Gap];

    /// The word in addresses.
    pub fn id(self) -> &'static str {
        match self {
            Self::Revenue => "revenue",
            Self::Orders => "orders",
            Self::Average => "average",
            Self::First => "first",
            Self::Last => "last",
            Self::Gap => "gap",
        }
    }

    fn order(self, ascending: bool) -> String {
        let (down, up) = if ascending { ("ASC", "DESC") } else { ("DESC", "ASC") };
        let key = match self {
            Self::Revenue => "revenue",
            Self::Orders => "orders",
            Self::Average => "CASE WHEN orders > 0 THEN revenue // orders END",
            Self::First => "first_day",
            Self::Last => "last_day",
            Self::Gap => {
                "CASE WHEN orders > 1 THEN (last_day - first_day) * 1000 // (orders - 1) END"
            }
        };
        format!("{key} {down} NULLS LAST, first_day {up} NULLS LAST, person_id {up}")
    }
}

/// Which customers, and in which order.
#[derive(Debug, Clone, Default)]
pub struct Wanted {
    /// Words in the name, the e-mail or the phone number.
    pub search: Option<String>,
    pub group: Option<Group>,
    pub segment: Option<Segment>,
    /// One of them only.
    pub person: Option<i64>,
    pub sort: Sort,
    pub ascending: bool,
    pub offset: usize,
    pub limit: usize,
}

/// The customers found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct List {
    /// The day up to which everything is counted.
    pub as_of: Date,
    pub currency: Currency,
    /// Orders from which a customer is loyal.
    pub threshold: i64,
    pub count: i64,
    /// How many would be found in each group, the segment staying.
    pub groups: Vec<(Group, i64)>,
    /// How many would be found in each segment, the group staying.
    pub segments: Vec<(Segment, i64)>,
    pub rows: Vec<Customer>,
    /// How the shop's customers come back, when a row needed to know.
    pub rhythm: Option<Rhythm>,
}

/// One customer. Texts come from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Customer {
    pub person: i64,
    pub known: Known,
    /// Counted orders.
    pub orders: i64,
    pub first: Option<Date>,
    pub last: Option<Date>,
    /// To date, refunds deducted; minor units.
    pub revenue: i64,
    /// Recency, frequency, monetary value; `None` without an order.
    pub scores: Option<[i64; 3]>,
    pub group: Group,
    pub expected: Option<Expected>,
}

impl Customer {
    pub fn segment(&self) -> Option<Segment> {
        self.scores.map(|[recency, frequency, _]| Segment::of(recency, frequency))
    }

    /// Revenue per order, half to even; `None` without an order.
    pub fn average(&self) -> Option<i64> {
        let revenue = i128::from(self.revenue);
        (self.orders > 0)
            .then(|| i64::try_from(divide_half_even(revenue, self.orders.into())).ok())
            .flatten()
    }

    /// Days between the first and the last order, and the gaps they make; `None` with a single order.
    pub fn gaps(&self) -> Option<(i64, i64)> {
        let days = crate::calendar::days_between(self.first?, self.last?) - 1;
        (self.orders > 1).then_some((days, self.orders - 1))
    }
}

/// Reads the list, as of the last day of the query's period.
pub fn list(
    snapshot: &Snapshot,
    query: &Query,
    wanted: &Wanted,
    context: &Context,
) -> Result<List, MetricsError> {
    let scope = Scope::of(query, context);
    let as_of = query.days(context).to;
    let threshold = context.loyalty_threshold(&scope.shops);
    let mut bindings = Bindings::default();
    let with = relation(&scope, as_of, wanted, context, &mut bindings);
    let limit = bindings.bind(i64::try_from(wanted.limit).unwrap_or(i64::MAX));
    let offset = bindings.bind(i64::try_from(wanted.offset).unwrap_or(i64::MAX));
    let bound = bindings.bind(threshold);
    let mut conditions = vec!["true".to_owned()];
    conditions.extend(wanted.group.map(|group| group.condition(&bound)));
    let order = wanted.sort.order(wanted.ascending);
    // Scores are worked out for the rows of the page alone, unless they decide which rows these are.
    let (from, scores) = match wanted.segment {
        Some(segment) => {
            conditions.push(scores_of(segment));
            (
                format!("(SELECT found.*, {RECENCY}, {FREQUENCY} FROM found, bounds)"),
                "recency, frequency",
            )
        }
        None => ("found".to_owned(), ""),
    };
    let scores =
        if scores.is_empty() { format!("{RECENCY}, {FREQUENCY}") } else { scores.to_owned() };
    let statement = bindings.into_statement(format!(
        "WITH {with},
page AS (
    SELECT * FROM {from} WHERE {} ORDER BY {order} LIMIT {limit} OFFSET {offset}
)
SELECT 0 AS part, 0 AS place, count(*) AS subject, recency, frequency, NULL AS monetary, orders,
       NULL AS first_day, NULL AS last_day, NULL AS revenue
FROM (
    SELECT {RECENCY}, {FREQUENCY},
           CASE WHEN orders <= 1 THEN orders WHEN orders < {bound} THEN 2 ELSE 3 END AS orders
    FROM found, bounds
)
GROUP BY recency, frequency, orders
UNION ALL
SELECT 1, row_number() OVER (ORDER BY {order}), person_id, {scores}, {MONETARY}, orders,
       first_day, last_day, revenue
FROM page, bounds
ORDER BY part, place",
        conditions.join(" AND ")
    ));
    let found = snapshot.query(&statement.sql, &statement.values)?;
    let mut list = List {
        as_of,
        currency: scope.currency,
        threshold,
        count: 0,
        groups: Group::ALL.map(|group| (group, 0)).to_vec(),
        segments: Segment::ALL.map(|segment| (segment, 0)).to_vec(),
        rows: Vec::new(),
        rhythm: None,
    };
    for cells in &found.rows {
        if cells[0].int() == Some(0) {
            list.count_in(cells, wanted);
        } else {
            list.rows.extend(customer(cells, threshold));
        }
    }
    details::complete(snapshot, &scope, &mut list.rows)?;
    list.rhythm = rhythm::complete(snapshot, &scope, as_of, &mut list.rows)?;
    Ok(list)
}

impl List {
    /// Adds customers who share scores and group to the counts.
    fn count_in(&mut self, cells: &[Value], wanted: &Wanted) {
        let many = cells[2].int().unwrap_or(0);
        let group = match cells[6].int() {
            Some(0) | None => Group::Leads,
            Some(1) => Group::OneTime,
            Some(2) => Group::Repeat,
            Some(_) => Group::Loyal,
        };
        let scores = cells[3].int().zip(cells[4].int());
        let segment = scores.map(|(recency, frequency)| Segment::of(recency, frequency));
        let in_group = wanted.group.is_none_or(|wanted| wanted == group);
        let in_segment = wanted.segment.is_none_or(|wanted| segment == Some(wanted));
        if in_segment && let Some((_, count)) = self.groups.iter_mut().find(|one| one.0 == group) {
            *count += many;
        }
        if in_group
            && let Some((_, count)) = self.segments.iter_mut().find(|one| Some(one.0) == segment)
        {
            *count += many;
        }
        if in_group && in_segment {
            self.count += many;
        }
    }
}

fn customer(cells: &[Value], threshold: i64) -> Option<Customer> {
    let orders = cells[6].int()?;
    let scores = cells[3].int().zip(cells[4].int()).zip(cells[5].int());
    Some(Customer {
        person: cells[2].int()?,
        known: Known::default(),
        orders,
        first: cells[7].date(),
        last: cells[8].date(),
        revenue: cells[9].int().unwrap_or(0),
        scores: scores.map(|((recency, frequency), monetary)| [recency, frequency, monetary]),
        group: Group::of(orders, threshold),
        expected: None,
    })
}

/// The pairs of scores that make a segment.
fn scores_of(segment: Segment) -> String {
    let pairs: Vec<String> = (1..=5)
        .flat_map(|recency| (1..=5).map(move |frequency| (recency, frequency)))
        .filter(|(recency, frequency)| Segment::of(*recency, *frequency) == segment)
        .map(|(recency, frequency)| (recency * 10 + frequency).to_string())
        .collect();
    format!("recency * 10 + frequency IN ({})", pairs.join(", "))
}

/// Common table expressions that end in `found`: buyers and leads; `bounds` is among them.
fn relation(
    scope: &Scope<'_>,
    as_of: Date,
    wanted: &Wanted,
    context: &Context,
    bindings: &mut Bindings,
) -> String {
    let mut with = buyers::buyers(scope, as_of, bindings);
    with.push(BOUNDS.to_owned());
    let shops = shops(scope, bindings);
    let ends = as_of.saturating_add(jiff::Span::new().days(1)).to_zoned(context.zone());
    let ends = bindings.bind(Value::Instant(ends.map_or(context.now, |at| at.timestamp())));
    with.push(format!(
        "people AS (
    SELECT person_id, orders, first_day, last_day, net_sales, revenue FROM buyers
    UNION ALL
    SELECT DISTINCT c.person_id, 0, NULL::DATE, NULL::DATE, 0, 0
    FROM customers c
    WHERE c.shop_id IN ({shops}) AND NOT c.deleted AND c.person_id IS NOT NULL
      AND (c.created IS NULL OR c.created < {ends})
      AND NOT EXISTS (SELECT 1 FROM buyers b WHERE b.person_id = c.person_id)
)"
    ));
    let mut conditions = vec!["true".to_owned()];
    if let Some(person) = wanted.person {
        conditions.push(format!("person_id = {}", bindings.bind(person)));
    }
    if let Some(search) = wanted.search.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        conditions.push(search_condition(search, &shops, bindings));
    }
    with.push(format!("found AS (SELECT * FROM people WHERE {})", conditions.join(" AND ")));
    with.join(",\n")
}

/// The words as they are, whatever their case and accents; digits also within a phone number.
fn search_condition(search: &str, shops: &str, bindings: &mut Bindings) -> String {
    let plain = bindings.bind(search.to_lowercase());
    let digits: String = search.chars().filter(char::is_ascii_digit).collect();
    let is_phone = digits.len() >= 4
        && search.chars().all(|one| one.is_ascii_digit() || "+ .-/()\u{a0}\u{202f}".contains(one));
    let mut any = vec![
        format!("contains(lower(email), {plain})"),
        format!("contains(strip_accents(lower(customer_name)), strip_accents({plain}))"),
    ];
    if is_phone {
        // A number written at home begins with 0 where abroad it begins with a country.
        let digits = digits.trim_start_matches('0').to_owned();
        any.push(format!(
            "(contains(phone_key, {}) AND NOT starts_with(phone_key, 'erased:'))",
            bindings.bind(digits)
        ));
    }
    let any = any.join(" OR ");
    format!(
        "person_id IN (
        SELECT person_id FROM orders WHERE shop_id IN ({shops}) AND person_id IS NOT NULL AND ({any})
        UNION
        SELECT person_id FROM customers WHERE shop_id IN ({shops}) AND person_id IS NOT NULL AND NOT deleted AND ({any}))"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m29b_groups_have_the_boundaries_of_the_setting() {
        let groups: Vec<&str> = (0..=6).map(|orders| Group::of(orders, 5).id()).collect();
        assert_eq!(groups, ["leads", "one_time", "repeat", "repeat", "repeat", "loyal", "loyal"]);
        assert_eq!(Group::of(1, 2), Group::OneTime);
        assert_eq!(Group::of(2, 2), Group::Loyal);
    }
}
