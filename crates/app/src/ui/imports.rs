//! The imports of the past, under the form that takes a new one.

use maud::{Markup, html};

use crate::i18n::{Lang, t};

/// An import as it is listed.
#[derive(Debug, Clone, Default)]
pub struct Past {
    /// Address of its report.
    pub report: String,
    pub when: String,
    pub shop: String,
    pub file: String,
    pub format: String,
    pub rows: String,
    pub rejected: String,
    pub orders: String,
    pub refunds: String,
    /// « Annulé »; none while it stands.
    pub undone: Option<String>,
}

/// The list, the latest first; nothing when there is none.
pub fn past(lang: Lang, imports: &[Past]) -> Markup {
    let title = t(lang, "import-past");
    html! {
        @if !imports.is_empty() {
            h2 { (title) }
            div.scroll tabindex="0" role="region" aria-label=(title) {
                table.data.plain {
                    caption.sr { (title) }
                    thead {
                        tr {
                            th scope="col" { (t(lang, "import-when")) }
                            th scope="col" { (t(lang, "import-file")) }
                            th scope="col" { (t(lang, "filter-shop")) }
                            th scope="col" { (t(lang, "import-format")) }
                            th.n scope="col" { (t(lang, "import-rows")) }
                            th.n scope="col" { (t(lang, "import-rejected-count")) }
                            th.n scope="col" { (t(lang, "import-orders")) }
                            th.n scope="col" { (t(lang, "import-refunds")) }
                            th scope="col" { (t(lang, "import-report")) }
                        }
                    }
                    tbody { @for one in imports { (row(lang, one)) } }
                }
            }
        }
    }
}

fn row(lang: Lang, import: &Past) -> Markup {
    html! {
        tr {
            td { (import.when) }
            td { (import.file) }
            td { (import.shop) }
            td { (import.format) }
            td.n { (import.rows) }
            td.n { (import.rejected) }
            td.n { (import.orders) }
            td.n { (import.refunds) }
            td {
                a.action href=(import.report) { (t(lang, "import-report")) }
                @if let Some(undone) = &import.undone { " " span.note { (undone) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_are_escaped() {
        let hostile = Past { file: "<img src=x>.csv".into(), ..Past::default() };
        let list = past(Lang::Fr, &[hostile]).into_string();
        assert!(list.contains("&lt;img src=x&gt;.csv"));
        assert_eq!(past(Lang::Fr, &[]).into_string(), "");
    }
}
