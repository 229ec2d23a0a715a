//! Reads and writes the address of a query.

use comptoir_model::{Currency, DateBasis};
use comptoir_store::Amounts;
use jiff::civil::Date;

use super::address::{encode, pairs};
use super::{DEFAULT_PERIOD, Filter, PARAMETERS, Query, QueryError, Sort};
use crate::calendar::read_day;
use crate::check;
use crate::context::Context;
use crate::dimension::{DIMENSIONS, dimension};
use crate::metric::{METRICS, metric};
use crate::nearest::nearest;
use crate::period::{Choice, Comparison, PRESETS, Period};
use crate::profile::{PROFILES, profile};

const COMPARISONS: &[(&str, Comparison)] = &[
    ("none", Comparison::None),
    ("previous", Comparison::Previous),
    ("year", Comparison::Year),
    ("year_weekday", Comparison::YearWeekday),
];

const BASES: [DateBasis; 3] = [DateBasis::Created, DateBasis::Paid, DateBasis::Completed];

pub(super) fn parse(text: &str, context: &Context) -> Result<Query, QueryError> {
    // The weeks that a filter names are those of the shop, wherever in the address it stands.
    let shop =
        pairs(text).find_map(|(name, value)| value.filter(|_| name.as_deref() == Some("shop")));
    let shop = shop.filter(|slug| context.shop(slug).is_some());
    let context = &*context.seen_from(shop.as_deref());
    let mut query = Query::new(Vec::new());
    let (mut from, mut to) = (None, None);
    let mut sort = None;
    let mut given: Vec<String> = Vec::new();
    for (name, value) in pairs(text) {
        let (Some(name), Some(value)) = (name, value) else {
            return Err(QueryError::new(
                "query",
                text,
                "the address is not valid UTF-8, or its % escapes are broken",
            ));
        };
        let Some(known) = PARAMETERS.iter().find(|known| **known == name) else {
            return Err(QueryError::new(&name, &value, "there is no such parameter")
                .with_nearest(nearest(&name, PARAMETERS.iter().copied())));
        };
        if *known != "where" && given.contains(&name) {
            return Err(QueryError::new(&name, &value, "the parameter is given twice"));
        }
        match *known {
            // A form sends its empty fields too: they ask for nothing.
            "by" | "shop" | "profile" | "date" | "currency" | "tax" | "sort"
                if value.is_empty() => {}
            "metrics" => {
                query.metrics = list("metrics", &value, metric, &METRICS.iter().map(|m| m.id))?;
            }
            "by" => {
                query.by = list("by", &value, dimension, &DIMENSIONS.iter().map(|d| d.id))?;
                if query.by.len() > 3 {
                    return Err(QueryError::new(
                        "by",
                        &value,
                        "at most 3 dimensions can be combined",
                    ));
                }
            }
            "period" => {
                query.period = Choice::preset(&value).ok_or_else(|| {
                    let ids = PRESETS.iter().map(|(id, _)| *id);
                    QueryError::new(
                        "period",
                        &value,
                        "there is no such period; for days use from and to",
                    )
                    .with_nearest(nearest(&value, ids))
                })?;
            }
            "from" => from = Some(day("from", &value)?),
            "to" => to = Some(day("to", &value)?),
            "shop" => {
                if context.shop(&value).is_none() {
                    let slugs = context.shops.iter().map(|shop| &*shop.shop.slug);
                    return Err(QueryError::new("shop", &value, "there is no such shop")
                        .with_nearest(nearest(&value, slugs)));
                }
                query.shop = Some(value);
            }
            "compare" => query.comparison = comparison(&value)?,
            "profile" => {
                query.profile = Some(profile(&value).ok_or_else(|| {
                    let ids = PROFILES.iter().map(|profile| profile.id);
                    QueryError::new("profile", &value, "there is no such calculation profile")
                        .with_nearest(nearest(&value, ids))
                })?);
            }
            "date" => {
                let basis = BASES.into_iter().find(|basis| basis.id() == value);
                query.date = Some(basis.ok_or_else(|| {
                    QueryError::new("date", &value, "use created, paid or completed")
                        .with_nearest(nearest(&value, BASES.iter().map(|basis| basis.id())))
                })?);
            }
            "currency" => {
                query.currency = Some(value.parse::<Currency>().map_err(|error| {
                    QueryError::new("currency", &value, error.to_string())
                        .with_nearest(nearest(&value, Currency::all()))
                })?);
            }
            "tax" => {
                query.tax = Some(Amounts::read(&value).ok_or_else(|| {
                    let ids = Amounts::ALL.iter().map(|amounts| amounts.id());
                    QueryError::new("tax", &value, "use excl or incl")
                        .with_nearest(nearest(&value, ids))
                })?);
            }
            "where" => query.filters.push(Filter::parse(&value, context)?),
            "sort" => sort = Some(value),
            _ => {
                let limit =
                    value.parse::<usize>().ok().filter(|limit| (1..=100_000).contains(limit));
                query.limit = Some(limit.ok_or_else(|| {
                    let asked = value.trim().parse::<i128>().ok();
                    let near = asked.map(|asked| asked.clamp(1, 100_000).to_string());
                    QueryError::new("limit", &value, "write a whole number from 1 to 100000")
                        .with_nearest(near)
                })?);
            }
        }
        given.push(name);
    }
    if query.metrics.is_empty() {
        return Err(QueryError::new(
            "metrics",
            "",
            "name at least one metric, for example metrics=revenue",
        )
        .with_nearest(Some("revenue".to_owned())));
    }
    if from.is_some() || to.is_some() {
        query.period = custom(from, to, &given, &query, context)?;
    }
    query.sort =
        sort.filter(|sort| !sort.is_empty()).map(|sort| read_sort(&sort, &query)).transpose()?;
    check::check(&query, context)?;
    Ok(query)
}

fn list<T: PartialEq + Copy>(
    parameter: &str,
    text: &str,
    find: impl Fn(&str) -> Option<T>,
    known: &(impl Iterator<Item = &'static str> + Clone),
) -> Result<Vec<T>, QueryError> {
    let mut found = Vec::new();
    for id in text.split(',').map(str::trim) {
        let item = find(id).ok_or_else(|| {
            let what = if parameter == "by" { "dimension" } else { "metric" };
            QueryError::new(parameter, id, format!("there is no such {what}"))
                .with_nearest(nearest(id, known.clone()))
        })?;
        if found.contains(&item) {
            return Err(QueryError::new(parameter, id, "it is named twice"));
        }
        found.push(item);
    }
    Ok(found)
}

fn day(parameter: &str, text: &str) -> Result<Date, QueryError> {
    let day = read_day(text).ok_or_else(|| {
        QueryError::new(
            parameter,
            text,
            "write a day that exists as year-month-day, for example 2026-01-31",
        )
    })?;
    if !(1970..=2200).contains(&day.year()) {
        let near = if day.year() < 1970 { "1970-01-01" } else { "2200-12-31" };
        return Err(QueryError::new(parameter, text, "days run from 1970-01-01 to 2200-12-31")
            .with_nearest(Some(near.to_owned())));
    }
    Ok(day)
}

fn custom(
    from: Option<Date>,
    to: Option<Date>,
    given: &[String],
    query: &Query,
    context: &Context,
) -> Result<Choice, QueryError> {
    if given.iter().any(|name| name == "period") {
        let id = query.period.id().unwrap_or_default();
        return Err(QueryError::new("period", id, "give either a period, or from and to"));
    }
    let Some(from) = from else {
        return Err(QueryError::new("from", "", "to is given without from"));
    };
    let to = to.unwrap_or_else(|| context.today(&query.shops(context)).max(from));
    range("from", from, to).map(Choice::Days)
}

fn range(parameter: &str, from: Date, to: Date) -> Result<Period, QueryError> {
    if from > to {
        let reason = format!("it is after the end of the period, {to}");
        return Err(QueryError::new(parameter, &from.to_string(), reason)
            .with_nearest(Some(to.to_string())));
    }
    Ok(Period { from, to })
}

fn comparison(text: &str) -> Result<Comparison, QueryError> {
    if let Some((from, to)) = text.split_once("..") {
        return range("compare", day("compare", from)?, day("compare", to)?).map(Comparison::Days);
    }
    COMPARISONS.iter().find(|(id, _)| *id == text).map(|(_, comparison)| *comparison).ok_or_else(
        || {
            QueryError::new("compare", text, "use previous, year, year_weekday, none or FROM..TO")
                .with_nearest(nearest(text, COMPARISONS.iter().map(|(id, _)| *id)))
        },
    )
}

fn read_sort(text: &str, query: &Query) -> Result<Sort, QueryError> {
    let (descending, id) = text.strip_prefix('-').map_or((false, text), |id| (true, id));
    let columns =
        || query.metrics.iter().map(|metric| metric.id).chain(query.by.iter().map(|by| by.id));
    columns().find(|column| *column == id).map(|column| Sort { column, descending }).ok_or_else(
        || {
            QueryError::new(
                "sort",
                text,
                "sort by a metric or dimension of the query, with - for descending",
            )
            .with_nearest(nearest(id, columns()).or_else(|| columns().next().map(str::to_owned)))
        },
    )
}

pub(super) fn write(query: &Query) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut add = |name: &str, value: &str| parts.push(format!("{name}={}", encode(value)));
    let ids: Vec<&str> = query.metrics.iter().map(|metric| metric.id).collect();
    add("metrics", &ids.join(","));
    if !query.by.is_empty() {
        let ids: Vec<&str> = query.by.iter().map(|dimension| dimension.id).collect();
        add("by", &ids.join(","));
    }
    match query.period {
        Choice::Days(period) => {
            add("from", &period.from.to_string());
            add("to", &period.to.to_string());
        }
        choice if choice == DEFAULT_PERIOD => {}
        choice => add("period", choice.id().unwrap_or_default()),
    }
    if let Some(shop) = &query.shop {
        add("shop", shop);
    }
    match query.comparison {
        Comparison::None => {}
        Comparison::Days(period) => add("compare", &format!("{}..{}", period.from, period.to)),
        comparison => {
            let found = COMPARISONS.iter().find(|(_, known)| *known == comparison);
            add("compare", found.map_or("none", |(id, _)| *id));
        }
    }
    if let Some(profile) = query.profile {
        add("profile", profile.id);
    }
    if let Some(date) = query.date {
        add("date", date.id());
    }
    if let Some(currency) = query.currency {
        add("currency", currency.code());
    }
    if let Some(tax) = query.tax {
        add("tax", tax.id());
    }
    for filter in &query.filters {
        add("where", &filter.write());
    }
    if let Some(sort) = &query.sort {
        add("sort", &format!("{}{}", if sort.descending { "-" } else { "" }, sort.column));
    }
    if let Some(limit) = query.limit {
        add("limit", &limit.to_string());
    }
    parts.join("&")
}
