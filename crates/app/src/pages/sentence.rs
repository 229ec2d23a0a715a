//! The sentence of the day: how much, how much more or less, and why.

use comptoir_metrics::{Cell, Table};

use super::figure::{change, minor, short, total};
use super::view::{View, period_label};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::tiles::Direction;

/// « 12 480 € sur 30 jours, +8 % : davantage de commandes (+11 %), panier moyen en recul (−3 %). »
pub fn sentence(view: &View<'_>, table: &Table) -> Option<String> {
    let lang = view.lang;
    let revenue = comptoir_metrics::metric("revenue")?;
    let total_now = total(table, revenue.id);
    let amount = short(lang, total_now, revenue.unit, table.currency);
    let period = when(view, lang);
    if minor(total_now) == Some(0) && total(table, "orders").whole() == Some(0) {
        return Some(t_args(lang, "sentence-none", &[("period", &period)]));
    }
    let Some(was) = table.previous_total(revenue.id) else {
        let orders = orders_in_words(lang, total(table, "orders").whole().unwrap_or(0));
        return Some(t_args(
            lang,
            "sentence-plain",
            &[("amount", &amount), ("period", &period), ("orders", &orders)],
        ));
    };
    let moved = change(lang, revenue, total_now, was, table.currency)?;
    let why: Vec<String> =
        [reason(view, table, "orders"), reason(view, table, "average_order_value")]
            .into_iter()
            .flatten()
            .collect();
    let values = [("amount", amount.as_str()), ("period", &period), ("change", &moved.text)];
    if why.is_empty() {
        return Some(t_args(lang, "sentence-change", &values));
    }
    let why = why.join(&t(lang, "sentence-and"));
    Some(t_args(lang, "sentence-why", &[values[0], values[1], values[2], ("why", &why)]))
}

fn reason(view: &View<'_>, table: &Table, id: &str) -> Option<String> {
    let lang = view.lang;
    let metric = comptoir_metrics::metric(id)?;
    let was = table.previous_total(id)?;
    let moved = change(lang, metric, total(table, id), was, table.currency)?;
    let word = match moved.direction {
        Direction::Up => "up",
        Direction::Down => "down",
        Direction::Flat => "flat",
    };
    let words = format!("sentence-{}-{word}", id.replace('_', "-"));
    Some(t_args(lang, &words, &[("change", &moved.text)]))
}

/// « sur 30 jours », « aujourd’hui », « du 1er au 9 décembre 2011 ».
fn when(view: &View<'_>, lang: Lang) -> String {
    match view.query.period.id() {
        Some(id @ ("7d" | "28d" | "30d" | "90d")) => {
            t_args(lang, "sentence-over-days", &[("days", id.trim_end_matches('d'))])
        }
        Some("12m") => t(lang, "sentence-over-12-months"),
        Some(id) => lower(&period_label(lang, id)),
        None => {
            let days = view.days();
            format::range(lang, days.from, days.to)
        }
    }
}

/// The first letter small, for the middle of a sentence; « TTC » stays as it is.
pub fn lower(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

fn orders_in_words(lang: Lang, count: i64) -> String {
    let words = if count == 1 { "orders-one" } else { "orders-many" };
    t_args(lang, words, &[("count", &format::integer(lang, count))])
}

/// One sentence for a chart of counts: « 214 commandes, 7 par jour en moyenne ».
pub fn of_total(lang: Lang, table: &Table, id: &str) -> String {
    let Some(metric) = comptoir_metrics::metric(id) else { return String::new() };
    let now = total(table, id);
    let value = short(lang, now, metric.unit, table.currency);
    let was = table.previous_total(id).filter(|was| !matches!(was, Cell::Null));
    let Some(was) = was else { return value };
    let before = short(lang, was, metric.unit, table.currency);
    t_args(lang, "summary-against", &[("value", &value), ("before", &before)])
}
