//! Comptoir's own JSON: what `POST /api/v1/ingest` takes, and one record a line in JSON Lines.
//! `docs/ingest.md` lists every field, and a test reads its example.

mod fields;
mod records;

use comptoir_model::{Record, Reject};
use serde_json::value::RawValue;

use super::{Context, Fault};
use crate::mapping::StagedRow;
use fields::Fields;

/// The most records one request may carry.
pub const MAX_RECORDS: usize = 1000;

/// What a body held.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Parsed {
    pub records: Vec<Record>,
    /// A reject's line is the record's position, from 1.
    pub rejects: Vec<Reject>,
    /// Records in the body, good or bad.
    pub count: usize,
}

/// Reads one record, an array of records, or `{"records": […]}`.
///
/// # Errors
/// The body is no JSON, or carries more than [`MAX_RECORDS`] records; nothing of it may be kept.
pub fn parse_body(bytes: &[u8], context: &Context) -> Result<Parsed, Reject> {
    let whole = |fault: Fault| fault.at(0, "", "");
    let text = std::str::from_utf8(bytes).map_err(|_| {
        whole(Fault::new("the body is not valid UTF-8", "send JSON encoded as UTF-8"))
    })?;
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| whole(syntax(&error)))?;
    let mut items: Vec<&RawValue> = vec![raw];
    if raw.get().starts_with('[') {
        items = serde_json::from_str(raw.get()).map_err(|error| whole(syntax(&error)))?;
    } else if let Ok(mut envelope) = Fields::read(raw, "")
        && envelope.has("records")
    {
        items = envelope.list("records").map_err(|(field, fault)| fault.at(0, &field, ""))?;
        envelope.finish().map_err(|(field, fault)| fault.at(0, &field, ""))?;
    }
    if items.len() > MAX_RECORDS {
        let reason = format!(
            "the body has {} records; at most {MAX_RECORDS} fit in one request",
            items.len()
        );
        return Err(whole(Fault::new(reason, "send them in several requests")));
    }
    let mut parsed = Parsed { count: items.len(), ..Parsed::default() };
    for (index, item) in items.into_iter().enumerate() {
        match records::read(item, context) {
            Ok(record) => parsed.records.push(record),
            Err((field, fault)) => {
                parsed.rejects.push(fault.at(index as u64 + 1, &field, item.get()));
            }
        }
    }
    Ok(parsed)
}

/// The staging key of one line of JSON.
pub(crate) fn key(text: &str, context: &Context, line: u64) -> Result<String, Reject> {
    let record = read_line(text, context, line)?;
    Ok(match record {
        Record::Order(order) => format!("o:{}", order.id),
        Record::Refund(refund) => format!("r:{}", refund.id),
        Record::Customer(customer) => format!("c:{}", customer.id),
        Record::Product(product) => format!("p:{}", product.code),
        Record::Cart(cart) => format!("k:{}", cart.id),
        Record::Visit(visit) => format!("v:{}", visit.id),
    })
}

/// Every version that the lines of one key describe; the writer keeps the newest.
pub(crate) fn assemble(rows: &[StagedRow], context: &Context) -> (Vec<Record>, Vec<Reject>) {
    let mut sorted: Vec<&StagedRow> = rows.iter().collect();
    sorted.sort_by(|a, b| a.payload.cmp(&b.payload).then(a.line.cmp(&b.line)));
    sorted.dedup_by(|a, b| a.payload == b.payload);
    let (mut records, mut rejects) = (Vec::new(), Vec::new());
    for row in sorted {
        match read_line(&String::from_utf8_lossy(&row.payload), context, row.line) {
            Ok(record) => records.push(record),
            Err(reject) => rejects.push(reject),
        }
    }
    (records, rejects)
}

fn read_line(text: &str, context: &Context, line: u64) -> Result<Record, Reject> {
    let raw: &RawValue =
        serde_json::from_str(text.trim()).map_err(|error| syntax(&error).at(line, "", text))?;
    records::read(raw, context).map_err(|(field, fault)| fault.at(line, &field, text))
}

fn syntax(error: &serde_json::Error) -> Fault {
    Fault::new(
        format!("this is not valid JSON: {error}"),
        "check quotation marks, commas and brackets",
    )
}
