//! The lines of an order, a page at a time, and its tax by rate.

use comptoir_metrics::query::encode;
use comptoir_store::Value;
use maud::{Markup, html};

use super::{LINES, Sheet};
use crate::format;
use crate::i18n::{t, t_args};
use crate::ui::listing::{Listing, outside, outside_link};
use crate::ui::table::{Column, Paging};

impl Sheet<'_> {
    pub(super) fn lines(&self) -> Markup {
        let lang = self.lang;
        let whole = |at: usize| self.order.whole.get(at).unwrap_or(&Value::Null);
        let count = whole(0).int().unwrap_or(0);
        if count == 0 {
            return html! {};
        }
        let text = |value: &Value| value.text().unwrap_or_default().to_owned();
        let rows = self
            .order
            .lines
            .iter()
            .map(|line| {
                let variant = line[1].text().filter(|variant| !variant.is_empty());
                vec![
                    html! {
                        @match line[2].text().filter(|code| !code.is_empty()) {
                            Some(code) => (outside_link(&text(&line[0]), &format!("/products/{}", encode(code)))),
                            None => (outside(&text(&line[0]))),
                        }
                        @if let Some(variant) = variant { br; span.second { (outside(variant)) } }
                    },
                    outside(&text(&line[2])),
                    html! { (format::integer(lang, line[3].int().unwrap_or(0))) },
                    html! { (self.money(&line[4])) },
                    html! { @if line[5].int().unwrap_or(0) != 0 { (self.money(&line[5])) } },
                    html! { (self.rates(line[6].text().unwrap_or_default())) },
                ]
            })
            .collect();
        let sum = vec![
            html! { (t(lang, "table-sum")) },
            html! {},
            html! { (format::integer(lang, whole(1).int().unwrap_or(0))) },
            html! { (self.money(whole(2))) },
            html! { (self.money(whole(3))) },
            html! {},
        ];
        let table = Listing {
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
            sum: (count > 1).then_some(sum),
            paging: (count > LINES).then(|| self.paging(count)),
            csv: None,
            xlsx: None,
        };
        html! { section.part { h2 { (t(lang, "order-lines")) } (table.render()) } }
    }

    fn paging(&self, count: i64) -> Paging {
        let integer = |number: i64| format::integer(self.lang, number);
        let first = ((self.page - 1) * LINES + 1).min(count);
        let last = (self.page * LINES).min(count);
        let href = |page: i64| format!("/orders/{}?page={page}", self.id);
        Paging {
            words: t_args(
                self.lang,
                "table-range",
                &[("from", &integer(first)), ("to", &integer(last)), ("total", &integer(count))],
            ),
            previous: (self.page > 1).then(|| href(self.page - 1)),
            next: (last < count).then(|| href(self.page + 1)),
        }
    }

    /// Tax by rate, of lines, shipping and fees together.
    pub(super) fn taxes(&self) -> Markup {
        let lang = self.lang;
        if self.order.taxes.is_empty() {
            return html! {};
        }
        html! {
            section.part {
                h2 { (t(lang, "order-taxes")) }
                dl.known.amounts {
                    @for row in &self.order.taxes {
                        div {
                            dt {
                                @match row[0].int() {
                                    Some(rate) => (format::tax_rate(lang, rate)),
                                    None => (t(lang, "order-tax-untold")),
                                }
                            }
                            dd { (self.money(&row[1])) }
                        }
                    }
                }
            }
        }
    }

    /// `20000:123,5500:10` as « 20 % · 1,23 €, 5,5 % · 0,10 € ».
    fn rates(&self, written: &str) -> String {
        let parts: Vec<String> = written
            .split(',')
            .filter_map(|pair| pair.split_once(':'))
            .map(|(rate, amount)| {
                let minor = amount.parse().unwrap_or(0);
                let amount = format::money_exact(self.lang, minor, self.currency);
                match rate.parse::<i64>() {
                    Ok(rate) => format!("{} · {amount}", format::tax_rate(self.lang, rate)),
                    Err(_) => amount,
                }
            })
            .collect();
        parts.join(", ")
    }
}
