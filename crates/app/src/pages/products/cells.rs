//! The cells of the list of products, from figures to texts.

use comptoir_metrics::performance::{COLUMNS, Column, Kind, Performance, Row};
use comptoir_metrics::{Cell, Text, Unit};
use comptoir_model::Currency;

use super::request::Asked;
use crate::i18n::{Lang, t, t_args};
use crate::pages::figure::{SMALL_SAMPLE, exact};
use crate::pages::view::View;
use crate::ui::Link;
use crate::ui::products::{Definition, Shown};
use crate::ui::table::{self, Order, Sort};

pub fn say(lang: Lang, text: &Text) -> &'static str {
    match lang {
        Lang::Fr => text.fr,
        Lang::En => text.en,
    }
}

/// A product's own page, under the same filters.
pub fn href(view: &View<'_>, code: &str) -> String {
    format!("/products/{}?{}", comptoir_metrics::query::encode(code), view.filters_text())
}

/// The heads; each sorts, and sorts the other way when it already does.
pub fn columns(view: &View<'_>, asked: &Asked, variants: bool) -> Vec<table::Column> {
    let mut heads = Vec::new();
    for column in &COLUMNS {
        let (sorted, descending) = (asked.sort.0.id == column.id, asked.sort.1);
        let numeric = column.unit().is_some();
        // Figures start with the largest, texts with the first letter.
        let next = if sorted { !descending } else { numeric };
        let value = format!("{}{}", if next { "-" } else { "" }, column.id);
        let order = if descending { Order::Descending } else { Order::Ascending };
        let sort = Sort {
            href: without_page(&view.href_with("sort", &value)),
            order: sorted.then_some(order),
        };
        let label = said(view, column, say(view.lang, &column.short));
        let head = if numeric { table::Column::number(label) } else { table::Column::text(label) };
        heads.push(head.sorted(sort));
        if column.id == "code" && variants {
            heads.push(table::Column::text(t(view.lang, "products-variant")));
        }
    }
    heads
}

/// Another order begins on its first page.
fn without_page(href: &str) -> String {
    let Some((path, query)) = href.split_once('?') else { return href.to_owned() };
    let kept: Vec<&str> = query.split('&').filter(|one| !one.starts_with("page=")).collect();
    format!("{path}?{}", kept.join("&"))
}

/// The cells of a product.
pub fn row(view: &View<'_>, row: &Row, currency: Currency, variants: bool) -> Vec<Shown> {
    let lang = view.lang;
    let mut shown = Vec::new();
    for column in &COLUMNS {
        let cell = &row.cells[column.place()];
        shown.push(match column.id {
            "name" => Shown::Name(Link::new(
                name(lang, row.name.as_deref(), &row.code),
                href(view, &row.code),
            )),
            "together" => companion(view, row, cell, currency),
            "retention" => {
                let buyers = cell.fraction().map_or(0, |(_, of)| of);
                let small = !matches!(cell, Cell::Null) && buyers < i128::from(SMALL_SAMPLE);
                Shown::Figure {
                    text: text(lang, cell, column, currency),
                    sample: small
                        .then(|| t_args(lang, "sample-size", &[("count", &buyers.to_string())])),
                }
            }
            _ if column.kind == Kind::Text => Shown::Text(match cell {
                Cell::Text(text) => text.clone(),
                _ => String::new(),
            }),
            _ => Shown::Figure { text: text(lang, cell, column, currency), sample: None },
        });
        if column.id == "code" && variants {
            shown.push(Shown::Text(row.variant.clone().unwrap_or_default()));
        }
    }
    shown
}

/// A product's name; without one, it says so and gives the reference.
pub fn name(lang: Lang, name: Option<&str>, code: &str) -> String {
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        Some(name) => name.to_owned(),
        None => t_args(lang, "products-nameless", &[("code", code)]),
    }
}

fn companion(view: &View<'_>, row: &Row, cell: &Cell, currency: Currency) -> Shown {
    let Some((code, companion)) = &row.companion else {
        return Shown::Figure {
            text: exact(view.lang, &Cell::Null, Unit::Ratio, currency),
            sample: None,
        };
    };
    Shown::Companion {
        probability: exact(view.lang, cell, Unit::Ratio, currency),
        product: Link::new(name(view.lang, companion.as_deref(), code), href(view, code)),
        panel: format!("{}#together", href(view, &row.code)),
    }
}

fn text(lang: Lang, cell: &Cell, column: &Column, currency: Currency) -> String {
    match column.unit() {
        // The unit stands in the head.
        Some(Unit::Days) => {
            let (over, under) = cell.fraction().unzip();
            let whole = |number: Option<i128>| number.and_then(|number| i64::try_from(number).ok());
            crate::format::number::mean(lang, whole(over).zip(whole(under)))
        }
        Some(unit) => exact(lang, cell, unit, currency),
        None => String::new(),
    }
}

/// The sums above the rows.
pub fn sum(lang: Lang, found: &Performance, variants: bool) -> Vec<String> {
    let mut cells = Vec::new();
    for (column, cell) in COLUMNS.iter().zip(&found.totals) {
        cells.push(match (column.id, cell) {
            ("name", _) => t(lang, "table-total"),
            (_, Cell::Null) => String::new(),
            (_, cell) => text(lang, cell, column, found.currency),
        });
        if column.id == "code" && variants {
            cells.push(String::new());
        }
    }
    cells
}

/// A column's name, which says so when its amounts are shown with tax.
pub fn said(view: &View<'_>, column: &Column, name: &str) -> String {
    column.metric().map_or_else(|| name.to_owned(), |metric| view.named(metric, name))
}

/// What each column means.
pub fn definitions(view: &View<'_>) -> Vec<Definition> {
    COLUMNS
        .iter()
        .map(|column| Definition {
            label: said(view, column, say(view.lang, &column.label)),
            text: say(view.lang, &column.definition).to_owned(),
        })
        .collect()
}
