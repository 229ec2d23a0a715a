//! Pages of records: asked with as much as one query may cost and as the key may read, and completed
//! where a record is longer than its place on the page.

mod orders;
mod products;

use comptoir_model::Record;
use jiff::Timestamp;
use serde_json::{Value, json};

pub(crate) use self::orders::{Which, tombstone};
use super::amount;
use super::door::{Denied, Door, Refusal, Told};
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

pub(crate) struct Reader {
    pub door: Door,
    /// Which of the sizes is asked.
    pub size: usize,
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
                // What is denied may take with it all that was asked.
                Ok(told) if emptied(&told.data) && self.without_any(&told.denied) => {
                    notes.extend(told.denied.iter().map(note));
                }
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

    fn without_any(&mut self, denied: &[Denied]) -> bool {
        denied.iter().any(|denied| self.without(denied))
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
}

/// Whether something that was asked is not there at all.
fn emptied(data: &str) -> bool {
    Object::parse(data).is_ok_and(|data| data.names().any(|name| data.raw(name).is_none()))
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
