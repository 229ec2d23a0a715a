//! Days between two purchases of the same product by the same customer.

use std::collections::HashMap;

use super::{Item, Reader, item};
use crate::run::MetricsError;
use crate::statement::Bindings;
use crate::table::Cell;

/// The gaps of one product: how often each number of days was seen, from the shortest.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Gaps {
    seen: Vec<(i64, i64)>,
}

impl Gaps {
    /// How many gaps there are.
    pub fn count(&self) -> i64 {
        self.seen.iter().map(|(_, times)| times).sum()
    }

    /// Their mean; no value of none.
    pub fn mean(&self) -> Cell {
        let sum: i128 =
            self.seen.iter().map(|(days, times)| i128::from(*days) * i128::from(*times)).sum();
        match self.count() {
            0 => Cell::Null,
            count => Cell::Ratio { numerator: sum, denominator: i128::from(count) },
        }
    }

    /// The middle gap, or the mean of both middles.
    pub fn median(&self) -> Cell {
        self.quantile(1, 2)
    }

    /// The gap under which a part of all gaps lies, `numerator ÷ denominator`, between two gaps on the
    /// straight line from one to the other (the usual definition, number 7 of Hyndman and Fan).
    pub fn quantile(&self, numerator: i64, denominator: i64) -> Cell {
        let count = self.count();
        if count == 0 {
            return Cell::Null;
        }
        let place = i128::from(count - 1) * i128::from(numerator);
        let (below, rest) = (place / i128::from(denominator), place % i128::from(denominator));
        let (low, high) = (self.at(below), self.at(below + i128::from(rest != 0)));
        let denominator = i128::from(denominator);
        Cell::Ratio { numerator: low * (denominator - rest) + high * rest, denominator }
    }

    /// The gap at a place, from 0.
    fn at(&self, place: i128) -> i128 {
        let mut passed = 0;
        for (days, times) in &self.seen {
            passed += i128::from(*times);
            if place < passed {
                return i128::from(*days);
            }
        }
        0
    }
}

/// Reads the gaps of some products, or of all: between distinct days of one customer, both in the
/// period.
pub(super) fn gaps(
    reader: &Reader<'_>,
    items: Option<&[i64]>,
) -> Result<HashMap<Item, Gaps>, MetricsError> {
    let mut bindings = Bindings::default();
    let mut lines = reader.lines(items, &mut bindings)?;
    lines.keep("m.person_id IS NOT NULL".to_owned());
    let variant = reader.named("variant");
    let further = [
        format!(
            "bought AS MATERIALIZED (\n    SELECT {} AS item{}, m.person_id, m.day\n    {}\n)",
            lines.item,
            reader.variant(),
            lines.rows()
        ),
        // Most buy a product once; what follows is for the others.
        format!(
            "again AS (
    SELECT item{variant}, person_id FROM bought GROUP BY ALL HAVING min(day) < max(day)
)"
        ),
        format!(
            "days AS (
    SELECT DISTINCT b.item{}, b.person_id, b.day
    FROM bought b JOIN again a ON a.item = b.item AND a.person_id = b.person_id{}
)",
            reader.named("b.variant"),
            reader.same_variant("a", "b"),
        ),
    ];
    let statement = bindings.statement(format!(
        "{}SELECT item, {}, gap, count(*) FROM (
    SELECT item{variant}, day - lag(day) OVER (PARTITION BY item{variant}, person_id ORDER BY day) AS gap
    FROM days
) WHERE gap IS NOT NULL
GROUP BY 1, 2, 3 ORDER BY 3",
        lines.with(&further),
        reader.answered("variant"),
    ));
    let mut found: HashMap<Item, Gaps> = HashMap::new();
    for cells in reader.snapshot.query(&statement.sql, &statement.values)?.rows {
        if let (Some(item), Some(gap), Some(times)) = (item(&cells), cells[2].int(), cells[3].int())
        {
            found.entry(item).or_default().seen.push((gap, times));
        }
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn means_and_quantiles_of_gaps() {
        // 1, 2, 2, 7: mean 3, median 2, quartiles 1.75 and 3.25.
        let gaps = Gaps { seen: vec![(1, 1), (2, 2), (7, 1)] };
        let plain = |cell: Cell| cell.plain(comptoir_model::Currency::EUR).unwrap();
        assert_eq!(gaps.count(), 4);
        assert_eq!(plain(gaps.mean()), "3");
        assert_eq!(plain(gaps.median()), "2");
        assert_eq!(
            (plain(gaps.quantile(1, 4)), plain(gaps.quantile(3, 4))),
            ("1.75".into(), "3.25".into())
        );
        assert_eq!(Gaps::default().median(), Cell::Null);
        // 3, 10: the mean of both middles.
        assert_eq!(plain(Gaps { seen: vec![(3, 1), (10, 1)] }.median()), "6.5");
    }
}
