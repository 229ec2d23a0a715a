//! The search and the filter of the list, as plain forms.

use comptoir_metrics::Unit;
use comptoir_metrics::performance::condition::{Against, Number, Part, Test};
use comptoir_metrics::performance::{COLUMNS, Condition, Kind};
use comptoir_model::Currency;
use maud::Markup;

use super::cells::{said, say};
use super::request::FIELDS;
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::pages::view::View;
use crate::ui::products::{Chip, Choices, FilterForm};

/// Search by name or reference.
pub fn search(view: &View<'_>) -> Markup {
    crate::ui::products::search(view.lang, &view.path, &view.hidden(&["q", "page"]), view.own("q"))
}

/// The conditions in force, each with a link that takes it away, and the form that adds one.
pub fn builder(view: &View<'_>, condition: Option<&Condition>, currency: Currency) -> Markup {
    let lang = view.lang;
    let mut unset: Vec<&str> = FIELDS.to_vec();
    unset.push("page");
    let parts = condition.map_or(&[][..], |condition| condition.parts.as_slice());
    let any = condition.is_some_and(|condition| condition.any);
    let href = |condition: Condition| view.href_with("filter", &condition.write());
    let without = |part: usize, test: Option<usize>| {
        href(condition.cloned().unwrap_or_default().without(part, test))
    };
    let chips = parts
        .iter()
        .enumerate()
        .map(|(at, part)| match part {
            Part::Test(test) => {
                vec![Chip { words: words(lang, test, currency), remove: without(at, None) }]
            }
            Part::Group { tests, .. } => tests
                .iter()
                .enumerate()
                .map(|(within, test)| Chip {
                    words: words(lang, test, currency),
                    remove: without(at, Some(within)),
                })
                .collect(),
        })
        .collect();
    let column = |column: &comptoir_metrics::performance::Column| {
        let unit = match column.unit() {
            Some(Unit::Ratio) => " (%)".to_owned(),
            Some(Unit::Money) => format!(" ({})", format::money::symbol(lang, currency)),
            Some(Unit::Days) => t(lang, "products-in-days"),
            _ => String::new(),
        };
        (column.id.to_owned(), format!("{}{unit}", said(view, column, say(lang, &column.label))))
    };
    let of = |text: bool| {
        COLUMNS.iter().filter(move |one| (one.kind == Kind::Text) == text).map(column).collect()
    };
    FilterForm {
        lang,
        action: view.path.to_string(),
        hidden: view.hidden(&unset),
        chips,
        any,
        join: (parts.len() > 1).then(|| href(condition.cloned().unwrap_or_default().joined(!any))),
        clear: view.href_with("filter", ""),
        columns: Choices { figures: of(false), texts: of(true) },
    }
    .render()
}

/// « Ventes nettes ≥ 100 € ».
fn words(lang: Lang, test: &Test, currency: Currency) -> String {
    let label = say(lang, &test.column.short);
    let number = |number: &Number| value(lang, number, test.column.unit(), currency);
    match &test.against {
        Against::AtLeast(low) => format!("{label} ≥ {}", number(low)),
        Against::AtMost(high) => format!("{label} ≤ {}", number(high)),
        Against::Between(low, high) if low == high => format!("{label} = {}", number(low)),
        Against::Between(low, high) => t_args(
            lang,
            "products-between",
            &[("name", label), ("low", &number(low)), ("high", &number(high))],
        ),
        Against::Is(text) => format!("{label} = {text}"),
        Against::Contains(text) => {
            t_args(lang, "products-contains", &[("name", label), ("text", text)])
        }
    }
}

/// The number as it was written, in the reader's signs.
fn value(lang: Lang, number: &Number, unit: Option<Unit>, currency: Currency) -> String {
    let text = match lang {
        Lang::Fr => number.text().replace('.', ",").replace('%', "\u{a0}%"),
        Lang::En => number.text().to_owned(),
    };
    match unit {
        Some(Unit::Money) => format!("{text}\u{a0}{}", format::money::symbol(lang, currency)),
        _ => text,
    }
}
