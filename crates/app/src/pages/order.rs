//! One order: its lines, its totals, what was given back, how it was paid, how it changed (S032).

use axum::extract::Path;
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::QueryError;
use comptoir_metrics::query::pairs;
use comptoir_model::{Class, Currency};
use comptoir_store::Value;
use comptoir_store::activity::{self, OrderDetail};
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::definitions::class_words;
use super::frame::{PageError, page, shell};
use crate::access::{Desk, Of, Right};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::pages::plain_head;

mod lines;
mod past;

/// Lines of one page.
const LINES: i64 = 100;

pub async fn handle(app: Desk, Path(id): Path<String>, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), move |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let id: i64 = id.parse().map_err(|_| PageError::NotFound)?;
        let number = page_of(here)?;
        let shops: Vec<i64> = context.shops.iter().map(|shop| shop.id).collect();
        let order = activity::order(&snapshot, &shops, id, (number - 1) * LINES, LINES)?;
        let order = order.ok_or(PageError::NotFound)?;
        let shop = order.get("shop_id").int().and_then(|shop| context.shop_by_id(shop));
        let zone =
            shop.and_then(|shop| TimeZone::get(&shop.shop.timezone).ok()).unwrap_or(TimeZone::UTC);
        let called =
            order.get("number").text().or(order.get("external_id").text()).unwrap_or_default();
        let title = words(lang, called);
        let currency = currency(&order);
        let shown = Sheet { desk: app, lang, id, order: &order, zone, currency, page: number };
        let name = shop.map(|shop| shop.shop.name.clone());
        let body = html! {
            p.back { a href="/orders" { (t(lang, "order-back")) } }
            (plain_head(&title, Some(&shown.lede(name.as_deref()))))
            (shown.neighbours())
            (shown.figures())
            (shown.lines())
            div.columns.order {
                (shown.facts())
                div {
                    (shown.taxes())
                    (shown.payments())
                }
            }
            (shown.refunds())
            (shown.history())
        };
        Ok(shell(app, lang, "nav-orders", &title, here, body))
    })
    .await
}

/// The page of lines that the address asks for, from 1.
fn page_of(here: &str) -> Result<i64, QueryError> {
    let query = here.split_once('?').map_or("", |(_, query)| query);
    let asked = pairs(query).find(|(name, _)| name.as_deref() == Some("page"));
    let Some((_, Some(text))) = asked else { return Ok(1) };
    text.parse().ok().filter(|page| (1..=1_000_000).contains(page)).ok_or_else(|| {
        QueryError::new("page", &text, "pages are numbered from 1")
            .with_nearest(Some("1".to_owned()))
    })
}

fn currency(order: &OrderDetail) -> Currency {
    order.get("currency").text().and_then(|code| code.parse().ok()).unwrap_or(Currency::EUR)
}

/// « Commande nº 1498 »; a number that brings its own sign keeps it alone: « Commande #1498 ».
pub fn words(lang: Lang, number: &str) -> String {
    let id = if number.starts_with('#') { "live-order-named" } else { "live-order-number" };
    t_args(lang, id, &[("number", number)])
}

struct Sheet<'o> {
    desk: &'o Desk,
    lang: Lang,
    id: i64,
    order: &'o OrderDetail,
    zone: TimeZone,
    currency: Currency,
    /// Page of lines, from 1.
    page: i64,
}

impl Sheet<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.order.get(name).text().filter(|text| !text.trim().is_empty())
    }

    fn money(&self, value: &Value) -> String {
        value.int().map_or_else(
            || format::NO_VALUE.to_owned(),
            |minor| format::money_exact(self.lang, minor, self.currency),
        )
    }

    fn at(&self, value: &Value) -> Option<String> {
        value.instant().map(|at| format::instant(self.lang, at, &self.zone))
    }

    fn is_counted(&self) -> bool {
        self.order.get("counted").int() == Some(1)
    }

    fn lede(&self, shop: Option<&str>) -> String {
        let class: Option<Class> = self.text("class").and_then(|class| class.parse().ok());
        let class = class.map(|class| class_words(self.lang, class));
        let test = (self.order.get("test").int() == Some(1)).then(|| t(self.lang, "order-is-test"));
        [shop.map(str::to_owned), self.at(self.order.get("created")), class, test]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// The customer, and their orders before and after.
    fn neighbours(&self) -> Markup {
        let lang = self.lang;
        let identities = self.desk.identities();
        let name = identities
            .name(Of::Billing, self.text("customer_name"))
            .or_else(|| identities.email(self.text("email")))
            .or_else(|| identities.phone(self.text("phone")));
        let person = self.order.get("person_id").int();
        let opens = person.filter(|_| self.desk.may(Right::Customers));
        let unnamed = if person.is_some() { "customer-unnamed" } else { "order-unknown-customer" };
        let name = name.unwrap_or_else(|| t(lang, unnamed));
        let link = |found: &Option<(i64, String)>, words: &str, rel: &'static str| {
            html! {
                @if let Some((id, number)) = found {
                    a rel=(rel) href={ "/orders/" (id) } { (t_args(lang, words, &[("number", number)])) }
                }
            }
        };
        html! {
            nav.beside aria-label=(t(lang, "order-customer")) {
                @match opens {
                    Some(person) => a.outside dir="auto" href={ "/customers/" (person) } { (name) },
                    None => span dir="auto" { (name) },
                }
                (link(&self.order.before, "order-before", "prev"))
                (link(&self.order.after, "order-after", "next"))
            }
        }
    }

    /// What the order comes to, part by part.
    fn figures(&self) -> Markup {
        let lang = self.lang;
        let total_only = self.order.get("total_only").int() == Some(1);
        let parts: Vec<(&str, &str)> = if total_only {
            Vec::new()
        } else {
            vec![
                ("order-goods", "goods"),
                ("order-shipping-charged", "shipping"),
                ("order-fees", "fees"),
                ("order-tax", "tax"),
            ]
        };
        let shown = |column: &str| {
            column == "goods" || self.order.get(column).int().is_some_and(|amount| amount != 0)
        };
        html! {
            dl.figures.sums {
                @for (words, column) in parts.into_iter().filter(|(_, column)| shown(column)) {
                    div { dt { (t(lang, words)) } dd { (self.money(self.order.get(column))) } }
                }
                div.whole { dt { (t(lang, "order-total")) } dd { (self.money(self.order.get("total"))) } }
                @if let Some(refunded) = self.refunded() {
                    div { dt { (t(lang, "orders-refunded")) } dd { (refunded) } }
                }
            }
            @if total_only { p.note { (t(lang, "order-total-only")) } }
            @if !self.is_counted() { p.note { (t(lang, "order-not-counted")) } }
        }
    }

    /// Who, where, how: only what is known.
    fn facts(&self) -> Markup {
        let lang = self.lang;
        let identities = self.desk.identities();
        let place = |kind: &str, of: Of| {
            let part = |name: &str| self.text(&format!("{kind}_{name}")).map(str::to_owned);
            let near = |name: &str| identities.place(of, part(name).as_deref());
            let city: Vec<String> =
                [near("postcode"), near("city")].into_iter().flatten().collect();
            let city = (!city.is_empty()).then(|| city.join(" "));
            let country = part("country").map(|code| format::country(lang, &code));
            let parts: Vec<String> =
                [city, part("region"), country].into_iter().flatten().collect();
            (!parts.is_empty()).then(|| parts.join(", "))
        };
        let own = |name: &str| self.text(name).map(str::to_owned);
        let rank = match self.order.get("rank").int() {
            Some(1) => Some(t(lang, "order-first")),
            Some(rank) => {
                Some(t_args(lang, "order-rank", &[("rank", &format::integer(lang, rank))]))
            }
            None => None,
        };
        let facts = [
            ("list-email", identities.email(self.text("email"))),
            ("list-phone", identities.phone(self.text("phone"))),
            ("order-loyalty", rank),
            ("explain-status", own("status")),
            ("order-counted", Some(t(lang, if self.is_counted() { "yes" } else { "no" }))),
            ("order-invoice", own("invoice_number")),
            ("order-paid", self.at(self.order.get("paid"))),
            ("order-completed", self.at(self.order.get("completed"))),
            ("order-cancelled", self.at(self.order.get("cancelled"))),
            ("order-billing", place("billing", Of::Billing)),
            ("order-shipping-to", place("shipping", Of::Person)),
            ("order-payment", own("payment_method")),
            ("order-shipping-by", own("shipping_method")),
            ("order-coupon", own("coupon")),
            ("order-source", own("source")),
            ("order-medium", own("medium")),
            ("order-campaign", own("campaign")),
            ("order-channel", own("channel")),
            ("order-device", own("device")),
        ];
        html! {
            section.part {
                h2 { (t(lang, "order-facts")) }
                dl.known {
                    @for (words, value) in facts {
                        @if let Some(value) = value {
                            div { dt { (t(lang, words)) } dd dir="auto" { (value) } }
                        }
                    }
                }
            }
        }
    }
}
