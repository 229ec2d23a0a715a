//! One customer: identity, key figures, what they bought most, and everything in time order (S003).

use axum::extract::Path;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::customers::{Event, Happened, Person, person};
use comptoir_metrics::drill::Page;
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::{
    average, expected, gap, group_of_one, name, rules, said, scores, segment_label, shops,
};
use crate::access::{Desk, Of, Right};
use crate::format;
use crate::i18n::{t, t_args};
use crate::pages::frame::{PageError, page, shell};
use crate::pages::paging::{ROWS, number, paging};
use crate::pages::view::View;
use crate::ui::listing::{Listing, outside, outside_link};
use crate::ui::pages::plain_head;
use crate::ui::table::Column;

const OWN: [&str; 1] = ["page"];

pub async fn handle(app: Desk, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), move |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let id: i64 = id.parse().map_err(|_| PageError::NotFound)?;
        let view = View::read(here, super::PATH, &OWN, &context, lang, app.visitor.rights)?;
        let number = number(&view)?;
        let rows = Page { offset: (number - 1) * ROWS, limit: ROWS };
        let found = person(&snapshot, &view.query, id, rows, &context)?;
        let found = found.ok_or(PageError::NotFound)?;
        let title = name(&view, &found.customer);
        let here = view.here().replacen(super::PATH, &format!("{}/{id}", super::PATH), 1);
        let body = html! {
            p.back { a href={ (super::PATH) "?" (view.filters_text()) } { (t(lang, "customer-back")) } }
            (plain_head(&title, Some(&lede(&view, &found))))
            @if app.may(Right::Privacy) {
                p.note { a.action href={ "/privacy/persons/" (id) } { (t(lang, "nav-privacy")) } }
            }
            (figures(&view, &found))
            @if !found.products.is_empty() { (products(&view, &found)) }
            (events(&view, &found, id, number))
            (rules(lang, &found.list))
        };
        Ok(shell(app, lang, "nav-customers-list", &title, &here, body))
    })
    .await
}

/// Who they are: what is known beside the name.
fn lede(view: &View<'_>, found: &Person) -> String {
    let (known, identities) = (&found.customer.known, view.identities());
    let called = name(view, &found.customer);
    let (email, phone) =
        (identities.email(known.email.as_deref()), identities.phone(known.phone.as_deref()));
    let shops = (view.context.shops.len() > 1).then(|| shops(view, &found.customer));
    [email, phone, place(view, found), shops]
        .into_iter()
        .flatten()
        .filter(|one| !one.is_empty() && *one != called)
        .collect::<Vec<_>>()
        .join(" · ")
}

/// « Lille, France »: the country by its name.
fn place(view: &View<'_>, found: &Person) -> Option<String> {
    let place = found.place.as_deref()?;
    let (city, code) =
        place.rsplit_once(", ").map_or((None, place), |(city, code)| (Some(city), code));
    let country = format::country(view.lang, code);
    Some(match view.identities().place(Of::Person, city) {
        Some(city) => format!("{city}, {country}"),
        None => country,
    })
}

fn figures(view: &View<'_>, found: &Person) -> Markup {
    let lang = view.lang;
    let customer = &found.customer;
    let day = |day: Option<jiff::civil::Date>| {
        day.map_or_else(|| format::NO_VALUE.to_owned(), |day| format::day(lang, day))
    };
    let revenue = if customer.orders > 0 {
        format::money_exact(lang, customer.revenue, found.list.currency)
    } else {
        format::NO_VALUE.to_owned()
    };
    let group = group_of_one(lang, customer.group);
    let segment = customer.segment().map(|segment| segment_label(lang, segment));
    let as_of =
        t_args(lang, "customers-as-of-alone", &[("day", &format::day(lang, found.list.as_of))]);
    html! {
        p.note { (as_of) }
        dl.figures.person {
            div { dt { (said(view, "customers-revenue")) } dd { (revenue) } }
            div { dt { (t(lang, "customers-orders")) } dd { (format::integer(lang, customer.orders)) } }
            div { dt { (said(view, "customers-average")) } dd { (average(lang, customer, &found.list)) } }
            div { dt { (t(lang, "customers-first")) } dd { (day(customer.first)) } }
            div { dt { (t(lang, "customers-last")) } dd { (day(customer.last)) } }
            div { dt { (t(lang, "customers-gap-mean")) } dd { (gap(lang, customer)) } }
            div { dt { (t(lang, "customers-next")) } dd { (expected(lang, customer.expected)) } }
            div { dt { (t(lang, "customers-rfm")) } dd { (scores(customer)) } }
            @if let Some(segment) = segment { div { dt { (t(lang, "customers-segment")) } dd { (segment) } } }
            div { dt { (t(lang, "customers-group")) } dd { (group) } }
        }
    }
}

fn products(view: &View<'_>, found: &Person) -> Markup {
    let lang = view.lang;
    let table = Listing {
        lang,
        caption: t(lang, "customer-products"),
        columns: vec![
            Column::text(t(lang, "sellers-product")),
            Column::text(t(lang, "order-reference")),
            Column::number(t(lang, "orders-items")),
            Column::number(t(lang, "nav-orders")),
        ],
        rows: found
            .products
            .iter()
            .map(|product| {
                vec![
                    product_link(view, &product.name, &product.code),
                    outside(&product.code),
                    html! { (format::integer(lang, product.units)) },
                    html! { (format::integer(lang, product.orders)) },
                ]
            })
            .collect(),
        sum: None,
        paging: None,
        csv: None,
        xlsx: None,
    };
    html! { section.part { h2 { (t(lang, "customer-products")) } (table.render()) } }
}

/// A product that a customer bought, to its own page.
fn product_link(view: &View<'_>, name: &str, code: &str) -> Markup {
    if code.is_empty() {
        return outside(name);
    }
    let code = comptoir_metrics::query::encode(code);
    outside_link(name, &format!("/products/{code}?{}", view.filters_text()))
}

fn events(view: &View<'_>, found: &Person, id: i64, number: usize) -> Markup {
    let lang = view.lang;
    let several = view.context.shops.len() > 1;
    let mut columns = vec![
        Column::text(t(lang, "table-date")),
        Column::text(t(lang, "explain-what")),
        Column::text(t(lang, "explain-status")),
        Column::number(t(lang, "order-refunded")),
    ];
    if several {
        columns.push(Column::text(t(lang, "filter-shop")));
    }
    let mut paged = paging(view, usize::try_from(found.count).unwrap_or(0), number);
    // The list's address stands for this customer's.
    let own = |href: String| href.replacen(super::PATH, &format!("{}/{id}", super::PATH), 1);
    paged.previous = paged.previous.map(own);
    paged.next = paged.next.map(own);
    let table = Listing {
        lang,
        caption: t(lang, "customer-events"),
        columns,
        rows: found.events.iter().map(|event| row(view, event, several)).collect(),
        sum: None,
        paging: Some(paged),
        csv: None,
        xlsx: None,
    };
    html! { section.part { h2 { (t(lang, "customer-events")) } (table.render()) } }
}

fn row(view: &View<'_>, event: &Event, several: bool) -> Vec<Markup> {
    let lang = view.lang;
    let shop = view.context.shop_by_id(event.shop_id);
    let zone =
        shop.and_then(|shop| TimeZone::get(&shop.shop.timezone).ok()).unwrap_or(TimeZone::UTC);
    let words = match event.what {
        Happened::Order => crate::pages::order::words(lang, &event.words),
        Happened::Refund => match view.identities().remark(&event.words) {
            Some(reason) => t_args(lang, "customer-refund-for", &[("reason", reason)]),
            None => t(lang, "customer-refund"),
        },
        Happened::Cart => t_args(lang, "live-cart-ordered", &[("products", &event.words)]),
        Happened::AbandonedCart => t_args(lang, "live-cart-added", &[("products", &event.words)]),
        Happened::Account => t(lang, "customer-account"),
    };
    let amount = event.amount.map_or_else(String::new, |(minor, currency)| {
        let minor = if event.what == Happened::Refund { -minor } else { minor };
        format::money_exact(lang, minor, currency)
    });
    let mut cells = vec![
        html! { (format::instant(lang, event.at, &zone)) },
        match event.order {
            Some(order) if view.may(Right::Orders) => {
                outside_link(&words, &format!("/orders/{order}"))
            }
            _ => outside(&words),
        },
        html! {
            @if event.what == Happened::Order { (outside(&event.status)) }
            @if !event.counted { " " span.mark { (t(lang, "orders-not-counted")) } }
        },
        html! { (amount) },
    ];
    if several {
        cells.push(outside(shop.map_or("", |shop| shop.shop.name.as_str())));
    }
    cells
}
