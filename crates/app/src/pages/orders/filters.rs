//! What narrows the list of orders: read from the address, shown in the bar, said in words.

use comptoir_metrics::nearest::nearest;
use comptoir_metrics::orders::{Choices, Sort, Todo, Wanted};
use comptoir_metrics::{Filter, Hidden, QueryError, dimension};
use comptoir_model::Currency;
use comptoir_store::activity::Facts;

use super::{PATH, sort_of};
use crate::i18n::{t, t_args};
use crate::pages::view::View;
use crate::ui::Link;
use crate::ui::filters::Choice;
use crate::ui::search::{Field, Search};

/// Parameters of the page.
pub const OWN: [&str; 13] = [
    "q", "status", "country", "payment", "type", "counted", "refunded", "min", "max", "todo",
    "history", "sort", "page",
];

/// The parameters that narrow the list, each with the words of its label.
const NARROWING: [(&str, &str); 10] = [
    ("q", "list-search"),
    ("status", "explain-status"),
    ("country", "orders-country"),
    ("payment", "order-payment"),
    ("type", "orders-type"),
    ("counted", "order-counted"),
    ("refunded", "orders-given-back"),
    ("min", "orders-least"),
    ("max", "orders-most"),
    ("todo", "todo-title"),
];

/// Customer types: value of the address, words.
const TYPES: [(&str, &str); 3] = [
    ("new", "orders-type-new"),
    ("existing", "orders-type-existing"),
    ("none", "orders-type-none"),
];

/// What the address asks for; everything but the page.
pub fn wanted(view: &View<'_>) -> Result<Wanted, QueryError> {
    let own = |name: &str| view.own(name).map(str::trim).filter(|value| !value.is_empty());
    let hidden = view.identities().hidden();
    let mut wanted = Wanted { search: own("q").map(str::to_owned), hidden, ..Wanted::default() };
    for (name, id) in [("status", "status"), ("country", "country"), ("payment", "payment_method")]
    {
        if let Some((value, dimension)) = own(name).zip(dimension(id)) {
            wanted.filters.push(Filter::new(dimension, Some(value.to_owned())));
        }
    }
    if let Some(kind) = own("type") {
        let known = word("type", kind, &TYPES.map(|(value, _)| value))?;
        let value = (known != "none").then(|| known.to_owned());
        wanted.filters.extend(dimension("customer_type").map(|of| Filter::new(of, value)));
    }
    wanted.counted = yes_or_no("counted", own("counted"))?;
    wanted.refunded = yes_or_no("refunded", own("refunded"))?;
    wanted.least = amount(view, "min", own("min"))?;
    wanted.most = amount(view, "max", own("max"))?;
    if let Some(value) = own("todo") {
        let id = word("todo", value, &Todo::ALL.map(Todo::id))?;
        wanted.todo = Todo::ALL.into_iter().find(|todo| todo.id() == id);
    }
    if let Some(value) = own("history") {
        word("history", value, &["all"])?;
    }
    // What waits is counted by its own dates, whatever the period.
    wanted.whole_history = own("history").is_some() || wanted.todo.is_some();
    (wanted.sort, wanted.ascending) = match own("sort") {
        Some(text) => sort_of(text)?,
        None => (Sort::Date, false),
    };
    if !sorts(view, wanted.sort) {
        return Err(QueryError::new("sort", wanted.sort.id(), "names are masked for your role")
            .with_nearest(Some("-date".to_owned())));
    }
    Ok(wanted)
}

/// Whether the reader may have the list in this order: the order of names tells them.
pub fn sorts(view: &View<'_>, sort: Sort) -> bool {
    sort != Sort::Customer || !view.identities().hidden().names()
}

/// The conditions in words, each with its parameter.
pub fn named(view: &View<'_>) -> Vec<(&'static str, String)> {
    let lang = view.lang;
    NARROWING
        .into_iter()
        .filter_map(|(name, label)| {
            let value = view.own(name).map(str::trim).filter(|value| !value.is_empty())?;
            let words = match name {
                "q" => return Some((name, t_args(lang, "list-quoted", &[("words", value)]))),
                "todo" => return Some((name, t(lang, todo_words(value)))),
                "counted" | "refunded" => t(lang, value),
                "country" => crate::format::country(lang, value),
                "type" => TYPES
                    .iter()
                    .find(|(known, _)| *known == value)
                    .map_or_else(|| value.to_owned(), |(_, words)| t(lang, words)),
                _ => value.to_owned(),
            };
            let label = t(lang, label);
            Some((name, t_args(lang, "explain-filter", &[("name", &label), ("values", &words)])))
        })
        .collect()
}

/// The words of what waits.
pub fn todo_words(id: &str) -> &'static str {
    match id {
        "to_ship" => "todo-ship",
        "awaited" => "todo-transfer",
        _ => "todo-failed",
    }
}

/// The bar over the list.
pub fn search(view: &View<'_>, choices: &Choices, facts: &Facts) -> Search {
    let lang = view.lang;
    let own = |name: &str| view.own(name).unwrap_or_default().to_owned();
    let any = |name: &str| Choice::new("", t(lang, "list-any"), own(name).is_empty());
    let of_values = |name: &'static str, label: &str, values: &[String]| {
        let chosen = own(name);
        let mut all = vec![any(name)];
        if !chosen.is_empty() && !values.contains(&chosen) {
            all.push(Choice::new(&chosen, short(&chosen), true));
        }
        let said = |value: &str| match name {
            "country" => crate::format::country(lang, value),
            _ => short(value),
        };
        all.extend(values.iter().map(|value| Choice::new(value, said(value), *value == chosen)));
        Field::Select(name, t(lang, label), all)
    };
    let of_words = |name: &'static str, label: &str, values: &[(&str, &str)]| {
        let chosen = own(name);
        let known = values
            .iter()
            .map(|(value, words)| Choice::new(*value, t(lang, words), *value == chosen));
        Field::Select(name, t(lang, label), std::iter::once(any(name)).chain(known).collect())
    };
    let yes_no = [("yes", "yes"), ("no", "no")];
    let shops = view.query.shops(view.context);
    let known = facts.statuses.iter().filter(|(id, _, _)| shops.iter().any(|shop| shop.id == *id));
    let mut statuses: Vec<String> = known.map(|(_, status, _)| status.clone()).collect();
    statuses.sort_unstable();
    statuses.dedup();
    let mut fields = vec![
        of_values("status", "explain-status", &statuses),
        of_words("counted", "order-counted", &yes_no),
        of_words("type", "orders-type", &TYPES),
    ];
    if choices.countries.len() > 1 || !own("country").is_empty() {
        fields.push(of_values("country", "orders-country", &choices.countries));
    }
    if choices.payments.len() > 1 || !own("payment").is_empty() {
        fields.push(of_values("payment", "order-payment", &choices.payments));
    }
    fields.push(of_words("refunded", "orders-given-back", &yes_no));
    fields.push(Field::Amount("min", t(lang, "orders-least"), own("min")));
    fields.push(Field::Amount("max", t(lang, "orders-most"), own("max")));
    let set: Vec<&str> = NARROWING
        .iter()
        .map(|(name, _)| *name)
        .filter(|name| *name != "todo")
        .chain(["page"])
        .collect();
    let narrowed = !named(view).is_empty() || !own("history").is_empty();
    Search {
        lang,
        action: PATH.to_owned(),
        hidden: view.hidden(&set),
        words: own("q"),
        placeholder: Some(t(
            lang,
            match view.identities().hidden() {
                Hidden::Nothing => "orders-search-hint",
                Hidden::Contacts => "orders-search-names",
                Hidden::Everything => "orders-search-masked",
            },
        )),
        fields,
        clear: narrowed
            .then(|| Link::new(t(lang, "list-clear"), format!("{PATH}?{}", view.filters_text()))),
    }
}

/// A value as a menu shows it.
fn short(value: &str) -> String {
    if value.chars().count() <= 40 {
        return value.to_owned();
    }
    value.chars().take(39).chain(['…']).collect()
}

fn word(name: &str, value: &str, known: &[&'static str]) -> Result<&'static str, QueryError> {
    known.iter().copied().find(|word| *word == value).ok_or_else(|| {
        QueryError::new(name, value, format!("use {}", known.join(", "))).with_nearest(
            nearest(value, known.iter().copied()).or(known.first().map(|one| (*one).to_owned())),
        )
    })
}

fn yes_or_no(name: &str, value: Option<&str>) -> Result<Option<bool>, QueryError> {
    value.map(|value| Ok(word(name, value, &["yes", "no"])? == "yes")).transpose()
}

/// An amount as it is written here: `1 234,50` or `1234.50`.
fn amount(view: &View<'_>, name: &str, value: Option<&str>) -> Result<Option<i64>, QueryError> {
    let Some(value) = value else { return Ok(None) };
    let currency =
        view.query.shops(view.context).first().map_or(Currency::EUR, |shop| shop.shop.currency);
    let plain: String = value
        .chars()
        .filter(|one| !one.is_whitespace() && *one != '€')
        .map(|one| if one == ',' { '.' } else { one })
        .collect();
    currency.parse(&plain).map(Some).map_err(|_| {
        QueryError::new(name, value, "write an amount, for example 50")
            .with_nearest(Some("50".to_owned()))
    })
}
