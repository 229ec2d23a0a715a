//! The second step: what was understood of the file, to correct and confirm.

use comptoir_model::Reject;
use comptoir_sources::file::{DateOrder, Decimal, Encoding, Shape};
use comptoir_sources::mapping::{FieldDef, TaxRule, fields};
use comptoir_sources::{FileError, Sniffed};
use maud::{Markup, html};

use super::choices::{Choices, column_of, fingerprint};
use super::form::formats;
use super::reading::{COLUMNS, Reading, Unfit, excerpt, has_columns, look, required};
use super::uploads::Upload;
use super::words;
use crate::clock;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::filters::Choice;
use crate::ui::import::{MappedField, Mapping, RejectedRow};
use crate::ui::pages::plain_head;

/// Fields offered first, whether or not a column was found for them; the others are folded away.
const USUAL: &[&str] = &[
    "order_id",
    "created",
    "status",
    "customer_id",
    "email",
    "last_name",
    "country",
    "sku",
    "product_name",
    "quantity",
    "unit_price",
    "tax_rate",
    "line_discount",
    "shipping",
    "total",
    "coupon",
    "refund_amount",
];

/// Headers and values are cut at this many characters.
const LONGEST: usize = 60;

/// Columns named among those that nothing uses.
const UNUSED: usize = 12;

/// The body of the page.
pub fn body(lang: Lang, upload: &Upload) -> Result<Markup, FileError> {
    let (choices, failure) = {
        let state = upload.state();
        (state.choices.clone(), state.failure.clone())
    };
    let reading = look(upload, &choices, lang.into(), clock::now())?;
    let headers = reading.sniffed.headers();
    let (usual, others) = mapped(lang, &reading, &headers);
    let problem = match (&failure, &reading.trial) {
        (Some(failure), _) => Some(words::failure(lang, failure)),
        (None, Err(unfit)) => Some(unfit_words(lang, unfit)),
        (None, Ok(_)) => None,
    };
    let rejects = reading.trial.as_ref().map(|trial| trial.rejects.as_slice()).unwrap_or_default();
    let view = Mapping {
        lang,
        action: upload.address(),
        hidden: vec![
            ("headers".into(), fingerprint(&headers).to_string()),
            ("base".into(), reading.format.clone()),
        ],
        file: file_line(lang, upload, &reading.sniffed),
        problem,
        fields: usual,
        others,
        unused: unused(lang, &reading, &headers),
        options: options(lang, &reading, &choices),
        preview_head: if has_columns(&reading.sniffed) {
            headers.iter().take(COLUMNS).map(|name| excerpt(name, LONGEST)).collect()
        } else {
            vec!["JSON".into()]
        },
        rejected: rejects.iter().map(|reject| rejected(lang, reject)).collect(),
        summary: summary(lang, &reading),
        importable: reading.trial.is_ok(),
        preview: reading.rows,
        cancel: format!("{}/cancel", upload.address()),
    };
    Ok(html! {
        (plain_head(&t(lang, "import-title"), None))
        (view.render())
    })
}

fn mapped(
    lang: Lang,
    reading: &Reading,
    headers: &[String],
) -> (Vec<MappedField>, Vec<MappedField>) {
    if !has_columns(&reading.sniffed) {
        return (Vec::new(), Vec::new());
    }
    let (mut usual, mut others) = (Vec::new(), Vec::new());
    for def in fields() {
        let column = column_of(&reading.mapping, def.id, headers);
        let required = required(&reading.mapping, def.id, def.required);
        let field = MappedField {
            name: format!("field-{}", def.id),
            label: label(lang, def).to_owned(),
            required,
            columns: columns(lang, column, headers),
        };
        let first = required || USUAL.contains(&def.id);
        if first { &mut usual } else { &mut others }.push(field);
    }
    (usual, others)
}

fn columns(lang: Lang, chosen: Option<usize>, headers: &[String]) -> Vec<Choice> {
    let mut choices = vec![Choice::new("", t(lang, "import-no-column"), chosen.is_none())];
    for (at, header) in headers.iter().enumerate() {
        // The chosen column is always offered, or sending the form would lose it.
        if !header.is_empty() && (at < COLUMNS || chosen == Some(at)) {
            choices.push(Choice::new(at.to_string(), excerpt(header, LONGEST), chosen == Some(at)));
        }
    }
    choices
}

fn unused(lang: Lang, reading: &Reading, headers: &[String]) -> Option<String> {
    let used = |header: &String| {
        let mut all =
            reading.mapping.columns.values().chain(reading.mapping.refund_columns.values());
        all.any(|names| {
            names.iter().any(|name| name.trim().to_lowercase() == header.trim().to_lowercase())
        })
    };
    let mut left =
        headers.iter().take(COLUMNS).filter(|header| !header.is_empty() && !used(header));
    let named: Vec<String> =
        left.by_ref().take(UNUSED).map(|header| excerpt(header, LONGEST)).collect();
    if named.is_empty() {
        return None;
    }
    let more = if left.next().is_some() { "…" } else { "" };
    Some(t_args(lang, "import-unused", &[("columns", &format!("{}{more}", named.join(", ")))]))
}

fn options(lang: Lang, reading: &Reading, choices: &Choices) -> Vec<(String, String, Vec<Choice>)> {
    let sniffed = &reading.sniffed;
    let mut options = vec![(
        t(lang, "import-format"),
        "format".to_owned(),
        formats(lang, &reading.format, false),
    )];
    if sniffed.shape != Shape::Sheet {
        let chosen = choices.options.encoding;
        options.push((
            t(lang, "import-encoding"),
            "encoding".into(),
            found_or(
                lang,
                &ENCODINGS.map(|(one, value)| (one, value, encoding_name(one).to_owned())),
                chosen,
                sniffed.encoding,
            ),
        ));
    }
    if sniffed.shape == Shape::Cells {
        let names = DELIMITERS.map(|(one, value, id)| (one, value, t(lang, id)));
        options.push((
            t(lang, "import-delimiter"),
            "delimiter".into(),
            found_or(lang, &names, choices.options.delimiter, sniffed.delimiter),
        ));
    }
    if has_columns(sniffed) {
        let decimals =
            [(Decimal::Comma, ",", "12,50".to_owned()), (Decimal::Point, ".", "12.50".to_owned())];
        options.push((
            t(lang, "import-decimal"),
            "decimal".into(),
            found_or(lang, &decimals, choices.options.decimal, sniffed_of(reading, MONEY).0),
        ));
        let dates = [
            (DateOrder::Dmy, "dmy", "31/12/2026".to_owned()),
            (DateOrder::Mdy, "mdy", "12/31/2026".to_owned()),
            (DateOrder::Ymd, "ymd", "2026-12-31".to_owned()),
        ];
        options.push((
            t(lang, "import-dates"),
            "dates".into(),
            found_or(lang, &dates, choices.options.dates, sniffed_of(reading, &["created"]).1),
        ));
        let tax = reading.mapping.prices_include_tax;
        let rules = [
            ("no", TaxRule::No, "import-tax-no"),
            ("yes", TaxRule::Yes, "import-tax-yes"),
            ("auto", TaxRule::Auto, "import-tax-auto"),
        ];
        options.push((
            t(lang, "import-tax"),
            "tax".into(),
            rules
                .iter()
                .map(|&(value, rule, id)| Choice::new(value, t(lang, id), rule == tax))
                .collect(),
        ));
    }
    options
}

const ENCODINGS: [(Encoding, &str); 4] = [
    (Encoding::Utf8, "utf-8"),
    (Encoding::Windows1252, "windows-1252"),
    (Encoding::Utf16Le, "utf-16le"),
    (Encoding::Utf16Be, "utf-16be"),
];

const DELIMITERS: [(char, &str, &str); 4] = [
    (';', ";", "import-delimiter-semicolon"),
    (',', ",", "import-delimiter-comma"),
    ('\t', "tab", "import-delimiter-tab"),
    ('|', "|", "import-delimiter-bar"),
];

/// Fields that hold decimals, the surest first.
const MONEY: &[&str] =
    &["unit_price", "line_total", "total", "subtotal", "shipping", "refund_amount"];

fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le => "UTF-16 LE",
        Encoding::Utf16Be => "UTF-16 BE",
        Encoding::Windows1252 => "Windows-1252",
    }
}

/// How the first mapped column among these fields is read, else the file's first.
fn sniffed_of(reading: &Reading, fields: &[&str]) -> (Decimal, DateOrder) {
    let headers = reading.sniffed.headers();
    let at =
        fields.iter().find_map(|field| column_of(&reading.mapping, field, &headers)).unwrap_or(0);
    reading
        .sniffed
        .columns
        .get(at)
        .map_or((Decimal::Point, DateOrder::Ymd), |column| (column.decimal, column.dates))
}

/// « Détecté : … » and every value to choose instead.
fn found_or<T: Copy + PartialEq>(
    lang: Lang,
    values: &[(T, &str, String)],
    chosen: Option<T>,
    found: T,
) -> Vec<Choice> {
    let name =
        values.iter().find(|(one, ..)| *one == found).map_or("?", |(.., name)| name.as_str());
    // Once something is chosen, what was found is no longer known.
    let first = match chosen {
        None => t_args(lang, "import-detected", &[("value", name)]),
        Some(_) => t(lang, "import-format-detect"),
    };
    let mut choices = vec![Choice::new("", first, chosen.is_none())];
    choices.extend(
        values
            .iter()
            .map(|(one, value, name)| Choice::new(*value, name.as_str(), chosen == Some(*one))),
    );
    choices
}

fn file_line(lang: Lang, upload: &Upload, sniffed: &Sniffed) -> String {
    let kind = match sniffed.shape {
        Shape::Cells => "CSV",
        Shape::Sheet => "Excel",
        Shape::JsonLines => "JSON Lines",
    };
    let values = [
        ("name", upload.name.as_str()),
        ("kind", kind),
        ("size", &format::number::size(lang, upload.size)),
        ("shop", &upload.target.shop.name),
    ];
    t_args(
        lang,
        if upload.target.new { "import-file-new-shop" } else { "import-file-shop" },
        &values,
    )
}

fn unfit_words(lang: Lang, unfit: &Unfit) -> String {
    match unfit {
        Unfit::Missing(missing) => {
            let labels: Vec<&str> = fields()
                .iter()
                .filter(|def| missing.iter().any(|id| id == def.id))
                .map(|def| label(lang, def))
                .collect();
            t_args(lang, "import-missing", &[("fields", &labels.join(", "))])
        }
        Unfit::Shape => t(lang, "import-wrong-shape"),
        Unfit::Other(problem) => {
            t_args(lang, "import-unfit", &[("problem", &excerpt(problem, 300))])
        }
    }
}

fn summary(lang: Lang, reading: &Reading) -> String {
    let Ok(trial) = &reading.trial else { return String::new() };
    let count = |count: u64| format::integer(lang, i64::try_from(count).unwrap_or(i64::MAX));
    let id = if trial.whole { "import-trial-whole" } else { "import-trial-part" };
    t_args(
        lang,
        id,
        &[
            ("rows", &count(trial.rows)),
            ("accepted", &count(trial.accepted())),
            ("rejected", &count(trial.rejected)),
            ("orders", &count(trial.orders)),
            ("refunds", &count(trial.refunds)),
        ],
    )
}

fn label(lang: Lang, def: &FieldDef) -> &'static str {
    match lang {
        Lang::Fr => def.label.fr,
        Lang::En => def.label.en,
    }
}

/// A rejected row as it is shown.
pub fn rejected(lang: Lang, reject: &Reject) -> RejectedRow {
    RejectedRow {
        line: format::integer(lang, i64::try_from(reject.line).unwrap_or(i64::MAX)),
        field: excerpt(&reject.field, LONGEST),
        value: excerpt(&reject.value, LONGEST),
        reason: excerpt(&reject.reason, 300),
        remedy: excerpt(&reject.remedy, 300),
    }
}
