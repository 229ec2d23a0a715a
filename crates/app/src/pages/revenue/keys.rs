//! What rows are about, in words, and what lies under each of them.

use comptoir_metrics::calendar::{self, read_label};
use comptoir_metrics::dimension::Kind;
use comptoir_metrics::table::{Column, Row};
use comptoir_metrics::{Bucket, Cell, Choice, Dimension, Filter, Query, Table, dimension};
use comptoir_model::TaxRate;
use jiff::civil::{Date, Weekday};

use crate::format;
use crate::i18n::{Lang, t};
use crate::pages::chart::{Step, hour_step, step};
use crate::pages::view::{View, capital};

/// A value of a dimension, as a row has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    pub dimension: &'static Dimension,
    /// As addresses write it; none is unknown.
    pub value: Option<String>,
    /// In the reader's words.
    pub name: String,
}

/// The keys of a row, one for each dimension.
pub fn keys(view: &View<'_>, table: &Table, row: &Row) -> Vec<Key> {
    let mut keys: Vec<Key> = Vec::new();
    for (column, cell) in table.columns.iter().zip(&row.keys) {
        match column {
            Column::Dimension(dimension) => {
                let value = match cell {
                    Cell::Text(text) => Some(text.clone()),
                    Cell::Count(number) => Some(number.to_string()),
                    _ => None,
                };
                keys.push(Key { dimension, name: name(view, dimension, value.as_deref()), value });
            }
            Column::ProductName => {
                if let (Some(key), Cell::Text(text)) = (keys.last_mut(), cell) {
                    text.clone_into(&mut key.name);
                }
            }
            Column::Metric(_) => {}
        }
    }
    keys
}

/// A value of a dimension in words; no value is « Inconnu ».
pub fn name(view: &View<'_>, dimension: &Dimension, value: Option<&str>) -> String {
    let lang = view.lang;
    let Some(value) = value.filter(|value| !value.trim().is_empty()) else {
        return t(
            lang,
            if dimension.id == "product" { "products-none" } else { "revenue-unknown" },
        );
    };
    let named = match dimension.kind {
        Kind::Time(bucket) => step_of(view, bucket, value).map(|step| step.long),
        Kind::Cycle if dimension.id == "weekday" => value
            .parse()
            .ok()
            .and_then(|day| Weekday::from_monday_one_offset(day).ok())
            .map(|day| capital(format::date::weekday_name(lang, day))),
        Kind::Cycle => value.parse().ok().map(|hour| format::hour(lang, hour)),
        Kind::Shop => view.context.shop(value).map(|shop| shop.shop.name.clone()),
        Kind::Rate => TaxRate::parse(value).map(|rate| format::tax_rate(lang, rate.0.into())),
        Kind::Text if dimension.id.ends_with("country") => Some(format::country(lang, value)),
        Kind::Text if dimension.id == "customer_type" => Some(t(lang, &format!("revenue-{value}"))),
        Kind::Text => None,
    };
    named.unwrap_or_else(|| value.to_owned())
}

/// The stretch of time that a value names, cut to the period.
pub fn step_of(view: &View<'_>, bucket: Bucket, value: &str) -> Option<Step> {
    let days = view.days();
    if bucket == Bucket::Hour {
        return Some(hour_step(view.lang, Some(&Cell::Text(value.to_owned())), days));
    }
    let start = read_label(value, bucket, view.context.week_start)?;
    Some(step(view.lang, start, bucket, days))
}

/// The same question about one row only, keeping the dimensions' filters apart.
pub fn narrowed(query: &Query, keys: &[Key]) -> Query {
    let mut narrow = Query { by: Vec::new(), sort: None, limit: None, ..query.clone() };
    for key in keys {
        narrow.filters.retain(|filter| filter.dimension != key.dimension);
        narrow.filters.push(Filter::new(key.dimension, key.value.clone()));
    }
    narrow
}

/// What a click on a row shows: the question narrowed to it, and the dimension to split it by. Time
/// narrows the period itself. `None`: there is nothing finer.
pub fn drill(view: &View<'_>, key: &Key) -> Option<(Query, &'static Dimension)> {
    let query = &view.query;
    if let Kind::Time(bucket) = key.dimension.kind {
        let finer = match bucket {
            Bucket::Year | Bucket::Quarter => Bucket::Month,
            Bucket::Month | Bucket::Week => Bucket::Day,
            Bucket::Day => Bucket::Hour,
            Bucket::Hour => return None,
        };
        let step = step_of(view, bucket, key.value.as_deref()?)?;
        let narrow = Query { period: Choice::Days(step.days), ..query.clone() };
        return Some((narrow, dimension(finer.id())?));
    }
    let finer = match key.dimension.id {
        "country" | "region" => "city",
        "billing_country" | "billing_region" => "billing_city",
        "billing_city" => "billing_postcode",
        "shipping_country" | "shipping_region" => "shipping_city",
        "shipping_city" => "shipping_postcode",
        "category" => "product",
        "product" => "variant",
        "channel" => "source",
        "source" => "medium",
        "medium" => "campaign",
        "weekday" => "hour_of_day",
        _ => view.days().bucket().id(),
    };
    Some((narrowed(query, std::slice::from_ref(key)), dimension(finer)?))
}

/// Rows of weekdays from the day on which weeks begin.
pub fn weekday_place(view: &View<'_>, key: Option<&Key>) -> Option<i8> {
    let key = key.filter(|key| key.dimension.id == "weekday")?;
    let day = Weekday::from_monday_one_offset(key.value.as_deref()?.parse().ok()?).ok()?;
    Some(day.since(view.context.week_start))
}

/// The first day of a label, for files.
pub fn day(view: &View<'_>, key: &Key) -> Option<Date> {
    let bucket = key.dimension.bucket().filter(|bucket| *bucket == Bucket::Day)?;
    calendar::read_label(key.value.as_deref()?, bucket, view.context.week_start)
}

/// The dimension's own name.
pub fn label(lang: Lang, dimension: &Dimension) -> &'static str {
    match lang {
        Lang::Fr => dimension.label.fr,
        Lang::En => dimension.label.en,
    }
}
