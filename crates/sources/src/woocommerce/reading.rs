//! Reading a shop page by page: the catalogue, orders from the newest to the oldest, then changes.
//!
//! Orders are asked for from a stamp on, page 1 each time: what is trashed or bought meanwhile moves
//! nothing out of sight. Pages are counted only within one second that has more orders than a page.

use comptoir_model::Record;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::value::RawValue;

use super::catalogue::{self, Catalogue};
use super::cursor::{Cursor, Stage, Walk};
use super::refund::Detail;
use super::way::{Reply, Way};
use super::{customer, order, unreadable};
use crate::connector::{Page, Phase, Setting};
use crate::failure::{Failure, FailureKind};
use crate::wire::{Object, Refused};
use crate::words::Text;

/// The most that the API gives at once.
const PER_PAGE: usize = 100;
const PER_PAGE_TEXT: &str = "100";

/// Products with variations are read in smaller pages: each costs a request of its own.
const VARIABLE_PER_PAGE: usize = 20;

/// A second whose list shrank while its pages were read is read again, this often.
const MOST_AGAIN: u8 = 3;

/// A connected shop.
pub(super) struct Shop {
    pub(super) way: Way,
    pub(super) catalogue: Catalogue,
}

/// What a page of a list held, for deciding where to go on.
struct Seen {
    /// The list goes on after it.
    full: bool,
    total: Option<u64>,
    /// Stamps in the order of the list, those that could be read.
    stamps: Vec<Timestamp>,
}

/// Which list of orders, and by which stamp.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    Creation,
    Change,
}

impl Shop {
    pub(super) fn page(&mut self, cursor: &str, setting: &Setting) -> Result<Page, Failure> {
        let mut cursor = match Cursor::parse(cursor) {
            Some(cursor) => cursor,
            None => Cursor::beginning(setting.now, self.newest_change(setting)?),
        };
        if cursor.stage == Stage::Rest {
            self.catalogue.forget();
            cursor.stage = Stage::Changes(Walk::from(cursor.since()));
        }
        let mut page = Page {
            records: Vec::new(),
            refused: Vec::new(),
            orders_seen: Vec::new(),
            cursor: String::new(),
            more: true,
            phase: Phase::Changes,
            progress: None,
            notes: Vec::new(),
        };
        match cursor.stage.clone() {
            Stage::Products { page: at } => {
                page.phase = Phase::Recent;
                let full = self.products(&[], at, false, &mut cursor, &mut page, setting)?;
                cursor.stage = if full {
                    Stage::Products { page: at + 1 }
                } else {
                    Stage::Orders(Walk::from(None))
                };
            }
            Stage::Orders(walk) => {
                let next = self.orders("any", By::Creation, &walk, &mut page, setting)?;
                if cursor.all.is_none() {
                    cursor.all = walk.total.or(next.total);
                }
                let here = walk.from.unwrap_or(Timestamp::MAX);
                page.phase = if here >= cursor.floor { Phase::Recent } else { Phase::History };
                cursor.read += page.orders_seen.len() as u64;
                cursor.stage = match next.walk {
                    Some(walk) => Stage::Orders(walk),
                    None => Stage::Trash(Walk::from(None)),
                };
            }
            Stage::Trash(walk) => {
                page.phase = Phase::History;
                let next = self.trash(By::Creation, &walk, &mut page, setting)?;
                cursor.stage = match next.walk {
                    Some(walk) => Stage::Trash(walk),
                    None => Stage::Variations { page: 1 },
                };
            }
            Stage::Variations { page: at } => {
                page.phase = Phase::History;
                let only = [("type", "variable")];
                let full = self.products(&only, at, true, &mut cursor, &mut page, setting)?;
                cursor.stage = if full {
                    Stage::Variations { page: at + 1 }
                } else {
                    Stage::Customers { page: 1 }
                };
            }
            Stage::Customers { page: at } => {
                page.phase = Phase::History;
                let full = self.customers(at, &mut page, setting)?;
                cursor.stage = if full {
                    Stage::Customers { page: at + 1 }
                } else {
                    Stage::Changes(Walk::from(cursor.since()))
                };
            }
            Stage::Rest | Stage::Changes(_) | Stage::ChangesInTrash(_) => {
                self.changes(&mut cursor, &mut page, setting)?;
            }
            Stage::ProductChanges { page: at } => {
                let since = cursor.products_since().map(written);
                let mut only = vec![("dates_are_gmt", "true")];
                only.extend(since.as_deref().map(|since| ("modified_after", since)));
                let full = self.products(&only, at, true, &mut cursor, &mut page, setting)?;
                if full {
                    cursor.stage = Stage::ProductChanges { page: at + 1 };
                } else {
                    cursor.round_is_over();
                }
            }
        }
        page.more = cursor.stage != Stage::Rest;
        let first = page.phase != Phase::Changes;
        page.progress = cursor.all.filter(|_| first).map(|all| (cursor.read.min(all), all));
        page.cursor = cursor.write();
        Ok(page)
    }

    fn changes(
        &mut self,
        cursor: &mut Cursor,
        page: &mut Page,
        setting: &Setting,
    ) -> Result<(), Failure> {
        let next = match cursor.stage.clone() {
            Stage::ChangesInTrash(walk) => {
                let next = self.trash(By::Change, &walk, page, setting)?;
                (
                    next.newest,
                    next.walk.map_or(Stage::ProductChanges { page: 1 }, Stage::ChangesInTrash),
                )
            }
            Stage::Changes(walk) => {
                let next = self.orders("any", By::Change, &walk, page, setting)?;
                let trash = || Stage::ChangesInTrash(Walk::from(cursor.since()));
                (next.newest, next.walk.map_or_else(trash, Stage::Changes))
            }
            other => (None, other),
        };
        cursor.newest = cursor.newest.max(next.0);
        cursor.stage = next.1;
        Ok(())
    }

    /// The stamp of the newest change, by the shop's own clock: changes are read from there on, once
    /// the first import is through. Reading too much is harmless, so any order's stamp will do.
    fn newest_change(&mut self, setting: &Setting) -> Result<Option<Timestamp>, Failure> {
        let asked = [
            ("per_page", "1"),
            ("orderby", "modified"),
            ("order", "desc"),
            ("_fields", "id,date_created,date_created_gmt,date_modified,date_modified_gmt"),
        ];
        let reply = match self.way.get("wc/v3/orders", &asked) {
            Ok(reply) => reply,
            // A version that can't sort by change: everything is read twice, and nothing is lost.
            Err(failure) if failure.kind == FailureKind::Protocol => return Ok(None),
            Err(failure) => return Err(failure),
        };
        let rows = reply.rows()?;
        let row = rows.first().and_then(|raw| Object::read(raw, "").ok());
        Ok(row.and_then(|row| changed(&row, setting)))
    }

    /// The trash is not part of `any`; a shop that refuses to list it is read without.
    fn trash(
        &mut self,
        by: By,
        walk: &Walk,
        page: &mut Page,
        setting: &Setting,
    ) -> Result<Next, Failure> {
        match self.orders("trash", by, walk, page, setting) {
            Err(failure) if !failure.kind.passes() && failure.kind != FailureKind::Unauthorized => {
                page.notes.push(unreadable("commandes à la corbeille", "trashed orders", &failure));
                Ok(Next { walk: None, newest: None, total: None })
            }
            outcome => outcome,
        }
    }

    fn orders(
        &mut self,
        status: &str,
        by: By,
        walk: &Walk,
        page: &mut Page,
        setting: &Setting,
    ) -> Result<Next, Failure> {
        let number = walk.page.to_string();
        let from = walk.from.map(written);
        let mut asked = vec![
            ("status", status),
            ("per_page", PER_PAGE_TEXT),
            ("page", number.as_str()),
            ("dates_are_gmt", "true"),
            ("_fields", order::FIELDS),
        ];
        match by {
            By::Creation => asked.extend([("orderby", "date"), ("order", "desc")]),
            By::Change => asked.extend([("orderby", "modified"), ("order", "asc")]),
        }
        let bound = if by == By::Creation { "before" } else { "modified_after" };
        asked.extend(from.as_deref().map(|from| (bound, from)));
        let mut reply = self.way.get("wc/v3/orders", &asked);
        if by == By::Change
            && reply.as_ref().is_err_and(|failure| failure.kind == FailureKind::Protocol)
        {
            // A version that can't sort by change: pages are counted, for want of better.
            asked.retain(|(name, _)| !matches!(*name, "orderby" | "order"));
            reply = self.way.get("wc/v3/orders", &asked);
        }
        let reply = reply?;
        let rows = reply.rows()?;
        let stamps = self.take_orders(&rows, by, page, setting)?;
        let seen =
            Seen { full: goes_on(walk.page, rows.len(), reply.total), total: reply.total, stamps };
        Ok(Next {
            newest: seen.stamps.iter().max().copied().filter(|_| by == By::Change),
            total: seen.total,
            walk: onward(walk, by, &seen),
        })
    }

    /// Turns rows into records; returns their stamps.
    pub(super) fn take_orders(
        &mut self,
        rows: &[&RawValue],
        by_change: By,
        page: &mut Page,
        setting: &Setting,
    ) -> Result<Vec<Timestamp>, Failure> {
        let mut told = Vec::new();
        for raw in rows {
            match Object::read(raw, "") {
                Ok(row) => told.push(row),
                Err(wrong) => page.refused.push(Refused::new("order", "", wrong, raw.get())),
            }
        }
        self.catalogue.learn(&mut self.way, &told, setting, &mut page.notes)?;
        let mut stamps = Vec::new();
        for row in &told {
            let id = row.reference("id").unwrap_or_default();
            if !id.is_empty() {
                page.orders_seen.push(id.clone());
            }
            let stamp = match by_change {
                By::Creation => order::instant(row, "date_created", setting).ok().flatten(),
                By::Change => changed(row, setting),
            };
            stamps.extend(stamp);
            let reply = self.refunds(row, &id, &mut page.notes)?;
            let details = reply.as_ref().map(details).unwrap_or_default();
            match order::order(row, &details, &self.catalogue, setting) {
                Ok(order) => {
                    let cart = order::cart(row, &order);
                    page.records.push(Record::Order(Box::new(order)));
                    page.records.extend(cart.map(|cart| Record::Cart(Box::new(cart))));
                }
                Err(wrong) => {
                    let value = row.text(&wrong.0).unwrap_or_default();
                    page.refused.push(Refused::new("order", &id, wrong, &value));
                }
            }
        }
        Ok(stamps)
    }

    /// The details of an order's refunds; nothing when it has none or they can't be read.
    fn refunds(
        &mut self,
        row: &Object<'_>,
        id: &str,
        notes: &mut Vec<Text>,
    ) -> Result<Option<Reply>, Failure> {
        if id.is_empty() || row.list("refunds").is_ok_and(|refunds| refunds.is_empty()) {
            return Ok(None);
        }
        let asked = [("per_page", PER_PAGE_TEXT)];
        match self.way.spare(&format!("wc/v3/orders/{id}/refunds"), &asked)? {
            Ok(reply) => Ok(Some(reply)),
            Err(failure) => {
                let note = unreadable("détails des remboursements", "details of refunds", &failure);
                if !notes.contains(&note) {
                    notes.push(note);
                }
                Ok(None)
            }
        }
    }

    /// One page of products; whether there may be more.
    fn products(
        &mut self,
        only: &[(&str, &str)],
        at: u32,
        deep: bool,
        cursor: &mut Cursor,
        page: &mut Page,
        setting: &Setting,
    ) -> Result<bool, Failure> {
        let size = if deep { VARIABLE_PER_PAGE } else { PER_PAGE };
        let (number, per_page) = (at.to_string(), size.to_string());
        let mut asked = vec![
            ("per_page", per_page.as_str()),
            ("page", number.as_str()),
            ("orderby", "id"),
            ("order", "asc"),
            ("_fields", catalogue::fields()),
        ];
        asked.extend_from_slice(only);
        let outcome = self.way.spare("wc/v3/products", &asked).and_then(|reply| {
            let reply = match reply {
                Ok(reply) => reply,
                Err(failure) => return Ok(Err(failure)),
            };
            let Ok(rows) = reply.rows() else {
                return Ok(Err(Failure::protocol("a list was expected")));
            };
            for row in rows.iter().filter_map(|raw| Object::read(raw, "").ok()) {
                cursor.products = cursor.products.max(changed(&row, setting));
            }
            let taken = self.catalogue.products(&mut self.way, &rows, deep, setting)?;
            Ok(Ok((more_pages(at, size, rows.len(), reply.total), taken)))
        });
        match settled(outcome)? {
            Ok((full, (records, refused))) => {
                page.records.extend(records);
                page.refused.extend(refused);
                Ok(full)
            }
            Err(failure) => {
                page.notes.push(unreadable("catalogue", "catalogue", &failure));
                Ok(false)
            }
        }
    }

    /// One page of customer accounts; whether there may be more.
    fn customers(&mut self, at: u32, page: &mut Page, setting: &Setting) -> Result<bool, Failure> {
        let number = at.to_string();
        let asked = [
            ("role", "all"),
            ("per_page", PER_PAGE_TEXT),
            ("page", number.as_str()),
            ("orderby", "id"),
            ("order", "asc"),
            ("_fields", customer::FIELDS),
        ];
        let outcome = settled(self.way.spare("wc/v3/customers", &asked))?;
        match outcome.as_ref().map_err(Clone::clone).and_then(Reply::rows) {
            Ok(rows) => {
                take_customers(&rows, page, setting);
                let total = outcome.as_ref().ok().and_then(|reply| reply.total);
                Ok(more_pages(at, PER_PAGE, rows.len(), total))
            }
            Err(failure) => {
                page.notes.push(unreadable("clients", "customers", &failure));
                Ok(false)
            }
        }
    }
}

/// Where a list goes on.
struct Next {
    walk: Option<Walk>,
    newest: Option<Timestamp>,
    total: Option<u64>,
}

/// Whether a list of orders goes on. A shop leaves out orders that it can't load itself (of an
/// extension that is gone): a page may then be short and not the last.
fn goes_on(page: u32, rows: usize, total: Option<u64>) -> bool {
    let total = total.unwrap_or(0);
    let short = page == 1 && total > rows as u64;
    rows > 0 && (rows >= PER_PAGE || short || total > u64::from(page) * PER_PAGE as u64)
}

/// Whether there is a page after this one: by the number of all where it is told.
fn more_pages(page: u32, size: usize, rows: usize, total: Option<u64>) -> bool {
    match total {
        Some(total) => rows > 0 && total > u64::from(page) * size as u64,
        None => rows >= size,
    }
}

/// The next question of a list. The stamp moves on as far as the page shows the list in its order;
/// within one second, or in a list in no order, pages are counted.
fn onward(walk: &Walk, by: By, seen: &Seen) -> Option<Walk> {
    let total = walk.total.or(seen.total);
    let shrank = matches!((walk.total, seen.total), (Some(before), Some(now)) if now < before);
    if walk.page > 1 && shrank && walk.again < MOST_AGAIN {
        return Some(Walk { page: 1, total: None, again: walk.again + 1, ..walk.clone() });
    }
    if !seen.full {
        return None;
    }
    let sorted = match by {
        By::Creation => seen.stamps.is_sorted_by(|earlier, later| earlier >= later),
        By::Change => seen.stamps.is_sorted(),
    };
    let second = SignedDuration::from_secs(1);
    // One second back, so that what shares the last one's second comes again.
    let next = match by {
        By::Creation => seen.stamps.last().and_then(|last| last.checked_add(second).ok()),
        By::Change => seen.stamps.last().and_then(|last| last.checked_sub(second).ok()),
    };
    let moves = match (walk.from, next, by) {
        (_, None, _) => false,
        (None, Some(_), _) => true,
        (Some(from), Some(next), By::Creation) => next < from,
        (Some(from), Some(next), By::Change) => next > from,
    };
    if sorted && moves {
        return Some(Walk::from(next));
    }
    Some(Walk { page: walk.page + 1, total, ..walk.clone() })
}

/// The details by the refunds' ids.
fn details(reply: &Reply) -> Vec<Detail<'_>> {
    let rows = reply.rows().unwrap_or_default();
    let rows = rows.into_iter().filter_map(|raw| Object::read(raw, "refunds").ok());
    rows.filter_map(|row| Some(Detail { id: row.reference("id")?, row })).collect()
}

pub(super) fn take_customers(rows: &[&RawValue], page: &mut Page, setting: &Setting) {
    for raw in rows {
        let told = Object::read(raw, "");
        let id = told.as_ref().ok().and_then(|row| row.reference("id")).unwrap_or_default();
        match told.and_then(|row| customer::customer(&row, setting)) {
            Ok(Some(customer)) => page.records.push(Record::Customer(Box::new(customer))),
            Ok(None) => {}
            Err(wrong) => page.refused.push(Refused::new("customer", &id, wrong, "")),
        }
    }
}

/// A list that orders do not need must not hold them up: where the shop's server fails on it, it is
/// done without. What is slow or out of reach is waited for.
fn settled<T>(outcome: Result<Result<T, Failure>, Failure>) -> Result<Result<T, Failure>, Failure> {
    match outcome {
        Err(failure) if failure.kind == FailureKind::Server => Ok(Err(failure)),
        other => other,
    }
}

/// The stamp of the last change.
pub(super) fn changed(row: &Object<'_>, setting: &Setting) -> Option<Timestamp> {
    let modified = order::instant(row, "date_modified", setting).ok().flatten();
    modified.or_else(|| order::instant(row, "date_created", setting).ok().flatten())
}

/// A stamp as the API wants it: UTC without an offset, beside `dates_are_gmt=true`. An offset would
/// be converted a second time, and rows silently lost.
fn written(stamp: Timestamp) -> String {
    TimeZone::UTC.to_datetime(stamp).strftime("%Y-%m-%dT%H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_700_000_000 + second).expect("an instant")
    }

    fn seen(stamps: &[i64], total: u64) -> Seen {
        Seen { full: true, total: Some(total), stamps: stamps.iter().map(|s| at(*s)).collect() }
    }

    #[test]
    fn stamps_are_written_without_an_offset() {
        assert_eq!(written(at(0)), "2023-11-14T22:13:20");
    }

    #[test]
    fn a_short_page_is_the_last_one_only_if_nothing_is_missing() {
        assert!(goes_on(1, 100, None) && !goes_on(1, 99, None));
        assert!(goes_on(1, 99, Some(250)), "the shop could not load one of them");
        assert!(goes_on(1, 10, Some(50)), "a shop that gives fewer at once");
        assert!(!goes_on(1, 50, Some(50)) && !goes_on(3, 50, Some(250)) && !goes_on(2, 0, Some(1)));
        assert!(more_pages(1, 20, 20, Some(40)) && !more_pages(2, 20, 20, Some(40)));
        assert!(more_pages(1, 20, 20, None) && !more_pages(1, 20, 19, None));
    }

    #[test]
    fn the_stamp_moves_on_to_the_last_second_of_the_page() {
        let start = Walk::from(None);
        let next = onward(&start, By::Creation, &seen(&[9, 7, 5], 10)).expect("more");
        assert_eq!((next.from, next.page), (Some(at(6)), 1));
        let next =
            onward(&Walk::from(Some(at(0))), By::Change, &seen(&[3, 5, 9], 10)).expect("more");
        assert_eq!((next.from, next.page), (Some(at(8)), 1));
    }

    #[test]
    fn within_one_second_and_out_of_order_pages_are_counted() {
        let walk = Walk::from(Some(at(6)));
        let next = onward(&walk, By::Creation, &seen(&[5, 5, 5], 10)).expect("more");
        assert_eq!((next.from, next.page, next.total), (Some(at(6)), 2, Some(10)));
        let walk = Walk::from(Some(at(4)));
        assert_eq!(onward(&walk, By::Change, &seen(&[9, 5, 7], 10)).expect("more").page, 2);
    }

    #[test]
    fn a_second_that_shrank_is_read_again_and_not_for_ever() {
        let mut walk = Walk { page: 2, total: Some(10), ..Walk::from(Some(at(4))) };
        let next = onward(&walk, By::Change, &seen(&[5, 5], 9)).expect("again");
        assert_eq!((next.page, next.again, next.total), (1, 1, None));
        walk.again = MOST_AGAIN;
        let last = Seen { full: false, ..seen(&[5], 8) };
        assert!(onward(&walk, By::Change, &last).is_none());
    }
}
