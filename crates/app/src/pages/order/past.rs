//! What happened to an order: payments, refunds with their lines, each change of state or total.

use comptoir_model::{Class, Payment};
use comptoir_store::Value;
use maud::{Markup, html};

use super::Sheet;
use crate::format;
use crate::i18n::{t, t_args};
use crate::pages::definitions::class_words;
use crate::ui::listing::{Listing, outside};
use crate::ui::table::Column;

impl Sheet<'_> {
    /// What was given back in all, when anything was.
    pub(super) fn refunded(&self) -> Option<String> {
        let sum = self.order.refunded?;
        Some(format::money_exact(self.lang, sum, self.currency))
    }

    pub(super) fn payments(&self) -> Markup {
        let lang = self.lang;
        let written = self.text("payments").unwrap_or("[]");
        // What an older version wrote differently is left out rather than failing the page.
        let payments: Vec<Payment> = serde_json::from_str(written).unwrap_or_default();
        if payments.is_empty() {
            return html! {};
        }
        html! {
            section.part {
                h2 { (t(lang, "order-payments")) }
                dl.known.amounts {
                    @for payment in &payments {
                        div {
                            dt dir="auto" {
                                (format::instant(lang, payment.at, &self.zone))
                                @if let Some(method) = &payment.method { " · " (method) }
                                @if !payment.succeeded { " " span.mark { (t(lang, "order-payment-failed")) } }
                            }
                            dd { (format::money_exact(lang, payment.amount, self.currency)) }
                        }
                    }
                }
            }
        }
    }

    pub(super) fn refunds(&self) -> Markup {
        let lang = self.lang;
        if self.order.refunds.is_empty() {
            return html! {};
        }
        let rows = self
            .order
            .refunds
            .iter()
            .map(|refund| {
                let reason = refund[2].text().unwrap_or_default();
                let reason = self.desk.identities().remark(reason).unwrap_or_default();
                let derived = refund[4].int() == Some(1);
                vec![
                    html! { (self.at(&refund[1]).unwrap_or_default()) },
                    html! {
                        (outside(reason))
                        @if derived { span.second { (t(lang, "order-refund-derived")) } }
                    },
                    self.lines_of(refund[0].int()),
                    html! { (self.money(&refund[3])) },
                ]
            })
            .collect();
        let table = Listing {
            lang,
            caption: t(lang, "order-refunds"),
            columns: vec![
                Column::text(t(lang, "table-date")),
                Column::text(t(lang, "order-reason")),
                Column::text(t(lang, "order-refund-lines")),
                Column::number(t(lang, "order-refunded")),
            ],
            rows,
            sum: None,
            paging: None,
            csv: None,
            xlsx: None,
        };
        html! { section.part { h2 { (t(lang, "order-refunds")) } (table.render()) } }
    }

    /// What a refund gave back: « 2 × Miel, 9,00 € HT ».
    fn lines_of(&self, refund: Option<i64>) -> Markup {
        let lines: Vec<&Vec<Value>> =
            self.order.refund_lines.iter().filter(|line| line[0].int() == refund).collect();
        html! {
            @if lines.is_empty() { span.quiet { (format::NO_VALUE) } }
            @for line in lines {
                div dir="auto" {
                    (t_args(self.lang, "order-refund-line", &[
                        ("quantity", &format::integer(self.lang, line[2].int().unwrap_or(0))),
                        ("name", line[1].text().unwrap_or_default()),
                        ("amount", &self.money(&line[3])),
                    ]))
                }
            }
        }
    }

    /// Each version seen: what changed is what differs from the line before.
    pub(super) fn history(&self) -> Markup {
        let lang = self.lang;
        if self.order.history.is_empty() {
            return html! {};
        }
        let rows = self
            .order
            .history
            .iter()
            .rev()
            .map(|version| {
                let class: Option<Class> = version[2].text().and_then(|class| class.parse().ok());
                vec![
                    html! { (self.at(&version[0]).unwrap_or_default()) },
                    outside(version[1].text().unwrap_or_default()),
                    html! { (class.map(|class| class_words(lang, class)).unwrap_or_default()) },
                    html! { (self.money(&version[3])) },
                ]
            })
            .collect();
        let table = Listing {
            lang,
            caption: t(lang, "order-history"),
            columns: vec![
                Column::text(t(lang, "table-date")),
                Column::text(t(lang, "explain-status")),
                Column::text(t(lang, "order-meaning")),
                Column::number(t(lang, "order-total")),
            ],
            rows,
            sum: None,
            paging: None,
            csv: None,
            xlsx: None,
        };
        html! { section.part { h2 { (t(lang, "order-history")) } (table.render()) } }
    }
}
