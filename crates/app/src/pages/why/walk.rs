//! A telling as a waterfall, with the table that the tooltip reads.

use comptoir_charts::waterfall::{Kind, Step, Texts, Waterfall};
use comptoir_charts::{Cell as Shown, DataTable, Head, Tone};
use comptoir_metrics::bridge::{Effect, Part};
use comptoir_metrics::{Cell, Choice, Comparison, Query, metric, profile};
use maud::Markup;

use super::told::{Telling, sentence};
use crate::format;
use crate::i18n::{Lang, t};
use crate::pages::figure::exact;
use crate::pages::view::{View, explain, filters_of};

/// Draws a telling; `id` is unique in the page.
pub fn walk(view: &View<'_>, id: &str, telling: &Telling<'_>) -> Markup {
    let lang = view.lang;
    let currency = telling.currency;
    let axis = move |value: i64| format::money_axis(lang, value, currency);
    Waterfall {
        id: &format!("why-{id}-chart"),
        title: t(lang, &format!("why-{id}-title")),
        summary: sentence(lang, telling),
        steps: steps(view, telling),
        table: table(lang, telling),
        axis: &axis,
        texts: Texts {
            legend: t(lang, "chart-legend"),
            up: t(lang, "why-up"),
            down: t(lang, "why-down"),
            total: metric("revenue")
                .map_or_else(|| t(lang, "why-total"), |revenue| view.label(revenue)),
            cut: t(lang, "why-cut"),
            table: t(lang, "chart-table"),
            empty: t(lang, "chart-empty"),
        },
    }
    .render()
}

/// An effect's name.
pub fn effect_words(lang: Lang, effect: Effect) -> String {
    t(lang, &format!("why-effect-{}", effect.id()))
}

fn steps(view: &View<'_>, telling: &Telling<'_>) -> Vec<Step> {
    let lang = view.lang;
    let exact = |minor: i64| format::money_exact(lang, minor, telling.currency);
    let total = |days: comptoir_metrics::Period, value: i64| Step {
        kind: Kind::Total,
        value,
        label: format::range(lang, days.from, days.to),
        text: exact(value),
        href: revenue_of(view, days),
    };
    let change = |part: &Part| Step {
        kind: Kind::Change,
        value: part.amount,
        label: effect_words(lang, part.effect),
        text: format::money_signed_exact(lang, part.amount, telling.currency),
        href: behind(view, part.effect, telling.profile),
    };
    std::iter::once(total(telling.comparison, telling.before))
        .chain(telling.parts.iter().map(change))
        .chain([total(telling.period, telling.now)])
        .collect()
}

fn revenue_of(view: &View<'_>, days: comptoir_metrics::Period) -> String {
    let query =
        Query { period: Choice::Days(days), comparison: Comparison::None, ..view.query.clone() };
    metric("revenue").map_or_else(String::new, |revenue| explain(revenue, &query))
}

/// What is behind an effect: the rows of its metric, the products, or all of revenue.
fn behind(view: &View<'_>, effect: Effect, in_force: &str) -> String {
    let products = matches!(
        effect,
        Effect::NewProducts
            | Effect::DroppedProducts
            | Effect::Volume
            | Effect::Mix
            | Effect::Price
            | Effect::Unpriced
    );
    if products {
        return format!("/products?{}", filters_of(&view.query));
    }
    let own = effect.metric().and_then(metric).filter(|metric| {
        profile(in_force).is_some_and(|profile| profile.formula(metric).is_some())
    });
    own.or_else(|| metric("revenue"))
        .map_or_else(String::new, |metric| explain(metric, &view.query))
}

fn table(lang: Lang, telling: &Telling<'_>) -> DataTable {
    let money = |minor: i64| format::money_exact(lang, minor, telling.currency);
    let figure = |cell: &Cell, part: &Part| match cell {
        Cell::Null => Shown::default(),
        cell => Shown::new(exact(lang, cell, part.unit, telling.currency)),
    };
    let total = |days: comptoir_metrics::Period, value: i64| {
        vec![
            Shown::new(format::range(lang, days.from, days.to)),
            Shown::default(),
            Shown::new(money(value)),
            Shown::default(),
            Shown::default(),
        ]
    };
    let change = |part: &Part| {
        vec![
            Shown::new(effect_words(lang, part.effect)),
            Shown::new(format::money_signed_exact(lang, part.amount, telling.currency))
                .toned(tone(part.amount)),
            Shown::new(money(part.reached)),
            figure(&part.before, part),
            figure(&part.now, part),
        ]
    };
    DataTable {
        head: vec![
            Head::text(t(lang, "why-column-step")),
            Head::number(t(lang, "why-column-effect")),
            Head::number(t(lang, "why-column-reached")),
            Head::number(t(lang, "why-column-before")),
            Head::number(t(lang, "why-column-now")),
        ],
        rows: std::iter::once(total(telling.comparison, telling.before))
            .chain(telling.parts.iter().map(change))
            .chain([total(telling.period, telling.now)])
            .collect(),
        foot: Some(vec![
            Shown::new(t(lang, "table-change")),
            Shown::new(format::money_signed_exact(lang, telling.change, telling.currency))
                .toned(tone(telling.change)),
            Shown::default(),
            Shown::default(),
            Shown::default(),
        ]),
    }
}

/// More revenue is good news, whatever it comes from.
pub fn tone(amount: i64) -> Tone {
    match amount.signum() {
        1 => Tone::Good,
        -1 => Tone::Bad,
        _ => Tone::Neutral,
    }
}
