//! The products that moved revenue most, and all the others, so that the table adds up.

use comptoir_charts::Cell as Shown;
use comptoir_metrics::bridge::{Bridge, Fate, Item, Rest, Sold};
use comptoir_metrics::{Filter, dimension, metric};
use maud::html;

use super::file_of;
use super::walk::tone;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::view::{View, explain};
use crate::ui::card::{Card, Span};
use crate::ui::table::{Column, Row, Table};

/// Products shown in each direction.
const MOST: usize = 10;

pub fn card(view: &View<'_>, found: &Bridge) -> Card {
    let lang = view.lang;
    let movers = found.goods.movers(MOST);
    let exact = |minor: i64| format::money_exact(lang, minor, found.currency);
    let amounts = |before: Sold, now: Sold, change: i64| {
        [
            Shown::new(format::integer(lang, before.units)),
            Shown::new(format::integer(lang, now.units)),
            Shown::new(exact(before.gross)),
            Shown::new(exact(now.gross)),
            Shown::new(format::money_signed_exact(lang, change, found.currency))
                .toned(tone(change)),
        ]
    };
    let row = |item: &&Item| {
        let mut cells = vec![Shown::new(titled(item)), Shown::new(item.code.clone())];
        cells.push(Shown::new(fate_words(lang, item.fate()).unwrap_or_default()));
        cells.extend(amounts(item.before, item.now, item.change()));
        Row { href: behind(view, found, item), cells }
    };
    let together = |label: String, rest: &Rest| {
        let mut cells = vec![Shown::new(label), Shown::default(), Shown::default()];
        cells.extend(amounts(rest.before, rest.now, rest.change));
        cells
    };
    let others = (movers.others.count > 0).then(|| Row {
        href: Some(format!("/products?{}", view.filters_text())),
        cells: together(
            t_args(
                lang,
                if movers.others.count == 1 { "why-other-product" } else { "why-other-products" },
                &[(
                    "count",
                    &format::integer(lang, i64::try_from(movers.others.count).unwrap_or(i64::MAX)),
                )],
            ),
            &movers.others,
        ),
    });
    let table = Table {
        lang,
        caption: t(lang, "why-products-title"),
        columns: vec![
            Column::text(t(lang, "sellers-product")),
            Column::text(t(lang, "order-reference")),
            Column::text(t(lang, "why-column-fate")),
            Column::number(t(lang, "why-column-units-before")),
            Column::number(t(lang, "why-column-units-now")),
            Column::number(t(lang, "why-column-gross-before")),
            Column::number(t(lang, "why-column-gross-now")),
            Column::number(t(lang, "why-column-effect-products")),
        ],
        rows: movers.up.iter().chain(&movers.down).map(row).chain(others).collect(),
        sum: Some(together(t(lang, "why-all-products"), &movers.total)),
        paging: None,
        csv: view.file(file_of(view, "products", "csv")),
        xlsx: view.file(file_of(view, "products", "xlsx")),
    };
    let mut card = Card::new(
        lang,
        "why-products",
        t(lang, "why-products-title"),
        Span::Full,
        html! { div.movers { (table.render()) } },
    );
    card.summary = Some(t(lang, "why-products-summary"));
    card
}

/// What became of a product, when it is not simply sold in both periods.
pub fn fate_words(lang: Lang, fate: Fate) -> Option<String> {
    let words = match fate {
        Fate::New => "why-fate-new",
        Fate::Dropped => "why-fate-dropped",
        Fate::Unpriced => "why-fate-unpriced",
        Fate::Both => return None,
    };
    Some(t(lang, words))
}

/// Its name; a product that nobody named goes by its reference.
pub fn name(item: &Item) -> String {
    item.name.clone().unwrap_or_else(|| item.code.clone())
}

fn titled(item: &Item) -> String {
    match &item.variant {
        Some(variant) => format!("{} · {variant}", name(item)),
        None => name(item),
    }
}

/// The rows of a product's gross sales, where the profile in force means the same by them.
fn behind(view: &View<'_>, found: &Bridge, item: &Item) -> Option<String> {
    let gross = metric("gross_sales").filter(|_| found.goods.are_gross_sales)?;
    let mut query = view.query.clone();
    query.filters.push(Filter::new(dimension("product")?, Some(item.code.clone())));
    query.filters.push(Filter::new(dimension("variant")?, item.variant.clone()));
    Some(explain(gross, &query))
}
