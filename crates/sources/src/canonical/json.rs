//! Comptoir's own JSON: what `POST /api/v1/ingest` takes, and one record a line in JSON Lines.
//! `docs/ingest.md` lists every field, and a test reads its example.

mod fields;
mod records;

use comptoir_model::{Record, Reject};
use serde_json::value::RawValue;

use super::{Context, Fault};
use crate::mapping::StagedRow;
use crate::words::{Language, say};
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

/// Reads one record, an array of records, or `{"records": […]}`; rejects in words of that language.
///
/// # Errors
/// The body is no JSON, or carries more than [`MAX_RECORDS`] records; nothing of it may be kept.
pub fn parse_body(bytes: &[u8], context: &Context, language: Language) -> Result<Parsed, Reject> {
    let whole = |fault: Fault| fault.at(language, 0, "", "");
    let within = |(field, fault): (String, Fault)| fault.at(language, 0, &field, "");
    let text = std::str::from_utf8(bytes).map_err(|_| {
        whole(Fault::new(
            say(
                "le corps de la requête n’est pas de l’UTF-8 valide",
                "the body is not valid UTF-8",
            ),
            say("envoyez du JSON encodé en UTF-8", "send JSON encoded as UTF-8"),
        ))
    })?;
    let raw: &RawValue = serde_json::from_str(text).map_err(|error| whole(syntax(&error)))?;
    let mut items: Vec<&RawValue> = vec![raw];
    if raw.get().starts_with('[') {
        items = serde_json::from_str(raw.get()).map_err(|error| whole(syntax(&error)))?;
    } else if let Ok(mut envelope) = Fields::read(raw, "")
        && envelope.has("records")
    {
        items = envelope.list("records").map_err(within)?;
        envelope.finish().map_err(within)?;
    }
    if items.len() > MAX_RECORDS {
        let count = items.len();
        return Err(whole(Fault::new(
            say(
                format!(
                    "la requête porte {count} enregistrements ; elle en accepte {MAX_RECORDS} au plus"
                ),
                format!("the body has {count} records; at most {MAX_RECORDS} fit in one request"),
            ),
            say("envoyez-les en plusieurs requêtes", "send them in several requests"),
        )));
    }
    let mut parsed = Parsed { count: items.len(), ..Parsed::default() };
    for (index, item) in items.into_iter().enumerate() {
        match records::read(item, context) {
            Ok(record) => parsed.records.push(record),
            Err((field, fault)) => {
                let position = index as u64 + 1;
                parsed.rejects.push(fault.at(language, position, &field, item.get()));
            }
        }
    }
    Ok(parsed)
}

/// The staging key of one line of JSON.
pub(crate) fn key(
    text: &str,
    context: &Context,
    language: Language,
    line: u64,
) -> Result<String, Reject> {
    let record = read_line(text, context, language, line)?;
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
pub(crate) fn assemble(
    rows: &[StagedRow],
    context: &Context,
    language: Language,
) -> (Vec<Record>, Vec<Reject>) {
    let mut sorted: Vec<&StagedRow> = rows.iter().collect();
    sorted.sort_by(|a, b| a.payload.cmp(&b.payload).then(a.line.cmp(&b.line)));
    sorted.dedup_by(|a, b| a.payload == b.payload);
    let (mut records, mut rejects) = (Vec::new(), Vec::new());
    for row in sorted {
        let text = String::from_utf8_lossy(&row.payload);
        match read_line(&text, context, language, row.line) {
            Ok(record) => records.push(record),
            Err(reject) => rejects.push(reject),
        }
    }
    (records, rejects)
}

fn read_line(
    text: &str,
    context: &Context,
    language: Language,
    line: u64,
) -> Result<Record, Reject> {
    let reject = |(field, fault): (String, Fault)| fault.at(language, line, &field, text);
    let raw: &RawValue = serde_json::from_str(text.trim())
        .map_err(|error| reject((String::new(), syntax(&error))))?;
    records::read(raw, context).map_err(reject)
}

fn syntax(error: &serde_json::Error) -> Fault {
    Fault::new(
        say(
            // The parser only speaks English: its place is told, its words are not.
            format!(
                "ce n’est pas du JSON valide (ligne {}, colonne {})",
                error.line(),
                error.column()
            ),
            format!("this is not valid JSON: {error}"),
        ),
        say(
            "vérifiez les guillemets, les virgules et les crochets",
            "check quotation marks, commas and brackets",
        ),
    )
}
