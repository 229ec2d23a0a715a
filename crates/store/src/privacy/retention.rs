//! How long persons are known: rules that take identities away once they have served, and never an
//! order. Each rule is off until somebody has seen what it would do.

use duckdb::Connection;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::settings::put;
use crate::store::Store;
use crate::value::Value;
use crate::writer;

/// The name of the setting that holds the rules.
const NAME: &str = "retention";

/// Persons that a preview names by their number.
const SHOWN: usize = 5;

/// What a visit's identifier begins with once it says nothing any more.
const ANONYMOUS: &str = "anonymous:";

/// Years without an order after which customers may be forgotten.
pub const YEARS: std::ops::RangeInclusive<i64> = 3..=10;

/// A rule: whom it forgets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// Visitors, 25 months after their visit.
    Visits,
    /// Contacts without an order and carts that became none, 3 years after the last sign of life.
    Prospects,
    /// Customers, some years after their last order.
    Customers,
}

impl Rule {
    pub const ALL: [Self; 3] = [Self::Visits, Self::Prospects, Self::Customers];

    pub fn id(self) -> &'static str {
        match self {
            Self::Visits => "visits",
            Self::Prospects => "prospects",
            Self::Customers => "customers",
        }
    }

    pub fn read(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.id() == text)
    }
}

/// What a rule would take away, as of a moment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preview {
    pub at: Timestamp,
    /// What happened before this is forgotten.
    pub before: Timestamp,
    /// Of the customers' rule.
    pub years: i64,
    pub persons: i64,
    pub visits: i64,
    pub carts: i64,
    /// The first numbers of persons.
    pub first: Vec<i64>,
}

/// A rule as the merchant set it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Ruled {
    pub on: bool,
    /// What was shown before it could be switched on.
    pub seen: Option<Preview>,
}

/// All rules.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Retention {
    pub visits: Ruled,
    pub prospects: Ruled,
    pub customers: Ruled,
    /// Years without an order, for the customers' rule.
    pub years: i64,
    /// When the rules last ran.
    pub ran: Option<Timestamp>,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            visits: Ruled::default(),
            prospects: Ruled::default(),
            customers: Ruled::default(),
            years: *YEARS.start(),
            ran: None,
        }
    }
}

impl Retention {
    pub fn rule(&self, rule: Rule) -> &Ruled {
        match rule {
            Rule::Visits => &self.visits,
            Rule::Prospects => &self.prospects,
            Rule::Customers => &self.customers,
        }
    }

    pub fn rule_mut(&mut self, rule: Rule) -> &mut Ruled {
        match rule {
            Rule::Visits => &mut self.visits,
            Rule::Prospects => &mut self.prospects,
            Rule::Customers => &mut self.customers,
        }
    }

    /// What happened before this is forgotten by a rule.
    pub fn before(&self, rule: Rule, now: Timestamp) -> Result<Timestamp, StoreError> {
        let span: Span = match rule {
            Rule::Visits => 25.months(),
            Rule::Prospects => 3.years(),
            Rule::Customers => self.years.years(),
        };
        let then = now.to_zoned(TimeZone::UTC).checked_sub(span);
        then.map(|then| then.timestamp()).map_err(|_| StoreError::Overflow)
    }
}

/// The rules in force.
pub fn read(snapshot: &Snapshot) -> Result<Retention, StoreError> {
    let rows = snapshot
        .query("SELECT value FROM settings WHERE shop_id = 0 AND name = ?", &[NAME.into()])?;
    let text = rows.rows.first().and_then(|cells| cells[0].text());
    // What another version wrote is no reason to forget anybody: the rules are then off.
    Ok(text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default())
}

/// Whom a rule would forget.
pub fn preview(
    snapshot: &Snapshot,
    retention: &Retention,
    rule: Rule,
    now: Timestamp,
) -> Result<Preview, StoreError> {
    let before = retention.before(rule, now)?;
    let mut preview = Preview {
        at: now,
        before,
        years: retention.years,
        persons: 0,
        visits: 0,
        carts: 0,
        first: Vec::new(),
    };
    let count = |sql: &str| -> Result<i64, StoreError> {
        let rows = snapshot.query(sql, &[before.into()])?;
        Ok(rows.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0))
    };
    match rule {
        Rule::Visits => preview.visits = count(&format!("SELECT count(*) FROM visits {VISITS}"))?,
        Rule::Prospects | Rule::Customers => {
            let persons = due(snapshot, retention, rule, now)?;
            preview.persons = i64::try_from(persons.len()).unwrap_or(i64::MAX);
            preview.first = persons.into_iter().take(SHOWN).collect();
            if rule == Rule::Prospects {
                preview.carts = count(&format!("SELECT count(*) FROM all_carts k {CARTS}"))?;
            }
        }
    }
    Ok(preview)
}

/// Visits that are old enough and still have an identifier of their own.
const VISITS: &str = "WHERE started < ? AND NOT starts_with(external_id, 'anonymous:')";

/// Carts that became no order, of nobody who ordered.
const CARTS: &str = "WHERE k.updated < ? AND k.state <> 'ordered'
    AND (k.customer_name IS NOT NULL OR NOT starts_with(k.email, 'erased:'))
    AND NOT EXISTS (SELECT 1 FROM all_orders o WHERE o.email_key = lower(trim(k.email)))";

/// Contacts without any order. Their last sign of life: the creation or last change of their record,
/// or of a cart of theirs.
const PROSPECTS: &str = "SELECT c.person_id FROM customers c
    WHERE c.person_id IS NOT NULL
    GROUP BY c.person_id
    HAVING max(greatest(coalesce(c.created, c.modified), c.modified)) < ?1
       AND bool_or(c.customer_name IS NOT NULL OR NOT starts_with(coalesce(c.email, c.phone, c.external_id), 'erased:'))
       AND NOT EXISTS (SELECT 1 FROM all_orders o WHERE o.person_id = c.person_id AND o.class <> 'deleted')
       AND NOT EXISTS (SELECT 1 FROM all_carts k JOIN customers a ON a.email_key = lower(trim(k.email))
                       WHERE a.person_id = c.person_id AND k.updated >= ?1)
    ORDER BY 1";

/// Customers whose last order is long past.
const CUSTOMERS: &str = "SELECT o.person_id FROM all_orders o
    WHERE o.person_id IS NOT NULL AND o.class <> 'deleted'
    GROUP BY o.person_id
    HAVING max(o.created) < ?1
       AND bool_or(o.customer_name IS NOT NULL
                   OR coalesce(NOT starts_with(coalesce(o.email, o.phone, o.customer_ref), 'erased:'), false))
    ORDER BY 1";

/// The persons that a rule would forget.
pub fn due(
    snapshot: &Snapshot,
    retention: &Retention,
    rule: Rule,
    now: Timestamp,
) -> Result<Vec<i64>, StoreError> {
    let sql = match rule {
        Rule::Visits => return Ok(Vec::new()),
        Rule::Prospects => PROSPECTS,
        Rule::Customers => CUSTOMERS,
    };
    let rows = snapshot.query(sql, &[retention.before(rule, now)?.into()])?;
    Ok(rows.rows.iter().filter_map(|cells| cells[0].int()).collect())
}

/// Visits before this were forgotten; `None`: none was.
pub(crate) fn forgotten_before(connection: &Connection) -> Result<Option<Timestamp>, StoreError> {
    let rules = within(connection)?;
    let ran = rules.ran.filter(|_| rules.visits.on);
    ran.map(|ran| rules.before(Rule::Visits, ran)).transpose()
}

/// The rules, as a writing transaction sees them.
fn within(connection: &Connection) -> Result<Retention, StoreError> {
    let rows = query(
        connection,
        "SELECT value FROM settings WHERE shop_id = 0 AND name = ?",
        &[NAME.into()],
    )?;
    let text = rows.rows.first().and_then(|cells| cells[0].text());
    Ok(text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default())
}

impl Store {
    /// Changes the rules. A rule that nobody has seen a preview of can't be switched on.
    pub fn change_retention(
        &self,
        change: impl FnOnce(&mut Retention) + Send + 'static,
    ) -> Result<Retention, StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let mut retention = within(connection)?;
                change(&mut retention);
                if !YEARS.contains(&retention.years) {
                    return Err(StoreError::Invalid("years: a whole number from 3 to 10".into()));
                }
                for rule in Rule::ALL {
                    let years = retention.years;
                    let ruled = retention.rule_mut(rule);
                    // What was seen with other years is not what would happen now.
                    if rule == Rule::Customers {
                        ruled.seen = ruled.seen.take().filter(|seen| seen.years == years);
                    }
                    ruled.on &= ruled.seen.is_some();
                }
                let text = serde_json::to_string(&retention)
                    .map_err(|error| StoreError::Invalid(error.to_string()))?;
                put(connection, 0, NAME, Some(&text))?;
                Ok(retention)
            })
        })
    }

    /// Gives visits before a moment an identifier that says nothing; every count stays. How many.
    pub fn forget_visits(&self, before: Timestamp, now: Timestamp) -> Result<i64, StoreError> {
        self.forget(
            before,
            now,
            format!("UPDATE visits SET external_id = '{ANONYMOUS}' || nextval('row_ids') {VISITS}"),
        )
    }

    /// Takes the names from carts before a moment that became no order. How many.
    pub fn forget_carts(&self, before: Timestamp, now: Timestamp) -> Result<i64, StoreError> {
        self.forget(
            before,
            now,
            format!("UPDATE all_carts k SET email = NULL, customer_name = NULL {CARTS}"),
        )
    }

    fn forget(&self, before: Timestamp, now: Timestamp, sql: String) -> Result<i64, StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let changed = connection.execute(&sql, [Value::from(before)])?;
                if changed > 0 {
                    connection
                        .execute_batch("UPDATE generations SET behaviour = behaviour + 1")?;
                    connection.execute(
                        "INSERT INTO compaction SELECT ? WHERE NOT EXISTS (SELECT 1 FROM compaction)",
                        [Value::from(now)],
                    )?;
                }
                i64::try_from(changed).map_err(|_| StoreError::Overflow)
            })
        })
    }
}
