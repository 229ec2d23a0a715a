//! The bulk operation: Shopify itself walks the whole history and leaves a file of lines, each a JSON
//! object; a line with `__parentId` belongs to an order before it. The file stands on another host,
//! which gets none of our headers, and is read piece by piece.

use std::collections::BTreeMap;

use comptoir_model::Record;
use serde_json::json;
use url::Url;

use super::door::{Door, Refusal};
use super::order::{self, Parts};
use super::reader::{Brought, Reader, unreadable};
use super::{amount, document};
use crate::failure::Failure;
use crate::http::{self, Ask, Http, Pace};
use crate::wire::{Object, Refused};

/// Bytes asked at once.
const PIECE: usize = 2 * 1024 * 1024;

/// The largest piece: beyond it one order would be larger than what is believable.
const LARGEST: usize = 32 * 1024 * 1024;

/// How an operation stands.
pub(crate) enum State {
    Running,
    /// With the address of the file; without one nothing was found.
    Done(Option<String>),
    /// Failed, cancelled, expired, or unknown: orders are read in pages instead.
    Lost,
}

/// Begins an operation over the orders created before a date; `None` when Shopify refuses, for another
/// one runs, or the key may not.
pub(crate) fn start(door: &mut Door, before: &str) -> Result<Option<String>, Failure> {
    let query = document::BULK.replace("BEFORE", before);
    // Comments are for those who read the file.
    let query: Vec<&str> = query.lines().filter(|line| !line.starts_with('#')).collect();
    let told = match door.ask(document::BULK_RUN, &json!({"query": query.join("\n")})) {
        Ok(told) => told,
        Err(Refusal::Failure(failure)) if failure.kind.passes() => return Err(failure),
        Err(_) => return Ok(None),
    };
    let id = || -> Option<String> {
        let data = Object::parse(&told.data).ok()?;
        let run = data.object("bulkOperationRunQuery").ok()??;
        if !run.list("userErrors").ok()?.is_empty() {
            return None;
        }
        run.object("bulkOperation").ok()??.text("id")
    };
    Ok(id())
}

pub(crate) fn state(door: &mut Door, id: &str) -> Result<State, Failure> {
    let told = match door.ask(document::BULK_STATE, &json!({"id": id})) {
        Ok(told) => told,
        Err(Refusal::Failure(failure)) if failure.kind.passes() => return Err(failure),
        Err(_) => return Ok(State::Lost),
    };
    let data = Object::parse(&told.data).map_err(unreadable)?;
    let Some(operation) = data.object("node").map_err(unreadable)? else { return Ok(State::Lost) };
    Ok(match operation.text("status").as_deref() {
        Some("CREATED" | "RUNNING") => State::Running,
        Some("COMPLETED") => State::Done(operation.text("url")),
        _ => State::Lost,
    })
}

/// Where the file is, and what of it is here.
pub(crate) struct File {
    url: String,
    http: Http,
    address: Url,
    /// The bytes from `from` on.
    held: Vec<u8>,
    from: u64,
    /// `held` reaches the end of the file.
    whole: bool,
}

/// Some orders of the file.
pub(crate) struct Piece {
    pub brought: Brought,
    /// Orders that the file does not tell in full.
    pub again: Vec<String>,
    /// Where the next piece begins; `None` at the end.
    pub next: Option<u64>,
}

impl File {
    /// `beside`: the host of a shop that is in a private network; its file may be there, too, and
    /// nowhere else in that network.
    pub(crate) fn new(url: &str, pace: Pace, beside: Option<&str>) -> Result<Self, Failure> {
        let address = http::address(url)?;
        let private = beside.is_some_and(|host| address.host_str() == Some(host));
        let http = Http::new(address.clone(), pace, private);
        Ok(Self { url: url.to_owned(), http, address, held: Vec::new(), from: 0, whole: false })
    }

    pub(crate) fn is(&self, url: &str) -> bool {
        self.url == url
    }

    /// Reads up to `most` orders from `offset` on.
    pub(crate) fn read(&mut self, offset: u64, most: usize) -> Result<Piece, Failure> {
        let mut size = PIECE;
        loop {
            self.hold(offset, size)?;
            let skipped = usize::try_from(offset - self.from).unwrap_or(usize::MAX);
            let held = self.held.get(skipped..).unwrap_or_default();
            if let Some(piece) = orders(held, offset, most, self.whole) {
                return Ok(piece);
            }
            size *= 4;
            if size > LARGEST {
                return Err(Failure::protocol("an order larger than 32 MB"));
            }
        }
    }

    /// Makes sure that `size` bytes from `offset` on are here, or all that there are.
    fn hold(&mut self, offset: u64, size: usize) -> Result<(), Failure> {
        let end = self.from + self.held.len() as u64;
        if offset >= self.from && (self.whole || offset + size as u64 <= end) && offset <= end {
            return Ok(());
        }
        let range = format!("bytes={offset}-{}", offset + size as u64 - 1);
        let mut signed = |url: &Url| {
            // Compressed pieces have no offsets.
            Ask::get(url.clone()).header("range", &range).header("accept-encoding", "identity")
        };
        let answer = self.http.send(&mut signed, &self.address)?;
        match answer.status {
            206 => {
                let total =
                    answer.header("content-range").and_then(|range| range.rsplit('/').next());
                let total: Option<u64> = total.and_then(|total| total.trim().parse().ok());
                let end = offset + answer.body.len() as u64;
                self.whole = total.map_or(answer.body.len() < size, |total| end >= total);
                self.from = offset;
                self.held = answer.body;
            }
            // All of it: this host does not give pieces.
            200 => {
                self.whole = true;
                self.from = 0;
                self.held = answer.body;
            }
            416 => {
                self.whole = true;
                self.from = offset;
                self.held = Vec::new();
            }
            status => {
                let failure = Failure::of_status(status, "", answer.retry_after());
                return Err(failure.unwrap_or_else(|| Failure::protocol("a file that is none")));
            }
        }
        if self.from > offset {
            return Err(Failure::protocol("a file that became shorter"));
        }
        Ok(())
    }
}

/// The orders of a piece; `None` when not even one of them is here in full.
fn orders(held: &[u8], offset: u64, most: usize, whole: bool) -> Option<Piece> {
    let mut lines = Vec::new();
    let mut at = 0;
    while let Some(rest) = held.get(at..).filter(|rest| !rest.is_empty()) {
        let Some(length) = memchr::memchr(b'\n', rest).or(whole.then_some(rest.len())) else {
            break;
        };
        lines.push((at, rest.get(..length).unwrap_or_default()));
        at += length + 1;
    }
    let is_child = |line: &[u8]| memchr::memmem::find(line, b"\"__parentId\"").is_some();
    let starts: Vec<usize> = lines
        .iter()
        .enumerate()
        .filter(|(_, (_, line))| !line.trim_ascii().is_empty() && !is_child(line))
        .map(|(index, _)| index)
        .collect();
    // The lines of the last order may go on behind this piece.
    let complete = if whole { starts.len() } else { starts.len().saturating_sub(1) };
    if complete == 0 && !whole {
        return None;
    }
    let taken = complete.min(most);
    let end = starts.get(taken).copied();
    let next = end.and_then(|end| lines.get(end)).map(|(at, _)| offset + *at as u64);
    let mut piece = Piece { brought: Brought::default(), again: Vec::new(), next };
    // Children are looked for in all that is here, wherever they stand.
    let mut children: BTreeMap<String, Vec<Object<'_>>> = BTreeMap::new();
    for (_, line) in lines.iter().filter(|(_, line)| is_child(line)) {
        let Some(child) = object(line) else { continue };
        if let Some(parent) = child.text("__parentId") {
            children.entry(parent).or_default().push(child);
        }
    }
    for index in starts.iter().take(taken) {
        let Some((_, line)) = lines.get(*index) else { continue };
        read(line, &mut children, &mut piece);
    }
    Some(piece)
}

fn object(line: &[u8]) -> Option<Object<'_>> {
    Object::parse(std::str::from_utf8(line).ok()?).ok()
}

fn read(line: &[u8], children: &mut BTreeMap<String, Vec<Object<'_>>>, piece: &mut Piece) {
    let text = String::from_utf8_lossy(line);
    let told = match Object::parse(&text) {
        Ok(told) => told,
        Err(wrong) => {
            piece.brought.refused.push(Refused::new("order", "", wrong, &text));
            return;
        }
    };
    let id = order::id(&told).unwrap_or_default();
    let lines = told.text("id").and_then(|gid| children.remove(&gid)).unwrap_or_default();
    match order::read(&told, &Parts { lines, refund_lines: BTreeMap::new() }) {
        Ok(read) if read.whole => {
            let modified = read.order.version.modified;
            piece.brought.newest = piece.brought.newest.max(Some(modified));
            piece.brought.refused.extend(read.refused);
            piece.brought.records.push(Record::Order(Box::new(read.order)));
        }
        Ok(_) => {
            piece.again.push(id);
            return;
        }
        Err(wrong) => piece.brought.refused.push(Refused::new("order", &id, wrong, "")),
    }
    if !id.is_empty() {
        piece.brought.orders_seen.push(amount::number(&id).to_owned());
    }
}

/// Completes a piece with the orders that it does not tell in full.
pub(crate) fn complete(
    reader: &mut Reader,
    piece: Piece,
) -> Result<(Brought, Option<u64>), Failure> {
    let Piece { mut brought, again, next } = piece;
    if !again.is_empty() {
        let more = reader.orders_by_id(&again)?;
        brought.records.extend(more.records);
        brought.refused.extend(more.refused);
        brought.orders_seen.extend(more.orders_seen);
        brought.notes.extend(more.notes);
        brought.newest = brought.newest.max(more.newest);
    }
    Ok((brought, next))
}
