//! What is to be packed: how many of each product, then each order with its lines and where it goes. It
//! is printed as a picking list, with a box to tick.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;
use crate::ui::filters::Choice;
use crate::ui::listing::{outside, outside_link};
use crate::ui::table::Paging;

pub struct Preparation {
    pub lang: Lang,
    pub filters: Filters,
    /// What makes the list longer than it should be.
    pub warning: Option<String>,
    /// Orders of several shops: each says of which.
    pub shops: bool,
    /// Quantity, name, variant, code, number of orders, shop.
    pub products: Vec<Vec<String>>,
    pub parcels: Vec<Parcel>,
    pub paging: Paging,
}

/// The bar over the list. A choice of one is none.
pub struct Filters {
    pub action: String,
    pub shops: Vec<Choice>,
    pub methods: Vec<Choice>,
    pub since: String,
    pub clear: Link,
}

/// An order to pack. Texts come from outside.
pub struct Parcel {
    /// « Commande nº 1042 ».
    pub number: String,
    /// The order, for whoever may see it.
    pub href: Option<String>,
    pub date: String,
    pub shop: String,
    pub name: Option<String>,
    pub address: Vec<String>,
    pub method: String,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub quantity: String,
    pub name: String,
    pub variant: Option<String>,
    pub code: Option<String>,
    /// « 1 remboursé, à ne pas expédier ».
    pub remark: Option<String>,
    /// Nothing of it is to be packed.
    pub gone: bool,
}

impl Preparation {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            (self.filters.render(lang))
            @if let Some(warning) = &self.warning { p.notice { (warning) } }
            @if self.parcels.is_empty() {
                p.none { (t(lang, "preparation-none")) }
            } @else {
                p.jump { a href="#parcels" { (t(lang, "preparation-parcels")) } }
                section.part.to-pick {
                    h2 { (t(lang, "preparation-products")) }
                    (self.products())
                }
                section.part id="parcels" {
                    h2 { (t(lang, "preparation-parcels")) }
                    ol.parcels { @for parcel in &self.parcels { (self.parcel(parcel)) } }
                    div.under { (self.paging.render(lang)) }
                }
                p.note { (t(lang, "preparation-note")) }
            }
        }
    }

    fn products(&self) -> Markup {
        let lang = self.lang;
        let variants =
            self.products.iter().any(|row| row.get(2).is_some_and(|one| !one.is_empty()));
        html! {
            div.scroll tabindex="0" role="region" aria-label=(t(lang, "preparation-products")) {
                table.data {
                    caption.sr { (t(lang, "preparation-products")) }
                    thead { tr {
                        th.n scope="col" { (t(lang, "preparation-quantity")) }
                        th scope="col" { (t(lang, "sellers-product")) }
                        @if variants { th scope="col" { (t(lang, "products-variant")) } }
                        th scope="col" { (t(lang, "order-reference")) }
                        th.n scope="col" { (t(lang, "nav-orders")) }
                        @if self.shops { th scope="col" { (t(lang, "filter-shop")) } }
                    } }
                    tbody {
                        @for row in &self.products {
                            @if let [quantity, name, variant, code, orders, shop] = row.as_slice() {
                                tr {
                                    td.n { strong { (quantity) } }
                                    th scope="row" { (outside(name)) }
                                    @if variants { td { (outside(variant)) } }
                                    td { (outside(code)) }
                                    td.n { (orders) }
                                    @if self.shops { td { (outside(shop)) } }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    fn parcel(&self, parcel: &Parcel) -> Markup {
        html! {
            li.parcel {
                header {
                    h3 {
                        @match &parcel.href {
                            Some(href) => (outside_link(&parcel.number, href)),
                            None => (outside(&parcel.number)),
                        }
                    }
                    p.second {
                        (parcel.date)
                        @if self.shops { " · " (outside(&parcel.shop)) }
                    }
                }
                address dir="auto" {
                    @if let Some(name) = &parcel.name { strong { (name) } br; }
                    @for (index, line) in parcel.address.iter().enumerate() {
                        @if index > 0 { br; }
                        (line)
                    }
                }
                p.by dir="auto" { (parcel.method) }
                ul.lines { @for line in &parcel.lines { (line.render()) } }
            }
        }
    }
}

impl Line {
    fn render(&self) -> Markup {
        html! {
            li.gone[self.gone] {
                span.tick aria-hidden="true" {}
                span.what dir="auto" {
                    strong { (self.quantity) } " × " (self.name)
                    @if let Some(variant) = &self.variant { ", " (variant) }
                    @if let Some(code) = &self.code { " " span.second { (code) } }
                    @if let Some(remark) = &self.remark { " " span.mark { (remark) } }
                }
            }
        }
    }
}

impl Filters {
    fn render(&self, lang: Lang) -> Markup {
        let select = |name: &str, words: &str, choices: &[Choice]| {
            html! {
                @if choices.len() > 2 {
                    label.field {
                        span { (t(lang, words)) }
                        select name=(name) {
                            @for choice in choices {
                                option value=(choice.value) selected[choice.selected] { (choice.label) }
                            }
                        }
                    }
                }
            }
        };
        html! {
            form.search method="get" action=(self.action) {
                (select("shop", "filter-shop", &self.shops))
                (select("method", "order-shipping-by", &self.methods))
                label.field {
                    span { (t(lang, "preparation-since")) }
                    input type="date" name="since" value=(self.since);
                }
                button type="submit" { (t(lang, "preparation-show")) }
                a.clear href=(self.clear.href) { (self.clear.label) }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_says_how_many_are_left_and_hostile_names_are_text() {
        let line = Line {
            quantity: "2".into(),
            name: "<b>Miel".into(),
            variant: Some("500 g".into()),
            code: Some("MIEL-500".into()),
            remark: Some("1 remboursé".into()),
            gone: false,
        };
        let drawn = line.render().into_string();
        assert!(drawn.contains("<strong>2</strong> × &lt;b&gt;Miel, 500 g"), "{drawn}");
        assert!(drawn.contains("MIEL-500") && drawn.contains("1 remboursé"));
    }
}
