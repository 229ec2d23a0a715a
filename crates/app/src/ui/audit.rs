//! The audit log: a bar to narrow it, and its lines.

use maud::{Markup, html};

use super::filters::{Choice, DateRange};
use super::listing::{Listing, outside};
use super::table::{Column, Paging};
use crate::i18n::{Lang, t};

/// A line, in words.
#[derive(Debug, Clone, Default)]
pub struct Line {
    pub at: String,
    pub who: String,
    pub what: String,
    pub shop: String,
    pub detail: String,
    pub from: String,
}

pub struct AuditLog {
    pub lang: Lang,
    /// What is searched for in names, and names to choose from.
    pub who: String,
    pub people: Vec<String>,
    pub actions: Vec<Choice>,
    pub days: DateRange,
    /// Why a day was not understood: of the first field, of the second.
    pub wrong: [bool; 2],
    pub filtered: bool,
    /// « 231 lignes ».
    pub count: String,
    pub lines: Vec<Line>,
    pub paging: Paging,
    pub csv: String,
}

impl AuditLog {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            (self.bar())
            @if self.lines.is_empty() && !self.filtered {
                p.none { (t(lang, "audit-empty-all")) }
            } @else if self.lines.is_empty() {
                p.none { (t(lang, "audit-empty")) }
            } @else {
                p.summary role="status" { (self.count) }
                (self.listing().render())
            }
            p.note { (t(lang, "audit-chain")) }
        }
    }

    fn bar(&self) -> Markup {
        let lang = self.lang;
        html! {
            form.search.audit method="get" action="/audit" role="search" {
                label.field.words {
                    span { (t(lang, "audit-who")) }
                    input type="search" name="who" value=(self.who) maxlength="200" list="audit-people" dir="auto"
                        placeholder=(t(lang, "audit-who-hint"));
                }
                datalist id="audit-people" { @for person in &self.people { option value=(person) {} } }
                label.field {
                    span { (t(lang, "audit-what")) }
                    select name="action" {
                        @for choice in &self.actions {
                            option value=(choice.value) selected[choice.selected] { (choice.label) }
                        }
                    }
                }
                (self.day("from", "filter-from", &self.days.from, self.wrong[0]))
                (self.day("to", "filter-to", &self.days.to, self.wrong[1]))
                button type="submit" { (t(lang, "audit-find")) }
                @if self.filtered { a.clear href="/audit" { (t(lang, "audit-clear")) } }
            }
        }
    }

    fn day(&self, name: &str, label: &str, value: &str, wrong: bool) -> Markup {
        let lang = self.lang;
        let error = format!("audit-{name}-wrong");
        html! {
            label.field {
                span { (t(lang, label)) }
                input type="date" name=(name) value=(value) aria-invalid=[wrong.then_some("true")]
                    aria-describedby=[wrong.then_some(&error)];
                @if wrong { span.bad id=(error) role="alert" { (t(lang, "audit-day-wrong")) } }
            }
        }
    }

    fn listing(&self) -> Listing {
        let lang = self.lang;
        let heads =
            ["audit-at", "audit-who", "audit-what", "audit-shop", "audit-detail", "audit-from"];
        Listing {
            lang,
            caption: t(lang, "audit-title"),
            columns: heads.into_iter().map(|head| Column::text(t(lang, head))).collect(),
            rows: self.lines.iter().map(cells).collect(),
            sum: None,
            paging: Some(self.paging.clone()),
            csv: Some(self.csv.clone()),
            xlsx: None,
        }
    }
}

fn cells(line: &Line) -> Vec<Markup> {
    vec![
        html! { (line.at) },
        outside(&line.who),
        html! { (line.what) },
        outside(&line.shop),
        html! { span.detail dir="auto" { (line.detail) } },
        html! { (line.from) },
    ]
}
