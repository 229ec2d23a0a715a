//! Exchange rates: units of a currency for one euro, as the European Central Bank publishes them.

mod download;

use std::collections::BTreeMap;

use comptoir_model::Currency;
use duckdb::params;
use jiff::ToSpan;
use jiff::civil::Date;

use crate::error::StoreError;
use crate::store::Store;
use crate::value::Value;
use crate::writer;

pub use download::{Download, download};

/// A rate is used on its own day and on at most this many days after it.
const CARRIED_DAYS: i32 = 7;

/// A published rate: units of `currency` for one euro, times 10^8.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub day: Date,
    pub currency: Currency,
    pub per_euro: i64,
}

impl Store {
    /// Adds published rates; a rate of the same day and currency is replaced.
    pub fn add_rates(&self, rates: Vec<Rate>) -> Result<(), StoreError> {
        self.writer()?.run(move |connection| {
            writer::transaction(connection, |connection| {
                connection.execute_batch(
                    "CREATE OR REPLACE TEMP TABLE in_rates (day DATE, currency VARCHAR, rate BIGINT, published DATE)",
                )?;
                let mut appender = connection.appender("in_rates")?;
                for (day, rate) in carried_forward(&rates) {
                    appender.append_row(params![
                        Value::from(day),
                        rate.currency.code(),
                        rate.per_euro,
                        Value::from(rate.day)
                    ])?;
                }
                appender.flush()?;
                drop(appender);
                connection.execute_batch(include_str!("rates.sql"))?;
                Ok(())
            })
        })
    }
}

/// Each day on which a rate may be used, with the latest rate published by then.
fn carried_forward(rates: &[Rate]) -> Vec<(Date, Rate)> {
    let mut days: BTreeMap<(&str, Date), Rate> = BTreeMap::new();
    for rate in rates {
        for carried in 0..=CARRIED_DAYS {
            let day = rate.day.saturating_add(carried.days());
            let entry = days.entry((rate.currency.code(), day)).or_insert(*rate);
            if rate.day >= entry.day {
                *entry = *rate;
            }
        }
    }
    days.into_iter().map(|((_, day), rate)| (day, rate)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_rate_is_carried_for_seven_days_and_no_more() {
        let rate = |day, per_euro| Rate { day, currency: Currency::USD, per_euro };
        let days = carried_forward(&[rate(date(2026, 10, 30), 2), rate(date(2026, 10, 29), 1)]);
        assert_eq!(days.len(), 9);
        assert_eq!(days[0], (date(2026, 10, 29), rate(date(2026, 10, 29), 1)));
        assert_eq!(days[8], (date(2026, 11, 6), rate(date(2026, 10, 30), 2)));
    }
}
