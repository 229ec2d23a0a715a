//! The tables of the page as files.

use comptoir_metrics::bridge::{Bridge, Item, Part};

use super::products::{fate_words, name};
use super::walk::effect_words;
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::t;
use crate::pages::view::View;

/// The table of that name: one of the three tellings, or all products.
pub fn of(view: &View<'_>, found: &Bridge, table: &str) -> Sheet {
    match table {
        "customers" => telling(view, found, "customers", &found.customers),
        "goods" => telling(view, found, "goods", &found.goods.parts),
        "products" => products(view, found),
        _ => telling(view, found, "orders", &found.orders.parts),
    }
}

fn telling(view: &View<'_>, found: &Bridge, name: &str, parts: &[Part]) -> Sheet {
    let lang = view.lang;
    let money = |minor: i64| Value::Money(minor, found.currency);
    let total = |days: comptoir_metrics::Period, value: i64| {
        let days = Value::Text(format::range(lang, days.from, days.to));
        vec![days, Value::Empty, money(value), Value::Empty, Value::Empty]
    };
    let change = |part: &Part| {
        vec![
            Value::Text(effect_words(lang, part.effect)),
            money(part.amount),
            money(part.reached),
            Value::of(&part.before, Some(part.unit), found.currency),
            Value::of(&part.now, Some(part.unit), found.currency),
        ]
    };
    Sheet {
        name: format!("comptoir-{}-{name}", t(lang, "why-file")),
        columns: ["step", "effect", "reached", "before", "now"]
            .into_iter()
            .map(|column| t(lang, &format!("why-column-{column}")))
            .collect(),
        rows: std::iter::once(total(found.comparison, found.before))
            .chain(parts.iter().map(change))
            .chain([total(found.period, found.now)])
            .collect(),
    }
}

/// Every product that was sold in either period, the largest gain first.
fn products(view: &View<'_>, found: &Bridge) -> Sheet {
    let lang = view.lang;
    let movers = found.goods.movers(usize::MAX);
    let unmoved = found.goods.items.iter().filter(|item| item.change() == 0);
    let row = |item: &Item| {
        vec![
            Value::Text(name(item)),
            Value::Text(item.code.clone()),
            Value::text(item.variant.as_deref()),
            Value::Text(fate_words(lang, item.fate()).unwrap_or_default()),
            Value::Count(item.before.units),
            Value::Count(item.now.units),
            Value::Money(item.before.gross, found.currency),
            Value::Money(item.now.gross, found.currency),
            Value::Money(item.change(), found.currency),
        ]
    };
    let falling = movers.down.iter().rev().copied();
    Sheet {
        name: format!("comptoir-{}-{}", t(lang, "why-file"), "products"),
        columns: [
            "sellers-product",
            "order-reference",
            "why-column-variant",
            "why-column-fate",
            "why-column-units-before",
            "why-column-units-now",
            "why-column-gross-before",
            "why-column-gross-now",
            "why-column-effect-products",
        ]
        .into_iter()
        .map(|column| t(lang, column))
        .collect(),
        rows: movers.up.iter().copied().chain(unmoved).chain(falling).map(row).collect(),
    }
}
