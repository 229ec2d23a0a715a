//! Reading a shop page by page: the catalogue, orders from the newest to the oldest, then changes.
//!
//! Orders are asked for from a stamp on, page 1 each time: what is trashed or bought meanwhile moves
//! nothing out of sight. Pages are counted only within one second that has more orders than a page.

use comptoir_model::Record;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::value::RawValue;

use super::catalogue::{self, Catalogue};
use super::cursor::{Cursor, Stage, Walk};
use super::refund::Detail;
use super::walk::{By, Next, PER_PAGE, Seen, goes_on, more_pages, newest, onward};
use super::way::{Reply, Way};
use super::{customer, order, unreadable};
use crate::connector::{Page, Phase, Setting};
use crate::failure::{Failure, FailureKind};
use crate::wire::{Object, Refused};
use crate::words::Text;

/// [`PER_PAGE`], as it is asked.
const PER_PAGE_TEXT: &str = "100";

/// Products with variations are read in smaller pages: each costs a request of its own.
const VARIABLE_PER_PAGE: usize = 20;

/// A connected shop.
pub(super) struct Shop {
    pub(super) way: Way,
    pub(super) catalogue: Catalogue,
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
        let mut page = Page::empty(Phase::Changes);
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
        let stamp = row.and_then(|row| changed(&row, setting));
        // An order of the future tells nothing: reading everything twice is better than nothing once.
        Ok(newest(stamp.as_slice(), setting))
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
            newest: newest(&seen.stamps, setting).filter(|_| by == By::Change),
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
                let stamp = changed(&row, setting);
                cursor.products = cursor.products.max(newest(stamp.as_slice(), setting));
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

    #[test]
    fn stamps_are_written_without_an_offset() {
        let at = Timestamp::from_second(1_700_000_000).expect("an instant");
        assert_eq!(written(at), "2023-11-14T22:13:20");
    }
}
