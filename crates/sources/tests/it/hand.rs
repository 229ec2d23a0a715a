//! What the application does around this crate: read, stage, gather by key, assemble.

use std::collections::BTreeMap;
use std::io::Cursor;

use comptoir_model::{Currency, Order, Record, Refund, Reject};
use comptoir_sources::{Context, Language, Mapping, Reader, Row, StagedRow, Step, Table};
use jiff::tz::TimeZone;

pub fn context(currency: &str, zone: &str) -> Context {
    Context {
        imported: "2026-06-01T12:00:00Z".parse().expect("a time"),
        currency: currency.parse().expect("a currency"),
        arrival: comptoir_model::Origin::UnstampedFile,
        timezone: TimeZone::get(zone).expect("a zone"),
        visits: comptoir_model::VisitMode::Exempt,
    }
}

pub fn paris() -> Context {
    context(Currency::EUR.code(), "Europe/Paris")
}

#[derive(Debug, Default, PartialEq)]
pub struct Imported {
    pub records: Vec<Record>,
    pub rejects: Vec<Reject>,
    pub staged: usize,
    pub blank: usize,
}

impl Imported {
    pub fn orders(&self) -> Vec<&Order> {
        self.records
            .iter()
            .filter_map(|record| match record {
                Record::Order(order) => Some(&**order),
                _ => None,
            })
            .collect()
    }

    pub fn refunds(&self) -> Vec<&Refund> {
        self.records
            .iter()
            .filter_map(|record| match record {
                Record::Refund(refund) => Some(&**refund),
                _ => None,
            })
            .collect()
    }

    pub fn reasons(&self) -> Vec<String> {
        self.rejects
            .iter()
            .map(|reject| format!("{} {}: {}", reject.line, reject.field, reject.reason))
            .collect()
    }
}

/// Imports for a reader of English.
pub fn import(bytes: &[u8], mapping: &Mapping, context: &Context) -> Imported {
    import_in(Language::En, bytes, mapping, context)
}

pub fn import_in(
    language: Language,
    bytes: &[u8],
    mapping: &Mapping,
    context: &Context,
) -> Imported {
    let mut table = Table::open(Cursor::new(bytes.to_vec()), "file", &mapping.read_options())
        .expect("a file")
        .speaking(language);
    let reader = Reader::new(mapping.clone(), table.sniffed(), context.clone())
        .expect("a fitting mapping")
        .speaking(language);
    let mut imported = Imported::default();
    let mut row = Row::default();
    let mut staged: BTreeMap<String, Vec<StagedRow>> = BTreeMap::new();
    loop {
        match table.next_row(&mut row).expect("a readable file") {
            Step::End => break,
            Step::Rejected(reject) => imported.rejects.push(reject),
            Step::Row => match reader.stage(&row, row.line()) {
                Ok(Some(row)) => {
                    imported.staged += 1;
                    staged.entry(row.key.clone()).or_default().push(row);
                }
                Ok(None) => imported.blank += 1,
                Err(reject) => imported.rejects.push(reject),
            },
        }
    }
    for (key, rows) in staged {
        let (records, rejects) = reader.assemble(&key, &rows);
        imported.records.extend(records);
        imported.rejects.extend(rejects);
    }
    imported
}

pub fn preset(name: &str) -> Mapping {
    Mapping::preset(name).expect("a preset")
}
