//! One order: its lines, its totals, what was given back (S032).

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_charts::Cell as Shown;
use comptoir_model::{Class, Currency};
use comptoir_store::Value;
use comptoir_store::activity::{self, OrderDetail};
use jiff::tz::TimeZone;
use maud::{Markup, html};

use super::definitions::class_words;
use super::frame::{PageError, page, shell};
use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::state::App;
use crate::ui::pages::plain_head;
use crate::ui::table::{Column, Row, Table};

pub async fn handle(
    State(app): State<Arc<App>>,
    Path(id): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Response {
    page(app, headers, uri.to_string(), move |app, lang, here| {
        let (snapshot, context) = app.read()?;
        let id: i64 = id.parse().map_err(|_| PageError::NotFound)?;
        let order = activity::order(&snapshot, id)?.ok_or(PageError::NotFound)?;
        let shop = order.get("shop_id").int().and_then(|shop| context.shop_by_id(shop));
        let zone =
            shop.and_then(|shop| TimeZone::get(&shop.shop.timezone).ok()).unwrap_or(TimeZone::UTC);
        let number =
            order.get("number").text().or(order.get("external_id").text()).unwrap_or_default();
        let title = t_args(lang, "live-order-number", &[("number", number)]);
        let shown = Sheet { lang, order: &order, zone, currency: currency(&order) };
        let name = shop.map(|shop| shop.shop.name.clone());
        let body = html! {
            (plain_head(&title, Some(&shown.lede(name.as_deref()))))
            (shown.facts())
            (shown.lines())
            (shown.refunds())
        };
        Ok(shell(app, lang, "", &title, here, body))
    })
    .await
}

fn currency(order: &OrderDetail) -> Currency {
    order.get("currency").text().and_then(|code| code.parse().ok()).unwrap_or(Currency::EUR)
}

struct Sheet<'o> {
    lang: Lang,
    order: &'o OrderDetail,
    zone: TimeZone,
    currency: Currency,
}

impl Sheet<'_> {
    fn text(&self, name: &str) -> Option<&str> {
        self.order.get(name).text().filter(|text| !text.is_empty())
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

    fn lede(&self, shop: Option<&str>) -> String {
        let class: Option<Class> = self.text("class").and_then(|class| class.parse().ok());
        let class = class.map(|class| class_words(self.lang, class));
        [shop.map(str::to_owned), self.at(self.order.get("created")), class]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" · ")
    }

    /// Who, where, how: only what is known.
    fn facts(&self) -> Markup {
        let lang = self.lang;
        let place = |kind: &str| {
            let parts: Vec<&str> = ["postcode", "city", "country"]
                .iter()
                .filter_map(|part| self.text(&format!("{kind}_{part}")))
                .collect();
            (!parts.is_empty()).then(|| parts.join(" "))
        };
        let own = |name: &str| self.text(name).map(str::to_owned);
        let customer = match (self.text("customer_name"), self.text("email")) {
            (Some(name), Some(email)) => Some(format!("{name}, {email}")),
            (one, other) => one.or(other).map(str::to_owned),
        };
        let counted = self.order.get("counted").int() == Some(1);
        let rank = self.order.get("rank").int();
        let rank = match rank {
            Some(1) => Some(t(lang, "order-first")),
            Some(rank) => {
                Some(t_args(lang, "order-rank", &[("rank", &format::integer(lang, rank))]))
            }
            None => None,
        };
        let facts = [
            ("order-customer", customer),
            ("order-loyalty", rank),
            ("explain-status", own("status")),
            ("order-counted", Some(t(lang, if counted { "yes" } else { "no" }))),
            ("order-paid", self.at(self.order.get("paid"))),
            ("order-billing", place("billing")),
            ("order-shipping-to", place("shipping")),
            ("order-payment", own("payment_method")),
            ("order-shipping-by", own("shipping_method")),
            ("order-coupon", own("coupon")),
            ("order-source", own("source")),
            ("order-campaign", own("campaign")),
            ("order-channel", own("channel")),
            ("order-device", own("device")),
        ];
        html! {
            dl.figures.facts {
                @for (words, value) in facts {
                    @if let Some(value) = value { div { dt { (t(lang, words)) } dd { (value) } } }
                }
            }
        }
    }

    fn lines(&self) -> Markup {
        let lang = self.lang;
        let text =
            |value: Option<&Value>| value.and_then(Value::text).unwrap_or_default().to_owned();
        let money = |value: Option<&Value>| self.money(value.unwrap_or(&Value::Null));
        let rows = self
            .order
            .lines
            .iter()
            .map(|line| Row {
                href: None,
                cells: vec![
                    text(line.first()).into(),
                    text(line.get(1)).into(),
                    format::integer(lang, line.get(2).and_then(Value::int).unwrap_or(0)).into(),
                    money(line.get(3)).into(),
                    money(line.get(4)).into(),
                    taxes_in_words(
                        lang,
                        line.get(5).and_then(Value::text).unwrap_or_default(),
                        self.currency,
                    )
                    .into(),
                ],
            })
            .chain(self.rest())
            .collect();
        let total: Vec<Shown> = vec![
            t(lang, "order-total").into(),
            Shown::default(),
            Shown::default(),
            Shown::default(),
            Shown::default(),
            self.money(self.order.get("total")).into(),
        ];
        let table = Table {
            lang,
            caption: t(lang, "order-lines"),
            columns: vec![
                Column::text(t(lang, "sellers-product")),
                Column::text(t(lang, "order-reference")),
                Column::number(t(lang, "order-quantity")),
                Column::number(t(lang, "order-gross")),
                Column::number(t(lang, "order-discount")),
                Column::number(t(lang, "order-tax")),
            ],
            rows,
            sum: Some(total),
            paging: None,
            csv: None,
            xlsx: None,
        };
        table.render()
    }

    /// Shipping, fees and tax of the whole order.
    fn rest(&self) -> impl Iterator<Item = Row> {
        let rows: Vec<Row> =
            [("order-shipping", "shipping"), ("order-fees", "fees"), ("order-all-tax", "tax")]
                .into_iter()
                .filter(|(_, column)| {
                    self.order.get(column).int().is_some_and(|amount| amount != 0)
                })
                .map(|(words, column)| {
                    let amount: Shown = self.money(self.order.get(column)).into();
                    let (gross, tax) = if column == "tax" {
                        (Shown::default(), amount)
                    } else {
                        (amount, Shown::default())
                    };
                    Row {
                        href: None,
                        cells: vec![
                            t(self.lang, words).into(),
                            Shown::default(),
                            Shown::default(),
                            gross,
                            Shown::default(),
                            tax,
                        ],
                    }
                })
                .collect();
        rows.into_iter()
    }

    fn refunds(&self) -> Markup {
        let lang = self.lang;
        if self.order.refunds.is_empty() {
            return html! {};
        }
        let rows = self
            .order
            .refunds
            .iter()
            .map(|refund| Row {
                href: None,
                cells: vec![
                    self.at(&refund[0]).unwrap_or_default().into(),
                    refund[1].text().unwrap_or_default().into(),
                    self.money(&refund[2]).into(),
                ],
            })
            .collect();
        let table = Table {
            lang,
            caption: t(lang, "order-refunds"),
            columns: vec![
                Column::text(t(lang, "table-date")),
                Column::text(t(lang, "order-reason")),
                Column::number(t(lang, "order-refunded")),
            ],
            rows,
            sum: None,
            paging: None,
            csv: None,
            xlsx: None,
        };
        html! { section { h2 { (t(lang, "order-refunds")) } (table.render()) } }
    }
}

/// `20000:123,5500:10` as « 20 % 1,23 €, 5,5 % 0,10 € ».
fn taxes_in_words(lang: Lang, pairs: &str, currency: Currency) -> String {
    let parts: Vec<String> = pairs
        .split(',')
        .filter_map(|pair| pair.split_once(':'))
        .map(|(rate, amount)| {
            let amount = format::money_exact(lang, amount.parse().unwrap_or(0), currency);
            match rate.parse::<i64>() {
                Ok(rate) => format!("{} · {amount}", format::tax_rate(lang, rate)),
                Err(_) => amount,
            }
        })
        .collect();
    parts.join(", ")
}
