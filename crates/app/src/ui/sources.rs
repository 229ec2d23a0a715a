//! The sources of a shop on the settings page: what each tells, and whose orders count from when on.

use maud::{Markup, html};

use crate::i18n::{Lang, t};
use crate::ui::Link;
use crate::ui::filters::Choice;

/// A source and how many orders it tells.
#[derive(Debug, Clone, Default)]
pub struct SourceRow {
    pub name: String,
    /// Written by `format`: its orders that count or could count, and copies of others’ orders.
    pub orders: String,
    pub copies: String,
}

/// One owner in time.
#[derive(Debug, Clone, Default)]
pub struct OwnerRow {
    pub choices: Vec<Choice>,
    /// `2026-01-31`; empty: from the beginning.
    pub since: String,
}

/// Only where there are several sources, or an owner was named.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    pub rows: Vec<SourceRow>,
    pub owners: Vec<OwnerRow>,
    pub error: Option<String>,
    /// How many orders the best source should tell and does not; nothing: none.
    pub missing: Option<String>,
    /// Some of them, the newest first.
    pub listed: Vec<Link>,
}

impl Sources {
    pub fn render(&self, lang: Lang) -> Markup {
        html! {
            h3 id="settings-sources" { (t(lang, "settings-sources")) }
            p.note { (t(lang, "settings-sources-hint")) }
            div.scroll {
                table.statuses {
                    caption.hidden { (t(lang, "settings-sources")) }
                    thead { tr {
                        th scope="col" { (t(lang, "settings-source")) }
                        th.number scope="col" { (t(lang, "settings-orders")) }
                        th.number scope="col" { (t(lang, "settings-copies")) }
                    } }
                    tbody {
                        @for row in &self.rows {
                            tr {
                                th scope="row" dir="auto" { span.clip { (row.name) } }
                                td.number { (row.orders) }
                                td.number { (row.copies) }
                            }
                        }
                    }
                }
            }
            @if let Some(missing) = &self.missing {
                p.note { strong { (missing) } " " (t(lang, "settings-missing-hint")) }
                p.note {
                    @for link in &self.listed { a href=(link.href) dir="auto" { (link.label) } " " }
                }
            }
            p.note { (t(lang, "settings-owner-hint")) }
            @if let Some(error) = &self.error { p.hint { strong.bad { (error) } } }
            @for (index, owner) in self.owners.iter().enumerate() { (row(lang, index, owner)) }
        }
    }
}

fn row(lang: Lang, index: usize, owner: &OwnerRow) -> Markup {
    let (source, since) = (format!("shop-owner-{index}"), format!("shop-since-{index}"));
    html! {
        div.grid {
            div.setting {
                label for=(source) { (t(lang, "settings-owner")) }
                select id=(source) name={ "owner." (index) } {
                    @for choice in &owner.choices {
                        option value=(choice.value) selected[choice.selected] { (choice.label) }
                    }
                }
            }
            div.setting {
                label for=(since) { (t(lang, "settings-since")) }
                input id=(since) type="date" name={ "since." (index) } value=(owner.since);
            }
        }
    }
}
