//! At which price a product was sold, month by month.

use comptoir_model::money::divide_half_even;
use jiff::civil::Date;

use crate::exchange;
use crate::performance::Reader;
use crate::run::MetricsError;
use crate::statement::Bindings;

/// The unit prices of one month, before discounts and without tax, in minor units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// First day of the month.
    pub month: Date,
    pub least: i64,
    pub median: i64,
    pub most: i64,
    pub lines: i64,
}

/// Reads them; each line with a quantity above 0 is one price.
pub(super) fn prices(reader: &Reader<'_>, item: i64) -> Result<Vec<Price>, MetricsError> {
    let mut bindings = Bindings::default();
    let mut lines = reader.lines(Some(&[item]), &mut bindings)?;
    lines.keep("m.quantity > 0".to_owned());
    let gross = exchange::converted("m.gross", reader.scope, &mut bindings);
    let statement = bindings.statement(format!(
        "{}SELECT CAST(date_trunc('month', m.day) AS DATE), {gross} AS gross, m.quantity, count(*) {}
GROUP BY 1, 2, 3 HAVING gross IS NOT NULL ORDER BY 1",
        lines.with(&[]),
        lines.rows()
    ));
    let mut months: Vec<(Date, Vec<(i128, i128, i64)>)> = Vec::new();
    for cells in reader.snapshot.query(&statement.sql, &statement.values)?.rows {
        let price = || Some((cells[0].date()?, cells[1].int()?, cells[2].int()?, cells[3].int()?));
        let Some((month, gross, quantity, times)) = price() else { continue };
        if months.last().is_none_or(|(known, _)| *known != month) {
            months.push((month, Vec::new()));
        }
        if let Some((_, seen)) = months.last_mut() {
            seen.push((i128::from(gross), i128::from(quantity), times));
        }
    }
    Ok(months.into_iter().filter_map(|(month, seen)| price(month, seen)).collect())
}

fn price(month: Date, mut seen: Vec<(i128, i128, i64)>) -> Option<Price> {
    seen.sort_by(|(a, b, _), (c, d, _)| (a * d).cmp(&(c * b)));
    let lines: i64 = seen.iter().map(|(_, _, times)| times).sum();
    let unit = |(gross, quantity, _): &(i128, i128, i64)| {
        i64::try_from(divide_half_even(*gross, *quantity)).ok()
    };
    let at = |place: i64| {
        let mut passed = 0;
        seen.iter().find(|(_, _, times)| {
            passed += times;
            place < passed
        })
    };
    let (low, high) = (unit(at((lines - 1) / 2)?)?, unit(at(lines / 2)?)?);
    Some(Price {
        month,
        least: unit(seen.first()?)?,
        median: i64::try_from(divide_half_even(i128::from(low) + i128::from(high), 2)).ok()?,
        most: unit(seen.last()?)?,
        lines,
    })
}
