//! A table as a file: CSV as the reader's spreadsheet expects it, and XLSX with numbers as numbers.

use comptoir_metrics::table::harmless;
use comptoir_metrics::{Cell, Table, Unit};
use comptoir_model::Currency;
use comptoir_model::money::divide_half_even;
use jiff::civil::Date;
use rust_xlsxwriter::{Format, Workbook, XlsxError};

use crate::i18n::Lang;

/// A table on its way into a file: one header line, then rows of as many values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The file's name, without its ending.
    pub name: String,
    pub columns: Vec<String>,
    pub rows: Vec<Vec<Value>>,
}

/// A value of a file. Texts come from outside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// No value.
    Empty,
    Text(String),
    Count(i64),
    /// Minor units.
    Money(i64, Currency),
    /// Exact; written with so many decimals. The denominator is positive.
    Fraction {
        numerator: i128,
        denominator: i128,
        decimals: u32,
    },
    Day(Date),
}

/// Decimals of a ratio (0.0404 is 4.04 %) and of a mean.
const DECIMALS: u32 = 6;

impl Value {
    /// A figure of a table.
    pub fn of(cell: &Cell, unit: Option<Unit>, currency: Currency) -> Self {
        match (cell, unit) {
            (Cell::Null, _) => Self::Empty,
            (Cell::Text(text), _) => Self::Text(text.clone()),
            (Cell::Count(count), _) => Self::Count(*count),
            (Cell::Money(minor), _) => Self::Money(*minor, currency),
            (Cell::Ratio { numerator, denominator }, Some(Unit::Money)) => {
                i64::try_from(divide_half_even(*numerator, *denominator))
                    .map_or(Self::Empty, |minor| Self::Money(minor, currency))
            }
            (Cell::Ratio { numerator, denominator }, _) => Self::Fraction {
                numerator: *numerator,
                denominator: *denominator,
                decimals: DECIMALS,
            },
        }
    }

    pub fn text(text: Option<&str>) -> Self {
        text.map_or(Self::Empty, |text| Self::Text(text.to_owned()))
    }

    /// With a decimal point; a text is `None`.
    fn number(&self) -> Option<String> {
        match self {
            Self::Count(count) => Some(count.to_string()),
            Self::Money(minor, currency) => Some(currency.decimal(*minor)),
            Self::Fraction { numerator, denominator, decimals } => {
                Some(decimal(*numerator, *denominator, *decimals))
            }
            Self::Empty | Self::Text(_) | Self::Day(_) => None,
        }
    }
}

/// A fraction with a decimal point, half to even, without trailing zeros.
fn decimal(numerator: i128, denominator: i128, decimals: u32) -> String {
    let scale = 10_i128.pow(decimals);
    let Some(scaled) = numerator.checked_mul(scale) else { return String::new() };
    let scaled = divide_half_even(scaled, denominator);
    let (whole, rest) = (
        scaled.unsigned_abs() / scale.unsigned_abs(),
        scaled.unsigned_abs() % scale.unsigned_abs(),
    );
    let sign = if scaled < 0 { "-" } else { "" };
    let rest = format!("{rest:0width$}", width = decimals as usize);
    let rest = rest.trim_end_matches('0');
    if rest.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{rest}") }
}

impl Sheet {
    /// The answer to a query, with its labels in the reader's language and a column for each figure of
    /// the comparison.
    pub fn of(table: &Table, name: &str, lang: Lang) -> Self {
        let say = |text: &comptoir_metrics::Text| match lang {
            Lang::Fr => text.fr,
            Lang::En => text.en,
        };
        use comptoir_metrics::table::Column;
        let metrics = || table.columns.iter().filter_map(Column::metric);
        let mut columns: Vec<String> = table
            .columns
            .iter()
            .map(|column| match column {
                Column::Dimension(dimension) => say(&dimension.label).to_owned(),
                Column::ProductName => crate::i18n::t(lang, "export-product-name"),
                Column::Metric(metric) => say(&metric.label).to_owned(),
            })
            .collect();
        if table.comparison.is_some() {
            columns.extend(metrics().map(|metric| {
                crate::i18n::t_args(lang, "export-previous", &[("metric", say(&metric.label))])
            }));
        }
        let value = |cell: &Cell, unit| Value::of(cell, unit, table.currency);
        let units: Vec<_> = metrics().map(|metric| Some(metric.unit)).collect();
        let figures = |values: &[Cell]| -> Vec<Value> {
            values.iter().zip(&units).map(|(cell, unit)| value(cell, *unit)).collect()
        };
        let row = |keys: &[Cell], values: &[Cell], previous: Option<&Vec<Cell>>| {
            let keys = keys.iter().map(|cell| value(cell, None));
            keys.chain(figures(values))
                .chain(previous.map(|values| figures(values)).unwrap_or_default())
                .collect()
        };
        let mut rows: Vec<Vec<Value>> = table
            .rows
            .iter()
            .map(|one| row(&one.keys, &one.values, one.previous.as_ref()))
            .collect();
        if table.columns.iter().all(|column| column.metric().is_some()) {
            rows.push(row(&[], &table.totals.values, table.totals.previous.as_ref()));
        }
        Self { name: name.to_owned(), columns, rows }
    }

    /// CSV with a byte order mark, so that a spreadsheet reads the accents. French: semicolons and
    /// decimal commas; English: commas and decimal points.
    pub fn csv(&self, lang: Lang) -> String {
        let separator = match lang {
            Lang::Fr => ';',
            Lang::En => ',',
        };
        let mut text = String::from('\u{feff}');
        let mut line = |fields: Vec<String>| {
            text.push_str(&fields.join(&separator.to_string()));
            text.push_str("\r\n");
        };
        line(self.columns.iter().map(|column| field(&harmless(column), separator)).collect());
        for row in &self.rows {
            line(row.iter().map(|value| written(value, lang, separator)).collect());
        }
        text
    }

    /// One worksheet, its header frozen, numbers and days typed.
    pub fn xlsx(&self) -> Result<Vec<u8>, XlsxError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.add_worksheet();
        let header = Format::new().set_bold();
        let day = Format::new().set_num_format("yyyy-mm-dd");
        for (column, label) in (0_u16..).zip(&self.columns) {
            sheet.write_string_with_format(0, column, limited(label), &header)?;
        }
        for (row, values) in (1_u32..).zip(&self.rows) {
            for (column, value) in (0_u16..).zip(values) {
                match value {
                    Value::Empty => {}
                    Value::Text(text) => {
                        sheet.write_string(row, column, limited(text))?;
                    }
                    Value::Day(date) => {
                        let serial = comptoir_metrics::calendar::days_between(EPOCH, *date) - 1;
                        sheet.write_number_with_format(
                            row,
                            column,
                            double(&serial.to_string()),
                            &day,
                        )?;
                    }
                    number => {
                        let format = Format::new().set_num_format(pattern(number));
                        let value = double(&number.number().unwrap_or_default());
                        sheet.write_number_with_format(row, column, value, &format)?;
                    }
                }
            }
        }
        sheet.set_freeze_panes(1, 0)?;
        sheet.autofit();
        workbook.save_to_buffer()
    }
}

/// Day 0 of a spreadsheet.
const EPOCH: Date = jiff::civil::date(1899, 12, 30);

/// Characters of a cell at most, as Excel has it.
const CELL: usize = 32_767;

fn limited(text: &str) -> String {
    text.chars().take(CELL / 4).collect()
}

/// A spreadsheet holds nothing but doubles; up to 15 digits they show the decimals they were given.
fn double(decimal: &str) -> f64 {
    decimal.parse().unwrap_or_default()
}

fn pattern(value: &Value) -> String {
    match value {
        Value::Money(_, currency) if currency.exponent() > 0 => {
            format!("#,##0.{}", "0".repeat(currency.exponent() as usize))
        }
        Value::Fraction { .. } => "0.######".to_owned(),
        _ => "#,##0".to_owned(),
    }
}

fn written(value: &Value, lang: Lang, separator: char) -> String {
    match value {
        Value::Empty => String::new(),
        Value::Text(text) => field(&harmless(text), separator),
        Value::Day(date) => date.to_string(),
        number => {
            let number = number.number().unwrap_or_default();
            if lang == Lang::Fr { number.replace('.', ",") } else { number }
        }
    }
}

fn field(text: &str, separator: char) -> String {
    if text.contains([separator, '"', '\r', '\n']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sheet() -> Sheet {
        Sheet {
            name: "ventes".into(),
            columns: vec!["Produit".into(), "CA".into(), "Part".into(), "Jour".into()],
            rows: vec![
                vec![
                    Value::Text("=1+1; \"thé\"".into()),
                    Value::Money(-123_456, Currency::EUR),
                    Value::Fraction { numerator: 1, denominator: 3, decimals: 6 },
                    Value::Day(jiff::civil::date(2026, 11, 21)),
                ],
                vec![Value::Empty, Value::Count(7), Value::Empty, Value::Empty],
            ],
        }
    }

    #[test]
    fn french_csv_has_semicolons_decimal_commas_and_a_byte_order_mark() {
        assert_eq!(
            sheet().csv(Lang::Fr),
            "\u{feff}Produit;CA;Part;Jour\r\n\"'=1+1; \"\"thé\"\"\";-1234,56;0,333333;2026-11-21\r\n;7;;\r\n"
        );
        assert!(sheet().csv(Lang::En).contains("\"'=1+1; \"\"thé\"\"\",-1234.56,0.333333,"));
    }

    #[test]
    fn xlsx_holds_numbers_as_numbers() {
        use calamine::{Data, Reader, Xlsx};
        let bytes = sheet().xlsx().unwrap();
        let mut book: Xlsx<_> =
            calamine::open_workbook_from_rs(std::io::Cursor::new(bytes)).unwrap();
        let range = book.worksheet_range_at(0).unwrap().unwrap();
        assert_eq!(range.get_value((1, 0)), Some(&Data::String("=1+1; \"thé\"".into())));
        assert_eq!(range.get_value((1, 1)), Some(&Data::Float(-1234.56)));
        assert_eq!(range.get_value((2, 1)), Some(&Data::Float(7.0)));
        let Some(Data::DateTime(day)) = range.get_value((1, 3)) else { panic!("not a day") };
        assert_eq!(day.as_f64().to_string(), "46347");
    }
}
