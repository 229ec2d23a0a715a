//! One connected shop: how fresh it is, how far its first import is, what came in and what went wrong.

use maud::{Markup, html};

use crate::i18n::{Lang, t};

/// How a connection is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum State {
    #[default]
    Fine,
    /// The first import is under way.
    Importing,
    /// Late, or about to try again.
    Late,
    /// Somebody has to do something.
    Failed,
    Paused,
}

impl State {
    fn class(self) -> &'static str {
        match self {
            Self::Fine => "fine",
            Self::Importing => "importing",
            Self::Late => "late",
            Self::Failed => "failed",
            Self::Paused => "paused",
        }
    }
}

/// How far the first import is.
#[derive(Debug, Clone, Default)]
pub struct Progress {
    /// Between 0 and 100; `None`: the platform does not tell how many orders there are.
    pub percent: Option<u8>,
    /// « 200 commandes lues sur 500, encore 40 s ».
    pub words: String,
    /// Answers with the same fragment, then with a redirection to the page.
    pub poll: String,
    /// The page itself, for a browser without scripts.
    pub reload: String,
}

/// What went wrong last, and what to do.
#[derive(Debug, Clone, Default)]
pub struct Trouble {
    pub reason: String,
    pub remedy: String,
    /// « 3 essais de suite ont échoué, le dernier il y a 2 min. ».
    pub since: String,
}

/// One figure about the connection.
#[derive(Debug, Clone, Default)]
pub struct Figure {
    pub label: String,
    pub value: String,
    /// Where it can be seen; empty: nowhere.
    pub href: String,
    /// Shown in amber.
    pub urgent: bool,
}

/// One connected shop.
#[derive(Debug, Clone, Default)]
pub struct Connection {
    pub name: String,
    /// Its page; empty where this is the page.
    pub href: String,
    /// « `WooCommerce` · boutique.example ».
    pub what: String,
    pub state: State,
    pub state_words: String,
    /// « lue il y a 4 min », and the exact instant on hover.
    pub fresh: String,
    pub fresh_exact: String,
    pub progress: Option<Progress>,
    pub trouble: Option<Trouble>,
    pub figures: Vec<Figure>,
    /// Gaps, and what makes figures incomplete.
    pub warnings: Vec<String>,
    /// Rights that are missing, resources that a version does not have.
    pub notes: Vec<String>,
    /// `/connections/7`: actions are beneath it.
    pub action: String,
    pub paused: bool,
}

impl Connection {
    pub fn render(&self, lang: Lang) -> Markup {
        html! {
            article.connection {
                header {
                    div.who {
                        @if self.href.is_empty() {
                            h2.sr { (self.name) }
                        } @else {
                            h2 { a href=(self.href) dir="auto" { (self.name) } }
                        }
                        p.what dir="auto" { (self.what) }
                    }
                    p class={ "state " (self.state.class()) } {
                        span.dot aria-hidden="true" {}
                        strong { (self.state_words) }
                        @if !self.fresh.is_empty() { " · " span title=(self.fresh_exact) { (self.fresh) } }
                    }
                }
                @if let Some(progress) = &self.progress { (progress.render(lang)) }
                @if let Some(trouble) = &self.trouble { (trouble.render(lang)) }
                dl.figures {
                    @for figure in &self.figures {
                        div.urgent[figure.urgent] {
                            dt { (figure.label) }
                            dd {
                                @if figure.href.is_empty() { (figure.value) }
                                @else { a href=(figure.href) { (figure.value) } }
                            }
                        }
                    }
                }
                @if !self.warnings.is_empty() {
                    ul.warnings {
                        @for warning in &self.warnings { li { span.dot aria-hidden="true" {} span dir="auto" { (warning) } } }
                    }
                }
                @for note in &self.notes { p.note dir="auto" { (with_code(note)) } }
                div.actions {
                    form method="post" action={ (self.action) "/sync" } {
                        button.button[self.href.is_empty()] type="submit" { (t(lang, "connections-sync")) }
                    }
                    @if self.paused {
                        form method="post" action={ (self.action) "/resume" } {
                            button type="submit" { (t(lang, "connections-resume")) }
                        }
                    } @else {
                        form method="post" action={ (self.action) "/pause" } {
                            button type="submit" { (t(lang, "connections-pause")) }
                        }
                    }
                    @if !self.href.is_empty() {
                        a.action href=(self.href) { (t(lang, "connections-open")) }
                    }
                }
            }
        }
    }
}

/// Text in which names of rights and settings stand between backticks.
fn with_code(text: &str) -> Markup {
    html! {
        @for (index, piece) in text.split('`').enumerate() {
            @if index % 2 == 0 { (piece) } @else { code { (piece) } }
        }
    }
}

impl Progress {
    /// The bar and its words; the script asks for this fragment again and again.
    pub fn render(&self, lang: Lang) -> Markup {
        let label = t(lang, "connection-progress-label");
        html! {
            div.progress data-poll=(self.poll) {
                @match self.percent {
                    Some(percent) => progress max="100" value=(percent) aria-label=(label) {},
                    None => progress max="100" aria-label=(label) {},
                }
                p role="status" { (self.words) }
                noscript { p { a.action href=(self.reload) { (t(lang, "connection-reload")) } } }
            }
        }
    }
}

impl Trouble {
    fn render(&self, lang: Lang) -> Markup {
        html! {
            div.trouble {
                h3 { (t(lang, "connection-last-error")) }
                p { strong { (with_code(&self.reason)) } " " (with_code(&self.remedy)) }
                @if !self.since.is_empty() { p.note { (self.since) } }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_names_are_text_and_failures_say_what_to_do() {
        let hostile = "\"><script>alert(1)</script>".to_owned();
        let drawn = Connection {
            name: hostile.clone(),
            what: hostile.clone(),
            href: "/connections/7".into(),
            action: "/connections/7".into(),
            state: State::Failed,
            trouble: Some(Trouble {
                reason: "La plateforme refuse la clé.".into(),
                remedy: "Recopiez-la.".into(),
                since: String::new(),
            }),
            warnings: vec![hostile],
            ..Connection::default()
        }
        .render(Lang::Fr)
        .into_string();
        assert!(!drawn.contains("<script>"), "{drawn}");
        assert!(drawn.contains("state failed") && drawn.contains("Recopiez-la."));
        assert!(drawn.contains("action=\"/connections/7/pause\""));
    }

    #[test]
    fn names_between_backticks_are_code_and_still_text() {
        assert_eq!(
            with_code("le droit `a<b` manque").into_string(),
            "le droit <code>a&lt;b</code> manque"
        );
    }

    #[test]
    fn a_bar_without_a_total_has_no_value() {
        let open = Progress { words: "12 commandes lues".into(), ..Progress::default() };
        assert!(!open.render(Lang::Fr).into_string().contains("value="));
        let known = Progress { percent: Some(40), ..Progress::default() };
        assert!(known.render(Lang::Fr).into_string().contains("value=\"40\""));
    }
}
