//! The European Central Bank's file of reference rates (`eurofxref-hist.csv`): one row a day, one
//! column a currency, units of the currency for one euro.

mod download;

use comptoir_model::{Currency, Reject};
use jiff::civil::Date;

use crate::words::{Fault, Language, say};

pub use download::{PUBLISHED, download, download_at};

/// A published rate: units of `currency` for one euro, times 10^8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PublishedRate {
    pub day: Date,
    pub currency: Currency,
    pub per_euro: i64,
}

/// Decimals kept of a rate; the bank publishes at most six.
const DECIMALS: usize = 8;

/// Reads the file. `N/A` and empty cells are days without a rate; columns of unknown currencies are
/// left out. A row that can't be read is rejected, in words of that language, and the others are kept.
pub fn read(text: &str, language: Language) -> (Vec<PublishedRate>, Vec<Reject>) {
    let mut lines = text.lines().zip(1_u64..);
    let header: Vec<Option<Currency>> = lines
        .next()
        .map(|(header, _)| header.split(',').skip(1).map(|name| name.trim().parse().ok()).collect())
        .unwrap_or_default();
    let mut rates = Vec::new();
    let mut rejects = Vec::new();
    for (row, line) in lines.filter(|(row, _)| !row.trim().is_empty()) {
        let mut cells = row.split(',').map(str::trim);
        let first = cells.next().unwrap_or_default();
        let Ok(day) = first.parse::<Date>() else {
            rejects.push(not_a_day().at(language, line, "Date", first));
            continue;
        };
        for (cell, currency) in cells.zip(&header) {
            let Some(currency) = *currency else { continue };
            if cell.is_empty() || cell == "N/A" {
                continue;
            }
            match scaled(cell) {
                Some(per_euro) => rates.push(PublishedRate { day, currency, per_euro }),
                None => rejects.push(not_a_rate().at(language, line, currency.code(), cell)),
            }
        }
    }
    (rates, rejects)
}

fn not_a_day() -> Fault {
    Fault::new(
        say("ce n’est pas un jour", "not a day"),
        say("écrivez-le sous la forme 2026-10-30", "write it as 2026-10-30"),
    )
}

fn not_a_rate() -> Fault {
    Fault::new(
        say("ce n’est pas un cours supérieur à zéro", "not a rate above zero"),
        say(
            "écrivez des chiffres avec un point décimal, par exemple 1.1172",
            "write digits with a decimal point, for example 1.1172",
        ),
    )
}

/// A decimal text times 10^8, exactly; `None` when it is not a positive number.
fn scaled(text: &str) -> Option<i64> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || fraction.len() > DECIMALS || !digits(whole) || !digits(fraction) {
        return None;
    }
    let scaled: i64 = format!("{whole}{fraction:0<DECIMALS$}").parse().ok()?;
    (scaled > 0).then_some(scaled)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn rates_are_read_exactly_and_gaps_are_no_rates() {
        let (rates, rejects) = read(
            "Date,USD,XXQ,GBP,\n2026-10-30,1.1172,3,N/A,\n2026-10-29,1.113,,0.83578,\n",
            Language::En,
        );
        let rate = |day, code: &str, per_euro| PublishedRate {
            day,
            currency: code.parse().expect("a currency"),
            per_euro,
        };
        assert_eq!(
            rates,
            [
                rate(date(2026, 10, 30), "USD", 111_720_000),
                rate(date(2026, 10, 29), "USD", 111_300_000),
                rate(date(2026, 10, 29), "GBP", 83_578_000),
            ]
        );
        assert_eq!(rejects, []);
    }

    #[test]
    fn bad_cells_are_rejected_one_by_one() {
        let (rates, rejects) = read(
            "Date,USD,GBP\n30/10/2026,1,2\n2026-10-29,1e9,0.5\n2026-10-28,0,1.123456789\n",
            Language::En,
        );
        assert_eq!(rates.len(), 1);
        let faults: Vec<_> =
            rejects.iter().map(|reject| (reject.line, reject.field.as_str())).collect();
        assert_eq!(faults, [(2, "Date"), (3, "USD"), (4, "USD"), (4, "GBP")]);
    }
}
