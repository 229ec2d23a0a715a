//! The import pages: drop a file, correct the mapping, confirm, watch, undo.

use maud::{Markup, html};

use crate::format;
use crate::i18n::{Lang, t, t_args};
use crate::ui::Link;
use crate::ui::filters::Choice;

/// Where the wizard is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    File,
    Mapping,
    Progress,
    Report,
}

/// The four steps, the current one marked.
pub fn steps(lang: Lang, current: Step) -> Markup {
    let all = [
        (Step::File, "import-step-file"),
        (Step::Mapping, "import-step-mapping"),
        (Step::Progress, "import-step-progress"),
        (Step::Report, "import-step-report"),
    ];
    html! {
        ol.steps {
            @for (step, id) in all {
                li aria-current=[(step == current).then_some("step")] { (t(lang, id)) }
            }
        }
    }
}

/// The first page: a form that a script turns into a drop zone with progress.
pub struct Upload {
    pub lang: Lang,
    /// Receives the file as `multipart/form-data`, field `file`.
    pub action: String,
    pub shops: Vec<Choice>,
    pub new_shop: NewShop,
    /// File formats; the first is « détecter ».
    pub formats: Vec<Choice>,
    /// What went wrong with the last try.
    pub error: Option<String>,
}

/// The fields of a shop to create, shown when the last of the shops is chosen: « Nouvelle boutique ».
#[derive(Debug, Clone, Default)]
pub struct NewShop {
    pub name: String,
    pub currency: String,
    pub timezone: String,
    /// Offered while typing.
    pub currencies: Vec<String>,
    pub timezones: Vec<String>,
}

impl NewShop {
    fn render(&self, lang: Lang) -> Markup {
        let typed = |id: &str, name: &str, value: &str, offered: &[String]| {
            let list = format!("{name}-list");
            html! {
                label.field {
                    span { (t(lang, id)) }
                    input type="text" name=(name) value=(value) list=[(!offered.is_empty()).then_some(&list)]
                        autocomplete="off" maxlength="80";
                    @if !offered.is_empty() {
                        datalist id=(list) { @for one in offered { option value=(one) {} } }
                    }
                }
            }
        };
        html! {
            fieldset.new-shop {
                legend.sr { (t(lang, "import-new-shop")) }
                (typed("import-shop-name", "name", &self.name, &[]))
                (typed("import-shop-currency", "currency", &self.currency, &self.currencies))
                (typed("import-shop-zone", "timezone", &self.timezone, &self.timezones))
            }
        }
    }
}

impl Upload {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            (steps(lang, Step::File))
            @if let Some(error) = &self.error { p.error role="alert" { (error) } }
            form.upload method="post" action=(self.action) enctype="multipart/form-data" data-upload {
                (field(&t(lang, "filter-shop"), "shop", &self.shops))
                (field(&t(lang, "import-format"), "format", &self.formats))
                (self.new_shop.render(lang))
                label.drop {
                    strong { (t(lang, "import-drop")) }
                    span { (t(lang, "import-kinds")) }
                    input type="file" name="file" required;
                    span.chosen aria-live="polite" {}
                }
                progress max="100" value="0" hidden aria-label=(t(lang, "import-sending")) {}
                button.button type="submit" { (t(lang, "import-send")) }
            }
        }
    }
}

/// One field of ours and the column of the file that fills it.
#[derive(Debug, Clone, Default)]
pub struct MappedField {
    pub name: String,
    pub label: String,
    pub required: bool,
    /// The file's columns, « aucune » first.
    pub columns: Vec<Choice>,
}

/// A row that would not come in.
#[derive(Debug, Clone, Default)]
pub struct RejectedRow {
    pub line: String,
    pub field: String,
    pub value: String,
    pub reason: String,
    pub remedy: String,
}

/// The second page: what was understood of the file, to correct and confirm.
pub struct Mapping {
    pub lang: Lang,
    pub action: String,
    pub hidden: Vec<(String, String)>,
    /// « commandes-2026.csv, 12 480 lignes, séparateur ; , UTF-8 ».
    pub file: String,
    /// What keeps the file from being imported, or how the last try ended.
    pub problem: Option<String>,
    pub fields: Vec<MappedField>,
    /// Fields that few files have, folded away.
    pub others: Vec<MappedField>,
    /// « Colonnes non utilisées : … ».
    pub unused: Option<String>,
    /// Options such as delimiter, encoding, decimal comma, date order: label, parameter, choices.
    pub options: Vec<(String, String, Vec<Choice>)>,
    pub preview_head: Vec<String>,
    /// The first 20 rows, as read.
    pub preview: Vec<Vec<String>>,
    pub rejected: Vec<RejectedRow>,
    /// « 12 470 lignes acceptées, 10 rejetées ».
    pub summary: String,
    /// Whether the import can be started; else only corrections are offered.
    pub importable: bool,
    /// Gives the upload up, by `POST`.
    pub cancel: String,
}

impl Mapping {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            (steps(lang, Step::Mapping))
            p.lede { (self.file) }
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            form.mapping method="post" action=(self.action) {
                @for (name, value) in &self.hidden { input type="hidden" name=(name) value=(value); }
                div.columns {
                    @if !self.fields.is_empty() {
                        section {
                            h2 { (t(lang, "import-fields")) }
                            (pairs(lang, &self.fields))
                            @if !self.others.is_empty() {
                                details.others {
                                    summary.action { (self.other_words()) }
                                    (pairs(lang, &self.others))
                                }
                            }
                            @if let Some(unused) = &self.unused { p.note { (unused) } }
                        }
                    }
                    section {
                        h2 { (t(lang, "import-reading")) }
                        div.pairs {
                            @for (label, name, choices) in &self.options {
                                label { span { (label) } (options(name, choices)) }
                            }
                        }
                        button type="submit" name="step" value="preview" { (t(lang, "import-refresh")) }
                    }
                }
                h2 { (t(lang, "import-preview")) }
                (plain_table(&t(lang, "import-preview"), &self.preview_head, &self.preview))
                (rejected(lang, &self.rejected))
                p.summary { (self.summary) }
                p.actions {
                    @if self.importable {
                        button.button type="submit" name="step" value="confirm" { (t(lang, "import-confirm")) }
                    }
                    button type="submit" formaction=(self.cancel) { (t(lang, "import-cancel")) }
                }
            }
        }
    }
}

impl Mapping {
    /// « Autres champs (31 remplis sur 54) ».
    fn other_words(&self) -> String {
        let filled = |field: &&MappedField| {
            field.columns.iter().any(|column| column.selected && !column.value.is_empty())
        };
        let used = format::integer(
            self.lang,
            i64::try_from(self.others.iter().filter(filled).count()).unwrap_or(0),
        );
        let count = format::integer(self.lang, i64::try_from(self.others.len()).unwrap_or(0));
        t_args(self.lang, "import-other-fields", &[("used", &used), ("count", &count)])
    }
}

/// The third page: the server reloads it until the import is over, or the script polls `state`.
pub struct Progress {
    pub lang: Lang,
    /// Between 0 and 100.
    pub percent: u8,
    /// « 8 200 lignes sur 12 480, 104 000 lignes par seconde, encore 1 s ».
    pub words: String,
    /// Answers with the same fragment, then with a redirection to the report.
    pub state: String,
    pub stop: String,
}

impl Progress {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            (steps(lang, Step::Progress))
            div.progress data-poll=(self.state) {
                progress max="100" value=(self.percent) aria-label=(t(lang, "import-step-progress")) {}
                p role="status" { (self.words) }
                form method="post" action=(self.stop) { button type="submit" { (t(lang, "import-stop")) } }
                noscript { p { a href=(self.state) { (t(lang, "import-reload")) } } }
            }
        }
    }
}

/// The last page: what came in, what did not, and the way back.
pub struct Report {
    pub lang: Lang,
    pub title: String,
    /// « commandes.csv, Ferme des Tilleuls, 21 nov. 2026 ».
    pub lede: String,
    /// Label and figure: rows read, accepted, rejected, orders, refunds.
    pub figures: Vec<(String, String)>,
    pub rejected: Vec<RejectedRow>,
    pub rejected_file: Option<String>,
    /// Undoes the import; none once undone.
    pub undo: Option<String>,
    /// What undoing left in place, and why.
    pub kept: Vec<String>,
    pub next: Link,
}

impl Report {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            (steps(lang, Step::Report))
            h2 { (self.title) }
            p.lede { (self.lede) }
            dl.figures {
                @for (label, value) in &self.figures { div { dt { (label) } dd { (value) } } }
            }
            div.actions {
                a.button href=(self.next.href) { (self.next.label) }
                @if let Some(undo) = &self.undo {
                    form method="post" action=(undo) { button type="submit" { (t(lang, "import-undo")) } }
                }
            }
            @if self.undo.is_some() { p.note { (t(lang, "import-undo-what")) } }
            @if !self.kept.is_empty() {
                section.kept {
                    h2 { (t(lang, "import-kept")) }
                    p { (t(lang, "import-kept-why")) }
                    ul { @for one in &self.kept { li { (one) } } }
                }
            }
            (rejected(lang, &self.rejected))
            @if let Some(file) = &self.rejected_file {
                p.under { a.action href=(file) { (t(lang, "import-rejected-file")) } }
            }
        }
    }
}

fn rejected(lang: Lang, rows: &[RejectedRow]) -> Markup {
    let head: Vec<String> =
        ["import-line", "import-field", "import-value", "import-reason", "import-remedy"]
            .map(|id| t(lang, id))
            .to_vec();
    let cells: Vec<Vec<String>> = rows
        .iter()
        .map(|row| {
            [&row.line, &row.field, &row.value, &row.reason, &row.remedy].map(Clone::clone).to_vec()
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            h2 { (t(lang, "import-rejected")) }
            (plain_table(&t(lang, "import-rejected"), &head, &cells))
        }
    }
}

fn plain_table(caption: &str, head: &[String], rows: &[Vec<String>]) -> Markup {
    html! {
        div.scroll tabindex="0" role="region" aria-label=(caption) {
            table.data.plain {
                caption.sr { (caption) }
                thead { tr { @for one in head { th scope="col" { (one) } } } }
                tbody { @for row in rows { tr { @for cell in row { td { (cell) } } } } }
            }
        }
    }
}

fn pairs(lang: Lang, fields: &[MappedField]) -> Markup {
    html! {
        div.pairs {
            @for one in fields {
                label {
                    span { (one.label) @if one.required { " " abbr title=(t(lang, "import-required")) { "*" } } }
                    (options(&one.name, &one.columns))
                }
            }
        }
    }
}

fn field(label: &str, name: &str, choices: &[Choice]) -> Markup {
    html! { label.field { span { (label) } (options(name, choices)) } }
}

fn options(name: &str, choices: &[Choice]) -> Markup {
    html! {
        select name=(name) {
            @for choice in choices {
                option value=(choice.value) selected[choice.selected] { (choice.label) }
            }
        }
    }
}
