//! Key figures of loyalty, and the four groups of customers.

use comptoir_charts::{Paint, bar};
use comptoir_metrics::groups::{self, Group, Groups};
use comptoir_metrics::{Cell, Metric, Table, Unit, metric, run};
use comptoir_store::Snapshot;
use maud::{Markup, html};

use super::super::export::menu;
use super::super::figure::{change, exact, minor, short, total};
use super::super::frame::PageError;
use super::super::overview::share;
use super::super::view::{View, explain};
use crate::access::Right;
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{t, t_args};
use crate::ui::Link;
use crate::ui::card::{Card, Span};
use crate::ui::tiles::{Content, Figure, Tile, tiles};

/// The key figures, in the order of the page.
const TILES: [&str; 8] = [
    "customers",
    "repeat_purchase_rate",
    "returning_customer_rate",
    "existing_new_ratio",
    "existing_customer_share",
    "purchase_frequency",
    "mean_days_between_orders",
    "median_days_between_orders",
];

/// The sentence of the page and its cards.
pub fn section(
    snapshot: &Snapshot,
    view: &View<'_>,
) -> Result<(Option<String>, Vec<Card>), PageError> {
    let metrics: Vec<&'static Metric> = TILES.iter().filter_map(|id| metric(id)).collect();
    let figures = run(snapshot, &view.asking(metrics.clone()), view.context)?;
    let groups = groups::run(snapshot, &view.query, view.context)?;
    let all: Vec<Tile> = metrics.iter().map(|metric| tile(view, metric, &figures)).collect();
    let key_figures = Card::new(
        view.lang,
        "loyalty-figures",
        t(view.lang, "loyalty-figures"),
        Span::Full,
        tiles(view.lang, &all),
    );
    Ok((sentence(view, &figures), vec![key_figures, groups_card(view, &groups)]))
}

fn sentence(view: &View<'_>, figures: &Table) -> Option<String> {
    let rate = total(figures, "returning_customer_rate");
    if matches!(rate, Cell::Null) {
        return None;
    }
    let lang = view.lang;
    let of = |id: &str| {
        let unit = metric(id).map_or(Unit::Ratio, |metric| metric.unit);
        short(lang, total(figures, id), unit, figures.currency)
    };
    Some(t_args(
        lang,
        "loyalty-sentence",
        &[("returning", &of("returning_customer_rate")), ("repeat", &of("repeat_purchase_rate"))],
    ))
}

fn tile(view: &View<'_>, metric: &'static Metric, table: &Table) -> Tile {
    let lang = view.lang;
    let now = total(table, metric.id);
    let was = table.previous_total(metric.id);
    let figure = Figure {
        value: short(lang, now, metric.unit, table.currency),
        exact: minor(now)
            .filter(|_| metric.unit == Unit::Money)
            .map(|minor| format::money_exact(lang, minor, table.currency)),
        change: was.and_then(|was| change(lang, metric, now, was, table.currency)),
        previous: was.map(|was| short(lang, was, metric.unit, table.currency)),
        small_sample: None,
        spark: None,
        href: explain(metric, &view.query),
    };
    Tile {
        label: view.label(metric),
        content: Content::Figure(Box::new(figure)),
        definition: view.definition(metric),
        formula: None,
    }
}

fn groups_card(view: &View<'_>, groups: &Groups) -> Card {
    let lang = view.lang;
    let everyone: i64 = groups.rows.iter().map(|row| row.customers).sum();
    let largest = groups.rows.iter().map(|row| row.customers).max().unwrap_or(0);
    let revenue: i64 = groups.rows.iter().map(|row| row.revenue).sum();
    let body = html! {
        div.scroll tabindex="0" role="region" aria-label=(t(lang, "loyalty-groups")) {
            table.data.groups {
                thead { tr {
                    th scope="col" { (t(lang, "loyalty-group")) }
                    th scope="col" { (t(lang, "loyalty-group-rule")) }
                    th.n scope="col" { (t(lang, "loyalty-group-customers")) }
                    th.n scope="col" { (t(lang, "sellers-share")) }
                    th.n scope="col" { (revenue_words(view, "loyalty-group-mean")) }
                    th.n scope="col" { (revenue_words(view, "loyalty-group-revenue")) }
                    th.n scope="col" { (t(lang, "loyalty-group-revenue-share")) }
                } }
                tbody.sum { tr {
                    th scope="row" { (t(lang, "loyalty-buyers")) }
                    td { (t(lang, "loyalty-rule-buyers")) }
                    td.n { (format::integer(lang, groups.buyers.customers)) }
                    td.n { (share(lang, &Cell::Count(groups.buyers.customers), &Cell::Count(everyone))) }
                    td.n { (exact(lang, &groups.buyers.mean_revenue, Unit::Money, groups.currency)) }
                    td.n { (format::money(lang, groups.buyers.revenue, groups.currency)) }
                    td.n {}
                } }
                tbody { @for row in &groups.rows { tr {
                    th scope="row" {
                        @if view.may(Right::Customers) { a href=(customers_of(view, row.group)) { (group_words(view, row.group)) } }
                        @else { (group_words(view, row.group)) }
                        (bar(row.customers, largest, Paint::Existing))
                    }
                    td { (rule(view, row.group, groups.threshold)) }
                    td.n { (format::integer(lang, row.customers)) }
                    td.n { (share(lang, &Cell::Count(row.customers), &Cell::Count(everyone))) }
                    td.n { (exact(lang, &row.mean_revenue, Unit::Money, groups.currency)) }
                    td.n { @if row.group == Group::Leads { (format::NO_VALUE) } @else { (format::money(lang, row.revenue, groups.currency)) } }
                    td.n { @if row.group == Group::Leads { (format::NO_VALUE) } @else { (share(lang, &Cell::Money(row.revenue), &Cell::Money(revenue))) } }
                } } }
            }
        }
    };
    let mut card = Card::new(lang, "groups", t(lang, "loyalty-groups"), Span::Full, body);
    card.summary = Some(t_args(
        lang,
        "loyalty-groups-summary",
        &[("day", &format::day(lang, groups.until)), ("threshold", &groups.threshold.to_string())],
    ));
    card.menu = files(view);
    card
}

/// A head of revenue, which says so when the shop shows it with tax.
fn revenue_words(view: &View<'_>, words: &str) -> String {
    let name = t(view.lang, words);
    metric("revenue").map_or_else(|| name.clone(), |revenue| view.named(revenue, &name))
}

pub fn files(view: &View<'_>) -> Vec<Link> {
    menu(view, |end| view.here().replacen("/loyalty?", &format!("/loyalty.{end}?"), 1))
}

fn customers_of(view: &View<'_>, group: Group) -> String {
    format!("/customers?{}&group={}", view.filters_text(), group.id())
}

fn group_words(view: &View<'_>, group: Group) -> String {
    t(view.lang, &format!("customer-group-{}", group.id().replace('_', "-")))
}

/// « 2 à 4 commandes ».
fn rule(view: &View<'_>, group: Group, threshold: i64) -> Markup {
    let lang = view.lang;
    let last = (threshold - 1).to_string();
    let words = match group {
        Group::Leads => t(lang, "loyalty-rule-lead"),
        Group::OneTime => t(lang, "loyalty-rule-one-time"),
        Group::Repeat if threshold <= 2 => format::NO_VALUE.to_owned(),
        Group::Repeat if threshold == 3 => t(lang, "loyalty-rule-two"),
        Group::Repeat => t_args(lang, "loyalty-rule-repeat", &[("last", &last)]),
        Group::Loyal => {
            t_args(lang, "loyalty-rule-loyal", &[("threshold", &threshold.to_string())])
        }
    };
    html! { (words) }
}

/// The groups as a file.
pub fn sheet(snapshot: &Snapshot, view: &View<'_>) -> Result<Sheet, PageError> {
    let groups = groups::run(snapshot, &view.query, view.context)?;
    let lang = view.lang;
    let columns =
        ["loyalty-group", "loyalty-group-customers", "loyalty-group-mean", "loyalty-group-revenue"];
    Ok(Sheet {
        name: t(lang, "loyalty-file"),
        columns: columns.into_iter().map(|id| t(lang, id)).collect(),
        rows: groups
            .rows
            .iter()
            .map(|row| {
                vec![
                    Value::Text(group_words(view, row.group)),
                    Value::Count(row.customers),
                    Value::of(&row.mean_revenue, Some(Unit::Money), groups.currency),
                    Value::Money(row.revenue, groups.currency),
                ]
            })
            .collect(),
    })
}
