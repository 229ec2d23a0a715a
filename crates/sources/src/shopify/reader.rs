//! Pages of records: asked with as much as one query may cost and as the key may read, and completed
//! where a record is longer than its place on the page.

use std::collections::{BTreeMap, BTreeSet};

use comptoir_model::{Class, Order, Product, Record, Version};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::amount::{self, nodes};
use super::catalogue::{self, Prices};
use super::door::{Denied, Door, Refusal, Told};
use super::{checkout, document, order};
use crate::connector::Setting;
use crate::failure::Failure;
use crate::wire::{Object, Refused, Wrong};
use crate::words::{Text, say};

/// Records a page, and lines in each; smaller ones follow when a query costs too much.
const SIZES: [(usize, usize); 6] = [(25, 20), (10, 20), (5, 20), (3, 10), (1, 10), (1, 3)];

/// Pages of one record's lines, at most: a bound, not a limit anyone meets.
const MAX_PAGES: usize = 200;

/// What a page brought.
#[derive(Default)]
pub(crate) struct Brought {
    pub records: Vec<Record>,
    pub refused: Vec<Refused>,
    pub orders_seen: Vec<String>,
    pub notes: Vec<Text>,
    /// Where the next page begins.
    pub next: Option<String>,
    /// Newest modification stamp on the page.
    pub newest: Option<Timestamp>,
}

/// Which page of a list.
#[derive(Clone, Copy)]
pub(crate) struct Which<'a> {
    pub filter: Option<&'a str>,
    pub sort: &'static str,
    pub reverse: bool,
    pub after: Option<&'a str>,
}

pub(crate) struct Reader {
    pub door: Door,
    size: usize,
    /// Whether the key may read who ordered, and what products cost.
    people: bool,
    costs: bool,
}

impl Reader {
    pub(crate) fn new(door: Door) -> Self {
        Self { door, size: 0, people: true, costs: true }
    }

    /// Sends a query, smaller or with less in it until it is answered.
    fn told(
        &mut self,
        document: &'static str,
        variables: &dyn Fn((usize, usize), bool, bool) -> Value,
    ) -> Result<(Told, Vec<Text>), Failure> {
        let mut notes = Vec::new();
        loop {
            let size = SIZES.get(self.size).copied().unwrap_or((1, 3));
            match self.door.ask(document, &variables(size, self.people, self.costs)) {
                Ok(told) => {
                    notes.extend(told.denied.iter().map(note));
                    notes.dedup();
                    return Ok((told, notes));
                }
                Err(Refusal::TooCostly) if self.size + 1 < SIZES.len() => self.size += 1,
                Err(Refusal::Denied(denied)) if self.without(&denied) => notes.push(note(&denied)),
                Err(other) => return Err(other.into_failure()),
            }
        }
    }

    /// Goes on without what the key may not read, where orders can be read without it.
    fn without(&mut self, denied: &Denied) -> bool {
        let about = |words: &[&str]| {
            words.iter().any(|word| denied.path.contains(word) || denied.message.contains(word))
        };
        if self.costs && about(&["unitCost", "inventoryItem", "read_inventory", "variant"]) {
            self.costs = false;
            return true;
        }
        if self.people && about(&["customer", "email", "phone", "Customer"]) {
            self.people = false;
            return true;
        }
        false
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
            // The page may become smaller meanwhile.
            let Some((told, notes)) = self.by_id(document::ORDERS_BY_ID, "Order", some)? else {
                continue;
            };
            brought.notes.extend(notes);
            let data = Object::parse(&told.data).map_err(unreadable)?;
            for told in list(&data, "nodes")? {
                self.order(&told, &mut brought)?;
            }
            rest = others;
        }
        Ok(brought)
    }

    /// `None` when so many at once cost too much.
    fn by_id(
        &mut self,
        document: &'static str,
        kind: &str,
        ids: &[String],
    ) -> Result<Option<(Told, Vec<Text>)>, Failure> {
        let before = self.size;
        let ids: Vec<String> = ids.iter().map(|id| format!("gid://shopify/{kind}/{id}")).collect();
        let told = self.told(document, &|(records, lines), people, costs| {
            let ids = &ids[..ids.len().min(records)];
            let mut variables = json!({"ids": ids, "costs": costs});
            if kind == "Order" {
                variables["lines"] = json!(lines);
                variables["people"] = json!(people);
            } else {
                variables["variants"] = json!(lines);
            }
            variables
        })?;
        let fewer = SIZES.get(self.size).is_some_and(|(records, _)| *records < ids.len());
        Ok((self.size == before || !fewer).then_some(told))
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

    /// The pages of a record's connection after the first.
    fn rest(
        &mut self,
        document: &'static str,
        gid: &str,
        told: &Object<'_>,
        root: &str,
        name: &str,
    ) -> Result<Vec<String>, Failure> {
        let mut pages = Vec::new();
        // What is wrong with it is said when the record is read.
        let Ok(mut next) = amount::next(told, name) else { return Ok(pages) };
        while let Some(after) = next.take() {
            if pages.len() >= MAX_PAGES {
                return Err(Failure::protocol(&format!("{name} without end")));
            }
            let (told, _) = self.told(document, &|(_, lines), _, costs| {
                let mut variables = json!({"id": gid, "first": lines * 5, "after": after});
                if document.contains("$costs") {
                    variables["costs"] = json!(costs);
                }
                variables
            })?;
            let data = Object::parse(&told.data).map_err(unreadable)?;
            let record = required(&data, root, &told)?;
            next = amount::next(&record, name).map_err(unreadable)?;
            next = next.filter(|next| *next != after);
            let connection = record.raw(name).map(|raw| format!("{{\"{name}\":{}}}", raw.get()));
            pages.extend(connection);
        }
        Ok(pages)
    }

    pub(crate) fn products(
        &mut self,
        filter: Option<&str>,
        after: Option<&str>,
        setting: &Setting,
    ) -> Result<Brought, Failure> {
        let (told, notes) = self.told(document::PRODUCTS, &|(first, variants), _, costs| {
            json!({
                "first": first, "after": after, "query": filter, "variants": variants, "costs": costs,
            })
        })?;
        let data = Object::parse(&told.data).map_err(unreadable)?;
        let page = required(&data, "products", &told)?;
        let next = amount::next(&data, "products").map_err(unreadable)?;
        let mut brought = Brought { notes, next, ..Brought::default() };
        let prices = Prices::read(&data, setting.currency);
        for told in list(&page, "nodes")? {
            self.product(&told, prices, &mut brought)?;
        }
        Ok(brought)
    }

    pub(crate) fn products_by_id(
        &mut self,
        ids: &[String],
        setting: &Setting,
    ) -> Result<(Brought, BTreeSet<String>), Failure> {
        let (mut brought, mut found) = (Brought::default(), BTreeSet::new());
        let mut rest = ids;
        while !rest.is_empty() {
            let size = SIZES.get(self.size).map_or(1, |(records, _)| *records).min(rest.len());
            let (some, others) = rest.split_at(size);
            let Some((told, notes)) = self.by_id(document::PRODUCTS_BY_ID, "Product", some)? else {
                continue;
            };
            brought.notes.extend(notes);
            let data = Object::parse(&told.data).map_err(unreadable)?;
            let prices = Prices::read(&data, setting.currency);
            for told in list(&data, "nodes")? {
                found.extend(amount::legacy(&told));
                self.product(&told, prices, &mut brought)?;
            }
            rest = others;
        }
        Ok((brought, found))
    }

    fn product(
        &mut self,
        told: &Object<'_>,
        prices: Prices,
        brought: &mut Brought,
    ) -> Result<(), Failure> {
        let Some(gid) = told.text("id") else { return Ok(()) };
        let more = self.rest(document::MORE_VARIANTS, &gid, told, "product", "variants")?;
        let read = || -> Result<Vec<Product>, Wrong> {
            let mut variants = Vec::new();
            for page in &more {
                variants.extend(nodes(&Object::parse(page)?, "variants")?);
            }
            catalogue::read(told, &variants, prices)
        };
        match read() {
            Ok(products) => {
                let newest = products.iter().map(|product| product.version.modified).max();
                brought.newest = brought.newest.max(newest);
                brought.records.extend(products.into_iter().map(|p| Record::Product(Box::new(p))));
            }
            Err(wrong) => brought.refused.push(catalogue::refused(told, wrong)),
        }
        Ok(())
    }

    pub(crate) fn checkouts(
        &mut self,
        filter: &str,
        after: Option<&str>,
        setting: &Setting,
    ) -> Result<Brought, Failure> {
        let (told, notes) = self.told(document::CHECKOUTS, &|(first, _), people, _| {
            json!({"first": first, "after": after, "query": filter, "people": people})
        })?;
        let data = Object::parse(&told.data).map_err(unreadable)?;
        let page = required(&data, "abandonedCheckouts", &told)?;
        let next = amount::next(&data, "abandonedCheckouts").map_err(unreadable)?;
        let mut brought = Brought { notes, next, ..Brought::default() };
        for told in list(&page, "nodes")? {
            match checkout::read(&told, setting.currency) {
                Ok(cart) => {
                    brought.newest = brought.newest.max(Some(cart.updated));
                    brought.records.push(Record::Cart(Box::new(cart)));
                }
                Err(wrong) => {
                    let id = told.text("id").unwrap_or_default();
                    brought.refused.push(Refused::new("cart", amount::number(&id), wrong, ""));
                }
            }
        }
        Ok(brought)
    }

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

/// The root of an answer; without it, why.
fn required<'a>(data: &Object<'a>, name: &str, told: &Told) -> Result<Object<'a>, Failure> {
    match data.object(name).map_err(unreadable)? {
        Some(root) => Ok(root),
        None => Err(match told.denied.first() {
            Some(denied) => denied.failure(),
            None => Failure::protocol(&format!("no {name} in the answer")),
        }),
    }
}

/// The records of a list; what is null is gone.
fn list<'a>(of: &Object<'a>, name: &str) -> Result<Vec<Object<'a>>, Failure> {
    if of.raw(name).is_none() && of.raw("edges").is_some() {
        let edges = of.objects("edges").map_err(unreadable)?;
        let nodes = edges.iter().map(|edge| edge.object("node"));
        return Ok(nodes
            .collect::<Result<Vec<_>, _>>()
            .map_err(unreadable)?
            .into_iter()
            .flatten()
            .collect());
    }
    let raw = of.list(name).map_err(unreadable)?;
    let records = raw.into_iter().filter(|raw| raw.get().starts_with('{'));
    records.map(|raw| Object::read(raw, "")).collect::<Result<_, _>>().map_err(unreadable)
}

pub(crate) fn unreadable((field, fault): Wrong) -> Failure {
    let (reason, _) = fault.into_parts();
    Failure::protocol(&format!("{field}: {reason}"))
}

/// What a right that is missing costs.
fn note(denied: &Denied) -> Text {
    let field = denied.path.rsplit('.').next().unwrap_or_default();
    let field = if field.is_empty() { "?" } else { field };
    match denied.scope() {
        Some(scope) => say(
            format!("Shopify ne donne pas `{field}` : il manque le droit `{scope}`"),
            format!("Shopify does not give `{field}`: the scope `{scope}` is missing"),
        ),
        None => say(
            format!("Shopify ne donne pas `{field}` à cette application"),
            format!("Shopify does not give `{field}` to this app"),
        ),
    }
}
