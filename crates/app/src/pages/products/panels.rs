//! The panels of a product's page: bought together, time to reorder, prices.

use comptoir_metrics::performance::product::{After, Product, Together};
use comptoir_metrics::{Cell, Unit};
use maud::html;

use super::cells;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::figure::{SMALL_SAMPLE, exact};
use crate::pages::view::View;
use crate::ui::Link;
use crate::ui::card::{Card, Span, empty};
use crate::ui::products::{Definition, Shown, definitions, plain_table};
use crate::ui::table::Column;

/// In the same order: probability, support, lift, and the counts they are made of.
pub fn together(view: &View<'_>, product: &Product) -> Card {
    let lang = view.lang;
    let figure = |cell: &Cell, unit: Unit| Shown::Figure {
        text: exact(lang, cell, unit, product.currency),
        sample: None,
    };
    let count = |count: i64| figure(&Cell::Count(count), Unit::Count);
    let row = |one: &Together| {
        vec![
            named(view, one.name.as_deref(), &one.code),
            figure(&one.probability, Unit::Ratio),
            figure(&one.support, Unit::Ratio),
            figure(&one.lift, Unit::Decimal),
            count(one.together),
            count(one.with),
            count(one.of_companion),
            count(one.orders),
        ]
    };
    let heads = [
        "product-probability",
        "product-support",
        "product-lift",
        "product-both",
        "product-with",
        "product-of",
        "product-all-orders",
    ];
    let body = if product.together.is_empty() {
        empty(&t(lang, "product-together-none"), &[])
    } else {
        let meanings = [
            ("product-probability", "product-probability-means"),
            ("product-support", "product-support-means"),
            ("product-lift", "product-lift-means"),
        ];
        html! {
            (plain_table(lang, &t(lang, "product-together"), &columns(lang, &heads), &product.together.iter().map(row).collect::<Vec<_>>()))
            (definitions(lang, &meanings.map(|(label, text)| Definition { label: t(lang, label), text: t(lang, text) })))
        }
    };
    let mut card = Card::new(lang, "together", t(lang, "product-together"), Span::Full, body);
    card.summary = Some(t(lang, "product-together-summary"));
    card
}

/// In a later order of the same customers.
pub fn after(view: &View<'_>, product: &Product) -> Card {
    let lang = view.lang;
    let row = |one: &After| {
        let count = |count: i64| Shown::Figure { text: format::integer(lang, count), sample: None };
        vec![
            named(view, one.name.as_deref(), &one.code),
            Shown::Figure {
                text: exact(lang, &one.probability, Unit::Ratio, product.currency),
                sample: (one.of < SMALL_SAMPLE).then(|| {
                    t_args(lang, "sample-size", &[("count", &format::integer(lang, one.of))])
                }),
            },
            count(one.customers),
            count(one.of),
        ]
    };
    let heads = ["product-probability", "product-later-buyers", "product-all-buyers"];
    let body = if product.after.is_empty() {
        empty(&t(lang, "product-after-none"), &[])
    } else {
        let meaning = Definition {
            label: t(lang, "product-probability"),
            text: t(lang, "product-after-means"),
        };
        html! {
            (plain_table(lang, &t(lang, "product-after"), &columns(lang, &heads), &product.after.iter().map(row).collect::<Vec<_>>()))
            (definitions(lang, &[meaning]))
        }
    };
    let mut card = Card::new(lang, "after", t(lang, "product-after"), Span::Half, body);
    card.summary = Some(t(lang, "product-after-summary"));
    card
}

/// When a buyer usually buys it again, and what to do with that (S210).
pub fn reorder(lang: Lang, product: &Product) -> Card {
    let gaps = &product.gaps;
    let days = |cell: &Cell| exact(lang, cell, Unit::Days, product.currency);
    let body = if gaps.count() == 0 {
        empty(&t(lang, "product-reorder-none"), &[])
    } else {
        let figures = t_args(
            lang,
            "product-reorder-figures",
            &[
                ("median", &days(&gaps.median())),
                ("low", &days(&gaps.quantile(1, 4))),
                ("high", &days(&gaps.quantile(3, 4))),
                ("count", &format::integer(lang, gaps.count())),
            ],
        );
        let advice =
            t_args(lang, "product-reorder-advice", &[("days", &days(&whole(&gaps.median())))]);
        html! {
            p.advice { (advice) }
            p { (figures) }
            @if gaps.count() < SMALL_SAMPLE { p.faint { (t(lang, "product-reorder-few")) } }
            p.note { (t(lang, "product-reorder-note")) }
        }
    };
    Card::new(lang, "reorder", t(lang, "product-reorder"), Span::Half, body)
}

/// Advice is in whole days.
fn whole(cell: &Cell) -> Cell {
    cell.fraction().map_or(Cell::Null, |(over, under)| Cell::Ratio {
        numerator: comptoir_model::money::divide_half_even(over, under),
        denominator: 1,
    })
}

/// Lowest, median and highest unit price of each month.
pub fn prices(lang: Lang, product: &Product) -> Card {
    let money = |minor: i64| Shown::Figure {
        text: format::money_exact(lang, minor, product.currency),
        sample: None,
    };
    let heads = ["product-least", "product-median", "product-most", "product-lines"];
    let mut columns = columns(lang, &heads);
    columns[0] = Column::text(t(lang, "product-month"));
    let rows: Vec<Vec<Shown>> = product
        .prices
        .iter()
        .map(|price| {
            vec![
                Shown::Text(format::month(lang, price.month)),
                money(price.least),
                money(price.median),
                money(price.most),
                Shown::Figure { text: format::integer(lang, price.lines), sample: None },
            ]
        })
        .collect();
    let body = if rows.is_empty() {
        empty(&t(lang, "product-prices-none"), &[])
    } else {
        plain_table(lang, &t(lang, "product-prices"), &columns, &rows)
    };
    let mut card = Card::new(lang, "prices", t(lang, "product-prices"), Span::Full, body);
    card.summary = Some(t(lang, "product-prices-summary"));
    card
}

fn named(view: &View<'_>, name: Option<&str>, code: &str) -> Shown {
    Shown::Name(Link::new(cells::name(view.lang, name, code), cells::href(view, code)))
}

fn columns(lang: Lang, heads: &[&str]) -> Vec<Column> {
    let product = Column::text(t(lang, "sellers-product"));
    std::iter::once(product).chain(heads.iter().map(|id| Column::number(t(lang, id)))).collect()
}
