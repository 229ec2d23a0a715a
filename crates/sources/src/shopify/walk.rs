//! Where a sync is and what comes next: catalogue, the newest 90 days, checkouts, what is older (all of
//! it in one bulk operation where there is much), then changes, again and again.

use std::hash::{DefaultHasher, Hash, Hasher};

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::Shopify;
use super::bulk::{self, File, State};
use super::reader::{Brought, Which};
use crate::connector::{Page, Phase, Setting};
use crate::failure::{Failure, FailureKind};
use crate::words::{Text, say};

/// What the first import brings before anything else.
const RECENT: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Changes are asked again from before the newest one that was seen.
const OVERLAP: SignedDuration = SignedDuration::from_mins(10);

/// Where Shopify's clock is not known, changes are asked from this long before ours: it may be wrong.
const MARGIN: SignedDuration = SignedDuration::from_hours(24);

/// A bulk operation that takes longer is not waited for.
const PATIENCE: SignedDuration = SignedDuration::from_hours(6);

/// A single pull waits this long for it.
const A_WHILE: std::time::Duration = std::time::Duration::from_secs(2);

/// Orders of a bulk file on one page.
const BULK_PAGE: usize = 250;

/// Ids that are remembered, so that the overlap is not sent twice.
const REMEMBERED: usize = 400;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Cursor {
    /// When the import began: what changes after it is brought by the changes.
    began: Timestamp,
    read: u64,
    total: Option<u64>,
    /// Newest stamps seen.
    orders: Timestamp,
    products: Timestamp,
    checkouts: Timestamp,
    /// Orders of the overlap, their stamps and their content: two changes may share a second.
    seen: Vec<(String, Timestamp, u64)>,
    /// How small pages had to become.
    #[serde(default)]
    size: usize,
    step: Step,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Step {
    Products {
        after: Option<String>,
    },
    Recent {
        after: Option<String>,
    },
    Checkouts {
        after: Option<String>,
    },
    /// Page by page: the first page always, all of it where no bulk operation is to be had.
    Older {
        after: Option<String>,
        bulk: bool,
    },
    Bulk {
        id: String,
        since: Timestamp,
        after: String,
    },
    BulkFile {
        url: String,
        offset: u64,
        after: String,
    },
    Changes {
        after: Option<String>,
        newest: Timestamp,
    },
    ChangedProducts {
        after: Option<String>,
        newest: Timestamp,
    },
    ChangedCheckouts {
        after: Option<String>,
        newest: Timestamp,
    },
}

impl Cursor {
    fn read(text: &str, now: Timestamp) -> Self {
        serde_json::from_str(text).unwrap_or_else(|_| Self {
            began: now,
            read: 0,
            total: None,
            orders: now,
            products: now,
            checkouts: now,
            seen: Vec::new(),
            size: 0,
            step: Step::Products { after: None },
        })
    }

    fn boundary(&self) -> String {
        search(self.began.saturating_sub(RECENT).unwrap_or(self.began))
    }

    fn phase(&self) -> Phase {
        match self.step {
            Step::Products { .. } | Step::Recent { .. } | Step::Checkouts { .. } => Phase::Recent,
            Step::Older { .. } | Step::Bulk { .. } | Step::BulkFile { .. } => Phase::History,
            _ => Phase::Changes,
        }
    }

    fn changes(&self) -> Step {
        Step::Changes { after: None, newest: self.orders }
    }
}

/// An instant as Shopify's search reads it: whole seconds.
fn search(instant: Timestamp) -> String {
    Timestamp::from_second(instant.as_second()).unwrap_or(instant).to_string()
}

fn earlier(instant: Timestamp) -> String {
    search(instant.saturating_sub(OVERLAP).unwrap_or(instant))
}

pub(crate) fn pull(
    shopify: &mut Shopify,
    cursor: &str,
    setting: &Setting,
) -> Result<Page, Failure> {
    let mut at = Cursor::read(cursor, setting.now);
    let phase = at.phase();
    shopify.reader.size = shopify.reader.size.max(at.size);
    let mut more = true;
    let mut brought = match at.step.clone() {
        Step::Products { after } => {
            if after.is_none() {
                let (total, newest) = shopify.reader.begin();
                at.total = total;
                // Shopify's stamps are of its own clock; ours may be wrong.
                let before = setting.now.saturating_sub(MARGIN).unwrap_or(setting.now);
                let newest = newest.unwrap_or(before).min(setting.now);
                (at.orders, at.products, at.checkouts) = (newest, newest, newest);
            }
            let read = shopify.reader.products(None, after.as_deref(), setting);
            let brought = optional(read, &say("les produits", "products"))?;
            at.step = match brought.next.clone() {
                Some(after) => Step::Products { after: Some(after) },
                None => Step::Recent { after: None },
            };
            brought
        }
        Step::Recent { after } => {
            let filter = format!("created_at:>='{}'", at.boundary());
            let brought = shopify.reader.orders(newest_first(&filter, after.as_deref()))?;
            at.step = match brought.next.clone() {
                Some(after) => Step::Recent { after: Some(after) },
                None => Step::Checkouts { after: None },
            };
            brought
        }
        Step::Checkouts { after } => {
            let filter = format!("created_at:>='{}'", at.boundary());
            let read = shopify.reader.checkouts(&filter, after.as_deref(), setting);
            let brought = optional(read, &say("les paniers abandonnés", "abandoned checkouts"))?;
            at.step = match brought.next.clone() {
                Some(after) => Step::Checkouts { after: Some(after) },
                None => Step::Older { after: None, bulk: true },
            };
            brought
        }
        Step::Older { after, bulk } => older(shopify, &mut at, after.as_deref(), bulk, setting)?,
        Step::Bulk { id, since, after } => {
            std::thread::sleep(shopify.pace.longest_wait.min(A_WHILE));
            at.step = match bulk::state(&mut shopify.reader.door, &id)? {
                State::Running if setting.now.duration_since(since) < PATIENCE => {
                    Step::Bulk { id, since, after }
                }
                State::Done(Some(url)) => Step::BulkFile { url, offset: 0, after },
                State::Done(None) => at.changes(),
                State::Running | State::Lost => Step::Older { after: Some(after), bulk: false },
            };
            Brought::default()
        }
        Step::BulkFile { url, offset, after } => {
            match file(shopify, &url, offset) {
                Ok((brought, next)) => {
                    at.step = match next {
                        Some(offset) => Step::BulkFile { url, offset, after },
                        None => at.changes(),
                    };
                    brought
                }
                Err(failure) if failure.kind.passes() && failure.kind != FailureKind::NotTheApi => {
                    return Err(failure);
                }
                // The file is gone or is none: what it held is read in pages.
                Err(_) => {
                    shopify.file = None;
                    at.step = Step::Older { after: Some(after), bulk: false };
                    Brought::default()
                }
            }
        }
        Step::Changes { after, newest } => changes(shopify, &mut at, after.as_deref(), newest)?,
        Step::ChangedProducts { after, newest } => {
            let filter = format!("updated_at:>='{}'", earlier(at.products));
            let read = shopify.reader.products(Some(&filter), after.as_deref(), setting);
            let brought = optional(read, &say("les produits", "products"))?;
            let newest = brought.newest.map_or(newest, |seen| seen.max(newest));
            at.step = if let Some(after) = brought.next.clone() {
                Step::ChangedProducts { after: Some(after), newest }
            } else {
                at.products = newest;
                Step::ChangedCheckouts { after: None, newest: at.checkouts }
            };
            brought
        }
        Step::ChangedCheckouts { after, newest } => {
            let filter = format!("updated_at:>='{}'", earlier(at.checkouts));
            let read = shopify.reader.checkouts(&filter, after.as_deref(), setting);
            let brought = optional(read, &say("les paniers abandonnés", "abandoned checkouts"))?;
            let newest = brought.newest.map_or(newest, |seen| seen.max(newest));
            at.step = if let Some(after) = brought.next.clone() {
                Step::ChangedCheckouts { after: Some(after), newest }
            } else {
                at.checkouts = newest;
                more = false;
                at.changes()
            };
            brought
        }
    };
    if phase != Phase::Changes {
        at.read += brought.orders_seen.len() as u64;
    }
    brought.notes.dedup();
    at.size = shopify.reader.size;
    let progress = at.total.map(|total| (at.read.min(total), total));
    let cursor = serde_json::to_string(&at)
        .map_err(|error| Failure::protocol(&format!("a cursor that can’t be written: {error}")))?;
    Ok(Page {
        records: brought.records,
        refused: brought.refused,
        orders_seen: brought.orders_seen,
        cursor,
        more,
        phase,
        progress: progress.filter(|_| phase != Phase::Changes),
        notes: brought.notes,
    })
}

fn newest_first<'a>(filter: &'a str, after: Option<&'a str>) -> Which<'a> {
    Which { filter: Some(filter), sort: "CREATED_AT", reverse: true, after }
}

/// What is older than the newest 90 days. Little comes at once; much is left to a bulk operation.
fn older(
    shopify: &mut Shopify,
    at: &mut Cursor,
    after: Option<&str>,
    by_bulk: bool,
    setting: &Setting,
) -> Result<Brought, Failure> {
    if by_bulk && let Some(after) = after {
        at.step = match bulk::start(&mut shopify.reader.door, &at.boundary())? {
            Some(id) => Step::Bulk { id, since: setting.now, after: after.to_owned() },
            None => Step::Older { after: Some(after.to_owned()), bulk: false },
        };
        return Ok(Brought::default());
    }
    let filter = format!("created_at:<'{}'", at.boundary());
    let brought = shopify.reader.orders(newest_first(&filter, after))?;
    at.step = match brought.next.clone() {
        Some(after) => Step::Older { after: Some(after), bulk: by_bulk },
        None => at.changes(),
    };
    Ok(brought)
}

fn file(shopify: &mut Shopify, url: &str, offset: u64) -> Result<(Brought, Option<u64>), Failure> {
    let mut file = match shopify.file.take().filter(|file| file.is(url)) {
        Some(file) => file,
        None => File::new(url, shopify.pace, shopify.beside.as_deref())?,
    };
    let piece = file.read(offset, BULK_PAGE)?;
    shopify.file = Some(file);
    bulk::complete(&mut shopify.reader, piece)
}

fn changes(
    shopify: &mut Shopify,
    at: &mut Cursor,
    after: Option<&str>,
    newest: Timestamp,
) -> Result<Brought, Failure> {
    let filter = format!("updated_at:>='{}'", earlier(at.orders));
    let which = Which { filter: Some(&filter), sort: "UPDATED_AT", reverse: false, after };
    let mut brought = shopify.reader.orders(which)?;
    // An order that was sent with this very stamp and content is known.
    brought.records.retain(|record| {
        let comptoir_model::Record::Order(order) = record else { return true };
        let seen = (order.id.clone(), order.version.modified, content(order));
        if at.seen.contains(&seen) {
            return false;
        }
        at.seen.push(seen);
        true
    });
    let newest = brought.newest.map_or(newest, |seen| seen.max(newest));
    at.step = if let Some(after) = brought.next.clone() {
        Step::Changes { after: Some(after), newest }
    } else {
        at.orders = newest;
        let since = newest.saturating_sub(OVERLAP).unwrap_or(newest);
        at.seen.retain(|(_, stamp, _)| *stamp >= since);
        Step::ChangedProducts { after: None, newest: at.products }
    };
    let forgotten = at.seen.len().saturating_sub(REMEMBERED);
    at.seen.drain(..forgotten);
    Ok(brought)
}

/// Tells two readings of an order apart.
fn content(order: &comptoir_model::Order) -> u64 {
    let mut hasher = DefaultHasher::new();
    order.hash(&mut hasher);
    hasher.finish()
}

/// What is not needed for orders and refunds: when it is refused, that is noted.
pub(crate) fn optional(read: Result<Brought, Failure>, what: &Text) -> Result<Brought, Failure> {
    match read {
        Err(failure)
            if matches!(
                failure.kind,
                FailureKind::Forbidden | FailureKind::NotFound | FailureKind::Protocol
            ) =>
        {
            let note = say(
                format!("Shopify ne donne pas {} : {}", what.fr, failure.reason.fr),
                format!("Shopify does not give {}: {}", what.en, failure.reason.en),
            );
            Ok(Brought { notes: vec![note], ..Brought::default() })
        }
        other => other,
    }
}
