//! What every figure means, made from the lists of metrics, profiles and dimensions.

use axum::http::{HeaderMap, Uri};
use axum::response::Response;
use comptoir_metrics::metric::Text;
use comptoir_metrics::{METRICS, Metric, PROFILES, Unit};
use comptoir_model::Class;
use comptoir_store::WorkspaceSettings;
use maud::{Markup, html};

use super::formula::in_words;
use super::frame::{page, shell};
use crate::access::{Desk, Right};
use crate::i18n::{Lang, t};
use crate::ui::definitions::{Definition, Group, definitions, help};
use crate::ui::pages::plain_head;

/// Groups of the page: words of the title, and the metric each group begins with.
const GROUPS: [(&str, &str); 3] = [
    ("definitions-sales", "revenue"),
    ("definitions-customers", "customers"),
    ("definitions-behaviour", "visits"),
];

pub async fn handle(app: Desk, uri: Uri, headers: HeaderMap) -> Response {
    page(app, headers, uri.to_string(), |app, lang, here| {
        let settings = comptoir_store::settings::read(&app.store.read()?)?.workspace;
        let title = t(lang, "definitions-title");
        let body = html! {
            (plain_head(&title, Some(&t(lang, "definitions-lede"))))
            (definitions(lang, &groups(lang)))
            div.definitions { (modes(lang)) (profiles(lang)) (statuses(lang)) (contacts(app, lang, &settings)) }
        };
        Ok(shell(app, lang, "nav-definitions", &title, here, body))
    })
    .await
}

fn said(lang: Lang, text: Text) -> &'static str {
    match lang {
        Lang::Fr => text.fr,
        Lang::En => text.en,
    }
}

fn groups(lang: Lang) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for metric in METRICS {
        if let Some((words, _)) = GROUPS.iter().find(|(_, first)| *first == metric.id) {
            groups.push(Group { title: t(lang, words), definitions: Vec::new() });
        }
        if let Some(group) = groups.last_mut() {
            group.definitions.push(definition(lang, metric));
        }
    }
    groups
}

fn definition(lang: Lang, metric: &Metric) -> Definition {
    let unit = match metric.unit {
        Unit::Money => "unit-money",
        Unit::Count => "unit-count",
        Unit::Ratio => "unit-ratio",
        Unit::Decimal => "unit-decimal",
        Unit::Days => "unit-days",
    };
    Definition {
        id: metric.id.to_owned(),
        label: said(lang, metric.label).to_owned(),
        definition: said(lang, metric.definition).to_owned(),
        formula: in_words(lang, &metric.formula),
        unit: t(lang, unit),
    }
}

/// What each calculation mode counts (S022).
fn profiles(lang: Lang) -> Markup {
    html! {
        section id="profiles" {
            h2 { (t(lang, "status-mode")) }
            dl {
                @for profile in PROFILES {
                    div id=(profile.id) {
                        dt { (said(lang, profile.label)) " " code { (profile.id) } }
                        dd {
                            p {
                                (t(lang, "definitions-counted")) " "
                                (profile.classes.iter().map(|class| class_words(lang, *class)).collect::<Vec<_>>().join(", "))
                            }
                            p.formula { (t(lang, "definitions-basis")) " " (t(lang, &format!("basis-{}", profile.basis.id()))) }
                        }
                    }
                }
            }
        }
    }
}

/// The nine classes to which every platform’s statuses map.
fn statuses(lang: Lang) -> Markup {
    html! {
        section id="statuses" {
            h2 { (t(lang, "definitions-statuses")) }
            dl {
                div { dd { p { (t(lang, "definitions-statuses-text")) } } }
                @for class in Class::ALL {
                    div { dt { (class_words(lang, class)) " " code { (class.id()) } } }
                }
            }
        }
    }
}

/// Which figures of visits there are in which collection mode (S109).
fn modes(lang: Lang) -> Markup {
    html! {
        section id="visits-modes" {
            h2 { (t(lang, "visits-title")) }
            dl {
                @for mode in comptoir_model::VisitMode::ALL {
                    div {
                        dt { (t(lang, &format!("visits-mode-{}", mode.id()))) " " code { (mode.id()) } }
                        dd { p { (t(lang, &format!("visits-figures-{}", mode.id()))) } }
                    }
                }
            }
        }
    }
}

/// Whom to ask (S033).
fn contacts(app: &Desk, lang: Lang, settings: &WorkspaceSettings) -> Markup {
    html! {
        section id="contacts" {
            h2 { (t(lang, "help-title")) }
            dl {
                @for (words, contact) in [("settings-support", &settings.support), ("settings-agency", &settings.agency)] {
                    @if !contact.is_empty() { (help(&t(lang, words), contact)) }
                }
                @if settings.support.is_empty() && settings.agency.is_empty() {
                    div { dd { p {
                        (t(lang, "help-none"))
                        @if app.may(Right::Settings) { " " a href="/settings" { (t(lang, "nav-settings")) } }
                    } } }
                }
            }
        }
    }
}

pub fn class_words(lang: Lang, class: Class) -> String {
    t(lang, &format!("class-{}", class.id().replace('_', "-")))
}
