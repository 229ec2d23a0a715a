//! What the doors that imitate a vendor's API must remember: the ids they handed out, and what a
//! plugin asks for again. The records themselves are kept where all records are.

use comptoir_model::{Cart, CartLine, CartState, Currency, Identity, Origin, Version};
use duckdb::Connection;
use jiff::Timestamp;

use crate::engine::{Snapshot, query};
use crate::error::StoreError;
use crate::privacy::{self, Hasher};
use crate::store::Store;
use crate::value::{Rows, Value};
use crate::writer;

/// Something that was given an id.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Held {
    /// The id that was handed out; 0 before it was.
    pub number: i64,
    /// The sender's own id.
    pub key: Option<String>,
    /// The cart it came from.
    pub checkout: Option<String>,
    /// In lower case.
    pub email: Option<String>,
    /// The members that are answered again, as JSON.
    pub detail: String,
}

/// How a held record is looked for.
#[derive(Debug, Clone, Copy)]
pub enum By<'a> {
    All,
    Number(i64),
    Key(&'a str),
    Checkout(&'a str),
    Email(&'a str),
}

/// Records of one kind that match, the oldest first.
pub fn held(
    snapshot: &Snapshot,
    shop_id: i64,
    kind: &str,
    by: By<'_>,
) -> Result<Vec<Held>, StoreError> {
    look(&|sql, values| snapshot.query(sql, values), shop_id, kind, by)
}

/// The table of held records of one shop, inside a transaction.
pub struct Ledger<'c> {
    connection: &'c Connection,
    shop_id: i64,
    /// Where somebody was erased: their records are held without their names.
    hasher: Option<Hasher>,
}

impl Ledger<'_> {
    pub fn held(&self, kind: &str, by: By<'_>) -> Result<Vec<Held>, StoreError> {
        let ask = |sql: &str, values: &[Value]| query(self.connection, sql, values);
        let found = look(&ask, self.shop_id, kind, by)?;
        match (by, &self.hasher) {
            (By::Email(email), Some(hasher)) if found.is_empty() => {
                look(&ask, self.shop_id, kind, By::Email(&hasher.email(&email.to_lowercase())))
            }
            (By::Key(key), Some(hasher)) if found.is_empty() => {
                look(&ask, self.shop_id, kind, By::Key(&privacy::key_kept(hasher, kind, key)))
            }
            _ => Ok(found),
        }
    }

    /// The record as it may be held: without the names of somebody who was erased.
    fn kept(&self, kind: &str, record: &Held) -> Result<Held, StoreError> {
        let mut kept = record.clone();
        let Some(hasher) = &self.hasher else { return Ok(kept) };
        let known = match (&record.email, record.number) {
            (Some(email), _) => Some(hasher.email(email.trim())),
            // What leaves the address out is still theirs.
            (None, number) if number != 0 => {
                self.held(kind, By::Number(number))?.pop().and_then(|held| held.email)
            }
            (None, _) => None,
        };
        let Some(hash) = known else { return Ok(kept) };
        let erased = query(
            self.connection,
            "SELECT count(*) FROM erasures WHERE kind = 'email' AND hash = ?",
            &[hash.as_str().into()],
        )?;
        if erased.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0) > 0 {
            kept.detail = privacy::nameless(kind, &record.detail);
            kept.key = record.key.as_deref().map(|key| privacy::key_kept(hasher, kind, key));
            kept.email = Some(hash);
        }
        Ok(kept)
    }

    /// Keeps a record, under a new number if it has none yet; returns its number.
    pub fn put(&self, kind: &str, record: &Held) -> Result<i64, StoreError> {
        let record = &self.kept(kind, record)?;
        let number = if record.number == 0 {
            let rows = query(self.connection, "SELECT nextval('door_numbers')", &[])?;
            rows.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0)
        } else {
            self.remove(kind, record.number)?;
            record.number
        };
        self.connection.execute(
            "INSERT INTO door_records VALUES (?, ?, ?, ?, ?, ?, ?)",
            duckdb::params![
                self.shop_id,
                kind,
                number,
                record.key,
                record.checkout,
                record.email,
                record.detail
            ],
        )?;
        Ok(number)
    }

    /// Forgets a record; `false` when there was none.
    pub fn remove(&self, kind: &str, number: i64) -> Result<bool, StoreError> {
        let removed = self.connection.execute(
            "DELETE FROM door_records WHERE shop_id = ? AND kind = ? AND number = ?",
            duckdb::params![self.shop_id, kind, number],
        )?;
        Ok(removed > 0)
    }
}

impl Store {
    /// Changes what is held of a shop, in one transaction.
    pub fn change_held<T: Send + 'static>(
        &self,
        shop_id: i64,
        work: impl FnOnce(&Ledger<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, StoreError> {
        let book = self.book();
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                let erased = privacy::any_erased(connection)?;
                let hasher = erased.then(|| Hasher::new(connection, &book)).transpose()?;
                work(&Ledger { connection, shop_id, hasher })
            })
        })
    }
}

fn look(
    ask: &dyn Fn(&str, &[Value]) -> Result<Rows, StoreError>,
    shop_id: i64,
    kind: &str,
    by: By<'_>,
) -> Result<Vec<Held>, StoreError> {
    let mut values = vec![Value::from(shop_id), kind.into()];
    let condition = match by {
        By::All => "",
        By::Number(number) => {
            values.push(number.into());
            "AND number = ?"
        }
        By::Key(key) => {
            values.push(key.into());
            "AND key = ?"
        }
        By::Checkout(checkout) => {
            values.push(checkout.into());
            "AND checkout = ?"
        }
        By::Email(email) => {
            values.push(email.to_lowercase().into());
            "AND email = ?"
        }
    };
    let sql = format!(
        "SELECT number, key, checkout, email, detail FROM door_records
         WHERE shop_id = ? AND kind = ? {condition} ORDER BY number"
    );
    let text = |cell: &Value| cell.text().map(str::to_owned);
    let read = |cells: &Vec<Value>| Held {
        number: cells[0].int().unwrap_or(0),
        key: text(&cells[1]),
        checkout: text(&cells[2]),
        email: text(&cells[3]),
        detail: text(&cells[4]).unwrap_or_default(),
    };
    Ok(ask(&sql, &values)?.rows.iter().map(read).collect())
}

/// A cart as it is stored: what is in it, in words, is one line.
pub fn cart(
    snapshot: &Snapshot,
    shop_id: i64,
    source: &str,
    id: &str,
) -> Result<Option<Cart>, StoreError> {
    let rows = snapshot.query(
        "SELECT c.modified, c.state, c.created, c.updated, c.currency, c.total, c.email, c.customer_name, c.items, c.order_ref
         FROM all_carts c JOIN sources s USING (source_id)
         WHERE c.shop_id = ? AND s.name = ? AND c.external_id = ?",
        &[shop_id.into(), source.into(), id.into()],
    )?;
    let Some(cells) = rows.rows.first() else { return Ok(None) };
    let instant = |at: usize| cells[at].instant().unwrap_or_default();
    let text = |at: usize| cells[at].text().map(str::to_owned);
    let currency: Currency = text(4)
        .unwrap_or_default()
        .parse()
        .map_err(|error| StoreError::Invalid(format!("cart {id}: {error}")))?;
    let items = text(8).filter(|items| !items.is_empty());
    Ok(Some(Cart {
        id: id.to_owned(),
        version: Version { origin: Origin::Stamped, modified: instant(0) },
        state: match cells[1].text() {
            Some("ordered") => CartState::Ordered,
            Some("deleted") => CartState::Deleted,
            _ => CartState::Open,
        },
        created: instant(2),
        updated: instant(3),
        currency,
        customer: Identity { email: text(6), first_name: text(7), ..Identity::default() },
        total: cells[5].int().unwrap_or(0),
        lines: items
            .into_iter()
            .map(|name| CartLine { product: None, name, quantity: 1 })
            .collect(),
        order: text(9),
    }))
}

/// An order that came through a door, as the vendor's API lists it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    pub id: String,
    pub status: String,
    pub created: Timestamp,
    pub modified: Timestamp,
    pub currency: String,
    /// Tax included, minor units.
    pub total: i64,
    pub email: Option<String>,
    pub coupons: Option<String>,
    pub payment_method: Option<String>,
    pub city: Option<String>,
    pub country: Option<String>,
    pub postcode: Option<String>,
    pub region: Option<String>,
    /// Code, variant, units.
    pub lines: Vec<(Option<String>, Option<String>, i64)>,
}

/// Which orders of a source are listed.
#[derive(Debug, Clone, Copy)]
pub struct Listing {
    pub limit: i64,
    pub offset: i64,
    pub modified_since: Option<Timestamp>,
    pub created_since: Option<Timestamp>,
    pub oldest_first: bool,
}

/// Orders of one source of a shop, and how many there are in all.
pub fn orders(
    snapshot: &Snapshot,
    shop_id: i64,
    source: &str,
    listing: Listing,
) -> Result<(i64, Vec<Listed>), StoreError> {
    let mut values: Vec<Value> = vec![shop_id.into(), source.into()];
    let mut condition = String::from(
        "FROM all_orders o JOIN sources s USING (source_id) WHERE o.shop_id = ? AND s.name = ? AND o.class <> 'deleted'",
    );
    if let Some(since) = listing.modified_since {
        condition.push_str(" AND o.modified >= ?");
        values.push(since.into());
    }
    if let Some(since) = listing.created_since {
        condition.push_str(" AND o.created >= ?");
        values.push(since.into());
    }
    let counted = snapshot.query(&format!("SELECT count(*) {condition}"), &values)?;
    let count = counted.rows.first().and_then(|cells| cells[0].int()).unwrap_or(0);
    let direction = if listing.oldest_first { "ASC" } else { "DESC" };
    values.extend([Value::from(listing.limit), Value::from(listing.offset)]);
    let found = snapshot.query(
        &format!(
            "SELECT o.order_id, o.external_id, o.status, o.created, o.modified, o.currency, o.total, o.email, o.coupon,
                    o.payment_method, o.billing_city, o.billing_country, o.billing_postcode, o.billing_region
             {condition} ORDER BY o.created {direction}, o.external_id {direction} LIMIT ? OFFSET ?"
        ),
        &values,
    )?;
    let mut listed = Vec::with_capacity(found.rows.len());
    for cells in &found.rows {
        let text = |at: usize| cells[at].text().map(str::to_owned);
        let lines = snapshot.query(
            "SELECT p.code, l.variant, l.quantity FROM lines l LEFT JOIN products p USING (product_id)
             WHERE l.order_id = ? ORDER BY l.line_no",
            &[cells[0].clone()],
        )?;
        listed.push(Listed {
            id: text(1).unwrap_or_default(),
            status: text(2).unwrap_or_default(),
            created: cells[3].instant().unwrap_or_default(),
            modified: cells[4].instant().unwrap_or_default(),
            currency: text(5).unwrap_or_default(),
            total: cells[6].int().unwrap_or(0),
            email: text(7),
            coupons: text(8),
            payment_method: text(9),
            city: text(10),
            country: text(11),
            postcode: text(12),
            region: text(13),
            lines: lines
                .rows
                .iter()
                .map(|cells| {
                    let text = |at: usize| cells[at].text().map(str::to_owned);
                    (text(0), text(1), cells[2].int().unwrap_or(0))
                })
                .collect(),
        });
    }
    Ok((count, listed))
}

/// The total of an order, tax included; `None` when the source has not told of it.
pub fn order_total(
    snapshot: &Snapshot,
    shop_id: i64,
    source: &str,
    id: &str,
) -> Result<Option<i64>, StoreError> {
    let rows = snapshot.query(
        "SELECT o.total FROM all_orders o JOIN sources s USING (source_id)
         WHERE o.shop_id = ? AND s.name = ? AND o.external_id = ?",
        &[shop_id.into(), source.into(), id.into()],
    )?;
    Ok(rows.rows.first().and_then(|cells| cells[0].int()))
}

/// A visit that may go on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ongoing {
    pub id: String,
    pub started: Timestamp,
    pub pages: i64,
}

/// The latest visit whose id begins so.
pub fn visit(
    snapshot: &Snapshot,
    shop_id: i64,
    source: &str,
    beginning: &str,
) -> Result<Option<Ongoing>, StoreError> {
    let rows = snapshot.query(
        "SELECT v.external_id, v.started, v.pages FROM visits v JOIN sources s USING (source_id)
         WHERE v.shop_id = ? AND s.name = ? AND starts_with(v.external_id, ?) ORDER BY v.started DESC LIMIT 1",
        &[shop_id.into(), source.into(), beginning.into()],
    )?;
    Ok(rows.rows.first().map(|cells| Ongoing {
        id: cells[0].text().unwrap_or_default().to_owned(),
        started: cells[1].instant().unwrap_or_default(),
        pages: cells[2].int().unwrap_or(0),
    }))
}
