//! What the merchant says of a file: its format, how it is written, and which column feeds what.

use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use comptoir_sources::file::{DateOrder, Decimal, Encoding, Shape};
use comptoir_sources::mapping::{Headers, PRESETS, TaxRule, fields};
use comptoir_sources::{Mapping, ReadOptions, Sniffed};

/// The format whose mapping is a guess from the headers, corrected by hand.
pub const BY_COLUMNS: &str = "file";

/// What was chosen on the mapping page; the default leaves everything to be found out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// A preset, [`BY_COLUMNS`], or none to find out.
    pub format: Option<String>,
    pub options: ReadOptions,
    pub tax: Option<TaxRule>,
    pub columns: Option<Columns>,
}

/// Columns chosen for fields. They hold for the headers and the format they were chosen for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    pub fingerprint: u64,
    pub format: String,
    /// Position of the column for each field; none to leave the field empty.
    pub chosen: BTreeMap<String, Option<usize>>,
}

impl Choices {
    /// Reads the mapping page's form.
    pub fn from_form(form: &[(String, String)]) -> Self {
        let get = |name: &str| {
            form.iter()
                .find(|(key, value)| key == name && !value.is_empty())
                .map(|(_, value)| value.as_str())
        };
        let mut chosen = BTreeMap::new();
        for (key, value) in form {
            if let Some(field) = key.strip_prefix("field-")
                && fields().iter().any(|def| def.id == field)
            {
                chosen.insert(field.to_owned(), value.parse().ok());
            }
        }
        let columns = get("headers").and_then(|value| value.parse().ok()).zip(get("base")).map(
            |(fingerprint, format)| Columns { fingerprint, format: format.to_owned(), chosen },
        );
        Self {
            format: get("format").and_then(known_format),
            options: ReadOptions {
                encoding: get("encoding").and_then(parse::<Encoding>),
                delimiter: get("delimiter").and_then(delimiter),
                decimal: get("decimal").and_then(parse::<Decimal>),
                dates: get("dates").and_then(parse::<DateOrder>),
            },
            tax: get("tax").and_then(parse::<TaxRule>),
            columns,
        }
    }

    /// The format in force for a file, and the mapping that follows from it and from the corrections.
    pub fn mapping(&self, sniffed: &Sniffed) -> (String, Mapping) {
        let headers = sniffed.headers();
        let (format, mut mapping) = self.base(sniffed, &headers);
        if let Some(columns) = &self.columns
            && columns.fingerprint == fingerprint(&headers)
            && columns.format == format
        {
            for (field, column) in &columns.chosen {
                correct(&mut mapping, field, column.and_then(|at| headers.get(at)), &headers);
            }
        }
        if let Some(tax) = self.tax.filter(|_| sniffed.shape != Shape::JsonLines) {
            mapping.prices_include_tax = tax;
        }
        (format, mapping)
    }

    fn base(&self, sniffed: &Sniffed, headers: &[String]) -> (String, Mapping) {
        if sniffed.shape == Shape::JsonLines && self.format.is_none() {
            return preset("comptoir-jsonl");
        }
        match self.format.as_deref() {
            Some(BY_COLUMNS) => (BY_COLUMNS.to_owned(), by_columns(headers)),
            Some(format) => preset(format),
            None => match Mapping::suggest(headers) {
                (Some(format), mapping) => (format.to_owned(), mapping),
                (None, mapping) => (BY_COLUMNS.to_owned(), mapping),
            },
        }
    }
}

/// A format's name, if it is one.
pub fn known_format(name: &str) -> Option<String> {
    let known = name == BY_COLUMNS || PRESETS.iter().any(|preset| preset.name == name);
    known.then(|| name.to_owned())
}

/// Tells one set of headers from another.
pub fn fingerprint(headers: &[String]) -> u64 {
    let mut hasher = DefaultHasher::new();
    headers.hash(&mut hasher);
    hasher.finish()
}

/// The first column of the file that feeds a field.
pub fn column_of(mapping: &Mapping, field: &str, headers: &[String]) -> Option<usize> {
    let wanted = mapping.columns.get(field)?;
    wanted.iter().find_map(|name| headers.iter().position(|header| same(header, name)))
}

fn preset(name: &str) -> (String, Mapping) {
    // Only names of presets come here, and a test reads every preset.
    (name.to_owned(), Mapping::preset(name).unwrap_or_default())
}

/// A mapping that is nothing but columns.
fn by_columns(headers: &[String]) -> Mapping {
    let (preset, mapping) = Mapping::suggest(headers);
    if preset.is_none() {
        return mapping;
    }
    let pairs: Vec<(String, String)> = mapping
        .columns
        .keys()
        .filter_map(|field| {
            Some((field.clone(), headers[column_of(&mapping, field, headers)?].clone()))
        })
        .collect();
    Mapping::from_columns(BY_COLUMNS, &pairs).unwrap_or_default()
}

/// Gives a field another column. What was chosen already is left as it stands: a preset may know
/// several columns for one field.
fn correct(mapping: &mut Mapping, field: &str, header: Option<&String>, headers: &[String]) {
    let before = column_of(mapping, field, headers).map(|at| headers[at].clone());
    if before.as_ref() == header {
        return;
    }
    match header.filter(|header| !header.is_empty()) {
        Some(header) => mapping.columns.insert(field.to_owned(), Headers::One(header.clone())),
        None => mapping.columns.remove(field),
    };
    // Refund rows that look at the same column go along.
    if let (Some(before), Some(header)) = (before, header) {
        for other in mapping.refund_columns.values_mut() {
            if other.iter().any(|name| same(name, &before)) {
                *other = Headers::One(header.clone());
            }
        }
    }
}

fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

fn parse<T: serde::de::DeserializeOwned>(text: &str) -> Option<T> {
    serde_json::from_value(serde_json::Value::String(text.to_owned())).ok()
}

/// A delimiter as the form names it.
fn delimiter(text: &str) -> Option<char> {
    match text {
        "tab" => Some('\t'),
        _ => text.chars().next().filter(char::is_ascii),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use comptoir_sources::file::Column;

    fn sniffed(headers: &[&str]) -> Sniffed {
        let column = |name: &&str| Column {
            name: (*name).to_owned(),
            decimal: Decimal::Comma,
            dates: DateOrder::Dmy,
        };
        Sniffed {
            shape: Shape::Cells,
            encoding: Encoding::Utf8,
            delimiter: ';',
            columns: headers.iter().map(column).collect(),
        }
    }

    const RETAIL: [&str; 9] = [
        "InvoiceNo",
        "StockCode",
        "Description",
        "Quantity",
        "InvoiceDate",
        "UnitPrice",
        "CustomerID",
        "Country",
        "Facture",
    ];

    fn chosen(format: &str, headers: &[&str], pairs: &[(&str, &str)]) -> Choices {
        let headers: Vec<String> = headers.iter().map(|&header| header.to_owned()).collect();
        let mut form = vec![
            ("headers".to_owned(), fingerprint(&headers).to_string()),
            ("base".to_owned(), format.to_owned()),
        ];
        form.extend(pairs.iter().map(|&(key, value)| (key.to_owned(), value.to_owned())));
        Choices::from_form(&form)
    }

    fn headers_of(mapping: &Mapping, field: &str) -> Vec<String> {
        mapping
            .columns
            .get(field)
            .map(|all| all.iter().map(str::to_owned).collect())
            .unwrap_or_default()
    }

    #[test]
    fn corrections_change_a_preset_s_columns_and_keep_its_rules() {
        let choices =
            chosen("online-retail", &RETAIL, &[("field-order_id", "8"), ("field-sku", "1")]);
        let (format, mapping) = choices.mapping(&sniffed(&RETAIL));
        assert_eq!(format, "online-retail");
        assert_eq!(mapping.rows, Mapping::preset("online-retail").unwrap().rows);
        assert_eq!(headers_of(&mapping, "order_id"), ["Facture"]);
        assert_eq!(headers_of(&mapping, "sku"), ["StockCode"]);
        // The number of a refund stands where the number of an order does.
        let refund: Vec<&str> = mapping.refund_columns["refund_id"].iter().collect();
        assert_eq!(refund, ["Facture"]);
    }

    #[test]
    fn corrections_for_other_headers_or_another_format_are_dropped() {
        let choices = chosen("online-retail", &RETAIL[..8], &[("field-sku", "2")]);
        assert_eq!(headers_of(&choices.mapping(&sniffed(&RETAIL)).1, "sku"), ["StockCode"]);
        let choices = chosen("shopify", &RETAIL, &[("field-sku", "2")]);
        assert_eq!(headers_of(&choices.mapping(&sniffed(&RETAIL)).1, "sku"), ["StockCode"]);
    }

    #[test]
    fn a_field_can_be_emptied_and_a_column_beyond_the_last_is_none() {
        let choices = chosen(
            "online-retail",
            &RETAIL,
            &[("field-product_name", ""), ("field-country", "99")],
        );
        let (_, mapping) = choices.mapping(&sniffed(&RETAIL));
        assert!(headers_of(&mapping, "product_name").is_empty());
        assert!(headers_of(&mapping, "country").is_empty());
    }

    #[test]
    fn a_known_file_can_still_be_read_by_its_columns_alone() {
        let choices = chosen(BY_COLUMNS, &RETAIL, &[("format", BY_COLUMNS)]);
        let (format, mapping) = choices.mapping(&sniffed(&RETAIL));
        assert_eq!(format, BY_COLUMNS);
        assert!(mapping.rows.is_empty());
        assert_eq!(headers_of(&mapping, "order_id"), ["InvoiceNo"]);
    }

    #[test]
    fn what_the_form_says_of_reading_is_understood_and_the_rest_ignored() {
        let form: Vec<(String, String)> = [
            ("encoding", "windows-1252"),
            ("delimiter", "tab"),
            ("decimal", ","),
            ("dates", "mdy"),
            ("tax", "yes"),
            ("format", "nonsense"),
            ("field-nonsense", "1"),
        ]
        .iter()
        .map(|&(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
        let choices = Choices::from_form(&form);
        assert_eq!(
            choices.options,
            ReadOptions {
                encoding: Some(Encoding::Windows1252),
                delimiter: Some('\t'),
                decimal: Some(Decimal::Comma),
                dates: Some(DateOrder::Mdy),
            }
        );
        assert_eq!(
            (choices.tax, choices.format, choices.columns),
            (Some(TaxRule::Yes), None, None)
        );
    }
}
