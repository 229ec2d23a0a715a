//! What is held of a person, as a file for that person: JSON for machines, and one page for readers that
//! needs nothing but itself (art. 15 and 20 of the GDPR).

use std::collections::BTreeMap;

use comptoir_store::Value;
use comptoir_store::privacy::HeldTable;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use maud::{DOCTYPE, Markup, html};
use serde_json::{Map, Value as Json, json};

use super::words::{self, Currencies};
use crate::i18n::{Lang, t, t_args};

/// All that is sent to a person.
pub struct Dossier {
    pub person: i64,
    pub at: Timestamp,
    pub zone: TimeZone,
    pub tables: Vec<HeldTable>,
    /// The merchant's own words of the register: who is responsible, whom to write to.
    pub register: BTreeMap<String, String>,
}

/// One row for readers: column and value.
type Lines = Vec<(String, String)>;

impl Dossier {
    fn own(&self, field: &str) -> &str {
        self.register.get(field).map_or("", String::as_str)
    }

    /// For machines: amounts are decimal strings, moments are RFC 3339.
    pub fn json(&self) -> String {
        let currencies = Currencies::of(&self.tables);
        let tables: Map<String, Json> = self
            .tables
            .iter()
            .map(|table| {
                let rows: Vec<Json> = table
                    .rows
                    .iter()
                    .map(|row| {
                        let currency = currencies.of_row(&table.columns, row);
                        let cells = table.columns.iter().zip(row).map(|(column, cell)| {
                            let value = match (cell, currency) {
                                (Value::Int(minor), Some(currency)) if words::is_amount(column) => {
                                    Json::from(currency.decimal(*minor))
                                }
                                (Value::Int(number), _) => Json::from(*number),
                                (Value::Bool(yes), _) => Json::from(*yes),
                                (Value::Text(text), _) => Json::from(text.as_str()),
                                (Value::Date(day), _) => Json::from(day.to_string()),
                                (Value::Instant(at), _) => Json::from(at.to_string()),
                                (Value::Null, _) => Json::Null,
                            };
                            (column.clone(), value)
                        });
                        Json::Object(cells.collect())
                    })
                    .collect();
                (table.table.trim_start_matches("all_").to_owned(), Json::from(rows))
            })
            .collect();
        let controller = json!({
            "name": self.own("controller"),
            "address": self.own("address"),
            "contact": self.own("contact"),
            "data_protection_officer": self.own("dpo"),
        });
        let whole = json!({
            "format": "comptoir-person-1",
            "person": self.person,
            "exported": self.at.to_string(),
            "controller": controller,
            "held": tables,
        });
        format!("{whole:#}\n")
    }

    /// Rows of a table for readers, without what is empty.
    pub fn lines(&self, lang: Lang, table: &HeldTable) -> Vec<Lines> {
        let currencies = Currencies::of(&self.tables);
        let row = |row: &Vec<Value>| {
            let currency = currencies.of_row(&table.columns, row);
            let cells = table.columns.iter().zip(row).filter_map(|(column, cell)| {
                let value = words::value(lang, column, cell, currency, &self.zone)?;
                Some((words::column(lang, column), value))
            });
            cells.collect()
        };
        table.rows.iter().map(row).collect()
    }

    /// For readers.
    pub fn page(&self, lang: Lang) -> Markup {
        let title = t(lang, "dossier-title");
        let day = words::moment(lang, self.at, &self.zone);
        html! {
            (DOCTYPE)
            html lang=(lang.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                    title { (title) }
                    style { (STYLE) }
                }
                body {
                    h1 { (title) }
                    p { (t_args(lang, "dossier-made", &[("day", &day)])) }
                    (self.controller(lang))
                    @for table in &self.tables {
                        section {
                            h2 { (words::table(lang, table.table)) }
                            @for row in self.lines(lang, table) {
                                dl { @for (column, value) in row { div { dt { (column) } dd dir="auto" { (value) } } } }
                            }
                        }
                    }
                    @if self.tables.is_empty() { p { (t(lang, "dossier-nothing")) } }
                    h2 { (t(lang, "dossier-rights")) }
                    ul {
                        @for id in ["dossier-right-rectify", "dossier-right-erase", "dossier-right-object", "dossier-right-port", "dossier-right-complain"] {
                            li { (t(lang, id)) }
                        }
                    }
                }
            }
        }
    }

    /// Who is responsible, why the data is held and how long.
    fn controller(&self, lang: Lang) -> Markup {
        let known = [
            ("register-controller", "controller"),
            ("register-address", "address"),
            ("register-contact", "contact"),
            ("register-dpo", "dpo"),
        ];
        html! {
            dl {
                @for (words, field) in known {
                    @if !self.own(field).is_empty() { div { dt { (t(lang, words)) } dd dir="auto" { (self.own(field)) } } }
                }
                div { dt { (t(lang, "register-purpose")) } dd { (t(lang, "dossier-purpose")) } }
                div { dt { (t(lang, "register-basis")) } dd { (t(lang, "dossier-basis")) } }
                div { dt { (t(lang, "register-recipients")) } dd { (t(lang, "dossier-recipients")) " " (self.own("recipients")) } }
                div { dt { (t(lang, "register-retention")) } dd { (t(lang, "dossier-retention")) } }
                div { dt { (t(lang, "dossier-origin-label")) } dd { (t(lang, "dossier-origin")) } }
            }
        }
    }
}

/// The file stands alone: it brings its own style.
pub const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;\
color:#1c1b20;background:#fff}h1{font-size:1.6rem;line-height:1.2}h2{font-size:1.15rem;margin-top:2rem}\
dl{border:1px solid #ddd;border-radius:6px;padding:.5rem 1rem;margin:.75rem 0;break-inside:avoid}\
dl div{display:flex;flex-wrap:wrap;gap:0 1rem;padding:.15rem 0}dt{flex:0 0 13rem;color:#555}dd{margin:0;flex:1 1 12rem;\
overflow-wrap:anywhere}table{border-collapse:collapse;width:100%}th,td{border:1px solid #ddd;padding:.4rem .6rem;\
text-align:start;vertical-align:top}";

#[cfg(test)]
mod tests {
    use super::*;

    fn dossier() -> Dossier {
        let text = |text: &str| Value::Text(text.to_owned());
        Dossier {
            person: 7,
            at: "2026-11-22T12:00:00Z".parse().expect("an instant"),
            zone: TimeZone::UTC,
            tables: vec![
                HeldTable {
                    table: "all_orders",
                    columns: ["order_id", "email", "total", "currency", "phone"]
                        .map(String::from)
                        .into(),
                    rows: vec![vec![
                        Value::Int(3),
                        text("<b>zoe@exemple.fr"),
                        Value::Int(1749),
                        text("EUR"),
                        Value::Null,
                    ]],
                },
                HeldTable {
                    table: "lines",
                    columns: ["order_id", "name", "gross"].map(String::from).into(),
                    rows: vec![vec![Value::Int(3), text("Miel"), Value::Int(900)]],
                },
            ],
            register: [("controller".to_owned(), "La Ferme".to_owned())].into(),
        }
    }

    #[test]
    fn s109_machines_read_amounts_in_the_order_s_currency() {
        let read: Json = serde_json::from_str(&dossier().json()).expect("JSON");
        assert_eq!(read["held"]["orders"][0]["total"], "17.49");
        assert_eq!(read["held"]["lines"][0]["gross"], "9.00", "a line has its order's currency");
        assert_eq!(read["held"]["orders"][0]["phone"], Json::Null);
        assert_eq!((&read["controller"]["name"], &read["person"]), (&json!("La Ferme"), &json!(7)));
    }

    #[test]
    fn s109_the_page_needs_nothing_but_itself() {
        for lang in Lang::ALL {
            let page = dossier().page(lang).into_string();
            assert!(
                page.contains("&lt;b&gt;zoe@exemple.fr") && page.contains("La Ferme"),
                "{page}"
            );
            for outside in ["http:", "https:", "src=", "href=", "<script", "url("] {
                assert!(!page.contains(outside), "{outside}");
            }
            assert!(!page.contains("held-") && !page.contains("dossier-"), "words: {page}");
        }
    }
}
