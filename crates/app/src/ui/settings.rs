//! The settings page: forms for one shop and for the workspace, each field with what is wrong with it.

use maud::{Markup, html};

use crate::i18n::{Lang, t, t_args};
use crate::ui::filters::Choice;
use crate::ui::sources::Sources;
use crate::ui::{Segment, segments};

/// A field to type in or to choose from.
#[derive(Debug, Clone, Default)]
pub struct Field {
    pub name: &'static str,
    pub label: String,
    pub hint: Option<String>,
    pub value: String,
    /// Choices of a list; empty: the value is typed.
    pub choices: Vec<Choice>,
    /// Suggestions for a typed value.
    pub suggestions: Vec<String>,
    pub error: Option<String>,
}

impl Field {
    pub fn render(&self, form: &str) -> Markup {
        let id = format!("{form}-{}", self.name.replace('_', "-"));
        let list = format!("{id}-list");
        let said = format!("{id}-said");
        let explained = self.error.is_some() || self.hint.is_some();
        let described = explained.then_some(said.as_str());
        let invalid = self.error.as_ref().map(|_| "true");
        html! {
            div.setting.wrong[self.error.is_some()] {
                label for=(id) { (self.label) }
                @if self.choices.is_empty() {
                    input id=(id) name=(self.name) value=(self.value) dir="auto" maxlength="300"
                        list=[(!self.suggestions.is_empty()).then_some(list.as_str())]
                        aria-describedby=[described] aria-invalid=[invalid];
                    @if !self.suggestions.is_empty() {
                        datalist id=(list) { @for one in &self.suggestions { option value=(one) {} } }
                    }
                } @else {
                    select id=(id) name=(self.name) aria-describedby=[described] aria-invalid=[invalid] {
                        @for choice in &self.choices {
                            option value=(choice.value) selected[choice.selected] { (choice.label) }
                        }
                    }
                }
                @if explained {
                    p.hint id=(said) {
                        @if let Some(error) = &self.error { strong.bad { (error) } " " }
                        @if let Some(hint) = &self.hint { (hint) }
                    }
                }
            }
        }
    }
}

/// One raw status of the shop.
#[derive(Debug, Clone, Default)]
pub struct StatusRow {
    pub status: String,
    /// Written by `format`.
    pub orders: String,
    pub counted: bool,
    /// A deleted order never counts and keeps its meaning.
    pub fixed: bool,
    pub meanings: Vec<Choice>,
    /// What the platform told, when it was given another meaning.
    pub told: Option<String>,
    /// Nobody knows what it means yet.
    pub unknown: bool,
}

/// The form of one shop.
#[derive(Debug, Clone, Default)]
pub struct ShopForm {
    pub action: String,
    pub name: String,
    pub fields: Vec<Field>,
    pub statuses: Vec<StatusRow>,
    /// « 3 statuts exclus sur 7 », and whether they are the merchant's own choice.
    pub summary: String,
    pub sources: Option<Sources>,
}

/// The form of the workspace.
#[derive(Debug, Clone, Default)]
pub struct WorkspaceForm {
    pub fields: Vec<Field>,
    /// Title, hint and fields of each contact.
    pub contacts: Vec<(String, String, Vec<Field>)>,
}

/// The whole page.
pub struct SettingsPage {
    pub lang: Lang,
    pub shops: Vec<Segment>,
    pub notice: Option<String>,
    /// Something was wrong with what was sent.
    pub problem: Option<String>,
    pub shop: Option<ShopForm>,
    pub workspace: WorkspaceForm,
    /// One zone for all shops; only where there are several.
    pub zone: Option<Field>,
    pub rates: Rates,
}

/// Exchange rates: what is known, a file of them, and the switch that lets them be fetched.
#[derive(Debug, Clone, Default)]
pub struct Rates {
    /// « Taux connus jusqu’au 20 nov. 2026. ».
    pub known: String,
    /// Why a file was not taken.
    pub problem: Option<String>,
    /// They are fetched on working days.
    pub daily: bool,
    /// How the last attempt went.
    pub asked: String,
    /// What went wrong in it, and what to do.
    pub failure: Option<(String, String)>,
}

impl SettingsPage {
    pub fn render(&self) -> Markup {
        let lang = self.lang;
        html! {
            @if let Some(notice) = &self.notice { p.saved role="status" { (notice) } }
            @if let Some(problem) = &self.problem { p.error role="alert" { (problem) } }
            div.settings {
                @if let Some(shop) = &self.shop {
                    section aria-labelledby="settings-shop" {
                        h2 id="settings-shop" { (t(lang, "settings-shop")) }
                        @if self.shops.len() > 1 { (segments(&t(lang, "filter-shop"), &self.shops)) }
                        (shop.render(lang))
                    }
                }
                section aria-labelledby="settings-workspace" {
                    h2 id="settings-workspace" { (t(lang, "settings-workspace")) }
                    p.note { (t(lang, "settings-workspace-hint")) }
                    (self.workspace.render(lang))
                    @if let Some(zone) = &self.zone {
                        form.one method="post" action="/settings/zone" {
                            h3 { (t(lang, "settings-one-zone")) }
                            p.note { (t(lang, "settings-one-zone-hint")) }
                            (zone.render("all"))
                            button type="submit" { (t(lang, "settings-one-zone-apply")) }
                        }
                    }
                    (self.rates.render(lang))
                }
            }
        }
    }
}

impl Rates {
    fn render(&self, lang: Lang) -> Markup {
        let problem = self.problem.as_ref();
        let described =
            problem.map_or("settings-rates-hint", |_| "settings-rates-problem settings-rates-hint");
        let (text, button, value) = if self.daily {
            ("settings-rates-daily-on", "settings-rates-stop", "off")
        } else {
            ("settings-rates-daily-off", "settings-rates-start", "on")
        };
        html! {
            form.one method="post" action="/settings/rates" enctype="multipart/form-data" {
                h3 id="settings-rates" { (t(lang, "settings-rates")) }
                p.note { strong { (self.known) } }
                p.note id="settings-rates-hint" { (t(lang, "settings-rates-hint")) }
                @if let Some(problem) = problem { p.error id="settings-rates-problem" role="alert" { (problem) } }
                div.setting {
                    label for="settings-rates-file" { (t(lang, "settings-rates-file")) }
                    input id="settings-rates-file" type="file" name="file" accept=".csv,text/csv" required
                        aria-describedby=(described);
                }
                button type="submit" { (t(lang, "settings-rates-add")) }
            }
            form.also method="post" action="/settings/rates/daily" {
                p.note { (t(lang, text)) @if !self.asked.is_empty() { " " (self.asked) } }
                @if let Some((reason, remedy)) = &self.failure {
                    p.error { strong { (reason) } " " (remedy) }
                }
                button type="submit" name="daily" value=(value) { (t(lang, button)) }
            }
        }
    }
}

impl ShopForm {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            form method="post" action=(self.action) {
                h3.shop-name dir="auto" title=(self.name) { (self.name) }
                div.grid { @for field in &self.fields { (field.render("shop")) } }
                h3 id="settings-statuses" { (t(lang, "settings-statuses")) }
                p.note { (t(lang, "settings-statuses-hint")) }
                @if self.statuses.is_empty() {
                    p.none { (t(lang, "settings-no-status")) }
                } @else {
                    p.summary { (self.summary) }
                    div.scroll {
                        table.statuses {
                            caption.hidden { (t(lang, "settings-statuses")) }
                            thead { tr {
                                th scope="col" { (t(lang, "settings-counted")) }
                                th scope="col" { (t(lang, "settings-status")) }
                                th scope="col" { (t(lang, "settings-meaning")) }
                                th.number scope="col" { (t(lang, "settings-orders")) }
                            } }
                            tbody {
                                @for (index, row) in self.statuses.iter().enumerate() { (status(lang, index, row)) }
                            }
                        }
                    }
                }
                @if let Some(sources) = &self.sources { (sources.render(lang)) }
                p.actions {
                    button.button type="submit" name="do" value="save" { (t(lang, "settings-save")) }
                    @if !self.statuses.is_empty() {
                        button type="submit" name="do" value="recommended" title=(t(lang, "settings-recommended-hint")) {
                            (t(lang, "settings-recommended"))
                        }
                        button type="submit" name="do" value="reset" title=(t(lang, "settings-reset-hint")) {
                            (t(lang, "settings-reset"))
                        }
                    }
                }
                p.note { (t(lang, "settings-takes-a-moment")) }
            }
        }
    }
}

fn status(lang: Lang, index: usize, row: &StatusRow) -> Markup {
    let name =
        if row.status.is_empty() { t(lang, "settings-status-empty") } else { row.status.clone() };
    html! {
        tr {
            td {
                input type="hidden" name={ "status." (index) } value=(row.status);
                input type="checkbox" name={ "counted." (index) } value="1" checked[row.counted] disabled[row.fixed]
                    aria-label=(t_args(lang, "settings-count-status", &[("status", &name)]));
            }
            th scope="row" dir="auto" title=(name) {
                span.clip { (name) }
                @if row.unknown { " " strong.bad { (t(lang, "settings-to-map")) } }
            }
            td {
                @if row.fixed {
                    @for choice in row.meanings.iter().filter(|choice| choice.selected) { (choice.label) }
                } @else {
                    select name={ "meaning." (index) } aria-label=(t_args(lang, "settings-meaning-of", &[("status", &name)])) {
                        @for choice in &row.meanings {
                            option value=(choice.value) selected[choice.selected] { (choice.label) }
                        }
                    }
                    @if let Some(told) = &row.told { p.hint { (told) } }
                }
            }
            td.number { (row.orders) }
        }
    }
}

impl WorkspaceForm {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            form method="post" action="/settings" {
                div.grid { @for field in &self.fields { (field.render("workspace")) } }
                @for (title, hint, fields) in &self.contacts {
                    fieldset {
                        legend { (title) }
                        p.note { (hint) }
                        div.grid { @for field in fields { (field.render("workspace")) } }
                    }
                }
                p.actions { button.button type="submit" { (t(lang, "settings-save")) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_text_and_faults_are_told_beside_their_field() {
        let hostile = "\"><script>alert(1)</script>🍯".to_owned();
        let page = SettingsPage {
            lang: Lang::Fr,
            shops: Vec::new(),
            notice: None,
            problem: None,
            shop: Some(ShopForm {
                name: hostile.clone(),
                statuses: vec![StatusRow { status: hostile.clone(), ..StatusRow::default() }],
                fields: vec![Field {
                    name: "timezone",
                    value: hostile.clone(),
                    error: Some("Fuseau inconnu".into()),
                    ..Field::default()
                }],
                ..ShopForm::default()
            }),
            workspace: WorkspaceForm::default(),
            zone: None,
            rates: Rates::default(),
        };
        let drawn = page.render().into_string();
        assert!(!drawn.contains("<script>"));
        assert!(drawn.contains("aria-invalid=\"true\"") && drawn.contains("Fuseau inconnu"));
        assert!(drawn.contains("aria-describedby=\"shop-timezone-said\""));
    }
}
