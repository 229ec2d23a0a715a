//! The list of orders: search, filters, sort, export.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::QueryError;
use comptoir_metrics::nearest::nearest;
use comptoir_metrics::orders::{List, Row, Sort, Wanted, choices, list};
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::export::file;
use super::frame::{PageError, page, shell};
use super::paging::{ROWS, anew, number, paging};
use super::view::View;
use crate::access::{Desk, Of, Right, Routes};
use crate::export::{Sheet, Value};
use crate::format;
use crate::i18n::{t, t_args};
use crate::ui::Link;
use crate::ui::card::empty;
use crate::ui::listing::{Listing, outside, outside_link};
use crate::ui::pages::Head;
use crate::ui::table::{self, Column, Order};

mod filters;

use filters::{OWN, named, search, wanted};

const PATH: &str = "/orders";

/// More orders than a file should hold.
const ALL: usize = 1_000_000;

pub fn routes() -> Routes {
    Routes::new()
        .get(PATH, Right::Orders, handle)
        .get("/orders.csv", (Right::Orders, Right::Export), export)
        .get("/orders.xlsx", (Right::Orders, Right::Export), export)
}

async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let view = View::read(here, PATH, &OWN, &context, lang, app.visitor.rights)?;
        let number = number(&view)?;
        let mut wanted = wanted(&view)?;
        wanted.offset = (number - 1) * ROWS;
        wanted.limit = ROWS;
        let found = list(&snapshot, &view.query, &wanted, &context)?;
        let choices = choices(&snapshot, &view.query, &context)?;
        let facts = app.facts(&snapshot)?;
        let filters = view.bar();
        let status = view.status(&facts, None);
        let title = t(lang, "nav-orders");
        let head = Head {
            title: title.clone(),
            sentence: Some(sentence(&view, &wanted, found.count)),
            filters: &filters,
            status: Some(&status),
        };
        let body = html! {
            (head.render())
            (search(&view, &choices, &facts).render())
            @if found.count == 0 {
                (nothing(&view, &wanted))
            } @else {
                (table(&view, &wanted, &found, number).render())
                p.note {
                    (t(lang, "orders-note"))
                    @if let Some(note) = view.identities().note() { " " (t(lang, note)) }
                }
            }
        };
        Ok(shell(app, lang, "nav-orders", &title, &view.here(), body))
    })
    .await
}

async fn export(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    file(app, headers, uri.to_string(), |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let view = View::read(here, PATH, &OWN, &context, lang, app.visitor.rights)?;
        let mut wanted = wanted(&view)?;
        wanted.limit = ALL;
        let found = list(&snapshot, &view.query, &wanted, &context)?;
        Ok::<_, PageError>(sheet(&view, &found))
    })
    .await
}

/// « 231 commandes du 1er au 30 novembre ».
fn sentence(view: &View<'_>, wanted: &Wanted, count: i64) -> String {
    let lang = view.lang;
    let number = format::integer(lang, count);
    let what = match count {
        0 => t(lang, "orders-none"),
        1 => t(lang, "orders-only-one"),
        _ => t_args(lang, "orders-count", &[("count", &number)]),
    };
    let when = if wanted.whole_history {
        t(lang, "list-whole-history")
    } else {
        let days = view.days();
        format::range(lang, days.from, days.to)
    };
    let conditions: Vec<String> = named(view).into_iter().map(|(_, words)| words).collect();
    // « 1 068 commandes du 24 octobre au 22 novembre 2026 · Pays : France ».
    let mut parts = vec![t_args(lang, "orders-when", &[("count", &what), ("when", &when)])];
    parts.extend(conditions);
    parts.join(" · ")
}

/// What was asked, and how to ask for more.
fn nothing(view: &View<'_>, wanted: &Wanted) -> Markup {
    let lang = view.lang;
    let conditions = named(view);
    let mut wider: Vec<Link> = Vec::new();
    if !wanted.whole_history {
        wider.push(Link::new(
            t(lang, "list-search-history"),
            anew(&view.href_with("history", "all")),
        ));
    }
    for (parameter, words) in &conditions {
        let label = t_args(lang, "list-without", &[("filter", words)]);
        wider.push(Link::new(label, anew(&view.href_with(parameter, ""))));
    }
    let text = if conditions.is_empty() {
        t(lang, "orders-none-period")
    } else {
        t(lang, "orders-none-filters")
    };
    empty(&text, &wider)
}

/// A column: words, sort, whether it holds numbers.
const COLUMNS: [(&str, Option<Sort>, bool); 9] = [
    ("orders-number", Some(Sort::Number), false),
    ("table-date", Some(Sort::Date), false),
    ("order-customer", Some(Sort::Customer), false),
    ("explain-status", Some(Sort::Status), false),
    ("orders-items", None, true),
    ("order-total", Some(Sort::Total), true),
    ("orders-revenue", Some(Sort::Revenue), true),
    ("orders-refunded", Some(Sort::Refunded), true),
    ("order-source", Some(Sort::Source), false),
];

fn table(view: &View<'_>, wanted: &Wanted, found: &List, number: usize) -> Listing {
    let lang = view.lang;
    let several = view.query.shops(view.context).len() > 1;
    let mut columns: Vec<Column> = COLUMNS
        .iter()
        .map(|(words, sort, numeric)| {
            let column = Column { numeric: *numeric, ..Column::text(t(lang, words)) };
            match sort.filter(|sort| filters::sorts(view, *sort)) {
                Some(sort) => column.sorted(sorting(view, wanted, sort)),
                None => column,
            }
        })
        .collect();
    let mut sum: Option<Vec<Markup>> = found.sum.map(|sum| {
        let money = |minor| html! { (format::money_exact(lang, minor, sum.currency)) };
        vec![
            html! { (t(lang, "table-sum")) },
            html! {},
            html! {},
            html! {},
            html! {},
            money(sum.total),
            money(sum.revenue),
            money(sum.refunded),
            html! {},
        ]
    });
    if several {
        columns.push(Column::text(t(lang, "filter-shop")));
        if let Some(sum) = &mut sum {
            sum.push(html! {});
        }
    }
    Listing {
        lang,
        caption: t(lang, "nav-orders"),
        columns,
        rows: found.rows.iter().map(|row| cells(view, row, several)).collect(),
        sum,
        paging: Some(paging(view, usize::try_from(found.count).unwrap_or(0), number)),
        csv: view.file(view.here().replacen(PATH, "/orders.csv", 1)),
        xlsx: view.file(view.here().replacen(PATH, "/orders.xlsx", 1)),
    }
}

/// A header sorts from the best or latest; a second click turns it round.
fn sorting(view: &View<'_>, wanted: &Wanted, sort: Sort) -> table::Sort {
    let current = wanted.sort == sort;
    let descending = current && !wanted.ascending;
    let value = if descending { sort.id().to_owned() } else { format!("-{}", sort.id()) };
    table::Sort {
        href: anew(&view.href_with("sort", &value)),
        order: current.then_some(if wanted.ascending {
            Order::Ascending
        } else {
            Order::Descending
        }),
    }
}

fn cells(view: &View<'_>, row: &Row, several: bool) -> Vec<Markup> {
    let lang = view.lang;
    let money = |minor: i64| format::money_exact(lang, minor, row.currency);
    let who = who(view, row);
    let mut cells = vec![
        html! { (outside_link(&row.number, &format!("/orders/{}", row.id))) },
        html! { (format::instant(lang, row.at, &zone(view, row.shop_id))) },
        html! {
            @match row.person {
                Some(person) if view.may(Right::Customers) => (outside_link(&who, &format!("/customers/{person}"))),
                _ => (outside(&who)),
            }
        },
        html! {
            (outside(&row.status))
            @if !row.counted { " " span.mark { (t(lang, "orders-not-counted")) } }
        },
        html! { (format::integer(lang, row.items)) },
        html! { (money(row.total)) },
        html! { (row.revenue.map_or_else(|| format::NO_VALUE.to_owned(), money)) },
        html! { @if row.refunded != 0 { (money(row.refunded)) } @else { span.quiet { (format::NO_VALUE) } } },
        html! { @if let Some(source) = &row.source { (outside(source)) } @else { span.quiet { (format::NO_VALUE) } } },
    ];
    if several {
        let shop = view.context.shop_by_id(row.shop_id);
        cells.push(outside(shop.map_or("", |shop| shop.shop.name.as_str())));
    }
    cells
}

fn who(view: &View<'_>, row: &Row) -> String {
    let (lang, identities) = (view.lang, view.identities());
    let numbered = || {
        let number = identities.reference(row.reference.as_deref())?;
        Some(t_args(lang, "customer-number", &[("number", &number)]))
    };
    identities
        .name(Of::Billing, row.name.as_deref())
        .or_else(|| identities.email(row.email.as_deref()))
        .or_else(numbered)
        .unwrap_or_else(|| {
            let known = row.person.is_some();
            t(lang, if known { "customer-unnamed" } else { "order-unknown-customer" })
        })
}

fn zone(view: &View<'_>, shop: i64) -> TimeZone {
    let shop = view.context.shop_by_id(shop);
    shop.and_then(|shop| TimeZone::get(&shop.shop.timezone).ok()).unwrap_or(TimeZone::UTC)
}

fn sheet(view: &View<'_>, found: &List) -> Sheet {
    let lang = view.lang;
    let words = [
        "orders-number",
        "table-date",
        "order-customer",
        "list-email",
        "explain-status",
        "order-counted",
        "orders-items",
        "order-total",
        "orders-revenue",
        "orders-refunded",
        "filter-currency",
        "order-source",
        "filter-shop",
    ];
    let identities = view.identities();
    let rows = found
        .rows
        .iter()
        .map(|row| {
            let shop = view.context.shop_by_id(row.shop_id);
            vec![
                Value::Text(row.number.clone()),
                Value::Day(zone(view, row.shop_id).to_datetime(row.at).date()),
                Value::text(identities.name(Of::Billing, row.name.as_deref()).as_deref()),
                Value::text(identities.email(row.email.as_deref()).as_deref()),
                Value::Text(row.status.clone()),
                Value::Text(t(lang, if row.counted { "yes" } else { "no" })),
                Value::Count(row.items),
                Value::Money(row.total, row.currency),
                row.revenue.map_or(Value::Empty, |minor| Value::Money(minor, row.currency)),
                Value::Money(row.refunded, row.currency),
                Value::Text(row.currency.code().to_owned()),
                Value::text(row.source.as_deref()),
                Value::text(shop.map(|shop| shop.shop.name.as_str())),
            ]
        })
        .collect();
    Sheet {
        name: t(lang, "orders-file"),
        columns: words.into_iter().map(|word| t(lang, word)).collect(),
        rows,
    }
}

/// The sort of an address: `-total` from the largest.
fn sort_of(text: &str) -> Result<(Sort, bool), QueryError> {
    let (id, ascending) = text.strip_prefix('-').map_or((text, true), |id| (id, false));
    let sort = Sort::ALL.into_iter().find(|sort| sort.id() == id).ok_or_else(|| {
        QueryError::new("sort", text, "orders are not sorted by this")
            .with_nearest(nearest(id, Sort::ALL.into_iter().map(Sort::id)))
    })?;
    Ok((sort, ascending))
}
