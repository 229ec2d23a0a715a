//! The list of products: its search, its filter, its table.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;
use crate::ui::table::{Column, Paging, header};
use crate::ui::tiles::{Change, change};

/// A cell of the list. Texts come from outside and may be of any length and script.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Shown {
    Name(Link),
    Text(String),
    Figure {
        text: String,
        /// « n = 12 », when the figure stands on few cases.
        sample: Option<String>,
    },
    /// The product most often in the same order, and how probable it is.
    Companion {
        probability: String,
        product: Link,
        panel: String,
    },
}

/// What a column means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Definition {
    pub label: String,
    pub text: String,
}

/// Why there is no row, and the ways to some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Empty {
    pub text: String,
    pub ways: Vec<Link>,
}

pub struct Products {
    pub lang: Lang,
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<Shown>>,
    /// The sums of all rows that match.
    pub sum: Vec<String>,
    pub paging: Paging,
    /// None for whoever may not download files.
    pub csv: Option<String>,
    pub xlsx: Option<String>,
    pub empty: Option<Empty>,
    pub notes: Vec<String>,
    pub definitions: Vec<Definition>,
}

impl Products {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(empty) = &self.empty { (nothing(empty)) } @else {
                div.rows.products {
                    div.scroll tabindex="0" role="region" aria-label=(self.caption) {
                        table.data {
                            caption.sr { (self.caption) }
                            thead { tr { @for column in &self.columns { (header(column)) } } }
                            tbody.sum { tr {
                                @for (index, text) in self.sum.iter().enumerate() {
                                    @if index == 0 { th scope="row" { (text) } } @else { td.n { (text) } }
                                }
                            } }
                            tbody { @for row in &self.rows { tr { @for shown in row { (cell(lang, shown)) } } } }
                        }
                    }
                    div.under {
                        nav.paging aria-label=(t(lang, "table-pages")) {
                            @if let Some(href) = &self.paging.previous { a rel="prev" href=(href) { (t(lang, "table-previous")) } }
                            span { (self.paging.words) }
                            @if let Some(href) = &self.paging.next { a rel="next" href=(href) { (t(lang, "table-next")) } }
                        }
                        span.files {
                            @if let Some(csv) = &self.csv { a.csv href=(csv) { (t(lang, "table-csv")) } } " "
                            @if let Some(xlsx) = &self.xlsx { a.csv href=(xlsx) { (t(lang, "table-xlsx")) } }
                        }
                    }
                }
            }
            @for note in &self.notes { p.note { (note) } }
            (definitions(lang, &self.definitions))
        }
    }
}

fn cell(lang: Lang, cell: &Shown) -> Markup {
    match cell {
        Shown::Name(link) => html! {
            th.product scope="row" { a.clip dir="auto" href=(link.href) title=(link.label) { (link.label) } }
        },
        Shown::Text(text) => html! { td { span.clip dir="auto" title=(text) { (text) } } },
        Shown::Figure { text, sample } => html! {
            td class=(if sample.is_some() { "n faint" } else { "n" }) {
                (text) @if let Some(sample) = sample { " " span.sample { (sample) } }
            }
        },
        Shown::Companion { probability, product, panel } => html! {
            td.n.companion {
                a.clip dir="auto" href=(product.href) title=(product.label) { (product.label) } " "
                a href=(panel) aria-label={ (t(lang, "products-panel")) " " (probability) } { (probability) }
            }
        },
    }
}

/// A small table of a product's page.
pub fn plain_table(lang: Lang, caption: &str, columns: &[Column], rows: &[Vec<Shown>]) -> Markup {
    html! {
        div.scroll.products tabindex="0" role="region" aria-label=(caption) {
            table.data {
                caption.sr { (caption) }
                thead { tr { @for column in columns { (header(column)) } } }
                tbody { @for row in rows { tr { @for shown in row { (cell(lang, shown)) } } } }
            }
        }
    }
}

/// A fact or figure of a product.
#[derive(Debug, Clone, Default)]
pub struct Fact {
    pub label: String,
    pub value: String,
    /// The rows behind it.
    pub href: Option<String>,
    /// « n = 12 », or the share it is of another figure.
    pub note: Option<String>,
    pub change: Option<Change>,
    pub definition: Option<String>,
}

/// What the catalogue says, on one line.
pub fn about(all: &[Fact]) -> Markup {
    html! {
        dl.about { @for one in all { div { dt { (one.label) } dd.clip dir="auto" title=(one.value) { (one.value) } } } }
    }
}

/// Figures side by side, each with its definition.
pub fn facts(lang: Lang, all: &[Fact]) -> Markup {
    html! {
        dl.facts {
            @for one in all {
                div {
                    dt title=[one.definition.as_deref()] { (one.label) }
                    dd {
                        @if let Some(href) = &one.href { a href=(href) { (one.value) } } @else { (one.value) }
                        @if let Some(note) = &one.note { " " span.sample { (note) } }
                        @if let Some(moved) = &one.change { " " (change(lang, moved)) }
                    }
                }
            }
        }
    }
}

fn nothing(empty: &Empty) -> Markup {
    html! {
        div.empty {
            p { (empty.text) }
            p.ways { @for way in &empty.ways { a.action href=(way.href) { (way.label) } " " } }
        }
    }
}

/// What the columns mean, one below the other.
pub fn definitions(lang: Lang, all: &[Definition]) -> Markup {
    html! {
        details.meanings {
            summary { (t(lang, "products-meanings")) }
            dl { @for one in all { dt { (one.label) } dd { (one.text) } } }
        }
    }
}

/// The search field.
pub fn search(
    lang: Lang,
    action: &str,
    hidden: &[(String, String)],
    value: Option<&str>,
) -> Markup {
    html! {
        form.product-search method="get" action=(action) role="search" {
            @for (name, value) in hidden { input type="hidden" name=(name) value=(value); }
            label.field {
                span { (t(lang, "list-search")) }
                input type="search" name="q" dir="auto" maxlength="200" placeholder=(t(lang, "products-search-hint")) value=[value];
            }
            button type="submit" { (t(lang, "list-find")) }
        }
    }
}

/// A condition in words and the page without it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    pub words: String,
    pub remove: String,
}

/// Columns to choose from: value and words.
#[derive(Debug, Clone, Default)]
pub struct Choices {
    pub figures: Vec<(String, String)>,
    pub texts: Vec<(String, String)>,
}

/// The filter: what is in force, and the form for one more condition.
pub struct FilterForm {
    pub lang: Lang,
    pub action: String,
    pub hidden: Vec<(String, String)>,
    /// Parts; several chips in one part are a group.
    pub chips: Vec<Vec<Chip>>,
    /// Whether one part suffices.
    pub any: bool,
    /// The page with the parts joined the other way.
    pub join: Option<String>,
    pub clear: String,
    pub columns: Choices,
}

impl FilterForm {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if !self.chips.is_empty() {
                ul.chips aria-label=(t(lang, "products-filter")) {
                    @for (index, part) in self.chips.iter().enumerate() {
                        @if index > 0 { li.joint { (self.joint(self.any)) } }
                        li {
                            @if part.len() > 1 { "(" }
                            @for (within, chip) in part.iter().enumerate() {
                                @if within > 0 { span.joint { (self.joint(!self.any)) } }
                                span.chip {
                                    span.clip dir="auto" title=(chip.words) { (chip.words) }
                                    a href=(chip.remove) aria-label={ (t(lang, "products-remove")) " " (chip.words) } { "×" }
                                }
                            }
                            @if part.len() > 1 { ")" }
                        }
                    }
                    @if let Some(href) = &self.join {
                        li { a.action href=(href) { (t(lang, if self.any { "products-join-all" } else { "products-join-any" })) } }
                    }
                    li { a.action href=(self.clear) { (t(lang, "products-clear-filter")) } }
                }
            }
            details.filter-form open[!self.chips.is_empty()] {
                summary { (t(lang, "products-add-filter")) }
                form method="get" action=(self.action) {
                    @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                    (self.column())
                    (choice(&t(lang, "products-operator"), "fo", &[
                        ("ge", t(lang, "products-at-least")), ("le", t(lang, "products-at-most")),
                        ("between", t(lang, "products-is-between")), ("is", t(lang, "products-equals")),
                        ("has", t(lang, "products-has")),
                    ]))
                    label.field { span { (t(lang, "products-value")) } input name="fv" required dir="auto" maxlength="200"; }
                    label.field { span { (t(lang, "products-upper")) } input name="fw" inputmode="decimal" maxlength="30"; }
                    @if !self.chips.is_empty() {
                        (choice(&t(lang, "products-place"), "fg", &[
                            ("", t(lang, if self.any { "products-place-or" } else { "products-place-and" })),
                            ("group", t(lang, if self.any { "products-place-group-and" } else { "products-place-group-or" })),
                        ]))
                    }
                    button type="submit" { (t(lang, "products-add")) }
                }
            }
        }
    }

    fn joint(&self, any: bool) -> String {
        t(self.lang, if any { "products-or" } else { "products-and" })
    }

    fn column(&self) -> Markup {
        let lang = self.lang;
        let options = |all: &[(String, String)]| {
            html! { @for (value, words) in all { option value=(value) { (words) } } }
        };
        html! {
            label.field {
                span { (t(lang, "products-column")) }
                select name="fc" {
                    optgroup label=(t(lang, "products-figures")) { (options(&self.columns.figures)) }
                    optgroup label=(t(lang, "products-texts")) { (options(&self.columns.texts)) }
                }
            }
        }
    }
}

fn choice(label: &str, name: &str, all: &[(&str, String)]) -> Markup {
    html! {
        label.field {
            span { (label) }
            select name=(name) { @for (value, words) in all { option value=(value) { (words) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_escaped_and_clipped_with_their_whole_in_a_title() {
        let name = format!("\"><script>🍯 שלום {}", "x".repeat(500));
        let products = Products {
            lang: Lang::Fr,
            caption: "Produits".into(),
            columns: vec![Column::text("Produit")],
            rows: vec![vec![
                Shown::Name(Link::new(&name, "/products/a")),
                Shown::Figure { text: "33 %".into(), sample: Some("n = 3".into()) },
                Shown::Companion {
                    probability: "18 %".into(),
                    product: Link::new("T-shirt", "/products/t"),
                    panel: "/products/a#together".into(),
                },
            ]],
            sum: vec!["Total".into(), "1".into(), String::new()],
            paging: Paging::default(),
            csv: Some("/products.csv".into()),
            xlsx: Some("/products.xlsx".into()),
            empty: None,
            notes: vec![],
            definitions: vec![],
        };
        let page = products.render().into_string();
        assert!(!page.contains("<script>") && page.contains("class=\"clip\" dir=\"auto\""));
        assert!(page.contains("class=\"n faint\"") && page.contains("/products/a#together"));
    }
}
