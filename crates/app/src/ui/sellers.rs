//! Best sellers: ten rows, by revenue or by quantity, with share bars and stock.

use comptoir_charts::{Paint, bar};
use maud::{Markup, html};

use crate::i18n::{Lang, t};

#[derive(Debug, Clone, Default)]
pub struct Seller {
    pub name: String,
    /// The shop's own reference.
    pub reference: String,
    pub href: String,
    /// The figure that ranks the row, formatted.
    pub value: String,
    /// The same figure, for the bar's length only.
    pub weight: i64,
    /// « 12 % ».
    pub share: String,
    /// « 42 en stock »; none when the platform does not say.
    pub stock: Option<Stock>,
}

#[derive(Debug, Clone, Default)]
pub struct Stock {
    pub text: String,
    pub out: bool,
}

/// `value_label` heads the figures: « CA » or « Articles vendus ».
pub fn sellers(lang: Lang, value_label: &str, rows: &[Seller]) -> Markup {
    let largest = rows.iter().map(|row| row.weight).max().unwrap_or(0);
    html! {
        table.sellers {
            thead { tr {
                th scope="col" { (t(lang, "sellers-product")) }
                th.n scope="col" { (value_label) }
                th.n scope="col" { (t(lang, "sellers-share")) }
            } }
            tbody {
                @for row in rows {
                    tr {
                        th scope="row" {
                            a href=(row.href) { (row.name) }
                            span.meta {
                                (row.reference)
                                @if let Some(stock) = &row.stock {
                                    " · " span class=[stock.out.then_some("bad")] { (stock.text) }
                                }
                            }
                            (bar(row.weight, largest, Paint::Accent))
                        }
                        td.n { (row.value) }
                        td.n.faint { (row.share) }
                    }
                }
            }
        }
    }
}
