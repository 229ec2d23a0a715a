//! Orders, by the page and by their ids.

use std::collections::BTreeMap;

use comptoir_model::{Class, Order, Record, Version};
use jiff::Timestamp;
use serde_json::json;

use super::{Brought, Reader, SIZES, list, required, unreadable};
use crate::connector::Setting;
use crate::failure::{Failure, FailureKind};
use crate::shopify::amount::{self, nodes};
use crate::shopify::{document, order};
use crate::wire::{Object, Refused, Wrong};
use crate::words::say;

/// Which page of a list.
#[derive(Clone, Copy)]
pub(crate) struct Which<'a> {
    pub filter: Option<&'a str>,
    pub sort: &'static str,
    pub reverse: bool,
    pub after: Option<&'a str>,
}

impl Reader {
    /// How many orders there are, and the newest stamp among them; no failure, for nothing depends on it.
    pub(crate) fn begin(&mut self) -> (Option<u64>, Option<Timestamp>) {
        let Ok(told) = self.door.ask(document::BEGIN, &json!({})) else { return (None, None) };
        let Ok(data) = Object::parse(&told.data) else { return (None, None) };
        let count = data.object("ordersCount").ok().flatten();
        let count = count.and_then(|count| count.text("count")?.parse().ok());
        let newest = nodes(&data, "orders").unwrap_or_default();
        let newest = newest.first().and_then(|order| order.text("updatedAt")?.parse().ok());
        (count, newest)
    }

    pub(crate) fn orders(&mut self, which: Which<'_>) -> Result<Brought, Failure> {
        let (told, notes) = self.told(document::ORDERS, &|(first, lines), people, costs| {
            json!({
                "first": first, "after": which.after, "query": which.filter, "sort": which.sort,
                "reverse": which.reverse, "lines": lines, "people": people, "costs": costs,
            })
        })?;
        let data = Object::parse(&told.data).map_err(unreadable)?;
        let page = required(&data, "orders", &told)?;
        let next = amount::next(&data, "orders").map_err(unreadable)?;
        let mut brought = Brought { notes, next, ..Brought::default() };
        for told in list(&page, "nodes")? {
            self.order(&told, &mut brought)?;
        }
        Ok(brought)
    }

    /// Reads some orders again; those that are gone are not in what comes back.
    pub(crate) fn orders_by_id(&mut self, ids: &[String]) -> Result<Brought, Failure> {
        let mut brought = Brought::default();
        let mut rest = ids;
        while !rest.is_empty() {
            let size = SIZES.get(self.size).map_or(1, |(records, _)| *records).min(rest.len());
            let (some, others) = rest.split_at(size);
            let told = match self.by_id(document::ORDERS_BY_ID, "Order", some) {
                Err(failure) if failure.kind == FailureKind::Protocol => {
                    self.one_by_one(some, &mut brought)?;
                    rest = others;
                    continue;
                }
                told => told?,
            };
            // The page may become smaller meanwhile.
            let Some((told, notes)) = told else { continue };
            brought.notes.extend(notes);
            let data = Object::parse(&told.data).map_err(unreadable)?;
            for told in list(&data, "nodes")? {
                self.order(&told, &mut brought)?;
            }
            rest = others;
        }
        Ok(brought)
    }

    /// For a server that answers for one order at a time only.
    fn one_by_one(&mut self, ids: &[String], brought: &mut Brought) -> Result<(), Failure> {
        for id in ids {
            let gid = format!("gid://shopify/Order/{id}");
            let (told, notes) =
                self.told(document::ORDER_BY_ID, &|(_, lines), people, costs| {
                    json!({"id": gid, "lines": lines, "people": people, "costs": costs})
                })?;
            brought.notes.extend(notes);
            let data = Object::parse(&told.data).map_err(unreadable)?;
            if let Some(told) = data.object("order").map_err(unreadable)? {
                self.order(&told, brought)?;
            }
        }
        Ok(())
    }

    fn order(&mut self, told: &Object<'_>, brought: &mut Brought) -> Result<(), Failure> {
        // A node that is no order answers without any field.
        if told.names().next().is_none() {
            return Ok(());
        }
        let id = order::id(told).unwrap_or_default();
        let outcome = match self.whole_order(told)? {
            Ok(read) => {
                brought.newest = brought.newest.max(Some(read.order.version.modified));
                brought.refused.extend(read.refused);
                brought.records.push(Record::Order(Box::new(read.order)));
                None
            }
            Err(wrong) => Some(wrong),
        };
        if let Some(wrong) = outcome {
            brought.refused.push(Refused::new("order", &id, wrong, ""));
        }
        if !id.is_empty() {
            brought.orders_seen.push(id);
        }
        Ok(())
    }

    /// An order with all its lines and all lines of its refunds.
    fn whole_order(&mut self, told: &Object<'_>) -> Result<Result<order::Read, Wrong>, Failure> {
        let Some(gid) = told.text("id") else {
            return Ok(told.identifier("id").and_then(|_| unreachable_id(told)));
        };
        let more = self.rest(document::MORE_LINES, &gid, told, "order", "lineItems")?;
        let mut more_refunds = Vec::new();
        for refund in told.objects("refunds").unwrap_or_default() {
            let Some(number) = refund.text("legacyResourceId") else { continue };
            let gid = format!("gid://shopify/Refund/{number}");
            let more =
                self.rest(document::MORE_REFUND_LINES, &gid, &refund, "refund", "refundLineItems")?;
            if !more.is_empty() {
                more_refunds.push((number, more));
            }
        }
        Ok(assemble(told, &more, &more_refunds))
    }
}

/// The order that is gone, for those who know it.
pub(crate) fn tombstone(id: &str, last_seen: Timestamp, setting: &Setting) -> Record {
    let mut order = Order::new(id, Version::stamped(last_seen), setting.currency, last_seen);
    order.class = Class::Deleted;
    "DELETED".clone_into(&mut order.status);
    Record::Order(Box::new(order))
}

fn assemble(
    told: &Object<'_>,
    more: &[String],
    more_refunds: &[(String, Vec<String>)],
) -> Result<order::Read, Wrong> {
    let mut lines = nodes(told, "lineItems")?;
    for page in more {
        lines.extend(nodes(&Object::parse(page)?, "lineItems")?);
    }
    let mut refund_lines = BTreeMap::new();
    for (number, pages) in more_refunds {
        let mut lines = Vec::new();
        for page in pages {
            lines.extend(nodes(&Object::parse(page)?, "refundLineItems")?);
        }
        refund_lines.insert(number.clone(), lines);
    }
    order::read(told, &order::Parts { lines, refund_lines })
}

/// A record without its identifier: the error that says so.
fn unreachable_id<T>(told: &Object<'_>) -> Result<T, Wrong> {
    told.wrong(
        "id",
        say("l’enregistrement n’a pas d’identifiant", "the record has no identifier"),
        say("corrigez-le sur la plateforme", "correct it on the platform"),
    )
}
